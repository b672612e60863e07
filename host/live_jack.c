// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/live_backend.h"
#include "host/live_devices.h"
#include "host/live_thread.h"

#include <jack/jack.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* JACK without PortAudio between: PortAudio's streams can't be closed within
   ten minutes when the server has gone, and take its blocks apart. */

enum { most_ports = 64, most_frames = 8192 };

/// A client of JACK
typedef struct {
  jack_client_t* client;
  jack_port_t*   in[most_ports];
  jack_port_t*   out[most_ports];
  float*         from; ///< [most_frames][n_in]
  float*         to;   ///< [most_frames][n_out]
  atomic_bool    has_gone;
} Client;

static void
interleave(const EchoicBackend* const b,
           const Client* const        c,
           const jack_nframes_t       first,
           const jack_nframes_t       n,
           const jack_nframes_t       n_all)
{
  const size_t n_in = b->info.n_in;
  for (size_t k = 0U; k < n_in; ++k) {
    const float* const x =
      (const float*)jack_port_get_buffer(c->in[k], n_all) + first;
    for (jack_nframes_t i = 0U; i < n; ++i) {
      c->from[(i * n_in) + k] = x[i];
    }
  }
}

static void
part(const EchoicBackend* const b,
     const Client* const        c,
     const jack_nframes_t       first,
     const jack_nframes_t       n,
     const jack_nframes_t       n_all)
{
  const size_t n_out = b->info.n_out;
  for (size_t k = 0U; k < n_out; ++k) {
    float* const y = (float*)jack_port_get_buffer(c->out[k], n_all) + first;
    for (jack_nframes_t i = 0U; i < n; ++i) {
      y[i] = c->to[(i * n_out) + k];
    }
  }
}

static int
on_block(const jack_nframes_t n_frames, void* const context)
{
  EchoicBackend* const b = (EchoicBackend*)context;
  const Client* const  c = (const Client*)b->own;
  for (jack_nframes_t i = 0U; i < n_frames; i += most_frames) {
    const jack_nframes_t left = n_frames - i;
    const jack_nframes_t n    = left < most_frames ? left : most_frames;
    interleave(b, c, i, n, n_frames);
    b->client.run(b->client.context,
                  c->from,
                  b->info.n_out ? c->to : NULL,
                  n,
                  echoic_date_ns());
    part(b, c, i, n, n_frames);
  }

  return 0;
}

static int
on_xrun(void* const context)
{
  EchoicBackend* const b = (EchoicBackend*)context;
  atomic_fetch_add_explicit(&b->n_xruns, 1U, memory_order_relaxed);
  return 0;
}

static void
on_shutdown(void* const context)
{
  EchoicBackend* const b = (EchoicBackend*)context;
  atomic_store(&((Client*)b->own)->has_gone, true);
}

/// Make ports in_1, in_2, ... and out_1, ...
static bool
make_ports(const EchoicBackend* const b, Client* const c)
{
  char name[16];
  bool is_ok = true;
  for (uint32_t i = 0U; i < b->info.n_in; ++i) {
    snprintf(name, sizeof(name), "in_%u", i + 1U);
    c->in[i] = jack_port_register(
      c->client, name, JACK_DEFAULT_AUDIO_TYPE, JackPortIsInput, 0UL);
    is_ok = is_ok && c->in[i];
  }

  for (uint32_t i = 0U; i < b->info.n_out; ++i) {
    snprintf(name, sizeof(name), "out_%u", i + 1U);
    c->out[i] = jack_port_register(
      c->client, name, JACK_DEFAULT_AUDIO_TYPE, JackPortIsOutput, 0UL);
    is_ok = is_ok && c->out[i];
  }

  return is_ok;
}

/// Connect ports with those of a client, in their order
static void
connect(const Client* const c,
        jack_port_t* const* ports,
        const uint32_t      n,
        const char* const   other,
        const unsigned long kind)
{
  char pattern[160];
  snprintf(pattern, sizeof(pattern), "^%s:", other);
  const char** const names =
    jack_get_ports(c->client, pattern, JACK_DEFAULT_AUDIO_TYPE, kind);
  for (uint32_t i = 0U; names && names[i] && i < n; ++i) {
    const char* const own = jack_port_name(ports[i]);
    jack_connect(c->client,
                 kind == JackPortIsOutput ? names[i] : own,
                 kind == JackPortIsOutput ? own : names[i]);
  }

  jack_free(names);
}

static bool
jack_open(EchoicBackend* const b, EchoicError* const error)
{
  Client* const c = (Client*)calloc(1U, sizeof(Client));
  b->own          = c;
  if (!c ||
      !(c->from =
          (float*)calloc((size_t)most_frames * b->info.n_in, sizeof(float))) ||
      !(c->to = (float*)calloc((size_t)most_frames * (b->info.n_out + 1U),
                               sizeof(float)))) {
    echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
    return false;
  }

  jack_status_t status = (jack_status_t)0;
  echoic_library_begin(b->spec.is_verbose);
  c->client = jack_client_open("echoic", JackNoStartServer, &status);
  echoic_library_end();
  const double rate_hz =
    c->client ? (double)jack_get_sample_rate(c->client) : 0.0;
  if (!c->client) {
    echoic_error(error, ECHOIC_NOT_FOUND, "JACK isn't running");
  } else if (b->info.rate_hz > 0.0 && b->info.rate_hz != rate_hz) {
    echoic_error(error,
                 ECHOIC_BAD_ARG,
                 "%s: doesn't run at %.0f Hz; leave --rate out or give %.0f",
                 b->info.name,
                 b->info.rate_hz,
                 rate_hz);
  } else if (!make_ports(b, c)) {
    echoic_error(error, ECHOIC_NO_SPACE, "JACK has no more ports");
  } else {
    b->info.rate_hz = rate_hz;
    jack_set_process_callback(c->client, on_block, b);
    jack_set_xrun_callback(c->client, on_xrun, b);
    jack_on_shutdown(c->client, on_shutdown, b);
    return true;
  }

  return false;
}

static bool
jack_start(EchoicBackend* const b, EchoicError* const error)
{
  Client* const c = (Client*)b->own;
  echoic_library_begin(b->spec.is_verbose);
  const int failed = jack_activate(c->client);
  echoic_library_end();
  if (failed) {
    echoic_error(error, ECHOIC_NOT_FOUND, "%s: can't be started", b->info.name);
    return false;
  }

  connect(c, c->in, b->info.n_in, b->info.input, JackPortIsOutput);
  connect(c, c->out, b->info.n_out, b->info.output, JackPortIsInput);
  return true;
}

static EchoicBackendState
jack_state(const EchoicBackend* const b)
{
  const Client* const c = (const Client*)b->own;
  return c && !atomic_load(&c->has_gone) ? ECHOIC_BACKEND_RUNS
                                         : ECHOIC_BACKEND_LOST;
}

static float
jack_load(const EchoicBackend* const b)
{
  const Client* const c = (const Client*)b->own;
  return c ? 0.01F * jack_cpu_load(c->client) : 0.0F;
}

static void
jack_stop(EchoicBackend* const b)
{
  Client* const c = (Client*)b->own;
  if (c) {
    echoic_library_begin(b->spec.is_verbose);
    if (c->client) {
      jack_client_close(c->client);
    }
    echoic_library_end();
    free(c->from);
    free(c->to);
    free(c);
    b->own = NULL;
  }
}

const EchoicBackendType echoic_backend_jack = {
  jack_open,
  jack_start,
  jack_state,
  jack_load,
  jack_stop,
};
