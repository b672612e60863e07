// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_NEAREST_H
#define ECHOIC_HOST_NEAREST_H

#include <stddef.h>

/// Return the edits (insert, drop, replace a letter) from one word to another,
/// or SIZE_MAX if one is longer than 63 letters
size_t
echoic_word_distance(const char* a, const char* b);

#endif // ECHOIC_HOST_NEAREST_H
