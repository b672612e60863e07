// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* bench_read RECORDING: reads it as detect does, and does nothing with it. */

#include "host/audio.h"

#include <stdio.h>

enum { n_block = 16384 };

int
main(int argc, char** argv)
{
  static float       frames[n_block];
  EchoicError        error = {0};
  EchoicAudio* const audio =
    argc == 2 ? echoic_audio_open(argv[1], NULL, &error) : NULL;
  if (!audio || echoic_audio_info(audio)->n_channels != 1U) {
    fputs("usage: bench_read RECORDING (of one channel)\n", stderr);
    return 2;
  }

  int64_t n = n_block;
  while (n == n_block) {
    n = echoic_audio_read(audio, frames, n_block, &error);
  }

  echoic_audio_close(audio);
  return n < 0 ? 2 : 0;
}
