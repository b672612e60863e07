// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_REPORT_FILE_H
#define ECHOIC_HOST_REPORT_FILE_H

#include "dsp/echoic.h"
#include "dsp/model.h"
#include "host/hearing.h"

#include <stdio.h>

/// What a page is about
typedef struct {
  const EchoicModel*   model;
  const char*          model_path;
  const char*          path; ///< Of the recording
  const EchoicHearing* hearing;
} EchoicFileReport;

/// Write the whole page; ECHOIC_NO_MEMORY, or failures in ferror()
EchoicStatus
echoic_report_write(FILE* stream, const EchoicFileReport* report);

/// Write what is drawn over time: spectrogram, scores, events
EchoicStatus
echoic_report_write_track(FILE* stream, const EchoicFileReport* report);

/// Return the place of a sound among those that are known, in order
uint32_t
echoic_report_lane(const EchoicModel* model, uint32_t sound);

#endif // ECHOIC_HOST_REPORT_FILE_H
