// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/container.h"

#include "host/sound_file.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

typedef struct {
  const char* suffix;
  int         container;
} Suffix;

/// The first of a suffix is what is written, the others go by it, too
static const Suffix suffixes[] = {
  {"wav", SF_FORMAT_WAV},   {"wav", SF_FORMAT_WAVEX},  {"wav", SF_FORMAT_RF64},
  {"wave", SF_FORMAT_WAV},  {"wave", SF_FORMAT_WAVEX}, {"wave", SF_FORMAT_RF64},
  {"bwf", SF_FORMAT_WAV},   {"bwf", SF_FORMAT_WAVEX},  {"bwf", SF_FORMAT_RF64},
  {"rf64", SF_FORMAT_RF64}, {"w64", SF_FORMAT_W64},    {"aif", SF_FORMAT_AIFF},
  {"aiff", SF_FORMAT_AIFF}, {"aifc", SF_FORMAT_AIFF},  {"caf", SF_FORMAT_CAF},
  {"au", SF_FORMAT_AU},     {"snd", SF_FORMAT_AU},     {"flac", SF_FORMAT_FLAC},
  {"ogg", SF_FORMAT_OGG},   {"oga", SF_FORMAT_OGG},    {"opus", SF_FORMAT_OGG},
  {"mp3", SF_FORMAT_MPEG},  {"voc", SF_FORMAT_VOC},    {"sf", SF_FORMAT_IRCAM},
  {"mat", SF_FORMAT_MAT5},  {"paf", SF_FORMAT_PAF},    {"svx", SF_FORMAT_SVX},
  {"nist", SF_FORMAT_NIST}, {"sph", SF_FORMAT_NIST},   {"raw", SF_FORMAT_RAW},
  {"pcm", SF_FORMAT_RAW},
};

enum { n_suffixes = sizeof(suffixes) / sizeof(*suffixes) };

/// Suffixes of sound that libsndfile doesn't write
static const char* const foreign[] =
  {"m4a", "mp4", "aac", "wma", "ape", "wv", "amr", "mka", "webm"};

/// Larger than this, a file of 32-bit sizes may not hold it and its chunks
static const double most_bytes = 4.0e9;

/// Return what follows the last dot of the name, or an empty string
static const char*
suffix_of(const char* const path)
{
  const char* const slash = strrchr(path, '/');
  const char* const name  = slash ? slash + 1 : path;
  const char* const dot   = strrchr(name, '.');
  return dot && dot != name ? dot + 1 : "";
}

/// Return the container for a suffix: `own` if it goes by that; 0 if unknown
static int
container_for(const char* const suffix, const int own)
{
  int container = 0;
  for (size_t i = 0U; i < n_suffixes; ++i) {
    if (!strcasecmp(suffixes[i].suffix, suffix)) {
      container = !container || suffixes[i].container == own
                    ? suffixes[i].container
                    : container;
    }
  }

  return container;
}

static bool
is_foreign(const char* const suffix)
{
  for (size_t i = 0U; i < sizeof(foreign) / sizeof(*foreign); ++i) {
    if (!strcasecmp(foreign[i], suffix)) {
      return true;
    }
  }

  return false;
}

/* libsndfile takes a byte behind the samples for one of them: in AIFF the one
   that makes their number even, in VOC the one that ends the file. */
static bool
gets_longer(const SF_INFO* const info, const int container, const int subtype)
{
  const bool is_law = subtype == SF_FORMAT_ULAW || subtype == SF_FORMAT_ALAW;
  const bool is_8 = subtype == SF_FORMAT_PCM_U8 || subtype == SF_FORMAT_PCM_S8;
  return info->channels == 1 && ((container == SF_FORMAT_AIFF &&
                                  info->frames % 2 && (is_8 || is_law)) ||
                                 (container == SF_FORMAT_VOC && is_law));
}

static bool
holds(const SF_INFO* const info, const int container, const int subtype)
{
  SF_INFO wanted = *info;
  wanted.format  = container | subtype;
  return sf_format_check(&wanted) && !gets_longer(info, container, subtype);
}

/// Return the subtype that holds the input's samples, 0 if there is none
static int
subtype_for(const SF_INFO* const info, const int container)
{
  static const int integers[] = {SF_FORMAT_PCM_U8,
                                 SF_FORMAT_PCM_S8,
                                 SF_FORMAT_PCM_16,
                                 SF_FORMAT_PCM_24,
                                 SF_FORMAT_PCM_32};

  const int         own   = info->format & SF_FORMAT_SUBMASK;
  const EchoicCarry carry = echoic_carry_for(info->format);
  // Lossy streams aren't moved: libsndfile has MP3 in WAV, but can't write it
  const bool is_lossy = carry == ECHOIC_CARRY_FLOAT && own != SF_FORMAT_FLOAT;
  if (!is_lossy && holds(info, container, own)) {
    return own;
  }

  const unsigned bits = echoic_sample_bits(info->format);
  for (size_t i = 0U;
       carry == ECHOIC_CARRY_INT && i < sizeof(integers) / sizeof(*integers);
       ++i) {
    if (echoic_sample_bits(integers[i]) >= bits &&
        holds(info, container, integers[i])) {
      return integers[i];
    }
  }

  const bool is_float = carry == ECHOIC_CARRY_FLOAT;
  return is_float && holds(info, container, SF_FORMAT_FLOAT) ? SF_FORMAT_FLOAT
         : carry != ECHOIC_CARRY_INT && holds(info, container, SF_FORMAT_DOUBLE)
           ? SF_FORMAT_DOUBLE
           : 0;
}

/// Return the container that samples of a subtype fit in by their size
static int
large_enough(const SF_INFO* const info, const int container, const int subtype)
{
  const double width   = subtype == SF_FORMAT_DOUBLE ? 8.0
                         : subtype == SF_FORMAT_FLOAT
                           ? 4.0
                           : echoic_sample_bits(subtype) / 8.0;
  const double n_bytes = (double)info->frames * info->channels * width;
  const bool   is_wav  = container == SF_FORMAT_WAV;
  return is_wav && n_bytes > most_bytes && holds(info, SF_FORMAT_RF64, subtype)
           ? SF_FORMAT_RF64
           : container;
}

EchoicStatus
echoic_container_choose(const char* const  path,
                        SF_INFO* const     info,
                        EchoicError* const error)
{
  const char* const suffix      = suffix_of(path);
  const int         own         = info->format & SF_FORMAT_TYPEMASK;
  const int         named       = container_for(suffix, own);
  const int         container   = named ? named : own;
  const bool        is_headless = named == SF_FORMAT_RAW;
  if (is_foreign(suffix) || (is_headless && named != own)) {
    return echoic_error(error,
                        ECHOIC_BAD_ARG,
                        "%s: .%s files can't be written; name the output .wav",
                        path,
                        suffix);
  }

  if (container == own &&
      !gets_longer(info, own, info->format & SF_FORMAT_SUBMASK)) {
    return ECHOIC_OK;
  }

  const int subtype = subtype_for(info, container);
  if (!subtype) {
    const bool is_int   = echoic_carry_for(info->format) == ECHOIC_CARRY_INT;
    char       what[32] = "floating-point samples";
    if (is_int) {
      snprintf(
        what, sizeof(what), "%u-bit samples", echoic_sample_bits(info->format));
    }

    return echoic_error(error,
                        ECHOIC_BAD_ARG,
                        "%s: a .%s file can't hold %d channel%s of %s at %d Hz "
                        "unchanged; name the output .wav",
                        path,
                        suffix,
                        info->channels,
                        info->channels == 1 ? "" : "s",
                        what,
                        info->samplerate);
  }

  info->format = large_enough(info, container, subtype) | subtype;
  return ECHOIC_OK;
}
