// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/*
  make_ttl TEMPLATE: the Turtle of the bundle, to the standard output.

  A line @PORTS mono@ becomes the ports of that plugin, from the table in
  plugin/ports_table.c and ports_slots.c, @GROUPS@ the groups that they are in;
  all other lines are copied.  Names, and labels in copied lines, are given in
  English, without a language, and in those of translations.c; comments in
  English alone.

  GStreamer takes every port in a group for a channel of audio, of whatever
  class the group.  So controls are in groups only where it can't be of use: in
  plugins with a key input.
*/

#include "plugin/ports.h"
#include "ttl/translations.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

static const char* const variant_names[ECHOIC_N_VARIANTS] =
  {"mono", "stereo", "mono-key", "stereo-key", "mono-cv", "stereo-cv"};

static const char* const kinds[] = {
  "lv2:InputPort , lv2:AudioPort",
  "lv2:OutputPort , lv2:AudioPort",
  "lv2:OutputPort , lv2:CVPort",
  "lv2:InputPort , atom:AtomPort",
  "lv2:OutputPort , atom:AtomPort",
  "lv2:InputPort , lv2:ControlPort",
  "lv2:OutputPort , lv2:ControlPort",
};

/// Print a text that may have the number of the slot in it
static void
put_numbered(const char* const text, const uint32_t slot)
{
  const char* const mark = strstr(text, "%u");
  if (mark) {
    printf("%.*s%u%s", (int)(mark - text), text, slot, mark + 2);
  } else {
    fputs(text, stdout);
  }
}

/// Print a text in all languages that it is known in
static void
put_text(const char* const text, const uint32_t slot)
{
  fputs("\"", stdout);
  put_numbered(text, slot);
  fputs("\"", stdout);
  for (unsigned i = 0U; i < ECHOIC_N_LANGUAGES; ++i) {
    const char* const other = echoic_translation(text, i);
    if (other) {
      fputs(" , \"", stdout);
      put_numbered(other, slot);
      printf("\"@%s", echoic_languages[i]);
    }
  }
}

static void
put_points(const EchoicScalePoint* const points)
{
  for (const EchoicScalePoint* p = points; p && p->label; ++p) {
    fputs("    lv2:scalePoint [ rdfs:label ", stdout);
    put_text(p->label, 0U);
    printf(" ; rdf:value %g ] ;\n", (double)p->value);
  }
}

static void
put_group(const EchoicGroup* const group, const uint32_t slot)
{
  fputs("<urn:echoic:", stdout);
  put_numbered(group->symbol, slot);
  printf(">\n  a %s ;\n  lv2:symbol \"", group->type);
  put_numbered(group->symbol, slot);
  fputs("\" ;\n  lv2:name ", stdout);
  put_text(group->name, slot);
  if (group->source) {
    printf(" ;\n  pg:source <urn:echoic:%s>", group->source);
  }

  fputs(" .\n\n", stdout);
}

static void
put_groups(void)
{
  for (uint32_t i = 0U; i < ECHOIC_N_GROUPS; ++i) {
    const EchoicGroup* const group       = &echoic_groups[i];
    const bool               is_of_slots = strstr(group->symbol, "%u") != NULL;
    const uint32_t           n           = is_of_slots ? ECHOIC_N_SLOTS : 1U;
    for (uint32_t slot = 1U; slot <= n; ++slot) {
      put_group(group, slot);
    }
  }
}

/// Say which group a port is in, where that is of use
static void
put_membership(const EchoicVariant     variant,
               const EchoicPort* const port,
               const uint32_t          slot)
{
  const bool is_audio =
    port->kind == ECHOIC_AUDIO_IN || port->kind == ECHOIC_AUDIO_OUT;
  if (port->group && (is_audio || echoic_variant_has_key(variant))) {
    fputs("    pg:group <urn:echoic:", stdout);
    put_numbered(port->group, slot);
    fputs("> ;\n", stdout);
  }
}

static void
put_port(const EchoicVariant variant, const uint32_t index)
{
  uint32_t                slot = 0U;
  const uint32_t          id   = echoic_port_id(variant, index);
  const EchoicPort* const port = echoic_port(variant, id, &slot);

  printf("%s [\n    a %s ;\n    lv2:index %u ;\n    lv2:symbol \"",
         index ? "  ," : "  lv2:port",
         kinds[port->kind],
         index);
  put_numbered(port->symbol, slot);
  fputs("\" ;\n    lv2:name ", stdout);
  put_text(port->name, slot);
  fputs(" ;\n    rdfs:comment \"", stdout);
  put_numbered(port->comment, slot);
  fputs("\" ;\n", stdout);
  if (port->kind == ECHOIC_CONTROL_IN || port->kind == ECHOIC_CONTROL_OUT) {
    printf("    lv2:default %g ;\n", (double)echoic_port_initial(id));
  }

  if (port->maximum > port->minimum) {
    printf("    lv2:minimum %g ;\n    lv2:maximum %g ;\n",
           (double)port->minimum,
           (double)port->maximum);
  }

  if (port->properties) {
    printf("    lv2:portProperty %s ;\n", port->properties);
  }

  if (port->unit) {
    printf("    units:unit %s ;\n", port->unit);
  }

  put_points(port->points);
  put_membership(variant, port, slot);
  if (port->more) {
    printf("    %s ;\n", port->more);
  }

  fputs("  ]", stdout);
}

static void
put_ports(const EchoicVariant variant)
{
  const uint32_t n = echoic_n_ports(variant);
  for (uint32_t i = 0U; i < n; ++i) {
    put_port(variant, i);
  }

  fputs(" .\n", stdout);
}

/// Copy a line, with the label in it in all languages that it is known in
static void
copy_line(const char* const line)
{
  static const char mark[] = "rdfs:label \"";
  char              label[128];
  const char* const at  = strstr(line, mark);
  const char* const end = at ? strchr(at + strlen(mark), '"') : NULL;
  if (!end || end - at >= (ptrdiff_t)sizeof(label)) {
    fputs(line, stdout);
    return;
  }

  const char* const text = at + strlen(mark);
  uint32_t          slot = 0U;
  snprintf(label, sizeof(label), "%.*s", (int)(end - text), text);
  if (end[-1] >= '1' && end[-1] <= '8') {
    slot = (uint32_t)(end[-1] - '0');
    snprintf(label, sizeof(label), "%.*s%%u", (int)(end - text) - 1, text);
  }

  printf("%.*s", (int)(text - 1 - line), line);
  put_text(label, slot);
  fputs(end + 1, stdout);
}

/// Copy a line or put what it stands for; false if it is unknown
static bool
put_line(const char* const line)
{
  if (line[0] != '@' || !strncmp(line, "@prefix", 7U)) {
    copy_line(line);
    return true;
  }

  if (!strcmp(line, "@GROUPS@\n")) {
    put_groups();
    return true;
  }

  char name[16] = "";
  if (sscanf(line, "@PORTS %15[a-z-]@", name) == 1) {
    for (EchoicVariant v = ECHOIC_MONO; v < ECHOIC_N_VARIANTS; ++v) {
      if (!strcmp(name, variant_names[v])) {
        put_ports(v);
        return true;
      }
    }
  }

  fprintf(stderr, "make_ttl: unknown line: %s", line);
  return false;
}

int
main(const int argc, char** const argv)
{
  FILE* const template = argc == 2 ? fopen(argv[1], "r") : NULL;
  if (!template) {
    fprintf(stderr, "make_ttl: one template that can be read is needed\n");
    return 2;
  }

  char line[512];
  bool ok = true;
  while (ok && fgets(line, sizeof(line), template)) {
    ok = put_line(line);
  }

  fclose(template);
  return ok && !fflush(stdout) && !ferror(stdout) ? 0 : 2;
}
