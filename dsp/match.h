// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_MATCH_H
#define ECHOIC_MATCH_H

#include "dsp/arena.h"
#include "dsp/echoic.h"
#include "dsp/history.h"
#include "dsp/kernels.h"
#include "dsp/model.h"

#include <stdbool.h>
#include <stdint.h>

/**
   The second look: is it really like one of the examples?

   The linear score of the memory finds candidates.  Each is compared with the
   examples themselves, frame by frame and band by band, as they would look in
   the present background.  With X, L and R as in features.h, an example's
   levels L_t and features X_t over a window (from two frames before the onset),
   and the same stretch before the candidate, shifted to where NCC(X, X_t) is
   best:

       g = median of L - L_t over the loudest tenth of L_t    gain
       Y = ln(1 + exp(L_t + g - R))                           example, here
       q = NCC(X, Y) min((v + 0.3) / v, 4)^(1/4)
       m = (q - 0.2) / 0.75, 0.03 at the least, 1.2 at the most

   NCC is the normalised cross-correlation of what differs from the mean; v is
   the variance of Y.  The less of an example stands out of the background, the
   less even the same sound can correlate with it: q makes up for half of that.

   There are two windows: the span up to the decision of the linear score,
   shifted by up to a quarter of it, and the whole sound (up to a second more),
   shifted like the span and one step to both sides.  The match is the largest
   product of both m of one example, among the two with the largest NCC(X, X_t).
   Where that sound begins is said by the span of that example, too: at the
   largest NCC(X, X_t) - 0.1 d^2, d from -1 to 1 the shift as part of the
   largest, between two frames as a parabola through three NCC has it, up to
   18 frames (0.1 s) from where it was expected.

   Windows longer than 64 frames are compared at every second frame or fewer.
*/

#define ECHOIC_MATCH_BEFORE 2U ///< Frames before the onset

#define ECHOIC_MATCH_FRAMES 64U ///< Of a window, at most
#define ECHOIC_MATCH_PLACES 33U ///< At which a window is tried, at most
#define ECHOIC_MATCH_ASIDE 18U  ///< Frames from where it is expected, at most
#define ECHOIC_MATCH_ROWS (ECHOIC_MATCH_FRAMES + ECHOIC_MATCH_PLACES - 1U)
#define ECHOIC_MATCH_HOT 256U ///< Loudest cells of a window, at most

/// Room for one comparison at a time
typedef struct {
  float stretch[ECHOIC_MATCH_ROWS * ECHOIC_N_BANDS];   ///< At all places
  float rows[2][ECHOIC_MATCH_FRAMES * ECHOIC_N_BANDS]; ///< At one
  float gains[ECHOIC_MATCH_HOT + ECHOIC_MOST_LANES];
  float sum[ECHOIC_MATCH_PLACES];    ///< Of X at a place
  float energy[ECHOIC_MATCH_PLACES]; ///< Of what of X differs from the mean
  float fits[ECHOIC_MATCH_PLACES];   ///< NCC(X, X_t) of an example
} EchoicMatchRoom;

/// One stretch of all examples of a sound
typedef struct {
  uint32_t  n_frames; ///< Frames compared of each
  uint32_t  stride;   ///< Frames from one to the next
  uint32_t  n_hot;    ///< Loudest cells of each
  float*    level;    ///< [n_examples][n_frames][ECHOIC_N_BANDS] L_t
  float*    above;    ///< The same of X_t, minus its mean
  uint32_t* hot;      ///< [n_examples][n_hot] Cells
  float*    energy;   ///< [n_examples] Sum of squares of `above`
} EchoicWindow;

/// The examples of one sound
typedef struct {
  uint32_t n_examples;
  uint32_t shift; ///< Frames to both sides of the onset that are searched
  float*   after; ///< [n_examples] Frames from the span's first to the onset
  EchoicWindow     span;
  EchoicWindow     whole;
  EchoicMatchRoom* room; ///< Shared with other sounds
} EchoicTemplates;

/// Which examples, and how much of them
typedef struct {
  const EchoicModel* model;
  uint32_t           sound;
  uint32_t           n_bands;
  double             span_s;
  double             length_s;
} EchoicTemplatesSpec;

/// Return the frames from where a sound of some span is expected to where it
/// may be said to begin, at most
ECHOIC_SETUP uint32_t
echoic_match_aside(double span_s);

/// Return the frames from the peak of the score to the end of the whole sound
ECHOIC_SETUP uint32_t
echoic_match_delay(double span_s, double length_s);

/// Return the arena bytes for the examples of a sound
ECHOIC_SETUP size_t
echoic_templates_bytes(const EchoicTemplatesSpec* spec);

/**
   Take the examples of a sound out of a model's clips; false if no space.

   @param room What all sounds of a thread may share.
*/
ECHOIC_SETUP bool
echoic_templates_prepare(const EchoicTemplatesSpec* spec,
                         EchoicMatchRoom*           room,
                         EchoicArena*               arena,
                         EchoicTemplates*           templates);

/**
   Compare what was heard from frame `onset` on with the examples.

   @param without Example to leave out, UINT32_MAX for none.
   @param is_over The whole sound has been heard; else its span counts twice.
   @param least Matches that can't exceed it aren't finished.
   @return The match, 0.0009 to 1.44, or `least` if it isn't larger.
*/
ECHOIC_RT float
echoic_match(const EchoicTemplates* templates,
             const EchoicHistory*   history,
             int64_t                onset,
             uint32_t               without,
             bool                   is_over,
             float                  least);

#define ECHOIC_MATCH_MOST 1.44F

#define ECHOIC_MATCH_NEAR 2U ///< Examples that are compared closely

/// An example at a place
typedef struct {
  uint32_t example;
  int64_t  first;     ///< Frame
  double   likeliest; ///< Frame, between others, at which it is likely to be
  float    fit;       ///< NCC(X, X_t)
  float    sum;       ///< Of X there
  float    energy;    ///< Of X there
} EchoicPlace;

/// A comparison that is taken in steps
typedef struct {
  int64_t     onset;     ///< As it is expected
  bool        is_placed; ///< A match was better than the least ...
  double      begins;    ///< ... and that sound begins at this frame
  uint32_t    without;
  bool        is_over;
  bool        is_whole; ///< Of the example `at`, its whole is next
  uint32_t    n_near;
  uint32_t    at;   ///< Next example
  float       like; ///< Of its span
  float       best; ///< The match so far
  EchoicPlace near[ECHOIC_MATCH_NEAR];
} EchoicMatching;

/// Begin to compare, as echoic_match() does at once
ECHOIC_RT void
echoic_match_begin(EchoicMatching* matching,
                   int64_t         onset,
                   uint32_t        without,
                   bool            is_over,
                   float           least);

/// Go on by one window of an example; return true when the match is there
ECHOIC_RT bool
echoic_match_step(const EchoicTemplates* templates,
                  const EchoicHistory*   history,
                  EchoicMatching*        matching);

/// Subtract the mean of n numbers; return the sum of their squares then
ECHOIC_RT float
echoic_match_centre(float* x, uint32_t n);

/// Join score and match: their product's cube root, 0 for a negative score
ECHOIC_RT float
echoic_match_fuse(float score, float match);

#endif // ECHOIC_MATCH_H
