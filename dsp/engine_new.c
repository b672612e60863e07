// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* An engine on the heap: apart from the files of the audio thread. */

#include "dsp/engine.h"

#include <stdlib.h>

EchoicStatus
echoic_engine_new(const EchoicModel* const      model,
                  const EchoicEngineSpec* const spec,
                  EchoicEngine** const          engine,
                  void** const                  block,
                  EchoicError* const            error)
{
  const size_t size = echoic_engine_bytes(model, spec, error);
  *block            = NULL;
  if (!size) {
    return error ? error->status : ECHOIC_BAD_ARG;
  }

  void* const memory =
    aligned_alloc(ECHOIC_ARENA_ALIGN, echoic_arena_round(size));
  if (!memory) {
    return echoic_error(
      error, ECHOIC_NO_MEMORY, "out of memory: the engine takes %zu", size);
  }

  EchoicArena        arena  = {(unsigned char*)memory, size, 0U};
  EchoicEngine*      result = NULL;
  const EchoicStatus st =
    echoic_engine_prepare(model, spec, &arena, &result, error);
  if (st) {
    free(memory);
    return st;
  }

  *engine = result;
  *block  = memory;
  return ECHOIC_OK;
}
