// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_LIVE_EXEC_H
#define ECHOIC_HOST_LIVE_EXEC_H

#include "host/live_messages.h"
#include "host/live_notices.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/**
   A program run for every event, without a shell:

       PROGRAM SOUND START_S END_S SCORE VELOCITY

   It gets no input, and writes to stderr or nowhere.  It is run at most once in
   `interval_s`, and at most four run at once; what comes between is left out.
   Main.
*/

#define ECHOIC_MAX_CHILDREN 4U

typedef struct {
  const char*    program;
  double         interval_s;
  double         rate_hz;
  bool           is_silent; ///< Nothing of what it writes is seen
  EchoicNotices* notices;
  int64_t        last_ns;                       ///< When it was run last, or 0
  pid_t          children[ECHOIC_MAX_CHILDREN]; ///< That run; 0: none
} EchoicExec;

/// True if the program can be run; else false and `error`
bool
echoic_exec_check(const char* program, EchoicError* error);

/// Run it for an event
void
echoic_exec_event(EchoicExec* exec, const EchoicHeard* heard);

/// Look which have ended, and say which failed
void
echoic_exec_reap(EchoicExec* exec);

#endif // ECHOIC_HOST_LIVE_EXEC_H
