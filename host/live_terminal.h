// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_LIVE_TERMINAL_H
#define ECHOIC_HOST_LIVE_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

/**
   The terminal: keys as they are pressed, lines where they belong.

   Only what changed is written, which is kind to slow lines.  One at a time;
   main's.
*/

#define ECHOIC_TERMINAL_ROWS 64U
#define ECHOIC_TERMINAL_COLUMNS 160U ///< Bytes of a line without its colours

/* Keys that aren't characters */
#define ECHOIC_KEY_UP 0x101
#define ECHOIC_KEY_DOWN 0x102
#define ECHOIC_KEY_END (-2) ///< The terminal has gone
#define ECHOIC_KEY_NONE (-1)

/// How a part of a line looks
typedef enum {
  ECHOIC_LOOK_PLAIN,
  ECHOIC_LOOK_BOLD,
  ECHOIC_LOOK_DIM,
  ECHOIC_LOOK_GOOD, ///< Green
  ECHOIC_LOOK_WARN, ///< Yellow
} EchoicLook;

/// True if the program belongs to a terminal (that hasn't been closed)
bool
echoic_terminal_is_there(void);

/// True if it runs in the foreground of one that it may draw on
bool
echoic_terminal_is_ours(void);

/// Take the terminal over; false if that can't be
bool
echoic_terminal_open(void);

/// Give it back as it was; safe in a signal handler
void
echoic_terminal_close(void);

/// Return the file descriptor to wait at for keys, or -1
int
echoic_terminal_fd(void);

/// Return a key, ECHOIC_KEY_NONE or ECHOIC_KEY_END
int
echoic_terminal_key(void);

/// Return how many rows and columns there are
void
echoic_terminal_size(size_t* rows, size_t* columns);

/// Begin a picture
void
echoic_terminal_begin(void);

/// Add text to a row; what goes over its end is left out
void
echoic_terminal_put(size_t row, EchoicLook look, const char* format, ...)
#if defined(__GNUC__)
  __attribute__((format(printf, 3, 4)))
#endif
  ;

/// Show the picture
void
echoic_terminal_show(void);

#endif // ECHOIC_HOST_LIVE_TERMINAL_H
