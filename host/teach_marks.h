// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_TEACH_MARKS_H
#define ECHOIC_HOST_TEACH_MARKS_H

#include "dsp/model.h"
#include "host/labels.h"
#include "host/teach_request.h"

/**
   Add all files of a request to a model, and all labels, if there are any.

   Doubtful examples (clipped, short, hardly above their background) are
   complained about on stderr, and their sound's bits of EchoicWarning are set
   in `warnings`.

   @param labels Those of request->labels_path, or null.
   @param warnings [ECHOIC_MAX_SOUNDS]
*/
EchoicStatus
echoic_teach_marks(EchoicModel*              model,
                   const EchoicTeachRequest* request,
                   const EchoicLabels*       labels,
                   uint32_t*                 warnings,
                   EchoicError*              error);

#endif // ECHOIC_HOST_TEACH_MARKS_H
