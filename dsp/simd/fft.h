// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Power spectrum of real samples, of vectors of any width.

   2 N real samples are N complex ones z, even and odd ones their parts.  A
   vector of L lanes holds neighbours; in each lane the M = N / L points

       u_l(m) = z(L m + l)

   are transformed by themselves, all lanes at once.  Stages of radix 8 and 4
   leave the bins in order, from one buffer to the other (Stockham); one of s
   transforms of n points side by side and radix r is

       y[q + s (r p + k)] = w^(k p) sum_i exp(-2 pi j i k / r) x[q + s (p + i n
   / r)]

   with w = exp(-2 pi j / n).  Then rows of L vectors become columns, and lanes
   join to the bins of all N,

       Z(k + M i) = sum_l exp(-2 pi j l i / L) exp(-2 pi j l k / N) U_l(k).

   The real transform's bins come in pairs,

       X_i, X_(N-i)* = (Z_i + Z_(N-i)*) / 2 -+ j w^i (Z_i - Z_(N-i)*) / 2. */

#include "dsp/simd/butterfly.h"

/// Write vectors, one after another or `apart`: real and imaginary part in turn
ALWAYS void
put_all(const Vec* const re,
        const Vec* const im,
        float* const     to,
        const size_t     apart,
        const uint32_t   radix)
{
#pragma GCC unroll 8
  for (uint32_t k = 0U; k < radix; ++k) {
    vec_store(to + (k * apart * 2U * WIDTH), re[k]);
    vec_store(to + (k * apart * 2U * WIDTH) + WIDTH, im[k]);
  }
}

/// Real samples as complex ones, times a window unless that is null
ALWAYS void
take_real(const float* const in,
          const float* const window,
          Vec* const         re,
          Vec* const         im)
{
  Vec a = vec_load(in);
  Vec b = vec_load(in + WIDTH);
  if (window) {
    a = a * vec_load(window);
    b = b * vec_load(window + WIDTH);
  }
#if WIDTH == 1U
  *re = a;
  *im = b;
#else
  *re = vec_even_lanes(a, b);
  *im = vec_odd_lanes(a, b);
#endif
}

/// The first stage, from the samples: stride 1
ALWAYS void
stage_first(const EchoicFftPlan* const plan,
            const float* const         in,
            const float* const         window,
            float* const               to,
            const uint32_t             radix,
            const uint32_t             n_turns)
{
  const float* const turns = plan->stages[0].turns;
  const size_t       apart = 2U * (size_t)WIDTH * n_turns;
  for (uint32_t p = 0U; p < n_turns; ++p) {
    Vec          re[8];
    Vec          im[8];
    const size_t at = 2U * (size_t)WIDTH * p;
#pragma GCC unroll 8
    for (uint32_t i = 0U; i < radix; ++i) {
      const size_t from = at + (i * apart);
      take_real(in + from, window ? window + from : NULL, &re[i], &im[i]);
    }
    transform(re, im, radix);
    if (p) {
      turn_all(re, im, turns + (p * 2U * (radix - 1U)), radix);
    }
    put_all(re, im, to + (radix * at), 1U, radix);
  }
}

/// Stage `i`, any other
ALWAYS void
stage_next(const EchoicFftPlan* const plan,
           const uint32_t             i,
           const float* const         from,
           float* const               to,
           const EchoicFftStage       st)
{
  const float* const turns = plan->stages[i].turns;
  const size_t       s     = st.stride;
  const size_t       apart = 2U * WIDTH * s * st.n_turns;
  for (uint32_t p = 0U; p < st.n_turns; ++p) {
    for (size_t q = 0U; q < s; ++q) {
      Vec                re[8];
      Vec                im[8];
      const float* const x = from + (2U * WIDTH * ((s * p) + q));
#pragma GCC unroll 8
      for (uint32_t k = 0U; k < st.radix; ++k) {
        re[k] = vec_load(x + (k * apart));
        im[k] = vec_load(x + (k * apart) + WIDTH);
      }
      transform(re, im, st.radix);
      if (p) {
        turn_all(re, im, turns + (p * 2U * (size_t)(st.radix - 1U)), st.radix);
      }
      put_all(
        re, im, to + (2U * WIDTH * ((s * st.radix * p) + q)), s, st.radix);
    }
  }
}

#if WIDTH > 1U

/// Bins of a transform of all lanes in the order that it leaves them in
#  define LANE_BIN(i) (WIDTH > 8U ? (4U * ((i) % 4U)) + ((i) / 4U) : (i))

/// Join lanes to bins k .. k + WIDTH - 1, and those M further
ALWAYS void
join_lanes(const EchoicFftPlan* const plan,
           const float* const         from,
           float* const               to,
           const uint32_t             n_complex,
           const uint32_t             k)
{
  const size_t       n_lane = n_complex / WIDTH;
  const size_t       lane   = 2U * WIDTH * (size_t)k;
  const float* const turns = plan->lane_turns + (2U * (WIDTH - 1U) * (size_t)k);
  Vec                re[WIDTH];
  Vec                im[WIDTH];
  Vec                row[WIDTH];
  vec_columns(from + lane, 2U * WIDTH, row);
#  pragma GCC unroll 16
  for (uint32_t l = 0U; l < WIDTH; ++l) {
    re[vec_lane(l)] = row[l];
  }
  vec_columns(from + lane + WIDTH, 2U * WIDTH, row);
#  pragma GCC unroll 16
  for (uint32_t l = 0U; l < WIDTH; ++l) {
    im[vec_lane(l)] = row[l];
  }

#  pragma GCC unroll 16
  for (uint32_t l = 1U; l < WIDTH; ++l) {
    const float* const t = turns + (2U * WIDTH * (size_t)(l - 1U));
    turn_point(&re[l], &im[l], vec_load(t), vec_load(t + WIDTH));
  }

#  if WIDTH > 8U
  transform16(re, im);
#  else
  transform(re, im, WIDTH);
#  endif
#  pragma GCC unroll 16
  for (uint32_t i = 0U; i < WIDTH; ++i) {
    const size_t at = (LANE_BIN(i) * n_lane) + k;
    vec_store(to + at, re[i]);
    vec_store(to + n_complex + at, im[i]);
  }
}

#endif

/// From lanes to bins, real and imaginary parts apart
ALWAYS void
join(const EchoicFftPlan* const plan,
     const float* const         from,
     float* const               to,
     const uint32_t             n)
{
  for (uint32_t k = 0U; k < n / WIDTH; k += WIDTH) {
#if WIDTH > 1U
    join_lanes(plan, from, to, n, k);
#else
    (void)plan;
    to[k]     = from[2U * (size_t)k];
    to[n + k] = from[(2U * (size_t)k) + 1U];
#endif
  }
}

/// Power of bins that are twice what they should be, unless samples were halved
ALWAYS Vec
vec_power(const Vec re, const Vec im, const bool halved)
{
  const Vec power = vec_fma(re, re, im * im);
  return halved ? power : power * 0.25F;
}

/// From bins of the complex transform to the power of bins i and on, and of
/// their mirror images if `both`
ALWAYS void
pair_power(const EchoicFftPlan* const plan,
           const float* const         re,
           float* const               power,
           const uint32_t             n,
           const uint32_t             i,
           const bool                 both,
           const bool                 halved)
{
  const float* const im     = re + n;
  const uint32_t     other  = n - i - (WIDTH - 1U);
  const Vec          a_re   = vec_load(re + i);
  const Vec          a_im   = vec_load(im + i);
  const Vec          b_re   = vec_reverse(vec_load(re + other));
  const Vec          b_im   = vec_reverse(vec_load(im + other));
  const Vec          c      = vec_load(plan->turn[0] + i);
  const Vec          s      = vec_load(plan->turn[1] + i);
  const Vec          sum_re = a_re + b_re;
  const Vec          sum_im = a_im - b_im;
  const Vec          dif_re = a_re - b_re;
  const Vec          dif_im = a_im + b_im;
  const Vec          odd_re = vec_fma(c, dif_im, s * dif_re);
  const Vec          odd_im = vec_fma(s, dif_im, -(c * dif_re));
  vec_store(power + i, vec_power(sum_re + odd_re, sum_im + odd_im, halved));
  if (both) {
    const Vec y = vec_power(sum_re - odd_re, sum_im - odd_im, halved);
    vec_store(power + other, vec_reverse(y));
  }
}

/// From bins of the complex transform to the power of those that are asked for
ALWAYS void
real_power(const EchoicFftPlan* const plan,
           const float* const         z,
           float* const               power,
           const uint32_t             n,
           const bool                 halved)
{
  uint32_t i = 1U;
  for (; i + plan->n_bins <= n - (WIDTH - 1U) && i <= n / 2U; i += WIDTH) {
    pair_power(plan, z, power, n, i, false, halved);
  }

  for (; i <= n / 2U; i += WIDTH) {
    pair_power(plan, z, power, n, i, true, halved);
  }

  const float unit = halved ? 4.0F : 1.0F;
  const float low  = z[0] + z[n];
  const float high = z[0] - z[n];
  power[0]         = low * low * unit;
  power[n]         = high * high * unit;
}

/// Any number of points
static void
power_any(const EchoicFftPlan* const plan,
          const float* const         in,
          const float* const         window,
          float* const               power)
{
  const EchoicFftStage* const st  = plan->stages;
  float*                      now = plan->work[0];
  if (st->radix == 8U) {
    stage_first(plan, in, window, now, 8U, st->n_turns);
  } else {
    stage_first(plan, in, window, now, 4U, st->n_turns);
  }

  float* next = plan->work[1];
  for (uint32_t i = 1U; i < plan->n_stages; ++i) {
    const EchoicFftStage eight = {8U, st[i].stride, st[i].n_turns, NULL};
    const EchoicFftStage four  = {4U, st[i].stride, st[i].n_turns, NULL};
    float* const         last  = now;
    if (st[i].radix == 8U) {
      stage_next(plan, i, now, next, eight);
    } else {
      stage_next(plan, i, now, next, four);
    }
    now  = next;
    next = last;
  }

  join(plan, now, next, plan->n_complex);
  real_power(plan, next, power, plan->n_complex, window != NULL);
}

#if WIDTH > 1U
#  define COMMON 512U ///< Complex points, of 1024 samples

/// The common number of points: all that depends on it is known
ALWAYS void
power_common(const EchoicFftPlan* const plan,
             const float* const         in,
             const float* const         window,
             float* const               power)
{
  float* const a = plan->work[0];
  float* const b = plan->work[1];
#  if WIDTH == 4U
  stage_first(plan, in, window, b, 8U, 16U);
  stage_next(plan, 1U, b, a, (const EchoicFftStage){4U, 8U, 4U, NULL});
  stage_next(plan, 2U, a, b, (const EchoicFftStage){4U, 32U, 1U, NULL});
#  elif WIDTH == 8U
  stage_first(plan, in, window, a, 8U, 8U);
  stage_next(plan, 1U, a, b, (const EchoicFftStage){8U, 8U, 1U, NULL});
#  else
  stage_first(plan, in, window, a, 8U, 4U);
  stage_next(plan, 1U, a, b, (const EchoicFftStage){4U, 8U, 1U, NULL});
#  endif
  join(plan, b, a, COMMON);
  real_power(plan, a, power, COMMON, window != NULL);
}
#endif

static ECHOIC_RT void
fft_power(const EchoicFftPlan* const plan,
          const float* const         in,
          const float* const         window,
          float* const               power)
{
#if WIDTH > 8U
  if (plan->n_lanes < WIDTH) { // Fewer points than lanes by lanes
    echoic_kernels_avx2.fft_power(plan, in, window, power);
    return;
  }
#endif
#if WIDTH > 1U
  if (plan->n_complex == COMMON) {
    if (window) {
      power_common(plan, in, window, power);
    } else {
      power_common(plan, in, NULL, power);
    }
    return;
  }
#endif

  power_any(plan, in, window, power);
}
