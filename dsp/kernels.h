// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_KERNELS_H
#define ECHOIC_KERNELS_H

#include "dsp/echoic.h"

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
#define ECHOIC_FFT_STAGES 6U  ///< At most, of radix 8 and 4

/// A matrix as the kernels read it
typedef struct {
  uint32_t n_out;
  uint32_t n_in;
  float*   panels; ///< [ceil(n_out / PANEL)][n_in][PANEL], ends with zeros
  float*   bias;   ///< [n_out], ends with zeros like the panels
} EchoicPanels;

/// A stage of a transform of n points, s of them side by side
typedef struct {
  uint32_t     radix;   ///< r, 8 or 4
  uint32_t     stride;  ///< s
  uint32_t     n_turns; ///< n / r
  const float* turns;   ///< [n / r][r - 1][2] exp(-2 pi j k p / n), k = 1 ..
} EchoicFftStage;

#define ECHOIC_ENERGY_CHUNK 8U ///< Samples
#define ECHOIC_OUTER_ROWS 8U   ///< Of which outer products are added at once

#define ECHOIC_BAND_STEP 16U ///< Numbers
#define ECHOIC_BAND_ROWS 8U  ///< Bands at once

/// A matrix whose rows, bands, are zero but for a few numbers in one piece
typedef struct {
  uint32_t        n_rows;  ///< Whole groups of bands, which may end with zeros
  uint32_t        n_in;    ///< Numbers of the input that count
  const uint32_t* first;   ///< [n_rows] Input of a row's first number
  const uint32_t* width;   ///< [n_rows / ROWS] Numbers, of whole steps
  const float*    weights; ///< Of a group: [width / STEP][ROWS][STEP]
} EchoicBanded;

/// Plan of a complex transform of N points that makes a real one of 2 N
typedef struct {
  uint32_t       n_complex; ///< N, at least 64
  uint32_t       n_lanes;   ///< L, of which N / L is a multiple
  uint32_t       n_stages;  ///< Of N / L points
  EchoicFftStage stages[ECHOIC_FFT_STAGES];
  const float*   lane_turns; ///< [N / L / L][L - 1][2][L] exp(-2 pi j l k / N)
  const float*   turn[2];    ///< [N / 2 + 1] exp(-2 pi j i / 2 N), Re and Im
  uint32_t       n_bins;     ///< That are asked for, N + 1 at most
  float*         work[2];    ///< [2 N]
} EchoicFftPlan;

/// Complex numbers that turn and take in; all [n], real and imaginary part in
/// turn
typedef struct {
  uint32_t     n;
  float*       h;
  const float* re; ///< Re a twice
  const float* im; ///< -Im a and Im a
  const float* g;  ///< Twice
} EchoicTurns;

#define ECHOIC_RECOGNISER_COLS 16U ///< Numbers that a sound remembers

/// Sounds, each with a memory of its own that is read out by a row of weights
typedef struct {
  EchoicPanels write; ///< [n_sounds * COLS][n_in]
  EchoicTurns  turns; ///< [n_sounds * COLS]
  uint32_t     n_sounds;
  const float* weight; ///< [n_sounds][COLS]
  const float* bias;   ///< [n_sounds]
} EchoicRecogniser;

/// Rows of a memory, what fades them, goes in and reads them out
typedef struct {
  uint32_t     n_rows;
  uint32_t     n_cols;
  float*       h;  ///< [n_rows][n_cols]
  const float* a;  ///< [n_rows][n_cols] or, for fade_all, [n_rows]
  const float* im; ///< For resonate, [n_rows][n_cols]
  const float* g;  ///< [n_rows]
  const float* b;  ///< [n_cols] or, for resonate, [n_rows][n_cols]
  const float* c;  ///< As b
  float*       y;  ///< [n_rows]
} EchoicMemories;

/// Rows rounded to whole numbers, with what bounds their error (dsp/bank.h)
typedef struct {
  uint32_t n_rows;
  uint32_t n_cols;
  int8_t*  weight; ///< [ceil(n_rows / PANEL)][ceil(n_cols / 2)][PANEL][2]
  float*   step;   ///< [n_rows] s; these end with zeros like the panels
  float*   own;    ///< [n_rows] |w|
  float*   lost;   ///< [n_rows] |e|
  float*   bias;   ///< [n_rows]
  int16_t* input;  ///< [ceil(n_cols / 2)][2] p, ends with a zero
} EchoicScreen;

/// An input rounded to whole numbers
typedef struct {
  float step;  ///< t
  float lost;  ///< |d| and what rounding can add
  float whole; ///< |t p| at most
  float least; ///< Added to the bound
} EchoicScreenInput;

/// What an example would be in a background, next to what was heard there
typedef struct {
  uint32_t     n_rows;
  uint32_t     n_cols;
  const float* level; ///< [n_rows][n_cols]
  float        gain;  ///< Added to them
  const float* gate;  ///< [n_rows][n_cols], rows `apart`
  const float* heard; ///< The same
  size_t       apart;
} EchoicExpected;

/// Energies of chunks of samples from `first` to `last`, sums before a chunk,
/// and of those a chunk further each
typedef struct {
  const double* first;
  const double* last;
} EchoicEnergySpan;

/// How much louder it is after places than before them; all [n]
typedef struct {
  const double*    factor;
  EchoicEnergySpan after;
  EchoicEnergySpan before;
  double           quiet_after; ///< Added to the energies
  double           quiet_before;
} EchoicRise;

/// Levels of frames, and what becomes of them (dsp/features.h)
typedef struct {
  uint32_t     n;
  uint32_t     n_frames;
  uint32_t     lag;    ///< Frames
  bool         begins; ///< Those before the first are like it
  float        over;   ///< The background
  const float* floor;  ///< [n_frames]
  const float* follow; ///< [n_frames]
  const float* level;  ///< [n_frames][n]
  float*       noise;  ///< [n]
  float*       gate;   ///< [n_frames][n]
  float*       above;  ///< [lag + n_frames][n] From `lag` frames before on
  float*       out;    ///< [n_frames][2 n]
} EchoicGates;

#define ECHOIC_MISFIT_MOST 48U ///< Numbers

/// What energies are compared with (dsp/strike_fit.h); all [n]
typedef struct {
  uint32_t     n; ///< A multiple of 16
  float        least;
  float        knee;
  const float* level;
  const float* weight;
} EchoicMisfit;

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

  /**
     c[i][j] += sum over ECHOIC_OUTER_ROWS rows of z[r][i] z[r][j], for j <= i.

     The same bits for vectors of any width.

     @param z [ECHOIC_OUTER_ROWS][n].
     @param c [n][n]; what is above the diagonal may be overwritten.
  */
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
