// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/picker.h"

#include <math.h>

static const uint32_t least_reach = 3U; ///< Frames

ECHOIC_RT uint32_t
echoic_peak_reach(const uint32_t span)
{
  return span / 2U > least_reach ? span / 2U : least_reach;
}

static uint32_t
ring_size(const uint32_t reach, const uint32_t delay)
{
  return reach + (delay > reach ? delay : reach) + ECHOIC_PICKER_FRAMES;
}

size_t
echoic_picker_bytes(const uint32_t reach, const uint32_t delay)
{
  return echoic_arena_round(ring_size(reach, delay) * sizeof(float));
}

bool
echoic_picker_prepare(EchoicPicker* const picker,
                      const float         threshold,
                      const uint32_t      reach,
                      const uint32_t      delay,
                      EchoicArena* const  arena)
{
  picker->threshold = threshold;
  picker->reach     = reach;
  picker->most      = reach;
  picker->size      = ring_size(reach, delay);
  picker->scores =
    (float*)echoic_arena_take(arena, picker->size, sizeof(float));
  if (picker->scores) {
    echoic_picker_set_early(picker, false);
    echoic_picker_reset(picker);
  }

  return picker->scores;
}

ECHOIC_RT void
echoic_picker_reset(EchoicPicker* const picker)
{
  picker->n    = 0U;
  picker->loud = 0U;
  picker->next = 0U;
  picker->at   = 0U;
  for (uint32_t i = 0U; i < picker->size; ++i) {
    picker->scores[i] = -INFINITY;
  }
}

/// True if nothing near the score at `middle` is better; the nearest first,
/// which say no on every slope
static bool
is_peak(const EchoicPicker* const picker, const uint32_t middle)
{
  const uint32_t size  = picker->size;
  const float    s     = picker->scores[middle];
  uint32_t       left  = middle;
  uint32_t       right = middle;
  for (uint32_t i = 0U; i < picker->reach; ++i) {
    left  = left ? left - 1U : size - 1U;
    right = right + 1U < size ? right + 1U : 0U;
    if (picker->scores[left] >= s ||
        (i < picker->ahead && picker->scores[right] > s)) {
      return false;
    }
  }

  return true;
}

ECHOIC_RT bool
echoic_picker_find(EchoicPicker* const picker,
                   const uint32_t      back,
                   EchoicPeak* const   peak)
{
  const uint32_t size   = picker->size;
  const uint32_t ago    = picker->delay + back + 1U; // `at` is one further
  const uint32_t middle = picker->at + (picker->at < ago ? size : 0U) - ago;
  const uint64_t frame  = picker->n - ago;
  if (picker->n < ago || frame < picker->next ||
      !(picker->scores[middle] > picker->threshold) ||
      !is_peak(picker, middle)) {
    return false;
  }

  const float s      = picker->scores[middle];
  const float before = picker->scores[middle ? middle - 1U : size - 1U];
  const float after  = picker->scores[middle + 1U < size ? middle + 1U : 0U];
  const float bend   = (before - s) + (after - s);
  peak->frame        = frame;
  peak->score        = s;
  peak->shift =
    bend < 0.0F && isfinite(bend) ? 0.5F * (before - after) / bend : 0.0F;
  picker->next = frame + 1U;
  return true;
}

ECHOIC_RT bool
echoic_picker_process(EchoicPicker* const picker,
                      const float         score,
                      EchoicPeak* const   peak)
{
  return echoic_picker_add(picker, &score, 1U, 1U) &&
         echoic_picker_find(picker, 0U, peak);
}

ECHOIC_RT void
echoic_picker_set_early(EchoicPicker* const picker, const bool early)
{
  picker->ahead = early ? 1U : picker->reach;
  picker->delay =
    early ? 1U : picker->size - picker->most - ECHOIC_PICKER_FRAMES;
}

ECHOIC_RT void
echoic_picker_set_reach(EchoicPicker* const picker, const uint32_t reach)
{
  const uint32_t least = reach > least_reach ? reach : least_reach;
  picker->reach        = least < picker->most ? least : picker->most;
  picker->ahead        = picker->ahead > 1U ? picker->reach : picker->ahead;
}
