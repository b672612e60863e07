// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* The short window in the plugin: notes come at once, and switching it while
   sound is heard neither loses, doubles nor holds one. */

#include "tests/plugin_music.h"
#include "tests/slow.h"
#include "tests/suite.h"

#include <math.h>

enum { n_hits = 44, n_taught = 5 };

static const double rate_hz = 48000.0;

static uint8_t
note_of(const uint32_t hit)
{
  return hit % 2U ? 38U : 36U;
}

/// Count notes that begin within `most_s` of a time; the first in `at`
static uint32_t
count_notes(const Host* const host,
            const uint8_t     note,
            const double      due,
            const double      most_s,
            double* const     at)
{
  uint32_t n = 0U;
  for (uint32_t k = 0U; k < host->n_notes; ++k) {
    const HostNote* const heard = &host->notes[k];
    const double          off   = ((double)heard->at - due) / rate_hz;
    if (heard->bytes[0] == 0x99U && heard->bytes[1] == note && off > -0.005 &&
        off < most_s) {
      *at = n++ ? *at : off;
    }
  }

  return n;
}

static int
compare(const void* const a, const void* const b)
{
  const double x = *(const double*)a;
  const double y = *(const double*)b;
  return (x > y) - (x < y);
}

/// Each drum has its note within 6 ms (median), and no other
START_TEST(test_quick)
{
  Host* const host  = host_open(_i ? "stereo" : "mono", rate_hz, 0U);
  Music       music = music_new(rate_hz, n_hits);
  size_t      pos   = music_teach(host, &music);
  double      delays_s[n_hits];
  uint32_t    n       = 0U;
  const float latency = host_get(host, "latency");
  host_set(host, "short_window", 1.0F);
  const uint64_t start  = host->pos - pos; // Presses run nothing
  const uint32_t before = count_on(host);
  host_play(host, music.samples + pos, NULL, music.n - pos, _i ? 32U : 64U);
  ck_assert(host_get(host, "latency") == latency);
  for (uint32_t i = n_taught; i < n_hits; ++i) {
    const double due = (double)(start + music.onsets[i]);
    ck_assert_uint_eq(count_notes(host, note_of(i), due, 0.02, &delays_s[n]),
                      1U);
    ++n;
  }

  qsort(delays_s, n, sizeof(double), compare);
  printf("# notes %.2f ms after the onset (median), %.2f at most\n",
         1e3 * delays_s[n / 2U],
         1e3 * delays_s[n - 1U]);
  ck_assert_double_le(delays_s[n / 2U], 0.006);
  ck_assert_double_le(delays_s[n - 1U], 0.013);
  ck_assert_uint_le(count_on(host) - before, n_hits - n_taught + 2U);
  check_notes_paired(host);
  music_free(&music);
  host_close(host);
}
END_TEST

/// With Lookahead its notes stand on the onsets, by the latency that is told
START_TEST(test_lookahead)
{
  Host* const host  = host_open("mono", rate_hz, 0U);
  Music       music = music_new(rate_hz, n_hits);
  size_t      pos   = music_teach(host, &music);
  double      off_s = 0.0;
  host_set(host, "lookahead", 1.0F);
  host_set(host, "short_window", 1.0F);
  const uint64_t start = host->pos - pos;
  host_play(host, music.samples + pos, NULL, music.n - pos, 256U);
  const double latency = (double)host_get(host, "latency");
  ck_assert_double_gt(latency, 0.02 * rate_hz);
  for (uint32_t i = n_taught; i < n_hits; ++i) {
    const double due = (double)(start + music.onsets[i]) + latency;
    ck_assert_uint_eq(count_notes(host, note_of(i), due, 0.1, &off_s), 1U);
    ck_assert_double_le(fabs(off_s), 0.002);
  }

  check_notes_paired(host);
  music_free(&music);
  host_close(host);
}
END_TEST

/// Switched at any phase of the hits: every 0.9 s or so, and in a hurry
START_TEST(test_switched)
{
  static const double hurry_s[] = {0.41, 0.23, 0.11, 0.05};

  const int      i      = is_slow() ? 3 * _i : _i;
  const double   step_s = i < 8 ? 0.85 + (0.013 * i) : hurry_s[i - 8];
  const size_t   step   = (size_t)(step_s * rate_hz);
  Host* const    host   = host_open("mono", rate_hz, 0U);
  Music          music  = music_new(rate_hz, n_hits);
  size_t         pos    = music_teach(host, &music);
  double         off_s  = 0.0;
  bool           is_on  = false;
  const uint64_t start  = host->pos - pos;
  while (pos < music.n) {
    const size_t left = music.n - pos;
    const size_t n    = left < step ? left : step;
    is_on             = !is_on;
    host_set(host, "short_window", is_on ? 1.0F : 0.0F);
    host_play(host, music.samples + pos, NULL, n, 64U);
    pos += n;
  }

  for (uint32_t k = n_taught; k < n_hits; ++k) {
    const double   due = (double)(start + music.onsets[k]);
    const uint32_t n   = count_notes(host, note_of(k), due, 0.35, &off_s);
    ck_assert_msg(n == 1U, "hit %u: %u notes", k, n);
  }

  check_notes_paired(host);
  music_free(&music);
  host_close(host);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("plugin short");
  TCase* const tcase = tcase_create("short");
  tcase_set_timeout(tcase, 300.0);
  tcase_add_loop_test(tcase, test_quick, 0, 2);
  tcase_add_test(tcase, test_lookahead);
  tcase_add_loop_test(tcase, test_switched, 0, is_slow() ? 4 : 12);
  suite_add_tcase(suite, tcase);

  return run_suite(suite);
}
