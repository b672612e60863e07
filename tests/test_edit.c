// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Recordings of many containers and codings, written anew by what `process`
   edits them with: rate, channels, length and samples stay, or it is said that
   they can't.  Clips of them are what is read there. */

#include "host/clips.h"
#include "host/edit_file.h"
#include "host/sound_file.h"
#include "tests/sound_path.h"
#include "tests/suite.h"

#include <check.h>
#include <sndfile.h>

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { rate = 16000, n_most = 20000, n_long = 10 * rate };

static EchoicStatus
prepare_nothing(void* const        handle,
                const double       rate_hz,
                const uint32_t     n_channels,
                EchoicError* const error)
{
  (void)handle, (void)rate_hz, (void)n_channels, (void)error;
  return ECHOIC_OK;
}

static void
apply_nothing(void* const       handle,
              const EchoicCarry carry,
              const unsigned    n_bits,
              void* const       frames,
              const uint32_t    n_frames)
{
  (void)handle, (void)carry, (void)n_bits, (void)frames, (void)n_frames;
}

/// Read at most `n_most` integers; how many frames, with what `info` tells
static int
read_ints(const char* const name, int* const ints, SF_INFO* const info)
{
  *info               = (SF_INFO){0};
  SNDFILE* const file = sf_open(name, SFM_READ, info);
  ck_assert_ptr_nonnull(file);
  const int most = n_most / info->channels;
  const int n =
    (int)echoic_read_frames(file, ECHOIC_CARRY_INT, info->channels, ints, most);
  sf_close(file);
  return n;
}

/// Write noise of an odd length; false if libsndfile can't with this format
static bool
write_noise(const int format, const int rate_hz, const int n_channels)
{
  static int noise[n_most];

  const int      n    = 4999;
  const unsigned mask = ~0U << (32U - echoic_sample_bits(format));
  SF_INFO        info = {0, rate_hz, n_channels, format, 0, 0};
  SNDFILE* const file =
    sf_format_check(&info) ? sf_open(path, SFM_WRITE, &info) : NULL;
  for (int i = 0; i < n * n_channels; ++i) {
    noise[i] = (int)((unsigned)i * 2654435761U & mask);
  }

  return file &&
         echoic_write_frames(file, ECHOIC_CARRY_INT, n_channels, noise, n) ==
           n &&
         !sf_close(file);
}

/// Edit the file that is there into one of `suffix`; whether that could be done
static bool
edit_into(const char* const suffix, const int format)
{
  static int ints[2][n_most];

  const EchoicFrameEdit edit  = {NULL, prepare_nothing, apply_nothing};
  EchoicError           error = {ECHOIC_OK, ""};
  SF_INFO               in    = {0};
  SF_INFO               out   = {0};
  char                  to[temp_size + 8];
  snprintf(to, sizeof(to), "%s/b%s", dir, suffix);
  const int n = read_ints(path, ints[0], &in);
  if (n <= 0) {
    return false; // Written wrongly, which is no matter of ours
  }

  if (echoic_edit_file(path, NULL, to, &edit, &error)) {
    ck_assert_msg(strstr(error.text, "name the output .wav"),
                  "%x: %s",
                  (unsigned)format,
                  error.text);
    ck_assert_int_ne(access(to, F_OK), 0);
    return false;
  }

  const int n_out = read_ints(to, ints[1], &out);
  unlink(to);
  ck_assert_int_eq(out.samplerate, in.samplerate);
  ck_assert_int_eq(out.channels, in.channels);
  ck_assert_int_ge(n_out, n);
  ck_assert_int_lt(n_out, n + (n / 5));
  // What it is made of is the same to the bit where the format is of such
  const int subtype = format & SF_FORMAT_SUBMASK;
  if (subtype <= SF_FORMAT_PCM_U8 || subtype >= SF_FORMAT_ALAC_16) {
    ck_assert_msg(!memcmp(ints[0], ints[1], sizeof(int) * (size_t)n),
                  "%x%s: other samples",
                  (unsigned)format,
                  suffix);
  }

  return true;
}

START_TEST(test_edit_every_format)
{
  static const char* const suffixes[] = {
    "", ".wav", ".aif", ".voc", ".svx", ".paf"};

  static const int formats[] = {SF_FORMAT_AU | SF_FORMAT_G721_32,
                                SF_FORMAT_AU | SF_FORMAT_G723_40,
                                SF_FORMAT_WAV | SF_FORMAT_GSM610,
                                SF_FORMAT_WAV | SF_FORMAT_G721_32,
                                SF_FORMAT_WAV | SF_FORMAT_NMS_ADPCM_32,
                                SF_FORMAT_SDS | SF_FORMAT_PCM_16,
                                SF_FORMAT_XI | SF_FORMAT_DPCM_16,
                                SF_FORMAT_XI | SF_FORMAT_DPCM_8,
                                SF_FORMAT_AIFF | SF_FORMAT_DWVW_24,
                                SF_FORMAT_AIFF | SF_FORMAT_PCM_S8,
                                SF_FORMAT_VOC | SF_FORMAT_ULAW,
                                SF_FORMAT_PAF | SF_FORMAT_PCM_24,
                                SF_FORMAT_WAV | SF_FORMAT_PCM_U8,
                                SF_FORMAT_WAV | SF_FORMAT_ALAW,
                                SF_FORMAT_SVX | SF_FORMAT_PCM_S8,
                                SF_FORMAT_WAV | SF_FORMAT_PCM_24};
  for (size_t i = 0U; i < sizeof(formats) / sizeof(*formats); ++i) {
    ck_assert(write_noise(formats[i], rate, 1));
    for (size_t k = 0U; k < sizeof(suffixes) / sizeof(*suffixes); ++k) {
      const bool is_done = edit_into(suffixes[k], formats[i]);
      ck_assert_msg(
        k > 1 || is_done, "%x%s", (unsigned)formats[i], suffixes[k]);
    }
  }
}
END_TEST

START_TEST(test_edit_refuses)
{
  // A rate that the format can't say, and an encoder that changes samples
  ck_assert(write_noise(SF_FORMAT_WAV | SF_FORMAT_PCM_U8, 96000, 1));
  ck_assert(!edit_into(".svx", 0) && edit_into(".aiff", 0));
  ck_assert(write_noise(SF_FORMAT_WAV | SF_FORMAT_PCM_U8, 11025, 1));
  ck_assert(!edit_into(".voc", 0) && edit_into(".au", 0));
  ck_assert(write_noise(SF_FORMAT_CAF | SF_FORMAT_ALAC_20, rate, 2));
  ck_assert(!edit_into("", SF_FORMAT_ALAC_20));
  ck_assert(edit_into(".flac", SF_FORMAT_ALAC_20));
  ck_assert(write_noise(SF_FORMAT_SD2 | SF_FORMAT_PCM_24, rate, 2));
  ck_assert(!edit_into("", SF_FORMAT_PCM_24));
  ck_assert(edit_into(".wav", SF_FORMAT_PCM_24));
}
END_TEST

/// Write tones that grow louder and higher, beyond full scale if they may
static void
write_sweep(const int format, const int n)
{
  static float sweep[n_long];

  SF_INFO        info = {0, rate, 1, format, 0, 0};
  SNDFILE* const file = sf_open(path, SFM_WRITE, &info);
  ck_assert_ptr_nonnull(file);
  for (int i = 0; i < n; ++i) {
    const double t = (double)i / rate;
    sweep[i]       = (float)((0.5 + (t / 20.0)) * sin(2000.0 * t * (1.0 + t)));
  }

  ck_assert_int_eq(sf_writef_float(file, sweep, n), n);
  sf_close(file);
}

static int
read_floats(const char* const name, float* const floats)
{
  SF_INFO        info = {0};
  SNDFILE* const file = sf_open(name, SFM_READ, &info);
  ck_assert_msg(file != NULL, "%s", name);
  const int n = (int)sf_readf_float(file, floats, n_long);
  sf_close(file);
  return n;
}

/// Cut clips here and there, and compare them with the whole
static void
check_clips(const int format)
{
  static float all[n_long];
  static float part[n_long];

  char           name[]   = "a";
  EchoicSound    sound    = {.name = "s"};
  EchoicModel    model    = {.n_sounds = 1U, .sounds = &sound};
  EchoicInput    input    = {.path = path, .stem = name};
  EchoicFound    found[8] = {{0}};
  EchoicFindings cuts     = {.rate_hz = rate, .n_found = 8U, .found = found};
  EchoicError    error    = {ECHOIC_OK, ""};
  EchoicClipsOut out      = {.directory = dir, .model = &model};
  const int      n        = read_floats(path, all);
  for (unsigned i = 0U; i < 8U; ++i) { // They overlap
    found[i].event.onset = 100U + (i * (unsigned)n / 9U);
    found[i].event.end   = found[i].event.onset + ((unsigned)n / 8U);
  }

  ck_assert_msg(!echoic_clips_write(&out, &input, &cuts, &error),
                "%x: %s",
                (unsigned)format,
                error.text);
  for (unsigned i = 0U; i < 8U; ++i) {
    const uint64_t onset = found[i].event.onset;
    const uint64_t end   = found[i].event.end;
    const int   n_cut = (int)((end < (unsigned)n ? end : (unsigned)n) - onset);
    char* const clip =
      echoic_clip_path(dir, "a", (double)onset / rate, "s", -1, "wav");
    ck_assert_int_eq(read_floats(clip, part), n_cut);
    unlink(clip);
    free(clip);
    ck_assert_msg(!memcmp(part, all + onset, sizeof(float) * (size_t)n_cut),
                  "%x: clip %u is other sound",
                  (unsigned)format,
                  i);
  }
}

START_TEST(test_clips)
{
  static const int formats[] = {SF_FORMAT_WAV | SF_FORMAT_PCM_16,
                                SF_FORMAT_OGG | SF_FORMAT_VORBIS,
                                SF_FORMAT_WAV | SF_FORMAT_GSM610,
                                SF_FORMAT_AU | SF_FORMAT_G721_32,
                                SF_FORMAT_AIFF | SF_FORMAT_DWVW_24,
                                SF_FORMAT_FLAC | SF_FORMAT_PCM_24};
  for (size_t i = 0U; i < sizeof(formats) / sizeof(*formats); ++i) {
    write_sweep(formats[i], n_long - (rate / 2));
    check_clips(formats[i]);
  }
}
END_TEST

/// Bytes that this process has read
static long
bytes_read(void)
{
  long        n    = -1;
  FILE* const file = fopen("/proc/self/io", "r");
  if (file) {
    ck_assert_int_eq(fscanf(file, "rchar: %ld", &n), 1);
    fclose(file);
  }

  return n;
}

/// Clips that overlap are read once, also where nothing can be sought
START_TEST(test_clips_read_once)
{
  enum { n_clips = 60 };

  char           name[]         = "a";
  EchoicSound    sound          = {.name = "s"};
  EchoicModel    model          = {.n_sounds = 1U, .sounds = &sound};
  EchoicInput    input          = {.path = path, .stem = name};
  EchoicFound    found[n_clips] = {{0}};
  EchoicFindings cuts  = {.rate_hz = rate, .n_found = n_clips, .found = found};
  EchoicError    error = {ECHOIC_OK, ""};
  EchoicClipsOut out   = {.directory = dir, .model = &model};
  struct stat    st    = {0};
  write_sweep(SF_FORMAT_OGG | SF_FORMAT_VORBIS, n_long);
  ck_assert(!stat(path, &st));
  for (unsigned i = 0U; i < n_clips; ++i) {
    found[i].event.onset = i * (n_long / 2U / n_clips);
    found[i].event.end   = found[i].event.onset + (n_long / 2U);
  }

  const long before = bytes_read();
  ck_assert(!echoic_clips_write(&out, &input, &cuts, &error));
  ck_assert_int_le(bytes_read() - before, 10 * (long)st.st_size);
  for (unsigned i = 0U; i < n_clips; ++i) {
    char* const clip = echoic_clip_path(
      dir, "a", (double)found[i].event.onset / rate, "s", -1, "wav");
    ck_assert(!unlink(clip));
    free(clip);
  }
}
END_TEST

/// Floats become the integers they came from, or full scale
START_TEST(test_floats)
{
  static const int   formats[] = {SF_FORMAT_FLAC | SF_FORMAT_PCM_24,
                                  SF_FORMAT_WAV | SF_FORMAT_PCM_24,
                                  SF_FORMAT_FLAC | SF_FORMAT_PCM_16};
  static const float frames[]  = {
     0.0F, 12345.0F / 32768.0F, -1.0F, 1.0F / 32768.0F, 1.5F, -1.5F};
  static const int wanted[] = {
    0, 12345 * 65536, INT32_MIN, 65536, INT32_MAX, INT32_MIN};
  SF_INFO info = {0, rate, 1, formats[_i], 0, 0};
  int     back[6];
  FILE*   out = fopen(path, "w+b");
  ck_assert_ptr_nonnull(out);
  SNDFILE* file = echoic_sound_write(fileno(out), &info);
  ck_assert_ptr_nonnull(file);
  ck_assert_int_eq(sf_writef_float(file, frames, 6), 6);
  sf_close(file);
  fclose(out);
  info = (SF_INFO){0};
  file = sf_open(path, SFM_READ, &info);
  ck_assert_ptr_nonnull(file);
  ck_assert_int_eq(sf_readf_int(file, back, 6), 6);
  sf_close(file);
  for (int i = 0; i < 6; ++i) {
    const int step = _i == 2 ? 65535 : 255; // Full scale is that far from 2^31
    ck_assert_int_eq(back[i] | (wanted[i] == INT32_MAX ? step : 0), wanted[i]);
  }
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("edit");
  TCase* const tcase = tcase_create("edit");
  tcase_add_checked_fixture(tcase, set_up, tear_down);
  tcase_add_test(tcase, test_edit_every_format);
  tcase_add_test(tcase, test_edit_refuses);
  tcase_add_test(tcase, test_clips);
  tcase_add_test(tcase, test_clips_read_once);
  tcase_add_loop_test(tcase, test_floats, 0, 3);
  suite_add_tcase(suite, tcase);

  return run_suite(suite);
}
