#!/bin/bash
# Copyright 2026 Echoic authors
# SPDX-License-Identifier: ISC
#
# echoic live on real devices: JACK's dummy driver, heard through PortAudio.
# Events, MIDI, OSC and the sound that goes out are captured by other programs
# and compared.  Also the terminal's picture and keys, in tmux.  Lines
# "ok NAME", "not ok NAME", "skip NAME: why".
set -u

echoic=$(realpath "${ECHOIC:-build/echoic}")
build=$(dirname "$echoic")
# shellcheck source=tests/wait.sh
. "$(dirname "$0")/wait.sh"
# shellcheck source=tests/sweeps.sh
. "$(dirname "$0")/sweeps.sh"
for program in jackd jack_wait jack_connect jack_midi_dump jack_capture \
  sndfile-jackplay oscdump tmux python3; do
  if ! command -v $program >/dev/null; then
    echo "skip JACK: needs $program"
    exit 0
  fi
done

if [ -n "${ECHOIC_SANITIZED-}" ]; then
  echo 'skip JACK: its libraries leak, and sanitizers are too slow for it'
  exit 0
fi

dir=$(mktemp -d)
export JACK_DEFAULT_SERVER="echoic$$" JACK_NO_AUDIO_RESERVATION=1
export JACK_NO_START_SERVER=1
tmux="tmux -L $JACK_DEFAULT_SERVER -f /dev/null"
pids=
jackd=
cleanup() {
  $tmux kill-server 2>/dev/null
  # shellcheck disable=SC2086 # a list of numbers
  [ -z "$pids" ] || kill $pids 2>/dev/null
  [ -z "$jackd" ] || kill "$jackd" 2>/dev/null
  wait 2>/dev/null
  rm -rf "$dir"
}
trap cleanup EXIT
cd "$dir" || exit 1
bad=0

result() { # result STATUS NAME
  if [ "$1" -eq 0 ]; then
    echo "ok $2"
  else
    echo "not ok $2"
    sed 's/^/# /' err 2>/dev/null | tail -n 20
    bad=1
  fi
}

has() { grep -qF -- "$2" "$1"; }                 # has FILE TEXT
port() { jack_lsp 2>/dev/null | grep -qxF "$1"; } # port NAME: it is there
gone() { ! kill -0 "$live" 2>/dev/null; }
same_events() { # same_events A B: JSON lines but for the file and the date
  for same in "$1" "$2"; do
    sed 's/"file": "[^"]*", //; s/, "date": "[^"]*"}$/}/' "$same" |
      sort >"$same.s"
  done
  [ -s "$1.s" ] && cmp -s "$1.s" "$2.s"
}

start_jack() {
  jackd -n "$JACK_DEFAULT_SERVER" -r -d dummy -r 16000 -p 1024 -C 2 -P 2 \
    >jackd.log 2>&1 &
  jackd=$!
  jack_wait -w -t 20 >/dev/null 2>&1
}

make_pcm 16000 >a.pcm
make_wav a.pcm >a.wav
head -c $((16000 * 2 * 6)) a.pcm >six.pcm
make_wav six.pcm >six.wav
"$echoic" teach m --sound down a.wav:0-0.8 a.wav:2-2.8 >/dev/null 2>err
"$echoic" teach m --sound up a.wav:1-1.8 a.wav:3-3.8 >/dev/null 2>err

# says NAME WORDS ARGUMENT...: exit status 2, one line on stderr with WORDS
says() {
  local name=$1 words=$2 status
  shift 2
  timeout 60 "$echoic" "$@" >out 2>err
  status=$?
  [ $status -eq 2 ] && [ "$(wc -l <err)" -eq 1 ] && [ ! -s out ] &&
    grep -qF -- "$words" err
  result $? "$name"
}

says 'no device' 'no device with an input' live m
says 'no JACK for notes' "JACK isn't running" live m a.wav --midi=jack
if [ ! -e /dev/snd/seq ]; then
  says 'no sequencer' 'snd-seq' live m a.wav --midi=alsa
fi

if ! start_jack; then
  echo "skip JACK: its dummy driver can't start here"
  exit $bad
fi

# --- devices
"$echoic" live --list >out 2>err
grep -q '16000 *JACK Audio Connection Kit: system$' out && [ ! -s err ]
result $? 'devices are listed, and nothing else is said'
"$echoic" live --list --json >out 2>err
python3 -c 'import json
d = json.load(open("out"))
assert any(x["name"] == "system" and x["inputs"] == 2 and x["rate_hz"] == 16000 for x in d)' 2>>err
result $? 'devices as JSON'
says 'wrong device' "nearest: 'JACK Audio Connection Kit: system'" live m -i sistem
says 'wrong rate' "doesn't run at 44100 Hz" live m -i system --rate 44100
says 'too many channels' 'input channels' live m -i system --channels 7

# --- events, MIDI, OSC, sound that goes out, at once
osc=$((20000 + $$ % 20000))
stdbuf -oL oscdump $osc >osc 2>/dev/null &
pids="$pids $!"
stdbuf -oL jack_midi_dump -a midi >midi 2>/dev/null &
pids="$pids $!"
trap_run=
if [ -e "$build/tests/rt_trap.so" ] && [ -e "$build/tests/live_trap.so" ]; then
  trap_run=$build/tests/live_trap.so:$build/tests/rt_trap.so
fi
begin=$(date +%s)
env --default-signal=INT LD_PRELOAD="$trap_run" \
  "$echoic" live m -f jsonl -i system --mode isolate --midi \
  --osc 127.0.0.1:$osc --record r.wav --clips c --clip-after 0.1 \
  >out 2>err &
live=$!
pids="$pids $live"
until_ok port echoic:in_1 && until_ok port echoic-midi:events &&
  until_ok port midi:input
jack_disconnect system:capture_1 echoic:in_1 2>/dev/null
jack_connect echoic-midi:events midi:input
until_ok has err 'listening to'
jack_capture -ns -c 1 -b FLOAT -f wav -d 16 -p echoic:out_1 cap.wav \
  >capture.log 2>&1 &
capture=$!
until_ok eval 'jack_lsp -c | grep -A3 "^echoic:out_1" | grep -q jack_capture'
timeout 40 sndfile-jackplay -l 1 -a=echoic:in_1 a.wav >/dev/null 2>&1
wait $capture
kill -INT $live
until_ok gone || kill -KILL $live
wait $live
status=$?
[ $status -eq 0 ] && [ "$(wc -l <out)" -ge 6 ]
result $? "a device is heard until SIGINT (exit status $status)"
"$echoic" detect m r.wav -f jsonl >detected 2>>err
same_events detected out
result $? 'events are those of detect on the recording, to the sample'
python3 - "$begin" <<'PY' 2>>err
import datetime, json, sys, time
heard = sorted((json.loads(l) for l in open('out')), key=lambda e: e['start_sample'])
at = [datetime.datetime.fromisoformat(e['date'].replace('Z', '+00:00')).timestamp() for e in heard]
assert float(sys.argv[1]) <= at[0] and at == sorted(at) and at[-1] <= time.time(), at
zero = sorted(t - e['start_s'] for t, e in zip(at, heard)) # Of the sound
n = len(zero)
lost = 'was lost' in open('err').read() # The date goes on meanwhile
assert lost or zero[(3 * n) // 4] - zero[n // 4] < 0.05, zero
PY
result $? 'they say when they began'
[ "$(find c -name '20*Z_*_down.wav' | wc -l)" -ge 3 ]
result $? 'clips have the date'
python3 - <<'PY' 2>>err
import json, re
heard = sorted((json.loads(l) for l in open('out')), key=lambda e: e['decided_sample'])
notes = []
for line in open('midi'):
    m = re.match(r'\s*(\d+): (9|8)9 ([0-9a-f]{2}) ([0-9a-f]{2})', line)
    assert m, line
    notes.append((int(m[1]), m[2] == '9', int(m[3], 16), int(m[4], 16)))
on = [n for n in notes if n[1]]
assert len(on) == len(heard), (len(on), len(heard))
assert sorted((n[2], n[3]) for n in on) == sorted((e['midi_note'], e['velocity']) for e in heard)
shift = on[0][0] - heard[0]['decided_sample']
lost = 'xruns' in open('err').read() # JACK's clock goes on meanwhile
for n, e in zip(on, heard): # To the sample
    assert n[2] == e['midi_note'], (n, e)
    assert lost or n[0] - shift == e['decided_sample'], (n, e)
sounding = {}
for n in notes: # Each is ended
    sounding[n[2]] = sounding.get(n[2], 0) + (1 if n[1] else -1)
assert not any(sounding.values()), sounding
PY
result $? 'a MIDI note for every event, to the sample, and ended'
python3 - <<'PY' 2>>err
import json, shlex
heard = [json.loads(l) for l in open('out')]
sent, zero = [], []
for line in open('osc'):
    words = shlex.split(line)
    if words[1] == '/echoic/event':
        sent.append((words[3], int(words[4]), int(words[5])))
        s, f = words[0].split('.')
        zero.append(int(s, 16) + int(f, 16) / 2**32 - int(words[4]) / 16000)
assert sorted(sent) == sorted((e['sound'], e['start_sample'], e['end_sample']) for e in heard)
zero.sort() # When time 0 was, as each tells it: half of them within 50 ms
n = len(zero)
lost = 'was lost' in open('err').read()
assert lost or zero[(3 * n) // 4] - zero[n // 4] < 0.05, zero
PY
result $? 'OSC messages are those events, with the time of the sound'
python3 - <<'PY' 2>>err
import array
def floats(path):
    data = open(path, 'rb').read()
    at = data.index(b'data') + 8
    return array.array('f', data[at:at + (len(data) - at) // 4 * 4])
cap, rec = floats('cap.wav'), floats('r.wav')
peak = max(range(len(cap)), key=lambda i: abs(cap[i]))
assert abs(cap[peak]) > 0.2
same = [i for i in range(len(rec)) if rec[i] == cap[peak]]
# Somewhere in the recording is what went out; and between sounds is silence
want = cap[peak - 400:peak + 400]
assert any(rec[i - 400:i + 400] == want for i in same), peak
assert sum(1 for x in cap if x == 0.0) > len(cap) / 2
PY
result $? 'what goes out is what was heard, with silence between sounds'
if [ -n "$trap_run" ]; then
  grep -q 'rt_trap: watched [1-9][0-9]* runs' err && ! grep -q 'in the audio' err
  result $? 'the audio thread neither allocates, nor locks, nor calls the system'
else
  echo 'skip real-time trap: needs rt_trap.so and live_trap.so'
fi

# --- a device that goes away
: >err
"$echoic" live m -f jsonl -i system --record r2.wav >out 2>err &
live=$!
pids="$pids $live"
until_ok has err 'listening to'
kill "$jackd"
wait "$jackd" 2>/dev/null
until_ok has err 'has gone; waiting for it'
result $? 'a device that goes away is waited for'
start_jack
until_ok has err 'is back'
result $? 'and opened again'
until_ok port echoic:in_1
jack_disconnect system:capture_1 echoic:in_1 2>/dev/null
timeout 40 sndfile-jackplay -l 1 -a=echoic:in_1 six.wav >/dev/null 2>&1
kill -TERM $live
until_ok gone || kill -KILL $live
wait $live
status=$?
"$echoic" detect m r2.wav -f jsonl >detected 2>>err
[ $status -eq 0 ] && same_events detected out
result $? 'events before and after are those of detect on the recording'
: >err # The shell may do so late
"$echoic" live m -i system >out 2>err &
live=$!
pids="$pids $live"
until_ok has err 'listening to'
kill -STOP "$jackd"
until_ok has err 'no sound for 2 seconds'
result $? 'silence of the device is told'
kill -CONT "$jackd"
until_ok has err 'sounds again' || until_ok has err 'is back'
result $? 'and its end'
kill -TERM $live
until_ok gone || kill -KILL $live

# --- the terminal
screen() { $tmux capture-pane -p >screen 2>/dev/null; }
shows() { screen && grep -qE -- "$1" screen; } # shows PATTERN
keys() { $tmux send-keys "$@"; }
play() { timeout 40 sndfile-jackplay -l 1 -a=echoic:in_1 "$1" >/dev/null 2>&1; }
rm -f t
if ! $tmux new-session -d 'sleep 1' 2>/dev/null; then
  echo 'skip terminal view: no terminal to be had (is /dev/pts mounted?)'
  exit $bad
fi
until_ok eval '! $tmux has-session 2>/dev/null'
$tmux new-session -d -x 80 -y 24 \
  "env JACK_DEFAULT_SERVER=$JACK_DEFAULT_SERVER $echoic live t --new -i system"
until_ok port echoic:in_1
jack_disconnect system:capture_1 echoic:in_1 2>/dev/null
until_ok shows '^>1 a new sound'
result $? 'the picture of an empty model'
keys l
until_ok shows '1: listens for it'
play six.wav &
player=$!
until_ok shows 'learnt sound 1: 1 example'
result $? 'a key learns the next sound'
keys r
until_ok shows 'name of 1:'
keys -l 'kick'
keys Enter
until_ok shows '^>1 kick '
result $? 'a sound is named'
wait $player
play six.wav &
player=$!
until_ok shows '^>1 kick .* [1-9][0-9]* .* s'
result $? 'its events are counted'
wait $player
keys n
until_ok shows 'that was no kick'
result $? 'not this'
keys u
until_ok shows 'taken back'
result $? 'undo'
keys 2 t
until_ok shows 'learnt sound 2: 1 example'
result $? 'that was it'
keys + +
until_ok eval 'screen; awk "/^>2/ { split(\$0, a, \" of \"); exit !(a[2] + 0 < 0.6) }" screen'
keys Up
until_ok shows '^>1 kick'
keys m
until_ok shows 'learnt kick: 2 examples'
result $? 'missed'
keys f
until_ok shows 'forget sound 1\? y/n'
keys y
until_ok shows 'forgot kick'
result $? 'forget'
awk 'length($0) > 80 { exit 1 } END { exit NR > 24 }' screen &&
  grep -q 'xruns' screen && grep -q 'cpu' screen && grep -q '^level' screen
result $? 'the picture fits into 80 columns and 24 lines'
$tmux resize-window -x 70 -y 12
until_ok eval 'screen; [ "$(wc -l <screen)" -le 12 ] && grep -q "s save  q end" screen'
result $? 'a smaller terminal'
keys s
until_ok shows 'saved t'
keys q
until_ok eval '! $tmux has-session 2>/dev/null'
"$echoic" info t --json >info 2>err
python3 -c 'import json
s = json.load(open("info"))["sounds"]
assert [x["name"] for x in s] == ["sound 2"], s
assert abs(s[0]["sensitivity"] - 0.1) < 1e-6, s' 2>>err
result $? 'the model is saved as it was taught'
$tmux new-session -d -x 80 -y 24 \
  "env NO_COLOR=1 JACK_DEFAULT_SERVER=$JACK_DEFAULT_SERVER $echoic live m -i system; sleep 60"
until_ok shows '^>1 down'
$tmux capture-pane -p -e >coloured
! grep -q $'\033\[3[0-9]m' coloured
result $? 'no colours with NO_COLOR'
keys C-c
until_ok eval '! shows "^>1 down"'
result $? 'Ctrl-C gives the terminal back'
exit $bad
