// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* The whole chain on real drums: any block size gives the same events to the
   bit, any sample rate the same events within 2 ms. */

#include "dsp/engine.h"
#include "dsp/engine_parts.h"
#include "dsp/model.h"
#include "dsp/teach.h"
#include "host/audio.h"
#include "host/bench_task.h"
#include "host/files.h"
#include "host/lessons.h"
#include "tests/same_event.h"
#include "tests/suite.h"

#include <check.h>
#include <samplerate.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_EVENTS 1000U

typedef struct {
  uint32_t    n;
  EchoicEvent events[MAX_EVENTS];
} List;

static EchoicModel*  model;
static EchoicStretch sound;
static char          path[1024];

static const char*
shared(const char* const name)
{
  const char* const dir = getenv("ECHOIC_SHARED");
  (void)snprintf(path, sizeof(path), "%s/%s", dir ? dir : "../shared", name);
  return path;
}

static void
keep(void* const context, const EchoicEvent* const event)
{
  List* const list = (List*)context;
  if (list->n < MAX_EVENTS) {
    list->events[list->n++] = *event;
  }
}

static EchoicHostEngine
engine_at(const double rate_hz)
{
  const EchoicEngineSpec spec   = {rate_hz, 0.0F};
  EchoicHostEngine       engine = {NULL, NULL};
  EchoicError            error  = {ECHOIC_OK, ""};
  ck_assert_msg(
    !echoic_host_engine_new(model, &spec, &engine, &error), "%s", error.text);
  return engine;
}

/// Hear samples in blocks of `block`, or of random sizes if it is 0
static void
hear(EchoicEngine* const engine,
     const float* const  samples,
     const size_t        n,
     const uint32_t      block,
     List* const         list)
{
  const EchoicSink sink = {keep, NULL, list};
  list->n               = 0U;
  for (size_t i = 0U; i < n;) {
    const uint32_t size = block ? block : (uint32_t)rand() % 8193U;
    const uint32_t left = n - i < UINT32_MAX ? (uint32_t)(n - i) : UINT32_MAX;
    const uint32_t m    = size < left ? size : left;
    echoic_engine_process(engine, samples + i, m, &sink);
    i += m;
  }
  echoic_engine_finish(engine, &sink);
}

/// Check that all is the same to the bit
static void
check_same(const List* const x, const List* const y)
{
  ck_assert_uint_eq(x->n, y->n);
  for (uint32_t e = 0U; e < x->n; ++e) {
    check_same_event(&x->events[e], &y->events[e]);
  }
}

START_TEST(test_blocks)
{
  static const uint32_t blocks[] = {1U, 7U, 64U, 256U, 8192U, 0U, 0U, 0U};
  static List           whole;
  static List           split;
  EchoicHostEngine      engine = engine_at(sound.rate_hz);
  hear(engine.engine, sound.samples, sound.n_samples, UINT32_MAX, &whole);
  ck_assert_uint_gt(whole.n, 20U);
  for (size_t i = 0U; i < sizeof(blocks) / sizeof(blocks[0]); ++i) {
    srand((unsigned)i);
    hear(engine.engine, sound.samples, sound.n_samples, blocks[i], &split);
    check_same(&whole, &split);
  }
  echoic_host_engine_free(&engine);
}
END_TEST

/// Second looks may be taken at once or put off: no event changes
START_TEST(test_looks)
{
  static List        at_once;
  static List        put_off;
  EchoicHostEngine   engine = engine_at(sound.rate_hz);
  EchoicLooks* const looks  = &engine.engine->looks;
  echoic_engine_set_early(engine.engine, _i % 2);
  for (uint32_t s = 0U; s < model->n_sounds; ++s) {
    const EchoicTuning tuning = {0.0F, _i > 1 ? 0.03F : 0.0F, true};
    echoic_engine_tune(engine.engine, s, &tuning);
  }
  hear(engine.engine, sound.samples, sound.n_samples, 64U, &put_off);
  ck_assert_uint_gt(put_off.n, 20U);
  looks->size = 1U;
  hear(engine.engine, sound.samples, sound.n_samples, 64U, &at_once);
  check_same(&at_once, &put_off);
  echoic_host_engine_free(&engine);
}
END_TEST

/// Count the events of `a` that `b` has too, within 2 ms
static uint32_t
count_matches(const List* const a,
              const double      rate_a,
              const List* const b,
              const double      rate_b)
{
  uint32_t n = 0U;
  for (uint32_t i = 0U; i < a->n; ++i) {
    bool found = false;
    for (uint32_t j = 0U; j < b->n && !found; ++j) {
      const double s = (double)a->events[i].onset / rate_a;
      const double t = (double)b->events[j].onset / rate_b;
      found = a->events[i].sound == b->events[j].sound && fabs(s - t) <= 0.002;
    }
    n += found;
  }

  return n;
}

static const double rates_hz[] = {48000.0, 44100.0, 96000.0, 192000.0};
#define N_RATES 4U

/// Hear a recording as if it had been made at another rate
static void
hear_at(const EchoicStretch* const recording,
        const double               rate_hz,
        List* const                list)
{
  const double ratio = rate_hz / recording->rate_hz;
  const size_t n     = (size_t)((double)recording->n_samples * ratio) + 1U;
  float* const out   = (float*)malloc(n * sizeof(float));
  SRC_DATA     src   = {0};
  src.data_in        = recording->samples;
  src.data_out       = out;
  src.input_frames   = (long)recording->n_samples;
  src.output_frames  = (long)n;
  src.src_ratio      = ratio;
  ck_assert_int_eq(src_simple(&src, SRC_SINC_MEDIUM_QUALITY, 1), 0);
  EchoicHostEngine engine = engine_at(rate_hz);
  hear(engine.engine, out, (size_t)src.output_frames_gen, 1024U, list);
  echoic_host_engine_free(&engine);
  free(out);
}

/// Teach all examples of one set of the drums
static EchoicModel*
teach_set(const EchoicBenchTask* const task, const char* const set)
{
  static EchoicMarked marked[64];
  uint32_t            n     = 0U;
  EchoicError         error = {ECHOIC_OK, ""};
  EchoicModel* const  m     = echoic_model_new();
  for (size_t i = 0U; i < task->n_examples; ++i) {
    const EchoicBenchExample* const e = &task->examples[i];
    if (!strcmp(e->set, set) && n < 64U) {
      marked[n++] = (EchoicMarked){.sound   = e->occurrence.label,
                                   .start_s = e->occurrence.onset_s,
                                   .end_s   = e->occurrence.offset_s,
                                   .exact   = true};
    }
  }

  char* const audio = echoic_bench_audio(task, set); // Sets are named by files
  echoic_model_begin(m);
  ck_assert(
    !echoic_lessons_add(m, audio, NULL, ECHOIC_CHANNEL_MIX, marked, n, &error));
  ck_assert(!echoic_teach(m, ECHOIC_N_BANDS, &error));
  free(audio);
  return m;
}

/// Every solo of the drums, taught by five examples a drum, at four rates
START_TEST(test_rates)
{
  static List     lists[N_RATES];
  uint32_t        n_events[N_RATES]  = {0U};
  uint32_t        n_matched[N_RATES] = {0U};
  EchoicError     error              = {ECHOIC_OK, ""};
  EchoicBenchTask task               = {0};
  ck_assert(!echoic_bench_task_read(shared("bench/drums"), 5.0, &task, &error));
  for (size_t i = 0U; i < task.n_episodes; ++i) {
    EchoicStretch     recording = {0};
    const char* const file      = task.episodes[i].test_file;
    char* const       audio     = echoic_bench_audio(&task, file);
    if (!strstr(file, "_mix")) {
      EchoicModel* const before = model;
      model = teach_set(&task, task.episodes[i].example_set);
      ck_assert(!echoic_audio_stretch(
        audio, NULL, ECHOIC_CHANNEL_MIX, 0.0, HUGE_VAL, &recording, &error));
      for (uint32_t r = 0U; r < N_RATES; ++r) {
        hear_at(&recording, rates_hz[r], &lists[r]);
        n_events[r] += lists[r].n;
        n_matched[r] +=
          count_matches(&lists[0], rates_hz[0], &lists[r], rates_hz[r]);
      }
      echoic_model_free(model);
      model = before;
    }
    free(recording.samples);
    free(audio);
  }
  echoic_bench_task_clear(&task);

  for (uint32_t r = 1U; r < N_RATES; ++r) {
    printf("%6.0f Hz: %u events, %u of the %u at 48 kHz within 2 ms\n",
           rates_hz[r],
           n_events[r],
           n_matched[r],
           n_events[0]);
    ck_assert_uint_ge(100U * n_matched[r], 99U * n_events[0]);
    ck_assert_uint_le(99U * n_events[r], 100U * n_events[0]);
  }
}
END_TEST

/// Garbage in: no crash, no event, and the next sound is heard again
START_TEST(test_garbage)
{
  static List      list;
  static float     garbage[48000];
  EchoicHostEngine engine = engine_at(sound.rate_hz);
  const EchoicSink sink   = {keep, NULL, &list};
  for (uint32_t i = 0U; i < 48000U; ++i) {
    garbage[i] = i % 3U == 0U   ? nanf("")
                 : i % 3U == 1U ? (float)HUGE_VAL
                                : 1e-42F;
  }
  list.n = 0U;
  echoic_engine_process(engine.engine, garbage, 48000U, &sink);
  ck_assert_uint_eq(list.n, 0U);
  for (uint32_t i = 0U; i < 200U; ++i) { // 10 s until the background is back
    echoic_engine_process(
      engine.engine, sound.samples + (i * 2400U), 2400U, &sink);
  }
  ck_assert_uint_gt(list.n, 5U);
  for (uint32_t i = 0U; i < list.n; ++i) {
    ck_assert(isfinite(list.events[i].score));
  }
  echoic_host_engine_free(&engine);
}
END_TEST

START_TEST(test_no_space)
{
  const EchoicEngineSpec spec   = {44100.0, 0.0F};
  EchoicEngine*          engine = NULL;
  const size_t           size   = echoic_engine_bytes(model, &spec, NULL);
  void* const            block  = aligned_alloc(64U, echoic_arena_round(size));
  for (size_t s = 0U; s < size; s += s < 4096U ? 64U : 4096U) {
    EchoicArena arena = {(unsigned char*)block, s, 0U};
    ck_assert_int_ne(echoic_engine_prepare(model, &spec, &arena, &engine, NULL),
                     ECHOIC_OK);
    ck_assert_ptr_null(engine);
  }
  EchoicArena arena = {(unsigned char*)block, size, 0U};
  ck_assert_int_eq(echoic_engine_prepare(model, &spec, &arena, &engine, NULL),
                   ECHOIC_OK);
  ck_assert_uint_eq(arena.used, size);
  free(block);
}
END_TEST

static bool
prepare(void)
{
  EchoicError  error    = {ECHOIC_OK, ""};
  EchoicMarked marked[] = {
    {.sound = "kick", .start_s = 3.274, .end_s = 3.474, .exact = true},
    {.sound = "kick", .start_s = 7.634, .end_s = 7.834, .exact = true},
    {.sound = "snare", .start_s = 1.620, .end_s = 1.820, .exact = true},
    {.sound = "hat", .start_s = 2.450, .end_s = 2.650, .exact = true},
    {.sound = "hat", .start_s = 8.460, .end_s = 8.660, .exact = true}};
  (void)shared("bench/drums/audio/MusicDelta_Rock_solo.wav");
  model = echoic_model_new();
  echoic_model_begin(model);
  return !echoic_audio_stretch(
           path, NULL, ECHOIC_CHANNEL_MIX, 0.0, HUGE_VAL, &sound, &error) &&
         !echoic_lessons_add(
           model, path, NULL, ECHOIC_CHANNEL_MIX, marked, 5U, &error) &&
         !echoic_teach(model, ECHOIC_N_BANDS, &error);
}

int
main(void)
{
  Suite* const suite = suite_create("engine");
  TCase* const tc    = tcase_create("all");
  tcase_set_timeout(tc, 300.0);
  if (prepare()) {
    tcase_add_test(tc, test_blocks);
    tcase_add_loop_test(tc, test_looks, 0, 4);
    tcase_add_test(tc, test_rates);
    tcase_add_test(tc, test_garbage);
    tcase_add_test(tc, test_no_space);
  } else {
    printf("skip engine: no %s\n", path);
  }

  suite_add_tcase(suite, tc);
  const int status = run_suite(suite);
  echoic_model_free(model);
  free(sound.samples);
  return status;
}
