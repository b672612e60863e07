// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_RIFF_H
#define ECHOIC_HOST_RIFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Return a number of up to 8 bytes, the lowest first
uint64_t
echoic_riff_number(const unsigned char* bytes, size_t n_bytes);

/**
   Return whether a WAV file says something of itself that libsndfile never
   comes to the end of: a part of a LIST whose size is so near to 4 GiB that the
   next would begin before it.

   @param fd That can be sought in; it stays where it is.
*/
bool
echoic_riff_is_endless(int fd);

#endif // ECHOIC_HOST_RIFF_H
