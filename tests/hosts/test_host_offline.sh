#!/usr/bin/env bash
# Copyright 2026 Echoic authors
# SPDX-License-Identifier: ISC
#
# Hosts that run through a file: the sound comes out as it went in, whatever
# blocks, buffers and features they give, and nothing is done in run() that may
# not be.
set -u
. tests/hosts/host_env.sh

raw() { sox "$1" -t f32 - remix 1 2>/dev/null; }
same() { # same FILE: the music, to the bit (as long as the shorter is)
  cmp -n "$(raw "$1" | wc -c)" <(raw "$tmp/music.wav") <(raw "$1") >/dev/null &&
    [ "$(raw "$1" | wc -c)" -gt 1000000 ]
}

close_to() { # close_to FILE: the music, but for rounding to 16 bits
  sox -m -v 1 "$1" -v -1 "$tmp/music.wav" -e float -b 32 "$tmp/difference.wav" 2>/dev/null
  sox "$tmp/difference.wav" -n stat 2>&1 |
    awk '/Maximum amplitude/ { exit !($3 < 5e-5) }'
}

if command -v lv2info >/dev/null; then
  for uri in mono stereo mono-key stereo-key mono-cv stereo-cv; do
    lv2info "urn:echoic:$uri" >"$tmp/info" 2>&1 &&
      grep -q 'Has latency: *yes' "$tmp/info" && ! grep -q 'error' "$tmp/info"
    result $? "lv2info: $uri"
    LD_PRELOAD=$trap_so lv2bench -n 100000 "urn:echoic:$uri" >"$tmp/bench" 2>&1
    [ $? -eq 0 ] && watched "$tmp/bench"
    result $? "lv2bench: $uri"
  done
  LANG=de_DE.UTF-8 lv2info urn:echoic:mono 2>/dev/null | grep -q 'Name: *Lernen 1$' &&
    LANG=C lv2info urn:echoic:mono 2>/dev/null | grep -q 'Name: *Learn 1$'
  result $? "lv2info: names in the user's language"
  LD_PRELOAD=$trap_so lv2apply -i "$tmp/music.wav" -o "$tmp/apply.wav" urn:echoic:mono >"$tmp/said" 2>&1
  [ $? -eq 0 ] && watched "$tmp/said" && close_to "$tmp/apply.wav"
  result $? 'lv2apply: a sample at a time'
else
  echo 'skip lv2info: package lilv-utils'
fi

if command -v lv2lint >/dev/null; then
  lv2lint -E warn -l 'lib*' urn:echoic:mono >"$tmp/lint" 2>&1
  result $? 'lv2lint'
else
  echo 'skip lv2lint: it is not there'
fi

if command -v ffmpeg >/dev/null && ffmpeg -hide_banner -filters 2>/dev/null | grep -q ' lv2 '; then
  LD_PRELOAD=$trap_so ffmpeg -v error -y -i "$tmp/music.wav" -af 'lv2=p=urn\\:echoic\\:mono:c=mode=0' \
    -c:a pcm_f32le "$tmp/ffmpeg.wav" >"$tmp/said" 2>&1
  [ $? -eq 0 ] && watched "$tmp/said" && same "$tmp/ffmpeg.wav"
  result $? 'ffmpeg: in place'
else
  echo 'skip ffmpeg: not there, or without LV2'
fi

if command -v ecasound >/dev/null; then
  # Parameters by position: enabled, latency, mode isolate, ...: all closed
  LD_PRELOAD=$trap_so ecasound -q -f:f32,1,48000 -b:100 -i "$tmp/music.wav" -o "$tmp/eca.wav" \
    -elv2:urn:echoic:mono,1,0,0,-18,5,20,80,100 >"$tmp/said" 2>&1
  [ $? -eq 0 ] && watched "$tmp/said" && same "$tmp/eca.wav"
  result $? 'ecasound: blocks of 100'
  ecasound -q -f:f32,1,48000 -b:100 -i "$tmp/music.wav" -o "$tmp/eca.wav" \
    -elv2:urn:echoic:mono,1,0,1,-18,5,20,80,100 >"$tmp/said" 2>&1
  [ "$(sox "$tmp/eca.wav" -n stat 2>&1 | awk '/Maximum amplitude/ { print ($3 + 0 < 1e-6) }')" = 1 ]
  result $? 'ecasound: isolate what was never taught is silence'
else
  echo 'skip ecasound: it is not there'
fi

if gst-inspect-1.0 urn-echoic-mono >"$tmp/inspect" 2>&1; then
  grep -q 'Isolate' "$tmp/inspect"
  result $? 'GStreamer: sees the modes'
  for uri in mono=1 stereo=2; do
    gst-inspect-1.0 "urn-echoic-${uri%=*}" 2>/dev/null | awk -v n="${uri#*=}" '
      $1 == "channels:" { pads++; bad = bad || $2 != n } END { exit bad || pads != 2 }'
    result $? "GStreamer: ${uri%=*} has ${uri#*=} channels of audio"
  done
  LD_PRELOAD=$trap_so gst-launch-1.0 -q filesrc location="$tmp/music.wav" ! wavparse ! audioconvert ! \
    audio/x-raw,format=F32LE ! urn-echoic-mono enabled=true ! audioconvert ! audio/x-raw,format=F32LE ! \
    wavenc ! filesink location="$tmp/gst.wav" >"$tmp/said" 2>&1
  [ $? -eq 0 ] && watched "$tmp/said" && same "$tmp/gst.wav"
  result $? 'GStreamer: atom ports left unconnected'
else
  echo 'skip GStreamer: no LV2 in it'
fi
exit $bad
