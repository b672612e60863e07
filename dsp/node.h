// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_NODE_H
#define ECHOIC_NODE_H

#include "dsp/arena.h"
#include "dsp/echoic.h"
#include "dsp/matrix.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   A node of the graph: vectors in, vectors out, once per frame.

   A node is described by an EchoicNodeSpec (configuration and weights, as they
   stand in a model file) and made by an EchoicNodeType, a const table of verbs
   which is the same for every node.  Vectors are float32, one after the
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

/// A piece of what a node remembers between frames
typedef struct {
  char     name[ECHOIC_KEY_SIZE]; ///< As its authors call it, such as "h"
  uint32_t n_dims;
  uint32_t dims[ECHOIC_MAX_DIMS];
  float*   data;  ///< Row-major, in the node's arena block; or null:
  int64_t* count; ///< One whole number, such as a position
} EchoicNodeState;

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

  /**
     Describe the piece `index` of the state; null: there is no state.

     The pieces together are all that is carried from frame to frame: read and
     written back, they continue the stream.

     @return False if there are no more.
  */
  ECHOIC_RT bool (*state)(void* node, uint32_t index, EchoicNodeState* state);
} EchoicNodeType;

/// Return the type with that name, or null
ECHOIC_SETUP const EchoicNodeType*
echoic_node_type(const char* name);

/* What node types use to describe themselves and to read their spec. */

/**
   Fill `state` for a vector [n_rows], or a matrix if `n_cols` isn't 0.

   @param name Null if there is no such piece.
   @return True if there is.
*/
ECHOIC_RT bool
echoic_node_state(EchoicNodeState* state,
                  const char*      name,
                  uint32_t         n_rows,
                  uint32_t         n_cols,
                  float*           data);

/// Fill `state` for a whole number; true if there is a name
ECHOIC_RT bool
echoic_node_count(EchoicNodeState* state, const char* name, int64_t* count);

/// Return the tensor with that name, or null
ECHOIC_SETUP const EchoicTensor*
echoic_node_tensor(const EchoicNodeSpec* spec, const char* name);

/// True if there is an option of that name
ECHOIC_SETUP bool
echoic_node_has(const EchoicNodeSpec* spec, const char* key);

/// Return the number under `key`, or `fallback` if it isn't there
ECHOIC_SETUP double
echoic_node_number(const EchoicNodeSpec* spec,
                   const char*           key,
                   double                fallback);

/**
   Read the whole number under `key`, from `least` to `most`.

   @param fallback If there is no such number; out of range: it must be there.
*/
ECHOIC_SETUP EchoicStatus
echoic_node_whole(const EchoicNodeSpec* spec,
                  const char*           key,
                  double                fallback,
                  uint32_t              least,
                  uint32_t              most,
                  uint32_t*             value,
                  EchoicError*          error);

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

   @param tensors Names, ended by null; null if echoic_node_expect_tensors()
   checks them.
   @param numbers Keys of options that are numbers, ended by null.
   @param words Keys of options that are words, ended by null.
*/
ECHOIC_SETUP EchoicStatus
echoic_node_expect_only(const EchoicNodeSpec* spec,
                        const char* const*    tensors,
                        const char* const*    numbers,
                        const char* const*    words,
                        EchoicError*          error);

/// A tensor that a type of node takes
typedef struct {
  const char* name;
  bool        optional;
  uint32_t    n_dims;
  uint32_t    dims[ECHOIC_MAX_DIMS];
} EchoicTensorRule;

/**
   Check that a node has the tensors of `rules`, finite, and no others.

   @param rules [n_rules] Those with `optional` may be missing.
*/
ECHOIC_SETUP EchoicStatus
echoic_node_expect_tensors(const EchoicNodeSpec*   spec,
                           const EchoicTensorRule* rules,
                           uint32_t                n_rules,
                           EchoicError*            error);

/**
   Return a dimension of a tensor, to derive a node's sizes from its weights.

   @return 1 to ECHOIC_MAX_WIDTH; 1 too if there is no such tensor or dimension
   or it is out of range: then echoic_node_expect_tensors() finds what is wrong.
*/
ECHOIC_SETUP uint32_t
echoic_node_dim(const EchoicNodeSpec* spec, const char* name, uint32_t axis);

/// Take [n] from the arena, filled from a tensor if there is one; null if full
ECHOIC_SETUP float*
echoic_node_vector(EchoicArena* arena, const EchoicTensor* tensor, size_t n);

/// Pack the tensor `weight` [n_out][n_in] with `bias` [n_out], if it is there
ECHOIC_SETUP bool
echoic_node_matrix(const EchoicNodeSpec* spec,
                   const char*           weight,
                   const char*           bias,
                   EchoicArena*          arena,
                   EchoicMatrix*         matrix);

/// Check that a node has exactly `n` inputs
ECHOIC_SETUP EchoicStatus
echoic_node_expect_inputs(const EchoicNodeSpec*  spec,
                          const EchoicNodeShape* shape,
                          uint32_t               n,
                          EchoicError*           error);

/// Check that a word is one of two, if it is there; the first is the default
ECHOIC_SETUP EchoicStatus
echoic_node_expect_choice(const EchoicNodeSpec* spec,
                          const char*           key,
                          const char*           a,
                          const char*           b,
                          EchoicError*          error);

/// Check that all inputs of a node have the width of the first
ECHOIC_SETUP EchoicStatus
echoic_node_expect_equal(const EchoicNodeSpec*  spec,
                         const EchoicNodeShape* shape,
                         EchoicError*           error);

#endif // ECHOIC_NODE_H
