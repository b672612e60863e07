#!/bin/sh
# Copyright 2026 Echoic authors
# SPDX-License-Identifier: ISC
#
# Runs each fuzz target over its corpus, tests/fuzz/corpus_NAME: what once broke
# it doesn't break it again.  ECHOIC is the command, beside the programs.
set -u

build=$(dirname "${ECHOIC:-build/echoic}")
log=$(mktemp)
trap 'rm -f "$log"' EXIT
failed=0

if [ -n "${ECHOIC_SANITIZED-}" ]; then
  echo 'skip fuzz: make fuzz begins with this, under sanitizers'
  exit 0
fi

for target in tests/fuzz/fuzz_*.c; do
  name=${target##*/fuzz_}
  name=${name%.c}
  if "$build/tests/fuzz/replay_$name" "tests/fuzz/corpus_$name" >"$log" 2>&1
  then
    echo "ok fuzz_$name: $(tail -n 1 "$log")"
  else
    echo "not ok fuzz_$name"
    cat "$log"
    failed=1
  fi
done

exit $failed
