// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/model.h"

#include "dsp/model_fields.h"

#include <stdlib.h>
#include <string.h>

EchoicModel*
echoic_model_new(void)
{
  return (EchoicModel*)calloc(1U, sizeof(EchoicModel));
}

void
echoic_model_free(EchoicModel* const model)
{
  if (model) {
    for (uint32_t i = 0U; i < model->n_clips; ++i) {
      free(model->clips[i].level);
      free(model->clips[i].source);
    }

    echoic_graph_spec_clear(&model->graph);
    echoic_graph_spec_clear(&model->memory);
    free(model->sounds);
    free(model->clips);
    free(model->marks);
    free(model->profiles);
    free(model);
  }
}

int32_t
echoic_model_find(const EchoicModel* const model, const char* const name)
{
  for (uint32_t i = 0U; i < model->n_sounds; ++i) {
    if (!model->sounds[i].removed && !strcmp(model->sounds[i].name, name)) {
      return (int32_t)i;
    }
  }

  return -1;
}

uint32_t
echoic_model_count_live(const EchoicModel* const model)
{
  uint32_t n = 0U;
  for (uint32_t i = 0U; i < model->n_sounds; ++i) {
    n += !model->sounds[i].removed;
  }

  return n;
}

/// Room for one more element, or null
static void*
grow(void* const array, const uint32_t n, const size_t size)
{
  return realloc(array, ((size_t)n + 1U) * size);
}

int32_t
echoic_model_add_clip(EchoicModel* const model,
                      const float* const energies,
                      const uint32_t     n_frames,
                      const uint32_t     n_bands,
                      const char* const  source,
                      const double       source_s)
{
  // What a file couldn't hold isn't taken
  if (!n_frames || !n_bands || n_bands > ECHOIC_N_BANDS) {
    return -1;
  }

  const size_t n  = (size_t)n_frames * ECHOIC_N_BANDS;
  EchoicClip clip = {n_frames, n_bands, 1U, 0U, n_frames, NULL, NULL, source_s};
  EchoicClip* const more =
    (EchoicClip*)grow(model->clips, model->n_clips, sizeof(EchoicClip));
  model->clips = more ? more : model->clips;
  clip.level   = (uint8_t*)malloc(n);
  clip.source  = source ? (char*)malloc(strlen(source) + 1U) : NULL;
  if (!more || !clip.level || (source && !clip.source)) {
    free(clip.level);
    free(clip.source);
    return -1;
  }

  for (size_t i = 0U; i < n; ++i) {
    clip.level[i] = echoic_level_byte(energies[i]);
  }

  if (source) {
    memcpy(clip.source, source, strlen(source) + 1U);
  }

  model->clips[model->n_clips] = clip;
  return (int32_t)model->n_clips++;
}

int32_t
echoic_model_add_sound(EchoicModel* const model, const char* const name)
{
  const int32_t found = echoic_model_find(model, name);
  if (found >= 0) {
    return found;
  }

  if (!echoic_name_is_valid(name) || model->n_sounds >= ECHOIC_MAX_SOUNDS) {
    return -1;
  }

  EchoicSound* const more =
    (EchoicSound*)grow(model->sounds, model->n_sounds, sizeof(EchoicSound));
  if (!more) {
    return -1;
  }

  model->sounds            = more;
  EchoicSound* const sound = &model->sounds[model->n_sounds];
  memset(sound, 0, sizeof(*sound));
  memcpy(sound->name, name, strlen(name) + 1U);
  sound->midi_note                 = 60U;
  sound->added                     = model->revision;
  sound->calibration.confused_with = -1;
  return (int32_t)model->n_sounds++;
}

EchoicStatus
echoic_model_need_sound(EchoicModel* const model,
                        const char* const  name,
                        int32_t* const     index,
                        EchoicError* const error)
{
  *index = echoic_model_add_sound(model, name);
  if (*index >= 0) {
    return ECHOIC_OK;
  }

  if (!echoic_name_is_valid(name)) {
    return echoic_error(error,
                        ECHOIC_BAD_ARG,
                        "sound '%.80s' can't be added; a name has 1 to %u "
                        "bytes of UTF-8 without control characters",
                        name,
                        ECHOIC_NAME_SIZE - 1U);
  }

  return model->n_sounds < ECHOIC_MAX_SOUNDS
           ? echoic_error(error, ECHOIC_NO_MEMORY, "out of memory")
           : echoic_error(error,
                          ECHOIC_BAD_ARG,
                          "sound '%.80s' can't be added; a model holds at most "
                          "%u, so start another model for it",
                          name,
                          ECHOIC_MAX_SOUNDS);
}

bool
echoic_model_add_mark(EchoicModel* const model, const EchoicMark* const mark)
{
  EchoicMark* const more =
    (EchoicMark*)grow(model->marks, model->n_marks, sizeof(EchoicMark));
  if (!more) {
    return false;
  }

  model->marks                         = more;
  model->marks[model->n_marks]         = *mark;
  model->marks[model->n_marks].added   = model->revision;
  model->marks[model->n_marks].removed = 0U;
  ++model->n_marks;
  return true;
}
