// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_LIVE_DESK_H
#define ECHOIC_HOST_LIVE_DESK_H

#include "host/live_callback.h"
#include "host/live_messages.h"
#include "host/live_notices.h"
#include "host/live_taught.h"
#include "host/live_teacher.h"

#include <stdbool.h>
#include <stdint.h>

/**
   What main knows of the sounds, and what can be done about them: the keys of
   the terminal and OSC both work here.
*/

/// What was heard of a sound
typedef struct {
  float       score; ///< Highest since the last look
  uint64_t    n_events;
  EchoicHeard last; ///< If n_events > 0
} EchoicDeskSound;

typedef struct {
  EchoicCallback*  callback;
  EchoicTeacher*   teacher;
  EchoicNotices*   notices;
  EchoicTaught*    taught; ///< Copy of the newest
  EchoicDeskSound* sounds; ///< [taught->n_sounds]
  uint64_t         n_events;
  EchoicHeard      last;   ///< If n_events > 0
  float            peak;   ///< Of the input since the last look
  float*           scores; ///< [ECHOIC_MAX_SOUNDS] For looking
} EchoicDesk;

/// What can be done about a slot
typedef enum {
  ECHOIC_DO_LEARN,   ///< Learn the next sound
  ECHOIC_DO_CANCEL,  ///< Or don't
  ECHOIC_DO_HOLD,    ///< Learn from now
  ECHOIC_DO_RELEASE, ///< To now
  ECHOIC_DO_THAT,    ///< Learn what has just gone
  ECHOIC_DO_MISSED,  ///< Learn what was nearly taken for it
  ECHOIC_DO_FORGET,
  ECHOIC_DO_UNDO, ///< Whatever was done last
  ECHOIC_DO_SAVE,
} EchoicDo;

/// Make a desk; false without memory
bool
echoic_desk_init(EchoicDesk*     desk,
                 EchoicCallback* callback,
                 EchoicTeacher*  teacher,
                 EchoicNotices*  notices);

/// Free what it owns
void
echoic_desk_clear(EchoicDesk* desk);

/// Go over to what is newly taught
void
echoic_desk_update(EchoicDesk* desk);

/// Look at meters
void
echoic_desk_look(EchoicDesk* desk);

/// Take the next event; false if there is none
bool
echoic_desk_hear(EchoicDesk* desk, EchoicHeard* heard);

/// Return the slot of a name; a free one, which takes the name, if that's
/// allowed; or ECHOIC_NO_SLOT
uint32_t
echoic_desk_slot(EchoicDesk* desk, const char* name, bool may_new);

/// Do something
void
echoic_desk_do(EchoicDesk* desk, EchoicDo what, uint32_t slot);

/// Learn what was heard from sample to sample
void
echoic_desk_learn(EchoicDesk* desk, uint32_t slot, EchoicStretchAt at);

/// Say that the last event was wrong: of a slot, or of any (ECHOIC_NO_SLOT)
void
echoic_desk_reject(EchoicDesk* desk, uint32_t slot);

/// Name a slot
void
echoic_desk_name(EchoicDesk* desk, uint32_t slot, const char* name);

/// Set the sensitivity of a sound; false if there is none of that name
bool
echoic_desk_sensitivity(EchoicDesk* desk, const char* name, float sensitivity);

/// Set the threshold of a sound by its sensitivity, as far as that goes
bool
echoic_desk_threshold(EchoicDesk* desk, const char* name, float threshold);

#endif // ECHOIC_HOST_LIVE_DESK_H
