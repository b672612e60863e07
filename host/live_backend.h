// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_LIVE_BACKEND_H
#define ECHOIC_HOST_LIVE_BACKEND_H

#include "dsp/echoic.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/**
   Where sound comes from and goes to: JACK, another device of PortAudio, or a
   file or pipe that is heard as fast as it can be.

   All functions are main's.
*/

/// What is asked for
typedef struct {
  const char* input;      ///< Device, by number or name; null: the default
  const char* output;     ///< Likewise
  bool        has_output; ///< Sound goes out, too
  const char* file;       ///< A recording or "-" in place of devices
  const char* raw;        ///< Its format, see echoic_audio_open()
  double      rate_hz;    ///< 0: the device's
  uint32_t    n_in;       ///< Channels; files have their own
  uint32_t    buffer;     ///< Frames in a block, 0: as the device likes
  double      duration_s; ///< Files end after it, 0: where they do
  double      latency_s;  ///< Asked of the device, 0: the least it offers
  bool        is_verbose; ///< Let libraries write to stderr
} EchoicBackendSpec;

/// What was opened
typedef struct {
  char     name[128];
  char     input[64];  ///< JACK's client that is heard
  char     output[64]; ///< And the one that hears
  double   rate_hz;
  uint32_t n_in;
  uint32_t n_out;
  bool     is_device; ///< It is heard as time goes by
  bool     is_jack;
} EchoicBackendInfo;

/// Who hears: called in the audio thread
typedef struct {
  /// See echoic_callback_run()
  void (*run)(void*        context,
              const float* in,
              float*       out,
              uint32_t     n_frames,
              int64_t      end_ns);
  /// True if whoever can wait should; in that thread, too
  bool (*is_busy)(void* context, uint32_t n_frames);
  void* context;
} EchoicBackendClient;

typedef enum {
  ECHOIC_BACKEND_RUNS,
  ECHOIC_BACKEND_ENDED, ///< The file has ended, or is damaged
  ECHOIC_BACKEND_LOST,  ///< The device has gone
} EchoicBackendState;

typedef struct EchoicBackendImpl EchoicBackend;

/// A kind of backend
typedef struct {
  bool (*open)(EchoicBackend* backend, EchoicError* error);
  bool (*start)(EchoicBackend* backend, EchoicError* error);
  EchoicBackendState (*state)(const EchoicBackend* backend);
  float (*load)(const EchoicBackend* backend); ///< 0..1 of the time there is
  void (*close)(EchoicBackend* backend);       ///< Stop and free `own`
} EchoicBackendType;

struct EchoicBackendImpl {
  const EchoicBackendType* type;
  EchoicBackendSpec        spec;
  EchoicBackendInfo        info;
  EchoicBackendClient      client;
  atomic_uint              n_xruns;
  EchoicError              failure; ///< Why a file ended early
  void*                    own;
};

/// PortAudio; becomes echoic_backend_jack when a device of JACK is chosen
extern const EchoicBackendType echoic_backend_portaudio;
extern const EchoicBackendType echoic_backend_jack;
extern const EchoicBackendType echoic_backend_file;

#endif // ECHOIC_HOST_LIVE_BACKEND_H
