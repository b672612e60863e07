// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Peaks that may be the recording of an example, see fingerprint.h. */

#include "dsp/engine_parts.h"

#include <math.h>

static const double spare_s = 0.3; ///< Of the ring

/* A frame earns, a comparison costs, the more the more sounds there are, whose
   peaks are more as well: of 100 sounds two peaks a second are compared, of 20
   sixty. */
static const uint32_t wage   = 4U;
static const uint32_t saved  = 1024U; ///< At most
static const uint32_t square = 32U;   ///< Of the number of sounds, for one
static const float    dear   = 0.25F; ///< Least score more without credit

/// Words of the ring
static uint32_t
count_words(const double longest_delay_s)
{
  const double words_per_s = ECHOIC_SIGNS_HZ / ECHOIC_SIGNS_WORD;
  return (uint32_t)echoic_doubled(64U,
                                  (longest_delay_s + spare_s) * words_per_s);
}

size_t
echoic_recordings_bytes(const EchoicModel* const model,
                        const double             longest_delay_s)
{
  size_t bytes = 0U;
  for (uint32_t i = 0U; i < model->n_sounds; ++i) {
    bytes += echoic_arena_round(echoic_fingerprints_count(model, i) *
                                sizeof(EchoicFingerprint));
  }

  return bytes ? bytes + echoic_signs_bytes(count_words(longest_delay_s)) +
                   echoic_arena_round(sizeof(EchoicFingerprintMatch))
               : 0U;
}

bool
echoic_recordings_prepare(const EchoicModel* const model,
                          const double             longest_delay_s,
                          EchoicArena* const       arena,
                          EchoicEngine* const      e)
{
  EchoicRecordings* const r = &e->recordings;
  r->is_on                  = false;
  for (uint32_t i = 0U; i < e->n_listeners; ++i) {
    EchoicListener* const l = &e->listeners[i];
    const uint32_t        n = l->n_fingerprints;
    l->fingerprints         = (EchoicFingerprint*)echoic_arena_take(
      arena, n, sizeof(EchoicFingerprint));
    if (n && !l->fingerprints) {
      return false;
    }

    echoic_fingerprints_read(model, l->sound, n, l->fingerprints);
    r->is_on = r->is_on || n;
  }

  if (!r->is_on) {
    return true;
  }

  r->match = (EchoicFingerprintMatch*)echoic_arena_take(
    arena, 1U, sizeof(EchoicFingerprintMatch));
  return r->match &&
         echoic_signs_prepare(
           &r->signs, e->rate_hz, count_words(longest_delay_s), arena);
}

double
echoic_recordings_delay_s(const EchoicEngine* const e)
{
  return e->recordings.is_on
           ? ECHOIC_FINGERPRINT_LAGS / 2U / ECHOIC_SIGNS_HZ + ECHOIC_HOP_S
           : 0.0;
}

ECHOIC_RT void
echoic_recordings_reset(EchoicRecordings* const r)
{
  r->credit   = saved;
  r->is_begun = false;
  r->example  = 0U;
  if (r->is_on) {
    echoic_signs_reset(&r->signs);
  }
}

ECHOIC_RT void
echoic_recordings_hear(EchoicEngine* const e)
{
  EchoicRecordings* const r = &e->recordings;
  if (r->is_on) {
    echoic_signs_hear(&r->signs, e->samples, e->mask, e->pos);
    r->credit = r->credit + wage < saved ? r->credit + wage : saved;
  }
}

ECHOIC_RT bool
echoic_recordings_ask(EchoicEngine* const         e,
                      const EchoicListener* const l,
                      const float                 score)
{
  const float    spent = 1.0F - ((float)e->recordings.credit / (float)saved);
  const float    least = ECHOIC_LEAST_RECORDING + (dear * spent);
  const uint32_t all   = e->n_listeners * e->n_listeners / square;
  const uint32_t each  = (all + 1U) * l->n_fingerprints;
  const uint32_t costs = each < saved ? each : saved;
  if (!costs || l->is_off || score < least || e->recordings.credit < costs) {
    return false;
  }

  e->recordings.credit -= costs;
  return true;
}

ECHOIC_RT bool
echoic_recordings_step(EchoicEngine* const         e,
                       const EchoicListener* const l,
                       EchoicCandidate* const      c)
{
  EchoicRecordings* const       r = &e->recordings;
  EchoicFingerprintMatch* const m = r->match;
  if (!r->is_begun) {
    echoic_fingerprint_begin(m, llround(c->begins_s * ECHOIC_SIGNS_HZ));
    r->is_begun = true;
  }

  if (!echoic_fingerprint_step(m, &l->fingerprints[r->example], &r->signs)) {
    return false;
  }

  r->is_begun = false;
  if (m->z >= ECHOIC_FINGERPRINT_SAME) {
    const double onset = echoic_fingerprint_onset(m);
    c->joined          = fmaxf(c->joined, l->taught);
    c->is_recording    = true;
    c->begins_s        = fmax(onset / ECHOIC_SIGNS_HZ, 0.0);
    r->example         = l->n_fingerprints;
  } else {
    ++r->example;
  }

  const bool is_done = r->example >= l->n_fingerprints;
  r->example         = is_done ? 0U : r->example;
  return is_done;
}
