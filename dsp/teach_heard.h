// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TEACH_HEARD_H
#define ECHOIC_TEACH_HEARD_H

#include "dsp/echoic.h"
#include "dsp/graph.h"
#include "dsp/history.h"
#include "dsp/model.h"

#include <stdbool.h>
#include <stdint.h>

/**
   What was heard: every clip of a model, embedded, clean and in noise.

   Copy 0 of a clip is clean; copies 1 and 3 have noise 12 dB, copies 2 and 4
   noise 3 dB below the examples in it, each of another colour.  All set-up,
   heap.
*/

#define ECHOIC_N_COPIES 5U

/// One copy of a clip
typedef struct {
  uint32_t      clip;
  uint32_t      copy; ///< 0 is clean
  uint32_t      n_frames;
  float*        z;       ///< [n_frames][30] Embedded frames
  EchoicHistory history; ///< All frames
  void*         block;   ///< Memory of the history
} EchoicTrack;

/// All copies of all clips
typedef struct {
  uint32_t     n_tracks;
  EchoicTrack* tracks; ///< [n_tracks], ECHOIC_N_COPIES for each clip
} EchoicHeard;

/// A frame whose state of memory is wanted
typedef struct {
  uint32_t frame;
  float*   state; ///< [width] Where to
} EchoicWanted;

/// Return the frame at a time in a clip
ECHOIC_SETUP uint32_t
echoic_heard_frame(double time_s);

/**
   Embed all clips of a model.

   @param n_bands Bands that are listened to.
*/
ECHOIC_SETUP EchoicStatus
echoic_heard_prepare(const EchoicModel* model,
                     uint32_t           n_bands,
                     EchoicHeard*       heard);

/// Free what prepare allocated
ECHOIC_SETUP void
echoic_heard_clear(EchoicHeard* heard);

/**
   Run a memory over a track and keep some states.

   @param spec From z to states.
   @param width Of the states.
   @param wanted [n_wanted] Sorted by frame; frames beyond the end get the last.
*/
ECHOIC_SETUP EchoicStatus
echoic_heard_states(const EchoicTrack*     track,
                    const EchoicGraphSpec* spec,
                    uint32_t               width,
                    const EchoicWanted*    wanted,
                    uint32_t               n_wanted);

/// Run a graph from z over a track: `out` is [n_frames][width of the graph]
ECHOIC_SETUP EchoicStatus
echoic_heard_run(const EchoicTrack*     track,
                 const EchoicGraphSpec* spec,
                 float*                 out);

#endif // ECHOIC_TEACH_HEARD_H
