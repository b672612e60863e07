#!/bin/sh
# Copyright 2026 Echoic authors
# SPDX-License-Identifier: ISC
#
# Every sequence cell computes what its authors' own code does, within the
# tolerance of the case: converted from the authors' weights by the command,
# streamed in blocks of 1, 7 and 64 with the same bits, states at the end, the
# same again after a reset, and continued by a second process from a saved state.
set -u
echoic=${ECHOIC:-build/echoic}
golden=${echoic%/*}/tests/golden
data=${ECHOIC_SHARED:-../shared}/golden
bad=0

if [ ! -f "$data/index.json" ]; then
  echo "skip cells against their authors: no $data/index.json"
  exit 0
fi

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
"$golden" list "$data/index.json" >"$tmp/cases"
tab=$(printf '\t')

result() { # result STATUS NAME: TEXT
  if [ "$1" -eq 0 ]; then echo "ok $2"; else echo "not ok $2" && bad=1; fi
}

try() { # try CELL CONFIG WEIGHTS IO TOLERANCE: what was found, in $tmp/said
  rm -f "$tmp"/graph "$tmp"/out*
  "$echoic" convert --cell "$1" --config "$2" "$data/$3" -o "$tmp/graph" \
    >"$tmp/said" 2>&1 || return 1
  for n in 1 7 64; do
    "$echoic" run "$tmp/graph" "$data/$4" -o "$tmp/out$n" --block $n \
      >"$tmp/said" 2>&1 || return 1
    if ! cmp -s "$tmp/out1" "$tmp/out$n"; then
      echo "blocks of $n give other bits than blocks of 1" >"$tmp/said"
      return 1
    fi
  done
  "$golden" reset "$tmp/graph" "$data/$4" >"$tmp/said" 2>&1 || return 1
  "$golden" cut "$data/$4" 0 23 "$tmp/in_a" &&
    "$echoic" run "$tmp/graph" "$tmp/in_a" -o "$tmp/out_a" &&
    "$golden" cut "$data/$4" 23 1000000 "$tmp/in_b" "$tmp/out_a" &&
    "$echoic" run "$tmp/graph" "$tmp/in_b" -o "$tmp/out_b" \
      >"$tmp/said" 2>&1 || return 1
  "$golden" joined "$tmp/out_a" "$tmp/out_b" "$tmp/out1" >"$tmp/said" 2>&1 ||
    return 1
  "$golden" compare "$tmp/out1" "$data/$4" "$5" >"$tmp/said" 2>&1
}

while IFS=$tab read -r name cell weights io tolerance config; do
  try "$cell" "$config" "$weights" "$io" "$tolerance"
  result $? "$name ($cell): $(cat "$tmp/said")"
done <"$tmp/cases"
exit $bad
