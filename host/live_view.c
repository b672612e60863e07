// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/live_view.h"

#include "host/live_terminal.h"
#include "host/text_out.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { meter_width = 30, name_width = 14, last_rows = 4 };

static const float full_score  = 1.5F; ///< At the right end of a meter
static const float least_level = -60.0F;

static float
decibels(const float x)
{
  return x > 1.0e-6F ? 20.0F * log10f(x) : -120.0F;
}

/// Draw a bar into `text`, with a mark at `mark` unless it is negative
static void
draw_bar(char text[meter_width + 1], const float part, const float mark)
{
  const long n_full = lroundf(fminf(fmaxf(part, 0.0F), 1.0F) * meter_width);
  const long at     = lroundf(fminf(mark, 1.0F) * (meter_width - 1));
  for (long i = 0; i < meter_width; ++i) {
    text[i] = i < n_full ? '#' : '.';
  }
  if (mark >= 0.0F) {
    text[at] = '|';
  }
  text[meter_width] = '\0';
}

static void
draw_head(const EchoicView* const view)
{
  const EchoicDesk* const        desk    = view->desk;
  const EchoicBackendInfo* const info    = &view->backend->info;
  const double                   rate_hz = info->rate_hz;
  const double                   now_s =
    (double)atomic_load(&desk->callback->meters.now) / rate_hz;
  const char* const slash = strrchr(view->model_path, '/');
  char              bar[meter_width + 1];
  const float       level = decibels(desk->peak);
  const unsigned    whole = (unsigned)now_s;

  echoic_terminal_put(0U, ECHOIC_LOOK_BOLD, "echoic live  ");
  echoic_terminal_put(0U,
                      ECHOIC_LOOK_PLAIN,
                      "%.40s   %u:%02u:%02u",
                      slash ? slash + 1 : view->model_path,
                      whole / 3600U,
                      whole / 60U % 60U,
                      whole % 60U);
  echoic_terminal_put(1U,
                      view->is_lost ? ECHOIC_LOOK_WARN : ECHOIC_LOOK_PLAIN,
                      "%.44s  %.0f Hz  %u in, %u out%s",
                      info->name,
                      rate_hz,
                      info->n_in,
                      info->n_out,
                      view->is_lost ? "  GONE: waiting for it" : "");
  draw_bar(bar, (level - least_level) / -least_level, -1.0F);
  echoic_terminal_put(2U, ECHOIC_LOOK_PLAIN, "level %5.0f dB ", (double)level);
  echoic_terminal_put(
    2U, level > -1.0F ? ECHOIC_LOOK_WARN : ECHOIC_LOOK_GOOD, "[%s]", bar);
  echoic_terminal_put(
    2U,
    ECHOIC_LOOK_PLAIN,
    "  xruns %u  cpu %.0f%%  events %llu",
    atomic_load(&view->backend->n_xruns),
    (double)(100.0F * view->backend->type->load(view->backend)),
    (unsigned long long)desk->n_events);
}

/// Say how long ago the last event was
static void
say_ago(const EchoicView* const      view,
        const EchoicDeskSound* const sound,
        char                         text[16])
{
  const EchoicCallback* const cb  = view->desk->callback;
  const uint64_t              now = atomic_load(&cb->meters.now);
  const double ago = (double)(now - sound->last.event.onset) / cb->spec.rate_hz;
  text[0]          = '\0';
  if (sound->n_events && ago < 100.0) {
    snprintf(text, 16U, "%.1f s", ago);
  } else if (sound->n_events) {
    snprintf(text,
             16U,
             ago < 6000.0 ? "%.0f min" : "%.0f h",
             ago < 6000.0 ? ago / 60.0 : ago / 3600.0);
  }
}

static void
draw_sound(const EchoicView* const view, const size_t row, const uint32_t i)
{
  const EchoicDesk* const        desk      = view->desk;
  const EchoicTaughtSound* const taught    = &desk->taught->sounds[i];
  const EchoicDeskSound* const   sound     = &desk->sounds[i];
  const bool                     is_chosen = taught->slot == view->keys->slot;
  const bool                     is_over   = sound->score > taught->threshold;
  char                           bar[meter_width + 1];
  char                           key = ' ';
  char                           ago[16];
  char                           name[ECHOIC_FIT_SIZE(name_width)];
  if (taught->slot < ECHOIC_DETECTOR_SLOTS) {
    key = (char)('1' + taught->slot);
  }

  draw_bar(bar, sound->score / full_score, taught->threshold / full_score);
  say_ago(view, sound, ago);
  const size_t n_name = echoic_fit_text(name, name_width, taught->name);
  echoic_terminal_put(row,
                      is_chosen ? ECHOIC_LOOK_BOLD : ECHOIC_LOOK_PLAIN,
                      "%c%c %s%*s",
                      is_chosen ? '>' : ' ',
                      key,
                      name,
                      (int)(name_width + 1U - n_name),
                      "");
  echoic_terminal_put(
    row, is_over ? ECHOIC_LOOK_GOOD : ECHOIC_LOOK_PLAIN, "[%s]", bar);
  echoic_terminal_put(row,
                      ECHOIC_LOOK_PLAIN,
                      " %4.2f of %4.2f %7llu %7s",
                      (double)fmaxf(sound->score, 0.0F),
                      (double)taught->threshold,
                      (unsigned long long)sound->n_events,
                      ago);
}

static void
draw_sounds(const EchoicView* const view, const size_t n_rows)
{
  const EchoicTaught* const taught = view->desk->taught;
  size_t                    row    = 4U;
  echoic_terminal_put(row++,
                      ECHOIC_LOOK_DIM,
                      "   %-14s %-32s %-12s %7s %7s",
                      "sound",
                      "score | threshold",
                      "",
                      "count",
                      "last");
  for (uint32_t i = 0U; i < taught->n_live; ++i) {
    if (row + last_rows + 1U > n_rows) {
      echoic_terminal_put(
        row++, ECHOIC_LOOK_DIM, "   and %u more", taught->n_live - i);
      break;
    }
    draw_sound(view, row++, taught->live[i]);
  }

  if (echoic_taught_in_slot(taught, view->keys->slot) < 0) {
    echoic_terminal_put(row++,
                        ECHOIC_LOOK_BOLD,
                        ">%c a new sound",
                        (char)('1' + view->keys->slot));
  }
}

static void
draw_state(const EchoicView* const view, const size_t row)
{
  static const char* const states[] = {
    "", "listens for it", "hears it", "takes all it hears"};
  const EchoicKeys* const keys = view->keys;
  const int state = atomic_load(&view->desk->callback->meters.capture);
  if (keys->prompt == ECHOIC_PROMPT_NAME) {
    echoic_terminal_put(row,
                        ECHOIC_LOOK_BOLD,
                        "name of %u: %s_   (Enter, Esc)",
                        keys->slot + 1U,
                        keys->text);
  } else if (keys->prompt == ECHOIC_PROMPT_FORGET) {
    echoic_terminal_put(
      row, ECHOIC_LOOK_BOLD, "forget sound %u? y/n", keys->slot + 1U);
  } else if (keys->is_held) {
    echoic_terminal_put(
      row, ECHOIC_LOOK_WARN, "%u: %s", keys->slot + 1U, states[3]);
  } else if (state) {
    echoic_terminal_put(
      row, ECHOIC_LOOK_WARN, "%u: %s", keys->slot + 1U, states[state & 3]);
  } else {
    echoic_terminal_put(row, ECHOIC_LOOK_PLAIN, "%s", view->words);
  }
}

void
echoic_view_draw(const EchoicView* const view)
{
  size_t n_rows    = 0U;
  size_t n_columns = 0U;
  echoic_terminal_size(&n_rows, &n_columns);
  echoic_terminal_begin();
  draw_head(view);
  draw_sounds(view, n_rows);
  if (n_rows > last_rows) {
    draw_state(view, n_rows - 3U);
    echoic_terminal_put(n_rows - 2U,
                        ECHOIC_LOOK_DIM,
                        "l learn (tap, hold)  t that was it  m missed  "
                        "n not this  u undo");
    echoic_terminal_put(n_rows - 1U,
                        ECHOIC_LOOK_DIM,
                        "1-8 select  + - sensitivity  r rename  f forget  "
                        "s save  q end");
  }
  echoic_terminal_show();
}
