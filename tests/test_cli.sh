#!/bin/bash
# Copyright 2026 Echoic authors
# SPDX-License-Identifier: ISC
#
# The commands teach, detect and process on small files made here: two sounds
# (a falling and a rising tone) in noise.  Lines "ok NAME", "not ok NAME",
# "skip NAME: why".
set -u

echoic=$(realpath "${ECHOIC:-build/echoic}")
# shellcheck source=tests/sweeps.sh
. "$(dirname "$0")/sweeps.sh"
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
cd "$dir" || exit 1
bad=0

result() { # result STATUS NAME
  if [ "$1" -eq 0 ]; then
    echo "ok $2"
  else
    echo "not ok $2"
    sed 's/^/# /' err 2>/dev/null
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

# exits STATUS NAME ARGUMENT...
exits() {
  local wanted=$1 name=$2
  shift 2
  run "$@"
  local status=$?
  [ $status -eq "$wanted" ]
  result $? "$name (exit status $status, $wanted expected)"
}

make_pcm 16000 >a.pcm
make_wav a.pcm >a.wav
head -c 100000 a.wav >cut.wav
: >empty.wav
head -c 44 a.wav >zero.wav
echo 'no sound at all' >text.wav
head -c 64000 /dev/zero >silent.pcm
make_wav silent.pcm >silent.wav
mkdir tree tree/sub
cp a.wav tree/b.wav
cp a.wav tree/sub/a.wav
cp cut.wav tree/c.wav
echo words >tree/notes.txt

# --- teach
exits 0 teach teach m --sound down a.wav:0-0.8 a.wav:2-2.8 \
  --sound up a.wav:1-1.8 a.wav:3-3.8
grep -q '^down ' out && grep -q '^up ' out
result $? 'teach tells what it learnt'
exits 0 'teach --json' teach j --sound down a.wav:0-0.8 --json
grep -q '"name": "down", "examples": 1' out
result $? 'JSON names sound and examples'
printf '0.3\t0.5\tdown\r\n1,3\t1,5\tup\r\n\\\t100\t200\r\n2.3\t2.3\tdown\r\n' >l.txt
exits 0 'teach --labels' teach lm --labels l.txt a.wav
grep -qE '^down +2' out && grep -qE '^up +1' out
result $? 'labels, CRLF, decimal commas, a point'

cp m before
says 'example outside' 'outside' teach m --sound x a.wav:20-21
says 'example reversed' 'START-END' teach m --sound x a.wav:2-1
says 'example empty' 'START-END' teach m --sound x a.wav:2-2
says 'example with commas' "isn't START-END" teach m --sound x a.wav:1,5-2,5
says 'example with one time' "isn't START-END" teach m --sound x a.wav:1
says 'settings of no sound' '--sound NAME' teach m --sensitivity 0.5
says 'settings when undoing' '--sound NAME' teach m --undo --midi-note 3
says 'exact when undoing' '--exact, --channel and --raw are for files' teach m --undo --exact
says 'raw without a file' 'are for files' teach m --sound down --midi-note 3 --raw s16le:16000:1
says 'channel without a file' 'are for files' teach m --forget down --channel 1
says 'not what' '--not: no file follows' teach m --sound down --not
says 'no background' '--background: no file follows' \
  teach m --background --sound down a.wav:4-4.8
says 'example silent' 'silent' teach m --sound x silent.wav
says 'example missing' 'none.wav' teach m --sound x none.wav
says 'example not sound' 'text.wav' teach m --sound x text.wav
says 'example empty file' 'empty.wav' teach m --sound x empty.wav
says 'no sound named' '--sound' teach m a.wav
says 'nothing to do' 'nothing to do' teach m
says 'forget unknown' 'nope' teach m --forget nope
says 'model not a model' 'text.wav' teach text.wav --sound x a.wav:0-1
printf '0.3\t0.5\tdown\n50\t51\tup\n' >l.txt
says 'label past the end' 'l.txt:2' teach m --labels l.txt a.wav
printf '0.5\t0.3\tdown\n' >l.txt
says 'label reversed' 'l.txt:1' teach m --labels l.txt a.wav
says 'midi note' '0 to 127' teach m --sound x a.wav:0-1 --midi-note 128
says 'sensitivity' '-1 to 1' teach m --sound x a.wav:0-1 --sensitivity 5x
cmp -s m before
result $? 'failing calls leave the model as it was'

exits 0 'refine' teach m --sound down a.wav:4-4.8
grep -qE '^down +3' out
result $? 'refined sound has 3 examples'
[ ! -s err ]
result $? 'of which nothing is to be said'
cp m s
exits 0 'the same again' teach s --sound down a.wav:4-4.8 a.wav:6-6.8
[ "$(wc -l <err)" -eq 1 ] && grep -q "'down' at 4.* is an example already" err
result $? 'an example given twice is told'
exits 0 'undo' teach m --undo
grep -qE '^down +2' out
result $? 'undone sound has 2 examples'
cp m s
exits 0 'settings only' teach s --sound down --midi-note 40 --false-alarms 5
exits 0 'undo after settings' teach s --undo
! grep -q '^up ' out && [ ! -s err ]
result $? 'undo takes back what was taught, not settings'
cp m s
run teach s --sound down --json
cp out automatic
exits 0 'false alarms' teach s --sound down --false-alarms 5000 --json
! cmp -s out automatic
result $? 'false alarms change the threshold'
exits 0 'false alarms auto' teach s --sound down --false-alarms auto --json
cmp -s out automatic
result $? 'and back again'
says 'false alarms of words' '0.01 to 10000, or auto' teach s --sound down --false-alarms many
for _ in {1..17}; do # A sweep every 5 s
  head -c 25600 a.pcm
  head -c 134400 /dev/zero
done >minute.pcm
make_wav minute.pcm >minute.wav
exits 0 'an example of a minute' teach minute --exact --sound all minute.wav:0-84
exits 0 'half a sweep' teach half --exact --sound down a.wav:0.05-0.15
grep -q '^more than 60 an hour: --not' out
result $? 'many false alarms, and what helps'
exits 0 'half a sweep, seldom' teach half --sound down --false-alarms 5
! grep -q '^more than' out
result $? 'nothing of it where a rate was asked for'
head -c 25600 a.pcm | tail -c 22000 >one.pcm # One sweep, and nothing else
make_wav one.pcm >one.wav
exits 0 'a sound that is all of its file' teach one --sound down one.wav --exact
grep -qE '^down +1 .* unknown +' out && grep -q '^unknown: nothing else was heard, or too little' out
result $? 'the rate of false alarms is unknown'
exits 0 'info of it' info one
grep -q 'expected false alarms: unknown' out && grep -q 'nothing else heard scores more than 0.[34]0' out
result $? 'and info says so'
exits 0 'info of it as JSON' info one --json
grep -q '"false_alarms_per_hour":null' out
result $? 'null in JSON'
cp one s
exits 0 'teach it as JSON' teach s --sound down --midi-note 5 --json
grep -q '"false_alarms_per_hour": null' out
result $? 'null in that JSON, too'
(gzip -nc a.pcm; gzip -nc a.pcm) | head -c 300000 >noise.pcm # As good as random
make_wav noise.pcm >noise.wav
exits 0 'background makes it known' teach s --background noise.wav --json
grep -qE '"false_alarms_per_hour": [0-9]' out
result $? 'the rate is a number then'
exits 0 'settings for good' teach m --sound down --midi-note 36
exits 0 'names of drums' teach gm --sound 'Ride Bell' a.wav:0-0.8 --sound 'ride cymbal' a.wav:2-2.8 \
  --sound 'floor tom' a.wav:4-4.8 --sound 'Hi Tom' a.wav:6-6.8 --sound tom a.wav:8-8.8 \
  --sound 'splash cymbal' a.wav:1-1.8 --sound shaker a.wav:3-3.8
"$echoic" info gm --json | python3 -c '
import json, sys
notes = [s["midi_note"] for s in json.load(sys.stdin)["sounds"]]
raise SystemExit(notes != [53, 51, 41, 50, 45, 55, 60])'
result $? 'their notes are those of General MIDI'
exits 0 'names in UTF-8' teach u --sound 'große Trommel' a.wav:0-0.8 --sound x a.wav:1-1.8
python3 -c "
rows = open('out', encoding='utf-8').read().split('\n')
raise SystemExit(rows[1].index(' s  ') != rows[2].index(' s  '))"
result $? 'columns of names in UTF-8'
python3 - <<'PY'
import math, random, wave
random.seed(1)
x = [random.gauss(0, 20) + (12000 * math.sin(0.3 * n) if n > 16000 else 0) for n in range(21000)]
with wave.open('late.wav', 'wb') as out:
    out.setparams((1, 2, 16000, 0, 'NONE', ''))
    out.writeframes(b''.join(int(y).to_bytes(2, 'little', signed=True) for y in x))
PY
"$echoic" teach late --sound x late.wav >/dev/null 2>err &&
  grep -q "found at 1.000-1.312 s of 1.312 s; if all of it is the sound, say --exact" err &&
  "$echoic" teach late --sound y late.wav:0.6-1.3 --sound z --exact late.wav >/dev/null 2>err &&
  ! grep -q 'say --exact' err
result $? 'a sound that begins late in its file is told of'
cp a.wav $'latin\xe9.wav'
"$echoic" teach latin --sound x $'latin\xe9.wav:0-0.8' >/dev/null 2>err &&
  "$echoic" info latin >out && grep -q $'example: latin\xef\xbf\xbd.wav, ' out &&
  "$echoic" report latin $'latin\xe9.wav' -o latin.html >/dev/null 2>err &&
  grep -q 'latin&#xFFFD;.wav' latin.html && iconv -f UTF-8 -t UTF-8 latin.html >/dev/null
result $? 'a path that is not UTF-8, in the model and in a report'
says 'name of control characters' '1 to 63 bytes of UTF-8' \
  teach m --sound "$(printf 'a\001b')" a.wav:0-0.8
cp a.wav 'take 1:2.wav'
exits 0 'colon in a name' teach c --sound down 'take 1:2.wav:0-0.8' 'take 1:2.wav:2-2.8'
grep -qE '^down +2' out
result $? 'both stretches of a file with a colon in its name'
exits 0 'colon, whole file' teach c2 --sound all 'take 1:2.wav'

# --- warnings: a clipped and a short example, told once, kept and listed
tone() { # tone FREQUENCY SECONDS: full scale and beyond, then silence
  LC_ALL=C awk -v f="$1" -v s="$2" 'BEGIN {
    for (n = 0; n < 16000; ++n) {
      x = n < s * 16000 ? 60000 * sin(6.2831853 * f * n / 16000) : 0
      y = int(x > 32767 ? 32767 : x < -32767 ? -32767 : x)
      if (y < 0) y += 65536
      printf "%c%c", y % 256, int(y / 256)
    }
  }'
}
tone 500 0.2 >t.pcm
make_wav t.pcm >loud.wav
tone 900 0.01 >t.pcm
make_wav t.pcm >brief.wav
exits 0 'warn of examples' teach w --sound loud loud.wav --sound brief brief.wav
[ "$(cat out err | grep -c 'clipped')" -eq 2 ] && [ "$(grep -c 'shorter than 20 ms' err)" -eq 1 ] &&
  ! grep -q warning out
result $? 'clipped and short examples are told once'
exits 0 'more of it' teach w --sound other a.wav:0-0.8
[ ! -s err ]
result $? 'and not again'
exits 0 'info of warnings' info w
[ "$(grep -c 'warning: .*clipped' out)" -eq 2 ] && grep -q 'warning: .*20 ms' out
result $? 'info still tells them'
exits 0 'warnings as JSON' teach w --sound other --midi-note 50 --json
[ "$(grep -c 'an example is clipped' out)" -eq 2 ] && grep -q 'shorter than 20 ms' out
result $? 'JSON lists them'
LC_ALL=C awk 'BEGIN {
  seed = 1
  for (n = 0; n < 16000; ++n) {
    seed = (seed * 16807) % 2147483647
    t = n / 16000
    x = 6000 * (seed / 2147483647 - 0.5)
    if (t > 0.4 && t < 0.6) x += 5000 * sin(6.2831853 * 700 * t)
    y = int(x); if (y < 0) y += 65536
    printf "%c%c", y % 256, int(y / 256)
  }
}' >t.pcm
make_wav t.pcm >faint.wav
exits 0 'warn of a quiet example' teach w2 --sound faint faint.wav
[ "$(wc -l <err)" -eq 1 ] && grep -q '10 dB above its background' err
result $? 'a quiet example is told once'
exits 0 'a sound in a long file' teach w3 --sound down a.wav
grep -q "note: a.wav: the 'down' at .* s has pauses in it; .* a.wav:START-END" err
result $? 'pauses in what was taken of a file are told'
exits 0 'all of a long file' teach w3 --sound all a.wav --exact
[ ! -s err ]
result $? 'all of it was taken'
cp m f
exits 0 'forget' teach f --forget up
! grep -q '^up ' out && grep -q '^down ' out
result $? 'forgotten sound is gone'
exits 0 'forget all' teach f --forget down
[ "$(cat out)" = 'no sound is left' ]
result $? 'it says that nothing is left'
says 'nothing to detect' 'f: knows no sound; teach it' detect f a.wav
says 'nothing to keep' 'f: knows no sound' process f a.wav o.wav --mode isolate
says 'nothing to report' 'f: knows no sound' report f a.wav -o o.html

# --- detect
exits 0 detect detect m a.wav --format csv
cp out all.csv
[ "$(head -1 out)" = 'file,sound,start_s,end_s,score,velocity' ]
result $? 'CSV header'
# Every sweep begins at 0.3 s of its second; the sine rises slowly
awk -F, 'NR > 1 { s = int($3); u = $3 - s
  good += u > 0.2 && u < 0.45 && $2 == (s % 2 ? "up" : "down") }
  END { exit !(good == 12 && NR == 13) }' all.csv
result $? 'all 12 sweeps found, none confused, none besides'
awk -F, 'NR > 2 && $3 < last { exit 1 } NR > 1 { last = $3 }' all.csv
result $? 'events in order of time'
exits 0 'detect in a pipe' detect m - --format csv <a.wav
cmp -s <(tail -n +2 all.csv | cut -d, -f2-) <(tail -n +2 out | cut -d, -f2-)
result $? 'standard input gives the same'
# shellcheck disable=SC2002 # a pipe can't be sought in, a file can
cat a.pcm | timeout 60 "$echoic" detect m - --raw s16le:16000:1 --format csv >out 2>err
cmp -s <(tail -n +2 all.csv | cut -d, -f2-) <(tail -n +2 out | cut -d, -f2-)
result $? 'raw PCM in a pipe gives the same'
LC_ALL=C awk 'BEGIN { # Twice a sweep that grows for 0.8 s, the second one 6 dB lower
  seed = 1
  for (n = 0; n < 64000; ++n) {
    t = n / 16000; s = t < 2 ? 0 : 2; u = t - s - 0.5
    seed = (seed * 16807) % 2147483647
    x = 20 * (seed / 2147483647 - 0.5)
    if (u > 0 && u < 0.8) x += (s ? 8000 : 16000) * u * sin(6.2831853 * (500 + 1000 * u) * u)
    y = int(x); if (y < 0) y += 65536
    printf "%c%c", y % 256, int(y / 256)
  }
}' >t.pcm
make_wav t.pcm >grows.wav
exits 0 'teach what grows' teach g --sound grows grows.wav:0.2-1.6
exits 0 'detect what grows' detect g grows.wav --format csv
awk -F, 'NR == 2 { first = $6 } NR == 3 { second = $6 }
  END { exit !(NR == 3 && first >= 97 && first <= 103 && second >= 81 && second <= 87) }' out
result $? 'velocity is 100 as taught, 16 less for 6 dB'
exits 1 'nothing found' detect m silent.wav
exits 0 'audacity' detect m a.wav
awk -F'\t' 'NF != 3 || $1 !~ /^[0-9]+\.[0-9][0-9][0-9][0-9][0-9][0-9]$/ {
  exit 1 } END { exit NR != 12 }' out
result $? 'label track has 3 columns'
exits 0 'jsonl' detect m a.wav --format jsonl
[ "$(grep -c '^{"file": "a.wav", "sound": ".*"midi_note": [0-9]*, "decided_sample": [0-9]*}$' out)" -eq 12 ]
result $? 'JSON lines'
exits 0 'raven' detect m a.wav tree/b.wav --format raven
awk -F'\t' 'NR > 13 && ($4 < 12 || $4 - $9 < 11.99 || $4 - $9 > 12.01) { exit 1 }
  NR > 1 && ($1 != NR - 1 || NF != 12) { exit 1 }
  NR == 25 && ($8 != "b.wav" || $12 != "tree/b.wav") { exit 1 }
  END { exit NR != 25 }' out
result $? 'Raven times run on from file to file'
exits 0 'midi' detect m a.wav --format midi -o a.mid --tempo 60
[ "$(head -c 14 a.mid | hex)" = 4d546864000000060000000103c0 ] &&
  [ "$(tail -c 3 a.mid | hex)" = ff2f00 ] &&
  [ $((16#$(head -c 22 a.mid | tail -c 4 | hex))) -eq $(($(wc -c <a.mid) - 22)) ]
result $? 'MIDI file is whole'
for format in csv jsonl raven midi audacity; do
  suffix=$(echo $format | sed 's/raven/selections.txt/; s/midi/MID/; s/audacity/txt/')
  exits 0 "to .$suffix" detect m a.wav -o "named.$suffix" --tempo 60
  "$echoic" detect m a.wav --format $format -o asked --tempo 60 2>err
  cmp -s asked "named.$suffix"
  result $? "the suffix says $format"
done
exits 0 'format and suffix' detect m a.wav --format csv -o named.mid
cmp -s named.mid named.csv
result $? 'the format counts more than the suffix'
exits 0 'tempo of no MIDI' detect m a.wav --tempo 60
[ "$(wc -l <out)" -eq 12 ] && [ "$(grep -c 'note: --tempo does nothing' err)" -eq 1 ]
result $? 'which is told'
says 'clip pad without clips' '--clips DIR' detect m a.wav --clip-pad 1
exits 0 'the short window' detect m a.wav --short
cp out short
exits 0 'and early' detect m a.wav --short --early
cmp -s out short && [ "$(grep -c 'note: --early adds nothing to --short' err)" -eq 1 ]
result $? 'is the same, which is told'
exits 0 'channel each' detect m a.wav --channel each --format csv
[ "$(head -1 out)" = 'file,sound,start_s,end_s,score,velocity,channel' ]
result $? 'channel column'
python3 - <<'PY' # Two channels of which one is the negative of the other
import struct
pcm = struct.unpack('<192000h', open('a.pcm', 'rb').read())
open('t.pcm', 'wb').write(b''.join(struct.pack('<hh', x, -x) for x in pcm))
PY
make_wav t.pcm 16000 2 >anti.wav
says 'channels that cancel' 'silent in the mean of all channels; give a stretch in which the sound is heard, or one of them with --channel' \
  teach none --sound x anti.wav:0-0.8
exits 0 'one of them' teach anti --sound x anti.wav:0-0.8 --channel 2
exits 0 'labels of every channel' detect anti anti.wav --channel each
cut -f3 out | sort -u | tr '\n' ' ' >names
[ "$(cat names)" = 'x (channel 1) x (channel 2) ' ] || [ "$(cat names)" = 'x (channel 2) ' ]
result $? 'say which one'
exits 0 'one sound' detect m a.wav --sound up --format csv
[ "$(tail -n +2 out | cut -d, -f2 | sort -u)" = up ]
result $? 'only that sound'
exits 1 'min-score' detect m a.wav --min-score 10
exits 0 'merge-gap' detect m a.wav --merge-gap 5 --format csv
[ "$(wc -l <out)" -eq 3 ]
result $? 'all joined to one event a sound'
exits 0 'clips' detect m a.wav --clips clips -o labels.txt
[ "$(find clips -name '*.wav' | wc -l)" -eq 12 ]
result $? 'a clip for every event'
says 'no place for clips' "none/clips: can't hold clips" detect m -r tree --format csv --clips none/clips
says 'clips in a file' 'Not a directory' detect m a.wav --clips a.wav

exits 2 'directory with a damaged file' detect m -r tree --format csv -o t.csv
[ "$(wc -l <t.csv)" -eq 25 ] && grep -q 'tree/c.wav' err && [ "$(wc -l <err)" -eq 1 ]
result $? 'the others are written, what is no sound is skipped'
exits 2 'two jobs' detect m -r tree --format csv -o t2.csv -j 2
cmp -s t.csv t2.csv
result $? 'two jobs give the same'
mkdir hollow other each two
says 'directory of nothing' 'hollow: no recordings were found there; what counts' detect m -r hollow -o new
touch other/.hidden.wav
says 'directory of what is hidden' 'other: no recordings' detect m -r other -o new
cp tree/notes.txt other/
says 'directory of what is no recording' 'other: no recordings' detect m -r other -o new
[ ! -e new ]
result $? 'nothing is written for it'
exits 2 'directories of which one has a recording' detect m -r other tree/sub hollow -f csv
[ "$(wc -l <out)" -eq 13 ] && [ "$(wc -l <err)" -eq 2 ]
result $? 'it is heard, the others are told'
exits 0 'outputs that are not there yet' detect m -r tree/sub -o two --skip-existing
exits 0 'outputs that are up to date' detect m -r tree/sub -o two --skip-existing
grep -q 'note: 1 of 1 recordings are up to date' err
result $? 'which is told'
exits 0 'one output each' detect m a.wav tree/sub/a.wav -o each
cmp -s each/a.txt each/a-2.txt
result $? 'names of outputs differ'

says 'many files' '-o DIR' detect m a.wav tree/b.wav
says 'no such file' 'none.wav' detect m none.wav
says 'empty file' '0 bytes' detect m empty.wav
says 'no samples' '0 samples' detect m zero.wav
says 'cut file' 'cut off' detect m cut.wav
says 'no sound' 'text.wav' detect m text.wav
says 'directory' '-r' detect m tree
says 'no model' 'none' detect none a.wav
says 'model is no model' 'a.wav: is a recording; give a model before it' detect a.wav a.wav
says 'info of a recording' 'a.wav: is a recording; give a model' info a.wav
says 'live with a recording for a model' 'a.wav: is a recording; give a model' live a.wav a.wav
for bytes in 5 300 9000; do
  head -c $bytes m >short.m
  says "model cut at $bytes bytes" 'cut ' detect short.m a.wav
done
grep -q 'the file is cut off: tensor .* ends [0-9]* bytes behind its end' err
result $? 'and where it is cut'
says 'info of nothing on standard input' 'standard input: is empty, 0 bytes; give a model' info - </dev/null
says 'nothing on standard input' 'standard input: is empty, 0 bytes; give a rec' detect m - </dev/null
for raw in '' '--raw s16le:16000:1'; do
  # shellcheck disable=SC2086 # words of an option
  : | timeout 60 "$echoic" detect m - $raw >out 2>err
  [ "${PIPESTATUS[1]}" -eq 2 ] && grep -q 'standard input: is empty, 0 .*; give a rec' err
  result $? "an empty pipe ${raw:-of any format}"
done
says 'unknown sound' 'nope' detect m a.wav --sound nope
says 'format' 'audacity, csv, jsonl, raven, midi' detect m a.wav --format x
says 'jobs' '1 to 256' detect m a.wav -j 0
says 'channel' 'no channel 2' detect m a.wav --channel 2
says 'raw' 'FORMAT:RATE:CHANNELS' detect m a.pcm --raw s16
says 'unknown option' '--bogus' detect m a.wav --bogus
says 'unknown command' "did you mean 'detect'" detekt
says 'unknown command like none' 'lists them' foo
says 'unknown option before a command' "unknown option '--bogus'" --bogus
says 'option short for several' 'short for several' detect m a.wav --s 0
says 'full disk' 'No space left' detect m a.wav -o /dev/full
says 'no directory' 'none/x' detect m a.wav -o none/x
timeout 60 "$echoic" detect m a.wav >/dev/full 2>err
[ $? -eq 2 ] && grep -q 'standard output.*No space left' err && [ "$(wc -l <err)" -eq 1 ]
result $? 'full standard output'
cp m s
timeout 60 "$echoic" teach s --sound down --midi-note 7 >/dev/full 2>err
[ $? -eq 2 ] && grep -q 'No space left on device; s is taught' err && ! cmp -s m s
result $? 'full standard output of teach'
for command in 'info m' 'report m a.wav' '--version' 'help teach'; do
  # shellcheck disable=SC2086 # words of a command
  timeout 60 "$echoic" $command >/dev/full 2>err
  [ $? -eq 2 ] && grep -q 'standard output' err && [ "$(wc -l <err)" -eq 1 ]
  result $? "full standard output of $command"
done

# --- other rates and channels
make_pcm 44100 >t.pcm
make_wav t.pcm 44100 >high.wav
make_pcm 8000 >t.pcm
make_wav t.pcm 8000 >low.wav
found() { # found: how many of the 12 sweeps the CSV in `out` has, by name and time
  awk -F, 'NR > 1 { s = int($3); u = $3 - s
    good += u > 0.2 && u < 0.45 && $2 == (s % 2 ? "up" : "down") }
    END { print good + 0 }' out
}
exits 0 'teach at 44.1 kHz' teach h --sound down high.wav:0-0.8 high.wav:2-2.8 \
  --sound up high.wav:1-1.8 high.wav:3-3.8
exits 0 'detect at 8 kHz' detect h low.wav tree/b.wav low.wav --format csv -q
grep '^file\|^low' out >low && sed -i 13q low && cp low out
[ "$(found)" -ge 10 ] && [ "$(grep -c 'listens to the lower' err)" -eq 1 ]
result $? "$(found) of 12 found at 8 kHz, told once of fewer bands"
make_pcm 16000 3 6 >t.pcm
make_wav t.pcm 16000 6 >six.wav
exits 0 'mix of 6 channels' detect m six.wav --format csv
[ "$(found)" -ge 11 ]
result $? "$(found) of 12 found in the mix of 6 channels"
exits 0 'each of 6 channels' detect m six.wav --channel each --format csv
[ "$(tail -n +2 out | cut -d, -f7 | sort -u)" = 3 ] && [ "$(found)" -ge 11 ]
result $? "$(found) of 12 found in channel 3, nothing in the others"

cp a.wav same.wav
says 'output over input' 'is the input' detect m same.wav -o same.wav
cmp -s a.wav same.wav
result $? 'the input is intact'

# --- process
exits 0 'process mute' process m a.wav mute.wav --mode mute
[ "$(wc -c <mute.wav)" -eq "$(wc -c <a.wav)" ]
result $? 'as long as the input'
exits 0 'process isolate' process m a.wav isolate.wav --mode isolate --sound up
exits 0 'process duck' process m a.wav duck.wav --mode duck --depth -20
# Samples are kept to the bit or lowered; both outputs together have them all
for f in a mute isolate duck; do
  tail -c +45 $f.wav | od -An -v -td2 -w2 >$f.txt
done
paste a.txt mute.txt duck.txt | awk '{ t = (NR - 1) / 16000; u = t - int(t)
  if (u > 0.75 || u < 0.2) { if ($1 != $2 || $1 != $3) exit 1 }
  if (u > 0.36 && u < 0.45) { if ($2 != 0) exit 1
    d = $3 - $1 / 10; if (d > 1 || d < -1) exit 1 } }'
result $? 'outside to the bit, inside silent or 20 dB lower'
paste a.txt isolate.txt | awk '{ t = (NR - 1) / 16000; s = int(t); u = t - s
  inside = u > 0.36 && u < 0.45
  if (inside && s % 2 && $1 != $2) exit 1
  if ((inside && s % 2 == 0 || u > 0.8 || u < 0.2) && $2 != 0) exit 1 }'
result $? 'isolated sound to the bit, silence around it'
exits 1 'process nothing' process m silent.wav s.wav --mode mute
cmp -s silent.wav s.wav || [ "$(tail -c +45 s.wav | tr -d '\0' | wc -c)" -eq 0 ]
result $? 'output without events is the input'
exits 0 'process to FLAC' process m a.wav b.flac --mode duck --depth 0
[ "$(head -c 4 b.flac)" = fLaC ]
result $? 'the suffix decides the container'
exits 0 'process from FLAC' process m b.flac b2.wav --mode mute
[ "$(tail -c +45 b2.wav | cksum)" = "$(tail -c +45 mute.wav | cksum)" ]
result $? 'samples are the same in WAV and FLAC'
exits 0 'process to no suffix' process m b.flac b3 --mode mute
[ "$(head -c 4 b3)" = fLaC ]
result $? 'no suffix: the format of the input'
exits 0 'process to W64' process m a.wav b.W64 --mode mute
[ "$(head -c 4 b.W64)" = riff ]
result $? 'suffix in capitals'
raw='--raw s16le:16000:1'
# shellcheck disable=SC2086 # two words
exits 0 'process raw PCM' process m a.pcm mute.pcm $raw --mode mute
cmp -s <(tail -c +45 mute.wav) mute.pcm
result $? 'raw PCM out, sample for sample as in WAV'
# shellcheck disable=SC2086
exits 0 'process raw PCM to WAV' process m a.pcm raw.wav $raw --mode mute
cmp -s mute.wav raw.wav
result $? 'the suffix makes it WAV'
swapped() { python3 -c 'import sys
b = sys.stdin.buffer.read()
sys.stdout.buffer.write(bytes(x for i in range(0, len(b), 2) for x in (b[i + 1], b[i])))'; }
swapped <a.pcm >be.x
exits 0 'process raw PCM, big endian' process m be.x bemute.x --raw s16be:16000:1 --mode mute
cmp -s <(swapped <bemute.x) mute.pcm
result $? 'and so is the output, whatever its suffix'
# shellcheck disable=SC2086
says 'process raw PCM to M4A' "can't be written" process m a.pcm x.m4a $raw --mode mute
says 'process what raw' 'FORMAT:RATE:CHANNELS' process m a.pcm x.pcm --raw s16 --mode mute
# shellcheck disable=SC2086
says 'process raw, full disk' '/dev/full' process m a.pcm /dev/full $raw --mode mute
says 'control of no graph' '--graph GRAPH' process m a.wav x.wav --mode mute --control 1
says 'process to Ogg' "can't hold" process m a.wav b.ogg --mode mute
says 'process to MP3' "can't hold" process m a.wav b.mp3 --mode mute
says 'process to M4A' "can't be written; name the output .wav" process m a.wav b.M4A --mode mute
says 'process to raw PCM' "can't be written" process m a.wav b.raw --mode mute
says 'process over input' 'is the input' process m same.wav same.wav --mode mute
says 'process over model' 'is the model' process m a.wav m --mode mute
says 'process mode' 'isolate, mute, duck' process m a.wav x.wav --mode x
says 'process no mode' '--mode' process m a.wav x.wav
says 'process pipe' 'files' process m - x.wav --mode mute
mkfifo fifo
says 'clips of a pipe' "fifo can't be read twice" detect m fifo --clips c2
says 'process cut' 'cut off' process m cut.wav x.wav --mode mute
says 'process into no place, before it listens' 'choose another place' \
  process m cut.wav none/x.wav --mode mute
says 'process into no format, before it listens' "can't be written" \
  process m cut.wav x.m4a --mode mute
python3 - <<'PY' # 505 frames are a block of IMA ADPCM: here four of them
import struct
block = struct.pack('<hBB', 0, 20, 0) + bytes(range(252))
fmt = struct.pack('<HHIIHHHH', 0x11, 1, 16000, 8110, 256, 4, 2, 505)
body = b'WAVEfmt ' + struct.pack('<I', 20) + fmt + b'fact' + struct.pack('<II', 4, 4 * 505)
body += b'data' + struct.pack('<I', 4 * 256) + 4 * block
open('ima.wav', 'wb').write(b'RIFF' + struct.pack('<I', len(body)) + body)
PY
exits 1 'process ADPCM' process m ima.wav ima2.wav --mode mute
python3 - <<'PY' # Three channels don't fit the buffers of decoders evenly
import wave
with wave.open('three.wav', 'wb') as w:
    w.setparams((3, 3, 16000, 0, 'NONE', ''))
    w.writeframes(bytes(i * 7919 // 256 % 256 for i in range(9 * 5003)))
PY
exits 1 'process to PAF' process m three.wav three.paf --mode duck --depth 0
exits 1 'process from PAF' process m three.paf back.wav --mode duck --depth 0
python3 - <<'PY'
import sys, wave
read = lambda name: wave.open(name).readframes(6000)
sys.exit(not read('back.wav').startswith(read('three.wav')))
PY
result $? 'PAF of three channels, there and back, sample for sample'
says 'process full disk' '/dev/full' process m a.wav /dev/full --mode mute
[ ! -e x.wav ] && [ ! -e b.ogg ] && [ ! -e b.mp3 ] && [ ! -e b.M4A ] && [ ! -e b.raw ]
result $? 'no partial output'

# --- a disk that is really full, or no permission to write
if [ "$(id -u)" -eq 0 ] && mkdir small && mount -t tmpfs -o size=64k tmpfs small 2>/dev/null; then
  cp m small/m 2>/dev/null
  says 'small disk' 'No space left' process m a.wav small/x.wav --mode mute
  before=$(find small | sort)
  cp m m2 && head -c 60000 /dev/zero >small/fill 2>/dev/null
  says 'small disk, model' 'No space left' teach small/new --sound x a.wav:0-0.8
  says 'small disk, clips' 'No space left' detect m a.wav --format csv -o clipped.csv --clips small/c
  cmp -s clipped.csv all.csv
  result $? 'events are written though clips are lost'
  [ -z "$(find small -name '.echoic*' -o -name x.wav -o -name new)" ] && [ -n "$before" ]
  result $? 'nothing is left on the small disk'
  umount small
else
  echo 'skip small disk: needs root and mount'
fi
if [ "$(id -u)" -ne 0 ]; then
  mkdir locked && chmod a-w locked
  says 'no permission' 'Permission denied' detect m a.wav -o locked/x
else
  echo 'skip no permission: root may write anywhere'
fi

# --- progress: a line on a terminal that is too narrow for it
cp a.wav 'a recording with a name of some length.wav'
for columns in 12 40 80; do
  python3 - "$echoic" $columns <<'PY' >out 2>err
import fcntl, os, pty, struct, sys, termios
pid, terminal = pty.fork()
if not pid:
    fcntl.ioctl(2, termios.TIOCSWINSZ, struct.pack('4H', 24, int(sys.argv[2]), 0, 0))
    os.execv(sys.argv[1], ['echoic', 'detect', 'm', 'a recording with a name of some length.wav', '-o', 'n.txt'])
text = b''
while True:
    try:
        more = os.read(terminal, 4096)
    except OSError:
        break
    text += more
lines = text.replace(b'\33[K', b'').split(b'\r')
status = os.waitpid(pid, 0)[1]
raise SystemExit(status or b'%' not in text or max(map(len, lines)) >= int(sys.argv[2]))
PY
  result $? "progress fits into $columns columns"
done

# --- interrupts: enough copies that it takes seconds
mkdir many many/1
for i in $(seq 200); do ln a.wav "many/1/$i.wav"; done
for i in $(seq 2 10); do cp -al many/1 "many/$i"; done
timeout -s TERM 0.4 "$echoic" detect m -r many --format csv -o many.csv 2>err
status=$?
if [ $status -eq 0 ]; then
  echo 'skip interrupt: it was done before'
else
  grep -q 'interrupted; [0-9]* of 2000' err &&
    { [ ! -e many.csv ] || [ "$(head -1 many.csv)" = "$(head -1 all.csv)" ]; }
  result $? 'an interrupt keeps what is finished'
fi

[ -z "$(find . -name '.echoic*')" ]
result $? 'no temporary file is left'
exit $bad
