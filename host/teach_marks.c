// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/teach_marks.h"

#include "dsp/teach.h"
#include "dsp/teach_trim.h"
#include "host/audio.h"
#include "host/commands.h"
#include "host/lessons.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double point_s   = 1.0;   ///< Longest sound after a point label
static const double early_s   = 0.1;   ///< That is looked at before it
static const double lead_s    = 0.031; ///< Before that, to see what begins
static const double slack_s   = 0.5;   ///< That a label may be beyond the end
static const double chunk_s   = 300.0; ///< Of labels that are read at a time
static const double short_s   = 0.020;
static const double trimmed_s = 2.0; ///< Of a file that may be left in silence
static const double late_s    = 0.5; ///< That a sound may begin in its file
static const double same_s    = 0.001; ///< Between starts of the same example
static const float  quiet_db  = 10.0F; ///< Above the background

typedef struct {
  EchoicModel*              model;
  const EchoicTeachRequest* request;
  uint32_t*                 warnings;
  EchoicError*              error;
} Teacher;

static void
warn(const Teacher* const      teacher,
     const char* const         path,
     const EchoicMarked* const marked,
     const EchoicWarning       bit,
     const char* const         text)
{
  const int32_t sound = echoic_model_find(teacher->model, marked->sound);
  if (sound >= 0) {
    teacher->warnings[sound] |= bit;
  }

  fprintf(stderr,
          "echoic: warning: %s: the '%s' at %.3f-%.3f s %s\n",
          path,
          marked->sound,
          marked->found_start_s,
          marked->found_end_s,
          text);
}

/// Say what was taken of a file if much of it wasn't: it may be all one sound;
/// or if it has pauses: it may be more than one
static void
note_what_was_taken(const char* const path, const EchoicMarked* const marked)
{
  const double found_s = marked->found_end_s - marked->found_start_s;
  const double left_s  = marked->given_s - found_s;
  const bool   is_late = marked->found_start_s - marked->start_s > late_s;
  const bool   is_part = left_s > trimmed_s && left_s > found_s;
  if (marked->exact || isfinite(marked->end_s)) {
    return;
  }

  if (marked->paused) {
    fprintf(stderr,
            "echoic: note: %s: the '%s' at %.3f-%.3f s has pauses in it; if "
            "only one piece of it is the sound, say where: %s:START-END\n",
            path,
            marked->sound,
            marked->found_start_s,
            marked->found_end_s,
            path);
  } else if (is_late || is_part) {
    fprintf(stderr,
            "echoic: note: %s: the '%s' was found at %.3f-%.3f s of %.3f s; if "
            "all of it is the sound, say --exact\n",
            path,
            marked->sound,
            marked->found_start_s,
            marked->found_end_s,
            marked->start_s + marked->given_s);
  }
}

/// Warn of an example that was given before: it adds no knowledge, but
/// certainty
static void
warn_if_repeated(const EchoicModel* const  model,
                 const char* const         path,
                 const EchoicMarked* const marked)
{
  const int32_t sound = echoic_model_find(model, marked->sound);
  uint32_t      n     = 0U;
  for (uint32_t i = 0U; i < model->n_marks; ++i) {
    const EchoicMark* const mark    = &model->marks[i];
    const EchoicClip* const clip    = &model->clips[mark->clip];
    const double            start_s = clip->source_s + mark->start_s;
    n += !mark->removed && mark->kind == ECHOIC_MARK_EXAMPLE &&
         (int32_t)mark->sound == sound && clip->source &&
         !strcmp(clip->source, path) &&
         fabs(start_s - marked->found_start_s) < same_s;
  }

  if (n > 1U) {
    fprintf(stderr,
            "echoic: warning: %s: the '%s' at %.3f-%.3f s is an example "
            "already; give others, or take it back by --undo\n",
            path,
            marked->sound,
            marked->found_start_s,
            marked->found_end_s);
  }
}

static void
warn_if_doubtful(const Teacher* const      teacher,
                 const char* const         path,
                 const EchoicMarked* const marked)
{
  if (marked->kind != ECHOIC_MARK_EXAMPLE) {
    return;
  }

  note_what_was_taken(path, marked);
  warn_if_repeated(teacher->model, path, marked);
  if (marked->clipped) {
    warn(teacher, path, marked, ECHOIC_WARN_CLIPPED, "is clipped");
  }

  if (marked->found_end_s - marked->found_start_s < short_s) {
    warn(teacher, path, marked, ECHOIC_WARN_SHORT, "is shorter than 20 ms");
  }

  if (marked->peak_db - marked->floor_db < quiet_db) {
    warn(teacher,
         path,
         marked,
         ECHOIC_WARN_QUIET,
         "is less than 10 dB above its background");
  }
}

static EchoicStatus
add_marked(const Teacher* const teacher,
           const char* const    path,
           EchoicMarked* const  marked,
           const size_t         n)
{
  const EchoicStatus st = echoic_lessons_add(teacher->model,
                                             path,
                                             teacher->request->raw,
                                             teacher->request->channel,
                                             marked,
                                             (uint32_t)n,
                                             teacher->error);
  for (size_t i = 0U; !st && i < n; ++i) {
    warn_if_doubtful(teacher, path, &marked[i]);
  }

  return st;
}

/// Add the request's files of the same path as the first, which is the i-th
static EchoicStatus
add_path(const Teacher* const teacher, const size_t i, EchoicMarked* marked)
{
  const EchoicTeachRequest* const request = teacher->request;
  const char* const               path    = request->files[i].range.path;
  size_t                          n       = 0U;
  for (size_t j = 0U; j < request->n_files; ++j) {
    const EchoicTeachFile* const file = &request->files[j];
    if (!strcmp(file->range.path, path)) {
      if (j < i) {
        return ECHOIC_OK; // Done with that one
      }
      marked[n++] = (EchoicMarked){
        .kind    = file->kind,
        .sound   = file->sound,
        .start_s = file->range.start_s,
        .end_s   = file->range.end_s,
        .exact   = request->is_exact,
      };
    }
  }

  return add_marked(teacher, path, marked, n);
}

static EchoicStatus
add_files(const Teacher* const teacher)
{
  const size_t        n = teacher->request->n_files;
  EchoicMarked* const marked =
    (EchoicMarked*)calloc(n + 1U, sizeof(EchoicMarked));
  if (!marked) {
    return echoic_error(teacher->error, ECHOIC_NO_MEMORY, "out of memory");
  }

  EchoicStatus st = ECHOIC_OK;
  for (size_t i = 0U; !st && i < n; ++i) {
    st = add_path(teacher, i, marked);
  }

  free(marked);
  return st;
}

/// Find where the sound begins and ends that a point label is at
static EchoicStatus
find_at_point(const Teacher* const      teacher,
              const EchoicLabels* const labels,
              const EchoicLabel* const  label,
              EchoicMarked* const       marked)
{
  const EchoicTeachRequest* const r       = teacher->request;
  EchoicStretch                   stretch = {0};
  EchoicTrim                      trim    = {0};
  double                          last_s  = label->start_s + point_s;
  double                          first_s = fmax(label->start_s - early_s, 0.0);
  for (size_t i = 0U; i < labels->n_labels; ++i) {
    const double at_s   = labels->labels[i].start_s;
    const double half_s = (at_s + label->start_s) / 2.0;
    last_s              = at_s > label->start_s ? fmin(last_s, at_s) : last_s;
    first_s = at_s < label->start_s ? fmax(first_s, half_s) : first_s;
  }

  const double from_s = fmax(first_s - lead_s, 0.0);
  EchoicStatus st     = echoic_audio_stretch(r->labels_audio,
                                         r->raw,
                                         r->channel,
                                         from_s,
                                         last_s,
                                         &stretch,
                                         teacher->error);
  if (st) {
    return st;
  }

  const double skipped = (first_s - from_s) * stretch.rate_hz;
  const size_t lead =
    (size_t)fmin(round(skipped), (double)stretch.n_samples - 1.0);
  const double        early   = (label->start_s - first_s) * stretch.rate_hz;
  const EchoicExample example = {
    stretch.samples + lead, lead, stretch.n_samples - lead, stretch.rate_hz};
  st = echoic_trim_point(&example, (size_t)early, &trim);
  free(stretch.samples);
  marked->start_s = first_s + ((double)trim.onset / stretch.rate_hz);
  marked->end_s   = first_s + ((double)trim.end / stretch.rate_hz);
  if (st == ECHOIC_NO_MEMORY) {
    return echoic_error(teacher->error, st, "out of memory");
  }

  return st ? echoic_error(teacher->error,
                           ECHOIC_BAD_ARG,
                           "%s:%u: there is only silence after %g s; put the "
                           "label where '%s' begins",
                           r->labels_path,
                           label->line,
                           label->start_s,
                           label->name)
            : ECHOIC_OK;
}

static EchoicStatus
mark_label(const Teacher* const      teacher,
           const EchoicLabels* const labels,
           const EchoicLabel* const  label,
           const double              length_s,
           EchoicMarked* const       marked)
{
  const bool is_point = label->end_s <= label->start_s;
  if (label->start_s >= length_s || label->end_s > length_s + slack_s) {
    return echoic_error(teacher->error,
                        ECHOIC_BAD_ARG,
                        "%s:%u: %g-%g s is past the end of %s, which lasts "
                        "%.3f s; is it the right recording?",
                        teacher->request->labels_path,
                        label->line,
                        label->start_s,
                        label->end_s,
                        teacher->request->labels_audio,
                        length_s);
  }

  *marked = (EchoicMarked){
    .kind    = ECHOIC_MARK_EXAMPLE,
    .sound   = label->name,
    .start_s = label->start_s,
    .end_s   = label->end_s,
    .exact   = teacher->request->is_exact || is_point,
  };
  return is_point ? find_at_point(teacher, labels, label, marked) : ECHOIC_OK;
}

static int
compare_starts(const void* const a, const void* const b)
{
  const EchoicMarked* const x = (const EchoicMarked*)a;
  const EchoicMarked* const y = (const EchoicMarked*)b;
  return (x->start_s > y->start_s) - (x->start_s < y->start_s);
}

/// Add marks piece by piece, so that no piece is too long to be read
static EchoicStatus
add_in_chunks(const Teacher* const teacher,
              EchoicMarked* const  marked,
              const size_t         n)
{
  EchoicStatus st = ECHOIC_OK;
  qsort(marked, n, sizeof(EchoicMarked), compare_starts);
  for (size_t i = 0U; !st && i < n;) {
    size_t n_chunk = 1U;
    while (i + n_chunk < n &&
           marked[i + n_chunk].end_s < marked[i].start_s + chunk_s) {
      ++n_chunk;
    }
    st =
      add_marked(teacher, teacher->request->labels_audio, marked + i, n_chunk);
    i += n_chunk;
  }

  return st;
}

static EchoicStatus
add_labels(const Teacher* const teacher, const EchoicLabels* const labels)
{
  const EchoicTeachRequest* const r = teacher->request;
  if (!strcmp(r->labels_audio, "-")) {
    return echoic_error(teacher->error,
                        ECHOIC_BAD_ARG,
                        "--labels: standard input can't be read twice; give a "
                        "file");
  }

  EchoicAudio* const audio =
    echoic_audio_open(r->labels_audio, r->raw, teacher->error);
  if (!audio) {
    return teacher->error->status;
  }

  const EchoicAudioInfo* const info = echoic_audio_info(audio);
  const double        length_s      = (double)info->n_frames / info->rate_hz;
  const size_t        n             = labels->n_labels;
  EchoicMarked* const marked =
    (EchoicMarked*)calloc(n + 1U, sizeof(EchoicMarked));
  echoic_audio_close(audio);
  if (!marked) {
    return echoic_error(teacher->error, ECHOIC_NO_MEMORY, "out of memory");
  }

  EchoicStatus st = ECHOIC_OK;
  for (size_t i = 0U; !st && i < n; ++i) {
    const EchoicLabel* const label = &labels->labels[i];
    st = mark_label(teacher, labels, label, length_s, &marked[i]);
  }

  st = st ? st : add_in_chunks(teacher, marked, n);
  free(marked);
  return st;
}

EchoicStatus
echoic_teach_marks(EchoicModel* const              model,
                   const EchoicTeachRequest* const request,
                   const EchoicLabels* const       labels,
                   uint32_t* const                 warnings,
                   EchoicError* const              error)
{
  const Teacher      teacher = {model, request, warnings, error};
  const EchoicStatus st      = add_files(&teacher);
  return st || !labels ? st : add_labels(&teacher, labels);
}
