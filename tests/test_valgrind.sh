#!/bin/bash
# Copyright 2026 Echoic authors
# SPDX-License-Identifier: ISC
#
# Valgrind's memcheck finds nothing to say of the commands, nor of the plugin in
# a small host: no read of what was never written, nothing freed twice or lost.
# Lines "ok NAME", "not ok NAME", "skip NAME: why".
set -u

echoic=$(realpath "${ECHOIC:-build/echoic}")
# shellcheck source=tests/sweeps.sh
. "$(dirname "$0")/sweeps.sh"
if ! command -v valgrind >/dev/null; then
  echo 'skip memcheck: valgrind is not installed'
  exit 0
fi
if [ -n "${ECHOIC_SANITIZED-}" ]; then
  echo 'skip memcheck: under sanitizers'
  exit 0
fi
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
bad=0

# clean STATUS NAME PROGRAM ARGUMENT...: exit status, and not a word of valgrind
clean() {
  local wanted=$1 name=$2 status
  shift 2
  valgrind -q --leak-check=full --show-leak-kinds=definite,indirect,possible \
    --errors-for-leak-kinds=definite,indirect --error-exitcode=99 --log-file=said \
    "$@" >out 2>err </dev/null
  status=$?
  if [ $status -eq "$wanted" ] && [ ! -s said ]; then
    echo "ok $name"
  else
    echo "not ok $name: exit status $status"
    head -n 30 said err | cut -c1-150 | sed 's/^/# /'
    bad=1
  fi
}

make_pcm 16000 | head -c 48000 >a.pcm
make_wav a.pcm >a.wav
printf '0.3\t0.5\tdown\n1.3\t1.45\tup\n' >l.txt
cat >gru.json <<'JSON'
{"in_shape": [null, null, 1], "in_skip": 1, "layers": [
 {"type": "gru", "activation": "tanh", "shape": [null, null, 2], "weights": [
  [[1, 2, 3, 4, 5, 6]], [[1, 2, 3, 4, 5, 6], [7, 8, 9, 10, 11, 12]],
  [[1, 2, 3, 4, 5, 6], [7, 8, 9, 10, 11, 12]]]},
 {"type": "dense", "activation": "", "shape": [null, null, 1],
  "weights": [[[0.1], [0.2]], [0.3]]}]}
JSON
text='{"in.x":{"dtype":"F32","shape":[20,1],"data_offsets":[0,80]}}'
{ le32 ${#text} && le32 0 && printf %s "$text" && head -c 80 /dev/zero; } >in.st

clean 0 'teach' "$echoic" teach m --labels l.txt a.wav
clean 0 'info' "$echoic" info m --json
clean 0 'detect' "$echoic" detect m a.wav a.wav -j 2 --format csv -o out.csv --clips clips
clean 0 'process' "$echoic" process m a.wav out.flac --mode isolate --sound up
clean 0 'report' "$echoic" report m a.wav -o out.html
clean 0 'convert' "$echoic" convert gru.json -o gru.st
clean 0 'run' "$echoic" run gru.st in.st -o out.st
clean 0 'process by a graph' "$echoic" process --graph gru.st a.wav out.wav
clean 0 'live' "$echoic" live m a.wav -f jsonl --record rec.wav --clips live
clean 2 'a model that is none' "$echoic" detect a.wav a.wav
CK_FORK=no CK_RUN_CASE=once clean 0 'the plugin' \
  "$(dirname "$echoic")/tests/test_plugin_memory"
exit $bad
