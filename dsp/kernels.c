// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/kernels.h"

#include "dsp/kernels_sets.h"

#include <stdatomic.h>
#include <string.h>

static _Atomic(const EchoicKernels*) in_use;

/// Return the set `index` of those this processor has, best first, or null
static const EchoicKernels*
find(uint32_t index)
{
  const EchoicKernels* sets[4];
  uint32_t             n = 0U;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl")) {
    sets[n++] = &echoic_kernels_avx512;
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    sets[n++] = &echoic_kernels_avx2;
  }
  sets[n++] = &echoic_kernels_sse2;
#elif defined(__aarch64__)
  sets[n++] = &echoic_kernels_neon;
#endif
  sets[n++] = &echoic_kernels_portable;
  return index < n ? sets[index] : NULL;
}

ECHOIC_RT const EchoicKernels*
echoic_kernels(void)
{
  const EchoicKernels* k = atomic_load_explicit(&in_use, memory_order_relaxed);
  if (!k) { // Two threads at once find the same
    k = find(0U);
    atomic_store_explicit(&in_use, k, memory_order_relaxed);
  }

  return k;
}

const char*
echoic_kernels_name(const uint32_t index)
{
  const EchoicKernels* const k = find(index);
  return k ? k->name : NULL;
}

bool
echoic_kernels_force(const char* const name)
{
  for (uint32_t i = 0U;; ++i) {
    const EchoicKernels* const k = find(i);
    if (!k || !name || !strcmp(k->name, name)) {
      atomic_store_explicit(
        &in_use, k ? k : atomic_load(&in_use), memory_order_relaxed);
      return k;
    }
  }
}
