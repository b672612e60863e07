// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TEACH_RATE_H
#define ECHOIC_TEACH_RATE_H

#include "dsp/echoic.h"
#include "dsp/teach_scores.h"

#include <stdbool.h>
#include <stdint.h>

/**
   How often a score exceeds a threshold by chance.

   The candidates of a lesson over everything heard outside of its examples,
   clean and in noise, below 0.7 of what the sound itself scores (above, it
   may be the sound, unmarked), are taken to have an exponential tail: with r
   candidates an hour, median u, upper quartile v and beta = (v - u) / ln 2 (a
   quarter of them may be the sound, and do no harm; as if for 5 more beta had
   been 0.08, so that seconds of background aren't taken for hours),

       expected(theta) = r / 2 exp(-(theta - u) / beta)

   Without any candidate that rests on how much was heard: of less than 5 s of
   sound nothing follows.
*/
typedef struct {
  double peaks_per_hour; ///< r
  double middle;         ///< u
  double scale;          ///< beta
  bool   is_known;       ///< It rests on something
} EchoicRate;

/// Measure the rate for a lesson, of whose calibration `match` and `positive`
/// are known
ECHOIC_SETUP EchoicStatus
echoic_rate_measure(const EchoicScores*      scores,
                    uint32_t                 lesson,
                    const EchoicCalibration* calibration,
                    EchoicRate*              rate);

/// Return the false alarms to be expected in an hour above `threshold`
ECHOIC_SETUP double
echoic_rate_expected(const EchoicRate* rate, double threshold);

/// Return the threshold at which `per_hour` false alarms are to be expected
ECHOIC_SETUP double
echoic_rate_threshold(const EchoicRate* rate, double per_hour);

#endif // ECHOIC_TEACH_RATE_H
