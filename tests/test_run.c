// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Tensors through a graph: states, constants, tokens, outputs, and what is
   refused.  What cells compute: test_golden.sh. */

#include "host/commands.h"
#include "host/run_graph.h"
#include "tests/node_runner.h"
#include "tests/suite.h"
#include "tests/temp.h"
#include "tests/tensor_input.h"

#include <check.h>

#include <math.h>
#include <stdio.h>
#include <unistd.h>

#define N_FRAMES 50U

static const EchoicTensorOut*
find(const EchoicTensorList* const list, const char* const name)
{
  for (uint32_t i = 0U; i < list->n_tensors; ++i) {
    if (!strcmp(list->tensors[i].name, name)) {
      return &list->tensors[i];
    }
  }

  ck_abort_msg("no tensor '%s'", name);
  return NULL;
}

static EchoicTensorList
run_all(const EchoicGraphSpec* const spec,
        Input* const                 input,
        const uint32_t               block)
{
  EchoicTensorList out   = {0};
  EchoicGraphSpec  copy  = {0};
  EchoicError      error = {ECHOIC_OK, ""};
  ck_assert(echoic_graph_spec_copy(spec, &copy));
  ck_assert_msg(
    !echoic_run_graph("input", parse(input), block, &copy, &out, &error),
    "%s",
    error.text);
  echoic_graph_spec_clear(&copy);
  return out;
}

/// The only state goes by its own name; it can be given and comes out
START_TEST(test_one_state)
{
  EchoicGraphSpec spec  = one_gru();
  Input           whole = {0};
  Input           part  = {0};
  float* const    x = (float*)add(&whole, "in.x", ECHOIC_F32, 2U, N_FRAMES, 2U);
  EchoicTensorList a = run_all(&spec, &whole, 7U);
  ck_assert_uint_eq(a.n_tensors, 2U);
  const EchoicTensorOut* const h = find(&a, "out.stateT.h");
  ck_assert(h->n_dims == 2U && h->dims[0] == 1U && h->dims[1] == 3U);
  memcpy(add(&part, "in.x", ECHOIC_F32, 1U, 20U, 0U), x, 20U * sizeof(float));
  memcpy(add(&part, "in.state0.h", ECHOIC_F32, 2U, 1U, 3U),
         h->data,
         3U * sizeof(float));
  EchoicTensorList             b = run_all(&spec, &part, 64U);
  const EchoicTensorOut* const y = find(&b, "out.y");
  ck_assert(y->n_dims == 2U && y->dims[0] == 10U && y->dims[1] == 3U);
  ck_assert(memcmp(y->data, find(&a, "out.y")->data, 30U * sizeof(float)));
  echoic_tensor_list_clear(&a);
  echoic_tensor_list_clear(&b);
  clear(&whole);
  clear(&part);
  echoic_graph_spec_clear(&spec);
}
END_TEST

/// Several states go by node and name, and by the name the graph gives them
START_TEST(test_several_states)
{
  EchoicGraphSpec spec  = language();
  Input           input = {0};
  int64_t* const  t =
    (int64_t*)add(&input, "in.tokens", ECHOIC_I64, 1U, N_FRAMES, 0U);
  for (uint32_t i = 0U; i < N_FRAMES; ++i) {
    t[i] = i % 5U;
  }

  EchoicTensorList             out = run_all(&spec, &input, 64U);
  const EchoicTensorOut* const a   = find(&out, "out.stateT.a.h");
  const EchoicTensorOut* const b   = find(&out, "out.stateT.b.h");
  const EchoicTensorOut* const all = find(&out, "out.stateT.all");
  const EchoicTensorOut* const now = find(&out, "out.stateT.d.now");
  ck_assert_uint_eq(out.n_tensors, 6U);
  ck_assert(all->dims[0] == 2U && all->dims[1] == 3U);
  ck_assert(!memcmp(all->data, b->data, 3U * sizeof(float)));
  ck_assert(!memcmp((const float*)all->data + 3, a->data, 3U * sizeof(float)));
  ck_assert(now->dtype == ECHOIC_I64 &&
            *(const int64_t*)now->data == N_FRAMES % 3U);
  echoic_tensor_list_clear(&out);
  clear(&input);
  echoic_graph_spec_clear(&spec);
}
END_TEST

/// Append the states at the end of a run, to begin with
static void
add_states(Input* const input, const EchoicTensorList* const out)
{
  for (uint32_t i = 0U; i < out->n_tensors; ++i) {
    const EchoicTensorOut* const t = &out->tensors[i];
    char                         name[128];
    if (!strncmp(t->name, "out.stateT.", 11U)) {
      const size_t size = t->dtype == ECHOIC_I64 ? 8U : 4U;
      const size_t n    = t->dims[0] * (t->n_dims > 1U ? t->dims[1] : 1U);
      snprintf(name, sizeof(name), "in.state0.%s", t->name + 11);
      memcpy(add(input, name, t->dtype, t->n_dims, t->dims[0], t->dims[1]),
             t->data,
             n * size);
    }
  }
}

/// What was written continues the stream to the bit
START_TEST(test_continued)
{
  const uint64_t   ends[]    = {0U, 23U, N_FRAMES};
  EchoicGraphSpec  spec      = language();
  Input            inputs[3] = {{{0}, NULL, {0}}};
  EchoicTensorList out[3];
  for (uint32_t i = 0U; i < 3U; ++i) { // The whole, and two parts
    const uint64_t first = i ? ends[i - 1U] : 0U;
    const uint64_t n     = i ? ends[i] - first : N_FRAMES;
    int64_t* const t =
      (int64_t*)add(&inputs[i], "in.tokens", ECHOIC_I64, 1U, n, 0U);
    for (uint64_t f = 0U; f < n; ++f) {
      t[f] = (int64_t)(((first + f) * 3U) % 5U);
    }
    if (i == 2U) {
      add_states(&inputs[i], &out[1]);
    }
    out[i] = run_all(&spec, &inputs[i], 1U + (5U * i));
  }

  const float* const whole = (const float*)find(&out[0], "out.y")->data;
  ck_assert(
    !memcmp(whole, find(&out[1], "out.y")->data, 23U * 3U * sizeof(float)));
  ck_assert(!memcmp(whole + (23U * 3U),
                    find(&out[2], "out.y")->data,
                    (N_FRAMES - 23U) * 3U * sizeof(float)));
  for (uint32_t i = 0U; i < 3U; ++i) {
    echoic_tensor_list_clear(&out[i]);
    clear(&inputs[i]);
  }

  echoic_graph_spec_clear(&spec);
}
END_TEST

/// Another tensor of the input replaces that of a node
START_TEST(test_constants)
{
  EchoicGraphSpec spec = language();
  Input           a    = {0};
  Input           b    = {0};
  Input           c    = {0};
  add(&a, "in.tokens", ECHOIC_I64, 1U, 5U, 0U);
  add(&b, "in.tokens", ECHOIC_I64, 1U, 5U, 0U);
  add(&c, "in.tokens", ECHOIC_I64, 1U, 5U, 0U);
  float* const w = (float*)add(&b, "in.weight", ECHOIC_F32, 2U, 5U, 2U);
  memcpy(
    add(&c, "in.e.weight", ECHOIC_F32, 2U, 5U, 2U), w, 10U * sizeof(float));
  EchoicTensorList out[] = {
    run_all(&spec, &a, 64U), run_all(&spec, &b, 64U), run_all(&spec, &c, 64U)};
  const size_t n = 15U * sizeof(float);
  ck_assert(
    memcmp(find(&out[0], "out.y")->data, find(&out[1], "out.y")->data, n));
  ck_assert(
    !memcmp(find(&out[1], "out.y")->data, find(&out[2], "out.y")->data, n));
  for (uint32_t i = 0U; i < 3U; ++i) {
    echoic_tensor_list_clear(&out[i]);
  }

  clear(&a);
  clear(&b);
  clear(&c);
  echoic_graph_spec_clear(&spec);
}
END_TEST

/// A tensor more than a graph of kind 0 (one_gru) or 1 (language) can take
typedef struct {
  int         kind;
  bool        has_input; ///< Besides: "in.x" or "in.tokens", as it should be
  const char* name;
  EchoicDtype dtype;
  uint32_t    n_dims;
  uint64_t    rows;
  uint64_t    cols;
  double      first; ///< Its first element, NAN: as it comes
  const char* says;
} Refusal;

static const Refusal refusals[] = {
  {0, false, "in.state0.h", ECHOIC_F32, 2U, 1U, 3U, 0.0, "neither"},
  {0, true, "in.tokens", ECHOIC_I64, 1U, 5U, 0U, 0.0, "both"},
  {0, false, "in.x", ECHOIC_F32, 2U, 5U, 3U, 0.0, "must be (frames, 2)"},
  {0, false, "in.x", ECHOIC_F32, 1U, 5U, 0U, 0.0, "must be (frames, 2)"},
  {0, false, "in.x", ECHOIC_I64, 2U, 5U, 2U, 0.0, "floating point"},
  {0, false, "in.tokens", ECHOIC_I64, 1U, 5U, 0U, 0.0, "not 2"},
  {0, true, "in.state0.c", ECHOIC_F32, 2U, 1U, 3U, 0.0, "no state of that"},
  {0, true, "in.state0.h", ECHOIC_F32, 2U, 2U, 3U, 0.0, "another shape"},
  {0, true, "in.state0.h", ECHOIC_F32, 1U, 3U, 0U, 0.0, "another shape"},
  {0, true, "in.state0.h", ECHOIC_I64, 2U, 1U, 3U, 0.0, "floating point"},
  {0, true, "in.state0.h", ECHOIC_F32, 2U, 1U, 3U, HUGE_VAL, "finite"},
  {0, true, "in.gain", ECHOIC_F32, 1U, 3U, 0U, 0.0, "no node has"},
  {0, true, "in.weight_hh_l0", ECHOIC_F32, 2U, 9U, 2U, 0.0, "the shape"},
  {0, true, "in.weight_hh_l0", ECHOIC_F32, 2U, 9U, 3U, HUGE_VAL, "'a'"},
  {1, false, "in.tokens", ECHOIC_F32, 1U, 5U, 0U, 0.0, "whole numbers"},
  {1, false, "in.tokens", ECHOIC_I64, 2U, 5U, 1U, 0.0, "one dimension"},
  {1,
   false,
   "in.tokens",
   ECHOIC_I64,
   1U,
   6U,
   0U,
   0.0,
   "element 5 is 5: must be from 0 to 4"},
  {1, false, "in.tokens", ECHOIC_I64, 1U, 2U, 0U, -1.0, "element 0 is -1"},
  {1, true, "in.state0.h", ECHOIC_F32, 2U, 1U, 3U, 0.0, "no state of that"},
  {1, true, "in.state0.d.now", ECHOIC_F32, 1U, 1U, 0U, 0.0, "whole"},
  {1, true, "in.state0.d.now", ECHOIC_I64, 1U, 1U, 0U, -1.0, "-1: must be"},
  {1, true, "in.state0.all", ECHOIC_F32, 2U, 3U, 2U, 0.0, "another shape"},
};

#define N_REFUSALS ((int)(sizeof(refusals) / sizeof(refusals[0])))

static void
describe(const Refusal* const r, Input* const input)
{
  if (r->has_input && r->kind) {
    add(input, "in.tokens", ECHOIC_I64, 1U, 5U, 0U);
  } else if (r->has_input) {
    add(input, "in.x", ECHOIC_F32, 2U, N_FRAMES, 2U);
  }

  void* const data = add(input, r->name, r->dtype, r->n_dims, r->rows, r->cols);
  if (r->dtype == ECHOIC_I64) {
    *(int64_t*)data = (int64_t)r->first;
  } else {
    *(float*)data = (float)r->first;
  }
}

START_TEST(test_refusals)
{
  const Refusal* const r     = &refusals[_i];
  EchoicGraphSpec      spec  = r->kind ? language() : one_gru();
  Input                input = {0};
  EchoicTensorList     out   = {0};
  EchoicError          error = {ECHOIC_OK, ""};
  describe(r, &input);
  ck_assert_int_ne(
    echoic_run_graph("input", parse(&input), 64U, &spec, &out, &error),
    ECHOIC_OK);
  ck_assert_msg(strstr(error.text, r->says) != NULL,
                "'%s' should say '%s'",
                error.text,
                r->says);
  echoic_tensor_list_clear(&out);
  clear(&input);
  echoic_graph_spec_clear(&spec);
}
END_TEST

/// The graph gives a name to what isn't there, or in rows that don't fit
START_TEST(test_bad_names)
{
  static const char* const says[] = {"has no state 'c'", "rows of 2", "'now'"};
  EchoicGraphSpec          spec   = language();
  Input                    input  = {0};
  EchoicTensorList         out    = {0};
  EchoicError              error  = {ECHOIC_OK, ""};
  add(&input, "in.tokens", ECHOIC_I64, 1U, 5U, 0U);
  ck_assert(echoic_graph_spec_state(&spec, "more", _i == 1 ? 2U : 0U));
  ck_assert(echoic_graph_spec_piece(&spec,
                                    _i == 2 ? "d" : "a",
                                    _i == 0   ? "c"
                                    : _i == 1 ? "h"
                                              : "now"));
  ck_assert(echoic_run_graph("input", parse(&input), 64U, &spec, &out, &error));
  ck_assert_msg(strstr(error.text, says[_i]) != NULL, "%s", error.text);
  echoic_tensor_list_clear(&out);
  clear(&input);
  echoic_graph_spec_clear(&spec);
}
END_TEST

static int
command(char* const a, char* const b, char* const c, char* const d)
{
  char  name[]   = "run";
  char  option[] = "-o";
  char* argv[]   = {name, a, b, option, c, d, NULL};
  return echoic_cmd_run(d ? 6 : 5, argv);
}

/// The command: exit status, and no output after an error
START_TEST(test_command)
{
  char            folder[temp_size];
  char            graph[temp_size + 8];
  char            in[temp_size + 8];
  char            out[temp_size + 8];
  char            absent[temp_size + 8];
  char            block[] = "--block=0";
  Input           input   = {0};
  EchoicError     error   = {ECHOIC_OK, ""};
  EchoicGraphSpec spec    = one_gru();
  ck_assert(temp_folder(folder, "run"));
  snprintf(graph, sizeof(graph), "%s/graph", folder);
  snprintf(in, sizeof(in), "%s/in", folder);
  snprintf(out, sizeof(out), "%s/out", folder);
  snprintf(absent, sizeof(absent), "%s/absent", folder);
  add(&input, "in.x", ECHOIC_F32, 2U, N_FRAMES, 2U);
  parse(&input);
  const size_t size = (size_t)(input.file.tensors[0].data - input.bytes) +
                      input.file.tensors[0].size;
  ck_assert(!echoic_save_graph(&spec, graph, &error));
  ck_assert(!echoic_save_bytes(input.bytes, size, in, &error));
  ck_assert_int_eq(command(absent, in, out, NULL), 2);
  ck_assert_int_eq(command(graph, absent, out, NULL), 2);
  ck_assert_int_eq(command(in, in, out, NULL), 2);
  ck_assert_int_eq(command(graph, graph, out, NULL), 2);
  ck_assert_int_eq(command(graph, in, out, block), 2);
  ck_assert_int_ne(access(out, F_OK), 0);
  ck_assert_int_eq(command(graph, in, out, NULL), 0);
  ck_assert_int_eq(access(out, F_OK), 0);
  remove(graph);
  remove(in);
  remove(out);
  remove(folder);
  clear(&input);
  echoic_graph_spec_clear(&spec);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("run");
  TCase* const tcase = tcase_create("run");
  tcase_add_test(tcase, test_one_state);
  tcase_add_test(tcase, test_several_states);
  tcase_add_test(tcase, test_continued);
  tcase_add_test(tcase, test_constants);
  tcase_add_loop_test(tcase, test_refusals, 0, N_REFUSALS);
  tcase_add_loop_test(tcase, test_bad_names, 0, 3);
  tcase_add_test(tcase, test_command);
  suite_add_tcase(suite, tcase);
  return run_suite(suite);
}
