// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Sounds are taught by buttons while others are heard all the time. */

#include "dsp/notes.h"
#include "tests/drum_kit.h"
#include "tests/plugin_mark.h"
#include "tests/slow.h"
#include "tests/suite.h"

#include <math.h>
#include <string.h>

enum { n_hits = 160, n_kinds = 3 };

static const double rate_hz = 48000.0;
static const double step_s  = 0.13; ///< Between hits
static const double lead_s  = 0.5;  ///< Before the first

/// Kick, hat, snare, hat and so on, over a bass
typedef struct {
  size_t n;
  float* samples; ///< [n]
} Loop;

static uint32_t
kind_of(const uint32_t hit)
{
  static const uint32_t kinds[] = {0U, 2U, 1U, 2U};
  return kinds[hit % 4U];
}

static size_t
onset_of(const uint32_t hit)
{
  return (size_t)((lead_s + (hit * step_s)) * rate_hz);
}

static Loop
loop_new(const float bass)
{
  static void (*const strike[n_kinds])(DrumKit*,
                                       float*) = {kit_kick, kit_snare, kit_hat};

  DrumKit kit  = {rate_hz, 7U};
  Loop    loop = {onset_of(n_hits) + (size_t)rate_hz, NULL};
  loop.samples = (float*)calloc(loop.n, sizeof(float));
  ck_assert_ptr_nonnull(loop.samples);
  for (size_t i = 0U; i < loop.n; ++i) {
    const double phase = 2.0 * M_PI * 82.0 * (double)i / rate_hz;
    loop.samples[i]    = bass * (float)(sin(phase) + (0.3 * sin(2.0 * phase)));
  }

  for (uint32_t i = 0U; i < n_hits; ++i) {
    strike[kind_of(i)](&kit, loop.samples + onset_of(i));
  }

  return loop;
}

/// Play on to a time after a hit
static void
play_past(Host* const       host,
          const Loop* const loop,
          size_t* const     pos,
          const uint32_t    hit,
          const double      after_s)
{
  const size_t end = onset_of(hit) + (size_t)(after_s * rate_hz);
  ck_assert_uint_le(*pos, end);
  host_play(host, loop->samples + *pos, NULL, end - *pos, 256U);
  *pos = end;
}

static void
press_slot(Host* const host, const uint32_t kind)
{
  char symbol[32];
  snprintf(symbol, sizeof(symbol), "that_was_it_%u", kind + 1U);
  host_press(host, symbol);
  ck_assert_msg(strstr(host->text, "example"), "%s", host->text);
}

/// Who says that was it means the last hit that was there to react to, and
/// nothing of the next
START_TEST(test_that_was_it)
{
  static const double ages_s[] = {0.16, 0.24};

  Host* const host = host_open("mono", rate_hz, 0U);
  const Loop  loop = loop_new(_i / 2 ? 0.1F : 0.0F);
  size_t      pos  = 0U;
  for (uint32_t k = 9U; k < 17U; ++k) {
    play_past(host, &loop, &pos, k, ages_s[_i % 2]);
    press_slot(host, kind_of(k));
    const HostMark last = host_last_mark(host);
    const double   due  = (double)onset_of(k) / rate_hz;
    ck_assert_double_eq_tol(last.source_s + last.mark.start_s, due, 0.006);
    ck_assert_double_ge(last.mark.end_s - last.mark.start_s, 0.03);
    ck_assert_double_le(last.source_s + last.mark.end_s, due + step_s + 0.003);
  }

  free(loop.samples);
  host_close(host);
}
END_TEST

/// Return how many hits of a kind have their note, from hit `first` on
static uint32_t
count_told(const Host* const host, const uint32_t kind, const uint32_t first)
{
  const double delay = (double)host_get(host, "latency");
  uint32_t     n     = 0U;
  for (uint32_t i = first; i < n_hits; ++i) {
    bool is_told = false;
    for (uint32_t k = 0U; k < host->n_notes && kind_of(i) == kind; ++k) {
      const HostNote* const note = &host->notes[k];
      const double late = (double)note->at - (double)onset_of(i) - delay;
      is_told |= note->bytes[0] == 0x99U &&
                 note->bytes[1] == echoic_drum_notes[kind] &&
                 fabs(late) < 0.02 * rate_hz;
    }
    n += is_told;
  }

  return n;
}

/// A kit that is taught while a loop is played tells its hits
START_TEST(test_kit)
{
  const uint32_t first = 56U;
  Host* const    host  = host_open("mono", rate_hz, 0U);
  const Loop     loop  = loop_new(_i ? 0.1F : 0.0F);
  size_t         pos   = 0U;
  for (uint32_t k = 9U; k < 39U; k += 5U) {
    play_past(host, &loop, &pos, k, 0.17 + (0.002 * k));
    press_slot(host, kind_of(k));
  }

  host_set(host, "lookahead", 1.0F);
  host_play(host, loop.samples + pos, NULL, loop.n - pos, 256U);
  for (uint32_t kind = 0U; kind < n_kinds; ++kind) {
    const uint32_t n_all  = (n_hits - first) / (kind == 2U ? 2U : 4U);
    const uint32_t n_told = count_told(host, kind, first);
    ck_assert_msg(10U * n_told >= 9U * n_all,
                  "sound %u: %u of %u hits",
                  kind + 1U,
                  n_told,
                  n_all);
  }

  free(loop.samples);
  host_close(host);
}
END_TEST

/// A sound that begins softly, while Learn is held, begins there
START_TEST(test_soft_beginning)
{
  const double held_s = 0.05 + (0.05 * _i);
  const double due_s  = 3.0;
  const size_t n      = (size_t)(5.0 * rate_hz);
  const size_t soft   = (size_t)(due_s * rate_hz);
  const size_t loud   = soft + (size_t)(0.12 * rate_hz);
  const size_t end    = loud + (size_t)(0.3 * rate_hz);
  const size_t held   = soft - (size_t)(held_s * rate_hz);
  const size_t let_go = end + (size_t)(0.2 * rate_hz);
  DrumKit      kit    = {rate_hz, 3U};
  Host* const  host   = host_open("mono", rate_hz, 0U);
  float* const in     = (float*)calloc(n, sizeof(float));
  ck_assert_ptr_nonnull(in);
  kit_hiss(&kit, in, n, 0.01F);
  kit_hiss(&kit, in + soft, loud - soft, 0.022F);
  kit_hiss(&kit, in + loud, end - loud, 0.3F);
  host_play(host, in, NULL, held, 256U);
  host_set(host, "learn_1", 1.0F);
  host_play(host, in + held, NULL, let_go - held, 256U);
  host_set(host, "learn_1", 0.0F);
  host_play(host, in + let_go, NULL, n - let_go, 256U);
  const HostMark last = host_last_mark(host);
  ck_assert_double_eq_tol(last.source_s + last.mark.start_s, due_s, 0.012);
  ck_assert_double_eq_tol(
    last.source_s + last.mark.end_s, (double)end / rate_hz, 0.012);
  free(in);
  host_close(host);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("plugin dense");
  TCase* const tcase = tcase_create("dense");
  tcase_set_timeout(tcase, 120.0);
  tcase_add_loop_test(tcase, test_that_was_it, is_slow() ? 3 : 0, 4);
  tcase_add_loop_test(tcase, test_kit, is_slow() ? 1 : 0, 2);
  tcase_add_loop_test(tcase, test_soft_beginning, 0, 3);
  suite_add_tcase(suite, tcase);

  return run_suite(suite);
}
