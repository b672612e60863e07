#!/bin/bash
# Copyright 2026 Echoic authors
# SPDX-License-Identifier: ISC
#
# The first signal ends a command that waits for a pipe, also one whose writer
# has stopped midway, and what is finished stays.  Lines "ok NAME", "not ok NAME".
set -u

echoic=$(realpath "${ECHOIC:-build/echoic}")
# shellcheck source=tests/wait.sh
. "$(dirname "$0")/wait.sh"
# shellcheck source=tests/sweeps.sh
. "$(dirname "$0")/sweeps.sh"
dir=$(mktemp -d)
pid=
cleanup() {
  [ -z "$pid" ] || kill -KILL "$pid" 2>/dev/null
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
    sed 's/^/# /' err 2>/dev/null
    bad=1
  fi
}

gone() { ! kill -0 "$pid" 2>/dev/null; }

# The program runs (not the shell any more) and catches signals 1, 2 and 15
catches() {
  local caught
  [ "/proc/$pid/exe" -ef "$echoic" ] || return
  caught=$(sed -n 's/^SigCgt:\t*//p' "/proc/$pid/status" 2>/dev/null)
  [ -n "$caught" ] && [ $((0x$caught & 0x4003)) -eq $((0x4003)) ]
}

# The first recording is finished
tells() { cmp -s out all.csv; }

# interrupt SIGNAL BYTES FILE ARGUMENT...: run a command that reads BYTES of FILE
# from the pipe `pipe`, then nothing, and send it the signal once it is `ready`;
# sets status
ready=catches
interrupt() {
  local signal=$1 bytes=$2 file=$3
  shift 3
  rm -f pipe
  mkfifo pipe
  exec 9<>pipe # Never at its end
  env --default-signal=INT,HUP "$echoic" "$@" <pipe 9>&- >out 2>err &
  pid=$!
  head -c "$bytes" "$file" >&9
  until_ok $ready
  sleep "$pause"
  kill -"$signal" "$pid"
  until_ok gone || kill -KILL "$pid"
  wait "$pid"
  status=$?
  pid=
  exec 9>&-
}

# ends NAME WORDS SIGNAL BYTES FILE ARGUMENT...: exit status 2, one line with WORDS
ends() {
  local name=$1 words=$2
  shift 2
  interrupt "$@"
  [ $status -eq 2 ] && [ "$(wc -l <err)" -eq 1 ] && grep -qF -- "$words" err
  result $? "$name (exit status $status)"
}

make_pcm 16000 >a.pcm
make_wav a.pcm >a.wav
# Read through a copy, as it isn't known how to read it from a pipe
{ printf 'fLaC'; cat a.pcm; } >copied
: >none
"$echoic" teach m --sound down a.wav:0-0.8 a.wav:2-2.8 >/dev/null 2>err
"$echoic" detect m a.wav -f csv >all.csv
cp m before

# Whether it waits already, or is about to
for pause in 0 0.3; do
  for signal in INT TERM HUP; do
    ends "SIG$signal: nothing on standard input (after $pause s)" \
      'interrupted; 0 of 1' $signal 0 none detect m -
  done
  ends "a pipe (after $pause s)" 'interrupted; 0 of 1' INT 0 none detect m pipe
  ends "a cut header (after $pause s)" 'interrupted; 0 of 1' INT 20 a.wav detect m -
  ends "a recording that stops midway (after $pause s)" \
    'interrupted; 0 of 1' TERM 90001 a.wav detect m -
  ends "raw PCM (after $pause s)" \
    'interrupted; 0 of 1' INT 90001 a.pcm detect m pipe --raw s16le:16000:1
  ends "what is copied first (after $pause s)" \
    'interrupted; 0 of 1' INT 90001 copied detect m -
  ends "a report (after $pause s)" 'standard input: interrupted' INT 90001 a.wav \
    report m - -o r.html
  ends "a report of what is copied (after $pause s)" 'pipe: interrupted' \
    INT 90001 copied report m pipe -o r.html
  ends "an example (after $pause s)" 'm: interrupted; nothing was changed' \
    INT 90001 a.wav teach m --sound up pipe:1-1.8
  ends "a model (after $pause s)" 'interrupted' INT 100 m info -
  ready=tells
  for jobs in 1 2; do
    ends "one of two recordings (after $pause s, $jobs at once)" \
      'interrupted; 1 of 2' INT 90001 a.wav detect m a.wav pipe -f csv -j $jobs
    cmp -s out all.csv
    result $? '... and what is finished is kept'
  done
  ready=catches
  interrupt INT 20 a.wav live m -
  [ $status -eq 1 ] && [ ! -s err ]
  result $? "live, before it hears anything (after $pause s, exit status $status)"
done
cmp -s m before && [ ! -e r.html ]
result $? 'nothing half-done is written'

# Nobody has opened the other side
mkfifo alone
env --default-signal=INT,HUP "$echoic" detect m alone >out 2>err &
pid=$!
until_ok catches
kill -TERM "$pid"
until_ok gone || kill -KILL "$pid"
wait "$pid"
[ $? -eq 2 ] && grep -q 'interrupted; 0 of 1' err
result $? 'a pipe that nobody writes into'
pid=

# An archive goes on where it was: `pipe` is no recording yet
mkdir archive labels
ln a.wav archive/1.wav
ln a.wav archive/2.wav
mkfifo archive/3.wav
skip() { "$echoic" detect m -r archive -o labels --skip-existing "$@" >out 2>err; }
written() { [ -s labels/2.txt ]; }
env --default-signal=INT "$echoic" detect m archive/* -o labels 2>err &
pid=$!
until_ok written
kill -INT "$pid"
until_ok gone || kill -KILL "$pid"
wait "$pid"
pid=
grep -q 'interrupted; 2 of 3' err
result $? 'an archive is interrupted'
rm archive/3.wav
ln a.wav archive/3.wav
echo kept >labels/1.txt # No older than what it is made from
skip
status=$?
grep -q 'note: 2 of 3 recordings are up to date' err &&
  [ $status -eq 0 ] && [ "$(cat labels/1.txt)" = kept ] && cmp -s labels/2.txt labels/3.txt
result $? "... and goes on (exit status $status)"
skip -j 2
status=$?
[ $status -eq 0 ] && grep -q '3 of 3 recordings are up to date' err
result $? "... until there is nothing to do (exit status $status)"
touch -d '1 hour ago' labels/1.txt
skip
grep -q '2 of 3 recordings are up to date' err && cmp -s labels/1.txt labels/2.txt
result $? 'an output older than its recording is made anew'
touch -d '1 hour' m
skip
[ ! -s err ]
result $? 'so are all for a newer model'
touch -d '1 hour ago' m
rm labels/*
mkdir clips
skip --clips clips
rm labels/*
for clip in clips/1_*; do # What is in its way can't be replaced by a file
  rm "$clip"
  mkdir "$clip"
  break
done
skip --clips clips
status=$?
[ $status -eq 2 ] && [ ! -e labels/1.txt ] && cmp -s labels/2.txt labels/3.txt
result $? "a recording whose clips can't be written isn't done (exit status $status)"
rmdir "$clip"
skip --clips clips
status=$?
[ $status -eq 0 ] && [ -f "$clip" ] && cmp -s labels/1.txt labels/2.txt &&
  grep -q '2 of 3 recordings are up to date' err
result $? "... until they are (exit status $status)"
skip -o out.txt
[ $? -eq 2 ] && grep -q 'give an existing directory with -o DIR' err && [ ! -e out.txt ]
result $? 'one output for all is refused'

[ -z "$(find . -name '.echoic*')" ]
result $? 'no temporary file is left'
exit $bad
