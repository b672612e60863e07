// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_LIVE_SESSION_H
#define ECHOIC_HOST_LIVE_SESSION_H

#include "dsp/echoic.h"
#include "host/events_out.h"
#include "host/live_backend.h"
#include "host/live_callback.h"
#include "host/live_desk.h"
#include "host/live_disk.h"
#include "host/live_exec.h"
#include "host/live_keys.h"
#include "host/live_midi.h"
#include "host/live_notices.h"
#include "host/live_osc.h"
#include "host/live_request.h"
#include "host/live_sender.h"
#include "host/live_teacher.h"

#include <stdbool.h>
#include <stdint.h>

/**
   All parts of `echoic live`, and main's loop over them.

   Threads: audio (callback), teacher, disk, sender, and main: terminal, lines,
   OSC in, programs, signals, the device that comes and goes.
*/
typedef struct {
  const EchoicLiveRequest* request;
  EchoicNotices            notices;
  EchoicBackend            backend;
  EchoicCallback           callback;
  EchoicTeacher*           teacher;
  EchoicDesk               desk;
  EchoicDisk*              disk;
  EchoicOscOut*            osc;    ///< The sender's
  EchoicOscOut*            scores; ///< Main's
  EchoicOscIn*             osc_in;
  EchoicMidi*              midi;
  EchoicSender*            sender;
  EchoicExec               exec;
  EchoicEventsOut          lines;
  EchoicKeys               keys;
  bool                     has_lines; ///< Events are written to stdout
  bool                     has_view;
  bool                     has_found;
  bool                     has_failed; ///< Something was lost: exit status 2
  char                     words[ECHOIC_NOTICE_SIZE]; ///< Said last
} EchoicSession;

/// Open everything that is asked for; nothing runs yet
bool
echoic_session_open(EchoicSession*           session,
                    const EchoicLiveRequest* request,
                    EchoicError*             error);

/// Run until the sound or the user ends it; false and `error` if it can't
/// begin
bool
echoic_session_run(EchoicSession* session, EchoicError* error);

/// Stop and complete everything, and save the model
void
echoic_session_close(EchoicSession* session);

/// Open the MIDI port, if one is asked for
bool
echoic_session_open_midi(EchoicSession* session, EchoicError* error);

/// End what sounds, and close it
void
echoic_session_close_midi(EchoicSession* session);

/// Say what there is to say, on the terminal or to stderr
void
echoic_session_speak(EchoicSession* session);

/// Pass on what was heard: lines, programs
void
echoic_session_pass(EchoicSession* session);

#endif // ECHOIC_HOST_LIVE_SESSION_H
