#!/bin/bash
# Copyright 2026 Echoic authors
# SPDX-License-Identifier: ISC
#
# Out of memory anywhere: each command is run again and again, and each time
# another of its allocations fails (tests/alloc_fail.h), alone or with all that
# follow.  It says so in a sentence, with exit status 2, and every file is as it
# was; or it does without and gives the same result.  Lines "ok NAME", "not ok
# NAME", "skip NAME: why".
set -u

fails=$(realpath "${ECHOIC:-build/echoic}" | sed 's|[^/]*$|tests/echoic_fails|')
# shellcheck source=tests/sweeps.sh
. "$(dirname "$0")/sweeps.sh"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
bad=0
declare -A tried
export ASAN_OPTIONS=exitcode=99:allocator_may_return_null=1

# renew: the files as they were, if a run has changed them
renew() {
  diff -r fresh work >/dev/null 2>&1 || { rm -rf work && cp -r fresh work; }
}

# once VARIABLE=VALUE ARGUMENT...: run in work; sets status and said
once() {
  touch started
  (cd work && exec env "$1" "$fails" "${@:2}" >../out 2>../err </dev/null)
  status=$?
  mapfile -t said <err
}

# whole: nothing that was there is changed, nothing new is other than it is to be
whole() {
  local file
  diff -rq fresh work 2>&1 | grep -v '^Only in work' >changed
  [ ! -s changed ] || return 1
  while read -r file; do
    cmp "good/${file#*/}" "$file" || return 1
  done < <(find work -type f -newer started) >changed 2>&1
}

# bears HOW ARGUMENT...: with that allocation failing it ends as it should
bears() {
  local how=$1
  shift
  once "ECHOIC_ALLOC_FAIL=$how" "$@"
  if [ "$status" -eq 2 ] && [ ${#said[@]} -eq 1 ] && [[ ${said[0],,} == *memory* ]] && whole; then
    renew
    return
  fi
  if [ "$status" -eq "$wanted" ] && diff -r good work >changed 2>&1 && cmp -s out.good out; then
    renew
    return
  fi
  echo "# allocation $how: exit status $status: ${said[*]:0:20}"
  cut -c1-200 changed | head -n 5 | sed 's/^/# /'
  renew
  return 1
}

# all NAME ARGUMENT...: fail each allocation of the command in turn, with some of
# them all that follow, too; but those that others of the same callers stand for
all() {
  local name=$1 at n=0 k=0 wrong=0
  shift
  renew
  once ECHOIC_ALLOC_LOG=../log "$@"
  wanted=$status
  rm -rf good && cp -r work good && mv out out.good
  renew
  if [ $wanted -ge 2 ]; then
    echo "not ok $name: ${said[*]}"
    bad=1
    return
  fi
  while read -r at callers; do
    [ -z "${tried[$callers]-}" ] || continue
    tried[$callers]=yes
    if [ -n "${ECHOIC_SANITIZED-}" ]; then # Slow: each twentieth does
      k=$((k + 1))
      [ $((k % 20)) -eq 0 ] || continue
    fi
    n=$((n + 1))
    [ $((n % 8)) -ne 0 ] || at=$at+
    bears "$at" "$@" || wrong=$((wrong + 1))
  done <log
  if [ $wrong -eq 0 ]; then
    echo "ok $name: $n allocations failed"
  else
    echo "not ok $name: $wrong of $n failed allocations"
    bad=1
  fi
  rm -f log
}

mkdir fresh
make_pcm 16000 | head -c 64000 >fresh/a.pcm
make_wav fresh/a.pcm >fresh/a.wav
(cd fresh && "$fails" teach m --sound down a.wav:0-0.8 >/dev/null 2>&1)
cp fresh/m fresh/m2
(cd fresh && "$fails" teach m2 --sound up a.wav:1-1.8 >/dev/null 2>&1)
printf '0.3\t0.5\tdown\n1.3\t1.5\tup\n' >fresh/l.txt
mkdir fresh/tree && cp fresh/a.wav fresh/tree/b.wav

# tensors NAME SHAPE BYTES...: a safetensors file of zeros
tensors() {
  local text='' at=0
  while [ $# -gt 0 ]; do
    text="$text${text:+,}\"$1\":{\"dtype\":\"F32\",\"shape\":$2,"
    text="$text\"data_offsets\":[$at,$((at + $3))]}"
    at=$((at + $3))
    shift 3
  done
  le32 $((${#text} + 2))
  le32 0
  printf '{%s}' "$text"
  head -c $at /dev/zero
}
tensors in.x '[20,1]' 80 >fresh/in.st
tensors weight_ih_l0 '[2,1]' 8 weight_hh_l0 '[2,2]' 16 \
  bias_ih_l0 '[2]' 8 bias_hh_l0 '[2]' 8 >fresh/rnn.st
cat >fresh/gru.json <<'JSON'
{"in_shape": [null, null, 1], "in_skip": 1, "out_gain": 20, "layers": [
 {"type": "gru", "activation": "tanh", "shape": [null, null, 2], "weights": [
  [[1, 2, 3, 4, 5, 6]], [[1, 2, 3, 4, 5, 6], [7, 8, 9, 10, 11, 12]],
  [[1, 2, 3, 4, 5, 6], [7, 8, 9, 10, 11, 12]]]},
 {"type": "dense", "activation": "", "shape": [null, null, 1],
  "weights": [[[0.1], [0.2]], [0.3]]}]}
JSON
(cd fresh && "$fails" convert gru.json -o gru.st >/dev/null)

all 'detect' detect m2 a.wav -o out.txt
all 'detect a tree' detect m2 -r tree -j 2 --format csv -o out.csv --clips clips
all 'detect, MIDI' detect m2 a.wav --format midi -o out.mid
all 'detect raw PCM' detect m2 a.pcm --raw s16le:16000:1 -o out.txt
all 'process' process m2 a.wav out.wav --mode mute
all 'process, one sound' process m2 a.wav out.flac --mode isolate --sound up
all 'process by a graph' process --graph gru.st a.wav out.wav
all 'info' info m2
all 'info, JSON' info m2 --json
all 'info of a graph' info gru.st
all 'report' report m2 a.wav -o out.html
all 'convert JSON' convert gru.json -o out.st
all 'convert a state_dict' convert --cell rnn \
  --config '{"input_size": 1, "hidden_size": 2}' rnn.st -o out.st
all 'run' run gru.st in.st -o out.st
all 'live' live m2 a.wav -f jsonl
all 'live, recorded' live m2 a.wav --record out.wav --clips clips \
  --clip-format flac
# Writes a model, but needn't teach, which takes longer
all 'settings, JSON' teach m2 --sound up --midi-note 40 --json
all 'teach' teach m --sound up a.wav:1-1.8
all 'teach a new model' teach new --sound down a.wav:0-0.8 --sound up a.wav:1-1.8
all 'teach labels' teach l --labels l.txt a.wav
all 'undo' teach m2 --undo
all 'forget' teach m2 --forget up
exit $bad
