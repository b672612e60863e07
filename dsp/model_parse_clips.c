// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/model.h"
#include "dsp/model_fields.h"
#include "dsp/model_reader.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const size_t   max_items    = 1000000U; ///< Clips or marks
static const uint32_t max_frames   = 100000000U;
static const double   end_slack_s  = 0.1; ///< A mark may end past its clip
static const double   max_source_s = 1e8;

/// Count the frames of a clip from its rows
static bool
count_frames(const size_t n_rows, EchoicClip* const clip)
{
  if (clip->stride == 1U) {
    clip->n_full = (uint32_t)n_rows;
  }

  const size_t before = clip->first_full / clip->stride;
  if (clip->first_full % clip->stride || n_rows < before + clip->n_full) {
    return false;
  }

  const size_t after = n_rows - before - clip->n_full;
  clip->n_frames =
    clip->first_full + clip->n_full + ((uint32_t)after * clip->stride);
  return true;
}

static EchoicStatus
read_level(const EchoicModelReader* const r,
           const uint32_t                 index,
           EchoicClip* const              clip)
{
  char name[ECHOIC_ITEM_NAME_SIZE];
  echoic_item_tensor(ECHOIC_LIST_CLIPS, index, name);
  const EchoicFileTensor* const t = echoic_reader_tensor(r, name);
  if (!t || t->dtype != ECHOIC_U8 || t->n_dims != 2U || !t->dims[0] ||
      t->dims[0] > max_frames / clip->stride || t->dims[1] != ECHOIC_N_BANDS) {
    return echoic_reader_bad(
      r, name, "must be a tensor of U8 with shape [frames, 40]");
  }

  if (!count_frames(t->dims[0], clip)) {
    return echoic_reader_bad(r,
                             name,
                             "must have a row for each 'stride' frames before "
                             "'first_full', a multiple of it, and 'n_full' "
                             "more at least");
  }

  clip->level = (uint8_t*)malloc(t->size);
  if (!clip->level) {
    return echoic_error(r->error, ECHOIC_NO_MEMORY, "out of memory");
  }

  memcpy(clip->level, t->data, t->size);
  return ECHOIC_OK;
}

/// Read how a clip was thinned, if it was
static EchoicStatus
read_thinning(const EchoicModelReader* const r,
              const json_t* const            json,
              const uint32_t                 index,
              EchoicClip* const              clip)
{
  char         where[ECHOIC_ITEM_NAME_SIZE];
  const size_t n = echoic_n_clip_fields;
  echoic_item_name(ECHOIC_LIST_CLIPS, index, where);
  clip->stride = 1U;
  const EchoicStatus st =
    echoic_fields_read(echoic_clip_fields, n, json, where, clip, r->error);
  if (st) {
    return st;
  }

  const size_t n_there = echoic_fields_count(echoic_clip_fields, n, json);
  return n_there && n_there < n
           ? echoic_reader_bad(r,
                               where,
                               "must have 'stride', 'first_full' and 'n_full' "
                               "or none of them")
           : echoic_reader_expect_size(r, where, json, 3U + n_there);
}

static EchoicStatus
read_clip(const EchoicModelReader* const r,
          const json_t* const            json,
          const uint32_t                 index,
          EchoicClip* const              clip)
{
  const char* const source = json_string_value(json_object_get(json, "source"));
  const json_t* const start   = json_object_get(json, "source_s");
  const json_t* const n_bands = json_object_get(json, "n_bands");
  const json_int_t    bands   = json_integer_value(n_bands);
  if (!source || !json_is_number(start) || !json_is_integer(n_bands) ||
      bands < 1 || bands > ECHOIC_N_BANDS ||
      !(fabs(json_number_value(start)) <= max_source_s)) {
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
  const EchoicStatus st = read_thinning(r, json, index, clip);
  return st ? st : read_level(r, index, clip);
}

EchoicStatus
echoic_reader_clips(const EchoicModelReader* const r)
{
  const json_t* const list = json_object_get(r->root, "clips");
  const size_t        n    = json_array_size(list);
  EchoicStatus        st   = ECHOIC_OK;
  if (!json_is_array(list) || n > max_items) {
    return echoic_reader_bad(r, "model", "'clips' must be a list");
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
read_mark(const EchoicModelReader* const r,
          const json_t* const            json,
          const uint32_t                 index,
          EchoicMark* const              mark)
{
  char               where[ECHOIC_ITEM_NAME_SIZE];
  const EchoicModel* m     = r->model;
  const json_t*      sound = json_object_get(json, "sound");
  const json_int_t   s     = json_integer_value(sound);
  echoic_item_name(ECHOIC_LIST_MARKS, index, where);
  EchoicStatus st = echoic_fields_read(
    echoic_mark_fields, echoic_n_mark_fields, json, where, mark, r->error);
  if (st) {
    return st;
  }

  if (!read_kind(json_object_get(json, "kind"), &mark->kind) ||
      !json_is_integer(sound) || s < -1 || s >= (json_int_t)m->n_sounds ||
      (s == -1) != (mark->kind == ECHOIC_MARK_BACKGROUND)) {
    return echoic_reader_bad(
      r, where, "must have a known 'kind' and the index of a 'sound'");
  }

  mark->sound = s < 0 ? UINT32_MAX : (uint32_t)s;
  if (s >= 0 && m->sounds[s].removed && !mark->removed) {
    return echoic_reader_bad(r, where, "marks a sound that was removed");
  }

  if (mark->clip >= m->n_clips || !(mark->end_s > mark->start_s) ||
      mark->end_s >
        (m->clips[mark->clip].n_frames * ECHOIC_HOP_S) + end_slack_s) {
    return echoic_reader_bad(r, where, "must be a stretch of one of the clips");
  }

  st = echoic_reader_expect_size(r, where, json, echoic_n_mark_fields + 2U);
  return st ? st
            : echoic_reader_revisions(r, where, mark->added, mark->removed);
}

/// Read bytes of all marks, which older files don't have
static EchoicStatus
read_mark_tensor(const EchoicModelReader* const r,
                 const EchoicMarkTensor* const  tensor)
{
  const EchoicFileTensor* const t = echoic_reader_tensor(r, tensor->name);
  const size_t                  n = tensor->size;
  if (!t) {
    return ECHOIC_OK;
  }

  if (t->dtype != ECHOIC_U8 || t->n_dims != 2U ||
      t->dims[0] != r->model->n_marks || t->dims[1] != n) {
    char text[80];
    echoic_format(text,
                  sizeof(text),
                  "must be a tensor of U8 with shape [marks, %u]",
                  (unsigned)n);
    return echoic_reader_bad(r, tensor->name, text);
  }

  const uint8_t* const bytes = (const uint8_t*)t->data;
  for (uint32_t i = 0U; i < r->model->n_marks; ++i) {
    unsigned char* const mark = (unsigned char*)&r->model->marks[i];
    memcpy(mark + tensor->offset, bytes + (i * n), n);
  }

  return ECHOIC_OK;
}

EchoicStatus
echoic_reader_marks(const EchoicModelReader* const r)
{
  const json_t* const list = json_object_get(r->root, "marks");
  const size_t        n    = json_array_size(list);
  EchoicStatus        st   = ECHOIC_OK;
  if (!json_is_array(list) || n > max_items) {
    return echoic_reader_bad(r, "model", "'marks' must be a list");
  }

  r->model->marks = (EchoicMark*)calloc(n + 1U, sizeof(EchoicMark));
  if (!r->model->marks) {
    return echoic_error(r->error, ECHOIC_NO_MEMORY, "out of memory");
  }

  for (uint32_t i = 0U; !st && i < n; ++i) {
    st = read_mark(r, json_array_get(list, i), i, &r->model->marks[i]);
    ++r->model->n_marks;
  }

  for (uint32_t i = 0U; !st && i < ECHOIC_MARK_TENSORS; ++i) {
    st = read_mark_tensor(r, &echoic_mark_tensors[i]);
  }

  return st;
}
