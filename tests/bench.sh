#!/bin/sh
# Copyright 2026 Echoic authors
# SPDX-License-Identifier: ISC
#
# bench.sh BUILD_DIR: speed and memory of one run, as ratios that hold on any
# machine, others that are installed next to it.  Nothing here passes or fails.
# BENCH_SECONDS: length of the recording, an hour unless told.  ECHOIC_KERNELS:
# the instruction set.
set -eu
build=$1
echoic=$build/echoic
dir=$build/bench
samples=/usr/share/sonic-pi/samples
loop=$samples/loop_amen_full.flac
seconds=${BENCH_SECONDS:-3600}
short=$((seconds / 6))
tiny=60

mkdir -p "$dir"
trap 'rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM

cpu() { # cpu COMMAND...: CPU seconds and peak KiB
  status=0
  "$build/tests/bench_run" "$@" >/dev/null 2>"$dir/err" || status=$?
  if [ $status -gt 1 ]; then
    cat "$dir/err" >&2
    exit 2
  fi
  sed -n 's/.*bench [0-9.]* \([0-9.]* [0-9]*\)$/\1/p' "$dir/err"
}
median() { sort -n "$1" | awk '{ a[NR] = $0 } END { print a[int((NR + 1) / 2)] }'; }
instructions() { # instructions COMMAND...: in millions, without AVX-512
  valgrind --tool=callgrind --callgrind-out-file=/dev/null "$@" 2>&1 >/dev/null |
    sed -n 's/.*Collected : \([0-9]*\)[0-9]\{6\}$/\1/p'
}
ratio() { awk "BEGIN { printf \"%.${3:-2}f\", $1 / ($2 > 0 ? $2 : 0.001) }"; }
row() { printf '%-46s %10s %14s %12s\n' "$@"; }
has() { command -v "$1" >/dev/null; }

echo "Making $seconds s, $short s and $tiny s of sound ..." >&2
"$build/tests/bench_wav" "$loop" "$dir/long.wav" "$seconds"
"$build/tests/bench_wav" "$loop" "$dir/short.wav" "$short"
"$build/tests/bench_wav" "$loop" "$dir/tiny.wav" "$tiny"
one=$dir/one.echoic.safetensors
eight=$dir/eight.echoic.safetensors
hundred=$dir/hundred.echoic.safetensors

echo "Teaching ..." >&2
taught=$(cpu "$echoic" teach "$one" --sound kick "$loop:0.205-0.405")
taught8=$(cpu "$echoic" teach "$eight" \
  --sound kick "$loop:0.205-0.405" --sound snare "$loop:0.415-0.625" \
  --sound hat "$loop:0.632-0.745" --sound ghost "$loop:0.765-0.850" \
  --sound double "$loop:1.704-1.920" --sound backbeat "$loop:3.840-4.055" \
  --sound ride "$loop:4.705-4.905" --sound crash "$loop:6.335-6.550")
set --
for file in "$samples"/[!la]*.flac; do
  if [ $# -lt 300 ]; then set -- "$@" --sound "$(basename "$file" .flac)" "$file"; fi
done
n_many=$(($# / 3))
cpu "$echoic" teach "$hundred" "$@" >/dev/null

echo "Detecting ..." >&2
whole() { # whole NAME COMMAND...: appends to NAME.s and NAME.kib
  name=$1
  shift
  figures=$(cpu "$@")
  echo "${figures% *}" >>"$dir/$name.s"
  echo "${figures#* }" >>"$dir/$name.kib"
}
"$(dirname "$0")/bench_bonk.sh" "$dir/short.wav" "$short" "$dir/bonk.pd"
round=0
while [ $round -lt 5 ]; do # In turn: what disturbs the machine disturbs all
  whole flat "$echoic" detect "$eight" "$dir/short.wav"
  whole quick "$echoic" detect --short "$eight" "$dir/short.wav"
  if has aubiomfcc; then
    whole aubio aubiomfcc -i "$dir/short.wav" -r 48000 -B 1024 -H 256
  fi
  if has pd; then
    whole bonk pd -nogui -batch -r 48000 -stderr -open "$dir/bonk.pd"
  fi
  whole long "$echoic" detect "$eight" "$dir/long.wav" -j 1 --format csv \
    -o "$dir/out.csv"
  whole many "$echoic" detect "$hundred" "$dir/long.wav" -j 1 --format csv \
    -o "$dir/many.csv"
  whole read "$build/tests/bench_read" "$dir/long.wav"
  round=$((round + 1))
done
process=$(cpu "$echoic" process "$eight" "$dir/short.wav" "$dir/out.wav" \
  --mode isolate --sound snare)

# detected NAME WHAT SECONDS: a row of the table
detected() {
  row "$2" "$(median "$dir/$1.s")" "$(ratio "$3" "$(median "$dir/$1.s")" 0)" \
    "$(ratio "$(median "$dir/$1.kib")" 1024 1)"
}
mib() { ratio "${1#* }" 1024 1; }
echo "On $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1):"
echo
row 'whole programs, medians' 'CPU s' 'x real time' 'peak MiB'
row 'teach one sound, one example' "${taught% *}" '' "$(mib "$taught")"
row 'teach eight sounds' "${taught8% *}" '' "$(mib "$taught8")"
detected flat "detect eight sounds in $short s of 48 kHz" "$short"
detected quick 'the same with the short window' "$short"
detected long "detect eight sounds in $seconds s" "$seconds"
detected many "detect $n_many sounds in $seconds s" "$seconds"
row "isolate one sound in $short s" "${process% *}" \
  "$(ratio "$short" "${process% *}" 0)" "$(mib "$process")"
if has aubiomfcc; then detected aubio "aubiomfcc, $short s" "$short"; else
  echo 'skip aubiomfcc: not installed (aubio-tools)'
fi
if has pd; then detected bonk "bonk~ with eight templates, $short s" "$short"; else
  echo 'skip bonk~: not installed (puredata, puredata-extra)'
fi
echo
own=$(median "$dir/flat.s")
if has aubiomfcc; then
  echo "aubiomfcc to Echoic with eight sounds:   $(ratio "$(median "$dir/aubio.s")" "$own" 1)"
fi
if has pd; then
  echo "bonk~ to Echoic with eight sounds:       $(ratio "$(median "$dir/bonk.s")" "$own" 1)"
fi
for name in long many; do
  n=$([ $name = long ] && echo 8 || echo "$n_many")
  share=$(ratio "100 * $(median "$dir/read.s")" "$(median "$dir/$name.s")" 0)
  echo "reading, of the pass with $n sounds:       $share %"
done
echo "CPU a second of sound, $seconds s to $short s: $(ratio "$(median "$dir/long.s")" "$own * 6")"
echo "peak memory, $seconds s to $short s:         $(ratio "$(median "$dir/long.kib")" "$(median "$dir/flat.kib")")"
echo "events of eight sounds in $seconds s:        $(($(wc -l <"$dir/out.csv") - 1))"
echo

if has valgrind; then
  row 'million instructions, AVX2' "$tiny s" 'a second' ''
  for model in one eight hundred; do
    n=$(instructions "$echoic" detect "$dir/$model.echoic.safetensors" "$dir/tiny.wav")
    row "echoic, $model" "$n" "$(ratio "$n" "$tiny" 1)" ''
  done
  n=$(instructions "$echoic" detect --short "$dir/eight.echoic.safetensors" \
    "$dir/tiny.wav")
  row 'echoic, eight, short window' "$n" "$(ratio "$n" "$tiny" 1)" ''
  if has aubiomfcc; then
    n=$(instructions aubiomfcc -i "$dir/tiny.wav" -r 48000 -B 1024 -H 256)
    row 'aubiomfcc' "$n" "$(ratio "$n" "$tiny" 1)" ''
  fi
else
  echo 'skip instructions: valgrind is not installed'
fi
echo

row 'one sound, by the length of its example' 'CPU s' 'us a frame' 'events'
for length in 0.05 0.2 1 5 30; do # In the noise of the loop; any will do
  "$echoic" teach "$dir/length.echoic.safetensors" --exact --sound it \
    "$dir/tiny.wav:1-$(awk "BEGIN { print 1 + $length }")" >/dev/null 2>&1 || true
  used=$(cpu "$echoic" detect "$dir/length.echoic.safetensors" "$dir/short.wav" \
    --format csv -o "$dir/length.csv")
  row "$length s" "${used% *}" "$(ratio "1e6 * ${used% *} * 256" "$short * 48000.0")" \
    "$(($(wc -l <"$dir/length.csv") - 1))"
  rm -f "$dir/length.echoic.safetensors"
done
echo

for model in eight hundred; do
  "$build/tests/bench_blocks" "$dir/$model.echoic.safetensors" "$dir/tiny.wav"
  echo
done
"$build/tests/bench_blocks" "$dir/eight.echoic.safetensors" "$dir/tiny.wav" short
echo

printf '%-34s %-26s %12s %10s\n' 'parts, medians of 41 rounds' '' 'ns' 'ratio'
for part in logmel fft bank cells templates; do
  "$build/tests/bench_$part" || echo "skip $part: it failed"
done
echo

echo "Cells, a frame (times portable C):"
"$build/tests/bench_nodes"
