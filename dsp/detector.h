// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_DETECTOR_H
#define ECHOIC_DETECTOR_H

#include "dsp/echoic.h"
#include "dsp/engine.h"
#include "dsp/model.h"

#include <stdint.h>

/**
   An engine with its memory and what must be known of its sounds: what goes
   from the worker to the audio thread, and back to be freed.
*/

#define ECHOIC_DETECTOR_SLOTS 8U
#define ECHOIC_NO_SLOT 255U

/// What is known of the sound in a slot
typedef struct {
  int32_t sound;                  ///< Index into EchoicModel::sounds, or -1
  char    name[ECHOIC_NAME_SIZE]; ///< Without a sound as the maker
                                  ///< likes, at first empty
  uint32_t          midi_note;
  EchoicCalibration calibration;
} EchoicSlot;

typedef struct EchoicDetectorImpl {
  EchoicEngine* engine; ///< Null if there is no sound: nothing is heard
  void*         block;  ///< The engine's arena
  uint32_t      n_sounds;
  uint8_t*      slot_of; ///< [n_sounds] Slot of each sound, or ECHOIC_NO_SLOT
  uint8_t*      slot_of_score; ///< [n_sounds] Likewise, of a frame's scores
  uint32_t*     key; ///< [n_sounds] Of its name: the same in every model
  EchoicSlot    slots[ECHOIC_DETECTOR_SLOTS];
} EchoicDetector;

/**
   Give the live sounds of a model their slots.

   Sounds take the slots they were taught in; those that have none, or one
   that is taken, the first free one in their order.  A slot beyond the last
   says that there was no room for the sound: it has none.

   @param slots [n_sounds] Set to the slot of each, or ECHOIC_NO_SLOT.
*/
ECHOIC_SETUP void
echoic_slots_assign(const EchoicModel* model, uint8_t* slots);

/// Let live sounds stay in the slots they have now, or without one, whichever
/// others are forgotten
ECHOIC_SETUP void
echoic_slots_keep(EchoicModel* model);

/// Let sounds for which there was no room take slots that are free by now
ECHOIC_SETUP void
echoic_slots_reopen(EchoicModel* model);

/**
   Make a detector from a model; a model without sounds gives one that hears
   nothing.

   @return Null and `error` if it can't be made.
*/
ECHOIC_SETUP EchoicDetector*
echoic_detector_new(const EchoicModel*      model,
                    const EchoicEngineSpec* spec,
                    EchoicError*            error);

/// Free a detector; null is allowed
ECHOIC_SETUP void
echoic_detector_free(EchoicDetector* detector);

#endif // ECHOIC_DETECTOR_H
