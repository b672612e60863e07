// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_JSON_TEXT_H
#define ECHOIC_JSON_TEXT_H

#include "dsp/echoic.h"

#include <jansson.h>

#include <stdbool.h>

/**
   Making JSON so that it is whole or isn't there: jansson leaves out what there
   is no memory for.  All set-up, heap.
*/

/// Return `json`, or release it and return null if it isn't whole
ECHOIC_SETUP json_t*
echoic_json_keep(json_t* json, bool is_whole);

/// Return the shortest text of `json`, to be freed with free(), or null without
/// memory or `json`
ECHOIC_SETUP char*
echoic_json_text(const json_t* json);

#endif // ECHOIC_JSON_TEXT_H
