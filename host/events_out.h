// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_EVENTS_OUT_H
#define ECHOIC_HOST_EVENTS_OUT_H

#include "dsp/model.h"
#include "host/detect.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/// How events are written
typedef enum {
  ECHOIC_FORMAT_AUDACITY, ///< Label track
  ECHOIC_FORMAT_CSV,      ///< RFC 4180, a header line first
  ECHOIC_FORMAT_JSONL,    ///< One JSON object per line
  ECHOIC_FORMAT_RAVEN,    ///< Selection table of Raven
  ECHOIC_FORMAT_MIDI,     ///< Standard MIDI file
} EchoicFormat;

/// Their names, then null
extern const char* const echoic_format_names[];

/// Return the format whose ending a file's name has, ECHOIC_FORMAT_AUDACITY if
/// it has none of them
EchoicFormat
echoic_format_of(const char* path);

/// Return the ending of files of that format, like ".txt"
const char*
echoic_format_suffix(EchoicFormat format);

/// True if one output can hold the events of several recordings
bool
echoic_format_holds_many(EchoicFormat format);

/**
   One output for the events of one or more recordings.

   In Raven's tables of several files, "Begin Time" runs on from file to file
   and "File Offset" starts anew.
*/
typedef struct {
  EchoicFormat       format;
  const EchoicModel* model;
  FILE*              stream;
  bool               has_channels; ///< Channels are told apart
  bool               has_dates;    ///< CSV and JSON lines: see `onset_ns`
  double             tempo_bpm;    ///< For MIDI
  uint64_t           n_rows;       ///< Written so far
  double             past_s;       ///< Length of the recordings so far
} EchoicEventsOut;

/// Write what comes before all events
void
echoic_events_begin(EchoicEventsOut* out);

/// Write the events of one recording; what can't be written shows in ferror(),
/// what there is no memory for in the result
EchoicStatus
echoic_events_write(EchoicEventsOut*      out,
                    const char*           path,
                    const EchoicFindings* findings);

/// One event, by itself
typedef struct {
  const char* path; ///< Where it was heard
  const char* sound;
  double      rate_hz;
  uint32_t    channel; ///< From 0
  uint32_t    midi_note;
  EchoicEvent event;    ///< Its sound's index isn't looked at
  int64_t     onset_ns; ///< Since 1970: when it began, if there are dates
} EchoicEventRow;

/// Write one event in any format but MIDI
void
echoic_events_row(EchoicEventsOut* out, const EchoicEventRow* row);

/**
   Write a MIDI file of type 0, 960 ticks per quarter note: tempo, track name, a
   note on GM's drum channel (10) for every event.

   A note ends where its event ends, or where the same note begins again.
*/
EchoicStatus
echoic_midi_write(const EchoicEventsOut* out,
                  const char*            path,
                  const EchoicFindings*  findings);

#endif // ECHOIC_HOST_EVENTS_OUT_H
