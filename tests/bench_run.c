// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* bench_run COMMAND...: runs a command and prints to standard error, last,
   "bench WALL_S CPU_S PEAK_KIB" for it.  Its exit status is the command's. */

#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double
seconds(const struct timeval tv)
{
  return (double)tv.tv_sec + ((double)tv.tv_usec * 1e-6);
}

static double
now_s(void)
{
  struct timespec ts = {0, 0};
  clock_gettime(CLOCK_MONOTONIC, &ts);
  return (double)ts.tv_sec + ((double)ts.tv_nsec * 1e-9);
}

int
main(int argc, char** argv)
{
  if (argc < 2) {
    fputs("usage: bench_run COMMAND...\n", stderr);
    return 2;
  }

  const double begin_s = now_s();
  const pid_t  child   = fork();
  if (!child) {
    execvp(argv[1], argv + 1);
    perror(argv[1]);
    _exit(127);
  }

  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) < 0) {
    perror("bench_run");
    return 2;
  }

  struct rusage usage;
  const double  wall_s = now_s() - begin_s;
  const int     failed = getrusage(RUSAGE_CHILDREN, &usage);
  const double  cpu_s  = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  fprintf(stderr, "bench %.3f %.3f %ld\n", wall_s, cpu_s, usage.ru_maxrss);
  return failed || !WIFEXITED(status) ? 2 : WEXITSTATUS(status);
}
