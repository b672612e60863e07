// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_KERNELS_H
#define ECHOIC_KERNELS_H

#include "dsp/echoic.h"
#include "dsp/kernel_types.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   The loops that take the time, once for each instruction set.

   What they compute stands in the headers of those who call them: matrix.h,
   activate.h, fft.h, nodes/memory.h, nodes/kv_ring.h.  A set is a file
   dsp/kernels_X.c that includes the vectors of its width, dsp/simd/X.h, and
   then the same loops, dsp/simd/table.h.  The best set that the processor has
   is chosen at the first use.

   Sets differ by rounding: avx2, avx512 and neon round a product and its sum
   once, sse2 and portable twice, and sums of a row are taken in lanes.  Within
   one set any split of the frames gives the same bits.
*/

#define ECHOIC_PANEL 16U ///< Rows of a matrix that lie side by side

#define ECHOIC_MOST_LANES 16U ///< Numbers in a vector of any set

typedef struct {
  const char* name;
  uint32_t    n_lanes; ///< Numbers in a vector

  /// y = W x + b for frames x [n_frames][n_in]; y += W x + b if `adds`
  void (*matrix)(const EchoicPanels* m,
                 const float*        x,
                 float*              y,
                 uint32_t            n_frames,
                 bool                adds);

  /// y_r = w_r . x_r + b_r, rows [n_rows][n_cols], each with its own x; x
  /// [n_frames][n_rows][n_cols], y [n_frames][n_rows]
  void (*dots)(const float* w,
               const float* bias,
               const float* x,
               float*       y,
               uint32_t     n_rows,
               uint32_t     n_cols,
               uint32_t     n_frames);

  /// y_r = gain k_r . q, rows [n_rows][n_cols] `stride` apart
  void (*scores)(const float* k,
                 size_t       stride,
                 const float* q,
                 float        gain,
                 float*       y,
                 uint32_t     n_rows,
                 uint32_t     n_cols);

  /// y += sum_r p_r v_r, rows [n_rows][n_cols] `stride` apart
  void (*mix)(const float* v,
              size_t       stride,
              const float* p,
              float*       y,
              uint32_t     n_rows,
              uint32_t     n_cols);

  /// Complex h = a h + g x, y = h, frame after frame; x and y [n_frames][n]
  void (*rotate)(const EchoicTurns* t,
                 const float*       x,
                 float*             y,
                 uint32_t           n_frames);

  /// matrix(), rotate() and dots() in one pass, to the same bits; null if that
  /// is no faster
  void (*recognise)(const EchoicRecogniser* r,
                    const float*            x,
                    float*                  y,
                    uint32_t                n_frames);

  /// True if no number of n is infinite or none at all
  bool (*is_finite)(const float* x, size_t n);

  /// Greatest |x| of n numbers, 0 of none
  float (*loudest)(const float* x, uint32_t n);

  /// Greatest of n numbers
  float (*greatest)(const float* x, uint32_t n);

  /// For each gain, sum_c rho((level - ln(others + gain shape + least))
  /// weight), Huber's rho; ln within 4e-6
  void (*misfits)(const EchoicMisfit* m,
                  const float*        others,
                  const float*        shape,
                  const float*        gains,
                  uint32_t            n_gains,
                  float*              costs);

  /// c[i][j] += sum over ECHOIC_OUTER_ROWS rows of z[r][i] z[r][j], j <= i, to
  /// the same bits for any set; what of c is above the diagonal is undefined
  void (*outer)(const float* z, uint32_t n, float* c);

  /// Sums of x and of x x, [2]
  void (*moments)(const float* x, uint32_t n, float* sums);

  /// y = w x / sqrt(x . x + more), 0 if that is 0
  void (
    *norm)(const float* x, const float* w, float more, float* y, uint32_t n);

  /**
     y_k = sum_r x_(k + r) . t_r: rows against rows that slide along them.

     @param x [n_places + n_rows - 1][n_cols], rows `apart`.
     @param t [n_rows][n_cols].
     @param y [n_places].
  */
  void (*slide)(const float* x,
                size_t       apart,
                const float* t,
                uint32_t     n_rows,
                uint32_t     n_cols,
                float*       y,
                uint32_t     n_places);

  /// Add to sums [3] those of y, y y and heard y, y = softplus(level + gain -
  /// gate) within 2e-5
  void (*expected)(const EchoicExpected* e, float* sums);

  /// Number n / 2 of n finite ones in their order; writes up to
  /// ECHOIC_MOST_LANES more behind them
  float (*median)(float* x, uint32_t n);

  /// h = a h + g b, y = c . h, each element with its own a
  void (*fade_each)(const EchoicMemories* m);

  /// The same, each row with one a
  void (*fade_all)(const EchoicMemories* m);

  /**
     Complex h = h + a h + g b, y = c . h for n_cols / 2 numbers a row.

     Re a twice in `a`, -Im a and Im a in `im`; `c` holds Re c and -Im c for the
     real part of a product.
  */
  void (*resonate)(const EchoicMemories* m);

  /// margin_r = bound of w_r . x, plus b_r; [n_rows], room for a whole panel
  void (*screen)(const EchoicScreen*      s,
                 const EchoicScreenInput* input,
                 float*                   margin);

  /**
     Find the numbers above `least` and what is before, and not below what is
     after.

     @param at [n] Set to where they are.
     @return How many there are.
  */
  uint32_t (*tops)(const float* before,
                   const float* now,
                   const float* after,
                   float        least,
                   uint32_t     n,
                   uint32_t*    at);

  /// z = x y
  void (*multiply)(const float* x, const float* y, float* z, uint32_t n);

  /// z = x where |x| < most, 0 where it isn't or is no number
  void (*clean)(const float* x, float most, float* z, uint32_t n);

  /// y = x / 32768
  void (*from_shorts)(const int16_t* x, float* y, size_t n);

  /// y = W x; x, of finite numbers, ends `width` after the last that counts
  void (*banded)(const EchoicBanded* m, const float* x, float* y);

  /// Sum of squares before each chunk of samples, and of all; [n_chunks + 1]
  void (*energies)(const float* x, uint32_t n_chunks, double* up_to);

  /// y = factor after / before; return the greatest
  double (*rises)(const EchoicRise* r, double* y, uint32_t n);

  /// level = ln(energy + least) of frames [n_frames][n], and the greatest of
  /// each
  void (*levels)(const float* energy,
                 float        least,
                 float*       level,
                 float*       greatest,
                 uint32_t     n,
                 uint32_t     n_frames);

  /// Count the bits in which n <= 31 words differ from what begins at each bit
  /// of two others; [64]
  void (*differ_each)(const uint64_t* words,
                      const uint64_t* first,
                      const uint64_t* second,
                      uint32_t        n,
                      uint16_t*       n_differ);

  /// The same at one bit, for any number of words
  uint32_t (*differ_at)(const uint64_t* words,
                        const uint64_t* first,
                        const uint64_t* second,
                        uint32_t        n,
                        uint32_t        bit);

  /// d_m = (x_3m + x_(3m+1)) + x_(3m+2); d [64]
  void (*sum_threes)(const float* x, float* d);

  /// Bits, the first the lowest: 1 where d_m + d_(m+2) > 2 d_(m+1); d [66]
  uint64_t (*signs)(const float* d);

  /// Background, gate and flux of frames
  void (*gates)(const EchoicGates* g);

  /// Power of bins 0 .. N of 2 N samples, times twice a window unless that is
  /// null
  void (*fft_power)(const EchoicFftPlan* plan,
                    const float*         in,
                    const float*         window,
                    float*               power);

  /* Elementwise, in place */
  void (*exp)(float* x, uint32_t n);
  void (*log)(float* x, uint32_t n);
  void (*sigmoid)(float* x, uint32_t n);
  void (*tanh)(float* x, uint32_t n);
  void (*silu)(float* x, uint32_t n);
  void (*softplus)(float* x, uint32_t n);
  void (*relu)(float* x, uint32_t n);
  void (*gelu)(float* x, uint32_t n);
  void (*gelu_tanh)(float* x, uint32_t n);
  void (*softmax)(float* x, uint32_t n);
} EchoicKernels;

/// Return the set in use
ECHOIC_RT const EchoicKernels*
echoic_kernels(void);

/**
   Use a set, or the best one if `name` is null.  For tests and measurements:
   nothing that was prepared or is running may be used further.

   @param name portable, sse2, avx2, avx512 or neon.
   @return False if this processor, or this build, doesn't have it.
*/
ECHOIC_SETUP bool
echoic_kernels_force(const char* name);

/// Return the name of set `index`, best first, or null if there are no more
ECHOIC_SETUP const char*
echoic_kernels_name(uint32_t index);

/// Return the greater number by one instruction, which fmaxf() isn't
static inline ECHOIC_RT float
echoic_greater(const float a, const float b)
{
  return a > b ? a : b;
}

#endif // ECHOIC_KERNELS_H
