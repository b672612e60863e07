// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* What can be set of all detectors while they listen. */

#include "dsp/live_parts.h"

static void
tune_slot(const EchoicDetector* const d,
          const uint32_t              slot,
          const EchoicTuning* const   tuning)
{
  if (d && d->engine && d->slots[slot].sound >= 0) {
    echoic_engine_tune(d->engine, (uint32_t)d->slots[slot].sound, tuning);
  }
}

ECHOIC_RT void
echoic_live_instruct(const EchoicLive* const l, const EchoicDetector* const d)
{
  if (d && d->engine) {
    echoic_engine_set_early(d->engine, l->is_early);
    echoic_engine_set_short(d->engine, l->is_short);
    for (uint32_t i = 0U; i < ECHOIC_DETECTOR_SLOTS; ++i) {
      if (l->is_tuned[i]) {
        tune_slot(d, i, &l->tuning[i]);
      }
    }
  }
}

static void
instruct_all(const EchoicLive* const l)
{
  echoic_live_instruct(l, l->current.detector);
  echoic_live_instruct(l, l->next.detector);
  echoic_live_instruct(l, l->waiting);
}

ECHOIC_RT void
echoic_live_set_early(EchoicLive* const l, const bool early)
{
  if (l->is_early != early) {
    l->is_early = early;
    instruct_all(l);
  }
}

ECHOIC_RT void
echoic_live_set_short(EchoicLive* const l, const bool is_short)
{
  if (l->is_short != is_short) {
    l->is_short = is_short;
    instruct_all(l);
  }
}

ECHOIC_RT void
echoic_live_tune(EchoicLive* const         l,
                 const uint32_t            slot,
                 const EchoicTuning* const tuning)
{
  if (slot < ECHOIC_DETECTOR_SLOTS) {
    l->is_tuned[slot] = true;
    l->tuning[slot]   = *tuning;
    tune_slot(l->current.detector, slot, tuning);
    tune_slot(l->next.detector, slot, tuning);
    tune_slot(l->waiting, slot, tuning);
  }
}
