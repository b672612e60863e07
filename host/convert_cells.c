// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/convert_cells.h"

#include "host/convert.h"
#include "host/convert_import.h"
#include "host/convert_parts.h"

#include <stdlib.h>
#include <string.h>

const EchoicCell echoic_cells[] = {
  {"fla_hgrn2",
   "HGRN2 layer of flash-linear-attention",
   echoic_build_fla_hgrn2},
  {"griffin_lm",
   "language model of Griffin: tokens to logits",
   echoic_build_griffin_lm},
  {"griffin_recurrent_block",
   "recurrent block of Griffin and Hawk",
   echoic_build_recurrent_block},
  {"gru", "GRU of PyTorch, of one or more layers", echoic_build_gru},
  {"hawk_lm",
   "language model of Hawk: Griffin without attention",
   echoic_build_griffin_lm},
  {"hgrn2_model",
   "HGRN2 model of its authors: tokens to the last hidden state",
   echoic_build_hgrn2_model},
  {"hgru2_1d", "HGRN2 layer of its authors", echoic_build_hgru2_1d},
  {"local_mqa_rope",
   "local multi-query attention of Griffin",
   echoic_build_local_attention},
  {"lstm", "LSTM of PyTorch, of one or more layers", echoic_build_lstm},
  {"makemore_bow",
   "bag of words of makemore: tokens to logits",
   echoic_build_makemore_bow},
  {"makemore_gru",
   "GRU of makemore: tokens to logits",
   echoic_build_makemore_gru},
  {"makemore_rnn",
   "recurrent network of makemore: tokens to logits",
   echoic_build_makemore_rnn},
  {"makemore_transformer",
   "transformer of makemore: tokens to logits",
   echoic_build_makemore_transformer},
  {"mamba", "Mamba: one mixer", echoic_build_mamba},
  {"mamba2", "Mamba-2: one mixer", echoic_build_mamba2},
  {"mamba2_lm", "language model of Mamba-2 mixers", echoic_build_mamba2_lm},
  {"mamba_lm", "language model of Mamba mixers", echoic_build_mamba_lm},
  {"mha", "causal multi-head attention of PyTorch", echoic_build_mha},
  {"recurrent_stack",
   "recurrent and linear layers: amplifiers, pedals",
   echoic_build_recurrent_stack},
  {"rglru", "RG-LRU of Griffin and Hawk", echoic_build_rglru},
  {"rnn", "simple recurrent network of PyTorch", echoic_build_rnn},
  {"rnnoise",
   "network of RNNoise: features to gains and speech",
   echoic_build_rnnoise},
  {"rope", "rotary positions, in both layouts", echoic_build_rope},
  {"rwkv5", "language model of RWKV-5: tokens to logits", echoic_build_rwkv5},
  {"rwkv6", "language model of RWKV-6: tokens to logits", echoic_build_rwkv6},
  {"s4d", "S4D of s4d.py, with GELU and GLU", echoic_build_s4d},
  {"s4d_kernel_bilinear",
   "SSMKernelDiag of s4.py with D, bilinear",
   echoic_build_s4d_kernel_bilinear},
  {"s4d_kernel_zoh",
   "SSMKernelDiag of s4.py with D, zero-order hold",
   echoic_build_s4d_kernel_zoh},
  {"silero_vad",
   "Silero VAD: 512 samples of 16 kHz to speech",
   echoic_build_silero_vad},
  {NULL, NULL, NULL},
};

/// Name the tensors that no node took
static void
check_all_used(EchoicConvert* const c)
{
  char     list[128] = "";
  uint32_t n         = 0U;
  for (uint32_t i = 0U; i < c->weights.file.n_tensors; ++i) {
    const char* const name = c->weights.file.tensors[i].name;
    if (!c->used[i]) {
      const size_t end = strlen(list);
      if (end + strlen(name) + 3U < sizeof(list)) {
        snprintf(list + end, sizeof(list) - end, "%s%s", n ? ", " : "", name);
      }
      ++n;
    }
  }

  if (n) {
    echoic_convert_fail(c,
                        "%.60s: %u tensor%s that no node takes: %s; is this "
                        "another kind of cell?",
                        c->path,
                        n,
                        n == 1U ? "" : "s",
                        list);
  }
}

/// Say which keys nobody asked for, also of objects within `object`
static void
note_unknown(json_t* const object)
{
  const char* key   = NULL;
  json_t*     value = NULL;
  json_object_foreach(object, key, value)
  {
    if (json_is_object(value)) {
      note_unknown(value);
    } else {
      fprintf(stderr, "echoic: note: --config: '%s' means nothing here\n", key);
    }
  }
}

static void
build(EchoicConvert* const c, const EchoicCell* const cell)
{
  size_t   bytes = 0U;
  uint32_t width = 0U;
  cell->build(c);
  check_all_used(c);
  if (!echoic_convert_failed(c)) {
    note_unknown(c->unknown);
    echoic_graph_bytes(c->graph, &bytes, &width, c->error);
  }
}

static void
clear(EchoicConvert* const c)
{
  while (c->kept) {
    EchoicConvertKept* const next = c->kept->next;
    free(c->kept->memory);
    free(c->kept);
    c->kept = next;
  }

  json_decref(c->config);
  json_decref(c->unknown);
  echoic_tensor_file_clear(&c->weights);
  free(c->used);
}

const EchoicCell*
echoic_cell_find(const char* const name)
{
  for (const EchoicCell* cell = echoic_cells; cell->name; ++cell) {
    if (!strcmp(cell->name, name)) {
      return cell;
    }
  }

  return NULL;
}

/// Read the configuration: what the user says, or the file
static void
read_config(EchoicConvert* const c,
            const char* const    given,
            const char* const    found)
{
  json_error_t      why;
  const char* const text = given ? given : found ? found : "{}";
  c->config              = json_loads(text, JSON_REJECT_DUPLICATES, &why);
  c->unknown             = json_deep_copy(c->config);
  if (c->config ? !c->unknown : !*why.text) { // All that JSON says of memory
    echoic_convert_fail(c, "out of memory");
  } else if (!json_is_object(c->config)) {
    echoic_convert_fail(
      c,
      "--config: must be a JSON object, such as {\"hidden_size\": 8}: %.100s",
      c->config ? "it is something else" : why.text);
  }
}

EchoicStatus
echoic_convert_cell(const EchoicCell* const cell,
                    const char* const       config,
                    const char* const       path,
                    EchoicGraphSpec* const  graph,
                    EchoicError* const      error)
{
  EchoicConvert c    = {.path = path, .graph = graph, .error = error};
  EchoicImport  file = {0};
  memset(graph, 0, sizeof(*graph));
  error->status = ECHOIC_OK;
  if (!echoic_import(path, &file, error)) {
    const EchoicCell* const found =
      file.cell ? echoic_cell_find(file.cell) : NULL;
    c.weights = file.weights;
    c.used    = (bool*)calloc(c.weights.file.n_tensors + 1U, sizeof(bool));
    read_config(&c, config, cell && cell != found ? NULL : file.config);
    if (!cell && !found) {
      echoic_convert_fail(
        &c, "%s: isn't of a kind known by itself: say --cell", path);
    } else if (!c.used) {
      echoic_convert_fail(&c, "out of memory");
    } else if (!error->status) {
      build(&c, cell ? cell : found);
    }
  }

  clear(&c);
  free(file.config);
  if (error->status) {
    echoic_graph_spec_clear(graph);
  }

  return error->status;
}
