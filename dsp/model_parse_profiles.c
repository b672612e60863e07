// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/model_fields.h"
#include "dsp/model_reader.h"

#include <stdlib.h>
#include <string.h>

static const size_t max_profiles = 100000U;

static bool
read_index(const EchoicModelReader* const r,
           const json_t* const            json,
           uint32_t* const                index)
{
  const json_int_t value = json_integer_value(json);
  *index                 = (uint32_t)value;
  return json_is_integer(json) && value >= 0 &&
         value < (json_int_t)r->model->n_sounds;
}

static EchoicStatus
read_profile(const EchoicModelReader* const r,
             const json_t* const            json,
             const uint32_t                 index,
             EchoicProfile* const           profile)
{
  char where[ECHOIC_ITEM_NAME_SIZE];
  char name[ECHOIC_ITEM_NAME_SIZE];
  echoic_item_name(ECHOIC_LIST_PROFILES, index, where);
  echoic_item_tensor(ECHOIC_LIST_PROFILES, index, name);
  const EchoicStatus st = echoic_reader_expect_size(r, where, json, 2U);
  if (st) {
    return st;
  }

  if (!read_index(r, json_object_get(json, "listener"), &profile->listener) ||
      !read_index(r, json_object_get(json, "source"), &profile->source) ||
      profile->listener == profile->source) {
    return echoic_reader_bad(
      r, where, "'listener' and 'source' must be indexes of two sounds");
  }

  const EchoicFileTensor* const t = echoic_reader_tensor(r, name);
  if (!t || t->dtype != ECHOIC_U8 || t->n_dims != 1U ||
      t->dims[0] != ECHOIC_PROFILE_SIZE) {
    return echoic_reader_bad(r, name, "must be a tensor of U8 with shape [96]");
  }

  memcpy(profile->response, t->data, ECHOIC_PROFILE_SIZE);
  return ECHOIC_OK;
}

EchoicStatus
echoic_reader_profiles(const EchoicModelReader* const r)
{
  const json_t* const list = json_object_get(r->root, "profiles");
  const size_t        n    = json_array_size(list);
  EchoicStatus        st   = ECHOIC_OK;
  if (!json_is_array(list) || n > max_profiles) {
    return echoic_reader_bad(r, "model", "'profiles' must be a list");
  }

  r->model->profiles = (EchoicProfile*)calloc(n + 1U, sizeof(EchoicProfile));
  if (!r->model->profiles) {
    return echoic_error(r->error, ECHOIC_NO_MEMORY, "out of memory");
  }

  for (uint32_t i = 0U; !st && i < n; ++i) {
    st = read_profile(r, json_array_get(list, i), i, &r->model->profiles[i]);
    ++r->model->n_profiles;
  }

  return st;
}
