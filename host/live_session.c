// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/live_session.h"

#include "host/audio.h"
#include "host/commands.h"
#include "host/files.h"
#include "host/live_terminal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const double preroll_s = 30.0;

/// Called in the audio thread
static void
on_block(void* const        context,
         const float* const in,
         float* const       out,
         const uint32_t     n_frames,
         const int64_t      end_ns)
{
  EchoicSession* const s = (EchoicSession*)context;
  if (s->midi) {
    echoic_midi_block(s->midi, echoic_live_now(s->callback.live));
  }

  echoic_callback_run(&s->callback, in, out, n_frames, end_ns);
}

/// Called in the audio thread
static bool
is_busy(void* const context, const uint32_t n_frames)
{
  const EchoicSession* const s = (const EchoicSession*)context;
  return echoic_callback_is_busy(&s->callback, n_frames);
}

static bool
open_backend(EchoicSession* const s, EchoicError* const error)
{
  EchoicBackend* const     b       = &s->backend;
  const EchoicBackendSpec* spec    = &s->request->backend;
  const int                channel = s->request->channel;
  b->type   = spec->file ? &echoic_backend_file : &echoic_backend_portaudio;
  b->spec   = *spec;
  b->client = (EchoicBackendClient){on_block, is_busy, s};
  if (!b->type->open(b, error)) {
    return false;
  }

  if (channel >= (int)b->info.n_in) {
    echoic_error(error,
                 ECHOIC_BAD_ARG,
                 "%s: there is no channel %d; it has %u, counted from 1",
                 b->info.name,
                 channel + 1,
                 b->info.n_in);
    return false;
  }

  return true;
}

static bool
load_model(const EchoicLiveRequest* const r,
           EchoicModel** const            model,
           EchoicError* const             error)
{
  if (r->is_new && access(r->model_path, F_OK)) {
    return true;
  }

  *model = echoic_load_model(r->model_path, error);
  for (size_t i = 0U; *model && i < r->n_names; ++i) {
    if (echoic_model_find(*model, r->names[i]) < 0) {
      echoic_error(error,
                   ECHOIC_NOT_FOUND,
                   "--sound %s: the model knows no such sound; 'echoic info' "
                   "lists them",
                   r->names[i]);
      return false;
    }
  }

  return *model;
}

static bool
open_teacher(EchoicSession* const s,
             EchoicModel* const   model,
             EchoicError* const   error)
{
  const EchoicLiveRequest* const r    = s->request;
  const EchoicTeacherSpec        spec = {r->model_path,
                                         s->backend.info.rate_hz,
                                         (float)r->sensitivity,
                                         r->names,
                                         r->n_names,
                                         &s->notices};
  s->teacher                          = echoic_teacher_new(&spec, model, error);
  return s->teacher;
}

/// Return by how many samples the output is late
static uint64_t
output_delay(const EchoicSession* const s)
{
  const EchoicLiveRequest* const r       = s->request;
  const double                   rate_hz = s->backend.info.rate_hz;
  if (r->mode == ECHOIC_MODE_THRU && r->delay_s < 0.0) {
    return 0U;
  }

  // One sample more: the gate rounds the look-ahead
  return r->delay_s >= 0.0 ? (uint64_t)(r->delay_s * rate_hz)
                           : echoic_teacher_max_delay(s->teacher) +
                               (uint64_t)(r->gate.lookahead_s * rate_hz) + 1U;
}

static bool
open_callback(EchoicSession* const s, EchoicError* const error)
{
  const EchoicLiveRequest* const r    = s->request;
  const EchoicBackendInfo* const info = &s->backend.info;
  EchoicGateSpec                 gate = r->gate;
  EchoicCallbackSpec             spec = {0};

  gate.rate_hz      = info->rate_hz;
  spec.rate_hz      = info->rate_hz;
  spec.n_in         = info->n_in;
  spec.channel      = r->channel;
  spec.preroll_s    = preroll_s;
  spec.min_score    = r->min_score;
  spec.keeps_sound  = r->record || r->clips;
  spec.has_notes    = r->midi != ECHOIC_MIDI_NONE;
  spec.is_early     = r->is_early;
  spec.is_short     = r->is_short;
  spec.output.n_in  = info->n_in;
  spec.output.n_out = info->n_out;
  spec.output.gate  = r->mode == ECHOIC_MODE_THRU ? NULL : &gate;
  spec.output.delay = output_delay(s);
  return !echoic_callback_prepare(&s->callback, &spec, error) &&
         !echoic_teacher_start(s->teacher, &s->callback, error);
}

/// Return the name of a file without folder and suffix, to be freed, or null
static char*
stem_of(const char* const path)
{
  const char* const slash = strrchr(path, '/');
  const char* const name  = slash ? slash + 1 : path;
  const char* const dot   = strrchr(name, '.');
  if (!strcmp(path, "-")) {
    return strdup("stdin");
  }

  return strndup(name, dot && dot > name ? (size_t)(dot - name) : strlen(name));
}

static bool
open_disk(EchoicSession* const s, EchoicError* const error)
{
  const EchoicLiveRequest* const r    = s->request;
  const EchoicBackendInfo* const info = &s->backend.info;
  if (!r->record && !r->clips) {
    return true;
  }

  char* const stem = r->backend.file ? stem_of(r->backend.file) : NULL;
  const EchoicLiveClipsSpec clips = {r->clips,
                                     stem,
                                     r->clips_flac,
                                     r->clip_before_s,
                                     r->clip_after_s,
                                     info->rate_hz,
                                     info->n_in};
  const EchoicDiskSpec      spec  = {
          r->record, r->clips ? &clips : NULL, &s->callback, &s->notices};
  if (r->backend.file && !stem) {
    echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
    return false;
  }

  s->disk = echoic_disk_start(&spec, error);
  free(stem);
  return s->disk;
}

bool
echoic_session_open_midi(EchoicSession* const s, EchoicError* const error)
{
  EchoicMidiKind kind = s->request->midi;
  if (kind == ECHOIC_MIDI_NONE) {
    return true;
  }

  if (kind == ECHOIC_MIDI_AUTO) {
    kind = s->backend.info.is_jack ? ECHOIC_MIDI_JACK : ECHOIC_MIDI_ALSA;
  }

  s->midi = echoic_midi_open(kind,
                             s->backend.info.rate_hz,
                             &s->callback.note_queue,
                             s->request->backend.is_verbose,
                             error);
  if (s->midi) {
    echoic_sender_set_midi(s->sender, s->midi);
  }

  return s->midi;
}

void
echoic_session_close_midi(EchoicSession* const s)
{
  if (s->midi) {
    echoic_sender_set_midi(s->sender, NULL);
    echoic_midi_close(s->midi);
    s->midi = NULL;
  }
}

static bool
open_network(EchoicSession* const s, EchoicError* const error)
{
  const EchoicLiveRequest* const r = s->request;
  if (r->osc && (!(s->osc = echoic_osc_out_new(r->osc, error)) ||
                 !(s->scores = echoic_osc_out_new(r->osc, error)))) {
    return false;
  }

  return !r->osc_listen ||
         (s->osc_in = echoic_osc_in_new(r->osc_listen, error));
}

static bool
start_sender(EchoicSession* const s, EchoicError* const error)
{
  const EchoicSenderSpec spec = {&s->callback, &s->notices, s->osc};
  s->sender                   = echoic_sender_start(&spec, error);
  return s->sender;
}

bool
echoic_session_open(EchoicSession* const           s,
                    const EchoicLiveRequest* const r,
                    EchoicError* const             error)
{
  EchoicModel* model = NULL;
  memset(s, 0, sizeof(*s));
  echoic_notices_init(&s->notices);
  s->request = r;
  if ((r->program && !echoic_exec_check(r->program, error)) ||
      !load_model(r, &model, error)) {
    echoic_model_free(model);
    return false;
  }

  const bool is_open = open_network(s, error) && open_backend(s, error) &&
                       open_teacher(s, model, error) &&
                       open_callback(s, error) && open_disk(s, error) &&
                       start_sender(s, error) &&
                       echoic_session_open_midi(s, error);
  echoic_model_free(model);
  if (is_open &&
      !echoic_desk_init(&s->desk, &s->callback, s->teacher, &s->notices)) {
    echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
    return false;
  }

  const double rate_hz = s->backend.info.rate_hz;
  s->exec              = (EchoicExec){.program    = r->program,
                                      .interval_s = r->program_interval_s,
                                      .rate_hz    = rate_hz,
                                      .notices    = &s->notices};
  s->lines.format      = r->format;
  s->lines.has_dates   = !r->backend.file || !strcmp(r->backend.file, "-");
  s->lines.stream      = stdout;
  return is_open;
}

void
echoic_session_speak(EchoicSession* const s)
{
  char text[ECHOIC_NOTICE_SIZE];
  while (echoic_notices_take(&s->notices, text)) {
    memcpy(s->words, text, sizeof(text));
    if (!s->has_view) {
      echoic_fail("%s", text);
    }
  }
}

static void
write_line(EchoicSession* const s, const EchoicHeard* const heard)
{
  const char* const    file = s->request->backend.file;
  const EchoicEventRow row  = {
     file ? file : s->backend.info.name,
    heard->name,
    s->backend.info.rate_hz,
    s->request->channel > 0 ? (uint32_t)s->request->channel : 0U,
    heard->midi_note,
    heard->event,
    echoic_heard_onset_ns(heard, s->backend.info.rate_hz)};
  echoic_events_row(&s->lines, &row);
}

void
echoic_session_pass(EchoicSession* const s)
{
  EchoicHeard heard;
  bool        is_new = false;
  while (echoic_desk_hear(&s->desk, &heard)) {
    is_new       = true;
    s->has_found = true;
    if (s->has_lines) {
      write_line(s, &heard);
    }
    if (s->exec.program) {
      echoic_exec_event(&s->exec, &heard);
    }
  }

  if (s->has_lines && is_new && (fflush(stdout) || ferror(stdout))) {
    echoic_notice(&s->notices,
                  "standard output: can't be written: %s; events go on",
                  strerror(errno));
    s->has_lines  = false;
    s->has_failed = true;
  }
}

static void
stop_sound(EchoicSession* const s)
{
  if (s->backend.type) {
    s->backend.type->close(&s->backend);
  }
  if (s->backend.failure.status) {
    echoic_notice(&s->notices, "%s", s->backend.failure.text);
    s->has_failed = true;
  }
  if (s->desk.taught) { // It ran
    echoic_callback_finish(&s->callback);
    echoic_session_pass(s);
  }
}

void
echoic_session_close(EchoicSession* const s)
{
  EchoicError error = {ECHOIC_OK, ""};
  const bool  saves = s->desk.taught && !s->request->never_saves;
  stop_sound(s);
  echoic_session_close_midi(s);
  echoic_sender_stop(s->sender);
  if (s->has_view) {
    echoic_terminal_close();
    s->has_view = false;
  }

  s->has_failed = echoic_disk_stop(s->disk) || s->has_failed;
  if (s->teacher && !echoic_teacher_stop(s->teacher, saves, &error)) {
    echoic_notice(&s->notices, "%s", error.text);
    s->has_failed = true;
  }

  echoic_session_speak(s);
  echoic_osc_out_free(s->osc);
  echoic_osc_out_free(s->scores);
  echoic_osc_in_free(s->osc_in);
  echoic_desk_clear(&s->desk);
  echoic_callback_clear(&s->callback);
  echoic_teacher_free(s->teacher);
}
