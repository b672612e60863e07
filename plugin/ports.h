// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_PLUGIN_PORTS_H
#define ECHOIC_PLUGIN_PORTS_H

#include <stdbool.h>
#include <stdint.h>

/**
   The ports of all plugins, described once: the Turtle is made from this table
   (ttl/make_ttl.c), and so are the indices the plugin is connected by.

   A port is known by its id, the same in all plugins; its index is its rank
   among the ports that a plugin has.  Indices and symbols are frozen: hosts
   store them.  New ports go to the end, echoic_added_ports, and need a new
   minor version.
*/

#define ECHOIC_N_SLOTS 8U
#define ECHOIC_N_CHANNELS 2U

/// The plugins, in the order of their descriptors; those with a key or control
/// voltages stand apart because some hosts refuse plugins with such ports
typedef enum {
  ECHOIC_MONO,
  ECHOIC_STEREO,
  ECHOIC_MONO_KEY,
  ECHOIC_STEREO_KEY,
  ECHOIC_MONO_CV,
  ECHOIC_STEREO_CV,
  ECHOIC_N_VARIANTS,
} EchoicVariant;

/// Ports there are once
typedef enum {
  ECHOIC_PORT_IN_LEFT,
  ECHOIC_PORT_IN_RIGHT,
  ECHOIC_PORT_OUT_LEFT,
  ECHOIC_PORT_OUT_RIGHT,
  ECHOIC_PORT_CONTROL,
  ECHOIC_PORT_MIDI_IN,
  ECHOIC_PORT_MIDI_OUT,
  ECHOIC_PORT_NOTIFY, ///< Behind MIDI: Ardour takes the first for the notes
  ECHOIC_PORT_ENABLED,
  ECHOIC_PORT_LATENCY,
  ECHOIC_PORT_MODE,
  ECHOIC_PORT_DEPTH,
  ECHOIC_PORT_ATTACK,
  ECHOIC_PORT_HOLD,
  ECHOIC_PORT_RELEASE,
  ECHOIC_PORT_DRY_WET,
  ECHOIC_PORT_LOOKAHEAD,
  ECHOIC_PORT_MEMORY,
  ECHOIC_PORT_TRIGGER_CHANNEL,
  ECHOIC_PORT_UNDO,
  ECHOIC_PORT_TEACHING,
  ECHOIC_PORT_FIRST_SLOT,
} EchoicPortId;

/// False alarms expected of a sound, if too little else was heard to say
#define ECHOIC_RATE_UNKNOWN (-1.0F)

/// Ports of each slot
typedef enum {
  ECHOIC_SLOT_LEARN,
  ECHOIC_SLOT_THAT_WAS_IT,
  ECHOIC_SLOT_NOT_THIS,
  ECHOIC_SLOT_MISSED,
  ECHOIC_SLOT_FORGET,
  ECHOIC_SLOT_ON,
  ECHOIC_SLOT_SENSITIVITY,
  ECHOIC_SLOT_MASK,
  ECHOIC_SLOT_NOTE,
  ECHOIC_SLOT_CHANNEL,
  ECHOIC_SLOT_VELOCITY_MIN,
  ECHOIC_SLOT_VELOCITY_MAX,
  ECHOIC_SLOT_VELOCITY_CURVE,
  ECHOIC_SLOT_SCORE,
  ECHOIC_SLOT_MARGIN,
  ECHOIC_SLOT_FALSE_ALARMS,
  ECHOIC_SLOT_REASON,
  ECHOIC_N_SLOT_PORTS,
} EchoicSlotPort;

/// The key, after the slots
typedef enum {
  ECHOIC_KEY_IN,
  ECHOIC_KEY_LISTEN,
  ECHOIC_N_KEY,
} EchoicKeyPort;

/// CV outputs, behind the key: a gate of each slot, then these
typedef enum {
  ECHOIC_CV_TRIGGER = ECHOIC_N_SLOTS,
  ECHOIC_CV_VELOCITY,
  ECHOIC_N_CV,
} EchoicCvPort;

/// What was added later, at the end of every plugin
typedef enum {
  ECHOIC_ADDED_SHORT_WINDOW,
  ECHOIC_N_ADDED,
} EchoicAddedPort;

#define ECHOIC_PORT_FIRST_KEY \
  (ECHOIC_PORT_FIRST_SLOT + (ECHOIC_N_SLOTS * ECHOIC_N_SLOT_PORTS))
#define ECHOIC_PORT_FIRST_CV (ECHOIC_PORT_FIRST_KEY + ECHOIC_N_KEY)
#define ECHOIC_PORT_FIRST_ADDED (ECHOIC_PORT_FIRST_CV + ECHOIC_N_CV)
#define ECHOIC_N_PORT_IDS (ECHOIC_PORT_FIRST_ADDED + ECHOIC_N_ADDED)

/// Return the id of a slot's port; slots count from 0
static inline uint32_t
echoic_slot_port(const uint32_t slot, const EchoicSlotPort port)
{
  return ECHOIC_PORT_FIRST_SLOT + (slot * ECHOIC_N_SLOT_PORTS) + port;
}

typedef enum {
  ECHOIC_AUDIO_IN,
  ECHOIC_AUDIO_OUT,
  ECHOIC_CV_OUT,
  ECHOIC_ATOM_IN,
  ECHOIC_ATOM_OUT,
  ECHOIC_CONTROL_IN,
  ECHOIC_CONTROL_OUT,
} EchoicPortKind;

/// Value with a name
typedef struct {
  float       value;
  const char* label; ///< Null ends a list
} EchoicScalePoint;

/// A port, as it is written to the Turtle
typedef struct {
  const char*             symbol;  ///< A %u is the number of the slot
  const char*             name;    ///< Likewise
  const char*             comment; ///< Likewise; one sentence
  EchoicPortKind          kind;
  float                   initial; ///< Of controls
  float                   minimum;
  float                   maximum;
  const char*             properties; ///< Comma separated, or null
  const char*             unit;       ///< Turtle, or null
  const EchoicScalePoint* points;     ///< All values, or null
  const char*             group;      ///< Symbol of its group, or null
  const char*             more;       ///< More Turtle, or null
} EchoicPort;

/// Ports that belong together
typedef struct {
  const char* symbol; ///< A %u is the number of the slot
  const char* name;   ///< Likewise
  const char* type;   ///< Turtle
  const char* source; ///< Symbol of the group that it is made from, or null
} EchoicGroup;

#define ECHOIC_N_GROUPS 8U

/* The rows, see ports_table.c and ports_slots.c; "in" and "out" of mono plugins
   are the left ones of stereo plugins. */
extern const EchoicPort  echoic_ports[ECHOIC_PORT_FIRST_SLOT];
extern const EchoicPort  echoic_mono_in;
extern const EchoicPort  echoic_mono_out;
extern const EchoicPort  echoic_slot_ports[ECHOIC_N_SLOT_PORTS];
extern const EchoicPort  echoic_key_ports[ECHOIC_N_KEY];
extern const EchoicPort  echoic_cv_ports[]; ///< Gate, trigger, velocity
extern const EchoicPort  echoic_added_ports[ECHOIC_N_ADDED];
extern const EchoicGroup echoic_groups[ECHOIC_N_GROUPS];

/// Whether a plugin has a second channel, a key input, CV outputs
bool
echoic_variant_is_stereo(EchoicVariant variant);

bool
echoic_variant_has_key(EchoicVariant variant);

bool
echoic_variant_has_cv(EchoicVariant variant);

/// Return the number of ports of a plugin
uint32_t
echoic_n_ports(EchoicVariant variant);

/// Return the id of a plugin's port, ECHOIC_N_PORT_IDS if there is none
uint32_t
echoic_port_id(EchoicVariant variant, uint32_t index);

/**
   Return the description of a port and in `slot` the number to print into it,
   from 1, or 0.
*/
const EchoicPort*
echoic_port(EchoicVariant variant, uint32_t id, uint32_t* slot);

/// Return the initial value of a control
float
echoic_port_initial(uint32_t id);

#endif // ECHOIC_PLUGIN_PORTS_H
