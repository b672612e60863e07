// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Whatever a session says was saved: it is refused, and what there was goes on,
   or what is saved then can be restored, and saved again it is the same.

   The input begins with two bytes of choices and the length of a kit's name;
   what follows the name are the bytes of the model. */

#include "tests/fuzz/plugin_rig.h"

/// What a session keeps
typedef struct {
  size_t   size;
  uint8_t* bytes; ///< Owned
} Saved;

static LV2_State_Status
store(const LV2_State_Handle handle,
      const uint32_t         key,
      const void* const      value,
      const size_t           size,
      const uint32_t         type,
      const uint32_t         flags)
{
  Saved* const saved = (Saved*)handle;
  (void)flags;
  if (key == rig_map(NULL, ECHOIC_URI_MODEL)) {
    require(type == rig_map(NULL, LV2_ATOM__Chunk) && !saved->bytes);
    saved->bytes = (uint8_t*)malloc(size);
    saved->size  = size;
    require(saved->bytes);
    memcpy(saved->bytes, value, size);
  }

  return LV2_STATE_SUCCESS;
}

static Saved
save(const Rig* const rig)
{
  Saved saved = {0U, NULL};
  require(!rig->state->save(rig->handle, store, &saved, 0U, NULL));
  return saved;
}

static void
hear(Rig* const rig, const uint32_t n)
{
  uint32_t seed = 1U;
  for (uint32_t i = 0U; i < n; ++i) {
    seed = (seed * 1664525U) + 1013904223U;
    rig->audio[ECHOIC_PORT_IN_LEFT][i] =
      (i % 400U < 40U ? 0.5F : 0.001F) * ((float)(seed >> 8U) / 8388608.0F);
  }

  rig_run(rig, n);
  (void)rig_work(rig, 0U);
}

static LV2_State_Status
restore(Rig* const rig, const Saved* const saved)
{
  rig_set_value(
    rig, ECHOIC_URI_MODEL, LV2_ATOM__Chunk, saved->bytes, saved->size);
  return rig_restore(rig);
}

static bool
is_same(const Saved* const a, const Saved* const b)
{
  return a->size == b->size && !memcmp(a->bytes, b->bytes, a->size);
}

/// Restored in another plugin and saved there it is the same
static void
check_round_trip(const Saved* const saved, const double rate_hz)
{
  static Rig rig;
  rig_open(&rig, ECHOIC_MONO, rate_hz);
  require(restore(&rig, saved) == LV2_STATE_SUCCESS);
  const Saved again = save(&rig);
  require(is_same(&again, saved));
  free(again.bytes);
  hear(&rig, 1000U);
  rig_close(&rig);
}

/// The values of the input, each in memory of its size
static void
give(Rig* const rig, FuzzInput* const in, const uint32_t choices)
{
  static const char* const types[] = {
    LV2_ATOM__Chunk, LV2_ATOM__Chunk, LV2_ATOM__Path, LV2_ATOM__String};
  const FuzzInput kit   = fuzz_split(in, fuzz_take(in, 2U));
  const FuzzInput model = fuzz_split(in, in->left);
  if (choices & 1U) {
    rig_set_value(
      rig, ECHOIC_URI_MODEL, types[choices >> 1U & 3U], model.at, model.left);
  }
  if (choices & 8U) {
    rig_set_value(
      rig, ECHOIC_URI_KIT, types[choices >> 4U & 3U], kit.at, kit.left);
  }
}

int
LLVMFuzzerTestOneInput(const uint8_t* const data, const size_t size)
{
  static Rig     rig;
  uint8_t* const exact = (uint8_t*)malloc(size ? size : 1U);
  FuzzInput      in    = {exact, size};
  require(exact);
  memcpy(exact, data, size);
  const uint32_t choices = fuzz_take(&in, 1U);
  const uint32_t plugin  = fuzz_take(&in, 1U);
  const double   rate_hz = plugin < 250U ? 48000.0 : 16000.0;

  rig_open(&rig, (EchoicVariant)(plugin % ECHOIC_N_VARIANTS), rate_hz);
  hear(&rig, 300U);
  const Saved before = save(&rig);
  give(&rig, &in, choices);
  const bool is_ok = !rig_restore(&rig);
  hear(&rig, 3000U);
  const Saved saved = save(&rig);
  require(is_ok || is_same(&before, &saved));
  check_round_trip(&saved, rate_hz);
  free(before.bytes);
  free(saved.bytes);
  rig_close(&rig);
  free(exact);
  return 0;
}
