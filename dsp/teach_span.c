// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/teach_span.h"

#include "dsp/teach_heard.h"

#include <math.h>

static const double share_heard = 0.7; ///< Of the whole loudness
static const double least_s     = 0.04;
static const double most_s      = 1.0;

static double
loudness(const EchoicClip* const clip, const uint32_t frame)
{
  float  energies[ECHOIC_N_BANDS];
  double sum = 0.0;
  echoic_clip_energies(clip, frame, 1U, energies);
  for (uint32_t b = 0U; b < ECHOIC_N_BANDS; ++b) {
    sum += (double)energies[b];
  }

  return sqrt(sum);
}

static double
example_span(const EchoicClip* const clip, const EchoicMark* const mark)
{
  const uint32_t first = echoic_heard_frame(mark->start_s);
  const uint32_t end   = echoic_heard_frame(mark->end_s);
  uint32_t       last  = end > first + 2U ? end : first + 2U;
  last                 = last < clip->n_frames ? last : clip->n_frames - 1U;

  double total = 0.0;
  for (uint32_t k = first; k <= last; ++k) {
    total += loudness(clip, k);
  }

  double   heard = 0.0;
  uint32_t k     = first;
  for (; k < last; ++k) {
    heard += loudness(clip, k);
    if (heard >= share_heard * total) {
      break;
    }
  }

  return fmin(fmax((k - first) * ECHOIC_HOP_S, least_s), most_s);
}

double
echoic_span(const EchoicModel* const       model,
            const EchoicMark* const* const marks,
            const uint32_t                 n_marks)
{
  double below = 0.0; // Medians by rank: there are few
  double above = 0.0;
  for (uint32_t i = 0U; i < n_marks; ++i) {
    const double span_i = example_span(&model->clips[marks[i]->clip], marks[i]);
    uint32_t     rank   = 0U;
    for (uint32_t j = 0U; j < n_marks; ++j) {
      const double span_j =
        example_span(&model->clips[marks[j]->clip], marks[j]);
      rank += span_j < span_i || (span_j == span_i && j < i);
    }
    below = rank == (n_marks - 1U) / 2U ? span_i : below;
    above = rank == n_marks / 2U ? span_i : above;
  }

  const double span_s = (below + above) / 2.0;
  const double most   = (double)model->max_span_s;
  return most > 0.0 ? fmax(fmin(span_s, most), least_s) : span_s;
}

double
echoic_span_memory(const double span_s)
{
  const double grid_s = exp2(rint(4.0 * log2(span_s)) / 4.0);
  return fmax(grid_s / ECHOIC_HOP_S, 2.0);
}
