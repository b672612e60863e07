// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/attack.h"

#include "dsp/kernels.h"

#include <math.h>

static const double least_energy = 1e-9;
static const double db_per_nat   = 4.342944819;
static const double nearness     = 2.0;  ///< Nat at the reach
static const double slack        = 1e-6; ///< Of bounds, for rounding

static uint32_t
samples(const double seconds, const double rate_hz)
{
  return (uint32_t)lrint(seconds * rate_hz);
}

ECHOIC_RT uint32_t
echoic_attack_margin(const double rate_hz)
{
  return samples(ECHOIC_ATTACK_REACH_S, rate_hz) +
         samples(ECHOIC_ATTACK_BEFORE_S, rate_hz) + 1U;
}

/* All places are bounded first, a chunk of them at a time, from sums of squares
   of whole chunks of samples; then those are looked at that may have the best.
 */

#define CHUNK ECHOIC_ENERGY_CHUNK
#define MOST_CHUNKS 961U ///< Of the samples at 192 kHz
#define MOST_BLOCKS 577U ///< Of the places

/// Squares of the samples
typedef struct {
  const float* in;
  double       up_to[MOST_CHUNKS]; ///< Sum before each chunk
} Energies;

/// What is compared, in samples
typedef struct {
  uint32_t reach;
  uint32_t n_before;
  uint32_t n_after;
  uint32_t first;   ///< Place that is `reach` before the middle
  double   quiet_a; ///< Added to A, to B
  double   quiet_b;
} Search;

static double
square(const float x)
{
  return (double)x * (double)x;
}

/// Energy of `n` samples, a chunk at the least
static double
energy(const Energies* const e, const uint32_t from, const uint32_t n)
{
  const uint32_t end   = from + n;
  const uint32_t first = (from + CHUNK - 1U) / CHUNK;
  const uint32_t last  = end / CHUNK;
  double         sum   = e->up_to[last] - e->up_to[first];
  for (uint32_t i = from; i < first * CHUNK; ++i) {
    sum += square(e->in[i]);
  }

  for (uint32_t i = last * CHUNK; i < end; ++i) {
    sum += square(e->in[i]);
  }

  return sum;
}

/// Chunks that hold samples `from` to `end`, of one block of places after
/// another
static EchoicEnergySpan
around(const Energies* const e, const uint32_t from, const uint32_t end)
{
  const EchoicEnergySpan c = {e->up_to + (from / CHUNK),
                              e->up_to + ((end + CHUNK - 1U) / CHUNK)};
  return c;
}

/// The same of those chunks that are held by the samples
static EchoicEnergySpan
inside(const Energies* const e, const uint32_t from, const uint32_t end)
{
  const double* const    first = e->up_to + ((from + CHUNK - 1U) / CHUNK);
  const double* const    last  = e->up_to + (end / CHUNK);
  const EchoicEnergySpan c     = {first, last > first ? last : first};
  return c;
}

/// e^(-2 (i / reach)^2) in steps of `by`
typedef struct {
  double now;
  double step; ///< From now to the next
  double bend; ///< From a step to the next
} Falloff;

static Falloff
falloff_from(const Search* const s, const double i, const double by)
{
  const double  unit = nearness / ((double)s->reach * s->reach);
  const Falloff f    = {exp(-unit * i * i),
                        exp(-unit * by * ((2.0 * i) + by)),
                        exp(-2.0 * unit * by * by)};
  return f;
}

static void
falloff_next(Falloff* const f)
{
  f->now *= f->step;
  f->step *= f->bend;
}

static double
greater(const double a, const double b) // Compiles to one instruction
{
  return a > b ? a : b;
}

/// Bound A / B e^(...) over each block of places; return what one has at least
static double
bound(const Search* const s, const Energies* const e, double* const most)
{
  const uint32_t n      = ((2U * s->reach) / CHUNK) + 1U;
  const uint32_t middle = s->reach / CHUNK;
  const uint32_t at     = s->first;
  const uint32_t end    = at + CHUNK - 1U;
  double         here[MOST_BLOCKS + 1U];
  Falloff        f = falloff_from(s, -(double)s->reach, CHUNK);
  for (uint32_t k = 0U; k <= n; ++k) {
    here[k] = f.now;
    falloff_next(&f);
  }

  const EchoicRise sure = {here,
                           inside(e, at, at + s->n_after),
                           around(e, at - s->n_before, at),
                           s->quiet_a,
                           s->quiet_b};
  const EchoicRise able = {here,
                           around(e, at, end + s->n_after),
                           inside(e, end - s->n_before, at),
                           s->quiet_a,
                           s->quiet_b};
  const double     best = echoic_kernels()->rises(&sure, most, n);
  for (uint32_t k = 0U; k < n; ++k) {
    here[k] = greater(here[k], here[k + 1U]);
  }
  here[middle] = 1.0;
  (void)echoic_kernels()->rises(&able, most, n);
  return best;
}

/// The best place so far
typedef struct {
  double  merit; ///< A / B e^(...)
  double  ratio; ///< A / B
  int32_t offset;
} Best;

/// Look at the places from `i` on
static void
look(const Search* const   s,
     const Energies* const e,
     const uint32_t        i,
     Best* const           best)
{
  const uint32_t     at     = s->first + i;
  const int32_t      offset = (int32_t)i - (int32_t)s->reach;
  const uint32_t     left   = (2U * s->reach) + 1U - i;
  const float* const now    = e->in + at;
  const float* const old    = now - s->n_before;
  const float* const next   = now + s->n_after;
  double             before = energy(e, at - s->n_before, s->n_before);
  double             after  = energy(e, at, s->n_after);
  Falloff            f      = falloff_from(s, offset, 1.0);
  for (uint32_t k = 0U; k < CHUNK && k < left; ++k) {
    const double a = (after > 0.0 ? after : 0.0) + s->quiet_a;
    const double b = (before > 0.0 ? before : 0.0) + s->quiet_b;
    if (a * f.now > best->merit * b) {
      best->ratio  = a / b;
      best->merit  = best->ratio * f.now;
      best->offset = offset + (int32_t)k;
    }

    const double passed = square(now[k]);
    before += passed - square(old[k]);
    after += square(next[k]) - passed;
    falloff_next(&f);
  }
}

ECHOIC_RT EchoicAttack
echoic_attack_find(const float* const in, const double rate_hz)
{
  const uint32_t margin   = echoic_attack_margin(rate_hz);
  const uint32_t reach    = samples(ECHOIC_ATTACK_REACH_S, rate_hz);
  const uint32_t n_before = samples(ECHOIC_ATTACK_BEFORE_S, rate_hz);
  const uint32_t n_after  = samples(ECHOIC_ATTACK_AFTER_S, rate_hz);
  const Search   s        = {reach,
                             n_before,
                             n_after,
                             margin - reach,
                             n_after * least_energy,
                             n_before * least_energy};
  Energies       energies;
  double         most[MOST_BLOCKS];
  Best           best = {0.0, 0.0, 0};
  energies.in         = in;
  echoic_kernels()->energies(in, 2U * margin / CHUNK, energies.up_to);
  double least = bound(&s, &energies, most) * (1.0 - slack);
  for (uint32_t i = 0U; i <= 2U * reach; i += CHUNK) {
    if (most[i / CHUNK] >= least) {
      look(&s, &energies, i, &best);
      least = greater(least, best.merit * (1.0 - slack));
    }
  }

  const double rise_db      = db_per_nat * log(best.ratio * n_before / n_after);
  const EchoicAttack attack = {best.offset, (float)fmax(rise_db, 0.0)};
  return attack;
}
