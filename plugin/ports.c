// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "plugin/ports.h"

#include "dsp/notes.h"

bool
echoic_variant_is_stereo(const EchoicVariant variant)
{
  return variant == ECHOIC_STEREO || variant == ECHOIC_STEREO_KEY ||
         variant == ECHOIC_STEREO_CV;
}

bool
echoic_variant_has_key(const EchoicVariant variant)
{
  return variant >= ECHOIC_MONO_KEY;
}

bool
echoic_variant_has_cv(const EchoicVariant variant)
{
  return variant >= ECHOIC_MONO_CV;
}

static bool
has_port(const EchoicVariant variant, const uint32_t id)
{
  const bool is_right =
    id == ECHOIC_PORT_IN_RIGHT || id == ECHOIC_PORT_OUT_RIGHT;
  const bool is_added = id >= ECHOIC_PORT_FIRST_ADDED;
  return (!is_right || echoic_variant_is_stereo(variant)) &&
         (id < ECHOIC_PORT_FIRST_KEY || is_added ||
          echoic_variant_has_key(variant)) &&
         (id < ECHOIC_PORT_FIRST_CV || is_added ||
          echoic_variant_has_cv(variant)) &&
         id < ECHOIC_N_PORT_IDS;
}

uint32_t
echoic_n_ports(const EchoicVariant variant)
{
  uint32_t n = 0U;
  for (uint32_t id = 0U; id < ECHOIC_N_PORT_IDS; ++id) {
    n += has_port(variant, id);
  }

  return n;
}

uint32_t
echoic_port_id(const EchoicVariant variant, const uint32_t index)
{
  uint32_t rank = 0U;
  for (uint32_t id = 0U; id < ECHOIC_N_PORT_IDS; ++id) {
    if (has_port(variant, id) && rank++ == index) {
      return id;
    }
  }

  return ECHOIC_N_PORT_IDS;
}

static const EchoicPort*
cv_port(const uint32_t index, uint32_t* const slot)
{
  if (index < ECHOIC_N_SLOTS) {
    *slot = index + 1U;
    return &echoic_cv_ports[0];
  }

  return &echoic_cv_ports[1U + index - ECHOIC_N_SLOTS];
}

const EchoicPort*
echoic_port(const EchoicVariant variant,
            const uint32_t      id,
            uint32_t* const     slot)
{
  *slot = 0U;
  if (id >= ECHOIC_PORT_FIRST_ADDED) {
    return &echoic_added_ports[id - ECHOIC_PORT_FIRST_ADDED];
  }

  if (id >= ECHOIC_PORT_FIRST_CV) {
    return cv_port(id - ECHOIC_PORT_FIRST_CV, slot);
  }

  if (id >= ECHOIC_PORT_FIRST_KEY) {
    return &echoic_key_ports[id - ECHOIC_PORT_FIRST_KEY];
  }

  if (id >= ECHOIC_PORT_FIRST_SLOT) {
    const uint32_t rank = id - ECHOIC_PORT_FIRST_SLOT;
    *slot               = (rank / ECHOIC_N_SLOT_PORTS) + 1U;
    return &echoic_slot_ports[rank % ECHOIC_N_SLOT_PORTS];
  }

  if (!echoic_variant_is_stereo(variant) && id == ECHOIC_PORT_IN_LEFT) {
    return &echoic_mono_in;
  }

  if (!echoic_variant_is_stereo(variant) && id == ECHOIC_PORT_OUT_LEFT) {
    return &echoic_mono_out;
  }

  return &echoic_ports[id];
}

float
echoic_port_initial(const uint32_t id)
{
  uint32_t                slot = 0U;
  const EchoicPort* const port = echoic_port(ECHOIC_STEREO_CV, id, &slot);
  return port == &echoic_slot_ports[ECHOIC_SLOT_NOTE]
           ? (float)echoic_drum_notes[slot - 1U]
           : port->initial;
}
