// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "plugin/voltages.h"

#include <math.h>

static const double trigger_s = 0.001;
static const double gap_s     = 0.001; ///< Shorter ones envelopes may miss

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

/// Write a slot's gate from a sample of the chunk to its end
static void
hold_gate(const EchoicPlugin* const plugin,
          const uint32_t            slot,
          const uint32_t            first)
{
  const EchoicVoltages* const v     = &plugin->voltages;
  const uint64_t              begin = plugin->run_start + plugin->chunk;
  const uint32_t              n     = plugin->n_chunk;
  const uint64_t left = v->rises[slot] > begin ? v->rises[slot] - begin : 0U;
  const uint32_t gap  = left < n ? (uint32_t)left : n;
  const uint32_t rise = gap > first ? gap : first;
  fill(plugin, slot, first, rise, 0.0F);
  fill(plugin, slot, rise, n, v->n_sounding[slot] ? 1.0F : 0.0F);
}

ECHOIC_RT void
echoic_voltages_hold(EchoicPlugin* const plugin)
{
  const uint32_t n = plugin->n_chunk;
  for (uint32_t i = 0U; i < ECHOIC_N_SLOTS; ++i) {
    hold_gate(plugin, i, 0U);
  }

  fill(plugin, ECHOIC_CV_VELOCITY, 0U, n, plugin->voltages.velocity);
  pulse(plugin, 0U);
  plugin->voltages.n_trigger -=
    plugin->voltages.n_trigger < n ? plugin->voltages.n_trigger : n;
}

/// Let the trigger and the velocity say that a note begins
static void
strike(EchoicPlugin* const plugin, const uint32_t first, const float velocity)
{
  EchoicVoltages* const v      = &plugin->voltages;
  const uint32_t        n_left = plugin->n_chunk - first;
  v->velocity                  = velocity;
  v->n_trigger                 = (uint32_t)lrint(trigger_s * plugin->rate_hz);
  pulse(plugin, first);
  v->n_trigger -= v->n_trigger < n_left ? v->n_trigger : n_left;
  fill(plugin, ECHOIC_CV_VELOCITY, first, plugin->n_chunk, velocity);
}

ECHOIC_RT void
echoic_voltages_note(EchoicPlugin* const            plugin,
                     const EchoicNoteMessage* const message)
{
  EchoicVoltages* const v     = &plugin->voltages;
  const uint32_t        slot  = message->slot;
  const uint64_t        begin = plugin->run_start + plugin->chunk;
  const uint32_t        first = (uint32_t)(message->at - begin);
  const bool            falls =
    message->is_on ? v->n_sounding[slot] > 0U : v->n_sounding[slot] == 1U;
  if (falls) { // For a while, also if it is to rise again at once
    v->rises[slot] = message->at + (uint64_t)lrint(gap_s * plugin->rate_hz);
  }

  if (message->is_on) {
    ++v->n_sounding[slot];
    strike(plugin, first, (float)message->bytes[2] / 127.0F);
  } else {
    --v->n_sounding[slot];
  }

  hold_gate(plugin, slot, first);
}
