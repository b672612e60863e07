// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/model.h"
#include "dsp/model_fields.h"
#include "dsp/model_reader.h"
#include "dsp/safetensors.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double max_revision = 1e8;
static const double close_enough = 1e-9; ///< Of the constants of the front end

EchoicStatus
echoic_reader_expect_size(const EchoicModelReader* const r,
                          const char* const              where,
                          const json_t* const            object,
                          const size_t                   n_keys)
{
  return json_object_size(object) == n_keys
           ? ECHOIC_OK
           : echoic_error(r->error,
                          ECHOIC_BAD_FORMAT,
                          "%s: must have %zu members, not %zu",
                          where,
                          n_keys,
                          json_object_size(object));
}

EchoicStatus
echoic_reader_revisions(const EchoicModelReader* const r,
                        const char* const              where,
                        const uint32_t                 added,
                        const uint32_t                 removed)
{
  return added <= r->model->revision && removed <= r->model->revision &&
             (!removed || removed >= added)
           ? ECHOIC_OK
           : echoic_error(r->error,
                          ECHOIC_BAD_FORMAT,
                          "%s: 'added' and 'removed' must be revisions up to "
                          "%u, in this order",
                          where,
                          r->model->revision);
}

EchoicStatus
echoic_reader_bad(const EchoicModelReader* const r,
                  const char* const              where,
                  const char* const              what)
{
  return echoic_error(r->error, ECHOIC_BAD_FORMAT, "%s: %s", where, what);
}

static EchoicStatus
read_count(const EchoicModelReader* const r,
           const char* const              key,
           const double                   most,
           uint32_t* const                value)
{
  const json_t* const number = json_object_get(r->root, key);
  const json_int_t    n      = json_integer_value(number);
  if (!json_is_integer(number) || n < 0 || (double)n > most) {
    return echoic_error(r->error,
                        ECHOIC_BAD_FORMAT,
                        "model: '%s' must be a whole number from 0 to %g",
                        key,
                        most);
  }

  *value = (uint32_t)n;
  return ECHOIC_OK;
}

EchoicStatus
echoic_reader_version(const EchoicModelReader* const r)
{
  const json_t* const version = json_object_get(r->root, "version");
  if (!json_is_integer(version) || json_integer_value(version) < 1) {
    return echoic_reader_bad(
      r, "model", "'version' must be a whole number from 1");
  }

  return json_integer_value(version) == ECHOIC_MODEL_VERSION
           ? ECHOIC_OK
           : echoic_error(r->error,
                          ECHOIC_BAD_VERSION,
                          "model: version %lld is newer than this program, "
                          "which reads version %d: use a newer Echoic",
                          (long long)json_integer_value(version),
                          ECHOIC_MODEL_VERSION);
}

static EchoicStatus
check_front_end(const EchoicModelReader* const r)
{
  static const struct {
    const char* key;
    double      value;
  } expected[]              = {{"hop_s", ECHOIC_HOP_S},
                               {"window_s", ECHOIC_WINDOW_S},
                               {"n_bands", ECHOIC_N_BANDS},
                               {"min_hz", 30.0},
                               {"max_hz", 16000.0}};
  const json_t* const front = json_object_get(r->root, "front_end");
  for (size_t i = 0U; i < sizeof(expected) / sizeof(expected[0]); ++i) {
    const json_t* const number = json_object_get(front, expected[i].key);
    if (!json_is_number(number) ||
        !(fabs(json_number_value(number) - expected[i].value) < close_enough)) {
      return echoic_error(r->error,
                          ECHOIC_BAD_FORMAT,
                          "model: front_end '%s' must be %.9g",
                          expected[i].key,
                          expected[i].value);
    }
  }

  return echoic_reader_expect_size(r, "front_end", front, 5U);
}

const EchoicFileTensor*
echoic_reader_tensor(const EchoicModelReader* const r, const char* const name)
{
  // From where the last one was found: files list them as they are asked for
  const uint32_t n = r->file->n_tensors;
  for (uint32_t k = 0U; k < n; ++k) {
    const uint32_t i = (*r->next + k) % n;
    if (!strcmp(r->file->tensors[i].name, name)) {
      r->used[i] = true;
      *r->next   = i + 1U;
      return &r->file->tensors[i];
    }
  }

  return NULL;
}

static EchoicStatus
read_name(const EchoicModelReader* const r,
          const json_t* const            json,
          const uint32_t                 index,
          EchoicSound* const             sound)
{
  const char* const name = json_string_value(json);
  if (!name || !echoic_name_is_valid(name)) {
    return echoic_error(r->error,
                        ECHOIC_BAD_FORMAT,
                        "sound %u: 'name' must be 1 to 63 bytes without "
                        "control characters",
                        index);
  }

  memcpy(sound->name, name, strlen(name) + 1U);
  return ECHOIC_OK;
}

static EchoicStatus
read_sound(const EchoicModelReader* const r,
           const json_t* const            json,
           const uint32_t                 index,
           EchoicSound* const             s)
{
  const json_t* const calibration = json_object_get(json, "calibration");
  char                where[ECHOIC_ITEM_NAME_SIZE];
  echoic_item_name(ECHOIC_LIST_SOUNDS, index, where);
  EchoicStatus st = read_name(r, json_object_get(json, "name"), index, s);
  if (st ||
      (st = echoic_fields_read(echoic_sound_fields,
                               echoic_n_sound_fields,
                               json,
                               where,
                               s,
                               r->error)) ||
      (st = echoic_fields_read(echoic_calibration_fields,
                               echoic_n_calibration_fields,
                               calibration,
                               where,
                               &s->calibration,
                               r->error)) ||
      (st = echoic_reader_expect_size(
         r,
         where,
         json,
         2U + echoic_fields_count(
                echoic_sound_fields, echoic_n_sound_fields, json))) ||
      (st = echoic_reader_expect_size(
         r,
         where,
         calibration,
         echoic_fields_count(echoic_calibration_fields,
                             echoic_n_calibration_fields,
                             calibration) +
           (json_object_get(calibration, "match") != NULL)))) { // Older files
    return st;
  }

  return echoic_reader_revisions(r, where, s->added, s->removed);
}

static EchoicStatus
check_sounds(const EchoicModelReader* const r)
{
  const EchoicModel* const m = r->model;
  for (uint32_t i = 0U; i < m->n_sounds; ++i) {
    const EchoicSound* const s = &m->sounds[i];
    if (!s->removed && echoic_model_find(m, s->name) != (int32_t)i) {
      return echoic_reader_bad(
        r, s->name, "two sounds have this name: must be unique");
    }
    if (s->calibration.confused_with >= (int32_t)m->n_sounds) {
      return echoic_reader_bad(
        r, s->name, "'confused_with' must be the index of a sound");
    }
  }

  return ECHOIC_OK;
}

static EchoicStatus
read_sounds(const EchoicModelReader* const r)
{
  EchoicModel* const  m    = r->model;
  const json_t* const list = json_object_get(r->root, "sounds");
  const size_t        n    = json_array_size(list);
  EchoicStatus        st   = ECHOIC_OK;
  if (!json_is_array(list) || n > ECHOIC_MAX_SOUNDS) {
    return echoic_reader_bad(
      r, "model", "'sounds' must be a list of at most 1024");
  }

  m->sounds = (EchoicSound*)calloc(n + 1U, sizeof(EchoicSound));
  if (!m->sounds) {
    return echoic_error(r->error, ECHOIC_NO_MEMORY, "out of memory");
  }

  for (uint32_t i = 0U; !st && i < n; ++i) {
    st = read_sound(r, json_array_get(list, i), i, &m->sounds[i]);
    ++m->n_sounds;
  }

  return st ? st : check_sounds(r);
}

EchoicStatus
echoic_reader_all_used(const EchoicModelReader* const r)
{
  for (uint32_t i = 0U; i < r->file->n_tensors; ++i) {
    if (!r->used[i]) {
      return echoic_error(r->error,
                          ECHOIC_BAD_FORMAT,
                          "tensor '%.64s' belongs to no node or clip",
                          r->file->tensors[i].name);
    }
  }

  return ECHOIC_OK;
}

/// Read the longest span, which older files don't have
static EchoicStatus
read_max_span(const EchoicModelReader* const r)
{
  const json_t* const number = json_object_get(r->root, "max_span_s");
  const double        value  = json_number_value(number);
  if (number && !(value >= 0.0 && value <= 60.0)) {
    return echoic_reader_bad(
      r, "model", "'max_span_s' must be a number from 0 to 60");
  }

  r->model->max_span_s = (float)value;
  return ECHOIC_OK;
}

/// Read what remembers, which older files don't say
static EchoicStatus
read_states(const EchoicModelReader* const r)
{
  EchoicModel* const  m    = r->model;
  const json_t* const json = json_object_get(r->root, "states");
  const char* const   name = json_string_value(json);
  uint32_t            i    = 0U;
  while (name && echoic_states_names[i] &&
         strcmp(echoic_states_names[i], name)) {
    ++i;
  }

  if (json && (!name || !echoic_states_names[i])) {
    return echoic_reader_bad(
      r,
      "model",
      "'states' must be rotating, delay, onepole, transmamba or graph");
  }

  m->states = (EchoicStates)i;
  return m->states == ECHOIC_STATES_GRAPH &&
             echoic_states_extract(&m->graph, ECHOIC_STATES_PREFIX, &m->memory)
           ? echoic_reader_bad(
               r, "model", "'states' is graph, but no node is named 'states.'")
           : ECHOIC_OK;
}

static EchoicStatus
read_model(const EchoicModelReader* const r)
{
  EchoicModel* const m  = r->model;
  EchoicStatus       st = echoic_reader_version(r);
  const size_t       n = 9U + (json_object_get(r->root, "max_span_s") != NULL) +
                   (json_object_get(r->root, "states") != NULL);
  if (st || (st = echoic_reader_expect_size(r, "model", r->root, n)) ||
      (st = read_max_span(r)) || (st = check_front_end(r)) ||
      (st = read_count(r, "revision", max_revision, &m->revision)) ||
      (st = read_count(r, "n_bands", ECHOIC_N_BANDS, &m->n_bands)) ||
      (st = read_sounds(r)) || (st = echoic_reader_clips(r)) ||
      (st = echoic_reader_marks(r)) || (st = echoic_reader_profiles(r)) ||
      (st = echoic_reader_graph(r, &m->graph)) || (st = read_states(r)) ||
      (st = echoic_reader_all_used(r))) {
    return st;
  }

  return echoic_reader_check_graph(r);
}

json_t*
echoic_reader_description(const EchoicSafetensors* const file,
                          EchoicError* const             error)
{
  const char* const text = echoic_safetensors_metadata(file, "echoic");
  json_error_t      why;
  json_t* const     root =
    text ? json_loads(text, JSON_REJECT_DUPLICATES, &why) : NULL;
  if (!text) {
    (void)echoic_error(
      error,
      ECHOIC_BAD_FORMAT,
      "neither a model nor a graph of Echoic: __metadata__ has no 'echoic'");
  } else if (!root && !*why.text) { // All that JSON says of memory
    (void)echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
  } else if (!root) {
    (void)echoic_error(error,
                       ECHOIC_BAD_FORMAT,
                       "the model's description isn't JSON: %.120s",
                       why.text);
  }

  return root;
}

EchoicModel*
echoic_model_parse(const uint8_t* const bytes,
                   const size_t         size,
                   EchoicError* const   error)
{
  EchoicSafetensors file;
  if (echoic_safetensors_parse(bytes, size, &file, error)) {
    return NULL;
  }

  json_t* const root  = echoic_reader_description(&file, error);
  EchoicModel*  model = root ? echoic_model_new() : NULL;
  bool* const   used  = (bool*)calloc(file.n_tensors + 1U, sizeof(bool));
  if (model && used) {
    uint32_t                next   = 0U;
    const EchoicModelReader reader = {&file, root, model, used, &next, error};
    if (read_model(&reader)) {
      echoic_model_free(model);
      model = NULL;
    }
  } else if (root) {
    (void)echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
    echoic_model_free(model);
    model = NULL;
  }

  free(used);
  json_decref(root);
  echoic_safetensors_clear(&file);
  return model;
}
