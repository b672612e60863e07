// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/angles.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

static const double pi         = 3.14159265358979323846;
static const double max_length = 1e9;

static const char* const codes[] = {"none", "uniform", "warped", "blend"};

ECHOIC_RT double
echoic_angle(const EchoicAngle* const angle, const int64_t n)
{
  const double l = angle->length;
  const double x = (double)n;
  switch (angle->code) {
  case ECHOIC_ANGLE_UNIFORM:
    return 2.0 * pi * (fmod(x, l) / l);
  case ECHOIC_ANGLE_WARPED:
    return 2.0 * pi * (x / (x + l));
  case ECHOIC_ANGLE_BLEND:
    return x < l ? pi * x / l : (2.0 * pi) - (pi * l / x);
  case ECHOIC_ANGLE_NONE:
    break;
  }

  return 0.0;
}

ECHOIC_RT double
echoic_angle_step(const EchoicAngle* const angle, const int64_t n)
{
  const double l = angle->length;
  const double x = (double)n;
  if (n <= 0) {
    return 0.0;
  }

  switch (angle->code) { // Not as a difference, which would lose digits
  case ECHOIC_ANGLE_UNIFORM:
    return 2.0 * pi / l;
  case ECHOIC_ANGLE_WARPED:
    return 2.0 * pi * l / ((x + l) * (x + l - 1.0));
  case ECHOIC_ANGLE_BLEND:
    return x < l          ? pi / l
           : x >= l + 1.0 ? pi * l / (x * (x - 1.0))
                          : echoic_angle(angle, n) - echoic_angle(angle, n - 1);
  case ECHOIC_ANGLE_NONE:
    break;
  }

  return 0.0;
}

ECHOIC_RT EchoicRangeQuery
echoic_range_query(const double step, const int64_t n1, const int64_t n2)
{
  const double           half  = 0.5 * step;
  const double           count = (double)(n2 - n1) + 1.0;
  const double           below = sin(half);
  const EchoicRangeQuery q = {fabs(below) > 1e-12 ? sin(count * half) / below
                                                  : count,
                              (double)(n1 + n2) * half};
  return q;
}

EchoicStatus
echoic_angle_read(const EchoicNodeSpec* const spec,
                  const EchoicAngleCode       fallback,
                  EchoicAngle* const          angle,
                  EchoicError* const          error)
{
  const char* const word = echoic_node_word(spec, "code", codes[fallback]);
  for (size_t i = 0U; i < sizeof(codes) / sizeof(codes[0]); ++i) {
    if (!strcmp(codes[i], word)) {
      angle->code   = (EchoicAngleCode)i;
      angle->length = echoic_node_number(spec, "length", i ? 0.0 : 1.0);
      return angle->length >= 1.0 && angle->length <= max_length
               ? ECHOIC_OK
               : echoic_error(error,
                              ECHOIC_BAD_ARG,
                              "node '%s': length is %g: must be from 1 to 1e9 "
                              "frames",
                              spec->id,
                              angle->length);
    }
  }

  return echoic_error(error,
                      ECHOIC_BAD_ARG,
                      "node '%s': code is '%s': must be none, uniform, warped "
                      "or blend",
                      spec->id,
                      word);
}
