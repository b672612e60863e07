// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/kernels_sets.h"

#include "dsp/simd/portable.h"
#include "dsp/simd/table.h"

const EchoicKernels echoic_kernels_portable = KERNELS("portable");
