// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TEACH_TRIM_PARTS_H
#define ECHOIC_TEACH_TRIM_PARTS_H

#include "dsp/teach_envelope.h"
#include "dsp/teach_trim.h"

#include <stddef.h>

/* What both ways to find a sound inside an example share, see teach_trim.h. */

/// Blocks at one edge of an example that don't belong to the sound
typedef struct {
  size_t n_blocks; ///< 0 if all of it does, or may
  float  db;
} EchoicSurroundings;

/// What decides where a sound begins and ends
typedef struct {
  size_t             peak; ///< Loudest block
  EchoicSurroundings before;
  EchoicSurroundings after;
} EchoicLevels;

/// Find the peak of an example, and what surrounds it
ECHOIC_SETUP EchoicLevels
echoic_levels_find(const EchoicEnvelope* e);

/// Walk from block `from` in direction `step` to the last one that belongs:
/// after it there is a longer pause
ECHOIC_SETUP size_t
echoic_walk(const float* power,
            size_t       n_blocks,
            size_t       from,
            int          step,
            size_t       pause,
            float        least_db);

/// Find the end, smoothly so that noise isn't followed, then to the block
ECHOIC_SETUP size_t
echoic_find_end(const EchoicEnvelope* e,
                size_t                peak,
                size_t                pause,
                float                 least_db);

/// Return the level below which there is a pause before a peak
ECHOIC_SETUP float
echoic_least_before(const EchoicEnvelope* e,
                    const EchoicLevels*   l,
                    size_t                peak);

/// Return the level below which there is a pause after a peak
ECHOIC_SETUP float
echoic_least_after(const EchoicEnvelope* e, const EchoicLevels* l, size_t peak);

/// Return the block from which a sound goes on to its peak
ECHOIC_SETUP size_t
echoic_find_onset(const EchoicEnvelope* e, const EchoicLevels* l, size_t pause);

/// Fill in what was found, from block `onset` to before block `stop`
ECHOIC_SETUP EchoicStatus
echoic_trim_finish(const EchoicExample* x,
                   EchoicEnvelope*      e,
                   const EchoicLevels*  l,
                   size_t               onset,
                   size_t               stop,
                   EchoicTrim*          trim);

#endif // ECHOIC_TEACH_TRIM_PARTS_H
