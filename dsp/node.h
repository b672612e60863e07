// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_NODE_H
#define ECHOIC_NODE_H

#include "dsp/arena.h"
#include "dsp/echoic.h"

#include <stddef.h>
#include <stdint.h>

/**
   A node of the graph: vectors in, vectors out, once per frame.

   A node is described by an EchoicNodeSpec (configuration and weights, as they
   stand in a model file) and made by an EchoicNodeType, a const table of four
   verbs which is the same for every node.  Vectors are float32, one after the
   other: frame f of a vector of width W starts at [f * W].
*/

#define ECHOIC_ID_SIZE 64U
#define ECHOIC_KEY_SIZE 32U
#define ECHOIC_TENSOR_NAME_SIZE 128U
#define ECHOIC_MAX_DIMS 4U
#define ECHOIC_MAX_INPUTS 16U
#define ECHOIC_MAX_WIDTH 1048576U ///< Of any vector

/// A named option of a node: a number, or a word where the option is a choice
typedef struct {
  char   key[ECHOIC_KEY_SIZE];
  char   text[ECHOIC_KEY_SIZE]; ///< Empty if it is a number
  double value;
} EchoicParam;

/// A weight, row-major, owned by its spec
typedef struct {
  char     name[ECHOIC_TENSOR_NAME_SIZE]; ///< Without the node's id
  uint32_t n_dims;
  uint32_t dims[ECHOIC_MAX_DIMS];
  float*   data; ///< [dims[0]]...[dims[n_dims - 1]]
} EchoicTensor;

/// A node as a model file describes it
typedef struct {
  char          id[ECHOIC_ID_SIZE];
  char          type[ECHOIC_KEY_SIZE];
  uint32_t      n_inputs;
  char          inputs[ECHOIC_MAX_INPUTS][ECHOIC_ID_SIZE]; ///< Ids, or "in"
  uint32_t      n_params;
  EchoicParam*  params; ///< [n_params]
  uint32_t      n_tensors;
  EchoicTensor* tensors; ///< [n_tensors]
} EchoicNodeSpec;

/// What goes into a node, and what comes out
typedef struct {
  uint32_t n_inputs;
  uint32_t width_in[ECHOIC_MAX_INPUTS]; ///< Given to bytes()
  uint32_t width_out;                   ///< Set by bytes()
  size_t   bytes;                       ///< Set by bytes()
} EchoicNodeShape;

/// The verbs of a type of node
typedef struct {
  const char* name; ///< As in EchoicNodeSpec::type

  /// Check configuration and shapes of all tensors; set width_out and bytes
  ECHOIC_SETUP EchoicStatus (*bytes)(const EchoicNodeSpec* spec,
                                     EchoicNodeShape*      shape,
                                     EchoicError*          error);

  /**
     Check that weights are usable, copy them into the arena, reset.

     Takes exactly the shape's bytes.  `*node` is set on success only.
  */
  ECHOIC_SETUP EchoicStatus (*prepare)(const EchoicNodeSpec*  spec,
                                       const EchoicNodeShape* shape,
                                       EchoicArena*           arena,
                                       void**                 node,
                                       EchoicError*           error);

  /// Back to the state after prepare
  ECHOIC_RT void (*reset)(void* node);

  /**
     Run `n_frames` frames, any number.  Any split gives identical bits.

     @param in [n_inputs] Pointers to [n_frames][width_in[i]].
     @param out [n_frames][width_out], never overlaps an input.
  */
  ECHOIC_RT void (*process)(void*               node,
                            const float* const* in,
                            float*              out,
                            uint32_t            n_frames);
} EchoicNodeType;

/// Return the type with that name, or null
ECHOIC_SETUP const EchoicNodeType*
echoic_node_type(const char* name);

/* What node types use to read their spec. */

/// Return the tensor with that name, or null
ECHOIC_SETUP const EchoicTensor*
echoic_node_tensor(const EchoicNodeSpec* spec, const char* name);

/// Return the number under `key`, or `fallback` if it isn't there
ECHOIC_SETUP double
echoic_node_number(const EchoicNodeSpec* spec,
                   const char*           key,
                   double                fallback);

/// Return the word under `key`, or `fallback` if it isn't there
ECHOIC_SETUP const char*
echoic_node_word(const EchoicNodeSpec* spec,
                 const char*           key,
                 const char*           fallback);

/// Check that a tensor is there with exactly these dimensions, and finite
ECHOIC_SETUP EchoicStatus
echoic_node_expect(const EchoicNodeSpec* spec,
                   const char*           name,
                   uint32_t              n_dims,
                   const uint32_t*       dims,
                   EchoicError*          error);

/**
   Check that a node has no tensors and options but these, each once.

   @param tensors Names, ended by null.
   @param numbers Keys of options that are numbers, ended by null.
   @param words Keys of options that are words, ended by null.
*/
ECHOIC_SETUP EchoicStatus
echoic_node_expect_only(const EchoicNodeSpec* spec,
                        const char* const*    tensors,
                        const char* const*    numbers,
                        const char* const*    words,
                        EchoicError*          error);

/// Check that a node has exactly `n` inputs
ECHOIC_SETUP EchoicStatus
echoic_node_expect_inputs(const EchoicNodeSpec*  spec,
                          const EchoicNodeShape* shape,
                          uint32_t               n,
                          EchoicError*           error);

#endif // ECHOIC_NODE_H
