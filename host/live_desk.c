// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/live_desk.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool
echoic_desk_init(EchoicDesk* const     desk,
                 EchoicCallback* const callback,
                 EchoicTeacher* const  teacher,
                 EchoicNotices* const  notices)
{
  *desk          = (EchoicDesk){0};
  desk->callback = callback;
  desk->teacher  = teacher;
  desk->notices  = notices;
  desk->scores   = (float*)calloc(ECHOIC_MAX_SOUNDS, sizeof(float));
  echoic_desk_update(desk);
  return desk->scores && desk->taught;
}

void
echoic_desk_clear(EchoicDesk* const desk)
{
  echoic_taught_free(desk->taught);
  free(desk->sounds);
  free(desk->scores);
  *desk = (EchoicDesk){0};
}

/// Go over to what is newly taught; counts stay with their names
static void
take_news(EchoicDesk* const desk, EchoicTaught* const news)
{
  EchoicDeskSound* const sounds =
    (EchoicDeskSound*)calloc(news->n_sounds + 1U, sizeof(EchoicDeskSound));
  if (!sounds) {
    echoic_taught_free(news);
    return;
  }

  for (uint32_t i = 0U; desk->taught && i < news->n_sounds; ++i) {
    const int32_t old =
      news->sounds[i].is_live
        ? echoic_taught_find(desk->taught, news->sounds[i].name)
        : -1;
    if (old >= 0) {
      sounds[i] = desk->sounds[old];
    }
  }

  echoic_taught_free(desk->taught);
  free(desk->sounds);
  desk->taught = news;
  desk->sounds = sounds;
}

void
echoic_desk_update(EchoicDesk* const desk)
{
  EchoicTaught* const news = echoic_teacher_news(desk->teacher);
  if (news) {
    take_news(desk, news);
  }
}

void
echoic_desk_look(EchoicDesk* const desk)
{
  EchoicMeters* const meters = &desk->callback->meters;
  desk->peak                 = atomic_exchange(&meters->peak, 0.0F);
  for (uint32_t i = 0U; i < desk->taught->n_sounds; ++i) {
    if (i < ECHOIC_MAX_SOUNDS) {
      desk->scores[i]       = atomic_exchange(&meters->scores[i], 0.0F);
      desk->sounds[i].score = desk->scores[i];
    }
  }
}

bool
echoic_desk_hear(EchoicDesk* const desk, EchoicHeard* const heard)
{
  if (!echoic_ring_read(&desk->callback->to_main, heard, 1U)) {
    return false;
  }

  desk->last = *heard;
  ++desk->n_events;
  const int32_t sound = echoic_taught_find(desk->taught, heard->name);
  if (sound >= 0) {
    desk->sounds[sound].last = *heard;
    ++desk->sounds[sound].n_events;
  }

  return true;
}

static void
command(EchoicDesk* const       desk,
        const EchoicCommandKind kind,
        const uint32_t          slot,
        const EchoicStretchAt   at)
{
  const EchoicCommand message = {kind, slot, at};
  if (echoic_ring_write(&desk->callback->commands, &message, 1U)) {
    echoic_notice(desk->notices, "the device takes no commands at present");
  }
}

static void
errand(EchoicDesk* const desk, const EchoicErrandKind kind, const uint32_t slot)
{
  const EchoicErrand message = {kind, slot, "", 0.0F};
  echoic_teacher_ask(desk->teacher, &message);
}

uint32_t
echoic_desk_slot(EchoicDesk* const desk,
                 const char* const name,
                 const bool        may_new)
{
  const int32_t sound = echoic_taught_find(desk->taught, name);
  if (sound >= 0) {
    return desk->taught->sounds[sound].slot;
  }

  for (uint32_t i = 0U; may_new && i < ECHOIC_DETECTOR_SLOTS; ++i) {
    if (echoic_taught_in_slot(desk->taught, i) < 0) {
      echoic_desk_name(desk, i, name);
      return i;
    }
  }

  return ECHOIC_NO_SLOT;
}

void
echoic_desk_do(EchoicDesk* const desk, const EchoicDo what, const uint32_t slot)
{
  static const EchoicCommandKind commands[] = {ECHOIC_COMMAND_ARM,
                                               ECHOIC_COMMAND_CANCEL,
                                               ECHOIC_COMMAND_HOLD,
                                               ECHOIC_COMMAND_RELEASE,
                                               ECHOIC_COMMAND_GONE,
                                               ECHOIC_COMMAND_MISSED};
  const EchoicStretchAt          none       = {0U, 0U};
  switch (what) {
  case ECHOIC_DO_LEARN:
  case ECHOIC_DO_CANCEL:
  case ECHOIC_DO_HOLD:
  case ECHOIC_DO_RELEASE:
  case ECHOIC_DO_THAT:
  case ECHOIC_DO_MISSED:
    command(desk, commands[what], slot, none);
    break;
  case ECHOIC_DO_FORGET:
    errand(desk, ECHOIC_ERRAND_FORGET, slot);
    break;
  case ECHOIC_DO_UNDO:
    errand(desk, ECHOIC_ERRAND_UNDO, slot);
    break;
  case ECHOIC_DO_SAVE:
    errand(desk, ECHOIC_ERRAND_SAVE, slot);
    break;
  }
}

void
echoic_desk_learn(EchoicDesk* const     desk,
                  const uint32_t        slot,
                  const EchoicStretchAt at)
{
  command(desk, ECHOIC_COMMAND_STRETCH, slot, at);
}

void
echoic_desk_reject(EchoicDesk* const desk, const uint32_t slot)
{
  const EchoicHeard* last = desk->n_events ? &desk->last : NULL;
  if (slot != ECHOIC_NO_SLOT) {
    const int32_t sound = echoic_taught_in_slot(desk->taught, slot);
    last                = sound >= 0 && desk->sounds[sound].n_events
                            ? &desk->sounds[sound].last
                            : NULL;
  }

  if (!last) {
    echoic_notice(desk->notices, "there was no event that could be wrong");
  } else if (last->slot >= ECHOIC_DETECTOR_SLOTS) {
    echoic_notice(desk->notices,
                  "%s: has no key; only sounds with one can be corrected here",
                  last->name);
  } else {
    const EchoicStretchAt at = {last->event.onset, last->event.end};
    command(desk, ECHOIC_COMMAND_NOT, last->slot, at);
  }
}

void
echoic_desk_name(EchoicDesk* const desk,
                 const uint32_t    slot,
                 const char* const name)
{
  EchoicErrand message = {ECHOIC_ERRAND_NAME, slot, "", 0.0F};
  strncpy(message.name, name, sizeof(message.name) - 1U);
  echoic_teacher_ask(desk->teacher, &message);
}

/// Set what the teacher is going to set: a key may be pressed twice at once
static void
foresee(EchoicTaughtSound* const sound, const float sensitivity)
{
  const float all    = sound->in_force - sound->sensitivity;
  const float left   = 1.0F - sound->in_force; // Of the calibrated threshold
  sound->sensitivity = sensitivity;
  sound->in_force    = fminf(fmaxf(sensitivity + all, -1.0F), 1.0F);
  if (left > 0.0F) {
    sound->threshold *= (1.0F - sound->in_force) / left;
  }
}

bool
echoic_desk_sensitivity(EchoicDesk* const desk,
                        const char* const name,
                        const float       sensitivity)
{
  const int32_t i = echoic_taught_find(desk->taught, name);
  if (i < 0 || !isfinite(sensitivity)) {
    return false;
  }

  EchoicTaughtSound* const sound   = &desk->taught->sounds[i];
  const float              limited = fminf(fmaxf(sensitivity, -1.0F), 1.0F);
  EchoicErrand             message = {ECHOIC_ERRAND_TUNE, 0U, "", limited};
  foresee(sound, limited);
  memcpy(message.name, sound->name, sizeof(message.name));
  echoic_teacher_ask(desk->teacher, &message);
  return true;
}

bool
echoic_desk_threshold(EchoicDesk* const desk,
                      const char* const name,
                      const float       threshold)
{
  const int32_t i = echoic_taught_find(desk->taught, name);
  if (i < 0 || !isfinite(threshold)) {
    return false;
  }

  const EchoicTaughtSound* const sound = &desk->taught->sounds[i];
  const float left = 1.0F - sound->in_force; // Of the calibrated threshold
  const float all  = sound->in_force - sound->sensitivity;
  if (left <= 0.0F || sound->threshold <= 0.0F) {
    return false;
  }

  const float in_force = 1.0F - (threshold * left / sound->threshold);
  return echoic_desk_sensitivity(desk, name, in_force - all);
}
