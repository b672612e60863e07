#!/bin/sh
# Copyright 2026 Echoic authors
# SPDX-License-Identifier: ISC
#
# What building, testing and the demonstration need, as Debian's packages.
#   install_deps.sh SET...           installs what is missing (Debian, as root
#                                    or with sudo that asks no password)
#   install_deps.sh --verify SET...  only says what is missing
# SET is build, check, hosts, demo, bench, fuzz, world, lint or ci.
set -eu

PKG_CONFIG=${PKG_CONFIG:-pkg-config}
cc=${CC:-cc}
cc=${cc%% *}
missing=

need() { # need PACKAGE COMMAND...: the package, unless the command succeeds
  package=$1
  shift
  if ! "$@" >/dev/null 2>&1; then
    case " $missing " in *" $package "*) ;; *) missing="$missing $package" ;; esac
  fi
}
program() { command -v "$1"; }
library() { "$PKG_CONFIG" --exists "$1"; }
compiles() { echo "$1" | "$cc" -x c -E -; }
any_file() { for f in "$@"; do [ -e "$f" ] && return; done; return 1; }

build() {
  case $cc in
  *clang*) need clang program "$cc" ;;
  *) need gcc program "$cc" ;;
  esac
  need libc6-dev compiles '#include <stdio.h>'
  need pkg-config program "$PKG_CONFIG"
  need libkissfft-dev library kissfft-float
  need libjansson-dev library jansson
  need libsndfile1-dev library sndfile
  need lv2-dev library lv2
  need portaudio19-dev library portaudio-2.0
  need libasound2-dev library alsa
  need libjack-jackd2-dev library jack
  need liblo-dev library liblo
}
samples() { need sonic-pi-samples any_file /usr/share/sonic-pi/samples; }
tests() {
  build
  samples
  need check library check
  need libsamplerate0-dev library samplerate
  need liblilv-dev library lilv-0
  need sordi program sord_validate
  need python3 program python3
  need jackd2 program jackd
  need sndfile-tools program sndfile-jackplay
  need jack-capture program jack_capture
  need liblo-tools program oscsend
  need tmux program tmux
}
hosts() {
  tests
  need lilv-utils program lv2apply
  need sox program sox
  need ffmpeg program ffmpeg
  need ecasound program ecasound
  need gstreamer1.0-tools program gst-launch-1.0
  need gstreamer1.0-plugins-good any_file /usr/lib/*/gstreamer-1.0/libgstwavparse.so
  need gstreamer1.0-plugins-bad any_file /usr/lib/*/gstreamer-1.0/libgstlv2.so
  need jackd2 program jackd
  need jalv program jalv
  need sndfile-tools program sndfile-jackplay
  need ardour program ardour7-lua
  need pipewire program pipewire
  need pipewire-bin program pw-play
  need wireplumber program wireplumber
  need dbus any_file /usr/bin/dbus-run-session
}
fuzz() {
  build
  need clang program clang
  need libclang-rt-14-dev any_file /usr/lib/llvm-*/lib/clang/*/lib/linux/*fuzzer-*.a
}
world() {
  build
  samples
  need flite program flite
  need espeak-ng program espeak-ng
}
lint() {
  build
  need binutils program nm
  need clang-format program clang-format
  need cppcheck program cppcheck
  need man-db program man
  need groff program groff
}

# What is done without where it is absent
look() {
  need clang-tidy program clang-tidy
  need valgrind program valgrind
}

verify=no
if [ "${1-}" = --verify ]; then
  verify=yes
  shift
fi
for set in "$@"; do
  case $set in
  build) build ;;
  check) tests ;;
  demo | bench) build && samples ;;
  hosts) hosts ;;
  fuzz) fuzz ;;
  world) world ;;
  lint) lint ;;
  ci) hosts && fuzz && lint && look ;;
  *) echo "install_deps.sh: unknown set '$set'" >&2 && exit 2 ;;
  esac
done

missing=${missing# }
[ -n "$missing" ] || exit 0

stop() { # stop WHY
  echo "echoic: missing on this system, by the names of Debian's packages:" >&2
  echo "    $missing" >&2
  echo "$1" >&2
  exit 1
}

if ! command -v apt-get >/dev/null; then
  stop "This isn't a Debian system: please install their equivalents, then run make again."
fi
if [ $verify = yes ]; then
  stop "Install them with: make deps   (or: sudo apt-get install $missing)"
fi
as_root=
if [ "$(id -u)" != 0 ]; then
  as_root='sudo -n'
  if ! $as_root true 2>/dev/null; then
    stop "No right to install them: please run: sudo apt-get install $missing"
  fi
fi

echo "echoic: installing $missing" >&2
install_them() {
  # shellcheck disable=SC2086 # both are lists of words
  $as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -q --no-install-recommends $missing </dev/null >&2
}
$as_root apt-get update -q </dev/null >&2 || true # an old list may still do
install_them || stop "apt-get could not install them (see above)."
