// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TESTS_FUZZ_PLUGIN_RIG_H
#define ECHOIC_TESTS_FUZZ_PLUGIN_RIG_H

/* A host in one thread for a plugin that is linked in: what it gives to the
   plugin is exactly as large as it says. */

#include "plugin/ports.h"
#include "plugin/uris.h"
#include "plugin/work.h"
#include "tests/fuzz/fuzz.h"

#include <lv2/atom/atom.h>
#include <lv2/atom/util.h>
#include <lv2/core/lv2.h>
#include <lv2/state/state.h>
#include <lv2/urid/urid.h>
#include <lv2/worker/worker.h>

#include <math.h>
#include <string.h>

enum {
  rig_max_block  = 8192,
  rig_max_works  = 32,
  rig_max_urids  = 64,
  rig_max_values = 2,
};

/// A value of a state
typedef struct {
  LV2_URID    key;
  LV2_URID    type;
  size_t      size;
  const void* value;
} RigValue;

typedef struct {
  const LV2_Descriptor*       descriptor;
  const LV2_Worker_Interface* worker;
  const LV2_State_Interface*  state;
  LV2_Handle                  handle;
  LV2_Worker_Schedule         schedule;
  EchoicVariant               variant;
  uint32_t                    ids[ECHOIC_N_PORT_IDS]; ///< By index
  EchoicPortKind              kinds[ECHOIC_N_PORT_IDS];
  float                       controls[ECHOIC_N_PORT_IDS]; ///< By id
  float*                      audio[ECHOIC_N_PORT_IDS];    ///< [rig_max_block]
  void*                       atoms[ECHOIC_N_PORT_IDS];    ///< Of this run
  uint32_t                    capacity;                    ///< Of outputs
  uint32_t                    n_works;
  EchoicWork                  works[rig_max_works];
  uint32_t                    n_values;
  RigValue                    values[rig_max_values]; ///< To be restored
} Rig;

static LV2_URID
rig_map(const LV2_URID_Map_Handle handle, const char* const uri)
{
  static char known[rig_max_urids][64];
  LV2_URID    i = 0U;
  (void)handle;
  for (; i < rig_max_urids && known[i][0]; ++i) {
    if (!strcmp(known[i], uri)) {
      return i + 1U;
    }
  }

  require(i < rig_max_urids && strlen(uri) < sizeof(known[i]));
  (void)snprintf(known[i], sizeof(known[i]), "%s", uri);
  return i + 1U;
}

static LV2_URID_Map rig_urids = {NULL, rig_map};

static LV2_Worker_Status
rig_schedule(const LV2_Worker_Schedule_Handle handle,
             const uint32_t                   size,
             const void* const                data)
{
  Rig* const rig = (Rig*)handle;
  if (rig->n_works == rig_max_works) {
    return LV2_WORKER_ERR_NO_SPACE;
  }

  EchoicWork* const work = &rig->works[rig->n_works++];
  require(size <= sizeof(*work));
  memcpy(work, data, size);
  require(size > offsetof(EchoicWork, path));
  require(!work->path[size - offsetof(EchoicWork, path) - 1U]);
  return LV2_WORKER_SUCCESS;
}

static LV2_Worker_Status
rig_respond(const LV2_Worker_Respond_Handle handle,
            const uint32_t                  size,
            const void* const               data)
{
  const Rig* const rig = (const Rig*)handle;
  return rig->worker->work_response(rig->handle, size, data);
}

/// Do what was scheduled, without reading or writing files; teach at most
/// `n_lessons` times, and return how many are left
static inline uint32_t
rig_work(Rig* const rig, uint32_t n_lessons)
{
  for (uint32_t i = 0U; i < rig->n_works; ++i) {
    const EchoicWork* const work = &rig->works[i];
    const bool              asks = work->kind == ECHOIC_WORK_ASK;
    if ((asks && n_lessons) || work->kind == ECHOIC_WORK_COLLECT) {
      n_lessons -= asks;
      rig->worker->work(
        rig->handle, rig_respond, rig, echoic_work_size(work), work);
    }
  }

  rig->n_works = 0U;
  return n_lessons;
}

static inline void
rig_connect(Rig* const rig)
{
  for (uint32_t i = 0U; i < echoic_n_ports(rig->variant); ++i) {
    uint32_t                slot = 0U;
    const uint32_t          id   = echoic_port_id(rig->variant, i);
    const EchoicPort* const port = echoic_port(rig->variant, id, &slot);
    void*                   data = NULL;
    rig->ids[i]                  = id;
    rig->kinds[i]                = port->kind;
    if (port->kind <= ECHOIC_CV_OUT) {
      rig->audio[id] = (float*)calloc(rig_max_block, sizeof(float));
      data           = rig->audio[id];
    } else if (port->kind >= ECHOIC_CONTROL_IN) {
      rig->controls[id] = port->initial;
      data              = &rig->controls[id];
    }
    rig->descriptor->connect_port(rig->handle, i, data);
  }
}

static inline void
rig_open(Rig* const rig, const EchoicVariant variant, const double rate_hz)
{
  memset(rig, 0, sizeof(*rig));
  rig->variant                   = variant;
  rig->capacity                  = 4096U;
  rig->schedule                  = (LV2_Worker_Schedule){rig, rig_schedule};
  const LV2_Feature        map   = {LV2_URID__map, &rig_urids};
  const LV2_Feature        work  = {LV2_WORKER__schedule, &rig->schedule};
  const LV2_Feature* const all[] = {&map, &work, NULL};
  rig->descriptor                = lv2_descriptor((uint32_t)variant);
  rig->handle = rig->descriptor->instantiate(rig->descriptor, rate_hz, "", all);
  require(rig->handle);
  rig->worker = (const LV2_Worker_Interface*)rig->descriptor->extension_data(
    LV2_WORKER__interface);
  rig->state = (const LV2_State_Interface*)rig->descriptor->extension_data(
    LV2_STATE__interface);
  rig_connect(rig);
  rig->descriptor->activate(rig->handle);
}

static inline void
rig_close(Rig* const rig)
{
  rig->descriptor->cleanup(rig->handle);
  for (uint32_t i = 0U; i < ECHOIC_N_PORT_IDS; ++i) {
    free(rig->audio[i]);
  }
}

/// Give a sequence to an input for the next run: a copy of `size` bytes
static inline void
rig_send(Rig* const     rig,
         const uint32_t id,
         const void*    bytes,
         const size_t   size)
{
  rig->atoms[id] = malloc(size);
  require(rig->atoms[id]);
  memcpy(rig->atoms[id], bytes, size);
}

/// A host gives sequences that are whole: so must be what comes back
static inline void
rig_check_sequence(const LV2_Atom_Sequence* const s,
                   const uint32_t                 capacity,
                   const uint32_t                 n)
{
  int64_t  last = 0;
  uint32_t left = s->atom.size;
  require(s->atom.size + sizeof(LV2_Atom) <= capacity);
  if (!s->atom.type) {
    return;
  }

  require(left >= sizeof(LV2_Atom_Sequence_Body));
  left -= (uint32_t)sizeof(LV2_Atom_Sequence_Body);
  LV2_ATOM_SEQUENCE_FOREACH(s, e)
  {
    const uint32_t size =
      (uint32_t)sizeof(LV2_Atom_Event) + lv2_atom_pad_size(e->body.size);
    require(size <= left && e->time.frames >= last);
    require(e->time.frames < (int64_t)n || !e->time.frames);
    left -= size;
    last = e->time.frames;
  }
  require(!left);
}

static inline void
rig_prepare_atoms(Rig* const rig, const uint32_t index)
{
  const uint32_t id = rig->ids[index];
  if (rig->kinds[index] == ECHOIC_ATOM_OUT) {
    LV2_Atom* const atom = (LV2_Atom*)malloc(rig->capacity);
    require(atom);
    *atom          = (LV2_Atom){rig->capacity, 0U};
    rig->atoms[id] = atom;
  }

  rig->descriptor->connect_port(rig->handle, index, rig->atoms[id]);
}

static inline void
rig_check_port(const Rig* const rig, const uint32_t index, const uint32_t n)
{
  const uint32_t       id   = rig->ids[index];
  const EchoicPortKind kind = rig->kinds[index];
  if (kind == ECHOIC_ATOM_OUT) {
    rig_check_sequence(
      (const LV2_Atom_Sequence*)rig->atoms[id], rig->capacity, n);
  } else if (kind == ECHOIC_CONTROL_OUT) {
    require(isfinite(rig->controls[id]));
  } else if (kind == ECHOIC_AUDIO_OUT || kind == ECHOIC_CV_OUT) {
    for (uint32_t i = 0U; i < n; ++i) {
      require(fabsf(rig->audio[id][i]) < 9.0F);
    }
  }
}

/// Hear what is in the audio inputs; inputs of atoms without any are null
static inline void
rig_run(Rig* const rig, const uint32_t n)
{
  const uint32_t n_ports = echoic_n_ports(rig->variant);
  for (uint32_t i = 0U; i < n_ports; ++i) {
    if (rig->kinds[i] == ECHOIC_ATOM_IN || rig->kinds[i] == ECHOIC_ATOM_OUT) {
      rig_prepare_atoms(rig, i);
    }
  }

  rig->descriptor->run(rig->handle, n);
  for (uint32_t i = 0U; i < n_ports; ++i) {
    rig_check_port(rig, i, n);
    free(rig->atoms[rig->ids[i]]);
    rig->atoms[rig->ids[i]] = NULL;
  }
}

static const void*
rig_retrieve(const LV2_State_Handle handle,
             const uint32_t         key,
             size_t* const          size,
             uint32_t* const        type,
             uint32_t* const        flags)
{
  const Rig* const rig = (const Rig*)handle;
  for (uint32_t i = 0U; i < rig->n_values; ++i) {
    const RigValue* const v = &rig->values[i];
    if (v->key == key) {
      *size  = v->size;
      *type  = v->type;
      *flags = LV2_STATE_IS_POD | LV2_STATE_IS_PORTABLE;
      return v->value;
    }
  }

  return NULL;
}

static inline void
rig_set_value(Rig* const   rig,
              const char*  key,
              const char*  type,
              const void*  value,
              const size_t size)
{
  require(rig->n_values < rig_max_values);
  rig->values[rig->n_values++] =
    (RigValue){rig_map(NULL, key), rig_map(NULL, type), size, value};
}

/// Restore the values
static inline LV2_State_Status
rig_restore(Rig* const rig)
{
  const LV2_State_Status st =
    rig->state->restore(rig->handle, rig_retrieve, rig, 0U, NULL);
  rig->n_values = 0U;
  return st;
}

#endif // ECHOIC_TESTS_FUZZ_PLUGIN_RIG_H
