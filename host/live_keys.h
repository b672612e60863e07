// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_LIVE_KEYS_H
#define ECHOIC_HOST_LIVE_KEYS_H

#include "dsp/echoic.h"
#include "host/live_desk.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   What keys do.

     1 - 8, up, down  select a sound         l, space  learn the next: tap, or
     t  learn what has just gone                       hold while it is heard
     n  the last event was wrong             m  it was missed
     + -  sensitivity                        u  undo
     f  forget    r  rename    s  save       q  end

   Terminals don't say when a key is let go: a key that is held repeats, and it
   is let go when it stops.
*/

/// What a line of text is asked for
typedef enum {
  ECHOIC_PROMPT_NONE,
  ECHOIC_PROMPT_NAME,
  ECHOIC_PROMPT_FORGET, ///< y or n
} EchoicPrompt;

typedef struct {
  uint32_t     slot; ///< Selected
  EchoicPrompt prompt;
  char         text[ECHOIC_NAME_SIZE]; ///< Typed so far
  bool         is_down;                ///< The key of learning
  bool         is_held;                ///< And repeats
  uint64_t     down_at;                ///< Sample at which it was pressed
  int64_t      first_ns;               ///< When it was
  int64_t      last_ns;                ///< When it repeated last
} EchoicKeys;

/// Take a key; false if it ends the program
bool
echoic_keys_press(EchoicKeys* keys, EchoicDesk* desk, int key, int64_t now_ns);

/// Look whether the key of learning was let go
void
echoic_keys_wait(EchoicKeys* keys, EchoicDesk* desk, int64_t now_ns);

#endif // ECHOIC_HOST_LIVE_KEYS_H
