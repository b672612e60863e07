// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/live_callback.h"

#include "host/audio.h"

#include <math.h>
#include <string.h>

static const double missed_s = 3.0; ///< How long ago a miss may be

static void
post(EchoicCallback* const cb,
     EchoicRing* const     ring,
     const void* const     message)
{
  if (echoic_ring_write(ring, message, 1U)) {
    atomic_fetch_add_explicit(&cb->meters.n_unsent, 1U, memory_order_relaxed);
  }
}

static void
raise_to(_Atomic float* const meter, const float value)
{
  if (value > atomic_load_explicit(meter, memory_order_relaxed)) {
    atomic_store_explicit(meter, value, memory_order_relaxed);
  }
}

/// Return what is known of the detector that speaks, or null
static const EchoicTaught*
speaker(const EchoicCallback* const cb)
{
  const EchoicDetector* const source = echoic_live_source(cb->live);
  for (uint32_t i = 0U; i < cb->n_taught; ++i) {
    if (cb->taught[i]->detector == source) {
      return cb->taught[i];
    }
  }

  return NULL;
}

static void
sound_note(EchoicCallback* const    cb,
           const uint32_t           midi_note,
           const EchoicEvent* const event)
{
  // One slot serves all sounds: it says how its next event is played
  const EchoicNoteSettings settings = {
    true, 9U, (uint8_t)midi_note, 1U, 127U, 0.0F};
  echoic_notes_set(&cb->notes, 0U, &settings);
  if (!echoic_notes_event(&cb->notes, 0U, event)) {
    atomic_fetch_add_explicit(&cb->meters.n_unsent, 1U, memory_order_relaxed);
  }
}

static void
on_event(void* const context, const EchoicEvent* const event)
{
  EchoicCallback* const     cb     = (EchoicCallback*)context;
  const EchoicTaught* const taught = speaker(cb);
  if (!taught || event->sound >= taught->n_sounds ||
      !taught->sounds[event->sound].is_wanted ||
      (double)event->score < cb->spec.min_score) {
    return;
  }

  const EchoicTaughtSound* const sound = &taught->sounds[event->sound];
  const double ago_s = (double)(cb->end - event->decided) / cb->spec.rate_hz;
  EchoicHeard  heard = {*event, {0}, sound->midi_note, sound->slot, cb->end_ns};
  memcpy(heard.name, sound->name, sizeof(heard.name));
  heard.decided_ns -= (int64_t)(1.0e9 * ago_s);
  post(cb, &cb->to_main, &heard);
  post(cb, &cb->to_sender, &heard);
  if (cb->spec.keeps_sound) {
    post(cb, &cb->to_disk, &heard);
  }
  if (cb->spec.has_notes) {
    sound_note(cb, sound->midi_note, event);
  }
  if (!echoic_output_event(&cb->output, event->onset, event->end)) {
    atomic_fetch_add_explicit(&cb->meters.n_unsent, 1U, memory_order_relaxed);
  }
}

static void
on_frame(void* const context, const EchoicFrame* const frame)
{
  EchoicCallback* const     cb     = (EchoicCallback*)context;
  const EchoicTaught* const taught = speaker(cb);
  if (!taught || frame->n_scores > taught->n_live ||
      !echoic_live_is_heard(cb->live, frame->energies)) {
    return;
  }

  for (uint32_t i = 0U; i < frame->n_scores; ++i) {
    const uint32_t sound = taught->live[i];
    if (sound < ECHOIC_MAX_SOUNDS) {
      raise_to(&cb->meters.scores[sound], frame->scores[i]);
    }
  }
}

static void
on_rejected(void* const context, const EchoicRejected* const rejected)
{
  EchoicCallback* const     cb     = (EchoicCallback*)context;
  const EchoicEvent* const  event  = &rejected->event;
  const EchoicTaught* const taught = speaker(cb);
  if (taught && event->sound < taught->n_sounds && event->threshold > 0.0F) {
    const EchoicNearMiss miss = {taught->sounds[event->sound].slot,
                                 event->score / event->threshold,
                                 {event->onset, event->end}};
    cb->misses[cb->n_misses++ % ECHOIC_NEAR_MISSES] = miss;
  }
}

static void
on_note(void* const context, const EchoicNoteMessage* const message)
{
  EchoicCallback* const cb = (EchoicCallback*)context;
  post(cb, &cb->note_queue, message);
}

/// Ask the teacher for something about a stretch of what was heard
static void
ask(EchoicCallback* const cb,
    const EchoicAskKind   kind,
    const uint32_t        slot,
    const EchoicStretchAt at)
{
  const EchoicRequest request = {
    NULL, {kind, slot, at, echoic_live_preroll(cb->live)}, false};
  post(cb, &cb->requests, &request);
}

static void
ask_gone(EchoicCallback* const cb, const uint32_t slot)
{
  if (echoic_capture_follow(&cb->capture)) {
    cb->slot = slot;
  } else {
    ask(cb, ECHOIC_ASK_GONE, slot, echoic_capture_gone(&cb->capture));
  }
}

/// Ask for the likeliest candidate for a slot of late, or what has just gone
static void
ask_missed(EchoicCallback* const cb, const uint32_t slot)
{
  const uint64_t now = echoic_live_now(cb->live);
  const uint64_t span =
    (uint64_t)(missed_s * cb->spec.rate_hz) + echoic_live_max_delay(cb->live);
  const EchoicNearMiss* best = NULL;
  for (uint32_t i = 0U; i < ECHOIC_NEAR_MISSES && i < cb->n_misses; ++i) {
    const EchoicNearMiss* const miss = &cb->misses[i];
    if (miss->slot == slot && miss->at.start + span >= now &&
        (!best || miss->score > best->score)) {
      best = miss;
    }
  }

  if (best) {
    ask(cb, ECHOIC_ASK_EXAMPLE, slot, best->at);
  } else {
    ask_gone(cb, slot);
  }
}

/// End one lesson as the next is asked for: what was heard for it is taught
static void
end_lesson(EchoicCallback* const cb, const uint32_t next)
{
  const EchoicCaptureState was   = cb->capture.state;
  EchoicStretchAt          taken = {0U, 0U};
  if (echoic_capture_end(&cb->capture, &taken)) {
    const bool is_held = was == ECHOIC_CAPTURE_HELD;
    ask(cb, is_held ? ECHOIC_ASK_HELD : ECHOIC_ASK_EXAMPLE, cb->slot, taken);
  } else if (was != ECHOIC_CAPTURE_IDLE && next != cb->slot) {
    const EchoicRequest request = {
      NULL, {ECHOIC_ASK_AGAIN, cb->slot, taken, {0}}, true};
    post(cb, &cb->requests, &request);
  }

  cb->slot = next;
}

static void
obey(EchoicCallback* const cb, const EchoicCommand* const command)
{
  EchoicStretchAt taken = command->at;
  switch (command->kind) {
  case ECHOIC_COMMAND_ARM:
    end_lesson(cb, command->slot);
    echoic_capture_arm(&cb->capture);
    break;
  case ECHOIC_COMMAND_CANCEL:
    echoic_capture_cancel(&cb->capture);
    break;
  case ECHOIC_COMMAND_HOLD:
    end_lesson(cb, command->slot);
    echoic_capture_hold(&cb->capture);
    break;
  case ECHOIC_COMMAND_RELEASE:
    if (command->slot == cb->slot &&
        echoic_capture_release(&cb->capture, &taken)) {
      taken = echoic_capture_held(&cb->capture, &taken);
      ask(cb, ECHOIC_ASK_HELD, cb->slot, taken);
    }
    break;
  case ECHOIC_COMMAND_STRETCH:
    ask(cb, ECHOIC_ASK_HELD, command->slot, taken);
    break;
  case ECHOIC_COMMAND_GONE:
    ask_gone(cb, command->slot);
    break;
  case ECHOIC_COMMAND_MISSED:
    ask_missed(cb, command->slot);
    break;
  case ECHOIC_COMMAND_NOT:
    ask(cb, ECHOIC_ASK_NOT, command->slot, taken);
    break;
  }
}

/// Give back what isn't needed any more
static void
give_back(EchoicCallback* const cb)
{
  while (echoic_ring_room(&cb->requests)) {
    const EchoicDetector* const done = echoic_live_collect(cb->live);
    if (!done) {
      return;
    }

    for (uint32_t i = 0U; i < cb->n_taught; ++i) {
      if (cb->taught[i]->detector == done) {
        const EchoicRequest request = {cb->taught[i], {0}, false};
        memmove(&cb->taught[i],
                &cb->taught[i + 1U],
                (cb->n_taught - i - 1U) * sizeof(cb->taught[0]));
        --cb->n_taught;
        post(cb, &cb->requests, &request);
      }
    }
  }
}

static void
tune(const EchoicCallback* const cb, const EchoicDelivery* const delivery)
{
  const EchoicDetector* const newest = echoic_live_detector(cb->live);
  if (newest && newest->engine && delivery->sound < newest->n_sounds) {
    echoic_engine_tune(newest->engine, delivery->sound, &delivery->tuning);
  }
}

void
echoic_callback_receive(EchoicCallback* const cb)
{
  const uint32_t most = sizeof(cb->taught) / sizeof(*cb->taught);
  EchoicDelivery delivery;
  give_back(cb);
  while (cb->n_taught < most) {
    if (!cb->offered) {
      if (!echoic_ring_read(&cb->deliveries, &delivery, 1U)) {
        return;
      }
      if (!delivery.taught) {
        tune(cb, &delivery);
        continue;
      }
      cb->offered = delivery.taught;
    }

    if (!echoic_live_offer(cb->live, cb->offered->detector)) {
      return; // Next time, when some have been given back
    }
    cb->taught[cb->n_taught++] = cb->offered;
    cb->offered                = NULL;
  }
}

/// Pass frames on to the disk, all or none
static void
keep(EchoicCallback* const cb, const uint32_t n)
{
  const EchoicBlock block = {echoic_live_now(cb->live), n};
  if (echoic_ring_room(&cb->blocks) && echoic_ring_room(&cb->frames) >= n) {
    echoic_ring_write(&cb->frames, cb->clean, n);
    echoic_ring_write(&cb->blocks, &block, 1U);
  } else {
    atomic_fetch_add_explicit(&cb->meters.n_lost, n, memory_order_relaxed);
  }
}

/// Copy frames without what isn't a number; return their peak
static float
clean(const float* const in, const size_t n, float* const out)
{
  float peak = 0.0F;
  for (size_t i = 0U; i < n; ++i) {
    const float x = isfinite(in[i]) ? in[i] : 0.0F;
    peak          = fmaxf(peak, fabsf(x));
    out[i]        = x;
  }

  return peak;
}

static void
run_part(EchoicCallback* const cb,
         const float* const    in,
         float* const          out,
         const uint32_t        n)
{
  const EchoicSink     sink      = {on_event, on_frame, cb, on_rejected};
  const EchoicNoteSink note_sink = {on_note, cb};
  EchoicStretchAt      taken     = {0U, 0U};
  raise_to(&cb->meters.peak, clean(in, (size_t)n * cb->spec.n_in, cb->clean));
  if (cb->spec.keeps_sound) {
    keep(cb, n);
  }

  echoic_audio_channel(cb->clean, n, cb->spec.n_in, cb->spec.channel, cb->mono);
  echoic_live_process(cb->live, cb->mono, n, &sink);
  if (echoic_capture_process(&cb->capture, cb->mono, n, &taken)) {
    ask(cb, ECHOIC_ASK_EXAMPLE, cb->slot, taken);
  }
  if (cb->spec.has_notes) {
    echoic_notes_process(&cb->notes, n, &note_sink);
  }
  if (out) {
    echoic_output_run(&cb->output, cb->clean, out, n);
  }
}

void
echoic_callback_run(EchoicCallback* const cb,
                    const float* const    in,
                    float* const          out,
                    const uint32_t        n_frames,
                    const int64_t         end_ns)
{
  EchoicCommand command;
  cb->end_ns = end_ns;
  cb->end    = echoic_live_now(cb->live) + n_frames;
  echoic_callback_receive(cb);
  while (echoic_ring_read(&cb->commands, &command, 1U)) {
    obey(cb, &command);
  }

  const size_t n_in  = cb->spec.n_in;
  const size_t n_out = cb->spec.output.n_out;
  for (uint32_t i = 0U; i < n_frames; i += ECHOIC_OUTPUT_BLOCK) {
    const uint32_t left = n_frames - i;
    run_part(cb,
             in + (i * n_in),
             out ? out + (i * n_out) : NULL,
             left < ECHOIC_OUTPUT_BLOCK ? left : ECHOIC_OUTPUT_BLOCK);
  }

  EchoicMeters* const meters = &cb->meters;
  atomic_store_explicit(
    &meters->capture, (int)cb->capture.state, memory_order_relaxed);
  atomic_store_explicit(&meters->now, cb->end, memory_order_release);
  atomic_fetch_add_explicit(&meters->n_calls, 1U, memory_order_relaxed);
}

void
echoic_callback_hush(EchoicCallback* const cb)
{
  const EchoicNoteSink sink = {on_note, cb};
  if (cb->spec.has_notes) {
    echoic_notes_stop(&cb->notes, &sink);
  }
}

void
echoic_callback_finish(EchoicCallback* const cb)
{
  const EchoicSink sink = {on_event, NULL, cb, NULL};
  cb->end               = echoic_live_now(cb->live);
  echoic_live_finish(cb->live, &sink);
  echoic_callback_hush(cb);
}

bool
echoic_callback_is_busy(const EchoicCallback* const cb, const uint32_t n_frames)
{
  const size_t half = cb->to_main.capacity / 2U;
  return echoic_ring_room(&cb->to_main) < half ||
         echoic_ring_room(&cb->to_sender) < half ||
         echoic_ring_room(&cb->note_queue) < half ||
         (cb->spec.keeps_sound && (echoic_ring_room(&cb->to_disk) < half ||
                                   echoic_ring_room(&cb->blocks) < half ||
                                   echoic_ring_room(&cb->frames) < n_frames));
}
