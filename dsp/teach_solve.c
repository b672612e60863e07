// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/teach_solve.h"

#include "dsp/lda.h"
#include "dsp/teach_gather.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define MAX ECHOIC_MAX_STATES
#define N_COPIES ECHOIC_N_COPIES
#define N_LOOKS ECHOIC_N_LOOKS

static const double   world_share  = 0.3;
static const double   taught_share = 0.1;
static const double   ridge_share  = 0.075;
static const double   most_ridge   = 100.0;
static const uint32_t n_halvings   = 8U; ///< To find the least ridge
static const uint32_t world_memory = 4U; ///< Lags used, in durations L

/// Everything of one duration of memory
typedef struct {
  uint32_t   d; ///< Numbers of a state
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
  const size_t d = desk->d;
  desk->scratch  = (float*)calloc(d * d, sizeof(float));
  desk->cov      = (double*)calloc(d * d, sizeof(double));
  desk->other    = (double*)calloc(d * d, sizeof(double));
  desk->mean     = (double*)calloc(d, sizeof(double));
  return desk->scratch && desk->cov && desk->other && desk->mean;
}

/// Mean of what was heard; rows become differences from it; covariance
static void
moments_of_heard(Desk* const desk, double* const mean)
{
  const uint32_t d = desk->d;
  for (uint32_t r = 0U; r < desk->rows.n_heard; ++r) {
    for (uint32_t i = 0U; i < d; ++i) {
      mean[i] +=
        (double)desk->rows.heard[((size_t)r * d) + i] / desk->rows.n_heard;
    }
  }

  for (uint32_t r = 0U; r < desk->rows.n_heard; ++r) {
    for (uint32_t i = 0U; i < d; ++i) {
      desk->rows.heard[((size_t)r * d) + i] -= (float)mean[i];
    }
  }

  echoic_lda_add_products(
    desk->rows.heard, desk->rows.n_heard, d, desk->scratch, desk->cov);
}

static void
mix_world(Desk* const         desk,
          const double        share,
          const double* const heard_mean,
          const double* const world_mean)
{
  const uint32_t d = desk->d;
  for (uint32_t i = 0U; i < d; ++i) {
    desk->mean[i] = ((1.0 - share) * heard_mean[i]) + (share * world_mean[i]);
  }

  for (uint32_t i = 0U; i < d; ++i) {
    const double from_heard = heard_mean[i] - desk->mean[i];
    const double from_world = world_mean[i] - desk->mean[i];
    for (uint32_t j = 0U; j <= i; ++j) {
      const size_t at = ((size_t)i * d) + j;
      const double h  = (desk->cov[at] / desk->rows.n_heard) +
                       (from_heard * (heard_mean[j] - desk->mean[j]));
      const double w =
        desk->other[at] + (from_world * (world_mean[j] - desk->mean[j]));
      desk->cov[at] = ((1.0 - share) * h) + (share * w);
    }
  }
}

static void
subtract_mean(const Desk* const desk, float* const rows, const uint32_t n)
{
  const uint32_t d = desk->d;
  for (uint32_t r = 0U; r < n; ++r) {
    for (uint32_t i = 0U; i < d; ++i) {
      rows[((size_t)r * d) + i] -= (float)desk->mean[i];
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
  const uint32_t d     = desk->d;
  const float    share = (float)sqrt(weight / n_rows);
  for (uint32_t r = 0U; r < n_rows; ++r) {
    const float* const row =
      rows + ((((size_t)r * n_looks) + (n_looks / 2U)) * d);
    for (uint32_t i = 0U; i < d; ++i) {
      desk->rows.heard[((size_t)r * d) + i] = share * row[i];
    }
  }

  echoic_lda_add_products(
    desk->rows.heard, n_rows, d, desk->scratch, desk->other);
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
  const uint32_t d      = desk->d;
  const double   weight = 1.0 / count_groups(lessons, n_lessons);
  const float*   looks  = desk->rows.looks;
  const float*   nots   = desk->rows.nots;
  memset(desk->other, 0, (size_t)d * d * sizeof(double));
  for (uint32_t i = 0U; i < n_lessons; ++i) {
    const uint32_t n_looks = lessons[i].n_examples * N_COPIES;
    const uint32_t n_nots  = lessons[i].n_nots * N_COPIES;
    add_taught(desk, looks, n_looks, N_LOOKS, weight);
    if (n_nots) {
      add_taught(desk, nots, n_nots, 1U, weight);
    }
    looks += (size_t)n_looks * N_LOOKS * d;
    nots += (size_t)n_nots * d;
  }

  for (size_t i = 0U; i < (size_t)d * d; ++i) {
    desk->cov[i] =
      ((1.0 - taught_share) * desk->cov[i]) + (taught_share * desk->other[i]);
  }
}

/// Factor C + ridge I apart from C; false if it isn't positive definite
static bool
factor_with(Desk* const desk, const double ridge)
{
  const size_t d = desk->d;
  memcpy(desk->other, desk->cov, d * d * sizeof(double));
  for (size_t i = 0U; i < d; ++i) {
    desk->other[(i * d) + i] += ridge;
  }

  return echoic_lda_factor(desk->other, desk->d);
}

/// Factor C + ridge I, well beyond the least ridge that does
static EchoicStatus
factor(Desk* const desk)
{
  const uint32_t d     = desk->d;
  double         trace = 0.0;
  for (uint32_t i = 0U; i < d; ++i) {
    trace += desk->cov[((size_t)i * d) + i];
  }

  const double unit = ridge_share * trace / d;
  double       low  = 0.0;
  double       high = 0.0;
  while (!factor_with(desk, high)) {
    if (!(high < most_ridge * unit)) {
      return ECHOIC_BAD_ARG; // Silence throughout: nothing to tell apart
    }
    low  = high;
    high = (2.0 * high) + unit;
  }

  for (uint32_t i = 0U; low < high && i < n_halvings; ++i) {
    const double middle   = 0.5 * (low + high);
    const bool   is_right = factor_with(desk, middle);
    high                  = is_right ? middle : high;
    low                   = is_right ? low : middle;
  }

  if (!factor_with(desk, high + unit)) {
    return ECHOIC_BAD_ARG;
  }

  memcpy(desk->cov, desk->other, (size_t)d * d * sizeof(double));
  return ECHOIC_OK;
}

/// Readout from the looks of all examples but one (n_examples: of all)
static void
fit(const Desk* const  desk,
    const float* const looks,
    const uint32_t     n_examples,
    const uint32_t     without,
    double* const      w)
{
  const uint32_t d           = desk->d;
  const size_t   per_example = (size_t)N_COPIES * N_LOOKS;
  const double n = (double)per_example * (n_examples - (without < n_examples));
  double       m[MAX] = {0.0};
  for (size_t r = 0U; r < n_examples * per_example; ++r) {
    for (uint32_t i = 0U; r / per_example != without && i < d; ++i) {
      m[i] += (double)looks[(r * d) + i] / n;
    }
  }

  memcpy(w, m, d * sizeof(double));
  echoic_lda_solve(desk->cov, d, w);
  double scale = 0.0;
  for (uint32_t i = 0U; i < d; ++i) {
    scale += w[i] * m[i];
  }

  for (uint32_t i = 0U; i < d; ++i) {
    w[i] /= scale;
  }
}

/// Best score of an example's looks in one copy (looks have mu subtracted)
static float
best_look(const double* const w, const float* const looks, const uint32_t d)
{
  double best = -HUGE_VAL;
  for (uint32_t i = 0U; i < N_LOOKS; ++i) {
    double sum = 0.0;
    for (uint32_t k = 0U; k < d; ++k) {
      sum += w[k] * (double)looks[((size_t)i * d) + k];
    }
    best = fmax(best, sum);
  }

  return (float)best;
}

static void
teach_one(const Desk* const   desk,
          const float* const  looks,
          EchoicLesson* const lesson)
{
  const uint32_t d = desk->d;
  const uint32_t n = lesson->n_examples;
  double         w[MAX];
  for (uint32_t e = 0U; e < n; ++e) {
    fit(desk, looks, n, n > 1U ? e : n, w);
    for (uint32_t c = 0U; c < N_COPIES; ++c) {
      const size_t row              = (((size_t)e * N_COPIES) + c) * N_LOOKS;
      lesson->left_out[(c * n) + e] = best_look(w, looks + (row * d), d);
    }
  }

  fit(desk, looks, n, n, w);
  double bias = 0.0;
  for (uint32_t i = 0U; i < d; ++i) {
    lesson->w[i] = (float)w[i];
    bias -= w[i] * desk->mean[i];
  }

  lesson->bias     = (float)bias;
  lesson->n_states = d;
}

/// Mean and covariance of the states in the world, which a graph that isn't
/// built in has none of; returns the world's share
static EchoicStatus
hear_world(const EchoicWorld* const      world,
           const EchoicStatesSpec* const spec,
           Desk* const                   desk,
           double* const                 mean,
           double* const                 share)
{
  const uint32_t n_lags = (uint32_t)(world_memory * spec->memory) + 1U;
  *share                = spec->kind == ECHOIC_STATES_GRAPH ? 0.0 : world_share;
  if (spec->kind == ECHOIC_STATES_GRAPH) {
    return ECHOIC_OK;
  }

  if (spec->kind == ECHOIC_STATES_ROTATING) {
    float poles[ECHOIC_N_POLES * 2U];
    echoic_embed_poles(spec->memory, poles);
    return echoic_world_states(
      world, poles, ECHOIC_N_POLES, n_lags, mean, desk->other);
  }

  const uint32_t n_filters = desk->d / ECHOIC_N_EMBEDDED;
  float* const   taps =
    (float*)malloc((size_t)n_lags * n_filters * sizeof(float));
  EchoicStatus st =
    taps ? echoic_states_responses(spec, n_lags, taps) : ECHOIC_NO_MEMORY;
  st =
    st
      ? st
      : echoic_world_filters(world, taps, n_filters, n_lags, mean, desk->other);
  free(taps);
  return st;
}

/// Make C and mu from everything, and factor C
static EchoicStatus
prepare_desk(const EchoicHeard* const      heard,
             const EchoicWorld* const      world,
             const EchoicLesson* const     lessons,
             const uint32_t                n_lessons,
             const EchoicStatesSpec* const spec,
             const EchoicGraphSpec* const  states,
             Desk* const                   desk)
{
  double       heard_mean[MAX] = {0.0};
  double       world_mean[MAX] = {0.0};
  double       share           = 0.0;
  EchoicStatus st =
    echoic_rows_gather(heard, lessons, n_lessons, states, desk->d, &desk->rows);
  if (st || (st = hear_world(world, spec, desk, world_mean, &share))) {
    return st;
  }

  moments_of_heard(desk, heard_mean);
  mix_world(desk, share, heard_mean, world_mean);
  subtract_mean(desk, desk->rows.looks, desk->rows.n_looks);
  subtract_mean(desk, desk->rows.nots, desk->rows.n_nots);
  mix_taught(desk, lessons, n_lessons);
  return factor(desk);
}

EchoicStatus
echoic_teach_solve(const EchoicHeard* const      heard,
                   const EchoicWorld* const      world,
                   EchoicLesson* const           lessons,
                   const uint32_t                n_lessons,
                   const EchoicStatesSpec* const spec)
{
  const bool      is_one = spec->kind == ECHOIC_STATES_GRAPH;
  EchoicGraphSpec states = {.width_in = ECHOIC_N_EMBEDDED};
  Desk            desk   = {.d = echoic_states_width(spec, NULL)};
  EchoicStatus    st =
    desk.d && desk_take(&desk) &&
        echoic_states_add(spec, "", ECHOIC_GRAPH_INPUT, &states)
         ? prepare_desk(heard, world, lessons, n_lessons, spec, &states, &desk)
         : ECHOIC_NO_MEMORY;
  for (uint32_t i = 0U; !st && i < n_lessons; ++i) {
    if (is_one || lessons[i].memory == spec->memory) {
      teach_one(&desk,
                desk.rows.looks + ((size_t)desk.rows.first[i] * desk.d),
                &lessons[i]);
    }
  }

  echoic_graph_spec_clear(&states);
  desk_free(&desk);
  return st;
}
