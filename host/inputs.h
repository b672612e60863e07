// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_INPUTS_H
#define ECHOIC_HOST_INPUTS_H

#include "dsp/echoic.h"

#include <stdbool.h>
#include <stddef.h>

/// A recording to be worked on
typedef struct {
  char* path;
  char* stem; ///< Its name without ending, no two alike: for output names
  const char*
    directory; ///< In which it was found, borrowed; null: named itself
} EchoicInput;

/// All recordings, in the order in which they were named
typedef struct {
  size_t       n_inputs;
  EchoicInput* inputs; ///< [n_inputs], owned
} EchoicInputs;

/**
   Make the list of inputs of what a user named.

   Directories are walked if `is_recursive`, sorted by name; hidden files are
   left out.  Whatever can't be listed, and a directory without files, is
   complained about on stderr.

   @param paths Outlive the list.
   @param n_failed Set to the number of complaints.
   @return False without memory.
*/
bool
echoic_inputs_list(char* const*  paths,
                   size_t        n_paths,
                   bool          is_recursive,
                   EchoicInputs* inputs,
                   size_t*       n_failed);

/// Complain that a directory has no recordings
void
echoic_inputs_none(const char* directory);

/// True if the end of the name says that it's a recording
bool
echoic_is_audio_name(const char* path);

/// Free what `inputs` owns
void
echoic_inputs_clear(EchoicInputs* inputs);

#endif // ECHOIC_HOST_INPUTS_H
