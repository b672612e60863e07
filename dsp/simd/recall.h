// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Memories that fade, take in and are read in one pass. */

/// h = a h + g b of a row; its products with c.  One a for all if `one`
ALWAYS Vec
fade_row(float* const       h,
         const float* const a,
         const bool         one,
         const float        gain,
         const float* const b,
         const float* const c,
         const uint32_t     n)
{
  const Vec g   = vec_set(gain);
  Vec       sum = vec_set(0.0F);
  uint32_t  i   = 0U;
  for (; i + WIDTH <= n; i += WIDTH) {
    const Vec fade = one ? vec_set(*a) : vec_load(a + i);
    const Vec now  = vec_fma(fade, vec_load(h + i), g * vec_load(b + i));
    vec_store(h + i, now);
    sum = vec_fma(vec_load(c + i), now, sum);
  }

  if (i < n) {
    const uint32_t left = n - i;
    const Vec      fade = one ? vec_set(*a) : vec_load_n(a + i, left);
    const Vec      in   = g * vec_load_n(b + i, left);
    const Vec      now  = vec_fma(fade, vec_load_n(h + i, left), in);
    vec_store_n(h + i, now, left);
    sum = vec_fma(vec_load_n(c + i, left), now, sum);
  }

  return sum;
}

ALWAYS void
fade_rows(const EchoicMemories* const m, const bool one)
{
  const size_t n = m->n_cols;
  for (uint32_t r = 0U; r < m->n_rows; r += WIDTH) {
    const uint32_t n_rows = m->n_rows - r < WIDTH ? m->n_rows - r : WIDTH;
    Vec            part[WIDTH];
    for (uint32_t k = 0U; k < WIDTH; ++k) {
      const size_t row = r + k;
      part[k]          = k < n_rows ? fade_row(m->h + (row * n),
                                      m->a + (one ? row : row * n),
                                      one,
                                      m->g[row],
                                      m->b,
                                      m->c,
                                      m->n_cols)
                                    : vec_set(0.0F);
    }
    vec_store_n(m->y + r, vec_sums(part), n_rows);
  }
}

static ECHOIC_RT void
fade_each(const EchoicMemories* const m)
{
  fade_rows(m, false);
}

static ECHOIC_RT void
fade_all(const EchoicMemories* const m)
{
  fade_rows(m, true);
}

#if WIDTH == 1U

/// h = h + a h + g b of complex numbers; products with c
ALWAYS Vec
turn_row(const EchoicMemories* const m, const size_t row)
{
  const size_t       n   = m->n_cols;
  float* const       h   = m->h + (row * n);
  const float* const a   = m->a + (row * n);
  const float* const im  = m->im + (row * n);
  const float* const b   = m->b + (row * n);
  const float* const c   = m->c + (row * n);
  const float        g   = m->g[row];
  float              sum = 0.0F;
  for (size_t i = 0U; i < n; i += 2U) {
    const float x = h[i];
    const float y = h[i + 1U];
    h[i]          = x + ((a[i] * x) + ((im[i] * y) + (g * b[i])));
    h[i + 1U] = y + ((a[i + 1U] * y) + ((im[i + 1U] * x) + (g * b[i + 1U])));
    sum += (c[i] * h[i]) + (c[i + 1U] * h[i + 1U]);
  }

  return sum;
}

#else

ALWAYS Vec
turn(const Vec h, const Vec a, const Vec im, const Vec in)
{
  return h + vec_fma(a, h, vec_fma(im, vec_swap_pairs(h), in));
}

ALWAYS Vec
turn_row(const EchoicMemories* const m, const size_t row)
{
  const size_t       n   = m->n_cols;
  float* const       h   = m->h + (row * n);
  const float* const a   = m->a + (row * n);
  const float* const im  = m->im + (row * n);
  const float* const b   = m->b + (row * n);
  const float* const c   = m->c + (row * n);
  const Vec          g   = vec_set(m->g[row]);
  Vec                sum = vec_set(0.0F);
  size_t             i   = 0U;
  for (; i + WIDTH <= n; i += WIDTH) {
    const Vec now = turn(
      vec_load(h + i), vec_load(a + i), vec_load(im + i), g * vec_load(b + i));
    vec_store(h + i, now);
    sum = vec_fma(vec_load(c + i), now, sum);
  }

  if (i < n) {
    const uint32_t left = (uint32_t)(n - i);
    const Vec      now  = turn(vec_load_n(h + i, left),
                         vec_load_n(a + i, left),
                         vec_load_n(im + i, left),
                         g * vec_load_n(b + i, left));
    vec_store_n(h + i, now, left);
    sum = vec_fma(vec_load_n(c + i, left), now, sum);
  }

  return sum;
}

#endif

static ECHOIC_RT void
resonate(const EchoicMemories* const m)
{
  for (uint32_t r = 0U; r < m->n_rows; r += WIDTH) {
    const uint32_t n_rows = m->n_rows - r < WIDTH ? m->n_rows - r : WIDTH;
    Vec            part[WIDTH];
    for (uint32_t k = 0U; k < WIDTH; ++k) {
      part[k] = k < n_rows ? turn_row(m, r + k) : vec_set(0.0F);
    }
    vec_store_n(m->y + r, vec_sums(part), n_rows);
  }
}
