// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_COMMANDS_H
#define ECHOIC_HOST_COMMANDS_H

#include "dsp/echoic.h"

#include <stdbool.h>

/* Exit status of every command, as grep's. */
#define ECHOIC_EXIT_FOUND 0
#define ECHOIC_EXIT_NONE 1
#define ECHOIC_EXIT_ERROR 2

/* A command has the arguments of main(): argv[0] is its name.  They print
   data to stdout, everything else to stderr, and return an exit status. */

int
echoic_cmd_teach(int argc, char** argv);

int
echoic_cmd_detect(int argc, char** argv);

int
echoic_cmd_process(int argc, char** argv);

int
echoic_cmd_live(int argc, char** argv);

int
echoic_cmd_eval(int argc, char** argv);

int
echoic_cmd_report(int argc, char** argv);

int
echoic_cmd_convert(int argc, char** argv);

int
echoic_cmd_run(int argc, char** argv);

int
echoic_cmd_info(int argc, char** argv);

/// Print "echoic: ..." to stderr and return ECHOIC_EXIT_ERROR
int
echoic_fail(const char* format, ...)
#if defined(__GNUC__)
  __attribute__((format(printf, 1, 2)))
#endif
  ;

/// True after SIGINT or SIGTERM: finish what is complete and return
bool
echoic_interrupted(void);

#endif // ECHOIC_HOST_COMMANDS_H
