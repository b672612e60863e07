// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* The short window: what is found how soon after its onset, on percussion made
   by formula.  Delays are in samples: nothing here depends on the clock. */

#include "dsp/strikes.h"
#include "tests/same_event.h"
#include "tests/short_lesson.h"
#include "tests/slow.h"
#include "tests/suite.h"

#include <math.h>
#include <stdlib.h>

enum { n_kits = 8, n_in_kit = 3, n_examples = 3 };

static const double   rate_hz  = 48000.0;
static const double   near_s   = 0.010; ///< A right event is so near its onset
static const double   masked_s = 0.025; ///< ... of a hit that need not be found
static const float    audible  = 10.0F; ///< dB in the best octave: to be found
static const uint32_t n_steps  = 96U;

/* Kits of instruments of different families. */
static const uint32_t kits[n_kits][n_in_kit] = {
  {PERCUSSION_KICK, PERCUSSION_SNARE, PERCUSSION_CLOSED_HAT},
  {PERCUSSION_KICK, PERCUSSION_CLAP, PERCUSSION_OPEN_HAT},
  {PERCUSSION_LOW_TOM, PERCUSSION_RIM, PERCUSSION_SHAKER},
  {PERCUSSION_CONGA, PERCUSSION_COWBELL, PERCUSSION_SHAKER},
  {PERCUSSION_KICK, PERCUSSION_RIM, PERCUSSION_CLOSED_HAT},
  {PERCUSSION_LOW_TOM, PERCUSSION_CLAP, PERCUSSION_COWBELL},
  {PERCUSSION_CONGA, PERCUSSION_SNARE, PERCUSSION_OPEN_HAT},
  {PERCUSSION_KICK, PERCUSSION_COWBELL, PERCUSSION_SHAKER}};

/// What came of all scenes
typedef struct {
  uint32_t n_found;
  uint32_t n_missed;
  uint32_t n_extra;
  uint32_t n_others;  ///< Hits that weren't taught, and syllables
  uint32_t n_foreign; ///< Events at them
  uint32_t n_delays;
  double   delays_s[10000];
  double   errors_s[10000];
} Tally;

static PercussionSpec
scene(const uint32_t i, const double others)
{
  const uint32_t       kit  = i % n_kits;
  const PercussionSpec spec = {rate_hz,
                               5000U + (77U * i),
                               n_in_kit,
                               kits[kit],
                               60.0 + ((i * 53U) % 141U), // To 200
                               n_steps,
                               -50.0 + ((i * 7U) % 11U), // To -40 dB
                               others};
  return spec;
}

/// Nearest hit of a kind to an event that none has claimed, or n_hits
static size_t
nearest(const Percussion* const  p,
        const uint32_t           kind,
        const EchoicEvent* const event,
        const bool* const        claimed)
{
  double best  = masked_s * rate_hz;
  size_t found = p->n_hits;
  for (size_t h = 0U; h < p->n_hits; ++h) {
    const PercussionHit* const hit = &p->hits[h];
    const double away = fabs((double)event->onset - (double)hit->onset);
    const bool   may  = away <= near_s * rate_hz || hit->above_db < audible;
    if (hit->kind == kind && !claimed[h] && may && away < best) {
      best  = away;
      found = h;
    }
  }

  return found;
}

static bool
is_taught(const PercussionSpec* const spec, const uint32_t kind)
{
  bool is_in = false;
  for (uint32_t i = 0U; i < spec->n_kinds; ++i) {
    is_in = is_in || spec->kinds[i] == kind;
  }

  return is_in;
}

/// True if something that wasn't taught sounds since at most 0.2 s
static bool
is_foreign(const PercussionSpec* const spec,
           const Percussion* const     p,
           const uint64_t              at)
{
  bool found = false;
  for (size_t h = 0U; h < p->n_hits; ++h) {
    const double since = ((double)at - (double)p->hits[h].onset) / rate_hz;
    found = found || (!is_taught(spec, p->hits[h].kind) && since > -near_s &&
                      since < 0.2);
  }

  return found;
}

static void
count_events(const PercussionSpec* const spec,
             const Percussion* const     p,
             const Told* const           told,
             Tally* const                tally)
{
  bool* const claimed = (bool*)calloc(p->n_hits + 1U, sizeof(bool));
  ck_assert_ptr_nonnull(claimed);
  for (uint32_t i = 0U; i < told->n; ++i) {
    const EchoicEvent* const e = &told->events[i];
    const size_t             h = nearest(p, spec->kinds[e->sound], e, claimed);
    if (h < p->n_hits) {
      claimed[h]         = true;
      const double onset = (double)p->hits[h].onset;
      if (p->hits[h].above_db >= audible) {
        ck_assert_uint_lt(tally->n_delays, 10000U);
        ++tally->n_found;
        tally->delays_s[tally->n_delays] =
          ((double)e->decided - onset) / rate_hz;
        tally->errors_s[tally->n_delays++] =
          ((double)e->onset - onset) / rate_hz;
      }
    } else if (is_foreign(spec, p, e->onset)) {
      ++tally->n_foreign;
    } else {
      ++tally->n_extra;
    }
  }

  for (size_t h = 0U; h < p->n_hits; ++h) {
    const bool counts = is_taught(spec, p->hits[h].kind);
    tally->n_others += !counts;
    tally->n_missed += counts && !claimed[h] && p->hits[h].above_db >= audible;
  }

  free(claimed);
}

static int
compare(const void* const a, const void* const b)
{
  const double x = *(const double*)a;
  const double y = *(const double*)b;
  return (x > y) - (x < y);
}

/// Play scenes to what was taught by other hits of the same instruments
static void
play_scenes(const uint32_t n, const double others, Tally* const tally)
{
  for (uint32_t i = 0U; i < n; ++i) {
    const PercussionSpec spec     = scene(i, others);
    PercussionSpec       examples = spec;
    examples.seed += 31U;
    EchoicModel* const model = teach_percussion(&examples, n_examples);
    Percussion         p     = percussion_play(&spec);
    Told told = hear_short(model, p.samples, p.n_samples, rate_hz, 64U);
    count_events(&spec, &p, &told, tally);
    free(told.events);
    percussion_free(&p);
    echoic_model_free(model);
  }

  qsort(tally->delays_s, tally->n_delays, sizeof(double), compare);
  qsort(tally->errors_s, tally->n_delays, sizeof(double), compare);
}

START_TEST(test_found)
{
  static Tally tally;
  play_scenes(is_slow() ? 3U : 16U, 0.0, &tally);
  const double n      = tally.n_found + tally.n_missed;
  const double found  = tally.n_found / n;
  const double extra  = tally.n_extra / n;
  const double median = tally.delays_s[tally.n_delays / 2U];
  const double late   = tally.delays_s[tally.n_delays * 9U / 10U];
  printf("# %.0f hits: found %.1f %%, extra %.1f %%; decided %.2f ms after the "
         "onset (p90 %.2f); onset %.2f ms (%.2f to %.2f)\n",
         n,
         100.0 * found,
         100.0 * extra,
         1e3 * median,
         1e3 * late,
         1e3 * tally.errors_s[tally.n_delays / 2U],
         1e3 * tally.errors_s[tally.n_delays / 20U],
         1e3 * tally.errors_s[tally.n_delays * 19U / 20U]);
  ck_assert_double_gt(n, is_slow() ? 80.0 : 500.0);
  if (is_slow()) {
    return; // Too few to count
  }

  ck_assert_double_ge(found, 0.97);
  ck_assert_double_le(extra, 0.02);
  ck_assert_double_le(median, 0.006);
  ck_assert_double_le(late, 0.008);
}
END_TEST

START_TEST(test_others)
{
  static Tally tally;
  play_scenes(is_slow() ? 1U : 8U, 0.15, &tally);
  const double taken = (double)tally.n_foreign / tally.n_others;
  printf(
    "# of %u other hits and syllables %.1f %% were taken for taught ones\n",
    tally.n_others,
    100.0 * taken);
  ck_assert_uint_gt(tally.n_others, is_slow() ? 5U : 50U);
  ck_assert_double_le(taken, is_slow() ? 1.0 : 0.55);
}
END_TEST

START_TEST(test_splits)
{
  static const uint32_t sizes[] = {1U, 7U, 32U, 1000U, 8192U};
  const PercussionSpec  spec    = scene(0U, 0.1);
  EchoicModel* const    model   = teach_percussion(&spec, n_examples);
  Percussion            p       = percussion_play(&spec);
  Told whole = hear_short(model, p.samples, p.n_samples, rate_hz, 64U);
  ck_assert_uint_gt(whole.n, 20U);
  for (size_t i = 0U; i < sizeof(sizes) / sizeof(sizes[0]); ++i) {
    Told split = hear_short(model, p.samples, p.n_samples, rate_hz, sizes[i]);
    ck_assert_uint_eq(split.n, whole.n);
    for (uint32_t e = 0U; e < whole.n; ++e) {
      check_same_event(&split.events[e], &whole.events[e]);
    }
    free(split.events);
  }

  free(whole.events);
  percussion_free(&p);
  echoic_model_free(model);
}
END_TEST

/// Mark all other hits of a scene as not being a sound
static void
mark_others(const PercussionSpec* const spec,
            const Percussion* const     p,
            EchoicModel* const          model)
{
  uint64_t size = 2U;
  while (size < p->n_samples + (uint64_t)rate_hz) {
    size *= 2U;
  }

  float* const ring  = (float*)calloc(size, sizeof(float));
  EchoicError  error = {ECHOIC_OK, ""};
  ck_assert_ptr_nonnull(ring);
  memcpy(ring, p->samples, p->n_samples * sizeof(float));
  for (size_t h = 0U; h < p->n_hits; ++h) {
    const uint64_t  onset = p->hits[h].onset;
    const EchoicAsk ask   = {ECHOIC_ASK_NOT,
                             0U,
                             {onset, onset + (uint64_t)(0.1 * rate_hz)},
                             {ring, size - 1U, p->n_samples}};
    if (!is_taught(spec, p->hits[h].kind)) {
      ck_assert(!echoic_tutor_hear(model, rate_hz, 0U, &ask, &error));
    }
  }

  free(ring);
}

/// What was marked as not being a sound is taken for it less often, and what is
/// the sound is still found
START_TEST(test_rivals)
{
  static const uint32_t taught[] = {PERCUSSION_LOW_TOM, PERCUSSION_CLAP};
  static const uint32_t rivals[] = {PERCUSSION_KICK, PERCUSSION_RIM};
  const PercussionSpec  examples = {
     rate_hz, 81U, 2U, taught, 100.0, n_steps, -45.0, 0.0};
  const PercussionSpec others = {
    rate_hz, 82U, 2U, rivals, 100.0, n_steps, -45.0, 0.0};
  PercussionSpec more        = others;
  more.seed                  = 83U;
  PercussionSpec again       = examples;
  again.seed                 = 84U;
  EchoicModel* const model   = teach_percussion(&examples, n_examples);
  Percussion         foreign = percussion_examples(&more, 12U);
  Percussion         own     = percussion_examples(&again, 12U);
  Told               before =
    hear_short(model, foreign.samples, foreign.n_samples, rate_hz, 64U);
  Percussion no = percussion_examples(&others, 2U);
  mark_others(&examples, &no, model);
  Told after =
    hear_short(model, foreign.samples, foreign.n_samples, rate_hz, 64U);
  Told kept = hear_short(model, own.samples, own.n_samples, rate_hz, 64U);
  printf(
    "# %u of 24 taken for others, %u once marked as \"not this\"; %u of 24 "
    "found\n",
    before.n,
    after.n,
    kept.n);
  ck_assert_uint_gt(before.n, 5U);
  ck_assert_uint_le(2U * after.n, before.n);
  ck_assert_uint_ge(kept.n, 22U);
  free(before.events);
  free(after.events);
  free(kept.events);
  percussion_free(&foreign);
  percussion_free(&own);
  percussion_free(&no);
  echoic_model_free(model);
}
END_TEST

/// What is in a model's file comes back, and works as before
START_TEST(test_file)
{
  const PercussionSpec spec  = scene(1U, 0.0);
  EchoicModel* const   model = teach_percussion(&spec, 2U);
  EchoicError          error = {ECHOIC_OK, ""};
  uint8_t*             bytes = NULL;
  size_t               size  = 0U;
  ck_assert_uint_eq(echoic_strikes_count(model), 2U * n_in_kit);
  ck_assert_int_eq(echoic_model_write(model, &bytes, &size, &error), ECHOIC_OK);
  EchoicModel* const read = echoic_model_parse(bytes, size, &error);
  ck_assert_msg(read != NULL, "%s", error.text);
  ck_assert_uint_eq(read->n_marks, model->n_marks);
  for (uint32_t m = 0U; m < model->n_marks; ++m) {
    ck_assert_mem_eq(read->marks[m].strike,
                     model->marks[m].strike,
                     sizeof(model->marks[m].strike));
  }

  free(bytes);
  echoic_model_free(read);
  echoic_model_free(model);
}
END_TEST

/// Without an attack there is no short window, and a sentence says so
START_TEST(test_no_attack)
{
  const PercussionSpec   spec   = scene(1U, 0.0);
  EchoicModel* const     model  = teach_percussion(&spec, 1U);
  const EchoicEngineSpec wanted = {.rate_hz = rate_hz, .is_short = true};
  EchoicError            error  = {ECHOIC_OK, ""};
  for (uint32_t m = 0U; m < model->n_marks; ++m) {
    memset(model->marks[m].strike, 0, sizeof(model->marks[m].strike));
  }

  ck_assert_uint_eq(echoic_engine_bytes(model, &wanted, &error), 0U);
  ck_assert_int_eq(error.status, ECHOIC_NOT_FOUND);
  ck_assert_ptr_nonnull(strstr(error.text, "short window"));
  echoic_model_free(model);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("short");
  TCase* const tc    = tcase_create("all");
  tcase_set_timeout(tc, 600.0);
  tcase_add_test(tc, test_found);
  tcase_add_test(tc, test_others);
  tcase_add_test(tc, test_splits);
  tcase_add_test(tc, test_rivals);
  tcase_add_test(tc, test_file);
  tcase_add_test(tc, test_no_attack);
  suite_add_tcase(suite, tc);

  return run_suite(suite);
}
