// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/own_output.h"

#include "host/commands.h"
#include "host/files.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

/// Return where an output goes, to be freed, or null
static char*
path_of(const char* const        directory,
        const EchoicInput* const input,
        const EchoicFormat       format)
{
  char* path = NULL;
  return asprintf(&path,
                  "%s/%s%s",
                  directory,
                  input->stem,
                  echoic_format_suffix(format)) < 0
           ? NULL
           : path;
}

/// True if the file `made` is there and no older than `from`
static bool
is_made_from(const char* const made, const char* const from)
{
  struct stat a;
  struct stat b;
  if (stat(made, &a) || !S_ISREG(a.st_mode) || stat(from, &b)) {
    return false;
  }

  return a.st_mtim.tv_sec != b.st_mtim.tv_sec
           ? a.st_mtim.tv_sec > b.st_mtim.tv_sec
           : a.st_mtim.tv_nsec >= b.st_mtim.tv_nsec;
}

bool
echoic_own_output_is_new(const char* const        directory,
                         const EchoicInput* const input,
                         const EchoicFormat       format,
                         const char* const        model_path)
{
  char* const path = path_of(directory, input, format);
  const bool  is_new =
    path && is_made_from(path, input->path) && is_made_from(path, model_path);
  free(path);
  return is_new;
}

bool
echoic_own_output_write(const char* const            directory,
                        const EchoicInput* const     input,
                        const EchoicFindings* const  findings,
                        const EchoicEventsOut* const like)
{
  EchoicEventsOut out   = *like;
  EchoicError     error = {ECHOIC_OK, ""};
  char* const     path  = path_of(directory, input, out.format);
  if (!path) {
    echoic_fail("%s: out of memory", input->path);
    return false;
  }

  if (echoic_output_is_read(path, input->path)) {
    free(path);
    return false;
  }

  EchoicOutFile* const file = echoic_out_open(path, &error);
  bool                 ok   = file;
  if (file) {
    out.stream = echoic_out_stream(file);
    echoic_events_begin(&out);
    if (echoic_events_write(&out, input->path, findings)) {
      ok = false;
      echoic_out_abort(file);
      echoic_error(&error, ECHOIC_NO_MEMORY, "%s: out of memory", path);
    } else {
      ok = !echoic_out_commit(file, &error);
    }
  }

  if (!ok) {
    echoic_fail("%s", error.text);
  }

  free(path);
  return ok;
}
