// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_OPTIONS_H
#define ECHOIC_HOST_OPTIONS_H

#include "dsp/echoic.h"
#include "dsp/model.h"

#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   What users type: numbers, choices, stretches of files.

   The functions that take an option's name print what is wrong, and what would
   be right, to stderr and return false.  Numbers are read whole: "5x" is no
   number, and neither are "nan" and "inf".
*/

/// Read a whole string as a finite decimal number
bool
echoic_parse_number(const char* text, double* value);

/// Read a number from `min` to `max`
bool
echoic_option_number(const char* option,
                     const char* text,
                     double      min,
                     double      max,
                     double*     value);

/// Read a whole number from `min` to `max`
bool
echoic_option_integer(const char* option,
                      const char* text,
                      long        min,
                      long        max,
                      long*       value);

/// Read one word of a list that ends with null; `index` is its place
bool
echoic_option_choice(const char*        option,
                     const char*        text,
                     const char* const* words,
                     size_t*            index);

/**
   Read a channel: a number from 1, "mix", or "each" if that's allowed.

   @param channel Set to the channel from 0 or to one of ECHOIC_CHANNEL_*.
*/
bool
echoic_option_channel(const char* text, bool allow_each, int* channel);

/// Check FORMAT:RATE:CHANNELS, see echoic_audio_open()
bool
echoic_option_raw(const char* text);

/**
   Find sounds of a model by their names.

   @param path Of the model, for messages.
   @return [model->n_sounds] True for those, to be freed; null and a message if
   the model doesn't know one.
*/
bool*
echoic_option_sounds(char* const*       names,
                     size_t             n_names,
                     const EchoicModel* model,
                     const char*        path);

/// An option that does nothing unless something else is asked for
typedef struct {
  int         option; ///< As getopt_long() returns it, from 256 on
  bool        is_met;
  const char* needed;
} EchoicOptionNeed;

/// Return the bit of an option in a set of those that were given
uint64_t
echoic_option_bit(int option);

/**
   Complain about the first option that was given and does nothing.

   @param given Set of options.
   @return False if there is one.
*/
bool
echoic_options_work(const struct option*    options,
                    uint64_t                given,
                    const EchoicOptionNeed* needs,
                    size_t                  n_needs);

/// Say that --early adds nothing to --short, if both were given
void
echoic_note_early(bool is_early, bool is_short);

/**
   Complain about what getopt_long() returned as ':' or '?'.

   @return ECHOIC_EXIT_ERROR
*/
int
echoic_option_unknown(char** argv, int result);

/// A file, or a stretch of it
typedef struct {
  char*  path;    ///< Owned: free()
  double start_s; ///< 0 if not given
  double end_s;   ///< INFINITY if not given
  bool   has_range;
} EchoicFileRange;

/**
   Split FILE[:START-END], where START or END may be left out.

   A path may contain colons: an existing file is never split.
*/
bool
echoic_parse_range(const char*      text,
                   EchoicFileRange* range,
                   EchoicError*     error);

#endif // ECHOIC_HOST_OPTIONS_H
