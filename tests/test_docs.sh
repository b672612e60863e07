#!/bin/sh
# Copyright 2026 Echoic authors
# SPDX-License-Identifier: ISC
#
# What is written about the program is true of it: every command and option of
# --help is in the manual page and in the completion, and the other way round;
# every type of node is in ARCHITECTURE.md.
set -u
echoic=${ECHOIC:-build/echoic}
manual=host/echoic.1
bad=0

result() { # result STATUS NAME
  if [ "$1" -eq 0 ]; then echo "ok $2"; else echo "not ok $2" && bad=1; fi
}
options() { grep -oE -e '--[a-z][a-z-]*' | sort -u; }

commands=$("$echoic" --help | sed -n 's/^  \([a-z]*\)  .*/\1/p')
[ -n "$commands" ]
result $? 'help lists commands'

plain=$(mktemp)
trap 'rm -f "$plain" "$plain.graph"' EXIT
sed 's/\\-/-/g' "$manual" >"$plain"

for command in $commands; do
  section=$(echo "$command" | tr '[:lower:]' '[:upper:]')
  told=$(sed -n "/^\.SH $section\$/,/^\.SH/p" "$plain" |
    sed -n '/^\.B[RI]* /p' | options)
  helped=$("$echoic" "$command" --help | options)
  missing=$(for option in $helped; do
    [ "$option" = --help ] || echo "$told" | grep -qxe "$option" || echo "$option"
  done)
  [ -n "$helped" ] && [ -z "$missing" ]
  result $? "manual has all options of $command${missing:+: not }$(echo $missing)"
  extra=$(for option in $told; do
    echo "$helped" | grep -qxe "$option" || echo "$option"
  done)
  [ -z "$extra" ]
  result $? "$command has all options of its manual${extra:+: not }$(echo $extra)"
done

nodes=$(sed -n '/^const EchoicNodeType /,/^};/s/^  "\([a-z0-9_]*\)",$/\1/p' dsp/nodes/*.c)
listed=$(sed -n '/^## Nodes/,/^## Adding/p' ARCHITECTURE.md |
  sed -n 's/^| \(`[^|]*\) |.*/\1/p' | grep -oE '[a-z0-9_]+')
missing=$(for node in $nodes; do
  echo "$listed" | grep -qxe "$node" || echo "$node"
done)
extra=$(for node in $listed; do
  echo "$nodes" | grep -qxe "$node" || echo "$node"
done)
[ -n "$nodes" ] && [ -z "$missing$extra" ]
result $? "ARCHITECTURE.md lists the types of nodes${missing:+: not }$(echo $missing)${extra:+: no }$(echo $extra)"

completed() { # completed WORD...: what bash would offer for the last word
  ECHOIC=$echoic bash -c '
    source host/echoic.bash
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
    _echoic "$ECHOIC" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
    printf "%s\n" "${COMPREPLY[@]}"' bash "$@" 2>/dev/null
}
completed echoic de | grep -qx detect
result $? 'completion of a command'
completed echoic detect m.safetensors a.wav --form | grep -qxe --format
result $? 'completion of an option'
completed echoic detect m.safetensors a.wav --format r | grep -qx raven
result $? 'completion of a value'
! completed echoic live m.safetensors --format '' | grep -qx midi
result $? 'live is offered no MIDI file'
completed echoic detect m.safetensors --channel e | grep -qx each &&
  ! completed echoic process m.safetensors --channel e | grep -qx each
result $? 'only detect is offered each channel'
touch "$plain.graph"
for words in info run 'process --graph' 'teach m.safetensors --graph'; do
  # shellcheck disable=SC2086 # words of a command
  completed echoic $words "$plain" | grep -qx "$plain.graph"
  result $? "completion of a graph after $words"
done
completed echoic convert --cell ls | grep -qx lstm
result $? 'completion of a cell'

if command -v man >/dev/null && command -v groff >/dev/null; then
  said=$(LC_ALL=C.UTF-8 MANROFFSEQ='' MANWIDTH=80 man --warnings -E UTF-8 -l \
    -Tutf8 -Z "$manual" 2>&1 >/dev/null)
  [ -z "$said" ]
  result $? "manual page is formatted without warnings $said"
else
  echo 'skip manual page is formatted without warnings: needs man-db and groff'
fi
exit $bad
