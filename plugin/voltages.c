// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "plugin/voltages.h"

#include <math.h>

static const double trigger_s = 0.001;

/// Set a port from a sample of the chunk to its end
static void
fill(const EchoicPlugin* const plugin,
     const uint32_t            port,
     const uint32_t            first,
     const uint32_t            end,
     const float               value)
{
  float* const out = (float*)plugin->ports[ECHOIC_PORT_FIRST_CV + port];
  for (uint32_t i = first; out && i < end; ++i) {
    out[plugin->chunk + i] = value;
  }
}

/// Let the trigger stand for as long as it still has to
static void
pulse(EchoicPlugin* const plugin, const uint32_t first)
{
  const uint32_t n_left = plugin->n_chunk - first;
  const uint32_t wanted = plugin->voltages.n_trigger;
  const uint32_t n      = wanted < n_left ? wanted : n_left;
  fill(plugin, ECHOIC_CV_TRIGGER, first, first + n, 1.0F);
  fill(plugin, ECHOIC_CV_TRIGGER, first + n, plugin->n_chunk, 0.0F);
}

ECHOIC_RT void
echoic_voltages_hold(EchoicPlugin* const plugin)
{
  const uint32_t n = plugin->n_chunk;
  for (uint32_t i = 0U; i < ECHOIC_N_SLOTS; ++i) {
    fill(plugin, i, 0U, n, plugin->voltages.level[i]);
  }

  fill(plugin, ECHOIC_CV_VELOCITY, 0U, n, plugin->voltages.velocity);
  pulse(plugin, 0U);
  plugin->voltages.n_trigger -=
    plugin->voltages.n_trigger < n ? plugin->voltages.n_trigger : n;
}

ECHOIC_RT void
echoic_voltages_note(EchoicPlugin* const            plugin,
                     const EchoicNoteMessage* const message)
{
  EchoicVoltages* const v     = &plugin->voltages;
  const uint32_t        n     = plugin->n_chunk;
  const uint32_t        slot  = message->slot;
  const uint64_t        begin = plugin->run_start + plugin->chunk;
  const uint32_t        first = (uint32_t)(message->at - begin);
  if (message->is_on) {
    const uint32_t length = (uint32_t)lrint(trigger_s * plugin->rate_hz);
    ++v->n_sounding[slot];
    v->velocity  = (float)message->bytes[2] / 127.0F;
    v->n_trigger = length;
    pulse(plugin, first);
    v->n_trigger = length > n - first ? length - (n - first) : 0U;
    fill(plugin, ECHOIC_CV_VELOCITY, first, n, v->velocity);
  } else {
    --v->n_sounding[slot];
  }

  v->level[slot] = v->n_sounding[slot] ? 1.0F : 0.0F;
  fill(plugin, slot, first, n, v->level[slot]);
}
