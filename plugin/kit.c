// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "plugin/kit.h"

#include "dsp/detector.h"

#include <sys/stat.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const long most_bytes = 64L << 20U; ///< Far more than a kit has

/// Return the bytes of an open file, to be freed by the caller, or null
static uint8_t*
read_all(FILE* const file, size_t* const size)
{
  const long end = fseek(file, 0L, SEEK_END) ? -1L : ftell(file);
  if (end > most_bytes) {
    errno = EFBIG;
  }

  if (end < 0L || end > most_bytes || fseek(file, 0L, SEEK_SET)) {
    return NULL;
  }

  *size                = (size_t)end;
  uint8_t* const bytes = (uint8_t*)malloc(*size + 1U);
  if (bytes && fread(bytes, 1U, *size, file) != *size) {
    free(bytes);
    return NULL;
  }

  return bytes;
}

/// Open what isn't a pipe or a device, which could keep the worker waiting
static FILE*
open_file(const char* const path)
{
  struct stat about = {0};
  if (!stat(path, &about) && !S_ISREG(about.st_mode)) {
    errno = S_ISDIR(about.st_mode) ? EISDIR : ENOTSUP;
    return NULL;
  }

  return fopen(path, "rb");
}

/// Put the name of the file in front of what is wrong with it
static void
name_file(const char* const path, EchoicError* const error)
{
  EchoicError inner = *error;
  const char* slash = strrchr(path, '/');
  echoic_error(
    error, inner.status, "%s: %s", slash ? slash + 1 : path, inner.text);
}

EchoicModel*
echoic_kit_read(const char* const path, EchoicError* const error)
{
  size_t         size  = 0U;
  FILE* const    file  = open_file(path);
  uint8_t* const bytes = file ? read_all(file, &size) : NULL;
  if (!bytes) {
    echoic_error(error, ECHOIC_NOT_FOUND, "can't be read: %s", strerror(errno));
  }

  if (file) {
    fclose(file);
  }

  EchoicModel* const model =
    bytes ? echoic_model_parse(bytes, size, error) : NULL;
  free(bytes);
  if (model) {
    echoic_slots_reopen(model);
  } else {
    name_file(path, error);
  }

  return model;
}

static bool
write_all(const char* const path, const uint8_t* const bytes, const size_t size)
{
  FILE* const file = fopen(path, "wb");
  if (!file) {
    return false;
  }

  const bool ok = fwrite(bytes, 1U, size, file) == size && !fflush(file);
  return !fclose(file) && ok;
}

EchoicStatus
echoic_kit_write(const char* const        path,
                 const EchoicModel* const model,
                 EchoicError* const       error)
{
  uint8_t*     bytes = NULL;
  size_t       size  = 0U;
  const size_t room  = strlen(path) + sizeof(".part");
  char* const  part  = (char*)malloc(room);
  if (!part) {
    return echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
  }

  snprintf(part, room, "%s.part", path);
  EchoicStatus st = echoic_model_write(model, &bytes, &size, error);
  if (!st && (!write_all(part, bytes, size) || rename(part, path))) {
    st = echoic_error(
      error, ECHOIC_NO_SPACE, "can't be written: %s", strerror(errno));
    remove(part);
  }

  if (st) {
    name_file(path, error);
  }

  free(bytes);
  free(part);
  return st;
}
