// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_ENGINE_PARTS_H
#define ECHOIC_ENGINE_PARTS_H

#include "dsp/arbiter.h"
#include "dsp/engine.h"
#include "dsp/features.h"
#include "dsp/fingerprint.h"
#include "dsp/graph.h"
#include "dsp/match.h"
#include "dsp/mel.h"
#include "dsp/picker.h"
#include "dsp/signs.h"
#include "dsp/strikes.h"

#include <stdbool.h>
#include <stdint.h>

/**
   The inside of an engine, for the file that makes it and the one that runs it.
*/

#define ECHOIC_STRUCK 16U ///< Hits of a sound that are remembered

/// A sound that is listened for
typedef struct {
  EchoicTemplates    templates;
  uint32_t           sound;     ///< Index in the model
  uint32_t           span;      ///< Frames
  float              threshold; ///< Of the joined score, in force
  float              taught;    ///< Threshold as calibrated
  uint32_t           own_mask;  ///< Frames that it rings
  bool               is_long;   ///< Longer than its span: attacks may be inside
  bool               is_off;    ///< Its events aren't reported
  double             span_s;    ///< From onset to the peak of the score
  double             length_s;
  float              level_db;              ///< As taught
  double             attack_s;              ///< From onset to attack, as taught
  float              asked_mask_s;          ///< By the user, 0: automatic
  uint64_t           n_struck;              ///< With the short window
  uint64_t           struck[ECHOIC_STRUCK]; ///< Onsets of the last of them
  bool               has_told;              ///< With the normal window
  uint64_t           last_told;             ///< Onset
  bool               has_attack;
  bool               is_veiled; ///< See echoic_strikes_is_veiled()
  uint32_t           n_fingerprints;
  EchoicFingerprint* fingerprints; ///< [n_fingerprints] Of examples
} EchoicListener;

/// Frames that graph and pickers get at once, if they are there
#define ECHOIC_BATCH ECHOIC_PICKER_FRAMES

/// Frames that were heard and are still to be looked at
typedef struct {
  uint32_t n_frames;
  uint64_t pos[ECHOIC_BATCH]; ///< Samples heard when a frame was ready
  uint32_t n_peaks[ECHOIC_BATCH];
  float    energies[ECHOIC_BATCH][ECHOIC_N_BANDS];
  float    features[ECHOIC_BATCH][ECHOIC_N_FEATURES];
} EchoicBatch;

/// A peak of the score of a sound
typedef struct {
  uint32_t   listener;
  EchoicPeak peak;
} EchoicFoundPeak;

/// A candidate that is still to be compared with examples
typedef struct {
  uint32_t        listener;
  bool            is_paid; ///< To be compared with recordings
  EchoicCandidate candidate;
} EchoicLook;

/// What a second look is at
typedef enum {
  ECHOIC_LOOK_MATCH,
  ECHOIC_LOOK_RECORDING,
  ECHOIC_LOOK_ATTACK,
  ECHOIC_LOOK_DONE,
} EchoicLookStage;

/**
   Second looks that are still to be taken: a ring.

   Peaks of many sounds come at once, their decisions a while later.  A step of
   one look, or of an eighth of those that wait two, is taken with each frame,
   all that a decision depends on before it.  So when they are taken changes no
   event.
*/
typedef struct {
  uint32_t        size;
  uint32_t        first;
  uint32_t        n;
  EchoicLook*     looks;    ///< [size]
  bool            is_begun; ///< The first is being taken
  EchoicLookStage stage;
  EchoicMatching  matching;
} EchoicLooks;

/// Least score of a peak that is looked at again, by its waveform alone if it
/// is below ECHOIC_LEAST_SCORE
#define ECHOIC_LEAST_RECORDING 0.1F
#define ECHOIC_LEAST_SCORE 0.35F

/**
   Comparisons of peaks with the recordings of examples: of weak ones to find
   these beneath others, of all others to find where exactly they begin.

   They may take no more than a little time: each costs credit, which comes with
   the frames.  The less of it is left, the stronger a peak must be.  One is
   made at a time.
*/
typedef struct {
  bool                    is_on; ///< Some sound has fingerprints
  EchoicSigns             signs;
  uint32_t                credit;
  bool                    is_begun;
  uint32_t                example; ///< That is being compared
  EchoicFingerprintMatch* match;
} EchoicRecordings;

#define ECHOIC_SEEKS 3U ///< That wait

/// An event beneath which others may hide
typedef struct {
  uint32_t listener;
  uint64_t onset;
} EchoicSought;

/// Events that are still to be looked beneath: a little with each frame
typedef struct {
  uint32_t     n;
  EchoicSought sought[ECHOIC_SEEKS];
  bool         is_begun; ///< The first is
  uint64_t     at;       ///< Sample that is next
} EchoicSeeks;

struct EchoicEngineImpl {
  double           rate_hz;
  float            sensitivity; ///< For all sounds
  bool             is_short;
  bool             wants_short;
  uint64_t         seam;    ///< Sample from which on the other window counts
  uint64_t         settled; ///< ... at which all of before it has been told
  uint32_t         wait; ///< Frames from a peak to the decision, unless early
  uint32_t         n_listeners;
  uint32_t         n_bands;
  uint64_t         max_delay; ///< Samples
  uint64_t         frame;     ///< Frames heard
  EchoicMel*       mel;
  EchoicFeatures   features;
  EchoicGraph*     graph;
  EchoicPicker     picker;
  EchoicArbiter    arbiter;
  EchoicStrikes    strikes;  ///< Of the short window, and for seeking
  EchoicStrikes    veil;     ///< With the normal window, if has_veil
  bool             has_veil; ///< Some sound is veiled
  EchoicSeeks      seeks;
  EchoicHistory    history;
  EchoicMatchRoom* room;
  EchoicLooks      looks;
  EchoicRecordings recordings;
  EchoicListener*  listeners; ///< [n_listeners]
  EchoicBatch*     batch;
  float*           scores;  ///< [ECHOIC_BATCH][n_listeners]
  EchoicFoundPeak* peaks;   ///< [ECHOIC_BATCH][n_listeners]
  uint32_t         mask;    ///< Number of samples that `mel` keeps - 1
  uint64_t         pos;     ///< Samples heard
  const float*     samples; ///< [mask + 1] Its ring
  float*           around;  ///< [2 margin] Samples around an attack
};

/// Put a candidate off until its second look
ECHOIC_RT void
echoic_looks_add(EchoicEngine* engine, const EchoicLook* look);

/// Take looks: this frame's share, and what is needed for this frame's
/// decisions
ECHOIC_RT void
echoic_looks_take(EchoicEngine* engine);

/// Return the arena bytes for all recordings of a model, 0 if it has none
ECHOIC_SETUP size_t
echoic_recordings_bytes(const EchoicModel* model, double longest_delay_s);

/// Take the recordings of a model, as many as its listeners count; false if
/// there is no space
ECHOIC_SETUP bool
echoic_recordings_prepare(const EchoicModel* model,
                          double             longest_delay_s,
                          EchoicArena*       arena,
                          EchoicEngine*      engine);

/// Return how much earlier than by its score an event may begin as a recording
ECHOIC_SETUP double
echoic_recordings_delay_s(const EchoicEngine* engine);

/// Nothing has been heard
ECHOIC_RT void
echoic_recordings_reset(EchoicRecordings* recordings);

/// Hear what has been heard up to the present frame
ECHOIC_RT void
echoic_recordings_hear(EchoicEngine* engine);

/// True if a peak of some score may be compared with a sound's recordings,
/// which is paid
ECHOIC_RT bool
echoic_recordings_ask(EchoicEngine*         engine,
                      const EchoicListener* listener,
                      float                 score);

/// Go on to compare; return true when it is known whether a candidate is one,
/// which then counts
ECHOIC_RT bool
echoic_recordings_step(EchoicEngine*         engine,
                       const EchoicListener* listener,
                       EchoicCandidate*      candidate);

/// Return the frame at which a candidate has an attack, below 0 if it has none
ECHOIC_RT double
echoic_engine_struck(const EchoicEngine*    engine,
                     const EchoicListener*  listener,
                     const EchoicCandidate* candidate);

/// Describe an event of a sound but for its score, from what has been heard
ECHOIC_RT EchoicEvent
echoic_engine_describe(const EchoicEngine*   engine,
                       const EchoicListener* listener,
                       uint64_t              onset);

/// Describe an event by the candidate that it is
ECHOIC_RT EchoicEvent
echoic_engine_describe_peak(const EchoicEngine*    engine,
                            const EchoicListener*  listener,
                            const EchoicCandidate* peak);

/// Return the samples by which events that hide are told later than others, 0
/// if none may hide
ECHOIC_SETUP uint64_t
echoic_engine_seek_delay(const EchoicEngine* engine);

/// Seek a little of what hides beneath events, all of it at the `end` of sound
ECHOIC_RT void
echoic_engine_seek(EchoicEngine* engine, bool end, const EchoicSink* sink);

/// True if an event of the normal window is beyond doubt: its score is, or its
/// attack is heard where it says, if the sound always has one
ECHOIC_RT bool
echoic_engine_confirm(EchoicEngine*      engine,
                      uint32_t           listener,
                      const EchoicEvent* event);

/// Tell of veiled sounds that the short window has just found
ECHOIC_RT void
echoic_engine_tell_veiled(EchoicEngine* engine, const EchoicSink* sink);

/// Tell an event of the normal window, and have it looked beneath
ECHOIC_RT void
echoic_engine_tell(EchoicEngine*      engine,
                   uint32_t           listener,
                   const EchoicEvent* event,
                   const EchoicSink*  sink);

/// Change windows if that was asked for and may be done; return how many of `n`
/// samples are to be heard before this is to be called again
ECHOIC_RT uint32_t
echoic_engine_turn(EchoicEngine* e, uint32_t n);

/// True if peaks of the normal window count
ECHOIC_RT bool
echoic_engine_picks(const EchoicEngine* engine);

/// Remember a hit that was told
ECHOIC_RT void
echoic_listener_strike(EchoicListener* listener, uint64_t onset);

/// True if an event of the normal window is to be told: not if it belongs to
/// the short one
ECHOIC_RT bool
echoic_engine_may_tell(const EchoicEngine*   engine,
                       const EchoicListener* listener,
                       uint64_t              onset);

/// Return the threshold of attacks for a sound: eased as that of its scores is
ECHOIC_RT float
echoic_engine_strike_threshold(const EchoicListener* listener);

/// Return the samples after an event in which none of the same sound counts
ECHOIC_RT uint64_t
echoic_engine_strike_mask(const EchoicEngine*   engine,
                          const EchoicListener* listener);

/// Decide what has struck at the end of the sound, as if silence followed
ECHOIC_RT void
echoic_engine_finish_strikes(EchoicEngine* engine, const EchoicSink* sink);

/// Tell what the short window has just found
ECHOIC_RT void
echoic_engine_tell_strikes(EchoicEngine* engine, const EchoicSink* sink);

/// Set threshold and mask of a listener, see EchoicTuning
ECHOIC_RT void
echoic_listener_tune(EchoicEngine* engine,
                     uint32_t      index,
                     float         sensitivity,
                     float         mask_s);

#endif // ECHOIC_ENGINE_PARTS_H
