// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/picker.h"

#include <math.h>

ECHOIC_RT uint32_t
echoic_peak_reach(const uint32_t span)
{
  return span / 2U > 3U ? span / 2U : 3U;
}

size_t
echoic_picker_bytes(const uint32_t reach)
{
  return echoic_arena_round(((2U * (size_t)reach) + 1U) * sizeof(float));
}

bool
echoic_picker_prepare(EchoicPicker* const picker,
                      const float         threshold,
                      const uint32_t      reach,
                      EchoicArena* const  arena)
{
  picker->threshold = threshold;
  picker->reach     = reach;
  picker->scores =
    (float*)echoic_arena_take(arena, (2U * (size_t)reach) + 1U, sizeof(float));
  if (picker->scores) {
    echoic_picker_reset(picker);
  }

  return picker->scores;
}

ECHOIC_RT void
echoic_picker_reset(EchoicPicker* const picker)
{
  picker->n = 0U;
  for (uint32_t i = 0U; i < (2U * picker->reach) + 1U; ++i) {
    picker->scores[i] = -INFINITY;
  }
}

ECHOIC_RT bool
echoic_picker_process(EchoicPicker* const picker,
                      const float         score,
                      EchoicPeak* const   peak)
{
  const uint32_t size      = (2U * picker->reach) + 1U;
  const uint64_t n         = picker->n++;
  picker->scores[n % size] = score;
  if (n < picker->reach) {
    return false;
  }

  const uint64_t middle = n - picker->reach;
  const float    s      = picker->scores[middle % size];
  if (!(s > picker->threshold)) {
    return false;
  }

  for (uint32_t i = 1U; i <= picker->reach; ++i) {
    const float after  = picker->scores[(middle + i) % size];
    const float before = picker->scores[(middle + size - i) % size];
    if (before >= s || after > s) {
      return false;
    }
  }

  const float before = picker->scores[(middle + size - 1U) % size];
  const float after  = picker->scores[(middle + 1U) % size];
  const float bend   = (before - s) + (after - s);
  peak->frame        = middle;
  peak->score        = s;
  peak->shift =
    bend < 0.0F && isfinite(bend) ? 0.5F * (before - after) / bend : 0.0F;
  return true;
}
