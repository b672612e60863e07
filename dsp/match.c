// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/match.h"

#include "dsp/kernels.h"

#include <math.h>
#include <string.h>

#define N_BANDS ECHOIC_N_BANDS
#define N_NEAR ECHOIC_MATCH_NEAR

static const float least_power = 0.01F; ///< Of a frame, against silence
static const float useless     = 0.2F;  ///< Match of anything with anything
static const float usual       = 0.95F; ///< Match of like sounds
static const float chance      = 0.3F;  ///< Variance of X in mere background
static const float most_raise  = 4.0F;
static const float least_like  = 0.03F;
static const float most_like   = 1.2F; ///< Its square is ECHOIC_MATCH_MOST
static const float unlikely    = 0.1F; ///< As far from the middle as is sought

ECHOIC_RT float
echoic_match_centre(float* const x, const uint32_t n)
{
  float sum    = 0.0F;
  float energy = 0.0F;
  for (uint32_t i = 0U; i < n; ++i) {
    sum += x[i];
  }

  for (uint32_t i = 0U; i < n; ++i) {
    x[i] -= sum / (float)n;
    energy += x[i] * x[i];
  }

  return energy;
}

/// From a correlation with an example of some variance to what it is worth
static float
likeness(const float correlation, const float variance)
{
  const float raise = (variance + chance) / fmaxf(variance, 1e-6F);
  const float q     = correlation * sqrtf(sqrtf(fminf(raise, most_raise)));
  return fminf(fmaxf((q - useless) / (usual - useless), least_like), most_like);
}

typedef EchoicPlace Place;

/// Return the gain of an example at a place
static float
gain_of(const EchoicTemplates* const t,
        const EchoicWindow* const    w,
        const EchoicHistory* const   h,
        const Place* const           at)
{
  EchoicMatchRoom* const room  = t->room;
  const size_t           first = (size_t)at->example * w->n_frames * N_BANDS;
  const float* const     level = w->level + first;
  const uint32_t* const  hot   = w->hot + ((size_t)at->example * w->n_hot);
  const EchoicHeardRows  rows  = echoic_history_rows(
    h, h->level, at->first, w->stride, w->n_frames, room->stretch);
  const size_t between = rows.apart - N_BANDS;
  for (uint32_t i = 0U; !between && i < w->n_hot; ++i) { // Nearly always
    room->gains[i] = rows.first[hot[i]] - level[hot[i]];
  }

  for (uint32_t i = 0U; between && i < w->n_hot; ++i) {
    const size_t cell = hot[i];
    const size_t row  = hot[i] / N_BANDS;
    room->gains[i]    = rows.first[cell + (row * between)] - level[cell];
  }

  return echoic_kernels()->median(room->gains, w->n_hot);
}

/// Likeness to an example at a place: as it would look here
static float
project(const EchoicTemplates* const t,
        const EchoicWindow* const    w,
        const EchoicHistory* const   h,
        const Place* const           at)
{
  const uint32_t        cells = w->n_frames * N_BANDS;
  const float           gain  = gain_of(t, w, h, at);
  const EchoicHeardRows gate  = echoic_history_rows(
    h, h->gate, at->first, w->stride, w->n_frames, t->room->rows[0]);
  const EchoicHeardRows above = echoic_history_rows(
    h, h->above, at->first, w->stride, w->n_frames, t->room->rows[1]);
  const EchoicExpected expected = {w->n_frames,
                                   N_BANDS,
                                   w->level + ((size_t)at->example * cells),
                                   gain,
                                   gate.first,
                                   above.first,
                                   gate.apart};
  float                sums[3]  = {0.0F};
  echoic_kernels()->expected(&expected, sums);

  const float n      = (float)cells;
  const float least  = least_power * (float)w->n_frames;
  const float energy = sums[1] - (sums[0] * sums[0] / n);
  const float dot    = sums[2] - (sums[0] * at->sum / n);
  const float both   = fmaxf(at->energy, least) * fmaxf(energy, least);
  return likeness(dot / sqrtf(both), energy / n);
}

/// What is in a window at `n_places`, one after another from frame `first` on
typedef struct {
  const EchoicWindow* window;
  int64_t             first;
  uint32_t            n_places;
  EchoicHeardRows     rows; ///< X
} Stretch;

/// Look at a window at all places within `shift` frames of `first`
static Stretch
stretch_around(const EchoicTemplates* const t,
               const EchoicWindow* const    w,
               const EchoicHistory* const   h,
               const int64_t                first,
               const uint32_t               shift)
{
  EchoicMatchRoom* const room = t->room;
  Stretch                s    = {
                      w, first - (int64_t)shift, (2U * shift / w->stride) + 1U, {NULL, 0U}};
  const uint32_t n_rows = w->n_frames + s.n_places - 1U;
  s.rows =
    echoic_history_rows(h, h->above, s.first, w->stride, n_rows, room->stretch);
  echoic_history_sums(
    h, s.first, w->stride, w->n_frames, s.n_places, room->sum, room->energy);
  return s;
}

/// Return the frame, between others, that is likeliest: where an example fits
/// best, less what speaks against places far from the middle
static double
find_likeliest(const EchoicTemplates* const t, const Stretch* const s)
{
  const float* const fits   = t->room->fits;
  const float        stride = (float)s->window->stride;
  const float        shift  = (float)t->shift;
  float              most   = -HUGE_VALF;
  uint32_t           best   = 0U;
  for (uint32_t k = 0U; k < s->n_places; ++k) {
    const float away   = (((float)k * stride) - shift) / shift;
    const float likely = fits[k] - (unlikely * away * away);
    best               = likely > most ? k : best;
    most               = echoic_greater(likely, most);
  }

  float after = 0.0F;
  if (best && best + 1U < s->n_places) {
    const float slope = fits[best + 1U] - fits[best - 1U];
    const float bend  = (2.0F * fits[best]) - fits[best + 1U] - fits[best - 1U];
    after = bend > 0.0F ? 0.5F * fmaxf(fminf(slope, bend), -bend) / bend : 0.0F;
  }

  return (double)s->first + (double)(((float)best + after) * stride);
}

/// Return where in a stretch an example fits best
static Place
align(const EchoicTemplates* const t,
      const Stretch* const         s,
      const uint32_t               example)
{
  const EchoicWindow* const w    = s->window;
  EchoicMatchRoom* const    room = t->room;
  const float* const y = w->above + ((size_t)example * w->n_frames * N_BANDS);
  const float        least = least_power * (float)w->n_frames;
  const float        own   = fmaxf(w->energy[example], least);
  float              most  = -HUGE_VALF;
  uint32_t           best  = 0U;
  echoic_kernels()->slide(s->rows.first,
                          s->rows.apart,
                          y,
                          w->n_frames,
                          N_BANDS,
                          room->fits,
                          s->n_places);
  for (uint32_t k = 0U; k < s->n_places; ++k) {
    const float power = own * echoic_greater(room->energy[k], least);
    room->fits[k] /= sqrtf(power);
    best = room->fits[k] > most ? k : best;
    most = echoic_greater(room->fits[k], most);
  }

  const Place place = {example,
                       s->first + ((int64_t)best * w->stride),
                       find_likeliest(t, s),
                       most,
                       room->sum[best],
                       room->energy[best]};
  return place;
}

/// Find where each example fits best, and keep the best of them
static void
find_near(const EchoicTemplates* const t,
          const EchoicHistory* const   h,
          EchoicMatching* const        m)
{
  const int64_t first = m->onset - (int64_t)ECHOIC_MATCH_BEFORE;
  const Stretch s     = stretch_around(t, &t->span, h, first, t->shift);
  for (uint32_t e = 0U; e < t->n_examples; ++e) {
    if (e != m->without) {
      const Place place = align(t, &s, e);
      uint32_t    i     = m->n_near < N_NEAR ? m->n_near++ : N_NEAR;
      for (; i && place.fit > m->near[i - 1U].fit; --i) { // Best first
        if (i < N_NEAR) {
          m->near[i] = m->near[i - 1U];
        }
      }
      if (i < N_NEAR) {
        m->near[i] = place;
      }
    }
  }
}

/// Take a match of the example `at` if it is the best
static void
take(const EchoicTemplates* const t, EchoicMatching* const m, const float match)
{
  const Place* const place = &m->near[m->at];
  if (match > m->best) {
    const double begins = place->likeliest + (double)t->after[place->example];
    const double first  = (double)(m->onset - (int64_t)ECHOIC_MATCH_ASIDE);
    const double last   = (double)(m->onset + (int64_t)ECHOIC_MATCH_ASIDE);
    m->best             = match;
    m->is_placed        = true;
    m->begins           = fmin(fmax(begins, first), last);
  }
}

/// Compare the span of an example in its place: enough, or the whole is next
static void
compare_span(const EchoicTemplates* const t,
             const EchoicHistory* const   h,
             EchoicMatching* const        m)
{
  m->like = project(t, &t->span, h, &m->near[m->at]);
  if (!m->is_over) {
    take(t, m, m->like * m->like);
    ++m->at;
  } else if (m->like * most_like <= m->best) {
    ++m->at;
  } else {
    m->is_whole = true;
  }
}

static void
compare_whole(const EchoicTemplates* const t,
              const EchoicHistory* const   h,
              EchoicMatching* const        m)
{
  const EchoicWindow* const whole = &t->whole;
  const Place* const        place = &m->near[m->at];
  const Stretch s  = stretch_around(t, whole, h, place->first, whole->stride);
  const Place   to = align(t, &s, place->example);
  take(t, m, m->like * project(t, whole, h, &to));
  m->is_whole = false;
  ++m->at;
}

ECHOIC_RT void
echoic_match_begin(EchoicMatching* const m,
                   const int64_t         onset,
                   const uint32_t        without,
                   const bool            is_over,
                   const float           least)
{
  memset(m, 0, sizeof(*m));
  m->onset   = onset;
  m->without = without;
  m->is_over = is_over;
  m->best    = fmaxf(least_like * least_like, least);
}

ECHOIC_RT bool
echoic_match_step(const EchoicTemplates* const t,
                  const EchoicHistory* const   h,
                  EchoicMatching* const        m)
{
  if (!m->n_near) {
    find_near(t, h, m);
  }

  if (m->at < m->n_near && m->is_whole) {
    compare_whole(t, h, m);
  } else if (m->at < m->n_near) {
    compare_span(t, h, m);
  }

  return m->at == m->n_near;
}

ECHOIC_RT float
echoic_match(const EchoicTemplates* const t,
             const EchoicHistory* const   h,
             const int64_t                onset,
             const uint32_t               without,
             const bool                   is_over,
             const float                  least)
{
  EchoicMatching m;
  echoic_match_begin(&m, onset, without, is_over, least);
  while (!echoic_match_step(t, h, &m)) {
  }

  return m.best;
}

ECHOIC_RT float
echoic_match_fuse(const float score, const float match)
{
  return score > 0.0F ? cbrtf(score * match) : 0.0F;
}
