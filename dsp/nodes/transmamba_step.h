// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_NODES_TRANSMAMBA_STEP_H
#define ECHOIC_NODES_TRANSMAMBA_STEP_H

#include "dsp/angles.h"
#include "dsp/echoic.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   The arithmetic of one frame of the node "transmamba", see its header.
*/

typedef enum {
  ECHOIC_FORM_DELAY,
  ECHOIC_FORM_RECURRENT,
  ECHOIC_FORM_XMAMBA,
  ECHOIC_FORM_MAMBAX,
} EchoicForm;

typedef struct {
  EchoicForm  form;
  uint32_t    width;
  uint32_t    n_taps;
  uint32_t    n_modes;
  bool        has_coefficients; ///< As a second input
  bool        is_real;          ///< Only real parts are output
  float       b;
  EchoicAngle angle;
  int64_t     position;
  float*      a;    ///< [n_modes][width]
  float*      beta; ///< [n_modes][width]
  float*      gain; ///< [n_modes][width]
  float*      sum;  ///< [width][2] What leaves one memory for the other
  float*      h;    ///< [n_taps + n_modes][width][2]
} EchoicTransmamba;

/// What changes from frame to frame
typedef struct {
  float        b;
  float        a;
  const float* beta; ///< [n_modes], or null for ones
  float        c;    ///< cos d_n
  float        s;    ///< sin d_n
} EchoicTransmambaFrame;

/// Return how many numbers the state has
ECHOIC_RT size_t
echoic_transmamba_size(const EchoicTransmamba* node);

/// Go on by a frame
ECHOIC_RT void
echoic_transmamba_step(const EchoicTransmamba*      node,
                       const float*                 x,
                       const EchoicTransmambaFrame* frame);

#endif // ECHOIC_NODES_TRANSMAMBA_STEP_H
