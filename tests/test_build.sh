#!/bin/sh
# Copyright 2026 Echoic authors
# SPDX-License-Identifier: ISC
#
# The checks of `make lint` find what they are for, and installing leaves
# nothing behind.
set -u
echoic=${ECHOIC:-build/echoic}
build=$(dirname "$echoic")
case $build in /*) ;; *) build=$PWD/$build ;; esac
cc=${CC:-cc}
here=$PWD
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
bad=0

result() { # result STATUS NAME
  if [ "$1" -eq 0 ]; then echo "ok $2"; else echo "not ok $2" && bad=1; fi
}
refuses() { # refuses WORD COMMAND...: it fails and says WORD
  word=$1
  shift
  "$@" >"$tmp/said" 2>&1 && return 1
  grep -q -- "$word" "$tmp/said"
}

# A tree with one real-time module and one of set-up, both as they should be.
mkdir -p "$tmp/tree/dsp/nodes" "$tmp/tree/host" "$tmp/tree/plugin" \
  "$tmp/tree/tests" "$tmp/tree/build/dsp"
layers() { # layers: compile the tree and check it
  (cd "$tmp/tree" && for f in dsp/*.c; do
    "$cc" -w -O1 -I. -c -o "build/${f%.c}.o" "$f" || exit 3
  done && "$here/tests/lint_layers.sh" build)
}
good() {
  cat >"$tmp/tree/dsp/gain.c" <<'C'
#include <math.h>
float echoic_gain(float db);
float echoic_gain(float db) { return powf(10.0F, db / 20.0F); }
C
  cat >"$tmp/tree/dsp/teach.c" <<'C'
#include <stdlib.h>
void* echoic_teach_block(size_t n);
void* echoic_teach_block(size_t n) { return malloc(n); }
C
  echo '#include "dsp/gain.h"' >"$tmp/tree/host/main.c"
}
plant() { # plant FILE TEXT: append one mistake
  good
  echo "$2" >>"$tmp/tree/$1"
}

good
layers >/dev/null 2>&1
result $? 'layers: a good tree passes'
plant dsp/gain.c 'void* malloc(unsigned long n); void* echoic_x(void) { return malloc(9); }'
refuses malloc layers
result $? 'layers: malloc in a real-time module'
plant dsp/gain.c 'int puts(const char* s); int echoic_x(void) { return puts("x"); }'
refuses puts layers
result $? 'layers: printing in a real-time module'
plant dsp/teach.c 'void* fopen(const char*, const char*); void* echoic_x(void) { return fopen("x", "r"); }'
refuses fopen layers
result $? 'layers: files in a set-up module'
plant dsp/gain.c 'int helper(void) { return 1; }'
refuses helper layers
result $? 'layers: an exported name without prefix'
plant dsp/gain.c '#include <pthread.h>'
refuses pthread layers
result $? 'layers: dsp includes threads'
plant dsp/teach.c '#include <stdio.h>'
refuses echoic_format layers
result $? 'layers: dsp includes printing'
plant host/main.c '#include "plugin/x.h"'
refuses plugin layers
result $? 'layers: host includes plugin'

{ printf 'void\nlong_one(void)\n{\n' && yes '  step();' | head -n 70 && echo '}'; } >"$tmp/long.c"
refuses long_one tests/lint_lengths.sh "$tmp/long.c"
result $? 'lengths: a function of 73 lines'
{ printf 'void\nshort_one(void)\n{\n}\n' && yes '// line' | head -n 400; } >"$tmp/file.c"
refuses '404 lines' tests/lint_lengths.sh "$tmp/file.c"
result $? 'lengths: a file of 404 lines'

printf '#!/bin/sh\necho ok one\necho not ok two\nseq 300\nexit 1\n' >"$tmp/test_bad.sh"
printf '#!/bin/sh\necho ok three\n' >"$tmp/test_good.sh"
chmod +x "$tmp/test_bad.sh" "$tmp/test_good.sh"
refuses '^2 passed, 1 failed$' tests/run_tests.sh "$tmp/test_bad.sh" "$tmp/test_good.sh" &&
  sed '1,/^-- what failed:$/d' "$tmp/said" >"$tmp/end" && [ "$(wc -l <"$tmp/end")" -lt 15 ] &&
  grep -q '^test_bad.sh: 1 passed, 1 failed' "$tmp/end" &&
  grep -q 'not ok two$' "$tmp/end" && grep -q '300$' "$tmp/end"
result $? 'tests: what failed is told again at the end'

CC=no-such-compiler refuses gcc tests/install_deps.sh --verify build
result $? 'a missing compiler is named'
PKG_CONFIG=false refuses libsndfile1-dev tests/install_deps.sh --verify build
result $? 'a missing library is named'

root=$tmp/root
run_make() { MAKEFLAGS='' make -s B="$build" DESTDIR="$root" PREFIX=/usr "$@"; }
touched=$(find "$build" -maxdepth 1 -name echoic -newer "$tmp/file.c" | wc -l)
run_make install -o all >"$tmp/said" 2>&1
[ -x "$root/usr/bin/echoic" ] && [ -f "$root/usr/share/man/man1/echoic.1" ] &&
  [ -f "$root/usr/share/bash-completion/completions/echoic" ] && [ "$touched" -eq 0 ]
result $? 'install: program, manual page, completion'
"$root/usr/bin/echoic" --version | grep -q '^echoic [0-9]'
result $? 'install: the program runs'
run_make install-dev -o "$build/libechoic.a" >>"$tmp/said" 2>&1
printf '#include "dsp/echoic.h"\n#include <stdio.h>\nint main(void) { return puts(echoic_strerror(ECHOIC_OK)) < 0; }\n' >"$tmp/user.c"
flags=$(PKG_CONFIG_SYSROOT_DIR=$root PKG_CONFIG_PATH=$root/usr/lib/pkgconfig \
  PKG_CONFIG_ALLOW_SYSTEM_CFLAGS=1 pkg-config --cflags --libs libechoic)
# shellcheck disable=SC2086 # flags are words
if [ -n "${ECHOIC_SANITIZED-}" ]; then
  echo 'skip install-dev: a program is built with libechoic.pc: under sanitizers'
else
  "$cc" -o "$tmp/user" "$tmp/user.c" $flags >>"$tmp/said" 2>&1 && "$tmp/user" >>"$tmp/said"
  result $? 'install-dev: a program is built with libechoic.pc'
fi
run_make uninstall >>"$tmp/said" 2>&1
left=$(find "$root" -type f | wc -l)
[ "$left" -eq 0 ]
result $? 'uninstall leaves no file'
[ $bad -eq 0 ] || cat "$tmp/said"
exit $bad
