// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_LESSON_H
#define ECHOIC_LESSON_H

#include "dsp/echoic.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   From samples to what a model keeps of them: where the sound is, how loud,
   where its attack is, and mel energies.  All set-up, heap.
*/

/// Samples of one channel, in memory
typedef struct {
  const float* samples; ///< [n]
  size_t       n;
  double       rate_hz;
} EchoicPassage;

/// A sound that was found in a passage
typedef struct {
  size_t onset; ///< First sample
  size_t end;   ///< Sample after the last
  float  peak_db;
  float  floor_db; ///< Level of what surrounds it, -120 if it isn't searched
  float  attack_s; ///< From the onset to the attack, see attack.h
  float  rise_db;  ///< Of the attack, 0 if there is none
  bool   clipped;  ///< Three or more samples in a row at full scale
  bool   paused;   ///< There are pauses inside it, if it is marked
} EchoicLesson;

/// What a stretch that is given as an example is
typedef enum {
  ECHOIC_GIVEN_EXACTLY, ///< The sound as it is
  ECHOIC_GIVEN_MARKED,  ///< All of it, with margins, see echoic_trim_marked()
  ECHOIC_GIVEN_HEARD,   ///< The loudest of it, see echoic_trim()
  ECHOIC_GIVEN_GONE     ///< What has just gone when the passage ends, which is
                        ///< likely to be this, see echoic_trim_gone()
} EchoicGiven;

/**
   Find the sound from sample `first` to before `last`.

   Unless it is given exactly it begins with its attack, if there is one that
   rises by ECHOIC_LEAST_RISE_DB: in music the beginning of what rises above the
   rest is less certain.

   @param pause_s Longest pause inside it.
   @return ECHOIC_NOT_FOUND if there is nothing but silence.
*/
ECHOIC_SETUP EchoicStatus
echoic_lesson_find(const EchoicPassage* passage,
                   size_t               first,
                   size_t               last,
                   EchoicGiven          given,
                   double               pause_s,
                   EchoicLesson*        lesson);

/// Return the peak of its first 0.1 s, dB full scale, as events have it: for
/// their velocity it must be the same stretch
ECHOIC_SETUP float
echoic_lesson_level_db(const EchoicPassage* passage,
                       const EchoicLesson*  lesson);

/// Return the sample of the attack: the onset if there is none
ECHOIC_SETUP size_t
echoic_lesson_attack(const EchoicLesson* lesson, double rate_hz);

/**
   Compute mel energies, see EchoicMel.

   Frames are centred from the first sample to the last; before and after the
   samples there is silence.

   @param n_skipped Frames before the first that is kept.
   @param energies Set to [n_frames][ECHOIC_N_BANDS], to be freed with free().

   @return ECHOIC_BAD_ARG if there isn't one frame.
*/
ECHOIC_SETUP EchoicStatus
echoic_lesson_energies(const EchoicPassage* passage,
                       uint32_t             n_skipped,
                       float**              energies,
                       uint32_t*            n_frames);

/// Where a clip begins so that its frames are those of the engine
typedef struct {
  double   start_s;   ///< Of the passage to read
  double   source_s;  ///< Of the first frame that is kept
  uint32_t n_skipped; ///< Frames, so that the first window is full
} EchoicClipStart;

/// Return the beginning of a clip that shall hold what is heard from `start_s`
ECHOIC_SETUP EchoicClipStart
echoic_lesson_start(double start_s);

#endif // ECHOIC_LESSON_H
