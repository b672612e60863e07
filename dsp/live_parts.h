// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_LIVE_PARTS_H
#define ECHOIC_LIVE_PARTS_H

#include "dsp/detector.h"
#include "dsp/live.h"

#include <stdbool.h>
#include <stdint.h>

/**
   The inside of EchoicLive, for the files that make it, tune it and run it.
*/

#define ECHOIC_LIVE_RETIRED 8U ///< Detectors that wait to be collected
#define ECHOIC_LIVE_RECENT 32U ///< Events remembered around an exchange

/// A detector that listens
typedef struct {
  EchoicDetector* detector; ///< Null if there is none
  uint64_t        base;     ///< Sample at which it began
  uint64_t        heard;    ///< Sample up to which it has heard
} EchoicVoice;

/// An event that was reported around an exchange
typedef struct {
  uint32_t key;
  uint64_t onset;
} EchoicRecent;

struct EchoicLiveImpl {
  double             rate_hz;
  uint64_t           mask;
  float*             ring; ///< [mask + 1]
  uint64_t           now;
  uint64_t           fades;   ///< When the last sound will be decided
  _Atomic uint64_t   written; ///< Counts before it is done
  EchoicVoice        current;
  EchoicVoice        next;    ///< Catches up, or listens as well
  bool               is_seam; ///< Both listen
  uint64_t           seam;    ///< S
  EchoicDetector*    waiting; ///< For its turn
  uint32_t           n_retired;
  EchoicDetector*    retired[ECHOIC_LIVE_RETIRED];
  uint32_t           n_recent;
  EchoicRecent       recent[ECHOIC_LIVE_RECENT]; ///< Ring
  bool               is_early;
  bool               is_short;
  bool               is_tuned[ECHOIC_DETECTOR_SLOTS];
  EchoicTuning       tuning[ECHOIC_DETECTOR_SLOTS];
  const EchoicVoice* source; ///< Being reported
  const EchoicSink*  sink;   ///< Of the caller
};

/// Tell a detector what was set so far
ECHOIC_RT void
echoic_live_instruct(const EchoicLive* live, const EchoicDetector* detector);

#endif // ECHOIC_LIVE_PARTS_H
