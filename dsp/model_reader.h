// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_MODEL_READER_H
#define ECHOIC_MODEL_READER_H

#include "dsp/echoic.h"
#include "dsp/model.h"
#include "dsp/safetensors.h"

#include <jansson.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   Reading the file of a model or a graph, in parts.  All set-up.
*/

/// What is read, and where errors go
typedef struct {
  const EchoicSafetensors* file;
  const json_t*            root;  ///< The description, from `__metadata__`
  EchoicModel*             model; ///< Null for a graph
  bool*                    used;  ///< [n_tensors] Tensors that were asked for
  uint32_t*                next;  ///< Where to look for a tensor first
  EchoicError*             error;
} EchoicModelReader;

/// Refuse the file: "`where`: `what`"
ECHOIC_SETUP EchoicStatus
echoic_reader_bad(const EchoicModelReader* r,
                  const char*              where,
                  const char*              what);

/// Refuse an object that has other than `n_keys` members
ECHOIC_SETUP EchoicStatus
echoic_reader_expect_size(const EchoicModelReader* r,
                          const char*              where,
                          const json_t*            object,
                          size_t                   n_keys);

/// Check the revisions that added and removed something
ECHOIC_SETUP EchoicStatus
echoic_reader_revisions(const EchoicModelReader* r,
                        const char*              where,
                        uint32_t                 added,
                        uint32_t                 removed);

/// Return a tensor by its full name, or null, and remember that it was asked
/// for
ECHOIC_SETUP const EchoicFileTensor*
echoic_reader_tensor(const EchoicModelReader* r, const char* name);

/// Read the list of clips, and their levels
ECHOIC_SETUP EchoicStatus
echoic_reader_clips(const EchoicModelReader* r);

/// Read the marks, after sounds and clips
ECHOIC_SETUP EchoicStatus
echoic_reader_marks(const EchoicModelReader* r);

/// Read the profiles of pairs of sounds, after sounds
ECHOIC_SETUP EchoicStatus
echoic_reader_profiles(const EchoicModelReader* r);

/// Check the version of the format
ECHOIC_SETUP EchoicStatus
echoic_reader_version(const EchoicModelReader* r);

/// Check that every tensor was asked for
ECHOIC_SETUP EchoicStatus
echoic_reader_all_used(const EchoicModelReader* r);

/// Return the description of a file, to be freed by json_decref(), or null
ECHOIC_SETUP json_t*
echoic_reader_description(const EchoicSafetensors* file, EchoicError* error);

/// Read the nodes of the graph with their tensors
ECHOIC_SETUP EchoicStatus
echoic_reader_graph(const EchoicModelReader* r, EchoicGraphSpec* graph);

/// Check that the graph runs, and has a score for each sound that isn't
/// forgotten
ECHOIC_SETUP EchoicStatus
echoic_reader_check_graph(const EchoicModelReader* r);

#endif // ECHOIC_MODEL_READER_H
