// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/teach_request.h"

#include "host/audio.h"
#include "host/commands.h"

#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char* const usage =
  "Usage: echoic teach MODEL --sound NAME EXAMPLE[:START-END]...\n"
  "                   [--not FILE[:START-END]...] "
  "[--background FILE[:START-END]...]\n"
  "       echoic teach MODEL --labels LABELS.txt AUDIO\n"
  "       echoic teach MODEL --forget NAME | --undo\n\n"
  "Teach MODEL sounds by examples.  MODEL is made if it doesn't exist, and\n"
  "refined if it does.  START and END are seconds; either may be left out.\n\n"
  "  --sound NAME         the files that follow are examples of NAME\n"
  "  --not                the files that follow are not that sound\n"
  "  --background         the files that follow are what else is heard\n"
  "                       (always known: what surrounds the examples); of "
  "each\n                       at most 10 minutes are kept\n"
  "  --labels LABELS.txt  every label of this Audacity track is an example of\n"
  "                       the sound that it names, in AUDIO\n"
  "  --exact              all of START-END, or of the file, is the sound, "
  "rather\n                       than holds it\n"
  "  --forget NAME        forget a sound\n"
  "  --undo               take back the last examples given, or the last\n"
  "                       forgetting; settings stay\n"
  "  --false-alarms N     expected per hour, 0.01 to 10000, instead of an\n"
  "                       automatic threshold; auto: automatic again\n"
  "  --sensitivity X      -1 to 1: more or fewer events (default 0)\n"
  "  --midi-note N        0 to 127 (default: by name, GM drums)\n"
  "                       (these three: for the --sound before, or for all)\n"
  "  --graph G            what remembers: rotating (default), delay, onepole,\n"
  "                       transmamba, or a graph file from 30 numbers to 512\n"
  "  --channel C          1, 2, ... or mix (default): the mean of all\n"
  "  --raw FMT            files are raw PCM, e.g. s16le:48000:1; formats u8 "
  "s8\n"
  "                       s16le s16be s24le s24be s32le s32be f32le f32be "
  "f64le\n"
  "                       f64be\n"
  "  --json               tell what was learnt as JSON\n"
  "  --help\n\n"
  "Exit status: 0 taught, 2 error; then MODEL is as it was.\n";

enum {
  opt_file  = 1, ///< getopt's for what isn't an option
  opt_sound = 256,
  opt_not,
  opt_background,
  opt_labels,
  opt_exact,
  opt_forget,
  opt_undo,
  opt_false_alarms,
  opt_graph,
  opt_sensitivity,
  opt_midi_note,
  opt_channel,
  opt_raw,
  opt_json,
  opt_help,
};

static const struct option long_options[] = {
  {"sound", required_argument, NULL, opt_sound},
  {"not", no_argument, NULL, opt_not},
  {"background", no_argument, NULL, opt_background},
  {"labels", required_argument, NULL, opt_labels},
  {"exact", no_argument, NULL, opt_exact},
  {"forget", required_argument, NULL, opt_forget},
  {"undo", no_argument, NULL, opt_undo},
  {"false-alarms", required_argument, NULL, opt_false_alarms},
  {"graph", required_argument, NULL, opt_graph},
  {"sensitivity", required_argument, NULL, opt_sensitivity},
  {"midi-note", required_argument, NULL, opt_midi_note},
  {"channel", required_argument, NULL, opt_channel},
  {"raw", required_argument, NULL, opt_raw},
  {"json", no_argument, NULL, opt_json},
  {"help", no_argument, NULL, opt_help},
  {NULL, 0, NULL, 0},
};

/// What the next file is
typedef enum { NEXT_PLAIN, NEXT_EXAMPLE, NEXT_NOT, NEXT_BACKGROUND } NextKind;

/// And since when
typedef struct {
  NextKind kind;
  size_t   first; ///< Files that were before
} Next;

void
echoic_teach_usage(void)
{
  fputs(usage, stdout);
}

static bool
add_sound(EchoicTeachRequest* const request, const char* const name)
{
  if (!*name || strlen(name) >= ECHOIC_NAME_SIZE) {
    echoic_fail(
      "--sound %s: a name has 1 to %u bytes", name, ECHOIC_NAME_SIZE - 1U);
    return false;
  }

  request->sounds[request->n_sounds++] =
    (EchoicTaughtSound){name, {-1, (double)NAN, (double)NAN}};
  return true;
}

static bool
add_plain(EchoicTeachRequest* const request, const char* const text)
{
  if (!request->model_path) {
    request->model_path = text;
  } else if (!request->labels_audio) {
    request->labels_audio = text;
  } else {
    echoic_fail("teach: what is %s? Examples come after --sound NAME", text);
    return false;
  }

  return true;
}

static bool
add_file(EchoicTeachRequest* const request,
         const NextKind            next,
         const char* const         text)
{
  static const EchoicMarkKind kinds[] = {ECHOIC_MARK_EXAMPLE,
                                         ECHOIC_MARK_EXAMPLE,
                                         ECHOIC_MARK_NOT,
                                         ECHOIC_MARK_BACKGROUND};

  if (next == NEXT_PLAIN || !request->model_path) {
    return add_plain(request, text);
  }

  EchoicTeachFile file  = {kinds[next], NULL, {NULL, 0.0, 0.0, false}};
  EchoicError     error = {ECHOIC_OK, ""};
  if (next != NEXT_BACKGROUND) {
    file.sound = request->sounds[request->n_sounds - 1U].name;
  }

  if (!strcmp(text, "-")) {
    echoic_fail("teach: examples can't come from standard input; give files");
    return false;
  }

  if (!echoic_parse_range(text, &file.range, &error)) {
    echoic_fail("%s", error.text);
    return false;
  }

  request->files[request->n_files++] = file;
  return true;
}

static bool
set_false_alarms(EchoicSoundSettings* const settings, const char* const text)
{
  double* const n = &settings->false_alarms;
  if (!strcmp(text, "auto")) {
    *n = 0.0;
    return true;
  }

  if (!echoic_parse_number(text, n) || *n < 0.01 || *n > 10000.0) {
    echoic_fail("--false-alarms %s: must be a number from 0.01 to 10000, or "
                "auto",
                text);
    return false;
  }

  return true;
}

static bool
set_value(EchoicTeachRequest* const request,
          const int                 option,
          const char* const         text)
{
  EchoicSoundSettings* const settings =
    request->n_sounds ? &request->sounds[request->n_sounds - 1U].settings
                      : &request->settings;
  switch (option) {
  case opt_false_alarms:
    return set_false_alarms(settings, text);
  case opt_sensitivity:
    return echoic_option_number(
      "sensitivity", text, -1.0, 1.0, &settings->sensitivity);
  case opt_midi_note:
    return echoic_option_integer(
      "midi-note", text, 0, 127, &settings->midi_note);
  case opt_channel:
    request->has_channel = true;
    return echoic_option_channel(text, false, &request->channel);
  case opt_raw:
    request->raw = text;
    return echoic_option_raw(text);
  case opt_labels:
    request->labels_path = text;
    return true;
  case opt_forget:
    request->forget[request->n_forget++] = text;
    return true;
  case opt_exact:
    return request->is_exact = true;
  case opt_graph:
    request->graph = text;
    return true;
  case opt_undo:
    return request->is_undo = true;
  case opt_json:
    return request->is_json = true;
  default:
    return request->is_help = true;
  }
}

/// Complain if no file followed what files are to follow
static bool
check_followed(const EchoicTeachRequest* const request, const Next* const next)
{
  const bool is_followed =
    next->kind < NEXT_NOT || request->n_files > next->first;
  return is_followed ||
         !echoic_fail("--%s: no file follows it; give FILE[:START-END]...",
                      next->kind == NEXT_NOT ? "not" : "background");
}

/// Say what the files are that follow
static bool
begin(const EchoicTeachRequest* const request,
      const NextKind                  kind,
      Next* const                     next)
{
  const bool is_followed = check_followed(request, next);
  *next                  = (Next){kind, request->n_files};
  return is_followed;
}

static bool
take(EchoicTeachRequest* const request,
     const int                 option,
     const char* const         text,
     Next* const               next)
{
  switch (option) {
  case opt_file:
    return add_file(request, next->kind, text);
  case opt_sound:
    return begin(request, NEXT_EXAMPLE, next) && add_sound(request, text);
  case opt_not:
    if (!request->n_sounds) {
      echoic_fail("--not: comes after the --sound NAME that it is about");
    }
    return request->n_sounds && begin(request, NEXT_NOT, next);
  case opt_background:
    return begin(request, NEXT_BACKGROUND, next);
  default:
    return set_value(request, option, text);
  }
}

/// Return whether settings were given before any sound
static bool
has_settings(const EchoicTeachRequest* const r)
{
  return r->settings.midi_note >= 0 || !isnan(r->settings.sensitivity) ||
         !isnan(r->settings.false_alarms);
}

/// Complain about what can't be done at once, or about nothing to do
static bool
check(const EchoicTeachRequest* const r)
{
  const bool is_taught =
    r->n_sounds || r->n_files || r->labels_path || r->graph;
  const int n_tasks = is_taught + (r->n_forget > 0U) + r->is_undo;
  if (!r->model_path) {
    echoic_fail("teach: needs a model and examples: echoic teach MODEL --sound "
                "NAME EXAMPLE...; see 'echoic help teach'");
  } else if (!strcmp(r->model_path, "-")) {
    echoic_fail("teach: the model must be a file, not standard input");
  } else if (!r->labels_path != !r->labels_audio) {
    echoic_fail(r->labels_path
                  ? "--labels: needs the recording it is about: --labels "
                    "LABELS.txt AUDIO"
                  : "teach: which sound is that? Give --sound NAME before its "
                    "examples, or --labels LABELS.txt");
  } else if (has_settings(r) && !r->n_sounds && !r->labels_path) {
    echoic_fail("teach: --false-alarms, --sensitivity and --midi-note are for "
                "sounds; say which by --sound NAME");
  } else if (n_tasks != 1) {
    echoic_fail(n_tasks ? "teach: --sound or --labels, --forget and --undo are "
                          "three things; do one after the other"
                        : "teach: nothing to do; give --sound NAME EXAMPLE...,"
                          " --labels, --forget or --undo");
  } else if (!r->n_files && !r->labels_path &&
             (r->is_exact || r->has_channel || r->raw)) {
    echoic_fail(
      "teach: --exact, --channel and --raw are for files, and none is "
      "given; give --sound NAME EXAMPLE... or --labels");
  } else {
    return true;
  }

  return false;
}

bool
echoic_teach_parse(const int                 argc,
                   char** const              argv,
                   EchoicTeachRequest* const request)
{
  const size_t n    = (size_t)argc;
  *request          = (EchoicTeachRequest){0};
  request->channel  = ECHOIC_CHANNEL_MIX;
  request->settings = (EchoicSoundSettings){-1, (double)NAN, (double)NAN};
  request->sounds   = (EchoicTaughtSound*)calloc(n, sizeof(EchoicTaughtSound));
  request->files    = (EchoicTeachFile*)calloc(n, sizeof(EchoicTeachFile));
  request->forget   = (const char**)calloc(n, sizeof(char*));
  if (!request->sounds || !request->files || !request->forget) {
    echoic_fail("out of memory");
    return false;
  }

  Next next = {NEXT_PLAIN, 0U};
  opterr    = 0;
  optind    = 0;
  for (int o = 0;
       (o = getopt_long(argc, argv, "-:", long_options, NULL)) != -1;) {
    if (o == '?' || o == ':') {
      echoic_option_unknown(argv, o);
      return false;
    }
    if (!take(request, o, optarg, &next)) {
      return false;
    }
  }

  for (; optind < argc; ++optind) { // After "--"
    if (!take(request, opt_file, argv[optind], &next)) {
      return false;
    }
  }

  return request->is_help || (check_followed(request, &next) && check(request));
}

void
echoic_teach_request_clear(EchoicTeachRequest* const request)
{
  for (size_t i = 0U; i < request->n_files; ++i) {
    free(request->files[i].range.path);
  }

  free(request->sounds);
  free(request->files);
  free(request->forget);
}
