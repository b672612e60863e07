// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_PLUGIN_TELL_H
#define ECHOIC_PLUGIN_TELL_H

#include "dsp/detector.h"
#include "dsp/model.h"
#include "dsp/tutor.h"
#include "plugin/plugin.h"
#include "plugin/work.h"

/**
   What the user is told of works that were done: `text` is
   [ECHOIC_TEXT_SIZE], the weightiest first, as hosts show but its beginning.
   Worker.
*/

/**
   Say what is known of a sound now, and what was taken for it or for none.

   Times before are counted from when it was asked for: the press, the release
   of Learn or, after a tap on it, the end of the sound.
*/
void
echoic_tell_slot(const EchoicPlugin*   plugin,
                 const EchoicDetector* detector,
                 const EchoicAsk*      ask,
                 char*                 text);

/// Say which change of a model will be undone, as if it were
void
echoic_tell_undone(const EchoicModel* model, char* text);

/// Say what was done with a file; of a long name the middle is left out
void
echoic_tell_file(char*       text,
                 const char* done,
                 const char* path,
                 const char* more);

/// Say what was loaded, and what of it isn't as it was where it was saved:
/// notes are controls, which only the host sets
void
echoic_tell_loaded(const EchoicPlugin* plugin,
                   const EchoicWork*   work,
                   char*               text);

#endif // ECHOIC_PLUGIN_TELL_H
