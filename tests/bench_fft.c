// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* bench_fft SECONDS: how long the FFTs of so much 48 kHz sound take, to
   standard output in seconds. */

#include "dsp/arena.h"
#include "dsp/echoic.h"
#include "dsp/fft.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { n_points = 1024 };

static double
cpu_s(void)
{
  return (double)clock() / (double)CLOCKS_PER_SEC;
}

int
main(int argc, char** argv)
{
  const double sound_s = argc == 2 ? strtod(argv[1], NULL) : 0.0;
  const size_t size    = echoic_fft_bytes(n_points);
  EchoicArena  arena   = {
       aligned_alloc(64U, (size + 63U) & ~(size_t)63U), size, 0U};
  EchoicFft* fft = arena.base ? echoic_fft_prepare(n_points, &arena) : NULL;
  if (!(sound_s > 0.0) || !fft) {
    fputs("usage: bench_fft SECONDS\n", stderr);
    return 2;
  }

  float in[n_points];
  float power[(n_points / 2) + 1];
  for (int i = 0; i < n_points; ++i) {
    in[i] = sinf(0.1F * (float)i);
  }

  const long   n_frames = (long)(sound_s / ECHOIC_HOP_S);
  const double begin_s  = cpu_s();
  double       sum      = 0.0;
  for (long k = 0; k < n_frames; ++k) {
    in[k % n_points] += 0.001F;
    echoic_fft_power(fft, in, power);
    sum += (double)power[k % (n_points / 2)];
  }

  printf("%.3f\n", cpu_s() - begin_s);
  free(arena.base);
  return isfinite(sum) ? 0 : 2;
}
