// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_PLUGIN_PORT_PROPERTIES_H
#define ECHOIC_PLUGIN_PORT_PROPERTIES_H

/* Properties that many ports have, in Turtle. */

#define ECHOIC_OPTIONAL "lv2:connectionOptional"
#define ECHOIC_TOGGLE "lv2:toggled"
#define ECHOIC_TRIGGER "lv2:toggled , pprops:trigger"
#define ECHOIC_CHOICE "lv2:integer , lv2:enumeration"
#define ECHOIC_LOGARITHMIC "pprops:logarithmic"

#endif // ECHOIC_PLUGIN_PORT_PROPERTIES_H
