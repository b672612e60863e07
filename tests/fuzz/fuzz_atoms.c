// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Sequences of atoms at the plugin's inputs, whatever is in them, with blocks
   and controls of any size: no crash, sequences out that are whole, and numbers
   that are numbers.

   The input begins with the plugin and whether there is time for a lesson; then
   come runs: a block size, a control, the room at the outputs, and the events
   of both inputs.  The sizes that atoms state needn't be those that they have;
   only the whole sequence is as large as it says. */

#include "tests/fuzz/plugin_rig.h"
#include "tests/fuzz/taught.h"

enum { max_runs = 24, max_sequence = 4096, most_urid = 40 };

/// A sequence being put together
typedef struct {
  size_t n;
  _Alignas(8) uint8_t bytes[max_sequence];
} Sequence;

static EchoicUris uris;
static uint8_t*   model; ///< As the state has it
static size_t     model_size;

static void
put(Sequence* const s, const void* const bytes, const size_t n)
{
  if (n <= max_sequence - s->n) {
    memcpy(s->bytes + s->n, bytes, n);
    s->n += n;
  }
}

static void
put_u32(Sequence* const s, const uint32_t n)
{
  put(s, &n, sizeof(n));
}

static void
pad(Sequence* const s)
{
  static const uint8_t zeros[8] = {0};
  put(s, zeros, (8U - (s->n % 8U)) % 8U);
}

/// A number that means something, or any
static LV2_URID
take_urid(FuzzInput* const in)
{
  const uint32_t urid = fuzz_take(in, 1U);
  return urid < 240U ? urid % most_urid : fuzz_take(in, 4U);
}

/// State the size of what was put after `at` + 8, or another
static void
state_size(Sequence* const s, FuzzInput* const in, const size_t at)
{
  const uint32_t lie = fuzz_take(in, 1U);
  if (at + sizeof(LV2_Atom) <= s->n) {
    const uint32_t size = lie < 224U   ? (uint32_t)(s->n - at - 8U)
                          : lie < 250U ? lie - 224U
                                       : fuzz_take(in, 4U);
    memcpy(s->bytes + at, &size, sizeof(size));
  }
}

static void
put_value(Sequence* const s, FuzzInput* const in)
{
  static const char path[] = "/no/such/kit";
  const uint32_t    kind   = fuzz_take(in, 1U);
  if (kind < 64U) {
    put_u32(s, take_urid(in));
  } else if (kind < 96U) {
    put(s, path, sizeof(path));
  } else if (kind < 104U) {
    for (uint32_t n = 900U + (fuzz_take(in, 1U) * 2U); n; --n) {
      put(s, "a", 1U);
    }
  } else {
    const FuzzInput raw = fuzz_split(in, kind - 104U);
    put(s, raw.at, raw.left);
  }
}

static void
put_object(Sequence* const s, FuzzInput* const in)
{
  put_u32(s, fuzz_take(in, 1U));
  put_u32(s, take_urid(in));
  for (uint32_t n = fuzz_take(in, 1U) % 4U; n; --n) {
    put_u32(s, take_urid(in));
    put_u32(s, 0U);
    const size_t at = s->n;
    put_u32(s, 0U);
    put_u32(s, take_urid(in));
    put_value(s, in);
    state_size(s, in, at);
    pad(s);
  }
}

static void
put_event(Sequence* const s, FuzzInput* const in)
{
  const uint32_t at_frame = fuzz_take(in, 2U);
  const int64_t  frame =
    at_frame < 65000U ? at_frame : (int64_t)fuzz_take(in, 4U) << 31U;
  put(s, &frame, sizeof(frame));
  const size_t   at   = s->n;
  const uint32_t kind = fuzz_take(in, 1U);
  put_u32(s, 0U);
  if (kind < 80U) {
    const FuzzInput raw = fuzz_split(in, 3U);
    put_u32(s, uris.midi_MidiEvent);
    put(s, raw.at, raw.left);
  } else if (kind < 224U) {
    const LV2_URID types[] = {
      uris.atom_Object, uris.atom_Blank, uris.atom_Resource};
    put_u32(s, types[kind % 3U]);
    put_object(s, in);
  } else {
    const FuzzInput raw = fuzz_split(in, kind - 224U);
    put_u32(s, take_urid(in));
    put(s, raw.at, raw.left);
  }

  state_size(s, in, at);
  pad(s);
}

/// Events for an input, whole or cut off
static void
send(Rig* const rig, FuzzInput* const in, const uint32_t id)
{
  const uint32_t n = fuzz_take(in, 1U);
  Sequence       s = {0U, {0}};
  if (n >= 200U) {
    return; // Not connected
  }

  put_u32(&s, 0U);
  put_u32(&s, n < 190U ? uris.atom_Sequence : take_urid(in));
  put_u32(&s, 0U);
  put_u32(&s, 0U);
  for (uint32_t i = 0U; i < n % 8U; ++i) {
    put_event(&s, in);
  }

  const size_t   cut  = fuzz_take(in, 1U);
  const size_t   most = s.n - sizeof(LV2_Atom);
  const uint32_t size = (uint32_t)(most - (cut < 200U          ? 0U
                                           : cut - 200U < most ? cut - 200U
                                                               : most));
  memcpy(s.bytes, &size, sizeof(size));
  rig_send(rig, id, s.bytes, size + sizeof(LV2_Atom));
}

/// Set a control to a number that a host may send, in range or not
static void
turn(Rig* const rig, FuzzInput* const in)
{
  static const float odd[] = {
    0.0F, 1.0F, -1.0F, 1e30F, -1e30F, NAN, INFINITY, -INFINITY, 1e-40F};
  const uint32_t id   = fuzz_take(in, 1U) % ECHOIC_N_PORT_IDS;
  const uint32_t what = fuzz_take(in, 1U);
  rig->controls[id]   = what < 9U ? odd[what] : (float)what * 0.1F;
}

static uint32_t
take_block(FuzzInput* const in)
{
  static const uint32_t usual[] = {0U, 1U, 2U, 64U, 255U, 256U, 257U, 2048U};
  const uint32_t        n       = fuzz_take(in, 1U);
  return n < 8U     ? usual[n]
         : n < 250U ? 8U * n
                    : fuzz_take(in, 2U) % (rig_max_block + 1U);
}

static void
run(Rig* const rig, FuzzInput* const in, uint32_t* const pos)
{
  static const uint32_t rooms[] = {8U, 16U, 24U, 40U, 200U, 4096U};
  const uint32_t        n       = take_block(in);
  turn(rig, in);
  rig->capacity = rooms[fuzz_take(in, 1U) % 6U];
  send(rig, in, ECHOIC_PORT_CONTROL);
  send(rig, in, ECHOIC_PORT_MIDI_IN);
  for (uint32_t i = 0U; i < n; ++i) {
    rig->audio[ECHOIC_PORT_IN_LEFT][i] = music[(*pos + i) % n_music];
  }

  *pos += n;
  rig_run(rig, n);
}

int
LLVMFuzzerInitialize(int* const argc, char*** const argv)
{
  (void)argc;
  (void)argv;
  make_music();
  EchoicModel* const taught = teach_music();
  require(!echoic_model_write(taught, &model, &model_size, NULL));
  echoic_model_free(taught);
  echoic_uris_map(&uris, &rig_urids);
  return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t* const data, const size_t size)
{
  static Rig     rig;
  FuzzInput      in      = {data, size};
  const uint32_t variant = fuzz_take(&in, 1U) % ECHOIC_N_VARIANTS;
  uint32_t       lessons = fuzz_take(&in, 1U) ? 0U : 1U;
  uint32_t       pos     = 0U;
  rig_open(&rig, (EchoicVariant)variant, taught_rate);
  rig_set_value(&rig, ECHOIC_URI_MODEL, LV2_ATOM__Chunk, model, model_size);
  require(rig_restore(&rig) == LV2_STATE_SUCCESS);
  for (uint32_t i = 0U; i < max_runs && in.left; ++i) {
    run(&rig, &in, &pos);
    lessons = rig_work(&rig, lessons);
  }

  rig_close(&rig);
  return 0;
}
