// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/metadata.h"

#include "host/riff.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
  n_channels = 1024,     ///< As many as libsndfile takes
  n_history  = 16384,    ///< Bytes of coding history that libsndfile takes
  max_cues   = 1000,     ///< More wouldn't fit into libsndfile's headers
  max_chunk  = 16777216, ///< Larger than any that describes a recording
  n_head     = 28,       ///< Bytes up to the end of the size in RF64
};

/// A loudness, by EBU Tech 3285
static const int16_t not_measured = 0x7FFF;

typedef SF_BROADCAST_INFO_VAR(n_history) Broadcast;

static SF_INFO
info_of(SNDFILE* const file)
{
  SF_INFO info = {0};
  sf_command(file, SFC_GET_CURRENT_SF_INFO, &info, (int)sizeof(info));
  return info;
}

/// Return whether its chunks are those of WAV, in little-endian order
static bool
is_wav(SNDFILE* const file)
{
  const int format = info_of(file).format;
  const int type   = format & SF_FORMAT_TYPEMASK;
  return (format & SF_FORMAT_ENDMASK) != SF_ENDIAN_BIG &&
         (type == SF_FORMAT_WAV || type == SF_FORMAT_WAVEX ||
          type == SF_FORMAT_RF64);
}

static void
copy_strings(SNDFILE* const from, SNDFILE* const to)
{
  for (int i = SF_STR_FIRST; i <= SF_STR_LAST; ++i) {
    const char* const text = sf_get_string(from, i);
    if (text) {
      sf_set_string(to, i, text);
    }
  }
}

static void
copy_channel_map(SNDFILE* const from, SNDFILE* const to)
{
  int       map[n_channels] = {0};
  const int size            = info_of(from).channels * (int)sizeof(int);
  if (sf_command(from, SFC_GET_CHANNEL_MAP_INFO, map, size) == SF_TRUE) {
    sf_command(to, SFC_SET_CHANNEL_MAP_INFO, map, size);
  }
}

/// Copy the broadcast chunk of what begins `start` frames later
static void
copy_broadcast(SNDFILE* const from, SNDFILE* const to, const sf_count_t start)
{
  Broadcast b = {0};
  if (sf_command(from, SFC_GET_BROADCAST_INFO, &b, (int)sizeof(b)) == SF_TRUE) {
    const uint64_t time =
      ((uint64_t)b.time_reference_high << 32U) + b.time_reference_low;
    const uint64_t later  = time + (uint64_t)start;
    b.time_reference_low  = (uint32_t)later;
    b.time_reference_high = (uint32_t)(later >> 32U);

    b.loudness_value         = not_measured; // As long as nobody did it again
    b.loudness_range         = not_measured;
    b.max_true_peak_level    = not_measured;
    b.max_momentary_loudness = not_measured;
    b.max_shortterm_loudness = not_measured;

    const size_t size =
      offsetof(Broadcast, coding_history) + b.coding_history_size;
    sf_command(to, SFC_SET_BROADCAST_INFO, &b, (int)size);
  }
}

static void
copy_cues(SNDFILE* const from, SNDFILE* const to)
{
  uint32_t n = 0U;
  sf_command(from, SFC_GET_CUE_COUNT, &n, (int)sizeof(n));
  n = n < max_cues ? n : max_cues;

  const size_t   size = sizeof(n) + (n * sizeof(SF_CUE_POINT));
  SF_CUES* const cues = n ? (SF_CUES*)calloc(1U, size) : NULL;
  if (cues && sf_command(from, SFC_GET_CUE, cues, (int)size) == SF_TRUE) {
    cues->cue_count = n;
    sf_command(to, SFC_SET_CUE, cues, (int)size);
  }

  free(cues);
}

static void
copy_loops(SNDFILE* const from, SNDFILE* const to)
{
  SF_INSTRUMENT loops = {0};
  const int     size  = (int)sizeof(loops);
  if (sf_command(from, SFC_GET_INSTRUMENT, &loops, size) == SF_TRUE) {
    sf_command(to, SFC_SET_INSTRUMENT, &loops, size);
  }
}

void
echoic_metadata_copy(SNDFILE* const from, SNDFILE* const to)
{
  copy_channel_map(from, to);
  copy_broadcast(from, to, 0);
  if (!is_wav(from) || !is_wav(to)) { // Else they are chunks
    copy_strings(from, to);
    copy_cues(from, to);
    copy_loops(from, to);
  }
}

void
echoic_metadata_cut(SNDFILE* const   from,
                    SNDFILE* const   to,
                    const sf_count_t start,
                    const bool       is_whole)
{
  copy_strings(from, to);
  copy_broadcast(from, to, start);
  if (is_whole) {
    copy_channel_map(from, to);
  }
}

/// Return whether a chunk is copied: it says nothing of samples or their order
static bool
is_kept(const char* const id, const char* const begin)
{
  static const char* const others[] = {"RIFF",
                                       "RF64",
                                       "ds64",
                                       "fmt ",
                                       "fact",
                                       "data",
                                       "INFO", // Is in a list
                                       "bext", // Made anew
                                       "PEAK",
                                       "levl",
                                       "MD5 ",
                                       "wavl",
                                       "slnt", // Of the samples
                                       "JUNK",
                                       "junk",
                                       "PAD ",
                                       "FLLR",
                                       "filr",
                                       "fake"}; // Room for others
  for (size_t i = 0U; i < sizeof(others) / sizeof(*others); ++i) {
    if (!memcmp(id, others[i], 4U)) {
      return false;
    }
  }

  return memcmp(id, "LIST", 4U) || !memcmp(begin, "INFO", 4U) ||
         !memcmp(begin, "adtl", 4U);
}

static void
put_number(unsigned char* const to, const size_t n_bytes, const uint64_t number)
{
  for (size_t i = 0U; i < n_bytes; ++i) {
    to[i] = (unsigned char)(number >> (8U * i));
  }
}

static bool
put(const int fd, const void* const bytes, const size_t n, const off_t at)
{
  size_t done = 0U;
  while (done < n) {
    const ssize_t more =
      pwrite(fd, (const char*)bytes + done, n - done, at + (off_t)done);
    if (more <= 0) {
      return false;
    }
    done += (size_t)more;
  }

  return true;
}

/// Return the bytes of a chunk, head and all, of an even number; 0 if it isn't
/// kept
static size_t
kept_size(const SF_CHUNK_ITERATOR* const chunk, SF_CHUNK_INFO* const info)
{
  char begin[4] = "";
  info->data    = begin;
  if (sf_get_chunk_size(chunk, info) || info->datalen > max_chunk) {
    return 0U;
  }

  const unsigned size = info->datalen;
  info->datalen       = size < sizeof(begin) ? size : (unsigned)sizeof(begin);
  const bool is_there = !sf_get_chunk_data(chunk, info);
  info->datalen       = size;
  return is_there && is_kept(info->id, begin) ? 8U + (size_t)size + (size % 2U)
                                              : 0U;
}

/// Return whether a list, after its own size, is made of whole chunks; one
/// called data would be taken for samples
static bool
list_is_whole(const unsigned char* const list, const size_t size)
{
  size_t at = 4U;
  while (at + 8U <= size && memcmp(list + at, "data", 4U)) {
    const size_t n = (size_t)echoic_riff_number(list + at + 4U, 4U);
    at += 8U + n + (n % 2U);
  }

  return at == size || at == size + 1U;
}

/// Read a chunk to info->data; false if the file ends within it: what isn't
/// there is left as it is
static bool
read_whole(const SF_CHUNK_ITERATOR* const chunk, SF_CHUNK_INFO* const info)
{
  if (!info->datalen) {
    return true;
  }

  char* const last = (char*)info->data + info->datalen - 1U;
  for (char left = 0; left < 2; ++left) {
    *last = left;
    if (sf_get_chunk_data(chunk, info)) {
      return false;
    }
    if (*last != left) {
      return true;
    }
  }

  return false;
}

/// Append a chunk of `n` bytes to `end`, unless it isn't whole
static bool
put_chunk(const SF_CHUNK_ITERATOR* const chunk,
          SF_CHUNK_INFO* const           info,
          const size_t                   n,
          const int                      fd,
          off_t* const                   end)
{
  unsigned char* const bytes = (unsigned char*)calloc(1U, n);
  if (!bytes) {
    return false;
  }

  memcpy(bytes, info->id, 4U);
  put_number(bytes + 4, 4U, info->datalen);
  info->data = bytes + 8;
  bool is_ok = true;
  if (read_whole(chunk, info) &&
      (memcmp(bytes, "LIST", 4U) || list_is_whole(bytes + 8, info->datalen))) {
    is_ok = put(fd, bytes, n, *end);
    *end += (off_t)n;
  }

  free(bytes);
  return is_ok;
}

bool
echoic_metadata_append(SNDFILE* const from, const int fd)
{
  struct stat   st           = {0};
  unsigned char head[n_head] = {0};
  if (!is_wav(from) || fstat(fd, &st) || !S_ISREG(st.st_mode) ||
      pread(fd, head, sizeof(head), 0) != (ssize_t)sizeof(head)) {
    return true;
  }

  const bool is_rf64 =
    !memcmp(head, "RF64", 4U) && !memcmp(head + 12, "ds64", 4U);
  if (!is_rf64 && memcmp(head, "RIFF", 4U)) {
    return true;
  }

  const off_t begin = st.st_size + (st.st_size % 2);
  const off_t most  = is_rf64 ? INT64_MAX : UINT32_MAX;
  off_t       end   = begin;
  for (SF_CHUNK_ITERATOR* i = sf_get_chunk_iterator(from, NULL); i;
       i                    = sf_next_chunk_iterator(i)) {
    SF_CHUNK_INFO info = {0};
    const size_t  n    = kept_size(i, &info);
    if (n && (off_t)n <= most - end && !put_chunk(i, &info, n, fd, &end)) {
      return false;
    }
  }

  unsigned char size[8];
  put_number(size, sizeof(size), (uint64_t)end - 8U);
  return end == begin ||
         (is_rf64 ? put(fd, size, 8U, 20) : put(fd, size, 4U, 4));
}
