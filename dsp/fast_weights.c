// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/fast_weights.h"

#include <string.h>

size_t
echoic_fast_weights_bytes(const uint32_t n_heads,
                          const uint32_t n_keys,
                          const uint32_t n_values)
{
  const size_t rows = (size_t)n_heads * n_keys;
  return rows && n_values > SIZE_MAX / sizeof(float) / rows
           ? SIZE_MAX
           : echoic_arena_round(rows * n_values * sizeof(float));
}

bool
echoic_fast_weights_prepare(EchoicFastWeights* const m,
                            const uint32_t           n_heads,
                            const uint32_t           n_keys,
                            const uint32_t           n_values,
                            EchoicArena* const       arena)
{
  const size_t n = (size_t)n_heads * n_keys * n_values;
  m->n_heads     = n_heads;
  m->n_keys      = n_keys;
  m->n_values    = n_values;
  m->state       = (float*)echoic_arena_take(arena, n, sizeof(float));
  return m->state;
}

ECHOIC_RT void
echoic_fast_weights_reset(EchoicFastWeights* const m)
{
  const size_t n = (size_t)m->n_heads * m->n_keys * m->n_values;
  memset(m->state, 0, n * sizeof(float));
}

ECHOIC_RT void
echoic_fast_weights_update(EchoicFastWeights* const m,
                           const float* const       decay,
                           const float* const       key,
                           const float* const       value)
{
  const uint32_t n_keys = m->n_heads * m->n_keys;
  for (uint32_t k = 0U; k < n_keys; ++k) {
    const float* const restrict v =
      value + (size_t)(k / m->n_keys) * m->n_values;
    float* const restrict s = m->state + ((size_t)k * m->n_values);
    const float w           = decay[k];
    const float c           = key[k];
    for (uint32_t i = 0U; i < m->n_values; ++i) {
      s[i] = (w * s[i]) + (c * v[i]);
    }
  }
}

ECHOIC_RT void
echoic_fast_weights_read(const EchoicFastWeights* const m,
                         const float* const             query,
                         float* const                   y)
{
  const uint32_t n_keys = m->n_heads * m->n_keys;
  memset(y, 0, (size_t)m->n_heads * m->n_values * sizeof(float));
  for (uint32_t k = 0U; k < n_keys; ++k) {
    float* const restrict to      = y + (size_t)(k / m->n_keys) * m->n_values;
    const float* const restrict s = m->state + ((size_t)k * m->n_values);
    const float q                 = query[k];
    for (uint32_t i = 0U; i < m->n_values; ++i) {
      to[i] += q * s[i];
    }
  }
}

ECHOIC_RT bool
echoic_fast_weights_state(const EchoicFastWeights* const m,
                          const char* const              name,
                          EchoicNodeState* const         state)
{
  echoic_node_state(state, name, m->n_heads, m->n_keys, m->state);
  state->n_dims  = name ? 3U : 0U;
  state->dims[2] = name ? m->n_values : 0U;
  return name;
}
