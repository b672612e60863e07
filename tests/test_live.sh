#!/bin/bash
# Copyright 2026 Echoic authors
# SPDX-License-Identifier: ISC
#
# echoic live without a device: files and pipes through the same code as
# devices, signals, OSC, clips, programs, full disks, bad input.  Lines
# "ok NAME", "not ok NAME", "skip NAME: why".
set -u

echoic=$(realpath "${ECHOIC:-build/echoic}")
# shellcheck source=tests/wait.sh
. "$(dirname "$0")/wait.sh"
# shellcheck source=tests/sweeps.sh
. "$(dirname "$0")/sweeps.sh"
dir=$(mktemp -d)
pids=
cleanup() {
  # shellcheck disable=SC2086 # a list of numbers
  [ -z "$pids" ] || kill $pids 2>/dev/null
  if mountpoint -q "$dir/full" 2>/dev/null; then umount -l "$dir/full"; fi
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

run() { timeout 60 "$echoic" "$@" >out 2>err; }

# says NAME WORDS ARGUMENT...: exit status 2, one line on stderr with WORDS
says() {
  local name=$1 words=$2
  shift 2
  run "$@"
  local status=$?
  [ $status -eq 2 ] && [ "$(wc -l <err)" -eq 1 ] && [ ! -s out ] &&
    grep -qF -- "$words" err && grep -q '^echoic: ' err
  result $? "$name"
}

has() { grep -qF -- "$2" "$1"; } # has FILE TEXT
lines() { [ "$(wc -l <"$1")" -ge "$2" ]; } # lines FILE LEAST

# start ARGUMENT...: live from the pipe "pipe", which descriptor 9 keeps open;
# its number is in live
start() {
  rm -f pipe
  mkfifo pipe
  : >out # The shell may do so late
  : >err
  # Shells let programs in the background ignore SIGINT, nohup SIGHUP
  env --default-signal=INT,HUP "$echoic" live "$@" --raw s16le:16000:1 - \
    <pipe >out 2>err &
  live=$!
  pids="$pids $live"
  exec 9>pipe
}

# ended: wait until live has ended; sets status
ended() {
  until_ok gone || kill -KILL "$live"
  wait "$live"
  status=$?
}
gone() { ! kill -0 "$live" 2>/dev/null; }

finish() { # finish: end the sound and wait; sets status
  exec 9>&-
  ended
}

same_events() { # same_events A B: JSON lines but for the file and the date
  for same in "$1" "$2"; do
    sed 's/"file": "[^"]*", //; s/, "date": "[^"]*"}$/}/' "$same" |
      sort >"$same.s"
  done
  [ -s "$1.s" ] && cmp -s "$1.s" "$2.s"
}

make_pcm 16000 >a.pcm
make_wav a.pcm >a.wav
cat a.pcm a.pcm >aa.pcm
"$echoic" teach m --sound down a.wav:0-0.8 a.wav:2-2.8 >/dev/null 2>err
"$echoic" teach m --sound up a.wav:1-1.8 a.wav:3-3.8 >/dev/null 2>err
"$echoic" teach down --sound down a.wav:0-0.8 a.wav:2-2.8 >/dev/null 2>err
"$echoic" detect m a.wav -f jsonl >offline
cp m before

# --- the same events as detect
for buffer in 16 1000 8192; do
  run live m a.wav -f jsonl --buffer $buffer
  [ $? -eq 0 ] && same_events offline out
  result $? "a file gives the events of detect (blocks of $buffer)"
done
timeout 60 "$echoic" live m - --raw s16le:16000:1 -f jsonl <a.pcm >out 2>err
same_events offline out
result $? 'so does raw PCM on standard input'
cat a.pcm | timeout 60 "$echoic" live m --raw s16le:16000:1 -f jsonl >out 2>err
same_events offline out
result $? 'and in a pipe'
day='[0-9]\{4\}-[0-9][0-9]-[0-9][0-9]'
n=$(wc -l <offline)
date='"date": "'$day'T[0-9:]\{8\}\.[0-9]\{3\}Z"}$'
[ "$(grep -c "$date" out)" -eq "$n" ] && ! grep -q date offline
result $? 'which says when each began, as files do not'
cat a.pcm | timeout 60 "$echoic" live m --raw s16le:16000:1 -f csv >out 2>err
[ "$(sed -n 1p out)" = file,sound,start_s,end_s,score,velocity,date ] &&
  [ "$(grep -c ",${day}T[^,]*Z\$" out)" -eq "$n" ]
result $? 'in CSV, too'
make_pcm 16000 2 3 >three.pcm
timeout 60 "$echoic" live m --raw s16le:16000:3 - --channel 2 -f jsonl \
  <three.pcm >out 2>err
sed 's/"channel": [0-9]*/"channel": null/' offline >offline2
sed -i 's/"channel": [0-9]*/"channel": null/' out
same_events offline2 out
result $? 'one channel of three'
rm -f more.csv
for _ in 1 2; do timeout 60 "$echoic" live m a.wav -f csv >>more.csv 2>err; done
[ "$(grep -c ^file, more.csv)" -eq 1 ] && [ "$(wc -l <more.csv)" -eq 25 ]
result $? 'one header in a file that is appended to'
for seconds in 2.6 5; do
  head -c "$(echo "$seconds" | awk '{ print 32000 * $1 }')" a.pcm >part.pcm
  timeout 60 "$echoic" live m --raw s16le:16000:1 -f jsonl <part.pcm >part 2>err
  run live m a.wav -f jsonl --duration $seconds
  same_events part out
  result $? "$seconds s of a file, however fast it is heard"
done
for format in audacity csv raven; do
  "$echoic" detect m a.wav -f $format >detected 2>err
  run live m a.wav -f $format
  sort -o detected detected
  sort out | cmp -s - detected
  result $? "the same $format"
done
run live m a.wav -f jsonl --sound up --min-score 0.2 --sensitivity 0.3
"$echoic" detect m a.wav -f jsonl --sound up --min-score 0.2 --sensitivity 0.3 \
  >detected
same_events detected out
result $? 'sounds, least score and sensitivity as in detect'
run live m a.wav -f csv --early
[ "$(grep -c ,up, out)" -ge 6 ] && [ "$(grep -c ,down, out)" -ge 6 ]
result $? 'decided early, every sound is found'
head -c 32000 /dev/zero >silent.pcm
timeout 60 "$echoic" live m --raw s16le:16000:1 - <silent.pcm >out 2>err
[ $? -eq 1 ] && [ ! -s out ]
result $? 'nothing found: exit status 1'
cmp -s m before
result $? 'a model that was not changed is not written'

# --- recording and clips
run live m a.wav -f jsonl --record r.wav --clips c --clip-before 0.1 \
  --clip-after 0.2
same_events offline out && "$echoic" detect m r.wav -f jsonl >detected &&
  same_events offline detected
result $? 'the recording gives the same events'
[ "$(find c -name 'a_*_down.wav' | wc -l)" -eq 6 ] &&
  [ "$(find c -name 'a_*_up.wav' | wc -l)" -eq 6 ] &&
  [ -z "$(find c -name '.*' -type f)" ]
result $? 'a clip of every event, whole'
python3 - offline c <<'PY' 2>>err
import json, struct, sys, glob
from array import array
whole = array('h', open('a.pcm', 'rb').read())
for line in open(sys.argv[1]):
    e = json.loads(line)
    path, = glob.glob('%s/a_%013.6f_%s.wav' % (sys.argv[2], e['start_s'], e['sound']))
    data = open(path, 'rb').read()
    at = data.index(b'data') + 8
    clip = array('f', data[at:])
    first = max(e['start_sample'] - 1600, 0)
    last = min(e['end_sample'] + 3200, len(whole))
    assert list(clip) == [x / 32768 for x in whole[first:last]], path
PY
result $? 'clips hold what was heard, to the sample'
run live m a.wav --record r.flac --clips f --clip-format flac
"$echoic" detect m r.flac -f jsonl >detected
same_events offline detected && [ "$(find f -name '*.flac' | wc -l)" -eq 12 ]
result $? 'FLAC'

# --- programs
cat >note.sh <<'SH'
#!/bin/sh
echo "$#:$1:$2:$3:$4:$5" >>notes
SH
chmod +x note.sh
run live m a.wav --exec ./note.sh --exec-interval 0
until_ok test -s notes && grep -qE '^5:(up|down):[0-9.]+:[0-9.]+:[0-9.]+:[0-9]+$' notes
result $? 'a program is run with the event'
rm -f notes
run live m a.wav --exec ./note.sh --exec-interval 3600
until_ok test -s notes && [ "$(wc -l <notes)" -eq 1 ]
result $? 'but not more often than is asked for'
"$echoic" teach odd --sound '$(touch gotcha); *' a.wav:0-0.8 >/dev/null 2>&1
rm -f notes
run live odd a.wav --exec ./note.sh
until_ok test -s notes && [ ! -e gotcha ] && grep -qF '$(touch gotcha); *' notes
result $? 'no shell reads the name'

# --- signals
start m -f jsonl
cat a.pcm >&9
until_ok lines out 10
cp down before && cp down m
kill -HUP "$live"
until_ok has err 'read again'
result $? 'SIGHUP reads the model again'
cat a.pcm >&9
finish
cp before down
sed 's/"file": "[^"]*", //' out >heard
python3 - out <<'PY' 2>>err
import json, sys
onsets = {'up': [], 'down': []}
for line in open(sys.argv[1]):
    e = json.loads(line)
    onsets[e['sound']].append(e['start_s'])
for k in range(0, 24, 2): # Every one of them, once
    near = [t for t in onsets['down'] if abs(t - k - 0.3) < 0.15]
    assert len(near) == 1, (k, near)
assert max(onsets['up']) < 13, onsets # Not known any more
PY
result $? 'without a gap: no event is lost or heard twice'
"$echoic" teach m --sound up a.wav:1-1.8 a.wav:3-3.8 >/dev/null 2>&1
start m -f jsonl
cat a.pcm >&9
until_ok lines out 10
echo nonsense >m.bad
cp m m.good
cp m.bad m
kill -HUP "$live"
until_ok has err 'the model in use stays'
cp m.good m
cat a.pcm >&9
finish
"$echoic" detect m aa.pcm --raw s16le:16000:1 -f jsonl >detected
same_events detected out
result $? 'a damaged model is not taken over'
for signal in INT TERM; do
  start m -f jsonl --record "stop$signal.wav"
  cat a.pcm >&9
  until_ok lines out 11
  kill -$signal "$live"
  ended
  exec 9>&-
  [ $status -eq 0 ] && "$echoic" detect m "stop$signal.wav" -f jsonl >detected &&
    same_events detected out
  result $? "SIG$signal: files are complete"
done
cat aa.pcm | timeout 60 "$echoic" live m --raw s16le:16000:1 -f jsonl 2>err |
  head -n 1 >first
codes=("${PIPESTATUS[@]}")
[ "${codes[1]}" -ne 124 ] && [ -s first ]
result $? 'who stops reading ends nothing but the lines'

# --- OSC
if command -v oscsend >/dev/null && command -v oscdump >/dev/null; then
  port=$((20000 + $$ % 20000))
  # Write what is sent to `port` into `osc`, from a first message on
  hears() { oscsend 127.0.0.1 $port /hears && [ -s osc ]; }
  dump_osc() {
    : >osc
    stdbuf -oL oscdump $port >osc 2>/dev/null &
    dump=$!
    pids="$pids $dump"
    until_ok hears
  }
  all_sent() { [ "$(grep -c ' /echoic/event ' osc)" -eq "$(wc -l <out)" ]; }
  dump_osc
  cp m.good t
  start t -f jsonl --osc 127.0.0.1:$port --osc-listen $((port + 1))
  cat a.pcm >&9
  until_ok lines out 11
  # Commands are obeyed at the next block of sound
  moment() { sleep 0.2 && head -c 3200 /dev/zero >&9; }
  send() { oscsend 127.0.0.1 $((port + 1)) "$@"; }
  send /echoic/threshold/up f 0.9
  send /echoic/forget s down
  until_ok has err 'forgot down'
  result $? 'OSC: forget'
  send /echoic/undo
  until_ok has err 'taken back'
  result $? 'OSC: undo'
  send /echoic/forget s down
  send /echoic/learn s new
  until_ok has err 'is new'
  result $? 'OSC: a new sound has a name'
  cat a.pcm >&9
  until_ok has err 'learnt new'
  result $? 'OSC: learn the next sound'
  cat a.pcm >&9
  until_ok has out '"new"'
  send /echoic/reject s new
  moment
  until_ok has err 'that was no new'
  result $? 'OSC: reject'
  send /echoic/that s new
  moment
  until_ok has err 'learnt new: 2'
  result $? 'OSC: learn what has just gone'
  send /echoic/learn s new i 1
  send /nonsense
  send /echoic/learn
  until_ok has err 'needs a sound with a key'
  result $? 'OSC: nonsense is refused'
  send /echoic/save
  until_ok has err 'saved t'
  result $? 'OSC: save'
  finish
  until_ok all_sent
  kill "$dump"
  "$echoic" info t --json >info
  python3 - <<'PY' 2>>err
import json
sounds = {s['name']: s for s in json.load(open('info'))['sounds']}
assert sounds['new']['n_examples'] == 2, sounds
assert abs(sounds['up']['sensitivity']) > 0.01, sounds
PY
  result $? 'what was taught by OSC is in the model'
  python3 - <<'PY' 2>>err
import json, shlex, time
sent, tags = [], []
for line in open('osc'):
    words = shlex.split(line)
    if words[1] == '/echoic/event':
        assert words[2] == 'shhddfii', words
        name, on, end, on_s, end_s, score, velocity, note = words[3:]
        sent.append((name, int(on), int(end), round(float(score), 4), int(velocity), int(note)))
        tags.append(int(words[0].split('.')[0], 16) - 2208988800)
heard = []
for line in open('out'):
    e = json.loads(line)
    heard.append((e['sound'], e['start_sample'], e['end_sample'], round(e['score'], 4),
                  e['velocity'], e['midi_note']))
assert heard and len(sent) == len(heard), (len(sent), len(heard))
for a, b in zip(sorted(sent), sorted(heard)):
    assert a[:3] == b[:3] and abs(a[3] - b[3]) < 2e-4 and a[4:] == b[4:], (a, b)
now = time.time()
assert all(now - 600 < tag <= now for tag in tags), (now, tags)
PY
  result $? 'OSC events are those of the lines, with their time'
  grep -q '/echoic/score sff "up"' osc
  result $? 'OSC scores'
  # A hiss is flat in spectrum, and so is what silence looks like
  LC_ALL=C awk 'BEGIN {
    for (n = 0; n < 48000; ++n) {
      seed = (seed * 16807 + 12345) % 2147483647
      e = exp(-(n % 4000) / 533)
      x = 8192 + 6000 * e * (int(n / 4000) % 2 ? seed / 2147483647 - 0.5 : sin(n * 0.1 * e))
      printf "%c%c", x % 256, int(x / 256)
    }
  }' >hits.pcm
  "$echoic" teach flat --raw s16le:16000:1 --sound thud hits.pcm:0.5-0.65 hits.pcm:1-1.15 \
    --sound hiss hits.pcm:0.25-0.4 hits.pcm:0.75-0.9 >/dev/null 2>err
  dump_osc
  start flat --osc 127.0.0.1:$port
  cat hits.pcm >&9
  head -c 64000 /dev/zero >&9 # All is decided
  until_ok lines out 11
  sleep 0.2
  before=$(wc -l <osc)
  for _ in 1 2 3 4 5 6; do
    head -c 6400 /dev/zero >&9
    sleep 0.1
  done
  finish
  kill "$dump"
  grep -q 'hiss" [1-9]' osc && lines osc $((before + 10)) &&
    ! tail -n +$((before + 5)) osc | grep '/echoic/score' | grep -qv '" 0.000000'
  result $? 'no score in digital silence'
  python3 - $port <<'PY' &
import socket, sys, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(('127.0.0.1', int(sys.argv[1])))
open('bound', 'w').close()
time.sleep(30)
PY
  taken=$!
  pids="$pids $taken"
  until_ok test -e bound
  says 'OSC port taken' 'give another port' live m a.wav --osc-listen $port
  kill $taken
else
  echo 'skip OSC: needs oscsend and oscdump'
fi

# --- an hour, as fast as it goes
hour() { # hour FROM TO: turns of 12 s
  local i
  for ((i = $1; i < $2; ++i)); do cat a.pcm; done
}
memory() { awk '/^VmRSS/ { print $2 }' "/proc/$live/status"; }
n_turns=300
[ -z "${ECHOIC_SANITIZED-}" ] || n_turns=30
start m -f jsonl --clips soak --clip-before 0 --clip-after 0
hour 0 $((n_turns / 10)) >&9
until_ok lines out $((n_turns - n_turns / 10))
before=$(memory)
hour $((n_turns / 10)) $n_turns >&9
until_ok lines out $((11 * n_turns))
after=$(memory)
finish
hour 0 $n_turns | "$echoic" detect m - --raw s16le:16000:1 -f jsonl >detected
same_events detected out
result $? "no event is missed in $((n_turns / 5)) minutes of sound"
[ "$(find soak -name '*.wav' | wc -l)" -eq "$(wc -l <out)" ]
result $? 'nor a clip'
if [ -z "${ECHOIC_SANITIZED-}" ]; then
  [ $((after - before)) -lt 2000 ]
  result $? "memory doesn't grow ($before, then $after kB)"
fi

# --- the disk is full
if mkdir full && mount -t tmpfs -o size=600k none full 2>/dev/null; then
  for i in 1 2 3 4; do cat aa.pcm; done >long.pcm
  timeout 60 "$echoic" live m --raw s16le:16000:1 - -f jsonl \
    --record full/r.wav <long.pcm >out 2>err
  status=$?
  "$echoic" detect m long.pcm --raw s16le:16000:1 -f jsonl >detected
  [ $status -eq 2 ] && same_events detected out
  result $? 'events go on when the disk is full'
  grep -q 'full/r.wav: recording has stopped' err &&
    "$echoic" detect m full/r.wav -f jsonl >detected 2>>err &&
    [ "$(wc -l <detected)" -ge 2 ]
  result $? 'the loss is told, and the recording is whole'
  rm -f full/*
  timeout 60 "$echoic" live m --raw s16le:16000:1 - -f jsonl --clips full \
    --clip-before 2 <long.pcm >out 2>err
  "$echoic" detect m long.pcm --raw s16le:16000:1 -f jsonl >detected
  same_events detected out && grep -q 'full/stdin_' err
  result $? 'events go on when clips find no room'
  n=0
  for clip in full/*.wav; do
    python3 - "$clip" <<'PY' 2>>err && n=$((n + 1))
import os, struct, sys
data = open(sys.argv[1], 'rb').read()
riff = struct.unpack('<I', data[4:8])[0]
assert riff + 8 == len(data)
at = data.index(b'data')
assert struct.unpack('<I', data[at + 4:at + 8])[0] == len(data) - at - 8
PY
  done
  [ $n -gt 0 ] && [ "$(find full -type f | wc -l)" -eq $n ]
  result $? 'no clip is broken'
  rm -f full/*
  cp m full/m
  head -c 10000000 /dev/zero >full/rest 2>/dev/null
  start full/m --sensitivity 0
  finish
  cmp -s full/m m
  result $? 'a full disk leaves the model alone'
  umount full
else
  echo 'skip full disk: needs the right to mount a tmpfs'
fi

# --- a device of ALSA's that has a file for an input, through PortAudio
if [ -e /usr/share/alsa/alsa.conf ] && [ -z "${ECHOIC_SANITIZED-}" ]; then
  python3 - <<'PY'
import array
a = array.array('h', open('a.pcm', 'rb').read())
array.array('f', [x / 32768 for x in a]).tofile(open('a.f32', 'wb'))
PY
  cat >asound.conf <<CONF
</usr/share/alsa/alsa.conf>
pcm.echofile {
  type file
  slave.pcm { type null }
  file "/dev/null"
  infile "$dir/a.f32"
  format "raw"
  hint { show on description "echofile" }
}
CONF
  export ALSA_CONFIG_PATH=$dir/asound.conf
  run live --list
  grep -q 'ALSA: echofile$' out
  result $? 'a device of ALSA is listed'
  run live m -i echofile --rate 16000 -f jsonl --duration 10
  head -n 5 offline >first
  head -n 5 out >heard
  same_events first heard
  result $? 'and heard through PortAudio'
  run live m -i echofile --mode mute --rate 16000 -f jsonl --duration 10
  head -n 5 out >heard
  same_events first heard && grep -q 'what goes out is 0.[0-9]* s late' err
  result $? 'with an output'
  says 'wrong name' "nearest: 'ALSA: echofile'" live m -i ecofile
  unset ALSA_CONFIG_PATH
else
  echo 'skip ALSA: needs /usr/share/alsa/alsa.conf, and no sanitizers'
fi

# --- bad input
says 'no model' 'needs a model' live
says 'missing model' 'missing' live missing a.wav
says 'damaged model' 'm.bad' live m.bad a.wav
says 'missing file' 'nofile.wav' live m nofile.wav
says 'no recording' "isn't a recording" live m m.bad
says 'no such channel' 'there is no channel 2' live m a.wav --channel 2
says 'no such sound' 'knows no such sound' live m a.wav --sound nobody
says 'bad raw format' 's16le:48000:1' live m --raw s16:1 -
says 'bad rate' 'from 8000 to 192000' live m --rate 1
says 'JSON of events' '--format jsonl' live m a.wav --json
says 'clips nowhere' '--clip-after: does nothing without --clips' live m a.wav --clip-after 1
says 'clips of no format' '--clips DIR' live m a.wav --clip-format flac
says 'interval of nothing' '--exec PROGRAM' live m a.wav --exec-interval 3
says 'fade of no output' 'without --mode isolate, mute or duck' live m a.wav --hold 1
says 'depth of nothing' 'without --mode isolate, mute or duck' live m --mode thru --depth -3
says 'delay of no output' 'without an output' live m --delay 1
says 'channels of a file' 'is a file' live m a.wav --channels 2
says 'latency of a file' 'is a file' live m a.wav --latency 0.1
run live m a.wav --early --short
[ $? -eq 0 ] && [ "$(grep -c 'note: --early adds nothing to --short' err)" -eq 1 ]
result $? 'short is early'
says 'two recordings' 'one recording at most' live m a.wav a.wav
says 'no duration' 'from 0.001' live m a.wav --duration 0
says 'bad buffer' 'from 16 to 8192' live m --buffer 1
says 'bad mode' 'must be one of' live m --mode loud
says 'bad format' 'must be one of audacity, csv, jsonl, raven' live m -f midi
says 'bad MIDI' 'must be one of alsa, jack' live m a.wav --midi=usb
says 'bad OSC address' 'HOST:PORT' live m a.wav --osc nowhere
says 'unknown OSC host' 'name or number' live m a.wav --osc no.such.invalid:9000
says 'bad OSC port' 'PORT' live m a.wav --osc-listen 99999
says 'no program' "isn't a program" live m a.wav --exec ./missing
says 'recording exists' 'a name that' live m a.wav --record r.wav
says 'recording to a strange format' '.wav, .w64' live m a.wav --record x.mp3
says 'recording nowhere' 'another place' live m a.wav --record no/x.wav
says 'clips into a file' 'another directory' live m a.wav --clips a.wav/c
says 'rate for a file' 'is a file' live m a.wav --rate 44100
says 'mode for a file' 'is a file' live m a.wav --mode mute
says 'output without a mode' 'needs --mode' live m --output x
says 'unknown option' 'option' live m --frobnicate
if [ "$(id -u)" -eq 0 ]; then
  says 'read-only directory' 'another directory' live m a.wav --clips /proc/x
else
  mkdir locked
  chmod 500 locked
  says 'read-only directory' 'another directory' live m a.wav --clips locked
fi
exit $bad
