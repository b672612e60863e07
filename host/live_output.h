// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_LIVE_OUTPUT_H
#define ECHOIC_HOST_LIVE_OUTPUT_H

#include "dsp/gate.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   What is heard at the output: the input, delayed, with the gain of a gate.

   The delay gives an event time to be decided before its sound goes out: with
   the delay of the slowest decision and the look-ahead, the output is that of
   `echoic process`, later.  Channel c of the output is channel c mod n_in of
   the input.  All but the first two functions: audio thread.
*/
typedef struct {
  uint32_t   n_in;
  uint32_t   n_out;
  bool       has_gate;
  EchoicGate gate;
  uint64_t   delay; ///< Samples
  uint64_t   pos;   ///< Frames in
  size_t     mask;
  float*     ring; ///< [mask + 1][n_in], owned
} EchoicOutput;

#define ECHOIC_OUTPUT_BLOCK 1024U ///< Frames at once at most

/// What is asked for
typedef struct {
  uint32_t              n_in;
  uint32_t              n_out;
  const EchoicGateSpec* gate; ///< Null: none
  uint64_t              delay;
} EchoicOutputSpec;

/// Make an output; all zero is one that isn't there
EchoicStatus
echoic_output_prepare(EchoicOutput* output, const EchoicOutputSpec* spec);

/// Free what it owns
void
echoic_output_clear(EchoicOutput* output);

/// Open the gate for an event; false if too many are pending
bool
echoic_output_event(EchoicOutput* output, uint64_t onset, uint64_t end);

/// Take a block of at most ECHOIC_OUTPUT_BLOCK frames and give another
void
echoic_output_run(EchoicOutput* output,
                  const float*  in,
                  float*        out,
                  uint32_t      n_frames);

#endif // ECHOIC_HOST_LIVE_OUTPUT_H
