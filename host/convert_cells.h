// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_CONVERT_CELLS_H
#define ECHOIC_HOST_CONVERT_CELLS_H

#include "host/convert.h"

/* The builders of all cells, for their table.  One file for each family:
   convert_rnn.c, ... */

void
echoic_build_fla_hgrn2(EchoicConvert* c);

void
echoic_build_griffin_lm(EchoicConvert* c);

void
echoic_build_gru(EchoicConvert* c);

void
echoic_build_hgrn2_model(EchoicConvert* c);

void
echoic_build_hgru2_1d(EchoicConvert* c);

void
echoic_build_local_attention(EchoicConvert* c);

void
echoic_build_lstm(EchoicConvert* c);

void
echoic_build_makemore_bow(EchoicConvert* c);

void
echoic_build_makemore_transformer(EchoicConvert* c);

void
echoic_build_mamba(EchoicConvert* c);

void
echoic_build_mamba2(EchoicConvert* c);

void
echoic_build_mamba2_lm(EchoicConvert* c);

void
echoic_build_mamba_lm(EchoicConvert* c);

void
echoic_build_mha(EchoicConvert* c);

void
echoic_build_recurrent_block(EchoicConvert* c);

void
echoic_build_rglru(EchoicConvert* c);

void
echoic_build_rope(EchoicConvert* c);

void
echoic_build_rwkv5(EchoicConvert* c);

void
echoic_build_rwkv6(EchoicConvert* c);

void
echoic_build_s4d(EchoicConvert* c);

void
echoic_build_s4d_kernel_bilinear(EchoicConvert* c);

void
echoic_build_s4d_kernel_zoh(EchoicConvert* c);

void
echoic_build_rnn(EchoicConvert* c);

void
echoic_build_makemore_gru(EchoicConvert* c);

void
echoic_build_makemore_rnn(EchoicConvert* c);

void
echoic_build_recurrent_stack(EchoicConvert* c);

void
echoic_build_rnnoise(EchoicConvert* c);

void
echoic_build_silero_vad(EchoicConvert* c);

#endif // ECHOIC_HOST_CONVERT_CELLS_H
