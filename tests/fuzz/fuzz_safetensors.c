// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Any bytes: refused with a reason, or a file whose every tensor can be read.
 */

#include "dsp/safetensors.h"
#include "tests/fuzz/fuzz.h"

static void
read_tensor(const EchoicFileTensor* const t)
{
  const size_t   n        = (size_t)t->n_elements;
  float* const   numbers  = (float*)malloc((n + 1U) * sizeof(float));
  int64_t* const integers = (int64_t*)malloc((n + 1U) * sizeof(int64_t));
  require(numbers && integers);
  echoic_tensor_read(t, numbers);
  require(echoic_tensor_read_int(t, integers) == (t->dtype > ECHOIC_BF16));
  free(numbers);
  free(integers);
}

int
LLVMFuzzerTestOneInput(const uint8_t* const data, const size_t size)
{
  EchoicSafetensors file;
  EchoicError       error = {ECHOIC_OK, ""};
  if (echoic_safetensors_parse(data, size, &file, &error)) {
    require(error.text[0] && error.status && !file.n_tensors);
    return 0;
  }

  size_t total = 0U;
  for (uint32_t i = 0U; i < file.n_tensors; ++i) {
    const EchoicFileTensor* const t = &file.tensors[i];
    require(t->data >= data && t->data + t->size <= data + size);
    require(echoic_safetensors_find(&file, t->name) == t);
    read_tensor(t);
    total += t->size;
  }

  require(total <= size);
  (void)echoic_safetensors_metadata(&file, "echoic");
  echoic_safetensors_clear(&file);
  return 0;
}
