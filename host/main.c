// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/kernels.h"
#include "host/commands.h"
#include "host/nearest.h"
#include "host/signals.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef ECHOIC_VERSION
#  define ECHOIC_VERSION "0.1.0"
#endif

typedef struct {
  const char* name;
  int (*run)(int argc, char** argv);
  const char* summary;
} Command;

static const Command commands[] = {
  {"teach", echoic_cmd_teach, "Teach a model sounds by examples"},
  {"detect", echoic_cmd_detect, "Find taught sounds in recordings"},
  {"process", echoic_cmd_process, "Keep, remove or duck taught sounds"},
  {"live", echoic_cmd_live, "Find and teach sounds while they are heard"},
  {"eval", echoic_cmd_eval, "Measure detection on a benchmark"},
  {"report", echoic_cmd_report, "Show a detection as a web page"},
  {"info", echoic_cmd_info, "Say what a model knows"},
  {"run", echoic_cmd_run, "Stream vectors or tokens through a graph"},
  {"convert", echoic_cmd_convert, "Make a graph of trained weights"},
};

enum { n_commands = sizeof(commands) / sizeof(*commands) };

static const Command*
find_command(const char* const name)
{
  for (size_t i = 0U; i < n_commands; ++i) {
    if (!strcmp(commands[i].name, name)) {
      return &commands[i];
    }
  }

  return NULL;
}

static int
unknown_command(const char* const name)
{
  const Command* nearest  = NULL;
  const size_t   n        = strlen(name);
  size_t         distance = n < 6U ? 1U + (n / 2U) : 4U; // At most half of it
  if (name[0] == '-') {
    return echoic_fail("unknown option '%s'; see 'echoic --help'", name);
  }

  for (size_t i = 0U; i < n_commands; ++i) {
    const size_t d = echoic_word_distance(name, commands[i].name);
    if (d < distance) {
      distance = d;
      nearest  = &commands[i];
    }
  }

  if (nearest) {
    return echoic_fail(
      "unknown command '%s'; did you mean '%s'?", name, nearest->name);
  }

  return echoic_fail("unknown command '%s'; 'echoic --help' lists them", name);
}

static void
print_usage(FILE* const stream)
{
  fputs("Usage: echoic COMMAND [ARGUMENT]...\n\n"
        "Teach Echoic a sound by one to five examples, and it marks every\n"
        "later occurrence.\n\nCommands:\n",
        stream);
  for (size_t i = 0U; i < n_commands; ++i) {
    fprintf(stream, "  %-9s %s\n", commands[i].name, commands[i].summary);
  }

  fputs("\n'echoic help COMMAND' or 'echoic COMMAND --help' tells all about "
        "one.\nOptions: --help, --version\n"
        "Exit status: 0 done or found, 1 nothing found, 2 error\n",
        stream);
}

static int
run_command(int argc, char** argv)
{
  const Command* const command = find_command(argv[0]);
  return command ? command->run(argc, argv) : unknown_command(argv[0]);
}

static int
help(const char* const name)
{
  if (!name) {
    print_usage(stdout);
    return ECHOIC_EXIT_FOUND;
  }

  char* const argument = strdup(name);
  char        option[] = "--help";
  char*       argv[]   = {argument, option, NULL};
  const int   status   = argument ? run_command(2, argv) : ECHOIC_EXIT_ERROR;
  free(argument);
  return status;
}

static int
dispatch(int argc, char** argv)
{
  if (argc < 2) {
    print_usage(stderr);
    return ECHOIC_EXIT_ERROR;
  }

  if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") ||
      !strcmp(argv[1], "help")) {
    return help(argv[2]);
  }

  if (!strcmp(argv[1], "--version")) {
    puts("echoic " ECHOIC_VERSION);
    return ECHOIC_EXIT_FOUND;
  }

  return run_command(argc - 1, argv + 1);
}

/// Use the instruction set that the environment asks for, if it does
static bool
choose_kernels(void)
{
  const char* const name = getenv("ECHOIC_KERNELS");
  return !name || !*name || echoic_kernels_force(name);
}

int
main(int argc, char** argv)
{
  if (!choose_kernels()) {
    return echoic_fail("ECHOIC_KERNELS is '%s': must be an instruction set of "
                       "this processor, of which %s is the best",
                       getenv("ECHOIC_KERNELS"),
                       echoic_kernels_name(0U));
  }

  echoic_handle_signals();
  const int status = dispatch(argc, argv);
  errno            = 0;
  const bool is_ok = !fflush(stdout) && !ferror(stdout);
  if (!is_ok && status != ECHOIC_EXIT_ERROR) {
    return echoic_fail("standard output: can't be written: %s",
                       errno ? strerror(errno) : "not all of it arrived");
  }

  return status;
}
