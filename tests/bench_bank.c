// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* bench_bank: many detectors on 256 numbers, thresholds at 3 sigma, against
   reading the weights once and OpenBLAS; and frames in batches. */

#include "dsp/bank.h"
#include "dsp/matrix.h"
#include "tests/noise.h"
#include "tests/race.h"

enum { most_rows = 10000, n_cols = 256, n_frames = 60 };

typedef void (*Sgemv)(int,
                      int,
                      int,
                      int,
                      float,
                      const float*,
                      int,
                      const float*,
                      int,
                      float,
                      float*,
                      int);
typedef void (*Sgemm)(int,
                      int,
                      int,
                      int,
                      int,
                      int,
                      float,
                      const float*,
                      int,
                      const float*,
                      int,
                      float,
                      float*,
                      int);

/// OpenBLAS as far as it is used here, in one thread
static Sgemv sgemv;
static Sgemm sgemm;

typedef struct {
  uint32_t     n_rows;
  EchoicMatrix matrix;
  EchoicBank   bank;
  float*       weight; ///< [n_rows][n_cols]
} Rows;

static float    x[n_frames * n_cols];
static float*   y;
static uint32_t above[most_rows];
static uint32_t n_found;

static void
run_read(void* const context)
{
  const Rows* const r = (Rows*)context;
  n_found += echoic_kernels()->is_finite(r->weight, (size_t)r->n_rows * n_cols);
}

static void
run_matrix(void* const context)
{
  echoic_matrix_apply(&((Rows*)context)->matrix, x, y);
}

static void
run_screen(void* const context)
{
  n_found += echoic_bank_find(&((Rows*)context)->bank, x, above);
}

static void
run_sgemv(void* const context)
{
  const Rows* const r = (Rows*)context;
  sgemv(101,
        111,
        (int)r->n_rows,
        n_cols,
        1.0F,
        r->weight,
        n_cols,
        x,
        1,
        0.0F,
        y,
        1);
}

static void
run_frames(void* const context)
{
  echoic_matrix_apply_frames(&((Rows*)context)->matrix, x, y, n_frames);
}

static void
run_sgemm(void* const context)
{
  const Rows* const r = (Rows*)context;
  sgemm(101,
        111,
        112,
        n_frames,
        (int)r->n_rows,
        n_cols,
        1.0F,
        x,
        n_cols,
        r->weight,
        n_cols,
        0.0F,
        y,
        (int)r->n_rows);
}

static void*
take(const size_t bytes)
{
  void* const block = aligned_alloc(64U, (bytes + 63U) & ~(size_t)63U);
  if (!block) {
    exit(2);
  }

  return block;
}

static void
prepare(Rows* const r)
{
  uint32_t     state = 1U;
  const size_t n     = (size_t)r->n_rows * n_cols;
  float* const bias  = (float*)take(r->n_rows * sizeof(float));
  r->weight          = (float*)take(n * sizeof(float));
  for (size_t i = 0U; i < n; ++i) {
    r->weight[i] = next_noise(&state);
  }
  for (uint32_t i = 0U; i < r->n_rows; ++i) { // Sigma is sqrt(256) / 3
    bias[i] = -16.0F;
  }
  for (uint32_t i = 0U; i < n_frames * n_cols; ++i) {
    x[i] = next_noise(&state);
  }
  const size_t bytes[] = {echoic_matrix_bytes(r->n_rows, n_cols),
                          echoic_bank_bytes(r->n_rows, n_cols)};
  EchoicArena  a       = {(unsigned char*)take(bytes[0]), bytes[0], 0U};
  EchoicArena  b       = {(unsigned char*)take(bytes[1]), bytes[1], 0U};
  if (!echoic_matrix_prepare(
        &r->matrix, r->weight, bias, r->n_rows, n_cols, &a) ||
      !echoic_bank_prepare(&r->bank, r->weight, bias, r->n_rows, n_cols, &b)) {
    exit(2);
  }
}

static void
compare(const uint32_t n_rows)
{
  Rows r = {.n_rows = n_rows};
  prepare(&r);
  Racer one[]  = {{"echoic, 8-bit screen", run_screen, &r, 0.0, 0.0},
                  {"echoic, float32", run_matrix, &r, 0.0, 0.0},
                  {"reading the weights once", run_read, &r, 0.0, 0.0},
                  {"OpenBLAS sgemv", run_sgemv, &r, 0.0, 0.0}};
  Racer many[] = {{"echoic", run_frames, &r, 0.0, 0.0},
                  {"OpenBLAS sgemm", run_sgemm, &r, 0.0, 0.0}};
  char  what[40];
  snprintf(what, sizeof(what), "%u rows of %d, a frame", n_rows, n_cols);
  race(one, sgemv ? 4U : 3U);
  race_print(what, one, sgemv ? 4U : 3U);
  snprintf(
    what, sizeof(what), "%u rows of %d, %d frames", n_rows, n_cols, n_frames);
  race(many, sgemm ? 2U : 1U);
  race_print(what, many, sgemm ? 2U : 1U);
}

int
main(void)
{
  void* const library = race_library("libopenblas.so.0", "libopenblas0");
  race_kernels();
  y = (float*)take(sizeof(float) * most_rows * n_frames);
  if (library) {
    void (*set_threads)(int) = NULL;
    race_symbol(library, "openblas_set_num_threads", &set_threads);
    race_symbol(library, "cblas_sgemv", &sgemv);
    race_symbol(library, "cblas_sgemm", &sgemm);
    set_threads(1);
  }

  compare(1000U);
  compare(most_rows);
  return 0;
}
