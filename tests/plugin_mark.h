// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TESTS_PLUGIN_MARK_H
#define ECHOIC_TESTS_PLUGIN_MARK_H

/* What a plugin took for the sound it was taught. */

#include "dsp/model.h"
#include "tests/plugin_session.h"

typedef struct {
  EchoicMark mark;
  uint32_t   stride;   ///< Of its clip
  double     source_s; ///< Time at which its clip begins
} HostMark;

/// Return the last mark in what is saved
static inline HostMark
host_last_mark(Host* const host)
{
  EchoicError        error = {ECHOIC_OK, ""};
  HostState          state = host_save(host);
  EchoicModel* const model =
    echoic_model_parse((const uint8_t*)state.properties[0].value,
                       state.properties[0].size,
                       &error);
  ck_assert_msg(model && model->n_marks, "%s", error.text);
  const EchoicMark  mark = model->marks[model->n_marks - 1U];
  const EchoicClip* clip = &model->clips[mark.clip];
  const HostMark    last = {mark, clip->stride, clip->source_s};
  echoic_model_free(model);
  host_free_state(&state);
  return last;
}

#endif // ECHOIC_TESTS_PLUGIN_MARK_H
