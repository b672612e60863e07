// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/pipes.h"

#include "host/commands.h"
#include "host/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <unistd.h>

enum { n_places = 260 }; ///< One for each job, the model, and some more

typedef enum {
  PLACE_FREE,
  PLACE_TAKEN, ///< Being filled
  PLACE_LISTED,
  PLACE_ENDING, ///< A signal handler is at it
  PLACE_ENDED,
} PlaceState;

typedef struct {
  atomic_int state;
  int        fd;
  pthread_t  thread;
} Place;

static Place places[n_places];

/// Change a state if it is `from`
static bool
exchange(Place* const place, int from, const int to)
{
  return atomic_compare_exchange_strong(&place->state, &from, to);
}

int
echoic_pipe_list(const int fd)
{
  for (int i = 0; i < n_places; ++i) {
    Place* const place = &places[i];
    if (exchange(place, PLACE_FREE, PLACE_TAKEN)) {
      place->fd     = fd;
      place->thread = pthread_self();
      atomic_store(&place->state, PLACE_LISTED);
      if (echoic_interrupted()) { // Too early to find it here
        echoic_pipes_end();
      }
      return i;
    }
  }

  return ECHOIC_NO_PIPE;
}

void
echoic_pipe_strike(const int place)
{
  if (place != ECHOIC_NO_PIPE) {
    while (!exchange(&places[place], PLACE_LISTED, PLACE_FREE) &&
           !exchange(&places[place], PLACE_ENDED, PLACE_FREE)) {
      sched_yield();
    }
  }
}

int
echoic_pipe_open(const char* const path, int* const place)
{
  // Or it would wait in a call that knows no descriptor yet
  const int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  *place       = ECHOIC_NO_PIPE;
  if (fd >= 0) {
    *place             = echoic_pipe_list(fd);
    struct pollfd wait = {fd, POLLIN, 0};
    while (poll(&wait, 1, -1) < 0 && errno == EINTR) {
    }
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
  }

  return fd;
}

void
echoic_pipes_end(void)
{
  const int code    = errno;
  int       ends[2] = {-1, -1};
  if (!pipe2(ends, O_CLOEXEC)) {
    close(ends[1]);
    for (int i = 0; i < n_places; ++i) {
      Place* const place = &places[i];
      if (exchange(place, PLACE_LISTED, PLACE_ENDING)) {
        dup3(ends[0], place->fd, O_CLOEXEC);
        pthread_kill(place->thread, ECHOIC_WAKE_SIGNAL);
        atomic_store(&place->state, PLACE_ENDED);
      }
    }
    close(ends[0]);
  }

  errno = code;
}
