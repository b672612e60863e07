// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "plugin/plugin.h"

#include "plugin/state.h"
#include "plugin/worker.h"

#include <lv2/core/lv2_util.h>
#include <lv2/log/log.h>
#include <lv2/state/state.h>
#include <lv2/urid/urid.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double preroll_s   = 21.0; ///< And one that is being overwritten
static const double max_delay_s = 2.5;  ///< Longer than any decision takes

static const char* const plugin_uris[ECHOIC_N_VARIANTS] = {
  ECHOIC_URI "mono",
  ECHOIC_URI "stereo",
  ECHOIC_URI "mono-key",
  ECHOIC_URI "stereo-key",
  ECHOIC_URI "mono-cv",
  ECHOIC_URI "stereo-cv"};

static EchoicVariant
find_variant(const char* const uri)
{
  EchoicVariant v = ECHOIC_MONO;
  while (v < ECHOIC_N_VARIANTS && strcmp(uri, plugin_uris[v])) {
    ++v;
  }

  return v;
}

/// Make what the audio thread needs, in one block
static bool
prepare(EchoicPlugin* const plugin)
{
  const double         rate_hz = plugin->rate_hz;
  const EchoicLiveSpec spec    = {rate_hz, preroll_s};
  const uint32_t       n_channels =
    echoic_variant_is_stereo(plugin->variant) ? 2U : 1U;
  const size_t live_size = echoic_live_bytes(&spec);
  if (!live_size) {
    return false; // The rate is out of range
  }

  const uint32_t max_delay = (uint32_t)lrint(max_delay_s * rate_hz);
  const size_t   size = live_size + echoic_path_bytes(n_channels, max_delay);
  plugin->gate_spec =
    (EchoicGateSpec){rate_hz, 0.005, 0.02, 0.08, 0.0, 1.0F, 0.0F};
  plugin->block = aligned_alloc(ECHOIC_ARENA_ALIGN, echoic_arena_round(size));
  if (!plugin->block || echoic_gate_init(&plugin->gate, &plugin->gate_spec)) {
    return false;
  }

  EchoicArena arena = {(unsigned char*)plugin->block, size, 0U};
  echoic_capture_init(&plugin->capture, rate_hz);
  echoic_notes_init(&plugin->notes, rate_hz);
  return !echoic_live_prepare(&spec, &arena, &plugin->live) &&
         echoic_path_prepare(
           &plugin->path, rate_hz, n_channels, max_delay, &arena);
}

static void
find_features(EchoicPlugin* const             plugin,
              const LV2_Feature* const* const features)
{
  LV2_URID_Map*        map      = NULL;
  LV2_Log_Log*         log      = NULL;
  LV2_Worker_Schedule* schedule = NULL;
  EchoicDisplayQueue*  queue    = NULL;
  lv2_features_query(features,
                     LV2_URID__map,
                     &map,
                     false,
                     LV2_LOG__log,
                     &log,
                     false,
                     LV2_WORKER__schedule,
                     &schedule,
                     false,
                     ECHOIC_INLINE_URI "queue_draw",
                     &queue,
                     false,
                     NULL);
  plugin->schedule      = schedule;
  plugin->display.queue = queue;
  echoic_uris_map(&plugin->uris, map);
  lv2_log_logger_init(&plugin->logger, map, log);
}

static void
cleanup(const LV2_Handle handle)
{
  EchoicPlugin* const plugin = (EchoicPlugin*)handle;
  if (plugin->live) {
    echoic_live_reset(plugin->live); // Leaves one
    EchoicDetector* const last = echoic_live_detector(plugin->live);
    for (EchoicDetector* d = NULL;
         (d = echoic_live_collect(plugin->live)) != NULL;) {
      echoic_detector_free(d);
    }
    echoic_detector_free(last);
  }

  echoic_detector_free(plugin->refused);
  echoic_detector_free(atomic_load(&plugin->offered));
  echoic_detector_free(atomic_load(&plugin->retired));
  echoic_tutor_free(plugin->tutor);
  pthread_mutex_destroy(&plugin->lock);
  free(plugin->block);
  free(plugin);
}

static LV2_Handle
instantiate(const LV2_Descriptor* const     descriptor,
            const double                    rate_hz,
            const char* const               bundle_path,
            const LV2_Feature* const* const features)
{
  (void)bundle_path;
  EchoicPlugin* const plugin = (EchoicPlugin*)calloc(1U, sizeof(*plugin));
  if (!plugin) {
    return NULL;
  }

  plugin->variant = find_variant(descriptor->URI);
  plugin->rate_hz = rate_hz;
  for (uint32_t i = 0U; i < ECHOIC_N_PORT_IDS; ++i) {
    plugin->ids[i] = echoic_port_id(plugin->variant, i);
  }

  pthread_mutex_init(&plugin->lock, NULL);
  find_features(plugin, features);
  plugin->tutor    = echoic_tutor_new(rate_hz);
  plugin->is_fresh = true;
  if (!plugin->tutor || !prepare(plugin)) {
    lv2_log_error(&plugin->logger,
                  "echoic: no memory, or a sample rate that isn't from 8000 to "
                  "192000 Hz: %g\n",
                  rate_hz);
    cleanup(plugin);
    return NULL;
  }

  for (uint32_t i = 0U; i < ECHOIC_N_SLOTS; ++i) {
    snprintf(plugin->names[i],
             ECHOIC_NAME_SIZE,
             "%s",
             echoic_tutor_slot_name(plugin->tutor, i));
  }

  return plugin;
}

static void
connect_port(const LV2_Handle handle, const uint32_t index, void* const data)
{
  EchoicPlugin* const plugin = (EchoicPlugin*)handle;
  if (index < ECHOIC_N_PORT_IDS && plugin->ids[index] < ECHOIC_N_PORT_IDS) {
    plugin->ports[plugin->ids[index]] = data;
  }
}

/// Forget what was heard; the worker may be teaching from it right now
static void
activate(const LV2_Handle handle)
{
  EchoicPlugin* const plugin = (EchoicPlugin*)handle;
  pthread_mutex_lock(&plugin->lock);
  atomic_fetch_add(&plugin->generation, 1U);
  echoic_live_reset(plugin->live);
  echoic_path_reset(&plugin->path);
  echoic_capture_reset(&plugin->capture);
  plugin->is_fresh = true;
  pthread_mutex_unlock(&plugin->lock);
}

static const void*
extension_data(const char* const uri)
{
  return !strcmp(uri, LV2_STATE__interface)    ? echoic_state_interface()
         : !strcmp(uri, LV2_WORKER__interface) ? echoic_worker_interface()
         : !strcmp(uri, ECHOIC_INLINE_URI "interface")
           ? echoic_display_interface()
           : NULL;
}

LV2_SYMBOL_EXPORT const LV2_Descriptor*
lv2_descriptor(const uint32_t index)
{
#define DESCRIPTOR(uri)                                                \
  {                                                                    \
    uri, instantiate, connect_port, activate, echoic_plugin_run, NULL, \
      cleanup, extension_data                                          \
  }
  static const LV2_Descriptor descriptors[ECHOIC_N_VARIANTS] = {
    DESCRIPTOR(ECHOIC_URI "mono"),
    DESCRIPTOR(ECHOIC_URI "stereo"),
    DESCRIPTOR(ECHOIC_URI "mono-key"),
    DESCRIPTOR(ECHOIC_URI "stereo-key"),
    DESCRIPTOR(ECHOIC_URI "mono-cv"),
    DESCRIPTOR(ECHOIC_URI "stereo-cv")};
  return index < ECHOIC_N_VARIANTS ? &descriptors[index] : NULL;
}
