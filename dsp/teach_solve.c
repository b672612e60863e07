// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/teach_solve.h"

#include "dsp/lda.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define D ECHOIC_N_STATES
#define N_COPIES ECHOIC_N_COPIES
#define N_LOOKS ECHOIC_N_LOOKS

static const double   world_share  = 0.3;
static const double   taught_share = 0.1;
static const double   ridge_share  = 0.05;
static const uint32_t most_heard   = 4000U; ///< Frames
static const uint32_t world_memory = 4U;    ///< Lags used, in durations L

/// Everything of one duration of memory
typedef struct {
  uint32_t      n_looks; ///< Rows of `looks`
  uint32_t      n_nots;  ///< Rows of `nots`
  uint32_t      n_heard; ///< Rows of `heard`
  uint32_t*     first;   ///< [n_lessons] First look of each lesson
  float*        looks;   ///< [n_looks][D] by lesson, example, copy, look
  float*        nots;    ///< [n_nots][D] by lesson, mark, copy
  float*        heard;   ///< [n_heard][D]
  float*        scratch; ///< [D][D]
  double*       cov;     ///< [D][D] C, then its factor
  double*       other;   ///< [D][D]
  double*       mean;    ///< [D] mu
  EchoicWanted* wanted;  ///< [n_looks + n_nots + n_heard]
} Desk;

static void
desk_free(Desk* const desk)
{
  free(desk->first);
  free(desk->looks);
  free(desk->nots);
  free(desk->heard);
  free(desk->scratch);
  free(desk->cov);
  free(desk->other);
  free(desk->mean);
  free(desk->wanted);
}

static uint32_t
heard_stride(const EchoicHeard* const heard)
{
  uint64_t total = 0U;
  for (uint32_t t = 0U; t < heard->n_tracks; ++t) {
    total += heard->tracks[t].n_frames;
  }

  return (uint32_t)((total + most_heard - 1U) / most_heard);
}

static void
count_rows(const EchoicHeard* const  heard,
           const EchoicLesson* const lessons,
           const uint32_t            n_lessons,
           Desk* const               desk)
{
  const uint32_t stride = heard_stride(heard);
  for (uint32_t t = 0U; t < heard->n_tracks; ++t) {
    desk->n_heard += (heard->tracks[t].n_frames + stride - 1U) / stride;
  }

  for (uint32_t i = 0U; i < n_lessons; ++i) {
    desk->n_looks += lessons[i].n_examples * N_COPIES * N_LOOKS;
    desk->n_nots += lessons[i].n_nots * N_COPIES;
  }
}

static bool
desk_take(Desk* const desk, const uint32_t n_lessons)
{
  const size_t row = D * sizeof(float);
  desk->first      = (uint32_t*)calloc(n_lessons, sizeof(uint32_t));
  desk->looks      = (float*)calloc(desk->n_looks, row);
  desk->nots       = (float*)calloc((size_t)desk->n_nots + 1U, row);
  desk->heard      = (float*)calloc(desk->n_heard, row);
  desk->scratch    = (float*)calloc(D, row);
  desk->cov        = (double*)calloc((size_t)D * D, sizeof(double));
  desk->other      = (double*)calloc((size_t)D * D, sizeof(double));
  desk->mean       = (double*)calloc(D, sizeof(double));
  desk->wanted     = (EchoicWanted*)calloc(
    (size_t)desk->n_looks + desk->n_nots + desk->n_heard, sizeof(EchoicWanted));
  return desk->first && desk->looks && desk->nots && desk->heard &&
         desk->scratch && desk->cov && desk->other && desk->mean &&
         desk->wanted;
}

static int
compare_wanted(const void* const a, const void* const b)
{
  const EchoicWanted* const x = (const EchoicWanted*)a;
  const EchoicWanted* const y = (const EchoicWanted*)b;
  return (x->frame > y->frame) - (x->frame < y->frame);
}

/// List the looks at examples (or what was called wrong) in one track
static uint32_t
want_marks(const EchoicTrack* const       track,
           const EchoicMark* const* const marks,
           const uint32_t                 n_marks,
           const uint32_t                 span,
           const uint32_t                 n_looks,
           float* const                   rows,
           EchoicWanted* const            wanted)
{
  uint32_t n = 0U;
  for (uint32_t e = 0U; e < n_marks; ++e) {
    if (marks[e]->clip != track->clip) {
      continue;
    }

    const uint32_t frame = echoic_heard_frame(marks[e]->start_s) + span;
    float* const   row =
      rows + ((((size_t)e * N_COPIES) + track->copy) * n_looks * D);
    for (uint32_t i = 0U; i < n_looks; ++i) {
      const uint32_t k  = frame + i - (n_looks / 2U);
      wanted[n].frame   = k < track->n_frames ? k : track->n_frames - 1U;
      wanted[n++].state = row + ((size_t)i * D);
    }
  }

  return n;
}

static EchoicStatus
gather(const EchoicHeard* const  heard,
       const EchoicLesson* const lessons,
       const uint32_t            n_lessons,
       const float* const        poles,
       Desk* const               desk)
{
  const uint32_t stride = heard_stride(heard);
  float*         row    = desk->heard;
  EchoicStatus   st     = ECHOIC_OK;
  for (uint32_t t = 0U; !st && t < heard->n_tracks; ++t) {
    const EchoicTrack* const track  = &heard->tracks[t];
    EchoicWanted* const      wanted = desk->wanted;
    uint32_t                 n      = 0U;
    float*                   looks  = desk->looks;
    float*                   nots   = desk->nots;
    for (uint32_t i = 0U; i < n_lessons; ++i) {
      const EchoicLesson* const l = &lessons[i];
      desk->first[i] = (uint32_t)((size_t)(looks - desk->looks) / D);
      n += want_marks(
        track, l->examples, l->n_examples, l->span, N_LOOKS, looks, wanted + n);
      n += want_marks(track, l->nots, l->n_nots, l->span, 1U, nots, wanted + n);
      looks += (size_t)l->n_examples * N_COPIES * N_LOOKS * D;
      nots += (size_t)l->n_nots * N_COPIES * D;
    }

    for (uint32_t k = 0U; k < track->n_frames; k += stride) {
      wanted[n].frame   = k;
      wanted[n++].state = row;
      row += D;
    }

    qsort(wanted, n, sizeof(EchoicWanted), compare_wanted);
    st = echoic_heard_states(track, poles, wanted, n);
  }

  return st;
}

/// Mean of what was heard; rows become differences from it; covariance
static void
moments_of_heard(Desk* const desk, double* const mean)
{
  for (uint32_t r = 0U; r < desk->n_heard; ++r) {
    for (uint32_t i = 0U; i < D; ++i) {
      mean[i] += (double)desk->heard[((size_t)r * D) + i] / desk->n_heard;
    }
  }

  for (uint32_t r = 0U; r < desk->n_heard; ++r) {
    for (uint32_t i = 0U; i < D; ++i) {
      desk->heard[((size_t)r * D) + i] -= (float)mean[i];
    }
  }

  echoic_lda_add_products(
    desk->heard, desk->n_heard, D, desk->scratch, desk->cov);
}

static void
mix_world(Desk* const         desk,
          const double* const heard_mean,
          const double* const world_mean)
{
  for (uint32_t i = 0U; i < D; ++i) {
    desk->mean[i] =
      ((1.0 - world_share) * heard_mean[i]) + (world_share * world_mean[i]);
  }

  for (uint32_t i = 0U; i < D; ++i) {
    const double d = heard_mean[i] - desk->mean[i];
    const double e = world_mean[i] - desk->mean[i];
    for (uint32_t j = 0U; j <= i; ++j) {
      const size_t at = ((size_t)i * D) + j;
      const double h =
        (desk->cov[at] / desk->n_heard) + (d * (heard_mean[j] - desk->mean[j]));
      const double w = desk->other[at] + (e * (world_mean[j] - desk->mean[j]));
      desk->cov[at]  = ((1.0 - world_share) * h) + (world_share * w);
    }
  }
}

static void
subtract_mean(const double* const mean, float* const rows, const uint32_t n)
{
  for (uint32_t r = 0U; r < n; ++r) {
    for (uint32_t i = 0U; i < D; ++i) {
      rows[((size_t)r * D) + i] -= (float)mean[i];
    }
  }
}

/// Add the second moment of middle looks of one sound, weighted to 1 / n_groups
static void
add_taught(Desk* const        desk,
           const float* const rows,
           const uint32_t     n_rows,
           const uint32_t     n_looks,
           const double       weight)
{
  const float share = (float)sqrt(weight / n_rows);
  for (uint32_t r = 0U; r < n_rows; ++r) {
    const float* const row =
      rows + ((((size_t)r * n_looks) + (n_looks / 2U)) * D);
    for (uint32_t i = 0U; i < D; ++i) {
      desk->heard[((size_t)r * D) + i] = share * row[i];
    }
  }

  echoic_lda_add_products(desk->heard, n_rows, D, desk->scratch, desk->other);
}

static uint32_t
count_groups(const EchoicLesson* const lessons, const uint32_t n_lessons)
{
  uint32_t n = n_lessons;
  for (uint32_t i = 0U; i < n_lessons; ++i) {
    n += lessons[i].n_nots > 0U;
  }

  return n;
}

static void
mix_taught(Desk* const               desk,
           const EchoicLesson* const lessons,
           const uint32_t            n_lessons)
{
  const double weight = 1.0 / count_groups(lessons, n_lessons);
  const float* looks  = desk->looks;
  const float* nots   = desk->nots;
  memset(desk->other, 0, (size_t)D * D * sizeof(double));
  for (uint32_t i = 0U; i < n_lessons; ++i) {
    const uint32_t n_looks = lessons[i].n_examples * N_COPIES;
    const uint32_t n_nots  = lessons[i].n_nots * N_COPIES;
    add_taught(desk, looks, n_looks, N_LOOKS, weight);
    if (n_nots) {
      add_taught(desk, nots, n_nots, 1U, weight);
    }
    looks += (size_t)n_looks * N_LOOKS * D;
    nots += (size_t)n_nots * D;
  }

  for (size_t i = 0U; i < (size_t)D * D; ++i) {
    desk->cov[i] =
      ((1.0 - taught_share) * desk->cov[i]) + (taught_share * desk->other[i]);
  }
}

/// Factor C + ridge; the ridge is doubled until it works
static EchoicStatus
factor(Desk* const desk)
{
  double trace = 0.0;
  for (uint32_t i = 0U; i < D; ++i) {
    trace += desk->cov[((size_t)i * D) + i];
  }

  double ridge = ridge_share * trace / D;
  for (uint32_t attempt = 0U; attempt < 8U; ++attempt, ridge *= 2.0) {
    memcpy(desk->other, desk->cov, (size_t)D * D * sizeof(double));
    for (uint32_t i = 0U; i < D; ++i) {
      desk->other[((size_t)i * D) + i] += ridge;
    }
    if (echoic_lda_factor(desk->other, D)) {
      memcpy(desk->cov, desk->other, (size_t)D * D * sizeof(double));
      return ECHOIC_OK;
    }
  }

  return ECHOIC_BAD_ARG; // Silence throughout: nothing to tell apart
}

/// Readout from the looks of all examples but one (n_examples: of all)
static void
fit(const Desk* const  desk,
    const float* const looks,
    const uint32_t     n_examples,
    const uint32_t     without,
    double* const      w)
{
  const size_t per_example = (size_t)N_COPIES * N_LOOKS;
  const double n = (double)per_example * (n_examples - (without < n_examples));
  double       m[D];
  memset(m, 0, sizeof(m));
  for (size_t r = 0U; r < n_examples * per_example; ++r) {
    for (uint32_t i = 0U; r / per_example != without && i < D; ++i) {
      m[i] += (double)looks[(r * D) + i] / n;
    }
  }

  memcpy(w, m, sizeof(m));
  echoic_lda_solve(desk->cov, D, w);
  double scale = 0.0;
  for (uint32_t i = 0U; i < D; ++i) {
    scale += w[i] * m[i];
  }

  for (uint32_t i = 0U; i < D; ++i) {
    w[i] /= scale;
  }
}

/// Best score of an example's looks in one copy (looks have mu subtracted)
static float
best_look(const double* const w, const float* const looks)
{
  double best = -INFINITY;
  for (uint32_t i = 0U; i < N_LOOKS; ++i) {
    double sum = 0.0;
    for (uint32_t k = 0U; k < D; ++k) {
      sum += w[k] * (double)looks[((size_t)i * D) + k];
    }
    best = fmax(best, sum);
  }

  return (float)best;
}

static void
teach_one(const Desk* const   desk,
          const float* const  looks,
          const float* const  poles,
          EchoicLesson* const lesson)
{
  const uint32_t n = lesson->n_examples;
  double         w[D];
  for (uint32_t e = 0U; e < n; ++e) {
    fit(desk, looks, n, n > 1U ? e : n, w);
    for (uint32_t c = 0U; c < N_COPIES; ++c) {
      const size_t row              = (((size_t)e * N_COPIES) + c) * N_LOOKS;
      lesson->left_out[(c * n) + e] = best_look(w, looks + (row * D));
    }
  }

  fit(desk, looks, n, n, w);
  double bias = 0.0;
  for (uint32_t i = 0U; i < D; ++i) {
    lesson->w[i] = (float)w[i];
    bias -= w[i] * desk->mean[i];
  }

  lesson->bias = (float)bias;
  memcpy(lesson->poles, poles, sizeof(lesson->poles));
}

/// Make C and mu from everything, and factor C
static EchoicStatus
prepare_desk(const EchoicHeard* const  heard,
             const EchoicWorld* const  world,
             const EchoicLesson* const lessons,
             const uint32_t            n_lessons,
             const double              memory,
             const float* const        poles,
             Desk* const               desk)
{
  double       heard_mean[D] = {0.0};
  double       world_mean[D] = {0.0};
  EchoicStatus st            = gather(heard, lessons, n_lessons, poles, desk);
  if (st || (st = echoic_world_states(world,
                                      poles,
                                      ECHOIC_N_POLES,
                                      (uint32_t)(world_memory * memory) + 1U,
                                      world_mean,
                                      desk->other))) {
    return st;
  }

  moments_of_heard(desk, heard_mean);
  mix_world(desk, heard_mean, world_mean);
  subtract_mean(desk->mean, desk->looks, desk->n_looks);
  subtract_mean(desk->mean, desk->nots, desk->n_nots);
  mix_taught(desk, lessons, n_lessons);
  return factor(desk);
}

EchoicStatus
echoic_teach_solve(const EchoicHeard* const heard,
                   const EchoicWorld* const world,
                   EchoicLesson* const      lessons,
                   const uint32_t           n_lessons,
                   const double             memory)
{
  float poles[ECHOIC_N_POLES * 2U];
  Desk  desk = {0};
  echoic_embed_poles(memory, poles);
  count_rows(heard, lessons, n_lessons, &desk);
  const uint32_t most = desk.n_looks + desk.n_nots;
  desk.n_heard        = desk.n_heard > most ? desk.n_heard : most;
  EchoicStatus st = desk_take(&desk, n_lessons) ? ECHOIC_OK : ECHOIC_NO_MEMORY;
  desk.n_heard    = 0U;
  count_rows(heard, NULL, 0U, &desk);
  if (!st) {
    st = prepare_desk(heard, world, lessons, n_lessons, memory, poles, &desk);
  }

  for (uint32_t i = 0U; !st && i < n_lessons; ++i) {
    if (lessons[i].memory == memory) {
      teach_one(
        &desk, desk.looks + ((size_t)desk.first[i] * D), poles, &lessons[i]);
    }
  }

  desk_free(&desk);
  return st;
}
