// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/inputs.h"

#include "host/commands.h"

#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

enum { max_depth = 64 };

/// A name that outputs have already
typedef struct {
  const char* name; ///< The input's, or null
  unsigned    next; ///< Number for the next input of that name
} Stem;

typedef struct {
  EchoicInputs inputs;
  size_t       capacity;  ///< A power of 2
  Stem*        places;    ///< [n_places] Hash table
  size_t       n_places;  ///< Twice the capacity
  const char*  directory; ///< Being walked, or null
  size_t       n_failed;
  bool         is_full; ///< Without memory
} Listing;

bool
echoic_is_audio_name(const char* const path)
{
  static const char* const endings[] = {
    ".wav",
    ".flac",
    ".aif",
    ".aiff",
    ".aifc",
    ".ogg",
    ".oga",
    ".opus",
    ".mp3",
    ".caf",
    ".w64",
    ".rf64",
    ".au",
    ".snd",
    ".wave",
    ".bwf",
  };

  const char* const dot = strrchr(path, '.');
  for (size_t i = 0U; dot && i < sizeof(endings) / sizeof(*endings); ++i) {
    if (!strcasecmp(dot, endings[i])) {
      return true;
    }
  }

  return false;
}

/// Return the place of a stem in the table, or the free one where it belongs
static Stem*
find_stem(const Listing* const listing, const char* const name)
{
  uint64_t hash = 0xCBF29CE484222325U; // FNV-1a
  for (const char* p = name; *p; ++p) {
    hash = (hash ^ (unsigned char)*p) * 0x100000001B3U;
  }

  size_t i = (size_t)hash & (listing->n_places - 1U);
  while (listing->places[i].name && strcmp(listing->places[i].name, name)) {
    i = (i + 1U) & (listing->n_places - 1U);
  }

  return &listing->places[i];
}

/// Make room for twice as many inputs and for their stems; false without memory
static bool
grow(Listing* const listing)
{
  EchoicInputs* const inputs = &listing->inputs;
  const size_t capacity      = listing->capacity ? 2U * listing->capacity : 16U;
  EchoicInput* const more =
    (EchoicInput*)realloc(inputs->inputs, capacity * sizeof(EchoicInput));
  inputs->inputs      = more ? more : inputs->inputs;
  Stem* const  places = (Stem*)calloc(2U * capacity, sizeof(Stem));
  Stem* const  old    = listing->places;
  const size_t n_old  = listing->n_places;
  if (!more || !places) {
    free(places);
    return false;
  }

  listing->capacity = capacity;
  listing->places   = places;
  listing->n_places = 2U * capacity;
  for (size_t i = 0U; i < n_old; ++i) {
    if (old[i].name) {
      *find_stem(listing, old[i].name) = old[i];
    }
  }

  free(old);
  return true;
}

/// Return a name for outputs, numbered if another input has it already
static char*
unique_stem(const Listing* const listing, const char* const path)
{
  const char* const slash = strrchr(path, '/');
  const char* const name  = !strcmp(path, "-") ? "stdin"
                            : slash            ? slash + 1
                                               : path;
  const char* const dot   = strrchr(name, '.');
  char* const       stem =
    strndup(name, dot && dot != name ? (size_t)(dot - name) : strlen(name));
  Stem* const first = stem ? find_stem(listing, stem) : NULL;
  if (!first || !first->name) {
    return stem;
  }

  char* numbered = NULL;
  do {
    free(numbered);
    if (asprintf(&numbered, "%s-%u", stem, first->next++) < 0) {
      numbered = NULL;
    }
  } while (numbered && find_stem(listing, numbered)->name);

  free(stem);
  return numbered;
}

static void
add(Listing* const listing, const char* const path)
{
  EchoicInputs* const inputs = &listing->inputs;
  if (inputs->n_inputs == listing->capacity && !grow(listing)) {
    listing->is_full = true;
    return;
  }

  EchoicInput input = {
    strdup(path), unique_stem(listing, path), listing->directory};
  if (!input.path || !input.stem) {
    free(input.path);
    free(input.stem);
    listing->is_full = true;
    return;
  }

  inputs->inputs[inputs->n_inputs++] = input;
  *find_stem(listing, input.stem)    = (Stem){input.stem, 2U};
}

static int
is_visible(const struct dirent* const entry)
{
  return entry->d_name[0] != '.';
}

static void
walk(Listing* const listing, const char* const path, const unsigned depth)
{
  struct dirent** entries = NULL;
  const int       n       = scandir(path, &entries, is_visible, alphasort);
  if (n < 0 && errno == ENOMEM) {
    listing->is_full = true;
  } else if (n < 0 || depth == max_depth) {
    echoic_fail(
      "%s: can't be listed: %s", path, n < 0 ? strerror(errno) : "too deep");
    ++listing->n_failed;
  }

  for (int i = 0; i < n; ++i) {
    struct stat st   = {0};
    char*       name = NULL;
    const char* glue = path[strlen(path) - 1U] == '/' ? "" : "/";
    if (asprintf(&name, "%s%s%s", path, glue, entries[i]->d_name) < 0) {
      name             = NULL;
      listing->is_full = true;
    } else if (!lstat(name, &st) && S_ISDIR(st.st_mode) && depth < max_depth) {
      walk(listing, name, depth + 1U); // Links to directories could be circles
    } else if (stat(name, &st) ? echoic_is_audio_name(name)
                               : S_ISREG(st.st_mode)) {
      add(listing, name); // A link to nothing is complained about later
    }
    free(name);
    free(entries[i]);
  }

  free(entries);
}

void
echoic_inputs_none(const char* const directory)
{
  echoic_fail("%s: no recordings were found there; what counts as one is WAV, "
              "FLAC, AIFF, Ogg, MP3 or another format of libsndfile, in a file "
              "that isn't hidden",
              directory);
}

/// Walk a directory that the user named
static void
walk_named(Listing* const listing, const char* const path)
{
  const size_t n_before = listing->inputs.n_inputs + listing->n_failed;
  listing->directory    = path;
  walk(listing, path, 0U);
  listing->directory = NULL;
  if (listing->inputs.n_inputs + listing->n_failed == n_before &&
      !listing->is_full) {
    echoic_inputs_none(path);
    ++listing->n_failed;
  }
}

bool
echoic_inputs_list(char* const* const  paths,
                   const size_t        n_paths,
                   const bool          is_recursive,
                   EchoicInputs* const inputs,
                   size_t* const       n_failed)
{
  Listing listing = {0};
  for (size_t i = 0U; i < n_paths; ++i) {
    struct stat st     = {0};
    const bool  is_dir = !stat(paths[i], &st) && S_ISDIR(st.st_mode);
    if (is_dir && is_recursive) {
      walk_named(&listing, paths[i]);
    } else if (is_dir) {
      echoic_fail("%s: is a directory; -r works on all recordings in it",
                  paths[i]);
      ++listing.n_failed;
    } else {
      add(&listing, paths[i]);
    }
  }

  free(listing.places);
  *inputs   = listing.inputs;
  *n_failed = listing.n_failed;
  return !listing.is_full;
}

void
echoic_inputs_clear(EchoicInputs* const inputs)
{
  for (size_t i = 0U; i < inputs->n_inputs; ++i) {
    free(inputs->inputs[i].path);
    free(inputs->inputs[i].stem);
  }

  free(inputs->inputs);
  *inputs = (EchoicInputs){0U, NULL};
}
