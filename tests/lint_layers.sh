#!/bin/sh
# Copyright 2026 Echoic authors
# SPDX-License-Identifier: ISC
#
# lint_layers.sh BUILD_DIR: the dependency rule, checked.
#   plugin -> dsp <- host, tests -> all, dsp -> nothing
#   1. what is included
#   2. what the objects of dsp/ need of others: the real-time ones nothing but
#      arithmetic, the set-up ones no files, threads or printing
#   3. that everything exported begins with echoic_
set -eu
build=$1
bad=0
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# Modules of dsp/ that never run in the audio thread: they may allocate.
setup='error
       model.*
       safetensors.*
       json_text
       utf8
       graph_spec.*
       graph_file.*
       teach.*
       lda.*
       world.*
       trim.*
       states
       lesson
       tutor.*
       detector
       engine_new'

deny() { # deny WHY PATTERN FILE...
  why=$1
  pattern=$2
  shift 2
  for file; do # a pattern of the shell that nothing matches is no file
    if [ -f "$file" ] && grep -nHE \
      "^[[:space:]]*#[[:space:]]*include[[:space:]]+$pattern" "$file" >&2; then
      echo "error: included above: $why" >&2
      bad=1
    fi
  done
}

io='<(pthread|threads|unistd|fcntl|time|signal|sys/.*|sndfile|portaudio|lv2/.*|lilv/.*)(\.h)?[>/]'
deny 'dsp/ may not include a higher layer' '"(plugin|host|tests)/' \
  dsp/*.[ch] dsp/nodes/*.[ch] dsp/simd/*.h
deny 'dsp/ knows no I/O, threads or hosts' "$io" dsp/*.[ch] dsp/nodes/*.[ch] dsp/simd/*.h
for file in dsp/*.[ch] dsp/nodes/*.[ch] dsp/simd/*.h; do
  if [ "$file" != dsp/error.c ]; then
    deny 'dsp/ writes texts by echoic_format() alone' '<stdio' "$file"
  fi
done
deny 'plugin/ may include only dsp/' '"(host|tests)/' plugin/*.[ch]
deny 'host/ may include only dsp/' '"(plugin|tests)/' host/*.[ch]
deny 'includes are written from the root, as "dsp/x.h"' '"[^/"]*"' \
  dsp/*.[ch] dsp/nodes/*.[ch] dsp/simd/*.h host/*.[ch] plugin/*.[ch] ttl/*.[ch] tests/*.[ch]
deny 'includes are written from the root, without ..' '"[^"]*\.\.' \
  dsp/*.[ch] dsp/nodes/*.[ch] dsp/simd/*.h host/*.[ch] plugin/*.[ch] tests/*.[ch]

is_setup() { # is_setup NAME
  for pattern in $setup; do
    if echo "$1" | grep -qxE "$pattern"; then return 0; fi
  done
  return 1
}

needs() { # needs OBJECT: what it takes from elsewhere
  nm -u "$1" | awk '$1 == "U" || $1 == "w" { print $2 }' | sort -u
}

# Of the C library: arithmetic and memory, nothing that waits or allocates.
rt='mem(cpy|move|set|cmp)|str(cmp|len)'
rt="$rt|(exp|exp2|expm1|log|log2|log10|log1p|pow|sin|cos|tan|tanh|atan|atan2"
rt="$rt|erf|sqrt|cbrt|hypot|fabs|fmod|fmin|fmax|floor|ceil|round|lround|llround|rint"
rt="$rt|lrint|llrint|nearbyint|ldexp|frexp)f?|sincosf?"
rt="$rt|__cpu_(model|indicator_init)|kiss_fftr?(_alloc)?|__stack_chk_fail|_GLOBAL_OFFSET_TABLE_"
never='f?open(64|at)?|f?close|f?read|f?write|f?puts|f?printf|vf?printf|putchar'
never="$never|std(in|out|err)|pthread_.*|sem_.*|mtx_.*|thrd_.*|exit|abort|_exit"
never="$never|system|fork|exec.*|getenv|time|clock.*|sleep|usleep|nanosleep"
never="$never|json_(load|dump)(_file|f|fd)|sf_.*|rand|random|srand|setlocale"

n_rt=0
for source in dsp/*.c dsp/nodes/*.c; do
  object=$build/${source%.c}.o
  if [ ! -f "$object" ]; then continue; fi
  name=$(basename "$source" .c)
  needs "$object" >"$tmp/needs"
  if is_setup "$name"; then
    grep -xE "$never" "$tmp/needs" >"$tmp/bad" || true
    class='set-up'
  else
    n_rt=$((n_rt + 1))
    grep -vxE "echoic_.*|$rt" "$tmp/needs" >"$tmp/bad" || true
    class='real-time'
  fi
  if [ -s "$tmp/bad" ]; then
    echo "error: $source ($class) may not need: $(tr "\n" " " <"$tmp/bad")" >&2
    bad=1
  fi
  nm -g --defined-only "$object" |
    awk -v file="$source" '$2 ~ /[TDRBVWC]/ && $3 !~ /^echoic_/ {
      print "error: " file " exports " $3 " without the prefix echoic_" }' >>"$tmp/names"
done
if [ -s "$tmp/names" ]; then
  cat "$tmp/names" >&2
  bad=1
fi
if [ "$n_rt" -eq 0 ]; then
  echo "error: no real-time objects in $build: build first" >&2
  bad=1
fi
[ $bad -eq 0 ] && echo "layers: $n_rt real-time objects need only arithmetic"
exit $bad
