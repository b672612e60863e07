// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Features of frames, of vectors of any width: dsp/features.h has the
   formulas. */

/// Greatest of n numbers; the last vector overlaps the one before
ALWAYS float
greatest_of_row(const float* const x, const uint32_t n)
{
  if (n < WIDTH) {
    return greatest(x, n);
  }

  Vec most = vec_load(x + n - WIDTH);
  for (uint32_t i = 0U; i + WIDTH < n; i += WIDTH) {
    most = vec_max(vec_load(x + i), most);
  }

  return vec_greatest(most);
}

static ECHOIC_RT void
levels(const float* const energy,
       const float        least,
       float* const       level,
       float* const       greatest,
       const uint32_t     n,
       const uint32_t     n_frames)
{
  const uint32_t n_all = n * n_frames;
  uint32_t       i     = 0U;
  for (; i + WIDTH <= n_all; i += WIDTH) {
    vec_store(level + i, vec_log(vec_load(energy + i) + least));
  }

  if (i < n_all) {
    const uint32_t left = n_all - i;
    vec_store_n(level + i, vec_log(vec_load_n(energy + i, left) + least), left);
  }

  for (uint32_t f = 0U; f < n_frames; ++f) {
    greatest[f] = greatest_of_row(level + ((size_t)f * n), n);
  }
}

/// Gate and flux of `n` bands, a vector at the most, in all frames
ALWAYS void
gate_some(const EchoicGates* const g, const uint32_t i, const uint32_t n)
{
  float* const before = g->above + i;
  float* const now    = before + ((size_t)g->lag * g->n);
  Vec          noise  = vec_load_n(g->noise + i, n);
  for (uint32_t f = 0U; f < g->n_frames; ++f) {
    const size_t row   = (size_t)f * g->n;
    const Vec    level = vec_load_n(g->level + row + i, n);
    const Vec    floor = vec_set(g->floor[f]);
    noise          = noise + (g->follow[f] * (vec_max(level, floor) - noise));
    const Vec gate = vec_max(noise + g->over, floor);
    const Vec x    = vec_softplus(level - gate);
    vec_store_n(g->gate + row + i, gate, n);
    vec_store_n(now + row, x, n);
    for (uint32_t k = 0U; !f && g->begins && k < g->lag; ++k) {
      vec_store_n(before + ((size_t)k * g->n), x, n);
    }

    const Vec    rise = x - vec_load_n(before + row, n);
    float* const out  = g->out + (2U * row) + i;
    vec_store_n(out, x, n);
    vec_store_n(out + g->n, vec_max(vec_set(0.0F), rise), n);
  }
  vec_store_n(g->noise + i, noise, n);
}

static ECHOIC_RT void
gates(const EchoicGates* const g)
{
  uint32_t i = 0U;
  for (; i + WIDTH <= g->n; i += WIDTH) {
    gate_some(g, i, WIDTH);
  }

  if (i < g->n) {
    gate_some(g, i, g->n - i);
  }
}
