// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* What comes out: samples, gains; the same for any block size, buffer and
   host. */

#include "tests/plugin_music.h"
#include "tests/suite.h"

#include <math.h>

static Music     music;
static HostState saved;

static void
set_up(void)
{
  music               = music_new(48000.0, 16U);
  Host* const teacher = host_open("mono", 48000.0, 0U);
  music_teach(teacher, &music);
  saved = host_save(teacher);
  host_close(teacher);
}

static void
tear_down(void)
{
  host_free_state(&saved);
  music_free(&music);
}

/// Open a plugin that knows kick and snare
static Host*
open_taught(const char* const name)
{
  Host* const host  = host_open(name, music.rate_hz, 0U);
  HostState   state = {0};
  host_property(host,
                &state,
                "urn:echoic:model",
                LV2_ATOM__Chunk,
                saved.properties[0].value,
                saved.properties[0].size);
  ck_assert_int_eq(host_restore(host, &state), LV2_STATE_SUCCESS);
  host_free_state(&state);
  return host;
}

/// All that a host sets and hears
typedef struct {
  float*   out;
  uint32_t n_notes;
  HostNote notes[host_max_notes];
} Result;

static Result*
play(const int mode, const bool looks_ahead, const uint32_t size)
{
  Host* const   host   = open_taught("mono");
  Result* const result = (Result*)calloc(1U, sizeof(Result));
  result->out          = (float*)calloc(music.n, sizeof(float));
  host_set(host, "mode", (float)mode);
  host_set(host, "lookahead", looks_ahead ? 1.0F : 0.0F);
  host_set(host, "attack", 12.5F);
  host_play(host, music.samples, result->out, music.n, size);
  result->n_notes = host->n_notes;
  memcpy(result->notes, host->notes, sizeof(host->notes));
  host_close(host);
  return result;
}

static void
free_result(Result* const result)
{
  free(result->out);
  free(result);
}

/// Samples and notes don't depend on the block size
START_TEST(test_blocks)
{
  static const uint32_t sizes[]     = {1U, 64U, 1000U, 8192U, 0U, 0U};
  const int             mode        = _i % 4;
  const bool            looks_ahead = _i >= 4;
  Result* const         first       = play(mode, looks_ahead, 256U);
  ck_assert_uint_ge(first->n_notes, 26U);
  srand((unsigned)_i);
  for (size_t i = _i ? 1U : 0U; i < sizeof(sizes) / sizeof(sizes[0]); ++i) {
    Result* const other = play(mode, looks_ahead, sizes[i]);
    ck_assert_mem_eq(first->out, other->out, music.n * sizeof(float));
    ck_assert_uint_eq(first->n_notes, other->n_notes);
    for (uint32_t k = 0U; k < first->n_notes; ++k) {
      ck_assert_uint_eq(first->notes[k].at, other->notes[k].at);
      ck_assert_mem_eq(first->notes[k].bytes, other->notes[k].bytes, 3U);
    }
    free_result(other);
  }

  free_result(first);
}
END_TEST

/// Thru: the bits that came in, as late as is declared; also when bypassed
START_TEST(test_latency)
{
  Host* const  host = open_taught("mono");
  float* const out  = (float*)calloc(music.n, sizeof(float));
  host_set(host, "lookahead", _i ? 1.0F : 0.0F);
  host_set(host, "enabled", _i == 2 ? 0.0F : 1.0F);
  host_play(host, music.samples, out, music.n, 480U);
  const size_t latency = (size_t)host_get(host, "latency");
  ck_assert_int_eq(latency > 0U, _i > 0);
  ck_assert_mem_eq(
    out + latency, music.samples, (music.n - latency) * sizeof(float));
  for (size_t i = 0U; i < latency; ++i) {
    ck_assert(out[i] == 0.0F);
  }

  ck_assert_int_eq(host->n_notes > 0U, _i < 2);
  free(out);
  host_close(host);
}
END_TEST

static double
energy(const float* const x, const size_t n)
{
  double sum = 0.0;
  for (size_t i = 0U; i < n; ++i) {
    sum += (double)x[i] * (double)x[i];
  }

  return sum;
}

/// With lookahead the gate opens before the onset, and only for the sound
START_TEST(test_modes)
{
  static const float kept[]  = {1.0F, 1.0F, 0.0F, 0.0158F};
  static const float other[] = {1.0F, 0.0F, 1.0F, 1.0F};
  Host* const        host    = open_taught("mono");
  float* const       out     = (float*)calloc(music.n, sizeof(float));
  host_set(host, "lookahead", 1.0F);
  host_set(host, "mode", (float)_i);
  host_set(host, "on_2", 0.0F); // Only kicks
  host_play(host, music.samples, out, music.n, 700U);
  const size_t latency = (size_t)host_get(host, "latency");
  for (uint32_t i = 3U; i < music.n_hits; ++i) {
    const size_t at     = music.onsets[i];
    const double before = energy(music.samples + at, 4800U);
    const double after  = energy(out + latency + at, 4800U);
    const double expect = (double)(i % 2U ? other[_i] : kept[_i]);
    ck_assert_msg(fabs((after / before) - expect) < 0.02,
                  "hit %u: %g of it are left",
                  i,
                  after / before);
  }

  free(out);
  host_close(host);
}
END_TEST

/// Switching things makes no click: never more than a 10 ms ramp's step
START_TEST(test_no_clicks)
{
  static const char* const switches[] = {
    "enabled", "mode", "dry_wet", "lookahead", "depth"};
  Host* const  host = open_taught("mono");
  const size_t n    = 48000U;
  float        x[480];
  float        last = 0.0F;
  host_set(host, "mode", 2.0F);
  for (size_t i = 0U; i < n; i += 480U) {
    for (size_t k = 0U; k < 480U; ++k) { // 20 Hz: neighbours differ by .0016
      x[k] = 0.6F * sinf(0.00262F * (float)(i + k));
    }
    const char* const name = switches[i / 480U % 5U];
    const float       now  = host_get(host, name);
    host_set(host, name, now > 0.5F ? 0.0F : i / 480U % 2U ? 1.0F : 3.0F);
    float out[480];
    host_play(host, x, out, 480U, 96U);
    for (size_t k = 0U; k < 480U; ++k) {
      if (!(fabsf(out[k] - last) < 0.008F)) {
        ck_abort_msg("step of %g after %s", (double)(out[k] - last), name);
      }
      last = out[k];
    }
  }

  host_close(host);
}
END_TEST

/// Input and output may be one buffer, even crosswise
START_TEST(test_in_place)
{
  Host* const  host = open_taught("stereo");
  Host* const  same = open_taught("stereo");
  const size_t n    = 48000U;
  for (uint32_t c = 0U; c < 2U; ++c) {
    lilv_instance_connect_port(
      same->instance, 2U + c, same->audio[_i ? 1U - c : c]);
  }

  for (size_t i = 0U; i < n; i += 480U) {
    for (size_t k = 0U; k < 480U; ++k) {
      host->audio[0][k] = same->audio[0][k] = music.samples[i + k];
      host->audio[1][k] = same->audio[1][k] = -0.5F * music.samples[i + k];
    }
    host_run_only(host, 480U);
    host_run_only(same, 480U);
    ck_assert_mem_eq(host->audio[2], same->audio[_i ? 1 : 0], 1920U);
    ck_assert_mem_eq(host->audio[3], same->audio[_i ? 0 : 1], 1920U);
  }

  host_close(host);
  host_close(same);
}
END_TEST

/// Another input can be listened to instead
START_TEST(test_key)
{
  Host* const    host = open_taught("stereo-key");
  const uint32_t key  = host_port(host, "key");
  host_set(host, "lookahead", 1.0F);
  host_set(host, "key_listen", 1.0F);
  for (size_t i = 0U; i + 480U < music.n; i += 480U) {
    memcpy(host->audio[key], music.samples + i, 1920U);
    host_run_only(host, 480U);
    ck_assert(host->audio[2][0] == 0.0F);
  }

  ck_assert_uint_ge(
    music_found(host, &music, 0U, (uint64_t)host_get(host, "latency")), 15U);
  host_close(host);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("plugin audio");
  TCase* const tcase = tcase_create("audio");
  tcase_set_timeout(tcase, 120.0);
  tcase_add_unchecked_fixture(tcase, set_up, tear_down);
  tcase_add_loop_test(tcase, test_blocks, 0, 8);
  tcase_add_loop_test(tcase, test_latency, 0, 3);
  tcase_add_loop_test(tcase, test_modes, 0, 4);
  tcase_add_test(tcase, test_no_clicks);
  tcase_add_loop_test(tcase, test_in_place, 0, 2);
  tcase_add_test(tcase, test_key);
  suite_add_tcase(suite, tcase);

  return run_suite(suite);
}
