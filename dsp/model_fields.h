// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_MODEL_FIELDS_H
#define ECHOIC_MODEL_FIELDS_H

#include "dsp/echoic.h"
#include "dsp/model.h"

#include <jansson.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   The members of a model's structs as they stand in its JSON, once for reading
   and writing.  All set-up.
*/

typedef enum {
  ECHOIC_FIELD_U32,
  ECHOIC_FIELD_I32,
  ECHOIC_FIELD_F32,
  ECHOIC_FIELD_F64
} EchoicFieldType;

/// A number in a struct
typedef struct {
  const char*     name;
  EchoicFieldType type;
  size_t          offset;
  double          least;
  double          most;
  bool            is_optional; ///< Stays as it is if it isn't there
} EchoicField;

extern const EchoicField echoic_sound_fields[];
extern const size_t      echoic_n_sound_fields;
extern const EchoicField echoic_calibration_fields[];
extern const size_t      echoic_n_calibration_fields;
extern const EchoicField echoic_clip_fields[]; ///< Only of thinned clips
extern const size_t      echoic_n_clip_fields;
extern const EchoicField echoic_mark_fields[];
extern const size_t      echoic_n_mark_fields;

/// Bytes that all marks have, a tensor [n_marks, size]; older files have none
typedef struct {
  const char* name;
  size_t      offset; ///< In EchoicMark
  size_t      size;
} EchoicMarkTensor;

#define ECHOIC_MARK_TENSORS 2U

extern const EchoicMarkTensor echoic_mark_tensors[ECHOIC_MARK_TENSORS];

/// The lists of a model
typedef enum {
  ECHOIC_LIST_SOUNDS,
  ECHOIC_LIST_CLIPS,
  ECHOIC_LIST_MARKS,
  ECHOIC_LIST_PROFILES
} EchoicList;

#define ECHOIC_ITEM_NAME_SIZE 32U

/// Say which item of a list is meant, for an error: "clip 3"
ECHOIC_SETUP void
echoic_item_name(EchoicList list,
                 uint32_t   index,
                 char       name[ECHOIC_ITEM_NAME_SIZE]);

/// Name the tensor of a clip or a profile: "clip.3.level"
ECHOIC_SETUP void
echoic_item_tensor(EchoicList list,
                   uint32_t   index,
                   char       name[ECHOIC_ITEM_NAME_SIZE]);

/// Word for each EchoicMarkKind
extern const char* const echoic_mark_kinds[3];

/// Write the fields of `object` into a JSON object; false without memory
ECHOIC_SETUP bool
echoic_fields_write(const EchoicField* fields,
                    size_t             n_fields,
                    const void*        object,
                    json_t*            json);

/// Return how many fields an object has if it lacks none but optional ones
ECHOIC_SETUP size_t
echoic_fields_count(const EchoicField* fields,
                    size_t             n_fields,
                    const json_t*      json);

/**
   Read fields into `object`: each must be there (unless it is optional), a
   number, and in range.

   @param where What the object is, for the error: "sound 3".
*/
ECHOIC_SETUP EchoicStatus
echoic_fields_read(const EchoicField* fields,
                   size_t             n_fields,
                   const json_t*      json,
                   const char*        where,
                   void*              object,
                   EchoicError*       error);

#endif // ECHOIC_MODEL_FIELDS_H
