// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* RWKV-6: time mixing against its formula in double, for random sizes, and the
   authors' own numbers.  Channel mixing: test_rwkv5.c. */

#include "tests/rwkv_reference.h"
#include "tests/stream_checks.h"
#include "tests/suite.h"

#define N_FRAMES 30U
#define MAX_RANK 9U

/// Heads, size of a head, ranks of mixing and decay
typedef struct {
  uint32_t n_heads;
  uint32_t size;
  uint32_t n_mix;
  uint32_t n_decay;
} Sizes;

static const Sizes sizes[] = {{1U, 1U, 1U, 1U},
                              {2U, 4U, 4U, 6U},
                              {3U, 5U, 2U, 9U},
                              {1U, 24U, 9U, 1U}};

#define N_SIZES ((int)(sizeof(sizes) / sizeof(sizes[0])))

static EchoicNodeSpec*
describe(EchoicGraphSpec* const graph, const Sizes* const s)
{
  static const char* const rows[] = {"time_maa_x",
                                     "time_maa_w",
                                     "time_maa_k",
                                     "time_maa_v",
                                     "time_maa_r",
                                     "time_maa_g"};
  const uint32_t           n      = s->n_heads * s->size;
  EchoicNodeSpec* const    spec   = new_spec(graph, "rwkv6", 1U);
  describe_wkv(spec, s->n_heads, s->size);
  for (unsigned i = 0U; i < 6U; ++i) {
    noisy_tensor(spec, rows[i], 3U, 1U, 1U, n, 1.0F);
  }
  float* const decay = noisy_tensor(spec, "time_decay", 3U, 1U, 1U, n, 2.0F);
  decay[n / 2U]      = 95.0F;  // Forgets at once
  decay[n - 1U]      = -20.0F; // Never
  noisy_tensor(spec, "time_maa_w1", 2U, n, 5U * s->n_mix, 0U, 0.7F);
  noisy_tensor(spec, "time_maa_w2", 3U, 5U, s->n_mix, n, 0.7F);
  noisy_tensor(spec, "time_decay_w1", 2U, n, s->n_decay, 0U, 0.7F);
  noisy_tensor(spec, "time_decay_w2", 2U, s->n_decay, n, 0U, 0.7F);
  return spec;
}

/// y = tanh(x W) for W [n_in][n_out], of which `n` columns from `first` on
static void
squeeze(const float* const  w,
        const double* const x,
        double* const       y,
        const uint32_t      n_in,
        const uint32_t      n_out,
        const uint32_t      first,
        const uint32_t      n)
{
  for (uint32_t o = 0U; o < n; ++o) {
    double sum = 0.0;
    for (uint32_t i = 0U; i < n_in; ++i) {
      sum += x[i] * (double)w[((size_t)i * n_out) + first + o];
    }
    y[o] = tanh(sum);
  }
}

/// Column `o` of z W for W [n][n_out]
static double
spread(const float* const  w,
       const double* const z,
       const uint32_t      n,
       const uint32_t      n_out,
       const uint32_t      o)
{
  double sum = 0.0;
  for (uint32_t i = 0U; i < n; ++i) {
    sum += z[i] * (double)w[((size_t)i * n_out) + o];
  }

  return sum;
}

/// Mix one frame for `part` of w, k, v, r, g
static void
mix(const EchoicNodeSpec* const spec,
    const Sizes* const          s,
    const double* const         now,
    const double* const         change,
    const uint32_t              part,
    double* const               mixed)
{
  static const char* const names[] = {
    "time_maa_w", "time_maa_k", "time_maa_v", "time_maa_r", "time_maa_g"};
  const uint32_t     n   = s->n_heads * s->size;
  const uint32_t     m   = s->n_mix;
  const float* const w1  = weights_of(spec, "time_maa_w1");
  const float* const w2  = weights_of(spec, "time_maa_w2");
  const float* const maa = weights_of(spec, names[part]);
  double             first[MAX_WIDTH];
  double             z[MAX_RANK];
  for (uint32_t i = 0U; i < n; ++i) {
    first[i] = now[i] + (change[i] * (double)weights_of(spec, "time_maa_x")[i]);
  }
  squeeze(w1, first, z, n, 5U * m, part * m, m);
  for (uint32_t i = 0U; i < n; ++i) {
    const double share =
      (double)maa[i] + spread(w2 + ((size_t)part * m * n), z, m, n, i);
    mixed[i] = now[i] + (change[i] * share);
  }
}

/// The formula of the header
static void
reference(const EchoicNodeSpec* const spec,
          const Sizes* const          s,
          const float* const          in,
          double* const               out)
{
  static const uint32_t parts[] = {3U, 1U, 2U, 4U}; // Of r, k, v, g
  static WkvState       state;
  const uint32_t        n = s->n_heads * s->size;
  double                mixed[5][MAX_WIDTH];
  double                z[MAX_RANK];
  double                decay[MAX_WIDTH];
  memset(state, 0, sizeof(state));
  for (uint32_t f = 0U; f < N_FRAMES; ++f) {
    double now[MAX_WIDTH];
    double change[MAX_WIDTH];
    for (uint32_t i = 0U; i < n; ++i) {
      now[i]    = (double)in[(f * n) + i];
      change[i] = (f ? (double)in[((f - 1U) * n) + i] : 0.0) - now[i];
    }
    for (unsigned p = 0U; p < 4U; ++p) {
      mix(spec, s, now, change, parts[p], mixed[p]);
    }
    mix(spec, s, now, change, 0U, mixed[4]);
    squeeze(weights_of(spec, "time_decay_w1"),
            mixed[4],
            z,
            n,
            s->n_decay,
            0U,
            s->n_decay);
    for (uint32_t i = 0U; i < n; ++i) {
      const double d =
        spread(weights_of(spec, "time_decay_w2"), z, s->n_decay, n, i);
      decay[i] = exp(-exp((double)weights_of(spec, "time_decay")[i] + d));
    }
    reference_wkv(spec, mixed, decay, 64e-5, state, out + ((size_t)f * n));
  }
}

START_TEST(test_formula)
{
  static float       in[N_FRAMES * MAX_WIDTH];
  static float       out[N_FRAMES * MAX_WIDTH];
  static double      expected[N_FRAMES * MAX_WIDTH];
  const float* const inputs[] = {in};
  const Sizes* const s        = &sizes[_i];
  const uint32_t     width    = s->n_heads * s->size;
  EchoicGraphSpec    graph    = {1U, 0U, NULL};
  srand((unsigned)_i);
  EchoicNodeSpec* const spec = describe(&graph, s);
  Runner                r    = prepare(spec, &width);
  fill_noise(in, N_FRAMES * width);
  run(&r, in, out, N_FRAMES);
  reference(spec, s, in, expected);
  for (uint32_t i = 0U; i < N_FRAMES * width; ++i) {
    ck_assert_double_eq_tol((double)out[i], expected[i], 2e-5);
  }
  check_splits(&r, inputs, N_FRAMES);
  check_state(spec, &width, inputs, N_FRAMES);
  check_no_space(spec, &width);
  release(&r);
  echoic_graph_spec_clear(&graph);
}
END_TEST

/// Each tensor in turn is missing, too long, and not finite
START_TEST(test_refused)
{
  const uint32_t        width = 8U;
  EchoicGraphSpec       graph = {1U, 0U, NULL};
  EchoicNodeSpec* const spec  = describe(&graph, &sizes[1]);
  EchoicTensor* const   t     = &spec->tensors[_i];
  char                  name[ECHOIC_TENSOR_NAME_SIZE];
  memcpy(name, t->name, sizeof(name));
  ck_assert_uint_eq(spec->n_tensors, 19U);
  ++t->dims[0];
  check_refused(spec, &width, ECHOIC_BAD_SHAPE, name);
  --t->dims[0];
  t->data[0] = INFINITY;
  check_refused(spec, &width, ECHOIC_BAD_FORMAT, name);
  t->name[0] = 'x';
  check_refused(spec, &width, ECHOIC_BAD_FORMAT, t->name);
  free(t->data);
  *t = spec->tensors[--spec->n_tensors];
  check_refused(spec, &width, ECHOIC_BAD_SHAPE, "missing");
  echoic_graph_spec_clear(&graph);
}
END_TEST

START_TEST(test_authors)
{
  check_first_layer("rwkv6", _i ? "dev_rwkv6_b" : "dev_rwkv6_a");
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("rwkv6");
  TCase* const tc    = tcase_create("all");
  tcase_add_loop_test(tc, test_formula, 0, N_SIZES);
  tcase_add_loop_test(tc, test_refused, 0, 19);
  tcase_add_loop_test(tc, test_authors, 0, 2);
  suite_add_tcase(suite, tc);

  return run_suite(suite);
}
