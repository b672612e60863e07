// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_PLUGIN_PLUGIN_H
#define ECHOIC_PLUGIN_PLUGIN_H

#include "dsp/capture.h"
#include "dsp/detector.h"
#include "dsp/echoic.h"
#include "dsp/gate.h"
#include "dsp/live.h"
#include "dsp/notes.h"
#include "dsp/tutor.h"
#include "plugin/atoms.h"
#include "plugin/controls.h"
#include "plugin/display.h"
#include "plugin/path.h"
#include "plugin/ports.h"
#include "plugin/uris.h"
#include "plugin/work.h"

#include <lv2/core/lv2.h>
#include <lv2/log/logger.h>
#include <lv2/worker/worker.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/**
   An instance of any of the plugins.

   Who may touch what:
     audio    run() and work_response(): everything under "audio thread"
     worker   work(), save() and restore(), one at a time by `lock`: the tutor
     both     the atomic variables, each written by one side and taken by the
              other
*/

#define ECHOIC_CHUNK 256U ///< Samples that are heard at once

#define ECHOIC_LATELY 16U ///< More than there is room for within a latency

/// What happened in a slot of late, oldest first
typedef struct {
  uint32_t        n;
  EchoicStretchAt at[ECHOIC_LATELY];
} EchoicLately;

/// What happened in a slot last, to be explained and corrected
typedef struct {
  EchoicLately events;
  EchoicLately rejected;
  float        score;  ///< Falling
  float        margin; ///< Of the last candidate, over the threshold
  EchoicReason reason; ///< Of the last rejected
} EchoicAccount;

/// Control voltages
typedef struct {
  uint32_t n_sounding[ECHOIC_N_SLOTS]; ///< Notes
  uint64_t rises[ECHOIC_N_SLOTS]; ///< Sample at which the gate may rise again
  float    velocity;
  uint32_t n_trigger; ///< Samples until the trigger falls
} EchoicVoltages;

typedef struct {
  // Made once
  EchoicVariant              variant;
  double                     rate_hz;
  uint32_t                   ids[ECHOIC_N_PORT_IDS]; ///< By index
  EchoicUris                 uris;
  const LV2_Worker_Schedule* schedule; ///< Null if the host has none
  LV2_Log_Logger             logger;   ///< Never used by the audio thread
  void*                      block;    ///< Memory of what follows

  // Worker
  pthread_mutex_t lock;
  EchoicTutor*    tutor;
  char            kit[ECHOIC_PATH_SIZE]; ///< File of the last import

  // Both
  _Atomic(EchoicDetector*) offered;    ///< To the audio thread
  _Atomic(EchoicDetector*) retired;    ///< From it, to be freed
  atomic_bool              is_loaded;  ///< What is offered wasn't taught here
  atomic_uint              generation; ///< Of samples and model
  atomic_uint              n_done;     ///< Works

  // Audio thread
  void*           ports[ECHOIC_N_PORT_IDS]; ///< By id
  EchoicLive*     live;
  EchoicCapture   capture;
  EchoicNotes     notes;
  EchoicGate      gate;
  EchoicGateSpec  gate_spec;
  EchoicPath      path;
  EchoicVoltages  voltages;
  EchoicAccount   accounts[ECHOIC_N_SLOTS];
  EchoicControls  controls;
  EchoicWorks     works;
  EchoicDetector* refused;  ///< To be offered again
  uint32_t        n_sent;   ///< Works that the host took
  uint32_t        pupil;    ///< Slot that a sound is waited for
  uint64_t        keys;     ///< A bit for each button that a MIDI key holds
  bool            is_fresh; ///< First run since activate()
  bool            was_enabled;
  bool            is_rolling; ///< Transport, as far as known
  float           wanted_memory_s;
  uint32_t        n_memory_wait; ///< Samples until a change counts
  uint64_t        run_start;     ///< Sample at which this run began
  uint32_t        chunk;         ///< Frame at which this chunk begins
  uint32_t        n_chunk;       ///< Samples in it
  EchoicWriter    notify;
  EchoicWriter    midi_out;
  bool            owes_offs;        ///< Are there any of these
  uint32_t        owed_offs[16][4]; ///< [channel] A bit for each note whose end
                                    ///< had no room
  char          text[ECHOIC_TEXT_SIZE]; ///< Said last to the user
  bool          has_to_say;             ///< That
  char          names[ECHOIC_N_SLOTS][ECHOIC_NAME_SIZE];
  uint32_t      untold_names; ///< A bit for each slot: to be told
  EchoicDisplay display;
} EchoicPlugin;

/// Hear and pass on `n` frames
ECHOIC_RT void
echoic_plugin_run(LV2_Handle handle, uint32_t n);

/// End all notes at this frame of the run
ECHOIC_RT void
echoic_plugin_stop_notes(EchoicPlugin* plugin);

#endif // ECHOIC_PLUGIN_PLUGIN_H
