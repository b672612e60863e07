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

sources=$(find dsp host plugin presets tests -name '*.[ch]' | sort)
code=$(find dsp host plugin presets -name '*.c' | sort)
logic=$(echo "$code" | grep -v '_table\.c$') # cppcheck takes minutes for numbers
scripts=$(find tests host presets -name '*.sh' -o -name '*.bash' | sort)

# shellcheck disable=SC2086 # lists of files
check_format() {
  failed=0
  for file in $sources; do
    if ! clang-format --dry-run --Werror "$file" 2>/dev/null; then
      echo "error: $file isn't laid out by .clang-format" >&2
      failed=1
    fi
  done
  return $failed
}
check_lengths() { tests/lint_lengths.sh $sources; }
check_licence() {
  missing=$(grep -LF 'SPDX-License-Identifier: ISC' $sources $scripts Makefile)
  [ -z "$missing" ] || { echo "error: no SPDX line: $missing" && false; }
}
check_cppcheck() {
  cppcheck --quiet --std=c11 --language=c -j 1 -I. --error-exitcode=1 \
    --enable=warning,performance,portability --inline-suppr \
    --suppress=missingIncludeSystem --suppress=normalCheckLevelMaxBranches \
    --suppress=unknownMacro $logic
}
# Leaks are left to the address sanitizer: gcc 12 sees one in every structure
# that owns memory.
check_analyzer() {
  command -v gcc >/dev/null || return 0
  failed=0
  for file in $code; do
    gcc -std=c11 -D_GNU_SOURCE -I. -I/usr/include/kissfft \
      -DECHOIC_VERSION='""' -Dkiss_fft_scalar=float \
      -O1 -fanalyzer -fdiagnostics-path-format=none \
      -Wno-analyzer-malloc-leak -Wno-analyzer-file-leak \
      -Werror -c -o /dev/null "$file" || failed=1
  done
  return $failed
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
check 'gcc -fanalyzer' check_analyzer
exit $bad
