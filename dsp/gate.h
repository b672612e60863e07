// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_GATE_H
#define ECHOIC_GATE_H

#include "dsp/echoic.h"

#include <stdbool.h>
#include <stdint.h>

#define ECHOIC_GATE_MAX_PENDING 64U ///< Events that lie in the future
#define ECHOIC_GATE_MAX_TIME_S 10.0 ///< Of each ramp, hold and look-ahead

/**
   Events to a gain for every sample.

   The gate is open from onset - lookahead to end + hold of every event.  A
   position p goes from 0 to 1 in `attack_s` while it is open, and back in
   `release_s` while it is closed; an event during a release turns it round
   where it is, without a click.

       e(n) = (1 - cos(pi p(n))) / 2               raised cosine
       gain(n) = outside + (inside - outside) e(n)

   At p = 0 the gain is exactly `outside`, at p = 1 exactly `inside`.  With
   attack_s <= lookahead_s it is fully open at the onset.  Latency: none here;
   whoever wants to look ahead in live sound delays the sound and adds the delay
   to the times of the events.

   The same events give the same gains, however the samples are split.
*/
typedef struct {
  double rate_hz;
  double attack_s;
  double hold_s;
  double release_s;
  double lookahead_s;
  float  inside;  ///< Linear gain while open
  float  outside; ///< Linear gain while closed
} EchoicGateSpec;

/// A stretch during which the gate is open
typedef struct {
  uint64_t start;
  uint64_t stop;
} EchoicGateSpan;

/// State; plain, no memory but its own
typedef struct {
  uint64_t       now;       ///< Samples since the start
  uint64_t       until;     ///< Open before this sample
  uint64_t       position;  ///< p in units of 1 / full
  uint64_t       full;      ///< Where p is 1: attack * release samples
  uint64_t       up;        ///< Per sample while open
  uint64_t       down;      ///< Per sample while closed
  uint64_t       lookahead; ///< Samples
  uint64_t       hold;      ///< Samples
  float          inside;
  float          outside;
  uint32_t       n_pending;
  EchoicGateSpan pending[ECHOIC_GATE_MAX_PENDING]; ///< By start
} EchoicGate;

/**
   Make a closed gate.

   @return #ECHOIC_BAD_ARG if a time is negative or over
   ECHOIC_GATE_MAX_TIME_S, a gain isn't within 0 and 4, or the rate is out of
   range; then `gate` is untouched.
*/
ECHOIC_SETUP EchoicStatus
echoic_gate_init(EchoicGate* gate, const EchoicGateSpec* spec);

/**
   Change times and gains where the gate is; what is open stays so for as long
   as was said.

   @return As by echoic_gate_init().
*/
ECHOIC_RT EchoicStatus
echoic_gate_tune(EchoicGate* gate, const EchoicGateSpec* spec);

/// Close the gate, forget events, and start again at sample 0
ECHOIC_RT void
echoic_gate_reset(EchoicGate* gate);

/**
   Open for an event, in samples since the start; in any order.

   What lies in the past opens from now on.

   @return False if too many events are pending: process first.
*/
ECHOIC_RT bool
echoic_gate_event(EchoicGate* gate, uint64_t onset, uint64_t end);

/**
   Go on by `n_samples`.

   @param gain [n_samples] Set to the gain of each.
*/
ECHOIC_RT void
echoic_gate_process(EchoicGate* gate, float* gain, uint32_t n_samples);

#endif // ECHOIC_GATE_H
