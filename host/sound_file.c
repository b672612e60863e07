// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/sound_file.h"

#include <fcntl.h>
#include <math.h>
#include <stdlib.h>

/* What is louder is no sound; encoders of MP3 end the program from 1e8 on. */
static const double max_sample = 1.0e4;

EchoicCarry
echoic_carry_for(const int format)
{
  switch (format & SF_FORMAT_SUBMASK) {
  case SF_FORMAT_DOUBLE:
    return ECHOIC_CARRY_DOUBLE;
  case SF_FORMAT_FLOAT:
  case SF_FORMAT_VORBIS:
  case SF_FORMAT_OPUS:
  case SF_FORMAT_MPEG_LAYER_I:
  case SF_FORMAT_MPEG_LAYER_II:
  case SF_FORMAT_MPEG_LAYER_III:
    return ECHOIC_CARRY_FLOAT;
  default:
    return ECHOIC_CARRY_INT;
  }
}

unsigned
echoic_sample_bits(const int format)
{
  switch (format & SF_FORMAT_SUBMASK) {
  case SF_FORMAT_PCM_S8:
  case SF_FORMAT_PCM_U8:
  case SF_FORMAT_DPCM_8:
    return 8U;
  case SF_FORMAT_DWVW_12:
    return 12U;
  case SF_FORMAT_ALAC_20:
    return 20U;
  case SF_FORMAT_PCM_24:
  case SF_FORMAT_ALAC_24:
  case SF_FORMAT_DWVW_24:
    return 24U;
  case SF_FORMAT_PCM_32:
  case SF_FORMAT_ALAC_32:
    return 32U;
  default: // Companded and differential formats decode to 16
    return 16U;
  }
}

bool
echoic_can_seek(const int format, const double rate_hz)
{
  switch (format & SF_FORMAT_SUBMASK) {
  case SF_FORMAT_MPEG_LAYER_III: // Below 32 kHz it is MPEG-2
    return rate_hz >= 32000.0;
  case SF_FORMAT_VORBIS:
  case SF_FORMAT_DWVW_12:
  case SF_FORMAT_DWVW_16:
  case SF_FORMAT_DWVW_24:
    return false;
  default:
    return true;
  }
}

/// Read frames and forget them; whether they were there
static bool
skip(SNDFILE* const file, const int n_channels, sf_count_t n)
{
  float            frames[4096];
  const sf_count_t most =
    (sf_count_t)(sizeof(frames) / sizeof(*frames)) / n_channels;
  while (n > 0) {
    const sf_count_t want = n < most ? n : most;
    if (sf_readf_float(file, frames, want) != want) {
      return false;
    }
    n -= want;
  }

  return true;
}

bool
echoic_sound_seek(SNDFILE* const file, const sf_count_t frame)
{
  SF_INFO info = {0};
  sf_command(file, SFC_GET_CURRENT_SF_INFO, &info, (int)sizeof(info));

  // Frames of MP3 have bits in those before them: a second of these is enough
  const bool is_mp3 =
    (info.format & SF_FORMAT_SUBMASK) == SF_FORMAT_MPEG_LAYER_III;
  const sf_count_t before = !is_mp3                   ? 0
                            : frame < info.samplerate ? frame
                                                      : info.samplerate;
  const bool       is_there =
    sf_seek(file, frame - before, SEEK_SET) == frame - before &&
    skip(file, info.channels, before);
  if (!is_there) {
    sf_seek(file, 0, SEEK_SET);
  }

  return is_there;
}

/// Scale an integer that sits in the upper bits of 32
static int
scale_int(const int x, const float gain, const double step)
{
  return (int)(rint((double)x / step * (double)gain) * step);
}

void
echoic_scale_frames(const EchoicCarry  carry,
                    const unsigned     n_bits,
                    void* const        frames,
                    const size_t       n_frames,
                    const size_t       n_channels,
                    const float* const gain)
{
  const double  step = (double)(1ULL << (32U - n_bits));
  int* const    ints = (int*)frames;
  float* const  f    = (float*)frames;
  double* const d    = (double*)frames;
  for (size_t i = 0U; i < n_frames; ++i) {
    if (gain[i] >= 1.0F) {
      continue;
    }

    for (size_t k = i * n_channels; k < (i + 1U) * n_channels; ++k) {
      if (carry == ECHOIC_CARRY_INT) {
        ints[k] = scale_int(ints[k], gain[i], step);
      } else if (carry == ECHOIC_CARRY_FLOAT) {
        f[k] *= gain[i];
      } else {
        d[k] *= (double)gain[i];
      }
    }
  }
}

size_t
echoic_carry_size(const EchoicCarry carry)
{
  return carry == ECHOIC_CARRY_DOUBLE  ? sizeof(double)
         : carry == ECHOIC_CARRY_FLOAT ? sizeof(float)
                                       : sizeof(int);
}

double
echoic_sample_get(const EchoicCarry carry,
                  const void* const frames,
                  const size_t      index)
{
  switch (carry) {
  case ECHOIC_CARRY_FLOAT:
    return (double)((const float*)frames)[index];
  case ECHOIC_CARRY_DOUBLE:
    return ((const double*)frames)[index];
  case ECHOIC_CARRY_INT:
    break;
  }

  return (double)((const int*)frames)[index] / 2147483648.0;
}

void
echoic_sample_set(const EchoicCarry carry,
                  const unsigned    n_bits,
                  void* const       frames,
                  const size_t      index,
                  const double      value)
{
  if (carry == ECHOIC_CARRY_FLOAT) {
    ((float*)frames)[index] = (float)fmin(fmax(value, -max_sample), max_sample);
  } else if (carry == ECHOIC_CARRY_DOUBLE) {
    ((double*)frames)[index] = value;
  } else {
    const double full     = (double)(1ULL << (n_bits - 1U));
    const double step     = 2147483648.0 / full;
    const double rounded  = rint(value * full);
    const double clipped  = fmin(fmax(rounded, -full), full - 1.0);
    ((int*)frames)[index] = (int)(clipped * step);
  }
}

SNDFILE*
echoic_sound_write(const int fd, SF_INFO* const info)
{
  const int      copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
  SNDFILE* const file =
    copy < 0 ? NULL : sf_open_fd(copy, SFM_WRITE, info, SF_TRUE);
  if (file) { // Or it scales by 1 less, and what is too loud wraps around
    sf_command(file, SFC_SET_CLIPPING, NULL, SF_TRUE);
  }

  return file;
}

/* Decoders of blocks (ADPCM, PAF) pass their samples on through a buffer, and
   lose some where it doesn't hold whole frames, unless they are asked for no
   more than it holds. */
static sf_count_t
piece_frames(const int n_channels, const sf_count_t n)
{
  enum { n_buffer = 2048 }; // Of integers; of other types as large or twice
  const sf_count_t most = n_buffer / n_channels;
  return n_buffer % n_channels && most < n ? most : n;
}

static sf_count_t
read_piece(SNDFILE* const    file,
           const EchoicCarry carry,
           void* const       frames,
           const sf_count_t  n)
{
  return carry == ECHOIC_CARRY_FLOAT ? sf_readf_float(file, (float*)frames, n)
         : carry == ECHOIC_CARRY_DOUBLE
           ? sf_readf_double(file, (double*)frames, n)
           : sf_readf_int(file, (int*)frames, n);
}

static sf_count_t
write_piece(SNDFILE* const    file,
            const EchoicCarry carry,
            const void* const frames,
            const sf_count_t  n)
{
  return carry == ECHOIC_CARRY_FLOAT
           ? sf_writef_float(file, (const float*)frames, n)
         : carry == ECHOIC_CARRY_DOUBLE
           ? sf_writef_double(file, (const double*)frames, n)
           : sf_writef_int(file, (const int*)frames, n);
}

sf_count_t
echoic_read_frames(SNDFILE* const    file,
                   const EchoicCarry carry,
                   const int         n_channels,
                   void* const       frames,
                   const sf_count_t  n)
{
  const size_t width = echoic_carry_size(carry) * (size_t)n_channels;
  sf_count_t   done  = 0;
  while (done < n) {
    void* const      to   = (char*)frames + ((size_t)done * width);
    const sf_count_t want = piece_frames(n_channels, n - done);
    const sf_count_t got  = read_piece(file, carry, to, want);
    done += got > 0 ? got : 0;
    if (got < want || sf_error(file)) {
      break;
    }
  }

  return done;
}

sf_count_t
echoic_write_frames(SNDFILE* const    file,
                    const EchoicCarry carry,
                    const int         n_channels,
                    const void* const frames,
                    const sf_count_t  n)
{
  const size_t width = echoic_carry_size(carry) * (size_t)n_channels;
  sf_count_t   done  = 0;
  while (done < n) {
    const void* const from = (const char*)frames + ((size_t)done * width);
    const sf_count_t  want = piece_frames(n_channels, n - done);
    const sf_count_t  got  = write_piece(file, carry, from, want);
    done += got > 0 ? got : 0;
    if (got < want) {
      break;
    }
  }

  return done;
}
