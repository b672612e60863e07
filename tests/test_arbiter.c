// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/arbiter.h"
#include "tests/suite.h"

#include <check.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { wait = 25 };

static EchoicModel   model;
static EchoicSound   sounds[3];
static EchoicProfile profiles[2];
static EchoicArbiter arbiter;
static void*         block;

/// Two contenders; the second explains the first with c = 0.5 from 12 frames
/// after its onset to 15, and 1 from 40 on
static void
prepare(const uint32_t mask)
{
  memset(&model, 0, sizeof(model));
  memset(&arbiter, 0, sizeof(arbiter));
  memset(sounds, 0, sizeof(sounds));
  memset(profiles, 0, sizeof(profiles));
  sounds[1].removed       = 1U; // Contenders are the live sounds
  model.n_sounds          = 3U;
  model.sounds            = sounds;
  model.n_profiles        = 2U;
  model.profiles          = profiles;
  profiles[0].listener    = 1U; // Of a forgotten sound: doesn't count
  profiles[0].source      = 2U;
  profiles[1].source      = 2U;
  profiles[1].response[3] = 64U;
  memset(profiles[1].response + 10, 128, ECHOIC_PROFILE_SIZE - 10U);
  memset(profiles[0].response, 255, ECHOIC_PROFILE_SIZE);

  const size_t bytes = echoic_arbiter_bytes(&model, 2U);
  free(block);
  block             = aligned_alloc(ECHOIC_ARENA_ALIGN, bytes);
  EchoicArena arena = {(unsigned char*)block, bytes, 0U};
  ck_assert_ptr_nonnull(block);
  ck_assert(echoic_arbiter_prepare(&model, 2U, &arena, &arbiter));
  ck_assert_uint_le(arena.used, bytes);
  arbiter.wait = wait;
  for (uint32_t i = 0U; i < 2U; ++i) {
    arbiter.contenders[i].span    = 20U;
    arbiter.contenders[i].mask    = mask;
    arbiter.contenders[i].ringing = mask;
  }
}

static void
add(const uint32_t contender,
    const uint64_t frame,
    const float    score,
    const float    joined)
{
  const EchoicCandidate c = {.frame     = frame,
                             .score     = score,
                             .joined    = joined,
                             .threshold = 0.6F,
                             .struck    = -1.0};
  echoic_arbiter_add(&arbiter, contender, &c);
}

/// Likewise, with an attack of its own
static void
strike(const uint64_t frame, const float joined)
{
  const EchoicCandidate c = {.frame     = frame,
                             .score     = 1.0F,
                             .joined    = joined,
                             .threshold = 0.6F,
                             .struck    = (double)frame - 20.0};
  echoic_arbiter_add(&arbiter, 0U, &c);
}

/// Decide the next candidate long after, which must be the one at `frame`
static int
decide(const uint32_t contender, const uint64_t frame, float* const joined)
{
  EchoicCandidate c = {0};
  const int       said =
    echoic_arbiter_decide(&arbiter, contender, 1000000U, true, &c);
  ck_assert_int_ge(said, 0);
  ck_assert_uint_eq(c.frame, frame);
  if (joined) {
    *joined = c.joined;
  }
  return said;
}

/// A decision is due when `wait` frames after the candidate were heard
START_TEST(test_due)
{
  EchoicCandidate c = {0};
  prepare(30U);
  ck_assert_int_eq(echoic_arbiter_decide(&arbiter, 0U, 999U, true, &c), -1);
  add(0U, 100U, 1.0F, 0.9F);
  for (uint64_t now = 100U; now <= 100U + wait; ++now) {
    ck_assert_int_eq(echoic_arbiter_decide(&arbiter, 0U, now, true, &c), -1);
  }
  ck_assert_int_eq(echoic_arbiter_decide(&arbiter, 1U, 101U + wait, true, &c),
                   -1);
  ck_assert_int_eq(echoic_arbiter_decide(&arbiter, 0U, 101U + wait, true, &c),
                   1);
  ck_assert_int_eq(echoic_arbiter_decide(&arbiter, 0U, 101U + wait, true, &c),
                   -1);
}
END_TEST

/// A better one of the same sound within min(mask, 18) frames takes its place
START_TEST(test_better_follows)
{
  static const struct {
    uint32_t mask, later;
    float    joined;
    int      first;
  } cases[] = {{30U, 18U, 0.9F, 0},
               {30U, 19U, 0.9F, 1},
               {5U, 5U, 0.9F, 0},
               {5U, 6U, 0.9F, 1},
               {30U, 10U, 0.8F, 1}}; // No better
  prepare(cases[_i].mask);
  add(0U, 100U, 1.0F, 0.8F);
  add(0U, 100U + cases[_i].later, 1.0F, cases[_i].joined);
  ck_assert_int_eq(decide(0U, 100U, NULL), cases[_i].first);
  ck_assert_int_eq(decide(0U, 100U + cases[_i].later, NULL), _i != 4);
}
END_TEST

/// What fired isn't repeated within the mask unless it is better
START_TEST(test_repeat)
{
  prepare(30U);
  add(0U, 100U, 1.0F, 0.8F);
  ck_assert_int_eq(decide(0U, 100U, NULL), 1);
  add(0U, 130U, 1.0F, 0.8F);
  ck_assert_int_eq(decide(0U, 130U, NULL), 0);
  add(0U, 131U, 1.0F, 0.7F); // Counted from what fired, not from the masked
  ck_assert_int_eq(decide(0U, 131U, NULL), 1);
  add(0U, 140U, 1.0F, 0.95F);
  ck_assert_int_eq(decide(0U, 140U, NULL), 1);
  add(0U, 141U, 1.0F, 0.5F); // Below the threshold
  ck_assert_int_eq(decide(0U, 141U, NULL), 0);
  add(0U, 171U, 1.0F, 0.7F);
  ck_assert_int_eq(decide(0U, 171U, NULL), 1);
  echoic_arbiter_reset(&arbiter);
  add(0U, 20U, 1.0F, 0.61F); // Nothing is remembered
  ck_assert_int_eq(decide(0U, 20U, NULL), 1);
}
END_TEST

/// While a sound rings, after its mask it counts again if it is struck again
START_TEST(test_struck_again)
{
  prepare(6U);
  arbiter.contenders[0].ringing = 30U;
  strike(100U, 0.8F);
  add(0U, 110U, 1.0F, 0.9F); // Better, but no attack: one event, the second
  ck_assert_int_eq(decide(0U, 100U, NULL), 0);
  ck_assert_int_eq(decide(0U, 110U, NULL), 1);
  strike(200U, 0.9F);
  strike(206U, 0.8F); // Within the mask
  strike(207U, 0.8F); // After it
  add(0U, 220U, 1.0F, 0.8F);
  strike(238U, 0.7F); // After it rang
  ck_assert_int_eq(decide(0U, 200U, NULL), 1);
  ck_assert_int_eq(decide(0U, 206U, NULL), 0);
  ck_assert_int_eq(decide(0U, 207U, NULL), 1);
  ck_assert_int_eq(decide(0U, 220U, NULL), 0);
  ck_assert_int_eq(decide(0U, 238U, NULL), 1);
  strike(300U, 0.8F);
  strike(308U, 0.9F); // Better, and struck: two events
  ck_assert_int_eq(decide(0U, 300U, NULL), 1);
  ck_assert_int_eq(decide(0U, 308U, NULL), 1);
}
END_TEST

/// What its examples hold once more isn't told, unless it is better than that
START_TEST(test_echo)
{
  prepare(6U);
  arbiter.contenders[0].ringing = 30U;
  arbiter.contenders[0].echo    = 20U;
  arbiter.contenders[0].echoed  = 0.8F;
  strike(100U, 1.0F);
  strike(110U, 0.8F);  // The echo
  strike(115U, 0.81F); // More than that
  strike(135U, 0.8F);  // Of this one
  strike(156U, 0.8F);  // Later than that
  ck_assert_int_eq(decide(0U, 100U, NULL), 1);
  ck_assert_int_eq(decide(0U, 110U, NULL), 0);
  ck_assert_int_eq(decide(0U, 115U, NULL), 1);
  ck_assert_int_eq(decide(0U, 135U, NULL), 0);
  ck_assert_int_eq(decide(0U, 156U, NULL), 1);
}
END_TEST

/// f - 0.5 c min(s, 1.2), of better ones that aren't too late
START_TEST(test_explained)
{
  static const struct {
    uint64_t frame; ///< Of the other; its onset is 20 before
    float    score, joined, wanted;
  } cases[]    = {{205U, 1.0F, 0.9F, 0.75F - 0.25F},
                  {205U, 0.4F, 0.9F, 0.75F - 0.1F},
                  {205U, 3.0F, 0.9F, 0.75F - 0.3F},
                  {208U, 1.0F, 0.9F, 0.75F - 0.25F}, // tau = 12
                  {209U, 1.0F, 0.9F, 0.75F},
                  {204U, 1.0F, 0.9F, 0.75F},  // tau = 16
                  {205U, 1.0F, 0.75F, 0.75F}, // No better
                  {205U, 1.0F, 0.59F, 0.75F}, // Doesn't fire
                  {180U, 1.0F, 0.9F, 0.75F - 0.5F},
                  {181U, 1.0F, 0.9F, 0.75F}}; // tau = 39
  float joined = 0.0F;
  prepare(0U);
  add(0U, 200U, 1.0F, 0.75F);
  add(1U, cases[_i].frame, cases[_i].score, cases[_i].joined);
  const int said = decide(0U, 200U, &joined);
  ck_assert(fabsf(joined - cases[_i].wanted) < 1e-6F);
  ck_assert_int_eq(said, cases[_i].wanted >= 0.6F);
  ck_assert_int_eq(decide(1U, cases[_i].frame, &joined),
                   cases[_i].joined >= 0.6F);
  ck_assert(joined == cases[_i].joined); // Nothing explains the other
}
END_TEST

/// What is the recording of an example isn't explained
START_TEST(test_recording)
{
  for (int is_recording = 0; is_recording < 2; ++is_recording) {
    const EchoicCandidate c      = {.frame        = 200U,
                                    .score        = 1.0F,
                                    .joined       = 0.75F,
                                    .threshold    = 0.6F,
                                    .struck       = -1.0,
                                    .is_recording = is_recording};
    float                 joined = 0.0F;
    prepare(0U);
    echoic_arbiter_add(&arbiter, 0U, &c);
    add(1U, 205U, 1.0F, 0.9F);
    ck_assert_int_eq(decide(0U, 200U, &joined), is_recording);
    ck_assert(fabsf(joined - (is_recording ? 0.75F : 0.5F)) < 1e-6F);
  }
}
END_TEST

/// Later ones count up to 18 frames ahead
START_TEST(test_ahead)
{
  for (uint64_t later = 17U; later < 21U; ++later) {
    float joined = 0.0F;
    prepare(0U);
    memset(arbiter.profiles[0].response, 64, ECHOIC_PROFILE_SIZE);
    add(0U, 200U, 1.0F, 0.75F);
    add(1U, 200U + later, 1.0F, 0.9F);
    decide(0U, 200U, &joined);
    ck_assert(fabsf(joined - (later <= 18U ? 0.5F : 0.75F)) < 1e-6F);
  }
}
END_TEST

/// One that is masked itself explains nothing, decided or not
START_TEST(test_masked_is_silent)
{
  for (int decided = 0; decided < 2; ++decided) {
    float joined = 0.0F;
    prepare(30U);
    add(0U, 200U, 1.0F, 0.75F);
    add(1U, 205U, 1.0F, 0.8F);
    add(1U, 215U, 1.0F, 0.9F); // tau = 5: c = 0
    if (decided) {
      ck_assert_int_eq(decide(1U, 205U, NULL), 0);
    }
    ck_assert_int_eq(decide(0U, 200U, &joined), 1);
    ck_assert(joined == 0.75F);
  }
}
END_TEST

/// The last so many are remembered, and all are decided in their order
START_TEST(test_ring)
{
  const uint32_t n = ECHOIC_ARBITER_KEPT + 6U;
  float          joined;
  for (uint32_t better = 4U; better < 8U; ++better) {
    prepare(0U);
    memset(arbiter.profiles[0].response, 64, ECHOIC_PROFILE_SIZE);
    for (uint32_t i = 0U; i < n; ++i) {
      add(1U, 1000U + i, 1.0F, i == better ? 0.9F : 0.7F);
      decide(1U, 1000U + i, NULL);
    }
    add(0U, 1000U + n, 1.0F, 0.75F);
    decide(0U, 1000U + n, &joined);
    ck_assert(fabsf(joined - (better < 6U ? 0.75F : 0.5F)) < 1e-6F);
  }
}
END_TEST

START_TEST(test_order)
{
  prepare(0U);
  for (uint32_t i = 0U; i < 90U; ++i) {
    add(0U, 100U + (3U * i), 1.0F, 0.7F);
  }
  for (uint32_t i = 0U; i < 90U; ++i) {
    ck_assert_int_eq(decide(0U, 100U + (3U * i), NULL), 1);
  }
}
END_TEST

START_TEST(test_space)
{
  prepare(0U);
  const size_t bytes = echoic_arbiter_bytes(&model, 2U);
  void* const  small = aligned_alloc(ECHOIC_ARENA_ALIGN, bytes);
  EchoicArena  arena = {(unsigned char*)small, bytes - 1U, 0U};
  memset(&arbiter, 0, sizeof(arbiter));
  ck_assert(!echoic_arbiter_prepare(&model, 2U, &arena, &arbiter));
  free(small);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("arbiter");
  TCase* const tc    = tcase_create("all");
  tcase_add_test(tc, test_due);
  tcase_add_loop_test(tc, test_better_follows, 0, 5);
  tcase_add_test(tc, test_repeat);
  tcase_add_loop_test(tc, test_explained, 0, 10);
  tcase_add_test(tc, test_recording);
  tcase_add_test(tc, test_ahead);
  tcase_add_test(tc, test_struck_again);
  tcase_add_test(tc, test_echo);
  tcase_add_test(tc, test_masked_is_silent);
  tcase_add_test(tc, test_ring);
  tcase_add_test(tc, test_order);
  tcase_add_test(tc, test_space);
  tcase_set_timeout(tc, 60.0);
  suite_add_tcase(suite, tc);

  return run_suite(suite);
}
