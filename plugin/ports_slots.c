// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* The ports of slots, and those behind them. */

#include "plugin/port_properties.h"
#include "plugin/ports.h"

#include <stddef.h>

// In the order of EchoicReason in dsp/engine.h
static const EchoicScalePoint reasons[] = {{0, "None"},
                                           {1, "Too quiet"},
                                           {2, "Below the threshold"},
                                           {3, "Masked"},
                                           {4, "Another sound"},
                                           {0, NULL}};

#define PER_HOUR                                                      \
  "[ a units:Unit ; rdfs:label \"per hour\" ; units:symbol \"/h\" ; " \
  "units:render \"%.1f /h\" ]"

const EchoicPort echoic_slot_ports[ECHOIC_N_SLOT_PORTS] = {
  {.symbol     = "learn_%u",
   .group      = "slot_%u",
   .name       = "Learn %u",
   .kind       = ECHOIC_CONTROL_IN,
   .maximum    = 1,
   .properties = ECHOIC_TOGGLE,
   .comment    = "Hold it over a sound, 20 s at most; a short press learns the "
                 "sound that begins at it, or the next."},
  {.symbol     = "that_was_it_%u",
   .group      = "slot_%u",
   .name       = "That Was It %u",
   .kind       = ECHOIC_CONTROL_IN,
   .maximum    = 1,
   .properties = ECHOIC_TRIGGER,
   .comment = "Takes the sound that has just gone as an example for slot %u."},
  {.symbol     = "not_this_%u",
   .group      = "slot_%u",
   .name       = "Not This %u",
   .kind       = ECHOIC_CONTROL_IN,
   .maximum    = 1,
   .properties = ECHOIC_TRIGGER,
   .comment = "Says that the last note of slot %u was wrong: what it was for "
              "is not this sound."},
  {.symbol     = "missed_%u",
   .group      = "slot_%u",
   .name       = "You Missed It %u",
   .kind       = ECHOIC_CONTROL_IN,
   .maximum    = 1,
   .properties = ECHOIC_TRIGGER,
   .comment = "Learns what was nearly recognised in the last 5 s, or else the "
              "sound that has just gone."},
  {.symbol     = "forget_%u",
   .group      = "slot_%u",
   .name       = "Forget %u",
   .kind       = ECHOIC_CONTROL_IN,
   .maximum    = 1,
   .properties = ECHOIC_TRIGGER,
   .comment = "Empties slot %u: its examples and its name are forgotten; Undo "
              "brings them back."},
  {.symbol     = "on_%u",
   .group      = "slot_%u",
   .name       = "On %u",
   .kind       = ECHOIC_CONTROL_IN,
   .initial    = 1,
   .maximum    = 1,
   .properties = ECHOIC_TOGGLE,
   .comment = "Off leaves the sound of slot %u out: no notes and no gate; it "
              "stays taught."},
  {.symbol  = "sensitivity_%u",
   .group   = "slot_%u",
   .name    = "Sensitivity %u",
   .kind    = ECHOIC_CONTROL_IN,
   .minimum = -1,
   .maximum = 1,
   .comment = "Above 0 finds more, with more false alarms; below 0 finds less, "
              "with fewer; 0 is as taught."},
  {.symbol     = "mask_%u",
   .group      = "slot_%u",
   .name       = "Mask %u",
   .kind       = ECHOIC_CONTROL_IN,
   .initial    = 30,
   .minimum    = 5,
   .maximum    = 500,
   .properties = ECHOIC_LOGARITHMIC,
   .unit       = "units:ms",
   .comment = "Least time from one note of slot %u to the next, in ms; short "
              "for rolls, long against doubles."},
  {.symbol     = "note_%u",
   .group      = "slot_%u",
   .name       = "Note %u",
   .kind       = ECHOIC_CONTROL_IN,
   .initial    = 36,
   .maximum    = 127,
   .properties = "lv2:integer",
   .unit       = "units:midiNote",
   .comment =
     "MIDI note that is played at the sound of slot %u; 60 is middle C."},
  {.symbol     = "channel_%u",
   .group      = "slot_%u",
   .name       = "Channel %u",
   .kind       = ECHOIC_CONTROL_IN,
   .initial    = 10,
   .minimum    = 1,
   .maximum    = 16,
   .properties = "lv2:integer",
   .comment =
     "MIDI channel that the notes of slot %u are on; 10 is that of drums."},
  {.symbol     = "velocity_min_%u",
   .group      = "slot_%u",
   .name       = "Least Velocity %u",
   .kind       = ECHOIC_CONTROL_IN,
   .initial    = 1,
   .minimum    = 1,
   .maximum    = 127,
   .properties = "lv2:integer",
   .comment    = "Velocity of the softest notes of slot %u."},
  {.symbol     = "velocity_max_%u",
   .group      = "slot_%u",
   .name       = "Most Velocity %u",
   .kind       = ECHOIC_CONTROL_IN,
   .initial    = 127,
   .minimum    = 1,
   .maximum    = 127,
   .properties = "lv2:integer",
   .comment    = "Velocity of the loudest notes of slot %u."},
  {.symbol  = "velocity_curve_%u",
   .group   = "slot_%u",
   .name    = "Velocity Curve %u",
   .kind    = ECHOIC_CONTROL_IN,
   .minimum = -1,
   .maximum = 1,
   .comment = "Above 0 plays soft sounds louder, below 0 softer; the loudest "
              "stay as they are."},
  {.symbol  = "score_%u",
   .group   = "slot_%u",
   .name    = "Score %u",
   .kind    = ECHOIC_CONTROL_OUT,
   .maximum = 2,
   .comment = "Likeness of what is heard now to the sound of slot %u, falling "
              "slowly; about 1 is a typical example."},
  {.symbol  = "margin_%u",
   .group   = "slot_%u",
   .name    = "Last Margin %u",
   .kind    = ECHOIC_CONTROL_OUT,
   .minimum = -2,
   .maximum = 2,
   .comment = "Score minus threshold of the last candidate, recognised or "
              "rejected; below 0 is too unlike."},
  {.symbol  = "false_alarms_%u",
   .group   = "slot_%u",
   .name    = "False Alarms Expected %u",
   .kind    = ECHOIC_CONTROL_OUT,
   .minimum = ECHOIC_RATE_UNKNOWN,
   .maximum = 36000,
   .unit    = PER_HOUR,
   .comment = "False alarms to expect in an hour, from what was heard; -1 if "
              "that is too little to say."},
  {.symbol     = "reason_%u",
   .group      = "slot_%u",
   .name       = "Last Rejected Because %u",
   .kind       = ECHOIC_CONTROL_OUT,
   .maximum    = 4,
   .properties = ECHOIC_CHOICE,
   .points     = reasons,
   .comment    = "Why what was last rejected got no note; it stays when later "
                 "sounds get notes."},
};

const EchoicPort echoic_key_ports[ECHOIC_N_KEY] = {
  {.symbol     = "key",
   .name       = "Key In",
   .kind       = ECHOIC_AUDIO_IN,
   .properties = ECHOIC_OPTIONAL " , lv2:isSideChain",
   .group      = "key_in",
   .comment =
     "Audio that is heard in place of the input while Listen to Key is on."},
  {.symbol     = "key_listen",
   .name       = "Listen to Key",
   .kind       = ECHOIC_CONTROL_IN,
   .maximum    = 1,
   .properties = ECHOIC_TOGGLE,
   .comment = "Hears and learns sounds in Key In; Mode still acts on the audio "
              "of the input."},
};

const EchoicPort echoic_cv_ports[] = {
  {.symbol     = "cv_gate_%u",
   .group      = "slot_%u",
   .name       = "Gate %u",
   .kind       = ECHOIC_CV_OUT,
   .maximum    = 1,
   .properties = ECHOIC_OPTIONAL,
   .comment    = "1 while a note of slot %u sounds, else 0; falls for 1 ms if "
                 "struck again."},
  {.symbol     = "cv_trigger",
   .name       = "Trigger",
   .kind       = ECHOIC_CV_OUT,
   .maximum    = 1,
   .properties = ECHOIC_OPTIONAL,
   .comment    = "1 for 1 ms at each note of any slot, else 0."},
  {.symbol     = "cv_velocity",
   .name       = "Velocity",
   .kind       = ECHOIC_CV_OUT,
   .maximum    = 1,
   .properties = ECHOIC_OPTIONAL,
   .comment    = "Velocity of the last note of any slot, from 0 to 1."},
};

const EchoicPort echoic_added_ports[ECHOIC_N_ADDED] = {
  {.symbol     = "short_window",
   .name       = "Short Window",
   .kind       = ECHOIC_CONTROL_IN,
   .maximum    = 1,
   .properties = ECHOIC_TOGGLE,
   .comment    = "Plays percussive sounds 5 to 12 ms after onsets, with more "
                 "false alarms; others get no notes."},
};
