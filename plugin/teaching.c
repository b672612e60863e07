// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "plugin/teaching.h"

#include <string.h>

static const double missed_s = 5.0; ///< After which it isn't meant any more

ECHOIC_RT void
echoic_say(EchoicPlugin* const plugin, const char* const text)
{
  const size_t length = strlen(text);
  const size_t most   = ECHOIC_TEXT_SIZE - 1U;
  const size_t n      = length < most ? length : most;
  memcpy(plugin->text, text, n);
  plugin->text[n]    = '\0';
  plugin->has_to_say = true;
}

ECHOIC_RT bool
echoic_is_busy(const EchoicPlugin* const plugin)
{
  return plugin->works.n_works ||
         plugin->n_sent != atomic_load(&plugin->n_done);
}

ECHOIC_RT void
echoic_want(EchoicPlugin* const plugin, const EchoicWork* const work)
{
  EchoicWorks* const works = &plugin->works;
  if (!plugin->schedule) {
    echoic_say(plugin, "this host has no worker: nothing can be taught in it");
  } else if (works->n_works == ECHOIC_WORKS_MOST) {
    echoic_say(plugin, "too much is asked at once: try again");
  } else {
    EchoicWork* const to = &works->works[works->n_works++];
    memcpy(to, work, echoic_work_size(work));
    to->generation = atomic_load(&plugin->generation);
  }
}

ECHOIC_RT void
echoic_send_works(EchoicPlugin* const plugin)
{
  EchoicWorks* const works = &plugin->works;
  uint32_t           n     = 0U;
  while (n < works->n_works &&
         !plugin->schedule->schedule_work(plugin->schedule->handle,
                                          echoic_work_size(&works->works[n]),
                                          &works->works[n])) {
    ++n;
  }

  plugin->n_sent += n;
  works->n_works -= n;
  memmove(
    works->works, works->works + n, works->n_works * sizeof(works->works[0]));
}

static void
ask(EchoicPlugin* const   plugin,
    const EchoicAskKind   kind,
    const uint32_t        slot,
    const EchoicStretchAt at)
{
  EchoicWork work;
  work.kind     = ECHOIC_WORK_ASK;
  work.memory_s = plugin->wanted_memory_s;
  work.ask     = (EchoicAsk){kind, slot, at, echoic_live_preroll(plugin->live)};
  work.path[0] = '\0';
  echoic_want(plugin, &work);
}

ECHOIC_RT void
echoic_teach_taken(EchoicPlugin* const          plugin,
                   const EchoicStretchAt* const taken)
{
  ask(plugin, ECHOIC_ASK_EXAMPLE, plugin->pupil, *taken);
}

ECHOIC_RT void
echoic_teach_again(EchoicPlugin* const plugin)
{
  const EchoicDetector* const d       = echoic_live_detector(plugin->live);
  const EchoicStretchAt       nothing = {0U, 0U};
  if (d && d->engine) {
    ask(plugin, ECHOIC_ASK_TEACH, 0U, nothing);
  }
}

/**
   Take what happened last, and what was before it, as far as it has come out of
   a plugin that delays the sound: who presses a button knows no more.
*/
static bool
take_last(const EchoicPlugin* const plugin,
          EchoicLately* const       lately,
          EchoicStretchAt* const    last)
{
  const uint64_t now = echoic_live_now(plugin->live);
  uint32_t       n   = 0U;
  while (n < lately->n && lately->at[n].start + plugin->path.delay <= now) {
    *last = lately->at[n++];
  }

  lately->n -= n;
  memmove(lately->at, lately->at + n, lately->n * sizeof(lately->at[0]));
  return n > 0U;
}

static void
ask_gone(EchoicPlugin* const plugin, const uint32_t slot)
{
  if (!plugin->path.delay && echoic_capture_follow(&plugin->capture)) {
    plugin->pupil = slot;
  } else {
    ask(plugin, ECHOIC_ASK_GONE, slot, echoic_capture_gone(&plugin->capture));
  }
}

/// "You missed it": what was nearly recognised, or the sound that has just gone
static void
ask_missed(EchoicPlugin* const plugin, const uint32_t slot)
{
  const uint64_t  now    = echoic_live_now(plugin->live);
  const uint64_t  recent = (uint64_t)(missed_s * plugin->rate_hz);
  EchoicStretchAt last   = {0U, 0U};
  if (take_last(plugin, &plugin->accounts[slot].rejected, &last) &&
      last.start + recent > now) {
    ask(plugin, ECHOIC_ASK_EXAMPLE, slot, last);
  } else {
    ask_gone(plugin, slot);
  }
}

/// Say something of a slot, by its name
static void
say_of(EchoicPlugin* const plugin, const uint32_t slot, const char* const what)
{
  char         text[ECHOIC_TEXT_SIZE];
  const size_t n = strlen(plugin->names[slot]);
  memcpy(text, plugin->names[slot], n);
  memcpy(text + n, what, strlen(what) + 1U);
  echoic_say(plugin, text);
}

/// Learn nothing that is asked for; true if there was any
static bool
cancel(EchoicPlugin* const plugin)
{
  if (plugin->capture.state == ECHOIC_CAPTURE_IDLE) {
    return false;
  }

  echoic_capture_cancel(&plugin->capture);
  say_of(plugin, plugin->pupil, ": nothing was learnt: it is cancelled");
  return true;
}

/// End one Learn as the next is pressed: what was heard for it is taught
static void
end_learning(EchoicPlugin* const plugin, const uint32_t next)
{
  char text[] = ": nothing was learnt: Learn 1 was pressed before a sound came";
  const size_t             digit = strlen(": nothing was learnt: Learn ");
  const EchoicCaptureState was   = plugin->capture.state;
  EchoicStretchAt          taken = {0U, 0U};
  if (echoic_capture_end(&plugin->capture, &taken)) {
    const bool is_held = was == ECHOIC_CAPTURE_HELD;
    ask(plugin,
        is_held ? ECHOIC_ASK_HELD : ECHOIC_ASK_EXAMPLE,
        plugin->pupil,
        taken);
  } else if (was != ECHOIC_CAPTURE_IDLE && next != plugin->pupil) {
    text[digit] = (char)('1' + next);
    say_of(plugin, plugin->pupil, text);
  }
}

static void
press_learn(EchoicPlugin* const plugin, const uint32_t slot)
{
  const EchoicCaptureState state = plugin->capture.state;
  if (state == ECHOIC_CAPTURE_ARMED && slot == plugin->pupil) {
    cancel(plugin);
  } else {
    end_learning(plugin, slot);
    plugin->pupil = slot;
    echoic_capture_hold(&plugin->capture);
  }
}

static void
press_forget(EchoicPlugin* const plugin, const uint32_t slot)
{
  const EchoicStretchAt nothing = {0U, 0U};
  if (slot != plugin->pupil || !cancel(plugin)) {
    ask(plugin, ECHOIC_ASK_FORGET, slot, nothing);
  }
}

static void
press_in_slot(EchoicPlugin* const  plugin,
              const uint32_t       slot,
              const EchoicSlotPort port)
{
  EchoicStretchAt last = {0U, 0U};
  switch (port) {
  case ECHOIC_SLOT_LEARN:
    press_learn(plugin, slot);
    break;
  case ECHOIC_SLOT_THAT_WAS_IT:
    ask_gone(plugin, slot);
    break;
  case ECHOIC_SLOT_NOT_THIS:
    if (take_last(plugin, &plugin->accounts[slot].events, &last)) {
      ask(plugin, ECHOIC_ASK_NOT, slot, last);
    } else {
      echoic_say(plugin, "there is no event that could have been wrong");
    }
    break;
  case ECHOIC_SLOT_MISSED:
    ask_missed(plugin, slot);
    break;
  default:
    press_forget(plugin, slot);
    break;
  }
}

ECHOIC_RT void
echoic_press(EchoicPlugin* const plugin, const uint32_t button)
{
  if (button == ECHOIC_BUTTON_UNDO) {
    const EchoicStretchAt nothing = {0U, 0U};
    if (!cancel(plugin)) {
      ask(plugin, ECHOIC_ASK_UNDO, 0U, nothing);
    }
  } else {
    press_in_slot(plugin,
                  button / ECHOIC_N_SLOT_BUTTONS,
                  (EchoicSlotPort)(button % ECHOIC_N_SLOT_BUTTONS));
  }
}

ECHOIC_RT void
echoic_release(EchoicPlugin* const plugin, const uint32_t button)
{
  EchoicStretchAt taken = {0U, 0U};
  if (button != ECHOIC_BUTTON_UNDO &&
      button % ECHOIC_N_SLOT_BUTTONS == ECHOIC_SLOT_LEARN &&
      button / ECHOIC_N_SLOT_BUTTONS == plugin->pupil &&
      plugin->capture.state == ECHOIC_CAPTURE_HELD &&
      echoic_capture_release(&plugin->capture, &taken)) {
    ask(plugin,
        ECHOIC_ASK_HELD,
        plugin->pupil,
        echoic_capture_held(&plugin->capture, &taken));
  }
}

ECHOIC_RT void
echoic_teaching_key(EchoicPlugin* const plugin,
                    const uint32_t      key,
                    const bool          is_down)
{
  const uint32_t first  = 36U;
  const uint32_t port   = (key - first) / 12U;
  const uint32_t slot   = (key - first) % 12U;
  uint32_t       button = ECHOIC_N_BUTTONS;
  if (key >= first && port < ECHOIC_N_SLOT_BUTTONS && slot < ECHOIC_N_SLOTS) {
    button = (slot * ECHOIC_N_SLOT_BUTTONS) + port;
  } else if (key == 96U) {
    button = ECHOIC_BUTTON_UNDO;
  }

  if (button < ECHOIC_N_BUTTONS && is_down) {
    plugin->keys |= (uint64_t)1U << button;
    echoic_press(plugin, button);
  } else if (button < ECHOIC_N_BUTTONS) {
    plugin->keys &= ~((uint64_t)1U << button);
    echoic_release(plugin, button);
  }
}

ECHOIC_RT void
echoic_teaching_keys_up(EchoicPlugin* const plugin)
{
  const uint64_t held = plugin->keys;
  plugin->keys        = 0U;
  for (uint32_t i = 0U; held >> i; ++i) {
    if (held >> i & 1U) {
      echoic_release(plugin, i);
    }
  }
}
