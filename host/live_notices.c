// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/live_notices.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void
echoic_notices_init(EchoicNotices* const notices)
{
  memset(notices, 0, sizeof(*notices));
  pthread_mutex_init(&notices->lock, NULL);
}

/// Forget the oldest
static void
drop(EchoicNotices* const notices)
{
  --notices->n_notices;
  memmove(notices->text[0],
          notices->text[1],
          notices->n_notices * sizeof(notices->text[0]));
}

void
echoic_notice(EchoicNotices* const notices, const char* const format, ...)
{
  va_list args;
  va_start(args, format);
  pthread_mutex_lock(&notices->lock);
  if (notices->n_notices == ECHOIC_MAX_NOTICES) {
    drop(notices);
  }

  vsnprintf(
    notices->text[notices->n_notices++], ECHOIC_NOTICE_SIZE, format, args);
  pthread_mutex_unlock(&notices->lock);
  va_end(args);
}

bool
echoic_notices_take(EchoicNotices* const notices, char text[ECHOIC_NOTICE_SIZE])
{
  pthread_mutex_lock(&notices->lock);
  const bool has_one = notices->n_notices;
  if (has_one) {
    memcpy(text, notices->text[0], ECHOIC_NOTICE_SIZE);
    drop(notices);
  }

  pthread_mutex_unlock(&notices->lock);
  return has_one;
}
