// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_MATCH_H
#define ECHOIC_MATCH_H

#include "dsp/arena.h"
#include "dsp/echoic.h"
#include "dsp/features.h"
#include "dsp/model.h"

#include <stdbool.h>
#include <stdint.h>

/**
   The second look: is it really like one of the examples?

   The linear score of the memory finds candidates.  Each is compared with the
   examples themselves, frame by frame and band by band, as they would look in
   the present background.  With X, L and R as in features.h, an example's
   levels L_t and features X_t over its span (from two frames before the
   onset), and the same stretch before the candidate, shifted by up to a
   quarter of the span to where NCC(X, X_t) is best:

       g = median of L - L_t over the loudest tenth of L_t    gain
       Y = ln(1 + exp(L_t + g - R))                           example, here
       q = max over examples of NCC(X, Y)

   NCC is the normalised cross-correlation of what differs from the mean.
   Spans longer than 64 frames are compared at every second frame or fewer.
*/

#define ECHOIC_MATCH_BEFORE 2U ///< Frames before the onset

/// What was heard, frame by frame: a ring, or a whole clip
typedef struct {
  uint32_t mask;  ///< Frames - 1 of a ring, UINT32_MAX for a clip
  uint64_t n;     ///< Frames heard
  float*   level; ///< [frames][ECHOIC_N_BANDS] L
  float*   gate;  ///< [frames][ECHOIC_N_BANDS] R
  float*   above; ///< [frames][ECHOIC_N_BANDS] X
} EchoicHistory;

/// Append the frame that `features` has just made
ECHOIC_RT void
echoic_history_add(EchoicHistory*        history,
                   const EchoicFeatures* features,
                   const float*          above);

/// The examples of one sound
typedef struct {
  uint32_t  n_examples;
  uint32_t  n_frames; ///< Frames compared of each
  uint32_t  stride;   ///< Frames from one to the next
  uint32_t  n_hot;    ///< Loudest cells of each
  float*    level;    ///< [n_examples][n_frames][ECHOIC_N_BANDS] L_t
  float*    above;    ///< The same of X_t, minus its mean
  uint32_t* hot;      ///< [n_examples][n_hot] Cells
  float*    energy;   ///< [n_examples] Sum of squares of `above`
  float*    scratch;  ///< [n_frames][ECHOIC_N_BANDS] and n_hot
} EchoicTemplates;

/// Return the arena bytes for the examples of a sound
ECHOIC_SETUP size_t
echoic_templates_bytes(const EchoicModel* model, uint32_t sound, double span_s);

/// Take the examples of a sound out of a model's clips; false if no space
ECHOIC_SETUP bool
echoic_templates_prepare(const EchoicModel* model,
                         uint32_t           sound,
                         double             span_s,
                         uint32_t           n_bands,
                         EchoicArena*       arena,
                         EchoicTemplates*   templates);

/**
   Compare what was heard from frame `onset` on with the examples.

   @param without Example to leave out, UINT32_MAX for none.
   @return q, -1 to 1.
*/
ECHOIC_RT float
echoic_match(const EchoicTemplates* templates,
             const EchoicHistory*   history,
             int64_t                onset,
             uint32_t               without);

/**
   Join score and match: s^(2/3) ((q - 0.2) / (c - 0.2))^(1/3).

   The ratio is limited to 0.05..1.2: a score of 1 with a match of c gives 1, a
   better match can't help much, and none at all costs two thirds.

   @param usual c, the match of an example with the others, above 0.2.
*/
ECHOIC_RT float
echoic_match_fuse(float score, float match, float usual);

#endif // ECHOIC_MATCH_H
