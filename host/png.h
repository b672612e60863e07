// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_PNG_H
#define ECHOIC_HOST_PNG_H

#include "dsp/echoic.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/**
   Write an image as a data URI: "data:image/png;base64,...".

   An 8-bit palette image, its pixels stored without compression, so that no
   library is needed.  https://www.w3.org/TR/png-3/, RFC 1950, RFC 1951.

   @param palette [256][3] Red, green, blue.
   @param pixels [height][width]
   @return ECHOIC_NO_MEMORY; failures of writing show in ferror().
*/
EchoicStatus
echoic_png_write_uri(FILE*          stream,
                     const uint8_t* palette,
                     const uint8_t* pixels,
                     uint32_t       width,
                     uint32_t       height);

#endif // ECHOIC_HOST_PNG_H
