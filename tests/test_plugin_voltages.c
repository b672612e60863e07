// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Control voltages follow the notes, to the sample, in blocks of any size. */

#include "tests/plugin_music.h"
#include "tests/suite.h"

enum {
  rate    = 48000,
  ms      = rate / 1000,
  n_pairs = 8,
  apart   = 19200,
  n_ports = 4 ///< Two gates, trigger, velocity
};

/// Snares that are struck again after 55 ms, while they sound, and kicks
static float*
make_pairs(const size_t n)
{
  DrumKit      kit     = {rate, 77U};
  float* const samples = (float*)calloc(n, sizeof(float));
  for (uint32_t i = 0U; i < n_pairs; ++i) {
    float* const at = samples + ((i + 1U) * (size_t)apart);
    kit_snare(&kit, at);
    kit_snare(&kit, at + (55U * ms));
    kit_kick(&kit, at + (apart / 2));
  }

  kit_hiss(&kit, samples, n, 0.001F);
  return samples;
}

/// Play it in blocks of `size`, or of random sizes; return what the ports say
static float*
record(Host* const        host,
       const float* const in,
       const size_t       n,
       const uint32_t     size)
{
  static const char* const symbols[n_ports] = {
    "cv_gate_1", "cv_gate_2", "cv_trigger", "cv_velocity"};
  float* const all = (float*)calloc(n_ports * n, sizeof(float));
  for (size_t i = 0U; i < n;) {
    const size_t want = size ? size : (size_t)rand() % 3000U;
    const size_t len  = want < n - i ? want : n - i;
    memcpy(host->audio[0], in + i, len * sizeof(float));
    host_run_only(host, (uint32_t)len);
    host_work(host);
    for (uint32_t p = 0U; p < n_ports; ++p) {
      memcpy(all + (p * n) + i,
             host->audio[host_port(host, symbols[p])],
             len * sizeof(float));
    }
    i += len;
  }

  return all;
}

/// What the notes so far make of the voltages
typedef struct {
  bool     sounds[2];
  uint32_t gap[2]; ///< Samples for which the gate stays down
  uint32_t fired;  ///< Samples for which the trigger stays up
  float    velocity;
  uint32_t n_again; ///< Notes that began where they ended
} Expected;

static void
take_note(Expected* const e, const HostNote* const note)
{
  const uint32_t slot  = note->bytes[1] == 36U ? 0U : 1U;
  const bool     is_on = note->bytes[0] == 0x99U;
  if (is_on) {
    e->n_again += e->gap[slot] == ms;
    e->fired    = ms;
    e->velocity = (float)note->bytes[2] / 127.0F;
  } else {
    e->gap[slot] = ms;
  }

  e->sounds[slot] = is_on;
}

/// A gate is up while its note sounds, but down for 1 ms before it rises again
START_TEST(test_follow_notes)
{
  Music        music = music_new(rate, 5U);
  Host* const  host  = host_open("mono-cv", rate, 0U);
  const size_t n     = (n_pairs + 4U) * (size_t)apart;
  float* const pairs = make_pairs(n);
  host_set(host, "mask_2", 30.0F);
  host_set(host, "lookahead", _i ? 1.0F : 0.0F);
  size_t pos = music_teach(host, &music);
  music_play(host, &music, &pos, music.n);
  host->n_notes        = 0U;
  host->pos            = 0U;
  float* const all     = record(host, pairs, n, 0U);
  Expected     e       = {{false, false}, {0U, 0U}, 0U, all[3U * n], 0U};
  uint32_t     n_rises = 0U;
  for (size_t i = 0U, k = 0U; i < n; ++i) {
    for (; k < host->n_notes && host->notes[k].at == i; ++k) {
      take_note(&e, &host->notes[k]);
    }
    for (uint32_t p = 0U; p < 2U; ++p) {
      const bool is_up = e.sounds[p] && !e.gap[p];
      if (all[(p * n) + i] != (is_up ? 1.0F : 0.0F)) {
        ck_abort_msg("gate %u at sample %zu", p + 1U, i);
      }
      n_rises += is_up && i && all[(p * n) + i - 1U] == 0.0F;
      e.gap[p] -= e.gap[p] > 0U;
    }
    if (all[(2U * n) + i] != (e.fired ? 1.0F : 0.0F) ||
        all[(3U * n) + i] != e.velocity) {
      ck_abort_msg("trigger or velocity at sample %zu", i);
    }
    e.fired -= e.fired > 0U;
  }

  ck_assert_uint_ge(e.n_again, n_pairs - 2U);
  ck_assert_uint_eq(n_rises, count_on(host)); // An envelope for every note
  free(all);
  free(pairs);
  music_free(&music);
  host_close(host);
}
END_TEST

/// The same bits in blocks of any size
START_TEST(test_blocks)
{
  static const uint32_t sizes[] = {256U, 1U, 47U, 8192U, 0U};
  Music                 music   = music_new(rate, 5U);
  Host* const           teacher = host_open("mono-cv", rate, 0U);
  const size_t          n       = (n_pairs + 4U) * (size_t)apart;
  float* const          pairs   = make_pairs(n);
  float*                first   = NULL;
  music_teach(teacher, &music);
  HostState saved = host_save(teacher);
  for (uint32_t i = 0U; i < sizeof(sizes) / sizeof(sizes[0]); ++i) {
    Host* const host  = host_open("mono-cv", rate, 0U);
    HostState   state = {0};
    host_property(host,
                  &state,
                  "urn:echoic:model",
                  LV2_ATOM__Chunk,
                  saved.properties[0].value,
                  saved.properties[0].size);
    ck_assert_int_eq(host_restore(host, &state), LV2_STATE_SUCCESS);
    host_set(host, "mask_2", 30.0F);
    float* const all = record(host, pairs, n, sizes[i]);
    first            = first ? first : all;
    ck_assert_mem_eq(first, all, n_ports * n * sizeof(float));
    if (all != first) {
      free(all);
    }
    host_free_state(&state);
    host_close(host);
  }

  free(first);
  free(pairs);
  host_free_state(&saved);
  music_free(&music);
  host_close(teacher);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("plugin voltages");
  TCase* const tcase = tcase_create("voltages");
  tcase_set_timeout(tcase, 120.0);
  tcase_add_loop_test(tcase, test_follow_notes, 0, 2);
  tcase_add_test(tcase, test_blocks);
  suite_add_tcase(suite, tcase);

  return run_suite(suite);
}
