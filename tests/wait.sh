# Copyright 2026 Echoic authors
# SPDX-License-Identifier: ISC
# shellcheck shell=bash
#
# Waiting in tests; to be sourced.

# until_ok COMMAND...: wait until it succeeds; the time only ends a failure
until_ok() {
  local i
  for ((i = 0; i < 400; ++i)); do
    "$@" && return 0
    sleep 0.05
  done
  return 1
}
