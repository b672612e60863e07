#!/bin/sh
# Copyright 2026 Echoic authors
# SPDX-License-Identifier: ISC
#
# lint.sh BUILD_DIR: all that can be said about the sources without running
# them.  Runs every check, also after one failed.
set -u
build=$1
bad=0
check() { # check NAME COMMAND...
  name=$1
  shift
  if ! "$@"; then
    echo "lint: $name failed" >&2
    bad=1
  fi
}

sources=$(find dsp host plugin presets tests ttl -name '*.[ch]' | sort)
code=$(find dsp host plugin presets ttl -name '*.c' | sort)
logic=$(echo "$code" | grep -v '_table\.c$') # cppcheck takes minutes for numbers
scripts=$(find tests host presets -name '*.sh' -o -name '*.bash' | sort)

jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)

# each COMMAND: with every file of standard input as $1, some at a time
each() {
  xargs -P "$jobs" -I '{}' sh -c "$1" sh '{}'
}

check_format() {
  echo "$sources" | each 'clang-format --dry-run --Werror "$1" 2>/dev/null || {
    echo "error: $1 is not laid out by .clang-format" >&2
    false
  }'
}
# shellcheck disable=SC2086 # lists of files
check_lengths() { tests/lint_lengths.sh $sources; }
check_licence() {
  missing=$(grep -LF 'SPDX-License-Identifier: ISC' $sources $scripts Makefile)
  [ -z "$missing" ] || { echo "error: no SPDX line: $missing" && false; }
}
check_cppcheck() {
  cppcheck --quiet --std=c11 --language=c -j "$jobs" -I. --error-exitcode=1 \
    --enable=warning,performance,portability --inline-suppr \
    --suppress=missingIncludeSystem --suppress=normalCheckLevelMaxBranches \
    --suppress=unknownMacro $logic
}
# Shifts of vectors are wrong alarms: gcc 12 takes their length for their bits.
# Leaks are left to the address sanitizer: gcc 12 sees one in every structure
# that owns memory.
check_analyzer() {
  command -v gcc >/dev/null || return 0
  echo "$code" | each 'gcc -std=c11 -D_GNU_SOURCE -I. -I/usr/include/kissfft \
    -DECHOIC_VERSION="\"\"" -Dkiss_fft_scalar=float \
    -O1 -fanalyzer -fdiagnostics-path-format=none \
    -Wno-analyzer-malloc-leak -Wno-analyzer-file-leak \
    -Wno-analyzer-shift-count-overflow \
    -Werror -c -o /dev/null "$1"'
}
# A third of the states that the analyzer would look at in each function, in a
# third of the time.
check_tidy() {
  if ! command -v clang-tidy >/dev/null; then
    echo 'lint: clang-tidy is not installed: skipped'
    return 0
  fi
  echo "$logic" | each 'clang-tidy --quiet "$1" -- -std=c11 -D_GNU_SOURCE -I. \
    -I/usr/include/kissfft -DECHOIC_VERSION="\"\"" \
    -Xclang -analyzer-config -Xclang max-nodes=75000 2>/dev/null'
}
check_manual() {
  if [ ! -f host/echoic.1 ]; then return 0; fi
  said=$(LC_ALL=C.UTF-8 MANROFFSEQ='' MANWIDTH=80 man --warnings -E UTF-8 -l \
    -Tutf8 -Z host/echoic.1 2>&1 >/dev/null)
  [ -z "$said" ] || { echo "$said" && false; }
}
check_scripts() {
  failed=0
  for file in $scripts .ci/run; do
    bash -n "$file" || failed=1
  done
  if command -v shellcheck >/dev/null; then
    shellcheck -S warning $scripts .ci/run || failed=1
  fi
  return $failed
}

check 'clang-format (make format mends it)' check_format
check 'licence headers' check_licence
check 'layers' tests/lint_layers.sh "$build"
check 'lengths' check_lengths
check 'manual page' check_manual
check 'shell scripts' check_scripts
check 'cppcheck' check_cppcheck
check 'clang-tidy' check_tidy
check 'gcc -fanalyzer' check_analyzer
exit $bad
