// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/gm_drums.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

static const uint32_t first_free_note = 60U;

typedef struct {
  const char* word;
  bool        is_whole; ///< Short: must stand alone
  uint32_t    note;     ///< General MIDI 1, percussion key map
} Drum;

/* The first that matches counts. */
static const Drum drums[] = {
  {"open", false, 46U},       {"pedal", false, 44U},
  {"rim", false, 37U},        {"side stick", false, 37U},
  {"sidestick", false, 37U},  {"side", true, 37U},
  {"kick", false, 36U},       {"bass drum", false, 36U},
  {"bassdrum", false, 36U},   {"kd", true, 36U},
  {"bd", true, 36U},          {"snare", false, 38U},
  {"sd", true, 38U},          {"hihat", false, 42U},
  {"hi-hat", false, 42U},     {"hat", true, 42U},
  {"hats", true, 42U},        {"hh", true, 42U},
  {"clap", false, 39U},       {"floor tom", false, 41U},
  {"mid tom", false, 47U},    {"high tom", false, 50U},
  {"hi tom", false, 50U},     {"tom", true, 45U},
  {"toms", true, 45U},        {"tom-tom", false, 45U},
  {"crash", false, 49U},      {"splash", false, 55U},
  {"china", true, 52U},       {"chinese", false, 52U},
  {"ride bell", false, 53U},  {"ride", true, 51U},
  {"cymbal", false, 49U},     {"cowbell", false, 56U},
  {"tambourine", false, 54U},
};

static bool
is_boundary(const char c)
{
  return !isalpha((unsigned char)c);
}

static bool
holds(const char* const text, const char* const word, const bool is_whole)
{
  for (const char* p = strstr(text, word); p; p = strstr(p + 1, word)) {
    if (!is_whole ||
        ((p == text || is_boundary(p[-1])) && is_boundary(p[strlen(word)]))) {
      return true;
    }
  }

  return false;
}

static uint32_t
free_note(const EchoicModel* const model)
{
  for (uint32_t note = first_free_note; note < 128U; ++note) {
    bool is_taken = false;
    for (uint32_t i = 0U; i < model->n_sounds; ++i) {
      const EchoicSound* const sound = &model->sounds[i];
      is_taken = is_taken || (!sound->removed && sound->midi_note == note);
    }
    if (!is_taken) {
      return note;
    }
  }

  return first_free_note;
}

uint32_t
echoic_default_note(const EchoicModel* const model, const char* const name)
{
  char text[ECHOIC_NAME_SIZE] = {0};
  for (size_t i = 0U; i + 1U < sizeof(text) && name[i]; ++i) {
    text[i] = (char)tolower((unsigned char)name[i]);
  }

  const bool is_hat = strstr(text, "hat") || holds(text, "hh", true);
  for (size_t i = 0U; i < sizeof(drums) / sizeof(*drums); ++i) {
    const Drum* const drum      = &drums[i];
    const bool        is_of_hat = drum->note == 46U || drum->note == 44U;
    if (holds(text, drum->word, drum->is_whole) && (is_hat || !is_of_hat)) {
      return drum->note;
    }
  }

  return free_note(model);
}
