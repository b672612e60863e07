// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* bench_logmel: samples to 40 log mel energies, a hop of 256 samples under a
   window of 1024, against aubio's phase vocoder and mel filterbank. */

#include "dsp/activate.h"
#include "dsp/mel.h"
#include "tests/race.h"

#include <math.h>

enum { hop = 256, window = 1024, rate_hz = 48000 };

/// aubio's vectors begin like this
typedef struct {
  unsigned length;
  float*   data;
} Fvec;

static struct {
  void (*pvoc_do)(void*, const Fvec*, void*);
  void (*filterbank_do)(void*, void*, Fvec*);
  void (*log10)(Fvec*);
  void* pvoc;
  void* filterbank;
  void* spectrum;
  Fvec* in;
  Fvec* out;
} aubio;

static EchoicMel* mel;
static float      samples[4800];
static uint32_t   at;

static const float*
next_hop(void)
{
  at = at + (2U * hop) <= 4800U ? at + hop : 0U;
  return samples + at;
}

static void
run_echoic(void* const context)
{
  float              energies[ECHOIC_N_BANDS];
  uint32_t           n_used = 0U;
  const float* const in     = next_hop();
  (void)context;
  for (uint32_t n = 0U; n < hop; n += n_used) {
    if (echoic_mel_process(mel, in + n, hop - n, &n_used, energies)) {
      for (uint32_t b = 0U; b < ECHOIC_N_BANDS; ++b) {
        energies[b] += 1e-10F;
      }
      echoic_log(energies, ECHOIC_N_BANDS);
    }
  }
}

static void
run_aubio(void* const context)
{
  const float* const in = next_hop();
  (void)context;
  for (uint32_t i = 0U; i < hop; ++i) {
    aubio.in->data[i] = in[i];
  }
  aubio.pvoc_do(aubio.pvoc, aubio.in, aubio.spectrum);
  aubio.filterbank_do(aubio.filterbank, aubio.spectrum, aubio.out);
  aubio.log10(aubio.out);
}

static void
prepare_aubio(void* const library)
{
  void* (*new_pvoc)(unsigned, unsigned)           = NULL;
  void* (*new_filterbank)(unsigned, unsigned)     = NULL;
  void* (*new_cvec)(unsigned)                     = NULL;
  Fvec* (*new_fvec)(unsigned)                     = NULL;
  unsigned (*set_mel)(void*, float, float, float) = NULL;
  race_symbol(library, "new_aubio_pvoc", &new_pvoc);
  race_symbol(library, "new_aubio_filterbank", &new_filterbank);
  race_symbol(library, "new_cvec", &new_cvec);
  race_symbol(library, "new_fvec", &new_fvec);
  race_symbol(library, "aubio_filterbank_set_mel_coeffs", &set_mel);
  race_symbol(library, "aubio_pvoc_do", &aubio.pvoc_do);
  race_symbol(library, "aubio_filterbank_do", &aubio.filterbank_do);
  race_symbol(library, "fvec_log10", &aubio.log10);
  aubio.pvoc       = new_pvoc(window, hop);
  aubio.filterbank = new_filterbank(ECHOIC_N_BANDS, window);
  aubio.spectrum   = new_cvec(window);
  aubio.in         = new_fvec(hop);
  aubio.out        = new_fvec(ECHOIC_N_BANDS);
  set_mel(aubio.filterbank, rate_hz, 30.0F, 16000.0F);
}

int
main(void)
{
  void* const  library = race_library("libaubio.so.5", "libaubio5");
  const size_t bytes   = echoic_mel_bytes(rate_hz, 0U);
  EchoicArena  arena   = {(unsigned char*)aligned_alloc(64U, bytes), bytes, 0U};
  Racer        racers[] = {{"echoic", run_echoic, NULL, 0.0, 0.0},
                           {"aubio, pvoc + mel + log", run_aubio, NULL, 0.0, 0.0}};
  race_kernels();
  if (!arena.base || echoic_mel_prepare(rate_hz, 0U, &arena, &mel)) {
    return 2;
  }
  for (uint32_t i = 0U; i < 4800U; ++i) {
    samples[i] = sinf(0.05F * (float)i) * sinf(0.0007F * (float)i);
  }
  if (library) {
    prepare_aubio(library);
  }

  race(racers, library ? 2U : 1U);
  race_print("log mel frame, 1024/256, 40 bands", racers, library ? 2U : 1U);
  free(arena.base);
  return 0;
}
