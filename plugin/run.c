// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "plugin/plugin.h"

#include "dsp/denormals.h"
#include "plugin/hear.h"
#include "plugin/patch.h"
#include "plugin/teaching.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

static const double latency_step_s = 0.05; ///< Refining seldom changes it
static const double most_ahead_s   = 0.02; ///< The gate opens before an onset
static const double memory_wait_s  = 0.3;  ///< A knob is still being turned
static const double draw_wait_s    = 0.05;

ECHOIC_RT void
echoic_plugin_stop_notes(EchoicPlugin* const plugin)
{
  const EchoicNoteSink sink = echoic_plugin_note_sink(plugin);
  echoic_notes_stop(&plugin->notes, &sink);
}

/// Begin again at sample 0; what still sounds is ended first
static void
start_anew(EchoicPlugin* const plugin)
{
  plugin->run_start = plugin->notes.now;
  echoic_plugin_stop_notes(plugin);
  echoic_notes_reset(&plugin->notes);
  echoic_gate_reset(&plugin->gate);
  memset(plugin->accounts, 0, sizeof(plugin->accounts));
  memset(plugin->voltages.rises, 0, sizeof(plugin->voltages.rises));
  plugin->run_start = 0U;
  plugin->keys      = 0U;
}

/// Take over the names of the slots; what changed is to be told, and nothing
/// has happened in those that are empty
static void
take_slots(EchoicPlugin* const plugin, const EchoicDetector* const d)
{
  for (uint32_t i = 0U; i < ECHOIC_N_SLOTS; ++i) {
    if (d->slots[i].sound < 0) {
      memset(&plugin->accounts[i], 0, sizeof(plugin->accounts[i]));
    }
    if (memcmp(plugin->names[i], d->slots[i].name, ECHOIC_NAME_SIZE)) {
      memcpy(plugin->names[i], d->slots[i].name, ECHOIC_NAME_SIZE);
      plugin->untold_names |= 1U << i;
    }
  }
}

/// Take over a detector that was made
static void
exchange(EchoicPlugin* const plugin)
{
  if (!plugin->refused) {
    plugin->refused = atomic_exchange(&plugin->offered, NULL);
    if (plugin->refused) {
      take_slots(plugin, plugin->refused);
    }
    if (plugin->refused && atomic_exchange(&plugin->is_loaded, false)) {
      echoic_plugin_stop_notes(plugin);
      memset(plugin->accounts, 0, sizeof(plugin->accounts));
    }
  }

  if (plugin->refused && echoic_live_offer(plugin->live, plugin->refused)) {
    plugin->refused = NULL;
  }
}

/// Give back a detector that isn't needed any more, when there is time for it
static void
give_back(EchoicPlugin* const plugin)
{
  if (!atomic_load(&plugin->retired) &&
      plugin->works.n_works < ECHOIC_WORKS_MOST) {
    EchoicDetector* const old = echoic_live_collect(plugin->live);
    if (old) {
      atomic_store(&plugin->retired, old);
      if (plugin->schedule) {
        EchoicWork work;
        work.kind    = ECHOIC_WORK_COLLECT;
        work.path[0] = '\0';
        echoic_want(plugin, &work);
      }
    }
  }
}

/**
   Declare a latency, and delay the sound by it.

   It follows from the sounds, but while Lookahead is on it only grows: hosts
   interrupt the sound to compensate another one, so refining, undoing and
   forgetting must not ask for it.
*/
static void
set_latency(EchoicPlugin* const plugin)
{
  const EchoicDetector* const d       = echoic_live_detector(plugin->live);
  const bool                  held    = plugin->controls.looks_ahead;
  uint32_t                    samples = held ? plugin->path.delay : 0U;
  if (held && d && d->engine) {
    const double   step  = rint(latency_step_s * plugin->rate_hz);
    const double   ahead = most_ahead_s * plugin->rate_hz;
    const uint64_t delay = echoic_engine_max_delay(d->engine);
    const double   need  = ceil(((double)delay + ahead) / step) * step;
    samples              = (uint32_t)fmax((double)samples, need);
  }

  const uint32_t latency = echoic_path_set_delay(&plugin->path, samples);
  echoic_notes_timing(&plugin->notes, !plugin->controls.looks_ahead, latency);
}

/// Set gains of the open and closed gate by mode, mix and bypass
static void
set_gains(EchoicPlugin* const plugin)
{
  static const float    open[]   = {1.0F, 1.0F, 0.0F, 0.0F};
  static const float    closed[] = {1.0F, 0.0F, 1.0F, 1.0F};
  const EchoicControls* c        = &plugin->controls;
  const float           ducked = c->mode == ECHOIC_MODE_DUCK ? c->depth : 0.0F;
  const float           inside = fmaxf(open[c->mode], ducked);
  const float           wet    = c->is_enabled ? c->wet : 0.0F;
  echoic_path_set_gains(&plugin->path,
                        1.0F - (wet * (1.0F - inside)),
                        1.0F - (wet * (1.0F - closed[c->mode])));
}

static void
set_gate(EchoicPlugin* const plugin)
{
  const EchoicControls* const c    = &plugin->controls;
  EchoicGateSpec              spec = plugin->gate_spec;
  spec.attack_s                    = c->attack_s;
  spec.hold_s                      = c->hold_s;
  spec.release_s                   = c->release_s;
  spec.lookahead_s = c->looks_ahead ? fmin(c->attack_s, most_ahead_s) : 0.0;

  const EchoicGateSpec* const was = &plugin->gate_spec;
  if (spec.attack_s != was->attack_s || spec.hold_s != was->hold_s ||
      spec.release_s != was->release_s ||
      spec.lookahead_s != was->lookahead_s) {
    plugin->gate_spec = spec;
    echoic_gate_tune(&plugin->gate, &spec);
  }
}

/// Teach again when the memory was turned and is at rest
static void
set_memory(EchoicPlugin* const plugin, const uint32_t n)
{
  if (plugin->controls.memory_s != plugin->wanted_memory_s) {
    plugin->wanted_memory_s = plugin->controls.memory_s;
    plugin->n_memory_wait   = (uint32_t)(memory_wait_s * plugin->rate_hz);
  } else if (plugin->n_memory_wait > n) {
    plugin->n_memory_wait -= n;
  } else if (plugin->n_memory_wait) {
    plugin->n_memory_wait = 0U;
    echoic_teach_again(plugin);
  }
}

static void
press_buttons(EchoicPlugin* const plugin, const uint64_t before)
{
  const uint64_t now     = plugin->controls.buttons;
  const uint64_t changed = now ^ before;
  for (uint32_t i = 0U; i < ECHOIC_N_BUTTONS; ++i) {
    if (changed >> i & now >> i & 1U) {
      echoic_press(plugin, i);
    } else if (changed >> i & 1U) {
      echoic_release(plugin, i);
    }
  }
}

static void
obey_controls(EchoicPlugin* const plugin, const uint32_t n)
{
  const bool     is_fresh = plugin->is_fresh;
  const uint64_t before   = plugin->controls.buttons;
  const uint32_t channel  = plugin->controls.trigger_channel;
  echoic_controls_read(&plugin->controls, plugin->ports);
  echoic_live_set_early(plugin->live, !plugin->controls.looks_ahead);
  echoic_live_set_short(plugin->live, plugin->controls.is_short);
  for (uint32_t i = 0U; i < ECHOIC_N_SLOTS; ++i) {
    echoic_live_tune(plugin->live, i, &plugin->controls.tuning[i]);
    echoic_notes_set(&plugin->notes, i, &plugin->controls.notes[i]);
  }

  if (channel != plugin->controls.trigger_channel) {
    echoic_teaching_keys_up(plugin); // Nobody would hear that they come up
  }

  if (is_fresh) { // Buttons that are down now weren't pressed
    plugin->wanted_memory_s = plugin->controls.memory_s;
  } else {
    press_buttons(plugin, before);
    set_memory(plugin, n);
  }

  if (plugin->was_enabled && !plugin->controls.is_enabled) {
    echoic_plugin_stop_notes(plugin);
  }

  plugin->was_enabled = plugin->controls.is_enabled;
  plugin->is_fresh    = false;
  set_latency(plugin);
  set_gains(plugin);
  set_gate(plugin);
  if (is_fresh) {
    echoic_path_settle(&plugin->path);
  }
}

/// Let what is due at this frame happen; return the frames until the next
static uint32_t
receive(EchoicPlugin* const plugin,
        EchoicReader* const control,
        EchoicReader* const midi_in,
        const uint32_t      n)
{
  const uint32_t last = n ? n - 1U : 0U;
  while (echoic_reader_due(control, last) <= plugin->chunk) {
    echoic_patch_receive(plugin, echoic_reader_take(control));
  }

  while (echoic_reader_due(midi_in, last) <= plugin->chunk) {
    echoic_midi_receive(plugin, echoic_reader_take(midi_in));
  }

  uint32_t       end     = plugin->chunk + ECHOIC_CHUNK;
  const uint32_t dues[3] = {
    n, echoic_reader_due(control, last), echoic_reader_due(midi_in, last)};
  for (uint32_t i = 0U; i < 3U; ++i) {
    end = dues[i] < end ? dues[i] : end;
  }

  return end - plugin->chunk;
}

static void
write_port(EchoicPlugin* const plugin, const uint32_t id, const float value)
{
  float* const out = (float*)plugin->ports[id];
  if (out) {
    *out = value;
  }
}

static void
write_slot(EchoicPlugin* const plugin, const uint32_t slot)
{
  const EchoicAccount* const  account = &plugin->accounts[slot];
  const EchoicDetector* const d       = echoic_live_detector(plugin->live);
  const EchoicSlot* const     known   = d ? &d->slots[slot] : NULL;
  const bool                  exists  = known && known->sound >= 0;
  const float                 alarms  = !exists ? 0.0F
                                        : known->calibration.alone
                                          ? ECHOIC_RATE_UNKNOWN
                                          : known->calibration.false_alarms_per_hour;
  const float                 threshold =
    exists ? echoic_engine_threshold(d->engine, (uint32_t)known->sound) : 0.0F;

  write_port(plugin, echoic_slot_port(slot, ECHOIC_SLOT_SCORE), account->score);
  write_port(
    plugin, echoic_slot_port(slot, ECHOIC_SLOT_MARGIN), account->margin);
  write_port(plugin, echoic_slot_port(slot, ECHOIC_SLOT_FALSE_ALARMS), alarms);
  write_port(
    plugin, echoic_slot_port(slot, ECHOIC_SLOT_REASON), (float)account->reason);
  atomic_store_explicit(
    &plugin->display.score[slot], account->score, memory_order_relaxed);
  atomic_store_explicit(
    &plugin->display.threshold[slot], threshold, memory_order_relaxed);
}

static void
write_outputs(EchoicPlugin* const plugin, const uint32_t n)
{
  const float teaching =
    echoic_is_busy(plugin) ? 4.0F : (float)plugin->capture.state;
  write_port(plugin, ECHOIC_PORT_LATENCY, (float)plugin->path.delay);
  write_port(plugin, ECHOIC_PORT_TEACHING, teaching);
  for (uint32_t i = 0U; i < ECHOIC_N_SLOTS; ++i) {
    write_slot(plugin, i);
  }

  if (plugin->has_to_say) {
    echoic_patch_tell_text(plugin);
    plugin->has_to_say = false;
  }

  echoic_patch_tell_names(plugin, plugin->untold_names);
  plugin->untold_names = 0U;

  EchoicDisplay* const display = &plugin->display;
  if (display->n_wait > n) {
    display->n_wait -= n;
  } else if (display->queue) {
    display->n_wait = (uint32_t)(draw_wait_s * plugin->rate_hz);
    display->queue->queue_draw(display->queue->handle);
  }
}

ECHOIC_RT void
echoic_plugin_run(const LV2_Handle handle, const uint32_t n)
{
  EchoicPlugin* const   plugin = (EchoicPlugin*)handle;
  const EchoicDenormals before = echoic_denormals_off();
  EchoicReader          control =
    echoic_reader(&plugin->uris, plugin->ports[ECHOIC_PORT_CONTROL]);
  EchoicReader midi_in =
    echoic_reader(&plugin->uris, plugin->ports[ECHOIC_PORT_MIDI_IN]);

  plugin->chunk   = 0U;
  plugin->n_chunk = 0U;
  plugin->notify =
    echoic_writer(&plugin->uris, plugin->ports[ECHOIC_PORT_NOTIFY]);
  plugin->midi_out =
    echoic_writer(&plugin->uris, plugin->ports[ECHOIC_PORT_MIDI_OUT]);
  if (plugin->is_fresh) {
    start_anew(plugin);
  }

  plugin->run_start = plugin->notes.now;
  echoic_plugin_end_owed(plugin);
  exchange(plugin);
  obey_controls(plugin, n);
  do {
    plugin->n_chunk = 0U;
    plugin->n_chunk = receive(plugin, &control, &midi_in, n);
    echoic_plugin_hear(plugin);
    plugin->chunk += plugin->n_chunk;
  } while (plugin->chunk < n);

  give_back(plugin);
  echoic_send_works(plugin);
  plugin->chunk = n ? n - 1U : 0U;
  write_outputs(plugin, n);
  echoic_denormals_restore(before);
}
