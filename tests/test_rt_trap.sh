#!/bin/sh
# Copyright 2026 Echoic authors
# SPDX-License-Identifier: ISC
#
# The trap for audio threads catches what it should, and the plugin isn't caught.
set -u
build=$(dirname "${ECHOIC:-build/echoic}")
trap=$build/tests/rt_trap.so
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
bad=0

result() { # result STATUS NAME
  if [ "$1" -eq 0 ]; then echo "ok $2"; else echo "not ok $2" && bad=1; fi
}

if [ -n "${ECHOIC_SANITIZED-}" ]; then
  echo 'skip rt_trap: the sanitizers have their own malloc'
  exit 0
fi

for what in malloc free lock open getppid; do
  (LD_PRELOAD=$trap "$build/tests/trap_victim" $what) >"$tmp/said" 2>&1
  status=$?
  if [ $status -eq 0 ] && { [ $what = open ] || [ $what = getppid ]; }; then
    echo "skip trap: $what: this kernel doesn't dispatch system calls"
    continue
  fi
  [ $status -eq 134 ] && grep -q '^rt_trap: .* in the audio thread' "$tmp/said"
  result $? "trap: $what is caught"
done
LD_PRELOAD=$trap "$build/tests/trap_victim" nothing >"$tmp/said" 2>&1
result $? 'trap: nothing else is'

# In the tests' own host: teaching, exchanging, saving, gates, rates
for test in test_plugin test_plugin_state test_plugin_audio test_plugin_loop \
  test_plugin_short test_plugin_voltages test_plugin_buttons; do
  CK_FORK=no LD_PRELOAD=$trap "$build/tests/$test" >"$tmp/said" 2>&1
  status=$?
  runs=$(sed -n 's/^rt_trap: watched \([0-9]*\) runs$/\1/p' "$tmp/said" | tail -n 1)
  if [ $status -eq 0 ] && grep -q '^skip ' "$tmp/said"; then
    echo "skip trap: $test has nothing to run"
    continue
  fi
  [ $status -eq 0 ] && [ "${runs:-0}" -gt 100 ]
  result $? "trap: ${runs:-no} runs of $test"
  [ $status -eq 0 ] || tail -20 "$tmp/said"
done
exit $bad
