// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/hearing.h"

#include "host/audio.h"
#include "host/commands.h"
#include "host/files.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { n_block = 4096, max_columns = ECHOIC_HEARING_COLUMNS };

/// What the engine's sink fills
typedef struct {
  EchoicHearing* hearing;
  uint32_t       n_in_column; ///< Frames in the last column
  bool           is_full;     ///< An event found no memory
} Pen;

static void
pool(float* const to, const float* const from, const uint32_t n)
{
  for (uint32_t i = 0U; i < n; ++i) {
    to[i] = fmaxf(to[i], from[i]);
  }
}

/// Make one column of two
static void
halve(float* const columns, const uint32_t n_columns, const uint32_t n)
{
  for (uint32_t c = 0U; c < n_columns / 2U; ++c) {
    float* const to   = columns + ((size_t)c * n);
    float* const from = columns + (2U * (size_t)c * n);
    memmove(to, from, n * sizeof(float));
    pool(to, from + n, n);
  }
}

static void
on_frame(void* const context, const EchoicFrame* const frame)
{
  Pen* const           pen = (Pen*)context;
  EchoicHearing* const h   = pen->hearing;
  const uint32_t       n   = h->n_scores;
  if (h->n_columns && pen->n_in_column < h->n_pooled) {
    const size_t last = h->n_columns - 1U;
    pool(
      h->energies + (last * ECHOIC_N_BANDS), frame->energies, ECHOIC_N_BANDS);
    pool(h->scores + (last * n), frame->scores, n);
    ++pen->n_in_column;
    return;
  }

  if (h->n_columns == max_columns) {
    halve(h->energies, h->n_columns, ECHOIC_N_BANDS);
    halve(h->scores, h->n_columns, n);
    h->n_columns /= 2U;
    h->n_pooled *= 2U;
  }

  const size_t next = h->n_columns++;
  memcpy(h->energies + (next * ECHOIC_N_BANDS),
         frame->energies,
         ECHOIC_N_BANDS * sizeof(float));
  memcpy(h->scores + (next * n), frame->scores, n * sizeof(float));
  pen->n_in_column = 1U;
}

static void
on_event(void* const context, const EchoicEvent* const event)
{
  Pen* const           pen = (Pen*)context;
  EchoicHearing* const h   = pen->hearing;
  if (h->n_events == h->capacity) {
    const size_t       capacity = (2U * h->capacity) + 64U;
    EchoicEvent* const more =
      (EchoicEvent*)realloc(h->events, capacity * sizeof(EchoicEvent));
    if (!more) {
      pen->is_full = true;
      return;
    }
    h->events   = more;
    h->capacity = capacity;
  }

  h->events[h->n_events++] = *event;
}

static int
compare_events(const void* const a, const void* const b)
{
  const EchoicEvent* const x = (const EchoicEvent*)a;
  const EchoicEvent* const y = (const EchoicEvent*)b;
  if (x->onset != y->onset) {
    return x->onset < y->onset ? -1 : 1;
  }

  return (x->sound > y->sound) - (x->sound < y->sound);
}

static EchoicStatus
run(EchoicAudio* const  audio,
    EchoicEngine* const engine,
    const int           channel,
    float* const        frames,
    Pen* const          pen,
    EchoicError* const  error)
{
  const EchoicSink       sink = {on_event, on_frame, pen, NULL};
  const EchoicAudioInfo* info = echoic_audio_info(audio);
  float* const samples        = frames + ((size_t)n_block * info->n_channels);
  int64_t      n_samples      = 0;
  for (;;) {
    const int64_t n = echoic_audio_read(audio, frames, n_block, error);
    if (n < 0) {
      return error->status;
    }
    if (echoic_interrupted()) {
      return echoic_error(error, ECHOIC_BAD_ARG, "interrupted");
    }
    if (!n) {
      break;
    }

    echoic_audio_channel(frames, (size_t)n, info->n_channels, channel, samples);
    echoic_engine_process(engine, samples, (uint32_t)n, &sink);
    n_samples += n;
  }

  echoic_engine_finish(engine, &sink);
  pen->hearing->length_s = (double)n_samples / info->rate_hz;
  return ECHOIC_OK;
}

/// As the engine has it
static float
threshold(const EchoicSound* const sound, const float sensitivity)
{
  const float both = sound->sensitivity + sensitivity;
  return sound->calibration.threshold *
         (1.0F - fminf(fmaxf(both, -1.0F), 1.0F));
}

static EchoicStatus
prepare(EchoicHearing* const         h,
        const EchoicModel* const     model,
        const EchoicAudioInfo* const info,
        const float                  sensitivity,
        float** const                frames,
        EchoicError* const           error)
{
  h->thresholds = (float*)calloc((size_t)model->n_sounds + 1U, sizeof(float));
  for (uint32_t i = 0U; h->thresholds && i < model->n_sounds; ++i) {
    const EchoicSound* const sound = &model->sounds[i];
    if (!sound->removed) {
      h->thresholds[h->n_scores++] = threshold(sound, sensitivity);
    }
  }

  const size_t n = max_columns;
  h->rate_hz     = info->rate_hz;
  h->n_channels  = info->n_channels;
  h->n_pooled    = 1U;
  h->energies    = (float*)malloc(n * ECHOIC_N_BANDS * sizeof(float));
  h->scores      = (float*)malloc(n * (h->n_scores + 1U) * sizeof(float));
  *frames = (float*)malloc(n_block * (info->n_channels + 1U) * sizeof(float));
  return h->energies && h->scores && h->thresholds && *frames
           ? ECHOIC_OK
           : echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
}

static EchoicStatus
hear(EchoicModel* const   model,
     EchoicAudio* const   audio,
     const int            channel,
     const float          sensitivity,
     EchoicHearing* const h,
     EchoicError* const   error)
{
  const EchoicAudioInfo* const info = echoic_audio_info(audio);
  const EchoicEngineSpec spec   = {info->rate_hz, sensitivity, false, false};
  EchoicHostEngine       engine = {NULL, NULL};
  float*                 frames = NULL;
  Pen                    pen    = {h, 0U, false};
  EchoicStatus st = prepare(h, model, info, sensitivity, &frames, error);
  if (!st && !(st = echoic_host_engine_new(model, &spec, &engine, error))) {
    st = run(audio, engine.engine, channel, frames, &pen, error);
  }

  if (!st && pen.is_full) {
    st = echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
  }

  if (!st && h->n_events) {
    qsort(h->events, h->n_events, sizeof(EchoicEvent), compare_events);
  }

  echoic_host_engine_free(&engine);
  free(frames);
  return st;
}

EchoicStatus
echoic_hear(EchoicModel* const   model,
            const char* const    path,
            const int            channel,
            const float          sensitivity,
            EchoicHearing* const hearing,
            EchoicError* const   error)
{
  *hearing                 = (EchoicHearing){0};
  EchoicAudio* const audio = echoic_audio_open(path, NULL, error);
  if (!audio) {
    return error->status;
  }

  const EchoicAudioInfo* const info = echoic_audio_info(audio);
  EchoicModel*                 fit  = NULL;
  EchoicStatus                 st   = ECHOIC_OK;
  if (channel >= (int)info->n_channels) {
    st = echoic_error(error,
                      ECHOIC_BAD_ARG,
                      "%s: there is no channel %d; it has %u, counted from 1",
                      path,
                      channel + 1,
                      info->n_channels);
  } else if (!(fit = echoic_model_for_rate(model, info->rate_hz, error))) {
    st = error->status;
  } else {
    st = hear(fit, audio, channel, sensitivity, hearing, error);
  }

  if (fit != model) {
    echoic_model_free(fit);
  }

  echoic_audio_close(audio);
  if (st) {
    echoic_hearing_clear(hearing);
  }

  return st;
}

void
echoic_hearing_clear(EchoicHearing* const hearing)
{
  free(hearing->energies);
  free(hearing->scores);
  free(hearing->thresholds);
  free(hearing->events);
  *hearing = (EchoicHearing){0};
}
