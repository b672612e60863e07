// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_CONVERT_PARTS_H
#define ECHOIC_HOST_CONVERT_PARTS_H

#include "dsp/echoic.h"
#include "dsp/graph.h"
#include "host/graph_host.h"

#include <jansson.h>

#include <stdbool.h>

/* The inside of a conversion, for the files that it is made of; builders of
   cells use convert.h. */

/// Memory that lives until the end
typedef struct EchoicConvertKeptImpl {
  struct EchoicConvertKeptImpl* next;
  void*                         memory;
} EchoicConvertKept;

struct EchoicConvertImpl {
  const char*        path; ///< Of the weights
  json_t*            config;
  json_t*            unknown; ///< Keys that nobody asked for yet
  EchoicTensorFile   weights;
  bool*              used; ///< [n_tensors] Taken by a node
  EchoicGraphSpec*   graph;
  EchoicConvertKept* kept;
  EchoicError*       error; ///< The first one
};

/// Return the node appended last, or null after an error
EchoicNodeSpec*
echoic_convert_last(EchoicConvert* c);

#endif // ECHOIC_HOST_CONVERT_PARTS_H
