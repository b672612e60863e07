// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* The levels of clips, and the thinning of long ones, see model.h. */

#include "dsp/model.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const double   least_level = -23.0258509299; ///< ln(1e-10)
static const uint32_t most_rows   = 1024U;          ///< Of a thinned clip
static const uint32_t full_rows   = 656U;           ///< One after the other
static const uint32_t before_rows = 96U;            ///< Of them, the onset
static const double   soon_s      = 0.02;           ///< With its clip

uint8_t
echoic_level_byte(const float energy)
{
  const double level = log(fmax((double)energy, 0.0) + 1e-10);
  const double steps = rint((level - least_level) / (double)ECHOIC_LEVEL_STEP);
  return (uint8_t)fmin(fmax(steps, 0.0), 255.0);
}

float
echoic_level_energy(const uint8_t level)
{
  const float l = (float)least_level + (ECHOIC_LEVEL_STEP * (float)level);
  return level ? expf(l) : 0.0F;
}

uint32_t
echoic_clip_rows(const EchoicClip* const clip)
{
  const uint32_t n_thin = clip->n_frames - clip->n_full;
  return clip->n_full + (n_thin / clip->stride);
}

/// Return the row of a frame, or the last before it and the frames since then
static uint32_t
find_row(const EchoicClip* const clip,
         const uint32_t          frame,
         uint32_t* const         since)
{
  const uint32_t before = clip->first_full / clip->stride;
  if (frame < clip->first_full) {
    *since = frame % clip->stride;
    return frame / clip->stride;
  }

  const uint32_t at   = frame - clip->first_full;
  const uint32_t last = clip->n_full - 1U;
  const uint32_t over = at > last ? at - last : 0U;
  *since              = over % clip->stride;
  return before + at - over + (over / clip->stride);
}

void
echoic_clip_levels(const EchoicClip* const clip,
                   const uint32_t          frame,
                   uint8_t* const          levels)
{
  uint32_t             since = 0U;
  const uint32_t       row   = find_row(clip, frame, &since);
  const uint8_t* const a     = clip->level + ((size_t)row * ECHOIC_N_BANDS);
  if (!since) {
    memcpy(levels, a, ECHOIC_N_BANDS);
    return;
  }

  const uint8_t* const b     = a + ECHOIC_N_BANDS;
  const uint32_t       until = clip->stride - since;
  for (uint32_t i = 0U; i < ECHOIC_N_BANDS; ++i) {
    const uint32_t sum = (a[i] * until) + (b[i] * since);
    levels[i]          = (uint8_t)((sum + (clip->stride / 2U)) / clip->stride);
  }
}

void
echoic_clip_energies(const EchoicClip* const clip,
                     const uint32_t          first,
                     const uint32_t          n_frames,
                     float* const            energies)
{
  for (uint32_t k = 0U; k < n_frames; ++k) {
    uint8_t      levels[ECHOIC_N_BANDS];
    float* const to = energies + ((size_t)k * ECHOIC_N_BANDS);
    echoic_clip_levels(clip, first + k, levels);
    for (uint32_t b = 0U; b < ECHOIC_N_BANDS; ++b) {
      to[b] = echoic_level_energy(levels[b]);
    }
  }
}

/// Return the frame that a row is of
static uint32_t
frame_of(const EchoicClip* const clip, const uint32_t row)
{
  const uint32_t before = clip->first_full / clip->stride;
  if (row < before) {
    return row * clip->stride;
  }

  const uint32_t at   = row - before;
  const uint32_t last = clip->n_full - 1U;
  const uint32_t over = at > last ? at - last : 0U;
  return clip->first_full + at - over + (over * clip->stride);
}

/// Make a row of the levels of `n` frames: no row is before those it needs
static void
make_row(EchoicClip* const clip, const uint32_t n, const uint32_t row)
{
  const uint32_t frame = frame_of(clip, row);
  const bool     is_full =
    frame >= clip->first_full && frame - clip->first_full < clip->n_full;
  const uint32_t half = is_full ? 0U : clip->stride / 2U;
  const uint32_t from = frame > half ? frame - half : 0U;
  const uint32_t last = n - 1U - frame > half ? frame + half : n - 1U;
  const uint32_t over = last - from + 1U;
  for (uint32_t b = 0U; b < ECHOIC_N_BANDS; ++b) {
    uint32_t sum = over / 2U;
    for (uint32_t k = from; k <= last; ++k) {
      sum += clip->level[((size_t)k * ECHOIC_N_BANDS) + b];
    }
    clip->level[((size_t)row * ECHOIC_N_BANDS) + b] = (uint8_t)(sum / over);
  }
}

void
echoic_clip_thin(EchoicClip* const clip, const uint32_t onset)
{
  const uint32_t n = clip->n_frames;
  if (clip->stride > 1U || n <= most_rows) {
    return;
  }

  const uint32_t left   = most_rows - full_rows;
  const uint32_t needed = (n - full_rows + left - 1U) / left;
  const uint32_t most   = ECHOIC_CLIP_STRIDE;
  const uint32_t start  = onset > before_rows ? onset - before_rows : 0U;
  const uint32_t latest = n - full_rows;
  clip->stride          = needed < most ? needed : most;
  clip->n_full          = full_rows;
  clip->first_full      = start < latest ? start : latest;
  clip->first_full -= clip->first_full % clip->stride;
  clip->n_frames -= (n - clip->first_full - full_rows) % clip->stride;

  const uint32_t n_rows = echoic_clip_rows(clip);
  uint32_t       row    = 0U;
  do {
    make_row(clip, n, row);
  } while (++row < n_rows);

  uint8_t* const less =
    (uint8_t*)realloc(clip->level, (size_t)n_rows * ECHOIC_N_BANDS);
  clip->level = less ? less : clip->level;
}

bool
echoic_model_clip_begins(const EchoicModel* const model, const uint32_t clip)
{
  for (uint32_t i = 0U; i < model->n_marks; ++i) {
    const EchoicMark* const m = &model->marks[i];
    if (!m->removed && m->kind == ECHOIC_MARK_EXAMPLE && m->clip == clip &&
        m->start_s < soon_s) {
      return true;
    }
  }

  return false;
}
