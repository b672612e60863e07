// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_KERNELS_SETS_H
#define ECHOIC_KERNELS_SETS_H

#include "dsp/kernels.h"

/* The sets, of which kernels.c chooses one. */

extern const EchoicKernels echoic_kernels_portable;
#if defined(__x86_64__)
extern const EchoicKernels echoic_kernels_sse2;
extern const EchoicKernels echoic_kernels_avx2;
extern const EchoicKernels echoic_kernels_avx512;
#elif defined(__aarch64__)
extern const EchoicKernels echoic_kernels_neon;
#endif

#endif // ECHOIC_KERNELS_SETS_H
