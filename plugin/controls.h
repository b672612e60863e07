// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_PLUGIN_CONTROLS_H
#define ECHOIC_PLUGIN_CONTROLS_H

#include "dsp/echoic.h"
#include "dsp/engine.h"
#include "dsp/notes.h"
#include "plugin/ports.h"

#include <stdbool.h>
#include <stdint.h>

/// What happens to the sound
typedef enum {
  ECHOIC_MODE_THRU,
  ECHOIC_MODE_ISOLATE,
  ECHOIC_MODE_MUTE,
  ECHOIC_MODE_DUCK,
} EchoicMode;

/// Buttons of a slot are the first ports of it
#define ECHOIC_N_SLOT_BUTTONS (ECHOIC_SLOT_FORGET + 1U)
#define ECHOIC_BUTTON_UNDO (ECHOIC_N_SLOTS * ECHOIC_N_SLOT_BUTTONS)
#define ECHOIC_N_BUTTONS (ECHOIC_BUTTON_UNDO + 1U)

/// The control inputs, each within its range
typedef struct {
  bool               is_enabled;
  EchoicMode         mode;
  float              depth; ///< Linear gain
  double             attack_s;
  double             hold_s;
  double             release_s;
  float              wet; ///< 0..1
  bool               looks_ahead;
  bool               is_short; ///< Uses the short window
  float              memory_s;
  bool               listens_to_key;
  uint32_t           trigger_channel; ///< 1..16, or 0
  uint64_t           buttons;         ///< A bit each, 1 while pressed
  EchoicTuning       tuning[ECHOIC_N_SLOTS];
  EchoicNoteSettings notes[ECHOIC_N_SLOTS];
} EchoicControls;

/**
   Read the control inputs.

   What isn't connected, or not a number, has its initial value; what is out of
   range the nearest that isn't.

   @param ports [ECHOIC_N_PORT_IDS] By id, may be null.
*/
ECHOIC_RT void
echoic_controls_read(EchoicControls* controls, void* const* ports);

#endif // ECHOIC_PLUGIN_CONTROLS_H
