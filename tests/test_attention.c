// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Attention, alone and as torch.nn.MultiheadAttention, against the formula of
   its header in double; its ring; what it refuses. */

#include "tests/stream_checks.h"
#include "tests/suite.h"

#include <math.h>

#define N_FRAMES 100U
#define MAX_WIDTH 96U

typedef struct {
  uint32_t n_heads;
  uint32_t n_kv_heads;
  uint32_t head_width;
  uint32_t window;
} Size;

static const Size sizes[] = {{1U, 1U, 1U, 1U},
                             {1U, 1U, 3U, 2U},
                             {2U, 2U, 4U, 1000U},
                             {4U, 1U, 8U, 17U},
                             {6U, 2U, 5U, 9U},
                             {4U, 4U, 24U, 100U},
                             {3U, 1U, 17U, 33U}};

#define N_SIZES ((int)(sizeof(sizes) / sizeof(sizes[0])))

/// Frame n of attention, in double; rows of q, k and v are frames
static void
attend(const Size* const   s,
       const double        scale,
       const double* const q,
       const double* const k,
       const double* const v,
       const unsigned      n,
       double* const       y)
{
  const unsigned d     = s->head_width;
  const unsigned row   = s->n_kv_heads * d;
  const unsigned first = n >= s->window ? n - s->window + 1U : 0U;
  for (unsigned h = 0U; h < s->n_heads; ++h) {
    const unsigned at = (h / (s->n_heads / s->n_kv_heads)) * d;
    double         p[N_FRAMES];
    double         sum = 0.0;
    for (unsigned t = first; t <= n; ++t) {
      p[t] = 0.0;
      for (unsigned i = 0U; i < d; ++i) {
        p[t] += q[(((n * s->n_heads) + h) * d) + i] * k[(t * row) + at + i];
      }
      p[t] = exp(scale * p[t]);
      sum += p[t];
    }
    for (unsigned i = 0U; i < d; ++i) {
      y[(h * d) + i] = 0.0;
      for (unsigned t = first; t <= n; ++t) {
        y[(h * d) + i] += p[t] / sum * v[(t * row) + at + i];
      }
    }
  }
}

static void
widen(const float* const from, double* const to, const size_t n)
{
  for (size_t i = 0U; i < n; ++i) {
    to[i] = (double)from[i];
  }
}

static EchoicNodeSpec*
describe(EchoicGraphSpec* const graph, const Size* const s, const bool joined)
{
  EchoicNodeSpec* const spec = new_spec(graph, "attention", joined ? 1U : 3U);
  ck_assert(echoic_node_spec_number(spec, "heads", s->n_heads));
  ck_assert(echoic_node_spec_number(spec, "window", s->window));
  if (s->n_kv_heads != s->n_heads) { // Its default
    ck_assert(echoic_node_spec_number(spec, "kv_heads", s->n_kv_heads));
  }
  return spec;
}

/// The formula, with queries, keys and values apart and in one input
START_TEST(test_attention)
{
  static float    x[3][N_FRAMES * MAX_WIDTH];
  static float    joined[N_FRAMES * 3U * MAX_WIDTH];
  static float    y[2][N_FRAMES * MAX_WIDTH];
  static double   z[3][N_FRAMES * MAX_WIDTH];
  const Size*     s        = &sizes[_i];
  const uint32_t  q        = s->n_heads * s->head_width;
  const uint32_t  kv       = s->n_kv_heads * s->head_width;
  const uint32_t  widths[] = {q, kv, kv};
  const uint32_t  whole    = q + (2U * kv);
  EchoicGraphSpec graph    = {0};
  srand((unsigned)_i + 1U);
  for (unsigned k = 0U; k < 3U; ++k) {
    fill_noise(x[k], N_FRAMES * MAX_WIDTH);
    widen(x[k], z[k], N_FRAMES * MAX_WIDTH);
  }
  for (unsigned n = 0U; n < N_FRAMES; ++n) {
    float* const to = joined + ((size_t)n * whole);
    memcpy(to, x[0] + (n * q), q * sizeof(float));
    memcpy(to + q, x[1] + (n * kv), kv * sizeof(float));
    memcpy(to + q + kv, x[2] + (n * kv), kv * sizeof(float));
  }

  const float* const in[] = {x[0], x[1], x[2]};
  Runner             a    = prepare(describe(&graph, s, false), widths);
  Runner             b    = prepare(describe(&graph, s, true), &whole);
  ck_assert_uint_eq(a.shape.width_out, q);
  ck_assert_uint_eq(b.shape.width_out, q);
  run_from(&a, in, y[0], 0U, N_FRAMES);
  run(&b, joined, y[1], N_FRAMES);
  ck_assert(!memcmp(y[0], y[1], (size_t)N_FRAMES * q * sizeof(float)));
  for (unsigned n = 0U; n < N_FRAMES; ++n) {
    double right[MAX_WIDTH];
    attend(s, pow(s->head_width, -0.5), z[0], z[1], z[2], n, right);
    for (unsigned i = 0U; i < q; ++i) {
      ck_assert_double_eq_tol((double)y[0][(n * q) + i], right[i], 1e-6);
    }
  }
  release(&a);
  release(&b);
  echoic_graph_spec_clear(&graph);
}
END_TEST

/// Frame t of keys and values is in row t mod (window - 1), unchanged
START_TEST(test_ring)
{
  const Size      s        = {2U, 1U, 3U, 6U};
  const uint32_t  widths[] = {6U, 3U, 3U};
  const uint32_t  n_frames = (uint32_t)_i;
  EchoicGraphSpec graph    = {0};
  Runner          r        = prepare(describe(&graph, &s, false), widths);
  float           x[3][20 * 6];
  float           y[20 * 6];
  EchoicNodeState state = {0};
  fill_noise(x[0], 3U * 20U * 6U);
  const float* const in[] = {x[0], x[1], x[2]};
  run_from(&r, in, y, 0U, n_frames);
  for (unsigned piece = 0U; piece < 2U; ++piece) {
    ck_assert(r.type->state(r.node, piece, &state));
    ck_assert_str_eq(state.name, piece ? "values" : "keys");
    ck_assert_uint_eq(state.n_dims, 2U);
    ck_assert_uint_eq(state.dims[0], 5U);
    ck_assert_uint_eq(state.dims[1], 3U);
    for (unsigned row = 0U; row < 5U; ++row) {
      unsigned t = n_frames; // The last frame that went there
      while (t-- > 0U && t % 5U != row) {
      }
      for (unsigned i = 0U; i < 3U; ++i) {
        const float right = t < n_frames ? x[piece + 1U][(3U * t) + i] : 0.0F;
        ck_assert(state.data[(3U * row) + i] == right);
      }
    }
  }
  ck_assert(r.type->state(r.node, 2U, &state));
  ck_assert_str_eq(state.name, "position");
  ck_assert_int_eq(*state.count, n_frames);
  ck_assert(!r.type->state(r.node, 3U, &state));
  release(&r);
  echoic_graph_spec_clear(&graph);
}
END_TEST

/// A matrix that keeps the size of what it maps, as trained ones do
static void
fill_small(float* const w, const uint32_t n_rows, const uint32_t n_cols)
{
  for (size_t i = 0U; i < (size_t)n_rows * n_cols; ++i) {
    w[i] = noise() / sqrtf((float)n_cols);
  }
}

static EchoicNodeSpec*
describe_mha(EchoicGraphSpec* const graph, const Size* const s, const bool bias)
{
  const uint32_t        e    = s->n_heads * s->head_width;
  EchoicNodeSpec* const spec = new_spec(graph, "mha", 1U);
  ck_assert(echoic_node_spec_number(spec, "heads", s->n_heads));
  ck_assert(echoic_node_spec_number(spec, "window", s->window));
  fill_small(new_tensor(spec, "in_proj_weight", 3U * e, e, NULL), 3U * e, e);
  fill_small(new_tensor(spec, "out_proj.weight", e, e, NULL), e, e);
  if (bias) {
    fill_noise(new_tensor(spec, "in_proj_bias", 3U * e, 0U, NULL), 3U * e);
    fill_noise(new_tensor(spec, "out_proj.bias", e, 0U, NULL), e);
  }
  return spec;
}

/// Rows `first` to `first + n_rows` of a matrix with or without bias
static void
project(const EchoicNodeSpec* const spec,
        const char* const           weight,
        const char* const           bias,
        const uint32_t              first,
        const uint32_t              n_rows,
        const double* const         x,
        double* const               y)
{
  const EchoicTensor* const w = echoic_node_tensor(spec, weight);
  const EchoicTensor* const b = echoic_node_tensor(spec, bias);
  for (uint32_t i = 0U; i < n_rows; ++i) {
    const uint32_t row = first + i;
    y[i]               = b ? (double)b->data[row] : 0.0;
    for (uint32_t k = 0U; k < w->dims[1]; ++k) {
      y[i] += (double)w->data[(row * w->dims[1]) + k] * x[k];
    }
  }
}

/// Projections around the formula, with and without biases
START_TEST(test_mha)
{
  static float    x[N_FRAMES * MAX_WIDTH];
  static float    y[N_FRAMES * MAX_WIDTH];
  static double   z[3][N_FRAMES * MAX_WIDTH];
  Size            s     = sizes[_i % N_SIZES];
  const uint32_t  e     = s.n_heads * s.head_width;
  EchoicGraphSpec graph = {0};
  double          wide[MAX_WIDTH];
  double          heads[MAX_WIDTH];
  double          right[MAX_WIDTH];
  s.n_kv_heads = s.n_heads;
  srand((unsigned)_i + 1U);
  EchoicNodeSpec* const spec = describe_mha(&graph, &s, _i < N_SIZES);
  Runner                r    = prepare(spec, &e);
  fill_noise(x, (size_t)N_FRAMES * e);
  run(&r, x, y, N_FRAMES);
  for (unsigned n = 0U; n < N_FRAMES; ++n) {
    widen(x + (n * e), wide, e);
    for (unsigned part = 0U; part < 3U; ++part) {
      double* const to = z[part] + ((size_t)n * e);
      project(spec, "in_proj_weight", "in_proj_bias", part * e, e, wide, to);
    }
    attend(&s, pow(s.head_width, -0.5), z[0], z[1], z[2], n, heads);
    project(spec, "out_proj.weight", "out_proj.bias", 0U, e, heads, right);
    for (unsigned i = 0U; i < e; ++i) {
      ck_assert_double_eq_tol((double)y[(n * e) + i], right[i], 2e-6);
    }
  }
  release(&r);
  echoic_graph_spec_clear(&graph);
}
END_TEST

/// Huge logits: the largest takes all, nothing overflows
START_TEST(test_large_logits)
{
  const uint32_t  widths[] = {2U, 2U, 2U};
  const Size      s        = {1U, 1U, 2U, 4U};
  EchoicGraphSpec graph    = {0};
  EchoicNodeSpec* spec     = describe(&graph, &s, false);
  const float     q[]      = {1e3F, 0.0F, 1e3F, 0.0F};
  const float     k[]      = {1e3F, 0.0F, 2e3F, 0.0F};
  const float     v[]      = {1.0F, 2.0F, 3.0F, 4.0F};
  float           y[4];
  ck_assert(echoic_node_spec_number(spec, "scale", 1.0));
  Runner             r    = prepare(spec, widths);
  const float* const in[] = {q, k, v};
  run_from(&r, in, y, 0U, 2U);
  ck_assert(!memcmp(y, v, sizeof(v)));
  release(&r);
  echoic_graph_spec_clear(&graph);
}
END_TEST

/// Splits, the state and the arena, of both types
START_TEST(test_stream)
{
  static float       x[3][300 * MAX_WIDTH];
  const Size         s        = sizes[_i];
  const uint32_t     q        = s.n_heads * s.head_width;
  const uint32_t     kv       = s.n_kv_heads * s.head_width;
  const uint32_t     widths[] = {q, kv, kv};
  const float* const in[]     = {x[0], x[1], x[2]};
  EchoicGraphSpec    graph    = {0};
  fill_noise(x[0], sizeof(x) / sizeof(float));
  for (unsigned type = 0U; type < 2U; ++type) {
    EchoicNodeSpec* const spec =
      type ? describe_mha(&graph, &s, true) : describe(&graph, &s, false);
    Runner r = prepare(spec, widths);
    check_splits(&r, in, 300U);
    check_state(spec, widths, in, 300U);
    check_no_space(spec, widths);
    release(&r);
  }
  echoic_graph_spec_clear(&graph);
}
END_TEST

/// One thing wrong at a time
START_TEST(test_refused)
{
  static const struct {
    double       heads;
    double       kv_heads;
    double       window;
    double       scale;
    EchoicStatus status;
    const char*  says;
  } cases[] = {
    {0.0, 1.0, 4.0, 1.0, ECHOIC_BAD_ARG, "heads is 0"},
    {1.5, 1.0, 4.0, 1.0, ECHOIC_BAD_ARG, "heads is 1.5"},
    {2.0, 4.0, 4.0, 1.0, ECHOIC_BAD_ARG, "kv_heads is 4"},
    {3.0, 2.0, 4.0, 1.0, ECHOIC_BAD_SHAPE, "3 heads"},
    {2.0, 2.0, 4.0, 1.0, ECHOIC_BAD_SHAPE, "2 heads"},
    {64.0, 64.0, 4.0, 1.0, ECHOIC_BAD_SHAPE, "64 heads"},
    {2.0, 1.0, 0.0, 1.0, ECHOIC_BAD_ARG, "window is 0"},
    {2.0, 1.0, 2e6, 1.0, ECHOIC_BAD_ARG, "window is 2e+06"},
    {2.0, 1.0, 4.0, (double)INFINITY, ECHOIC_BAD_ARG, "scale"},
  };
  const uint32_t  widths[] = {6U, 3U, 3U};
  EchoicGraphSpec graph    = {0};
  EchoicNodeSpec* spec     = new_spec(&graph, "attention", 3U);
  echoic_node_spec_number(spec, "heads", cases[_i].heads);
  echoic_node_spec_number(spec, "kv_heads", cases[_i].kv_heads);
  echoic_node_spec_number(spec, "window", cases[_i].window);
  echoic_node_spec_number(spec, "scale", cases[_i].scale);
  check_refused(spec, widths, cases[_i].status, cases[_i].says);
  echoic_graph_spec_clear(&graph);
}
END_TEST

/// A ring of gigabytes, tensors that don't fit, a spoilt weight
START_TEST(test_refused_shapes)
{
  const uint32_t  large[] = {65536U, 65536U, 65536U};
  const Size      s       = {2U, 2U, 4U, 5000U};
  const uint32_t  e       = 8U;
  const uint32_t  wrong   = 10U;
  EchoicGraphSpec graph   = {0};
  check_refused(describe(&graph, &s, false),
                large,
                ECHOIC_BAD_SHAPE,
                "window is 5000: must be at most 1025");
  EchoicNodeSpec* spec = describe_mha(&graph, &s, true);
  check_refused(spec, &wrong, ECHOIC_BAD_SHAPE, "'in_proj_weight'");
  spec->tensors[0].data[5] = NAN;
  check_refused(spec, &e, ECHOIC_BAD_FORMAT, "'in_proj_weight'");
  spec                     = describe_mha(&graph, &s, true);
  spec->tensors[3].data[0] = INFINITY;
  check_refused(spec, &e, ECHOIC_BAD_FORMAT, "'out_proj.bias'");
  spec                  = describe_mha(&graph, &s, true);
  spec->params[0].value = 3.0;
  check_refused(spec, &e, ECHOIC_BAD_SHAPE, "heads is 3");
  echoic_graph_spec_clear(&graph);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("attention");
  TCase* const tc    = tcase_create("all");
  tcase_add_loop_test(tc, test_attention, 0, N_SIZES);
  tcase_add_loop_test(tc, test_ring, 0, 20);
  tcase_add_loop_test(tc, test_mha, 0, 2 * N_SIZES);
  tcase_add_test(tc, test_large_logits);
  tcase_add_loop_test(tc, test_stream, 0, N_SIZES);
  tcase_add_loop_test(tc, test_refused, 0, 9);
  tcase_add_test(tc, test_refused_shapes);
  suite_add_tcase(suite, tc);

  return run_suite(suite);
}
