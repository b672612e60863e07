// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* bench_fft: the power spectrum of real samples against kissfft and FFTW's
   measured plan. */

#include "dsp/arena.h"
#include "dsp/fft.h"
#include "tests/race.h"

#include <kiss_fftr.h>

#include <math.h>

enum { most = 4096 };

static float        in[most];
static float        power[(most / 2) + 1];
static kiss_fft_cpx bins[(most / 2) + 1];

typedef void (*FftwExecute)(void*);
typedef void* (*FftwPlan)(int, float*, kiss_fft_cpx*, unsigned);

/// FFTW as far as it is used here
typedef struct {
  FftwPlan    plan;
  FftwExecute execute;
} Fftw;

typedef struct {
  int           n;
  EchoicFft*    own;
  kiss_fftr_cfg kiss;
  void*         fftw;
  FftwExecute   execute;
} Transforms;

static void
to_power(const int n)
{
  for (int i = 0; i <= n / 2; ++i) {
    power[i] = (bins[i].r * bins[i].r) + (bins[i].i * bins[i].i);
  }
}

static void
run_own(void* const context)
{
  echoic_fft_power(((Transforms*)context)->own, in, NULL, power);
}

static void
run_kiss(void* const context)
{
  const Transforms* const t = (Transforms*)context;
  kiss_fftr(t->kiss, in, bins);
  to_power(t->n);
}

static void
run_fftw(void* const context)
{
  const Transforms* const t = (Transforms*)context;
  t->execute(t->fftw);
  to_power(t->n);
}

static void
compare(const int n, const Fftw* const fftw)
{
  const size_t size     = echoic_fft_bytes((uint32_t)n);
  EchoicArena  arena    = {(unsigned char*)aligned_alloc(64U, size), size, 0U};
  Transforms   t        = {n,
                  arena.base ? echoic_fft_prepare((uint32_t)n, &arena) : NULL,
                           kiss_fftr_alloc(n, 0, NULL, NULL),
                  fftw ? fftw->plan(n, in, bins, 0U) : NULL,
                  fftw ? fftw->execute : NULL};
  Racer        racers[] = {{"echoic", run_own, &t, 0.0, 0.0},
                           {"kissfft", run_kiss, &t, 0.0, 0.0},
                           {"FFTW, measured", run_fftw, &t, 0.0, 0.0}};
  for (int i = 0; i < n; ++i) {
    in[i] = sinf(0.1F * (float)i);
  }

  char what[40];
  snprintf(what, sizeof(what), "power spectrum, %d points", n);
  race(racers, fftw ? 3U : 2U);
  race_print(what, racers, fftw ? 3U : 2U);
  kiss_fftr_free(t.kiss);
  free(arena.base);
}

int
main(void)
{
  Fftw fftw = {NULL, NULL};
  race_kernels();
  void* const library = race_library("libfftw3f.so.3", "libfftw3-single3");
  if (library) {
    race_symbol(library, "fftwf_plan_dft_r2c_1d", &fftw.plan);
    race_symbol(library, "fftwf_execute", &fftw.execute);
  }

  for (int n = 256; n <= most; n *= 2) {
    compare(n, library ? &fftw : NULL);
  }

  return 0;
}
