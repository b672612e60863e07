// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_LESSONS_H
#define ECHOIC_HOST_LESSONS_H

#include "dsp/echoic.h"
#include "dsp/model.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   From stretches of a recording to clips and marks of a model.

   Every example and counter-example brings ECHOIC_CONTEXT_S of what is heard
   before and after it; where these contexts overlap or touch, they are one
   clip.  Background is taken as it is.  Clips begin on the frame grid of the
   file, so that the same sound gives the same levels as in the engine.

   Any one thread; no state is shared.
*/

#define ECHOIC_LESSON_MAX_S 600.0 ///< Longest clip; background is cut to it

/// A stretch of a recording that a user said something about
typedef struct {
  EchoicMarkKind kind;
  const char*    sound;   ///< Name; null for background
  double         start_s; ///< In the file
  double         end_s;   ///< INFINITY: the end of the file
  bool           exact; ///< The stretch is the sound; else it is searched in it

  /* What was found, set by echoic_lessons_add(). */
  double found_start_s; ///< In the file
  double found_end_s;
  double given_s;  ///< Length of what it was searched in
  float  peak_db;  ///< dB full scale
  float  level_db; ///< Of its first 0.1 s
  float  floor_db; ///< Level around the sound in the stretch, -120 if `exact`
  float  attack_s; ///< From the start found, see EchoicMark
  float  rise_db;
  bool   clipped;  ///< Three or more samples in a row at full scale
  bool   paused;   ///< There are pauses inside it, unless `exact`
  EchoicMark mark; ///< Its attack and waveform, as a model keeps them
} EchoicMarked;

/**
   Add the marked stretches of one recording to a model.

   Call echoic_model_begin() before and echoic_teach() after.  Sounds that the
   model hasn't yet are added in the order of `marked`.

   @param path File, or "-".
   @param raw Null, or the format of raw PCM, see echoic_audio_open().
   @param channel From 0, or ECHOIC_CHANNEL_MIX.
   @param marked [n_marked] Any order, may overlap.

   @return Not ECHOIC_OK and `error` (path, seconds, what would be right) if the
   file can't be read or a stretch is empty, reversed, outside of the file,
   silent or too long.  The model may then hold a part: work on a copy.
*/
EchoicStatus
echoic_lessons_add(EchoicModel*  model,
                   const char*   path,
                   const char*   raw,
                   int           channel,
                   EchoicMarked* marked,
                   uint32_t      n_marked,
                   EchoicError*  error);

#endif // ECHOIC_HOST_LESSONS_H
