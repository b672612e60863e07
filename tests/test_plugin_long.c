// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Eight sounds of up to 20 s, the longest that can be learnt, with three
   examples each: they fit into a session, and can still be refined, undone and
   found when it is opened again. */

#include "tests/plugin_mark.h"
#include "tests/slow.h"
#include "tests/suite.h"

#include <math.h>

enum {
  rate       = 48000,
  n_sounds   = 8,
  n_examples = 3,
  longest    = 20 * rate,
  gap        = 3 * rate / 2,
  most_bytes = 1024 * 1024,
  any_bytes  = 7000, ///< Of any model: fewer sounds take more than their share
};

static const uint32_t lengths[] = {longest, 5 * rate};

static uint32_t seed;
static float    samples[longest + gap];

static float
noise(void)
{
  seed = (seed * 1664525U) + 1013904223U;
  return ((float)(seed >> 8U) / 8388608.0F) - 1.0F;
}

/// A melody of tones with two harmonics, each sound its own, in some noise
static void
render(const uint32_t sound, const uint32_t length)
{
  uint32_t own   = (sound * 7919U) + 17U;
  double   phase = 0.0;
  double   hertz = 0.0;
  for (uint32_t i = 0U; i < length + gap; ++i) {
    const uint32_t in_tone = i % (rate / 4U);
    if (!in_tone) {
      own   = (own * 1664525U) + 1013904223U;
      hertz = 200.0 * pow(2.0, (own >> 16U) % 36U / 12.0);
    }
    phase += 6.283185307179586 * hertz / rate;
    const double fall = exp(-3.0 * in_tone / rate);
    const double tone =
      sin(phase) + (0.5 * sin(2.0 * phase)) + (0.3 * sin(5.0 * phase));
    samples[i] =
      (i < length ? 0.2F * (float)(fall * tone) : 0.0F) + (0.002F * noise());
  }
}

/// Play a sound while Learn of its slot is held
static void
teach(Host* const host, const uint32_t sound, const uint32_t length)
{
  char symbol[16];
  snprintf(symbol, sizeof(symbol), "learn_%u", sound + 1U);
  render(sound, length);
  host_set(host, symbol, 1.0F);
  host_play(host, samples, NULL, length, 1024U);
  host_set(host, symbol, 0.0F);
  host_play(host, samples + length, NULL, gap, 1024U);
}

/// Play each sound; return how many are told by their note, and not by others
static uint32_t
find_all(Host* const host, const uint32_t n_taught, const uint32_t length)
{
  uint32_t n = 0U;
  host_set(host, "lookahead", 1.0F);
  for (uint32_t s = 0U; s < n_taught; ++s) {
    char symbol[16];
    snprintf(symbol, sizeof(symbol), "note_%u", s + 1U);
    const uint8_t note = (uint8_t)host_get(host, symbol);
    uint32_t      own  = 0U;
    uint32_t      all  = 0U;
    host->n_notes      = 0U;
    render(s, length);
    host_play(host, samples, NULL, length + gap, 1024U);
    memset(samples, 0, gap * sizeof(float));
    host_play(host, samples, NULL, gap, 1024U);
    for (uint32_t k = 0U; k < host->n_notes; ++k) {
      const bool is_on = host->notes[k].bytes[0] == 0x99U;
      all += is_on;
      own += is_on && host->notes[k].bytes[1] == note;
    }
    n += own == 1U && all == 1U;
  }

  return n;
}

/// Open another plugin with the model of a state alone
static Host*
reopen(const HostState* const state)
{
  Host* const other   = host_open("mono", rate, 0U);
  HostState   carried = {0};
  host_property(other,
                &carried,
                "urn:echoic:model",
                LV2_ATOM__Chunk,
                state->properties[0].value,
                state->properties[0].size);
  ck_assert_int_eq(host_restore(other, &carried), LV2_STATE_SUCCESS);
  host_run_only(other, 0U);
  host_free_state(&carried);
  return other;
}

/// Teach one more example, and take it back: it is what it was
static void
refine_and_undo(Host* const            host,
                const uint32_t         length,
                const HostState* const was)
{
  teach(host, 1U, length);
  ck_assert_msg(strstr(host->text, "4 examples"), "%s", host->text);
  host_press(host, "undo");
  ck_assert_str_eq(host->text, "undone: an example of sound 2");
  HostState undone = host_save(host);
  ck_assert_uint_eq(undone.properties[0].size, was->properties[0].size);
  ck_assert_mem_eq(undone.properties[0].value,
                   was->properties[0].value,
                   was->properties[0].size);
  host_free_state(&undone);
}

START_TEST(test_eight)
{
  const uint32_t length   = lengths[_i];
  const uint32_t n_taught = is_slow() ? 2U : n_sounds;
  Host* const    host     = host_open("mono", rate, 0U);
  host_run_only(host, 0U);
  for (uint32_t k = 0U; k < n_examples; ++k) {
    for (uint32_t s = 0U; s < n_taught; ++s) {
      teach(host, s, length);
      ck_assert_msg(strstr(host->text, "example"), "%s", host->text);
    }
  }

  HostState state = host_save(host);
  ck_assert_uint_eq(state.n, 1U);
  printf("%u s: %zu bytes\n", length / rate, state.properties[0].size);
  ck_assert_uint_le(state.properties[0].size,
                    any_bytes +
                      ((most_bytes - any_bytes) / n_sounds * n_taught));
  Host* const    other   = reopen(&state);
  const uint32_t n_found = find_all(other, n_taught, length);
  ck_assert_msg(n_found + 1U >= n_taught, "%u found", n_found);
  refine_and_undo(other, length, &state);
  refine_and_undo(host, length, &state); // As if it hadn't been closed
  teach(other, 1U, length);
  ck_assert_msg(strstr(other->text, "4 examples"), "%s", other->text);
  host_free_state(&state);
  host_close(other);
  host_close(host);
}
END_TEST

/// Play the beginning of the first sound, where nothing masks it
static void
play_after_pause(Host* const host, const uint32_t n)
{
  memset(samples, 0, sizeof(samples));
  host_play(host, samples, NULL, longest + gap, 1024U);
  render(0U, longest);
  host_play(host, samples, NULL, n, 1024U);
}

/// What was wrong can be said while it is heard, and when it is over
START_TEST(test_not_this)
{
  Host* const host = host_open("mono", rate, 0U);
  host_run_only(host, 0U);
  teach(host, 0U, longest);
  play_after_pause(host, 6U * rate);
  host_press(host, "not_this_1");
  HostMark last = host_last_mark(host);
  ck_assert_msg(last.mark.kind == ECHOIC_MARK_NOT, "%s", host->text);
  ck_assert_double_le(last.mark.end_s - last.mark.start_s, 6.0);
  host_press(host, "undo");

  play_after_pause(host, longest + (rate / 2U));
  host_press(host, "not_this_1");
  last = host_last_mark(host);
  ck_assert_msg(last.mark.kind == ECHOIC_MARK_NOT, "%s", host->text);
  ck_assert_double_ge(last.mark.end_s - last.mark.start_s, 15.0);
  ck_assert_uint_gt(last.stride, 1U);
  host_close(host);
}
END_TEST

/// Hold Learn for some seconds, in which it is silent between two moments
static double
hold_around(Host* const    host,
            const uint32_t length,
            const uint32_t begin,
            const uint32_t end)
{
  memset(samples, 0, sizeof(samples));
  host_play(host, samples, NULL, rate, 1024U);
  host_set(host, "learn_1", 1.0F);
  host_play(host, samples, NULL, rate / 5U, 1024U);
  render(0U, length);
  memset(samples + begin, 0, (end - begin) * sizeof(float));
  host_play(host, samples, NULL, length, 1024U);
  host_set(host, "learn_1", 0.0F);
  host_play(host, samples + length, NULL, gap, 1024U);
  const EchoicMark mark = host_last_mark(host).mark;
  return mark.end_s - mark.start_s;
}

/// Who holds for long means a phrase with its rests; who holds for a moment, a
/// hit
START_TEST(test_rests)
{
  Host* const host = host_open("mono", rate, 0U);
  host_run_only(host, 0U);
  ck_assert_double_ge(hold_around(host, 6U * rate, 2U * rate, 3U * rate), 5.5);
  host_press(host, "forget_1");
  ck_assert_double_le(hold_around(host, rate, rate / 5U, rate / 2U), 0.6);
  host_close(host);
}
END_TEST

/// What is longer is refused, and nothing is kept of it
START_TEST(test_too_long)
{
  Host* const host = host_open("mono", rate, 0U);
  host_run_only(host, 0U);
  teach(host, 0U, longest);
  ck_assert_msg(strstr(host->text, "1 example"), "%s", host->text);
  HostState before = host_save(host);
  render(0U, longest);
  host_set(host, "learn_1", 1.0F);
  host_play(host, samples, NULL, longest, 1024U);
  host_play(host, samples, NULL, rate, 1024U);
  host_set(host, "learn_1", 0.0F);
  host_play(host, samples, NULL, gap, 1024U);
  ck_assert_msg(strstr(host->text, "must be at most 20 s"), "%s", host->text);
  HostState after = host_save(host);
  ck_assert_uint_eq(before.properties[0].size, after.properties[0].size);
  host_free_state(&before);
  host_free_state(&after);
  host_close(host);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("plugin long");
  TCase* const tcase = tcase_create("long");
  tcase_set_timeout(tcase, 600.0);
  tcase_add_loop_test(tcase, test_eight, 0, is_slow() ? 1 : 2);
  tcase_add_test(tcase, test_not_this);
  tcase_add_test(tcase, test_rests);
  tcase_add_test(tcase, test_too_long);
  suite_add_tcase(suite, tcase);

  return run_suite(suite);
}
