#!/bin/sh
# Copyright 2026 Echoic authors
# SPDX-License-Identifier: ISC
#
# Make dsp/world_table.c: statistics of sounds that nobody taught.
#
#   presets/make_world.sh MAKE_WORLD > dsp/world_table.c
#
# Sounds: Debian's sonic-pi-samples (CC0) but those of which tests and the
# demonstration teach parts, and speech that is made here with flite and
# espeak-ng, of words that no test looks for.
set -eu

make_world=$1
samples=/usr/share/sonic-pi/samples
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM

for tool in flite espeak-ng; do
  command -v "$tool" >/dev/null || { echo "$0: needs $tool" >&2; exit 2; }
done

cat > "$work/sentences" <<'END'
The harbour was quiet in the early morning, and gulls circled above the boats.
Clouds gathered over distant mountains while farmers brought in the hay.
A carpenter measured the oak plank, then sawed it slowly.
Her grandmother kept old photographs inside a green wooden chest.
We walked along the river until rain drove us under the old stone bridge.
Could somebody open that window? It is getting rather warm in here.
Bread, butter, cheese, olives, mustard, pepper, sugar, garlic.
Yellow, purple, silver, orange, crimson, violet, amber, turquoise.
She bought a velvet jacket, paid with coins, and left without her umbrella.
Monday, Wednesday, Friday, January, August, October, December.
Every student must read chapters about volcanoes, rivers and glaciers.
Music makes even ordinary kitchens feel like concert halls.
Several children laughed while their dog chased leaves across the garden.
Why did the baker shout? Nobody knows, but everyone heard him.
Apples grow slowly; patience is the gardener's finest tool.
Under the lamp lay a broken violin, a map, and half a sandwich.
END

cat > "$work/languages" <<'END'
de Der alte Garten liegt hinter der Mauer am Fluss.
fr-fr Le chat dort sous la table pendant que la pluie tombe.
es El mercado abre temprano y huele a pan caliente.
it La luna brilla sopra il mare calmo di settembre.
pl Stary zegar stoi w rogu pokoju.
sv Katten ligger i solen och sover gott.
fi Vanha talo seisoo metsan reunassa.
pt-br O rio corre devagar entre as pedras.
tr Bahar gelince bahceler yesillenir.
END

# Each sentence twice, by different voices
voices="en-gb flite:slt en-us+f3 flite:rms en-gb-scotland+m3 flite:awb
en-us+m7 flite:kal16 en-029+f2 en-gb-x-rp+m1 flite:kal en-us+croak en-gb+f5"
n=0
for pass in a b; do
  while read -r sentence; do
    # shellcheck disable=SC2086 # Split into words
    set -- $voices
    shift $((n % $#))
    out=$work/speech-$pass-$n.wav
    case $1 in
    flite:*) flite -voice "${1#flite:}" -t "$sentence" -o "$out" ;;
    *) espeak-ng -v "$1" -w "$out" "$sentence" ;;
    esac
    n=$((n + 1))
  done < "$work/sentences"
  n=$((n + 5))
done
while read -r language sentence; do
  espeak-ng -v "$language" -w "$work/speech-$language.wav" "$sentence"
done < "$work/languages"

for file in "$samples"/*.flac; do
  case ${file##*/} in
  loop_amen*|loop_mehackit*|mehackit_*|bd_mehackit*|guit_harmonics*) ;;
  *) printf '%s\n' "$file" ;;
  esac
done > "$work/list"
ls "$work"/*.wav >> "$work/list"

# In an order that mixes all kinds and never changes
while read -r file; do
  printf '%s %s\n' "$(printf '%s' "${file##*/}" | cksum | cut -d' ' -f1)" \
    "$file"
done < "$work/list" | sort -n | cut -d' ' -f2- > "$work/mixed"

xargs "$make_world" 4 < "$work/mixed"
