// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* A real drum loop, taught by buttons while it plays. */

#include "tests/plugin_recording.h"
#include "tests/suite.h"

#include <math.h>

/// Mean energy from `start` to `end` (s) of both channels
static double
energy(const Recording* const r, const double start, const double end)
{
  const size_t first = (size_t)(start * r->rate_hz);
  const size_t last  = (size_t)(end * r->rate_hz);
  double       sum   = 1e-9;
  for (size_t i = first; i < last && i < r->n; ++i) {
    const double x = (double)(r->samples[2U * i] + r->samples[(2U * i) + 1U]);
    sum += x * x;
  }

  return sum / (double)(last - first);
}

/// Return where energy rises most, near a time that was found by hand
static double
attack_near(const Recording* const r, const double by_hand)
{
  double best    = by_hand;
  double highest = 0.0;
  for (int i = -20; i < 60; ++i) {
    const double t    = by_hand + (0.0005 * i);
    const double rise = energy(r, t, t + 0.005) / energy(r, t - 0.01, t);
    best              = rise > highest ? t : best;
    highest           = fmax(rise, highest);
  }

  return best;
}

static int
compare_numbers(const void* const a, const void* const b)
{
  const double x = *(const double*)a;
  const double y = *(const double*)b;
  return x < y ? -1 : x > y;
}

/**
   Compare a sound's notes, less the latency, with the attacks in the
   recording: all of them must be there, half of those within 1 ms and half a
   step of the search, and at most `n_more` besides: ghost notes, and errors.
*/
static void
expect_notes(const Host* const      host,
             const Recording* const r,
             const uint64_t         start,
             const uint8_t          note,
             const double* const    by_hand,
             const uint32_t         n_hits,
             const uint32_t         n_more)
{
  const double latency = (double)host_get(host, "latency");
  double       errors[16];
  uint32_t     n       = 0U;
  uint32_t     n_notes = 0U;
  for (uint32_t k = 0U; k < host->n_notes; ++k) {
    const double at =
      ((double)host->notes[k].at - (double)start - latency) / r->rate_hz;
    n_notes += host->notes[k].bytes[0] == 0x99U &&
               host->notes[k].bytes[1] == note && at > -0.1 && at < 6.8;
  }

  for (uint32_t i = 0U; i < n_hits; ++i) {
    const double attack = attack_near(r, by_hand[i]);
    double       best   = 1.0;
    for (uint32_t k = 0U; k < host->n_notes; ++k) {
      const double at =
        ((double)host->notes[k].at - (double)start - latency) / r->rate_hz;
      if (host->notes[k].bytes[0] == 0x99U && host->notes[k].bytes[1] == note) {
        best = fmin(best, fabs(at - attack));
      }
    }
    if (best < 0.02) {
      errors[n++] = best;
    }
  }

  ck_assert_msg(n == n_hits, "note %u: %u hits of %u", note, n, n_hits);
  ck_assert_msg(n_notes <= n_hits + n_more, "note %u: %u notes", note, n_notes);
  qsort(errors, n, sizeof(errors[0]), compare_numbers);
  ck_assert_msg(
    errors[n / 2U] <= 0.00125, "note %u: %g s", note, errors[n / 2U]);
}

// As in test_demo.sh
static const double kicks[] = {0.205,
                               1.056,
                               1.160,
                               1.704,
                               1.925,
                               2.778,
                               2.885,
                               3.417,
                               3.631,
                               4.491,
                               5.350,
                               5.460,
                               6.217};
static const double snares[] =
  {0.415, 1.272, 2.131, 2.990, 3.840, 4.911, 5.564, 6.635};
static const double hats[] = {0.636,
                              0.851,
                              1.492,
                              2.351,
                              2.563,
                              3.205,
                              4.064,
                              4.279,
                              4.705,
                              5.135,
                              5.779,
                              5.994};

/// Name two hits of each sound as they have just gone
static void
teach_loop(Host* const host, const Recording* const r)
{
  static const struct {
    double      at_s;
    const char* button;
  } presses[] = {{0.40, "that_was_it_1"},
                 {0.62, "that_was_it_2"},
                 {0.74, "that_was_it_3"},
                 {1.48, "that_was_it_2"},
                 {1.59, "that_was_it_3"},
                 {2.11, "that_was_it_1"}};

  size_t pos = 0U;
  for (size_t i = 0U; i < sizeof(presses) / sizeof(presses[0]); ++i) {
    const size_t end = (size_t)(presses[i].at_s * r->rate_hz);
    play(host, r, pos, end);
    pos = end;
    host_press(host, presses[i].button);
    ck_assert_msg(strstr(host->text, "example"), "%s", host->text);
  }

  play(host, r, pos, r->n);
}

/// Taught in its first round, the amen break is played in the second
START_TEST(test_amen)
{
  Recording r =
    read_recording("/usr/share/sonic-pi/samples/loop_amen_full.flac");
  if (!r.samples) {
    printf("skip test_amen: package sonic-pi-samples isn't there\n");
    return;
  }

  Host* const host = host_open("stereo", r.rate_hz, 0U);
  srand(3U);
  host_set(host, "lookahead", 1.0F);
  teach_loop(host, &r);
  const uint64_t start = host->pos;
  host->n_notes        = 0U;
  play(host, &r, 0U, r.n);
  play(host, &r, 0U, r.n / 4U);
  expect_notes(host, &r, start, 36U, kicks, 13U, 6U);
  expect_notes(host, &r, start, 38U, snares, 8U, 6U);
  expect_notes(host, &r, start, 42U, hats, 12U, 0U);
  free(r.samples);
  host_close(host);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("plugin loop");
  TCase* const tcase = tcase_create("loop");
  tcase_set_timeout(tcase, 120.0);
  tcase_add_test(tcase, test_amen);
  suite_add_tcase(suite, tcase);

  return run_suite(suite);
}
