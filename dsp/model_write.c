// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/json_text.h"
#include "dsp/model.h"
#include "dsp/model_fields.h"
#include "dsp/model_writer.h"
#include "dsp/safetensors.h"
#include "dsp/utf8.h"

#include <stdlib.h>
#include <string.h>

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

  return echoic_json_keep(sounds, ok);
}

static json_t*
write_clips(const EchoicModel* const model)
{
  json_t* const clips = json_array();
  bool          ok    = clips;
  for (uint32_t i = 0U; ok && i < model->n_clips; ++i) {
    const EchoicClip* const c = &model->clips[i];
    char* const   source      = echoic_utf8_copy(c->source ? c->source : "");
    json_t* const clip        = json_pack("{s:s, s:f, s:i}",
                                   "source", // Paths needn't be UTF-8
                                   source ? source : "",
                                   "source_s",
                                   c->source_s,
                                   "n_bands",
                                   (int)c->n_bands);
    ok                        = clip && source;
    free(source);
    if (ok && c->stride > 1U) {
      ok =
        echoic_fields_write(echoic_clip_fields, echoic_n_clip_fields, c, clip);
    }
    ok = ok && !json_array_append(clips, clip);
    json_decref(clip);
  }

  return echoic_json_keep(clips, ok);
}

static json_t*
write_marks(const EchoicModel* const model)
{
  json_t* const marks = json_array();
  bool          ok    = marks;
  for (uint32_t i = 0U; ok && i < model->n_marks; ++i) {
    const EchoicMark* const m = &model->marks[i];
    const json_int_t sound = m->sound == UINT32_MAX ? -1 : (json_int_t)m->sound;
    json_t* const    mark  = json_pack(
      "{s:s, s:I}", "kind", echoic_mark_kinds[m->kind], "sound", sound);
    ok =
      echoic_fields_write(echoic_mark_fields, echoic_n_mark_fields, m, mark) &&
      !json_array_append(marks, mark);
    json_decref(mark);
  }

  return echoic_json_keep(marks, ok);
}

/// Pairs of sounds, in the order of the tensors of their responses
static json_t*
write_profiles(const EchoicModel* const model)
{
  json_t* const profiles = json_array();
  bool          ok       = profiles;
  for (uint32_t i = 0U; ok && i < model->n_profiles; ++i) {
    ok = !json_array_append_new(profiles,
                                json_pack("{s:i, s:i}",
                                          "listener",
                                          (int)model->profiles[i].listener,
                                          "source",
                                          (int)model->profiles[i].source));
  }

  return echoic_json_keep(profiles, ok);
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
              echoic_writer_graph(&model->graph),
              "sounds",
              write_sounds(model),
              "clips",
              write_clips(model),
              "marks",
              write_marks(model),
              "profiles",
              write_profiles(model));
  bool ok = root;
  if (ok && model->max_span_s > 0.0F) {
    ok = !json_object_set_new(
      root, "max_span_s", json_real((double)model->max_span_s));
  }

  if (ok && model->states != ECHOIC_STATES_ROTATING) {
    ok = !json_object_set_new(
      root, "states", json_string(echoic_states_names[model->states]));
  }

  char* const text = ok ? echoic_json_text(root) : NULL;
  json_decref(root);
  return text;
}

/// Bytes of all marks in one piece, or null if all are zero
static bool
gather(const EchoicModel* const      model,
       const EchoicMarkTensor* const tensor,
       uint8_t** const               gathered)
{
  const size_t size  = tensor->size;
  bool         any   = false;
  uint8_t*     bytes = (uint8_t*)calloc((size_t)model->n_marks + 1U, size);
  for (uint32_t i = 0U; bytes && i < model->n_marks; ++i) {
    const unsigned char* const mark = (const unsigned char*)&model->marks[i];
    memcpy(bytes + (i * size), mark + tensor->offset, size);
    for (size_t k = 0U; k < size; ++k) {
      any = any || bytes[(i * size) + k];
    }
  }

  *gathered = any ? bytes : NULL;
  if (bytes && !any) {
    free(bytes);
  }

  return bytes;
}

/// List all tensors; `names` holds their full names
static void
list_tensors(const EchoicModel* const model,
             uint8_t* const           marks[ECHOIC_MARK_TENSORS],
             char (*const names)[ECHOIC_FULL_NAME_SIZE],
             EchoicTensorOut* const tensors)
{
  uint32_t n = echoic_writer_tensors(&model->graph, names, tensors);
  for (uint32_t i = 0U; i < model->n_clips; ++i, ++n) {
    const EchoicClip* const clip = &model->clips[i];
    echoic_item_tensor(ECHOIC_LIST_CLIPS, i, names[n]);
    tensors[n] = (EchoicTensorOut){names[n],
                                   ECHOIC_U8,
                                   2U,
                                   {echoic_clip_rows(clip), ECHOIC_N_BANDS},
                                   clip->level};
  }

  for (uint32_t i = 0U; i < model->n_profiles; ++i, ++n) {
    echoic_item_tensor(ECHOIC_LIST_PROFILES, i, names[n]);
    tensors[n] = (EchoicTensorOut){names[n],
                                   ECHOIC_U8,
                                   1U,
                                   {ECHOIC_PROFILE_SIZE},
                                   model->profiles[i].response};
  }

  for (uint32_t i = 0U; i < ECHOIC_MARK_TENSORS; ++i) {
    const EchoicMarkTensor* const t = &echoic_mark_tensors[i];
    if (marks[i]) {
      tensors[n++] = (EchoicTensorOut){
        t->name, ECHOIC_U8, 2U, {model->n_marks, t->size}, marks[i]};
    }
  }
}

static EchoicStatus
write_file(const EchoicModel* const model,
           uint8_t** const          bytes,
           size_t* const            size,
           EchoicError* const       error)
{
  uint8_t* marks[ECHOIC_MARK_TENSORS] = {NULL};
  uint32_t n =
    echoic_writer_count(&model->graph) + model->n_clips + model->n_profiles;
  bool has_memory = true;
  for (uint32_t i = 0U; has_memory && i < ECHOIC_MARK_TENSORS; ++i) {
    has_memory = gather(model, &echoic_mark_tensors[i], &marks[i]);
    n += marks[i] != NULL;
  }

  char* const       description = write_description(model);
  const char* const keys[]      = {"format", "echoic"};
  const char* const values[]    = {"pt", description};
  char(*const names)[ECHOIC_FULL_NAME_SIZE] =
    (char(*)[ECHOIC_FULL_NAME_SIZE])calloc((size_t)n + 1U,
                                           ECHOIC_FULL_NAME_SIZE);
  EchoicTensorOut* const tensors =
    (EchoicTensorOut*)calloc((size_t)n + 1U, sizeof(EchoicTensorOut));
  EchoicStatus st = ECHOIC_NO_MEMORY;
  if (has_memory && description && names && tensors) {
    list_tensors(model, marks, names, tensors);
    st = echoic_safetensors_write(
      tensors, n, keys, values, 2U, bytes, size, error);
  } else {
    st =
      echoic_error(error, st, "out of memory, or a number that isn't finite");
  }

  for (uint32_t i = 0U; i < ECHOIC_MARK_TENSORS; ++i) {
    free(marks[i]);
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
