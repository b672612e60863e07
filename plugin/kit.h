// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_PLUGIN_KIT_H
#define ECHOIC_PLUGIN_KIT_H

#include "dsp/echoic.h"
#include "dsp/model.h"

/**
   Models as files, the same that the echoic command reads and writes.  Worker.
*/

/// Read a model, to be freed by the caller; null and `error` if it can't be.
/// Its sounds beyond the slots look for one again
ECHOIC_SETUP EchoicModel*
echoic_kit_read(const char* path, EchoicError* error);

/// Write a model; the file appears whole or not at all
ECHOIC_SETUP EchoicStatus
echoic_kit_write(const char*        path,
                 const EchoicModel* model,
                 EchoicError*       error);

#endif // ECHOIC_PLUGIN_KIT_H
