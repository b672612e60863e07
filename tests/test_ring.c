// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/ring.h"
#include "tests/suite.h"

#include <check.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdlib.h>

enum { capacity = 64, n_sent = 100000 };

/// An element whose halves must agree: a torn one is seen
typedef struct {
  uint64_t number;
  uint64_t inverse;
  uint32_t odd[3]; ///< Elements of any size
} Element;

static Element
element(const uint64_t number)
{
  const uint32_t low = (uint32_t)number;
  return (Element){number, ~number, {low, low + 1U, low + 2U}};
}

static EchoicRing
new_ring(void)
{
  EchoicRing  ring;
  void* const memory = malloc(echoic_ring_bytes(sizeof(Element), capacity));
  ck_assert_int_eq(echoic_ring_init(&ring, sizeof(Element), capacity, memory),
                   ECHOIC_OK);
  return ring;
}

START_TEST(test_bad)
{
  EchoicRing    ring;
  unsigned char memory[64];
  ck_assert_int_eq(echoic_ring_init(&ring, 1U, 48U, memory), ECHOIC_BAD_ARG);
  ck_assert_int_eq(echoic_ring_init(&ring, 0U, 64U, memory), ECHOIC_BAD_ARG);
  ck_assert_int_eq(echoic_ring_init(&ring, 1U, 0U, memory), ECHOIC_BAD_ARG);
  ck_assert_int_eq(echoic_ring_init(&ring, 1U, 64U, NULL), ECHOIC_BAD_ARG);
}
END_TEST

START_TEST(test_full)
{
  EchoicRing ring = new_ring();
  Element    all[capacity + 1];
  for (uint64_t i = 0U; i <= capacity; ++i) {
    all[i] = element(i);
  }

  ck_assert_uint_eq(echoic_ring_room(&ring), capacity);
  ck_assert_int_eq(echoic_ring_write(&ring, all, capacity + 1U),
                   ECHOIC_NO_SPACE);
  ck_assert_uint_eq(echoic_ring_room(&ring), capacity); // Not a part of it
  ck_assert_int_eq(echoic_ring_write(&ring, all, capacity), ECHOIC_OK);
  ck_assert_int_eq(echoic_ring_write(&ring, all, 1U), ECHOIC_NO_SPACE);
  ck_assert_int_eq(echoic_ring_write(&ring, all, 0U), ECHOIC_OK);

  Element out[capacity];
  ck_assert_uint_eq(echoic_ring_read(&ring, out, 3U), 3U);
  ck_assert_uint_eq(out[2].number, 2U);
  ck_assert_uint_eq(echoic_ring_room(&ring), 3U);
  ck_assert_uint_eq(echoic_ring_read(&ring, out, capacity), capacity - 3U);
  ck_assert_uint_eq(out[capacity - 4U].number, capacity - 1U);
  ck_assert_uint_eq(echoic_ring_read(&ring, out, capacity), 0U);
  free(ring.bytes);
}
END_TEST

static void*
send(void* const context)
{
  EchoicRing* const ring = (EchoicRing*)context;
  uint64_t          next = 0U;
  unsigned          seed = 1U;
  while (next < n_sent) {
    Element block[7];
    seed           = (seed * 1664525U) + 1013904223U;
    const size_t n = 1U + ((seed >> 16U) % 7U);
    for (size_t i = 0U; i < n; ++i) {
      block[i] = element(next + i);
    }
    if (echoic_ring_write(ring, block, n)) {
      sched_yield();
    } else {
      next += n;
    }
  }

  return NULL;
}

START_TEST(test_threads)
{
  EchoicRing ring   = new_ring();
  pthread_t  thread = 0;
  ck_assert_int_eq(pthread_create(&thread, NULL, send, &ring), 0);
  uint64_t expected = 0U;
  unsigned seed     = 7U;
  while (expected < n_sent) {
    Element block[11];
    seed           = (seed * 1664525U) + 1013904223U;
    const size_t n = echoic_ring_read(&ring, block, 1U + ((seed >> 16U) % 11U));
    if (!n) {
      sched_yield();
    }
    for (size_t i = 0U; i < n; ++i, ++expected) {
      ck_assert_uint_eq(block[i].number, expected);
      ck_assert_uint_eq(block[i].inverse, ~expected);
      ck_assert_uint_eq(block[i].odd[2], (uint32_t)expected + 2U);
    }
  }

  pthread_join(thread, NULL);
  ck_assert_uint_ge(expected, n_sent);
  free(ring.bytes);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("ring");
  TCase* const tests = tcase_create("ring");
  tcase_add_test(tests, test_bad);
  tcase_add_test(tests, test_full);
  suite_add_tcase(suite, tests);
  TCase* const threads = tcase_create("threads");
  tcase_set_timeout(threads, 60.0);
  tcase_add_test(threads, test_threads);
  suite_add_tcase(suite, threads);
  return run_suite(suite);
}
