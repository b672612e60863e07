// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Any bytes: refused with a reason, or a model that can be written, read again,
   changed, and run. */

#include "dsp/engine.h"
#include "dsp/model.h"
#include "tests/fuzz/fuzz.h"

#include <math.h>
#include <string.h>

#define MAX_ARENA ((size_t)256U << 20U)

/// Write, read, write: the second file is the first to the byte
static void
check_round_trip(const EchoicModel* const model)
{
  uint8_t* first       = NULL;
  uint8_t* second      = NULL;
  size_t   first_size  = 0U;
  size_t   second_size = 0U;
  require(!echoic_model_write(model, &first, &first_size, NULL));
  EchoicModel* const again = echoic_model_parse(first, first_size, NULL);
  require(again != NULL);
  require(!echoic_model_write(again, &second, &second_size, NULL));
  require(first_size == second_size && !memcmp(first, second, first_size));
  echoic_model_free(again);
  free(first);
  free(second);
}

static void
ignore_event(void* const context, const EchoicEvent* const event)
{
  (void)context;
  require(event->end >= event->onset);
}

static void
check_engine(const EchoicModel* const model)
{
  static float           in[4096];
  const EchoicSink       sink   = {ignore_event, NULL, NULL, NULL};
  const EchoicEngineSpec spec   = {16000.0, 0.0F, false, false};
  const size_t           bytes  = echoic_engine_bytes(model, &spec, NULL);
  EchoicEngine*          engine = NULL;
  if (!bytes || bytes > MAX_ARENA) {
    return;
  }

  for (uint32_t i = 0U; i < 4096U; ++i) {
    in[i] = sinf(0.001F * (float)i * (float)i);
  }

  void* const block = aligned_alloc(ECHOIC_ARENA_ALIGN, bytes);
  EchoicArena arena = {(unsigned char*)block, bytes, 0U};
  require(block && !echoic_engine_prepare(model, &spec, &arena, &engine, NULL));
  require(arena.used <= bytes);
  if (bytes < MAX_ARENA / 64U) { // Wide graphs take long and show no more
    echoic_engine_process(engine, in, 4096U, &sink);
    echoic_engine_finish(engine, &sink);
  }
  free(block);
}

static void
check_indices(const EchoicModel* const model)
{
  for (uint32_t i = 0U; i < model->n_marks; ++i) {
    const EchoicMark* const m = &model->marks[i];
    require(m->clip < model->n_clips);
    require(m->sound < model->n_sounds || m->sound == UINT32_MAX);
  }
}

/// Undo, forget, and let everything removed expire: nothing dangles
static void
check_changes(EchoicModel* const model)
{
  for (uint32_t i = 0U; i < 3U && !echoic_model_undo(model, NULL); ++i) {
    check_indices(model);
  }

  for (uint32_t i = 0U; i < 20U; ++i) {
    echoic_model_begin(model);
    check_indices(model);
    if (i == 0U && model->n_sounds && !model->sounds[0].removed) {
      require(!echoic_model_forget(model, model->sounds[0].name, NULL));
    }
  }
}

int
LLVMFuzzerTestOneInput(const uint8_t* const data, const size_t size)
{
  EchoicError        error = {ECHOIC_OK, ""};
  EchoicModel* const model = echoic_model_parse(data, size, &error);
  if (!model) {
    require(error.text[0] && error.status);
    return 0;
  }

  check_round_trip(model);
  check_engine(model);
  check_changes(model);
  echoic_model_free(model);
  return 0;
}
