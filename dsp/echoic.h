// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_H
#define ECHOIC_H

#include <stddef.h>
#include <stdint.h>

/* Thread classes, as in LV2.  Every function in dsp/ carries exactly one.
   ECHOIC_RT      audio thread: no allocation, lock, I/O, or unbounded loop
   ECHOIC_SETUP   any one non-audio thread while the object isn't running */
#if defined(__clang__) && __clang_major__ >= 20
#  define ECHOIC_RT __attribute__((nonblocking)) ///< Checked by compiler/RTSan
#else
#  define ECHOIC_RT
#endif
#define ECHOIC_SETUP

/* Constants of the front end, the same for every model and sample rate. */
#define ECHOIC_HOP_S (256.0 / 48000.0)     ///< Between frame centres, seconds
#define ECHOIC_WINDOW_S (1024.0 / 48000.0) ///< Hann window, seconds
#define ECHOIC_N_BANDS 40U                 ///< Mel bands
#define ECHOIC_N_FEATURES (2U * ECHOIC_N_BANDS) ///< Level and flux per band
#define ECHOIC_MIN_RATE_HZ 8000.0
#define ECHOIC_MAX_RATE_HZ 192000.0

/* Limits of what a file or a user may ask for. */
#define ECHOIC_MAX_SOUNDS 1024U
#define ECHOIC_NAME_SIZE 64U ///< Bytes of a UTF-8 name with its terminator

/// Result of every function that can fail; zero is success
typedef enum {
  ECHOIC_OK,          ///< Success
  ECHOIC_NO_SPACE,    ///< Arena or queue is full
  ECHOIC_NO_MEMORY,   ///< Allocation failed
  ECHOIC_BAD_ARG,     ///< Argument out of documented range
  ECHOIC_BAD_FORMAT,  ///< Malformed model or file
  ECHOIC_BAD_SHAPE,   ///< Tensor doesn't fit the node's configuration
  ECHOIC_BAD_VERSION, ///< Made by another version of the format
  ECHOIC_NOT_FOUND,   ///< Name isn't there
} EchoicStatus;

/// Return a one-line English description of `st`, never null
const char*
echoic_strerror(EchoicStatus st);

#define ECHOIC_ERROR_SIZE 256U

/// What went wrong, for a user: what, where, and what would be right
typedef struct {
  EchoicStatus status;
  char         text[ECHOIC_ERROR_SIZE];
} EchoicError;

/**
   Fill `error` (if it isn't null) like printf, without a final period.

   @return `status`, so that a failing function can return the call.
*/
ECHOIC_SETUP EchoicStatus
echoic_error(EchoicError* error, EchoicStatus status, const char* format, ...)
#if defined(__GNUC__)
  __attribute__((format(printf, 3, 4)))
#endif
  ;

/// Write a text like snprintf, cut to `size` bytes with its end
ECHOIC_SETUP void
echoic_format(char* to, size_t size, const char* format, ...)
#if defined(__GNUC__)
  __attribute__((format(printf, 3, 4)))
#endif
  ;

#endif // ECHOIC_H
