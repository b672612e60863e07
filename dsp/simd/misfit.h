// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* What energies differ from others, of vectors of any width. */

/// ln x of normal positive numbers, error 4e-6: less than levels differ by
/// anyway
ALWAYS Vec
log_roughly(const Vec x)
{
  const VecInt root = vec_bits(vec_set(0.70710678F));
  const VecInt k    = (vec_bits(x) - root) >> 23;
  const Vec    f    = vec_of_bits(vec_bits(x) - vec_shift_left(k, 23)) - 1.0F;
  Vec          p    = vec_fma(f, vec_set(-0.141064427F), vec_set(0.220707409F));
  p                 = vec_fma(p, f, vec_set(-0.254588337F));
  p                 = vec_fma(p, f, vec_set(0.332623611F));
  p                 = vec_fma(p, f, vec_set(-0.499875083F));
  p                 = vec_fma(p, f * f, f);
  return vec_fma(vec_float(k), vec_set(0.69314718F), p);
}

static ECHOIC_RT void
misfits(const EchoicMisfit* const m,
        const float* const        others,
        const float* const        shape,
        const float* const        gains,
        const uint32_t            n_gains,
        float* const              costs)
{
  const Vec knee = vec_set(m->knee);
  for (uint32_t g = 0U; g < n_gains; ++g) {
    const Vec gain = vec_set(gains[g]);
    Vec       cost = vec_set(0.0F);
    for (uint32_t c = 0U; c < m->n; c += WIDTH) {
      const Vec rest = vec_load(others + c) + m->least;
      const Vec sum  = vec_fma(gain, vec_load(shape + c), rest);
      const Vec off  = vec_load(m->level + c) - log_roughly(sum);
      const Vec d    = vec_abs(off) * vec_load(m->weight + c);
      const Vec near = vec_min(d, knee);
      cost           = vec_fma(near, vec_fma(near, vec_set(-0.5F), d), cost);
    }

    costs[g] = vec_sum(cost);
  }
}
