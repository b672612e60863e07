// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "plugin/atoms.h"

#include <lv2/atom/util.h>

#include <stddef.h>
#include <string.h>

ECHOIC_RT EchoicReader
echoic_reader(const EchoicUris* const uris, const void* const port)
{
  const LV2_Atom_Sequence* const sequence = (const LV2_Atom_Sequence*)port;
  const EchoicReader             none     = {NULL, NULL};
  if (!sequence || !uris->atom_Sequence ||
      sequence->atom.type != uris->atom_Sequence ||
      sequence->atom.size < sizeof(LV2_Atom_Sequence_Body)) {
    return none;
  }

  const EchoicReader reader = {sequence,
                               lv2_atom_sequence_begin(&sequence->body)};
  return reader;
}

/// True if there is an event, and all of it within the sequence
static bool
has_event(const EchoicReader* const reader)
{
  const LV2_Atom_Sequence* const s = reader->sequence;
  if (!s) {
    return false;
  }

  const uint8_t* const end  = (const uint8_t*)&s->body + s->atom.size;
  const ptrdiff_t      left = end - (const uint8_t*)reader->next;
  return left >= (ptrdiff_t)sizeof(LV2_Atom_Event) &&
         reader->next->body.size <= (size_t)left - sizeof(LV2_Atom_Event);
}

ECHOIC_RT uint32_t
echoic_reader_due(const EchoicReader* const reader, const uint32_t last)
{
  if (!has_event(reader)) {
    return UINT32_MAX;
  }

  const int64_t frame = reader->next->time.frames;
  return frame < 0 ? 0U : frame < last ? (uint32_t)frame : last;
}

ECHOIC_RT const LV2_Atom_Event*
echoic_reader_take(EchoicReader* const reader)
{
  const LV2_Atom_Event* const event = reader->next;
  reader->next                      = lv2_atom_sequence_next(event);
  return event;
}

ECHOIC_RT const LV2_Atom*
echoic_object_get(const LV2_Atom_Object* const object, const LV2_URID key)
{
  const size_t   head = sizeof(LV2_Atom_Property_Body);
  const uint8_t* at   = (const uint8_t*)(&object->body + 1);
  size_t         left = object->atom.size - sizeof(object->body);
  while (left >= head) {
    const LV2_Atom_Property_Body* const p = (const LV2_Atom_Property_Body*)at;
    const size_t                        n = p->value.size;
    if (n > left - head) {
      return NULL;
    }

    if (p->key == key) {
      return &p->value;
    }

    const size_t step = head + ((n + 7U) & ~(size_t)7U);
    at += step < left ? step : left;
    left -= step < left ? step : left;
  }

  return NULL;
}

ECHOIC_RT EchoicWriter
echoic_writer(const EchoicUris* const uris, void* const port)
{
  EchoicWriter             writer   = {NULL, 0U, 0};
  LV2_Atom_Sequence* const sequence = (LV2_Atom_Sequence*)port;
  if (sequence) {
    // Some hosts count the head in, some don't: it is taken as counted
    writer.capacity = sequence->atom.size;
    if (uris->atom_Sequence && writer.capacity >= sizeof(LV2_Atom_Sequence)) {
      writer.sequence     = sequence;
      sequence->atom.type = uris->atom_Sequence;
      sequence->atom.size = sizeof(LV2_Atom_Sequence_Body);
      sequence->body.unit = 0U;
      sequence->body.pad  = 0U;
    } else {
      sequence->atom.type = 0U;
      sequence->atom.size = 0U;
    }
  }

  return writer;
}

ECHOIC_RT bool
echoic_writer_add(EchoicWriter* const writer,
                  const int64_t       frame,
                  const LV2_URID      type,
                  const uint32_t      size,
                  const void* const   body)
{
  const uint32_t need =
    lv2_atom_pad_size((uint32_t)sizeof(LV2_Atom_Event) + size);
  if (!writer->sequence || need > writer->capacity - sizeof(LV2_Atom) -
                                    writer->sequence->atom.size) {
    return false;
  }

  uint8_t* const end =
    (uint8_t*)writer->sequence + sizeof(LV2_Atom) + writer->sequence->atom.size;
  writer->last               = frame > writer->last ? frame : writer->last;
  const LV2_Atom_Event event = {{writer->last}, {size, type}};
  memset(end, 0, need);
  memcpy(end, &event, sizeof(event));
  memcpy(end + sizeof(event), body, size);
  writer->sequence->atom.size += need;
  return true;
}
