// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_FILES_H
#define ECHOIC_HOST_FILES_H

#include "dsp/echoic.h"
#include "dsp/engine.h"
#include "dsp/model.h"

#include <stdbool.h>
#include <stdio.h>

/**
   Files that appear whole or not at all.

   An output is written beside its destination and renamed when it is complete;
   when writing fails, or the program is interrupted, nothing is left.
*/
typedef struct EchoicOutFileImpl EchoicOutFile;

/**
   Begin an output.

   @param path Destination, or null or "-" for standard output.
*/
EchoicOutFile*
echoic_out_open(const char* path, EchoicError* error);

/// Return the stream to write to
FILE*
echoic_out_stream(EchoicOutFile* out);

/// Return the temporary path (for libraries that open by name), or null
const char*
echoic_out_path(const EchoicOutFile* out);

/// Complete the output: flush, sync, rename.  Frees `out` in any case
EchoicStatus
echoic_out_commit(EchoicOutFile* out, EchoicError* error);

/// Give up the output and remove what was written; null is allowed
void
echoic_out_abort(EchoicOutFile* out);

/// Return what to do when writing failed with that `errno`
const char*
echoic_write_advice(int code);

/// Remove all unfinished outputs; safe in a signal handler
void
echoic_out_abort_all(void);

/// True if both paths name the same existing file
bool
echoic_same_file(const char* a, const char* b);

/// Return whether a path names a pipe, which can be read only once
bool
echoic_is_pipe(const char* path);

/// Complain and return true if `output` (null and "-" are none) is `input`
bool
echoic_output_is_read(const char* output, const char* input);

/// Read a whole file, or "-", into memory, to be freed with free(); null and
/// `error`
uint8_t*
echoic_read_file(const char*  path,
                 size_t       max_size,
                 size_t*      size,
                 EchoicError* error);

/**
   Return false and say so if bytes are none, or those of a recording, where a
   model is wanted.

   @param path Of their file, or "-".
*/
bool
echoic_bytes_may_be_model(const char*    path,
                          const uint8_t* bytes,
                          size_t         size,
                          EchoicError*   error);

/// Read a model; `error` begins with the path
EchoicModel*
echoic_load_model(const char* path, EchoicError* error);

/// Read a model that knows a sound, at least one
EchoicModel*
echoic_load_taught(const char* path, EchoicError* error);

/// Write a model whole or not at all
EchoicStatus
echoic_save_model(const EchoicModel* model,
                  const char*        path,
                  EchoicError*       error);

/// Return `model` for sound of that rate: itself, or taught again (to be freed
/// if it isn't `model`) for fewer bands, if the rate has fewer than the model
EchoicModel*
echoic_model_for_rate(EchoicModel* model, double rate_hz, EchoicError* error);

/// An engine with its own memory
typedef struct {
  EchoicEngine* engine;
  void*         block; ///< Owned
} EchoicHostEngine;

/// Make an engine on the heap
EchoicStatus
echoic_host_engine_new(const EchoicModel*      model,
                       const EchoicEngineSpec* spec,
                       EchoicHostEngine*       engine,
                       EchoicError*            error);

/// Free an engine's memory
void
echoic_host_engine_free(EchoicHostEngine* engine);

#endif // ECHOIC_HOST_FILES_H
