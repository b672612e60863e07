// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_LIVE_NOTICES_H
#define ECHOIC_HOST_LIVE_NOTICES_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#define ECHOIC_NOTICE_SIZE 320U
#define ECHOIC_MAX_NOTICES 16U

/**
   What the threads have to say to the user; main says it.

   Any thread but the audio thread.  When nobody listens the oldest are lost.
*/
typedef struct {
  pthread_mutex_t lock;
  size_t          n_notices;
  char            text[ECHOIC_MAX_NOTICES][ECHOIC_NOTICE_SIZE];
} EchoicNotices;

void
echoic_notices_init(EchoicNotices* notices);

/// Say something, like printf
void
echoic_notice(EchoicNotices* notices, const char* format, ...)
#if defined(__GNUC__)
  __attribute__((format(printf, 2, 3)))
#endif
  ;

/// Take the oldest; false if there is none
bool
echoic_notices_take(EchoicNotices* notices, char text[ECHOIC_NOTICE_SIZE]);

#endif // ECHOIC_HOST_LIVE_NOTICES_H
