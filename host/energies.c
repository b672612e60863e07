// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/energies.h"

#include "dsp/arena.h"
#include "dsp/mel.h"

#include <stdbool.h>
#include <stdlib.h>

/// Make frames until the end of a stretch, and silence after it as the engine
static uint32_t
run_mel(EchoicMel* const           mel,
        const EchoicStretch* const stretch,
        const uint32_t             n_skipped,
        const size_t               capacity,
        float* const               frames)
{
  static const float silence[64] = {0.0F};

  size_t   pos = 0U;
  uint32_t n   = 0U;
  while (n < capacity &&
         echoic_mel_centre(mel, echoic_mel_frame(mel)) <= stretch->n_samples) {
    const size_t       left   = stretch->n_samples - pos;
    const float* const in     = left ? stretch->samples + pos : silence;
    const size_t       n_in   = !left ? 64U : left < 4096U ? left : 4096U;
    uint32_t           n_used = 0U;
    const bool         ready  = echoic_mel_process(
      mel, in, (uint32_t)n_in, &n_used, frames + (n * (size_t)ECHOIC_N_BANDS));
    pos += left ? n_used : 0U;
    n += ready && echoic_mel_frame(mel) > n_skipped;
  }

  return n;
}

EchoicStatus
echoic_stretch_energies(const EchoicStretch* const stretch,
                        const uint32_t             n_skipped,
                        float** const              energies,
                        uint32_t* const            n_frames)
{
  const double length_s = (double)stretch->n_samples / stretch->rate_hz;
  const size_t capacity = (size_t)(length_s / ECHOIC_HOP_S) + 2U;
  const size_t size     = echoic_mel_bytes(stretch->rate_hz);
  void* const  block =
    aligned_alloc(ECHOIC_ARENA_ALIGN, echoic_arena_round(size));
  float* const frames =
    (float*)malloc(capacity * ECHOIC_N_BANDS * sizeof(float));
  EchoicArena    arena = {(unsigned char*)block, size, 0U};
  EchoicMel*     mel   = NULL;
  EchoicStatus   st    = block && frames
                           ? echoic_mel_prepare(stretch->rate_hz, &arena, &mel)
                           : ECHOIC_NO_MEMORY;
  const uint32_t n =
    st ? 0U : run_mel(mel, stretch, n_skipped, capacity, frames);
  free(block);
  if (st || !n) {
    free(frames);
    return st ? st : ECHOIC_BAD_ARG;
  }

  *energies = frames;
  *n_frames = n;
  return ECHOIC_OK;
}
