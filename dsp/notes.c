// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/notes.h"

#include <math.h>
#include <string.h>

static const double  least_length_s = 0.02; ///< Shorter ones drum modules miss
static const uint8_t note_off       = 0x80U;
static const uint8_t note_on        = 0x90U;

const uint8_t echoic_drum_notes[ECHOIC_DETECTOR_SLOTS] =
  {36U, 38U, 42U, 46U, 45U, 49U, 51U, 39U};

void
echoic_notes_init(EchoicNotes* const notes, const double rate_hz)
{
  memset(notes, 0, sizeof(*notes));
  notes->least_length = (uint64_t)lrint(least_length_s * rate_hz);
  for (uint32_t i = 0U; i < ECHOIC_DETECTOR_SLOTS; ++i) {
    notes->slots[i] =
      (EchoicNoteSettings){true, 9U, echoic_drum_notes[i], 1U, 127U, 0.0F};
  }
}

ECHOIC_RT void
echoic_notes_reset(EchoicNotes* const notes)
{
  notes->now     = 0U;
  notes->since   = 0U;
  notes->n_notes = 0U;
}

ECHOIC_RT void
echoic_notes_set(EchoicNotes* const              notes,
                 const uint32_t                  slot,
                 const EchoicNoteSettings* const settings)
{
  if (slot < ECHOIC_DETECTOR_SLOTS) {
    notes->slots[slot] = *settings;
  }
}

ECHOIC_RT void
echoic_notes_timing(EchoicNotes* const notes,
                    const bool         is_live,
                    const uint64_t     latency)
{
  notes->is_live = is_live;
  notes->latency = is_live ? 0U : latency;
}

static uint8_t
velocity_of(const EchoicNoteSettings* const s, const float velocity)
{
  const float v     = fminf(fmaxf(velocity, 1.0F), 127.0F) / 127.0F;
  const float shape = powf(v, exp2f(-2.0F * s->curve));
  const float least = s->least_velocity;
  const float most  = s->most_velocity;
  return (uint8_t)lrintf(
    fminf(fmaxf(least + ((most - least) * shape), 1.0F), 127.0F));
}

static bool
is_same_key(const EchoicNote* const a, const EchoicNote* const b)
{
  return a->channel == b->channel && a->note == b->note;
}

/// Two slots may play one note: two beginnings at one sample are one
static bool
begins_already(const EchoicNotes* const notes, const EchoicNote* const note)
{
  for (uint32_t i = 0U; i < notes->n_notes; ++i) {
    const EchoicNote* const other = &notes->notes[i];
    if (is_same_key(other, note) && other->on == note->on) {
      return true;
    }
  }

  return false;
}

ECHOIC_RT bool
echoic_notes_event(EchoicNotes* const       notes,
                   const uint32_t           slot,
                   const EchoicEvent* const event)
{
  if (slot >= ECHOIC_DETECTOR_SLOTS || !notes->slots[slot].enabled ||
      event->onset < notes->since) {
    return true;
  }

  const EchoicNoteSettings* const s     = &notes->slots[slot];
  const uint64_t                  known = event->decided - !!event->decided;
  const uint64_t                  due   = event->onset + notes->latency;
  const uint64_t on   = notes->is_live || due < known ? known : due;
  const uint64_t end  = event->end + notes->latency;
  const uint64_t soon = on + notes->least_length;
  EchoicNote     note = {on,
                     end > soon ? end : soon,
                         slot,
                         s->channel,
                         s->note,
                         velocity_of(s, event->velocity),
                         false};
  if (begins_already(notes, &note)) {
    return true;
  }

  if (notes->n_notes == ECHOIC_NOTES_MOST) {
    ++notes->n_dropped;
    return false;
  }

  notes->notes[notes->n_notes++] = note;
  return true;
}

static void
begin(EchoicNote* const           note,
      const uint64_t              at,
      const EchoicNoteSink* const sink)
{
  const EchoicNoteMessage message = {
    at,
    note->slot,
    {(uint8_t)(note_on | note->channel), note->note, note->velocity},
    true};
  note->sounds = true;
  sink->message(sink->context, &message);
}

/// Say that a note ends, and forget it
static void
end(EchoicNotes* const          notes,
    const uint32_t              index,
    const uint64_t              at,
    const EchoicNoteSink* const sink)
{
  const EchoicNote* const note    = &notes->notes[index];
  const EchoicNoteMessage message = {
    at,
    note->slot,
    {(uint8_t)(note_off | note->channel), note->note, 64U},
    false};
  sink->message(sink->context, &message);

  --notes->n_notes;
  memmove(notes->notes + index,
          notes->notes + index + 1U,
          (notes->n_notes - index) * sizeof(EchoicNote));
}

ECHOIC_RT void
echoic_notes_stop(EchoicNotes* const notes, const EchoicNoteSink* const sink)
{
  for (uint32_t i = notes->n_notes; i > 0U; --i) {
    if (notes->notes[i - 1U].sounds) {
      end(notes, i - 1U, notes->now, sink);
    }
  }

  notes->n_notes = 0U;
  notes->since   = notes->now;
}

static uint64_t
next_time(const EchoicNote* const note)
{
  return note->sounds ? note->off : note->on;
}

/// Return the index of the note whose message comes first, ends before
/// beginnings
static uint32_t
find_first(const EchoicNotes* const notes)
{
  uint32_t first = 0U;
  for (uint32_t i = 1U; i < notes->n_notes; ++i) {
    const EchoicNote* const a = &notes->notes[i];
    const EchoicNote* const b = &notes->notes[first];
    if (next_time(a) < next_time(b) ||
        (next_time(a) == next_time(b) && a->sounds && !b->sounds)) {
      first = i;
    }
  }

  return first;
}

/// Return the note of the same key that sounds, or the note itself
static uint32_t
find_sounding(const EchoicNotes* const notes, const uint32_t index)
{
  for (uint32_t i = 0U; i < notes->n_notes; ++i) {
    if (notes->notes[i].sounds &&
        is_same_key(&notes->notes[i], &notes->notes[index])) {
      return i;
    }
  }

  return index;
}

ECHOIC_RT void
echoic_notes_process(EchoicNotes* const          notes,
                     const uint32_t              n_samples,
                     const EchoicNoteSink* const sink)
{
  const uint64_t stop = notes->now + n_samples;
  while (notes->n_notes) {
    const uint32_t first = find_first(notes);
    const uint64_t due   = next_time(&notes->notes[first]);
    if (due >= stop) {
      break;
    }

    const uint64_t at       = due > notes->now ? due : notes->now;
    const uint32_t sounding = find_sounding(notes, first);
    if (notes->notes[sounding].sounds) {
      end(notes, sounding, at, sink);
    } else {
      begin(&notes->notes[first], at, sink);
    }
  }

  notes->now = stop;
}
