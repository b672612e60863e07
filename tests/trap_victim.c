// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/*
  trap_victim WHAT: does in an audio thread what it may not, for the test of
  rt_trap.c: malloc, free, lock, open, write, or nothing.  Ends with 0 if nobody
  minds.
*/

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

__attribute__((weak)) void
rt_trap_begin(void);

__attribute__((weak)) void
rt_trap_end(void);

int
main(const int argc, char** const argv)
{
  static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  const char* const      what  = argc == 2 ? argv[1] : "";
  void* volatile block         = malloc(10U);
  if (!rt_trap_begin || !rt_trap_end) {
    fprintf(stderr, "trap_victim: the trap isn't loaded\n");
    return 2;
  }

  rt_trap_begin();
  if (!strcmp(what, "malloc")) {
    block = malloc(20U);
  } else if (!strcmp(what, "free")) {
    free(block);
  } else if (!strcmp(what, "lock")) {
    pthread_mutex_lock(&mutex);
  } else if (!strcmp(what, "open")) {
    (void)open("/dev/null", O_RDONLY);
  } else if (!strcmp(what, "getppid")) {
    (void)getppid();
  }
  rt_trap_end();
  return 0;
}
