// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_LIVE_THREAD_H
#define ECHOIC_HOST_LIVE_THREAD_H

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

/**
   Threads that leave signals to main.
*/

/// Keep signals from this thread and those it starts; `old` is for the undoing
void
echoic_signals_hold(sigset_t* old);

/// Undo echoic_signals_hold()
void
echoic_signals_release(const sigset_t* old);

/// Start a thread; false if there can't be one more
bool
echoic_thread_start(pthread_t* thread, void* (*run)(void*), void* context);

/// Return the nanoseconds of a clock that only goes forward
int64_t
echoic_clock_ns(void);

/// Return the nanoseconds since 1970
int64_t
echoic_date_ns(void);

/// Wait
void
echoic_sleep_ms(unsigned ms);

#endif // ECHOIC_HOST_LIVE_THREAD_H
