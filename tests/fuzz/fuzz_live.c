// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Live sound without its threads: whatever packets of OSC come, whatever keys
   are pressed, and whenever sound, teacher and main have their turn, what main
   knows stays right.

   The input is a byte that says whether there is time for lessons, and a list
   of turns: a byte says whose, bytes after it what.  A packet comes as its
   bytes or is put together of words that mean something. */

#include "host/audio.h"
#include "host/live_desk.h"
#include "host/live_keys.h"
#include "host/live_osc.h"
#include "host/live_teacher_parts.h"
#include "host/live_terminal.h"
#include "tests/fuzz/taught.h"

#include <math.h>
#include <string.h>

enum { max_turns = 96, max_lessons = 2, max_packet = 1024 };

typedef struct {
  EchoicNotices  notices;
  EchoicTeacher* teacher;
  EchoicCallback callback;
  EchoicDesk     desk;
  EchoicKeys     keys;
  int64_t        now_ns;
  uint32_t       n_heard; ///< Samples
  uint32_t       n_lessons;
  _Alignas(8) uint8_t packet[max_packet];
  size_t n_packet;
} Live;

static EchoicModel* model;

static void
begin(Live* const live)
{
  EchoicError             error = {ECHOIC_OK, ""};
  const EchoicTeacherSpec spec  = {
     "/no/such/file", taught_rate, 0.25F, NULL, 0U, &live->notices};
  const EchoicCallbackSpec what = {.rate_hz   = taught_rate,
                                   .n_in      = 1U,
                                   .channel   = ECHOIC_CHANNEL_MIX,
                                   .preroll_s = 5.0,
                                   .min_score = -HUGE_VAL,
                                   .has_notes = true,
                                   .is_early  = true};
  echoic_notices_init(&live->notices);
  live->teacher = echoic_teacher_new(&spec, model, &error);
  require(live->teacher);
  require(!echoic_callback_prepare(&live->callback, &what, &error));
  live->teacher->callback = &live->callback;
  echoic_teacher_work(live->teacher);
  echoic_callback_receive(&live->callback);
  require(echoic_desk_init(
    &live->desk, &live->callback, live->teacher, &live->notices));
}

static void
end(Live* const live)
{
  EchoicError error = {ECHOIC_OK, ""};
  echoic_callback_finish(&live->callback);
  echoic_desk_clear(&live->desk);
  require(echoic_teacher_stop(live->teacher, false, &error));
  echoic_callback_clear(&live->callback);
  echoic_teacher_free(live->teacher);
}

static void
put(Live* const live, const void* const bytes, const size_t n)
{
  if (n <= max_packet - live->n_packet) {
    memcpy(live->packet + live->n_packet, bytes, n);
    live->n_packet += n;
  }
}

/// A string as OSC has them: ended and filled up to 4 bytes by zeros
static void
put_string(Live* const live, const void* const text, const size_t n)
{
  static const uint8_t zeros[4] = {0};
  put(live, text, n);
  put(live, zeros, 4U - (n % 4U));
}

static void
put_be32(Live* const live, const uint32_t n)
{
  const uint8_t bytes[] = {
    (uint8_t)(n >> 24U), (uint8_t)(n >> 16U), (uint8_t)(n >> 8U), (uint8_t)n};
  put(live, bytes, sizeof(bytes));
}

/// A name that is known, or up to 15 bytes of the input
static void
put_name(Live* const live, FuzzInput* const in)
{
  static const char* const names[] = {"sound 1", "sound 2", "door", ""};
  const uint32_t           i       = fuzz_take(in, 1U) % 20U;
  const FuzzInput          raw     = fuzz_split(in, i < 4U ? 0U : i - 4U);
  const char* const        name    = i < 4U ? names[i] : (const char*)raw.at;
  put_string(live, name, i < 4U ? strlen(name) : raw.left);
}

static void
put_argument(Live* const live, FuzzInput* const in, const char type)
{
  if (type == 's' || type == 'S') {
    put_name(live, in);
  } else if (type == 'b') {
    const FuzzInput blob = fuzz_split(in, fuzz_take(in, 1U) % 16U);
    put_be32(live, (uint32_t)blob.left);
    put(live, blob.at, blob.left);
    put(live, "\0\0\0", (4U - (blob.left % 4U)) % 4U);
  } else if (strchr("hdt", type)) {
    put_be32(live, fuzz_take(in, 4U));
    put_be32(live, fuzz_take(in, 4U));
  } else if (strchr("ifcmr", type)) {
    const uint32_t n = fuzz_take(in, 1U);
    put_be32(live, n < 240U ? n % 10U : fuzz_take(in, 4U));
  }
}

static void
put_message(Live* const live, FuzzInput* const in)
{
  static const char* const words[]   = {"/echoic/learn",
                                        "/echoic/that",
                                        "/echoic/missed",
                                        "/echoic/forget",
                                        "/echoic/undo",
                                        "/echoic/save",
                                        "/echoic/reject",
                                        "/echoic/threshold/sound 1",
                                        "/echoic/sensitivity/sound 2",
                                        "/echoic/threshold/",
                                        "/echoic/"};
  static const char        letters[] = "isfdhbTFNIStcmr[]x";
  char                     types[8]  = ",";
  const uint32_t           w         = fuzz_take(in, 1U) % 12U;
  const uint32_t           n_types   = fuzz_take(in, 1U) % 4U;
  if (w < 11U) {
    put_string(live, words[w], strlen(words[w]));
  } else {
    const FuzzInput raw = fuzz_split(in, fuzz_take(in, 1U));
    put_string(live, raw.at, raw.left);
  }

  for (uint32_t i = 0U; i < n_types; ++i) {
    types[i + 1U] = letters[fuzz_take(in, 1U) % (sizeof(letters) - 1U)];
  }
  put_string(live, types, n_types + 1U);
  for (uint32_t i = 0U; i < n_types; ++i) {
    put_argument(live, in, types[i + 1U]);
  }
}

/// Messages in a bundle, whose sizes are right or given by the input
static void
put_bundle(Live* const live, FuzzInput* const in)
{
  put(live, "#bundle\0\0\0\0\0\0\0\0\1", 16U);
  for (uint32_t n = fuzz_take(in, 1U) % 4U; n; --n) {
    const size_t at = live->n_packet;
    put_be32(live, 0U);
    if (fuzz_take(in, 1U) % 4U) {
      put_message(live, in);
    } else {
      put(live, "#bundle\0\0\0\0\0\0\0\0\1", 16U);
    }

    if (at + 4U <= live->n_packet) {
      const size_t   said = live->n_packet;
      const uint32_t lie  = fuzz_take(in, 1U);
      live->n_packet      = at;
      put_be32(live, lie < 224U ? (uint32_t)(said - at - 4U) : lie - 224U);
      live->n_packet = said;
    }
  }
}

static void
send_packet(Live* const live)
{
  // A copy of the exact size, so that reading beyond it is seen
  uint8_t* const copy = (uint8_t*)malloc(live->n_packet ? live->n_packet : 1U);
  require(copy);
  memcpy(copy, live->packet, live->n_packet);
  echoic_osc_in_packet(&live->desk, copy, live->n_packet);
  free(copy);
  live->n_packet = 0U;
}

static void
hear(Live* const live, const uint32_t n)
{
  float out[2048];
  for (uint32_t i = 0U; i < n; ++i) {
    out[i] = music[(live->n_heard + i) % n_music];
  }
  echoic_callback_run(&live->callback, out, NULL, n, live->now_ns);
  live->n_heard += n;
}

/// Do what is asked for; what takes long only a few times
static void
work(Live* const live)
{
  EchoicErrand errand;
  if (live->n_lessons) {
    --live->n_lessons;
    echoic_teacher_work(live->teacher);
    return;
  }

  while (echoic_ring_read(&live->teacher->errands, &errand, 1U)) {
    if (errand.kind != ECHOIC_ERRAND_FORGET &&
        errand.kind != ECHOIC_ERRAND_UNDO) {
      echoic_teacher_do(live->teacher, &errand);
    }
  }
}

/// What main knows is of sounds that are there
static void
check_desk(Live* const live)
{
  char        text[ECHOIC_NOTICE_SIZE];
  EchoicHeard heard;
  EchoicDesk* desk = &live->desk;
  echoic_desk_update(desk);
  echoic_desk_look(desk);
  while (echoic_desk_hear(desk, &heard)) {
    require(heard.event.end >= heard.event.onset && heard.name[0]);
  }

  while (echoic_notices_take(&live->notices, text)) {
    require(text[0]);
  }

  for (uint32_t i = 0U; i < desk->taught->n_sounds; ++i) {
    const EchoicTaughtSound* const s = &desk->taught->sounds[i];
    require(s->name[0] && memchr(s->name, '\0', sizeof(s->name)));
    require(s->slot < ECHOIC_DETECTOR_SLOTS || s->slot == ECHOIC_NO_SLOT);
    require(s->in_force >= -1.0F && s->in_force <= 1.0F);
    require(isfinite(s->threshold) && isfinite(s->sensitivity));
  }
  require(live->keys.slot < ECHOIC_DETECTOR_SLOTS);
}

static void
press(Live* const live, FuzzInput* const in)
{
  static const int odd[]  = {ECHOIC_KEY_UP, ECHOIC_KEY_DOWN, ECHOIC_KEY_NONE};
  const uint32_t   key    = fuzz_take(in, 1U);
  const bool       is_odd = key >= 0xF8U && key < 0xFBU; // Never in UTF-8
  (void)echoic_keys_press(&live->keys,
                          &live->desk,
                          is_odd ? odd[key - 0xF8U] : (int)key,
                          live->now_ns);
}

static void
take_turn(Live* const live, FuzzInput* const in)
{
  switch (fuzz_take(in, 1U) % 8U) {
  case 0U:
    press(live, in);
    break;
  case 1U:
    live->now_ns += (int64_t)fuzz_take(in, 1U) * 10000000;
    echoic_keys_wait(&live->keys, &live->desk, live->now_ns);
    break;
  case 2U: {
    const FuzzInput raw = fuzz_split(in, fuzz_take(in, 1U));
    put(live, raw.at, raw.left);
    send_packet(live);
    break;
  }
  case 3U:
    put_message(live, in);
    send_packet(live);
    break;
  case 4U:
    put_bundle(live, in);
    send_packet(live);
    break;
  case 5U:
    work(live);
    break;
  case 6U:
    check_desk(live);
    break;
  default:
    hear(live, (fuzz_take(in, 1U) + 1U) * 8U);
    break;
  }
}

int
LLVMFuzzerInitialize(int* const argc, char*** const argv)
{
  (void)argc;
  (void)argv;
  make_music();
  model = teach_music();
  return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t* const data, const size_t size)
{
  static Live live;
  FuzzInput   in = {data, size};
  live           = (Live){0};
  live.n_lessons = fuzz_take(&in, 1U) % 16U ? 0U : max_lessons;
  begin(&live);
  for (uint32_t i = 0U; i < max_turns && in.left; ++i) {
    take_turn(&live, &in);
  }

  check_desk(&live);
  end(&live);
  return 0;
}
