// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* The mask time is what the user says: a sound that still rings may be struck
   again after it, and not before. */

#include "tests/plugin_music.h"
#include "tests/suite.h"

enum { n_pairs = 10, apart = 19200 };

/// Snares in pairs, `gap` samples from stroke to stroke
static float*
make_pairs(const uint32_t gap, const size_t n)
{
  DrumKit      kit     = {48000.0, 77U};
  float* const samples = (float*)calloc(n, sizeof(float));
  for (uint32_t i = 0U; i < n_pairs; ++i) {
    float* const at = samples + ((i + 1U) * (size_t)apart);
    kit_snare(&kit, at);
    if (gap) {
      kit_snare(&kit, at + gap);
    }
  }

  kit_hiss(&kit, samples, n, 0.001F);
  return samples;
}

/// Notes of the snare from `start` on
static uint32_t
count_snares(const Host* const host, const uint64_t start)
{
  uint32_t n = 0U;
  for (uint32_t k = 0U; k < host->n_notes; ++k) {
    const HostNote* const note = &host->notes[k];
    n += note->bytes[0] == 0x99U && note->bytes[1] == 38U && note->at >= start;
  }

  return n;
}

START_TEST(test_struck_again)
{
  static const struct {
    uint32_t gap; ///< Samples, 0: single strokes
    float    mask_ms;
    bool     looks_ahead;
    uint32_t n_least;
    uint32_t n_most;
  } cases[] = {{0U, 5.0F, true, n_pairs, n_pairs + 1U},
               {0U, 5.0F, false, n_pairs, n_pairs + 1U},
               {2640U, 30.0F, true, 2U * n_pairs - 1U, 2U * n_pairs + 1U},
               {2640U, 30.0F, false, 2U * n_pairs - 1U, 2U * n_pairs + 1U},
               {2640U, 70.0F, true, n_pairs, n_pairs},
               {3360U, 30.0F, true, 2U * n_pairs - 1U, 2U * n_pairs + 1U},
               {3360U, 100.0F, true, n_pairs, n_pairs},
               {3360U, 100.0F, false, n_pairs, n_pairs}};

  const size_t n     = (n_pairs + 4U) * (size_t)apart;
  Host* const  host  = host_open("mono", 48000.0, 0U);
  Music        music = music_new(48000.0, 5U);
  float* const pairs = make_pairs(cases[_i].gap, n);
  host_set(host, "mask_2", cases[_i].mask_ms);
  host_set(host, "lookahead", cases[_i].looks_ahead ? 1.0F : 0.0F);
  size_t pos = music_teach(host, &music);
  music_play(host, &music, &pos, music.n);
  const uint64_t start = host->pos;
  host_play(host, pairs, NULL, n, 256U);
  const uint32_t n_snares = count_snares(host, start);
  ck_assert_msg(n_snares >= cases[_i].n_least && n_snares <= cases[_i].n_most,
                "%u notes",
                n_snares);
  check_notes_paired(host);
  free(pairs);
  music_free(&music);
  host_close(host);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("plugin mask");
  TCase* const tcase = tcase_create("mask");
  tcase_set_timeout(tcase, 120.0);
  tcase_add_loop_test(tcase, test_struck_again, 0, 8);
  suite_add_tcase(suite, tcase);

  return run_suite(suite);
}
