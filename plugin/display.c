// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "plugin/display.h"

#include "plugin/plugin.h"

#include <math.h>

static const uint32_t background = 0xFF202020U;
static const uint32_t empty      = 0xFF383838U;
static const uint32_t below      = 0xFF4A7FA5U;
static const uint32_t above      = 0xFFE8A33DU;
static const uint32_t mark       = 0xFFFFFFFFU;
static const float    full_score = 1.5F; ///< At the right edge

static void
fill(EchoicDisplay* const d,
     const int            x_end,
     const int            y,
     const int            y_end,
     const uint32_t       colour)
{
  for (int row = y; row < y_end; ++row) {
    for (int x = 0; x < x_end; ++x) {
      d->pixels[(row * d->surface.width) + x] = colour;
    }
  }
}

static int
to_x(const EchoicDisplay* const d, const float score)
{
  const float share = fminf(fmaxf(score / full_score, 0.0F), 1.0F);
  return (int)lrintf(share * (float)(d->surface.width - 1));
}

static void
draw_slot(EchoicDisplay* const d,
          const uint32_t       slot,
          const int            y,
          const int            y_end)
{
  const float score =
    atomic_load_explicit(&d->score[slot], memory_order_relaxed);
  const float threshold =
    atomic_load_explicit(&d->threshold[slot], memory_order_relaxed);
  fill(d, d->surface.width, y, y_end, empty);
  if (threshold > 0.0F) {
    const int x = to_x(d, threshold);
    fill(d, to_x(d, score), y, y_end, score > threshold ? above : below);
    for (int row = y; row < y_end; ++row) {
      d->pixels[(row * d->surface.width) + x] = mark;
    }
  }
}

static EchoicSurface*
render(const LV2_Handle handle, const uint32_t w, const uint32_t max_h)
{
  EchoicDisplay* const d         = &((EchoicPlugin*)handle)->display;
  const uint32_t       most_w    = echoic_display_width;
  const uint32_t       most_h    = echoic_display_height;
  const uint32_t       h         = w / 3U;
  const uint32_t       allowed_h = max_h < most_h ? max_h : most_h;

  d->surface.data   = (unsigned char*)d->pixels;
  d->surface.width  = (int)(w < most_w ? w : most_w);
  d->surface.height = (int)(h < allowed_h ? h : allowed_h);
  d->surface.stride = 4 * d->surface.width;
  if (d->surface.width <= 0 || d->surface.height <= 0) {
    return NULL;
  }

  const int n_slots = (int)ECHOIC_N_SLOTS;
  fill(d, d->surface.width, 0, d->surface.height, background);
  for (int i = 0; i < n_slots; ++i) {
    const int y     = i * d->surface.height / n_slots;
    const int y_end = (i + 1) * d->surface.height / n_slots;
    draw_slot(d, (uint32_t)i, y, y_end > y + 2 ? y_end - 1 : y_end);
  }

  return &d->surface;
}

const void*
echoic_display_interface(void)
{
  static const EchoicDisplayInterface interface = {render};
  return &interface;
}
