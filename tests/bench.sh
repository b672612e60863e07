#!/bin/sh
# Copyright 2026 Echoic authors
# SPDX-License-Identifier: ISC
#
# bench.sh BUILD_DIR: speed and memory of one run, as ratios that hold on any
# machine.  Nothing here passes or fails.  BENCH_SECONDS: length of the
# recording, an hour unless told.
set -eu
build=$1
echoic=$build/echoic
dir=$build/bench
loop=/usr/share/sonic-pi/samples/loop_amen_full.flac
seconds=${BENCH_SECONDS:-3600}
short=$((seconds / 6))

mkdir -p "$dir"
trap 'rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM

measure() { # measure NAME COMMAND...: sets NAME_s and NAME_kib
  name=$1
  shift
  if "$build/tests/bench_run" "$@" >/dev/null 2>"$dir/err"; then :; else
    status=$?
    if [ $status -gt 1 ]; then
      cat "$dir/err" >&2
      exit 2
    fi
  fi
  # shellcheck disable=SC2046 # three numbers
  set -- $(sed -n 's/.*bench \([0-9.]* [0-9.]* [0-9]*\)$/\1/p' "$dir/err")
  eval "${name}_wall=$1 ${name}_s=$2 ${name}_kib=$3"
}
row() { printf '%-46s %10s %14s %12s\n' "$@"; }
quotient() { awk "BEGIN { printf \"%.${3:-0}f\", $1 / ($2 > 0 ? $2 : 0.001) }"; }

echo "Making $seconds s and $short s of sound ..." >&2
"$build/tests/bench_wav" "$loop" "$dir/long.wav" "$seconds"
"$build/tests/bench_wav" "$loop" "$dir/short.wav" "$short"

echo "Teaching and detecting ..." >&2
measure one "$echoic" teach "$dir/one.echoic.safetensors" --sound kick "$loop:0.205-0.405"
measure eight "$echoic" teach "$dir/eight.echoic.safetensors" \
  --sound kick "$loop:0.205-0.405" --sound snare "$loop:0.415-0.625" \
  --sound hat "$loop:0.632-0.745" --sound ghost "$loop:0.765-0.850" \
  --sound double "$loop:1.704-1.920" --sound backbeat "$loop:3.840-4.055" \
  --sound ride "$loop:4.705-4.905" --sound crash "$loop:6.335-6.550"
measure flat "$echoic" detect "$dir/eight.echoic.safetensors" "$dir/short.wav"
measure long "$echoic" detect "$dir/eight.echoic.safetensors" "$dir/long.wav" \
  -j 1 --format csv -o "$dir/out.csv"
measure process "$echoic" process "$dir/eight.echoic.safetensors" \
  "$dir/short.wav" "$dir/out.wav" --mode isolate --sound snare
fft_s=$("$build/tests/bench_fft" "$seconds")

# shellcheck disable=SC2154 # set by measure
{
  echo "On $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), CPU seconds:"
  echo
  row 'what' 'seconds' 'x real time' 'peak MiB'
  row 'teach one sound, one example' "$one_s" '' "$(quotient "$one_kib" 1024 1)"
  row 'teach eight sounds' "$eight_s" '' "$(quotient "$eight_kib" 1024 1)"
  row "detect eight sounds in $short s of 48 kHz" "$flat_s" \
    "$(quotient "$short" "$flat_s")" "$(quotient "$flat_kib" 1024 1)"
  row "detect eight sounds in $seconds s of 48 kHz" "$long_s" \
    "$(quotient "$seconds" "$long_s")" "$(quotient "$long_kib" 1024 1)"
  row "isolate one sound in $short s of 48 kHz" "$process_s" \
    "$(quotient "$short" "$process_s")" "$(quotient "$process_kib" 1024 1)"
  row "the FFTs of $seconds s alone" "$fft_s" "$(quotient "$seconds" "$fft_s")" ''
  echo
  echo "share of the FFTs in detecting:      $(quotient "100 * $fft_s" "$long_s") %"
  echo "peak memory, $seconds s against $short s:  $(quotient "$long_kib" "$flat_kib" 2)"
  echo "events found in $seconds s:              $(($(wc -l <"$dir/out.csv") - 1))"
}
