// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/events_out.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Standard MIDI Files 1.0, RP-001, MIDI Manufacturers Association. */

static const unsigned ticks_per_quarter = 960U;
static const unsigned drum_channel      = 9U; ///< Counted from 0: GM's 10
static const uint64_t max_tick          = 0x0FFFFFFFU;

typedef struct {
  uint64_t tick;
  uint8_t  is_on;
  uint8_t  note;
  uint8_t  velocity;
} Message;

/// A track of growing size
typedef struct {
  uint8_t* bytes;
  size_t   size;
  size_t   capacity;
  bool     is_full; ///< Without memory
} Track;

static void
put(Track* const track, const unsigned byte)
{
  if (track->size == track->capacity) {
    const size_t   n    = (2U * track->capacity) + 256U;
    uint8_t* const more = (uint8_t*)realloc(track->bytes, n);
    if (!more) {
      track->is_full = true;
      return;
    }
    track->bytes    = more;
    track->capacity = n;
  }

  track->bytes[track->size++] = (uint8_t)(byte & 0xFFU);
}

/// Variable-length quantity: 7 bits a byte, the highest bit says "more"
static void
put_quantity(Track* const track, const uint64_t value)
{
  for (unsigned shift = 21U; shift; shift -= 7U) {
    if (value >> shift) {
      put(track, 0x80U | (unsigned)(value >> shift & 0x7FU));
    }
  }
  put(track, (unsigned)(value & 0x7FU));
}

static void
put_head(Track* const track, const double tempo_bpm, const char* const path)
{
  const char* const slash      = strrchr(path, '/');
  const char* const name       = slash ? slash + 1 : path;
  const unsigned    quarter_us = (unsigned)lrint(6.0e7 / tempo_bpm);
  const size_t      n_name     = strlen(name);
  put(track, 0U);
  put(track, 0xFFU); // Track name
  put(track, 0x03U);
  put_quantity(track, n_name);
  for (size_t i = 0U; i < n_name; ++i) {
    put(track, (uint8_t)name[i]);
  }

  put(track, 0U);
  put(track, 0xFFU); // Tempo
  put(track, 0x51U);
  put(track, 3U);
  put(track, quarter_us >> 16U);
  put(track, quarter_us >> 8U);
  put(track, quarter_us);
}

static int
compare(const void* const a, const void* const b)
{
  const Message* const x = (const Message*)a;
  const Message* const y = (const Message*)b;
  if (x->tick != y->tick) {
    return x->tick < y->tick ? -1 : 1;
  }

  // Ends before beginnings, so that a note can be struck again
  return x->is_on != y->is_on ? x->is_on - y->is_on : x->note - y->note;
}

static uint64_t
to_tick(const EchoicEventsOut* const out, const double seconds)
{
  const double tick =
    rint(seconds * out->tempo_bpm / 60.0 * (double)ticks_per_quarter);
  return tick < (double)max_tick ? (uint64_t)tick : max_tick;
}

/**
   Make the messages of all events, in order of time.

   @param messages [2 n_found]
   @return How many there are: events at the same tick on one note are one.
*/
static size_t
make_messages(const EchoicEventsOut* const out,
              const EchoicFindings* const  findings,
              Message* const               messages)
{
  Message* sounding[128] = {NULL}; // The coming end of each note
  size_t   n             = 0U;
  for (size_t i = 0U; i < findings->n_found; ++i) {
    const EchoicEvent* const event = &findings->found[i].event;

    const double   rate_hz = findings->rate_hz;
    const uint64_t on      = to_tick(out, (double)event->onset / rate_hz);
    const uint64_t off     = to_tick(out, (double)event->end / rate_hz);
    const uint8_t  note =
      (uint8_t)(out->model->sounds[event->sound].midi_note & 0x7FU);
    const float    velocity = fminf(fmaxf(event->velocity, 1.0F), 127.0F);
    Message* const last     = sounding[note];
    if (last && last[-1].tick == on) {
      continue;
    }
    if (last && last->tick > on) {
      last->tick = on;
    }

    messages[n++]  = (Message){on, 1U, note, (uint8_t)lrintf(velocity)};
    messages[n]    = (Message){off > on ? off : on + 1U, 0U, note, 64U};
    sounding[note] = &messages[n++];
  }

  if (n) {
    qsort(messages, n, sizeof(Message), compare);
  }
  return n;
}

static void
put_messages(Track* const track, const Message* const messages, const size_t n)
{
  uint64_t past = 0U;
  for (size_t i = 0U; i < n; ++i) {
    const Message* const m = &messages[i];
    put_quantity(track, m->tick - past);
    put(track, (m->is_on ? 0x90U : 0x80U) | drum_channel);
    put(track, m->note);
    put(track, m->velocity);
    past = m->tick;
  }

  put(track, 0U);
  put(track, 0xFFU); // End of track
  put(track, 0x2FU);
  put(track, 0U);
}

static void
write_file(FILE* const stream, const Track* const track)
{
  const uint8_t head[] = {'M',
                          'T',
                          'h',
                          'd',
                          0U,
                          0U,
                          0U,
                          6U,
                          0U,
                          0U,
                          0U,
                          1U,
                          (uint8_t)(ticks_per_quarter >> 8U),
                          (uint8_t)(ticks_per_quarter & 0xFFU),
                          'M',
                          'T',
                          'r',
                          'k',
                          (uint8_t)(track->size >> 24U & 0xFFU),
                          (uint8_t)(track->size >> 16U & 0xFFU),
                          (uint8_t)(track->size >> 8U & 0xFFU),
                          (uint8_t)(track->size & 0xFFU)};
  fwrite(head, 1U, sizeof(head), stream);
  fwrite(track->bytes, 1U, track->size, stream);
}

EchoicStatus
echoic_midi_write(const EchoicEventsOut* const out,
                  const char* const            path,
                  const EchoicFindings* const  findings)
{
  Track          track = {0};
  Message* const messages =
    (Message*)calloc((2U * findings->n_found) + 1U, sizeof(Message));
  if (messages) {
    const size_t n = make_messages(out, findings, messages);
    put_head(&track, out->tempo_bpm, path);
    put_messages(&track, messages, n);
  }

  const bool ok = messages && !track.is_full;
  if (ok) {
    write_file(out->stream, &track);
  }

  free(messages);
  free(track.bytes);
  return ok ? ECHOIC_OK : ECHOIC_NO_MEMORY;
}
