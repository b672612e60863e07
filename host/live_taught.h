// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_LIVE_TAUGHT_H
#define ECHOIC_HOST_LIVE_TAUGHT_H

#include "dsp/detector.h"
#include "dsp/echoic.h"
#include "dsp/model.h"

#include <stdbool.h>
#include <stdint.h>

/// What the audio thread and the user's face know of a sound
typedef struct {
  char     name[ECHOIC_NAME_SIZE];
  uint32_t midi_note;
  uint32_t slot; ///< From 0, or ECHOIC_NO_SLOT
  uint32_t n_examples;
  float    sensitivity; ///< Its own
  float    in_force;    ///< With that of all sounds, -1..1
  float    threshold;   ///< In force
  float    mask_s;
  bool     is_live;   ///< Not forgotten
  bool     is_wanted; ///< Its events are reported
} EchoicTaughtSound;

/**
   A detector and the names of its sounds.

   Made by the teacher, lent to the audio thread, freed by the teacher.  The
   user's face gets copies without the detector.
*/
typedef struct {
  EchoicDetector*    detector; ///< Owned, or null in a copy
  uint32_t           n_sounds; ///< As in the model
  EchoicTaughtSound* sounds;   ///< [n_sounds]
  uint32_t           n_live;
  uint32_t*          live; ///< [n_live] Sound of each score of a frame
} EchoicTaught;

/**
   Take a detector over with what `model` says of its sounds.

   @return Null without memory; then the detector is freed.
*/
EchoicTaught*
echoic_taught_new(EchoicDetector* detector, const EchoicModel* model);

/// Return a copy without the detector, or null without memory
EchoicTaught*
echoic_taught_copy(const EchoicTaught* taught);

/// Free; null is allowed
void
echoic_taught_free(EchoicTaught* taught);

/// Return the index of a live sound by its name, or -1
int32_t
echoic_taught_find(const EchoicTaught* taught, const char* name);

/// Return the index of the live sound in a slot, or -1
int32_t
echoic_taught_in_slot(const EchoicTaught* taught, uint32_t slot);

#endif // ECHOIC_HOST_LIVE_TAUGHT_H
