// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TESTS_PLUGIN_MUSIC_H
#define ECHOIC_TESTS_PLUGIN_MUSIC_H

/* Kick and snare in turn, and a plugin that was taught both. */

#include "tests/drum_kit.h"
#include "tests/plugin_session.h"

typedef struct {
  double    rate_hz;
  size_t    n;       ///< Samples
  float*    samples; ///< [n]
  uint32_t  n_hits;
  uint64_t* onsets; ///< [n_hits] Even ones are kicks
} Music;

/// Make `n_hits` hits, 0.4 s apart and a little more each time
static inline Music
music_new(const double rate_hz, const uint32_t n_hits)
{
  DrumKit  kit   = {rate_hz, 1U};
  Music    music = {rate_hz, 0U, NULL, n_hits, NULL};
  uint64_t at    = (uint64_t)(0.3 * rate_hz);
  music.n        = (size_t)((0.42 * n_hits + 1.5) * rate_hz);
  music.samples  = (float*)calloc(music.n, sizeof(float));
  music.onsets   = (uint64_t*)calloc(n_hits, sizeof(uint64_t));
  for (uint32_t i = 0U; i < n_hits; ++i) {
    music.onsets[i] = at;
    if (i % 2U) {
      kit_snare(&kit, music.samples + at);
    } else {
      kit_kick(&kit, music.samples + at);
    }
    at += (uint64_t)((0.4 + (0.0003 * i)) * rate_hz);
  }

  kit_hiss(&kit, music.samples, music.n, 0.001F);
  return music;
}

static inline void
music_free(Music* const music)
{
  free(music->samples);
  free(music->onsets);
}

/// Play from `*pos` up to a sample
static inline void
music_play(Host* const        host,
           const Music* const music,
           size_t* const      pos,
           const size_t       end)
{
  ck_assert_uint_le(*pos, end);
  host_play(host, music->samples + *pos, NULL, end - *pos, 256U);
  *pos = end;
}

/**
   Teach both sounds by their buttons, two examples each; returns how far the
   music went.
*/
static inline size_t
music_teach(Host* const host, const Music* const music)
{
  size_t         pos   = 0U;
  const uint32_t after = (uint32_t)(0.3 * music->rate_hz);
  for (uint32_t i = 0U; i < 4U; ++i) {
    music_play(host, music, &pos, music->onsets[i] + after);
    host_press(host, i % 2U ? "that_was_it_2" : "that_was_it_1");
    ck_assert_msg(strstr(host->text, "example"), "%s", host->text);
  }

  return pos;
}

/// Return how many hits from `first` on have a note at onset + delay, within
/// 1 ms
static inline uint32_t
music_found(const Host* const  host,
            const Music* const music,
            const uint32_t     first,
            const uint64_t     delay)
{
  uint32_t n = 0U;
  for (uint32_t i = first; i < music->n_hits; ++i) {
    const int64_t due = (int64_t)(music->onsets[i] + delay);
    bool          hit = false;
    for (uint32_t k = 0U; k < host->n_notes; ++k) {
      const HostNote* const note = &host->notes[k];
      const double off = (double)((int64_t)note->at - due) / music->rate_hz;
      hit              = hit || (note->bytes[0] == 0x99U &&
                    note->bytes[1] == (i % 2U ? 38U : 36U) && off < 0.001 &&
                    off > -0.001);
    }
    n += hit;
  }

  return n;
}

static inline uint32_t
count_on(const Host* const host)
{
  uint32_t n = 0U;
  for (uint32_t k = 0U; k < host->n_notes; ++k) {
    n += (host->notes[k].bytes[0] & 0xF0U) == 0x90U;
  }

  return n;
}

/// Each note that began has ended, and none ended twice
static inline void
check_notes_paired(const Host* const host)
{
  bool sounds[16][128] = {{false}};
  for (uint32_t k = 0U; k < host->n_notes; ++k) {
    const HostNote* const n     = &host->notes[k];
    const bool            is_on = (n->bytes[0] & 0xF0U) == 0x90U;
    bool* const           key   = &sounds[n->bytes[0] & 15U][n->bytes[1]];
    ck_assert_msg(*key != is_on, "note %u twice", n->bytes[1]);
    *key = is_on;
  }

  for (unsigned i = 0U; i < 16U * 128U; ++i) {
    ck_assert_msg(!sounds[i / 128U][i % 128U], "note %u hangs", i % 128U);
  }
}

#endif // ECHOIC_TESTS_PLUGIN_MUSIC_H
