// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/live_sender.h"

#include "host/live_thread.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

static const unsigned idle_ms = 20U; ///< With nobody to send to
static const unsigned late_ms = 1U;  ///< What messages may be late

struct EchoicSenderImpl {
  EchoicSenderSpec spec;
  EchoicMidi*      midi;       ///< Borrowed, or null
  pthread_mutex_t  lock;       ///< Of `midi`
  bool             has_failed; ///< Told already
  atomic_bool      stops;
  pthread_t        thread;
};

static void
send_all(EchoicSender* const s)
{
  EchoicCallback* const cb = s->spec.callback;
  EchoicHeard           heard;
  pthread_mutex_lock(&s->lock);
  if (s->midi) {
    echoic_midi_send(s->midi);
  }
  pthread_mutex_unlock(&s->lock);

  while (echoic_ring_read(&cb->to_sender, &heard, 1U)) {
    const bool is_sent =
      !s->spec.osc || echoic_osc_event(s->spec.osc, cb->spec.rate_hz, &heard);
    if (!is_sent && !s->has_failed) {
      echoic_notice(s->spec.notices, "OSC: the network takes no messages");
    }
    s->has_failed = !is_sent;
  }
}

static bool
is_used(EchoicSender* const s)
{
  pthread_mutex_lock(&s->lock);
  const bool result = s->spec.osc || s->midi;
  pthread_mutex_unlock(&s->lock);
  return result;
}

static void*
run(void* const context)
{
  EchoicSender* const s = (EchoicSender*)context;
  while (!atomic_load(&s->stops)) {
    send_all(s);
    echoic_sleep_ms(is_used(s) ? late_ms : idle_ms);
  }

  send_all(s);
  return NULL;
}

EchoicSender*
echoic_sender_start(const EchoicSenderSpec* const spec,
                    EchoicError* const            error)
{
  EchoicSender* const s = (EchoicSender*)calloc(1U, sizeof(*s));
  if (s) {
    s->spec = *spec;
    pthread_mutex_init(&s->lock, NULL);
    if (echoic_thread_start(&s->thread, run, s)) {
      return s;
    }
  }

  free(s);
  echoic_error(error, ECHOIC_NO_MEMORY, "out of memory or threads for sending");
  return NULL;
}

void
echoic_sender_set_midi(EchoicSender* const s, EchoicMidi* const midi)
{
  pthread_mutex_lock(&s->lock);
  s->midi = midi;
  pthread_mutex_unlock(&s->lock);
}

void
echoic_sender_stop(EchoicSender* const s)
{
  if (s) {
    atomic_store(&s->stops, true);
    pthread_join(s->thread, NULL);
    pthread_mutex_destroy(&s->lock);
    free(s);
  }
}
