// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/files.h"

#include "dsp/mel.h"
#include "dsp/teach.h"
#include "host/commands.h"
#include "host/pipes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const size_t max_model_bytes = (size_t)1U << 30U;

bool
echoic_is_pipe(const char* const path)
{
  struct stat st = {0};
  return !stat(path, &st) && S_ISFIFO(st.st_mode);
}

bool
echoic_same_file(const char* const a, const char* const b)
{
  struct stat sa = {0};
  struct stat sb = {0};
  return !stat(a, &sa) && !stat(b, &sb) && sa.st_dev == sb.st_dev &&
         sa.st_ino == sb.st_ino;
}

bool
echoic_output_is_read(const char* const output, const char* const input)
{
  const bool is_same = output && echoic_same_file(output, input);
  if (is_same) {
    echoic_fail("%s: is read by this command; write to another file", output);
  }

  return is_same;
}

/// Read until the end or `max_size` + 1 bytes; null without memory
static uint8_t*
read_stream(FILE* const stream, const size_t max_size, size_t* const size)
{
  uint8_t* bytes    = NULL;
  size_t   capacity = 0U;
  size_t   n        = 1U;
  for (*size = 0U; *size <= max_size && n; *size += n) {
    if (*size == capacity) {
      capacity            = (2U * capacity) + 65536U;
      uint8_t* const more = (uint8_t*)realloc(bytes, capacity);
      if (!more) {
        free(bytes);
        return NULL;
      }
      bytes = more;
    }
    n = fread(bytes + *size, 1U, capacity - *size, stream);
  }

  return bytes;
}

/// Open a file or pipe; `place` is that in the list of pipes
static FILE*
open_for_reading(const char* const  path,
                 int* const         place,
                 EchoicError* const error)
{
  struct stat st = {0};
  if (!strcmp(path, "-")) {
    *place = echoic_pipe_list(STDIN_FILENO);
    return stdin;
  }

  if (!stat(path, &st) && S_ISDIR(st.st_mode)) {
    echoic_error(
      error, ECHOIC_BAD_ARG, "%s: is a directory; give a file", path);
    return NULL;
  }

  const int   fd     = echoic_is_pipe(path) ? echoic_pipe_open(path, place)
                                            : open(path, O_RDONLY | O_CLOEXEC);
  FILE* const stream = fd < 0 ? NULL : fdopen(fd, "rb");
  if (!stream) {
    echoic_error(error,
                 ECHOIC_NOT_FOUND,
                 "%s: can't be opened: %s",
                 *path ? path : "''",
                 strerror(errno));
    echoic_pipe_strike(*place);
    if (fd >= 0) {
      close(fd);
    }
  }

  return stream;
}

uint8_t*
echoic_read_file(const char* const  path,
                 const size_t       max_size,
                 size_t* const      size,
                 EchoicError* const error)
{
  int         place  = ECHOIC_NO_PIPE;
  FILE* const stream = open_for_reading(path, &place, error);
  if (!stream) {
    return NULL;
  }

  uint8_t*    bytes  = read_stream(stream, max_size, size);
  const char* reason = NULL;
  if (!bytes) {
    reason = "out of memory";
  } else if (echoic_interrupted() && place != ECHOIC_NO_PIPE) {
    reason = "interrupted";
  } else if (ferror(stream)) {
    reason = strerror(errno);
  } else if (*size > max_size) {
    reason = "it is larger than any file of this kind";
  }

  echoic_pipe_strike(place);
  if (stream != stdin) {
    fclose(stream);
  }

  if (reason) {
    echoic_error(
      error, ECHOIC_BAD_FORMAT, "%s: can't be read: %s", path, reason);
    free(bytes);
    return NULL;
  }

  return bytes;
}

/// Return whether a file begins as recordings do
static bool
is_recording(const uint8_t* const bytes, const size_t size)
{
  static const char* const magic[] = {
    "RIFF", "RIFX", "RF64", "FORM", "fLaC", "OggS", "ID3", ".snd", "caff"};

  bool is = size > 1U && bytes[0] == 0xFFU && bytes[1] >= 0xE0U; // MPEG audio
  for (size_t i = 0U; i < sizeof(magic) / sizeof(*magic); ++i) {
    const size_t n = strlen(magic[i]);
    is             = is || (size > n && !memcmp(bytes, magic[i], n));
  }

  return is;
}

bool
echoic_bytes_may_be_model(const char* const    path,
                          const uint8_t* const bytes,
                          const size_t         size,
                          EchoicError* const   error)
{
  const char* const name = strcmp(path, "-") ? path : "standard input";
  if (!size) {
    echoic_error(error,
                 ECHOIC_BAD_FORMAT,
                 "%s: is empty, 0 bytes; give a model, which 'echoic teach' "
                 "makes",
                 name);
  } else if (is_recording(bytes, size)) {
    echoic_error(error,
                 ECHOIC_BAD_FORMAT,
                 "%s: is a recording; give a model before it, which 'echoic "
                 "teach' makes",
                 name);
  }

  return !error->status;
}

EchoicModel*
echoic_load_model(const char* const path, EchoicError* const error)
{
  size_t         size  = 0U;
  uint8_t* const bytes = echoic_read_file(path, max_model_bytes, &size, error);
  if (!bytes) {
    return NULL;
  }

  EchoicError why    = {ECHOIC_OK, ""};
  const bool  may_be = echoic_bytes_may_be_model(path, bytes, size, error);
  EchoicModel* const model =
    may_be ? echoic_model_parse(bytes, size, &why) : NULL;
  free(bytes);
  if (may_be && !model) {
    echoic_error(error, why.status, "%s: %s", path, why.text);
  }

  return model;
}

EchoicModel*
echoic_load_taught(const char* const path, EchoicError* const error)
{
  EchoicModel* const model = echoic_load_model(path, error);
  if (model && !echoic_model_count_live(model)) {
    echoic_error(error,
                 ECHOIC_NOT_FOUND,
                 "%s: knows no sound; teach it one: echoic teach %s --sound "
                 "NAME FILE",
                 path,
                 path);
    echoic_model_free(model);
    return NULL;
  }

  return model;
}

EchoicStatus
echoic_save_model(const EchoicModel* const model,
                  const char* const        path,
                  EchoicError* const       error)
{
  uint8_t*    bytes = NULL;
  size_t      size  = 0U;
  EchoicError why   = {ECHOIC_OK, ""};
  if (echoic_model_write(model, &bytes, &size, &why)) {
    return echoic_error(error, why.status, "%s: %s", path, why.text);
  }

  EchoicOutFile* const out = echoic_out_open(path, error);
  if (!out) {
    free(bytes);
    return ECHOIC_NO_SPACE;
  }

  // A short write shows in ferror() when the output is committed
  fwrite(bytes, 1U, size, echoic_out_stream(out));
  free(bytes);
  return echoic_out_commit(out, error);
}

EchoicModel*
echoic_model_for_rate(EchoicModel* const model,
                      const double       rate_hz,
                      EchoicError* const error)
{
  static atomic_flag told = ATOMIC_FLAG_INIT;

  const uint32_t n_bands = echoic_mel_bands(rate_hz);
  if (n_bands >= model->n_bands) {
    return model;
  }

  EchoicModel* const copy = echoic_model_copy(model);
  if (!copy) {
    echoic_error(error, ECHOIC_NO_MEMORY, "Out of memory for a second model");
    return NULL;
  }

  if (echoic_teach(copy, n_bands, error)) {
    echoic_model_free(copy);
    return NULL;
  }

  if (!atomic_flag_test_and_set(&told)) {
    fprintf(stderr,
            "echoic: note: the model was taught on sound of a higher rate; at "
            "%g Hz it listens to the lower %u of its %u bands\n",
            rate_hz,
            n_bands,
            model->n_bands);
  }

  return copy;
}

EchoicStatus
echoic_host_engine_new(const EchoicModel* const      model,
                       const EchoicEngineSpec* const spec,
                       EchoicHostEngine* const       engine,
                       EchoicError* const            error)
{
  return echoic_engine_new(model, spec, &engine->engine, &engine->block, error);
}

void
echoic_host_engine_free(EchoicHostEngine* const engine)
{
  free(engine->block);
  engine->engine = NULL;
  engine->block  = NULL;
}
