#!/bin/sh
# Copyright 2026 Echoic authors
# SPDX-License-Identifier: ISC
#
# lint_lengths.sh FILE...: functions of at most 60 lines, files of at most 400.
# A file without functions is a table and may be longer.  A function is what
# the layout makes it: its name at the first column, then {, then }.
exec awk -v max_function=60 -v max_file=400 '
function file_done() {
  if (lines > max_file && functions > 0) {
    printf "error: %s has %d lines (%d are allowed)\n", file, lines, max_file
    bad = 1
  }
}
FNR == 1 { if (file != "") file_done(); file = FILENAME; functions = 0; name = ""; open = 0 }
{ lines = FNR }
/^[A-Za-z_][A-Za-z_0-9]*\(/ { name = $0; sub(/\(.*/, "", name); first = FNR }
/^\{/ { if (name != "") open = 1 }
/^\}/ {
  if (open) {
    n = FNR - first + 1
    functions++
    total++
    if (n > longest) longest = n
    if (n > max_function) {
      printf "error: %s:%d: %s() has %d lines (%d are allowed)\n", \
        FILENAME, first, name, n, max_function
      bad = 1
    }
  }
  name = ""; open = 0
}
END {
  file_done()
  if (!bad) printf "lengths: %d functions, the longest has %d lines\n", total, longest
  exit bad
}' "$@"
