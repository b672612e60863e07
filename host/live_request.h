// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_LIVE_REQUEST_H
#define ECHOIC_HOST_LIVE_REQUEST_H

#include "dsp/gate.h"
#include "host/events_out.h"
#include "host/live_backend.h"
#include "host/live_midi.h"
#include "host/mode.h"

#include <stdbool.h>
#include <stddef.h>

/// What the command line of `echoic live` says
typedef struct {
  const char*        model_path;
  EchoicBackendSpec  backend;
  int                channel;
  EchoicMode         mode;
  EchoicGateSpec     gate;
  double             delay_s; ///< Of the output, < 0: as much as is needed
  EchoicFormat       format;
  const char* const* names; ///< [n_names] Sounds that are wanted
  size_t             n_names;
  double             min_score;
  double             sensitivity;
  EchoicMidiKind     midi;
  const char*        osc;
  const char*        osc_listen;
  const char*        clips;
  bool               clips_flac;
  double             clip_before_s;
  double             clip_after_s;
  const char*        record;
  const char*        program;
  double             program_interval_s;
  bool               is_new; ///< The model may be missing
  bool               is_early;
  bool               is_short;
  bool               never_saves;
  bool               is_quiet;
  bool               is_list;
  bool               is_json;
  bool               is_help;
} EchoicLiveRequest;

/**
   Read the command line.

   @param names [argc] Memory for the names of sounds.
   @return False, and what is wrong was said.
*/
bool
echoic_live_parse(int                argc,
                  char**             argv,
                  const char**       names,
                  EchoicLiveRequest* request);

/// Print what there is to say about the command
void
echoic_live_usage(void);

#endif // ECHOIC_HOST_LIVE_REQUEST_H
