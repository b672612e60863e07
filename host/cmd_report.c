// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/commands.h"

int
echoic_cmd_report(int argc, char** argv)
{
  (void)argc;
  (void)argv;
  return echoic_fail("report: not built in yet");
}
