// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/process_file.h"

#include "host/edit_file.h"

#include <stddef.h>

/// A gate, and what opens it
typedef struct {
  EchoicGateSpec        spec;
  EchoicGate            gate;
  const EchoicFindings* findings;
  size_t                n_sent; ///< Events that the gate knows
  uint32_t              n_channels;
} Gating;

static EchoicStatus
prepare(void* const        handle,
        const double       rate_hz,
        const uint32_t     n_channels,
        EchoicError* const error)
{
  Gating* const g = (Gating*)handle;
  g->spec.rate_hz = rate_hz;
  g->n_channels   = n_channels;
  return echoic_gate_init(&g->gate, &g->spec)
           ? echoic_error(error, ECHOIC_BAD_ARG, "a time is out of range")
           : ECHOIC_OK;
}

/// Tell the gate of events while it can take them; they are sorted
static void
send_events(Gating* const g)
{
  while (g->n_sent < g->findings->n_found) {
    const EchoicEvent* const event = &g->findings->found[g->n_sent].event;
    if (!echoic_gate_event(&g->gate, event->onset, event->end)) {
      return;
    }
    ++g->n_sent;
  }
}

/// Apply the gains; more events than the gate holds may begin in a block
static void
apply(void* const       handle,
      const EchoicCarry carry,
      const unsigned    n_bits,
      void* const       frames,
      const uint32_t    n_frames)
{
  Gating* const  g    = (Gating*)handle;
  const uint32_t step = 16U;
  float          gain[ECHOIC_EDIT_BLOCK];
  for (uint32_t i = 0U; i < n_frames; i += step) {
    send_events(g);
    echoic_gate_process(
      &g->gate, gain + i, n_frames - i < step ? n_frames - i : step);
  }

  echoic_scale_frames(carry, n_bits, frames, n_frames, g->n_channels, gain);
}

EchoicStatus
echoic_process_file(const char* const           in_path,
                    const char* const           raw,
                    const char* const           out_path,
                    const EchoicGateSpec* const gate,
                    const EchoicFindings* const findings,
                    EchoicError* const          error)
{
  Gating                gating = {.spec = *gate, .findings = findings};
  const EchoicFrameEdit edit   = {&gating, prepare, apply};
  return echoic_edit_file(in_path, raw, out_path, &edit, error);
}
