#!/bin/bash
# Copyright 2026 Echoic authors
# SPDX-License-Identifier: ISC
#
# What recordings say of themselves: process and --clips keep it, so far as it
# still holds.  Lines "ok NAME", "not ok NAME".
set -u

echoic=$(realpath "${ECHOIC:-build/echoic}")
# shellcheck source=tests/sweeps.sh
. "$(dirname "$0")/sweeps.sh"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
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

make_pcm 16000 >a.pcm
make_wav a.pcm >a.wav
"$echoic" teach m --sound down a.wav:0-0.8 a.wav:2-2.8 >/dev/null 2>err

cat >wav.py <<'PY'
import struct

def chunk(name, data):
    return name + struct.pack('<I', len(data)) + data + b'\0' * (len(data) % 2)

def bext(history, time, version=2):
    text = lambda s, n: s.ljust(n, b'\0')
    return (text(b'Dawn chorus', 256) + text(b'Recorder', 32) + text(b'REF1', 32) +
            b'2024-05-0104:30:00' + struct.pack('<QH', time, version) + bytes(range(64)) +
            struct.pack('<5h', -2300, 500, -100, -2000, -2100) + bytes(180) + history)

def chunks(path):
    data = open(path, 'rb').read()
    large = data[:4] == b'RF64'
    size, = struct.unpack('<Q', data[20:28]) if large else struct.unpack('<I', data[4:8])
    assert size + 8 == len(data), f'{path}: says {size + 8} of {len(data)} bytes'
    found, at = [], 12
    while at < len(data):
        name, n = data[at:at + 4], struct.unpack('<I', data[at + 4:at + 8])[0]
        if large and name == b'data':
            n, = struct.unpack('<Q', data[28:36])
        assert at + 8 + n <= len(data), f'{path}: {name} is cut'
        found.append((name, data[at + 8:at + 8 + n]))
        at += 8 + n + n % 2
    return found

def time_of(path):
    return struct.unpack('<Q', dict(chunks(path))[b'bext'][338:346])[0]

cues = b''.join(struct.pack('<II4sIII', i, 1000 * i, b'data', 0, 0, 1000 * i) for i in range(1, 151))
label = b'adtl' + chunk(b'labl', struct.pack('<I', 1) + b'first\0')
tags = b'INFO' + b''.join(chunk(*tag) for tag in (
    (b'INAM', b'Title\0'), (b'IART', b'Artist\0'), (b'ICRD', b'2024-05-01\0'), (b'IKEY', b'wren; dawn\0'),
    (b'ISFT', b'Recorder 1.0\0')))
loops = struct.pack('<9I', 0, 0, 62500, 64, 0, 0, 0, 1, 0) + struct.pack('<6I', 0, 0, 1000, 50000, 0, 0)
more = [(b'iXML', b'<BWFXML><SCENE>12</SCENE></BWFXML>'), (b'LIST', tags),
        (b'cue ', struct.pack('<I', 150) + cues), (b'LIST', label), (b'smpl', loops),
        (b'cart', b'c' * 2048), (b'guan', b'GUANO|Version:1.0\nLoc Position: 51 1')]
history = b''.join(b'A=PCM,F=48000,W=24,M=stereo,T=machine %d\r\n' % i for i in range(40))
time = 16000 * 16200 + (3 << 32)
stale = [(b'levl', b'peaks of the samples'), (b'MD5 ', bytes(16)), (b'JUNK', bytes(99))]

def write(path, fmt, pcm, around=more):
    body = chunk(b'bext', bext(history, time)) + chunk(b'fmt ', fmt)
    body += chunk(b'PEAK', bytes(8 + 8 * fmt[2])) + b''.join(chunk(*c) for c in stale + around[:3]) + chunk(b'data', pcm)
    body += b''.join(chunk(*c) for c in around[3:])
    open(path, 'wb').write(b'RIFF' + struct.pack('<I', 4 + len(body)) + b'WAVE' + body)

def write_all():
    pcm = open('a.pcm', 'rb').read()
    write('b.wav', struct.pack('<HHIIHH', 1, 1, 16000, 32000, 2, 16), pcm)
    pcm = b''.join(pcm[i:i + 2] * 4 for i in range(0, len(pcm), 2))
    write('x.wav', struct.pack('<HHIIHHHHI', 0xFFFE, 4, 16000, 128000, 8, 16, 22, 16, 0x603) +
          bytes.fromhex('0100000000001000800000aa00389b71'), pcm)
PY

python() { python3 -c "from wav import *
$1" 2>err; }

python 'write_all()'
export PYTHONDONTWRITEBYTECODE=1

# Everything is there again, in its order, but for what says how samples were
kept="
def told(path):
    return [c for c in chunks(path) if c[0] not in (b'fmt ', b'fact', b'bext', b'data', b'ds64')]"
run process m b.wav o.wav --mode isolate && python "$kept
raise SystemExit(told('o.wav') != more)"
result $? 'chunks of WAV are kept: iXML, tags, cues, labels, loops, cart, GUANO'
python "
b = dict(chunks('o.wav'))[b'bext']
raise SystemExit(b[:348] != bext(history, time)[:348] or history not in b)"
result $? 'so is the broadcast chunk, with its time and all of its history'
python "
raise SystemExit(dict(chunks('o.wav'))[b'bext'][412:422] != struct.pack('<h', 0x7FFF) * 5)"
result $? 'but its loudness is not known any more'
run process m b.wav o.rf64 --mode isolate && python "$kept
raise SystemExit(told('o.rf64') != more or time_of('o.rf64') != time)"
result $? 'in RF64, too'
run process m o.rf64 back.wav --mode isolate && python "$kept
raise SystemExit(told('back.wav') != more or time_of('back.wav') != time)"
result $? 'and back in WAV'
run process m x.wav xo.wav --mode isolate && python "$kept
raise SystemExit(told('xo.wav') != more or dict(chunks('xo.wav'))[b'fmt '][20:24] != b'\\3\\6\\0\\0')"
result $? 'channels belong where they did'
run process m b.wav o.flac --mode isolate && grep -qaiF 'title=Title' o.flac &&
  grep -qaiF 'artist=Artist' o.flac && grep -qaiF 'date=2024-05-01' o.flac
result $? 'FLAC has the tags'
run process m o.flac f.wav --mode isolate && python "
raise SystemExit(chunk(b'INAM', b'Title\\0') not in dict(chunks('f.wav'))[b'LIST'])"
result $? 'and WAV of it, too'
run process m a.wav p.wav --mode isolate && python "$kept
raise SystemExit(told('p.wav') != [])"
result $? 'what says nothing stays so'

# Clips say when they begin
run detect m b.wav -f csv --clips clips --clip-pad 0.1 && python "
import glob
for path in glob.glob('clips/*.wav'):
    onset = round(float(path.split('_')[1]) * 16000)
    c = dict(chunks(path))
    assert time_of(path) == time + onset - 1600, path
    assert chunk(b'INAM', b'Title\\0') in c[b'LIST'] and b'cue ' not in c and b'smpl' not in c"
[ $? -eq 0 ] && [ -n "$(ls clips)" ]
result $? 'clips have tags and the time at which they begin'
run detect m x.wav -f csv --clips wide && python "
import glob
for path in glob.glob('wide/*.wav'):
    assert dict(chunks(path))[b'fmt '][20:24] == b'\\3\\6\\0\\0', path"
[ $? -eq 0 ] && [ -n "$(ls wide)" ]
result $? 'and their channels belong where they did'
run detect m x.wav -f csv --clips one --channel each
result $? 'one channel by itself'

# Chunks that lie about their size, and one cut at every byte of its end
python "
write('lie.wav', struct.pack('<HHIIHH', 1, 1, 16000, 32000, 2, 16), open('a.pcm', 'rb').read(),
      more + [(b'last', b'12345678')])
data = open('lie.wav', 'rb').read()
for n in range(1, 24):
    open(f'cut{n}.wav', 'wb').write(data[:-n])
open('lie.wav', 'wb').write(data[:-12] + struct.pack('<I', 5000000) + data[-8:])"
status=1
for name in lie $(seq -f 'cut%g' 23); do
  run process m "$name.wav" l.wav --mode isolate
  status=$?
  [ $status -eq 0 ] && python "$kept
raise SystemExit(told('l.wav') not in (more[:6], more, more + [(b'last', b'')]))"
  status=$?
  [ $status -eq 0 ] || break
done
result $status "chunks that lie about their size ($name)"

# A part of a list that would begin before itself: libsndfile doesn't come to its end
python "
for big, name in (('<', b'RIFF'), ('>', b'RIFX')):
    size = lambda n: struct.pack(big + 'I', n)
    part = b'Ixyz' + size(0xFFFFFFF8)
    body = b'fmt ' + size(16) + struct.pack(big + 'HHIIHH', 1, 1, 16000, 32000, 2, 16)
    body += b'LIST' + size(40) + b'INFO' + part + bytes(28) + b'data' + size(200) + bytes(200)
    open(f'{name.decode()}.wav', 'wb').write(name + size(len(body) + 4) + b'WAVE' + body)"
for from in RIFF.wav RIFX.wav '- <RIFF.wav' '- <RIFX.wav'; do
  eval "run detect m $from"
  [ $? -eq 2 ] && grep -q 'damaged: a part of its LIST' err
  status=$?
  [ $status -eq 0 ] || break
done
result $status "a list without an end ($from)"

[ -z "$(find . -name '.echoic*')" ]
result $? 'no temporary file is left'
exit $bad
