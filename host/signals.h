// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_SIGNALS_H
#define ECHOIC_HOST_SIGNALS_H

#include <signal.h>
#include <stdbool.h>

/// Wakes a thread that waits, and does nothing else
#define ECHOIC_WAKE_SIGNAL SIGURG

/**
   Make SIGINT, SIGTERM and SIGHUP ask for an end: see echoic_interrupted().

   Pipes that are read end then, see host/pipes.h.  The second request ends at
   once and removes what is unfinished, as SIGPIPE does.
*/
void
echoic_handle_signals(void);

/**
   Make SIGHUP mean something else than an end, see echoic_hangup(), and SIGPIPE
   an error of writing: for what runs until it is stopped.
*/
void
echoic_handle_hangup(void);

/// True once after every SIGHUP
bool
echoic_hangup(void);

#endif // ECHOIC_HOST_SIGNALS_H
