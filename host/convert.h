// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_CONVERT_H
#define ECHOIC_HOST_CONVERT_H

#include "dsp/echoic.h"
#include "dsp/graph.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   Making a graph of trained weights: what the builders of cells use.

   A builder reads the configuration, appends nodes and takes tensors by the
   names that their authors gave them, one line for each.  The first error
   counts: after it everything does nothing and returns something harmless (the
   least number, a null pointer), so a builder that just takes checks nothing;
   one that computes with a tensor's data checks that pointer.  At the end
   tensors that no node took are an error.
*/
typedef struct EchoicConvertImpl EchoicConvert;

/// A kind of cell or model
typedef struct {
  const char* name;    ///< As in --cell
  const char* summary; ///< One line
  void (*build)(EchoicConvert* c);
} EchoicCell;

/// All cells by name, ended by one without a name
extern const EchoicCell echoic_cells[];

/// Return a cell by its name, or null
const EchoicCell*
echoic_cell_find(const char* name);

/**
   Make a graph of a file of weights.

   @param cell One of echoic_cells, or null: as the file says.
   @param config JSON object, or null: as the file says, or {}.
   @param path Weights, in any format of convert_import.h.
   @param graph Set on success; to be cleared by echoic_graph_spec_clear().
*/
EchoicStatus
echoic_convert_cell(const EchoicCell* cell,
                    const char*       config,
                    const char*       path,
                    EchoicGraphSpec*  graph,
                    EchoicError*      error);

/* Errors. */

/// Fail with a message of the builder's own, unless something failed before
void
echoic_convert_fail(EchoicConvert* c, const char* format, ...)
#if defined(__GNUC__)
  __attribute__((format(printf, 2, 3)))
#endif
  ;

/// True if something failed: to leave a loop early
bool
echoic_convert_failed(const EchoicConvert* c);

/* Configuration: an absent key and null are the same.  A key is "a", or "a.b"
   for key "b" of the object under "a". */

/// Return the key of `key` in the object `object`, or of itself if that is ""
const char*
echoic_convert_key(EchoicConvert* c, const char* object, const char* key);

/// True if the configuration has a value under `key`
bool
echoic_convert_has(EchoicConvert* c, const char* key);

/// Return a whole number from `min` to `max` that must be there
uint32_t
echoic_convert_size(EchoicConvert* c,
                    const char*    key,
                    uint32_t       min,
                    uint32_t       max);

/// Return a whole number from `min` to `max`, or `fallback`
uint32_t
echoic_convert_size_or(EchoicConvert* c,
                       const char*    key,
                       uint32_t       fallback,
                       uint32_t       min,
                       uint32_t       max);

/// Return a number from `min` to `max`, or `fallback`
double
echoic_convert_number_or(EchoicConvert* c,
                         const char*    key,
                         double         fallback,
                         double         min,
                         double         max);

/// Return true or false, or `fallback`
bool
echoic_convert_flag_or(EchoicConvert* c, const char* key, bool fallback);

/// Return a string, or `fallback`; valid until the end
const char*
echoic_convert_word_or(EchoicConvert* c, const char* key, const char* fallback);

/// True if the value under `key` is a string
bool
echoic_convert_is_word(EchoicConvert* c, const char* key);

/// Return the number at `index` of the list under `key`, or `fallback`
double
echoic_convert_item_or(EchoicConvert* c,
                       const char*    key,
                       uint32_t       index,
                       double         fallback);

/// Require that a string is absent or `only`: what isn't implemented
void
echoic_convert_require_word(EchoicConvert* c,
                            const char*    key,
                            const char*    only);

/// Say that `key` may be there and means nothing here
void
echoic_convert_ignore(EchoicConvert* c, const char* key);

/* Nodes. */

/// Set the width of the graph's input; 1 for tokens
void
echoic_convert_width_in(EchoicConvert* c, uint32_t width);

/// Append a node; what follows is about it, until the next one.
/// @param input Its first input, "in" or a node's id
void
echoic_convert_node(EchoicConvert* c,
                    const char*    id,
                    const char*    type,
                    const char*    input);

/// Append a further input
void
echoic_convert_input(EchoicConvert* c, const char* input);

/// Set an option to a number
void
echoic_convert_set(EchoicConvert* c, const char* key, double value);

/// Set an option to a word
void
echoic_convert_set_word(EchoicConvert* c, const char* key, const char* word);

/// Name an output of the graph, the main one ("y") first
void
echoic_convert_output(EchoicConvert* c, const char* name, const char* node);

/// Name pieces of state: rows of `width`, or 0 for a vector
void
echoic_convert_state(EchoicConvert* c, const char* name, uint32_t width);

/// Append a piece to the last named state
void
echoic_convert_piece(EchoicConvert* c, const char* node, const char* name);

/**
   Return a formatted name: "layers.%u.norm"; valid until the end.

   For ids of nodes and names of tensors, anywhere above and below.
*/
const char*
echoic_convert_name(EchoicConvert* c, const char* format, ...)
#if defined(__GNUC__)
  __attribute__((format(printf, 2, 3)))
#endif
  ;

/* Tensors.  A shape is written ECHOIC_SHAPE(4U * h, n): two arguments. */

#define ECHOIC_SHAPE(...)                                                 \
  (uint32_t)(sizeof((const uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t)), \
    (const uint32_t[])                                                    \
  {                                                                       \
    __VA_ARGS__                                                           \
  }

/// True if the weights have a tensor with that name
bool
echoic_convert_has_tensor(const EchoicConvert* c, const char* name);

/// Return the name of a tensor of the weights, in their order, or null
const char*
echoic_convert_tensor_name(const EchoicConvert* c, uint32_t index);

/// Return how many dimensions a tensor has, 0 if it isn't there
uint32_t
echoic_convert_n_dims(const EchoicConvert* c, const char* name);

/// Return dimension `dim` of a tensor that must be there, in 1..2^20
uint32_t
echoic_convert_dim(EchoicConvert* c, const char* name, uint32_t dim);

/**
   Take a tensor of the weights as tensor `to` of the last node.

   A tensor may be taken more than once (tied weights).

   @param from Name in the weights.
   @param to Name in the node.
   @return Its data, to be changed at will: [dims[0]]...[dims[n_dims - 1]]; or
   null after an error.
*/
float*
echoic_convert_take(EchoicConvert*  c,
                    const char*     from,
                    const char*     to,
                    uint32_t        n_dims,
                    const uint32_t* dims);

/// Return a tensor of the weights, not part of any node, valid until the end;
/// or null
const float*
echoic_convert_weights(EchoicConvert*  c,
                       const char*     from,
                       uint32_t        n_dims,
                       const uint32_t* dims);

/// Append a zeroed tensor to the last node, to be filled; or null
float*
echoic_convert_tensor(EchoicConvert*  c,
                      const char*     to,
                      uint32_t        n_dims,
                      const uint32_t* dims);

/// Say that a tensor may be there and means nothing here
void
echoic_convert_ignore_tensor(EchoicConvert* c, const char* from);

/* Nodes with their weights, in one line.  Tensors "PREFIX.weight" and, where
   it's asked for, "PREFIX.bias". */

/// Node "linear": weight (n_out, n_in)
void
echoic_convert_linear(EchoicConvert* c,
                      const char*    id,
                      const char*    input,
                      const char*    prefix,
                      uint32_t       n_out,
                      uint32_t       n_in,
                      bool           has_bias);

/// Node "embedding": weight (vocabulary, width)
void
echoic_convert_embedding(EchoicConvert* c,
                         const char*    id,
                         const char*    prefix,
                         uint32_t       n_tokens,
                         uint32_t       width);

/// Node "layernorm" with weight and bias
void
echoic_convert_layernorm(EchoicConvert* c,
                         const char*    id,
                         const char*    input,
                         const char*    prefix,
                         uint32_t       width,
                         double         eps);

/// Node "rmsnorm" with weight
void
echoic_convert_rmsnorm(EchoicConvert* c,
                       const char*    id,
                       const char*    input,
                       const char*    prefix,
                       uint32_t       width,
                       double         eps);

/// Node "sum" of two inputs: a residual connection
void
echoic_convert_add(EchoicConvert* c,
                   const char*    id,
                   const char*    a,
                   const char*    b);

#endif // ECHOIC_HOST_CONVERT_H
