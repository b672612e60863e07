// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/live_osc.h"

#include <lo/lo.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { max_packet = 65536, bundle_head = 16, max_depth = 4 };

/* liblo's own servers listen to the whole world: so the socket is made here,
   and liblo takes the messages apart. */
struct EchoicOscInImpl {
  int     fd;
  uint8_t packet[max_packet];
};

static bool
parse_address(const char* const text, struct sockaddr_in* const address)
{
  char              host[64] = "127.0.0.1";
  const char* const colon    = strrchr(text, ':');
  const char* const word     = colon ? colon + 1 : text;
  char*             end      = NULL;
  const long        port     = strtol(word, &end, 10);
  const size_t      n        = colon ? (size_t)(colon - text) : 0U;
  if (n >= sizeof(host) || *end || port < 1 || port > 65535) {
    return false;
  }

  if (n) {
    memcpy(host, text, n);
    host[n] = '\0';
  }

  address->sin_family = AF_INET;
  address->sin_port   = htons((uint16_t)port);
  return inet_pton(AF_INET, host, &address->sin_addr) == 1;
}

EchoicOscIn*
echoic_osc_in_new(const char* const text, EchoicError* const error)
{
  struct sockaddr_in address = {0};
  if (!parse_address(text, &address)) {
    echoic_error(error,
                 ECHOIC_BAD_ARG,
                 "--osc-listen %s: isn't PORT or NUMBER:PORT, like 9001 or "
                 "0.0.0.0:9001",
                 text);
    return NULL;
  }

  EchoicOscIn* const in = (EchoicOscIn*)calloc(1U, sizeof(*in));
  if (!in) {
    echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
    return NULL;
  }

  in->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (in->fd < 0 ||
      bind(in->fd, (const struct sockaddr*)&address, sizeof(address))) {
    echoic_error(error,
                 ECHOIC_NO_SPACE,
                 "--osc-listen %s: can't be listened at: %s; give another port",
                 text,
                 strerror(errno));
    echoic_osc_in_free(in);
    return NULL;
  }

  return in;
}

void
echoic_osc_in_free(EchoicOscIn* const in)
{
  if (in) {
    if (in->fd >= 0) {
      close(in->fd);
    }
    free(in);
  }
}

int
echoic_osc_in_fd(const EchoicOscIn* const in)
{
  return in ? in->fd : -1;
}

/* Arguments lie in the packet at multiples of 4 bytes, lo_arg wants 8. */

static int32_t
int_of(const lo_arg* const arg)
{
  int32_t value = 0;
  memcpy(&value, arg, sizeof(value));
  return value;
}

static float
float_of(const lo_arg* const arg, const bool is_double)
{
  float  value = 0.0F;
  double wide  = 0.0;
  if (is_double) {
    memcpy(&wide, arg, sizeof(wide));
    return (float)wide;
  }

  memcpy(&value, arg, sizeof(value));
  return value;
}

/// Return the slot an argument means: a number from 1, or a name
static uint32_t
slot_of(EchoicDesk* const desk,
        const char        type,
        const lo_arg*     arg,
        const bool        may_new)
{
  if (type == LO_INT32) {
    const int32_t n = int_of(arg);
    return n >= 1 && n <= (int32_t)ECHOIC_DETECTOR_SLOTS ? (uint32_t)n - 1U
                                                         : ECHOIC_NO_SLOT;
  }

  return type == LO_STRING ? echoic_desk_slot(desk, (const char*)arg, may_new)
                           : ECHOIC_NO_SLOT;
}

typedef struct {
  const char* name;
  bool        has_sound; ///< Its first argument
  bool        may_new;   ///< Which needn't be known
  EchoicDo    what;
} Verb;

static const Verb verbs[] = {
  {"learn", true, true, ECHOIC_DO_LEARN},
  {"that", true, true, ECHOIC_DO_THAT},
  {"missed", true, false, ECHOIC_DO_MISSED},
  {"forget", true, false, ECHOIC_DO_FORGET},
  {"undo", false, false, ECHOIC_DO_UNDO},
  {"save", false, false, ECHOIC_DO_SAVE},
};

static void
do_verb(EchoicDesk* const desk,
        const Verb* const verb,
        const char* const types,
        lo_arg** const    args)
{
  EchoicDo what = verb->what;
  uint32_t slot = 0U;
  if (verb->has_sound) {
    slot =
      *types ? slot_of(desk, types[0], args[0], verb->may_new) : ECHOIC_NO_SLOT;
    if (slot == ECHOIC_NO_SLOT) {
      echoic_notice(desk->notices,
                    "/echoic/%s: needs a sound with a key: its name or 1 to 8",
                    verb->name);
      return;
    }

    if (what == ECHOIC_DO_LEARN && types[1] == LO_INT32) {
      what = int_of(args[1]) ? ECHOIC_DO_HOLD : ECHOIC_DO_RELEASE;
    }
  }

  echoic_desk_do(desk, what, slot);
}

static void
do_reject(EchoicDesk* const desk, const char* const types, lo_arg** const args)
{
  const uint32_t slot =
    *types ? slot_of(desk, types[0], args[0], false) : ECHOIC_NO_SLOT;
  if (*types && slot == ECHOIC_NO_SLOT) {
    echoic_notice(desk->notices, "/echoic/reject: knows no such sound");
  } else {
    echoic_desk_reject(desk, slot);
  }
}

/// The path is /echoic/WORD/NAME with one number
static void
do_value(EchoicDesk* const desk,
         const char* const word,
         const char* const types,
         lo_arg** const    args)
{
  static const char threshold[]   = "threshold/";
  static const char sensitivity[] = "sensitivity/";
  if (types[0] != LO_FLOAT && types[0] != LO_DOUBLE) {
    echoic_notice(desk->notices, "/echoic/%.80s: isn't known", word);
    return;
  }

  const float value = float_of(args[0], types[0] == LO_DOUBLE);
  bool        is_ok = false;
  if (!strncmp(word, threshold, sizeof(threshold) - 1U)) {
    is_ok = echoic_desk_threshold(desk, word + sizeof(threshold) - 1U, value);
  } else if (!strncmp(word, sensitivity, sizeof(sensitivity) - 1U)) {
    is_ok =
      echoic_desk_sensitivity(desk, word + sizeof(sensitivity) - 1U, value);
  }

  if (!is_ok) {
    echoic_notice(desk->notices, "/echoic/%.80s: isn't known", word);
  }
}

static void
do_message(EchoicDesk* const desk, const char* const path, lo_message message)
{
  static const char root[] = "/echoic/";
  const char* const types  = lo_message_get_types(message);
  lo_arg** const    args   = lo_message_get_argv(message);
  if (strncmp(path, root, sizeof(root) - 1U)) {
    return;
  }

  const char* const word = path + sizeof(root) - 1U;
  for (size_t i = 0U; i < sizeof(verbs) / sizeof(*verbs); ++i) {
    if (!strcmp(word, verbs[i].name)) {
      do_verb(desk, &verbs[i], types, args);
      return;
    }
  }

  if (!strcmp(word, "reject")) {
    do_reject(desk, types, args);
  } else {
    do_value(desk, word, types, args);
  }
}

/// Return a big-endian number
static uint32_t
be32(const uint8_t* const p)
{
  return ((uint32_t)p[0] << 24U) | ((uint32_t)p[1] << 16U) |
         ((uint32_t)p[2] << 8U) | p[3];
}

static void
do_packet(EchoicDesk* const desk,
          uint8_t* const    packet,
          const size_t      size,
          const unsigned    depth)
{
  if (size >= bundle_head && !memcmp(packet, "#bundle", 8U)) {
    for (size_t at = bundle_head; depth < max_depth && at + 4U <= size;) {
      const size_t n = be32(packet + at);
      at += 4U;
      if (n > size - at || n % 4U) {
        return;
      }
      do_packet(desk, packet + at, n, depth + 1U);
      at += n;
    }
    return;
  }

  int              failed  = 0;
  const lo_message message = lo_message_deserialise(packet, size, &failed);
  if (message) {
    do_message(desk, (const char*)packet, message);
    lo_message_free(message);
  }
}

void
echoic_osc_in_packet(EchoicDesk* const desk,
                     uint8_t* const    packet,
                     const size_t      size)
{
  do_packet(desk, packet, size, 0U);
}

void
echoic_osc_in_serve(EchoicOscIn* const in, EchoicDesk* const desk)
{
  for (unsigned i = 0U; i < 64U; ++i) {
    const ssize_t n = recv(in->fd, in->packet, sizeof(in->packet), 0);
    if (n <= 0) {
      return;
    }
    echoic_osc_in_packet(desk, in->packet, (size_t)n);
  }
}
