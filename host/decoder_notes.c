// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* libmpg123 writes notes on standard error, which name no file, unless it is
   told to be quiet; libsndfile, which uses it, doesn't tell it.  So the
   function by which libsndfile makes a decoder is defined here, too: the
   dynamic linker finds a program's functions before those of libraries.  Where
   libmpg123 is a part of libsndfile, or isn't there, nothing calls it.  Any
   thread. */

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

typedef struct mpg123_handle_struct Decoder;

typedef Decoder* (*NewFunction)(const char* decoder, int* error);
typedef int (*ParamFunction)(Decoder* decoder,
                             int      type,
                             long     value,
                             double   fvalue);

/* Numbers of mpg123.h, which never change */
enum { add_flags = 2, quiet = 0x20, no_memory = 7 };

__attribute__((visibility("default"))) Decoder*
mpg123_new(const char* decoder, int* error);

/// Find a function of a library behind this program
static void
find(void* const function, const size_t size, const char* const name)
{
  void* const found = dlsym(RTLD_NEXT, name);
  memcpy(function, &found, size); // ISO C has no cast for it
}

Decoder*
mpg123_new(const char* const decoder, int* const error)
{
  NewFunction   make  = NULL;
  ParamFunction param = NULL;
  find((void*)&make, sizeof(make), "mpg123_new");
  find((void*)&param, sizeof(param), "mpg123_param");
  if (!make) {
    if (error) {
      *error = no_memory;
    }
    return NULL;
  }

  Decoder* const made = make(decoder, error);
  if (made && param) {
    param(made, add_flags, quiet, 0.0);
  }

  return made;
}
