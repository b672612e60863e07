// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_DENORMALS_H
#define ECHOIC_DENORMALS_H

#include "dsp/echoic.h"

#include <stdint.h>

#if defined(__SSE2__)
#  include <xmmintrin.h>
#endif

/**
   Numbers too small to be normal taken as zero, while an audio callback runs.

   They can take a hundred times as long.  The thread belongs to the host: what
   was set is to be restored before returning to it.
*/

/// Control word of the floating point unit
typedef uint64_t EchoicDenormals;

/// Flush denormal numbers to zero, and return what was set before
static inline ECHOIC_RT EchoicDenormals
echoic_denormals_off(void)
{
#if defined(__SSE2__)
  const unsigned before = _mm_getcsr();
  _mm_setcsr(before | 0x8040U); // Flush to zero, denormals are zero
  return before;
#elif defined(__aarch64__)
  uint64_t before = 0U;
  __asm__ __volatile__("mrs %0, fpcr" : "=r"(before));
  __asm__ __volatile__("msr fpcr, %0" : : "r"(before | (1ULL << 24U)));
  return before;
#else
  return 0U;
#endif
}

/// Set what was set before
static inline ECHOIC_RT void
echoic_denormals_restore(const EchoicDenormals before)
{
#if defined(__SSE2__)
  _mm_setcsr((unsigned)before);
#elif defined(__aarch64__)
  __asm__ __volatile__("msr fpcr, %0" : : "r"(before));
#else
  (void)before;
#endif
}

#endif // ECHOIC_DENORMALS_H
