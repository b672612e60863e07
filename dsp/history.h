// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HISTORY_H
#define ECHOIC_HISTORY_H

#include "dsp/arena.h"
#include "dsp/echoic.h"
#include "dsp/features.h"

#include <stdbool.h>
#include <stdint.h>

/**
   What was heard, frame by frame: a ring, or a whole clip.

   L, R and X as in features.h.  A ring holds every frame twice, a ring's length
   apart, so that any stretch of it lies in one piece.
*/
typedef struct {
  uint32_t mask;  ///< Frames - 1 of a ring, UINT32_MAX for a clip
  uint64_t n;     ///< Frames heard
  float*   level; ///< [frames][ECHOIC_N_BANDS] L
  float*   gate;  ///< [frames][ECHOIC_N_BANDS] R
  float*   above; ///< [frames][ECHOIC_N_BANDS] X
  float*   sums;  ///< [frames][2] Of X and of its squares
} EchoicHistory;

/// Return the arena bytes for so many frames, a power of two for a ring
ECHOIC_SETUP size_t
echoic_history_bytes(uint32_t n_frames, bool is_ring);

/// Make an empty history; false if no space
ECHOIC_SETUP bool
echoic_history_prepare(EchoicHistory* history,
                       uint32_t       n_frames,
                       bool           is_ring,
                       EchoicArena*   arena);

/// Append the frames that `features` has just made
ECHOIC_RT void
echoic_history_add(EchoicHistory* history, const EchoicFeatures* features);

/// Rows of ECHOIC_N_BANDS numbers
typedef struct {
  const float* first;
  size_t       apart; ///< From one row to the next, in numbers
} EchoicHeardRows;

/**
   Return frames `first`, `first` + `stride`, ... of one of the arrays.

   A frame that isn't remembered is the nearest one that is.

   @param of `level`, `gate` or `above`.
   @param space [n_rows][ECHOIC_N_BANDS] Used if there are such frames.
*/
ECHOIC_RT EchoicHeardRows
echoic_history_rows(const EchoicHistory* history,
                    const float*         of,
                    int64_t              first,
                    uint32_t             stride,
                    uint32_t             n_rows,
                    float*               space);

/**
   Sum up X over windows of `n_rows` such frames: the first window begins at
   frame `first`, each further one `stride` frames later.

   @param sum [n_windows] Set to the sums of X.
   @param energy [n_windows] Set to the sums of squares of what differs from the
   mean.
*/
ECHOIC_RT void
echoic_history_sums(const EchoicHistory* history,
                    int64_t              first,
                    uint32_t             stride,
                    uint32_t             n_rows,
                    uint32_t             n_windows,
                    float*               sum,
                    float*               energy);

#endif // ECHOIC_HISTORY_H
