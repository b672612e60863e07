// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_INFO_H
#define ECHOIC_HOST_INFO_H

#include "dsp/model.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/// What is said of a model besides what is in it
typedef struct {
  const EchoicModel* model;
  const char*        path;
  size_t             file_bytes;
  uint32_t           n_sounds;    ///< That are known now
  double             clips_s;     ///< Sound that is kept
  double             min_rate_hz; ///< At which all its bands can be heard
  size_t             graph_bytes;
  size_t             engine_bytes; ///< At 48 kHz, 0 without sounds
} EchoicInfo;

/// What a node of a graph looks like from outside
typedef struct {
  uint32_t width;
  size_t   bytes;
} EchoicNodeInfo;

/// Gather
EchoicInfo
echoic_info(const EchoicModel* model, const char* path, size_t file_bytes);

/// Measure one node of the model's graph
EchoicNodeInfo
echoic_info_node(const EchoicModel* model, uint32_t index);

/// Return for how many frames a frame keeps more than half of its weight
uint32_t
echoic_info_half_frames(const EchoicCalibration* calibration);

/// Write it in words
void
echoic_info_text(const EchoicInfo* info, FILE* stream);

/// Write it as one JSON object
void
echoic_info_json(const EchoicInfo* info, FILE* stream);

#endif // ECHOIC_HOST_INFO_H
