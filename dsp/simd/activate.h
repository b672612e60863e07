// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Elementwise functions, of vectors of any width: dsp/activate.h has the
   formulas and the errors. */

#define MAGIC 12582912.0F ///< 1.5 2^23: adding it rounds to a whole number
#define LOG2_E 1.442695041F

static inline Vec
vec_abs(const Vec x)
{
  return vec_of_bits(vec_bits(x) & INT32_MAX);
}

static inline Vec
vec_minus_abs(const Vec x)
{
  return vec_of_bits(vec_bits(x) | INT32_MIN);
}

/// |x| with the sign of s
static inline Vec
vec_sign(const Vec x, const Vec s)
{
  return vec_of_bits(vec_bits(x) | (vec_bits(s) & INT32_MIN));
}

/// 2^k for whole numbers k from -126 to 127
static inline Vec
vec_power_of_two(const Vec k)
{
  return vec_of_bits(vec_shift_left(vec_bits(k + (MAGIC + 127.0F)), 23));
}

/// x - k ln 2; ln 2 in two parts, the first exact
static inline Vec
vec_rest(const Vec x, const Vec k)
{
  return vec_fma(
    k, vec_set(2.12194440e-4F), vec_fma(k, vec_set(-0.693359375F), x));
}

/// x = k ln 2 + r with |r| <= ln 2 / 2
static inline Vec
vec_reduce(const Vec x, Vec* const k)
{
  *k = vec_fma(x, vec_set(LOG2_E), vec_set(MAGIC)) - MAGIC;
  return vec_rest(x, *k);
}

/// e^r - 1 for |r| <= ln 2 / 2; Chebyshev, error 2^-25
static inline Vec
vec_expm1_part(const Vec r)
{
  Vec p = vec_fma(r, vec_set(1.392621347e-3F), vec_set(8.363202972e-3F));
  p     = vec_fma(p, r, vec_set(4.166655444e-2F));
  p     = vec_fma(p, r, vec_set(0.1666657685F));
  p     = vec_fma(p, r, vec_set(0.5F));
  return vec_fma(p, r * r, r);
}

static inline Vec
vec_exp(const Vec x)
{
  Vec       k    = vec_set(0.0F);
  const Vec near = vec_min(vec_set(89.0F), vec_max(vec_set(-104.0F), x));
  const Vec q    = vec_expm1_part(vec_reduce(near, &k));
  const Vec half = vec_fma(k, vec_set(0.5F), vec_set(MAGIC)) - MAGIC;
  const Vec one  = q + 1.0F;
  return one * vec_power_of_two(half) * vec_power_of_two(k - half);
}

/// e^x of no positive number; 0 where that isn't normal
static inline Vec
vec_exp_fading(const Vec x)
{
  const Vec biased = vec_fma(x, vec_set(LOG2_E), vec_set(MAGIC + 127.0F));
  const Vec q      = vec_expm1_part(vec_rest(x, biased - (MAGIC + 127.0F)));
  const Vec power  = vec_of_bits(vec_shift_left(vec_bits(biased), 23));
  const Vec e      = vec_fma(q, power, power);
  return vec_if_greater(x, vec_set(-87.33654F), e, vec_set(0.0F));
}

static inline Vec
vec_sigmoid(const Vec x)
{
  return 1.0F / (1.0F + vec_exp(-x));
}

/// (e^2|x| - 1) / (e^2|x| + 1)
static inline Vec
vec_tanh(const Vec x)
{
  Vec       k     = vec_set(0.0F);
  const Vec twice = vec_min(vec_set(20.0F), vec_abs(x) * 2.0F);
  const Vec q     = vec_expm1_part(vec_reduce(twice, &k));
  const Vec power = vec_power_of_two(k);
  const Vec e     = vec_fma(q, power, power - 1.0F);
  return vec_sign(e / (e + 2.0F), x);
}

static inline Vec
vec_silu(const Vec x)
{
  return x * vec_sigmoid(x);
}

/// 2 artanh(s) for |s| <= 1/3
static inline Vec
vec_twice_artanh(const Vec s)
{
  const Vec t = s * s;
  Vec       p = vec_fma(t, vec_set(0.1342574901F), vec_set(0.141183099F));
  p           = vec_fma(p, t, vec_set(0.2000378032F));
  p           = vec_fma(p, t, vec_set(0.3333332017F));
  p           = p * t;
  return vec_fma(p, s + s, s + s);
}

/// ln(1 + t) for 0 <= t <= 1; minimax, relative error 2^-24.8
static inline Vec
vec_log1p_part(const Vec t)
{
  Vec p = vec_fma(t, vec_set(5.3647253e-3F), vec_set(-3.006542282e-2F));
  p     = vec_fma(p, t, vec_set(7.92039791e-2F));
  p     = vec_fma(p, t, vec_set(-0.1375375906F));
  p     = vec_fma(p, t, vec_set(0.1915363651F));
  p     = vec_fma(p, t, vec_set(-0.2485715949F));
  p     = vec_fma(p, t, vec_set(0.3332132217F));
  p     = vec_fma(p, t, vec_set(-0.4999964795F));
  return vec_fma(p, t * t, t);
}

/// ln(1 + e^x) = max(x, 0) + ln(1 + e^-|x|)
static inline Vec
vec_softplus(const Vec x)
{
  const Vec t = vec_exp_fading(vec_minus_abs(x));
  return vec_max(vec_set(0.0F), x) + vec_log1p_part(t);
}

/// Of normal positive numbers: x = 2^k m, m from 0.7 to 1.4
static inline Vec
vec_log(const Vec x)
{
  const VecInt root = vec_bits(vec_set(0.70710678F));
  const VecInt k    = (vec_bits(x) - root) >> 23;
  const Vec    f    = vec_of_bits(vec_bits(x) - vec_shift_left(k, 23)) - 1.0F;
  const Vec    e    = vec_float(k);
  const Vec    m    = vec_twice_artanh(f / (f + 2.0F));
  return vec_fma(
    e, vec_set(0.693359375F), vec_fma(e, vec_set(-2.12194440e-4F), m));
}

static inline Vec
vec_relu(const Vec x)
{
  return vec_max(vec_set(0.0F), x);
}

/// erf(u) / u for |u| < 1 as a function of u^2
static inline Vec
vec_erf_part(const Vec t)
{
  Vec p = vec_fma(t, vec_set(7.875875063e-5F), vec_set(-8.016864287e-4F));
  p     = vec_fma(p, t, vec_set(5.189087423e-3F));
  p     = vec_fma(p, t, vec_set(-2.685421201e-2F));
  p     = vec_fma(p, t, vec_set(0.1128359472F));
  p     = vec_fma(p, t, vec_set(-0.3761262667F));
  return vec_fma(p, t, vec_set(1.128379166F));
}

/// -ln(erfc(u)) for u from 1 to 5.6
static inline Vec
vec_erfc_exponent(const Vec u)
{
  Vec p = vec_fma(u, vec_set(9.796643643e-8F), vec_set(-3.770391465e-6F));
  p     = vec_fma(p, u, vec_set(6.611883031e-5F));
  p     = vec_fma(p, u, vec_set(-7.035026112e-4F));
  p     = vec_fma(p, u, vec_set(5.112594421e-3F));
  p     = vec_fma(p, u, vec_set(-2.717323532e-2F));
  p     = vec_fma(p, u, vec_set(0.1111108739F));
  p     = vec_fma(p, u, vec_set(0.6309500807F));
  p     = vec_fma(p, u, vec_set(1.130652431F));
  return vec_fma(p, u, vec_set(-4.061832196e-4F));
}

/// x Phi(x); Phi(x) = (1 + erf(u)) / 2 or a tail erfc(|u|) / 2, u = x / sqrt 2
static inline Vec
vec_gelu(const Vec x)
{
  const Vec u    = x * 0.70710678F;
  const Vec size = vec_min(vec_set(5.6F), vec_abs(u));
  const Vec near = vec_fma(vec_erf_part(u * u), u * 0.5F, vec_set(0.5F));
  const Vec tail = vec_exp(-vec_erfc_exponent(size)) * 0.5F;
  const Vec zero = vec_set(0.0F);
  const Vec rest = vec_if_greater(vec_set(5.6F), size, tail, zero);
  const Vec far  = vec_if_greater(u, zero, 1.0F - rest, rest);
  return x * vec_if_greater(vec_abs(u), vec_set(1.0F), far, near);
}

static inline Vec
vec_gelu_tanh(const Vec x)
{
  const Vec cube = 0.044715F * (x * x) * x;
  return 0.5F * x * (1.0F + vec_tanh(0.79788456F * (x + cube)));
}

#define ELEMENTWISE(f)                                              \
  static ECHOIC_RT void each_##f(float* const x, const uint32_t n)  \
  {                                                                 \
    uint32_t i = 0U;                                                \
    for (; i + WIDTH <= n; i += WIDTH) {                            \
      vec_store(x + i, vec_##f(vec_load(x + i)));                   \
    }                                                               \
    if (i < n) {                                                    \
      vec_store_n(x + i, vec_##f(vec_load_n(x + i, n - i)), n - i); \
    }                                                               \
  }

// clang-format off
ELEMENTWISE(exp)
ELEMENTWISE(log)
ELEMENTWISE(sigmoid)
ELEMENTWISE(tanh)
ELEMENTWISE(silu)
ELEMENTWISE(softplus)
ELEMENTWISE(relu)
ELEMENTWISE(gelu)
ELEMENTWISE(gelu_tanh)
// clang-format on

/// Greatest of a vector
static float
greatest(const float* const x, const uint32_t n)
{
  Vec      most = vec_set(-INFINITY);
  uint32_t i    = 0U;
  for (; i + WIDTH <= n; i += WIDTH) {
    most = vec_max(vec_load(x + i), most);
  }

  float max = vec_greatest(most);
  for (; i < n; ++i) {
    max = x[i] > max ? x[i] : max;
  }

  return max;
}

static ECHOIC_RT void
softmax(float* const x, const uint32_t n)
{
  const float max = greatest(x, n);
  Vec         sum = vec_set(0.0F);
  uint32_t    i   = 0U;
  for (; i + WIDTH <= n; i += WIDTH) {
    const Vec e = vec_exp(vec_load(x + i) - max);
    vec_store(x + i, e);
    sum += e;
  }

  const uint32_t left = n - i;
  if (left) {
    vec_store_n(x + i, vec_exp(vec_load_n(x + i, left) - max), left);
    sum += vec_load_n(x + i, left);
  }

  const float total = vec_sum(sum);
  for (uint32_t k = 0U; k < n; ++k) {
    x[k] /= total;
  }
}
