// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_PROGRESS_H
#define ECHOIC_HOST_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

/**
   One line on the terminal that tells how far the work is.

   Nothing is shown unless stderr is a terminal.  Any thread may call
   echoic_progress_add().
*/

/// Begin; `n_files` is how much there is to do
void
echoic_progress_start(size_t n_files, bool is_quiet);

/**
   Say what was done since the last call.

   @param file Name to show.
   @param fraction Of that file, 0..1; all of a file's sum to 1.
   @param audio_s Seconds of sound that were heard.
*/
void
echoic_progress_add(const char* file, double fraction, double audio_s);

/// Take the line away, for other output
void
echoic_progress_clear(void);

/// End
void
echoic_progress_stop(void);

#endif // ECHOIC_HOST_PROGRESS_H
