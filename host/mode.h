// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_MODE_H
#define ECHOIC_HOST_MODE_H

#include "dsp/gate.h"

/// What is done with taught sounds in the audio
typedef enum {
  ECHOIC_MODE_ISOLATE, ///< Keep them only
  ECHOIC_MODE_MUTE,    ///< Remove them
  ECHOIC_MODE_DUCK,    ///< Lower them
  ECHOIC_MODE_THRU,    ///< Nothing: in live sound only
  ECHOIC_MODE_NONE,    ///< Not asked for
} EchoicMode;

/// Names of the first three, then null
extern const char* const echoic_mode_names[];

/**
   Set the gains of a gate, and its look-ahead to the attack if it is negative.

   @param depth_db Of what is lowered; NAN: -12 dB for ducking, else silence.
*/
void
echoic_mode_gains(EchoicMode mode, double depth_db, EchoicGateSpec* gate);

#endif // ECHOIC_HOST_MODE_H
