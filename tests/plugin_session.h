// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TESTS_PLUGIN_SESSION_H
#define ECHOIC_TESTS_PLUGIN_SESSION_H

/* What a host does with a plugin: run it, listen to what it says, save and
   restore it. */

#include "tests/plugin_host.h"

#include <lv2/atom/forge.h>

/// Note what a notification says
static inline void
host_notice(Host* const host, const LV2_Atom_Object* const object)
{
  const LV2_Atom*        property = NULL;
  const LV2_Atom*        value    = NULL;
  const LV2_Atom_Object* body     = NULL;
  const LV2_Atom*        name     = NULL;
  lv2_atom_object_get(object,
                      host_urid(host, LV2_PATCH__property),
                      &property,
                      host_urid(host, LV2_PATCH__value),
                      &value,
                      host_urid(host, LV2_PATCH__body),
                      &body,
                      0);
  if (object->body.otype != host_urid(host, LV2_PATCH__Set)) {
    ++host->n_events;
    ck_assert_ptr_nonnull(body);
    lv2_atom_object_get(body, host_urid(host, "urn:echoic:name"), &name, 0);
    ck_assert_ptr_nonnull(name);
    snprintf(host->event_name, 64U, "%s", (const char*)(name + 1));
    return;
  }

  ck_assert(property && value);
  ck_assert_uint_eq(value->type, host_urid(host, LV2_ATOM__String));
  const LV2_URID key = ((const LV2_Atom_URID*)property)->body;
  if (key == host_urid(host, "urn:echoic:message")) {
    snprintf(host->text, sizeof(host->text), "%s", (const char*)(value + 1));
  }

  for (uint32_t i = 0U; i < 8U; ++i) {
    char uri[32];
    snprintf(uri, sizeof(uri), "urn:echoic:name_%u", i + 1U);
    if (key == host_urid(host, uri)) {
      snprintf(host->names[i], 64U, "%s", (const char*)(value + 1));
    }
  }
}

/// Note what came out of a MIDI or notification port
static inline void
host_collect(Host* const host, const uint32_t port)
{
  const LV2_Atom_Sequence* const s    = &host->atoms[port]->u.sequence;
  const LV2_URID                 midi = host_urid(host, LV2_MIDI__MidiEvent);
  int64_t                        last = 0;
  if (s->atom.type != host_urid(host, LV2_ATOM__Sequence)) {
    ck_assert_uint_eq(s->atom.size, 0U);
    return;
  }

  ck_assert_uint_le(s->atom.size + sizeof(LV2_Atom), host->capacity);
  LV2_ATOM_SEQUENCE_FOREACH(s, event)
  {
    ck_assert_msg(event->time.frames >= last, "events out of order");
    last = event->time.frames;
    if (event->body.type == midi) {
      ck_assert_uint_eq(event->body.size, 3U);
      ck_assert_uint_lt(host->n_notes, host_max_notes);
      HostNote* const note = &host->notes[host->n_notes++];
      note->at             = host->pos + (uint64_t)last;
      memcpy(note->bytes, event + 1, 3U);
    } else {
      host_notice(host, (const LV2_Atom_Object*)&event->body);
    }
  }
}

/// Run `n` frames of what is in the audio buffers, without doing its works
static inline void
host_run_only(Host* const host, const uint32_t n)
{
  const LV2_URID chunk = host_urid(host, LV2_ATOM__Chunk);
  for (uint32_t i = 0U; i < host->n_ports; ++i) {
    if (host->atoms[i] && host->is_output[i]) {
      host->atoms[i]->u.sequence.atom.type = chunk;
      host->atoms[i]->u.sequence.atom.size = host->capacity;
    } else if (host->atoms[i] && !host->atoms[i]->u.sequence.atom.type) {
      host->atoms[i]->u.sequence.atom.type =
        host_urid(host, LV2_ATOM__Sequence);
      host->atoms[i]->u.sequence.atom.size = sizeof(LV2_Atom_Sequence_Body);
    }
  }

  lilv_instance_run(host->instance, n);
  for (uint32_t i = 0U; i < host->n_ports; ++i) {
    if (host->atoms[i] && host->is_output[i]) {
      host_collect(host, i);
    } else if (host->atoms[i]) {
      host->atoms[i]->u.sequence.atom.type = 0U;
    }
  }

  host->pos += n;
}

/**
   Play `n` samples in blocks of `size`, or of random sizes if it is 0.

   @param out [n] Of the first output; may be null.
*/
static inline void
host_play(Host* const        host,
          const float* const in,
          float* const       out,
          const size_t       n,
          const uint32_t     size)
{
  const uint32_t first_out = host->is_output[1] ? 1U : 2U;
  for (size_t i = 0U; i < n;) {
    const uint32_t want = size ? size : (uint32_t)rand() % host_max_block;
    const uint32_t len  = want < n - i ? want : (uint32_t)(n - i);
    for (uint32_t c = 0U; c < first_out; ++c) {
      memcpy(host->audio[c], in + i, len * sizeof(float));
    }
    host_run_only(host, len);
    host_work(host);
    if (out) {
      memcpy(out + i, host->audio[first_out], len * sizeof(float));
    }
    i += len;
  }
}

/// Press a button for one run of nothing, and let its work be done
static inline void
host_press(Host* const host, const char* const symbol)
{
  host->text[0] = '\0';
  host_set(host, symbol, 1.0F);
  host_run_only(host, 0U);
  host_set(host, symbol, 0.0F);
  host_run_only(host, 0U);
  host_work(host);
  host_run_only(host, 0U); // Says what came of it, takes over what was made
  host_work(host);
}

static inline LV2_State_Status
host_store(const LV2_State_Handle handle,
           const uint32_t         key,
           const void* const      value,
           const size_t           size,
           const uint32_t         type,
           const uint32_t         flags)
{
  HostState* const state = (HostState*)handle;
  ck_assert_uint_lt(state->n, 8U);
  ck_assert_uint_ne(flags & LV2_STATE_IS_POD, 0U);
  HostProperty* const p = &state->properties[state->n++];
  *p                    = (HostProperty){key, type, size, malloc(size)};
  memcpy(p->value, value, size);
  return LV2_STATE_SUCCESS;
}

static inline const void*
host_retrieve(const LV2_State_Handle handle,
              const uint32_t         key,
              size_t* const          size,
              uint32_t* const        type,
              uint32_t* const        flags)
{
  const HostState* const state = (const HostState*)handle;
  for (uint32_t i = 0U; i < state->n; ++i) {
    if (state->properties[i].key == key) {
      *size  = state->properties[i].size;
      *type  = state->properties[i].type;
      *flags = LV2_STATE_IS_POD;
      return state->properties[i].value;
    }
  }

  return NULL;
}

static inline HostState
host_save(Host* const host)
{
  static const LV2_Feature* const none[] = {NULL};
  HostState                       state  = {0};
  ck_assert_int_eq(host->state->save(lilv_instance_get_handle(host->instance),
                                     host_store,
                                     &state,
                                     LV2_STATE_IS_POD,
                                     none),
                   LV2_STATE_SUCCESS);
  return state;
}

static inline LV2_State_Status
host_restore(Host* const host, const HostState* const state)
{
  static const LV2_Feature* const none[] = {NULL};
  HostState                       copy   = *state;
  return host->state->restore(lilv_instance_get_handle(host->instance),
                              host_retrieve,
                              &copy,
                              LV2_STATE_IS_POD,
                              none);
}

static inline void
host_free_state(HostState* const state)
{
  for (uint32_t i = 0U; i < state->n; ++i) {
    free(state->properties[i].value);
  }

  state->n = 0U;
}

/// Make a property the state of a host that maps URIs as this one does
static inline void
host_property(Host* const       host,
              HostState* const  state,
              const char* const key,
              const char* const type,
              const void* const value,
              const size_t      size)
{
  host_store(state,
             host_urid(host, key),
             value,
             size,
             host_urid(host, type),
             LV2_STATE_IS_POD);
}

/// Send patch:Set of a text
static inline void
host_set_text(Host* const       host,
              const char* const property,
              const char* const type,
              const char* const text)
{
  _Alignas(8) uint8_t  buffer[2048];
  LV2_Atom_Forge       forge;
  LV2_Atom_Forge_Frame frame;
  lv2_atom_forge_init(&forge, &host->map);
  lv2_atom_forge_set_buffer(&forge, buffer, sizeof(buffer));
  lv2_atom_forge_object(&forge, &frame, 0U, host_urid(host, LV2_PATCH__Set));
  lv2_atom_forge_key(&forge, host_urid(host, LV2_PATCH__property));
  lv2_atom_forge_urid(&forge, host_urid(host, property));
  lv2_atom_forge_key(&forge, host_urid(host, LV2_PATCH__value));
  lv2_atom_forge_typed_string(
    &forge, host_urid(host, type), text, (uint32_t)strlen(text));
  lv2_atom_forge_pop(&forge, &frame);
  const LV2_Atom* const atom = (const LV2_Atom*)(const void*)buffer;
  host_send(host, "control", 0, atom->type, atom->size, atom + 1);
}

static inline void
host_set_path(Host* const       host,
              const char* const property,
              const char* const path)
{
  host_set_text(host, property, LV2_ATOM__Path, path);
}

/// Send patch:Get of a property, or of all if it is null
static inline void
host_get_property(Host* const host, const char* const property)
{
  _Alignas(8) uint8_t  buffer[256];
  LV2_Atom_Forge       forge;
  LV2_Atom_Forge_Frame frame;
  lv2_atom_forge_init(&forge, &host->map);
  lv2_atom_forge_set_buffer(&forge, buffer, sizeof(buffer));
  lv2_atom_forge_object(&forge, &frame, 0U, host_urid(host, LV2_PATCH__Get));
  if (property) {
    lv2_atom_forge_key(&forge, host_urid(host, LV2_PATCH__property));
    lv2_atom_forge_urid(&forge, host_urid(host, property));
  }
  lv2_atom_forge_pop(&forge, &frame);
  const LV2_Atom* const atom = (const LV2_Atom*)(const void*)buffer;
  host_send(host, "control", 0, atom->type, atom->size, atom + 1);
}

/// Send time:Position
static inline void
host_set_speed(Host* const host, const float speed)
{
  _Alignas(8) uint8_t  buffer[256];
  LV2_Atom_Forge       forge;
  LV2_Atom_Forge_Frame frame;
  lv2_atom_forge_init(&forge, &host->map);
  lv2_atom_forge_set_buffer(&forge, buffer, sizeof(buffer));
  lv2_atom_forge_object(
    &forge, &frame, 0U, host_urid(host, LV2_TIME__Position));
  lv2_atom_forge_key(&forge, host_urid(host, LV2_TIME__speed));
  lv2_atom_forge_float(&forge, speed);
  lv2_atom_forge_pop(&forge, &frame);
  const LV2_Atom* const atom = (const LV2_Atom*)(const void*)buffer;
  host_send(host, "control", 0, atom->type, atom->size, atom + 1);
}

#endif // ECHOIC_TESTS_PLUGIN_SESSION_H
