// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/mpeg_stream.h"

#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

enum {
  n_window = 65536,
  n_header = 4,   // Bytes of a frame's header
  n_id3v1  = 128, // Bytes of the whole tag
  n_tag    = 10,  // Bytes at the beginning of ID3v2
  n_ape    = 32   // Bytes at the beginning of an APE tag
};

/// A file, and a part of it
typedef struct {
  int     fd;
  int64_t size;
  int64_t start;
  int64_t n;
  uint8_t bytes[n_window];
} Window;

/// A frame's header
typedef struct {
  uint32_t kind;         ///< Version, layer and rate: the same in all
  int64_t  n_bytes;      ///< Of the whole frame
  int      frame_length; ///< Samples per channel
  int64_t  xing;         ///< Byte at which a Xing header begins; 0: nowhere
} Frame;

/// Return `n` bytes of a file, or null beyond its end
static const uint8_t*
look(Window* const window, const int64_t at, const int64_t n)
{
  if (at + n > window->size) {
    return NULL;
  }

  if (at < window->start || at + n > window->start + window->n) {
    const ssize_t got =
      pread(window->fd, window->bytes, sizeof(window->bytes), (off_t)at);
    window->start = at;
    window->n     = got > 0 ? got : 0;
  }

  return n <= window->n - (at - window->start)
           ? window->bytes + (at - window->start)
           : NULL;
}

/// Return a number, the highest byte first
static uint32_t
number(const uint8_t* const bytes)
{
  return ((uint32_t)bytes[0] << 24U) | ((uint32_t)bytes[1] << 16U) |
         ((uint32_t)bytes[2] << 8U) | (uint32_t)bytes[3];
}

static bool
parse_frame(const uint32_t header, Frame* const frame)
{
  // Thousands of bits per second: MPEG-1 layers 1 to 3, MPEG-2 1, 2 and 3
  static const uint16_t bit_rates[5][15] = {
    {0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448},
    {0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384},
    {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320},
    {0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256},
    {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160}};
  static const int rates_hz[3] = {44100, 48000, 32000};

  const uint32_t version  = (header >> 19U) & 3U; // 3: 1, 2: 2, 0: 2.5
  const uint32_t layer    = 4U - ((header >> 17U) & 3U);
  const uint32_t bit_rate = (header >> 12U) & 15U;
  const uint32_t rate     = (header >> 10U) & 3U;
  if (header >> 21U != 0x7FFU || version == 1U || layer == 4U || !bit_rate ||
      bit_rate == 15U || rate == 3U) {
    return false;
  }

  const bool     is_1    = version == 3U;
  const bool     is_mono = ((header >> 6U) & 3U) == 3U;
  const int      padding = (int)((header >> 9U) & 1U);
  const uint32_t row     = is_1 ? layer - 1U : layer == 1U ? 3U : 4U;
  const int      rate_hz = rates_hz[rate] / (is_1 ? 1 : version == 2U ? 2 : 4);
  const int      slot    = layer == 1U ? 4 : 1; // Bytes
  frame->kind            = header & 0xFFFE0C00U;
  frame->frame_length = layer == 1U ? 384 : layer == 3U && !is_1 ? 576 : 1152;
  frame->n_bytes      = ((((int64_t)frame->frame_length / (8 * slot)) *
                     bit_rates[row][bit_rate] * 1000 / rate_hz) +
                    padding) *
                   slot;
  frame->xing = layer != 3U ? 0
                            : n_header + (is_mono ? (is_1 ? 17 : 9)
                                          : is_1  ? 32
                                                  : 17);
  return true;
}

/// Read a frame's header; `kind` is that of the others, or 0
static bool
frame_at(Window* const  window,
         const int64_t  at,
         const uint32_t kind,
         Frame* const   frame)
{
  const uint8_t* const bytes = look(window, at, n_header);
  return bytes && parse_frame(number(bytes), frame) &&
         (!kind || frame->kind == kind);
}

/// Return the byte after a tag, or `at`
static int64_t
skip_tag(Window* const window, const int64_t at)
{
  const uint8_t* bytes = look(window, at, n_tag);
  if (bytes && !memcmp(bytes, "ID3", 3U)) { // Seven bits in a byte
    const int64_t n = ((int64_t)(bytes[6] & 127U) << 21U) |
                      ((int64_t)(bytes[7] & 127U) << 14U) |
                      ((int64_t)(bytes[8] & 127U) << 7U) | (bytes[9] & 127U);
    const bool has_footer = bytes[5] & 16U;
    return at + n + (has_footer ? 2 * n_tag : n_tag);
  }

  if (bytes && !memcmp(bytes, "TAG", 3U) && at + n_id3v1 <= window->size) {
    return at + n_id3v1;
  }

  bytes = look(window, at, n_ape);
  if (bytes && !memcmp(bytes, "APETAGEX", 8U)) { // The lowest byte first
    return at + n_ape + bytes[12] + ((int64_t)bytes[13] << 8U) +
           ((int64_t)bytes[14] << 16U) + ((int64_t)bytes[15] << 24U);
  }

  return at;
}

/// Return whether a whole frame is followed by another one or by the end
static bool
is_sure(Window* const window, const int64_t at, const Frame* const frame)
{
  Frame         next = {0};
  const int64_t end  = at + frame->n_bytes;
  return end == window->size ||
         (end < window->size && (frame_at(window, end, frame->kind, &next) ||
                                 skip_tag(window, end) > end));
}

/// Return where frames begin, from `at` on; -1 if they don't
static int64_t
find_frame(Window* const window, int64_t at, const uint32_t kind)
{
  Frame frame = {0};
  for (int64_t after = at; (after = skip_tag(window, at)) > at;) {
    at = after;
  }

  for (; at + n_header <= window->size; ++at) {
    if (frame_at(window, at, kind, &frame) && is_sure(window, at, &frame)) {
      return at;
    }
  }

  return -1;
}

/// Return how many frames a Xing header promises; -1 if it isn't one
static int64_t
promised_frames(Window* const      window,
                const int64_t      at,
                const Frame* const frame)
{
  for (int64_t checksum = 0; frame->xing && checksum <= 2; checksum += 2) {
    const uint8_t* const x = look(window, at + frame->xing + checksum, 12);
    if (x && (!memcmp(x, "Xing", 4U) || !memcmp(x, "Info", 4U)) &&
        (x[7] & 1U)) {
      return number(x + 8);
    }
  }

  return -1;
}

/// Count frames from `at` on, where one is
static void
count_frames(Window* const           window,
             int64_t                 at,
             const uint32_t          kind,
             EchoicMpegLayout* const layout)
{
  Frame frame = {0};
  while (at >= 0 && at < window->size) {
    if (!frame_at(window, at, kind, &frame)) {
      const uint8_t* const byte = look(window, at, 1);
      layout->is_cut =
        at + n_header > window->size && byte && *byte == UINT8_MAX;
      at = find_frame(window, at, kind);
    } else if (at + frame.n_bytes > window->size) {
      layout->is_cut = true;
      return;
    } else {
      ++layout->n_frames;
      at += frame.n_bytes;
      layout->end = at;
    }
  }
}

bool
echoic_mpeg_layout(const int fd, EchoicMpegLayout* const layout)
{
  Window      window = {.fd = fd};
  Frame       frame  = {0};
  struct stat st     = {0};
  *layout            = (EchoicMpegLayout){0};
  if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
    return false;
  }

  window.size      = st.st_size;
  const int64_t at = find_frame(&window, 0, 0U);
  if (at < 0 || !frame_at(&window, at, 0U, &frame)) {
    return false;
  }

  const int64_t promised = promised_frames(&window, at, &frame);
  layout->start          = at;
  layout->start_sound    = promised < 0 ? at : at + frame.n_bytes;
  layout->end            = layout->start_sound;
  layout->frame_length   = frame.frame_length;
  count_frames(&window, layout->start_sound, frame.kind, layout);
  if (promised > layout->n_frames + 1) { // Some count the header itself
    layout->is_cut = true;
  }

  layout->is_counted = promised == layout->n_frames ||
                       (promised > layout->n_frames && layout->is_cut);
  return true;
}
