// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "plugin/controls.h"

#include <math.h>

static float
read_port(void* const* const ports, const uint32_t id)
{
  uint32_t                slot = 0U;
  const EchoicPort* const port = echoic_port(ECHOIC_STEREO_CV, id, &slot);
  const float* const      in   = (const float*)ports[id];
  return in && !isnan(*in) ? fminf(fmaxf(*in, port->minimum), port->maximum)
                           : echoic_port_initial(id);
}

static bool
is_on(void* const* const ports, const uint32_t id)
{
  return read_port(ports, id) > 0.0F;
}

static uint32_t
read_integer(void* const* const ports, const uint32_t id)
{
  return (uint32_t)lrintf(read_port(ports, id));
}

static uint8_t
read_byte(void* const* const   ports,
          const uint32_t       slot,
          const EchoicSlotPort port)
{
  return (uint8_t)read_integer(ports, echoic_slot_port(slot, port));
}

static void
read_slot(EchoicControls* const c,
          void* const* const    ports,
          const uint32_t        slot)
{
  EchoicTuning* const       t = &c->tuning[slot];
  EchoicNoteSettings* const n = &c->notes[slot];

  t->enabled = is_on(ports, echoic_slot_port(slot, ECHOIC_SLOT_ON));
  t->sensitivity =
    read_port(ports, echoic_slot_port(slot, ECHOIC_SLOT_SENSITIVITY));
  t->mask_s =
    0.001F * read_port(ports, echoic_slot_port(slot, ECHOIC_SLOT_MASK));

  n->enabled = t->enabled;
  n->channel = (uint8_t)(read_byte(ports, slot, ECHOIC_SLOT_CHANNEL) - 1U);
  n->note    = read_byte(ports, slot, ECHOIC_SLOT_NOTE);
  n->least_velocity = read_byte(ports, slot, ECHOIC_SLOT_VELOCITY_MIN);
  n->most_velocity  = read_byte(ports, slot, ECHOIC_SLOT_VELOCITY_MAX);
  n->curve =
    read_port(ports, echoic_slot_port(slot, ECHOIC_SLOT_VELOCITY_CURVE));

  for (uint32_t i = 0U; i < ECHOIC_N_SLOT_BUTTONS; ++i) {
    const uint32_t id = echoic_slot_port(slot, (EchoicSlotPort)i);
    c->buttons |= (uint64_t)is_on(ports, id)
                  << ((slot * ECHOIC_N_SLOT_BUTTONS) + i);
  }
}

ECHOIC_RT void
echoic_controls_read(EchoicControls* const c, void* const* const ports)
{
  c->is_enabled  = is_on(ports, ECHOIC_PORT_ENABLED);
  c->mode        = (EchoicMode)read_integer(ports, ECHOIC_PORT_MODE);
  c->depth       = powf(10.0F, 0.05F * read_port(ports, ECHOIC_PORT_DEPTH));
  c->attack_s    = 0.001 * (double)read_port(ports, ECHOIC_PORT_ATTACK);
  c->hold_s      = 0.001 * (double)read_port(ports, ECHOIC_PORT_HOLD);
  c->release_s   = 0.001 * (double)read_port(ports, ECHOIC_PORT_RELEASE);
  c->wet         = 0.01F * read_port(ports, ECHOIC_PORT_DRY_WET);
  c->looks_ahead = is_on(ports, ECHOIC_PORT_LOOKAHEAD);
  c->is_short =
    is_on(ports, ECHOIC_PORT_FIRST_ADDED + ECHOIC_ADDED_SHORT_WINDOW);
  c->memory_s        = read_port(ports, ECHOIC_PORT_MEMORY);
  c->listens_to_key  = is_on(ports, ECHOIC_PORT_FIRST_KEY + ECHOIC_KEY_LISTEN);
  c->trigger_channel = read_integer(ports, ECHOIC_PORT_TRIGGER_CHANNEL);
  c->buttons = (uint64_t)is_on(ports, ECHOIC_PORT_UNDO) << ECHOIC_BUTTON_UNDO;
  for (uint32_t i = 0U; i < ECHOIC_N_SLOTS; ++i) {
    read_slot(c, ports, i);
  }
}
