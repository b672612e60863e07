// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_LIVE_VIEW_H
#define ECHOIC_HOST_LIVE_VIEW_H

#include "host/live_backend.h"
#include "host/live_desk.h"
#include "host/live_keys.h"

#include <stdbool.h>

/**
   What the terminal shows: a line for the sound, one for every taught sound
   (name, score, threshold, count, last time), the last words, the keys.  It
   fits into 80 columns and 24 lines.
*/
typedef struct {
  const char*          model_path;
  const EchoicDesk*    desk;
  const EchoicBackend* backend;
  const EchoicKeys*    keys;
  const char*          words;   ///< Last that was said
  bool                 is_lost; ///< The device has gone
} EchoicView;

/// Show it
void
echoic_view_draw(const EchoicView* view);

#endif // ECHOIC_HOST_LIVE_VIEW_H
