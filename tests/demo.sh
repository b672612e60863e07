#!/bin/sh
# Copyright 2026 Echoic authors
# SPDX-License-Identifier: ISC
#
# demo.sh ECHOIC OUT_DIR: teach three sounds of a drum loop by two hits each,
# find the others, act on them.  The loop is the amen break as Sonic Pi ships
# it, under CC0 (Debian's package sonic-pi-samples).
set -eu
echoic=$1
out=$2
samples=/usr/share/sonic-pi/samples
loop=$samples/loop_amen_full.flac
model=$out/amen.echoic.safetensors

if [ ! -r "$loop" ]; then
  echo "demo: $loop is missing: install the package sonic-pi-samples" >&2
  exit 1
fi
say() { printf '\n%s\n' "$*"; }
run() { # a command as one would type it in those directories, and do it
  printf '   $ echoic'
  for word; do
    case $1:$word in
    teach:--sound) printf ' \\\n       %s' "$word" ;;
    *:"$samples"/*) printf ' %s' "${word#"$samples"/}" ;;
    *) printf ' %s' "${word#"$out"/}" ;;
    esac
  done
  printf '\n'
  if "$echoic" "$@" >"$out/said" 2>&1; then
    sed "s|$samples/||; s|$out/||; s/^/   /" "$out/said"
    rm "$out/said"
  else
    cat "$out/said" >&2
    exit 1
  fi
}
count() { awk -F '\t' -v name="$1" '$3 == name { n++ } END { print n + 0 }' "$out/amen.txt"; }

rm -rf "$out"
mkdir -p "$out"

say '1. Teach: this is a kick, this a snare, this a hi-hat. Two single hits of each,
   from the first seconds of a recording (start-end in seconds).'
run teach "$model" \
  --sound kick "$loop:0.205-0.405" "$loop:1.925-2.120" \
  --sound snare "$loop:0.415-0.625" "$loop:1.272-1.485" \
  --sound hat "$loop:0.635-0.745" "$loop:1.492-1.595"

say '2. Find all the others, as labels for Audacity and as a MIDI file.'
run detect "$model" "$loop" --format audacity -o "$out/amen.txt"
run detect "$model" "$loop" --format midi -o "$out/amen.mid"

say '3. Keep only the snare.'
run process "$model" "$loop" "$out/snare.wav" --mode isolate --sound snare

say '4. Show it.'
run report "$model" "$loop" -o "$out/amen.html"

cat <<END

Echoic was taught two kicks, two snares and two hi-hats, a fifth of a second or
less each. In all of the 6.9 s it now marks

    $(count kick) kicks   $(count snare) snares   $(count hat) hi-hats

Look and listen:
    $out/amen.html    what was found where, with scores (a browser)
    $out/snare.wav    the recording with only its snares left
    $out/amen.mid     the same beat for any drum machine
    $out/amen.txt     Audacity: open $loop,
                      then File > Import > Labels
    $model
                      what was learnt; 'echoic info' says it in words
END
