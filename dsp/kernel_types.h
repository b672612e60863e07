// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_KERNEL_TYPES_H
#define ECHOIC_KERNEL_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the kernels (kernels.h) are given. */

#define ECHOIC_FFT_STAGES 6U ///< At most, of radix 8 and 4

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

#endif // ECHOIC_KERNEL_TYPES_H
