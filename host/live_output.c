// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/live_output.h"

#include <stdlib.h>
#include <string.h>

EchoicStatus
echoic_output_prepare(EchoicOutput* const           output,
                      const EchoicOutputSpec* const spec)
{
  *output          = (EchoicOutput){0};
  output->n_in     = spec->n_in;
  output->n_out    = spec->n_out;
  output->delay    = spec->delay;
  output->has_gate = spec->gate;
  if (spec->gate && echoic_gate_init(&output->gate, spec->gate)) {
    return ECHOIC_BAD_ARG;
  }

  size_t size = ECHOIC_OUTPUT_BLOCK;
  while (size < spec->delay + ECHOIC_OUTPUT_BLOCK) {
    size *= 2U;
  }

  output->mask = size - 1U;
  output->ring = (float*)calloc(size * spec->n_in, sizeof(float));
  return output->ring ? ECHOIC_OK : ECHOIC_NO_MEMORY;
}

void
echoic_output_clear(EchoicOutput* const output)
{
  free(output->ring);
  *output = (EchoicOutput){0};
}

bool
echoic_output_event(EchoicOutput* const output,
                    const uint64_t      onset,
                    const uint64_t      end)
{
  return !output->has_gate || echoic_gate_event(&output->gate, onset, end);
}

static void
take(EchoicOutput* const output, const float* const in, const uint32_t n_frames)
{
  const size_t n_in = output->n_in;
  for (uint32_t i = 0U; i < n_frames; ++i) {
    const size_t at = (size_t)(output->pos + i) & output->mask;
    memcpy(output->ring + (at * n_in), in + (i * n_in), n_in * sizeof(float));
  }
}

/// Fill in the gain of every frame
static void
make_gains(EchoicOutput* const output, float* const gain, const uint32_t n)
{
  if (output->has_gate) {
    echoic_gate_process(&output->gate, gain, n);
    return;
  }

  for (uint32_t i = 0U; i < n; ++i) {
    gain[i] = 1.0F;
  }
}

void
echoic_output_run(EchoicOutput* const output,
                  const float* const  in,
                  float* const        out,
                  const uint32_t      n_frames)
{
  float gain[ECHOIC_OUTPUT_BLOCK] = {0.0F};
  take(output, in, n_frames);

  // Before the first sample comes out there is nothing for the gate to do
  const uint64_t missing =
    output->pos < output->delay ? output->delay - output->pos : 0U;
  const uint32_t n_silent = missing < n_frames ? (uint32_t)missing : n_frames;
  make_gains(output, gain + n_silent, n_frames - n_silent);
  memset(out, 0, (size_t)n_silent * output->n_out * sizeof(float));
  for (uint32_t i = n_silent; i < n_frames; ++i) {
    const size_t at = (size_t)(output->pos + i - output->delay) & output->mask;
    const float* const from = output->ring + (at * output->n_in);
    for (uint32_t c = 0U; c < output->n_out; ++c) {
      out[(i * output->n_out) + c] = gain[i] * from[c % output->n_in];
    }
  }

  output->pos += n_frames;
}
