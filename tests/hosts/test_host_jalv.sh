#!/usr/bin/env bash
# Copyright 2026 Echoic authors
# SPDX-License-Identifier: ISC
#
# jalv, in real time on a JACK server without a sound card: taught from its
# console while sound plays, notes captured as MIDI, a factory kit loaded.
set -u
. tests/hosts/host_env.sh
need jalv jackd jack_midi_dump sndfile-jackplay sox
start_jack

open_jalv() { # open_jalv LOG OPTION...: its console is file descriptor 3
  local log=$1
  shift
  mkfifo "$tmp/console.$$" 2>/dev/null
  LD_PRELOAD=$trap_so stdbuf -oL jalv -n jalv -x -t "$@" <>"$tmp/console.$$" >"$log" 2>&1 &
  jalv_pid=$!
  jobs_to_end+=("$jalv_pid")
  exec 3<>"$tmp/console.$$"
  await 10 has_port jalv:midi_out
}
has_port() { jack_lsp 2>/dev/null | grep -qx "$1"; }
say() { echo "$*" >&3; }
play() { timeout 20 sndfile-jackplay -a=jalv:in "$tmp/$1.wav" >/dev/null 2>&1; }
press() { # press SYMBOL WORDS: until the plugin says these
  say "set $1 1"
  sleep 0.2
  say "set $1 0"
  await 15 grep -q "$2" "$log"
}
close_jalv() {
  say quit
  await 5 sh -c "! kill -0 $jalv_pid 2>/dev/null" || kill "$jalv_pid"
  wait "$jalv_pid" 2>/dev/null
}

capture() { # capture FILE SOUND: the notes while it plays
  stdbuf -oL jack_midi_dump -a "dump$$" >"$1" 2>&1 &
  local dump=$!
  await 5 has_port "dump$$:input"
  jack_connect jalv:midi_out "dump$$:input" 2>/dev/null
  play "$2"
  sleep 0.5
  kill $dump
  wait $dump 2>/dev/null
}

# Notes must follow each other as the hits do, within 1 ms.
check_notes() { # check_notes FILE NAME ONSETS KEYS: of the hits, in turn
  awk -v onsets="$3" -v keys="$4" '
    { gsub(/:/, " ") }
    $2 == "99" { at[++n] = $1; note[n] = $3 }
    END {
      hits = split(onsets, onset, " ")
      n_keys = split(keys, key, " ")
      # The first may come before what was taught last is in use
      h = 1
      while (h <= hits && key[(h - 1) % n_keys + 1] != note[1]) ++h
      first = h
      for (k = 1; h <= hits && k <= n; ++k) {
        while (k < n && key[(h - 1) % n_keys + 1] != note[k]) ++k
        if (key[(h - 1) % n_keys + 1] != note[k]) break
        d = k > 1 ? (at[k] - last) - (onset[h] - onset[h - 1]) : 0
        last = at[k]
        good += d < 48 && d > -48
        ++h
      }
      printf "%d of %d hits, %d notes\n", good, hits, n
      exit !(first <= 2 && good >= hits - 2 && n <= hits + 2)
    }' "$1" >"$tmp/compared"
  result $? "$2: $(cat "$tmp/compared")"
  awk '$2 ~ /^[89]9$/ { sounds[$3] = $2 == "99" }
    END { for (k in sounds) if (sounds[k]) exit 1 }' "$1"
  result $? "$2: all notes have ended"
}

log=$tmp/jalv.log
open_jalv "$log" -c lookahead=1 urn:echoic:mono
result $? 'jalv: starts'
play kick && press that_was_it_1 'sound 1: 1 example'
result $? 'jalv: learns from its console'
play snare && press that_was_it_2 'sound 2: 1 example'
play kick && press that_was_it_1 'sound 1: 2 examples'
play snare && press that_was_it_2 'sound 2: 2 examples'
result $? 'jalv: learns more'
sleep 2 # What was learnt is heard first
capture "$tmp/notes" music
check_notes "$tmp/notes" 'jalv, lookahead' "$onsets" '24 26'
say 'set lookahead 0'
sleep 0.5
capture "$tmp/notes_live" music
ons=$(grep -c ' 99 ' "$tmp/notes_live")
[ "$ons" -ge 15 ] && [ "$ons" -le 18 ]
result $? "jalv, live: $ons notes"

"$build/presets/make_kits" --play drum-machine 20 2>"$tmp/kit_onsets" |
  sox -t f32 -r 48000 -c 1 - -b 16 "$tmp/kit.wav" 2>/dev/null
say presets # Only then jalv reads all of a preset
await 5 grep -q 'Drum machine kit' "$log"
result $? 'jalv: lists the presets'
say 'preset urn:echoic:preset:drum-machine'
sleep 0.3
say 'set lookahead 1'
sleep 2
capture "$tmp/notes_kit" kit
check_notes "$tmp/notes_kit" 'jalv, factory kit' "$(tr '\n' ' ' <"$tmp/kit_onsets")" '24 26 2a 2e 2d'
close_jalv
watched "$log"
result $? 'jalv: nothing forbidden in run(), while it was taught and changed its preset'
[ $bad -eq 0 ] || tail -n 20 "$log" "$tmp"/notes*
exit $bad
