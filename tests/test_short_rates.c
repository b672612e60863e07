// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* The short window finds the same at other sample rates, with other instruction
   sets, and at the very end of a recording. */

#include "tests/kernel_sets.h"
#include "tests/short_lesson.h"
#include "tests/slow.h"
#include "tests/suite.h"

#include <samplerate.h>

#include <math.h>
#include <stdlib.h>

enum { n_in_kit = 3, n_examples = 3, n_kits = 4 };

static const double   taught_hz = 48000.0;
static const double   near_s    = 0.002;
static const uint32_t n_steps   = 64U;

static const uint32_t kits[n_kits][n_in_kit] = {
  {PERCUSSION_KICK, PERCUSSION_SNARE, PERCUSSION_CLOSED_HAT},
  {PERCUSSION_LOW_TOM, PERCUSSION_RIM, PERCUSSION_SHAKER},
  {PERCUSSION_CONGA, PERCUSSION_COWBELL, PERCUSSION_SHAKER},
  {PERCUSSION_KICK, PERCUSSION_CLAP, PERCUSSION_OPEN_HAT}};

static PercussionSpec
scene(const uint32_t i)
{
  const PercussionSpec spec = {taught_hz,
                               9000U + (77U * i),
                               n_in_kit,
                               kits[i % n_kits],
                               90.0 + (10.0 * i),
                               n_steps,
                               -45.0,
                               0.0};
  return spec;
}

static EchoicModel*
teach_scene(const PercussionSpec* const spec)
{
  PercussionSpec examples = *spec;
  examples.seed += 31U;
  return teach_percussion(&examples, n_examples);
}

/// Hear a scene as if it had been made at another rate
static Told
hear_at(const EchoicModel* const model,
        const Percussion* const  p,
        const double             rate_hz)
{
  const double ratio = rate_hz / taught_hz;
  const size_t n     = (size_t)((double)p->n_samples * ratio) + 1U;
  float* const out   = (float*)malloc(n * sizeof(float));
  SRC_DATA     src   = {0};
  src.data_in        = p->samples;
  src.data_out       = out;
  src.input_frames   = (long)p->n_samples;
  src.output_frames  = (long)n;
  src.src_ratio      = ratio;
  ck_assert_ptr_nonnull(out);
  ck_assert_int_eq(src_simple(&src, SRC_SINC_MEDIUM_QUALITY, 1), 0);
  const Told told =
    hear_short(model, out, (size_t)src.output_frames_gen, rate_hz, 256U);
  free(out);
  return told;
}

/// Count events that have one of the same sound at the same time among others
static uint32_t
count_shared(const Told* const a,
             const double      a_hz,
             const Told* const b,
             const double      b_hz)
{
  uint32_t n = 0U;
  for (uint32_t i = 0U; i < a->n; ++i) {
    const double at    = (double)a->events[i].onset / a_hz;
    bool         found = false;
    for (uint32_t k = 0U; k < b->n; ++k) {
      const double away = fabs(((double)b->events[k].onset / b_hz) - at);
      found =
        found || (b->events[k].sound == a->events[i].sound && away <= near_s);
    }
    n += found;
  }

  return n;
}

START_TEST(test_rates)
{
  static const double rates_hz[]  = {44100.0, 96000.0, 192000.0};
  uint32_t            n_events    = 0U;
  uint32_t            n_there[3]  = {0U};
  uint32_t            n_shared[3] = {0U};
  uint32_t            n_back[3]   = {0U};
  for (uint32_t i = 0U; i < (is_slow() ? 1U : n_kits); ++i) {
    const PercussionSpec spec  = scene(i);
    EchoicModel* const   model = teach_scene(&spec);
    Percussion           p     = percussion_play(&spec);
    Told first = hear_short(model, p.samples, p.n_samples, taught_hz, 256U);
    n_events += first.n;
    for (uint32_t r = 0U; r < 3U; ++r) {
      Told told = hear_at(model, &p, rates_hz[r]);
      n_there[r] += told.n;
      n_shared[r] += count_shared(&first, taught_hz, &told, rates_hz[r]);
      n_back[r] += count_shared(&told, rates_hz[r], &first, taught_hz);
      free(told.events);
    }
    free(first.events);
    percussion_free(&p);
    echoic_model_free(model);
  }

  ck_assert_uint_gt(n_events, 20U);
  for (uint32_t r = 0U; r < 3U; ++r) {
    printf("# %6.0f Hz: %u events, %u of the %u at 48 kHz within 2 ms\n",
           rates_hz[r],
           n_there[r],
           n_shared[r],
           n_events);
    ck_assert_uint_ge(100U * n_shared[r], 99U * n_events);
    ck_assert_uint_ge(100U * n_back[r], 99U * n_there[r]);
  }
}
END_TEST

START_TEST(test_kernels)
{
  const PercussionSpec spec  = scene(1U);
  EchoicModel* const   model = teach_scene(&spec);
  Percussion           p     = percussion_play(&spec);
  ck_assert(use_kernels(0));
  Told first = hear_short(model, p.samples, p.n_samples, taught_hz, 256U);
  ck_assert_uint_gt(first.n, 20U);
  for (int set = 1; set < n_kernel_sets && use_kernels(set); ++set) {
    Told told = hear_short(model, p.samples, p.n_samples, taught_hz, 256U);
    ck_assert_uint_eq(told.n, first.n);
    for (uint32_t i = 0U; i < told.n; ++i) {
      const EchoicEvent* const a = &told.events[i];
      const EchoicEvent* const b = &first.events[i];
      ck_assert_uint_eq(a->sound, b->sound);
      ck_assert_uint_eq(a->onset, b->onset);
      ck_assert_uint_eq(a->decided, b->decided);
      ck_assert(fabsf(a->score - b->score) <= 1e-3F);
    }
    free(told.events);
  }

  ck_assert(use_kernels(0));
  free(first.events);
  percussion_free(&p);
  echoic_model_free(model);
}
END_TEST

/// What begins a few milliseconds before the end is found, as the last event
START_TEST(test_end)
{
  static const double lefts_s[] = {0.005, 0.003};
  static const double least[]   = {0.95, 0.75};
  for (uint32_t k = 0U; k < 2U; ++k) {
    uint32_t n_hits  = 0U;
    uint32_t n_found = 0U;
    for (uint32_t i = 0U; i < (is_slow() ? 1U : n_kits); ++i) {
      const PercussionSpec spec  = scene(i);
      EchoicModel* const   model = teach_scene(&spec);
      Percussion           p     = percussion_examples(&spec, 6U);
      for (size_t h = 0U; h < p.n_hits; ++h) {
        const PercussionHit* const hit = &p.hits[h];
        const size_t end   = hit->onset + (size_t)(lefts_s[k] * taught_hz);
        const size_t start = hit->onset - (size_t)(0.3 * taught_hz);
        Told         told =
          hear_short(model, p.samples + start, end - start, taught_hz, 256U);
        const EchoicEvent* const last =
          told.n ? &told.events[told.n - 1U] : NULL;
        ++n_hits;
        n_found += last && spec.kinds[last->sound] == hit->kind &&
                   last->onset + start + 240U > hit->onset &&
                   last->decided <= end - start;
        free(told.events);
      }
      percussion_free(&p);
      echoic_model_free(model);
    }
    printf("# %u of %u hits found that begin %.0f ms before the end\n",
           n_found,
           n_hits,
           1e3 * lefts_s[k]);
    ck_assert_double_ge(n_found, least[k] * n_hits);
  }
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("short rates");
  TCase* const tc    = tcase_create("all");
  tcase_set_timeout(tc, 600.0);
  tcase_add_test(tc, test_rates);
  tcase_add_test(tc, test_kernels);
  tcase_add_test(tc, test_end);
  suite_add_tcase(suite, tc);

  return run_suite(suite);
}
