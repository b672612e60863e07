// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_SIGNALS_H
#define ECHOIC_HOST_SIGNALS_H

/**
   Make SIGINT, SIGTERM and SIGHUP ask for an end: see echoic_interrupted().

   The second one ends at once and removes what is unfinished, as SIGPIPE does.
*/
void
echoic_handle_signals(void);

#endif // ECHOIC_HOST_SIGNALS_H
