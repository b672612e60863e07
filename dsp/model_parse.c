// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/model.h"
#include "dsp/model_fields.h"
#include "dsp/safetensors.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const size_t   max_items     = 1000000U; ///< Clips or marks
static const uint32_t max_frames    = 100000000U;
static const double   end_slack_s   = 0.1; ///< A mark may end past its clip
static const double   close_enough  = 1e-9;

/// What is read, and where errors go
typedef struct {
  const EchoicSafetensors* file;
  const json_t*            root;
  EchoicModel*             model;
  bool*                    used; ///< [n_tensors] Tensors that were asked for
  EchoicError*             error;
} Reader;

static EchoicStatus
bad(const Reader* const r, const char* const where, const char* const what)
{
  return echoic_error(r->error, ECHOIC_BAD_FORMAT, "%s: %s", where, what);
}

static EchoicStatus
read_count(const Reader* const r,
           const char* const   key,
           const double        most,
           uint32_t* const     value)
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

static EchoicStatus
check_version(const Reader* const r)
{
  const json_t* const version = json_object_get(r->root, "version");
  if (!json_is_integer(version) || json_integer_value(version) < 1) {
    return bad(r, "model", "'version' must be a whole number from 1");
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
check_front_end(const Reader* const r)
{
  static const struct {
    const char* key;
    double      value;
  } expected[] = {{"hop_s", ECHOIC_HOP_S},
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

  return ECHOIC_OK;
}

/// Find a tensor and remember that it was asked for
static const EchoicFileTensor*
use_tensor(const Reader* const r, const char* const name)
{
  const EchoicFileTensor* const t = echoic_safetensors_find(r->file, name);
  if (t) {
    r->used[t - r->file->tensors] = true;
  }

  return t;
}

static EchoicStatus
read_params(const Reader* const   r,
            const json_t* const   json,
            EchoicNodeSpec* const node)
{
  const char* key    = NULL;
  json_t*     value  = NULL;
  json_t*     object = (json_t*)(uintptr_t)json; // Only read here
  if (json && !json_is_object(json)) {
    return bad(r, node->id, "'params' must be an object");
  }

  json_object_foreach(object, key, value)
  {
    const bool ok =
      json_is_number(value)
        ? echoic_node_spec_number(node, key, json_number_value(value))
        : json_is_string(value) &&
            echoic_node_spec_word(node, key, json_string_value(value));
    if (!ok) {
      return bad(r, node->id, "a parameter must be a number or a short word");
    }
  }

  return ECHOIC_OK;
}

static EchoicStatus
read_inputs(const Reader* const   r,
            const json_t* const   json,
            EchoicNodeSpec* const node)
{
  for (size_t i = 0U; i < json_array_size(json); ++i) {
    const char* const id = json_string_value(json_array_get(json, i));
    if (!id || !echoic_node_spec_input(node, id)) {
      return bad(r, node->id, "'inputs' must be at most 16 ids of nodes");
    }
  }

  return ECHOIC_OK;
}

static EchoicStatus
read_tensor(const Reader* const           r,
            const EchoicFileTensor* const t,
            const char* const             name,
            EchoicNodeSpec* const         node)
{
  uint32_t dims[ECHOIC_MAX_DIMS];
  bool     ok = t->dtype <= ECHOIC_BF16 && t->n_dims <= ECHOIC_MAX_DIMS;
  for (uint32_t d = 0U; ok && d < t->n_dims; ++d) {
    dims[d] = (uint32_t)t->dims[d];
    ok      = t->dims[d] && t->dims[d] <= UINT32_MAX;
  }

  float* const data =
    ok ? echoic_node_spec_tensor(node, name, t->n_dims, dims) : NULL;
  if (!data) {
    return bad(r, t->name, "must hold floating point numbers in 1 to 4 "
                           "dimensions, under a short name");
  }

  echoic_tensor_read(t, data);
  r->used[t - r->file->tensors] = true;
  return ECHOIC_OK;
}

/// Give a node all tensors whose names begin with its id and a dot
static EchoicStatus
read_tensors(const Reader* const r, EchoicNodeSpec* const node)
{
  const size_t length = strlen(node->id);
  EchoicStatus st     = ECHOIC_OK;
  for (uint32_t i = 0U; !st && i < r->file->n_tensors; ++i) {
    const EchoicFileTensor* const t = &r->file->tensors[i];
    if (!r->used[i] && !strncmp(t->name, node->id, length) &&
        t->name[length] == '.') {
      st = read_tensor(r, t, t->name + length + 1U, node);
    }
  }

  return st;
}

static EchoicStatus
read_graph(const Reader* const r)
{
  const json_t* const graph = json_object_get(r->root, "graph");
  const json_t* const width = json_object_get(graph, "width_in");
  const json_t* const nodes = json_object_get(graph, "nodes");
  EchoicStatus        st    = ECHOIC_OK;
  if (!json_is_integer(width) || json_integer_value(width) < 0 ||
      json_integer_value(width) > ECHOIC_MAX_WIDTH || !json_is_array(nodes) ||
      json_array_size(nodes) > ECHOIC_GRAPH_MAX_NODES) {
    return bad(r, "model", "'graph' must have 'width_in' and a list 'nodes'");
  }

  r->model->graph.width_in = (uint32_t)json_integer_value(width);
  for (size_t i = 0U; !st && i < json_array_size(nodes); ++i) {
    const json_t* const json = json_array_get(nodes, i);
    const char* const   id   = json_string_value(json_object_get(json, "id"));
    const char* const type = json_string_value(json_object_get(json, "type"));
    EchoicNodeSpec* const node =
      id && type ? echoic_graph_spec_add(&r->model->graph, id, type) : NULL;
    if (!node) {
      return bad(r, "graph", "each node must have a short 'id' and 'type'");
    }
    st = read_inputs(r, json_object_get(json, "inputs"), node);
    st = st ? st : read_params(r, json_object_get(json, "params"), node);
    st = st ? st : read_tensors(r, node);
  }

  return st;
}

static EchoicStatus
read_name(const Reader* const r,
          const json_t* const json,
          const uint32_t      index,
          EchoicSound* const  sound)
{
  const char* const name   = json_string_value(json);
  const size_t      length = name ? strlen(name) : 0U;
  bool              ok     = length && length < ECHOIC_NAME_SIZE;
  for (size_t i = 0U; ok && i < length; ++i) {
    ok = (unsigned char)name[i] >= 32U && name[i] != 127;
  }

  if (!ok) {
    return echoic_error(r->error,
                        ECHOIC_BAD_FORMAT,
                        "sound %u: 'name' must be 1 to 63 bytes without "
                        "control characters",
                        index);
  }

  memcpy(sound->name, name, length + 1U);
  return ECHOIC_OK;
}

static EchoicStatus
read_sound(const Reader* const r,
           const json_t* const json,
           const uint32_t      index,
           EchoicSound* const  sound)
{
  char where[32];
  (void)snprintf(where, sizeof(where), "sound %u", index);
  EchoicStatus st = read_name(r, json_object_get(json, "name"), index, sound);
  st = st ? st
          : echoic_fields_read(echoic_sound_fields,
                               echoic_n_sound_fields,
                               json,
                               where,
                               sound,
                               r->error);
  return st ? st
            : echoic_fields_read(echoic_calibration_fields,
                                 echoic_n_calibration_fields,
                                 json_object_get(json, "calibration"),
                                 where,
                                 &sound->calibration,
                                 r->error);
}

static EchoicStatus
check_sounds(const Reader* const r)
{
  const EchoicModel* const m = r->model;
  for (uint32_t i = 0U; i < m->n_sounds; ++i) {
    const EchoicSound* const s = &m->sounds[i];
    if (!s->removed && echoic_model_find(m, s->name) != (int32_t)i) {
      return bad(r, s->name, "two sounds have this name: must be unique");
    }
    if (s->calibration.confused_with >= (int32_t)m->n_sounds) {
      return bad(r, s->name, "'confused_with' must be the index of a sound");
    }
  }

  return ECHOIC_OK;
}

static EchoicStatus
read_sounds(const Reader* const r)
{
  EchoicModel* const  m    = r->model;
  const json_t* const list = json_object_get(r->root, "sounds");
  const size_t        n    = json_array_size(list);
  EchoicStatus        st   = ECHOIC_OK;
  if (!json_is_array(list) || n > ECHOIC_MAX_SOUNDS) {
    return bad(r, "model", "'sounds' must be a list of at most 1024");
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

static EchoicStatus
read_level(const Reader* const r, const uint32_t index, EchoicClip* const clip)
{
  char name[32];
  (void)snprintf(name, sizeof(name), "clip.%u.level", index);
  const EchoicFileTensor* const t = use_tensor(r, name);
  if (!t || t->dtype != ECHOIC_U8 || t->n_dims != 2U || !t->dims[0] ||
      t->dims[0] > max_frames || t->dims[1] != ECHOIC_N_BANDS) {
    return bad(r, name, "must be a tensor of U8 with shape [frames, 40]");
  }

  clip->n_frames = (uint32_t)t->dims[0];
  clip->level    = (uint8_t*)malloc(t->size);
  if (!clip->level) {
    return echoic_error(r->error, ECHOIC_NO_MEMORY, "out of memory");
  }

  memcpy(clip->level, t->data, t->size);
  return ECHOIC_OK;
}

static EchoicStatus
read_clip(const Reader* const r,
          const json_t* const json,
          const uint32_t      index,
          EchoicClip* const   clip)
{
  const char* const source = json_string_value(json_object_get(json, "source"));
  const json_t* const start   = json_object_get(json, "source_s");
  const json_t* const n_bands = json_object_get(json, "n_bands");
  const json_int_t    bands   = json_integer_value(n_bands);
  if (!source || !json_is_number(start) || !json_is_integer(n_bands) ||
      bands < 1 || bands > ECHOIC_N_BANDS) {
    return echoic_error(r->error,
                        ECHOIC_BAD_FORMAT,
                        "clip %u: must have 'source', 'source_s' and 'n_bands' "
                        "from 1 to 40",
                        index);
  }

  clip->n_bands  = (uint32_t)bands;
  clip->source_s = json_number_value(start);
  clip->source   = (char*)malloc(strlen(source) + 1U);
  if (!clip->source) {
    return echoic_error(r->error, ECHOIC_NO_MEMORY, "out of memory");
  }

  memcpy(clip->source, source, strlen(source) + 1U);
  return read_level(r, index, clip);
}

static EchoicStatus
read_clips(const Reader* const r)
{
  const json_t* const list = json_object_get(r->root, "clips");
  const size_t        n    = json_array_size(list);
  EchoicStatus        st   = ECHOIC_OK;
  if (!json_is_array(list) || n > max_items) {
    return bad(r, "model", "'clips' must be a list");
  }

  r->model->clips = (EchoicClip*)calloc(n + 1U, sizeof(EchoicClip));
  if (!r->model->clips) {
    return echoic_error(r->error, ECHOIC_NO_MEMORY, "out of memory");
  }

  for (uint32_t i = 0U; !st && i < n; ++i) {
    ++r->model->n_clips;
    st = read_clip(r, json_array_get(list, i), i, &r->model->clips[i]);
  }

  return st;
}

static bool
read_kind(const json_t* const json, EchoicMarkKind* const kind)
{
  const char* const word = json_string_value(json);
  for (uint32_t i = 0U; word && i < 3U; ++i) {
    if (!strcmp(word, echoic_mark_kinds[i])) {
      *kind = (EchoicMarkKind)i;
      return true;
    }
  }

  return false;
}

static EchoicStatus
read_mark(const Reader* const r,
          const json_t* const json,
          const uint32_t      index,
          EchoicMark* const   mark)
{
  char               where[32];
  const EchoicModel* m     = r->model;
  const json_t*      sound = json_object_get(json, "sound");
  const json_int_t   s     = json_integer_value(sound);
  (void)snprintf(where, sizeof(where), "mark %u", index);
  const EchoicStatus st = echoic_fields_read(echoic_mark_fields,
                                             echoic_n_mark_fields,
                                             json,
                                             where,
                                             mark,
                                             r->error);
  if (st) {
    return st;
  }

  if (!read_kind(json_object_get(json, "kind"), &mark->kind) ||
      !json_is_integer(sound) || s < -1 || s >= (json_int_t)m->n_sounds ||
      (s == -1) != (mark->kind == ECHOIC_MARK_BACKGROUND)) {
    return bad(r, where, "must have a known 'kind' and the index of a 'sound'");
  }

  mark->sound = s < 0 ? UINT32_MAX : (uint32_t)s;
  if (mark->clip >= m->n_clips || !(mark->end_s > mark->start_s) ||
      mark->end_s > (m->clips[mark->clip].n_frames * ECHOIC_HOP_S) + end_slack_s) {
    return bad(r, where, "must be a stretch of one of the clips");
  }

  return ECHOIC_OK;
}

static EchoicStatus
read_marks(const Reader* const r)
{
  const json_t* const list = json_object_get(r->root, "marks");
  const size_t        n    = json_array_size(list);
  EchoicStatus        st   = ECHOIC_OK;
  if (!json_is_array(list) || n > max_items) {
    return bad(r, "model", "'marks' must be a list");
  }

  r->model->marks = (EchoicMark*)calloc(n + 1U, sizeof(EchoicMark));
  if (!r->model->marks) {
    return echoic_error(r->error, ECHOIC_NO_MEMORY, "out of memory");
  }

  for (uint32_t i = 0U; !st && i < n; ++i) {
    st = read_mark(r, json_array_get(list, i), i, &r->model->marks[i]);
    ++r->model->n_marks;
  }

  return st;
}

static EchoicStatus
check_all_used(const Reader* const r)
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

/// The graph must run, and give a score for each sound that isn't forgotten
static EchoicStatus
check_detector(const Reader* const r)
{
  const EchoicModel* const m      = r->model;
  uint32_t                 n_live = 0U;
  uint32_t                 width  = 0U;
  size_t                   bytes  = 0U;
  for (uint32_t i = 0U; i < m->n_sounds; ++i) {
    n_live += !m->sounds[i].removed;
  }

  if (!m->graph.n_nodes) {
    return n_live ? bad(r, "model", "has sounds, but no graph to find them")
                  : ECHOIC_OK;
  }

  const EchoicStatus st =
    echoic_graph_bytes(&m->graph, &bytes, &width, r->error);
  if (st) {
    return st;
  }

  return width == n_live && m->graph.width_in == ECHOIC_N_FEATURES
           ? ECHOIC_OK
           : echoic_error(r->error,
                          ECHOIC_BAD_SHAPE,
                          "the graph turns %u numbers into %u: must turn %u "
                          "features into %u scores, one for each sound",
                          m->graph.width_in,
                          width,
                          ECHOIC_N_FEATURES,
                          n_live);
}

static EchoicStatus
read_model(const Reader* const r)
{
  EchoicModel* const m  = r->model;
  EchoicStatus       st = check_version(r);
  if (st || (st = check_front_end(r)) ||
      (st = read_count(r, "revision", UINT32_MAX - 1.0, &m->revision)) ||
      (st = read_count(r, "n_bands", ECHOIC_N_BANDS, &m->n_bands)) ||
      (st = read_sounds(r)) || (st = read_clips(r)) || (st = read_marks(r)) ||
      (st = read_graph(r)) || (st = check_all_used(r))) {
    return st;
  }

  return check_detector(r);
}

static json_t*
parse_description(const EchoicSafetensors* const file, EchoicError* const error)
{
  const char* const text = echoic_safetensors_metadata(file, "echoic");
  json_error_t      why;
  json_t* const     root =
    text ? json_loads(text, JSON_REJECT_DUPLICATES, &why) : NULL;
  if (!text) {
    (void)echoic_error(error,
                       ECHOIC_BAD_FORMAT,
                       "not a model of Echoic: __metadata__ has no 'echoic'");
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

  json_t* const root  = parse_description(&file, error);
  EchoicModel*  model = root ? echoic_model_new() : NULL;
  bool* const   used  = (bool*)calloc(file.n_tensors + 1U, sizeof(bool));
  if (model && used) {
    const Reader reader = {&file, root, model, used, error};
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
