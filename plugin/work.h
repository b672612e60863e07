// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_PLUGIN_WORK_H
#define ECHOIC_PLUGIN_WORK_H

#include "dsp/detector.h"
#include "dsp/echoic.h"
#include "dsp/tutor.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   What the audio thread wants done elsewhere, passed by the host's worker as
   plain bytes.
*/

#define ECHOIC_PATH_SIZE 1024U ///< Bytes of a file name with its terminator

typedef enum {
  ECHOIC_WORK_ASK,     ///< Teach
  ECHOIC_WORK_IMPORT,  ///< Load the model at `path`
  ECHOIC_WORK_EXPORT,  ///< Write the model to `path`
  ECHOIC_WORK_NAME,    ///< Call the slot of `ask` what `path` says
  ECHOIC_WORK_COLLECT, ///< Free what isn't needed any more
} EchoicWorkKind;

typedef struct {
  EchoicWorkKind kind;
  uint32_t       generation; ///< Of the samples that `ask` speaks of
  float          memory_s;
  EchoicAsk      ask;
  uint8_t        notes[ECHOIC_DETECTOR_SLOTS]; ///< MIDI, of the kit to write
  char           path[ECHOIC_PATH_SIZE]; ///< Only as far as needed is passed
} EchoicWork;

#define ECHOIC_TEXT_SIZE 320U
#define ECHOIC_TO_USER UINT32_MAX

/// What the worker answers, passed as plain bytes
typedef struct {
  uint32_t slot; ///< That `text` is the name of, or ECHOIC_TO_USER
  char     text[ECHOIC_TEXT_SIZE]; ///< Only as far as needed is passed
} EchoicReply;

#define ECHOIC_WORKS_MOST 8U

/// What the host hasn't taken yet, in order
typedef struct {
  uint32_t   n_works;
  EchoicWork works[ECHOIC_WORKS_MOST];
} EchoicWorks;

/// Return the bytes to pass
static inline uint32_t
echoic_work_size(const EchoicWork* const work)
{
  uint32_t length = 0U;
  while (length < ECHOIC_PATH_SIZE - 1U && work->path[length]) {
    ++length;
  }

  return (uint32_t)offsetof(EchoicWork, path) + length + 1U;
}

#endif // ECHOIC_PLUGIN_WORK_H
