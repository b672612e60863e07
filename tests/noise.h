// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TEST_NOISE_H
#define ECHOIC_TEST_NOISE_H

#include <stdint.h>

/// A number from -1 to 1, the same sequence for the same state
static inline float
next_noise(uint32_t* const state)
{
  *state = (*state * 1664525U) + 1013904223U;
  return ((float)(*state >> 8U) / 8388608.0F) - 1.0F;
}

#endif // ECHOIC_TEST_NOISE_H
