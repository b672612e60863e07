// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/picker.h"

#include "dsp/kernels.h"

#include <math.h>
#include <string.h>

static const uint32_t least_reach = 3U; ///< Frames

ECHOIC_RT uint32_t
echoic_peak_reach(const uint32_t span)
{
  return span / 2U > least_reach ? span / 2U : least_reach;
}

uint32_t
echoic_picker_size(const uint32_t reach, const uint32_t delay)
{
  return reach + (delay > reach ? delay : reach) + ECHOIC_PICKER_FRAMES;
}

/// Return how many peaks of a sound may wait: every other frame may be one
static uint32_t
room_of(const uint32_t size)
{
  return (size / 2U) + 1U;
}

size_t
echoic_picker_bytes(const uint32_t n_sounds, const uint32_t size)
{
  const size_t n_waiting = (size_t)room_of(size) * n_sounds;
  const size_t n_scores  = (size_t)size * n_sounds;
  return echoic_arena_round(n_sounds * sizeof(EchoicPick)) +
         echoic_arena_round(n_sounds * sizeof(uint64_t)) +
         echoic_arena_round(n_sounds * sizeof(uint32_t)) +
         echoic_arena_round(n_waiting * sizeof(uint64_t)) +
         echoic_arena_round(n_scores * sizeof(float));
}

bool
echoic_picker_prepare(EchoicPicker* const picker,
                      const uint32_t      n_sounds,
                      const uint32_t      size,
                      EchoicArena* const  arena)
{
  const size_t room = room_of(size);
  picker->threshold = INFINITY;
  picker->n_sounds  = n_sounds;
  picker->size      = size;
  picker->room      = (uint32_t)room;
  picker->picks =
    (EchoicPick*)echoic_arena_take(arena, n_sounds, sizeof(EchoicPick));
  picker->due = (uint64_t*)echoic_arena_take(arena, n_sounds, sizeof(uint64_t));
  picker->tops =
    (uint32_t*)echoic_arena_take(arena, n_sounds, sizeof(uint32_t));
  uint64_t* const waiting =
    (uint64_t*)echoic_arena_take(arena, room * n_sounds, sizeof(uint64_t));
  picker->scores =
    (float*)echoic_arena_take(arena, (size_t)size * n_sounds, sizeof(float));
  if (!picker->picks || !picker->due || !picker->tops || !waiting ||
      !picker->scores) {
    return false;
  }

  for (uint32_t i = 0U; i < n_sounds; ++i) {
    picker->picks[i] =
      (EchoicPick){0.0F, 0U, 0U, 0U, 0U, 0U, 0U, 0U, waiting + (i * room)};
  }

  echoic_picker_reset(picker);
  return true;
}

void
echoic_picker_set(EchoicPicker* const picker,
                  const uint32_t      sound,
                  const float         threshold,
                  const uint32_t      reach,
                  const uint32_t      delay)
{
  EchoicPick* const pick = &picker->picks[sound];
  pick->least            = threshold;
  picker->threshold      = fminf(picker->threshold, threshold);
  pick->reach            = reach;
  pick->most             = reach;
  pick->ahead            = reach;
  pick->late             = delay > reach ? delay : reach;
  pick->delay            = pick->late;
}

ECHOIC_RT void
echoic_picker_reset(EchoicPicker* const picker)
{
  const size_t n_scores = (size_t)picker->size * picker->n_sounds;
  picker->n             = 0U;
  picker->at            = 0U;
  for (uint32_t i = 0U; i < picker->n_sounds; ++i) {
    picker->picks[i].first = 0U;
    picker->picks[i].n     = 0U;
    picker->due[i]         = UINT64_MAX;
  }

  for (size_t i = 0U; i < n_scores; ++i) { // Nothing was or is there
    picker->scores[i] = -INFINITY;
  }
}

/// Set when the first peak of a sound that waits is due
static void
set_due(const EchoicPicker* const picker, const uint32_t sound)
{
  const EchoicPick* const pick = &picker->picks[sound];
  picker->due[sound] =
    pick->n ? pick->waiting[pick->first] + pick->delay : UINT64_MAX;
}

static void
drop_first(const EchoicPicker* const picker, const uint32_t sound)
{
  EchoicPick* const pick = &picker->picks[sound];
  pick->first = pick->first + 1U < picker->room ? pick->first + 1U : 0U;
  --pick->n;
  set_due(picker, sound);
}

/// Let a frame of a sound wait
static void
add_waiting(const EchoicPicker* const picker,
            const uint32_t            sound,
            const uint64_t            frame)
{
  EchoicPick* const pick = &picker->picks[sound];
  if (pick->n == picker->room) { // They weren't taken
    drop_first(picker, sound);
  }

  const uint32_t end = pick->first + pick->n++;
  pick->waiting[end - (end < picker->room ? 0U : picker->room)] = frame;
  if (pick->n == 1U) {
    set_due(picker, sound);
  }
}

/// Scores of a frame, counted back from the next
static float*
row_before(const EchoicPicker* const picker, const uint32_t n_frames)
{
  const uint32_t more = picker->at < n_frames ? picker->size : 0U;
  return picker->scores +
         ((size_t)(picker->at + more - n_frames) * picker->n_sounds);
}

ECHOIC_RT void
echoic_picker_add(EchoicPicker* const picker,
                  const float* const  scores,
                  const uint32_t      n_frames)
{
  const size_t n = picker->n_sounds;
  for (uint32_t k = 0U; k < n_frames; ++k) {
    float* const row = row_before(picker, 0U);
    memcpy(row, scores + (k * n), n * sizeof(float));
    const uint32_t n_tops = echoic_kernels()->tops(row_before(picker, 2U),
                                                   row_before(picker, 1U),
                                                   row,
                                                   picker->threshold,
                                                   picker->n_sounds,
                                                   picker->tops);
    for (uint32_t i = 0U; i < n_tops; ++i) {
      const uint32_t sound = picker->tops[i];
      if (row_before(picker, 1U)[sound] > picker->picks[sound].least) {
        add_waiting(picker, sound, picker->n - 1U);
      }
    }

    picker->at = picker->at + 1U < picker->size ? picker->at + 1U : 0U;
    ++picker->n;
  }
}

/// True if nothing of a sound near its score at `middle` is better; the nearest
/// first
static bool
is_peak(const EchoicPicker* const picker,
        const uint32_t            sound,
        const uint32_t            middle)
{
  const EchoicPick* const pick   = &picker->picks[sound];
  const float* const      scores = picker->scores + sound;
  const size_t            n      = picker->n_sounds;
  const uint32_t          size   = picker->size;
  const float             s      = scores[middle * n];
  uint32_t                left   = middle;
  uint32_t                right  = middle;
  for (uint32_t i = 0U; i < pick->reach; ++i) {
    left  = left ? left - 1U : size - 1U;
    right = right + 1U < size ? right + 1U : 0U;
    if (scores[left * n] >= s || (i < pick->ahead && scores[right * n] > s)) {
      return false;
    }
  }

  return true;
}

/// Describe the peak of a sound at `middle`
static void
describe(const EchoicPicker* const picker,
         const uint32_t            sound,
         const uint32_t            middle,
         EchoicPeak* const         peak)
{
  const float* const scores = picker->scores + sound;
  const size_t       n      = picker->n_sounds;
  const uint32_t     size   = picker->size;
  const float        s      = scores[middle * n];
  const float        before = scores[(middle ? middle - 1U : size - 1U) * n];
  const float after = scores[(middle + 1U < size ? middle + 1U : 0U) * n];
  const float bend  = (before - s) + (after - s);
  peak->score       = s;
  peak->shift =
    bend < 0.0F && isfinite(bend) ? 0.5F * (before - after) / bend : 0.0F;
}

ECHOIC_RT bool
echoic_picker_take(EchoicPicker* const picker,
                   const uint32_t      sound,
                   const uint32_t      n_frames,
                   EchoicPeak* const   peak)
{
  const EchoicPick* const pick = &picker->picks[sound];
  while (echoic_picker_is_due(picker, sound)) {
    peak->frame           = pick->waiting[pick->first];
    peak->due             = picker->due[sound];
    const uint32_t ago    = (uint32_t)(picker->n - peak->frame);
    const uint32_t more   = picker->at < ago ? picker->size : 0U;
    const uint32_t middle = picker->at + more - ago;
    drop_first(picker, sound);
    if (peak->due + n_frames >= picker->n && // Not left from a longer delay
        is_peak(picker, sound, middle)) {
      describe(picker, sound, middle, peak);
      return true;
    }
  }

  return false;
}

ECHOIC_RT void
echoic_picker_set_early(EchoicPicker* const picker, const bool early)
{
  for (uint32_t i = 0U; i < picker->n_sounds; ++i) {
    EchoicPick* const pick = &picker->picks[i];
    pick->ahead            = early ? 1U : pick->reach;
    pick->delay            = early ? 1U : pick->late;
    set_due(picker, i);
  }
}

ECHOIC_RT void
echoic_picker_set_reach(EchoicPicker* const picker,
                        const uint32_t      sound,
                        const uint32_t      reach)
{
  EchoicPick* const pick  = &picker->picks[sound];
  const uint32_t    least = reach > least_reach ? reach : least_reach;
  pick->reach             = least < pick->most ? least : pick->most;
  pick->ahead             = pick->ahead > 1U ? pick->reach : pick->ahead;
}
