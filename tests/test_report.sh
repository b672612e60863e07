#!/bin/sh
# Copyright 2026 Echoic authors
# SPDX-License-Identifier: ISC
#
# echoic report and echoic info: pages are whole, self-contained and escape
# what users named; figures are there for people and machines.
set -u
echoic=${ECHOIC:-build/echoic}
shared=${ECHOIC_SHARED:-../shared}
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
failed=0
model=$tmp/m.echoic.safetensors
sound='<b>hiss & "x"'

report() { # STATUS NAME
  if [ "$1" -eq 0 ]; then echo "ok $2"; else
    echo "not ok $2"
    failed=1
  fi
}

refuses() { # NAME WHAT COMMAND ARGUMENT...
  name=$1
  what=$2
  shift 2
  "$echoic" "$@" >"$tmp/out" 2>"$tmp/err" </dev/null
  status=$?
  [ "$status" -eq 2 ] && [ ! -s "$tmp/out" ] &&
    [ "$(wc -l <"$tmp/err")" -eq 1 ] && grep -qF -- "$what" "$tmp/err"
  result=$?
  [ "$result" -eq 0 ] || { echo "# status $status"; sed 's/^/# /' "$tmp/err"; }
  report "$result" "$name"
}

byte() { printf "\\$(printf %03o "$1")"; }

word() { # little-endian
  byte $(($1 % 256))
  byte $(($1 / 256 % 256))
  byte $(($1 / 65536 % 256))
  byte $(($1 / 16777216))
}

# 8 kHz, 16 bit: four seconds of silence with bursts of noise at 0.5 s, 2 s, 3 s
noise() { seq "$1" 99999 | gzip -nc | tail -c +100 | head -c 2400; }
silence() { head -c "$1" /dev/zero; }
{
  silence 8000
  noise 1
  silence 21600
  noise 1
  silence 13600
  noise 1
  silence 13600
} >"$tmp/samples"
size=$(wc -c <"$tmp/samples")
{
  printf 'RIFF'
  word $((size + 36))
  printf 'WAVEfmt '
  word 16
  word 65537 # PCM, one channel
  word 8000
  word 16000
  word 1048578 # 2 bytes a frame, 16 bits
  printf 'data'
  word "$size"
  cat "$tmp/samples"
} >"$tmp/a.wav"

"$echoic" teach "$model" --exact --sound "$sound" "$tmp/a.wav:0.5-0.65" \
  >/dev/null 2>"$tmp/err"
report $? "teach a model to show"

"$echoic" report "$model" "$tmp/a.wav" -o "$tmp/a.html"
report $? "write a page"
page=$tmp/a.html
{ head -c 15 "$page" | grep -q '<!DOCTYPE html>' && tail -n 1 "$page" |
  grep -q '</html>'; }
report $? "the page is whole"
! grep -Eq '(src|href)="?(https?:|//|file:)|@import|<script|url\(' "$page"
report $? "the page loads nothing"
grep -qF '&lt;b&gt;hiss &amp; &quot;x&quot;' "$page" && ! grep -qF '<b>hiss' "$page"
report $? "names are escaped"
n=$("$echoic" detect "$model" "$tmp/a.wav" --format csv | tail -n +2 | wc -l)
rows=$(grep -c '^<tr><td>[0-9]' "$page")
[ "$n" -ge 3 ] && [ "$rows" -eq "$n" ]
report $? "the table lists what detect finds ($n)"
"$echoic" report "$model" "$tmp/a.wav" | cmp - "$page"
report $? "standard output, the same bytes again"

if command -v python3 >/dev/null; then
  python3 - "$page" <<'PYTHON'
import base64, re, struct, sys, zlib
from html.parser import HTMLParser
page = open(sys.argv[1], encoding='utf-8').read()
png = base64.b64decode(re.search(r'data:image/png;base64,([^"]+)"', page)[1], validate=True)
assert png[:8] == b'\x89PNG\r\n\x1a\n'
at, data, kinds = 8, b'', []
while at < len(png):
    n, kind = struct.unpack('>I4s', png[at:at + 8])
    body = png[at + 8:at + 8 + n]
    assert struct.unpack('>I', png[at + 8 + n:at + 12 + n])[0] == zlib.crc32(kind + body)
    kinds.append(kind)
    if kind == b'IHDR': width, height = struct.unpack('>II', body[:8])
    if kind == b'IDAT': data += body
    at += 12 + n
pixels = zlib.decompress(data)
assert kinds == [b'IHDR', b'PLTE', b'IDAT', b'IEND'], kinds
assert len(pixels) == (width + 1) * height and width > 700, (width, height)
rows = [pixels[i * (width + 1):(i + 1) * (width + 1)] for i in range(height)]
assert all(r[0] == 0 for r in rows)
loud = sum(r[1 + round(.57 / 4 * width)] for r in rows) / height
quiet = sum(r[1 + round(1.5 / 4 * width)] for r in rows) / height
assert loud > 150 and quiet < 20, (loud, quiet)

class Balance(HTMLParser):
    stack = []
    def handle_starttag(self, tag, attrs):
        if tag not in ('meta', 'img', 'br', 'tr', 'td', 'th', 'thead', 'tbody'): self.stack.append(tag)
    def handle_startendtag(self, tag, attrs): pass
    def handle_endtag(self, tag):
        if tag not in ('tr', 'thead', 'tbody'): assert self.stack.pop() == tag, tag
b = Balance(); b.feed(page); b.close()
assert not b.stack, b.stack
PYTHON
  report $? "the image shows the bursts, the elements are balanced"
else
  echo "skip image: python3 isn't installed"
fi

head -c 64044 /dev/zero >"$tmp/zero"
{ head -c 44 "$tmp/a.wav"; head -c "$size" "$tmp/zero"; } >"$tmp/silent.wav"
"$echoic" report "$model" "$tmp/silent.wav" -o "$tmp/silent.html"
[ $? -eq 1 ] && grep -q 'None of the taught sounds' "$tmp/silent.html"
report $? "nothing found: a page that says so, status 1"

refuses "missing model" "$tmp/none: can't be opened" report "$tmp/none" "$tmp/a.wav"
refuses "missing recording" "$tmp/none.wav: " report "$model" "$tmp/none.wav" \
  -o "$tmp/x.html"
refuses "channel that isn't there" "no channel 2" report "$model" "$tmp/a.wav" \
  --channel 2 -o "$tmp/x.html"
[ ! -e "$tmp/x.html" ]
report $? "no page where there was an error"
refuses "page over the recording" "is read by this command" report "$model" \
  "$tmp/a.wav" -o "$tmp/a.wav"
refuses "too few arguments" "needs a model and a recording" report "$model"
if [ -w /dev/full ]; then
  "$echoic" report "$model" "$tmp/a.wav" >/dev/full 2>"$tmp/err"
  [ $? -eq 2 ] && grep -q "can't be written: No space" "$tmp/err"
  report $? "full disk: status 2 and a sentence"
fi

"$echoic" info "$model" >"$tmp/info.txt" &&
  grep -qF "$sound: 1 example, MIDI note" "$tmp/info.txt" &&
  grep -q 'example: .*a.wav, 0.500 to 0.650 s' "$tmp/info.txt" &&
  grep -q 'threshold' "$tmp/info.txt" && grep -q 'score: perceptron' "$tmp/info.txt"
report $? "info in words"
if command -v python3 >/dev/null; then
  "$echoic" info "$model" --json | python3 -c '
import json, os, sys
i = json.load(sys.stdin); s, = i["sounds"]
assert s["name"] == sys.argv[1] and s["n_examples"] == 1 == len(s["examples"])
assert abs(s["examples"][0]["start_s"] - .5) < 1e-3 and s["threshold"] > 0
assert i["bytes"] == os.path.getsize(sys.argv[2]) and i["min_rate_hz"] <= 8000
assert i["nodes"][-1]["width"] == 1 and sum(n["bytes"] for n in i["nodes"]) == i["graph_bytes"]
' "$sound" "$model"
  report $? "info for machines"
fi
refuses "info of what is no model" "$tmp/a.wav: " info "$tmp/a.wav"

if [ -d "$shared/bench" ]; then
  "$echoic" eval "$shared/bench/repeat" --report "$tmp/eval.html" >/dev/null &&
    tail -n 1 "$tmp/eval.html" | grep -q '</html>' &&
    grep -q 'alarm-clock-elapsed' "$tmp/eval.html" &&
    [ "$(grep -c '<figure>' "$tmp/eval.html")" -eq 4 ] &&
    ! grep -Eq 'nan|inf,|<script|https?:' "$tmp/eval.html"
  report $? "page of an evaluation"
else
  echo "skip evaluation: no benchmark in $shared (set ECHOIC_SHARED)"
fi
exit $failed
