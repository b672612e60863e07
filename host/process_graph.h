// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_PROCESS_GRAPH_H
#define ECHOIC_HOST_PROCESS_GRAPH_H

#include "dsp/echoic.h"

#include <stdint.h>

/**
   Write a recording as a graph makes it: an amplifier, a pedal.

   The graph takes one sample a frame, and after it the controls, the same all
   the time; it gives one sample.  Every channel has a graph of its own.
   Container, rate and length are those of the input, as in process_file.h;
   samples of integer formats are rounded, and clipped at full scale.

   @param raw Null, or what raw PCM the input is, see echoic_edit_file().
   @param controls [n_controls]
*/
EchoicStatus
echoic_process_graph(const char*   graph_path,
                     const char*   in_path,
                     const char*   raw,
                     const char*   out_path,
                     const double* controls,
                     uint32_t      n_controls,
                     EchoicError*  error);

#endif // ECHOIC_HOST_PROCESS_GRAPH_H
