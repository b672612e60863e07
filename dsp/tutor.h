// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TUTOR_H
#define ECHOIC_TUTOR_H

#include "dsp/capture.h"
#include "dsp/detector.h"
#include "dsp/echoic.h"
#include "dsp/live.h"
#include "dsp/model.h"

#include <stdint.h>

/**
   Teaching while it plays: owns the model, turns requests into new detectors.

   All set-up: the worker calls it, one thread at a time.  Whatever fails leaves
   the model as it was.
*/
typedef struct EchoicTutorImpl EchoicTutor;

typedef enum {
  ECHOIC_ASK_EXAMPLE, ///< `at` holds the sound of `slot`
  ECHOIC_ASK_GONE,    ///< Likewise, or another of late: somebody has just heard
                      ///< it at `now` of the pre-roll
  ECHOIC_ASK_HELD,    ///< Likewise, with margins and the pauses inside
  ECHOIC_ASK_NOT,     ///< `at` was taken for the sound of `slot`, wrongly
  ECHOIC_ASK_FORGET,  ///< Forget `slot`
  ECHOIC_ASK_UNDO,    ///< Take back the last change
  ECHOIC_ASK_TEACH,   ///< Teach all of it again
  ECHOIC_ASK_AGAIN,   ///< Only make the detector again
} EchoicAskKind;

/// What the user asks for, as the audio thread passes it on; plain bytes
typedef struct {
  EchoicAskKind   kind;
  uint32_t        slot; ///< From 0
  EchoicStretchAt at;   ///< In samples of the pre-roll
  EchoicPreroll   preroll;
} EchoicAsk;

/// Return a tutor with an empty model, or null without memory
EchoicTutor*
echoic_tutor_new(double rate_hz);

/// Free a tutor; null is allowed
void
echoic_tutor_free(EchoicTutor* tutor);

/**
   Do what is asked and make the detector of the changed model.

   An example brings up to 2 s of what was heard before and after it, less if it
   lasts for more than 1.4 s.  One that was given already is refused.  A slot
   without a sound gets one with its name, "sound N", and its note of
   echoic_drum_notes.

   @return Null and `error`, in words for the user, if it can't be done.
*/
EchoicDetector*
echoic_tutor_ask(EchoicTutor* tutor, const EchoicAsk* ask, EchoicError* error);

/// Replace the model by a copy of another, whose sounds get slots to stay in;
/// returns its detector or null
EchoicDetector*
echoic_tutor_load(EchoicTutor*       tutor,
                  const EchoicModel* model,
                  EchoicError*       error);

/// Choose how long a sound is listened to at most (EchoicModel::max_span_s),
/// from the next teaching on
void
echoic_tutor_remember(EchoicTutor* tutor, float max_span_s);

/// Name the sound of a slot, now or when it will be taught
EchoicStatus
echoic_tutor_name(EchoicTutor* tutor,
                  uint32_t     slot,
                  const char*  name,
                  EchoicError* error);

/// Return the name of the sound in a slot, or of the one to be taught there
const char*
echoic_tutor_slot_name(const EchoicTutor* tutor, uint32_t slot);

/// Return the model, owned by the tutor, valid until the next call
const EchoicModel*
echoic_tutor_model(const EchoicTutor* tutor);

#endif // ECHOIC_TUTOR_H
