// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/kernels_sets.h"

#if defined(__x86_64__)
#  include "dsp/simd/sse2.h"
#  include "dsp/simd/table.h"

const EchoicKernels echoic_kernels_sse2 = KERNELS("sse2");

#endif
