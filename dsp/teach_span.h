// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TEACH_SPAN_H
#define ECHOIC_TEACH_SPAN_H

#include "dsp/echoic.h"
#include "dsp/model.h"

#include <stdint.h>

/**
   How long to listen before deciding: the span of a sound.

   T is the time after the onset at which the running sum of sqrt(sum_b E_b)
   has reached 70 % of its total over the example, 0.04 to 1 s; of several
   examples the median; at most model->max_span_s unless that is 0.

   @param marks [n_marks] Examples of one sound.
*/
ECHOIC_SETUP double
echoic_span(const EchoicModel*       model,
            const EchoicMark* const* marks,
            uint32_t                 n_marks);

/// Return the memory's duration in frames for a span: a 1/4 octave grid of
/// seconds, so that sounds of like length share the work of teaching
ECHOIC_SETUP double
echoic_span_memory(double span_s);

#endif // ECHOIC_TEACH_SPAN_H
