// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_LIVE_H
#define ECHOIC_LIVE_H

#include "dsp/arena.h"
#include "dsp/detector.h"
#include "dsp/echoic.h"
#include "dsp/engine.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   A detector that can be exchanged while it listens.  Audio thread.

   Samples go into a ring (the pre-roll) and through the detector in use.  A new
   detector is offered by echoic_live_offer().  It first hears up to 4 s of the
   ring, at four times the speed of the sound, until it has caught up at a
   sample S.  From then on both listen: onsets before S are the old one's,
   onsets from S on the new one's, and one within 30 ms of S that both find is
   reported once, and not at all lost if either does.  When the old one has
   decided all before S it is let go, to be freed by the worker.  Of a sound
   whose slot is empty in the newest one nothing is reported any more.

   With a detector from the first sample on, events are those of an engine
   alone, to the bit, however the samples are split.  Times are samples since
   the reset.  Cost: that of the detector, up to five times that for a second
   after an exchange.
*/
typedef struct EchoicLiveImpl EchoicLive;

/// Samples that were heard, for whoever teaches; read by the worker
typedef struct {
  const float*            samples; ///< [mask + 1] Ring
  uint64_t                mask;
  uint64_t                now;     ///< Samples heard when this was taken
  const _Atomic uint64_t* written; ///< Samples so far, as it goes on; null if
                                   ///< it doesn't
} EchoicPreroll;

typedef struct {
  double rate_hz;
  double preroll_s; ///< Of the ring at least, up to 60
} EchoicLiveSpec;

/// Return the arena bytes, 0 if the rate or the pre-roll is out of range
ECHOIC_SETUP size_t
echoic_live_bytes(const EchoicLiveSpec* spec);

/// Make one without a detector
ECHOIC_SETUP EchoicStatus
echoic_live_prepare(const EchoicLiveSpec* spec,
                    EchoicArena*          arena,
                    EchoicLive**          live);

/// Back to the start: nothing heard, no event pending; the newest detector
/// stays
ECHOIC_RT void
echoic_live_reset(EchoicLive* live);

/// Reset, and let go all detectors: collect them to free them
ECHOIC_RT void
echoic_live_clear(EchoicLive* live);

/**
   Take a detector over from the worker.

   One that still catches up, or waits for its turn, is replaced by a newer one.

   @return False if too many wait to be collected: collect, and offer again.
*/
ECHOIC_RT bool
echoic_live_offer(EchoicLive* live, EchoicDetector* detector);

/// Return a detector that isn't needed any more, to be freed, or null
ECHOIC_RT EchoicDetector*
echoic_live_collect(EchoicLive* live);

/// Return the newest detector, or null
ECHOIC_RT EchoicDetector*
echoic_live_detector(const EchoicLive* live);

/// Decide early or not, see echoic_engine_set_early(); also in detectors to
/// come
ECHOIC_RT void
echoic_live_set_early(EchoicLive* live, bool early);

/// Use the short window or not, see echoic_engine_set_short(); also in
/// detectors to come
ECHOIC_RT void
echoic_live_set_short(EchoicLive* live, bool is_short);

/// Tune the sound in a slot, see echoic_engine_tune(); also in those to come
ECHOIC_RT void
echoic_live_tune(EchoicLive* live, uint32_t slot, const EchoicTuning* tuning);

/// Return the detector whose event or frame is being reported, else the newest
ECHOIC_RT const EchoicDetector*
echoic_live_source(const EchoicLive* live);

/// Return the most samples by which a decision comes after its onset
ECHOIC_RT uint64_t
echoic_live_max_delay(const EchoicLive* live);

/// Hear `n_samples` samples, any number; events as by echoic_engine_process()
ECHOIC_RT void
echoic_live_process(EchoicLive*       live,
                    const float*      in,
                    uint32_t          n_samples,
                    const EchoicSink* sink);

/// Say that the sound has ended: decide all that is pending, then reset
ECHOIC_RT void
echoic_live_finish(EchoicLive* live, const EchoicSink* sink);

/**
   Return whether the scores of a frame tell of sound.

   A model has a score for the flat spectrum that silence is to it, which nobody
   wants to see.  What was heard counts until all of it is decided.

   @param energies [ECHOIC_N_BANDS] Of the frame, see EchoicFrame.
*/
ECHOIC_RT bool
echoic_live_is_heard(EchoicLive* live, const float* energies);

/// Return the samples heard since the reset
ECHOIC_RT uint64_t
echoic_live_now(const EchoicLive* live);

/**
   Return the ring as it is now.

   The worker copies out of it what isn't older than the pre-roll minus a
   second: the rest is being overwritten.
*/
ECHOIC_RT EchoicPreroll
echoic_live_preroll(const EchoicLive* live);

/**
   Copy samples from `start` to before `end`, while the ring is written.

   @param to [end - start]
   @return False if they were overwritten meanwhile: a host that renders faster
   than the sound may be as late as that.
*/
ECHOIC_SETUP bool
echoic_preroll_copy(const EchoicPreroll* preroll,
                    uint64_t             start,
                    uint64_t             end,
                    float*               to);

#endif // ECHOIC_LIVE_H
