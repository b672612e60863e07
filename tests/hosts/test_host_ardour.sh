#!/usr/bin/env bash
# Copyright 2026 Echoic authors
# SPDX-License-Identifier: ISC
#
# Ardour without its window: taught by automation, saved, opened again, and
# exported.  Where the plugin isolates the kicks, the gate opens just before each
# onset of the recording: so latency is declared and compensated rightly.  Its notes
# are recorded by a MIDI track, and are those of the command on the same recording.
set -u
. tests/hosts/host_env.sh
need ardour7-lua ardour7-export sox
export SESSION_DIR=$tmp/session SESSION=taught
log=$tmp/ardour.log

run_lua() { # run_lua SCRIPT: variables tell what it does
  LD_PRELOAD=$trap_so timeout 90 ardour7-lua "$hosts/$1" >>"$log" 2>&1
}
export_to() { # export_to NAME; a second time if Ardour ends badly, as it may
  rm -f "$tmp/$1.wav"
  export_once "$1" || export_once "$1"
}
export_once() {
  LD_PRELOAD=$trap_so timeout 90 ardour7-export -b float -o "$tmp/$1.wav" "$SESSION_DIR" "$SESSION" >>"$log" 2>&1
}

# check_export FILE NAME HEARD: how many hits are as they should be.  HEARD says
# for each of kick and snare whether it is to be heard.
check_export() {
  sox "$1" -t f32 - remix 1 2>/dev/null | python3 -c '
import array, sys
onsets, heard = [int(x) for x in sys.argv[1].split()], sys.argv[2]
x = array.array("f", sys.stdin.buffer.read())
def loud(a, b): return max((abs(v) for v in x[a:b]), default=0)
good = 0
for i, at in enumerate(onsets[1:], 1):
    before, after = loud(at - 4000, at - 960), loud(at, at + 2400)
    wanted = heard[i % 2] == "1"
    good += after > 0.1 and before < 0.03 if wanted else after < 0.01
print(good, "of", len(onsets) - 1, "hits")
sys.exit(good < len(onsets) - 2)' "$onsets" "$3" >"$tmp/compared"
  result $? "$2: $(cat "$tmp/compared")"
}

run_lua ardour_new.lua
result $? 'ardour: takes the plugin'
python3 "$hosts/ardour_region.py" "$SESSION_DIR" "$SESSION" "$tmp/music.wav"
i=1
for onset in $(echo "$onsets" | cut -d ' ' -f 1-4); do
  export "AT_$i=$((onset + 14400))"
  i=$((i + 1))
done
ROLL=9 run_lua ardour_teach.lua
result $? 'ardour: is taught by automation'
unset AT_1 AT_2 AT_3 AT_4
find "$SESSION_DIR/plugins" -name '*.ttl' -exec grep -l 'urn:echoic:model' {} + >/dev/null 2>&1
result $? 'ardour: what was taught is in the session'

SET='Lookahead=1;Mode=1' run_lua ardour_teach.lua
export_to both
result $? 'ardour: opens it again and exports'
check_export "$tmp/both.wav" 'ardour, isolate: kicks and snares' 11
SET='On 2=0' run_lua ardour_teach.lua
export_to kicks
check_export "$tmp/kicks.wav" 'ardour, isolate: only the kicks' 10

SET='On 2=1;Note 2=38' run_lua ardour_teach.lua
UNTIL=330000 run_lua ardour_record.lua
state=$(find "$SESSION_DIR/plugins" -name state.ttl -exec grep -l 'urn:echoic:model' {} + | sort | tail -n 1)
python3 "$hosts/ardour_notes.py" model "$state" "$tmp/taught.safetensors" &&
  "$build/echoic" detect "$tmp/taught.safetensors" "$tmp/music.wav" -f csv >"$tmp/events.csv"
python3 "$hosts/ardour_notes.py" compare "$SESSION_DIR"/interchange/*/midifiles/*.mid "$tmp/events.csv" \
  0.2 6.4 >"$tmp/compared" 2>&1
result $? "ardour: a MIDI track records the command's events: $(tail -n 1 "$tmp/compared")"
watched "$log"
result $? 'ardour: nothing forbidden in run(), while it was taught, saved and exported'
[ $bad -eq 0 ] || grep -v WARNING "$log" | tail -n 40
exit $bad
