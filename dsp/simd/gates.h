// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Features of a frame, of vectors of any width: dsp/features.h has the
   formulas. */

static ECHOIC_RT float
levels(const float* const energy,
       const float        least,
       float* const       level,
       const uint32_t     n)
{
  Vec      most = vec_set(-INFINITY);
  uint32_t i    = 0U;
  for (; i + WIDTH <= n; i += WIDTH) {
    const Vec x = vec_log(vec_load(energy + i) + least);
    vec_store(level + i, x);
    most = vec_max(x, most);
  }

  if (i < n) { // No level is less than what the zeros give that follow
    const Vec x = vec_log(vec_load_n(energy + i, n - i) + least);
    vec_store_n(level + i, x, n - i);
    most = vec_max(x, most);
  }

  return vec_greatest(most);
}

/// Gate and flux of `n` bands, a vector at the most
ALWAYS void
gate_some(const EchoicGates* const g, const uint32_t i, const uint32_t n)
{
  const Vec level = vec_load_n(g->level + i, n);
  const Vec floor = vec_set(g->floor);
  const Vec heard = vec_max(level, floor);
  const Vec old   = vec_load_n(g->noise + i, n);
  const Vec noise = old + (g->follow * (heard - old));
  const Vec gate  = vec_max(noise + g->over, floor);
  const Vec now   = vec_softplus(level - gate);
  vec_store_n(g->noise + i, noise, n);
  vec_store_n(g->gate + i, gate, n);
  vec_store_n(g->now + i, now, n);
  const Vec rise = now - vec_load_n(g->before + i, n);
  vec_store_n(g->out + i, now, n);
  vec_store_n(g->out + g->n + i, vec_max(vec_set(0.0F), rise), n);
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
