// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/mpeg_stream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

enum {
  n_tag    = 128, // Bytes of ID3v1, at the end
  too_long = 64   // More than the largest bit rate is of the smallest
};

/* What is given is the file from `origin` up to where its frames begin, and
   then the frames, without a Xing header that isn't true.  libmpg123 asks for
   the size once, by seeking to the end, and reads the tag there. */
struct EchoicMpegStreamImpl {
  int              fd;
  int64_t          n_file; ///< Bytes of the file
  int64_t          origin; ///< Bytes that are left out
  EchoicMpegLayout layout;
  int64_t          position; ///< In what is given
};

/// Return the bytes that are left out where frames begin
static int64_t
skipped(const EchoicMpegStream* const stream)
{
  const EchoicMpegLayout* const layout = &stream->layout;
  return layout->is_counted ? 0 : layout->start_sound - layout->start;
}

static sf_count_t
stream_size(void* const handle)
{
  const EchoicMpegStream* const stream = (const EchoicMpegStream*)handle;
  return stream->layout.end - skipped(stream) - stream->origin;
}

/// Return the size that is told, as if the file were so long
static int64_t
told_size(const EchoicMpegStream* const stream)
{
  return too_long * stream->n_file;
}

/* Where frames are counted, there need be no size: it would be complained of,
   since it doesn't agree. */
static sf_count_t
stream_seek(const sf_count_t offset, const int whence, void* const handle)
{
  EchoicMpegStream* const stream = (EchoicMpegStream*)handle;
  const sf_count_t        from   = whence == SEEK_CUR   ? stream->position
                                   : whence == SEEK_END ? told_size(stream)
                                                        : 0;
  if ((whence == SEEK_END && stream->layout.is_counted) || offset < -from) {
    return -1;
  }

  stream->position = from + offset;
  return stream->position;
}

/// Read bytes that lie together; how many, 0 at the end
static int64_t
read_part(const EchoicMpegStream* const stream,
          char* const                   bytes,
          const int64_t                 n)
{
  const EchoicMpegLayout* const layout = &stream->layout;

  const int64_t at    = stream->position + stream->origin;
  int64_t       from  = at + skipped(stream);
  int64_t       until = layout->end;
  if (at < layout->start) {
    from  = at;
    until = layout->start;
  } else if (stream->position >= told_size(stream) - n_tag) {
    from  = stream->position - told_size(stream) + stream->n_file;
    until = stream->n_file;
  }

  const int64_t want = until - from < n ? until - from : n;
  ssize_t       got  = 0;
  do {
    got = want > 0 ? pread(stream->fd, bytes, (size_t)want, (off_t)from) : 0;
  } while (got < 0 && errno == EINTR);
  return got > 0 ? got : 0;
}

static sf_count_t
stream_read(void* const bytes, const sf_count_t n, void* const handle)
{
  EchoicMpegStream* const stream = (EchoicMpegStream*)handle;
  sf_count_t              done   = 0;
  for (int64_t part = 1; done < n && part > 0; done += part) {
    part = read_part(stream, (char*)bytes + done, n - done);
    stream->position += part;
  }

  return done;
}

static sf_count_t
stream_write(const void* const bytes, const sf_count_t n, void* const handle)
{
  (void)bytes;
  (void)n;
  (void)handle;
  return 0;
}

static sf_count_t
stream_tell(void* const handle)
{
  return ((const EchoicMpegStream*)handle)->position;
}

/// Open, without what is before the frames if libsndfile doesn't know it
static SNDFILE*
open_stream(EchoicMpegStream* const stream, SF_INFO* const info)
{
  SF_VIRTUAL_IO io = {
    stream_size, stream_seek, stream_read, stream_write, stream_tell};
  SNDFILE* const whole = sf_open_virtual(&io, SFM_READ, info, stream);
  if (whole || stream->layout.start == 0) {
    return whole;
  }

  *info            = (SF_INFO){0};
  stream->position = 0;
  stream->origin   = stream->layout.start;
  return sf_open_virtual(&io, SFM_READ, info, stream);
}

SNDFILE*
echoic_mpeg_open(const int                     fd,
                 const EchoicMpegLayout* const layout,
                 SF_INFO* const                info,
                 EchoicMpegStream** const      stream)
{
  struct stat             st = {0};
  EchoicMpegStream* const opened =
    (EchoicMpegStream*)calloc(1U, sizeof(EchoicMpegStream));
  if (!opened) {
    return NULL;
  }

  opened->fd     = fcntl(fd, F_DUPFD_CLOEXEC, 0);
  opened->layout = *layout;
  opened->n_file = fstat(opened->fd, &st) ? 0 : st.st_size;

  SNDFILE* const sound = opened->fd < 0 ? NULL : open_stream(opened, info);
  if (!sound) {
    echoic_mpeg_close(opened);
    return NULL;
  }

  if (!layout->is_counted) { // Or far too many
    info->frames = layout->n_frames * layout->frame_length;
  }

  *stream = opened;
  return sound;
}

void
echoic_mpeg_close(EchoicMpegStream* const stream)
{
  if (stream) {
    if (stream->fd >= 0) {
      close(stream->fd);
    }
    free(stream);
  }
}
