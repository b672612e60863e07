// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Real recordings give the same events in the plugin as in the command, to the
   sample. */

#include "host/files.h"
#include "tests/plugin_recording.h"
#include "tests/suite.h"
#include "tests/temp.h"

#include <math.h>

typedef struct {
  int64_t onset;
  int     sound;
} Found;

static int
compare(const void* const a, const void* const b)
{
  const Found* const x = (const Found*)a;
  const Found* const y = (const Found*)b;
  return x->onset != y->onset ? (x->onset < y->onset ? -1 : 1)
                              : x->sound - y->sound;
}

static const char* const labels[] = {"KD", "SD", "HH"};

/// Let the command teach the first examples of a recording; false if there are
/// none
static bool
teach_by_command(const char* const echoic,
                 const char* const bench,
                 const char* const name,
                 const char* const model)
{
  char  command[8192];
  char  line[512];
  char  path[1024];
  FILE* examples = NULL;
  snprintf(path, sizeof(path), "%s/examples.csv", bench);
  examples = fopen(path, "r");
  int n    = snprintf(command, sizeof(command), "%s teach %s", echoic, model);
  for (int s = 0; s < 3; ++s) {
    n += snprintf(
      command + n, sizeof(command) - (size_t)n, " --sound %s", labels[s]);
    rewind(examples);
    while (fgets(line, sizeof(line), examples)) {
      char   set[128];
      char   file[128];
      char   label[32];
      int    k     = 0;
      double onset = 0.0;
      double end   = 0.0;
      if (sscanf(line,
                 "%127[^,],%d,%127[^,],%lf,%lf,%31[^,]",
                 set,
                 &k,
                 file,
                 &onset,
                 &end,
                 label) == 6 &&
          !strcmp(set, name) && !strcmp(label, labels[s]) && k <= 3) {
        n += snprintf(command + n,
                      sizeof(command) - (size_t)n,
                      " %s/audio/%s:%g-%g",
                      bench,
                      file,
                      onset,
                      end);
      }
    }
  }

  fclose(examples);
  snprintf(command + n, sizeof(command) - (size_t)n, " >/dev/null 2>&1");
  return !system(command);
}

/// Let the command detect; returns the events' samples, sorted
static size_t
detect_by_command(const char* const echoic,
                  const char* const model,
                  const char* const audio,
                  const double      rate_hz,
                  Found* const      list)
{
  char   command[2048];
  char   line[512];
  size_t n = 0U;
  snprintf(command,
           sizeof(command),
           "%s detect %s %s --format csv 2>/dev/null",
           echoic,
           model,
           audio);
  FILE* const pipe = popen(command, "r");
  while (fgets(line, sizeof(line), pipe)) {
    char   sound[64];
    double start = 0.0;
    if (sscanf(line, "%*[^,],%63[^,],%lf", sound, &start) == 2) {
      for (int s = 0; s < 3; ++s) {
        if (!strcmp(sound, labels[s])) {
          list[n++] = (Found){llround(start * rate_hz), s};
        }
      }
    }
  }

  pclose(pipe);
  qsort(list, n, sizeof(Found), compare);
  return n;
}

/// Let the plugin hear it, with the model as its state
static size_t
detect_by_plugin(const char* const      model,
                 const Recording* const r,
                 Found* const           list,
                 double* const          latency)
{
  Host* const  host  = host_open("mono", r->rate_hz, 0U);
  HostState    state = {0};
  FILE* const  file  = fopen(model, "rb");
  char* const  bytes = (char*)malloc(1U << 22U);
  const size_t size  = fread(bytes, 1U, 1U << 22U, file);
  fclose(file);
  host_property(host, &state, "urn:echoic:model", LV2_ATOM__Chunk, bytes, size);
  ck_assert_int_eq(host_restore(host, &state), LV2_STATE_SUCCESS);
  for (int s = 0; s < 3; ++s) {
    char symbol[16];
    snprintf(symbol, sizeof(symbol), "note_%d", s + 1);
    host_set(host, symbol, (float)(50 + s));
  }

  host_set(host, "lookahead", 1.0F);
  play(host, r, 0U, r->n);
  *latency = (double)host_get(host, "latency");
  size_t n = 0U;
  for (uint32_t i = 0U; i < host->n_notes; ++i) {
    if (host->notes[i].bytes[0] == 0x99U) {
      list[n++] = (Found){(int64_t)host->notes[i].at - (int64_t)*latency,
                          host->notes[i].bytes[1] - 50};
    }
  }

  qsort(list, n, sizeof(Found), compare);
  free(bytes);
  host_free_state(&state);
  host_close(host);
  return n;
}

/// Give the sounds of a model the mask that the plugin's controls begin with
static void
set_masks(const char* const path)
{
  EchoicError        error = {ECHOIC_OK, ""};
  EchoicModel* const model = echoic_load_model(path, &error);
  ck_assert_msg(model, "%s", error.text);
  for (uint32_t i = 0U; i < model->n_sounds; ++i) {
    model->sounds[i].mask_s = 0.03F;
  }

  ck_assert_msg(!echoic_save_model(model, path, &error), "%s", error.text);
  echoic_model_free(model);
}

/// On the benchmark's drums the plugin's notes are the command's events
START_TEST(test_drums)
{
  static const char* const names[] = {"MusicDelta_Hendrix_solo.wav",
                                      "MusicDelta_Rock_solo.wav",
                                      "MusicDelta_Rockabilly_solo.wav",
                                      "MusicDelta_Hendrix_mix.wav"};
  const char* const        shared  = getenv("ECHOIC_SHARED");
  const char* const        given   = getenv("ECHOIC");
  const char* const        echoic  = given ? given : "build/echoic";
  char                     bench[512];
  char                     path[1024];
  char                     model[temp_size];
  snprintf(
    bench, sizeof(bench), "%s/bench/drums", shared ? shared : "../shared");
  snprintf(path, sizeof(path), "%s/audio/%s", bench, names[_i]);
  Recording r = read_recording(path);
  if (!r.samples) {
    printf("skip test_drums: %s isn't there\n", path);
    return;
  }

  ck_assert(temp_file(model, "drums"));
  unlink(model);
  ck_assert(teach_by_command(echoic, bench, names[_i], model));
  set_masks(model);
  static Found commands[host_max_notes];
  static Found plugins[host_max_notes];
  double       latency = 0.0;
  const size_t n_command =
    detect_by_command(echoic, model, path, r.rate_hz, commands);
  const size_t n_plugin = detect_by_plugin(model, &r, plugins, &latency);
  ck_assert_uint_gt(n_plugin, 20U);
  for (size_t i = 0U; i < n_command; ++i) {
    if ((double)commands[i].onset < (double)r.n - latency) {
      ck_assert_uint_lt(i, n_plugin);
      ck_assert_int_eq(commands[i].onset, plugins[i].onset);
      ck_assert_int_eq(commands[i].sound, plugins[i].sound);
    } else {
      ck_assert_uint_ge(i, n_plugin);
    }
  }

  unlink(model);
  free(r.samples);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("plugin command");
  TCase* const tcase = tcase_create("command");
  tcase_set_timeout(tcase, 120.0);
  tcase_add_loop_test(tcase, test_drums, 0, 4);
  suite_add_tcase(suite, tcase);

  return run_suite(suite);
}
