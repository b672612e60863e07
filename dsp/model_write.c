// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/model.h"
#include "dsp/model_fields.h"
#include "dsp/safetensors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FULL_NAME_SIZE (ECHOIC_ID_SIZE + ECHOIC_TENSOR_NAME_SIZE)

static json_t*
write_params(const EchoicNodeSpec* const node)
{
  json_t* const params = json_object();
  for (uint32_t i = 0U; i < node->n_params; ++i) {
    const EchoicParam* const p = &node->params[i];
    json_object_set_new(
      params, p->key, p->text[0] ? json_string(p->text) : json_real(p->value));
  }

  return params;
}

static json_t*
write_graph(const EchoicGraphSpec* const graph)
{
  json_t* const nodes = json_array();
  for (uint32_t i = 0U; i < graph->n_nodes; ++i) {
    const EchoicNodeSpec* const node   = &graph->nodes[i];
    json_t* const               inputs = json_array();
    for (uint32_t k = 0U; k < node->n_inputs; ++k) {
      json_array_append_new(inputs, json_string(node->inputs[k]));
    }
    json_array_append_new(nodes,
                          json_pack("{s:s, s:s, s:o, s:o}",
                                    "id",
                                    node->id,
                                    "type",
                                    node->type,
                                    "inputs",
                                    inputs,
                                    "params",
                                    write_params(node)));
  }

  return json_pack(
    "{s:i, s:o}", "width_in", (int)graph->width_in, "nodes", nodes);
}

static json_t*
write_sounds(const EchoicModel* const model)
{
  json_t* const sounds = json_array();
  bool          ok     = sounds;
  for (uint32_t i = 0U; ok && i < model->n_sounds; ++i) {
    const EchoicSound* const s           = &model->sounds[i];
    json_t* const            calibration = json_object();
    ok = echoic_fields_write(echoic_calibration_fields,
                             echoic_n_calibration_fields,
                             &s->calibration,
                             calibration);
    json_t* const sound =
      json_pack("{s:s, s:o}", "name", s->name, "calibration", calibration);
    ok = ok && sound &&
         echoic_fields_write(
           echoic_sound_fields, echoic_n_sound_fields, s, sound) &&
         !json_array_append(sounds, sound);
    json_decref(sound);
  }

  if (!ok) {
    json_decref(sounds);
  }

  return ok ? sounds : NULL;
}

static json_t*
write_clips(const EchoicModel* const model)
{
  json_t* const clips = json_array();
  for (uint32_t i = 0U; i < model->n_clips; ++i) {
    const EchoicClip* const c      = &model->clips[i];
    json_t* const           source = json_string(c->source ? c->source : "");
    json_array_append_new(clips,
                          json_pack("{s:o, s:f, s:i}",
                                    "source", // Paths needn't be UTF-8
                                    source ? source : json_string(""),
                                    "source_s",
                                    c->source_s,
                                    "n_bands",
                                    (int)c->n_bands));
  }

  return clips;
}

static json_t*
write_marks(const EchoicModel* const model)
{
  json_t* const marks = json_array();
  for (uint32_t i = 0U; i < model->n_marks; ++i) {
    const EchoicMark* const m = &model->marks[i];
    const json_int_t sound = m->sound == UINT32_MAX ? -1 : (json_int_t)m->sound;
    json_t* const    mark  = json_pack(
      "{s:s, s:I}", "kind", echoic_mark_kinds[m->kind], "sound", sound);
    if (!mark ||
        !echoic_fields_write(
          echoic_mark_fields, echoic_n_mark_fields, m, mark) ||
        json_array_append(marks, mark)) {
      json_decref(mark);
      json_decref(marks);
      return NULL;
    }
    json_decref(mark);
  }

  return marks;
}

/// Pairs of sounds, in the order of the tensors of their responses
static json_t*
write_profiles(const EchoicModel* const model)
{
  json_t* const profiles = json_array();
  for (uint32_t i = 0U; i < model->n_profiles; ++i) {
    json_array_append_new(profiles,
                          json_pack("{s:i, s:i}",
                                    "listener",
                                    (int)model->profiles[i].listener,
                                    "source",
                                    (int)model->profiles[i].source));
  }

  return profiles;
}

static char*
write_description(const EchoicModel* const model)
{
  json_t* const front = json_pack("{s:f, s:f, s:i, s:f, s:f}",
                                  "hop_s",
                                  ECHOIC_HOP_S,
                                  "window_s",
                                  ECHOIC_WINDOW_S,
                                  "n_bands",
                                  (int)ECHOIC_N_BANDS,
                                  "min_hz",
                                  30.0,
                                  "max_hz",
                                  16000.0);
  json_t* const root =
    json_pack("{s:i, s:o, s:I, s:i, s:o, s:o, s:o, s:o, s:o}",
              "version",
              ECHOIC_MODEL_VERSION,
              "front_end",
              front,
              "revision",
              (json_int_t)model->revision,
              "n_bands",
              (int)model->n_bands,
              "graph",
              write_graph(&model->graph),
              "sounds",
              write_sounds(model),
              "clips",
              write_clips(model),
              "marks",
              write_marks(model),
              "profiles",
              write_profiles(model));
  char* const text = root ? json_dumps(root, JSON_COMPACT) : NULL;
  json_decref(root);
  return text;
}

static uint32_t
count_tensors(const EchoicModel* const model)
{
  uint32_t n = model->n_clips + model->n_profiles;
  for (uint32_t i = 0U; i < model->graph.n_nodes; ++i) {
    n += model->graph.nodes[i].n_tensors;
  }

  return n;
}

/// List all tensors; `names` holds their full names
static void
list_tensors(const EchoicModel* const model,
             char (*const names)[FULL_NAME_SIZE],
             EchoicTensorOut* const tensors)
{
  uint32_t n = 0U;
  for (uint32_t i = 0U; i < model->graph.n_nodes; ++i) {
    const EchoicNodeSpec* const node = &model->graph.nodes[i];
    for (uint32_t t = 0U; t < node->n_tensors; ++t, ++n) {
      const EchoicTensor* const from = &node->tensors[t];
      EchoicTensorOut* const    to   = &tensors[n];
      (void)snprintf(names[n], FULL_NAME_SIZE, "%s.%s", node->id, from->name);
      *to =
        (EchoicTensorOut){names[n], ECHOIC_F32, from->n_dims, {0U}, from->data};
      for (uint32_t d = 0U; d < from->n_dims; ++d) {
        to->dims[d] = from->dims[d];
      }
    }
  }

  for (uint32_t i = 0U; i < model->n_clips; ++i, ++n) {
    const EchoicClip* const clip = &model->clips[i];
    (void)snprintf(names[n], FULL_NAME_SIZE, "clip.%u.level", i);
    tensors[n] = (EchoicTensorOut){
      names[n], ECHOIC_U8, 2U, {clip->n_frames, ECHOIC_N_BANDS}, clip->level};
  }

  for (uint32_t i = 0U; i < model->n_profiles; ++i, ++n) {
    (void)snprintf(names[n], FULL_NAME_SIZE, "profile.%u.response", i);
    tensors[n] = (EchoicTensorOut){names[n],
                                   ECHOIC_U8,
                                   1U,
                                   {ECHOIC_PROFILE_SIZE},
                                   model->profiles[i].response};
  }
}

static EchoicStatus
write_file(const EchoicModel* const model,
           uint8_t** const          bytes,
           size_t* const            size,
           EchoicError* const       error)
{
  const uint32_t    n           = count_tensors(model);
  char* const       description = write_description(model);
  const char* const keys[]      = {"format", "echoic"};
  const char* const values[]    = {"pt", description};
  char(*const names)[FULL_NAME_SIZE] =
    (char(*)[FULL_NAME_SIZE])calloc((size_t)n + 1U, FULL_NAME_SIZE);
  EchoicTensorOut* const tensors =
    (EchoicTensorOut*)calloc((size_t)n + 1U, sizeof(EchoicTensorOut));
  EchoicStatus st = ECHOIC_NO_MEMORY;
  if (description && names && tensors) {
    list_tensors(model, names, tensors);
    st = echoic_safetensors_write(
      tensors, n, keys, values, 2U, bytes, size, error);
  } else {
    st =
      echoic_error(error, st, "out of memory, or a number that isn't finite");
  }

  free(description);
  // A pointer to arrays, from calloc()
  // cppcheck-suppress autovarInvalidDeallocation
  free(names);
  free(tensors);
  return st;
}

EchoicStatus
echoic_model_write(const EchoicModel* const model,
                   uint8_t** const          bytes,
                   size_t* const            size,
                   EchoicError* const       error)
{
  uint8_t*           file = NULL;
  size_t             n    = 0U;
  const EchoicStatus st   = write_file(model, &file, &n, error);
  if (st) {
    return st;
  }

  // What can't be read again would be lost: better to say so now
  EchoicError        why  = {ECHOIC_OK, ""};
  EchoicModel* const read = echoic_model_parse(file, n, &why);
  if (!read) {
    free(file);
    return echoic_error(
      error, why.status, "the model can't be written: %.200s", why.text);
  }

  echoic_model_free(read);
  *bytes = file;
  *size  = n;
  return ECHOIC_OK;
}
