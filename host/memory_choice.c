// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/memory_choice.h"

#include "dsp/states.h"
#include "host/graph_host.h"

#include <string.h>
#include <unistd.h>

static EchoicStatus
take_file(EchoicModel* const model,
          const char* const  path,
          EchoicError* const error)
{
  if (access(path, F_OK)) {
    return echoic_error(error,
                        ECHOIC_NOT_FOUND,
                        "--graph: '%s' is neither rotating, delay, onepole, "
                        "transmamba nor a file",
                        path);
  }

  EchoicGraphSpec graph = {0};
  EchoicStatus    st    = echoic_load_graph(path, &graph, error);
  if (!st) {
    const EchoicStatesSpec spec = {ECHOIC_STATES_GRAPH, &graph, 1.0};
    EchoicError            why  = {ECHOIC_OK, ""};
    if (!echoic_states_width(&spec, &why)) {
      st = echoic_error(error, why.status, "%s: %s", path, why.text);
    }
  }

  if (st) {
    echoic_graph_spec_clear(&graph);
    return st;
  }

  echoic_graph_spec_clear(&model->memory);
  model->memory = graph;
  model->states = ECHOIC_STATES_GRAPH;
  return ECHOIC_OK;
}

EchoicStatus
echoic_choose_memory(EchoicModel* const model,
                     const char* const  text,
                     EchoicError* const error)
{
  for (uint32_t i = 0U; i < (uint32_t)ECHOIC_STATES_GRAPH; ++i) {
    if (!strcmp(echoic_states_names[i], text)) {
      echoic_graph_spec_clear(&model->memory);
      model->states = (EchoicStates)i;
      return ECHOIC_OK;
    }
  }

  return take_file(model, text, error);
}
