// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/compressed.h"

#include "host/mpeg_stream.h"
#include "host/ogg_end.h"

#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static const char cut_off[] = "the file is cut off";

/// Open MPEG audio again, so that its length is known; if that isn't possible
/// it stays as it is: libsndfile's guess
static void
reopen(const int                     fd,
       const EchoicMpegLayout* const layout,
       SF_INFO* const                info,
       EchoicAudioSource* const      source)
{
  SF_INFO           again  = {0};
  EchoicMpegStream* stream = NULL;
  SNDFILE* const    file   = echoic_mpeg_open(fd, layout, &again, &stream);
  if (file) {
    sf_close(source->file);
    source->file = file;
    source->mpeg = stream;
    *info        = again;
  }
}

static void
settle_mpeg(const int fd, SF_INFO* const info, EchoicAudioSource* const source)
{
  EchoicMpegLayout layout = {0};
  if (!echoic_mpeg_layout(fd, &layout)) {
    return;
  }

  if (layout.is_cut || !layout.is_counted) {
    reopen(fd, &layout, info, source);
  }

  source->damage = layout.is_cut ? cut_off : source->damage;
}

void
echoic_compressed_settle(const int                fd,
                         SF_INFO* const           info,
                         EchoicAudioSource* const source)
{
  const int type = info->format & SF_FORMAT_TYPEMASK;
  if (type == SF_FORMAT_MPEG) {
    settle_mpeg(fd, info, source);
  } else if (type == SF_FORMAT_OGG && echoic_ogg_is_cut(fd)) {
    source->damage = cut_off;
  }
}

bool
echoic_compressed_is_cut(const int fd)
{
  uint8_t       bytes[10] = {0};
  struct stat   st        = {0};
  const ssize_t n         = pread(fd, bytes, sizeof(bytes), 0);
  if (n != (ssize_t)sizeof(bytes) || fstat(fd, &st)) {
    return false;
  }

  const int64_t n_tag = // Of ID3v2, seven bits in a byte
    ((int64_t)bytes[6] << 21U) | ((int64_t)bytes[7] << 14U) |
    ((int64_t)bytes[8] << 7U) | bytes[9];
  return (!memcmp(bytes, "OggS", 4U) && echoic_ogg_is_cut(fd)) ||
         (!memcmp(bytes, "ID3", 3U) && n_tag + 10 > st.st_size);
}
