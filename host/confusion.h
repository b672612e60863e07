// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_CONFUSION_H
#define ECHOIC_HOST_CONFUSION_H

#include "dsp/echoic.h"
#include "host/score.h"
#include "host/summary.h"

#include <stddef.h>

/**
   What was detected where what was annotated.

   On the diagonal are correct detections.  A false alarm is counted where its
   onset is within the tolerance of an annotation of another label (the
   nearest), else in the last row, `nothing`; the last column counts what was
   missed.
*/
typedef struct {
  EchoicNames labels;
  size_t*     counts; ///< [labels.n + 1][labels.n + 1]
} EchoicConfusion;

/// Count, for one condition
EchoicStatus
echoic_confusion(const EchoicScore* score,
                 const char*        condition,
                 EchoicConfusion*   confusion);

/// Free what `confusion` owns
void
echoic_confusion_clear(EchoicConfusion* confusion);

#endif // ECHOIC_HOST_CONFUSION_H
