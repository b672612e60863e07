// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/kernels_sets.h"

#if defined(__x86_64__)

#  include <immintrin.h>

#  if defined(__clang__)
#    pragma clang attribute push(__attribute__((target("avx2,fma"))), \
                                 apply_to = function)
#  else
#    pragma GCC target("avx2,fma")
#  endif

#  include "dsp/simd/avx2.h"
#  include "dsp/simd/table.h"

const EchoicKernels echoic_kernels_avx2 = KERNELS("avx2");

#  if defined(__clang__)
#    pragma clang attribute pop
#  endif

#endif
