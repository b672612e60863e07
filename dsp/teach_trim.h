// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TEACH_TRIM_H
#define ECHOIC_TEACH_TRIM_H

#include "dsp/echoic.h"
#include "dsp/teach_envelope.h"

#include <stdbool.h>
#include <stddef.h>

/**
   Where a sound begins and ends inside an example of it.  All set-up, heap.

   Of what was heard just now it is the loudest stretch: from its peak it goes
   on to both sides until there is a pause.

   When somebody says that it has just gone, it is that, too, if it stands by
   itself.  It doesn't if another begins in the 0.5 s before it, no more than
   26 dB softer, and nothing is that soft for 0.25 s from 0.7 s before it until
   then.  Then it is the last that begins, by 5 dB of J (see below), 0.15 to
   0.3 s before, in which most react; or, if none does, 0.09 to 0.85 s before.
   It goes on from its peak in the first 0.1 s until there is a pause, or
   something begins by as much, 50 ms after it at least; no longer than the
   loudest stretch if that ends so long after it.

   Of what somebody marked it is all that was meant, pauses included, without
   the margins.  It begins where its onset is clearest,

       J(t) = 10 log10((A(t) + e) / (B(t) + e))    dB

   with A the mean energy of the 10 ms from t on, B of the 30 ms before t, e a
   millionth of the highest of 1 ms; taken of the samples and of their second
   difference over 1 / 44100 s, which hears what is bright, and the mean of
   both.  That is sought in the first 8 ms of the mark, where 14 dB are enough,
   and else in the first 45 % of what isn't surroundings, 0.3 s at most.  A
   sound that swells begins earlier, where it rises from silence.  What begins
   in the last 0.15 s, after the sound has sunk by 20 dB, and is cut off by the
   end of the mark, is the next one.
*/

#define ECHOIC_PAUSE_S 0.08 ///< Longest pause inside a sound, usually

/// Where the sound is inside an example
typedef struct {
  size_t onset; ///< First sample
  size_t end;   ///< Sample after the last
  float  peak_db;
  float  floor_db; ///< Level of what surrounds it
  bool   clipped;  ///< Three or more samples in a row at full scale
  bool   paused;   ///< There are pauses inside it, longer than ECHOIC_PAUSE_S
} EchoicTrim;

/**
   Find the loudest stretch of an example.

   @param pause_s Longest pause inside a sound, ECHOIC_PAUSE_S usually.
   @return ECHOIC_NOT_FOUND if there is nothing but silence.
*/
ECHOIC_SETUP EchoicStatus
echoic_trim(const EchoicExample* example, double pause_s, EchoicTrim* trim);

/**
   Find the sound that has just gone at the end of an example.

   Levels and clipping are those of what is loudest there, whichever is found.

   @param first Sample from which it is likely to be heard, to before `last`.
   @return ECHOIC_NOT_FOUND if there is nothing but silence.
*/
ECHOIC_SETUP EchoicStatus
echoic_trim_gone(const EchoicExample* example,
                 size_t               first,
                 size_t               last,
                 EchoicTrim*          trim);

/**
   Find the sound that somebody marked.

   @param pause_s Longest pause before its peak; after it a fifth of the mark,
   but no more than this, nor less than ECHOIC_PAUSE_S.
   @return ECHOIC_NOT_FOUND if there is nothing but silence.
*/
ECHOIC_SETUP EchoicStatus
echoic_trim_marked(const EchoicExample* example,
                   double               pause_s,
                   EchoicTrim*          trim);

/**
   Find the sound that begins about a point.

   It begins at the largest J(t) - 12 ((t - point) / 40 ms)^2 within 40 ms, if
   that is 6 dB or more, else at the point, or at the largest J after it if
   there is silence at the point.  It goes on from its peak in the first 0.1 s
   until there is a pause.

   @param n_early Samples from the first to the point.
   @return ECHOIC_NOT_FOUND if there is nothing but silence.
*/
ECHOIC_SETUP EchoicStatus
echoic_trim_point(const EchoicExample* example,
                  size_t               n_early,
                  EchoicTrim*          trim);

#endif // ECHOIC_TEACH_TRIM_H
