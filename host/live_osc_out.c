// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/live_osc.h"

#include "host/live_thread.h"

#include <lo/lo.h>

#include <math.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const uint32_t ntp_at_1970 = 2208988800U; ///< Seconds since 1900

enum { scores_in_bundle = 12 }; ///< A packet stays below 1500 bytes

struct EchoicOscOutImpl {
  lo_address address;
};

/// Split HOST:PORT; the host is this machine if it isn't given
static bool
split(const char* const text, char host[256], char port[8])
{
  const char* const colon = strrchr(text, ':');
  const char* const word  = colon ? colon + 1 : text;
  const size_t      n     = colon ? (size_t)(colon - text) : 0U;
  char*             end   = NULL;
  const long        value = strtol(word, &end, 10);
  if (n >= 256U || *end || value < 1 || value > 65535) {
    return false;
  }

  snprintf(host, 256U, "%.*s", n ? (int)n : 9, n ? text : "127.0.0.1");
  snprintf(port, 8U, "%ld", value);
  return true;
}

EchoicOscOut*
echoic_osc_out_new(const char* const text, EchoicError* const error)
{
  char             host[256];
  char             port[8];
  struct addrinfo  hints = {0};
  struct addrinfo* found = NULL;
  if (!split(text, host, port)) {
    echoic_error(error,
                 ECHOIC_BAD_ARG,
                 "--osc %s: isn't HOST:PORT, like 127.0.0.1:9000",
                 text);
    return NULL;
  }

  hints.ai_family   = AF_INET;
  hints.ai_socktype = SOCK_DGRAM;
  const int failed  = getaddrinfo(host, port, &hints, &found);
  if (failed) {
    echoic_error(error,
                 ECHOIC_NOT_FOUND,
                 "--osc %s: %s; give the name or number of a host",
                 text,
                 gai_strerror(failed));
    return NULL;
  }

  // By its number: nothing waits for a name server later
  getnameinfo(found->ai_addr,
              found->ai_addrlen,
              host,
              sizeof(host),
              NULL,
              0,
              NI_NUMERICHOST);
  freeaddrinfo(found);
  EchoicOscOut* const out = (EchoicOscOut*)calloc(1U, sizeof(*out));
  if (!out || !(out->address = lo_address_new(host, port))) {
    free(out);
    echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
    return NULL;
  }

  return out;
}

void
echoic_osc_out_free(EchoicOscOut* const out)
{
  if (out) {
    lo_address_free(out->address);
    free(out);
  }
}

static lo_timetag
timetag(const int64_t ns)
{
  const int64_t    s    = ns / 1000000000;
  const double     part = (double)(ns % 1000000000) / 1.0e9;
  const lo_timetag tag  = {(uint32_t)s + ntp_at_1970,
                           (uint32_t)(part * 4294967296.0)};
  return tag;
}

static bool
send_bundle(EchoicOscOut* const out, lo_bundle bundle)
{
  const int n = lo_send_bundle(out->address, bundle);
  lo_bundle_free_recursive(bundle);
  return n >= 0;
}

bool
echoic_osc_event(EchoicOscOut* const      out,
                 const double             rate_hz,
                 const EchoicHeard* const heard)
{
  const EchoicEvent* const e       = &heard->event;
  const double             onset_s = (double)e->onset / rate_hz;
  const double             end_s   = (double)e->end / rate_hz;
  const double             ago_s   = (double)(e->decided - e->onset) / rate_hz;
  const lo_message         m       = lo_message_new();
  lo_message_add_string(m, heard->name);
  lo_message_add_int64(m, (int64_t)e->onset);
  lo_message_add_int64(m, (int64_t)e->end);
  lo_message_add_double(m, onset_s);
  lo_message_add_double(m, end_s);
  lo_message_add_float(m, e->score);
  lo_message_add_int32(m, (int32_t)lrintf(e->velocity));
  lo_message_add_int32(m, (int32_t)heard->midi_note);

  const lo_bundle bundle =
    lo_bundle_new(timetag(heard->decided_ns - (int64_t)(1.0e9 * ago_s)));
  lo_bundle_add_message(bundle, "/echoic/event", m);
  return send_bundle(out, bundle);
}

bool
echoic_osc_scores(EchoicOscOut* const       out,
                  const EchoicTaught* const taught,
                  const float* const        scores)
{
  bool is_ok = true;
  for (uint32_t i = 0U; i < taught->n_live;) {
    const lo_bundle bundle = lo_bundle_new(timetag(echoic_date_ns()));
    for (uint32_t n = 0U; n < scores_in_bundle && i < taught->n_live; ++n) {
      const uint32_t   sound = taught->live[i++];
      const lo_message m     = lo_message_new();
      lo_message_add_string(m, taught->sounds[sound].name);
      lo_message_add_float(m, scores[sound]);
      lo_message_add_float(m, taught->sounds[sound].threshold);
      lo_bundle_add_message(bundle, "/echoic/score", m);
    }
    is_ok = send_bundle(out, bundle) && is_ok;
  }

  return is_ok;
}
