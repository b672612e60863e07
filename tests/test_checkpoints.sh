#!/bin/sh
# Copyright 2026 Echoic authors
# SPDX-License-Identifier: ISC
#
# Networks trained by others compute what they do for their authors: converted
# from the file that their users have, without a word about what it is.
set -u
echoic=${ECHOIC:-build/echoic}
golden=${echoic%/*}/tests/golden
data=${ECHOIC_SHARED:-../shared}/golden/real
bad=0

if [ ! -d "$data" ]; then
  echo "skip checkpoints of others: no $data"
  exit 0
fi

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# Of outputs, and of states at the end where there are any.  Float32 allows a few
# of its steps (6e-8) of the largest number, more where a gain follows a long
# recurrence.  Silero's memory c reaches 42; the states of RNNoise are those of
# its own C code, which interpolates tanh and sigmoid in tables.
while read -r file tolerance state config; do
  io=$data/${file%%.*}.io.safetensors
  if "$echoic" convert ${config:+--config "$config"} "$data/$file" \
    -o "$tmp/graph" >"$tmp/said" 2>&1 &&
    "$echoic" run "$tmp/graph" "$io" -o "$tmp/out1" --block 1 >"$tmp/said" 2>&1 &&
    "$echoic" run "$tmp/graph" "$io" -o "$tmp/out" >"$tmp/said" 2>&1 &&
    cmp "$tmp/out1" "$tmp/out" >"$tmp/said" 2>&1 &&
    "$golden" compare "$tmp/out" "$io" "$tolerance" "${state:-0}" >"$tmp/said" 2>&1; then
    echo "ok $file: $(cat "$tmp/said")"
  else
    echo "not ok $file: $(cat "$tmp/said")"
    bad=1
  fi
done <<END
muff_gru64.json 3e-6
muff_gru64.weights.safetensors 3e-6
nam_lstm.nam 1e-6
nam_lstm.weights.safetensors 1e-6
neuralpi_ts9_lstm20.json 1e-6
neuralpi_ts9_lstm20.weights.safetensors 1e-6
rnnoise_v0.weights.safetensors 5e-6 1e-4
rtneural_gru_torch.json 1e-6
rtneural_gru_torch.weights.safetensors 1e-6
rtneural_lstm_torch.json 1e-6
rtneural_lstm_torch.weights.safetensors 1e-6
silero_vad_16k.safetensors 2e-6 3e-5
tiny-rwkv-5v2-730K.weights.safetensors 3e-5 3e-5 {"ln_x_eps":1e-5}
END
exit $bad
