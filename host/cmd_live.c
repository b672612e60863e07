// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/commands.h"
#include "host/live_devices.h"
#include "host/live_request.h"
#include "host/live_session.h"
#include "host/signals.h"

#include <stdlib.h>

static int
list_devices(const EchoicLiveRequest* const request)
{
  EchoicError error = {ECHOIC_OK, ""};
  if (!echoic_devices_open(request->backend.is_verbose, &error)) {
    return echoic_fail("%s", error.text);
  }

  echoic_devices_print(request->is_json);
  echoic_devices_close(request->backend.is_verbose);
  return ECHOIC_EXIT_FOUND;
}

static int
listen(const EchoicLiveRequest* const request)
{
  EchoicError          error   = {ECHOIC_OK, ""};
  EchoicSession* const session = (EchoicSession*)calloc(1U, sizeof(*session));
  if (!session) {
    return echoic_fail("out of memory");
  }

  echoic_handle_hangup();
  const bool is_ok = echoic_session_open(session, request, &error) &&
                     echoic_session_run(session, &error);
  const bool has_failed =
    !is_ok && !echoic_interrupted(); // Or it was waited for
  if (has_failed) {
    echoic_fail("%s", error.text);
  }

  echoic_session_close(session);
  const int status = has_failed || session->has_failed ? ECHOIC_EXIT_ERROR
                     : session->has_found              ? ECHOIC_EXIT_FOUND
                                                       : ECHOIC_EXIT_NONE;
  free(session);
  return status;
}

int
echoic_cmd_live(int argc, char** argv)
{
  EchoicLiveRequest  request = {0};
  const char** const names  = (const char**)calloc((size_t)argc, sizeof(char*));
  int                status = ECHOIC_EXIT_ERROR;
  if (!names) {
    return echoic_fail("out of memory");
  }

  if (echoic_live_parse(argc, argv, names, &request)) {
    if (request.is_help) {
      echoic_live_usage();
      status = ECHOIC_EXIT_FOUND;
    } else {
      status = request.is_list ? list_devices(&request) : listen(&request);
    }
  }

  free(names);
  return status;
}
