#!/bin/sh
# Copyright 2026 Echoic authors
# SPDX-License-Identifier: ISC
#
# run_fuzzer.sh FUZZER SECONDS: runs a fuzz_NAME of the build directory from the
# inputs in corpus_NAME and the words in NAME.dict; what it finds stays beside
# it.  FUZZ_SEED: what chance begins with, so that it can be repeated.  Says how
# many inputs were tried, or all that the fuzzer said.
set -u

fuzzer=$1
name=${fuzzer##*/fuzz_}
here=$(dirname "$0")
words=$here/$name.dict
if [ "$name" = state ]; then words=$here/model.dict; fi # A session holds a model
set -- "-max_total_time=$2" -timeout=20 -rss_limit_mb=2048 -close_fd_mask=3 \
  -print_final_stats=1 "-seed=${FUZZ_SEED:-0}" "-artifact_prefix=$fuzzer."
if [ -f "$words" ]; then set -- "$@" "-dict=$words"; fi

mkdir -p "$fuzzer.corpus"
begin=$(date +%s)
if "$fuzzer" "$@" "$fuzzer.corpus" "$here/corpus_$name" >"$fuzzer.log" 2>&1; then
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$fuzzer.log")
  echo "fuzz_$name: $runs inputs in $(($(date +%s) - begin)) s"
else
  cat "$fuzzer.log"
  echo "fuzz_$name: FAILED"
  exit 1
fi
