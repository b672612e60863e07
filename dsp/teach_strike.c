// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/teach_strike.h"

#include "dsp/arena.h"
#include "dsp/short_front.h"
#include "dsp/strike_gate.h"
#include "dsp/strike_low.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define N_BANDS ECHOIC_SHORT_BANDS

static const double before_s = 0.06;  ///< Heard ahead of the attack
static const double early_s  = 0.003; ///< An onset may come before it, and ...
static const double late_s   = 0.009; ///< ... so much after it
#define N_FRAMES 3U

static const uint32_t frames[N_FRAMES] = {3U, 6U, 14U};

/// What listens
typedef struct {
  EchoicShort*      front;
  EchoicLow*        low;
  EchoicStrikeGate* gate;
} Ears;

static void
keep(const float* const energies, uint8_t* const levels)
{
  for (uint32_t b = 0U; b < N_BANDS; ++b) {
    levels[b] = echoic_level_byte(energies[b]);
  }
}

/// A sample of a passage, silence around it
static float
sample_at(const EchoicPassage* const passage, const int64_t at)
{
  return at >= 0 && at < (int64_t)passage->n ? passage->samples[at] : 0.0F;
}

/// Keep what was before an onset that has just been heard, and what followed it
static void
keep_onset(const Ears* const ears, const uint64_t onset, EchoicMark* const mark)
{
  uint8_t* row = mark->strike;
  float    energies[N_BANDS];
  echoic_strike_before(ears->gate, onset, energies);
  keep(energies, row);
  for (uint32_t i = 0U; i < N_FRAMES; ++i) {
    row += N_BANDS;
    keep(echoic_strike_frame(ears->gate, onset + frames[i]), row);
  }

  row += N_BANDS;
  echoic_low_before(ears->low, energies);
  keep(energies, row);
  row += N_BANDS;
  echoic_low_after(ears->low, energies);
  keep(energies, row);
}

/// Find the first onset near the attack, and what follows it
static void
listen(const EchoicPassage* const passage,
       const int64_t              attack,
       const Ears* const          ears,
       EchoicMark* const          mark)
{
  const double  rate  = passage->rate_hz;
  const int64_t first = attack - llround(before_s * rate);
  const int64_t least = attack - llround(early_s * rate);
  const int64_t most  = attack + llround(late_s * rate);
  uint64_t      onset = 0U;
  for (int64_t at = first;
       onset ? ears->gate->n <= onset + ECHOIC_LOW_FRAME : at <= most;
       ++at) {
    const float x      = sample_at(passage, at);
    uint32_t    n_used = 0U;
    float       energies[N_BANDS];
    echoic_low_keep(ears->low, &x, 1U);
    if (echoic_short_process(ears->front, &x, 1U, &n_used, energies)) {
      const uint64_t frame = ears->gate->n;
      const bool     found = echoic_strike_gate_process(ears->gate, energies);
      onset                = found && !onset && at >= least ? frame : onset;
    }
  }

  if (onset) {
    keep_onset(ears, onset, mark);
  }
}

bool
echoic_strike_take(const EchoicPassage* const passage,
                   const size_t               attack,
                   EchoicMark* const          mark)
{
  const double rate = passage->rate_hz;
  const size_t size = echoic_short_bytes(rate) + echoic_low_bytes(rate);
  void* const  block =
    aligned_alloc(ECHOIC_ARENA_ALIGN, echoic_arena_round(size));
  EchoicArena arena = {(unsigned char*)block, size, 0U};
  const Ears  ears  = {block ? echoic_short_prepare(rate, &arena) : NULL,
                     block ? echoic_low_prepare(rate, &arena) : NULL,
                     (EchoicStrikeGate*)malloc(sizeof(EchoicStrikeGate))};
  const bool ok = ears.front && ears.low && ears.gate;
  memset(mark->strike, 0, sizeof(mark->strike));
  if (ok) {
    echoic_strike_gate_reset(ears.gate, N_BANDS);
    listen(passage, (int64_t)attack, &ears, mark);
  }

  free(ears.gate);
  free(block);
  return ok;
}
