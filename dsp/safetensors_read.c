// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/safetensors.h"

#include <string.h>

static size_t
element_size(const EchoicFileTensor* const tensor)
{
  return tensor->n_elements ? tensor->size / (size_t)tensor->n_elements : 0U;
}

/// Read `size` little-endian bytes
static uint64_t
read_bits(const uint8_t* const data, const size_t size)
{
  uint64_t bits = 0U;
  for (size_t i = 0U; i < size; ++i) {
    bits |= (uint64_t)data[i] << (8U * i);
  }

  return bits;
}

static float
float_of_bits(const uint32_t bits)
{
  float x = 0.0F;
  memcpy(&x, &bits, sizeof(x));
  return x;
}

/// IEEE 754 half precision
static float
float_of_half(const uint32_t bits)
{
  const uint32_t sign     = (bits & 0x8000U) << 16U;
  const uint32_t exponent = (bits >> 10U) & 0x1FU;
  const uint32_t fraction = bits & 0x3FFU;
  if (!exponent) { // Zero and subnormal: fraction * 2^-24
    const float x = (float)fraction * 0x1p-24F;
    return sign ? -x : x;
  }

  return float_of_bits(sign | (fraction << 13U) |
                       ((exponent == 31U ? 255U : exponent + 112U) << 23U));
}

static int64_t
int_of_bits(const uint64_t bits, const EchoicDtype dtype)
{
  switch (dtype) {
  case ECHOIC_I32:
    return (int32_t)bits;
  case ECHOIC_I16:
    return (int16_t)bits;
  case ECHOIC_I8:
    return (int8_t)bits;
  default:
    return (int64_t)bits;
  }
}

static float
float_of(const uint64_t bits, const EchoicDtype dtype)
{
  double wide = 0.0;
  switch (dtype) {
  case ECHOIC_F32:
    return float_of_bits((uint32_t)bits);
  case ECHOIC_F64:
    memcpy(&wide, &bits, sizeof(wide));
    return (float)wide;
  case ECHOIC_F16:
    return float_of_half((uint32_t)bits);
  case ECHOIC_BF16:
    return float_of_bits((uint32_t)bits << 16U);
  default:
    return (float)int_of_bits(bits, dtype);
  }
}

void
echoic_tensor_read(const EchoicFileTensor* const tensor, float* const out)
{
  const size_t size = element_size(tensor);
  for (uint64_t i = 0U; i < tensor->n_elements; ++i) {
    out[i] =
      float_of(read_bits(tensor->data + (i * size), size), tensor->dtype);
  }
}

bool
echoic_tensor_read_int(const EchoicFileTensor* const tensor, int64_t* const out)
{
  const size_t size = element_size(tensor);
  if (tensor->dtype <= ECHOIC_BF16) {
    return false;
  }

  for (uint64_t i = 0U; i < tensor->n_elements; ++i) {
    out[i] =
      int_of_bits(read_bits(tensor->data + (i * size), size), tensor->dtype);
  }

  return true;
}
