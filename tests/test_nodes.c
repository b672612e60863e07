// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Every type of node: any split gives the same bits, an arena that is short
   fails cleanly, closed forms (of the memory and the delay: test_memory.c,
   test_delay.c).  What is refused: test_node_refusals.c. */

#include "tests/node_runner.h"
#include "tests/suite.h"

#include <math.h>

#define N_FRAMES 300U
#define WIDTH 6U

static const uint32_t six[ECHOIC_MAX_INPUTS] = {WIDTH, WIDTH, WIDTH};

/* A node of each type with every optional part, each with inputs of WIDTH. */

static void
describe_memory(EchoicNodeSpec* const spec, const char* const layout)
{
  const float    poles[] = {0.9F, 0.0F, 0.5F, 0.6F, -0.3F, 0.2F};
  const uint32_t n       = 3U;
  ck_assert(echoic_node_spec_word(spec, "layout", layout));
  new_tensor(spec, "poles", n, 2U, poles);
  fill_noise(new_tensor(spec, "gain", n, 0U, NULL), n);
  fill_noise(new_tensor(spec, "input_gate.weight", n, WIDTH, NULL), n * WIDTH);
  fill_noise(new_tensor(spec, "input_gate.bias", n, 0U, NULL), n);
  fill_noise(new_tensor(spec, "feedback_gate.weight", n, WIDTH, NULL),
             n * WIDTH);
  fill_noise(new_tensor(spec, "feedback_gate.bias", n, 0U, NULL), n);
}

static void
describe_weights(EchoicNodeSpec* const spec,
                 const uint32_t        n_rows,
                 const uint32_t        n_cols)
{
  fill_noise(new_tensor(spec, "weight", n_rows, n_cols, NULL), n_rows * n_cols);
  fill_noise(new_tensor(spec, "bias", n_rows, 0U, NULL), n_rows);
}

#define N_KINDS 12

static const struct {
  const char* type;
  uint32_t    n_inputs;
} kinds[N_KINDS] = {{"concat", 3},
                    {"delay", 1},
                    {"delay", 1},
                    {"linear", 1},
                    {"memory", 1},
                    {"memory", 1},
                    {"perceptron", 1},
                    {"perceptron", 1},
                    {"perceptron", 1},
                    {"sum", 3},
                    {"rmsnorm", 1},
                    {"delay", 1}};

static EchoicNodeSpec*
describe(EchoicGraphSpec* const graph, const int kind)
{
  EchoicNodeSpec* const spec =
    new_spec(graph, kinds[kind].type, kinds[kind].n_inputs);
  srand((unsigned)kind + 1U);
  switch (kind) {
  case 1:
    echoic_node_spec_number(spec, "frames", 70.0);
    break;
  case 2:
    echoic_node_spec_number(spec, "frames", 7.0);
    echoic_node_spec_word(spec, "output", "last");
    break;
  case 3:
    describe_weights(spec, 9U, WIDTH);
    break;
  case 4:
    describe_memory(spec, "bank");
    break;
  case 5:
    describe_memory(spec, "diagonal");
    break;
  case 6:
    describe_weights(spec, 5U, WIDTH);
    echoic_node_spec_word(spec, "activation", "smooth");
    break;
  case 7:
    describe_weights(spec, 3U, WIDTH / 3U);
    echoic_node_spec_number(spec, "groups", 3.0);
    echoic_node_spec_word(spec, "activation", "tanh");
    break;
  case 8:
    describe_weights(spec, 1U, WIDTH);
    echoic_node_spec_word(spec, "activation", "step");
    break;
  case 9:
    fill_noise(new_tensor(spec, "gain", 3U, 0U, NULL), 3U);
    break;
  case 10:
    fill_noise(new_tensor(spec, "weight", WIDTH, 0U, NULL), WIDTH);
    echoic_node_spec_number(spec, "c", 0.5);
    break;
  case 11:
    echoic_node_spec_number(spec, "frames", 0.0);
    break;
  default:
    break;
  }

  return spec;
}

static void
run_split(const Runner* const r,
          float (*const in)[N_FRAMES * WIDTH],
          float* out)
{
  for (uint32_t f = 0U; f < N_FRAMES;) {
    const uint32_t     size     = (uint32_t)rand() % 90U;
    const uint32_t     n        = size < N_FRAMES - f ? size : N_FRAMES - f;
    const float* const inputs[] = {
      in[0] + (f * WIDTH), in[1] + (f * WIDTH), in[2] + (f * WIDTH)};
    r->type->process(
      r->node, inputs, out + ((size_t)f * r->shape.width_out), n);
    f += n;
  }
}

/// Random splits give the bits of the whole, also after a reset
START_TEST(test_splits)
{
  static float       in[3][N_FRAMES * WIDTH];
  EchoicGraphSpec    graph    = {WIDTH, 0U, NULL};
  Runner             r        = prepare(describe(&graph, _i), six);
  const size_t       n        = (size_t)N_FRAMES * r.shape.width_out;
  const float* const inputs[] = {in[0], in[1], in[2]};
  float* const       whole    = (float*)malloc(n * sizeof(float));
  float* const       split    = (float*)malloc(n * sizeof(float));
  fill_noise(in[0], 3U * N_FRAMES * WIDTH);
  r.type->process(r.node, inputs, whole, N_FRAMES);
  for (unsigned seed = 0U; seed < 20U; ++seed) {
    srand(seed);
    memset(split, 0xFF, n * sizeof(float));
    r.type->reset(r.node);
    run_split(&r, in, split);
    ck_assert_msg(!memcmp(whole, split, n * sizeof(float)), "seed %u", seed);
  }

  free(whole);
  free(split);
  release(&r);
  echoic_graph_spec_clear(&graph);
}
END_TEST

/// Every size short of enough fails, says which node, and sets nothing
START_TEST(test_no_space)
{
  EchoicGraphSpec             graph = {WIDTH, 0U, NULL};
  const EchoicNodeSpec* const spec  = describe(&graph, _i);
  Runner                      r     = prepare(spec, six);
  for (size_t size = 0U; size < r.shape.bytes; ++size) {
    EchoicArena arena = {(unsigned char*)r.block, size, 0U};
    EchoicError error = {ECHOIC_OK, ""};
    void*       node  = NULL;
    ck_assert_int_eq(r.type->prepare(spec, &r.shape, &arena, &node, &error),
                     ECHOIC_NO_SPACE);
    ck_assert_ptr_null(node);
    ck_assert_uint_le(arena.used, size);
    ck_assert_ptr_nonnull(strstr(error.text, "node 'n'"));
  }

  release(&r);
  echoic_graph_spec_clear(&graph);
}
END_TEST

static double
logistic(const double x)
{
  return 1.0 / (1.0 + exp(-x));
}

/// What an activation makes of a sum
static double
activated(const char* const name, const double y)
{
  return !strcmp(name, "step")      ? (y > 0.0 ? 1.0 : 0.0)
         : !strcmp(name, "smooth")  ? (1.0 + tanh(y)) / 2.0
         : !strcmp(name, "tanh")    ? tanh(y)
         : !strcmp(name, "sigmoid") ? logistic(y)
                                    : y;
}

static const char* const activations[] = {"linear",
                                          "step",
                                          "smooth",
                                          "tanh",
                                          "sigmoid"};

/// y_i = act(w_i . x + b_i), of all numbers or of the row's own slice
START_TEST(test_perceptron)
{
  const char* const name   = activations[_i % 5];
  const uint32_t    groups = _i < 5 ? 1U : 3U;
  const uint32_t    n_cols = WIDTH / groups;
  EchoicGraphSpec   graph  = {WIDTH, 0U, NULL};
  EchoicNodeSpec*   spec   = new_spec(&graph, "perceptron", 1U);
  float             x[20 * WIDTH];
  float             y[20 * 3];
  float* const      w = new_tensor(spec, "weight", 3U, n_cols, NULL);
  fill_noise(w, (size_t)3U * n_cols);
  float* const b = new_tensor(spec, "bias", 3U, 0U, NULL);
  fill_noise(b, 3U);
  fill_noise(x, 20U * WIDTH);
  echoic_node_spec_number(spec, "groups", groups);
  echoic_node_spec_word(spec, "activation", name);
  Runner r = prepare(spec, six);
  run(&r, x, y, 20U);
  for (unsigned f = 0U; f < 20U; ++f) {
    for (unsigned i = 0U; i < 3U; ++i) {
      const float* const from =
        x + (f * WIDTH) + (groups > 1U ? i * n_cols : 0U);
      double sum = (double)b[i];
      for (unsigned k = 0U; k < n_cols; ++k) {
        sum += (double)w[(i * n_cols) + k] * (double)from[k];
      }
      ck_assert_double_eq_tol(
        (double)y[(3U * f) + i], activated(name, sum), 1e-6);
    }
  }
  release(&r);
  echoic_graph_spec_clear(&graph);
}
END_TEST

/// Many rows with a step, which are screened, decide like a few at a time
START_TEST(test_perceptron_bank)
{
  enum { n_rows = 300, n_few = 100 };
  EchoicGraphSpec graph = {WIDTH, 0U, NULL};
  EchoicNodeSpec* spec  = new_spec(&graph, "perceptron", 1U);
  float* const    w     = new_tensor(spec, "weight", n_rows, WIDTH, NULL);
  float* const    b     = new_tensor(spec, "bias", n_rows, 0U, NULL);
  fill_noise(w, (size_t)n_rows * WIDTH);
  fill_noise(b, n_rows);
  echoic_node_spec_word(spec, "activation", "step");
  float x[20 * WIDTH];
  float y[20 * n_rows];
  fill_noise(x, 20U * WIDTH);
  Runner many = prepare(spec, six);
  run(&many, x, y, 20U);
  for (uint32_t part = 0U; part < n_rows; part += n_few) {
    spec = new_spec(&graph, "perceptron", 1U);
    new_tensor(spec, "weight", n_few, WIDTH, w + ((size_t)part * WIDTH));
    new_tensor(spec, "bias", n_few, 0U, b + part);
    echoic_node_spec_word(spec, "activation", "step");
    Runner few = prepare(spec, six);
    float  z[20 * n_few];
    run(&few, x, z, 20U);
    for (uint32_t f = 0U; f < 20U; ++f) {
      ck_assert(!memcmp(z + ((size_t)f * n_few),
                        y + ((size_t)f * n_rows) + part,
                        n_few * sizeof(float)));
    }
    release(&few);
  }
  release(&many);
  echoic_graph_spec_clear(&graph);
}
END_TEST

/// y = W x + b, with and without b
START_TEST(test_linear)
{
  EchoicGraphSpec graph = {WIDTH, 0U, NULL};
  EchoicNodeSpec* spec  = new_spec(&graph, "linear", 1U);
  float           x[20 * WIDTH];
  float           y[20 * 9];
  float* const    w = new_tensor(spec, "weight", 9U, WIDTH, NULL);
  float* const    b = _i ? new_tensor(spec, "bias", 9U, 0U, NULL) : NULL;
  fill_noise(w, (size_t)9U * WIDTH);
  fill_noise(b, b ? 9U : 0U);
  fill_noise(x, 20U * WIDTH);
  Runner r = prepare(spec, six);
  run(&r, x, y, 20U);
  for (unsigned f = 0U; f < 20U; ++f) {
    for (unsigned i = 0U; i < 9U; ++i) {
      double sum = b ? (double)b[i] : 0.0;
      for (unsigned k = 0U; k < WIDTH; ++k) {
        sum += (double)w[(i * WIDTH) + k] * (double)x[(f * WIDTH) + k];
      }
      ck_assert_double_eq_tol((double)y[(9U * f) + i], sum, 1e-6);
    }
  }
  release(&r);
  echoic_graph_spec_clear(&graph);
}
END_TEST

/// y = w x / sqrt(|x|^2 + c^2); silence stays silent, loud gets length 1
START_TEST(test_rmsnorm)
{
  const double    c            = _i ? 2.0 : 0.0;
  EchoicGraphSpec graph        = {WIDTH, 0U, NULL};
  EchoicNodeSpec* spec         = new_spec(&graph, "rmsnorm", 1U);
  float           x[4 * WIDTH] = {0.0F};
  float           y[4 * WIDTH];
  fill_noise(x + WIDTH, 3U * WIDTH);
  for (unsigned i = 0U; i < WIDTH; ++i) {
    x[(2U * WIDTH) + i] *= 1e6F;
  }
  echoic_node_spec_number(spec, "c", c);
  Runner r = prepare(spec, six);
  run(&r, x, y, 4U);
  for (unsigned f = 0U; f < 4U; ++f) {
    double power = 0.0;
    double unit  = 0.0;
    for (unsigned i = 0U; i < WIDTH; ++i) {
      const double v = (double)x[(f * WIDTH) + i];
      power += v * v;
    }
    for (unsigned i = 0U; i < WIDTH; ++i) {
      const double v = (double)x[(f * WIDTH) + i];
      const double e = f ? v / sqrt(power + (c * c)) : 0.0;
      const double z = (double)y[(f * WIDTH) + i];
      ck_assert_double_eq_tol(z, e, 1e-6);
      unit += z * z;
    }
    ck_assert(f != 2U || fabs(unit - 1.0) < 1e-6);
  }
  release(&r);
  echoic_graph_spec_clear(&graph);
}
END_TEST

/// y = sum_i k_i x_i, and inputs in their order
START_TEST(test_sum_and_concat)
{
  static const float gain[] = {0.5F, -2.0F, 1.0F};
  EchoicGraphSpec    graph  = {WIDTH, 0U, NULL};
  EchoicNodeSpec*    spec   = new_spec(&graph, "sum", 3U);
  float              x[3][5 * WIDTH];
  float              plain[5 * WIDTH];
  float              mixed[5 * WIDTH];
  float              joined[5 * 3 * WIDTH];
  const float* const in[] = {x[0], x[1], x[2]};
  fill_noise(x[0], 3U * 5U * WIDTH);
  Runner sum = prepare(spec, six);
  new_tensor(spec, "gain", 3U, 0U, gain);
  Runner mix = prepare(spec, six);
  Runner cat = prepare(new_spec(&graph, "concat", 3U), six);
  sum.type->process(sum.node, in, plain, 5U);
  mix.type->process(mix.node, in, mixed, 5U);
  cat.type->process(cat.node, in, joined, 5U);
  for (unsigned k = 0U; k < 5U * WIDTH; ++k) {
    const unsigned f = k / WIDTH;
    const unsigned i = k % WIDTH;
    ck_assert_double_eq_tol((double)plain[k],
                            (double)x[0][k] + (double)x[1][k] + (double)x[2][k],
                            1e-6);
    ck_assert_double_eq_tol((double)mixed[k],
                            (0.5 * (double)x[0][k]) - (2.0 * (double)x[1][k]) +
                              (double)x[2][k],
                            1e-6);
    for (unsigned n = 0U; n < 3U; ++n) {
      ck_assert(joined[(((f * 3U) + n) * WIDTH) + i] == x[n][k]);
    }
  }
  release(&sum);
  release(&mix);
  release(&cat);
  echoic_graph_spec_clear(&graph);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("nodes");
  TCase* const tc    = tcase_create("all");
  tcase_add_loop_test(tc, test_splits, 0, N_KINDS);
  tcase_add_loop_test(tc, test_no_space, 0, N_KINDS);
  tcase_add_loop_test(tc, test_perceptron, 0, 10);
  tcase_add_test(tc, test_perceptron_bank);
  tcase_add_loop_test(tc, test_linear, 0, 2);
  tcase_add_loop_test(tc, test_rmsnorm, 0, 2);
  tcase_add_test(tc, test_sum_and_concat);
  suite_add_tcase(suite, tc);

  return run_suite(suite);
}
