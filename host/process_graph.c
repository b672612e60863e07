// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/process_graph.h"

#include "host/edit_file.h"
#include "host/graph_host.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { n_block = 256 };

/// A graph for each channel, and what runs through one
typedef struct {
  const EchoicGraphSpec* spec;
  const double*          controls; ///< [width_in - 1]
  uint32_t               n_channels;
  EchoicHostGraph*       channels; ///< [n_channels]
  float*                 in;       ///< [n_block][width_in]
  float                  out[n_block];
} Amp;

static EchoicStatus
prepare(void* const        handle,
        const double       rate_hz,
        const uint32_t     n_channels,
        EchoicError* const error)
{
  Amp* const     amp   = (Amp*)handle;
  const uint32_t width = amp->spec->width_in;
  EchoicStatus   st    = ECHOIC_OK;
  (void)rate_hz; // A graph runs on samples, whatever their rate
  amp->channels = (EchoicHostGraph*)calloc(n_channels, sizeof(EchoicHostGraph));
  amp->in       = (float*)calloc((size_t)n_block * width, sizeof(float));
  if (!amp->channels || !amp->in) {
    return echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
  }

  amp->n_channels = n_channels;
  for (uint32_t i = 0U; !st && i < n_channels; ++i) {
    st = echoic_host_graph_new(amp->spec, &amp->channels[i], error);
  }

  for (uint32_t f = 0U; f < n_block; ++f) {
    for (uint32_t i = 1U; i < width; ++i) {
      amp->in[((size_t)f * width) + i] = (float)amp->controls[i - 1U];
    }
  }

  return st;
}

static void
clear(Amp* const amp)
{
  for (uint32_t i = 0U; i < amp->n_channels; ++i) {
    echoic_host_graph_free(&amp->channels[i]);
  }

  free(amp->channels);
  free(amp->in);
}

/// Run at most n_block samples of one channel
static void
run(Amp* const        amp,
    const uint32_t    channel,
    const EchoicCarry carry,
    const unsigned    n_bits,
    void* const       frames,
    const uint32_t    n)
{
  const uint32_t width = amp->spec->width_in;
  const size_t   step  = amp->n_channels;
  for (uint32_t i = 0U; i < n; ++i) {
    amp->in[(size_t)i * width] =
      (float)echoic_sample_get(carry, frames, (i * step) + channel);
  }

  echoic_graph_process(amp->channels[channel].graph, amp->in, amp->out, n);
  for (uint32_t i = 0U; i < n; ++i) {
    echoic_sample_set(
      carry, n_bits, frames, (i * step) + channel, (double)amp->out[i]);
  }
}

static void
apply(void* const       handle,
      const EchoicCarry carry,
      const unsigned    n_bits,
      void* const       frames,
      const uint32_t    n_frames)
{
  Amp* const   amp  = (Amp*)handle;
  const size_t size = echoic_carry_size(carry) * amp->n_channels;
  for (uint32_t f = 0U; f < n_frames; f += n_block) {
    const uint32_t left  = n_frames - f;
    const uint32_t n     = left < n_block ? left : n_block;
    char* const    first = (char*)frames + (f * size);
    for (uint32_t i = 0U; i < amp->n_channels; ++i) {
      run(amp, i, carry, n_bits, first, n);
    }
  }
}

static EchoicStatus
check_widths(const char* const            path,
             const EchoicGraphSpec* const spec,
             const uint32_t               n_controls,
             EchoicError* const           error)
{
  size_t             bytes = 0U;
  uint32_t           width = 0U;
  const EchoicStatus st    = echoic_graph_bytes(spec, &bytes, &width, error);
  if (st) {
    return st;
  }

  if (width != 1U) {
    return echoic_error(error,
                        ECHOIC_BAD_SHAPE,
                        "%s: gives %u numbers a frame: must give 1, a sample",
                        path,
                        width);
  }

  return spec->width_in == n_controls + 1U
           ? ECHOIC_OK
           : echoic_error(error,
                          ECHOIC_BAD_SHAPE,
                          "%s: takes %u numbers a frame: must be given the "
                          "sample and %u of --control, not %u",
                          path,
                          spec->width_in,
                          spec->width_in - 1U,
                          n_controls);
}

EchoicStatus
echoic_process_graph(const char* const   graph_path,
                     const char* const   in_path,
                     const char* const   raw,
                     const char* const   out_path,
                     const double* const controls,
                     const uint32_t      n_controls,
                     EchoicError* const  error)
{
  EchoicGraphSpec spec = {0};
  EchoicStatus    st   = echoic_load_graph(graph_path, &spec, error);
  if (st) {
    return st;
  }

  Amp                   amp  = {.spec = &spec, .controls = controls};
  const EchoicFrameEdit edit = {&amp, prepare, apply};
  st = check_widths(graph_path, &spec, n_controls, error);
  st = st ? st : echoic_edit_file(in_path, raw, out_path, &edit, error);
  clear(&amp);
  echoic_graph_spec_clear(&spec);
  return st;
}
