// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/teach.h"

#include <math.h>
#include <stdlib.h>

static const double block_s      = 0.001; ///< Of the envelope
static const double pause_s      = 0.08;  ///< Inside a sound, at the most
static const double quiet_share  = 0.1;   ///< Quantile that is the floor
static const float  onset_range  = 26.0F; ///< dB below the peak
static const float  end_range    = 32.0F; ///< dB below the peak
static const float  over_floor   = 6.0F;  ///< dB
static const float  silence_db   = -90.0F;
static const float  clip_level   = 0.999F;
static const size_t clip_samples = 3U;

/// Levels of short blocks
typedef struct {
  size_t n_blocks;
  size_t block; ///< Samples
  float* db;    ///< [n_blocks] RMS, dB full scale
} Envelope;

static bool
envelope_new(const float* const in,
             const size_t       n,
             const double       rate_hz,
             Envelope* const    e)
{
  e->block    = (size_t)fmax(rint(block_s * rate_hz), 1.0);
  e->n_blocks = (n + e->block - 1U) / e->block;
  e->db       = (float*)malloc((e->n_blocks + 1U) * sizeof(float));
  for (size_t b = 0U; e->db && b < e->n_blocks; ++b) {
    const size_t first = b * e->block;
    const size_t stop  = first + e->block < n ? first + e->block : n;
    double       sum   = 1e-12;
    for (size_t i = first; i < stop; ++i) {
      sum += (double)in[i] * (double)in[i];
    }
    e->db[b] = (float)(10.0 * log10(sum / (double)(stop - first)));
  }

  return e->db && e->n_blocks;
}

static int
compare_floats(const void* const a, const void* const b)
{
  const float x = *(const float*)a;
  const float y = *(const float*)b;
  return (x > y) - (x < y);
}

/// Level that a tenth of the blocks are below, or -inf without memory
static float
floor_level(const Envelope* const e)
{
  float* const sorted = (float*)malloc(e->n_blocks * sizeof(float));
  float        level  = -INFINITY;
  if (sorted) {
    for (size_t b = 0U; b < e->n_blocks; ++b) {
      sorted[b] = e->db[b];
    }
    qsort(sorted, e->n_blocks, sizeof(float), compare_floats);
    level = sorted[(size_t)(quiet_share * (double)(e->n_blocks - 1U))];
    free(sorted);
  }

  return level;
}

/// Walk from block `from` in direction `step` to the last one that belongs
static size_t
walk(const Envelope* const e,
     const size_t          from,
     const int             step,
     const float           least_db)
{
  const size_t pause = (size_t)(pause_s / block_s);
  size_t       last  = from;
  size_t       quiet = 0U;
  for (size_t b = from; b < e->n_blocks && quiet <= pause; b += (size_t)step) {
    const bool loud = e->db[b] > least_db; // b wraps to SIZE_MAX below 0
    last            = loud ? b : last;
    quiet           = loud ? 0U : quiet + 1U;
  }

  return last;
}

static bool
is_clipped(const float* const in, const size_t n)
{
  size_t run = 0U;
  for (size_t i = 0U; i < n && run < clip_samples; ++i) {
    run = fabsf(in[i]) >= clip_level ? run + 1U : 0U;
  }

  return run >= clip_samples;
}

bool
echoic_trim(const float* const in,
            const size_t       n,
            const double       rate_hz,
            EchoicTrim* const  trim)
{
  Envelope e    = {0U, 0U, NULL};
  size_t   peak = 0U;
  if (!n || !envelope_new(in, n, rate_hz, &e)) {
    free(e.db);
    return false;
  }

  for (size_t b = 1U; b < e.n_blocks; ++b) {
    peak = e.db[b] > e.db[peak] ? b : peak;
  }

  const float peak_db  = e.db[peak];
  const float floor_db = floor_level(&e);
  // A floor within the sound's own range is the sound, not its surroundings
  const float  least = fminf(floor_db + over_floor, peak_db - over_floor);
  const size_t first = walk(&e, peak, -1, fmaxf(peak_db - onset_range, least));
  const size_t last  = walk(&e, peak, 1, fmaxf(peak_db - end_range, least));
  free(e.db);

  float highest = 0.0F;
  for (size_t i = 0U; i < n; ++i) {
    highest = fmaxf(highest, fabsf(in[i]));
  }

  trim->onset    = first * e.block;
  trim->end      = (last + 1U) * e.block < n ? (last + 1U) * e.block : n;
  trim->peak_db  = 20.0F * log10f(fmaxf(highest, 1e-6F));
  trim->floor_db = floor_db;
  trim->clipped  = is_clipped(in, n);
  return peak_db > silence_db;
}
