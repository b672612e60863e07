// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/strike_fit.h"

#include "dsp/activate.h"
#include "dsp/kernels.h"

#include <math.h>
#include <string.h>

#define N_CELLS ECHOIC_STRIKE_CELLS
#define N_BANDS ECHOIC_SHORT_BANDS
#define N_FIRST 3U ///< Sounds that a second is added to
#define N_GAINS 5U ///< Tried at once

static const uint32_t n_low       = 6U; ///< Bands
static const float    least       = 1e-9F;
static const float    own_spread  = 0.5F; ///< s^2 of hits of one sound
static const float    knee        = 3.0F;
static const float    nat_per_db  = 0.2302585F;
static const float    low_share   = 0.25F;
static const float    fine_spread = 0.7F; ///< s^2 in the longer window

/* 1 / sqrt(n_c): noise of a band has twice its width times 3.5 ms degrees of
   freedom, one at the least. */
static const float spread[N_BANDS] = {
  0.867F, 0.867F, 0.867F, 0.867F, 0.848F, 0.809F, 0.765F, 0.722F,
  0.681F, 0.643F, 0.606F, 0.571F, 0.539F, 0.507F, 0.479F, 0.451F,
  0.425F, 0.401F, 0.378F, 0.356F, 0.336F, 0.317F, 0.299F, 0.282F};

static const float least_share  = 0.1F;  ///< Of the evidence, to be tried
static const float usual_misfit = 0.25F; ///< C for each cell, of a good sum

/// One fit
typedef struct {
  const EchoicStrikeScene* scene;
  float                    level[N_CELLS];  ///< ln E
  float                    weight[N_CELLS]; ///< 1 / s, 0 for bands not there
} Fit;

/// Sounds that explain what is heard, so far
typedef struct {
  uint32_t n;
  uint32_t shape[ECHOIC_STRIKE_MOST];
  float    gain_db[ECHOIC_STRIKE_MOST];
  float    cost;            ///< C, and what the gains cost
  float    before[N_CELLS]; ///< a B
} Sum;

ECHOIC_RT float
echoic_strike_spread(const uint32_t band)
{
  return spread[band];
}

static void
fit_begin(Fit* const f, const EchoicStrikeScene* const scene)
{
  f->scene = scene;
  for (uint32_t c = 0U; c < N_CELLS; ++c) {
    const uint32_t b     = c % N_BANDS;
    const float    share = b < n_low ? low_share : 1.0F;
    const bool     fine  = scene->is_low && c >= N_BANDS;
    const float    noise = share * spread[b] * spread[b];
    const float    both  = fine ? fine_spread : own_spread + noise;
    f->level[c]          = scene->energy[c] + least;
    f->weight[c]         = b < scene->n_bands ? 1.0F / sqrtf(both) : 0.0F;
  }

  echoic_log(f->level, N_CELLS);
}

/// C with a shape added to others at each of some gains
static void
costs_with(const Fit* const   f,
           const float* const others,
           const float* const shape,
           const float* const gains,
           const uint32_t     n,
           float* const       costs)
{
  const EchoicMisfit m = {N_CELLS, least, knee, f->level, f->weight};
  echoic_kernels()->misfits(&m, others, shape, gains, n, costs);
}

/// C of a sum of energies
static float
cost_of(const Fit* const f, const float* const energies)
{
  const float none = 0.0F;
  float       cost = 0.0F;
  costs_with(f, energies, energies, &none, 1U, &cost);
  return cost;
}

/// What a gain costs: sounds come about as loud as their examples
static float
cost_of_gain(const float db)
{
  static const float usual_db = 3.0F;
  static const float per_db2  = 1.0F / 12.0F;
  const float        more_db  = fmaxf(fabsf(db) - usual_db, 0.0F);
  return per_db2 * more_db * more_db;
}

/// A gain, and C with its cost
typedef struct {
  float db;
  float cost;
} Gain;

/// Try some gains, each unless it alone costs more than the best so far
static Gain
try_gains(const Fit* const   f,
          const float* const others,
          const float* const shape,
          const float* const dbs,
          const uint32_t     n,
          Gain               best)
{
  float    gains[N_GAINS];
  float    costs[N_GAINS];
  float    tried[N_GAINS];
  uint32_t n_tried = 0U;
  for (uint32_t i = 0U; i < n; ++i) {
    if (cost_of_gain(dbs[i]) < best.cost) {
      gains[n_tried]   = expf(nat_per_db * dbs[i]);
      tried[n_tried++] = dbs[i];
    }
  }

  costs_with(f, others, shape, gains, n_tried, costs);
  for (uint32_t i = 0U; i < n_tried; ++i) {
    const Gain gain = {tried[i], costs[i] + cost_of_gain(tried[i])};
    best            = gain.cost < best.cost ? gain : best;
  }

  return best;
}

/// Find the best gain for a shape on top of others: every 6 dB, then nearer
static Gain
best_gain(const Fit* const   f,
          const float* const others,
          const float* const shape)
{
  static const float near[] = {0.0F, -6.0F, 6.0F, -12.0F, 12.0F};
  static const float far[]  = {-18.0F, 18.0F, -24.0F, 24.0F};
  static const float step[] = {3.0F, 1.5F};
  Gain               best   = {0.0F, INFINITY};
  best                      = try_gains(f, others, shape, near, N_GAINS, best);
  best = try_gains(f, others, shape, far, N_GAINS - 1U, best);
  for (uint32_t i = 0U; i < 2U; ++i) {
    const float sides[] = {best.db - step[i], best.db + step[i]};
    best                = try_gains(f, others, shape, sides, 2U, best);
  }

  return best;
}

/// Energies of a sum but for one of its sounds (`without` = n: all of them)
static void
add_up(const Fit* const f,
       const Sum* const sum,
       const uint32_t   without,
       float* const     energies)
{
  memcpy(energies, sum->before, N_CELLS * sizeof(float));
  for (uint32_t i = 0U; i < sum->n; ++i) {
    const float* const shape = f->scene->shapes[sum->shape[i]].energy;
    const float        gain  = expf(nat_per_db * sum->gain_db[i]);
    for (uint32_t c = 0U; i != without && c < N_CELLS; ++c) {
      energies[c] += gain * shape[c];
    }
  }
}

/// What the gains of a sum cost but for one of its sounds
static float
cost_of_gains(const Sum* const sum, const uint32_t without)
{
  float cost = 0.0F;
  for (uint32_t i = 0U; i < sum->n; ++i) {
    cost += i == without ? 0.0F : cost_of_gain(sum->gain_db[i]);
  }

  return cost;
}

static bool
is_in(const Fit* const f, const Sum* const sum, const uint32_t sound)
{
  bool found = false;
  for (uint32_t i = 0U; i < sum->n; ++i) {
    found = found || f->scene->shapes[sum->shape[i]].sound == sound;
  }

  return found;
}

/// Choose the best shape of a sound and its gain for place `at` of a sum
static void
choose(const Fit* const f,
       Sum* const       sum,
       const uint32_t   at,
       const uint32_t   sound)
{
  const EchoicShape* const shapes = f->scene->shapes;
  float                    others[N_CELLS];
  add_up(f, sum, at, others);
  const float gains = cost_of_gains(sum, at);

  sum->n    = at < sum->n ? sum->n : at + 1U;
  sum->cost = INFINITY;
  for (uint32_t i = 0U; i < f->scene->n_shapes; ++i) {
    if (shapes[i].sound == sound) {
      const Gain  gain = best_gain(f, others, shapes[i].energy);
      const float cost = gains + gain.cost;
      if (cost < sum->cost) {
        sum->cost        = cost;
        sum->shape[at]   = i;
        sum->gain_db[at] = gain.db;
      }
    }
  }
}

/// Fit each sound of a sum again, given the others
static void
settle(const Fit* const f, Sum* const sum)
{
  Sum again = *sum;
  for (uint32_t i = 0U; sum->n > 1U && i < sum->n; ++i) {
    choose(f, &again, i, f->scene->shapes[again.shape[i]].sound);
  }

  *sum = again.cost < sum->cost ? again : *sum;
}

/// Return a sum with one more sound, the best one, or as it was
static Sum
extend(const Fit* const f, const Sum* const sum)
{
  Sum best  = *sum;
  best.cost = INFINITY;
  for (uint32_t sound = 0U; sound < f->scene->n_sounds; ++sound) {
    if (!is_in(f, sum, sound)) {
      Sum more = *sum;
      choose(f, &more, more.n, sound);
      best = more.cost < best.cost ? more : best;
    }
  }

  settle(f, &best);
  return best;
}

/// Start with what was heard before, at a share of its level
static Sum
start(const Fit* const f, const float share)
{
  Sum sum = {0U, {0U}, {0.0F}, 0.0F, {0.0F}};
  for (uint32_t c = 0U; c < N_CELLS; ++c) {
    sum.before[c] = share * f->scene->before[c];
  }

  sum.cost = cost_of(f, sum.before);
  return sum;
}

/// Some sums in the order of their costs
typedef struct {
  uint32_t n;
  Sum      sums[N_FIRST];
} Best;

/// Insert a sum if it is one of the best
static void
insert(Best* const best, const Sum* const sum)
{
  uint32_t at = best->n < N_FIRST ? best->n++ : N_FIRST - 1U;
  if (at == N_FIRST - 1U && best->n == N_FIRST &&
      sum->cost >= best->sums[at].cost) {
    return;
  }

  for (; at > 0U && sum->cost < best->sums[at - 1U].cost; --at) {
    best->sums[at] = best->sums[at - 1U];
  }

  best->sums[at] = *sum;
}

/**
   Return the best sum of one sound or, beginning with any of the best few, of
   two: none can be better by what is needed than one that costs less.
*/
static Sum
explain(const Fit* const f, const Sum* const background)
{
  Best best = {0};
  Sum  two  = *background;
  for (uint32_t i = 0U; i < N_FIRST; ++i) {
    best.sums[i]      = *background;
    best.sums[i].cost = INFINITY;
  }

  for (uint32_t sound = 0U; sound < f->scene->n_sounds; ++sound) {
    Sum one = *background;
    choose(f, &one, 0U, sound);
    insert(&best, &one);
  }

  const bool is_enough = best.sums[0].cost <= f->scene->more;
  two.cost             = INFINITY;
  for (uint32_t i = 0U; i < best.n && !is_enough; ++i) {
    const Sum more = extend(f, &best.sums[i]);
    two            = more.cost < two.cost ? more : two;
  }

  return two.cost + f->scene->more < best.sums[0].cost ? two : best.sums[0];
}

/// By how much C would be more without a sound of a sum
static float
evidence_of(const Fit* const f, const Sum* const sum, const uint32_t at)
{
  float energies[N_CELLS];
  add_up(f, sum, at, energies);
  return cost_of(f, energies) + cost_of_gains(sum, at) - sum->cost;
}

static float
score_of(const float evidence, const float needed)
{
  return evidence > 0.0F ? evidence / (evidence + needed) : 0.0F;
}

ECHOIC_RT void
echoic_strike_fit(const EchoicStrikeScene* const scene,
                  EchoicStrikeFit* const         fit)
{
  Fit f;
  fit_begin(&f, scene);
  const Sum   whole   = start(&f, 1.0F);
  const Sum   half    = start(&f, 0.5F);
  const float nothing = fminf(whole.cost, half.cost);
  const float n_cells = (float)(scene->n_bands * ECHOIC_STRIKE_LOOKS);
  fit->n_struck       = 0U;
  fit->misfit         = INFINITY;
  fit->alone          = nothing / n_cells;
  if (nothing < least_share * scene->evidence) {
    return; // Whatever it is, it won't be enough
  }

  const Sum a   = explain(&f, &whole);
  const Sum b   = explain(&f, &half);
  Sum       sum = a.cost <= b.cost ? a : b;
  if (sum.n == 2U && sum.cost > scene->more) {
    const Sum more = extend(&f, &sum);
    sum            = more.cost + scene->more < sum.cost ? more : sum;
  }

  const float together = score_of(nothing - sum.cost, scene->evidence);
  fit->misfit          = sum.cost / n_cells;
  fit->n_struck        = isfinite(sum.cost) ? sum.n : 0U;
  const float doubt    = fmaxf(1.0F, fit->misfit / usual_misfit);
  for (uint32_t i = 0U; i < fit->n_struck; ++i) {
    const float own = score_of(evidence_of(&f, &sum, i), scene->more * doubt);
    const EchoicStruck struck = {sum.shape[i],
                                 expf(nat_per_db * sum.gain_db[i]),
                                 sum.n > 1U ? fminf(own, together) : together};
    fit->struck[i]            = struck;
  }
}
