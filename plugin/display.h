// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_PLUGIN_DISPLAY_H
#define ECHOIC_PLUGIN_DISPLAY_H

#include "dsp/echoic.h"
#include "plugin/ports.h"

#include <lv2/core/lv2.h>

#include <stdatomic.h>
#include <stdint.h>

/**
   The scores as bars with their thresholds, in the mixer strip of hosts that
   have such displays (the "inline display" extension of Harrison Consoles, as
   Ardour and Carla understand it).

   The audio thread sets numbers, the host's thread draws them; nothing is
   allocated.
*/

#define ECHOIC_INLINE_URI "http://harrisonconsoles.com/lv2/inlinedisplay#"

enum { echoic_display_width = 256, echoic_display_height = 128 };

/// What render() returns, laid out as the extension says (cairo's ARGB32)
typedef struct {
  unsigned char* data;
  int            width;
  int            height;
  int            stride; ///< Bytes
} EchoicSurface;

/// Extension data
typedef struct {
  EchoicSurface* (*render)(LV2_Handle handle, uint32_t w, uint32_t max_h);
} EchoicDisplayInterface;

/// Feature: asks for a new picture, from any thread
typedef struct {
  void* handle;
  void (*queue_draw)(void* handle);
} EchoicDisplayQueue;

typedef struct {
  const EchoicDisplayQueue* queue;  ///< Null if the host has none
  uint32_t                  n_wait; ///< Samples until it may be asked again
  _Atomic(float)            score[ECHOIC_N_SLOTS];
  _Atomic(float)            threshold[ECHOIC_N_SLOTS]; ///< 0 without a sound
  EchoicSurface             surface;
  uint32_t pixels[echoic_display_width * echoic_display_height];
} EchoicDisplay;

/// Return the extension data, to be called with an EchoicPlugin
const void*
echoic_display_interface(void);

#endif // ECHOIC_PLUGIN_DISPLAY_H
