// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_UTF8_H
#define ECHOIC_UTF8_H

#include "dsp/echoic.h"

#include <stdbool.h>
#include <stddef.h>

/* Text that may be any bytes, such as paths, in places that want UTF-8 (RFC
   3629).  All set-up. */

/// Return the bytes of the character that a text begins with, 0 if that isn't
/// UTF-8
ECHOIC_SETUP size_t
echoic_utf8_size(const char* text);

ECHOIC_SETUP bool
echoic_is_utf8(const char* text);

/// Return a copy to be freed, each byte that isn't UTF-8 as U+FFFD; null
/// without memory
ECHOIC_SETUP char*
echoic_utf8_copy(const char* text);

#endif // ECHOIC_UTF8_H
