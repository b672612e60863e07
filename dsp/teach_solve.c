// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/teach_solve.h"

#include "dsp/lda.h"
#include "dsp/teach_gather.h"

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
static const uint32_t world_memory = 4U; ///< Lags used, in durations L

/// Everything of one duration of memory
typedef struct {
  EchoicRows rows;
  float*     scratch; ///< [D][D]
  double*    cov;     ///< [D][D] C, then its factor
  double*    other;   ///< [D][D]
  double*    mean;    ///< [D] mu
} Desk;

static void
desk_free(Desk* const desk)
{
  echoic_rows_clear(&desk->rows);
  free(desk->scratch);
  free(desk->cov);
  free(desk->other);
  free(desk->mean);
}

static bool
desk_take(Desk* const desk)
{
  desk->scratch = (float*)calloc((size_t)D * D, sizeof(float));
  desk->cov     = (double*)calloc((size_t)D * D, sizeof(double));
  desk->other   = (double*)calloc((size_t)D * D, sizeof(double));
  desk->mean    = (double*)calloc(D, sizeof(double));
  return desk->scratch && desk->cov && desk->other && desk->mean;
}

/// Mean of what was heard; rows become differences from it; covariance
static void
moments_of_heard(Desk* const desk, double* const mean)
{
  for (uint32_t r = 0U; r < desk->rows.n_heard; ++r) {
    for (uint32_t i = 0U; i < D; ++i) {
      mean[i] +=
        (double)desk->rows.heard[((size_t)r * D) + i] / desk->rows.n_heard;
    }
  }

  for (uint32_t r = 0U; r < desk->rows.n_heard; ++r) {
    for (uint32_t i = 0U; i < D; ++i) {
      desk->rows.heard[((size_t)r * D) + i] -= (float)mean[i];
    }
  }

  echoic_lda_add_products(
    desk->rows.heard, desk->rows.n_heard, D, desk->scratch, desk->cov);
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
      const double h  = (desk->cov[at] / desk->rows.n_heard) +
                       (d * (heard_mean[j] - desk->mean[j]));
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
      desk->rows.heard[((size_t)r * D) + i] = share * row[i];
    }
  }

  echoic_lda_add_products(
    desk->rows.heard, n_rows, D, desk->scratch, desk->other);
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
  const float* looks  = desk->rows.looks;
  const float* nots   = desk->rows.nots;
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
  double best = -HUGE_VAL;
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
  EchoicStatus st =
    echoic_rows_gather(heard, lessons, n_lessons, poles, &desk->rows);
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
  subtract_mean(desk->mean, desk->rows.looks, desk->rows.n_looks);
  subtract_mean(desk->mean, desk->rows.nots, desk->rows.n_nots);
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
  EchoicStatus st = desk_take(&desk) ? ECHOIC_OK : ECHOIC_NO_MEMORY;
  if (!st) {
    st = prepare_desk(heard, world, lessons, n_lessons, memory, poles, &desk);
  }

  for (uint32_t i = 0U; !st && i < n_lessons; ++i) {
    if (lessons[i].memory == memory) {
      teach_one(&desk,
                desk.rows.looks + ((size_t)desk.rows.first[i] * D),
                poles,
                &lessons[i]);
    }
  }

  desk_free(&desk);
  return st;
}
