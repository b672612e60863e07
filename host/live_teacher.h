// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_LIVE_TEACHER_H
#define ECHOIC_HOST_LIVE_TEACHER_H

#include "dsp/echoic.h"
#include "host/live_callback.h"
#include "host/live_notices.h"
#include "host/live_taught.h"

#include <stdbool.h>
#include <stddef.h>

/**
   The thread that owns the model: teaches, reloads and saves it while the audio
   thread goes on with the detector it has.
*/
typedef struct EchoicTeacherImpl EchoicTeacher;

typedef struct {
  const char*        path; ///< Of the model
  double             rate_hz;
  float              sensitivity; ///< Added to that of every sound
  const char* const* names;       ///< [n_names] Sounds to report; none: all
  size_t             n_names;
  EchoicNotices*     notices;
} EchoicTeacherSpec;

/// What main asks for
typedef enum {
  ECHOIC_ERRAND_RELOAD, ///< Read the model's file again
  ECHOIC_ERRAND_SAVE,
  ECHOIC_ERRAND_UNDO,
  ECHOIC_ERRAND_FORGET, ///< `slot`
  ECHOIC_ERRAND_NAME,   ///< Name what is taught in `slot` `name`
  ECHOIC_ERRAND_TUNE,   ///< Set the sensitivity of the sound `name`
} EchoicErrandKind;

typedef struct {
  EchoicErrandKind kind;
  uint32_t         slot;
  char             name[ECHOIC_NAME_SIZE];
  float            sensitivity;
} EchoicErrand;

/**
   Make the detector of a model.

   @param model Read from the file, to be copied (its sounds get their keys);
   null for an empty one.
   @return Null and `error` if it can't be made.
*/
EchoicTeacher*
echoic_teacher_new(const EchoicTeacherSpec* spec,
                   EchoicModel*             model,
                   EchoicError*             error);

/// Return the most samples from onset to decision of the first detector
uint64_t
echoic_teacher_max_delay(const EchoicTeacher* teacher);

/// Deliver to `callback`, which isn't running yet, and begin to work
EchoicStatus
echoic_teacher_start(EchoicTeacher*  teacher,
                     EchoicCallback* callback,
                     EchoicError*    error);

/// Ask for something.  Main
void
echoic_teacher_ask(EchoicTeacher* teacher, const EchoicErrand* errand);

/// Return a copy of what is newly taught, to be freed, or null.  Main
EchoicTaught*
echoic_teacher_news(EchoicTeacher* teacher);

/**
   Finish what is asked and end the thread.

   @param saves Save the model if it was changed.
   @return False and `error` if that can't be done.
*/
bool
echoic_teacher_stop(EchoicTeacher* teacher, bool saves, EchoicError* error);

/// Free a teacher that was stopped; null is allowed
void
echoic_teacher_free(EchoicTeacher* teacher);

#endif // ECHOIC_HOST_LIVE_TEACHER_H
