// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/teach_scores.h"

float
echoic_scores_at(const EchoicScores* const s,
                 const uint32_t            lesson,
                 const uint32_t            track,
                 const uint32_t            frame)
{
  return s->scores[track][((size_t)frame * s->n_lessons) + lesson];
}

static bool
is_peak(const EchoicScores* const s,
        const uint32_t            lesson,
        const uint32_t            track,
        const uint32_t            k)
{
  const uint32_t n     = s->heard->tracks[track].n_frames;
  const uint32_t reach = echoic_peak_reach(s->lessons[lesson].span);
  const float    score = echoic_scores_at(s, lesson, track, k);
  for (uint32_t i = k > reach ? k - reach : 0U; i <= k + reach && i < n; ++i) {
    const float other = echoic_scores_at(s, lesson, track, i);
    if (other > score || (other == score && i < k)) {
      return false;
    }
  }

  return true;
}

bool
echoic_scores_candidate(const EchoicScores* const s,
                        const uint32_t            lesson,
                        const uint32_t            track,
                        const uint32_t            frame,
                        const float               least,
                        float* const              joined)
{
  const float score = echoic_scores_at(s, lesson, track, frame);
  if (!(score > least) || !is_peak(s, lesson, track, frame)) {
    return false;
  }

  const int64_t onset = (int64_t)frame - s->lessons[lesson].span;
  const float   match = echoic_match(&s->templates[lesson],
                                   &s->heard->tracks[track].history,
                                   onset,
                                   UINT32_MAX,
                                   true,
                                   0.0F);
  *joined             = echoic_match_fuse(score, match);
  return true;
}

bool
echoic_scores_is_own(const EchoicScores* const s,
                     const uint32_t            lesson,
                     const uint32_t            track,
                     const uint32_t            frame)
{
  const EchoicLesson* const l = &s->lessons[lesson];
  for (uint32_t e = 0U; e < l->n_examples; ++e) {
    const EchoicMark* const mark  = l->examples[e];
    const uint32_t          first = echoic_heard_frame(mark->start_s);
    const uint32_t          last  = echoic_heard_frame(mark->end_s) + l->span;
    if (mark->clip == s->heard->tracks[track].clip && frame + 2U >= first &&
        frame <= last) {
      return true;
    }
  }

  return false;
}

uint32_t
echoic_scores_most_examples(const EchoicScores* const s)
{
  uint32_t most = 1U;
  for (uint32_t i = 0U; i < s->n_lessons; ++i) {
    most = s->lessons[i].n_examples > most ? s->lessons[i].n_examples : most;
  }

  return most;
}
