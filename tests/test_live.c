// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Teaching while it plays: what is asked for becomes a detector, detectors are
   exchanged without losing or doubling an event. */

#include "dsp/capture.h"
#include "dsp/live.h"
#include "dsp/tutor.h"
#include "tests/drum_kit.h"
#include "tests/same_event.h"
#include "tests/slow.h"
#include "tests/suite.h"

#include <check.h>

#include <stdlib.h>
#include <string.h>

enum { rate = 48000, n_hits = 60, spacing = 19000, max_events = 400 };

#define N_SAMPLES ((size_t)n_hits * spacing + rate)

typedef struct {
  uint32_t    n;
  EchoicEvent events[max_events];
  uint8_t     slots[max_events];
  uint32_t    n_rejected;
} List;

static float*       music;          ///< [N_SAMPLES] Kick and snare in turn
static uint64_t     onsets[n_hits]; ///< Even ones are kicks
static EchoicLive*  live;
static void*        block;
static EchoicTutor* tutor;
static List         list;
static EchoicModel* taught; ///< Kick and snare, two examples each

static void
make_music(void)
{
  DrumKit kit = {rate, 1U};
  music       = (float*)calloc(N_SAMPLES, sizeof(float));
  ck_assert_ptr_nonnull(music);
  for (uint32_t i = 0U; i < n_hits; ++i) {
    onsets[i] = ((uint64_t)i * spacing) + (rate / 4U) + (17U * i);
    if (i % 2U) {
      kit_snare(&kit, music + onsets[i]);
    } else {
      kit_kick(&kit, music + onsets[i]);
    }
  }
  kit_hiss(&kit, music, N_SAMPLES, 0.001F);
}

static void
set_up(void)
{
  const EchoicLiveSpec spec  = {rate, 20.0};
  const size_t         bytes = echoic_live_bytes(&spec);
  block                      = aligned_alloc(ECHOIC_ARENA_ALIGN, bytes);
  EchoicArena arena          = {(unsigned char*)block, bytes, 0U};
  ck_assert(!echoic_live_prepare(&spec, &arena, &live));
  ck_assert_uint_eq(arena.used, bytes);
  make_music();
  tutor = echoic_tutor_new(rate);
  ck_assert_ptr_nonnull(tutor);
  memset(&list, 0, sizeof(list));
}

static void
collect(void)
{
  for (EchoicDetector* d = NULL; (d = echoic_live_collect(live));) {
    echoic_detector_free(d);
  }
}

static void
tear_down(void)
{
  echoic_live_clear(live);
  ck_assert_ptr_null(echoic_live_detector(live));
  collect();
  echoic_tutor_free(tutor);
  free(music);
  free(block);
}

static void
keep(void* const context, const EchoicEvent* const event)
{
  List* const l = (List*)context;
  ck_assert_uint_lt(l->n, max_events);
  l->slots[l->n]    = echoic_live_source(live)->slot_of[event->sound];
  l->events[l->n++] = *event;
}

static void
count_rejected(void* const context, const EchoicRejected* const rejected)
{
  ck_assert_int_ne(rejected->reason, ECHOIC_REJECTED_NOT);
  ++((List*)context)->n_rejected;
}

/// Play up to sample `end`, in blocks of `size` or of random sizes if it is 0
static void
play(const uint64_t end, const uint32_t size)
{
  const EchoicSink sink = {keep, NULL, &list, count_rejected};
  while (echoic_live_now(live) < end) {
    const uint64_t now  = echoic_live_now(live);
    const uint32_t want = size ? size : (uint32_t)rand() % 3000U;
    const uint64_t left = end - now;
    echoic_live_process(
      live, music + now, (uint32_t)(want < left ? want : left), &sink);
    collect();
  }
}

static EchoicAsk
asked(const EchoicAskKind kind, const uint32_t slot)
{
  const EchoicAsk ask = {kind, slot, {0U, 0U}, echoic_live_preroll(live)};
  return ask;
}

static void
grant(const EchoicAsk* const ask)
{
  EchoicError           error = {ECHOIC_OK, ""};
  EchoicDetector* const made  = echoic_tutor_ask(tutor, ask, &error);
  ck_assert_msg(made, "%s", error.text);
  ck_assert(echoic_live_offer(live, made));
}

/// Teach hit `i` to its slot: kick 0, snare 1
static void
teach_hit(const uint32_t i)
{
  EchoicAsk ask = asked(ECHOIC_ASK_EXAMPLE, i % 2U);
  ask.at        = (EchoicStretchAt){onsets[i] - 2000U, onsets[i] + 10000U};
  grant(&ask);
}

/// Count events of a slot with their onset within 1 ms of a hit of its kind
static uint32_t
count_found(const uint32_t slot, const uint32_t first)
{
  uint32_t n = 0U;
  for (uint32_t i = first + ((first + slot) % 2U); i < n_hits; i += 2U) {
    for (uint32_t e = 0U; e < list.n; ++e) {
      const int64_t d = (int64_t)list.events[e].onset - (int64_t)onsets[i];
      n += list.slots[e] == slot && llabs(d) <= rate / 1000;
    }
  }

  return n;
}

START_TEST(test_teach_loop)
{
  srand((unsigned)_i);
  play(onsets[3] - 500U, 0U); // Three have been played
  ck_assert_uint_eq(list.n, 0U);
  teach_hit(0U);
  teach_hit(1U);
  play(onsets[20] - 500U, 0U);
  teach_hit(16U);
  teach_hit(17U);
  play(N_SAMPLES, 0U);

  // Warm-up takes a second; from hit 8 on all are there, once, and nothing else
  ck_assert_uint_eq(count_found(0U, 8U), (n_hits - 8U) / 2U);
  ck_assert_uint_eq(count_found(1U, 8U), (n_hits - 8U) / 2U);
  uint32_t n_late = 0U;
  for (uint32_t e = 0U; e < list.n; ++e) {
    n_late += list.events[e].onset + 500U >= onsets[8];
  }
  ck_assert_uint_eq(n_late, n_hits - 8U);
}
END_TEST

START_TEST(test_not_and_undo)
{
  play(onsets[3] - 500U, 512U);
  teach_hit(0U);
  const float before =
    echoic_tutor_model(tutor)->sounds[0].calibration.threshold;
  EchoicAsk wrong = asked(ECHOIC_ASK_NOT, 0U);
  wrong.at.start  = onsets[1];
  wrong.at.end    = onsets[1] + 9000U;
  grant(&wrong);
  ck_assert_uint_eq(echoic_tutor_model(tutor)->n_marks, 2U);
  const EchoicAsk undo = asked(ECHOIC_ASK_UNDO, 0U);
  grant(&undo);
  ck_assert_uint_eq(echoic_tutor_model(tutor)->n_marks, 1U);
  ck_assert(echoic_tutor_model(tutor)->sounds[0].calibration.threshold ==
            before);
  const EchoicAsk forget = asked(ECHOIC_ASK_FORGET, 0U);
  grant(&forget);
  const uint32_t n = list.n;
  play(N_SAMPLES, 512U);
  ck_assert_uint_eq(list.n, n);
  ck_assert_ptr_null(echoic_live_detector(live)->engine);
}
END_TEST

/// Teach once what several tests begin with
static void
set_up_taught(void)
{
  set_up();
  play(onsets[4] - 500U, 512U);
  for (uint32_t i = 0U; i < 4U; ++i) {
    teach_hit(i);
    collect();
  }

  taught = echoic_model_copy(echoic_tutor_model(tutor));
  ck_assert_ptr_nonnull(taught);
  tear_down();
}

static void
tear_down_taught(void)
{
  echoic_model_free(taught);
}

static void
set_up_both(void)
{
  set_up();
  EchoicDetector* const made = echoic_tutor_load(tutor, taught, NULL);
  ck_assert_ptr_nonnull(made);
  ck_assert(echoic_live_offer(live, made));
}

/// With a detector from the start, events are the engine's own
START_TEST(test_exact)
{
  static List            alone;
  const EchoicEngineSpec spec = {rate, 0.0F, false, false};
  EchoicDetector* const  d =
    echoic_detector_new(echoic_tutor_model(tutor), &spec, NULL);
  ck_assert_ptr_nonnull(d);
  const EchoicSink sink = {keep, NULL, &alone, NULL};
  alone.n               = 0U;
  echoic_engine_process(d->engine, music, N_SAMPLES, &sink);
  echoic_engine_finish(d->engine, &sink);
  echoic_detector_free(d);
  ck_assert_uint_gt(alone.n, n_hits - 4U);

  const EchoicSink live_sink = {keep, NULL, &list, NULL};
  for (uint32_t size = 0U; size < 3U; ++size) {
    play(N_SAMPLES, size * 777U);
    echoic_live_finish(live, &live_sink);
    ck_assert_uint_eq(list.n, alone.n);
    for (uint32_t i = 0U; i < alone.n; ++i) {
      check_same_event(&list.events[i], &alone.events[i]);
    }
    list.n = 0U;
  }
}
END_TEST

/// The same detector again and again: nothing is lost or doubled
START_TEST(test_exchange)
{
  const EchoicAsk again = asked(ECHOIC_ASK_AGAIN, 0U);
  srand((unsigned)_i + 100U);
  for (uint64_t end = 3000U; end < N_SAMPLES;
       end += 5000U + ((uint64_t)rand() % 40000U)) {
    play(end, 0U);
    grant(&again);
  }
  play(N_SAMPLES, 0U);
  ck_assert_uint_eq(count_found(0U, 0U), n_hits / 2U);
  ck_assert_uint_eq(count_found(1U, 0U), n_hits / 2U);
  ck_assert_uint_eq(list.n, n_hits);
}
END_TEST

START_TEST(test_tuning)
{
  const EchoicTuning off   = {0.0F, 0.0F, false};
  const EchoicTuning long_ = {0.0F, 1.0F, true};
  echoic_live_tune(live, 0U, &off);
  echoic_live_tune(live, 1U, &long_); // One snare in two
  play(N_SAMPLES, 512U);
  ck_assert_uint_eq(count_found(0U, 0U), 0U);
  ck_assert_uint_ge(count_found(1U, 0U), n_hits / 4U);
  ck_assert_uint_le(count_found(1U, 0U), 3U * n_hits / 8U); // Better ones count
  ck_assert_uint_gt(list.n_rejected, n_hits / 8U);
}
END_TEST

START_TEST(test_early)
{
  uint64_t latest = 0U;
  echoic_live_set_early(live, true);
  play(N_SAMPLES, 64U);
  ck_assert_uint_ge(count_found(0U, 0U) + count_found(1U, 0U), n_hits - 2U);
  for (uint32_t e = 0U; e < list.n; ++e) {
    const uint64_t late = list.events[e].decided - list.events[e].onset;
    latest              = late > latest ? late : latest;
  }
  ck_assert_uint_lt(latest, rate / 5U);
}
END_TEST

START_TEST(test_refusals)
{
  EchoicError error = {ECHOIC_OK, ""};
  EchoicAsk   ask   = asked(ECHOIC_ASK_EXAMPLE, 0U);
  ck_assert_ptr_null(echoic_tutor_ask(tutor, &ask, &error)); // Nothing heard
  play(rate / 8U, 512U);
  ask.kind = ECHOIC_ASK_FORGET;
  ck_assert_ptr_null(echoic_tutor_ask(tutor, &ask, &error));
  ck_assert_str_eq(error.text, "slot 1 has no sound");
  memset(music, 0, N_SAMPLES * sizeof(float));
  play(N_SAMPLES, 512U);
  ask    = asked(ECHOIC_ASK_EXAMPLE, 0U);
  ask.at = (EchoicStretchAt){N_SAMPLES - 9000U, N_SAMPLES};
  ck_assert_ptr_null(echoic_tutor_ask(tutor, &ask, &error));
  ck_assert_str_eq(error.text, "there was only silence");
  ask.at = (EchoicStretchAt){0U, 9000U};
  ck_assert_ptr_null(echoic_tutor_ask(tutor, &ask, &error));
  ck_assert_ptr_nonnull(strstr(error.text, "too long ago"));
  ck_assert_uint_eq(echoic_tutor_model(tutor)->n_sounds, 0U);
}
END_TEST

START_TEST(test_names)
{
  EchoicError error = {ECHOIC_OK, ""};
  ck_assert(!echoic_tutor_name(tutor, 1U, "snare", &error));
  ck_assert(echoic_tutor_name(tutor, 0U, "", &error));
  ck_assert(echoic_tutor_name(tutor, 8U, "x", &error));
  play(onsets[4] - 500U, 512U);
  teach_hit(0U);
  teach_hit(1U);
  ck_assert_int_eq(echoic_model_find(echoic_tutor_model(tutor), "snare"), 1);
  ck_assert(!echoic_tutor_name(tutor, 0U, "kick", &error));
  ck_assert_str_eq(echoic_tutor_model(tutor)->sounds[0].name, "kick");
  ck_assert_uint_eq(echoic_tutor_model(tutor)->sounds[1].slot, 2U);
}
END_TEST

/// Eight sounds of three examples fit into a session
START_TEST(test_size)
{
  uint8_t* bytes = NULL;
  size_t   size  = 0U;
  play(N_SAMPLES, 4096U);
  for (uint32_t i = 0U; i < (is_slow() ? 8U : 24U); ++i) {
    EchoicAsk ask = asked(ECHOIC_ASK_EXAMPLE, i % 8U);
    ask.at.start  = onsets[n_hits - 30U + i] - 1000U;
    ask.at.end    = ask.at.start + 10000U;
    grant(&ask);
    collect();
  }

  ck_assert(
    !echoic_model_write(echoic_tutor_model(tutor), &bytes, &size, NULL));
  ck_assert_uint_le(size, 1U << 20U);
  free(bytes);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("live");
  TCase* const tcase = tcase_create("live");
  tcase_set_timeout(tcase, 120.0);
  tcase_add_checked_fixture(tcase, set_up, tear_down);
  tcase_add_loop_test(tcase, test_teach_loop, 0, 2);
  tcase_add_test(tcase, test_not_and_undo);
  tcase_add_test(tcase, test_refusals);
  tcase_add_test(tcase, test_names);
  tcase_add_test(tcase, test_size);
  suite_add_tcase(suite, tcase);

  TCase* const both = tcase_create("taught");
  tcase_set_timeout(both, 120.0);
  tcase_add_unchecked_fixture(both, set_up_taught, tear_down_taught);
  tcase_add_checked_fixture(both, set_up_both, tear_down);
  tcase_add_test(both, test_exact);
  tcase_add_loop_test(both, test_exchange, 0, is_slow() ? 1 : 3);
  tcase_add_test(both, test_tuning);
  tcase_add_test(both, test_early);
  suite_add_tcase(suite, both);

  return run_suite(suite);
}
