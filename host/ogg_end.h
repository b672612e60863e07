// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_OGG_END_H
#define ECHOIC_HOST_OGG_END_H

#include <stdbool.h>

/**
   Return whether an Ogg file is cut off: its last page isn't whole.

   Pages of a broadcast that was saved need not be marked as the last one, so
   that isn't asked for (RFC 3533, section 6, does).  What isn't Ogg follows no
   page, and is not cut off.

   @param fd That can be sought in; it stays where it is.
*/
bool
echoic_ogg_is_cut(int fd);

#endif // ECHOIC_HOST_OGG_END_H
