// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/live_exec.h"

#include "host/live_thread.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

/// True if a file of that name in a directory can be run
static bool
is_program(const char* const directory, const size_t n, const char* const name)
{
  char path[4096];
  snprintf(path, sizeof(path), "%.*s/%s", (int)n, directory, name);
  return !access(path, X_OK);
}

bool
echoic_exec_check(const char* const program, EchoicError* const error)
{
  bool              is_found = strchr(program, '/') && !access(program, X_OK);
  const char* const paths    = getenv("PATH");
  for (const char* p = paths; p && *p && !strchr(program, '/') && !is_found;) {
    const size_t n = strcspn(p, ":");
    is_found       = n && is_program(p, n, program);
    p += n + (p[n] == ':');
  }

  if (!is_found) {
    echoic_error(error,
                 ECHOIC_NOT_FOUND,
                 "--exec %s: isn't a program that can be run; give the path of "
                 "one (it is run without a shell)",
                 program);
  }

  return is_found;
}

void
echoic_exec_reap(EchoicExec* const exec)
{
  for (size_t i = 0U; i < ECHOIC_MAX_CHILDREN; ++i) {
    int status = 0;
    if (exec->children[i] &&
        waitpid(exec->children[i], &status, WNOHANG) == exec->children[i]) {
      exec->children[i] = 0;
      if (WIFSIGNALED(status)) {
        echoic_notice(exec->notices,
                      "%s: ended by signal %d",
                      exec->program,
                      WTERMSIG(status));
      } else if (WEXITSTATUS(status)) {
        echoic_notice(exec->notices,
                      "%s: exit status %d",
                      exec->program,
                      WEXITSTATUS(status));
      }
    }
  }
}

/// Run a program that has nothing of ours, but perhaps stderr
static int
spawn(pid_t* const pid, char** const argv, const bool is_silent)
{
  posix_spawn_file_actions_t files;
  posix_spawnattr_t          attributes;
  sigset_t                   none;
  sigset_t                   all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
  if (is_silent) {
    posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0);
  }
  posix_spawn_file_actions_adddup2(&files, STDERR_FILENO, STDOUT_FILENO);
  posix_spawn_file_actions_addclosefrom_np(&files, 3);
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setpgroup(&attributes, 0); // Ctrl-C is not for it
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                             POSIX_SPAWN_SETPGROUP);
  const int failed =
    posix_spawnp(pid, argv[0], &files, &attributes, argv, environ);
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&attributes);
  return failed;
}

void
echoic_exec_event(EchoicExec* const exec, const EchoicHeard* const heard)
{
  const int64_t now_ns = echoic_clock_ns();
  const double  since  = (double)(now_ns - exec->last_ns) / 1.0e9;
  size_t        place  = 0U;
  echoic_exec_reap(exec);
  while (place < ECHOIC_MAX_CHILDREN && exec->children[place]) {
    ++place;
  }

  if (place == ECHOIC_MAX_CHILDREN ||
      (exec->last_ns && since < exec->interval_s)) {
    return;
  }

  char numbers[4][32];
  char name[ECHOIC_NAME_SIZE];
  char program[4096];
  snprintf(program, sizeof(program), "%s", exec->program);
  memcpy(name, heard->name, sizeof(name));
  snprintf(numbers[0],
           sizeof(numbers[0]),
           "%.6f",
           (double)heard->event.onset / exec->rate_hz);
  snprintf(numbers[1],
           sizeof(numbers[1]),
           "%.6f",
           (double)heard->event.end / exec->rate_hz);
  snprintf(numbers[2], sizeof(numbers[2]), "%.6f", (double)heard->event.score);
  snprintf(
    numbers[3], sizeof(numbers[3]), "%ld", lrintf(heard->event.velocity));

  char* argv[] = {
    program, name, numbers[0], numbers[1], numbers[2], numbers[3], NULL};
  const int failed = spawn(&exec->children[place], argv, exec->is_silent);
  exec->last_ns    = now_ns;
  if (failed) {
    exec->children[place] = 0;
    echoic_notice(
      exec->notices, "%s: can't be run: %s", exec->program, strerror(failed));
  }
}
