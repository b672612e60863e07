// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/teach_trim.h"
#include "tests/suite.h"
#include "tests/trim_recording.h"

#include <check.h>

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

static const double rates_hz[] = {8000.0, 16000.0, 44100.0, 96000.0};

enum { n_rates = sizeof(rates_hz) / sizeof(*rates_hz) };

/// Which function is tested
static bool is_marked;

static void
set_marked(void)
{
  is_marked = true;
}

static EchoicStatus
find(const Recording* const r, EchoicTrim* const trim)
{
  const EchoicExample example = {r->in, 0U, r->n, r->rate_hz};
  return is_marked ? echoic_trim_marked(&example, HUGE_VAL, trim)
                   : echoic_trim(&example, ECHOIC_PAUSE_S, trim);
}

static EchoicTrim
trimmed(const Recording* const r)
{
  EchoicTrim trim = {0};
  ck_assert_int_eq(find(r, &trim), ECHOIC_OK);
  ck_assert_uint_lt(trim.onset, trim.end);
  ck_assert_uint_le(trim.end, r->n);
  return trim;
}

/// The sound found is from `onset_s` to `end_s`, within 2 ms and 15 %
static void
check_found(const Recording* const r, const double onset_s, const double end_s)
{
  const EchoicTrim trim  = trimmed(r);
  const double     onset = (double)trim.onset / r->rate_hz;
  const double     end   = (double)trim.end / r->rate_hz;
  ck_assert_double_eq_tol(onset, onset_s, 0.002);
  ck_assert_double_eq_tol(end, end_s, 0.15 * (end_s - onset_s));
}

/// A sound in noise: noise level, dB below the sound's
static const double floors_db[] = {20.0, 30.0, 40.0, 60.0};

enum { n_floors = sizeof(floors_db) / sizeof(*floors_db) };

START_TEST(test_in_noise)
{
  const double rate_hz  = rates_hz[_i % n_rates];
  const double floor_db = floors_db[_i / n_rates % n_floors];
  Recording    r        = silence(1.5, rate_hz);
  add_noise(&r, 0.0, 1.5, -9.0 - floor_db, (uint32_t)_i);
  add_tone(&r, 0.4, 0.7, 0.0);
  check_found(&r, 0.4, 0.7);

  const EchoicTrim trim = trimmed(&r);
  ck_assert_double_eq_tol((double)trim.peak_db, -6.0, 2.5);
  ck_assert_double_eq_tol( // Both are of the highest sample; noise has peaks
    (double)trim.floor_db,
    -9.0 - floor_db + 12.0,
    4.0);
  free(r.in);
}
END_TEST

/// A hit in noise ends where it sinks into it
START_TEST(test_decay_in_noise)
{
  const double decay_db = 100.0;
  const double rate_hz  = rates_hz[_i % n_rates];
  const double floor_db = floors_db[_i / n_rates % n_floors];
  Recording    r        = silence(1.5, rate_hz);
  add_noise(&r, 0.0, 1.5, -9.0 - floor_db, (uint32_t)_i);
  add_tone(&r, 0.4, 1.5, decay_db);
  check_found(&r, 0.4, 0.4 + (fmin(floor_db, 32.0) / decay_db));
  free(r.in);
}
END_TEST

/// Silence, a word with a pause in it, noise
START_TEST(test_word)
{
  Recording r = silence(2.0, rates_hz[_i % n_rates]);
  add_tone(&r, 0.5, 0.62, 0.0);
  add_tone(&r, 0.68, 0.9, 0.0);
  add_noise(&r, 0.9, 2.0, -9.0 - (_i < n_rates ? 40.0 : 30.0), (uint32_t)_i);
  check_found(&r, 0.5, 0.9);
  free(r.in);
}
END_TEST

/// A hit that is selected from its onset on keeps its tail
START_TEST(test_tight)
{
  static const double decays_db[] = {0.0, 30.0, 60.0, 100.0, 150.0, 200.0};
  enum { n_decays = sizeof(decays_db) / sizeof(*decays_db) };

  const double duration_s = 0.11 + (0.05 * (_i / (n_rates * n_decays)));
  const double decay_db   = decays_db[_i / n_rates % n_decays];
  Recording    tone       = silence(duration_s, rates_hz[_i % n_rates]);
  Recording    noise      = silence(duration_s, rates_hz[_i % n_rates]);
  const double sounds_db  = fmin(32.0, decay_db * duration_s);
  const double least =
    decay_db > 0.0 ? 0.85 * sounds_db / decay_db : 0.85 * duration_s;
  add_tone(&tone, 0.0, duration_s, decay_db);
  add_noise(&noise, 0.0, duration_s, -9.0, (uint32_t)_i);
  for (size_t i = 0U; i < noise.n; ++i) {
    const double t = (double)i / noise.rate_hz;
    noise.in[i] *= (float)pow(10.0, -decay_db * t / 20.0);
  }

  const EchoicTrim a = trimmed(&tone);
  const EchoicTrim b = trimmed(&noise);
  ck_assert_double_ge((double)(a.end - a.onset), least * tone.rate_hz);
  ck_assert_double_ge((double)(b.end - b.onset), least * noise.rate_hz);
  free(tone.in);
  free(noise.in);
}
END_TEST

START_TEST(test_silence)
{
  EchoicTrim trim    = {0};
  Recording  r       = silence(0.5, 44100.0);
  Recording  nothing = {r.in, 0U, r.rate_hz};
  ck_assert_int_eq(find(&r, &trim), ECHOIC_NOT_FOUND);
  ck_assert_int_eq(find(&nothing, &trim), ECHOIC_NOT_FOUND);
  add_noise(&r, 0.0, 0.5, -100.0, 1U);
  ck_assert_int_eq(find(&r, &trim), ECHOIC_NOT_FOUND);
  free(r.in);
}
END_TEST

/// Any length is allowed, down to one sample
START_TEST(test_short)
{
  const float in[50] = {0.5F, -0.5F, 0.5F, -0.5F};
  for (size_t n = 1U; n <= 50U; ++n) {
    const Recording  r    = {(float*)(uintptr_t)in, n, 8000.0};
    const EchoicTrim trim = trimmed(&r);
    ck_assert_uint_eq(trim.onset, 0U);
    ck_assert_uint_le(trim.end, 8U);
  }
}
END_TEST

START_TEST(test_clipped)
{
  Recording r = silence(0.3, 44100.0);
  add_tone(&r, 0.0, 0.3, 0.0);
  ck_assert(!trimmed(&r).clipped);
  r.in[100] = r.in[101] = 1.0F;
  ck_assert(!trimmed(&r).clipped);
  r.in[102] = 1.0F;
  ck_assert(trimmed(&r).clipped);
  free(r.in);
}
END_TEST

/// Single hits cut from a loop are kept nearly whole
START_TEST(test_hits)
{
  static const double hits_s[][2] = {{0.205, 0.405},
                                     {1.925, 2.120},
                                     {0.415, 0.625},
                                     {1.272, 1.485},
                                     {0.635, 0.745},
                                     {1.492, 1.595}};

  Recording           r   = {NULL, 0U, 0.0};
  const double* const hit = hits_s[_i];
  if (read_samples(SAMPLES "loop_amen_full.flac", hit[0], hit[1], &r)) {
    const EchoicTrim trim = trimmed(&r);
    ck_assert_double_ge((double)(trim.end - trim.onset), 0.85 * (double)r.n);
    free(r.in);
  }
}
END_TEST

/// A drum with silence around it: the same sound as without
START_TEST(test_padded)
{
  static const char* const names[] = {SAMPLES "drum_snare_hard.flac",
                                      SAMPLES "drum_bass_hard.flac",
                                      SAMPLES "drum_cymbal_closed.flac",
                                      SAMPLES "elec_blip.flac"};

  Recording r = {NULL, 0U, 0.0};
  if (read_samples(names[_i], 0.0, 0.0, &r)) {
    const EchoicTrim alone   = trimmed(&r);
    const double     found_s = (double)(alone.end - alone.onset) / r.rate_hz;
    const size_t     before  = (size_t)(0.5 * r.rate_hz);
    Recording padded = silence(1.5 + ((double)r.n / r.rate_hz), r.rate_hz);
    for (size_t i = 0U; i < r.n; ++i) {
      padded.in[before + i] = r.in[i];
    }
    add_noise(&padded, 0.0, 1e3, (double)alone.peak_db - 70.0, 1U);
    const double onset_s = (double)(before + alone.onset) / r.rate_hz;
    check_found(&padded, onset_s, onset_s + found_s);
    free(padded.in);
    free(r.in);
  }
}
END_TEST

static TCase*
all_tests(const char* const name)
{
  TCase* const tc = tcase_create(name);
  tcase_add_loop_test(tc, test_in_noise, 0, 40 * n_rates * n_floors);
  tcase_add_loop_test(tc, test_decay_in_noise, 0, 40 * n_rates * n_floors);
  tcase_add_loop_test(tc, test_word, 0, 2 * n_rates);
  tcase_add_loop_test(tc, test_tight, 0, 6 * 6 * n_rates);
  tcase_add_test(tc, test_silence);
  tcase_add_test(tc, test_short);
  tcase_add_test(tc, test_clipped);
  tcase_add_loop_test(tc, test_hits, 0, 6);
  tcase_add_loop_test(tc, test_padded, 0, 4);
  return tc;
}

int
main(void)
{
  Suite* const suite  = suite_create("trim");
  TCase* const marked = all_tests("marked");
  tcase_add_unchecked_fixture(marked, set_marked, NULL);
  suite_add_tcase(suite, all_tests("heard"));
  suite_add_tcase(suite, marked);

  return run_suite(suite);
}
