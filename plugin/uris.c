// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "plugin/uris.h"

#include <lv2/atom/atom.h>
#include <lv2/midi/midi.h>
#include <lv2/patch/patch.h>
#include <lv2/time/time.h>

#include <stddef.h>
#include <string.h>

/// A URI and where its number goes
typedef struct {
  size_t      offset;
  const char* uri;
} Row;

#define ROW(field, uri)              \
  {                                  \
    offsetof(EchoicUris, field), uri \
  }

static const Row rows[] = {
  ROW(atom_Blank, LV2_ATOM__Blank),
  ROW(atom_Chunk, LV2_ATOM__Chunk),
  ROW(atom_Double, LV2_ATOM__Double),
  ROW(atom_Float, LV2_ATOM__Float),
  ROW(atom_Int, LV2_ATOM__Int),
  ROW(atom_Long, LV2_ATOM__Long),
  ROW(atom_Object, LV2_ATOM__Object),
  ROW(atom_Path, LV2_ATOM__Path),
  ROW(atom_Resource, LV2_ATOM__Resource),
  ROW(atom_Sequence, LV2_ATOM__Sequence),
  ROW(atom_String, LV2_ATOM__String),
  ROW(atom_URID, LV2_ATOM__URID),
  ROW(midi_MidiEvent, LV2_MIDI__MidiEvent),
  ROW(patch_Get, LV2_PATCH__Get),
  ROW(patch_Put, LV2_PATCH__Put),
  ROW(patch_Set, LV2_PATCH__Set),
  ROW(patch_body, LV2_PATCH__body),
  ROW(patch_property, LV2_PATCH__property),
  ROW(patch_value, LV2_PATCH__value),
  ROW(time_Position, LV2_TIME__Position),
  ROW(time_speed, LV2_TIME__speed),
  ROW(echoic_kit, ECHOIC_URI_KIT),
  ROW(echoic_kit_export, ECHOIC_URI_KIT_EXPORT),
  ROW(echoic_margin, ECHOIC_URI "margin"),
  ROW(echoic_message, ECHOIC_URI "message"),
  ROW(echoic_model, ECHOIC_URI_MODEL),
  ROW(echoic_name, ECHOIC_URI "name"),
  ROW(echoic_names[0], ECHOIC_URI "name_1"),
  ROW(echoic_names[1], ECHOIC_URI "name_2"),
  ROW(echoic_names[2], ECHOIC_URI "name_3"),
  ROW(echoic_names[3], ECHOIC_URI "name_4"),
  ROW(echoic_names[4], ECHOIC_URI "name_5"),
  ROW(echoic_names[5], ECHOIC_URI "name_6"),
  ROW(echoic_names[6], ECHOIC_URI "name_7"),
  ROW(echoic_names[7], ECHOIC_URI "name_8"),
  ROW(echoic_onset, ECHOIC_URI "onset"),
  ROW(echoic_reason, ECHOIC_URI "reason"),
  ROW(echoic_score, ECHOIC_URI "score"),
  ROW(echoic_slot, ECHOIC_URI "slot"),
  ROW(echoic_velocity, ECHOIC_URI "velocity"),
};

void
echoic_uris_map(EchoicUris* const uris, const LV2_URID_Map* const map)
{
  memset(uris, 0, sizeof(*uris));
  for (size_t i = 0U; map && i < sizeof(rows) / sizeof(rows[0]); ++i) {
    const LV2_URID urid = map->map(map->handle, rows[i].uri);
    memcpy((char*)uris + rows[i].offset, &urid, sizeof(urid));
  }
}
