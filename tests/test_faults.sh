#!/bin/bash
# Copyright 2026 Echoic authors
# SPDX-License-Identifier: ISC
#
# Files that aren't what they should be, in every way that happens: cut short
# anywhere, not readable, no files at all, larger than 4 GiB, half a day long,
# full of what isn't sound; and disks that are full or may not be written to.
# Expected is the right result, or a sentence and exit status 2; and no file that
# is only half written.  Lines "ok NAME", "not ok NAME", "skip NAME: why".
set -u

echoic=$(realpath "${ECHOIC:-build/echoic}")
# shellcheck source=tests/sweeps.sh
. "$(dirname "$0")/sweeps.sh"
dir=$(mktemp -d)
mounted=no
trap 'cd /; [ $mounted = no ] || umount "$dir/disk"; rm -rf "$dir"' EXIT
cd "$dir" || exit 1
bad=0

result() { # result STATUS NAME
  if [ "$1" -eq 0 ]; then
    echo "ok $2"
  else
    echo "not ok $2: exit status ${status-}"
    head -c 1000 err | sed 's/^/# /'
    bad=1
  fi
}

run() { # sets status
  timeout 120 "$echoic" "$@" >out 2>err </dev/null
  status=$?
}

# refused: the last run said so in one line, and wrote nothing
refused() {
  [ "$status" -eq 2 ] && [ "$(wc -l <err)" -eq 1 ] && grep -q '^echoic: ' err && [ ! -s out ] &&
    [ -z "$(find . -name '.echoic-*' -o -name '*.part' -o -name 'new*')" ]
}

# says NAME WORDS ARGUMENT...: it is refused with WORDS
says() {
  local name=$1 words=$2
  shift 2
  run "$@"
  refused && grep -qF -- "$words" err
  result $? "$name"
}

# finds_all PAST: the CSV in out has the six falling sweeps, PAST seconds later
finds_all() {
  awk -F, -v past="$1" '$2 == "down" { t = $3 - past; k = int(t); u = t - k
    ++n; good += k % 2 == 0 && u > 0.2 && u < 0.45 }
    END { exit !(good == 6 && n == 6) }' out
}

make_pcm 16000 >a.pcm
make_wav a.pcm >a.wav
head -c 64000 a.pcm >s.pcm
make_wav s.pcm >s.wav
"$echoic" teach m --sound down a.wav:0-0.8 a.wav:2-2.8 >/dev/null 2>err
cp m before
run detect m a.wav --format csv
tail -n +2 out | cut -d, -f2- >all

# --- cut short at every 512 bytes
step=512
[ -z "${ECHOIC_SANITIZED-}" ] || step=4096
python3 - <<'PY' # AIFF and AU of the same samples
import struct
pcm = open('s.pcm', 'rb').read()
big = b''.join(pcm[i + 1:i + 2] + pcm[i:i + 1] for i in range(0, len(pcm), 2))
rate = struct.pack('>HQ', 16383 + 13, 16000 << (63 - 13))
comm = struct.pack('>hIh', 1, len(pcm) // 2, 16) + rate
body = b'AIFFCOMM' + struct.pack('>I', len(comm)) + comm
body += b'SSND' + struct.pack('>III', len(big) + 8, 0, 0) + big
open('s.aiff', 'wb').write(b'FORM' + struct.pack('>I', len(body)) + body)
open('s.au', 'wb').write(struct.pack('>4sIIIII', b'.snd', 24, len(big), 3, 16000, 1) + big)
PY
"$echoic" process m s.wav s.flac --mode duck --depth 0 >/dev/null 2>err
for kind in wav aiff au flac; do
  size=$(wc -c <s.$kind)
  n=0
  wrong=''
  for ((at = 0; at < size; at += step)); do
    head -c $at s.$kind >cut.$kind
    run detect m cut.$kind -o new
    refused || wrong="$wrong $at"
    n=$((n + 1))
  done
  [ -z "$wrong" ] && [ $n -gt 3 ]
  result $? "$kind cut short: $n times${wrong:+, wrong at$wrong}"
  run process m cut.$kind new.wav --mode mute
  refused
  result $? "$kind cut short isn't processed"
  run teach m --sound x cut.$kind
  refused && cmp -s m before
  result $? "$kind cut short teaches nothing"
done

# --- lossy recordings, whose lengths libsndfile only guesses: MP3 with and without
# a header that counts frames, of constant and variable rate; tags at the end
if command -v ffmpeg >/dev/null; then
  lossy() { ffmpeg -nostdin -loglevel error -y -i a.wav "$@" 2>err; }
  lossy -q:a 4 counted.mp3
  lossy -b:a 64k -write_xing 0 -id3v2_version 0 -write_id3v1 1 -metadata title=x constant.mp3
  lossy -q:a 2 -write_xing 0 variable.mp3
  lossy constant.mp2
  lossy -c:a libvorbis vorbis.ogg
  lossy -c:a libopus opus.ogg
  cat counted.mp3 variable.mp3 >twice.mp3
  (cat variable.mp3; head -c 5000 /dev/zero) >filled.mp3
  (cat constant.mp3; printf 'LYRICSBEGIN%0500dLYRICS200' 0) >tagged.mp3
  head -c 300000 /dev/zero | tr '\0' x >cover
  (printf 'ID3\3\0\0\0\22\47\140'; cat cover variable.mp3) >cover.mp3
  for lossy in counted.mp3 constant.mp3 variable.mp3 constant.mp2 vorbis.ogg opus.ogg \
    filled.mp3 tagged.mp3 cover.mp3; do
    run detect m $lossy --format csv
    [ "$status" -eq 0 ] && [ ! -s err ] && finds_all 0
    result $? "$lossy is whole"
    run process m $lossy new.wav --mode mute
    [ "$status" -eq 0 ] && [ "$(wc -c <new.wav)" -gt 700000 ] && [ ! -s err ]
    result $? "$lossy is processed"
    rm -f new.wav
  done
  run detect m twice.mp3 --format csv
  [ "$status" -eq 0 ] && [ ! -s err ] && [ "$(wc -l <out)" -eq 13 ]
  result $? 'two MP3 files in one are heard to the end'
  for lossy in counted.mp3 constant.mp3 variable.mp3 constant.mp2 vorbis.ogg opus.ogg; do
    size=$(wc -c <$lossy)
    n=0
    wrong=''
    part=$((size / 9 | 1)) # Never between two frames: nothing tells of that without a count
    for ((at = part; at < size - 128; at += part)); do
      head -c $at $lossy >cut.$lossy
      run detect m cut.$lossy -o new
      refused && grep -q "^echoic: cut.$lossy: damaged after .* (the file is cut off)" err ||
        wrong="$wrong $at"
      n=$((n + 1))
    done
    [ -z "$wrong" ] && [ $n -ge 7 ]
    result $? "$lossy cut short: $n times${wrong:+, wrong at$wrong}"
    says "$lossy cut short isn't processed" "cut.$lossy: damaged after" \
      process m cut.$lossy new.wav --mode mute
    says "$lossy cut short teaches nothing" "cut.$lossy: damaged after" \
      teach m --sound x cut.$lossy
    # shellcheck disable=SC2002 # a pipe can't be sought in
    cat cut.$lossy | timeout 60 "$echoic" detect m - -o new >out 2>err
    status=${PIPESTATUS[1]}
    refused && grep -q 'cut off' err
    result $? "$lossy cut short in a pipe"
  done
  python3 - <<'PY' # Parts of Ogg, as of a saved broadcast, too; zeros in MP3
ogg = open('vorbis.ogg', 'rb').read()
last = ogg.rindex(b'OggS')
open('saved.ogg', 'wb').write(ogg[:last])
open('page.ogg', 'wb').write(ogg[:(last + len(ogg)) // 2])
open('first.ogg', 'wb').write(ogg[:1000])
mp3 = open('variable.mp3', 'rb').read()
half = len(mp3) // 2
open('spoilt.mp3', 'wb').write(mp3[:half] + bytes(5000) + mp3[half:])
PY
  says 'Ogg without half its last page' 'page.ogg: damaged after' detect m page.ogg
  run detect m saved.ogg --format csv
  [ "$status" -le 1 ] && [ ! -s err ]
  result $? 'Ogg without a mark of its end is heard'
  if [ -z "${ECHOIC_SANITIZED-}" ]; then
    says 'Ogg cut off in its headers' 'first.ogg: damaged (' detect m first.ogg
  else
    echo 'skip Ogg cut off in its headers: libsndfile leaks there'
  fi
  tail -c +1000 constant.mp3 >middle.mp3
  run detect m middle.mp3 --format csv
  [ "$status" -eq 0 ] && [ ! -s err ]
  result $? 'MP3 that begins amid a frame is heard'
  says 'zeros in MP3, and no words of its decoder' 'spoilt.mp3: damaged after' detect m spoilt.mp3
  timeout 60 "$echoic" detect m cut.counted.mp3 counted.mp3 cut.opus.ogg -j 3 --format csv >out 2>err
  [ $? -eq 2 ] && [ "$(wc -l <err)" -eq 2 ] && finds_all 0
  result $? 'the others go on'
else
  echo 'skip lossy recordings: ffmpeg is not installed'
fi

# --- bytes changed in the middle; decoders go on behind them
python3 - <<'PY'
flac = bytearray(open('s.flac', 'rb').read())
flac[len(flac) // 2:len(flac) // 2 + 8] = b'\xA5' * 8
open('spoilt.flac', 'wb').write(flac)
PY
says 'a spoilt FLAC to detect' 'spoilt.flac: damaged' detect m spoilt.flac
says 'a spoilt FLAC to process' 'spoilt.flac: damaged' \
  process m spoilt.flac new.wav --mode mute
says 'a spoilt FLAC to teach' 'spoilt.flac: damaged' teach m --sound x spoilt.flac

for kind in wav au; do
  head -c 40000 s.$kind >short
  # shellcheck disable=SC2002 # a pipe can't be sought in
  cat short | timeout 60 "$echoic" detect m - -o new >out 2>err
  status=${PIPESTATUS[1]}
  refused && grep -q 'cut off' err
  result $? "$kind cut short in a pipe"
  rm -f new
done
size=$(wc -c <m)
wrong=''
for ((at = 0; at < size; at += step)); do
  head -c $at m >short
  run detect short s.wav -o new
  refused || wrong="$wrong $at"
  run teach short --sound x a.wav:0-0.8
  refused && [ "$(wc -c <short)" -eq $at ] || wrong="$wrong $at"
done
[ -z "$wrong" ]
result $? "model cut short${wrong:+, wrong at$wrong}"

# --- what is no file, or not to be read
mkdir folder
mkfifo fifo
: >empty
says 'a folder to detect' 'directory' detect m folder
says 'a folder to process' 'directory' process m folder new.wav --mode mute
says 'a folder to teach' 'directory' teach m --sound x folder
says 'a folder for a model' 'directory' info folder
says 'a folder to write to' 'irectory' teach folder --sound x a.wav:0-0.8
says 'a folder to process to' 'irectory' process m a.wav folder --mode mute
says 'an empty model' '0 bytes' detect empty a.wav
says 'an empty recording' '0 bytes' process m empty new.wav --mode mute
says 'an empty example' '0 bytes' teach m --sound x empty
cat a.wav >fifo &
run detect m fifo --format csv
[ $status -eq 0 ] && cut -d, -f2- out | tail -n +2 | cmp -s all -
result $? 'a recording from a FIFO'
cat m >fifo &
run detect fifo a.wav --format csv
[ $status -eq 0 ] && cut -d, -f2- out | tail -n +2 | cmp -s all -
result $? 'a model from a FIFO'
: >fifo &
run detect m fifo
refused
result $? 'a FIFO that nothing comes out of'
if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
  cp "$echoic" own && chmod 755 . own
  as_nobody() {
    timeout 60 setpriv --reuid=65534 --regid=65534 --clear-groups "$dir/own" "$@" >out 2>err </dev/null
    status=$?
  }
else
  as_nobody() { run "$@"; }
fi
cp a.wav locked.wav && cp m locked && chmod 000 locked.wav locked
chmod 644 m a.wav
as_nobody detect m locked.wav
refused && grep -q 'Permission denied' err
result $? 'a recording that may not be read'
as_nobody detect locked a.wav
refused && grep -q 'Permission denied' err
result $? 'a model that may not be read'
if [ "$(id -u)" -eq 0 ]; then
  as_nobody teach m --sound x a.wav:0-0.8
  refused && grep -q 'Permission denied' err && cmp -s m before
  result $? 'a model that may not be written'
  as_nobody detect m a.wav -o new
  refused && grep -q 'Permission denied' err
  result $? 'a folder that may not be written to'
fi

# --- outputs over what is read
python3 - <<'PY' # The weights of an LSTM, and frames for it
import json, struct
def tensors(name, shapes):
    head, at = {}, 0
    for key, shape in shapes.items():
        n = 4 * shape[0] * (shape[1] if len(shape) > 1 else 1)
        head[key] = {'dtype': 'F32', 'shape': shape, 'data_offsets': [at, at + n]}
        at += n
    text = json.dumps(head).encode()
    open(name, 'wb').write(struct.pack('<Q', len(text)) + text + bytes(at))
tensors('weights', {'weight_ih_l0': [8, 2], 'weight_hh_l0': [8, 2], 'bias_ih_l0': [8], 'bias_hh_l0': [8]})
tensors('frames', {'in.x': [3, 2]})
PY
for f in weights frames m; do cp $f $f.kept; done
run convert weights -o graph
[ $status -eq 0 ] && cp graph graph.kept
result $? 'weights are converted'
says 'convert over the weights' 'read by this command' convert weights -o weights
ln weights alias
says 'convert over the weights by another name' 'read by this command' convert weights -o alias
says 'run over the input' 'read by this command' run graph frames -o frames
says 'run over the graph' 'read by this command' run graph frames -o graph
says 'detect over the model' 'read by this command' detect m a.wav -o m
mkdir -p bench/audio
printf '%s\n' set,k,file,onset_s,offset_s,label a,1,a.wav,0,0.8,down >bench/examples.csv
printf '%s\n' test_file,example_set,labels,condition,tol_s,dur_s \
  a.wav,a,down,all,0.05,12 >bench/episodes.csv
echo 'file,onset_s,offset_s,label' >bench/annotations.csv
cp a.wav bench/audio/
cp bench/annotations.csv annotations
for option in -o --sweep --report; do
  says "eval $option over annotations" 'read by this command' \
    eval bench $option bench/annotations.csv
done
cmp -s annotations bench/annotations.csv
result $? 'annotations are intact'
cp a.pcm raw.txt
says 'detect over raw PCM' 'read by this command' detect m raw.txt --raw s16le:16000:1 -o .
cmp -s a.pcm raw.txt
result $? 'raw PCM is intact'
for f in weights frames m graph; do
  cmp -s $f $f.kept
  result $? "$f is intact"
done
mkfifo pipe
says 'process into a pipe' 'needs files' process m a.wav pipe --mode mute
timeout 60 "$echoic" info - <m >out 2>err
status=$?
[ $status -eq 0 ] && grep -q '^down: 1\|^down: 2' out
result $? 'info of standard input'

# --- names
long=$(printf 'l\303\266ng%.0s' $(seq 48))
mkdir -p "$long/$long"
says 'a long path' 'No such file or directory' detect m "$long/$long/none.wav"
says 'a long path to write to' 'choose another place' detect m a.wav -o "$long/$long/none/x"
iconv -f UTF-8 -t UTF-8 err >/dev/null
result $? 'what is left of a long path is UTF-8'
says 'a name of two lines' 'a?b' detect m "$(printf 'a\nb')"
says 'no name' "''" detect m ''
mkdir -p same/{1..40}
for i in {1..40}; do ln a.wav "same/$i/rec.wav"; done
ln a.wav same/40/rec-3.wav
mkdir names
run detect m -r same -o names -j 2
[ $status -eq 0 ] && [ "$(find names -name 'rec*.txt' | wc -l)" -eq 41 ] && [ -e names/rec-3-2.txt ]
result $? 'recordings of one name have outputs of many'
ln -s nowhere.wav same/dead.wav
ln -s nowhere.txt same/dead.txt
run detect m -r same -f csv
[ $status -eq 2 ] && [ "$(wc -l <err)" -eq 1 ] && grep -q 'same/dead.wav: .*No such file' err
result $? 'a link to nothing is told of'
(ulimit -f 20; run process m a.wav new.wav --mode mute
  refused && grep -q 'File too large; free some space' err)
result $? 'a limit to the size of files'

# --- sound that is none
python3 - <<'PY'
import math, struct
def wav(name, samples, rate=16000, code=3, form='<%df', bits=32):
    data = struct.pack(form % len(samples), *samples)
    open(name, 'wb').write(struct.pack('<4sI8sIHHIIHH4sI', b'RIFF', 36 + len(data), b'WAVEfmt ', 16,
        code, 1, rate, rate * bits // 8, bits // 8, bits, b'data', len(data)) + data)
n = 32000
tone = [math.sin(0.3 * i) for i in range(n)]
wav('nan.wav', [math.nan] * n)
wav('inf.wav', [math.inf if i % 2 else -math.inf for i in range(n)])
wav('tiny.wav', [1e-41 * x for x in tone])
wav('huge.wav', [3e38 * x for x in tone])
wav('dc.wav', [0.9] * n)
wav('clipped.wav', [max(-1.0, min(1.0, 100.0 * x)) for x in tone])
wav('mixed.wav', [math.nan if i % 100 == 7 else x for i, x in enumerate(tone)])
PY
for kind in nan inf tiny huge dc clipped mixed; do
  run detect m $kind.wav --format jsonl
  { [ $status -eq 0 ] || [ $status -eq 1 ]; } && ! grep -qi 'nan\|inf' out
  result $? "$kind is heard"
  cp m t
  run teach t --sound x $kind.wav:0.5-1
  if [ $status -eq 0 ]; then
    run detect t a.wav --format csv
    [ $status -eq 0 ] && finds_all 0
  else
    refused && cmp -s t m
  fi
  result $? "$kind is taught, or refused: $(head -c 100 err)"
done

# --- long ones
silence() { head -c "$1" /dev/zero; }
day=$((24 * 3600 * 16000)) # Bytes of 8 kHz
[ -z "${ECHOIC_SANITIZED-}" ] || day=$((day / 48))
make_pcm 8000 >low.pcm
{ silence $day && cat low.pcm; } | timeout 300 "$echoic" detect m --raw s16le:8000:1 - \
  --format csv >out 2>err
status=$?
[ $status -eq 0 ] && finds_all $((day / 16000))
result $? "after $((day / 16000)) s of silence all is heard as ever"
silence $((day / 24)) | timeout 300 "$echoic" live m --raw s16le:8000:1 - >out 2>err
status=$?
[ $status -eq 1 ] && [ ! -s out ]
result $? "$((day / 384000)) s of silence are silent, live"

{ cat low.pcm; silence 10560000; cat low.pcm; } >long.pcm # 12 s, 660 s, 12 s
run teach bg --raw s16le:8000:1 --sound down long.pcm:0-0.8 long.pcm:2-2.8 long.pcm:672-672.8 \
  --background long.pcm
[ $status -eq 0 ] && grep -q '^down *3' out
result $? 'examples in a long file that is background, too'
run info bg
grep -qE '^Keeps 2 clips of what was heard, 60[0-9]\.' out
result $? 'of which ten minutes are kept'
run teach bg --raw s16le:8000:1 --sound down --background long.pcm
[ $status -eq 0 ]
result $? 'a long file as background'
rm -f long.pcm

# 64 channels of floats, the sound in the last one, after 4 GiB of nothing
if [ -n "${ECHOIC_SANITIZED-}" ]; then
  echo 'skip files over 4 GiB: too slow under sanitizers'
else
  python3 - <<'PY'
import array, struct
sound = array.array('h', open('s.pcm', 'rb').read())
rate, width = 16000, 64 * 4
n_before = (1 << 32) // width + 1000
n = n_before + len(sound)
size = n * width
fmt = struct.pack('<HHIIHH', 3, 64, rate, rate * width, width, 32)
tail = array.array('f', bytes(len(sound) * width))
for i, x in enumerate(sound):
    tail[64 * i + 63] = x / 32768
def write(name, head):
    with open(name, 'wb') as f:
        f.write(head)
        f.seek(len(head) + n_before * width)
        f.write(tail.tobytes())
ds64 = struct.pack('<QQQI', size + 72, size, n, 0)
write('big.rf64', b'RF64' + b'\xff' * 4 + b'WAVE' + b'ds64' + struct.pack('<I', 28) + ds64 +
      b'fmt ' + struct.pack('<I', 16) + fmt + b'data' + b'\xff' * 4)
guid = bytes.fromhex('f3acd3118cd100c04f8edb8a')
write('big.w64', b'riff' + bytes.fromhex('2e91cf11a5d628db04c10000') + struct.pack('<Q', size + 104) +
      b'wave' + guid + b'fmt ' + guid + struct.pack('<Q', 40) + fmt + b'data' + guid +
      struct.pack('<Q', size + 24))
PY
  for kind in rf64 w64; do
    run detect m big.$kind --channel 64 --format csv
    [ $status -eq 0 ] && tail -n +2 out | awk -F, '
      { t = $3 - ((2 ^ 32) / 256 + 1000) / 16000; good += t > 0.2 && t < 0.45 }
      END { exit !(good == 1 && NR == 1) }'
    result $? "$kind of more than 4 GiB"
    rm -f big.$kind
  done
fi

# --- disks that take nothing
outputs() { # outputs WORDS: every command that writes is refused with WORDS
  local words=$1
  says "$words: detect" "$words" detect m a.wav -o disk/new
  says "$words: MIDI" "$words" detect m a.wav --format midi -o disk/new
  says "$words: process" "$words" process m a.wav disk/new.wav --mode mute
  says "$words: FLAC" "$words" process m a.wav disk/new.flac --mode mute
  says "$words: teach" "$words" teach disk/new --sound x a.wav:0-0.8
  says "$words: refine" "$words" teach disk/m --sound x a.wav:0-0.8
  cmp -s m disk/m
  result $? "$words: the model is as it was"
  says "$words: report" "$words" report m a.wav -o disk/new.html
  run detect m a.wav --clips disk/new
  [ $status -eq 2 ] && [ -z "$(find disk -name '*.wav' -o -name '.echoic-*')" ]
  result $? "$words: clips"
  rm -rf disk/new
  run live m a.wav --record disk/r.wav
  [ $status -eq 2 ] && ! grep -q 'AddressSanitizer' err
  result $? "$words: live recording"
  rm -f disk/r.wav
  run live m a.wav --clips disk/c
  [ $status -eq 2 ] && [ -z "$(find disk -name '*.wav' -o -name '.echoic-*')" ]
  result $? "$words: live clips"
  rm -rf disk/c
}
if [ "$(id -u)" -eq 0 ] && mkdir disk && mount -t tmpfs -o size=200k tmpfs disk 2>/dev/null; then
  mounted=yes
  cp m disk/m
  head -c 1000000 /dev/zero >disk/rest 2>/dev/null
  outputs 'No space left'
  mount -o remount,ro disk
  outputs 'Read-only file system'
  umount disk
  mounted=no
else
  echo 'skip full disk, read-only disk: needs root and the right to mount'
fi
says 'nothing to be written to' '/dev/full' process m a.wav /dev/full --mode mute
says 'a report to nowhere' '/dev/full' report m a.wav -o /dev/full
cmp -s m before
result $? 'after all this the model is as it was'
exit $bad
