#!/bin/sh
# Copyright 2026 Echoic authors
# SPDX-License-Identifier: ISC
#
# Every instruction set finds the same events with a model; a set that isn't
# there is refused.
set -u
echoic=${ECHOIC:-build/echoic}
samples=/usr/share/sonic-pi/samples
bench=${ECHOIC_SHARED:-../shared}/bench
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM

check() { # check NAME COMMAND...
  checked=$1
  shift
  if "$@" >"$tmp/log" 2>&1; then echo "ok $checked"; else
    echo "not ok $checked"
    sed 's/^/  /' "$tmp/log"
  fi
}
refused() {
  ECHOIC_KERNELS=abacus "$echoic" info "$tmp/m.echoic.safetensors" >"$tmp/out" 2>"$tmp/err"
  [ $? -eq 2 ] && [ ! -s "$tmp/out" ] && grep -q abacus "$tmp/err" &&
    [ "$(wc -l <"$tmp/err")" -eq 1 ]
}
# Sound, start and end of every event to the microsecond
events() { # events SET MODEL FILE...
  with=$1
  shift
  ECHOIC_KERNELS=$with "$echoic" detect "$@" --format csv -o "$tmp/events" &&
    cut -d, -f1-4 "$tmp/events"
}
same() { # same SET NAME MODEL FILE...
  found=$tmp/$2.$1
  first=$tmp/$2.portable
  set_of_kernels=$1
  shift 2
  events "$set_of_kernels" "$@" >"$found" && [ "$(wc -l <"$found")" -gt 5 ] &&
    diff "$first" "$found"
}

loop=$samples/loop_amen_full.flac
if [ ! -f "$loop" ]; then
  echo "skip kernel_events: sonic-pi-samples isn't installed"
  exit 0
fi
"$echoic" teach "$tmp/m.echoic.safetensors" --sound kick "$loop:0.205-0.405" \
  --sound snare "$loop:0.415-0.625" --sound hat "$loop:0.632-0.745" \
  >/dev/null 2>&1 || echo "not ok teach"
check refused refused
if [ -d "$bench/drums/audio" ]; then
  recordings=$(find "$bench/drums/audio" -name '*.wav' -o -name '*.flac' |
    sort | head -n 3)
else
  recordings=
  echo "skip recordings of the benchmark: no $bench/drums"
fi

for set in portable sse2 avx2 avx512 neon; do
  if ! ECHOIC_KERNELS=$set "$echoic" info "$tmp/m.echoic.safetensors" \
    >/dev/null 2>&1; then
    echo "skip $set: not an instruction set of this processor"
    continue
  fi
  check "loops_$set" same "$set" loops "$tmp/m.echoic.safetensors" "$loop" \
    "$samples/loop_breakbeat.flac" "$samples/loop_industrial.flac"
  if [ -n "$recordings" ]; then
    # shellcheck disable=SC2086 # a list of files
    check "bench_$set" same "$set" bench "$tmp/m.echoic.safetensors" $recordings
  fi
done
