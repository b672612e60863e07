// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_SIGNS_H
#define ECHOIC_SIGNS_H

#include "dsp/arena.h"
#include "dsp/echoic.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   Samples of any rate to one bit each 1/16000 s: how the waveform bends.

       d_m = integral of x from m to m + 1 sixteen-thousandths of a second
       b_m = d_m + d_(m-2) - 2 d_(m-1)
       bit = b_m > 0

   A sample holds until the next.  The second difference lets high frequencies,
   in which most backgrounds are weak, say as much as low ones, and no sign can
   outweigh others: two recordings that have nothing to do with each other agree
   in half of their signs, as heads and tails do, however loud they are.

   64 signs are a word, the first its lowest bit.  Latency: a word, 4 ms.
*/

#define ECHOIC_SIGNS_HZ 16000.0
#define ECHOIC_SIGNS_WORD 64U

/// Where the next word begins, and what was heard before
typedef struct {
  uint64_t  step;      ///< Samples of an interval times 2^32
  uint64_t  at;        ///< Sample in which the next begins ...
  uint32_t  part;      ///< ... and 2^-32 of it
  float     before[2]; ///< d_(m-2), d_(m-1)
  uint64_t  n_words;
  uint32_t  mask;  ///< Words of the ring - 1
  uint64_t* words; ///< [mask + 1] Ring of the last; null for none
} EchoicSigns;

/// Begin at a sample, without a ring
ECHOIC_SETUP void
echoic_signs_set(EchoicSigns* signs, double rate_hz, uint64_t first);

/// Return the arena bytes for a ring of `n_words`, a power of two
ECHOIC_SETUP size_t
echoic_signs_bytes(uint32_t n_words);

/// Make an empty ring; false if it doesn't fit
ECHOIC_SETUP bool
echoic_signs_prepare(EchoicSigns* signs,
                     double       rate_hz,
                     uint32_t     n_words,
                     EchoicArena* arena);

/// Back to the start of the sound
ECHOIC_RT void
echoic_signs_reset(EchoicSigns* signs);

#define ECHOIC_SIGNS_INTERVALS (ECHOIC_SIGNS_WORD + 2U)

/**
   Hear the next word, if all of it is over at `n_heard` samples.

   @param samples Ring: sample i is at i & mask.
   @param d Set to d_m of the two before it and of its own.
   @return False if it isn't.
*/
ECHOIC_RT bool
echoic_signs_next(EchoicSigns* signs,
                  const float* samples,
                  uint64_t     mask,
                  uint64_t     n_heard,
                  float        d[ECHOIC_SIGNS_INTERVALS]);

/// Put all words that are over into the ring; any split gives the same
ECHOIC_RT void
echoic_signs_hear(EchoicSigns* signs,
                  const float* samples,
                  uint64_t     mask,
                  uint64_t     n_heard);

#endif // ECHOIC_SIGNS_H
