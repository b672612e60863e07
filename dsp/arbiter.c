// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/arbiter.h"

#include <math.h>
#include <string.h>

#define KEPT ECHOIC_ARBITER_KEPT
#define AHEAD ECHOIC_ARBITER_AHEAD
#define RESPONSE ((uint64_t)ECHOIC_PROFILE_SIZE * ECHOIC_PROFILE_STEP) // Frames

size_t
echoic_arbiter_bytes(const EchoicModel* const model,
                     const uint32_t           n_contenders)
{
  return echoic_arena_round(n_contenders * sizeof(EchoicContender)) +
         (2U * echoic_arena_round(n_contenders * sizeof(uint64_t))) +
         echoic_arena_round(model->n_profiles * sizeof(EchoicProfile)) +
         echoic_arena_round(model->n_profiles * sizeof(uint32_t)) +
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

/// Append how a sound responds to the others that are there
static void
add_profiles(const EchoicModel* const model,
             const uint32_t           listener,
             EchoicArbiter* const     a)
{
  for (uint32_t i = 0U; i < model->n_profiles; ++i) {
    const EchoicProfile* const p = &model->profiles[i];
    if (p->listener == listener && !model->sounds[p->source].removed) {
      EchoicProfile* const to     = &a->profiles[a->n_profiles];
      *to                         = *p;
      to->source                  = live_index(model, p->source);
      a->sources[a->n_profiles++] = to->source;
    }
  }
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
  a->due = (uint64_t*)echoic_arena_take(arena, n_contenders, sizeof(uint64_t));
  a->until =
    (uint64_t*)echoic_arena_take(arena, n_contenders, sizeof(uint64_t));
  a->profiles = (EchoicProfile*)echoic_arena_take(
    arena, model->n_profiles, sizeof(EchoicProfile));
  a->sources =
    (uint32_t*)echoic_arena_take(arena, model->n_profiles, sizeof(uint32_t));
  a->first = (uint32_t*)echoic_arena_take(
    arena, (size_t)n_contenders + 1U, sizeof(uint32_t));
  if (!a->contenders || !a->due || !a->until || !a->profiles || !a->sources ||
      !a->first) {
    return false;
  }

  uint32_t l = 0U;
  for (uint32_t s = 0U; s < model->n_sounds; ++s) { // Grouped by listener
    if (!model->sounds[s].removed) {
      a->contenders[l].echo   = 0U;
      a->contenders[l].echoed = 0.0F;
      a->first[l++]           = a->n_profiles;
      add_profiles(model, s, a);
    }
  }

  a->first[n_contenders] = a->n_profiles;
  echoic_arbiter_reset(a);
  return true;
}

ECHOIC_RT void
echoic_arbiter_reset(EchoicArbiter* const a)
{
  a->next = UINT64_MAX;
  for (uint32_t i = 0U; i < a->n_contenders; ++i) {
    EchoicContender* const c = &a->contenders[i];
    c->n_added               = 0U;
    c->n_decided             = 0U;
    c->has_fired             = false;
    a->due[i]                = UINT64_MAX;
    a->until[i]              = 0U;
  }
}

/// First frame of the response to a candidate
static uint64_t
response_begin(const EchoicContender* const source,
               const EchoicCandidate* const cause)
{
  return cause->frame > source->span ? cause->frame - source->span : 0U;
}

/// Set when the next candidate of a contender is due
static void
set_due(const EchoicArbiter* const a, const uint32_t contender)
{
  const EchoicContender* const c = &a->contenders[contender];
  a->due[contender] =
    c->n_decided < c->n_added ? c->kept[c->n_decided % KEPT].frame : UINT64_MAX;
}

/// Let the next that is due be no later than the next of a contender
static void
bring_forward(EchoicArbiter* const a, const uint32_t contender)
{
  a->next = a->due[contender] < a->next ? a->due[contender] : a->next;
}

ECHOIC_RT void
echoic_arbiter_add(EchoicArbiter* const         a,
                   const uint32_t               contender,
                   const EchoicCandidate* const candidate)
{
  EchoicContender* const c = &a->contenders[contender];
  // More than KEPT undecided can't be: a sound's peaks are 4 frames apart
  c->kept[c->n_added++ % KEPT] = *candidate;
  set_due(a, contender);
  bring_forward(a, contender);
  if (candidate->joined >= candidate->threshold) {
    a->until[contender] = response_begin(c, candidate) + RESPONSE;
  }
}

ECHOIC_RT uint32_t
echoic_arbiter_find_due(EchoicArbiter* const a,
                        const uint32_t       contender,
                        const uint64_t       now)
{
  if (contender) { // Its next one
    bring_forward(a, contender - 1U);
  } else if (echoic_arbiter_is_due(a, now)) {
    a->next = UINT64_MAX;
  } else {
    return a->n_contenders;
  }

  uint32_t i = contender;
  while (i < a->n_contenders && a->due[i] >= now - a->wait) {
    bring_forward(a, i++);
  }

  return i;
}

/// True if these can't be one event, as near to each other as they are
static bool
is_struck_again(const EchoicContender* const c,
                const double                 first,
                const double                 second)
{
  return c->mask < c->ringing && first >= 0.0 && second > first + c->mask;
}

/// True if a better candidate of the same sound follows soon
static bool
is_followed(const EchoicContender* const c, const uint64_t index)
{
  const EchoicCandidate* const own   = &c->kept[index % KEPT];
  const uint32_t               ahead = c->ringing < AHEAD ? c->ringing : AHEAD;
  for (uint64_t i = index + 1U; i < c->n_added; ++i) {
    const EchoicCandidate* const other = &c->kept[i % KEPT];
    if (other->frame <= own->frame + ahead && other->joined > own->joined &&
        !is_struck_again(c, own->struck, other->struck)) {
      return true;
    }
  }

  return false;
}

/// True if a candidate is no more than what the sound's examples hold as well
static bool
is_echo(const EchoicContender* const c, const EchoicCandidate* const own)
{
  return c->has_fired && own->frame <= c->fired + c->echo &&
         own->joined <= c->echoed;
}

static bool
is_repeat(const EchoicArbiter* const   a,
          const EchoicContender* const c,
          const EchoicCandidate* const own)
{
  return c->has_fired && own->frame <= c->fired + c->ringing &&
         !is_struck_again(c, c->fired_struck, own->struck) &&
         (a->is_early || own->joined <= c->fired_joined);
}

/// Place of a frame in the response to a candidate of another sound
static uint64_t
response_index(const EchoicContender* const source,
               const EchoicCandidate* const cause,
               const uint64_t               frame)
{
  const uint64_t begin = response_begin(source, cause);
  return frame < begin ? ECHOIC_PROFILE_SIZE
                       : (frame - begin) / ECHOIC_PROFILE_STEP;
}

/// The part of a candidate that sounds of one other explain
static float
explanation_by(const EchoicProfile* const   p,
               const EchoicContender* const source,
               const EchoicCandidate* const own)
{
  const uint64_t kept = source->n_added < KEPT ? source->n_added : KEPT;
  float          most = 0.0F;
  for (uint64_t i = 1U; i <= kept; ++i) { // The last first
    const uint64_t               k     = source->n_added - i;
    const EchoicCandidate* const other = &source->kept[k % KEPT];
    const uint64_t index = response_index(source, other, own->frame);
    if (index >= ECHOIC_PROFILE_SIZE) {
      if (other->frame < own->frame) {
        break; // All before are over as well
      }
    } else if (other->joined >= other->threshold &&
               other->joined > own->joined &&
               other->frame <= own->frame + AHEAD &&
               (other->is_decided ? !other->is_masked
                                  : !is_followed(source, k))) {
      most = fmaxf(most,
                   (float)p->response[index] * ECHOIC_PROFILE_UNIT *
                     fminf(other->score, ECHOIC_EXPLAINED_MOST));
    }
  }

  return most;
}

/// The part of a candidate that another sound explains
static float
explanation(const EchoicArbiter* const   a,
            const uint32_t               contender,
            const EchoicCandidate* const own)
{
  float most = 0.0F;
  for (uint32_t i = a->first[contender]; i < a->first[contender + 1U]; ++i) {
    const uint32_t source = a->sources[i];
    if (own->frame < a->until[source]) {
      most = fmaxf(
        most, explanation_by(&a->profiles[i], &a->contenders[source], own));
    }
  }

  return most;
}

ECHOIC_RT int
echoic_arbiter_decide(EchoicArbiter* const   a,
                      const uint32_t         contender,
                      const uint64_t         now,
                      const bool             explains,
                      EchoicCandidate* const decided)
{
  const uint64_t due = a->due[contender];
  if (due == UINT64_MAX || now <= due + a->wait) {
    return -1;
  }

  EchoicContender* const c   = &a->contenders[contender];
  EchoicCandidate* const own = &c->kept[c->n_decided % KEPT];
  own->is_masked =
    is_followed(c, c->n_decided) || is_repeat(a, c, own) || is_echo(c, own);
  own->is_decided = true;
  ++c->n_decided;
  set_due(a, contender);
  *decided         = *own;
  const bool fires = own->joined >= own->threshold; // Unless it is explained
  if (own->is_masked || !(fires || explains)) {
    return 0;
  }

  if (fires) {
    c->has_fired    = true;
    c->fired        = own->frame;
    c->fired_joined = own->joined;
    c->fired_struck = own->struck;
  }

  if (!own->is_recording) {
    decided->explained = ECHOIC_EXPLAINED * explanation(a, contender, own);
  }
  decided->joined -= decided->explained;
  return decided->joined >= decided->threshold;
}
