// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* What can be changed of an engine while it listens. */

#include "dsp/engine_parts.h"

#include <math.h>

static const float least_score = 0.05F; ///< Of an event, at any sensitivity
static const float most_mask_s = 60.0F;

ECHOIC_RT void
echoic_listener_tune(EchoicEngine* const e,
                     const uint32_t      index,
                     const float         sensitivity,
                     const float         mask_s)
{
  EchoicListener* const  l    = &e->listeners[index];
  EchoicContender* const c    = &e->arbiter.contenders[index];
  const float            both = sensitivity + e->sensitivity;
  const float            ease = fminf(fmaxf(both, -1.0F), 1.0F);
  const float            most = fminf(fmaxf(mask_s, 0.0F), most_mask_s);
  const uint32_t         mask = (uint32_t)lrint((double)most / ECHOIC_HOP_S);

  l->asked_mask_s = most;
  l->threshold    = fmaxf(l->taught * (1.0F - ease), least_score);
  c->ringing      = mask > l->own_mask ? mask : l->own_mask;
  c->mask         = mask && !l->is_long ? mask : c->ringing;
  echoic_picker_set_reach(&e->picker, index, c->mask);
}

/// Return the listener of a sound, or n_listeners
static uint32_t
find_listener(const EchoicEngine* const e, const uint32_t sound)
{
  uint32_t i = 0U;
  while (i < e->n_listeners && e->listeners[i].sound != sound) {
    ++i;
  }

  return i;
}

ECHOIC_RT void
echoic_engine_tune(EchoicEngine* const       e,
                   const uint32_t            sound,
                   const EchoicTuning* const tuning)
{
  const uint32_t i = find_listener(e, sound);
  if (i < e->n_listeners) {
    echoic_listener_tune(e, i, tuning->sensitivity, tuning->mask_s);
    e->listeners[i].is_off = !tuning->enabled;
  }
}

ECHOIC_RT float
echoic_engine_threshold(const EchoicEngine* const e, const uint32_t sound)
{
  const uint32_t i = find_listener(e, sound);
  return i < e->n_listeners ? e->listeners[i].threshold : 0.0F;
}

ECHOIC_RT void
echoic_engine_set_early(EchoicEngine* const e, const bool early)
{
  e->arbiter.is_early = early;
  e->arbiter.wait     = early ? 0U : e->wait;
  echoic_picker_set_early(&e->picker, early);
}
