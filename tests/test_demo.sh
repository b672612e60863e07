#!/bin/sh
# Copyright 2026 Echoic authors
# SPDX-License-Identifier: ISC
#
# The demonstration, end to end: what it writes, and whether it is right.
set -u
echoic=${ECHOIC:-build/echoic}
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
loop=/usr/share/sonic-pi/samples/loop_amen_full.flac
bad=0

result() { # result STATUS NAME
  if [ "$1" -eq 0 ]; then echo "ok $2"; else echo "not ok $2" && bad=1; fi
}

if [ ! -r $loop ]; then
  echo "skip demo: $loop isn't there (package sonic-pi-samples)"
  exit 0
fi
tests/demo.sh "$echoic" "$out/demo" >"$out/said" 2>&1
result $? 'demo: ends well'
[ $bad -eq 0 ] || cat "$out/said"

# Onsets found by hand, from energies in bands, in seconds.
kicks='0 0.205 1.056 1.160 1.704 1.925 2.778 2.885 3.417 3.631 4.491 5.350 5.460 6.217'
snares='0.415 1.272 2.131 2.990 3.840 4.911 5.564 6.635'
hats='0.636 0.851 1.492 2.351 2.563 3.205 4.064 4.279 4.705 5.135 5.779 5.994'

# Soft hits of the snare between them (ghost notes): 9 dB or more of rise both at
# 150-400 Hz and at 400-1500 Hz.  Finding one is neither asked for nor wrong.
ghosts='0.765 0.948 1.600 2.660 4.192 5.240 5.900 6.100'

compare() { # compare NAME ONSETS MISSES EXTRAS [SOFT]: no more than so many
  awk -F '\t' -v name="$1" -v onsets="$2" -v misses="$3" -v extras="$4" \
    -v soft="${5-}" '
    $3 == name { found[++n] = $1 }
    END {
      split(onsets, onset, " ")
      for (i in onset) {
        best = 1
        for (j in found) {
          d = found[j] - onset[i]
          if (d < 0) d = -d
          if (d < best) { best = d; at = j }
        }
        if (best < 0.05) used[at] = 1; else missed++
      }
      split(soft, ghost, " ")
      for (j in found) {
        for (i in ghost) {
          d = found[j] - ghost[i]
          if (d > -0.05 && d < 0.05) used[j] = 1
        }
      }
      for (j in found) if (!(j in used)) extra++
      printf "%d found, %d missed, %d too many\n", n, missed, extra
      exit !(n > 0 && missed <= misses && extra <= extras)
    }' "$out/demo/amen.txt" >"$out/compared"
  result $? "demo: $1: $(cat "$out/compared")"
}
compare kick "$kicks" 1 4
compare snare "$snares" 1 2 "$ghosts"
compare hat "$hats" 2 2

[ "$(head -c 4 "$out/demo/amen.mid")" = MThd ]
result $? 'demo: MIDI file'
size=$(wc -c <"$out/demo/snare.wav" 2>/dev/null || echo 0)
[ "$size" -ge $((302400 * 2 * 2)) ] && [ "$size" -lt $((302400 * 2 * 2 + 200)) ]
result $? 'demo: the snares are as long as the recording'
grep -q '</html>' "$out/demo/amen.html" &&
  ! grep -qE '(src|href) *= *"?(http|//)' "$out/demo/amen.html"
result $? 'demo: the page is whole and needs no other file'
exit $bad
