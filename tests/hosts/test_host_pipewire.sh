#!/usr/bin/env bash
# Copyright 2026 Echoic authors
# SPDX-License-Identifier: ISC
#
# PipeWire's filter-chain, with a daemon and a session manager of its own.
set -u
. tests/hosts/host_env.sh
need pipewire wireplumber pw-play pw-record pw-cli dbus-run-session sox
export XDG_RUNTIME_DIR=$tmp/run PIPEWIRE_RUNTIME_DIR=$tmp/run
mkdir -p "$XDG_RUNTIME_DIR"
chmod 700 "$XDG_RUNTIME_DIR"

cat >"$tmp/chain.conf" <<'CONF'
context.properties = { core.daemon = false }
context.spa-libs = {
  audio.convert.* = audioconvert/libspa-audioconvert
  support.* = support/libspa-support
}
context.modules = [
  { name = libpipewire-module-protocol-native }
  { name = libpipewire-module-client-node }
  { name = libpipewire-module-adapter }
  { name = libpipewire-module-filter-chain
    args = {
      node.description = "echoic"
      filter.graph = {
        nodes = [ { type = lv2 name = echoic plugin = "urn:echoic:mono" control = { enabled = 1.0 } } ]
        inputs = [ "echoic:in" ]
        outputs = [ "echoic:out" ]
      }
      capture.props = { node.name = "echoic_in" media.class = Audio/Sink audio.channels = 1 audio.position = [ MONO ] }
      playback.props = { node.name = "echoic_out" audio.channels = 1 audio.position = [ MONO ] }
    }
  }
]
CONF

nodes() { pw-cli ls Node 2>/dev/null | grep -q "\"$1\""; }
start() { "$@" >>"$tmp/daemons.log" 2>&1 & jobs_to_end+=("$!"); }
start pipewire
await 5 test -S "$XDG_RUNTIME_DIR/pipewire-0" || {
  echo 'skip pipewire: its daemon does not start'
  exit 0
}
start dbus-run-session -- wireplumber
sleep 1
pw-cli create-node adapter '{ factory.name=support.null-audio-sink node.name=sink media.class=Audio/Sink object.linger=true audio.position=[ MONO ] audio.channels=1 monitor.channel-volumes=false }' >/dev/null 2>&1
LD_PRELOAD=$trap_so pipewire -c "$tmp/chain.conf" >"$tmp/chain.log" 2>&1 &
chain=$!
jobs_to_end+=("$chain")
await 10 nodes echoic_out
result $? 'pipewire: takes the plugin'
sleep 1
pw-record --target sink -P '{ stream.capture.sink=true }' --channels 1 --rate 48000 --format s16 "$tmp/heard.wav" >/dev/null 2>&1 &
recorder=$!
sleep 0.5
timeout 20 pw-play --target echoic_in "$tmp/music.wav" >/dev/null 2>&1
sleep 0.5
kill -INT $recorder
wait $recorder 2>/dev/null
peak() { sox "$1" -n stat 2>&1 | awk '/Maximum amplitude/ { print $3 }'; }
awk -v a="$(peak "$tmp/music.wav")" -v b="$(peak "$tmp/heard.wav")" \
  'BEGIN { exit !(a > 0.3 && b > 0.95 * a && b < 1.05 * a) }'
result $? 'pipewire: the sound passes'
kill -TERM $chain
wait $chain 2>/dev/null
watched "$tmp/chain.log"
result $? 'pipewire: nothing forbidden in run()'
[ $bad -eq 0 ] || tail -n 20 "$tmp/chain.log" "$tmp/daemons.log"
exit $bad
