// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TEACH_ENVELOPE_H
#define ECHOIC_TEACH_ENVELOPE_H

#include "dsp/echoic.h"

#include <stddef.h>

/**
   How loud an example is, in blocks of 1 ms, and where energy rises.  All
   set-up, heap.
*/

#define ECHOIC_BLOCK_S 0.001
#define ECHOIC_SMOOTH_BLOCKS 16U ///< A period of 63 Hz

/// An example, and what was heard before it
typedef struct {
  const float* in; ///< [n] Samples; in[-n_before] to in[-1] came before
  size_t       n_before;
  size_t       n;
  double       rate_hz;
} EchoicExample;

/// Power of blocks
typedef struct {
  size_t n_blocks;
  size_t block;        ///< Samples
  float* memory;       ///< What the others are in
  float* power;        ///< [n_blocks] Mean of squares; 30 more before
  float* bright;       ///< The same of the second difference over 1 / 44100 s
  double power_floor;  ///< Added where a rise is measured
  double bright_floor; ///< The same
  float* smooth;       ///< [n_blocks] Mean of ECHOIC_SMOOTH_BLOCKS around each
} EchoicEnvelope;

/// Measure an example; ECHOIC_NOT_FOUND if there is no sample
ECHOIC_SETUP EchoicStatus
echoic_envelope_new(const EchoicExample* example, EchoicEnvelope* envelope);

/// Free what new allocated
ECHOIC_SETUP void
echoic_envelope_clear(EchoicEnvelope* envelope);

/// Return 10 log10 of a power
ECHOIC_SETUP float
echoic_power_db(double power);

/// Return the mean of n powers, 0 of none
ECHOIC_SETUP double
echoic_mean_power(const float* power, size_t n);

/// Return the first of the largest of n powers
ECHOIC_SETUP size_t
echoic_loudest(const float* power, size_t n);

/// Return the level of a block, dB
ECHOIC_SETUP float
echoic_block_db(const EchoicEnvelope* envelope, size_t block);

/// Return the rise at a block, see teach_trim.h, dB
ECHOIC_SETUP float
echoic_rise_db(const EchoicEnvelope* envelope, size_t block);

/// Return how much an onset is at a block, see teach_trim.h, dB
ECHOIC_SETUP float
echoic_onset_db(const EchoicEnvelope* envelope, size_t block);

/// Return the block from `first` to before `stop` which is an onset most
ECHOIC_SETUP size_t
echoic_steepest(const EchoicEnvelope* envelope, size_t first, size_t stop);

#endif // ECHOIC_TEACH_ENVELOPE_H
