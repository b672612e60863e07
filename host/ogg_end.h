// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_OGG_END_H
#define ECHOIC_HOST_OGG_END_H

#include <stdbool.h>

/**
   Return whether an Ogg file is cut off: its last page isn't whole, or isn't
   marked as the last one, as it must be (RFC 3533, section 6).

   What isn't Ogg follows no page, and is not cut off.

   @param fd That can be sought in; it stays where it is.
*/
bool
echoic_ogg_is_cut(int fd);

#endif // ECHOIC_HOST_OGG_END_H
