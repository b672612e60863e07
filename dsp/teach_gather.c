// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/teach_gather.h"

#include <stdbool.h>
#include <stdlib.h>

#define N_COPIES ECHOIC_N_COPIES
#define N_LOOKS ECHOIC_N_LOOKS

static const uint32_t most_heard = 4000U; ///< Frames

/// Every how many frames what was heard is looked at
static uint32_t
heard_stride(const EchoicHeard* const heard)
{
  uint64_t total = 0U;
  for (uint32_t t = 0U; t < heard->n_tracks; ++t) {
    total += heard->tracks[t].n_frames;
  }

  return (uint32_t)((total + most_heard - 1U) / most_heard);
}

static void
count_rows(const EchoicHeard* const  heard,
           const EchoicLesson* const lessons,
           const uint32_t            n_lessons,
           EchoicRows* const         rows)
{
  const uint32_t stride = heard_stride(heard);
  for (uint32_t t = 0U; t < heard->n_tracks; ++t) {
    rows->n_heard += (heard->tracks[t].n_frames + stride - 1U) / stride;
  }

  for (uint32_t i = 0U; i < n_lessons; ++i) {
    rows->n_looks += lessons[i].n_examples * N_COPIES * N_LOOKS;
    rows->n_nots += lessons[i].n_nots * N_COPIES;
  }
}

static bool
take_rows(EchoicRows* const rows, const uint32_t n_lessons)
{
  const size_t   row   = rows->width * sizeof(float);
  const uint32_t marks = rows->n_looks + rows->n_nots;
  rows->first          = (uint32_t*)calloc(n_lessons, sizeof(uint32_t));
  rows->looks          = (float*)calloc(rows->n_looks, row);
  rows->nots           = (float*)calloc((size_t)rows->n_nots + 1U, row);
  rows->heard =
    (float*)calloc(rows->n_heard > marks ? rows->n_heard : marks, row);
  return rows->first && rows->looks && rows->nots && rows->heard;
}

static int
compare_wanted(const void* const a, const void* const b)
{
  const EchoicWanted* const x = (const EchoicWanted*)a;
  const EchoicWanted* const y = (const EchoicWanted*)b;
  return (x->frame > y->frame) - (x->frame < y->frame);
}

/// List the looks at examples (or what was called wrong) in one track
static uint32_t
want_marks(const EchoicTrack* const       track,
           const EchoicMark* const* const marks,
           const uint32_t                 n_marks,
           const uint32_t                 span,
           const uint32_t                 n_looks,
           const uint32_t                 width,
           float* const                   rows,
           EchoicWanted* const            wanted)
{
  uint32_t n = 0U;
  for (uint32_t e = 0U; e < n_marks; ++e) {
    if (marks[e]->clip != track->clip) {
      continue;
    }

    const uint32_t frame = echoic_heard_frame(marks[e]->start_s) + span;
    float* const   row =
      rows + ((((size_t)e * N_COPIES) + track->copy) * n_looks * width);
    for (uint32_t i = 0U; i < n_looks; ++i) {
      const uint32_t k  = frame + i - (n_looks / 2U);
      wanted[n].frame   = k < track->n_frames ? k : track->n_frames - 1U;
      wanted[n++].state = row + ((size_t)i * width);
    }
  }

  return n;
}

/// List what all lessons want of one track
static uint32_t
want_lessons(const EchoicTrack* const  track,
             const EchoicLesson* const lessons,
             const uint32_t            n_lessons,
             const EchoicRows* const   rows,
             EchoicWanted* const       wanted)
{
  const size_t d     = rows->width;
  uint32_t     n     = 0U;
  float*       looks = rows->looks;
  float*       nots  = rows->nots;
  for (uint32_t i = 0U; i < n_lessons; ++i) {
    const EchoicLesson* const l = &lessons[i];
    rows->first[i]              = (uint32_t)((size_t)(looks - rows->looks) / d);
    n += want_marks(track,
                    l->examples,
                    l->n_examples,
                    l->span,
                    N_LOOKS,
                    rows->width,
                    looks,
                    wanted + n);
    n += want_marks(
      track, l->nots, l->n_nots, l->span, 1U, rows->width, nots, wanted + n);
    looks += (size_t)l->n_examples * N_COPIES * N_LOOKS * d;
    nots += (size_t)l->n_nots * N_COPIES * d;
  }

  return n;
}

EchoicStatus
echoic_rows_gather(const EchoicHeard* const     heard,
                   const EchoicLesson* const    lessons,
                   const uint32_t               n_lessons,
                   const EchoicGraphSpec* const states,
                   const uint32_t               width,
                   EchoicRows* const            rows)
{
  rows->width = width;
  count_rows(heard, lessons, n_lessons, rows);
  EchoicWanted* const wanted = (EchoicWanted*)calloc(
    (size_t)rows->n_looks + rows->n_nots + rows->n_heard, sizeof(EchoicWanted));
  EchoicStatus st =
    wanted && take_rows(rows, n_lessons) ? ECHOIC_OK : ECHOIC_NO_MEMORY;
  const uint32_t stride = heard_stride(heard);
  float*         row    = rows->heard;
  for (uint32_t t = 0U; !st && t < heard->n_tracks; ++t) {
    const EchoicTrack* const track = &heard->tracks[t];
    uint32_t n = want_lessons(track, lessons, n_lessons, rows, wanted);
    for (uint32_t k = 0U; k < track->n_frames; k += stride) {
      wanted[n].frame   = k;
      wanted[n++].state = row;
      row += width;
    }

    qsort(wanted, n, sizeof(EchoicWanted), compare_wanted);
    st = echoic_heard_states(track, states, width, wanted, n);
  }

  free(wanted);
  return st;
}

void
echoic_rows_clear(EchoicRows* const rows)
{
  free(rows->first);
  free(rows->looks);
  free(rows->nots);
  free(rows->heard);
}
