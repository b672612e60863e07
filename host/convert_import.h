// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_CONVERT_IMPORT_H
#define ECHOIC_HOST_CONVERT_IMPORT_H

#include "dsp/echoic.h"
#include "host/graph_host.h"
#include "host/run_graph.h"

#include <jansson.h>

/**
   Files of trained weights, in the formats that others write:

   - safetensors: a state_dict of PyTorch;
   - JSON with "state_dict" and "model_data": NeuralPi, Proteus and other models
     of Automated-GuitarAmpModelling;
   - JSON that is a state_dict: the models of RTNeural's PyTorch examples;
   - JSON with "layers" and "in_shape": RTNeural and AIDA-X, weights as Keras
     keeps them;
   - .nam: Neural Amp Modeler, architecture LSTM.

   All become a state_dict with PyTorch's names.
*/
typedef struct {
  const char*      cell;   ///< What it seems to be, or null
  char*            config; ///< JSON for that cell, or null; owned
  EchoicTensorFile weights;
} EchoicImport;

/// Read a file; `error` begins with the path.  To be cleared by the caller:
/// free() the config, echoic_tensor_file_clear() the weights
EchoicStatus
echoic_import(const char* path, EchoicImport* import, EchoicError* error);

/* For the formats of JSON: fill `list` and set cell and config, or say in
   `error` what isn't right, without the path. */

/// Append a tensor of zeros, a vector if `n_cols` is 0; null without memory
float*
echoic_import_tensor(EchoicTensorList* list,
                     const char*       name,
                     uint64_t          n_rows,
                     uint64_t          n_cols,
                     EchoicError*      error);

/// Append an array of numbers of any dimensions
EchoicStatus
echoic_import_array(EchoicTensorList* list,
                    const char*       name,
                    const json_t*     array,
                    EchoicError*      error);

EchoicStatus
echoic_import_nam(const json_t*     root,
                  EchoicTensorList* list,
                  EchoicImport*     import,
                  EchoicError*      error);

EchoicStatus
echoic_import_layers(const json_t*     root,
                     EchoicTensorList* list,
                     EchoicImport*     import,
                     EchoicError*      error);

#endif // ECHOIC_HOST_CONVERT_IMPORT_H
