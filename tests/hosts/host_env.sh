# Copyright 2026 Echoic authors
# SPDX-License-Identifier: ISC
# shellcheck shell=bash disable=SC2034 # what is set here is used there
#
# To be sourced by the tests of hosts: a folder of its own with sounds in it, an
# LV2_PATH with the bundle, and names that no other run uses.

build=$(cd "$(dirname "${ECHOIC:-build/echoic}")" && pwd)
hosts=$PWD/tests/hosts
trap_so=$build/tests/rt_trap.so
tmp=$(mktemp -d)
server=echoic$$
bad=0
jobs_to_end=()

end_all() {
  local job
  for job in "${jobs_to_end[@]}"; do
    kill "$job" 2>/dev/null
    wait "$job" 2>/dev/null
  done
  rm -rf "$tmp"
}
trap end_all EXIT
trap 'exit 130' INT TERM

mkdir -p "$tmp/lv2" "$tmp/home"
ln -s "$build/echoic.lv2" "$tmp/lv2/echoic.lv2"
export LV2_PATH=$tmp/lv2:/usr/lib/lv2 HOME=$tmp/home XDG_CONFIG_HOME=$tmp/home
onsets=$(python3 "$hosts/make_music.py" "$tmp")

result() { # result STATUS NAME
  if [ "$1" -eq 0 ]; then echo "ok $2"; else echo "not ok $2" && bad=1; fi
}

need() { # need PROGRAM...: or the whole test is skipped
  local program
  for program; do
    if ! command -v "$program" >/dev/null; then
      echo "skip $(basename "$0" .sh): $program isn't there (make deps DEPS=hosts)"
      exit 0
    fi
  done
}

watched() { # watched FILE: the trap saw runs, and nothing wrong in them
  ! grep -q 'in the audio thread' "$1" &&
    [ "$(sed -n 's/^rt_trap: watched \([0-9]*\) runs$/\1/p' "$1" | awk '{ n += $1 } END { print n + 0 }')" -gt 0 ]
}

# Synchronous, so that a machine that is busy is late rather than loses periods.
start_jack() { # a private server without a sound card, 48 kHz
  export JACK_DEFAULT_SERVER=$server JACK_NO_AUDIO_RESERVATION=1
  jackd -n "$server" -r -S -d dummy -r 48000 -p 256 -C 2 -P 2 >"$tmp/jackd.log" 2>&1 &
  jobs_to_end+=("$!")
  local i
  for i in $(seq 50); do
    jack_lsp >/dev/null 2>&1 && return
    sleep 0.1
  done
  echo "skip $(basename "$0" .sh): jackd doesn't start"
  exit 0
}

await() { # await SECONDS COMMAND...: until it succeeds
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    [ $SECONDS -lt $end ] || return 1
    sleep 0.1
  done
}
