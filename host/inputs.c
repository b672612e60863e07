// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/inputs.h"

#include "host/commands.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

enum { max_depth = 64 };

typedef struct {
  EchoicInputs* inputs;
  size_t        capacity;
  size_t        n_failed;
  bool          is_full; ///< Without memory
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

static bool
stem_is_taken(const EchoicInputs* const inputs, const char* const stem)
{
  for (size_t i = 0U; i < inputs->n_inputs; ++i) {
    if (!strcmp(inputs->inputs[i].stem, stem)) {
      return true;
    }
  }

  return false;
}

static char*
unique_stem(const EchoicInputs* const inputs, const char* const path)
{
  const char* const slash = strrchr(path, '/');
  const char* const name  = !strcmp(path, "-") ? "stdin"
                            : slash            ? slash + 1
                                               : path;
  const char* const dot   = strrchr(name, '.');
  const int n = (int)(dot && dot != name ? (size_t)(dot - name) : strlen(name));
  char*     stem = NULL;
  if (asprintf(&stem, "%.*s", n, name) < 0) {
    return NULL;
  }

  for (unsigned i = 2U; stem_is_taken(inputs, stem); ++i) {
    free(stem);
    if (asprintf(&stem, "%.*s-%u", n, name, i) < 0) {
      return NULL;
    }
  }

  return stem;
}

static void
add(Listing* const listing, const char* const path, const bool is_named)
{
  EchoicInputs* const inputs = listing->inputs;
  if (inputs->n_inputs == listing->capacity) {
    const size_t       n = (2U * listing->capacity) + 16U;
    EchoicInput* const more =
      (EchoicInput*)realloc(inputs->inputs, n * sizeof(EchoicInput));
    if (!more) {
      listing->is_full = true;
      return;
    }
    inputs->inputs    = more;
    listing->capacity = n;
  }

  EchoicInput input = {strdup(path), unique_stem(inputs, path), is_named};
  if (!input.path || !input.stem) {
    free(input.path);
    free(input.stem);
    listing->is_full = true;
    return;
  }

  inputs->inputs[inputs->n_inputs++] = input;
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
    } else if (!stat(name, &st) && S_ISREG(st.st_mode)) {
      add(listing, name, false);
    }
    free(name);
    free(entries[i]);
  }

  free(entries);
}

bool
echoic_inputs_list(char* const* const  paths,
                   const size_t        n_paths,
                   const bool          is_recursive,
                   EchoicInputs* const inputs,
                   size_t* const       n_failed)
{
  Listing listing = {inputs, 0U, 0U, false};
  *inputs         = (EchoicInputs){0U, NULL};
  for (size_t i = 0U; i < n_paths; ++i) {
    struct stat st     = {0};
    const bool  is_dir = !stat(paths[i], &st) && S_ISDIR(st.st_mode);
    if (is_dir && is_recursive) {
      walk(&listing, paths[i], 0U);
    } else if (is_dir) {
      echoic_fail("%s: is a directory; -r works on all recordings in it",
                  paths[i]);
      ++listing.n_failed;
    } else {
      add(&listing, paths[i], true);
    }
  }

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
