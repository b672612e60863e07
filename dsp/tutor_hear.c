// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/tutor_hear.h"

#include "dsp/lesson.h"
#include "dsp/mel.h"
#include "dsp/teach.h"
#include "dsp/teach_fingerprint.h"
#include "dsp/teach_heard.h"
#include "dsp/teach_strike.h"
#include "dsp/teach_trim.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double context_s    = 2.0;  ///< Around an example, at most
static const double least_s      = 0.45; ///< Before and after it together
static const double clip_s       = 5.4;  ///< With its context, if it fits
static const double before_share = 0.75; ///< Of the context if it is short
static const double spare_s      = 0.5;  ///< Of the ring, being overwritten
static const double longest_s    = 20.0;
static const double ahead_s      = 0.3;  ///< That a hold may have before that
static const double phrase_s     = 1.0;  ///< A longer hold has pauses: this ...
static const double pause_share  = 0.25; ///< ... share of what is beyond
static const double same_s       = 0.005; ///< Between the starts of one sound

/// What is asked, of a sound that goes on no more than was heard
static EchoicAsk
until_now(const EchoicAsk* const ask)
{
  EchoicAsk heard = *ask;
  if (heard.at.end > heard.preroll.now) {
    heard.at.end = heard.preroll.now;
  }

  return heard;
}

static EchoicStatus
check_stretch(const double           rate_hz,
              const EchoicAsk* const ask,
              EchoicError* const     error)
{
  const EchoicPreroll* const ring = &ask->preroll;
  const uint64_t             kept = ring->mask - (uint64_t)(spare_s * rate_hz);
  const double               length = (double)(ask->at.end - ask->at.start);
  if (ask->at.end <= ask->at.start) {
    return echoic_error(
      error, ECHOIC_BAD_ARG, "nothing has been heard yet that could be learnt");
  }

  if (ask->at.start + kept < ring->now) {
    return echoic_error(error,
                        ECHOIC_NOT_FOUND,
                        "that was too long ago: only the last %.0f s are kept",
                        (double)kept / rate_hz);
  }

  return length <= (longest_s + ahead_s) * rate_hz
           ? ECHOIC_OK
           : echoic_error(error,
                          ECHOIC_BAD_ARG,
                          "%.1f s are too long for a sound: must be at most "
                          "%.0f s",
                          length / rate_hz,
                          longest_s);
}

/**
   Where the clip around a stretch begins and ends.

   Long sounds get less context, so that examples of up to 5 s needn't be
   thinned for eight sounds with three each to stay below 1 MiB (7500 bytes a
   second).
*/
static EchoicStretchAt
clip_around(const double           rate_hz,
            const EchoicAsk* const ask,
            EchoicClipStart* const clip)
{
  const EchoicPreroll* ring = &ask->preroll;
  const uint64_t       kept = ring->mask - (uint64_t)(spare_s * rate_hz);
  const double oldest   = ring->now > kept ? (double)(ring->now - kept) : 0.0;
  const double length_s = (double)(ask->at.end - ask->at.start) / rate_hz;
  const double rest_s   = fmax(clip_s - length_s, least_s);
  const double before_s = fmin(before_share * rest_s, context_s);
  const double after_s  = fmin(rest_s - before_s, context_s);
  const double start =
    fmax((double)ask->at.start - (before_s * rate_hz), oldest);
  const double end =
    fmin((double)ask->at.end + (after_s * rate_hz), (double)ring->now);
  // The frame after the oldest sample, so that nothing older is needed
  *clip                    = echoic_lesson_start((start / rate_hz) +
                              (start > 0.0 ? 3.0 * ECHOIC_HOP_S : 0.0));
  const EchoicStretchAt at = {(uint64_t)llround(clip->start_s * rate_hz),
                              (uint64_t)end};
  return at;
}

/// True if two marks begin with the same sound: at one time, and heard alike,
/// as times are counted anew when the host starts again
static bool
is_same(const EchoicModel* const model,
        const EchoicMark* const  a,
        const EchoicMark* const  b)
{
  const EchoicClip* const clip_a  = &model->clips[a->clip];
  const EchoicClip* const clip_b  = &model->clips[b->clip];
  const double            apart_s = clip_b->source_s - clip_a->source_s;
  const uint32_t          frame_a = echoic_heard_frame(a->start_s);
  const int64_t frame_b = (int64_t)frame_a - llround(apart_s / ECHOIC_HOP_S);
  if (clip_a->source || clip_b->source || frame_a >= clip_a->n_frames ||
      frame_b < 0 || frame_b >= (int64_t)clip_b->n_frames ||
      fabs(apart_s + b->start_s - a->start_s) > same_s) {
    return false;
  }

  uint8_t levels_a[ECHOIC_N_BANDS];
  uint8_t levels_b[ECHOIC_N_BANDS];
  echoic_clip_levels(clip_a, frame_a, levels_a);
  echoic_clip_levels(clip_b, (uint32_t)frame_b, levels_b);
  return !memcmp(levels_a, levels_b, sizeof(levels_a));
}

/// Refuse what was taught already: twice the same example says nothing new, and
/// makes the sound seem to vary less than it does
static EchoicStatus
check_new(const EchoicModel* const model, EchoicError* const error)
{
  const EchoicMark* const last = &model->marks[model->n_marks - 1U];
  for (uint32_t i = 0U; i + 1U < model->n_marks; ++i) {
    const EchoicMark* const mark = &model->marks[i];
    if (!mark->removed && mark->kind == ECHOIC_MARK_EXAMPLE &&
        mark->sound == last->sound && is_same(model, mark, last)) {
      return echoic_error(error,
                          ECHOIC_BAD_ARG,
                          "that is an example of '%s' already",
                          model->sounds[mark->sound].name);
    }
  }

  return ECHOIC_OK;
}

static EchoicStatus
add_mark(EchoicModel* const         model,
         const EchoicPassage* const passage,
         const EchoicClipStart      start,
         const EchoicMark           mark,
         const size_t               attack,
         EchoicError* const         error)
{
  float*       energies = NULL;
  uint32_t     n_frames = 0U;
  EchoicStatus st =
    echoic_lesson_energies(passage, start.n_skipped, &energies, &n_frames);
  if (st) {
    return echoic_error(error, st, "%s", echoic_strerror(st));
  }

  EchoicMark    whole = mark;
  const int32_t clip  = echoic_model_add_clip(model,
                                             energies,
                                             n_frames,
                                             echoic_mel_bands(passage->rate_hz),
                                             NULL,
                                             start.source_s);
  free(energies);
  whole.clip = (uint32_t)clip;
  if (clip >= 0) {
    echoic_clip_thin(&model->clips[clip], echoic_heard_frame(mark.start_s));
  }

  return clip >= 0 && echoic_strike_take(passage, attack, &whole) &&
             echoic_model_add_mark(model, &whole)
           ? ECHOIC_OK
           : echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
}

/// Return the longest pause that may be inside a sound.  Who holds for long
/// means more than its loudest part
static double
longest_pause_s(const EchoicAsk* const ask, const double rate_hz)
{
  const double length_s = (double)(ask->at.end - ask->at.start) / rate_hz;
  const double pause_s  = pause_share * (length_s - phrase_s);
  return ask->kind == ECHOIC_ASK_HELD ? fmax(pause_s, ECHOIC_PAUSE_S)
                                      : ECHOIC_PAUSE_S;
}

/// Return what a stretch is
static EchoicGiven
given_by(const EchoicAskKind kind)
{
  return kind == ECHOIC_ASK_NOT    ? ECHOIC_GIVEN_EXACTLY
         : kind == ECHOIC_ASK_HELD ? ECHOIC_GIVEN_MARKED
         : kind == ECHOIC_ASK_GONE ? ECHOIC_GIVEN_GONE
                                   : ECHOIC_GIVEN_HEARD;
}

/// Find the sound among the samples, and keep it in the model
static EchoicStatus
keep_sound(EchoicModel* const         model,
           const EchoicPassage* const passage,
           const EchoicClipStart      start,
           const EchoicAsk* const     ask,
           const size_t               first,
           const size_t               last,
           const uint32_t             sound,
           EchoicError* const         error)
{
  const bool         is_not  = ask->kind == ECHOIC_ASK_NOT;
  const double       rate_hz = passage->rate_hz;
  const double       lead_s  = start.source_s - start.start_s;
  EchoicLesson       found   = {0};
  const EchoicStatus st      = echoic_lesson_find(passage,
                                             first,
                                             last,
                                             given_by(ask->kind),
                                             longest_pause_s(ask, rate_hz),
                                             &found);
  if (st) {
    return echoic_error(error,
                        st,
                        st == ECHOIC_NOT_FOUND ? "there was only silence"
                                               : "out of memory");
  }

  EchoicMark mark = {is_not ? ECHOIC_MARK_NOT : ECHOIC_MARK_EXAMPLE,
                     0U,
                     sound,
                     fmax(((double)found.onset / rate_hz) - lead_s, 0.0),
                     ((double)found.end / rate_hz) - lead_s,
                     echoic_lesson_level_db(passage, &found),
                     found.attack_s,
                     found.rise_db,
                     0U,
                     0U,
                     {0U},
                     {0U}};
  echoic_fingerprint_take(passage, &found, &mark);
  const EchoicStatus added = add_mark(
    model, passage, start, mark, echoic_lesson_attack(&found, rate_hz), error);
  return added || is_not ? added : check_new(model, error);
}

EchoicStatus
echoic_tutor_hear(EchoicModel* const     model,
                  const double           rate_hz,
                  const uint32_t         sound,
                  const EchoicAsk* const asked,
                  EchoicError* const     error)
{
  EchoicAsk              heard = until_now(asked);
  const EchoicAsk* const ask   = &heard;
  EchoicStatus           st    = check_stretch(rate_hz, ask, error);
  if (st) {
    return st;
  }

  EchoicClipStart       start   = {0.0, 0.0, 0U};
  const EchoicStretchAt at      = clip_around(rate_hz, ask, &start);
  const size_t          n       = (size_t)(at.end - at.start);
  float* const          samples = (float*)malloc((n + 1U) * sizeof(float));
  const EchoicPassage   passage = {samples, n, rate_hz};
  const size_t          first =
    ask->at.start > at.start ? (size_t)(ask->at.start - at.start) : 0U;
  const size_t last = (size_t)(ask->at.end - at.start);
  if (ask->kind == ECHOIC_ASK_GONE && at.end < ask->preroll.now) {
    heard.kind = ECHOIC_ASK_EXAMPLE; // What came later isn't known
  }

  if (!samples) {
    st = echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
  } else if (!echoic_preroll_copy(&ask->preroll, at.start, at.end, samples)) {
    st = echoic_error(error, ECHOIC_NOT_FOUND, "too late: that sound is gone");
  } else {
    st = keep_sound(model, &passage, start, ask, first, last, sound, error);
  }

  free(samples);
  return st;
}
