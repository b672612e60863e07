// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* The loops, for the vectors that were included before. */

#include <math.h>
#include <stddef.h>

#include "dsp/simd/activate.h"
#include "dsp/simd/bank.h"
#include "dsp/simd/matrix.h"

#include "dsp/simd/attention.h" // Uses the sums of matrix.h
#include "dsp/simd/bands.h"
#include "dsp/simd/energy.h"
#include "dsp/simd/fft.h"
#include "dsp/simd/gates.h"
#include "dsp/simd/misfit.h"
#include "dsp/simd/numbers.h"
#include "dsp/simd/outer.h"
#include "dsp/simd/recall.h"
#include "dsp/simd/recognise.h"
#include "dsp/simd/shorts.h"
#include "dsp/simd/signs.h"
#include "dsp/simd/template.h"

// clang-format off
#define KERNELS(set_name)     \
  {                           \
    .name = set_name,         \
    .n_lanes = WIDTH,         \
    .matrix = matrix,         \
    .dots = dots,             \
    .scores = scores,         \
    .mix = mix,               \
    .rotate = rotate,         \
    .recognise = recognise_all, \
    .is_finite = is_finite,   \
    .fade_each = fade_each,   \
    .fade_all = fade_all,     \
    .resonate = resonate,     \
    .loudest = loudest,       \
    .greatest = greatest,     \
    .moments = moments,       \
    .norm = norm,             \
    .slide = slide,           \
    .expected = expected,     \
    .median = median,         \
    .tops = tops,             \
    .differ_each = differ_each, \
    .differ_at = differ_at,   \
    .sum_threes = sum_threes, \
    .signs = signs,           \
    .screen = screen,         \
    .multiply = multiply,     \
    .clean = clean,           \
    .from_shorts = from_shorts, \
    .banded = banded,         \
    .energies = energies,     \
    .rises = rises,           \
    .levels = levels,         \
    .gates = gates,           \
    .misfits = misfits,       \
    .outer = outer,           \
    .fft_power = fft_power,   \
    .exp = each_exp,          \
    .log = each_log,          \
    .sigmoid = each_sigmoid,  \
    .tanh = each_tanh,        \
    .silu = each_silu,        \
    .softplus = each_softplus,\
    .relu = each_relu,        \
    .gelu = each_gelu,        \
    .gelu_tanh = each_gelu_tanh,\
    .softmax = softmax,       \
  }
// clang-format on
