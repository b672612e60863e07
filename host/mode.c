// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/mode.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

const char* const echoic_mode_names[] = {"isolate", "mute", "duck", NULL};

void
echoic_mode_gains(const EchoicMode      mode,
                  const double          depth_db,
                  EchoicGateSpec* const gate)
{
  const double silent  = mode == ECHOIC_MODE_DUCK ? -12.0 : -HUGE_VAL;
  const double low_db  = isnan(depth_db) ? silent : depth_db;
  const float  low     = (float)pow(10.0, low_db / 20.0);
  const bool   is_kept = mode == ECHOIC_MODE_ISOLATE;

  gate->inside  = is_kept ? 1.0F : low;
  gate->outside = is_kept ? low : 1.0F;
  if (gate->lookahead_s < 0.0) {
    gate->lookahead_s = gate->attack_s;
  }
}
