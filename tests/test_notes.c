// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/notes.h"
#include "tests/suite.h"

#include <check.h>

#include <stdlib.h>
#include <string.h>

enum { n_most = 4096 };

static const double rate_hz = 48000.0;

/// All messages of a run
typedef struct {
  size_t            n;
  EchoicNoteMessage messages[n_most];
} Log;

static void
add(void* const context, const EchoicNoteMessage* const message)
{
  Log* const log = (Log*)context;
  ck_assert_uint_lt(log->n, n_most);
  log->messages[log->n++] = *message;
}

static EchoicNotes
made(void)
{
  EchoicNotes notes;
  echoic_notes_init(&notes, rate_hz);
  return notes;
}

static EchoicEvent
event_at(const uint64_t onset, const uint64_t end, const uint64_t decided)
{
  return (EchoicEvent){0U, onset, end, decided, 1.0F, 0.5F, -10.0F, 100.0F};
}

static void
expect(const Log* const log,
       const size_t     index,
       const uint64_t   at,
       const bool       is_on,
       const unsigned   note)
{
  ck_assert_uint_lt(index, log->n);
  const EchoicNoteMessage* const m = &log->messages[index];
  ck_assert_uint_eq(m->at, at);
  ck_assert_int_eq(m->is_on, is_on);
  ck_assert_uint_eq(m->bytes[0], is_on ? 0x99U : 0x89U);
  ck_assert_uint_eq(m->bytes[1], note);
}

/// With a latency the note stands on the onset, as late as was declared
START_TEST(test_lookahead)
{
  Log                  log   = {0};
  const EchoicNoteSink sink  = {add, &log};
  EchoicNotes          notes = made();
  EchoicEvent          event = event_at(1000U, 9000U, 11000U);
  echoic_notes_timing(&notes, false, 12000U);
  ck_assert(echoic_notes_event(&notes, 0U, &event));
  echoic_notes_process(&notes, 48000U, &sink);
  ck_assert_uint_eq(log.n, 2U);
  expect(&log, 0U, 13000U, true, 36U);
  expect(&log, 1U, 21000U, false, 36U);
  ck_assert_uint_eq(log.messages[0].bytes[2], 100U);

  // What is decided too late comes at once
  event = event_at(40000U, 40001U, 90001U);
  ck_assert(echoic_notes_event(&notes, 1U, &event));
  echoic_notes_process(&notes, 48000U, &sink);
  expect(&log, 2U, 90000U, true, 38U);
  expect(&log, 3U, 90000U + 960U, false, 38U); // 20 ms
}
END_TEST

START_TEST(test_live)
{
  Log                  log   = {0};
  const EchoicNoteSink sink  = {add, &log};
  EchoicNotes          notes = made();
  const EchoicEvent    event = event_at(1000U, 9000U, 3000U);
  echoic_notes_timing(&notes, true, 12000U);
  ck_assert(echoic_notes_event(&notes, 2U, &event));
  echoic_notes_process(&notes, 48000U, &sink);
  ck_assert_uint_eq(log.n, 2U);
  expect(&log, 0U, 2999U, true, 42U);
  expect(&log, 1U, 9000U, false, 42U);
}
END_TEST

/// A note that still sounds is ended before it is struck again, and its own
/// end doesn't come any more
START_TEST(test_retrigger)
{
  Log                  log   = {0};
  const EchoicNoteSink sink  = {add, &log};
  EchoicNotes          notes = made();
  const EchoicEvent    a     = event_at(100U, 9000U, 0U);
  const EchoicEvent    b     = event_at(5000U, 20000U, 0U);
  const EchoicEvent    c     = event_at(20000U, 30000U, 0U);
  ck_assert(echoic_notes_event(&notes, 0U, &a));
  ck_assert(echoic_notes_event(&notes, 0U, &b));
  ck_assert(echoic_notes_event(&notes, 0U, &c));
  ck_assert(echoic_notes_event(&notes, 0U, &c)); // Twice the same is one
  echoic_notes_process(&notes, 48000U, &sink);
  ck_assert_uint_eq(log.n, 6U);
  expect(&log, 0U, 100U, true, 36U);
  expect(&log, 1U, 5000U, false, 36U);
  expect(&log, 2U, 5000U, true, 36U);
  expect(&log, 3U, 20000U, false, 36U);
  expect(&log, 4U, 20000U, true, 36U);
  expect(&log, 5U, 30000U, false, 36U);
}
END_TEST

/// What sounds ends under the key it began with, whatever is changed
START_TEST(test_stop_and_change)
{
  Log                  log   = {0};
  const EchoicNoteSink sink  = {add, &log};
  EchoicNotes          notes = made();
  const EchoicEvent    a     = event_at(100U, 90000U, 0U);
  const EchoicEvent    later = event_at(9000U, 90000U, 0U);
  ck_assert(echoic_notes_event(&notes, 0U, &a));
  ck_assert(echoic_notes_event(&notes, 1U, &later));
  echoic_notes_process(&notes, 1000U, &sink);

  const EchoicNoteSettings other = {true, 0U, 60U, 1U, 127U, 0.0F};
  echoic_notes_set(&notes, 0U, &other);
  echoic_notes_stop(&notes, &sink);
  ck_assert_uint_eq(log.n, 2U);
  expect(&log, 1U, 1000U, false, 36U);

  // Neither what was pending nor what began before counts any more
  ck_assert(echoic_notes_event(&notes, 0U, &a));
  echoic_notes_process(&notes, 48000U, &sink);
  ck_assert_uint_eq(log.n, 2U);

  const EchoicEvent b = event_at(60000U, 61000U, 0U);
  ck_assert(echoic_notes_event(&notes, 0U, &b));
  echoic_notes_process(&notes, 48000U, &sink);
  ck_assert_uint_eq(log.n, 4U);
  ck_assert_uint_eq(log.messages[2].bytes[0], 0x90U);
  ck_assert_uint_eq(log.messages[2].bytes[1], 60U);
}
END_TEST

START_TEST(test_velocity)
{
  static const struct {
    uint8_t least, most;
    float   curve, velocity;
    uint8_t result;
  } cases[] = {{1U, 127U, 0.0F, 64.0F, 64U},
               {1U, 127U, 0.0F, 127.0F, 127U},
               {20U, 90U, 0.0F, 127.0F, 90U},
               {20U, 90U, 0.0F, 1.0F, 21U},
               {90U, 20U, 0.0F, 127.0F, 20U}, // Turned round
               {64U, 64U, 1.0F, 3.0F, 64U},
               {1U, 127U, 0.5F, 64.0F, 90U}, // 1 + 126 sqrt(64 / 127)
               {1U, 127U, -0.5F, 64.0F, 33U}};
  for (size_t i = 0U; i < sizeof(cases) / sizeof(cases[0]); ++i) {
    Log                  log   = {0};
    const EchoicNoteSink sink  = {add, &log};
    EchoicNotes          notes = made();
    EchoicEvent          event = event_at(0U, 10U, 0U);
    event.velocity             = cases[i].velocity;
    const EchoicNoteSettings s = {
      true, 9U, 36U, cases[i].least, cases[i].most, cases[i].curve};
    echoic_notes_set(&notes, 0U, &s);
    ck_assert(echoic_notes_event(&notes, 0U, &event));
    echoic_notes_process(&notes, 10U, &sink);
    ck_assert_msg(log.messages[0].bytes[2] == cases[i].result,
                  "case %zu: %u",
                  i,
                  log.messages[0].bytes[2]);
  }
}
END_TEST

/// A disabled slot is silent; no room means a whole note less
START_TEST(test_bounds)
{
  Log                      log   = {0};
  const EchoicNoteSink     sink  = {add, &log};
  EchoicNotes              notes = made();
  const EchoicNoteSettings off   = {false, 9U, 36U, 1U, 127U, 0.0F};
  echoic_notes_set(&notes, 0U, &off);
  EchoicEvent event = event_at(0U, 10U, 0U);
  ck_assert(echoic_notes_event(&notes, 0U, &event));
  ck_assert(echoic_notes_event(&notes, ECHOIC_DETECTOR_SLOTS, &event));
  ck_assert_uint_eq(notes.n_notes, 0U);

  for (uint32_t i = 0U; i < ECHOIC_NOTES_MOST + 5U; ++i) {
    event = event_at(i * 1000U, (i * 1000U) + 10U, 0U);
    ck_assert_int_eq(echoic_notes_event(&notes, 1U, &event),
                     i < ECHOIC_NOTES_MOST);
  }

  ck_assert_uint_eq(notes.n_dropped, 5U);
  echoic_notes_process(&notes, 1000000U, &sink);
  ck_assert_uint_eq(log.n, 2U * ECHOIC_NOTES_MOST);
  ck_assert_uint_eq(notes.n_notes, 0U);
}
END_TEST

/// Run random events, told when they are decided, in blocks of random lengths
static void
run_random(Log* const log, const unsigned seed, const bool is_split)
{
  const EchoicNoteSink sink  = {add, log};
  EchoicNotes          notes = made();
  const bool           live  = seed % 2U;
  echoic_notes_timing(&notes, live, 3000U);
  srand(seed);
  for (uint64_t decided = 1U; decided < 200000U;) {
    const uint64_t onset = decided > 2500U ? decided - 2500U : 0U;
    EchoicEvent    event =
      event_at(onset, onset + ((uint64_t)rand() % 8000U), decided);
    const uint32_t slot = (uint32_t)rand() % ECHOIC_DETECTOR_SLOTS;
    const uint64_t next = decided + ((uint64_t)rand() % 1500U);

    // All that is heard before this event is decided, then the block with it
    while (notes.now + 1U < decided) {
      const uint64_t left = decided - 1U - notes.now;
      const uint64_t n    = is_split ? 1U + (notes.now * 7919U) % 300U : left;
      echoic_notes_process(&notes, (uint32_t)(n < left ? n : left), &sink);
    }
    echoic_notes_event(&notes, slot, &event);
    decided = next;
  }

  echoic_notes_process(&notes, 48000U, &sink);
}

START_TEST(test_splits)
{
  static Log whole;
  static Log split;
  whole.n = split.n = 0U;
  run_random(&whole, (unsigned)_i, false);
  run_random(&split, (unsigned)_i, true);
  ck_assert_uint_gt(whole.n, 100U);
  ck_assert_uint_eq(whole.n, split.n);

  bool sounds[16][128] = {{false}};
  for (size_t i = 0U; i < whole.n; ++i) {
    const EchoicNoteMessage* const a = &whole.messages[i];
    const EchoicNoteMessage* const b = &split.messages[i];
    ck_assert(a->at == b->at && a->is_on == b->is_on && a->slot == b->slot);
    ck_assert_mem_eq(a->bytes, b->bytes, 3U);
    ck_assert(!i || whole.messages[i - 1U].at <= a->at);

    bool* const key = &sounds[a->bytes[0] & 15U][a->bytes[1]];
    ck_assert_msg(*key != a->is_on, "on and off don't alternate");
    *key = a->is_on;
  }

  for (unsigned i = 0U; i < 128U; ++i) {
    ck_assert_msg(!sounds[9][i], "note %u hangs", i);
  }
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("notes");
  TCase* const tcase = tcase_create("notes");
  tcase_add_test(tcase, test_lookahead);
  tcase_add_test(tcase, test_live);
  tcase_add_test(tcase, test_retrigger);
  tcase_add_test(tcase, test_stop_and_change);
  tcase_add_test(tcase, test_velocity);
  tcase_add_test(tcase, test_bounds);
  tcase_add_loop_test(tcase, test_splits, 0, 20);
  suite_add_tcase(suite, tcase);

  return run_suite(suite);
}
