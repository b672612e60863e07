// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_ENERGIES_H
#define ECHOIC_HOST_ENERGIES_H

#include "dsp/echoic.h"
#include "host/audio.h"

#include <stdint.h>

/**
   Compute the mel energies of samples in memory, see EchoicMel.

   Frames are centred from the first sample to the last; before and after the
   samples there is silence.

   @param n_skipped Frames before the first that is kept.
   @param energies Set to [n_frames][ECHOIC_N_BANDS], to be freed with free().

   @return ECHOIC_BAD_ARG if there isn't one frame.
*/
EchoicStatus
echoic_stretch_energies(const EchoicStretch* stretch,
                        uint32_t             n_skipped,
                        float**              energies,
                        uint32_t*            n_frames);

#endif // ECHOIC_HOST_ENERGIES_H
