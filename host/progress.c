// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/progress.h"

#include "host/text_out.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

static const double interval_s = 0.1; ///< Between two drawings

enum { max_name = 40 }; ///< Characters of the file's name

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static struct {
  bool   is_on;
  bool   is_drawn;
  double n_files;
  double n_done;  ///< Files, with fractions
  double audio_s; ///< Sound heard
  double start_s; ///< Time of the clock
  double drawn_s;
} bar;

static double
now_s(void)
{
  struct timespec t = {0};
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (1.0e-9 * (double)t.tv_nsec);
}

void
echoic_progress_start(const size_t n_files, const bool is_quiet)
{
  bar.is_on   = !is_quiet && isatty(STDERR_FILENO);
  bar.n_files = n_files ? (double)n_files : 1.0;
  bar.n_done  = 0.0;
  bar.audio_s = 0.0;
  bar.start_s = now_s();
  bar.drawn_s = 0.0;
}

/// Return the characters that a line has room for: one that wraps stays
static size_t
line_width(void)
{
  struct winsize size = {0};
  const bool is_known = !ioctl(STDERR_FILENO, TIOCGWINSZ, &size) && size.ws_col;
  return (is_known ? size.ws_col : 80U) - 1U;
}

static void
draw(const char* const file, const double time_s)
{
  char              name[ECHOIC_FIT_SIZE(max_name)];
  char              rest[80];
  const char* const slash   = strrchr(file, '/');
  const double      elapsed = time_s - bar.start_s;
  const double      done    = bar.n_done / bar.n_files;
  const double      left    = done > 0.0 ? elapsed * (1.0 - done) / done : 0.0;
  const unsigned    left_s  = left > 0.0 ? (unsigned)(left + 0.5) : 0U;
  const int         n_rest  = snprintf(rest,
                              sizeof(rest),
                              "  %3.0f %%  %.0f x real time  %u:%02u:%02u left",
                              100.0 * (done < 1.0 ? done : 1.0),
                              elapsed > 0.0 ? bar.audio_s / elapsed : 0.0,
                              left_s / 3600U,
                              left_s / 60U % 60U,
                              left_s % 60U);
  const size_t      width   = line_width();
  const size_t      room = width > (size_t)n_rest ? width - (size_t)n_rest : 0U;
  echoic_fit_text(
    name, room < max_name ? room : max_name, slash ? slash + 1 : file);
  fprintf(stderr, "\r\033[K%s%.*s", name, (int)width, rest);
  fflush(stderr);
  bar.is_drawn = true;
  bar.drawn_s  = time_s;
}

void
echoic_progress_add(const char* const file,
                    const double      fraction,
                    const double      audio_s)
{
  if (!bar.is_on) {
    return;
  }

  pthread_mutex_lock(&lock);
  bar.n_done += fraction;
  bar.audio_s += audio_s;
  const double time_s = now_s();
  if (time_s - bar.drawn_s >= interval_s) {
    draw(file, time_s);
  }
  pthread_mutex_unlock(&lock);
}

void
echoic_progress_clear(void)
{
  pthread_mutex_lock(&lock);
  if (bar.is_drawn) {
    fputs("\r\033[K", stderr);
    fflush(stderr);
    bar.is_drawn = false;
  }
  pthread_mutex_unlock(&lock);
}

void
echoic_progress_stop(void)
{
  echoic_progress_clear();
  bar.is_on = false;
}
