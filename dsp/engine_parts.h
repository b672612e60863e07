// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_ENGINE_PARTS_H
#define ECHOIC_ENGINE_PARTS_H

#include "dsp/arbiter.h"
#include "dsp/engine.h"
#include "dsp/features.h"
#include "dsp/graph.h"
#include "dsp/match.h"
#include "dsp/mel.h"
#include "dsp/picker.h"

#include <stdbool.h>
#include <stdint.h>

/**
   The inside of an engine, for the file that makes it and the one that runs it.
*/

#define ECHOIC_LEAST_RISE_DB 6.0F ///< Of an attack that says where it begins

/// A sound that is listened for
typedef struct {
  EchoicPicker    picker;
  EchoicTemplates templates;
  uint32_t        sound;     ///< Index in the model
  uint32_t        span;      ///< Frames
  float           threshold; ///< Of the joined score
  float           usual;     ///< Match of an example
  double          span_s;    ///< From onset to the peak of the score
  double          length_s;
  float           level_db; ///< As taught
  double          attack_s; ///< From onset to attack, as taught
  bool            has_attack;
} EchoicListener;

struct EchoicEngineImpl {
  double          rate_hz;
  uint32_t        n_listeners;
  uint32_t        n_bands;
  uint32_t        max_reach; ///< Frames
  uint64_t        max_delay; ///< Samples
  uint64_t        frame;     ///< Frames heard
  EchoicMel*      mel;
  EchoicFeatures  features;
  EchoicGraph*    graph;
  EchoicArbiter   arbiter;
  EchoicHistory   history;   ///< Frames
  EchoicListener* listeners; ///< [n_listeners]
  float*          scores;    ///< [n_listeners]
  uint32_t        mask;      ///< Number of samples kept - 1
  uint64_t        pos;       ///< Samples heard
  float*          samples;   ///< [mask + 1] Ring
  float*          around;    ///< [2 margin] Samples around an attack
};

#endif // ECHOIC_ENGINE_PARTS_H
