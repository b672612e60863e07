// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TEST_SAME_EVENT_H
#define ECHOIC_TEST_SAME_EVENT_H

#include "dsp/engine.h"

#include <check.h>

/// Check that two events are the same to the bit, but for what lies between
/// their members
static inline void
check_same_event(const EchoicEvent* const a, const EchoicEvent* const b)
{
  ck_assert_uint_eq(a->sound, b->sound);
  ck_assert_uint_eq(a->onset, b->onset);
  ck_assert_uint_eq(a->end, b->end);
  ck_assert_uint_eq(a->decided, b->decided);
  ck_assert_mem_eq(&a->score, &b->score, sizeof(a->score));
  ck_assert_mem_eq(&a->threshold, &b->threshold, sizeof(a->threshold));
  ck_assert_mem_eq(&a->level_db, &b->level_db, sizeof(a->level_db));
  ck_assert_mem_eq(&a->velocity, &b->velocity, sizeof(a->velocity));
}

#endif // ECHOIC_TEST_SAME_EVENT_H
