// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/audio.h"
#include "host/files.h"
#include "host/sound_file.h"
#include "tests/suite.h"
#include "tests/temp.h"

#include <check.h>
#include <sndfile.h>

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { n_frames = 20000, n_channels = 2, rate_hz = 22050 };

static char dir[temp_size];
static char path[temp_size + 64];

static const char*
in_dir(const char* const name)
{
  snprintf(path, sizeof(path), "%s/%s", dir, name);
  return path;
}

/// Left counts up, right counts down, in steps of 16-bit samples
static short
sample(const int64_t frame, const int channel)
{
  const int64_t x = frame % 1000;
  return (short)(channel ? -x : x);
}

static void
make_file(const char* const name, const int format)
{
  static short frames[n_frames * n_channels];
  for (int i = 0; i < n_frames; ++i) {
    frames[2 * i]       = sample(i, 0);
    frames[(2 * i) + 1] = sample(i, 1);
  }

  SF_INFO info        = {0};
  info.samplerate     = rate_hz;
  info.channels       = n_channels;
  info.format         = format;
  SNDFILE* const file = sf_open(in_dir(name), SFM_WRITE, &info);
  ck_assert_ptr_nonnull(file);
  sf_command(file, SFC_SET_SCALE_INT_FLOAT_WRITE, NULL, SF_TRUE);
  ck_assert_int_eq(sf_writef_short(file, frames, n_frames), n_frames);
  sf_close(file);
}

static void
check_samples(EchoicAudio* const audio)
{
  static float frames[(n_frames + 1) * n_channels];
  EchoicError  error = {ECHOIC_OK, ""};
  int64_t      n     = 0;
  for (int64_t got = 1; got > 0; n += got) {
    got = echoic_audio_read(
      audio,
      frames + (n * n_channels),
      (size_t)(n_frames - n) < 777U ? (size_t)(n_frames - n) + 1U : 777U,
      &error);
    ck_assert_int_ge(got, 0);
  }

  ck_assert_int_eq(n, n_frames);
  for (int i = 0; i < n_frames; ++i) {
    ck_assert(frames[2 * i] == (float)sample(i, 0) / 32768.0F);
    ck_assert(frames[(2 * i) + 1] == (float)sample(i, 1) / 32768.0F);
  }
}

static const int formats[] = {
  SF_FORMAT_WAV | SF_FORMAT_PCM_16,
  SF_FORMAT_WAV | SF_FORMAT_FLOAT,
  SF_FORMAT_FLAC | SF_FORMAT_PCM_16,
  SF_FORMAT_AIFF | SF_FORMAT_PCM_24,
  SF_FORMAT_CAF | SF_FORMAT_DOUBLE,
};

START_TEST(test_formats)
{
  EchoicError error = {ECHOIC_OK, ""};
  make_file("a", formats[_i]);
  EchoicAudio* const audio = echoic_audio_open(in_dir("a"), NULL, &error);
  ck_assert_msg(audio, "%s", error.text);
  const EchoicAudioInfo* const info = echoic_audio_info(audio);
  ck_assert_double_eq(info->rate_hz, rate_hz);
  ck_assert_uint_eq(info->n_channels, n_channels);
  ck_assert_int_eq(info->n_frames, n_frames);
  check_samples(audio);
  echoic_audio_close(audio);
}
END_TEST

START_TEST(test_raw)
{
  EchoicError error = {ECHOIC_OK, ""};
  make_file("a.pcm", SF_FORMAT_RAW | SF_FORMAT_PCM_16 | SF_ENDIAN_BIG);
  EchoicAudio* const audio =
    echoic_audio_open(in_dir("a.pcm"), "s16be:22050:2", &error);
  ck_assert_msg(audio, "%s", error.text);
  ck_assert_int_eq(echoic_audio_info(audio)->format, 0);
  check_samples(audio);
  echoic_audio_close(audio);

  static const char* const wrong[] = {"s16:22050:2",
                                      "s16be",
                                      "s16be:22050",
                                      "s16be:22050:2x",
                                      "s16be:0:1",
                                      "s16be:22050:0",
                                      "s16be:22050:9999",
                                      ""};
  for (size_t i = 0U; i < sizeof(wrong) / sizeof(*wrong); ++i) {
    ck_assert_ptr_null(echoic_audio_open(path, wrong[i], &error));
    ck_assert_ptr_nonnull(strstr(error.text, "FORMAT:RATE:CHANNELS"));
  }
}
END_TEST

/// Cut files are said to be damaged, but what is before the cut can be read
START_TEST(test_cut)
{
  static float frames[n_frames * n_channels];
  EchoicError  error = {ECHOIC_OK, ""};
  struct stat  st    = {0};
  make_file("cut", formats[_i]);
  ck_assert_int_eq(stat(path, &st), 0);
  ck_assert_int_eq(truncate(path, st.st_size / 2), 0);

  EchoicAudio* const audio = echoic_audio_open(path, NULL, &error);
  ck_assert_msg(audio, "%s", error.text);
  ck_assert_int_eq(echoic_audio_read(audio, frames, 5000U, &error), 5000);
  ck_assert(frames[2 * 999] == 999.0F / 32768.0F);
  ck_assert_int_eq(echoic_audio_read(audio, frames, n_frames, &error), -1);
  ck_assert_ptr_nonnull(strstr(error.text, "damaged"));
  echoic_audio_close(audio);

  EchoicStretch stretch = {0};
  ck_assert_int_eq(
    echoic_audio_stretch(path, NULL, 0, 0.1, 0.2, &stretch, &error), ECHOIC_OK);
  free(stretch.samples);
}
END_TEST

START_TEST(test_bad_files)
{
  EchoicError error = {ECHOIC_OK, ""};
  ck_assert_ptr_null(echoic_audio_open(in_dir("none"), NULL, &error));
  ck_assert_int_eq(error.status, ECHOIC_NOT_FOUND);
  ck_assert_ptr_null(echoic_audio_open(dir, NULL, &error));
  ck_assert_ptr_nonnull(strstr(error.text, "directory"));

  FILE* file = fopen(in_dir("empty.wav"), "wb");
  fclose(file);
  ck_assert_ptr_null(echoic_audio_open(path, NULL, &error));
  ck_assert_ptr_nonnull(strstr(error.text, "empty"));

  file = fopen(in_dir("text.au"), "wb");
  fputs("This isn't sound, whatever its name says.\n", file);
  fclose(file);
  ck_assert_ptr_null(echoic_audio_open(path, NULL, &error));
  ck_assert_int_eq(error.status, ECHOIC_BAD_FORMAT);
}
END_TEST

START_TEST(test_no_numbers)
{
  const float bad[]   = {NAN, INFINITY, -INFINITY, 1e30F, 0.5F};
  float       in[5]   = {0.0F};
  EchoicError error   = {ECHOIC_OK, ""};
  SF_INFO     info    = {0};
  info.samplerate     = rate_hz;
  info.channels       = 1;
  info.format         = SF_FORMAT_WAV | SF_FORMAT_FLOAT;
  SNDFILE* const file = sf_open(in_dir("nan.wav"), SFM_WRITE, &info);
  ck_assert_int_eq(sf_writef_float(file, bad, 5), 5);
  sf_close(file);

  EchoicAudio* const audio = echoic_audio_open(path, NULL, &error);
  ck_assert_int_eq(echoic_audio_read(audio, in, 5U, &error), 5);
  ck_assert(in[0] == 0.0F);
  ck_assert(in[4] == 0.5F);
  for (int i = 0; i < 5; ++i) {
    ck_assert(isfinite(in[i] * in[i]));
  }
  echoic_audio_close(audio);
}
END_TEST

START_TEST(test_stretch)
{
  EchoicStretch s     = {0};
  EchoicError   error = {ECHOIC_OK, ""};
  make_file("a.wav", formats[0]);
  ck_assert_int_eq(echoic_audio_stretch(path, NULL, 1, 0.1, 0.2, &s, &error),
                   ECHOIC_OK);
  ck_assert_int_eq(s.start, 2205);
  ck_assert_uint_eq(s.n_samples, 2205U);
  ck_assert_int_eq(s.n_file, n_frames);
  for (int64_t i = 0; i < 2205; ++i) {
    ck_assert(s.samples[i] == (float)sample(i + 2205, 1) / 32768.0F);
  }
  free(s.samples);

  ck_assert_int_eq(
    echoic_audio_stretch(
      path, NULL, ECHOIC_CHANNEL_MIX, -5.0, HUGE_VAL, &s, &error),
    ECHOIC_OK);
  ck_assert_uint_eq(s.n_samples, (size_t)n_frames);
  ck_assert(s.samples[123] == 0.0F); // Left and right cancel out
  free(s.samples);

  ck_assert_int_eq(echoic_audio_stretch(path, NULL, 0, 50.0, 60.0, &s, &error),
                   ECHOIC_OK);
  ck_assert_uint_eq(s.n_samples, 0U);
  free(s.samples);

  ck_assert_int_eq(echoic_audio_stretch(path, NULL, 2, 0.0, 1.0, &s, &error),
                   ECHOIC_BAD_ARG);
  ck_assert_ptr_nonnull(strstr(error.text, "no channel 3"));
}
END_TEST

static void
check_text(const char* const name, const char* const expected)
{
  size_t         size  = 0U;
  EchoicError    error = {ECHOIC_OK, ""};
  uint8_t* const bytes = echoic_read_file(name, 1000U, &size, &error);
  ck_assert_msg(bytes, "%s", error.text);
  ck_assert_uint_eq(size, strlen(expected));
  ck_assert_mem_eq(bytes, expected, size);
  free(bytes);
}

/// Outputs appear when they are complete, with the mode of the old file
START_TEST(test_output)
{
  struct stat          st    = {0};
  EchoicError          error = {ECHOIC_OK, ""};
  const char* const    name  = in_dir("out.txt");
  EchoicOutFile* const first = echoic_out_open(name, &error);
  fputs("first", echoic_out_stream(first));
  ck_assert_int_ne(access(name, F_OK), 0);
  ck_assert_int_eq(echoic_out_commit(first, &error), ECHOIC_OK);
  check_text(name, "first");
  ck_assert_int_eq(chmod(name, 0640), 0);

  EchoicOutFile* const given_up = echoic_out_open(name, &error);
  fputs("second", echoic_out_stream(given_up));
  char temp[512];
  snprintf(temp, sizeof(temp), "%s", echoic_out_path(given_up));
  ck_assert_int_eq(access(temp, F_OK), 0);
  echoic_out_abort(given_up);
  ck_assert_int_ne(access(temp, F_OK), 0);
  check_text(name, "first");

  EchoicOutFile* const interrupted = echoic_out_open(name, &error);
  fputs("third", echoic_out_stream(interrupted));
  snprintf(temp, sizeof(temp), "%s", echoic_out_path(interrupted));
  echoic_out_abort_all();
  ck_assert_int_ne(access(temp, F_OK), 0);
  ck_assert_int_ne(echoic_out_commit(interrupted, &error), ECHOIC_OK);
  check_text(name, "first");

  EchoicOutFile* const last = echoic_out_open(name, &error);
  fputs("fourth", echoic_out_stream(last));
  ck_assert_int_eq(echoic_out_commit(last, &error), ECHOIC_OK);
  check_text(name, "fourth");
  ck_assert_int_eq(stat(name, &st), 0);
  ck_assert_uint_eq(st.st_mode & 0777U, 0640U);
}
END_TEST

START_TEST(test_output_fails)
{
  EchoicError          error = {ECHOIC_OK, ""};
  EchoicOutFile* const full  = echoic_out_open("/dev/full", &error);
  ck_assert_msg(full, "%s", error.text);
  fputs("text", echoic_out_stream(full));
  ck_assert_int_ne(echoic_out_commit(full, &error), ECHOIC_OK);
  ck_assert_ptr_nonnull(strstr(error.text, "No space"));

  ck_assert_ptr_null(echoic_out_open(dir, &error));
  ck_assert_ptr_null(echoic_out_open(in_dir("no/where"), &error));
}
END_TEST

/// A link is written through, not replaced
START_TEST(test_output_link)
{
  EchoicError error = {ECHOIC_OK, ""};
  struct stat st    = {0};
  char        link[temp_size + 8];
  snprintf(link, sizeof(link), "%s/link", dir);
  FILE* const file = fopen(in_dir("target"), "wb");
  fclose(file);
  ck_assert_int_eq(symlink(path, link), 0);

  EchoicOutFile* const out = echoic_out_open(link, &error);
  fputs("text", echoic_out_stream(out));
  ck_assert_int_eq(echoic_out_commit(out, &error), ECHOIC_OK);
  ck_assert_int_eq(lstat(link, &st), 0);
  ck_assert(S_ISLNK(st.st_mode));
  check_text(path, "text");
  ck_assert(echoic_same_file(path, link));
  ck_assert(!echoic_same_file(path, dir));
}
END_TEST

/// What can't be written closes no descriptor: its number may be another's soon
START_TEST(test_output_stays_open)
{
  const int fd   = open(in_dir("opus"), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  SF_INFO   info = {.samplerate = 44100, // Opus has no such rate
                    .channels   = 1,
                    .format     = SF_FORMAT_OGG | SF_FORMAT_OPUS};
  ck_assert_ptr_null(echoic_sound_write(fd, &info));
  ck_assert_int_eq(close(fd), 0);
}
END_TEST

int
main(void)
{
  if (!temp_folder(dir, "audio")) {
    return EXIT_FAILURE;
  }

  Suite* const suite = suite_create("audio");
  TCase* const tc    = tcase_create("all");
  tcase_add_loop_test(tc, test_formats, 0, 5);
  tcase_add_test(tc, test_raw);
  tcase_add_loop_test(tc, test_cut, 0, 4);
  tcase_add_test(tc, test_bad_files);
  tcase_add_test(tc, test_no_numbers);
  tcase_add_test(tc, test_stretch);
  tcase_add_test(tc, test_output);
  tcase_add_test(tc, test_output_fails);
  tcase_add_test(tc, test_output_link);
  tcase_add_test(tc, test_output_stays_open);
  suite_add_tcase(suite, tc);

  const int status = run_suite(suite);
  char      command[temp_size + 16];
  snprintf(command, sizeof(command), "rm -rf '%s'", dir);
  return system(command) || status ? EXIT_FAILURE : EXIT_SUCCESS;
}
