# Copyright 2026 Echoic authors
# SPDX-License-Identifier: ISC
# shellcheck shell=bash
#
# Recordings for tests, made by hand; to be sourced.

# 12 s of faint noise, a sweep every second in turn: down at even seconds, up
# at odd ones.  No library: raw PCM, then a WAV header by hand.
make_pcm() { # make_pcm RATE [CHANNEL OF]: silence on the other channels
  LC_ALL=C awk -v rate="$1" -v channel="${2:-1}" -v n_channels="${3:-1}" 'BEGIN {
    seed = 1
    for (n = 0; n < 12 * rate; ++n) {
      t = n / rate; s = int(t); u = t - s - 0.3
      seed = (seed * 16807) % 2147483647
      x = 20 * (seed / 2147483647 - 0.5)
      if (u >= 0 && u < 0.2) {
        e = sin(3.14159265 * u / 0.2)
        f = s % 2 ? 400 + 6000 * u : 3000 - 9000 * u
        x += 8000 * e * sin(6.2831853 * f * u)
      }
      y = int(x); if (y < 0) y += 65536
      for (c = 1; c <= n_channels; ++c)
        if (c == channel) printf "%c%c", y % 256, int(y / 256)
        else printf "%c%c", 0, 0
    }
  }'
}

# shellcheck disable=SC2059 # the format is the byte
byte() { printf "\\$(printf %03o $(($1 % 256)))"; }
le32() {
  byte "$1"
  byte $(($1 >> 8))
  byte $(($1 >> 16))
  byte $(($1 >> 24))
}

hex() { od -An -v -tx1 | tr -d ' \n'; }

make_wav() { # make_wav PCM [RATE CHANNELS]: 16 bits
  local n rate=${2:-16000} channels=${3:-1}
  n=$(wc -c <"$1")
  printf RIFF; le32 $((n + 36)); printf 'WAVEfmt '; le32 16
  printf '\001\000'; byte "$channels"; printf '\000'; le32 "$rate"
  le32 $((rate * channels * 2)); byte $((channels * 2))
  printf '\000\020\000data'; le32 "$n"; cat "$1"
}
