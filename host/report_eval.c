// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/eval_out.h"

EchoicStatus
echoic_eval_write_html(FILE* const                   stream,
                       const EchoicEvaluation* const evaluation)
{
  (void)evaluation;
  return fputs("not built in yet\n", stream) < 0 ? ECHOIC_NO_SPACE : ECHOIC_OK;
}
