// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_CONVERT_MAMBA_H
#define ECHOIC_HOST_CONVERT_MAMBA_H

#include "host/convert.h"

#include <stdint.h>

/* Mixers of Mamba and Mamba-2, for the models that are made of them. */

/// Where a mixer is
typedef struct {
  const char* object; ///< Of the configuration, "" for the whole
  const char* prefix; ///< Of tensors
  uint32_t    d_model;
} EchoicMixerPlace;

/// Append node "mamba" with the tensors and the configuration that are there
void
echoic_convert_add_mamba(EchoicConvert*          c,
                         const char*             id,
                         const char*             input,
                         const EchoicMixerPlace* at);

/// Append node "mamba2"
void
echoic_convert_add_mamba2(EchoicConvert*          c,
                          const char*             id,
                          const char*             input,
                          const EchoicMixerPlace* at);

#endif // ECHOIC_HOST_CONVERT_MAMBA_H
