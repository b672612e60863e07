#!/bin/sh
# Copyright 2026 Echoic authors
# SPDX-License-Identifier: ISC
#
# Runs each fuzz target over its corpus, tests/fuzz/corpus_NAME: what once broke
# a parser doesn't break it again.  ECHOIC is the command, beside the libraries.
set -u

build=$(dirname "${ECHOIC:-build/echoic}")
log=$(mktemp)
program=$(mktemp)
trap 'rm -f "$log" "$program"' EXIT
failed=0

flags="-std=c11 -D_GNU_SOURCE -I. -O1 -g"
if [ -n "${ECHOIC_SANITIZED:-}" ]; then
  flags="$flags -fsanitize=address,undefined -fno-sanitize-recover=all"
fi
libraries="$build/libhost.a $build/libechoic.a \
  $(${PKG_CONFIG:-pkg-config} --libs sndfile kissfft-float jansson) -lpthread -lm"

for corpus in tests/fuzz/corpus_*; do
  name=${corpus##*/corpus_}
  # shellcheck disable=SC2086 # lists of words
  if ${CC:-cc} $flags -o "$program" "tests/fuzz/fuzz_$name.c" \
    tests/fuzz/replay.c $libraries >"$log" 2>&1 &&
    "$program" "$corpus" >"$log" 2>&1; then
    echo "ok fuzz_$name: $(tail -n 1 "$log")"
  else
    echo "not ok fuzz_$name"
    cat "$log"
    failed=1
  fi
done

exit $failed
