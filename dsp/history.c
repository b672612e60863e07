// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/history.h"

#include "dsp/kernels.h"

#include <string.h>

#define N_BANDS ECHOIC_N_BANDS

/// Frames that take space: those of a ring are there twice
static size_t
stored(const uint32_t n_frames, const bool is_ring)
{
  return is_ring ? 2U * (size_t)n_frames : n_frames;
}

size_t
echoic_history_bytes(const uint32_t n_frames, const bool is_ring)
{
  const size_t cells = stored(n_frames, is_ring) * N_BANDS;
  return (3U * echoic_arena_round(cells * sizeof(float))) +
         echoic_arena_round(2U * (size_t)n_frames * sizeof(float));
}

bool
echoic_history_prepare(EchoicHistory* const h,
                       const uint32_t       n_frames,
                       const bool           is_ring,
                       EchoicArena* const   arena)
{
  const size_t cells = stored(n_frames, is_ring) * N_BANDS;
  h->mask            = is_ring ? n_frames - 1U : UINT32_MAX;
  h->n               = 0U;
  h->level           = (float*)echoic_arena_take(arena, cells, sizeof(float));
  h->gate            = (float*)echoic_arena_take(arena, cells, sizeof(float));
  h->above           = (float*)echoic_arena_take(arena, cells, sizeof(float));
  h->sums =
    (float*)echoic_arena_take(arena, 2U * (size_t)n_frames, sizeof(float));
  return h->level && h->gate && h->above && h->sums;
}

/// Write rows from `row` on, and once more where a ring holds them again
static void
put(const EchoicHistory* const h,
    float* const               to,
    const size_t               row,
    const float* const         from,
    const size_t               n_rows)
{
  const size_t       n_kept = h->mask + (size_t)1U;
  const size_t       room   = n_kept - row;
  const size_t       n_end  = n_rows < room ? n_rows : room;
  const size_t       size   = N_BANDS * sizeof(float);
  const float* const rest   = from + (n_end * N_BANDS);
  memcpy(to + (row * N_BANDS), from, n_end * size);
  if (h->mask != UINT32_MAX) {
    memcpy(to + ((row + n_kept) * N_BANDS), from, n_end * size);
    memcpy(to, rest, (n_rows - n_end) * size);
    memcpy(to + (n_kept * N_BANDS), rest, (n_rows - n_end) * size);
  }
}

ECHOIC_RT void
echoic_history_add(EchoicHistory* const h, const EchoicFeatures* const f)
{
  const size_t row = (size_t)(h->n & h->mask);
  put(h, h->level, row, f->level[0], f->n_frames);
  put(h, h->gate, row, f->gate[0], f->n_frames);
  put(h, h->above, row, f->above[ECHOIC_FLUX_LAG], f->n_frames);
  for (uint32_t k = 0U; k < f->n_frames; ++k) {
    const size_t at = (size_t)(h->n++ & h->mask);
    echoic_kernels()->moments(
      f->above[ECHOIC_FLUX_LAG + k], N_BANDS, h->sums + (2U * at));
  }
}

static uint64_t
oldest(const EchoicHistory* const h)
{
  return h->n > h->mask ? h->n - h->mask - 1U : 0U;
}

/// Row of the nearest frame that is remembered
static size_t
row_of(const EchoicHistory* const h, const int64_t frame)
{
  const uint64_t least = oldest(h);
  const uint64_t k     = frame < (int64_t)least ? least : (uint64_t)frame;
  return (size_t)((k < h->n ? k : h->n - 1U) & h->mask);
}

/// True if frames from `first` to before `end` are all remembered
static bool
has_all(const EchoicHistory* const h, const int64_t first, const int64_t end)
{
  return first >= (int64_t)oldest(h) && end <= (int64_t)h->n;
}

ECHOIC_RT EchoicHeardRows
echoic_history_rows(const EchoicHistory* const h,
                    const float* const         of,
                    const int64_t              first,
                    const uint32_t             stride,
                    const uint32_t             n_rows,
                    float* const               space)
{
  const int64_t   end  = first + ((int64_t)(n_rows - 1U) * stride) + 1;
  EchoicHeardRows rows = {space, N_BANDS};
  if (has_all(h, first, end)) {
    rows.first = of + (row_of(h, first) * N_BANDS);
    rows.apart = (size_t)stride * N_BANDS;
    return rows;
  }

  for (uint32_t i = 0U; i < n_rows; ++i) {
    memcpy(space + ((size_t)i * N_BANDS),
           of + (row_of(h, first + ((int64_t)i * stride)) * N_BANDS),
           N_BANDS * sizeof(float));
  }

  return rows;
}

/// Take sums of a row into those of a window, or out of them
static void
add_sums(const EchoicHistory* const h,
         const size_t               row,
         const double               sign,
         double* const              all,
         double* const              square)
{
  *all += sign * (double)h->sums[2U * row];
  *square += sign * (double)h->sums[(2U * row) + 1U];
}

ECHOIC_RT void
echoic_history_sums(const EchoicHistory* const h,
                    const int64_t              first,
                    const uint32_t             stride,
                    const uint32_t             n_rows,
                    const uint32_t             n_windows,
                    float* const               sum,
                    float* const               energy)
{
  const uint32_t n_all  = n_rows + n_windows - 1U;
  const int64_t  end    = first + ((int64_t)(n_all - 1U) * stride) + 1;
  const bool     is_all = has_all(h, first, end);
  const double   n      = (double)n_rows * N_BANDS;
  double         all    = 0.0;
  double         square = 0.0;
  for (uint32_t i = 0U; i < n_all; ++i) {
    const int64_t frame = first + ((int64_t)i * stride);
    add_sums(h,
             is_all ? (size_t)frame & h->mask : row_of(h, frame),
             1.0,
             &all,
             &square);
    if (i + 1U >= n_rows) {
      const int64_t  last = frame - ((int64_t)(n_rows - 1U) * stride);
      const uint32_t k    = i + 1U - n_rows;
      sum[k]              = (float)all;
      energy[k]           = (float)(square - (all * all / n));
      add_sums(h,
               is_all ? (size_t)last & h->mask : row_of(h, last),
               -1.0,
               &all,
               &square);
    }
  }
}
