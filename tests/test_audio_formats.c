// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Recordings of every container and coding that libsndfile can write, of many
   channels and rates, and such as change while they are read. */

#include "host/audio.h"
#include "host/sound_file.h"
#include "tests/slow.h"
#include "tests/sound_path.h"
#include "tests/suite.h"

#include <check.h>
#include <sndfile.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { rate = 16000, n_most = 60000, n_long = 10 * rate };

static const double tone_hz = 440.0;

static float tone[n_long];
static float back[n_most * 64];

/// Write one second of a tone; false if libsndfile can't with this format
static bool
write_tone(const int format, const int rate_hz)
{
  SF_INFO info = {0, rate_hz, 1, format, 0, 0};
  if (!sf_format_check(&info)) {
    return false;
  }

  SNDFILE* const file = sf_open(path, SFM_WRITE, &info);
  if (!file) {
    return false;
  }

  for (int i = 0; i < rate_hz; ++i) {
    tone[i] = 0.25F * (float)sin(2.0 * M_PI * tone_hz * i / rate_hz);
  }

  const bool ok = sf_writef_float(file, tone, rate_hz) == rate_hz;
  return !sf_close(file) && ok;
}

/// Read all, into `back`; how many frames, or -1
static int64_t
read_all(EchoicAudio* const audio, EchoicError* const error)
{
  const size_t width = echoic_audio_info(audio)->n_channels;
  int64_t      n     = 0;
  int64_t      got   = 1000;
  while (got == 1000 && n + 1000 <= n_most) {
    got = echoic_audio_read(audio, back + ((size_t)n * width), 1000U, error);
    n += got > 0 ? got : 0;
  }

  return got < 0 ? -1 : n;
}

/// How much of the power is at the tone's frequency
static double
share_of_tone(const int64_t n, const int rate_hz)
{
  double re  = 0.0;
  double im  = 0.0;
  double all = 1e-12;
  for (int64_t i = 0; i < n; ++i) {
    const double w = 2.0 * M_PI * tone_hz * (double)i / rate_hz;
    re += (double)back[i] * cos(w);
    im += (double)back[i] * sin(w);
    all += (double)back[i] * (double)back[i];
  }

  return 2.0 * ((re * re) + (im * im)) / ((double)n * all);
}

/// A second comes back as a second, and a tone as that tone
static void
check_format(const int format, const int rate_hz)
{
  EchoicError        error = {ECHOIC_OK, ""};
  EchoicAudio* const audio = echoic_audio_open(path, NULL, &error);
  ck_assert_msg(audio != NULL, "%x: %s", (unsigned)format, error.text);
  const int64_t n     = read_all(audio, &error);
  const double  share = n > 0 ? share_of_tone(n, rate_hz) : 0.0;
  ck_assert_msg(n >= rate_hz && n < rate_hz * 6 / 5,
                "%x: %d frames: %s",
                (unsigned)format,
                (int)n,
                error.text);
  ck_assert_msg(share > 0.8, "%x: %g is the tone", (unsigned)format, share);
  echoic_audio_close(audio);
}

START_TEST(test_every_format)
{
  static const int rates[]  = {rate, 8000, 48000}; // Some know but their own
  int              n_majors = 0;
  int              n_minors = 0;
  int              n_read   = 0;
  sf_command(NULL, SFC_GET_FORMAT_MAJOR_COUNT, &n_majors, sizeof(int));
  sf_command(NULL, SFC_GET_FORMAT_SUBTYPE_COUNT, &n_minors, sizeof(int));
  for (int i = 0; i < n_majors * n_minors; ++i) {
    SF_FORMAT_INFO major = {i / n_minors, NULL, NULL};
    SF_FORMAT_INFO minor = {i % n_minors, NULL, NULL};
    sf_command(NULL, SFC_GET_FORMAT_MAJOR, &major, sizeof(major));
    sf_command(NULL, SFC_GET_FORMAT_SUBTYPE, &minor, sizeof(minor));
    bool is_done = major.format == SF_FORMAT_RAW; // Has no header
    for (int r = 0; r < 3 && !is_done; ++r) {
      is_done = write_tone(major.format | minor.format, rates[r]);
      if (is_done) {
        check_format(major.format | minor.format, rates[r]);
        ++n_read;
      }
    }
  }

  ck_assert_int_gt(n_read, 80);
}
END_TEST

static void
write_frames(const int rate_hz, const int n_channels, const int n)
{
  SF_INFO info = {
    0, rate_hz, n_channels, SF_FORMAT_WAVEX | SF_FORMAT_PCM_16, 0, 0};
  SNDFILE* const file = sf_open(path, SFM_WRITE, &info);
  ck_assert_ptr_nonnull(file);
  for (int i = 0; i < n * n_channels; ++i) {
    back[i] = (float)(i % n_channels) / 64.0F;
  }

  ck_assert_int_eq(sf_writef_float(file, back, n), n);
  sf_close(file);
}

START_TEST(test_channels)
{
  for (int n = 1; n <= 64; ++n) {
    EchoicError error = {ECHOIC_OK, ""};
    write_frames(rate, n, 500);
    EchoicAudio* const audio = echoic_audio_open(path, NULL, &error);
    ck_assert_msg(audio != NULL, "%s", error.text);
    ck_assert_uint_eq(echoic_audio_info(audio)->n_channels, (unsigned)n);
    ck_assert_int_eq(read_all(audio, &error), 500);
    for (int c = 0; c < n; ++c) {
      echoic_audio_channel(back, 500U, (uint32_t)n, c, tone);
      ck_assert_double_eq_tol((double)tone[499], c / 64.0, 1e-4);
    }
    echoic_audio_channel(back, 500U, (uint32_t)n, -1, tone);
    ck_assert_double_eq_tol((double)tone[0], (n - 1) / 128.0, 1e-4);
    echoic_audio_close(audio);
  }
}
END_TEST

/// Samples of blocks whose frames don't fit a decoder's buffer evenly
START_TEST(test_odd_blocks)
{
  enum { n_channels = 3, n = 6000 };
  SF_INFO info = {0, rate, n_channels, SF_FORMAT_PAF | SF_FORMAT_PCM_24, 0, 0};
  static float   put[n * n_channels];
  SNDFILE* const file  = sf_open(path, SFM_WRITE, &info);
  EchoicError    error = {ECHOIC_OK, ""};
  ck_assert_ptr_nonnull(file);
  for (int i = 0; i < n * n_channels; ++i) {
    put[i] = (float)(i * 7919 % 65536) / 65536.0F;
  }
  const sf_count_t n_put =
    echoic_write_frames(file, ECHOIC_CARRY_FLOAT, n_channels, put, n);
  ck_assert_int_eq(n_put, n);
  sf_close(file);
  EchoicAudio* const audio = echoic_audio_open(path, NULL, &error);
  ck_assert_msg(audio != NULL, "%s", error.text);
  ck_assert_int_ge(read_all(audio, &error), n);
  for (int i = 0; i < n * n_channels; ++i) {
    ck_assert_double_eq_tol((double)back[i], (double)put[i], 1e-6);
  }
  echoic_audio_close(audio);
}
END_TEST

START_TEST(test_rates)
{
  static const int rates[] = {7999, 8000, 11025, 44100, 192000, 192001};
  for (size_t i = 0U; i < sizeof(rates) / sizeof(*rates); ++i) {
    EchoicError error = {ECHOIC_OK, ""};
    write_frames(rates[i], 1, 100);
    EchoicAudio* const audio  = echoic_audio_open(path, NULL, &error);
    const bool         is_fit = rates[i] >= 8000 && rates[i] <= 192000;
    ck_assert_msg((audio != NULL) == is_fit, "%d Hz", rates[i]);
    ck_assert(audio || strstr(error.text, "8000 to 192000"));
    echoic_audio_close(audio);
  }
}
END_TEST

/// When a file shrinks while it is read, that is told, and where
START_TEST(test_shrinks)
{
  static const int formats[] = {SF_FORMAT_WAV | SF_FORMAT_PCM_16,
                                SF_FORMAT_AIFF | SF_FORMAT_PCM_24,
                                SF_FORMAT_W64 | SF_FORMAT_FLOAT,
                                SF_FORMAT_FLAC | SF_FORMAT_PCM_16,
                                SF_FORMAT_OGG | SF_FORMAT_VORBIS};
  for (size_t i = 0U; i < sizeof(formats) / sizeof(*formats); ++i) {
    EchoicError error = {ECHOIC_OK, ""};
    ck_assert(write_tone(formats[i], 48000));
    EchoicAudio* const audio = echoic_audio_open(path, NULL, &error);
    ck_assert_msg(audio != NULL, "%s", error.text);
    ck_assert_int_eq(echoic_audio_read(audio, back, 100U, &error), 100);
    ck_assert_int_eq(truncate(path, 5000), 0);
    const int64_t n = read_all(audio, &error);
    if ((formats[i] & SF_FORMAT_TYPEMASK) != SF_FORMAT_OGG) {
      ck_assert_int_eq(n, -1);
      ck_assert_msg(strstr(error.text, "damaged"), "%s", error.text);
    } else { // Its length is nowhere written
      ck_assert_int_lt(n, 48000);
    }
    echoic_audio_close(audio);
  }
}
END_TEST

/// Read what is in the pipe `ends` as standard input
static int64_t
read_pipe(const int ends[2], EchoicError* const error)
{
  const int in = dup(STDIN_FILENO);
  close(ends[1]);
  dup2(ends[0], STDIN_FILENO);
  close(ends[0]);
  EchoicAudio* const audio = echoic_audio_open("-", NULL, error);
  ck_assert_msg(audio != NULL, "%s", error->text);
  const int64_t n = read_all(audio, error);
  echoic_audio_close(audio);
  dup2(in, STDIN_FILENO);
  close(in);
  return n;
}

/// A WAV file in a pipe: whole, cut short, or of a length that isn't known
START_TEST(test_pipe)
{
  static uint8_t bytes[32044];
  ck_assert(write_tone(SF_FORMAT_WAV | SF_FORMAT_PCM_16, rate));
  FILE* const file = fopen(path, "rb");
  ck_assert_uint_eq(fread(bytes, 1U, sizeof(bytes), file), sizeof(bytes));
  fclose(file);
  for (int i = 0; i < 3; ++i) {
    EchoicError  error   = {ECHOIC_OK, ""};
    int          ends[2] = {-1, -1};
    const size_t n       = i ? 20044U : sizeof(bytes);
    ck_assert_int_eq(pipe(ends), 0);
    if (i == 2) {
      memset(bytes + 40, 0xFF, 4U); // What recorders write beforehand
    }
    ck_assert_int_eq(write(ends[1], bytes, n), (ssize_t)n);
    ck_assert_int_eq(read_pipe(ends, &error),
                     i == 0   ? rate
                     : i == 1 ? -1
                              : 10000);
    ck_assert(i != 1 || strstr(error.text, "damaged after 0.625 s"));
  }
}
END_TEST

/// Write a sweep, of which no moment is like another
static void
write_sweep(const int format, const int rate_hz)
{
  SF_INFO        info = {0, rate_hz, 1, format, 0, 0};
  SNDFILE* const file = sf_open(path, SFM_WRITE, &info);
  ck_assert_msg(file != NULL, "%x", (unsigned)format);
  for (int i = 0; i < n_long; ++i) {
    const double t = (double)i / rate;
    tone[i]        = (float)(0.5 * sin(2000.0 * t * (1.0 + t)));
  }

  ck_assert_int_eq(sf_writef_float(file, tone, n_long), n_long);
  sf_close(file);
}

/// Examples are the stretches that they are called, wherever those are
START_TEST(test_stretches)
{
  static const int formats[] = {SF_FORMAT_OGG | SF_FORMAT_VORBIS,
                                SF_FORMAT_OGG | SF_FORMAT_OPUS,
                                SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III,
                                SF_FORMAT_FLAC | SF_FORMAT_PCM_16,
                                SF_FORMAT_FLAC | SF_FORMAT_PCM_24,
                                SF_FORMAT_AIFF | SF_FORMAT_DWVW_16,
                                SF_FORMAT_CAF | SF_FORMAT_ALAC_16,
                                SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III,
                                SF_FORMAT_OGG | SF_FORMAT_VORBIS};

  const int     format  = formats[_i];
  const int     rate_hz = _i > 6 ? 44100 : rate; // Other kinds of MP3
  EchoicError   error   = {ECHOIC_OK, ""};
  EchoicStretch whole   = {0};
  write_sweep(format, rate_hz);
  ck_assert(
    !echoic_audio_stretch(path, NULL, 0, 0.0, HUGE_VAL, &whole, &error));
  ck_assert_uint_ge(whole.n_samples, n_long - 2000);
  const int n_parts = is_slow() ? 10 : 100;
  for (int k = 0; k < n_parts; ++k) {
    EchoicStretch part  = {0};
    const int64_t start = k * (int64_t)(n_long - 4000) / n_parts;
    ck_assert(!echoic_audio_stretch(path,
                                    NULL,
                                    0,
                                    (double)start / rate_hz,
                                    (double)(start + 4000) / rate_hz,
                                    &part,
                                    &error));
    ck_assert_int_eq(part.start, start);
    ck_assert_uint_eq(part.n_samples, 4000U);
    for (int i = 0; i < 4000; ++i) { // Decoders round a little otherwise
      ck_assert_msg(fabsf(part.samples[i] - whole.samples[start + i]) < 1.0e-6F,
                    "%x: another sound at %d of %d",
                    (unsigned)format,
                    i,
                    (int)start);
    }
    free(part.samples);
  }

  free(whole.samples);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("audio formats");
  TCase* const tcase = tcase_create("formats");
  tcase_set_timeout(tcase, 120.0);
  tcase_add_checked_fixture(tcase, set_up, tear_down);
  tcase_add_test(tcase, test_every_format);
  tcase_add_test(tcase, test_channels);
  tcase_add_test(tcase, test_odd_blocks);
  tcase_add_test(tcase, test_rates);
  tcase_add_test(tcase, test_shrinks);
  tcase_add_test(tcase, test_pipe);
  tcase_add_loop_test(tcase, test_stretches, 0, 9);
  suite_add_tcase(suite, tcase);

  return run_suite(suite);
}
