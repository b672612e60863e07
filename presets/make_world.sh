#!/bin/sh
# Copyright 2026 Echoic authors
# SPDX-License-Identifier: ISC
#
# Make dsp/world_table.c: statistics of sounds that nobody taught.
#
#   presets/make_world.sh MAKE_WORLD > dsp/world_table.c
#
# Sounds: all of Debian's sonic-pi-samples (CC0) but the loops of which the
# tests and the demonstration teach parts, and speech that is made here with
# flite and espeak-ng, of words that no test looks for.
set -eu

make_world=$1
samples=/usr/share/sonic-pi/samples
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM

for tool in flite espeak-ng; do
  command -v "$tool" >/dev/null || { echo "$0: needs $tool" >&2; exit 2; }
done

text="Please leave the garden door open until the rain has passed, because
the cat is still sitting under the apple tree and watching a blackbird. The
market sells bread, cheese, honey and fresh fish on Saturday morning. My
brother plays the violin while our mother reads yesterday's newspaper aloud.
Have you ever heard a steam train whistle across the valley at midnight?
Turn left behind the church, follow the river, and ask for the old mill."

for voice in awb kal16 rms slt; do
  flite -voice "$voice" -t "$text" -o "$work/flite-$voice.wav"
done

say() { # LANGUAGE VOICE-VARIANT TEXT
  espeak-ng -v "$1+$2" -w "$work/espeak-$1-$2.wav" "$3"
}
say en-gb f2 "$text"
say en-us m3 "$text"
say de m1 "Der Hund läuft über die Straße, und im Garten singen die Vögel.
Morgen fahren wir mit dem Zug ans Meer und essen Kuchen am Strand."
say fr f3 "Le vent souffle dans les arbres et la rivière coule doucement.
Ma grand-mère prépare une soupe aux légumes pour toute la famille."
say es m2 "La ventana está abierta y se oye la música de la plaza. Los
niños juegan a la pelota mientras el perro duerme a la sombra."
say it f4 "La macchina rossa è ferma davanti alla stazione. Domani andiamo
in montagna a cercare funghi con gli amici di Giovanni."
say pl m4 "Rano piję kawę i czytam książkę przy oknie. W lesie słychać
dzięcioła, a nad jeziorem krzyczą żurawie."
say sv f5 "Båten ligger vid bryggan och solen går upp över skogen. Vi
plockar blåbär och hör göken ropa långt borta."

for file in "$samples"/*.flac; do
  case ${file##*/} in
  loop_amen*|loop_mehackit*|guit_harmonics*|mehackit_phone1*) ;;
  *) printf '%s\n' "$file" ;;
  esac
done > "$work/list"
ls "$work"/*.wav >> "$work/list"

xargs "$make_world" 10 < "$work/list"
