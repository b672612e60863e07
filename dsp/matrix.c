// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/matrix.h"

#define PANEL ECHOIC_PANEL

static size_t
padded(const uint32_t n_out)
{
  return (((size_t)n_out + PANEL - 1U) / PANEL) * PANEL;
}

size_t
echoic_matrix_bytes(const uint32_t n_out, const uint32_t n_in)
{
  return echoic_arena_round(padded(n_out) * n_in * sizeof(float)) +
         echoic_arena_round(padded(n_out) * sizeof(float));
}

static void
set_row(EchoicMatrix* const m,
        const uint32_t      row,
        const float* const  weight,
        const size_t        stride)
{
  float* const to =
    m->panels + ((size_t)(row / PANEL) * m->n_in * PANEL) + (row % PANEL);
  for (uint32_t i = 0U; i < m->n_in; ++i) {
    to[(size_t)i * PANEL] = weight[i * stride];
  }
}

/// Pack weights whose rows and columns are that far apart
static bool
pack(EchoicMatrix* const m,
     const float* const  weight,
     const size_t        row_stride,
     const size_t        column_stride,
     const float* const  bias,
     EchoicArena* const  arena)
{
  const size_t n = padded(m->n_out);
  float* const w = (float*)echoic_arena_take(arena, n * m->n_in, sizeof(float));
  float* const b = (float*)echoic_arena_take(arena, n, sizeof(float));
  if (!w || !b) {
    return false;
  }

  m->panels = w;
  m->bias   = b;
  for (uint32_t o = 0U; o < m->n_out; ++o) {
    if (weight) {
      set_row(m, o, weight + (o * row_stride), column_stride);
    }
    b[o] = bias ? bias[o] : 0.0F;
  }

  return true;
}

bool
echoic_matrix_prepare(EchoicMatrix* const matrix,
                      const float* const  weight,
                      const float* const  bias,
                      const uint32_t      n_out,
                      const uint32_t      n_in,
                      EchoicArena* const  arena)
{
  matrix->n_out = n_out;
  matrix->n_in  = n_in;
  return pack(matrix, weight, n_in, 1U, bias, arena);
}

bool
echoic_matrix_prepare_columns(EchoicMatrix* const matrix,
                              const float* const  weight,
                              const float* const  bias,
                              const uint32_t      n_out,
                              const uint32_t      n_in,
                              EchoicArena* const  arena)
{
  matrix->n_out = n_out;
  matrix->n_in  = n_in;
  return pack(matrix, weight, 1U, n_out, bias, arena);
}

void
echoic_matrix_set_row(EchoicMatrix* const matrix,
                      const uint32_t      row,
                      const float* const  weight)
{
  set_row(matrix, row, weight, 1U);
}

ECHOIC_RT void
echoic_matrix_apply(const EchoicMatrix* const m,
                    const float* const        x,
                    float* const              y)
{
  echoic_kernels()->matrix(m, x, y, 1U, false);
}

ECHOIC_RT void
echoic_matrix_add(const EchoicMatrix* const m,
                  const float* const        x,
                  float* const              y)
{
  echoic_kernels()->matrix(m, x, y, 1U, true);
}

ECHOIC_RT void
echoic_matrix_apply_frames(const EchoicMatrix* const m,
                           const float* const        x,
                           float* const              y,
                           const uint32_t            n_frames)
{
  echoic_kernels()->matrix(m, x, y, n_frames, false);
}
