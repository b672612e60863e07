// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Sounds recognised in one pass, of vectors of eight or more: what is written
   to the memories of some sounds stays in registers until it has been read. */

#define SOUND ECHOIC_RECOGNISER_COLS ///< Rows of the matrix for each sound

#if WIDTH < 8U
#  define recognise_all NULL // Nothing would stay there
#else

#  define PER_SOUND (SOUND / WIDTH) ///< Vectors

/// Write to `n` vectors of memories from `row` on, let them turn; keep products
/// with the weights that read them, a vector for each sound from `at` on
ALWAYS void
recognise_some(const EchoicRecogniser* const r,
               const float* const            x,
               const uint32_t                n_frames,
               const uint32_t                row,
               const uint32_t                n,
               const uint32_t                at,
               Vec (*const part)[WIDTH])
{
  const EchoicPanels* const m = &r->write;
  Vec                       sum[FRAMES][ALONE];
  sum_frames(m, m->panels + row_offset(m, row), x, n_frames, n, sum);
#  pragma GCC unroll 4
  for (uint32_t v = 0U; v < n; ++v) {
    const uint32_t i      = row + (v * WIDTH);
    const uint32_t sound  = at + (v / PER_SOUND);
    const Vec      bias   = vec_load(m->bias + i);
    const Vec      re     = vec_load(r->turns.re + i);
    const Vec      im     = vec_load(r->turns.im + i);
    const Vec      g      = vec_load(r->turns.g + i);
    const Vec      weight = vec_load(r->weight + i);
    Vec            now    = vec_load(r->turns.h + i);
#  pragma GCC unroll 6
    for (uint32_t f = 0U; f < n_frames; ++f) {
      const Vec in   = g * (sum[f][v] + bias);
      const Vec turn = vec_fma(im, vec_swap_pairs(now), in);
      now            = vec_fma(re, now, turn);
      part[f][sound] = v % PER_SOUND ? vec_fma(weight, now, part[f][sound])
                                     : vec_fma(weight, now, vec_set(0.0F));
    }
    vec_store(r->turns.h + i, now);
  }
}

/// Scores of `n_frames` frames, FRAMES at most, `most` vectors at once
ALWAYS void
recognise_frames(const EchoicRecogniser* const r,
                 const float* const            x,
                 float* const                  y,
                 const uint32_t                n_frames,
                 const uint32_t                most)
{
  const uint32_t n_tile = most / PER_SOUND; // Sounds
  for (uint32_t s = 0U; s < r->n_sounds; s += WIDTH) {
    Vec            part[FRAMES][WIDTH];
    const uint32_t left = r->n_sounds - s;
    const uint32_t n    = left < WIDTH ? left : WIDTH;
    uint32_t       k    = 0U;
    for (; k + n_tile <= n; k += n_tile) {
      recognise_some(r, x, n_frames, (s + k) * SOUND, most, k, part);
    }
    for (; k < n; ++k) {
      recognise_some(r, x, n_frames, (s + k) * SOUND, PER_SOUND, k, part);
    }

    for (uint32_t f = 0U; f < n_frames; ++f) {
      for (k = n; k < WIDTH; ++k) {
        part[f][k] = vec_set(0.0F);
      }
      const Vec bias = vec_load_n(r->bias + s, n);
      vec_store_n(
        y + ((size_t)f * r->n_sounds) + s, vec_sums(part[f]) + bias, n);
    }
  }
}

static ECHOIC_RT void
recognise_all(const EchoicRecogniser* const r,
              const float*                  x,
              float*                        y,
              const uint32_t                n_frames)
{
  for (uint32_t left = n_frames, n = 0U; left; left -= n) {
    if (left >= FRAMES) {
      n = FRAMES;
      recognise_frames(r, x, y, FRAMES, TILE);
    } else if (left >= 2U) {
      n = 2U;
      recognise_frames(r, x, y, 2U, TILE);
    } else {
      n = 1U;
      recognise_frames(r, x, y, 1U, ALONE);
    }
    x += (size_t)n * r->write.n_in;
    y += (size_t)n * r->n_sounds;
  }
}

#endif
