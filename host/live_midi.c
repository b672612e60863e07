// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/live_midi.h"

#include "dsp/notes.h"
#include "host/live_devices.h"
#include "host/live_thread.h"

#include <alsa/asoundlib.h>
#include <jack/jack.h>
#include <jack/midiport.h>

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct EchoicMidiImpl {
  EchoicRing*       queue;
  bool              is_verbose;
  snd_seq_t*        seq; ///< ALSA, or null
  int               seq_port;
  jack_client_t*    client; ///< JACK, or null
  jack_port_t*      port;
  atomic_uint       offset; ///< JACK's frame of sample 0, modulo 2^32
  bool              is_held;
  EchoicNoteMessage held; ///< Is due in a block to come
};

static void
alsa_silent(const char* const file,
            const int         line,
            const char* const function,
            const int         code,
            const char* const format,
            ...)
{
  (void)file;
  (void)line;
  (void)function;
  (void)code;
  (void)format;
}

static bool
open_alsa(EchoicMidi* const midi, EchoicError* const error)
{
  snd_lib_error_set_handler(alsa_silent);
  int failed = snd_seq_open(&midi->seq, "default", SND_SEQ_OPEN_OUTPUT, 0);
  if (failed >= 0) {
    snd_seq_set_client_name(midi->seq, "echoic");
    midi->seq_port = failed = snd_seq_create_simple_port(
      midi->seq,
      "events",
      SND_SEQ_PORT_CAP_READ | SND_SEQ_PORT_CAP_SUBS_READ,
      SND_SEQ_PORT_TYPE_MIDI_GENERIC | SND_SEQ_PORT_TYPE_APPLICATION);
  }

  if (failed < 0) {
    echoic_error(error,
                 ECHOIC_NOT_FOUND,
                 "--midi=alsa: ALSA's sequencer can't be used: %s; load the "
                 "module snd-seq, or give --midi=jack",
                 snd_strerror(failed));
  }

  return failed >= 0;
}

/// Write the messages that are due in this block of JACK's
static int
on_jack(const jack_nframes_t n, void* const context)
{
  EchoicMidi* const    midi   = (EchoicMidi*)context;
  const jack_nframes_t start  = jack_last_frame_time(midi->client);
  const unsigned       offset = atomic_load(&midi->offset);
  void* const          buffer = jack_port_get_buffer(midi->port, n);
  jack_midi_clear_buffer(buffer);
  for (;;) {
    midi->is_held =
      midi->is_held || echoic_ring_read(midi->queue, &midi->held, 1U);
    if (!midi->is_held) {
      return 0;
    }

    const jack_nframes_t due   = (jack_nframes_t)midi->held.at + offset + n;
    const int32_t        ahead = (int32_t)(due - start);
    if (ahead >= (int32_t)n) {
      return 0;
    }

    jack_midi_event_write(
      buffer, ahead < 0 ? 0U : (jack_nframes_t)ahead, midi->held.bytes, 3U);
    midi->is_held = false;
  }
}

static bool
open_jack(EchoicMidi* const  midi,
          const double       rate_hz,
          EchoicError* const error)
{
  jack_status_t status = (jack_status_t)0;
  midi->client = jack_client_open("echoic-midi", JackNoStartServer, &status);
  if (!midi->client) {
    echoic_error(error,
                 ECHOIC_NOT_FOUND,
                 "--midi=jack: JACK isn't running; start it, or give "
                 "--midi=alsa");
    return false;
  }

  if ((double)jack_get_sample_rate(midi->client) != rate_hz) {
    echoic_error(error,
                 ECHOIC_BAD_ARG,
                 "--midi=jack: JACK runs at %u Hz and the sound at %.0f; give "
                 "--rate %u",
                 jack_get_sample_rate(midi->client),
                 rate_hz,
                 jack_get_sample_rate(midi->client));
    return false;
  }

  midi->port = jack_port_register(
    midi->client, "events", JACK_DEFAULT_MIDI_TYPE, JackPortIsOutput, 0UL);
  jack_set_process_callback(midi->client, on_jack, midi);
  if (!midi->port || jack_activate(midi->client)) {
    echoic_error(error, ECHOIC_NO_SPACE, "--midi=jack: JACK refuses a port");
    return false;
  }

  return true;
}

EchoicMidi*
echoic_midi_open(const EchoicMidiKind kind,
                 const double         rate_hz,
                 EchoicRing* const    queue,
                 const bool           is_verbose,
                 EchoicError* const   error)
{
  EchoicMidi* const midi = (EchoicMidi*)calloc(1U, sizeof(*midi));
  if (!midi) {
    echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
    return NULL;
  }

  midi->queue      = queue;
  midi->is_verbose = is_verbose;
  echoic_library_begin(is_verbose);
  const bool is_ok = kind == ECHOIC_MIDI_JACK ? open_jack(midi, rate_hz, error)
                                              : open_alsa(midi, error);
  echoic_library_end();
  if (!is_ok) {
    echoic_midi_close(midi);
    return NULL;
  }

  return midi;
}

void
echoic_midi_block(EchoicMidi* const midi, const uint64_t start)
{
  if (midi->client) {
    atomic_store_explicit(
      &midi->offset,
      (unsigned)(jack_last_frame_time(midi->client) - (jack_nframes_t)start),
      memory_order_relaxed);
  }
}

static void
send_alsa(EchoicMidi* const midi, const EchoicNoteMessage* const message)
{
  snd_seq_event_t event;
  snd_seq_ev_clear(&event);
  snd_seq_ev_set_source(&event, (unsigned char)midi->seq_port);
  snd_seq_ev_set_subs(&event);
  snd_seq_ev_set_direct(&event);
  event.type = message->is_on ? SND_SEQ_EVENT_NOTEON : SND_SEQ_EVENT_NOTEOFF;
  event.data.note.channel  = message->bytes[0] & 0x0FU;
  event.data.note.note     = message->bytes[1];
  event.data.note.velocity = message->bytes[2];
  snd_seq_event_output_direct(midi->seq, &event);
}

void
echoic_midi_send(EchoicMidi* const midi)
{
  EchoicNoteMessage message;
  while (midi->seq && echoic_ring_read(midi->queue, &message, 1U)) {
    send_alsa(midi, &message);
  }
}

/// Let JACK send what is in the queue
static void
wait_for_jack(EchoicMidi* const midi)
{
  const size_t all = midi->queue->capacity;
  for (unsigned i = 0U; i < 50U && echoic_ring_room(midi->queue) < all; ++i) {
    echoic_sleep_ms(10U);
  }

  echoic_sleep_ms(50U); // What was taken out last is played in the next block
}

void
echoic_midi_close(EchoicMidi* const midi)
{
  if (!midi) {
    return;
  }

  if (midi->seq) {
    echoic_midi_send(midi);
    snd_seq_close(midi->seq);
  }

  if (midi->client) {
    wait_for_jack(midi);
    echoic_library_begin(midi->is_verbose);
    jack_client_close(midi->client);
    echoic_library_end();
  }

  free(midi);
}
