// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_LIVE_TEACHER_PARTS_H
#define ECHOIC_HOST_LIVE_TEACHER_PARTS_H

#include "dsp/tutor.h"
#include "host/live_messages.h"
#include "host/live_teacher.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   The inside of a teacher, for the file that runs it and the one that does what
   it is asked.
*/

enum { n_errands = 64 };

/// A sensitivity that was set while listening
typedef struct {
  char  name[ECHOIC_NAME_SIZE];
  float sensitivity;
} EchoicTuned;

struct EchoicTeacherImpl {
  EchoicTeacherSpec      spec;
  EchoicTutor*           tutor;
  EchoicCallback*        callback;
  EchoicTaught*          newest;  ///< Copy
  EchoicTaught*          unsent;  ///< Not yet delivered
  _Atomic(EchoicTaught*) news;    ///< Copy for main
  EchoicRing             errands; ///< From main
  EchoicErrand           errand_memory[n_errands];
  size_t                 n_tuned;
  EchoicTuned*           tuned;          ///< [n_tuned]
  uint32_t               first_revision; ///< Of the model as it was read
  uint64_t               n_changes;
  uint64_t               n_saved; ///< Of these changes
  uint64_t               max_delay;
  atomic_bool            stops;
  bool                   runs;
  pthread_t              thread;
};

/// Return a sound's sensitivity with that of all sounds
float
echoic_teacher_in_force(const EchoicTeacher* teacher, float own);

/// Give a new detector to everybody; false if there is none or no memory
bool
echoic_teacher_publish(EchoicTeacher*  teacher,
                       EchoicDetector* detector,
                       EchoicError*    error);

/// Tell main what is taught now
void
echoic_teacher_tell(EchoicTeacher* teacher);

/// Go over to another model; its sounds get their keys
bool
echoic_teacher_load(EchoicTeacher* teacher,
                    EchoicModel*   model,
                    EchoicError*   error);

/// Write the model with the sensitivities that were set
bool
echoic_teacher_save(EchoicTeacher* teacher, EchoicError* error);

/// Do everything that is asked for
void
echoic_teacher_work(EchoicTeacher* teacher);

/// Do an errand of main
void
echoic_teacher_do(EchoicTeacher* teacher, const EchoicErrand* errand);

/// Teach what was heard, and tell the user
void
echoic_teacher_teach(EchoicTeacher* teacher, const EchoicRequest* request);

#endif // ECHOIC_HOST_LIVE_TEACHER_PARTS_H
