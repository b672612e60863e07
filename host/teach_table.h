// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_TEACH_TABLE_H
#define ECHOIC_HOST_TEACH_TABLE_H

#include "dsp/model.h"

#include <stdio.h>

/// Those that teaching tells at once, with the place of the example
#define ECHOIC_EXAMPLE_WARNINGS \
  ((uint32_t)ECHOIC_WARN_CLIPPED | ECHOIC_WARN_SHORT | ECHOIC_WARN_QUIET)

/// Return what a bit of EchoicWarning means, null if it means nothing
const char*
echoic_warning_text(uint32_t bit);

/// Say if the rate of false alarms that a sound may have leaves its examples
/// below the threshold
void
echoic_write_rate_warning(const EchoicSound* sound, FILE* stream);

/// Write a line for every sound that the model knows, and warnings in words,
/// without ECHOIC_EXAMPLE_WARNINGS
void
echoic_teach_table(const EchoicModel* model, FILE* stream);

/// Write the same as one JSON object, with all warnings
void
echoic_teach_json(const EchoicModel* model, FILE* stream);

#endif // ECHOIC_HOST_TEACH_TABLE_H
