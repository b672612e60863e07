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

/// A graph file, and that graph ready to run
typedef struct {
  const EchoicGraphSpec* spec;
  EchoicGraph*           graph;
  const char*            path;
  size_t                 file_bytes;
  size_t                 graph_bytes;
} EchoicGraphInfo;

/// Measure one node of a graph
EchoicNodeInfo
echoic_info_node(const EchoicGraphSpec* graph, uint32_t index);

/// Return for how many frames a frame keeps more than half of its weight
uint32_t
echoic_info_half_frames(const EchoicCalibration* calibration);

/// Write it in words
void
echoic_info_text(const EchoicInfo* info, FILE* stream);

/// Write it as one JSON object
void
echoic_info_json(const EchoicInfo* info, FILE* stream);

/// Write what a graph is, in words
void
echoic_info_graph_text(const EchoicGraphInfo* info, FILE* stream);

/// Write it as one JSON object
void
echoic_info_graph_json(const EchoicGraphInfo* info, FILE* stream);

#endif // ECHOIC_HOST_INFO_H
