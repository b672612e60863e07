// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_MODEL_WRITER_H
#define ECHOIC_MODEL_WRITER_H

#include "dsp/echoic.h"
#include "dsp/graph.h"
#include "dsp/safetensors.h"

#include <jansson.h>

#include <stdint.h>

/**
   Writing a graph, as part of a model's file or as a file.  All set-up.
*/

/// Of a node's id, a dot, and a tensor's name
#define ECHOIC_FULL_NAME_SIZE (ECHOIC_ID_SIZE + ECHOIC_TENSOR_NAME_SIZE)

/// Return the description of a graph, or null
ECHOIC_SETUP json_t*
echoic_writer_graph(const EchoicGraphSpec* graph);

/// Return how many tensors the nodes have
ECHOIC_SETUP uint32_t
echoic_writer_count(const EchoicGraphSpec* graph);

/**
   List the tensors of all nodes, and return how many they are.

   @param names Set to their full names; what `tensors` points to.
*/
ECHOIC_SETUP uint32_t
echoic_writer_tensors(const EchoicGraphSpec* graph,
                      char (*names)[ECHOIC_FULL_NAME_SIZE],
                      EchoicTensorOut* tensors);

#endif // ECHOIC_MODEL_WRITER_H
