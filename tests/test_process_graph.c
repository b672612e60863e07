// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* A graph as an amplifier: what comes out of a recording is what the graph
   makes of its samples, in the format of the recording. */

#include "host/graph_host.h"
#include "host/process_graph.h"
#include "tests/node_runner.h"
#include "tests/suite.h"
#include "tests/temp.h"

#include <check.h>
#include <sndfile.h>

#include <math.h>
#include <stdio.h>
#include <unistd.h>

#define N_SAMPLES 9000U ///< More than one block
#define GRAPH "amp.safetensors"

/// A GRU with a linear head, of the sample and `n_controls` more
static EchoicGraphSpec
amp(const uint32_t n_controls)
{
  EchoicGraphSpec       graph = {.width_in = 1U + n_controls};
  EchoicNodeSpec* const gru   = new_spec(&graph, "gru", 1U);
  const uint32_t        n_in  = graph.width_in;
  fill_noise(new_tensor(gru, "weight_ih_l0", 12U, n_in, NULL),
             (size_t)12U * n_in);
  fill_noise(new_tensor(gru, "weight_hh_l0", 12U, 4U, NULL), 48U);
  EchoicNodeSpec* const head = echoic_graph_spec_add(&graph, "head", "linear");
  ck_assert(echoic_node_spec_input(head, "n"));
  fill_noise(new_tensor(head, "weight", 1U, 4U, NULL), 4U);
  return graph;
}

static void
write_sound(const char* const  path,
            const int          format,
            const uint32_t     n_channels,
            const float* const x)
{
  SF_INFO info       = {0};
  info.samplerate    = 44100;
  info.channels      = (int)n_channels;
  info.format        = format;
  SNDFILE* const out = sf_open(path, SFM_WRITE, &info);
  ck_assert_ptr_nonnull(out);
  ck_assert_int_eq(sf_writef_float(out, x, N_SAMPLES), N_SAMPLES);
  sf_close(out);
}

static void
read_sound(const char* const path,
           const int         format,
           const uint32_t    n_channels,
           float* const      y)
{
  SF_INFO        info = {0};
  SNDFILE* const in   = sf_open(path, SFM_READ, &info);
  ck_assert_ptr_nonnull(in);
  ck_assert_int_eq(info.frames, N_SAMPLES);
  ck_assert_int_eq(info.format, format);
  ck_assert_int_eq(info.samplerate, 44100);
  ck_assert_int_eq(info.channels, (int)n_channels);
  ck_assert_int_eq(sf_readf_float(in, y, N_SAMPLES), N_SAMPLES);
  sf_close(in);
}

/// What the graph makes of one channel
static void
expect(const EchoicGraphSpec* const spec,
       const float* const           x,
       const uint32_t               n_channels,
       const uint32_t               channel,
       float* const                 y)
{
  EchoicHostGraph host;
  float           in[3] = {0.0F, 0.25F, -0.5F};
  ck_assert(!echoic_host_graph_new(spec, &host, NULL));
  for (uint32_t i = 0U; i < N_SAMPLES; ++i) {
    in[0] = x[(i * n_channels) + channel];
    echoic_graph_process(host.graph, in, &y[(i * n_channels) + channel], 1U);
  }
  echoic_host_graph_free(&host);
}

static const struct {
  int      format;
  uint32_t n_channels;
  uint32_t n_controls;
  double   step; ///< Of the format
} kinds[] = {
  {SF_FORMAT_WAV | SF_FORMAT_FLOAT, 1U, 0U, 0.0},
  {SF_FORMAT_WAV | SF_FORMAT_FLOAT, 3U, 2U, 0.0},
  {SF_FORMAT_WAV | SF_FORMAT_DOUBLE, 1U, 0U, 0.0},
  {SF_FORMAT_WAV | SF_FORMAT_PCM_16, 2U, 1U, 1.0 / 32768.0},
  {SF_FORMAT_FLAC | SF_FORMAT_PCM_24, 1U, 0U, 1.0 / 8388608.0},
  {SF_FORMAT_WAV | SF_FORMAT_PCM_U8, 1U, 0U, 1.0 / 128.0},
};

#define N_KINDS ((int)(sizeof(kinds) / sizeof(kinds[0])))

START_TEST(test_samples)
{
  static float    x[3U * N_SAMPLES];
  static float    y[3U * N_SAMPLES];
  static float    z[3U * N_SAMPLES];
  const double    controls[] = {0.25, -0.5};
  const uint32_t  n          = kinds[_i].n_channels;
  const double    step       = kinds[_i].step;
  EchoicGraphSpec spec       = amp(kinds[_i].n_controls);
  EchoicError     error      = {ECHOIC_OK, ""};
  fill_noise(x, (size_t)n * N_SAMPLES);
  write_sound("input", kinds[_i].format, n, x);
  read_sound("input", kinds[_i].format, n, x);
  ck_assert(!echoic_save_graph(&spec, GRAPH, &error));
  ck_assert_msg(
    !echoic_process_graph(
      GRAPH, "input", NULL, "output", controls, kinds[_i].n_controls, &error),
    "%s",
    error.text);
  read_sound("output", kinds[_i].format, n, y);
  for (uint32_t c = 0U; c < n; ++c) {
    expect(&spec, x, n, c, z);
  }

  for (uint32_t i = 0U; i < n * N_SAMPLES; ++i) {
    const double wanted =
      step > 0.0 ? fmin(fmax((double)z[i], -1.0), 1.0 - step) : (double)z[i];
    ck_assert_double_le(fabs((double)y[i] - wanted), (step / 2.0) + 1e-7);
  }

  echoic_graph_spec_clear(&spec);
}
END_TEST

/// Louder than full scale: clipped, not wrapped
START_TEST(test_clipping)
{
  static float          x[N_SAMPLES];
  static float          y[N_SAMPLES];
  EchoicGraphSpec       spec   = {.width_in = 1U};
  EchoicNodeSpec* const scale  = new_spec(&spec, "scale", 1U);
  EchoicError           error  = {ECHOIC_OK, ""};
  const int             format = SF_FORMAT_WAV | SF_FORMAT_PCM_16;
  echoic_node_spec_number(scale, "gain", -100.0);
  fill_noise(x, N_SAMPLES);
  write_sound("input", format, 1U, x);
  ck_assert(!echoic_save_graph(&spec, GRAPH, &error));
  ck_assert(
    !echoic_process_graph(GRAPH, "input", NULL, "output", NULL, 0U, &error));
  read_sound("output", format, 1U, y);
  for (uint32_t i = 0U; i < N_SAMPLES; ++i) {
    ck_assert(fabsf(x[i]) < 0.011F ||
              y[i] == (x[i] < 0.0F ? 32767.0F / 32768.0F : -1.0F));
  }

  echoic_graph_spec_clear(&spec);
}
END_TEST

/// Far louder than any sound: no encoder stumbles over it
START_TEST(test_far_too_loud)
{
  static const int      formats[] = {SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III,
                                     SF_FORMAT_OGG | SF_FORMAT_VORBIS,
                                     SF_FORMAT_WAV | SF_FORMAT_FLOAT};
  static float          x[N_SAMPLES];
  EchoicGraphSpec       spec                = {.width_in = 1U};
  EchoicNodeSpec* const gain                = new_spec(&spec, "linear", 1U);
  EchoicError           error               = {ECHOIC_OK, ""};
  SF_INFO               info                = {0};
  *new_tensor(gain, "weight", 1U, 1U, NULL) = 1e20F;
  fill_noise(x, N_SAMPLES);
  write_sound("input", formats[_i], 1U, x);
  ck_assert(!echoic_save_graph(&spec, GRAPH, &error));
  ck_assert_msg(
    !echoic_process_graph(GRAPH, "input", NULL, "output", NULL, 0U, &error),
    "%s",
    error.text);
  SNDFILE* const out = sf_open("output", SFM_READ, &info);
  ck_assert_ptr_nonnull(out);
  ck_assert_int_eq(info.format, formats[_i]);
  ck_assert_int_ge(info.frames, N_SAMPLES);
  sf_close(out);
  echoic_graph_spec_clear(&spec);
}
END_TEST

/// Graphs that aren't made for samples are refused, and nothing is written
START_TEST(test_refusals)
{
  static float    x[N_SAMPLES];
  const double    control = 1.0;
  EchoicGraphSpec spec    = amp(2U);
  EchoicError     error   = {ECHOIC_OK, ""};
  write_sound("input", SF_FORMAT_WAV | SF_FORMAT_FLOAT, 1U, x);
  remove("output");
  ck_assert(!echoic_save_graph(&spec, GRAPH, &error));
  ck_assert(
    echoic_process_graph(GRAPH, "input", NULL, "output", &control, 1U, &error));
  ck_assert_ptr_nonnull(strstr(error.text, "2 of --control, not 1"));
  spec.n_nodes = 1U;
  ck_assert(!echoic_save_graph(&spec, GRAPH, &error));
  ck_assert(
    echoic_process_graph(GRAPH, "input", NULL, "output", &control, 1U, &error));
  ck_assert_ptr_nonnull(strstr(error.text, "gives 4 numbers"));
  ck_assert(echoic_process_graph(
    "input", "input", NULL, "output", &control, 1U, &error));
  ck_assert_ptr_nonnull(strstr(error.text, "input: not a safetensors file"));
  ck_assert_int_ne(access("output", F_OK), 0);
  spec.n_nodes = 2U;
  echoic_graph_spec_clear(&spec);
}
END_TEST

static char folder[temp_size];

static void
enter(void)
{
  ck_assert(temp_folder(folder, "amp"));
  ck_assert_int_eq(chdir(folder), 0);
}

static void
leave(void)
{
  remove("input");
  remove("output");
  remove(GRAPH);
  ck_assert_int_eq(chdir("/"), 0);
  rmdir(folder);
}

int
main(void)
{
  Suite* const suite = suite_create("process_graph");
  TCase* const tcase = tcase_create("process_graph");
  tcase_add_checked_fixture(tcase, enter, leave);
  tcase_add_loop_test(tcase, test_samples, 0, N_KINDS);
  tcase_add_test(tcase, test_clipping);
  tcase_add_loop_test(tcase, test_far_too_loud, 0, 3);
  tcase_add_test(tcase, test_refusals);
  suite_add_tcase(suite, tcase);
  return run_suite(suite);
}
