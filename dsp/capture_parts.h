// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_CAPTURE_PARTS_H
#define ECHOIC_CAPTURE_PARTS_H

#include "dsp/capture.h"

#include <stdint.h>

/* What telling sounds apart and taking those that are asked for share, see
   capture.h. */

/// Return a time in samples
static inline ECHOIC_RT uint64_t
echoic_capture_samples(const EchoicCapture* const c, const double seconds)
{
  return (uint64_t)(seconds * c->rate_hz);
}

/// Return the newest sound, of which there must be one
static inline ECHOIC_RT EchoicStretchAt*
echoic_capture_newest(EchoicCapture* const c)
{
  return &c->sounds[(c->n_sounds - 1U) % ECHOIC_CAPTURE_KEPT];
}

/// Let a hold begin with the newest sound
ECHOIC_RT void
echoic_capture_choose(EchoicCapture* c);

/// Return a sound with what is taken around it
ECHOIC_RT EchoicStretchAt
echoic_capture_with_margin(const EchoicCapture*   c,
                           const EchoicStretchAt* sound,
                           bool                   is_last);

#endif // ECHOIC_CAPTURE_PARTS_H
