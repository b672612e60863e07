// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/kernels_sets.h"

#if defined(__x86_64__)

#  include <immintrin.h>

#  if defined(__clang__)
#    pragma clang attribute push(                                        \
      __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,fma"))), \
      apply_to = function)
#  else
#    pragma GCC target("avx512f,avx512bw,avx512dq,avx512vl,fma")
#  endif

#  include "dsp/simd/avx512.h"
#  include "dsp/simd/table.h"

const EchoicKernels echoic_kernels_avx512 = KERNELS("avx512");

#  if defined(__clang__)
#    pragma clang attribute pop
#  endif

#endif
