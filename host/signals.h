// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_SIGNALS_H
#define ECHOIC_HOST_SIGNALS_H

#include <stdbool.h>

/**
   Make SIGINT, SIGTERM and SIGHUP ask for an end: see echoic_interrupted().

   The second one ends at once and removes what is unfinished, as SIGPIPE does.
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
