// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* What a graph file is, in words and as JSON. */

#include "host/graph_host.h"
#include "host/info.h"
#include "host/text_out.h"

/// Return the numbers that are carried from frame to frame, at [node]
static size_t
state_size(EchoicGraph* const graph, const uint32_t node)
{
  size_t          size = 0U;
  EchoicNodeState piece;
  for (uint32_t i = 0U; echoic_graph_state(graph, node, i, &piece); ++i) {
    size_t n = 1U;
    for (uint32_t d = 0U; d < piece.n_dims; ++d) {
      n *= piece.dims[d];
    }
    size += n;
  }

  return size;
}

static void
write_shape(const uint32_t        n_dims,
            const uint32_t* const dims,
            FILE* const           stream)
{
  for (uint32_t d = 0U; d < n_dims; ++d) {
    fprintf(stream, "%s%u", d ? ", " : "", dims[d]);
  }
}

static void
write_node_text(const EchoicGraphInfo* const info,
                const uint32_t               index,
                FILE* const                  stream)
{
  const EchoicNodeSpec* const spec = &info->spec->nodes[index];
  const EchoicNodeInfo        node = echoic_info_node(info->spec, index);
  fputs("  ", stream);
  echoic_write_field(stream, spec->id);
  fprintf(stream, ": %s, width %u, from", spec->type, node.width);
  for (uint32_t k = 0U; k < spec->n_inputs; ++k) {
    fputc(' ', stream);
    echoic_write_field(stream, spec->inputs[k]);
  }

  for (uint32_t t = 0U; t < spec->n_tensors; ++t) {
    fprintf(stream, "%s", t ? ", " : "; ");
    echoic_write_field(stream, spec->tensors[t].name);
    fputs(" (", stream);
    write_shape(spec->tensors[t].n_dims, spec->tensors[t].dims, stream);
    fputc(')', stream);
  }

  EchoicNodeState piece;
  for (uint32_t i = 0U; echoic_graph_state(info->graph, index, i, &piece);
       ++i) {
    fprintf(stream, "%s%s (", i ? ", " : "; state ", piece.name);
    write_shape(piece.n_dims, piece.dims, stream);
    fputc(')', stream);
  }

  fputc('\n', stream);
}

void
echoic_info_graph_text(const EchoicGraphInfo* const info, FILE* const stream)
{
  const EchoicGraphSpec* const spec = info->spec;
  size_t                       n    = 0U;
  for (uint32_t i = 0U; i < spec->n_nodes; ++i) {
    n += state_size(info->graph, i);
  }

  echoic_write_field(stream, info->path);
  fprintf(stream,
          ": graph of %u node%s, %zu bytes; %zu ready to run, %zu numbers of "
          "state\nTakes %u number%s a frame and gives",
          spec->n_nodes,
          spec->n_nodes == 1U ? "" : "s",
          info->file_bytes,
          info->graph_bytes,
          n,
          spec->width_in,
          spec->width_in == 1U ? "" : "s");
  for (uint32_t i = 0U; i < echoic_graph_n_outputs(info->graph); ++i) {
    fputs(i ? ", " : " ", stream);
    echoic_write_field(stream, spec->n_outputs ? spec->outputs[i].name : "y");
    fprintf(stream, " (%u)", echoic_graph_width(info->graph, i));
  }

  fputs("\n\n", stream);
  for (uint32_t i = 0U; i < spec->n_nodes; ++i) {
    write_node_text(info, i, stream);
  }
}

void
echoic_info_graph_json(const EchoicGraphInfo* const info, FILE* const stream)
{
  const EchoicGraphSpec* const spec = info->spec;
  fputs("{\"graph\":", stream);
  echoic_write_json(stream, info->path);
  fprintf(stream,
          ",\"bytes\":%zu,\"graph_bytes\":%zu,\"width_in\":%u,\"outputs\":{",
          info->file_bytes,
          info->graph_bytes,
          spec->width_in);
  for (uint32_t i = 0U; i < echoic_graph_n_outputs(info->graph); ++i) {
    fputs(i ? "," : "", stream);
    echoic_write_json(stream, spec->n_outputs ? spec->outputs[i].name : "y");
    fprintf(stream, ":%u", echoic_graph_width(info->graph, i));
  }

  fputs("},\"nodes\":[", stream);
  for (uint32_t i = 0U; i < spec->n_nodes; ++i) {
    const EchoicNodeInfo node = echoic_info_node(spec, i);
    fputs(i ? ",\n{\"id\":" : "\n{\"id\":", stream);
    echoic_write_json(stream, spec->nodes[i].id);
    fputs(",\"type\":", stream);
    echoic_write_json(stream, spec->nodes[i].type);
    fprintf(stream,
            ",\"width\":%u,\"bytes\":%zu,\"state\":%zu}",
            node.width,
            node.bytes,
            state_size(info->graph, i));
  }

  fputs("]}\n", stream);
}
