// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TESTS_PLUGIN_HOST_H
#define ECHOIC_TESTS_PLUGIN_HOST_H

/* A small LV2 host for tests: one plugin of the bundle beside the test program,
   found by lilv, with a worker, a log and states that a test can look at. */

#include <check.h>
#include <lilv/lilv.h>
#include <lv2/atom/atom.h>
#include <lv2/atom/util.h>
#include <lv2/log/log.h>
#include <lv2/midi/midi.h>
#include <lv2/patch/patch.h>
#include <lv2/state/state.h>
#include <lv2/time/time.h>
#include <lv2/urid/urid.h>
#include <lv2/worker/worker.h>

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
  host_max_ports = 256,
  host_max_block = 8192,
  host_max_notes = 4096,
  host_max_works = 64,
  host_atom_size = 65536,
  host_max_urids = 512,
};

/// Features to leave out
enum { HOST_NO_MAP = 1U, HOST_NO_WORKER = 2U };

typedef struct {
  uint64_t at; ///< Frames since the first run
  uint8_t  bytes[3];
} HostNote;

typedef struct {
  uint32_t size;
  void*    data;
} HostWork;

/// A value of a state
typedef struct {
  uint32_t key;
  uint32_t type;
  size_t   size;
  void*    value;
} HostProperty;

typedef struct {
  uint32_t     n;
  HostProperty properties[8];
} HostState;

typedef struct {
  union {
    LV2_Atom_Sequence sequence;
    uint8_t           bytes[host_atom_size];
  } u;
} HostAtoms;

typedef struct {
  LilvWorld*          world;
  LilvInstance*       instance;
  const LilvPlugin*   plugin;
  uint32_t            n_ports;
  char                symbols[host_max_ports][32];
  float               controls[host_max_ports];
  float*              audio[host_max_ports]; ///< [host_max_block] Or null
  HostAtoms*          atoms[host_max_ports]; ///< Or null
  bool                is_output[host_max_ports];
  uint32_t            capacity; ///< Of atom outputs
  uint64_t            pos;
  uint32_t            n_notes;
  HostNote            notes[host_max_notes];
  uint32_t            n_events;       ///< Told by notifications
  char                event_name[64]; ///< Of the slot of the last
  char                names[8][64];   ///< Of slots, as told
  char                text[512];
  char                log[4096];
  uint32_t            n_works;
  HostWork            works[host_max_works];
  bool                refuses_work;
  uint32_t            n_urids;
  char*               urids[host_max_urids];
  LV2_URID_Map        map;
  LV2_Worker_Schedule schedule;
  LV2_Log_Log         logger;
  LV2_Feature         features[3];
  const LV2_Feature*  list[4];
  const LV2_Worker_Interface* worker;
  const LV2_State_Interface*  state;
} Host;

static inline LV2_URID
host_map(const LV2_URID_Map_Handle handle, const char* const uri)
{
  Host* const host = (Host*)handle;
  for (uint32_t i = 0U; i < host->n_urids; ++i) {
    if (!strcmp(host->urids[i], uri)) {
      return i + 1U;
    }
  }

  ck_assert_uint_lt(host->n_urids, host_max_urids);
  host->urids[host->n_urids++] = strdup(uri);
  return host->n_urids;
}

static inline LV2_URID
host_urid(Host* const host, const char* const uri)
{
  return host_map(host, uri);
}

static inline const char*
host_unmap(const LV2_URID_Unmap_Handle handle, const LV2_URID urid)
{
  const Host* const host = (const Host*)handle;
  return urid && urid <= host->n_urids ? host->urids[urid - 1U] : NULL;
}

static inline LV2_Worker_Status
host_schedule(const LV2_Worker_Schedule_Handle handle,
              const uint32_t                   size,
              const void* const                data)
{
  Host* const host = (Host*)handle;
  if (host->refuses_work || host->n_works == host_max_works) {
    return LV2_WORKER_ERR_NO_SPACE;
  }

  HostWork* const work = &host->works[host->n_works++];
  work->size           = size;
  work->data           = malloc(size);
  memcpy(work->data, data, size);
  return LV2_WORKER_SUCCESS;
}

static inline LV2_Worker_Status
host_respond(const LV2_Worker_Respond_Handle handle,
             const uint32_t                  size,
             const void* const               data)
{
  Host* const host = (Host*)handle;
  return host->worker->work_response(
    lilv_instance_get_handle(host->instance), size, data);
}

/// Do all that was scheduled
static inline void
host_work(Host* const host)
{
  for (uint32_t i = 0U; i < host->n_works; ++i) {
    host->worker->work(lilv_instance_get_handle(host->instance),
                       host_respond,
                       host,
                       host->works[i].size,
                       host->works[i].data);
    free(host->works[i].data);
  }

  host->n_works = 0U;
}

__attribute__((format(printf, 3, 0))) static inline int
host_vprintf(const LV2_Log_Handle handle,
             const LV2_URID       type,
             const char* const    format,
             va_list              arguments)
{
  Host* const  host = (Host*)handle;
  const size_t used = strlen(host->log);
  (void)type;
  return vsnprintf(
    host->log + used, sizeof(host->log) - used, format, arguments);
}

__attribute__((format(printf, 3, 4))) static inline int
host_printf(const LV2_Log_Handle handle,
            const LV2_URID       type,
            const char* const    format,
            ...)
{
  va_list arguments;
  va_start(arguments, format);
  const int n = host_vprintf(handle, type, format, arguments);
  va_end(arguments);
  return n;
}

static inline void
host_offer(Host* const host, const unsigned without)
{
  host->map      = (LV2_URID_Map){host, host_map};
  host->schedule = (LV2_Worker_Schedule){host, host_schedule};
  host->logger   = (LV2_Log_Log){host, host_printf, host_vprintf};
  uint32_t n     = 0U;
  if (!(without & HOST_NO_MAP)) {
    host->features[n] = (LV2_Feature){LV2_URID__map, &host->map};
    host->list[n]     = &host->features[n];
    ++n;
  }
  if (!(without & HOST_NO_WORKER)) {
    host->features[n] = (LV2_Feature){LV2_WORKER__schedule, &host->schedule};
    host->list[n]     = &host->features[n];
    ++n;
  }
  host->features[n] = (LV2_Feature){LV2_LOG__log, &host->logger};
  host->list[n]     = &host->features[n];
}

/// Load the bundle that lies beside this program's directory
static inline LilvWorld*
host_world(void)
{
  char          path[1024] = "";
  char          link[1024] = "";
  const ssize_t n          = readlink("/proc/self/exe", link, 1000U);
  ck_assert_int_gt((int)n, 0);
  *strrchr(link, '/') = '\0';
  *strrchr(link, '/') = '\0';
  snprintf(path, sizeof(path), "%.900s/echoic.lv2/", link);
  LilvWorld* const world = lilv_world_new();
  LilvNode* const  uri   = lilv_new_file_uri(world, NULL, path);
  lilv_world_load_bundle(world, uri);
  lilv_node_free(uri);
  return world;
}

static inline void
host_add_port(Host* const host, const uint32_t index)
{
  LilvWorld* const      w = host->world;
  const LilvPort* const port =
    lilv_plugin_get_port_by_index(host->plugin, index);
  LilvNode* const control = lilv_new_uri(w, LILV_URI_CONTROL_PORT);
  LilvNode* const atom    = lilv_new_uri(w, LILV_URI_ATOM_PORT);
  LilvNode* const output  = lilv_new_uri(w, LILV_URI_OUTPUT_PORT);
  void*           data    = NULL;
  snprintf(host->symbols[index],
           sizeof(host->symbols[index]),
           "%s",
           lilv_node_as_string(lilv_port_get_symbol(host->plugin, port)));
  host->is_output[index] = lilv_port_is_a(host->plugin, port, output);
  if (lilv_port_is_a(host->plugin, port, control)) {
    LilvNode* initial = NULL;
    lilv_port_get_range(host->plugin, port, &initial, NULL, NULL);
    host->controls[index] = lilv_node_as_float(initial);
    lilv_node_free(initial);
    data = &host->controls[index];
  } else if (lilv_port_is_a(host->plugin, port, atom)) {
    host->atoms[index] = (HostAtoms*)calloc(1U, sizeof(HostAtoms));
    data               = host->atoms[index];
  } else {
    host->audio[index] = (float*)calloc(host_max_block, sizeof(float));
    data               = host->audio[index];
  }

  lilv_instance_connect_port(host->instance, index, data);
  lilv_node_free(control);
  lilv_node_free(atom);
  lilv_node_free(output);
}

static inline Host*
host_open(const char* const name, const double rate_hz, const unsigned without)
{
  char uri[64];
  snprintf(uri, sizeof(uri), "urn:echoic:%s", name);
  Host* const host     = (Host*)calloc(1U, sizeof(Host));
  host->world          = host_world();
  host->capacity       = host_atom_size;
  LilvNode* const node = lilv_new_uri(host->world, uri);
  host->plugin =
    lilv_plugins_get_by_uri(lilv_world_get_all_plugins(host->world), node);
  lilv_node_free(node);
  ck_assert_msg(host->plugin, "%s isn't in the bundle", uri);
  host_offer(host, without);
  host->instance = lilv_plugin_instantiate(host->plugin, rate_hz, host->list);
  if (!host->instance) {
    return host;
  }

  host->n_ports = lilv_plugin_get_num_ports(host->plugin);
  ck_assert_uint_lt(host->n_ports, host_max_ports);
  for (uint32_t i = 0U; i < host->n_ports; ++i) {
    host_add_port(host, i);
  }

  host->worker = (const LV2_Worker_Interface*)lilv_instance_get_extension_data(
    host->instance, LV2_WORKER__interface);
  host->state = (const LV2_State_Interface*)lilv_instance_get_extension_data(
    host->instance, LV2_STATE__interface);
  lilv_instance_activate(host->instance);
  return host;
}

static inline void
host_close(Host* const host)
{
  if (host->instance) {
    lilv_instance_deactivate(host->instance);
    lilv_instance_free(host->instance);
  }

  for (uint32_t i = 0U; i < host->n_ports; ++i) {
    free(host->audio[i]);
    free(host->atoms[i]);
  }
  for (uint32_t i = 0U; i < host->n_works; ++i) {
    free(host->works[i].data);
  }
  for (uint32_t i = 0U; i < host->n_urids; ++i) {
    free(host->urids[i]);
  }
  lilv_world_free(host->world);
  free(host);
}

/// Return the index of a port, by its symbol
static inline uint32_t
host_port(const Host* const host, const char* const symbol)
{
  for (uint32_t i = 0U; i < host->n_ports; ++i) {
    if (!strcmp(host->symbols[i], symbol)) {
      return i;
    }
  }

  ck_abort_msg("no port %s", symbol);
  return 0U;
}

static inline void
host_set(Host* const host, const char* const symbol, const float value)
{
  host->controls[host_port(host, symbol)] = value;
}

static inline float
host_get(const Host* const host, const char* const symbol)
{
  return host->controls[host_port(host, symbol)];
}

/// Add an event to an input, for the next run
static inline LV2_Atom*
host_send(Host* const       host,
          const char* const symbol,
          const int64_t     frame,
          const LV2_URID    type,
          const uint32_t    size,
          const void* const body)
{
  LV2_Atom_Sequence* const s =
    &host->atoms[host_port(host, symbol)]->u.sequence;
  if (!s->atom.type) {
    s->atom.type = host_urid(host, LV2_ATOM__Sequence);
    s->atom.size = sizeof(LV2_Atom_Sequence_Body);
  }

  LV2_Atom_Event* const event =
    (LV2_Atom_Event*)((uint8_t*)s + sizeof(LV2_Atom) + s->atom.size);
  event->time.frames = frame;
  event->body.size   = size;
  event->body.type   = type;
  memcpy(event + 1, body, size);
  s->atom.size += (uint32_t)sizeof(LV2_Atom_Event) + lv2_atom_pad_size(size);
  return &event->body;
}

#endif // ECHOIC_TESTS_PLUGIN_HOST_H
