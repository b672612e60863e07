// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_TEXT_OUT_H
#define ECHOIC_HOST_TEXT_OUT_H

#include <stddef.h>
#include <stdio.h>

/* Text from users (names, paths: any bytes) inside formats that give some
   bytes a meaning.  Failures show in ferror(). */

/// Bytes that so many characters take at most, with the end
#define ECHOIC_FIT_SIZE(n_characters) (4U * (n_characters) + 1U)

/// Copy the first characters of a text for a column of a table, of what doesn't
/// print '?'; return how many they are
size_t
echoic_fit_text(char* to, size_t n_characters, const char* text);

/// Write a JSON string with its quotes; bytes that aren't UTF-8 become U+FFFD
void
echoic_write_json(FILE* stream, const char* text);

/// Write a CSV field, quoted if necessary (RFC 4180)
void
echoic_write_csv(FILE* stream, const char* text);

/// Write a field of tab-separated lines: control characters become spaces
void
echoic_write_field(FILE* stream, const char* text);

/// Write a number to the millionth, to the digit as "%.6f" in a fraction of its
/// time
void
echoic_write_millionths(FILE* stream, double x);

#endif // ECHOIC_HOST_TEXT_OUT_H
