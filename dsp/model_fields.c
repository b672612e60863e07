// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/model_fields.h"

#include <math.h>

#define U32(type, name, least, most) \
  {#name, ECHOIC_FIELD_U32, offsetof(type, name), least, most}
#define I32(type, name, least, most) \
  {#name, ECHOIC_FIELD_I32, offsetof(type, name), least, most}
#define F32(type, name, least, most) \
  {#name, ECHOIC_FIELD_F32, offsetof(type, name), least, most}
#define F64(type, name, least, most) \
  {#name, ECHOIC_FIELD_F64, offsetof(type, name), least, most}
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

const EchoicField echoic_sound_fields[] = {
  U32(EchoicSound, midi_note, 0.0, 127.0),
  F32(EchoicSound, sensitivity, -1.0, 1.0),
  F32(EchoicSound, mask_s, 0.0, 60.0),
  F32(EchoicSound, max_false_alarms_per_hour, 0.0, 1e6),
  U32(EchoicSound, added, 0.0, UINT32_MAX),
  U32(EchoicSound, removed, 0.0, UINT32_MAX),
};

const EchoicField echoic_calibration_fields[] = {
  U32(EchoicCalibration, n_examples, 0.0, 1e6),
  F32(EchoicCalibration, span_s, 0.0, 60.0),
  F32(EchoicCalibration, memory_s, 0.0, 60.0),
  F32(EchoicCalibration, length_s, 0.0, 36000.0),
  F32(EchoicCalibration, level_db, -1000.0, 1000.0),
  F32(EchoicCalibration, threshold, 0.0, 1000.0),
  F32(EchoicCalibration, positive, -1000.0, 1000.0),
  F32(EchoicCalibration, background, -1000.0, 1000.0),
  F32(EchoicCalibration, margin, -1000.0, 1000.0),
  F32(EchoicCalibration, false_alarms_per_hour, 0.0, 1e9),
  I32(EchoicCalibration, confused_with, -1.0, ECHOIC_MAX_SOUNDS),
  F32(EchoicCalibration, confusion, -1e6, 1e6),
  U32(EchoicCalibration, warnings, 0.0, 31.0),
};

const EchoicField echoic_mark_fields[] = {
  U32(EchoicMark, clip, 0.0, 1e6),
  F64(EchoicMark, start_s, -1.0, 1e6),
  F64(EchoicMark, end_s, 0.0, 1e6),
  F32(EchoicMark, level_db, -1000.0, 1000.0),
  U32(EchoicMark, added, 0.0, UINT32_MAX),
  U32(EchoicMark, removed, 0.0, UINT32_MAX),
};

const size_t echoic_n_sound_fields       = COUNT(echoic_sound_fields);
const size_t echoic_n_calibration_fields = COUNT(echoic_calibration_fields);
const size_t echoic_n_mark_fields        = COUNT(echoic_mark_fields);

const char* const echoic_mark_kinds[3] = {"example", "not", "background"};

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
  bool ok = true;
  for (size_t i = 0U; ok && i < n_fields; ++i) {
    const double  value = get(&fields[i], object);
    json_t* const number =
      is_whole(&fields[i]) ? json_integer((json_int_t)value) : json_real(value);
    ok = !json_object_set_new(json, fields[i].name, number);
  }

  return ok;
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
    const bool fits = is_whole(f) ? json_is_integer(number) : json_is_number(number);
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
