// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/model_fields.h"

#include "dsp/utf8.h"

#include <math.h>
#include <string.h>

#define AT(type, kind, name) #name, ECHOIC_FIELD_##kind, offsetof(type, name)
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define BYTES(name) \
  "mark." #name, offsetof(EchoicMark, name), sizeof(((EchoicMark*)0)->name)

const EchoicMarkTensor echoic_mark_tensors[ECHOIC_MARK_TENSORS] = {
  {BYTES(strike)},
  {BYTES(fingerprint)},
};

const EchoicField echoic_sound_fields[] = {
  {AT(EchoicSound, U32, midi_note), 0.0, 127.0, false},
  {AT(EchoicSound, U32, slot), 0.0, ECHOIC_MAX_SOUNDS, true},
  {AT(EchoicSound, F32, sensitivity), -1.0, 1.0, false},
  {AT(EchoicSound, F32, mask_s), 0.0, 60.0, false},
  {AT(EchoicSound, F32, max_false_alarms_per_hour), 0.0, 1e6, false},
  {AT(EchoicSound, U32, added), 0.0, 1e8, false},
  {AT(EchoicSound, U32, removed), 0.0, 1e8, false},
};

const EchoicField echoic_calibration_fields[] = {
  {AT(EchoicCalibration, U32, n_examples), 0.0, 1e6, false},
  {AT(EchoicCalibration, F32, span_s), 0.0, 60.0, false},
  {AT(EchoicCalibration, F32, memory_s), 0.0, 60.0, false},
  {AT(EchoicCalibration, F32, length_s), 0.0, 36000.0, false},
  {AT(EchoicCalibration, F32, level_db), -1000.0, 1000.0, false},
  {AT(EchoicCalibration, F32, attack_s), -1.0, 1.0, false},
  {AT(EchoicCalibration, F32, rise_db), 0.0, 1000.0, false},
  {AT(EchoicCalibration, F32, threshold), 0.0, 1000.0, false},
  {AT(EchoicCalibration, F32, positive), -1000.0, 1000.0, false},
  {AT(EchoicCalibration, F32, background), -1000.0, 1000.0, false},
  {AT(EchoicCalibration, F32, margin), -1000.0, 1000.0, false},
  {AT(EchoicCalibration, F32, false_alarms_per_hour), 0.0, 1e6, false},
  {AT(EchoicCalibration, I32, confused_with), -1.0, ECHOIC_MAX_SOUNDS, false},
  {AT(EchoicCalibration, F32, confusion), -1e6, 1e6, false},
  {AT(EchoicCalibration, F32, echo_s), 0.0, 60.0, true},
  {AT(EchoicCalibration, F32, echo), 0.0, 1000.0, true},
  {AT(EchoicCalibration, U32, warnings), 0.0, 31.0, false},
  {AT(EchoicCalibration, U32, alone), 0.0, 1.0, true},
};

const EchoicField echoic_clip_fields[] = {
  {AT(EchoicClip, U32, stride), 2.0, ECHOIC_CLIP_STRIDE, true},
  {AT(EchoicClip, U32, first_full), 0.0, 1e8, true},
  {AT(EchoicClip, U32, n_full), 1.0, 1e8, true},
};

const EchoicField echoic_mark_fields[] = {
  {AT(EchoicMark, U32, clip), 0.0, 1e6, false},
  {AT(EchoicMark, F64, start_s), 0.0, 1e6, false},
  {AT(EchoicMark, F64, end_s), 0.0, 1e6, false},
  {AT(EchoicMark, F32, level_db), -1000.0, 1000.0, false},
  {AT(EchoicMark, F32, attack_s), -1.0, 1.0, false},
  {AT(EchoicMark, F32, rise_db), 0.0, 1000.0, false},
  {AT(EchoicMark, U32, added), 0.0, 1e8, false},
  {AT(EchoicMark, U32, removed), 0.0, 1e8, false},
};

const size_t echoic_n_sound_fields       = COUNT(echoic_sound_fields);
const size_t echoic_n_calibration_fields = COUNT(echoic_calibration_fields);
const size_t echoic_n_clip_fields        = COUNT(echoic_clip_fields);
const size_t echoic_n_mark_fields        = COUNT(echoic_mark_fields);

const char* const echoic_mark_kinds[3] = {"example", "not", "background"};

static const char* const item_words[] = {"sound", "clip", "mark", "profile"};

void
echoic_item_name(const EchoicList list,
                 const uint32_t   index,
                 char             name[ECHOIC_ITEM_NAME_SIZE])
{
  echoic_format(name, ECHOIC_ITEM_NAME_SIZE, "%s %u", item_words[list], index);
}

void
echoic_item_tensor(const EchoicList list,
                   const uint32_t   index,
                   char             name[ECHOIC_ITEM_NAME_SIZE])
{
  const char* const what = list == ECHOIC_LIST_CLIPS ? "level" : "response";
  echoic_format(
    name, ECHOIC_ITEM_NAME_SIZE, "%s.%u.%s", item_words[list], index, what);
}

bool
echoic_name_is_valid(const char* const name)
{
  const size_t n  = strlen(name);
  bool         ok = n && n < ECHOIC_NAME_SIZE && echoic_is_utf8(name);
  for (size_t i = 0U; ok && i < n; ++i) {
    const unsigned c    = (unsigned char)name[i];
    const unsigned next = (unsigned char)name[i + 1U];
    ok = c >= 0x20U && c != 0x7FU && !(c == 0xC2U && next < 0xA0U);
  }

  return ok;
}

static bool
is_whole(const EchoicField* const field)
{
  return field->type == ECHOIC_FIELD_U32 || field->type == ECHOIC_FIELD_I32;
}

static double
get(const EchoicField* const field, const void* const object)
{
  const char* const at = (const char*)object + field->offset;
  switch (field->type) {
  case ECHOIC_FIELD_U32:
    return *(const uint32_t*)(const void*)at;
  case ECHOIC_FIELD_I32:
    return *(const int32_t*)(const void*)at;
  case ECHOIC_FIELD_F32:
    return (double)*(const float*)(const void*)at;
  case ECHOIC_FIELD_F64:
    break;
  }

  return *(const double*)(const void*)at;
}

static void
set(const EchoicField* const field, const double value, void* const object)
{
  char* const at = (char*)object + field->offset;
  switch (field->type) {
  case ECHOIC_FIELD_U32:
    *(uint32_t*)(void*)at = (uint32_t)value;
    break;
  case ECHOIC_FIELD_I32:
    *(int32_t*)(void*)at = (int32_t)value;
    break;
  case ECHOIC_FIELD_F32:
    *(float*)(void*)at = (float)value;
    break;
  case ECHOIC_FIELD_F64:
    *(double*)(void*)at = value;
    break;
  }
}

bool
echoic_fields_write(const EchoicField* const fields,
                    const size_t             n_fields,
                    const void* const        object,
                    json_t* const            json)
{
  bool ok = json;
  for (size_t i = 0U; ok && i < n_fields; ++i) {
    const double  value = get(&fields[i], object);
    json_t* const number =
      is_whole(&fields[i]) ? json_integer((json_int_t)value) : json_real(value);
    ok = !json_object_set_new(json, fields[i].name, number);
  }

  return ok;
}

size_t
echoic_fields_count(const EchoicField* const fields,
                    const size_t             n_fields,
                    const json_t* const      json)
{
  size_t n = 0U;
  for (size_t i = 0U; i < n_fields; ++i) {
    n += !fields[i].is_optional || json_object_get(json, fields[i].name);
  }

  return n;
}

EchoicStatus
echoic_fields_read(const EchoicField* const fields,
                   const size_t             n_fields,
                   const json_t* const      json,
                   const char* const        where,
                   void* const              object,
                   EchoicError* const       error)
{
  for (size_t i = 0U; i < n_fields; ++i) {
    const EchoicField* const f      = &fields[i];
    const json_t* const      number = json_object_get(json, f->name);
    const double             value  = json_number_value(number);
    if (!number && f->is_optional) {
      continue;
    }

    const bool fits =
      is_whole(f) ? json_is_integer(number) : json_is_number(number);
    if (!fits || !(value >= f->least && value <= f->most)) {
      return echoic_error(error,
                          ECHOIC_BAD_FORMAT,
                          "%s: '%s' must be a %snumber from %g to %g",
                          where,
                          f->name,
                          is_whole(f) ? "whole " : "",
                          f->least,
                          f->most);
    }
    set(f, value, object);
  }

  return ECHOIC_OK;
}
