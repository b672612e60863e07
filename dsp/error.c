// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/echoic.h"

#include <stdarg.h>
#include <stdio.h>

const char*
echoic_strerror(const EchoicStatus st)
{
  switch (st) {
  case ECHOIC_OK:
    return "Success";
  case ECHOIC_NO_SPACE:
    return "Out of arena or queue space";
  case ECHOIC_NO_MEMORY:
    return "Out of memory";
  case ECHOIC_BAD_ARG:
    return "Argument out of range";
  case ECHOIC_BAD_FORMAT:
    return "Malformed model or file";
  case ECHOIC_BAD_SHAPE:
    return "Tensor shape doesn't match the node's configuration";
  case ECHOIC_BAD_VERSION:
    return "Unsupported version";
  case ECHOIC_NOT_FOUND:
    return "Not found";
  }

  return "Unknown error";
}

EchoicStatus
echoic_error(EchoicError* const error,
             const EchoicStatus status,
             const char* const  format,
             ...)
{
  if (error) {
    va_list args;
    va_start(args, format);
    error->status = status;
    (void)vsnprintf(error->text, sizeof(error->text), format, args);
    va_end(args);
  }

  return status;
}
