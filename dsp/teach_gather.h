// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TEACH_GATHER_H
#define ECHOIC_TEACH_GATHER_H

#include "dsp/echoic.h"
#include "dsp/teach_heard.h"
#include "dsp/teach_solve.h"

#include <stdint.h>

/**
   States of one memory, at the frames that teaching looks at.

   An example is looked at in every copy at the frame its span ends and at the
   two beside it, what a user called wrong at the end of the span, and all that
   was heard at every n-th frame, so that there are at most 4000.
*/
typedef struct {
  uint32_t  width;   ///< Of the states
  uint32_t  n_looks; ///< Rows of `looks`
  uint32_t  n_nots;  ///< Rows of `nots`
  uint32_t  n_heard; ///< Rows of `heard`
  uint32_t* first;   ///< [n_lessons] First look of each lesson
  float*    looks;   ///< [n_looks][width] by lesson, example, copy
  float*    nots;    ///< [n_nots][width] by lesson, mark, copy
  float*    heard;   ///< [n_heard][width], with room for n_looks and
                     ///< for n_nots rows
} EchoicRows;

/// Gather the states that all lessons want; clear them also after a failure
ECHOIC_SETUP EchoicStatus
echoic_rows_gather(const EchoicHeard*     heard,
                   const EchoicLesson*    lessons,
                   uint32_t               n_lessons,
                   const EchoicGraphSpec* states,
                   uint32_t               width,
                   EchoicRows*            rows);

/// Free what was gathered
ECHOIC_SETUP void
echoic_rows_clear(EchoicRows* rows);

#endif // ECHOIC_TEACH_GATHER_H
