// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/live_request.h"

#include "host/audio.h"
#include "host/commands.h"
#include "host/options.h"

#include <getopt.h>
#include <math.h>
#include <string.h>

enum {
  opt_list = 256,
  opt_json,
  opt_rate,
  opt_buffer,
  opt_latency,
  opt_channels,
  opt_channel,
  opt_raw,
  opt_duration,
  opt_depth,
  opt_attack,
  opt_hold,
  opt_release,
  opt_lookahead,
  opt_delay,
  opt_sound,
  opt_min_score,
  opt_sensitivity,
  opt_early,
  opt_short,
  opt_midi,
  opt_osc,
  opt_osc_listen,
  opt_clips,
  opt_clip_before,
  opt_clip_after,
  opt_clip_format,
  opt_record,
  opt_exec,
  opt_exec_interval,
  opt_new,
  opt_no_save,
  opt_help,
};

static const struct option long_options[] = {
  {"list", no_argument, NULL, opt_list},
  {"json", no_argument, NULL, opt_json},
  {"input", required_argument, NULL, 'i'},
  {"output", required_argument, NULL, 'o'},
  {"rate", required_argument, NULL, opt_rate},
  {"buffer", required_argument, NULL, opt_buffer},
  {"latency", required_argument, NULL, opt_latency},
  {"channels", required_argument, NULL, opt_channels},
  {"channel", required_argument, NULL, opt_channel},
  {"raw", required_argument, NULL, opt_raw},
  {"duration", required_argument, NULL, opt_duration},
  {"mode", required_argument, NULL, 'm'},
  {"depth", required_argument, NULL, opt_depth},
  {"attack", required_argument, NULL, opt_attack},
  {"hold", required_argument, NULL, opt_hold},
  {"release", required_argument, NULL, opt_release},
  {"lookahead", required_argument, NULL, opt_lookahead},
  {"delay", required_argument, NULL, opt_delay},
  {"format", required_argument, NULL, 'f'},
  {"sound", required_argument, NULL, opt_sound},
  {"min-score", required_argument, NULL, opt_min_score},
  {"sensitivity", required_argument, NULL, opt_sensitivity},
  {"early", no_argument, NULL, opt_early},
  {"short", no_argument, NULL, opt_short},
  {"midi", optional_argument, NULL, opt_midi},
  {"osc", required_argument, NULL, opt_osc},
  {"osc-listen", required_argument, NULL, opt_osc_listen},
  {"clips", required_argument, NULL, opt_clips},
  {"clip-before", required_argument, NULL, opt_clip_before},
  {"clip-after", required_argument, NULL, opt_clip_after},
  {"clip-format", required_argument, NULL, opt_clip_format},
  {"record", required_argument, NULL, opt_record},
  {"exec", required_argument, NULL, opt_exec},
  {"exec-interval", required_argument, NULL, opt_exec_interval},
  {"new", no_argument, NULL, opt_new},
  {"no-save", no_argument, NULL, opt_no_save},
  {"quiet", no_argument, NULL, 'q'},
  {"verbose", no_argument, NULL, 'v'},
  {"help", no_argument, NULL, opt_help},
  {NULL, 0, NULL, 0},
};

/// The request, and what is worked out when all options are known
typedef struct {
  EchoicLiveRequest* request;
  const char**       names;
  double             depth_db;
  long               n_channels;
  uint64_t           given; ///< Options
} Parser;

static bool
set_flag(EchoicLiveRequest* const r, const int option)
{
  switch (option) {
  case opt_list:
    return r->is_list = true;
  case opt_json:
    return r->is_json = true;
  case opt_early:
    return r->is_early = true;
  case opt_short:
    return r->is_short = true;
  case opt_new:
    return r->is_new = true;
  case opt_no_save:
    return r->never_saves = true;
  case 'q':
    return r->is_quiet = true;
  case 'v':
    return r->backend.is_verbose = true;
  default:
    return r->is_help = true;
  }
}

static bool
set_mode(EchoicLiveRequest* const r, const char* const text)
{
  static const char* const words[] = {
    "isolate", "mute", "duck", "thru", NULL}; // As EchoicMode
  size_t index = 0U;
  if (!echoic_option_choice("mode", text, words, &index)) {
    return false;
  }

  r->mode = (EchoicMode)index;
  return true;
}

static bool
set_format(EchoicLiveRequest* const r, const char* const text)
{
  static const char* const words[] = {
    "audacity", "csv", "jsonl", "raven", NULL}; // As EchoicFormat
  size_t index = 0U;
  if (!echoic_option_choice("format", text, words, &index)) {
    return false;
  }

  r->format = (EchoicFormat)index;
  return true;
}

static bool
set_midi(EchoicLiveRequest* const r, const char* const text)
{
  static const char* const words[] = {"alsa", "jack", NULL};
  size_t                   index   = 0U;
  if (text && !echoic_option_choice("midi", text, words, &index)) {
    return false;
  }

  r->midi = !text   ? ECHOIC_MIDI_AUTO
            : index ? ECHOIC_MIDI_JACK
                    : ECHOIC_MIDI_ALSA;
  return true;
}

static bool
set_clip_format(EchoicLiveRequest* const r, const char* const text)
{
  static const char* const words[] = {"wav", "flac", NULL};
  size_t                   index   = 0U;
  const bool is_ok = echoic_option_choice("clip-format", text, words, &index);
  r->clips_flac    = index;
  return is_ok;
}

static bool
set_buffer(EchoicLiveRequest* const r, const char* const text)
{
  long       value  = 0;
  const bool is_ok  = echoic_option_integer("buffer", text, 16, 8192, &value);
  r->backend.buffer = (uint32_t)value;
  return is_ok;
}

/// Options with a number
static bool
set_number(Parser* const p, const int option, const char* const text)
{
  typedef struct {
    int         option;
    const char* name;
    double      min;
    double      max;
    double*     value;
  } Number;

  EchoicLiveRequest* const r         = p->request;
  EchoicGateSpec* const    gate      = &r->gate;
  const double             most      = ECHOIC_GATE_MAX_TIME_S;
  const Number             numbers[] = {
                {opt_rate,
                 "rate",
                 ECHOIC_MIN_RATE_HZ,
                 ECHOIC_MAX_RATE_HZ,
                 &r->backend.rate_hz},
                {opt_latency, "latency", 0.001, 2.0, &r->backend.latency_s},
                {opt_duration, "duration", 0.001, 1.0e9, &r->backend.duration_s},
                {opt_depth, "depth", -120.0, 0.0, &p->depth_db},
                {opt_attack, "attack", 0.0, most, &gate->attack_s},
                {opt_hold, "hold", 0.0, most, &gate->hold_s},
                {opt_release, "release", 0.0, most, &gate->release_s},
                {opt_lookahead, "lookahead", 0.0, most, &gate->lookahead_s},
                {opt_delay, "delay", 0.0, 10.0, &r->delay_s},
                {opt_min_score, "min-score", -10.0, 10.0, &r->min_score},
                {opt_sensitivity, "sensitivity", -1.0, 1.0, &r->sensitivity},
                {opt_clip_before, "clip-before", 0.0, 60.0, &r->clip_before_s},
                {opt_clip_after, "clip-after", 0.0, 60.0, &r->clip_after_s},
                {opt_exec_interval, "exec-interval", 0.0, 86400.0, &r->program_interval_s},
  };
  for (size_t i = 0U; i < sizeof(numbers) / sizeof(*numbers); ++i) {
    const Number* const n = &numbers[i];
    if (n->option == option) {
      return echoic_option_number(n->name, text, n->min, n->max, n->value);
    }
  }

  return set_flag(r, option);
}

static bool
set_option(Parser* const p, const int option, const char* const text)
{
  EchoicLiveRequest* const r = p->request;
  p->given |= echoic_option_bit(option);
  switch (option) {
  case 'i':
    r->backend.input = text;
    return true;
  case 'o':
    r->backend.output = text;
    return true;
  case 'm':
    return set_mode(r, text);
  case 'f':
    return set_format(r, text);
  case opt_buffer:
    return set_buffer(r, text);
  case opt_channels:
    return echoic_option_integer("channels", text, 1, 64, &p->n_channels);
  case opt_channel:
    return echoic_option_channel(text, false, &r->channel);
  case opt_raw:
    r->backend.raw = text;
    return echoic_option_raw(text);
  case opt_sound:
    p->names[r->n_names++] = text;
    return true;
  case opt_midi:
    return set_midi(r, text);
  case opt_osc:
    r->osc = text;
    return true;
  case opt_osc_listen:
    r->osc_listen = text;
    return true;
  case opt_clips:
    r->clips = text;
    return true;
  case opt_clip_format:
    return set_clip_format(r, text);
  case opt_record:
    r->record = text;
    return true;
  case opt_exec:
    r->program = text;
    return true;
  default:
    return set_number(p, option, text);
  }
}

/// Complain about options that do nothing, for what they are about isn't there
static bool
check_needs(const Parser* const p)
{
  static const char modes[] = "--mode isolate, mute or duck";

  const EchoicLiveRequest* const r = p->request;
  const bool                     is_gated =
    r->mode != ECHOIC_MODE_NONE && r->mode != ECHOIC_MODE_THRU;
  const EchoicOptionNeed needs[] = {
    {opt_json, r->is_list, "--list; events as JSON lines are --format jsonl"},
    {opt_depth, is_gated, modes},
    {opt_attack, is_gated, modes},
    {opt_hold, is_gated, modes},
    {opt_release, is_gated, modes},
    {opt_lookahead, is_gated, modes},
    {opt_delay, r->mode != ECHOIC_MODE_NONE, "an output, that is --mode"},
    {opt_clip_before, r->clips, "--clips DIR"},
    {opt_clip_after, r->clips, "--clips DIR"},
    {opt_clip_format, r->clips, "--clips DIR"},
    {opt_exec_interval, r->program, "--exec PROGRAM"},
  };
  return echoic_options_work(
    long_options, p->given, needs, sizeof(needs) / sizeof(*needs));
}

/// Work out what depends on several options; false if they contradict
static bool
settle(Parser* const p, char** const words, const int n_words)
{
  EchoicLiveRequest* const r = p->request;
  if (r->is_help || r->is_list) {
    return true;
  }

  if (n_words < 1 || n_words > 2) {
    return !echoic_fail("live: needs a model%s; see 'echoic help live'",
                        n_words ? ", and takes one recording at most"
                                : ": echoic live MODEL");
  }

  r->model_path   = words[0];
  r->backend.file = n_words > 1 ? words[1] : r->backend.raw ? "-" : NULL;
  if (r->backend.output && r->mode == ECHOIC_MODE_NONE) {
    return !echoic_fail("--output %s: needs --mode thru, isolate, mute or duck",
                        r->backend.output);
  }

  if (r->backend.file &&
      (r->mode != ECHOIC_MODE_NONE || r->backend.input || p->n_channels ||
       r->backend.rate_hz > 0.0 || r->backend.latency_s > 0.0)) {
    return !echoic_fail("%s: is a file; --input, --output, --rate, --latency, "
                        "--channels and --mode are for devices, and 'echoic "
                        "process' is for files",
                        r->backend.file);
  }

  if (!check_needs(p)) {
    return false;
  }

  const long least      = r->channel + 1;
  const long n          = p->n_channels > least ? p->n_channels : least;
  r->backend.n_in       = (uint32_t)(n > 1 ? n : 1);
  r->backend.has_output = r->mode != ECHOIC_MODE_NONE;
  echoic_mode_gains(r->mode, p->depth_db, &r->gate);
  echoic_note_early(r->is_early, r->is_short);
  return true;
}

bool
echoic_live_parse(const int                argc,
                  char** const             argv,
                  const char** const       names,
                  EchoicLiveRequest* const request)
{
  Parser p      = {request, names, (double)NAN, 0, 0U};
  int    option = 0;

  *request                    = (EchoicLiveRequest){0};
  request->channel            = ECHOIC_CHANNEL_MIX;
  request->mode               = ECHOIC_MODE_NONE;
  request->gate.attack_s      = 0.005;
  request->gate.hold_s        = 0.02;
  request->gate.release_s     = 0.05;
  request->gate.lookahead_s   = -1.0;
  request->delay_s            = -1.0;
  request->names              = names;
  request->min_score          = -HUGE_VAL;
  request->clip_before_s      = 1.0;
  request->clip_after_s       = 1.0;
  request->program_interval_s = 1.0;
  opterr                      = 0;
  optind                      = 0;
  while ((option =
            getopt_long(argc, argv, ":i:o:m:f:qv", long_options, NULL)) != -1) {
    if (option == '?' || option == ':') {
      echoic_option_unknown(argv, option);
      return false;
    }
    if (!set_option(&p, option, optarg)) {
      return false;
    }
  }

  return settle(&p, argv + optind, argc - optind);
}
