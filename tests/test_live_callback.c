// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* The audio callback of live sound: any blocks give the same events, notes and
   sound; what goes out is what `echoic process` would write; times are right
   after ten days; other threads teach meanwhile. */

#include "host/files.h"
#include "host/live_thread.h"
#include "tests/live_rig.h"
#include "tests/slow.h"
#include "tests/suite.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

START_TEST(test_blocks)
{
  const bool     is_early = _i;
  Result* const  a        = run_once(n_samples, 0U, is_early);
  const uint32_t most[]   = {64U, 1000U, 5000U};
  for (uint32_t i = 0U; i < (is_slow() ? 1U : 3U); ++i) {
    Result* const b = run_once(most[i], i, is_early);
    expect_same_events(a, b, 0U);
    if (is_early) { // Decided when it has been heard: the output can't be late
      ck_assert_uint_eq(a->n_notes, b->n_notes);
    } else {
      expect_same_notes(a, b, 0U);
      expect_same_sound(a, b);
    }
    free_result(b);
  }
  free_result(a);
}
END_TEST

START_TEST(test_events)
{
  Result* const          a    = run_once(256U, 3U, false);
  Result* const          b    = new_result();
  const EchoicEngineSpec spec = {.rate_hz = rate};
  EchoicHostEngine       engine;
  ck_assert(!echoic_host_engine_new(model, &spec, &engine, NULL));

  // The engine alone, through a callback's own sink
  open_callback(false);
  start_teacher();
  echoic_callback_run(&callback, music, b->out, n_samples, 0);
  gather(b);
  echoic_callback_finish(&callback);
  gather(b);
  close_callback();
  expect_same_events(a, b, 0U);
  uint32_t n_snares = 0U;
  for (uint32_t i = 0U; i < a->n_events; ++i) {
    n_snares += !strcmp(a->events[i].name, "sound 2");
    ck_assert_uint_le(a->events[i].event.decided,
                      a->events[i].event.onset +
                        echoic_engine_max_delay(engine.engine));
  }
  ck_assert_uint_ge(n_snares, 15U);
  echoic_host_engine_free(&engine);
  free_result(a);
  free_result(b);
}
END_TEST

START_TEST(test_notes)
{
  Result* const result   = run_once(256U, 1U, false);
  int           sounding = 0;
  uint32_t      n_on     = 0U;
  for (uint32_t i = 0U; i < result->n_notes; ++i) {
    sounding += result->notes[i].is_on ? 1 : -1;
    n_on += result->notes[i].is_on;
    ck_assert_int_ge(sounding, 0);
  }
  ck_assert_int_eq(sounding, 0); // Also at the end
  ck_assert_uint_ge(n_on + 2U, result->n_events);
  ck_assert_uint_le(n_on, result->n_events);
  free_result(result);
}
END_TEST

/* As if all events had been known beforehand. */
START_TEST(test_output)
{
  Result* const  result = run_once(333U, 5U, false);
  float* const   gains  = (float*)calloc(n_samples, sizeof(float));
  EchoicGate     g;
  EchoicGateSpec spec = gate;
  ck_assert_ptr_nonnull(gains);
  ck_assert(!echoic_gate_init(&g, &spec));
  uint32_t n_sent = 0U;
  for (uint32_t i = 0U; i < n_samples; i += 16U) {
    while (n_sent < result->n_events &&
           echoic_gate_event(&g,
                             result->events[n_sent].event.onset,
                             result->events[n_sent].event.end)) {
      ++n_sent;
    }
    echoic_gate_process(&g, gains + i, 16U);
  }

  open_callback(false);
  const uint64_t delay = callback.spec.output.delay;
  start_teacher();
  close_callback();
  for (uint64_t i = 0U; i < n_samples; ++i) {
    const float want = i < delay ? 0.0F : gains[i - delay] * music[i - delay];
    ck_assert_msg(result->out[2U * i] == want &&
                    result->out[(2U * i) + 1U] == want,
                  "sample %lu",
                  (unsigned long)i);
  }
  free(gains);
  free_result(result);
}
END_TEST

/* Scores tell of sound until all of it is decided, and of silence never. */
START_TEST(test_heard)
{
  static const float      silence[64]              = {0.0F};
  static float            energies[ECHOIC_N_BANDS] = {0.0F};
  static const EchoicSink sink                     = {0};
  open_callback(false);
  start_teacher();
  EchoicLive* const live  = callback.live;
  const uint64_t    delay = echoic_live_max_delay(live);
  ck_assert_uint_gt(delay, 64U);
  ck_assert(!echoic_live_is_heard(live, energies));
  energies[ECHOIC_N_BANDS - 1U] = 1e-6F;
  ck_assert(echoic_live_is_heard(live, energies));
  energies[ECHOIC_N_BANDS - 1U] = 0.0F;
  const uint64_t begin          = echoic_live_now(live);
  while (echoic_live_is_heard(live, energies)) {
    echoic_live_process(live, silence, 64U, &sink);
  }
  ck_assert(echoic_live_now(live) - begin >= delay);
  ck_assert(echoic_live_now(live) - begin < delay + 64U);
  close_callback();
}
END_TEST

/* Counters as after ten days at 48 kHz: beyond 32 bits, and float. */
START_TEST(test_ten_days)
{
  Result* const far = new_result();
  Result* const now = new_result();

  // What the detector hears first in the far future: 4 s of silence
  const uint32_t n_warm = 4U * rate;
  float* const   silent = (float*)calloc(n_warm + 1U, sizeof(float));
  ck_assert_ptr_nonnull(silent);
  open_callback(false);
  start_teacher();
  echoic_callback_run(&callback, silent, NULL, n_warm, 0);
  hear(now, 256U, 1U);
  close_callback();

  open_callback(false);
  callback.live->now       = ten_days;
  callback.capture.pos     = ten_days;
  callback.notes.now       = ten_days;
  callback.output.pos      = ten_days;
  callback.output.gate.now = ten_days - callback.output.delay;
  start_teacher();

  // Until it has caught up
  echoic_callback_run(&callback, silent, NULL, 1U, 0);
  for (uint32_t i = 0U; i < 2U; ++i) {
    echoic_callback_run(&callback, silent, NULL, n_warm, 0);
  }
  hear(far, 256U, 1U);
  close_callback();
  ck_assert_uint_gt(far->n_events, 20U);
  ck_assert_uint_eq(far->n_events, now->n_events);
  for (uint32_t i = 0U; i < far->n_events; ++i) {
    const uint64_t then = far->events[i].event.onset - ten_days - n_warm - 1U;
    const uint64_t here = now->events[i].event.onset;
    ck_assert_uint_le(then > here ? then - here : here - then, rate / 500U);
    ck_assert_str_eq(far->events[i].name, now->events[i].name);
    ck_assert_uint_gt(far->events[i].event.decided, ten_days);
  }
  ck_assert_uint_eq(far->n_notes, now->n_notes);
  free(silent);
  free_result(far);
  free_result(now);
}
END_TEST

START_TEST(test_garbage)
{
  Result* const result = new_result();
  float* const  bad    = (float*)calloc(n_samples, sizeof(float));
  ck_assert_ptr_nonnull(bad);
  for (uint32_t i = 0U; i < rate; ++i) {
    bad[i] = i % 3U ? (float)NAN : (float)INFINITY;
  }

  open_callback(false);
  start_teacher();
  echoic_callback_run(&callback, bad, result->out, rate, 0);
  hear(result, 256U, 1U);
  close_callback();
  ck_assert_uint_gt(result->n_events, 20U);
  for (size_t i = 0U; i < 2U * (size_t)n_samples; ++i) {
    ck_assert(isfinite(result->out[i]));
  }
  free(bad);
  free_result(result);
}
END_TEST

static atomic_bool is_over;

/// The audio thread of test_threads: the music over and over
static void*
play(void* const context)
{
  Result* const      result = (Result*)context;
  static const float silent[256];
  for (uint32_t i = 0U; i < 2000U || !atomic_load(&is_over); ++i) {
    const uint32_t at = (i % 2000U) * 256U;
    echoic_callback_run(
      &callback, at < n_samples ? music + at : silent, result->out, 256U, 0);
    gather(result);
    if (i % 4U == 0U) {
      echoic_sleep_ms(1U);
    }
  }

  return NULL;
}

static void
command(const EchoicCommandKind kind, const uint32_t slot)
{
  const EchoicCommand message = {kind, slot, {0U, 0U}};
  echoic_ring_write(&callback.commands, &message, 1U);
}

static void
errand(const EchoicErrandKind kind, const char* const name)
{
  EchoicErrand message = {kind, 1U, "", 0.1F};
  strncpy(message.name, name, sizeof(message.name) - 1U);
  echoic_teacher_ask(teacher, &message);
}

/// Return 1 if the teacher has something new
static uint32_t
take_news(void)
{
  EchoicTaught* const news = echoic_teacher_news(teacher);
  echoic_taught_free(news);
  return news != NULL;
}

/// Play up to a sample; return the requests that came of it
static uint32_t
request_until(const uint64_t end, EchoicRequest* const requests)
{
  static float out[512];
  while (callback.capture.pos < end) {
    const uint64_t pos = callback.capture.pos;
    const uint32_t n   = end - pos < 256U ? (uint32_t)(end - pos) : 256U;
    echoic_callback_run(&callback, music + pos, out, n, 0);
  }

  return (uint32_t)echoic_ring_read(&callback.requests, requests, 8U);
}

/// What is to be learnt next ends what was to be learnt before
START_TEST(test_next_lesson)
{
  const EchoicCommandKind kind = _i ? ECHOIC_COMMAND_HOLD : ECHOIC_COMMAND_ARM;
  EchoicRequest           requests[8] = {{0}};
  const uint64_t          onset       = 2U * (uint64_t)spacing;
  open_callback(false);
  ck_assert_uint_eq(request_until(onset - (rate / 10U), requests), 0U);
  command(kind, 3U);
  ck_assert_uint_eq(request_until(onset + (rate / 10U), requests), 0U);
  command(kind, 4U);
  ck_assert_uint_eq(request_until(callback.capture.pos + 64U, requests), 1U);
  ck_assert(!requests[0].done && !requests[0].is_vain);
  ck_assert_int_eq(requests[0].ask.kind,
                   _i ? ECHOIC_ASK_HELD : ECHOIC_ASK_EXAMPLE);
  ck_assert_uint_eq(requests[0].ask.slot, 3U);
  ck_assert_uint_le(requests[0].ask.at.start, onset);
  ck_assert_uint_gt(requests[0].ask.at.end, onset + (rate / 20U));
  command(ECHOIC_COMMAND_RELEASE, 3U); // It is ended
  command(kind, 5U);                   // Nothing has come for 4
  ck_assert_uint_eq(request_until(callback.capture.pos + 64U, requests), 1U);
  ck_assert(requests[0].is_vain);
  ck_assert_uint_eq(requests[0].ask.slot, 4U);
  close_callback();
}
END_TEST

/// That nothing came is told
START_TEST(test_vain)
{
  EchoicRequest requests[8] = {{0}};
  char          text[ECHOIC_NOTICE_SIZE];
  open_callback(false);
  command(ECHOIC_COMMAND_ARM, 3U);
  ck_assert_uint_eq(request_until(1600U, requests), 0U);
  start_teacher();
  command(ECHOIC_COMMAND_ARM, 4U);
  echoic_callback_run(&callback, music + 1600U, NULL, 64U, 0);
  close_callback();
  ck_assert(echoic_notices_take(&notices, text));
  ck_assert_msg(strstr(text, "sound 4: nothing was learnt"), "%s", text);
}
END_TEST

START_TEST(test_threads)
{
  Result* const result = new_result();
  pthread_t     thread = 0;
  open_callback(false);
  start_teacher();
  ck_assert(echoic_thread_start(&thread, play, result));
  uint32_t n_news = 0U;
  for (uint32_t i = 0U; i < 4U; ++i) {
    echoic_sleep_ms(50U);
    command(ECHOIC_COMMAND_GONE, i % 3U);
    command(ECHOIC_COMMAND_MISSED, 1U);
    command(ECHOIC_COMMAND_ARM, 0U);
    errand(ECHOIC_ERRAND_TUNE, "sound 1");
    errand(i % 2U ? ECHOIC_ERRAND_UNDO : ECHOIC_ERRAND_NAME, "other");
    errand(ECHOIC_ERRAND_RELOAD, "");
    n_news += take_news();
  }
  // Teaching takes as long as it takes: minutes under a sanitizer
  for (uint32_t i = 0U; i < 6000U && !n_news; ++i) {
    echoic_sleep_ms(50U);
    n_news += take_news();
  }
  atomic_store(&is_over, true);
  pthread_join(thread, NULL);
  close_callback();
  char text[ECHOIC_NOTICE_SIZE];
  ck_assert(echoic_notices_take(&notices, text));
  ck_assert_uint_gt(n_news, 0U);
  free_result(result);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("live callback");
  TCase* const tests = tcase_create("callback");
  tcase_add_unchecked_fixture(tests, set_up_music, tear_down_music);
  tcase_set_timeout(tests, 120.0);
  tcase_add_loop_test(tests, test_blocks, 0, 2);
  tcase_add_test(tests, test_events);
  tcase_add_test(tests, test_notes);
  tcase_add_test(tests, test_output);
  tcase_add_test(tests, test_heard);
  tcase_add_test(tests, test_ten_days);
  tcase_add_test(tests, test_garbage);
  tcase_add_loop_test(tests, test_next_lesson, 0, 2);
  tcase_add_test(tests, test_vain);
  suite_add_tcase(suite, tests);

  // By itself for the thread sanitizer: CK_RUN_CASE=threads
  TCase* const threads = tcase_create("threads");
  tcase_add_checked_fixture(threads, set_up_music, tear_down_music);
  tcase_set_timeout(threads, 400.0);
  tcase_add_test(threads, test_threads);
  suite_add_tcase(suite, threads);
  return run_suite(suite);
}
