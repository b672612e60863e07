// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/embed.h"

#include <math.h>
#include <string.h>

#define N_Z 30U
#define N_LEVEL 20U ///< DCT coefficients of the levels, the rest of the flux

static const double pi       = 3.14159265358979323846;
static const double softness = 5.0; ///< c of the soft RMSNorm

static void
fill_dct(float* const weight)
{
  const double n = ECHOIC_N_BANDS;
  for (uint32_t row = 0U; row < N_Z; ++row) {
    const uint32_t k     = row < N_LEVEL ? row : row - N_LEVEL;
    const uint32_t first = row < N_LEVEL ? 0U : ECHOIC_N_BANDS;
    const double   scale = sqrt((k ? 2.0 : 1.0) / n);
    for (uint32_t b = 0U; b < ECHOIC_N_BANDS; ++b) {
      weight[(row * ECHOIC_N_FEATURES) + first + b] =
        (float)(scale * cos(pi * k * (b + 0.5) / n));
    }
  }
}

EchoicStatus
echoic_embed_add(EchoicGraphSpec* const graph)
{
  const uint32_t  dims[] = {N_Z, ECHOIC_N_FEATURES};
  EchoicNodeSpec* norm   = echoic_graph_spec_add(graph, "norm", "rmsnorm");
  if (!norm || !echoic_node_spec_input(norm, ECHOIC_GRAPH_INPUT) ||
      !echoic_node_spec_number(norm, "c", softness)) {
    return ECHOIC_NO_MEMORY;
  }

  EchoicNodeSpec* dct = echoic_graph_spec_add(graph, ECHOIC_EMBED_ID, "linear");
  if (!dct || !echoic_node_spec_input(dct, "norm")) {
    return ECHOIC_NO_MEMORY;
  }

  float* const weight = echoic_node_spec_tensor(dct, "weight", 2U, dims);
  if (!weight) {
    return ECHOIC_NO_MEMORY;
  }

  fill_dct(weight);
  graph->width_in = ECHOIC_N_FEATURES;
  return ECHOIC_OK;
}

void
echoic_embed_poles(const double length_frames, float* const poles)
{
  const double magnitude = pow(10.0, -1.0 / length_frames);
  for (uint32_t s = 0U; s < ECHOIC_N_POLES; ++s) {
    const double angle   = pi * s / length_frames;
    poles[2U * s]        = (float)(magnitude * cos(angle));
    poles[(2U * s) + 1U] = s ? (float)(magnitude * sin(angle)) : 0.0F;
  }
}

void
echoic_embed_fold(const float* const poles,
                  const float* const w,
                  float* const       rows)
{
  memset(rows, 0, 2U * ECHOIC_N_POLES * N_Z * sizeof(float));
  const float* part = w;
  for (uint32_t s = 0U; s < ECHOIC_N_POLES; ++s) {
    const double re   = (double)poles[2U * s];
    const double im   = (double)poles[(2U * s) + 1U];
    const float  gain = (float)sqrt(1.0 - ((re * re) + (im * im)));
    float* const row  = rows + (2U * s * N_Z);
    for (uint32_t i = 0U; i < N_Z; ++i) {
      row[i] = gain * part[i];
      if (im != 0.0) {
        row[N_Z + i] = -gain * part[N_Z + i];
      }
    }
    part += im != 0.0 ? 2U * N_Z : N_Z;
  }
}
