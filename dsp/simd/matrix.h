// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Products of matrices and vectors, of vectors of any width.

   Rows side by side, their weights in the order of inputs: a single frame waits
   for little else than reading them. */

#define FRAMES 6U ///< Multiplied at once, at most
#define ALONE 4U  ///< Vectors of rows that a single frame takes at once

#define ALWAYS static inline __attribute__((always_inline))

/// From the weights of row 0 for input 0 to those of another row, or from those
/// of a tile's first row: a tile is part of a panel or some panels
ALWAYS size_t
row_offset(const EchoicPanels* const m, const uint32_t row)
{
  return ((size_t)(row / ECHOIC_PANEL) * m->n_in * ECHOIC_PANEL) +
         (row % ECHOIC_PANEL);
}

/// Finish a vector of rows: y = sum + b or y += sum + b
ALWAYS void
finish_rows(const EchoicPanels* const m,
            const uint32_t            row,
            const Vec                 sum,
            float* const              y,
            const bool                adds)
{
  const Vec      v    = sum + vec_load(m->bias + row);
  const uint32_t left = m->n_out - row;
  if (left >= WIDTH) {
    vec_store(y + row, adds ? vec_load(y + row) + v : v);
  } else {
    vec_store_n(y + row, adds ? vec_load_n(y + row, left) + v : v, left);
  }
}

/// Sums of rows of n_frames frames, FRAMES at most
ALWAYS void
sum_frames(const EchoicPanels* const m,
           const float* const        w,
           const float* const        x,
           const uint32_t            n_frames,
           const uint32_t            n_vecs,
           Vec (*const sum)[ALONE])
{
#pragma GCC unroll 6
  for (uint32_t f = 0U; f < n_frames; ++f) {
#pragma GCC unroll 4
    for (uint32_t v = 0U; v < n_vecs; ++v) {
      sum[f][v] = vec_set(0.0F);
    }
  }

  for (size_t i = 0U; i < m->n_in; ++i) {
#pragma GCC unroll 6
    for (uint32_t f = 0U; f < n_frames; ++f) {
      const Vec same = vec_set(x[((size_t)f * m->n_in) + i]);
#pragma GCC unroll 4
      for (uint32_t v = 0U; v < n_vecs; ++v) {
        const float* const from =
          w + row_offset(m, v * WIDTH) + (i * ECHOIC_PANEL);
        sum[f][v] = vec_fma(vec_load(from), same, sum[f][v]);
      }
    }
  }
}

/// Rows of n_frames frames, FRAMES at most
ALWAYS void
tile_frames(const EchoicPanels* const m,
            const float* const        x,
            float* const              y,
            const uint32_t            n_frames,
            const uint32_t            row,
            const uint32_t            n_vecs,
            const bool                adds)
{
  Vec sum[FRAMES][ALONE];
  sum_frames(m, m->panels + row_offset(m, row), x, n_frames, n_vecs, sum);
  if (!adds && row + (n_vecs * WIDTH) <= m->n_out) { // Nearly always
#pragma GCC unroll 4
    for (uint32_t v = 0U; v < n_vecs; ++v) {
      const Vec    bias = vec_load(m->bias + row + (v * WIDTH));
      float* const to   = y + row + (v * WIDTH);
#pragma GCC unroll 6
      for (uint32_t f = 0U; f < n_frames; ++f) {
        vec_store(to + ((size_t)f * m->n_out), sum[f][v] + bias);
      }
    }
    return;
  }

  for (uint32_t f = 0U; f < n_frames; ++f) {
    for (uint32_t v = 0U; v < n_vecs; ++v) {
      finish_rows(
        m, row + (v * WIDTH), sum[f][v], y + ((size_t)f * m->n_out), adds);
    }
  }
}

/// A tile's rows of all frames
ALWAYS void
tile(const EchoicPanels* const m,
     const float*              x,
     float*                    y,
     const uint32_t            n_frames,
     const uint32_t            row,
     const uint32_t            n_vecs,
     const bool                adds)
{
  for (uint32_t left = n_frames, n = 0U; left;
       left -= n, x += (size_t)n * m->n_in, y += (size_t)n * m->n_out) {
    if (left >= FRAMES) {
      n = FRAMES;
      tile_frames(m, x, y, FRAMES, row, n_vecs, adds);
    } else if (left >= 4U) {
      n = 4U;
      tile_frames(m, x, y, 4U, row, n_vecs, adds);
    } else if (left >= 2U) {
      n = 2U;
      tile_frames(m, x, y, 2U, row, n_vecs, adds);
    } else {
      n = 1U;
      tile_frames(m, x, y, 1U, row, n_vecs, adds);
    }
  }
}

/// All rows, `most` vectors of them at once
ALWAYS void
tiles(const EchoicPanels* const m,
      const float* const        x,
      float* const              y,
      const uint32_t            n_frames,
      const uint32_t            most,
      const bool                adds)
{
  for (uint32_t row = 0U; row < m->n_out; row += most * WIDTH) {
    const uint32_t n_vecs = (m->n_out - row + WIDTH - 1U) / WIDTH;
    if (n_vecs >= most) {
      tile(m, x, y, n_frames, row, most, adds);
    } else if (n_vecs == 1U) {
      tile(m, x, y, n_frames, row, 1U, adds);
    } else if (n_vecs == 2U) {
      tile(m, x, y, n_frames, row, 2U, adds);
    } else {
      tile(m, x, y, n_frames, row, 3U, adds);
    }
  }
}

static ECHOIC_RT void
matrix(const EchoicPanels* const m,
       const float* const        x,
       float* const              y,
       const uint32_t            n_frames,
       const bool                adds)
{
  if (n_frames == 1U) {
    tiles(m, x, y, 1U, ALONE, adds);
  } else {
    tiles(m, x, y, n_frames, TILE, adds);
  }
}

/// Products of a row, side by side in a vector
static inline Vec
row_products(const float* const w, const float* const x, const uint32_t n)
{
  Vec      sum = vec_set(0.0F);
  uint32_t i   = 0U;
  for (; i + WIDTH <= n; i += WIDTH) {
    sum = vec_fma(vec_load(w + i), vec_load(x + i), sum);
  }

  return i < n
           ? vec_fma(vec_load_n(w + i, n - i), vec_load_n(x + i, n - i), sum)
           : sum;
}

/// Sums of `n` rows from row `r` of all frames on, as if these were one
ALWAYS void
dots_some(const float* const w,
          const float* const x,
          float* const       y,
          const uint32_t     n_rows,
          const uint32_t     n_cols,
          const uint32_t     r,
          const uint32_t     n)
{
  Vec      part[WIDTH];
  uint32_t own = r % n_rows; // Row of the weights
#pragma GCC unroll 16
  for (uint32_t k = 0U; k < WIDTH; ++k) {
    const size_t row = r + (k < n ? k : 0U);
    part[k] =
      row_products(w + ((size_t)own * n_cols), x + (row * n_cols), n_cols);
    own = own + 1U < n_rows ? own + 1U : 0U;
  }
  vec_store_n(y + r, vec_sums(part), n);
}

#define COMMON_COLS 16U ///< Of the memories that sounds are recognised by

static ECHOIC_RT void
dots(const float* const w,
     const float* const bias,
     const float* const x,
     float* const       y,
     const uint32_t     n_rows,
     const uint32_t     n_cols,
     const uint32_t     n_frames)
{
  const uint32_t n_sums = n_rows * n_frames;
  uint32_t       r      = 0U;
  if (n_cols == COMMON_COLS) {
    for (; r + WIDTH <= n_sums; r += WIDTH) {
      dots_some(w, x, y, n_rows, COMMON_COLS, r, WIDTH);
    }
  }

  for (; r < n_sums; r += WIDTH) {
    const uint32_t n = n_sums - r < WIDTH ? n_sums - r : WIDTH;
    dots_some(w, x, y, n_rows, n_cols, r, n);
  }

  for (uint32_t f = 0U; f < n_frames; ++f) {
    float* const to = y + ((size_t)f * n_rows);
    for (uint32_t i = 0U; i < n_rows; i += WIDTH) {
      const uint32_t n = n_rows - i < WIDTH ? n_rows - i : WIDTH;
      vec_store_n(to + i, vec_load_n(to + i, n) + vec_load_n(bias + i, n), n);
    }
  }
}

#if WIDTH == 1U

static ECHOIC_RT void
rotate(const EchoicTurns* const t,
       const float* const       x,
       float* const             y,
       const uint32_t           n_frames)
{
  for (uint32_t i = 0U; i < t->n; i += 2U) {
    float re = t->h[i];
    float im = t->h[i + 1U];
    for (size_t k = i; k < (size_t)n_frames * t->n; k += t->n) {
      const float old = re;
      re              = (t->re[i] * old) + ((t->im[i] * im) + (t->g[i] * x[k]));
      im              = (t->re[i + 1U] * im) +
           ((t->im[i + 1U] * old) + (t->g[i + 1U] * x[k + 1U]));
      y[k]      = re;
      y[k + 1U] = im;
    }
    t->h[i]      = re;
    t->h[i + 1U] = im;
  }
}

#else

/// A vector of numbers, or the first n of one, in all frames
ALWAYS void
rotate_some(const EchoicTurns* const t,
            const float*             x,
            float*                   y,
            const uint32_t           n_frames,
            const uint32_t           i,
            const uint32_t           n)
{
  const Vec re  = vec_load_n(t->re + i, n);
  const Vec im  = vec_load_n(t->im + i, n);
  const Vec g   = vec_load_n(t->g + i, n);
  Vec       now = vec_load_n(t->h + i, n);
  for (uint32_t f = 0U; f < n_frames; ++f, x += t->n, y += t->n) {
    const Vec in   = g * vec_load_n(x + i, n);
    const Vec turn = vec_fma(im, vec_swap_pairs(now), in);
    now            = vec_fma(re, now, turn);
    vec_store_n(y + i, now, n);
  }
  vec_store_n(t->h + i, now, n);
}

static ECHOIC_RT void
rotate(const EchoicTurns* const t,
       const float* const       x,
       float* const             y,
       const uint32_t           n_frames)
{
  uint32_t i = 0U;
  for (; i + WIDTH <= t->n; i += WIDTH) {
    rotate_some(t, x, y, n_frames, i, WIDTH);
  }

  if (i < t->n) {
    rotate_some(t, x, y, n_frames, i, t->n - i);
  }
}

#endif
