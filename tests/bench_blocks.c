// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* bench_blocks MODEL RECORDING [short]: what single blocks cost that a host
   would give to the detector, how unevenly the work comes, and the memory it
   takes.

   Where the processor counts instructions they are counted.  Elsewhere each
   block is timed, again and again from the start of the recording, and its
   least time counts: the work is always the same. */

#include "dsp/engine.h"
#include "host/files.h"

#include <linux/perf_event.h>
#include <sndfile.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { most_samples = 48000 * 40, rounds = 15 };

static const uint32_t all_blocks[] = {64U, 256U, 1024U};

static float  samples[most_samples];
static double cost[most_samples / 64];
static int    counter = -1; ///< Of instructions, -1 if there is none

static void
ignore(void* const context, const EchoicEvent* const event)
{
  (void)context;
  (void)event;
}

static void
open_counter(void)
{
  struct perf_event_attr attr;
  memset(&attr, 0, sizeof(attr));
  attr.size           = sizeof(attr);
  attr.type           = PERF_TYPE_HARDWARE;
  attr.config         = PERF_COUNT_HW_INSTRUCTIONS;
  attr.exclude_kernel = 1;
  attr.exclude_hv     = 1;
  counter = (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0UL);
}

/// Instructions or nanoseconds so far
static double
now(void)
{
  uint64_t n = 0U;
  if (counter >= 0 && read(counter, &n, sizeof(n)) == sizeof(n)) {
    return (double)n;
  }

  struct timespec ts;
  clock_gettime(CLOCK_MONOTONIC, &ts);
  return (1e9 * (double)ts.tv_sec) + (double)ts.tv_nsec;
}

static int
compare(const void* const a, const void* const b)
{
  const double x = *(const double*)a;
  const double y = *(const double*)b;
  return (x > y) - (x < y);
}

/// Least cost of reading the counter
static double
idle(void)
{
  double least = 1e9;
  for (int i = 0; i < 10000; ++i) {
    const double begin = now();
    const double took  = now() - begin;
    least              = took < least ? took : least;
  }

  return least;
}

/// Fill in the cost of every block, sorted
static void
run(EchoicEngine* const engine, const uint32_t block, const uint32_t n_blocks)
{
  static const EchoicSink sink = {ignore, NULL, NULL, NULL};
  const double            own  = idle();
  for (int r = 0; r < (counter < 0 ? rounds : 1); ++r) {
    echoic_engine_reset(engine);
    for (uint32_t i = 0U; i < n_blocks; ++i) {
      const double begin = now();
      echoic_engine_process(
        engine, samples + ((size_t)i * block), block, &sink);
      const double took = now() - begin - own;
      cost[i]           = !r || took < cost[i] ? took : cost[i];
    }
  }

  qsort(cost, n_blocks, sizeof(double), compare);
}

static void
report(EchoicEngine* const engine, const uint32_t block, const uint32_t n)
{
  const uint32_t n_blocks = n / block;
  double         sum      = 0.0;
  run(engine, block, n_blocks);
  for (uint32_t i = 0U; i < n_blocks; ++i) {
    sum += cost[i];
  }

  const double median = cost[n_blocks / 2U];
  const double mean   = sum / n_blocks;
  const double most   = cost[n_blocks - 1U];
  printf("%6u %10.0f %10.0f %10.0f %10.0f %10.0f %8.1f %8.1f\n",
         block,
         median,
         mean,
         cost[(n_blocks / 100U) * 99U],
         cost[(uint32_t)(0.999 * n_blocks)],
         most,
         most / median,
         most / mean);
}

int
main(int argc, char** argv)
{
  EchoicError        error    = {0};
  SF_INFO            info     = {0};
  const bool         is_short = argc == 4 && !strcmp(argv[3], "short");
  const bool         is_usage = argc == 3 || is_short;
  SNDFILE* const     in = is_usage ? sf_open(argv[2], SFM_READ, &info) : NULL;
  EchoicModel* const model =
    is_usage ? echoic_load_model(argv[1], &error) : NULL;
  if (!in || !model || info.channels != 1) {
    fputs("usage: bench_blocks MODEL RECORDING (of one channel) [short]\n",
          stderr);
    return 2;
  }

  const EchoicEngineSpec spec = {info.samplerate, 0.0F, false};
  const uint32_t n      = (uint32_t)sf_readf_float(in, samples, most_samples);
  EchoicEngine*  engine = NULL;
  void*          memory = NULL;
  if (echoic_engine_new(model, &spec, &engine, &memory, &error)) {
    return 2;
  }

  open_counter();
  echoic_engine_set_short(engine, is_short);
  printf("%u sounds%s take %.2f MiB; blocks in %s:\n",
         model->n_sounds,
         is_short ? " in the short window" : "",
         (double)echoic_engine_bytes(model, &spec, &error) / 1048576.0,
         counter < 0 ? "ns, the least of 15 rounds" : "instructions");
  printf("%6s %10s %10s %10s %10s %10s %8s %8s\n",
         "block",
         "median",
         "mean",
         "99 %",
         "99.9 %",
         "worst",
         "/ median",
         "/ mean");
  for (uint32_t i = 0U; i < 3U; ++i) {
    report(engine, all_blocks[i], n);
  }

  free(memory);
  echoic_model_free(model);
  return sf_close(in) ? 2 : 0;
}
