// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/signals.h"

#include "host/commands.h"
#include "host/files.h"
#include "host/live_terminal.h"
#include "host/pipes.h"
#include "host/progress.h"

#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static const double same_request_s = 0.3;

static atomic_bool           interrupted;
static volatile sig_atomic_t hung_up;

bool
echoic_interrupted(void)
{
  return interrupted;
}

/* Names may hold line ends and what terminals obey: a message is one line. */
static void
make_printable(char* const text)
{
  for (char* p = text; *p; ++p) {
    if ((unsigned char)*p < 0x20U || *p == 0x7F) {
      *p = '?';
    }
  }
}

int
echoic_fail(const char* const format, ...)
{
  char    text[2048] = "";
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof(text), format, args);
  va_end(args);
  make_printable(text);
  echoic_progress_clear();
  flockfile(stderr);
  fprintf(stderr, "echoic: %s\n", text);
  funlockfile(stderr);
  return ECHOIC_EXIT_ERROR;
}

/// Return seconds of a clock, also inside a signal handler
static double
now_s(void)
{
  struct timespec t = {0};
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (1.0e-9 * (double)t.tv_nsec);
}

/* The first request to stop is granted at the next good moment, a second one
   at once.  Programs that run others (timeout) send one request twice. */
static void
on_stop(const int number)
{
  static volatile double first_s;

  (void)number;
  if (!interrupted) {
    first_s     = now_s();
    interrupted = true;
    echoic_pipes_end();
  } else if (now_s() - first_s > same_request_s) {
    echoic_out_abort_all();
    echoic_terminal_close();
    _exit(ECHOIC_EXIT_ERROR);
  }
}

/// Nobody reads on: die of the signal as usual, but leave nothing behind
static void
on_pipe(const int number)
{
  echoic_out_abort_all();
  signal(number, SIG_DFL);
  raise(number);
}

/// A call that waits is interrupted
static void
on_wake(const int number)
{
  (void)number;
}

void
echoic_handle_signals(void)
{
  static const int stops[] = {SIGINT, SIGTERM, SIGHUP};

  struct sigaction action = {0};
  sigemptyset(&action.sa_mask);
  action.sa_handler = on_stop;
  for (size_t i = 0U; i < sizeof(stops) / sizeof(*stops); ++i) {
    struct sigaction old = {0};
    sigaction(stops[i], NULL, &old);
    if (old.sa_handler != SIG_IGN) { // As set by nohup
      sigaction(stops[i], &action, NULL);
    }
  }

  action.sa_handler = on_wake;
  sigaction(ECHOIC_WAKE_SIGNAL, &action, NULL);

  action.sa_handler = on_pipe;
  action.sa_flags   = (int)(SA_NODEFER | SA_RESETHAND);
  sigaction(SIGPIPE, &action, NULL);

  // Files that grow beyond a limit are told of as a full disk is
  action.sa_handler = SIG_IGN;
  action.sa_flags   = 0;
  sigaction(SIGXFSZ, &action, NULL);
}

static void
on_hangup(const int number)
{
  (void)number;
  hung_up = 1;
}

void
echoic_handle_hangup(void)
{
  struct sigaction action = {0};
  struct sigaction old    = {0};
  sigemptyset(&action.sa_mask);
  action.sa_handler = on_hangup;
  sigaction(SIGHUP, NULL, &old);
  if (old.sa_handler != SIG_IGN) {
    sigaction(SIGHUP, &action, NULL);
  }

  action.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &action, NULL);
}

bool
echoic_hangup(void)
{
  const bool is_new = hung_up;
  hung_up           = 0;
  return is_new;
}
