#!/bin/sh
# Copyright 2026 Echoic authors
# SPDX-License-Identifier: ISC
#
# run_tests.sh TEST...: runs programs of the check library and shell tests (*.sh:
# lines "ok NAME", "not ok NAME", "skip NAME: why"), TEST_JOBS at a time (as many
# as there are processors); then, one by one, those that play in real time.  A
# line for each; ends with what failed, in short, and "N passed, N failed".
#
# run_tests.sh --one DIR TEST: one of them; counts and what failed go to DIR.
set -u

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

# What a test's log says of its failures, and how it ends
gist() {
  grep -E '^not ok |:[FE]:|^==[0-9]+==ERROR|runtime error:|^SUMMARY: ' "$log" |
    head -n 20
  echo '...'
  tail -n 8 "$log"
}

run_one() {
  begin=$(date +%s)
  case $1 in
  *.sh) run_shell "$1" ;;
  *) run_check "$1" ;;
  esac
  name=$(basename "$1")
  told="$name: $good passed, $bad failed$note, $(($(date +%s) - begin)) s"
  {
    echo "$told"
    grep '^skip ' "$log" | sed 's/^/  /'
    if [ "$bad" -gt 0 ]; then sed 's/^/  | /' "$log" | tail -n 200; fi
  } >"$log.told"
  cat "$log.told" # In one piece
  echo "$good $bad" >>"$dir/counts"
  if [ "$bad" -gt 0 ]; then
    { echo "$told" && gist | cut -c1-300 | sed 's/^/  | /'; } >"$dir/$name.bad"
  fi
}

if [ "${1-}" = --one ]; then
  dir=$2
  log=$(mktemp "$dir/log.XXXXXX")
  run_one "$3"
  exit 0
fi

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM

plays() { # plays TEST: in real time, or with servers that are there once
  case $1 in */test_live*.sh | */hosts/*) ;; *) return 1 ;; esac
}

for test; do
  plays "$test" || printf '%s\0' "$test"
done | xargs -0 -r -n 1 -P "${TEST_JOBS:-$(nproc)}" "$0" --one "$dir"
for test; do
  if plays "$test"; then "$0" --one "$dir" "$test"; fi
done

touch "$dir/counts"
# shellcheck disable=SC2046 # two numbers
set -- $(awk '{ good += $1; bad += $2 } END { print good + 0, bad + 0 }' "$dir/counts")
if [ "$2" -gt 0 ]; then
  echo '-- what failed:'
  cat "$dir"/*.bad
fi
echo "$1 passed, $2 failed"
[ "$2" -eq 0 ] && [ "$1" -gt 0 ]
