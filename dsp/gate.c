// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/gate.h"

#include <math.h>
#include <string.h>

static const double pi = 3.14159265358979323846;

static bool
time_is_valid(const double seconds)
{
  return seconds >= 0.0 && seconds <= ECHOIC_GATE_MAX_TIME_S;
}

static bool
gain_is_valid(const float gain)
{
  return gain >= 0.0F && gain <= 4.0F;
}

static bool
is_valid(const EchoicGateSpec* const spec)
{
  return spec->rate_hz >= ECHOIC_MIN_RATE_HZ &&
         spec->rate_hz <= ECHOIC_MAX_RATE_HZ && time_is_valid(spec->attack_s) &&
         time_is_valid(spec->hold_s) && time_is_valid(spec->release_s) &&
         time_is_valid(spec->lookahead_s) && gain_is_valid(spec->inside) &&
         gain_is_valid(spec->outside);
}

static void
apply(EchoicGate* const gate, const EchoicGateSpec* const spec)
{
  // In units of 1 / (attack * release) both ramps take whole steps
  const double attack  = fmax(rint(spec->attack_s * spec->rate_hz), 1.0);
  const double release = fmax(rint(spec->release_s * spec->rate_hz), 1.0);

  gate->up        = (uint64_t)release;
  gate->down      = (uint64_t)attack;
  gate->full      = gate->up * gate->down;
  gate->lookahead = (uint64_t)rint(spec->lookahead_s * spec->rate_hz);
  gate->hold      = (uint64_t)rint(spec->hold_s * spec->rate_hz);
  gate->inside    = spec->inside;
  gate->outside   = spec->outside;
}

EchoicStatus
echoic_gate_init(EchoicGate* const gate, const EchoicGateSpec* const spec)
{
  if (!is_valid(spec)) {
    return ECHOIC_BAD_ARG;
  }

  memset(gate, 0, sizeof(*gate));
  apply(gate, spec);
  return ECHOIC_OK;
}

ECHOIC_RT EchoicStatus
echoic_gate_tune(EchoicGate* const gate, const EchoicGateSpec* const spec)
{
  if (!is_valid(spec)) {
    return ECHOIC_BAD_ARG;
  }

  const double p = (double)gate->position / (double)gate->full;
  apply(gate, spec);
  gate->position = (uint64_t)(p * (double)gate->full);
  return ECHOIC_OK;
}

ECHOIC_RT void
echoic_gate_reset(EchoicGate* const gate)
{
  gate->now       = 0U;
  gate->until     = 0U;
  gate->position  = 0U;
  gate->n_pending = 0U;
}

ECHOIC_RT bool
echoic_gate_event(EchoicGate* const gate,
                  const uint64_t    onset,
                  const uint64_t    end)
{
  if (gate->n_pending == ECHOIC_GATE_MAX_PENDING) {
    return false;
  }

  const uint64_t last = end > onset ? end : onset;
  const uint64_t stop =
    last < UINT64_MAX - gate->hold ? last + gate->hold : UINT64_MAX;
  const uint64_t start = onset > gate->lookahead ? onset - gate->lookahead : 0U;

  uint32_t i = gate->n_pending++;
  for (; i && gate->pending[i - 1U].start > start; --i) {
    gate->pending[i] = gate->pending[i - 1U];
  }

  gate->pending[i] = (EchoicGateSpan){start, stop};
  return true;
}

/// Take the pending events that have begun
static void
take_pending(EchoicGate* const gate)
{
  uint32_t n = 0U;
  for (; n < gate->n_pending && gate->pending[n].start <= gate->now; ++n) {
    if (gate->pending[n].stop > gate->until) {
      gate->until = gate->pending[n].stop;
    }
  }

  gate->n_pending -= n;
  memmove(
    gate->pending, gate->pending + n, gate->n_pending * sizeof(EchoicGateSpan));
}

static float
gain_at(const EchoicGate* const gate)
{
  if (!gate->position) {
    return gate->outside;
  }

  if (gate->position == gate->full) {
    return gate->inside;
  }

  const double p = (double)gate->position / (double)gate->full;
  const float  e = (float)(0.5 - (0.5 * cos(pi * p)));
  return gate->outside + ((gate->inside - gate->outside) * e);
}

static void
move(EchoicGate* const gate)
{
  if (gate->now < gate->until) {
    const uint64_t left = gate->full - gate->position;
    gate->position += gate->up < left ? gate->up : left;
  } else {
    const uint64_t left = gate->position;
    gate->position -= gate->down < left ? gate->down : left;
  }
}

ECHOIC_RT void
echoic_gate_process(EchoicGate* const gate,
                    float* const      gain,
                    const uint32_t    n_samples)
{
  for (uint32_t i = 0U; i < n_samples; ++i, ++gate->now) {
    if (gate->n_pending && gate->pending[0].start <= gate->now) {
      take_pending(gate);
    }

    move(gate);
    gain[i] = gain_at(gate);
  }
}
