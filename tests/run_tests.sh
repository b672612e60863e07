#!/bin/sh
# Copyright 2026 Echoic authors
# SPDX-License-Identifier: ISC
#
# run_tests.sh TEST...: runs programs of the check library and shell tests
# (*.sh: lines "ok NAME", "not ok NAME", "skip NAME: why"), a line for each,
# and ends with "N passed, N failed".
set -u

log=$(mktemp)
trap 'rm -f "$log"' EXIT
trap 'exit 130' INT TERM
passed=0
failed=0

run_shell() { # sets good, bad, note
  case $1 in */*) ;; *) set -- "./$1" ;; esac
  "$1" >"$log" 2>&1 </dev/null
  status=$?
  good=$(grep -c '^ok ' "$log")
  bad=$(grep -c '^not ok ' "$log")
  skips=$(grep -c '^skip ' "$log")
  note=
  if [ "$skips" -gt 0 ]; then note=", $skips skipped"; fi
  if [ $((good + bad + skips)) -eq 0 ]; then
    bad=1
    note=" (no results, exit status $status)"
  elif [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then
    bad=1
    note="$note (exit status $status)"
  fi
}

run_check() { # sets good, bad, note
  "$1" >"$log" 2>&1 </dev/null
  status=$?
  note=
  # shellcheck disable=SC2046 # two numbers
  set -- $(sed -n \
    's/^[0-9]*%: Checks: \([0-9]*\), Failures: \([0-9]*\), Errors: \([0-9]*\)$/\1 \2 \3/p' \
    "$log" | awk '{ n += $1; bad += $2 + $3 } END { print n + 0, bad + 0 }')
  good=$(($1 - $2))
  bad=$2
  if [ "$1" -eq 0 ] && [ "$status" -eq 0 ] && grep -q '^skip ' "$log"; then
    note=', skipped'
  elif [ "$1" -eq 0 ] || { [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; }; then
    bad=$((bad + 1))
    note=" (exit status $status)"
  fi
}

for test; do
  begin=$(date +%s)
  case $test in
  *.sh) run_shell "$test" ;;
  *) run_check "$test" ;;
  esac
  name=$(basename "$test")
  echo "$name: $good passed, $bad failed$note, $(($(date +%s) - begin)) s"
  grep '^skip ' "$log" | sed 's/^/  /'
  if [ "$bad" -gt 0 ]; then sed 's/^/  | /' "$log" | tail -n 200; fi
  passed=$((passed + good))
  failed=$((failed + bad))
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
