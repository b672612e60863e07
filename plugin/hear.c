// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "plugin/hear.h"

#include "plugin/patch.h"
#include "plugin/teaching.h"
#include "plugin/voltages.h"

#include <math.h>
#include <string.h>

static const float score_fall = 0.97F; ///< A frame: half in 0.12 s

static uint32_t
slot_of(const EchoicPlugin* const plugin, const uint32_t sound)
{
  const EchoicDetector* const d = echoic_live_source(plugin->live);
  return d && sound < d->n_sounds ? d->slot_of[sound] : ECHOIC_NO_SLOT;
}

static void
set_score(EchoicPlugin* const plugin, const uint32_t slot, const float score)
{
  EchoicAccount* const account = &plugin->accounts[slot];
  account->score               = fmaxf(account->score, score);
}

/**
   Open the gate, no earlier than this is known: or else the gain would depend
   on where blocks begin.
*/
static void
open_gate(EchoicPlugin* const plugin, const EchoicEvent* const event)
{
  const uint64_t delay = plugin->path.delay;
  const uint64_t due   = event->onset + delay;
  const uint64_t known = event->decided + plugin->gate.lookahead;
  echoic_gate_event(
    &plugin->gate, due > known ? due : known, event->end + delay);
}

static void
remember(EchoicLately* const lately, const EchoicEvent* const event)
{
  if (lately->n == ECHOIC_LATELY) {
    --lately->n;
    memmove(lately->at, lately->at + 1, lately->n * sizeof(lately->at[0]));
  }

  lately->at[lately->n++] = (EchoicStretchAt){event->onset, event->end};
}

static ECHOIC_RT void
on_event(void* const context, const EchoicEvent* const event)
{
  EchoicPlugin* const plugin = (EchoicPlugin*)context;
  const uint32_t      slot   = slot_of(plugin, event->sound);
  if (slot >= ECHOIC_N_SLOTS) {
    return;
  }

  EchoicAccount* const account = &plugin->accounts[slot];
  account->margin              = event->score - event->threshold;
  remember(&account->events, event);
  set_score(plugin, slot, event->score);
  echoic_patch_tell(plugin, slot, ECHOIC_REJECTED_NOT, event);
  if (plugin->controls.is_enabled) {
    echoic_notes_event(&plugin->notes, slot, event);
    open_gate(plugin, event);
  }
}

static ECHOIC_RT void
on_rejected(void* const context, const EchoicRejected* const rejected)
{
  EchoicPlugin* const      plugin = (EchoicPlugin*)context;
  const EchoicEvent* const event  = &rejected->event;
  const uint32_t           slot   = slot_of(plugin, event->sound);
  if (slot < ECHOIC_N_SLOTS) {
    EchoicAccount* const account = &plugin->accounts[slot];
    account->margin              = event->score - event->threshold;
    account->reason              = rejected->reason;
    remember(&account->rejected, event);
    echoic_patch_tell(plugin, slot, rejected->reason, event);
  }
}

static ECHOIC_RT void
on_frame(void* const context, const EchoicFrame* const frame)
{
  EchoicPlugin* const         plugin = (EchoicPlugin*)context;
  const EchoicDetector* const d      = echoic_live_source(plugin->live);
  for (uint32_t i = 0U; i < ECHOIC_N_SLOTS; ++i) {
    plugin->accounts[i].score *= score_fall;
  }

  if (!echoic_live_is_heard(plugin->live, frame->energies)) {
    return;
  }

  const EchoicDetector* const newest = echoic_live_detector(plugin->live);
  for (uint32_t i = 0U; i < frame->n_scores; ++i) {
    const uint32_t slot = d->slot_of_score[i];
    if (slot < ECHOIC_N_SLOTS && newest->slots[slot].sound >= 0) {
      set_score(plugin, slot, frame->scores[i]);
    }
  }
}

static ECHOIC_RT bool
write_note(EchoicPlugin* const  plugin,
           const uint64_t       at,
           const uint8_t* const bytes)
{
  return echoic_writer_add(&plugin->midi_out,
                           (int64_t)(at - plugin->run_start),
                           plugin->uris.midi_MidiEvent,
                           3U,
                           bytes);
}

static ECHOIC_RT void
on_note(void* const context, const EchoicNoteMessage* const message)
{
  EchoicPlugin* const  plugin = (EchoicPlugin*)context;
  const uint8_t* const bytes  = message->bytes;
  if (!write_note(plugin, message->at, bytes) && !message->is_on) {
    plugin->owed_offs[bytes[0] & 15U][bytes[1] / 32U] |= 1U << bytes[1] % 32U;
    plugin->owes_offs = true;
  }

  echoic_voltages_note(plugin, message);
}

ECHOIC_RT void
echoic_plugin_end_owed(EchoicPlugin* const plugin)
{
  if (!plugin->owes_offs || !plugin->midi_out.sequence) {
    return; // Nearly always
  }

  plugin->owes_offs = false;
  for (uint32_t i = 0U; i < 64U; ++i) {
    uint32_t* const owed = &plugin->owed_offs[i / 4U][i % 4U];
    for (uint32_t k = 0U; *owed && k < 32U; ++k) {
      const uint8_t bytes[3] = {
        (uint8_t)(0x80U | i / 4U), (uint8_t)((i % 4U * 32U) + k), 64U};
      if (*owed >> k & 1U && write_note(plugin, plugin->run_start, bytes)) {
        *owed &= ~(1U << k);
      }
    }
    plugin->owes_offs = plugin->owes_offs || *owed;
  }
}

ECHOIC_RT EchoicNoteSink
echoic_plugin_note_sink(EchoicPlugin* const plugin)
{
  const EchoicNoteSink sink = {on_note, plugin};
  return sink;
}

/// Copy this chunk of an input: hosts may use one buffer for in and out
static void
copy_in(const EchoicPlugin* const plugin, const uint32_t port, float* const to)
{
  const float* const in = (const float*)plugin->ports[port];
  for (uint32_t i = 0U; i < plugin->n_chunk; ++i) {
    const float sample = in ? in[plugin->chunk + i] : 0.0F;
    to[i]              = isfinite(sample) ? sample : 0.0F;
  }
}

static void
listen(EchoicPlugin* const plugin, const float* const heard)
{
  const EchoicSink sink = {on_event, on_frame, plugin, on_rejected};
  EchoicStretchAt  taken;
  if (echoic_capture_process(
        &plugin->capture, heard, plugin->n_chunk, &taken)) {
    echoic_teach_taken(plugin, &taken);
  }

  echoic_live_process(plugin->live, heard, plugin->n_chunk, &sink);
}

/// Return this chunk of an output, or null
static float*
output(const EchoicPlugin* const plugin, const uint32_t port)
{
  float* const out = (float*)plugin->ports[port];
  return out ? out + plugin->chunk : NULL;
}

ECHOIC_RT void
echoic_plugin_hear(EchoicPlugin* const plugin)
{
  float                left[ECHOIC_CHUNK];
  float                right[ECHOIC_CHUNK];
  float                heard[ECHOIC_CHUNK];
  float                e[ECHOIC_CHUNK];
  const uint32_t       n         = plugin->n_chunk;
  const bool           is_stereo = plugin->path.n_channels > 1U;
  const float* const   in[]      = {left, right};
  const EchoicNoteSink sink      = echoic_plugin_note_sink(plugin);

  copy_in(plugin, ECHOIC_PORT_IN_LEFT, left);
  if (is_stereo) {
    copy_in(plugin, ECHOIC_PORT_IN_RIGHT, right);
  }

  if (plugin->controls.listens_to_key) {
    copy_in(plugin, ECHOIC_PORT_FIRST_KEY + ECHOIC_KEY_IN, heard);
  } else {
    for (uint32_t i = 0U; i < n; ++i) {
      heard[i] = is_stereo ? (left[i] + right[i]) * 0.5F : left[i];
    }
  }

  listen(plugin, heard);
  echoic_gate_process(&plugin->gate, e, n);

  float* const out[] = {output(plugin, ECHOIC_PORT_OUT_LEFT),
                        output(plugin, ECHOIC_PORT_OUT_RIGHT)};
  echoic_path_process(&plugin->path, in, e, out, n);
  echoic_voltages_hold(plugin);
  echoic_notes_process(&plugin->notes, n, &sink);
}
