// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/live_keys.h"

#include "host/live_terminal.h"

#include <string.h>

static const int64_t tap_ns           = 700000000; ///< Before a key repeats
static const int64_t let_go_ns        = 200000000; ///< Between repetitions
static const float   sensitivity_step = 0.05F;

/// Return the sound that is selected, or null
static const EchoicTaughtSound*
selected(const EchoicKeys* const keys, const EchoicDesk* const desk)
{
  const int32_t i = echoic_taught_in_slot(desk->taught, keys->slot);
  return i < 0 ? NULL : &desk->taught->sounds[i];
}

/* A tap learns the next sound.  A key that repeats is held: then what was heard
   since it was pressed is learnt, unless a sound has been taken already. */
static void
press_learn(EchoicKeys* const keys,
            EchoicDesk* const desk,
            const int64_t     now_ns)
{
  const EchoicMeters* const meters = &desk->callback->meters;
  if (!keys->is_down) {
    keys->is_down  = true;
    keys->is_held  = false;
    keys->down_at  = atomic_load(&meters->now);
    keys->first_ns = now_ns;
    echoic_desk_do(desk, ECHOIC_DO_LEARN, keys->slot);
  } else if (!keys->is_held &&
             atomic_load(&meters->capture) != ECHOIC_CAPTURE_IDLE) {
    keys->is_held = true;
    echoic_desk_do(desk, ECHOIC_DO_CANCEL, keys->slot);
  }

  keys->last_ns = now_ns;
}

void
echoic_keys_wait(EchoicKeys* const keys,
                 EchoicDesk* const desk,
                 const int64_t     now_ns)
{
  const bool    is_first = keys->last_ns == keys->first_ns;
  const int64_t patience = is_first ? tap_ns : let_go_ns;
  if (!keys->is_down || now_ns - keys->last_ns < patience) {
    return;
  }

  keys->is_down = false;
  if (keys->is_held) {
    const EchoicStretchAt at = {keys->down_at,
                                atomic_load(&desk->callback->meters.now)};
    echoic_desk_learn(desk, keys->slot, at);
  }
}

static void
press_sensitivity(const EchoicKeys* const keys,
                  EchoicDesk* const       desk,
                  const float             change)
{
  const EchoicTaughtSound* const sound = selected(keys, desk);
  if (sound) {
    echoic_desk_sensitivity(desk, sound->name, sound->sensitivity + change);
  }
}

static void
move(EchoicKeys* const keys, const uint32_t by)
{
  keys->slot = (keys->slot + by) % ECHOIC_DETECTOR_SLOTS;
}

/// Take a key while a text is asked for
static void
press_prompt(EchoicKeys* const keys, EchoicDesk* const desk, const int key)
{
  const size_t n      = strlen(keys->text);
  const bool   is_yes = key == 'y' || key == 'Y';
  if (keys->prompt == ECHOIC_PROMPT_FORGET) {
    keys->prompt = ECHOIC_PROMPT_NONE;
    if (is_yes) {
      echoic_desk_do(desk, ECHOIC_DO_FORGET, keys->slot);
    }
  } else if (key == '\n' || key == '\r') {
    keys->prompt = ECHOIC_PROMPT_NONE;
    if (n) {
      echoic_desk_name(desk, keys->slot, keys->text);
    }
  } else if (key == '\033') {
    keys->prompt = ECHOIC_PROMPT_NONE;
  } else if ((key == 0x7F || key == '\b') && n) {
    size_t last = n - 1U; // A whole character of UTF-8
    while (last && ((unsigned char)keys->text[last] & 0xC0U) == 0x80U) {
      --last;
    }
    keys->text[last] = '\0';
  } else if (key >= ' ' && key < 0x100 && key != 0x7F &&
             n + 1U < sizeof(keys->text)) {
    keys->text[n]      = (char)key;
    keys->text[n + 1U] = '\0';
  }
}

static void
press_letter(EchoicKeys* const keys,
             EchoicDesk* const desk,
             const int         key,
             const int64_t     now_ns)
{
  switch (key) {
  case 'l':
  case ' ':
    press_learn(keys, desk, now_ns);
    break;
  case 't':
    echoic_desk_do(desk, ECHOIC_DO_THAT, keys->slot);
    break;
  case 'm':
    echoic_desk_do(desk, ECHOIC_DO_MISSED, keys->slot);
    break;
  case 'n':
    echoic_desk_reject(desk, ECHOIC_NO_SLOT);
    break;
  case 'u':
    echoic_desk_do(desk, ECHOIC_DO_UNDO, keys->slot);
    break;
  case 's':
    echoic_desk_do(desk, ECHOIC_DO_SAVE, keys->slot);
    break;
  case '+':
  case '=':
    press_sensitivity(keys, desk, sensitivity_step);
    break;
  case '-':
    press_sensitivity(keys, desk, -sensitivity_step);
    break;
  case 'f':
    if (selected(keys, desk)) {
      keys->prompt = ECHOIC_PROMPT_FORGET;
    }
    break;
  case 'r':
    keys->prompt  = ECHOIC_PROMPT_NAME;
    keys->text[0] = '\0';
    break;
  default:
    break;
  }
}

bool
echoic_keys_press(EchoicKeys* const keys,
                  EchoicDesk* const desk,
                  const int         key,
                  const int64_t     now_ns)
{
  if (keys->prompt) {
    press_prompt(keys, desk, key);
  } else if (key == 'q' || key == 0x04) {
    return false;
  } else if (key >= '1' && key < '1' + (int)ECHOIC_DETECTOR_SLOTS) {
    keys->slot = (uint32_t)(key - '1');
  } else if (key == ECHOIC_KEY_UP || key == 'k') {
    move(keys, ECHOIC_DETECTOR_SLOTS - 1U);
  } else if (key == ECHOIC_KEY_DOWN || key == 'j') {
    move(keys, 1U);
  } else {
    press_letter(keys, desk, key, now_ns);
  }

  return key != ECHOIC_KEY_END;
}
