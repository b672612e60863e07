// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { max_unfinished = 256 };

struct EchoicOutFileImpl {
  FILE*           stream;
  char*           path; ///< Destination, for messages and the rename
  char*           temp; ///< Beside the destination, or null: written directly
  _Atomic(char*)* slot; ///< Where `temp` is registered, or null
};

/* Temporary files to be removed.  Whoever exchanges a slot for null removes the
   file, so a signal handler and a thread can't both do it. */
static _Atomic(char*) unfinished[max_unfinished];
static atomic_uint    n_made;

static _Atomic(char*)*
register_temp(char* const temp)
{
  for (size_t i = 0U; i < max_unfinished; ++i) {
    char* expected = NULL;
    if (atomic_compare_exchange_strong(&unfinished[i], &expected, temp)) {
      return &unfinished[i];
    }
  }

  return NULL;
}

void
echoic_out_abort_all(void)
{
  for (size_t i = 0U; i < max_unfinished; ++i) {
    char* const temp = atomic_exchange(&unfinished[i], NULL);
    if (temp) {
      unlink(temp);
    }
  }
}

static void
out_free(EchoicOutFile* const out)
{
  if (out->stream && out->stream != stdout) {
    fclose(out->stream);
  }

  free(out->path);
  free(out->temp);
  free(out);
}

const char*
echoic_write_advice(const int code)
{
  return code == ENOSPC || code == EDQUOT || code == EFBIG
           ? "free some space or choose another place"
           : "choose another place";
}

static EchoicStatus
cant_write(const EchoicOutFile* const out, EchoicError* const error)
{
  const int   code   = errno;
  struct stat st     = {0};
  const bool  is_old = out->temp && !stat(out->path, &st);
  return echoic_error(error,
                      ECHOIC_NO_SPACE,
                      "%s: can't be written: %s; %s%s",
                      *out->path ? out->path : "''",
                      code ? strerror(code) : "not all of it arrived",
                      echoic_write_advice(code),
                      is_old ? " (the old file is unchanged)" : "");
}

/// Create a file beside the destination, under a name that is free; or -1
static int
create_temp(EchoicOutFile* const out)
{
  const char* const slash = strrchr(out->path, '/');
  const int         n_dir = slash ? (int)(slash + 1 - out->path) : 0;
  int               fd    = -1;
  do {
    free(out->temp);
    if (asprintf(&out->temp,
                 "%.*s.echoic-%ld-%u",
                 n_dir,
                 out->path,
                 (long)getpid(),
                 atomic_fetch_add(&n_made, 1U)) < 0) {
      out->temp = NULL;
      return -1;
    }

    fd = open(out->temp, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  } while (fd < 0 && errno == EEXIST);

  return fd;
}

/// Open an empty file beside the destination, with the mode it would have
static bool
open_temp(EchoicOutFile* const out, const struct stat* const old)
{
  const int fd = create_temp(out);
  if (fd < 0) {
    return false;
  }

  out->slot   = register_temp(out->temp);
  out->stream = fdopen(fd, "w+b");
  if (!out->stream) {
    close(fd);
    return false;
  }

  return out->slot && (!old || !fchmod(fd, old->st_mode & 07777U));
}

/* Streams and devices can't be replaced, and /dev/stdout may lead to a file
   that the shell has open. */
static bool
is_direct(const char* const path, const struct stat* const old)
{
  return (old && !S_ISREG(old->st_mode)) || !strncmp(path, "/dev/fd/", 8U) ||
         !strncmp(path, "/dev/std", 8U) || !strncmp(path, "/proc/", 6U);
}

static bool
open_destination(EchoicOutFile* const out, const char* const path)
{
  struct stat st     = {0};
  const bool  exists = !stat(path, &st);
  if (exists && S_ISDIR(st.st_mode)) {
    errno = EISDIR;
    return false;
  }

  if (is_direct(path, exists ? &st : NULL)) {
    out->stream = fopen(path, "wb");
    return out->stream;
  }

  // Write through links, and leave what is write-protected alone
  char* const real = exists ? realpath(path, NULL) : NULL;
  if (exists && (!real || access(path, W_OK))) {
    free(real);
    return false;
  }

  if (real) {
    free(out->path);
    out->path = real;
  }

  return open_temp(out, exists ? &st : NULL);
}

EchoicOutFile*
echoic_out_open(const char* const path, EchoicError* const error)
{
  const bool           is_stdout = !path || !strcmp(path, "-");
  EchoicOutFile* const out       = (EchoicOutFile*)calloc(1U, sizeof(*out));
  char* const          copy      = strdup(is_stdout ? "standard output" : path);
  if (!out || !copy) {
    free(out);
    free(copy);
    echoic_error(error, ECHOIC_NO_MEMORY, "%s: out of memory", path);
    return NULL;
  }

  out->path = copy;
  if (is_stdout) {
    out->stream = stdout;
  } else if (!open_destination(out, path)) {
    cant_write(out, error);
    echoic_out_abort(out);
    return NULL;
  }

  return out;
}

FILE*
echoic_out_stream(EchoicOutFile* const out)
{
  return out->stream;
}

const char*
echoic_out_path(const EchoicOutFile* const out)
{
  return out->temp;
}

/// Flush everything down to the disk; false and errno if it isn't all there
static bool
finish_stream(EchoicOutFile* const out)
{
  errno = 0;
  if (ferror(out->stream)) {
    fputc('\n', out->stream); // It failed before: once more, to learn why
  }

  const bool ok = !fflush(out->stream) && !ferror(out->stream);
  if (out->stream == stdout || !ok) {
    return ok;
  }

  const bool  synced = !out->temp || !fsync(fileno(out->stream));
  FILE* const stream = out->stream;
  out->stream        = NULL;
  return !fclose(stream) && synced;
}

EchoicStatus
echoic_out_commit(EchoicOutFile* const out, EchoicError* const error)
{
  EchoicStatus st = ECHOIC_OK;
  if (!finish_stream(out)) {
    st = cant_write(out, error);
  } else if (out->temp) {
    // An interrupt that came first has removed the file: then rename fails
    if (rename(out->temp, out->path)) {
      st = cant_write(out, error);
    } else {
      atomic_exchange(out->slot, NULL);
    }
  }

  if (st) {
    echoic_out_abort(out);
  } else {
    out_free(out);
  }

  return st;
}

void
echoic_out_abort(EchoicOutFile* const out)
{
  if (!out) {
    return;
  }

  if (out->temp) {
    if (out->slot) {
      atomic_exchange(out->slot, NULL);
    }
    unlink(out->temp);
  }

  out_free(out);
}
