// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_PLUGIN_URIS_H
#define ECHOIC_PLUGIN_URIS_H

#include <lv2/urid/urid.h>

#define ECHOIC_URI "urn:echoic:"
#define ECHOIC_URI_MODEL ECHOIC_URI "model" ///< State: the bytes of a model
#define ECHOIC_URI_KIT ECHOIC_URI "kit"     ///< A model file to load
#define ECHOIC_URI_KIT_EXPORT ECHOIC_URI "kit_export" ///< One to write

/// Numbers of the URIs; all 0 in a host that can't map them
typedef struct {
  LV2_URID atom_Blank;
  LV2_URID atom_Chunk;
  LV2_URID atom_Double;
  LV2_URID atom_Float;
  LV2_URID atom_Int;
  LV2_URID atom_Long;
  LV2_URID atom_Object;
  LV2_URID atom_Path;
  LV2_URID atom_Resource;
  LV2_URID atom_Sequence;
  LV2_URID atom_String;
  LV2_URID atom_URID;
  LV2_URID midi_MidiEvent;
  LV2_URID patch_Get;
  LV2_URID patch_Put;
  LV2_URID patch_Set;
  LV2_URID patch_body;
  LV2_URID patch_property;
  LV2_URID patch_value;
  LV2_URID time_Position;
  LV2_URID time_speed;
  LV2_URID echoic_kit;
  LV2_URID echoic_kit_export;
  LV2_URID echoic_margin;
  LV2_URID echoic_message;
  LV2_URID echoic_model;
  LV2_URID echoic_name; ///< Of a slot, in notifications
  LV2_URID echoic_onset;
  LV2_URID echoic_reason;
  LV2_URID echoic_score;
  LV2_URID echoic_slot;
  LV2_URID echoic_velocity;
  LV2_URID echoic_names[8]; ///< Of each slot, as parameters and in the state
} EchoicUris;

/// Fill `uris` from the host's map; null is allowed
void
echoic_uris_map(EchoicUris* uris, const LV2_URID_Map* map);

#endif // ECHOIC_PLUGIN_URIS_H
