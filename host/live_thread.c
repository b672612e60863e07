// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/live_thread.h"

#include <time.h>

void
echoic_signals_hold(sigset_t* const old)
{
  sigset_t held;
  sigemptyset(&held);
  sigaddset(&held, SIGINT);
  sigaddset(&held, SIGTERM);
  sigaddset(&held, SIGHUP);
  sigaddset(&held, SIGWINCH);
  pthread_sigmask(SIG_BLOCK, &held, old);
}

void
echoic_signals_release(const sigset_t* const old)
{
  pthread_sigmask(SIG_SETMASK, old, NULL);
}

bool
echoic_thread_start(pthread_t* const thread,
                    void* (*const run)(void*),
                    void* const context)
{
  sigset_t old;
  echoic_signals_hold(&old);
  const bool is_ok = !pthread_create(thread, NULL, run, context);
  echoic_signals_release(&old);
  return is_ok;
}

static int64_t
clock_ns(const clockid_t clock)
{
  struct timespec t = {0};
  clock_gettime(clock, &t);
  return (1000000000 * (int64_t)t.tv_sec) + t.tv_nsec;
}

int64_t
echoic_clock_ns(void)
{
  return clock_ns(CLOCK_MONOTONIC);
}

int64_t
echoic_date_ns(void)
{
  return clock_ns(CLOCK_REALTIME);
}

void
echoic_sleep_ms(const unsigned ms)
{
  const struct timespec t = {(time_t)(ms / 1000U), 1000000L * (ms % 1000U)};
  nanosleep(&t, NULL);
}
