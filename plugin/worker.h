// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_PLUGIN_WORKER_H
#define ECHOIC_PLUGIN_WORKER_H

#include "plugin/plugin.h"

/// Return the extension data
const void*
echoic_worker_interface(void);

/**
   Pass a detector to the audio thread; call it with the lock held.

   @param is_loaded True if it doesn't come from teaching: what sounds is ended.
*/
void
echoic_worker_offer(EchoicPlugin*   plugin,
                    EchoicDetector* detector,
                    bool            is_loaded);

#endif // ECHOIC_PLUGIN_WORKER_H
