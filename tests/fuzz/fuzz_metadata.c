// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* What a recording says of itself, from its chunks to what is made of it: any
   chunks, which may lie about their size, in WAV and RF64, or any bytes.  What
   is written can be read again, with all its samples.

   The input: what is written, and either bytes or a list of chunks: name, size,
   and what they hold. */

#include "host/metadata.h"
#include "host/riff.h"
#include "host/sound_file.h"
#include "tests/fuzz/fuzz.h"

#include <sndfile.h>

#include <string.h>

enum { n_frames = 100, max_bytes = 1 << 16 };

typedef struct {
  unsigned char bytes[max_bytes];
  size_t        n;
} Text;

static void
add(Text* const text, const void* const bytes, const size_t n)
{
  const size_t room = max_bytes - text->n;
  memcpy(text->bytes + text->n, bytes, n < room ? n : room);
  text->n += n < room ? n : room;
}

static void
add_number(Text* const text, const uint32_t number)
{
  const unsigned char bytes[] = {(unsigned char)number,
                                 (unsigned char)(number >> 8U),
                                 (unsigned char)(number >> 16U),
                                 (unsigned char)(number >> 24U)};
  add(text, bytes, sizeof(bytes));
}

/// Add a chunk as the input describes it; its size is right unless told
static void
add_chunk(FuzzInput* const in, Text* const text)
{
  static const char* const names[]  = {"bext",
                                       "LIST",
                                       "cue ",
                                       "smpl",
                                       "inst",
                                       "iXML",
                                       "cart",
                                       "guan",
                                       "id3 ",
                                       "fact",
                                       "PEAK",
                                       "JUNK",
                                       "data",
                                       "fmt ",
                                       "ds64",
                                       "RIFF"};
  static const char* const begins[] = {"", "INFO", "adtl", "INAM"};
  static const char        zeros[700];
  const uint32_t           kind  = fuzz_take(in, 1U);
  const uint32_t           shape = fuzz_take(in, 1U);
  const FuzzInput          own   = fuzz_split(in, fuzz_take(in, 1U));
  const FuzzInput          name  = fuzz_split(in, kind < 240U ? 0U : 4U);
  const char* const        begin = begins[shape & 3U];
  const uint32_t           more  = shape & 4U ? 348U : shape & 8U ? 602U : 0U;
  const size_t             n     = strlen(begin) + own.left + more;
  add(text, name.left == 4U ? (const char*)name.at : names[kind % 16U], 4U);
  add_number(text, shape & 128U ? fuzz_take(in, 4U) : (uint32_t)n);
  add(text, begin, strlen(begin));
  add(text, own.at, own.left);
  add(text, zeros, more + (n % 2U && !(shape & 64U)));
}

/// Make a file of chunks around some samples
static void
make_file(FuzzInput* const in, Text* const text)
{
  static const unsigned char fmt[] = {
    1, 0, 2, 0, 0x80, 0x3E, 0, 0, 0, 0xFA, 0, 0, 4, 0, 16, 0};
  static const char samples[n_frames * 4];
  const uint32_t    n_before = fuzz_take(in, 1U) % 6U;
  const uint32_t    n_after  = fuzz_take(in, 1U) % 6U;
  add(text, "RIFF\xFF\xFF\xFF\x7FWAVEfmt \x10\0\0\0", 20U);
  add(text, fmt, sizeof(fmt));
  for (uint32_t i = 0U; i < n_before; ++i) {
    add_chunk(in, text);
  }

  add(text, "data", 4U);
  add_number(text, sizeof(samples));
  add(text, samples, sizeof(samples));
  for (uint32_t i = 0U; i < n_after; ++i) {
    add_chunk(in, text);
  }

  const uint32_t size = (uint32_t)text->n - 8U;
  for (uint32_t i = 0U; i < 4U; ++i) {
    text->bytes[4U + i] = (unsigned char)(size >> (8U * i));
  }
}

/// Require that a file has the samples that were written
static void
check(const char* const path, const int n_channels)
{
  int16_t        frames[(n_frames + 1) * 2];
  SF_INFO        info = {0};
  SNDFILE* const file = sf_open(path, SFM_READ, &info);
  require(file && info.channels == n_channels);
  require(sf_readf_short(file, frames, n_frames + 1) == n_frames);
  for (int i = 0; i < n_frames * n_channels; ++i) {
    require(frames[i] == i);
  }

  sf_close(file);
}

/// Write samples of their own with what is said in `from`
static void
write_with(SNDFILE* const from, const SF_INFO* const of, const uint32_t choice)
{
  static const int types[] = {SF_FORMAT_WAV,
                              SF_FORMAT_RF64,
                              SF_FORMAT_WAVEX,
                              SF_FORMAT_FLAC,
                              SF_FORMAT_AIFF,
                              SF_FORMAT_CAF,
                              SF_FORMAT_W64,
                              SF_FORMAT_WAV};
  const bool       is_cut  = choice & 8U;
  char             path[fuzz_path_size];
  int16_t          frames[n_frames * 2];
  SF_INFO          info = {.samplerate = 16000,
                           .channels   = of->channels == 2 ? 2 : 1,
                           .format     = types[choice & 7U] | SF_FORMAT_PCM_16};
  const int        fd   = fuzz_file(NULL, 0U, path);
  SNDFILE* const   to   = echoic_sound_write(fd, &info);
  require(to);
  for (int i = 0; i < n_frames * info.channels; ++i) {
    frames[i] = (int16_t)i;
  }

  if (is_cut) {
    echoic_metadata_cut(from, to, 12345, of->channels == info.channels);
  } else if (of->channels == info.channels) {
    echoic_metadata_copy(from, to);
  }

  require(sf_writef_short(to, frames, n_frames) == n_frames && !sf_close(to));
  if (!is_cut && of->channels == info.channels) {
    require(echoic_metadata_append(from, fd));
  }

  check(path, info.channels);
  close(fd);
}

/// Return whether libsndfile may go around in circles: more than what is
/// refused, as it may come to a list by a way of its own
static bool
may_be_endless(const int fd, const FuzzInput* const bytes)
{
  return echoic_riff_is_endless(fd) ||
         ((memmem(bytes->at, bytes->left, "LIST", 4U) ||
           memmem(bytes->at, bytes->left, "INFO", 4U)) &&
          memmem(bytes->at, bytes->left, "\xFF\xFF", 2U));
}

int
LLVMFuzzerTestOneInput(const uint8_t* const data, const size_t size)
{
  static Text    text;
  FuzzInput      in      = {data, size};
  const uint32_t choice  = fuzz_take(&in, 1U);
  const bool     is_made = choice & 16U;
  char           path[fuzz_path_size];
  SF_INFO        info = {0};
  text.n              = 0U;
  if (is_made) {
    make_file(&in, &text);
  }

  const FuzzInput bytes = is_made ? (FuzzInput){text.bytes, text.n} : in;
  const int       fd    = fuzz_file(bytes.at, bytes.left, path);
  SNDFILE* const  from =
    may_be_endless(fd, &bytes) ? NULL : sf_open(path, SFM_READ, &info);
  if (from) {
    write_with(from, &info, choice);
    sf_close(from);
  }

  close(fd);
  return 0;
}
