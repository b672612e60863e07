// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_MODEL_H
#define ECHOIC_MODEL_H

#include "dsp/echoic.h"
#include "dsp/graph.h"
#include "dsp/short_front.h"
#include "dsp/states.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   A model: everything that was taught, and the detector made from it.

   What was taught is kept as it was heard (clips of mel levels with marks in
   them), so that a sound can be refined, corrected or undone later: teaching is
   a pure function from clips and marks to graph and calibration, see teach.h.
   The model is one safetensors file: the same bytes on disk and in a session.

   All of it is set-up: no function here may be called by the audio thread.
*/

#define ECHOIC_MODEL_VERSION 1

/* Mel levels are kept as bytes: ln(E + 1e-10) in steps of 1/8 nat (0.54 dB),
   0 is -23.03 (nothing), 255 is +8.8. */
#define ECHOIC_LEVEL_STEP 0.125F

#define ECHOIC_STRIKE_ROWS 6U

#define ECHOIC_FINGERPRINT_WORDS 64U ///< At most

/// Bytes of a fingerprint: where each word is, from 1, then the words, little
/// endian
#define ECHOIC_FINGERPRINT_BYTES (9U * ECHOIC_FINGERPRINT_WORDS)

/// Return the byte for an energy
ECHOIC_SETUP uint8_t
echoic_level_byte(float energy);

/// Return the energy of a byte
ECHOIC_SETUP float
echoic_level_energy(uint8_t level);

#define ECHOIC_CLIP_STRIDE 16U ///< Of a thinned clip, at most

/**
   Some seconds of sound as mel levels.

   A long clip may be thinned: of the frames before `first_full` and of those
   after `n_full` more only every n-th has a row: the mean of the levels around
   it.  Those between two rows have levels between theirs.
*/
typedef struct {
  uint32_t n_frames;
  uint32_t n_bands;    ///< Bands below the recording's Nyquist frequency
  uint32_t stride;     ///< Frames from one row to the next, 1: not thinned
  uint32_t first_full; ///< First of the frames that all have a row: a multiple
                       ///< of `stride`
  uint32_t n_full;     ///< Of these, n_frames if the clip isn't thinned
  uint8_t* level;      ///< [echoic_clip_rows()][ECHOIC_N_BANDS], owned
  char*    source;     ///< File it came from, for the user, owned; may be null
  double   source_s;   ///< Time of frame 0 in that file
} EchoicClip;

/// What a mark says about the stretch it covers
typedef enum {
  ECHOIC_MARK_EXAMPLE,    ///< This is the sound
  ECHOIC_MARK_NOT,        ///< This is not the sound
  ECHOIC_MARK_BACKGROUND, ///< This is what else is heard (no sound in special)
} EchoicMarkKind;

/// A stretch of a clip that a user said something about
typedef struct {
  EchoicMarkKind kind;
  uint32_t       clip;
  uint32_t       sound;   ///< Index, or UINT32_MAX for background
  double         start_s; ///< In the clip
  double         end_s;
  float          level_db; ///< Peak of its first 0.1 s, dB full scale
  float          attack_s; ///< From its start to its attack, see attack.h
  float          rise_db;  ///< Of the attack, 0 if there is none
  uint32_t       added;    ///< Revision that added it
  uint32_t       removed;  ///< Revision that removed it, 0 while it counts

  /// [ECHOIC_STRIKE_ROWS][ECHOIC_SHORT_BANDS] Levels of its attack in the short
  /// front end: what was before, then 3, 6 and 14 frames after the onset; what
  /// a longer window saw before, and 17 frames after it (strike_low.h).  Zeros
  /// if it has none or comes from an older file
  uint8_t strike[ECHOIC_STRIKE_ROWS * ECHOIC_SHORT_BANDS];

  /// Signs of its waveform, see fingerprint.h.  Zeros if it is too short or
  /// comes from an older file
  uint8_t fingerprint[ECHOIC_FINGERPRINT_BYTES];
} EchoicMark;

/// What teaching found out about a sound
typedef struct {
  uint32_t n_examples;
  float    span_s;     ///< From onset to decision
  float    memory_s;   ///< Duration of its memory
  float    length_s;   ///< Of the whole sound, median of the examples
  float    level_db;   ///< Median level of the examples, dB full scale
  float    attack_s;   ///< Median from onset to attack, see attack.h
  float    rise_db;    ///< Median of the attacks, 0 if they don't agree
  float    threshold;  ///< Of the score; a typical example scores 1
  float    positive;   ///< Median score of examples left out of teaching
  float    background; ///< Highest score of what isn't the sound
  float    margin;     ///< positive - threshold
  float    false_alarms_per_hour; ///< Expected
  int32_t  confused_with;         ///< Index of the likeliest other sound, or -1
  float    confusion;             ///< Score that sound reaches here
  float    echo_s;   ///< Until when after it its examples score once more what
                     ///< might be told, 0 if they don't
  float    echo;     ///< ... and how much, at most
  uint32_t warnings; ///< Bits of EchoicWarning
  uint32_t alone;    ///< 1: too little else was heard to expect false alarms
} EchoicCalibration;

/// What a user should know about a sound's examples
typedef enum {
  ECHOIC_WARN_DISAGREE = 1U << 0U, ///< Examples don't resemble each other
  ECHOIC_WARN_CLIPPED  = 1U << 1U, ///< An example is clipped
  ECHOIC_WARN_SHORT    = 1U << 2U, ///< An example is shorter than 20 ms
  ECHOIC_WARN_QUIET = 1U << 3U, ///< An example is hardly above its background
  ECHOIC_WARN_CONFUSED = 1U << 4U, ///< Another sound scores above the threshold
} EchoicWarning;

/// A taught sound
typedef struct {
  char              name[ECHOIC_NAME_SIZE];
  uint32_t          midi_note;   ///< 0..127
  uint32_t          slot;        ///< On a controller, from 1; 0 for none
  float             sensitivity; ///< Threshold offset, -1..1, 0 as calibrated
  float             mask_s;      ///< Least time between events, 0: its ring
  float             max_false_alarms_per_hour; ///< Asked for, 0: automatic
  uint32_t          added;                     ///< Revision that added it
  uint32_t          removed; ///< Revision that forgot it, or 0
  EchoicCalibration calibration;
} EchoicSound;

#define ECHOIC_PROFILE_SIZE 96U        ///< Steps, 2 s
#define ECHOIC_PROFILE_STEP 4U         ///< Frames
#define ECHOIC_PROFILE_UNIT 0.0078125F ///< Score of one step of a response

/// How one sound's score responds while another sound happens
typedef struct {
  uint32_t listener;                      ///< Sound whose score this is
  uint32_t source;                        ///< Sound that happens
  uint8_t  response[ECHOIC_PROFILE_SIZE]; ///< By time since its onset
} EchoicProfile;

/// Everything taught, and the detector
typedef struct {
  uint32_t        revision;   ///< Of the last change, 0 for an empty model
  uint32_t        n_bands;    ///< Bands that all clips have
  EchoicStates    states;     ///< What remembers
  EchoicGraphSpec memory;     ///< Of kind graph: from embedded frames to states
  float           max_span_s; ///< No sound is listened to longer; 0: automatic
  uint32_t        n_sounds;
  EchoicSound*    sounds; ///< [n_sounds]
  uint32_t        n_clips;
  EchoicClip*     clips; ///< [n_clips]
  uint32_t        n_marks;
  EchoicMark*     marks; ///< [n_marks]
  uint32_t        n_profiles;
  EchoicProfile*  profiles; ///< [n_profiles], of pairs with a response
  EchoicGraphSpec graph;    ///< From features to scores of the live sounds
} EchoicModel;

/// Return a new empty model, to be freed by echoic_model_free(), or null
EchoicModel*
echoic_model_new(void);

/// Free a model and all it owns; null is allowed
void
echoic_model_free(EchoicModel* model);

/// Return a deep copy, or null without memory
EchoicModel*
echoic_model_copy(const EchoicModel* model);

/**
   Read a model from the bytes of its file.

   Anything unknown, missing, misshaped, out of range or not finite is refused
   and described in `error`; never a half-loaded model.
*/
EchoicModel*
echoic_model_parse(const uint8_t* bytes, size_t size, EchoicError* error);

/// Write a model's file to new memory, to be freed by the caller with free()
EchoicStatus
echoic_model_write(const EchoicModel* model,
                   uint8_t**          bytes,
                   size_t*            size,
                   EchoicError*       error);

/// True for a name of 1 to 63 bytes of UTF-8 without control characters
ECHOIC_SETUP bool
echoic_name_is_valid(const char* name);

/// True if an example begins with its clip: nothing is known of what was before
ECHOIC_SETUP bool
echoic_model_clip_begins(const EchoicModel* model, uint32_t clip);

/// Return the index of the live sound with that name, or -1
int32_t
echoic_model_find(const EchoicModel* model, const char* name);

/// Return how many sounds live: weren't forgotten
uint32_t
echoic_model_count_live(const EchoicModel* model);

/* Changes.  Begin one change with echoic_model_begin(), make it with the
   functions below, teach, and it can be undone as a whole. */

/// Start a new revision; forgets what was removed more than 16 revisions ago
void
echoic_model_begin(EchoicModel* model);

/// Return the index of a live sound with that name, added if necessary, or -1
int32_t
echoic_model_add_sound(EchoicModel* model, const char* name);

/// The same, saying why it can't be added
EchoicStatus
echoic_model_need_sound(EchoicModel* model,
                        const char*  name,
                        int32_t*     index,
                        EchoicError* error);

/**
   Add a clip.

   @param energies [n_frames][ECHOIC_N_BANDS] From EchoicMel.
   @param n_frames 1 at least.
   @param n_bands From 1 to ECHOIC_N_BANDS.
   @return Its index, or -1 without memory or out of these ranges.
*/
int32_t
echoic_model_add_clip(EchoicModel* model,
                      const float* energies,
                      uint32_t     n_frames,
                      uint32_t     n_bands,
                      const char*  source,
                      double       source_s);

/// Add a mark (its `added` is set here); false without memory
bool
echoic_model_add_mark(EchoicModel* model, const EchoicMark* mark);

/// Forget a live sound and its marks
EchoicStatus
echoic_model_forget(EchoicModel* model, const char* name, EchoicError* error);

/// Take back the last revision; teach afterwards
EchoicStatus
echoic_model_undo(EchoicModel* model, EchoicError* error);

/// Return the rows of levels that a clip has
ECHOIC_SETUP uint32_t
echoic_clip_rows(const EchoicClip* clip);

/// Return the levels of one frame of a clip: [ECHOIC_N_BANDS]
ECHOIC_SETUP void
echoic_clip_levels(const EchoicClip* clip, uint32_t frame, uint8_t* levels);

/// Turn levels of a clip back into energies: [n][ECHOIC_N_BANDS]
void
echoic_clip_energies(const EchoicClip* clip,
                     uint32_t          first,
                     uint32_t          n_frames,
                     float*            energies);

/**
   Thin a clip of more than 1024 frames (5.5 s), for good.

   The 3.5 s from 0.5 s before frame `onset` keep all their rows; of the rest so
   many are left that there are 1024 at most, in clips of up to 34 s.  Up to
   `stride` - 1 frames at its end are dropped.
*/
ECHOIC_SETUP void
echoic_clip_thin(EchoicClip* clip, uint32_t onset);

#endif // ECHOIC_MODEL_H
