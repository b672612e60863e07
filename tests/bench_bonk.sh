#!/bin/sh
# Copyright 2026 Echoic authors
# SPDX-License-Identifier: ISC
#
# bench_bonk.sh RECORDING.wav SECONDS OUT.pd: writes a patch for Pure Data that
# reads a recording into bonk~, which learns its first eight hits as templates
# and prints every later hit with the number of its template.
set -eu
recording=$(realpath "$1")
ms=$(($2 * 1000))
cat >"$3" <<END
#N canvas 0 0 450 300 12;
#X obj 10 10 loadbang;
#X msg 10 40 open $recording \\, 1;
#X obj 10 70 readsf~ 1;
#X obj 10 100 bonk~;
#X obj 10 130 print hit;
#X obj 200 40 delay $ms;
#X msg 200 70 \\; pd quit;
#X msg 300 40 \\; pd dsp 1;
#X msg 100 40 learn 1;
#X obj 100 130 t b;
#X obj 100 160 f 1;
#X obj 140 160 + 1;
#X obj 100 190 sel 8;
#X msg 100 220 learn 0;
#X connect 0 0 8 0;
#X connect 0 0 1 0;
#X connect 0 0 5 0;
#X connect 0 0 7 0;
#X connect 1 0 2 0;
#X connect 2 0 3 0;
#X connect 3 1 4 0;
#X connect 3 1 9 0;
#X connect 5 0 6 0;
#X connect 8 0 3 0;
#X connect 9 0 10 0;
#X connect 10 0 11 0;
#X connect 10 0 12 0;
#X connect 11 0 10 1;
#X connect 12 0 13 0;
#X connect 13 0 3 0;
END
