// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_TEACH_REQUEST_H
#define ECHOIC_HOST_TEACH_REQUEST_H

#include "dsp/model.h"
#include "host/options.h"

#include <stdbool.h>
#include <stddef.h>

/**
   The command line of `echoic teach`.

   Order matters: files belong to the --sound, --not or --background before
   them.  Settings before the first --sound are for all sounds of the call,
   others for the --sound before them.
*/

/// What may be set for a sound
typedef struct {
  long   midi_note;    ///< -1: not given
  double sensitivity;  ///< NAN: not given
  double false_alarms; ///< Per hour; NAN: not given
} EchoicSoundSettings;

/// A --sound
typedef struct {
  const char*         name;
  EchoicSoundSettings settings;
} EchoicTaughtSound;

/// A file that belongs to something
typedef struct {
  EchoicMarkKind  kind;
  const char*     sound; ///< Name, null for background
  EchoicFileRange range;
} EchoicTeachFile;

/// All of it; strings are those of argv
typedef struct {
  const char*         model_path;
  const char*         labels_path; ///< Or null
  const char*         labels_audio;
  const char*         raw;
  const char*         graph; ///< See echoic_choose_memory(), or null
  int                 channel;
  bool                is_exact;
  bool                has_channel;
  bool                is_undo;
  bool                is_json;
  bool                is_help;
  EchoicSoundSettings settings; ///< Of all sounds
  size_t              n_sounds;
  EchoicTaughtSound*  sounds; ///< [n_sounds], owned
  size_t              n_files;
  EchoicTeachFile*    files; ///< [n_files], owned
  size_t              n_forget;
  const char**        forget; ///< [n_forget], owned
} EchoicTeachRequest;

/// Print how `echoic teach` is used to stdout
void
echoic_teach_usage(void);

/**
   Read the command line; complains on stderr and returns false.

   Clear the request in any case.
*/
bool
echoic_teach_parse(int argc, char** argv, EchoicTeachRequest* request);

/// Free what a request owns
void
echoic_teach_request_clear(EchoicTeachRequest* request);

#endif // ECHOIC_HOST_TEACH_REQUEST_H
