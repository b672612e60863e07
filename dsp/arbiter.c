// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/arbiter.h"

#include <math.h>
#include <string.h>

#define KEPT ECHOIC_ARBITER_KEPT
#define AHEAD ECHOIC_ARBITER_AHEAD

size_t
echoic_arbiter_bytes(const EchoicModel* const model,
                     const uint32_t           n_contenders)
{
  return echoic_arena_round(n_contenders * sizeof(EchoicContender)) +
         echoic_arena_round(model->n_profiles * sizeof(EchoicProfile)) +
         echoic_arena_round((n_contenders + 1U) * sizeof(uint32_t));
}

/// Position of a sound among those that aren't forgotten
static uint32_t
live_index(const EchoicModel* const model, const uint32_t sound)
{
  uint32_t n = 0U;
  for (uint32_t i = 0U; i < sound; ++i) {
    n += model->sounds[i].removed == 0U;
  }

  return n;
}

bool
echoic_arbiter_prepare(const EchoicModel* const model,
                       const uint32_t           n_contenders,
                       EchoicArena* const       arena,
                       EchoicArbiter* const     a)
{
  a->n_contenders = n_contenders;
  a->contenders   = (EchoicContender*)echoic_arena_take(
    arena, n_contenders, sizeof(EchoicContender));
  a->profiles = (EchoicProfile*)echoic_arena_take(
    arena, model->n_profiles, sizeof(EchoicProfile));
  a->first = (uint32_t*)echoic_arena_take(
    arena, (size_t)n_contenders + 1U, sizeof(uint32_t));
  if (!a->contenders || !a->profiles || !a->first) {
    return false;
  }

  for (uint32_t l = 0U; l < n_contenders; ++l) { // Grouped by listener
    a->first[l] = a->n_profiles;
    for (uint32_t i = 0U; i < model->n_profiles; ++i) {
      const EchoicProfile* const p = &model->profiles[i];
      if (!model->sounds[p->listener].removed &&
          !model->sounds[p->source].removed &&
          live_index(model, p->listener) == l) {
        EchoicProfile* const to = &a->profiles[a->n_profiles++];
        *to                     = *p;
        to->source              = live_index(model, p->source);
      }
    }
  }

  a->first[n_contenders] = a->n_profiles;
  return true;
}

ECHOIC_RT void
echoic_arbiter_reset(EchoicArbiter* const a)
{
  for (uint32_t i = 0U; i < a->n_contenders; ++i) {
    EchoicContender* const c = &a->contenders[i];
    c->n_added               = 0U;
    c->n_decided             = 0U;
    c->has_fired             = false;
  }
}

ECHOIC_RT void
echoic_arbiter_add(EchoicArbiter* const         a,
                   const uint32_t               contender,
                   const EchoicCandidate* const candidate)
{
  EchoicContender* const c = &a->contenders[contender];
  // More than KEPT undecided can't be: a sound's peaks are 4 frames apart
  c->kept[c->n_added++ % KEPT] = *candidate;
}

/// True if a better candidate of the same sound follows soon
static bool
is_followed(const EchoicContender* const c, const uint64_t index)
{
  const EchoicCandidate* const own   = &c->kept[index % KEPT];
  const uint32_t               ahead = c->mask < AHEAD ? c->mask : AHEAD;
  for (uint64_t i = index + 1U; i < c->n_added; ++i) {
    const EchoicCandidate* const other = &c->kept[i % KEPT];
    if (other->frame <= own->frame + ahead && other->joined > own->joined) {
      return true;
    }
  }

  return false;
}

static bool
is_repeat(const EchoicContender* const c, const EchoicCandidate* const own)
{
  return c->has_fired && own->frame <= c->fired + c->mask &&
         own->joined <= c->fired_joined;
}

/// How sound `l` responds to a candidate of another
static float
response(const EchoicProfile* const   p,
         const EchoicContender* const source,
         const EchoicCandidate* const cause,
         const uint64_t               frame)
{
  const uint64_t onset =
    cause->frame > source->span ? cause->frame - source->span : 0U;
  const uint64_t index =
    frame < onset ? ECHOIC_PROFILE_SIZE : (frame - onset) / ECHOIC_PROFILE_STEP;
  return index < ECHOIC_PROFILE_SIZE
           ? (float)p->response[index] * ECHOIC_PROFILE_UNIT *
               fminf(cause->score, ECHOIC_EXPLAINED_MOST)
           : 0.0F;
}

/// The part of a candidate that another sound explains
static float
explanation(const EchoicArbiter* const   a,
            const uint32_t               contender,
            const EchoicCandidate* const own)
{
  float most = 0.0F;
  for (uint32_t i = a->first[contender]; i < a->first[contender + 1U]; ++i) {
    const EchoicProfile* const   p = &a->profiles[i];
    const EchoicContender* const c = &a->contenders[p->source];
    const uint64_t oldest          = c->n_added > KEPT ? c->n_added - KEPT : 0U;
    for (uint64_t k = oldest; k < c->n_added; ++k) {
      const EchoicCandidate* const other = &c->kept[k % KEPT];
      const bool                   counts =
        other->is_decided ? !other->is_masked : !is_followed(c, k);
      if (counts && other->joined >= other->threshold &&
          other->joined > own->joined && other->frame <= own->frame + AHEAD) {
        most = fmaxf(most, response(p, c, other, own->frame));
      }
    }
  }

  return most;
}

ECHOIC_RT int
echoic_arbiter_decide(EchoicArbiter* const   a,
                      const uint32_t         contender,
                      const uint64_t         now,
                      EchoicCandidate* const decided)
{
  EchoicContender* const c   = &a->contenders[contender];
  EchoicCandidate* const own = &c->kept[c->n_decided % KEPT];
  if (c->n_decided == c->n_added || now <= own->frame + a->wait) {
    return -1;
  }

  own->is_masked  = is_followed(c, c->n_decided) || is_repeat(c, own);
  own->is_decided = true;
  ++c->n_decided;
  *decided = *own;
  if (own->is_masked) {
    return 0;
  }

  if (own->joined >= own->threshold) {
    c->has_fired    = true;
    c->fired        = own->frame;
    c->fired_joined = own->joined;
  }

  decided->joined -= ECHOIC_EXPLAINED * explanation(a, contender, own);
  return decided->joined >= decided->threshold;
}
