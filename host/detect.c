// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/detect.h"

#include "dsp/mel.h"
#include "host/audio.h"
#include "host/commands.h"
#include "host/files.h"
#include "host/progress.h"

#include <stdlib.h>

enum { n_block = 32768 }; // Large, so that few frames stand alone

/// One recording being listened to, by one engine per channel
typedef struct {
  const char*                path;
  const EchoicDetectOptions* options;
  EchoicFindings*            findings;
  EchoicAudio*               audio;
  uint32_t                   n_engines;
  EchoicHostEngine*          engines; ///< [n_engines]
  uint32_t                   channel; ///< Whose engine runs now
  float*                     frames;  ///< [n_block][n_channels]
  float*                     samples; ///< [n_block]
  double                     n_told;  ///< Part of the file told as progress
  bool                       is_full; ///< An event found no memory
} Listener;

void
echoic_models_init(EchoicModels* const models, EchoicModel* const model)
{
  *models       = (EchoicModels){0};
  models->model = model;
  pthread_mutex_init(&models->lock, NULL);
}

void
echoic_models_clear(EchoicModels* const models)
{
  for (size_t i = 0U; i <= ECHOIC_N_BANDS; ++i) {
    echoic_model_free(models->fewer[i]);
  }

  pthread_mutex_destroy(&models->lock);
}

static EchoicModel*
model_for_rate(EchoicModels* const models,
               const double        rate_hz,
               EchoicError* const  error)
{
  const uint32_t n_bands = echoic_mel_bands(rate_hz);
  if (n_bands >= models->model->n_bands) {
    return models->model;
  }

  pthread_mutex_lock(&models->lock);
  if (!models->fewer[n_bands]) {
    models->fewer[n_bands] =
      echoic_model_for_rate(models->model, rate_hz, error);
  }
  pthread_mutex_unlock(&models->lock);
  return models->fewer[n_bands];
}

static void
on_event(void* const context, const EchoicEvent* const event)
{
  Listener* const                  listener = (Listener*)context;
  const EchoicDetectOptions* const options  = listener->options;
  EchoicFindings* const            f        = listener->findings;
  if ((double)event->score < options->min_score ||
      (options->wanted && !options->wanted[event->sound])) {
    return;
  }

  if (f->n_found == f->capacity) {
    const size_t       n = (2U * f->capacity) + 64U;
    EchoicFound* const more =
      (EchoicFound*)realloc(f->found, n * sizeof(EchoicFound));
    if (!more) {
      listener->is_full = true;
      return;
    }
    f->found    = more;
    f->capacity = n;
  }

  f->found[f->n_found++] = (EchoicFound){listener->channel, *event};
}

static EchoicStatus
make_engines(Listener* const     listener,
             EchoicModels* const models,
             EchoicError* const  error)
{
  const EchoicAudioInfo* const info    = echoic_audio_info(listener->audio);
  const int                    channel = listener->options->channel;
  if (channel >= (int)info->n_channels) {
    return echoic_error(error,
                        ECHOIC_BAD_ARG,
                        "%s: there is no channel %d; it has %u, counted from 1",
                        listener->path,
                        channel + 1,
                        info->n_channels);
  }

  EchoicModel* const model = model_for_rate(models, info->rate_hz, error);
  if (!model) {
    return error->status;
  }

  const uint32_t n = channel == ECHOIC_CHANNEL_EACH ? info->n_channels : 1U;
  const EchoicEngineSpec spec = {info->rate_hz,
                                 listener->options->sensitivity,
                                 listener->options->early,
                                 listener->options->is_short};
  listener->engines = (EchoicHostEngine*)calloc(n, sizeof(EchoicHostEngine));
  listener->frames =
    (float*)calloc((size_t)n_block * info->n_channels, sizeof(float));
  listener->samples = (float*)calloc(n_block, sizeof(float));
  if (!listener->engines || !listener->frames || !listener->samples) {
    return echoic_error(
      error, ECHOIC_NO_MEMORY, "%s: out of memory", listener->path);
  }

  EchoicStatus st = ECHOIC_OK;
  for (; !st && listener->n_engines < n; listener->n_engines += !st) {
    st = echoic_host_engine_new(
      model, &spec, &listener->engines[listener->n_engines], error);
  }

  return st;
}

static void
tell_progress(Listener* const listener, const int64_t n_read)
{
  const EchoicAudioInfo* const info  = echoic_audio_info(listener->audio);
  const double                 total = (double)info->n_frames;
  const double part = info->n_frames > 0 ? (double)n_read / total : 0.0;
  listener->n_told += part;
  echoic_progress_add(listener->path, part, (double)n_read / info->rate_hz);
}

static void
hear(Listener* const listener, const EchoicSink* const sink, const size_t n)
{
  const EchoicAudioInfo* const info  = echoic_audio_info(listener->audio);
  const int                    asked = listener->options->channel;
  for (uint32_t c = 0U; c < listener->n_engines; ++c) {
    const int channel    = asked == ECHOIC_CHANNEL_EACH ? (int)c : asked;
    listener->channel    = channel < 0 ? 0U : (uint32_t)channel;
    const float* samples = listener->frames;
    if (info->n_channels > 1U) {
      samples = listener->samples;
      echoic_audio_channel(
        listener->frames, n, info->n_channels, channel, listener->samples);
    }
    echoic_engine_process(
      listener->engines[c].engine, samples, (uint32_t)n, sink);
  }
}

static void
finish(Listener* const listener, const EchoicSink* const sink)
{
  const int asked = listener->options->channel;
  for (uint32_t c = 0U; c < listener->n_engines; ++c) {
    listener->channel = asked > 0 ? (uint32_t)asked : c;
    echoic_engine_finish(listener->engines[c].engine, sink);
  }
}

static EchoicStatus
listen(Listener* const listener, EchoicError* const error)
{
  const EchoicSink sink = {on_event, NULL, listener, NULL};
  for (int64_t n = n_block; n == n_block;) {
    n = echoic_audio_read(listener->audio, listener->frames, n_block, error);
    if (n < 0) {
      return ECHOIC_BAD_FORMAT;
    }

    if (echoic_interrupted()) {
      return echoic_error(
        error, ECHOIC_NOT_FOUND, "%s: interrupted", listener->path);
    }

    hear(listener, &sink, (size_t)n);
    listener->findings->n_frames += n;
    tell_progress(listener, n);
  }

  finish(listener, &sink);
  if (listener->is_full) {
    return echoic_error(error,
                        ECHOIC_NO_MEMORY,
                        "%s: out of memory; raise --min-score for fewer events",
                        listener->path);
  }

  return ECHOIC_OK;
}

EchoicStatus
echoic_detect_file(EchoicModels* const              models,
                   const char* const                path,
                   const EchoicDetectOptions* const options,
                   EchoicFindings* const            findings,
                   EchoicError* const               error)
{
  EchoicFindings result   = {0};
  Listener       listener = {0};
  listener.path           = path;
  listener.options        = options;
  listener.findings       = &result;
  listener.audio          = echoic_audio_open(path, options->raw, error);
  EchoicStatus st         = error->status;
  if (listener.audio) {
    result.rate_hz = echoic_audio_info(listener.audio)->rate_hz;
    st             = make_engines(&listener, models, error);
    st             = st ? st : listen(&listener, error);
  }

  for (uint32_t c = 0U; c < listener.n_engines; ++c) {
    echoic_host_engine_free(&listener.engines[c]);
  }
  free(listener.engines);
  free(listener.frames);
  free(listener.samples);
  echoic_audio_close(listener.audio);
  echoic_progress_add(path, 1.0 - listener.n_told, 0.0);
  if (st) {
    echoic_findings_clear(&result);
    return st;
  }

  echoic_findings_tidy(&result, options);
  *findings = result;
  return ECHOIC_OK;
}
