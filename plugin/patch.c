// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "plugin/patch.h"

#include "plugin/teaching.h"

#include <lv2/atom/forge.h>
#include <lv2/atom/util.h>
#include <lv2/midi/midi.h>

#include <string.h>

enum { message_size = 1024 };

/// Start an object in a buffer of message_size bytes
static LV2_Atom_Forge
begin(const EchoicUris* const     uris,
      uint8_t* const              buffer,
      const LV2_URID              type,
      LV2_Atom_Forge_Frame* const frame)
{
  LV2_Atom_Forge forge;
  memset(&forge, 0, sizeof(forge));
  memset(buffer, 0, message_size);
  forge.Double = uris->atom_Double;
  forge.Float  = uris->atom_Float;
  forge.Int    = uris->atom_Int;
  forge.Long   = uris->atom_Long;
  forge.Object = uris->atom_Object;
  forge.Path   = uris->atom_Path;
  forge.String = uris->atom_String;
  forge.URID   = uris->atom_URID;
  lv2_atom_forge_set_buffer(&forge, buffer, message_size);
  lv2_atom_forge_object(&forge, frame, 0U, type);
  return forge;
}

/// Send the object in the buffer at the present frame
static void
send(EchoicPlugin* const plugin, const uint8_t* const buffer)
{
  LV2_Atom atom;
  memcpy(&atom, buffer, sizeof(atom));
  echoic_writer_add(&plugin->notify,
                    plugin->chunk,
                    atom.type,
                    atom.size,
                    buffer + sizeof(atom));
}

static void
put_int(LV2_Atom_Forge* const forge, const LV2_URID key, const int32_t value)
{
  lv2_atom_forge_key(forge, key);
  lv2_atom_forge_int(forge, value);
}

static void
put_float(LV2_Atom_Forge* const forge, const LV2_URID key, const float value)
{
  lv2_atom_forge_key(forge, key);
  lv2_atom_forge_float(forge, value);
}

ECHOIC_RT void
echoic_patch_tell(EchoicPlugin* const      plugin,
                  const uint32_t           slot,
                  const EchoicReason       reason,
                  const EchoicEvent* const event)
{
  if (!plugin->notify.sequence) {
    return;
  }

  _Alignas(8) uint8_t     buffer[message_size];
  LV2_Atom_Forge_Frame    frame;
  LV2_Atom_Forge_Frame    body;
  const EchoicUris* const uris  = &plugin->uris;
  LV2_Atom_Forge          forge = begin(uris, buffer, uris->patch_Put, &frame);
  const uint64_t          now   = echoic_live_now(plugin->live);
  lv2_atom_forge_key(&forge, uris->patch_body);
  lv2_atom_forge_object(&forge, &body, 0U, 0U);
  put_int(&forge, uris->echoic_slot, (int32_t)slot + 1);
  lv2_atom_forge_key(&forge, uris->echoic_name);
  lv2_atom_forge_string(
    &forge, plugin->names[slot], (uint32_t)strlen(plugin->names[slot]));
  put_int(&forge, uris->echoic_reason, (int32_t)reason);
  put_float(&forge, uris->echoic_score, event->score);
  put_float(&forge, uris->echoic_margin, event->score - event->threshold);
  put_float(&forge, uris->echoic_velocity, event->velocity);
  lv2_atom_forge_key(&forge, uris->echoic_onset);
  lv2_atom_forge_long(&forge, (int64_t)(now - event->onset));
  lv2_atom_forge_pop(&forge, &body);
  lv2_atom_forge_pop(&forge, &frame);
  send(plugin, buffer);
}

static void
tell_text(EchoicPlugin* const plugin,
          const LV2_URID      property,
          const LV2_URID      type,
          const char* const   text)
{
  if (!plugin->notify.sequence) {
    return;
  }

  _Alignas(8) uint8_t  buffer[message_size];
  LV2_Atom_Forge_Frame frame;
  LV2_Atom_Forge       forge =
    begin(&plugin->uris, buffer, plugin->uris.patch_Set, &frame);
  lv2_atom_forge_key(&forge, plugin->uris.patch_property);
  lv2_atom_forge_urid(&forge, property);
  lv2_atom_forge_key(&forge, plugin->uris.patch_value);
  lv2_atom_forge_typed_string(&forge, type, text, (uint32_t)strlen(text));
  lv2_atom_forge_pop(&forge, &frame);
  send(plugin, buffer);
}

ECHOIC_RT void
echoic_patch_tell_text(EchoicPlugin* const plugin)
{
  tell_text(plugin,
            plugin->uris.echoic_message,
            plugin->uris.atom_String,
            plugin->text);
}

ECHOIC_RT void
echoic_patch_tell_names(EchoicPlugin* const plugin, const uint32_t slots)
{
  for (uint32_t i = 0U; i < ECHOIC_N_SLOTS; ++i) {
    if (slots >> i & 1U) {
      tell_text(plugin,
                plugin->uris.echoic_names[i],
                plugin->uris.atom_String,
                plugin->names[i]);
    }
  }
}

/// Return the slot that a property is the name of, or ECHOIC_N_SLOTS
static uint32_t
slot_named_by(const EchoicPlugin* const plugin, const LV2_URID property)
{
  uint32_t slot = 0U;
  while (slot < ECHOIC_N_SLOTS && plugin->uris.echoic_names[slot] != property) {
    ++slot;
  }

  return slot;
}

/// Want a slot to be called something
static void
set_name(EchoicPlugin* const   plugin,
         const uint32_t        slot,
         const LV2_Atom* const value)
{
  if (value->type != plugin->uris.atom_String || value->size < 2U ||
      value->size > ECHOIC_NAME_SIZE) {
    echoic_say(plugin, "a name must be a string of 1 to 63 bytes");
    return;
  }

  EchoicWork work;
  memset(&work, 0, sizeof(work));
  work.kind     = ECHOIC_WORK_NAME;
  work.ask.slot = slot;
  memcpy(work.path, value + 1, value->size - 1U);
  echoic_want(plugin, &work);
}

/// Want a file loaded or written
static void
set_path(EchoicPlugin* const   plugin,
         const EchoicWorkKind  kind,
         const LV2_Atom* const value)
{
  const bool is_path = value->type == plugin->uris.atom_Path ||
                       value->type == plugin->uris.atom_String;
  if (!is_path || !value->size || value->size > ECHOIC_PATH_SIZE) {
    echoic_say(plugin, "a kit must be the name of a file, of up to 1023 bytes");
    return;
  }

  EchoicWork work;
  memset(&work, 0, sizeof(work));
  work.kind     = kind;
  work.memory_s = plugin->wanted_memory_s;
  memcpy(work.path, value + 1, value->size - 1U);
  for (uint32_t i = 0U; i < ECHOIC_N_SLOTS; ++i) {
    work.notes[i] = plugin->controls.notes[i].note;
  }

  echoic_want(plugin, &work);
}

/// Return the property that a message is about, 0 if it names none
static LV2_URID
property_of(const EchoicPlugin* const    plugin,
            const LV2_Atom_Object* const object)
{
  const LV2_Atom* const property =
    echoic_object_get(object, plugin->uris.patch_property);
  return property && property->type == plugin->uris.atom_URID &&
             property->size >= sizeof(LV2_URID)
           ? ((const LV2_Atom_URID*)property)->body
           : 0U;
}

static void
receive_set(EchoicPlugin* const plugin, const LV2_Atom_Object* const object)
{
  const LV2_URID        key = property_of(plugin, object);
  const LV2_Atom* const value =
    echoic_object_get(object, plugin->uris.patch_value);
  if (!key || !value) {
    return;
  }

  if (key == plugin->uris.echoic_kit) {
    set_path(plugin, ECHOIC_WORK_IMPORT, value);
  } else if (key == plugin->uris.echoic_kit_export) {
    set_path(plugin, ECHOIC_WORK_EXPORT, value);
  } else if (slot_named_by(plugin, key) < ECHOIC_N_SLOTS) {
    set_name(plugin, slot_named_by(plugin, key), value);
  }
}

/// Tell what is asked for, or all
static void
receive_get(EchoicPlugin* const plugin, const LV2_Atom_Object* const object)
{
  const LV2_URID key  = property_of(plugin, object);
  const uint32_t slot = slot_named_by(plugin, key);
  if (slot < ECHOIC_N_SLOTS) {
    echoic_patch_tell_names(plugin, 1U << slot);
  } else {
    echoic_patch_tell_text(plugin);
    echoic_patch_tell_names(plugin, key ? 0U : (1U << ECHOIC_N_SLOTS) - 1U);
  }
}

static void
receive_position(EchoicPlugin* const          plugin,
                 const LV2_Atom_Object* const object)
{
  const LV2_Atom* const speed =
    echoic_object_get(object, plugin->uris.time_speed);
  if (speed && speed->type == plugin->uris.atom_Float &&
      speed->size >= sizeof(float)) {
    const bool is_rolling = ((const LV2_Atom_Float*)speed)->body != 0.0F;
    if (plugin->is_rolling && !is_rolling) {
      echoic_plugin_stop_notes(plugin);
    }
    plugin->is_rolling = is_rolling;
  }
}

ECHOIC_RT void
echoic_patch_receive(EchoicPlugin* const         plugin,
                     const LV2_Atom_Event* const event)
{
  const EchoicUris* const uris = &plugin->uris;
  if (event->body.type != uris->atom_Object &&
      event->body.type != uris->atom_Blank &&
      event->body.type != uris->atom_Resource) {
    return;
  }

  if (event->body.size < sizeof(LV2_Atom_Object_Body)) {
    return;
  }

  const LV2_Atom_Object* const object = (const LV2_Atom_Object*)&event->body;
  if (object->body.otype == uris->time_Position) {
    receive_position(plugin, object);
  } else if (object->body.otype == uris->patch_Set) {
    receive_set(plugin, object);
  } else if (object->body.otype == uris->patch_Get) {
    receive_get(plugin, object);
  }
}

/// True for messages after which no key of their channel is held: all sound
/// off, all notes off, and those of modes, which are that, too
static bool
ends_all(const uint8_t* const bytes)
{
  return lv2_midi_message_type(bytes) == LV2_MIDI_MSG_CONTROLLER &&
         (bytes[1] == LV2_MIDI_CTL_ALL_SOUNDS_OFF ||
          bytes[1] >= LV2_MIDI_CTL_ALL_NOTES_OFF);
}

ECHOIC_RT void
echoic_midi_receive(EchoicPlugin* const         plugin,
                    const LV2_Atom_Event* const event)
{
  const uint8_t* const bytes   = (const uint8_t*)(event + 1);
  const uint32_t       channel = plugin->controls.trigger_channel;
  if (event->body.type != plugin->uris.midi_MidiEvent || !event->body.size) {
    return;
  }

  if (bytes[0] == LV2_MIDI_MSG_RESET) {
    echoic_teaching_keys_up(plugin);
  } else if (event->body.size == 3U && channel &&
             (bytes[0] & 0x0FU) == channel - 1U) {
    const LV2_Midi_Message_Type type = lv2_midi_message_type(bytes);
    if (type == LV2_MIDI_MSG_NOTE_ON && bytes[2]) {
      echoic_teaching_key(plugin, bytes[1], true);
    } else if (type == LV2_MIDI_MSG_NOTE_ON || type == LV2_MIDI_MSG_NOTE_OFF) {
      echoic_teaching_key(plugin, bytes[1], false);
    } else if (ends_all(bytes)) {
      echoic_teaching_keys_up(plugin);
    }
  }
}
