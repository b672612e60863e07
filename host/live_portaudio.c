// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/live_backend.h"
#include "host/live_devices.h"
#include "host/live_thread.h"

#include <jack/jack.h>
#include <portaudio.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// A stream of PortAudio
typedef struct {
  PaStream* stream;
  bool      is_open; ///< PortAudio is
  bool      is_started;
} Device;

static int
on_block(const void* const                     in,
         void* const                           out,
         const unsigned long                   n_frames,
         const PaStreamCallbackTimeInfo* const time,
         const PaStreamCallbackFlags           flags,
         void* const                           context)
{
  EchoicBackend* const b = (EchoicBackend*)context;
  (void)time;
  if (flags & (paInputUnderflow | paInputOverflow | paOutputUnderflow |
               paOutputOverflow)) {
    atomic_fetch_add_explicit(&b->n_xruns, 1U, memory_order_relaxed);
  }

  b->client.run(b->client.context,
                (const float*)in,
                (float*)out,
                (uint32_t)n_frames,
                echoic_date_ns());
  return paContinue;
}

static void
say_nothing(const char* const text)
{
  (void)text;
}

/// Fill the parameters of one direction
static bool
direction(const EchoicBackend* const b,
          const int                  device,
          const bool                 is_input,
          PaStreamParameters* const  p,
          EchoicError* const         error)
{
  const PaDeviceInfo* const info = Pa_GetDeviceInfo(device);
  const int most = is_input ? info->maxInputChannels : info->maxOutputChannels;
  const uint32_t n = is_input ? b->info.n_in : b->info.n_out;
  if ((int)n > most) {
    echoic_error(error,
                 ECHOIC_BAD_ARG,
                 "%s: has %d %s channels, %u are asked for",
                 b->info.name,
                 most,
                 is_input ? "input" : "output",
                 n);
    return false;
  }

  const double least =
    is_input ? info->defaultLowInputLatency : info->defaultLowOutputLatency;
  p->device           = device;
  p->channelCount     = (int)n;
  p->sampleFormat     = paFloat32;
  p->suggestedLatency = b->spec.latency_s > 0.0 ? b->spec.latency_s : least;
  p->hostApiSpecificStreamInfo = NULL;
  return true;
}

/// Find the device for the output: named, or that of the input
static int
find_output(const EchoicBackend* const b,
            const int                  input,
            EchoicError* const         error)
{
  const PaDeviceInfo* const in  = Pa_GetDeviceInfo(input);
  int                       out = input;
  if (b->spec.output || in->maxOutputChannels < 1) {
    out = b->spec.output ? echoic_device_find(b->spec.output, false, error)
                         : Pa_GetHostApiInfo(in->hostApi)->defaultOutputDevice;
  }

  if (out < 0 && !error->status) {
    echoic_error(error,
                 ECHOIC_NOT_FOUND,
                 "%s: has no output; name one with --output",
                 b->info.name);
  } else if (out >= 0 && Pa_GetDeviceInfo(out)->hostApi != in->hostApi) {
    echoic_error(error,
                 ECHOIC_BAD_ARG,
                 "--output %s: isn't of the same kind as the input (%s)",
                 b->spec.output,
                 Pa_GetHostApiInfo(in->hostApi)->name);
    out = -1;
  }

  return out;
}

static bool
open_stream(EchoicBackend* const            b,
            Device* const                   device,
            const PaStreamParameters* const in,
            const PaStreamParameters* const out,
            EchoicError* const              error)
{
  const PaDeviceInfo* const info = Pa_GetDeviceInfo(in->device);
  const double              rate = b->info.rate_hz > 0.0   ? b->info.rate_hz
                                   : b->spec.rate_hz > 0.0 ? b->spec.rate_hz
                                                           : info->defaultSampleRate;
  const unsigned long       n =
    b->spec.buffer ? b->spec.buffer : paFramesPerBufferUnspecified;

  echoic_library_begin(b->spec.is_verbose);
  PaError failed = Pa_IsFormatSupported(in, out, rate);
  if (!failed) {
    failed =
      Pa_OpenStream(&device->stream, in, out, rate, n, paNoFlag, on_block, b);
  }
  echoic_library_end();

  b->info.rate_hz = rate;
  if (failed == paInvalidSampleRate) {
    echoic_error(error,
                 ECHOIC_BAD_ARG,
                 "%s: doesn't run at %.0f Hz; leave --rate out or give %.0f",
                 b->info.name,
                 rate,
                 info->defaultSampleRate);
  } else if (failed) {
    echoic_error(error,
                 ECHOIC_NOT_FOUND,
                 "%s: can't be opened: %s; is it in use? -v tells more",
                 b->info.name,
                 failed == paUnanticipatedHostError
                   ? Pa_GetLastHostErrorInfo()->errorText
                   : Pa_GetErrorText(failed));
  }

  return !failed;
}

/// Choose how many channels go out, and where to
static bool
choose_output(EchoicBackend* const b,
              const int            in,
              int* const           out,
              EchoicError* const   error)
{
  *out = find_output(b, in, error);
  if (*out < 0) {
    return false;
  }

  // One channel is heard on both sides
  const PaDeviceInfo* const info  = Pa_GetDeviceInfo(*out);
  const uint32_t            least = info->maxOutputChannels > 1 ? 2U : 1U;
  b->info.n_out                   = b->spec.n_in > least ? b->spec.n_in : least;
  snprintf(b->info.output, sizeof(b->info.output), "%s", info->name);
  return true;
}

/// Choose devices, and check what is asked of them
static bool
choose(EchoicBackend* const      b,
       PaStreamParameters* const from,
       PaStreamParameters* const to,
       EchoicError* const        error)
{
  // A device that was lost is looked for by all of its name
  const char* const name = *b->info.name ? b->info.name : b->spec.input;
  const int         in   = echoic_device_find(name, true, error);
  int               out  = -1;
  if (in < 0) {
    return false;
  }

  const PaDeviceInfo* const info = Pa_GetDeviceInfo(in);
  echoic_device_name(in, b->info.name, sizeof(b->info.name));
  snprintf(b->info.input, sizeof(b->info.input), "%s", info->name);
  b->info.n_in      = b->spec.n_in;
  b->info.is_device = true;
  b->info.is_jack   = Pa_GetHostApiInfo(info->hostApi)->type == paJACK;
  return direction(b, in, true, from, error) &&
         (!b->spec.has_output || (choose_output(b, in, &out, error) &&
                                  direction(b, out, false, to, error)));
}

static void
device_close(EchoicBackend* const b)
{
  Device* const device = (Device*)b->own;
  if (!device) {
    return;
  }

  echoic_library_begin(b->spec.is_verbose);
  if (device->stream) {
    Pa_AbortStream(device->stream);
    Pa_CloseStream(device->stream);
  }
  if (device->is_open) {
    echoic_devices_close(b->spec.is_verbose);
  }
  echoic_library_end();
  free(device);
  b->own = NULL;
}

static bool
device_open(EchoicBackend* const b, EchoicError* const error)
{
  Device* const device = (Device*)calloc(1U, sizeof(Device));
  b->own               = device;
  if (!device) {
    echoic_error(error, ECHOIC_NO_MEMORY, "out of memory");
    return false;
  }

  if (!b->spec.is_verbose) {
    jack_set_error_function(say_nothing);
    jack_set_info_function(say_nothing);
  }

  PaStreamParameters from;
  PaStreamParameters to;
  device->is_open = echoic_devices_open(b->spec.is_verbose, error);
  if (!device->is_open || !choose(b, &from, &to, error)) {
    return false;
  }

  if (b->info.is_jack) {
    device_close(b);
    b->type         = &echoic_backend_jack;
    b->info.rate_hz = b->spec.rate_hz;
    return b->type->open(b, error);
  }

  return open_stream(b, device, &from, b->spec.has_output ? &to : NULL, error);
}

static bool
device_start(EchoicBackend* const b, EchoicError* const error)
{
  Device* const device = (Device*)b->own;
  echoic_library_begin(b->spec.is_verbose);
  const PaError failed = Pa_StartStream(device->stream);
  echoic_library_end();
  device->is_started = !failed;
  if (failed) {
    echoic_error(error,
                 ECHOIC_NOT_FOUND,
                 "%s: can't be started: %s",
                 b->info.name,
                 Pa_GetErrorText(failed));
  }

  return !failed;
}

static EchoicBackendState
device_state(const EchoicBackend* const b)
{
  const Device* const device = (const Device*)b->own;
  return device && device->is_started && Pa_IsStreamActive(device->stream) == 1
           ? ECHOIC_BACKEND_RUNS
           : ECHOIC_BACKEND_LOST;
}

static float
device_load(const EchoicBackend* const b)
{
  const Device* const device = (const Device*)b->own;
  return device ? (float)Pa_GetStreamCpuLoad(device->stream) : 0.0F;
}

const EchoicBackendType echoic_backend_portaudio = {
  device_open,
  device_start,
  device_state,
  device_load,
  device_close,
};
