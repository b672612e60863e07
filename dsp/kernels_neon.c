// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/kernels_sets.h"

#if defined(__aarch64__)
#  include "dsp/simd/neon.h"
#  include "dsp/simd/table.h"

const EchoicKernels echoic_kernels_neon = KERNELS("neon");

#endif
