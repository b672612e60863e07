// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/*
  A library to be preloaded before rt_trap.so: what a program gives JACK or
  PortAudio to be called in an audio thread is watched.  What PortAudio gives
  JACK is not: it tries a lock.
*/

#include <dlfcn.h>
#include <jack/jack.h>
#include <portaudio.h>

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))

enum { most = 8 };

/// A callback that is watched
typedef struct {
  JackProcessCallback jack;
  PaStreamCallback*   portaudio;
  void*               context;
} Watched;

static Watched     all[most];
static atomic_uint n_all;
static void (*begin)(void);
static void (*end)(void);

/// Find a function of another library
static void
find(void* const handle, const char* const name, void* const function)
{
  void* const found = dlsym(handle, name);
  if (!found) {
    fprintf(stderr, "live_trap: there is no %s\n", name);
    abort();
  }

  *(void**)function = found;
}

static Watched*
watch(void)
{
  find(RTLD_DEFAULT, "rt_trap_begin", &begin);
  find(RTLD_DEFAULT, "rt_trap_end", &end);
  const unsigned i = atomic_fetch_add(&n_all, 1U);
  if (i >= most) {
    abort();
  }

  return &all[i];
}

static int
on_jack(const jack_nframes_t n_frames, void* const context)
{
  const Watched* const w = (const Watched*)context;
  begin();
  const int result = w->jack(n_frames, w->context);
  end();
  return result;
}

static int
on_portaudio(const void* const                     in,
             void* const                           out,
             const unsigned long                   n_frames,
             const PaStreamCallbackTimeInfo* const time,
             const PaStreamCallbackFlags           flags,
             void* const                           context)
{
  const Watched* const w = (const Watched*)context;
  begin();
  const int result = w->portaudio(in, out, n_frames, time, flags, w->context);
  end();
  return result;
}

EXPORT int
jack_set_process_callback(jack_client_t*      client,
                          JackProcessCallback callback,
                          void*               context)
{
  int (*next)(jack_client_t*, JackProcessCallback, void*);
  find(RTLD_NEXT, "jack_set_process_callback", &next);
  Dl_info caller = {0};
  if (dladdr(__builtin_return_address(0), &caller) && caller.dli_fname &&
      strstr(caller.dli_fname, "libportaudio")) {
    return next(client, callback, context);
  }

  Watched* const w = watch();
  w->jack          = callback;
  w->context       = context;
  return next(client, on_jack, w);
}

EXPORT PaError
Pa_OpenStream(PaStream**                stream,
              const PaStreamParameters* input,
              const PaStreamParameters* output,
              double                    rate_hz,
              unsigned long             n_frames,
              PaStreamFlags             flags,
              PaStreamCallback*         callback,
              void*                     context)
{
  PaError (*next)(PaStream**,
                  const PaStreamParameters*,
                  const PaStreamParameters*,
                  double,
                  unsigned long,
                  PaStreamFlags,
                  PaStreamCallback*,
                  void*);
  find(RTLD_NEXT, "Pa_OpenStream", &next);
  Watched* const w = watch();
  w->portaudio     = callback;
  w->context       = context;
  return next(stream, input, output, rate_hz, n_frames, flags, on_portaudio, w);
}
