// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/live_devices.h"

#include "host/live_thread.h"
#include "host/nearest.h"
#include "host/text_out.h"

#include <portaudio.h>

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { name_size = 128 };

static int      held_stderr = -1;
static unsigned n_begun;
static sigset_t signals_before;

void
echoic_library_begin(const bool is_verbose)
{
  if (n_begun++) {
    return;
  }

  echoic_signals_hold(&signals_before);
  if (!is_verbose) {
    fflush(stderr);
    const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    held_stderr       = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    if (nowhere >= 0) {
      dup2(nowhere, STDERR_FILENO);
      close(nowhere);
    }
  }
}

void
echoic_library_end(void)
{
  if (--n_begun) {
    return;
  }

  if (held_stderr >= 0) {
    fflush(stderr);
    dup2(held_stderr, STDERR_FILENO);
    close(held_stderr);
    held_stderr = -1;
  }
  echoic_signals_release(&signals_before);
}

bool
echoic_devices_open(const bool is_verbose, EchoicError* const error)
{
  echoic_library_begin(is_verbose);
  const PaError failed = Pa_Initialize();
  echoic_library_end();
  if (failed) {
    echoic_error(error,
                 ECHOIC_NOT_FOUND,
                 "sound devices can't be used: %s; try -v",
                 Pa_GetErrorText(failed));
  }

  return !failed;
}

void
echoic_devices_close(const bool is_verbose)
{
  echoic_library_begin(is_verbose);
  Pa_Terminate();
  echoic_library_end();
}

void
echoic_device_name(const int device, char* const name, const size_t size)
{
  const PaDeviceInfo* const  info = Pa_GetDeviceInfo(device);
  const PaHostApiInfo* const api  = Pa_GetHostApiInfo(info->hostApi);
  snprintf(name, size, "%s: %s", api->name, info->name);
}

static bool
is_usable(const int device, const bool is_input)
{
  const PaDeviceInfo* const info = Pa_GetDeviceInfo(device);
  return info &&
         (is_input ? info->maxInputChannels : info->maxOutputChannels) > 0;
}

/// How well a name fits, the less the better; 3: not at all
static int
fit(const int device, const char* const text)
{
  char name[name_size];
  echoic_device_name(device, name, sizeof(name));
  if (!strcasecmp(name, text)) {
    return 0;
  }
  if (!strcasecmp(Pa_GetDeviceInfo(device)->name, text)) {
    return 1;
  }
  return strcasestr(name, text) ? 2 : 3;
}

/// Append up to three devices whose names are near or fit to a sentence
static void
offer(const char* const text, const bool is_input, char* out, size_t size)
{
  const int n_devices       = Pa_GetDeviceCount();
  unsigned  n_offered       = 0U;
  bool      is_offered[256] = {false};
  out[0]                    = '\0';
  while (n_offered < 3U) {
    int    best     = -1;
    size_t distance = SIZE_MAX;
    for (int i = 0; i < n_devices && i < 256; ++i) {
      if (is_usable(i, is_input) && !is_offered[i]) {
        size_t d = echoic_word_distance(text, Pa_GetDeviceInfo(i)->name);
        d        = fit(i, text) < 3 ? 0U : d;
        if (d < distance || best < 0) {
          best     = i;
          distance = d;
        }
      }
    }
    if (best < 0) {
      return;
    }

    char name[name_size];
    echoic_device_name(best, name, sizeof(name));
    const size_t n   = strlen(out);
    is_offered[best] = true;
    snprintf(
      out + n, size - n, "%s'%.48s' (%d)", n_offered++ ? ", " : "", name, best);
  }
}

static int
refuse(const char* const  text,
       const bool         is_input,
       const unsigned     n_fits,
       EchoicError* const error)
{
  char              offered[200];
  const char* const kind = is_input ? "input" : "output";
  offer(text, is_input, offered, sizeof(offered));
  if (!*offered) {
    echoic_error(error,
                 ECHOIC_NOT_FOUND,
                 "there is no device with an %s; start JACK, or give sound by "
                 "a pipe: --raw FORMAT -",
                 kind);
  } else {
    echoic_error(error,
                 ECHOIC_NOT_FOUND,
                 "--%s %.40s: %s; %s %s",
                 kind,
                 text,
                 n_fits ? "could be several devices" : "is no such device",
                 n_fits ? "choose one of" : "nearest:",
                 offered);
  }

  return -1;
}

static int
find_number(const char* const text, const bool is_input)
{
  char*      end    = NULL;
  const long number = strtol(text, &end, 10);
  return *text && !*end && number >= 0 && number < Pa_GetDeviceCount() &&
             is_usable((int)number, is_input)
           ? (int)number
           : -1;
}

int
echoic_device_find(const char* const  text,
                   const bool         is_input,
                   EchoicError* const error)
{
  if (!text) {
    const int device =
      is_input ? Pa_GetDefaultInputDevice() : Pa_GetDefaultOutputDevice();
    return device >= 0 ? device : refuse("", is_input, 0U, error);
  }

  const int number = find_number(text, is_input);
  if (number >= 0) {
    return number;
  }

  int      best   = -1;
  int      fits   = 3;
  unsigned n_fits = 0U;
  for (int i = 0; i < Pa_GetDeviceCount(); ++i) {
    const int f = is_usable(i, is_input) ? fit(i, text) : 3;
    n_fits      = f < fits ? 1U : n_fits + (f == fits && f < 3);
    if (f < fits) {
      best = i;
      fits = f;
    }
  }

  return n_fits == 1U ? best : refuse(text, is_input, n_fits, error);
}

static void
print_json(const int device)
{
  const PaDeviceInfo* const info = Pa_GetDeviceInfo(device);
  printf("%s\n  {\"number\": %d, \"api\": ", device ? "," : "", device);
  echoic_write_json(stdout, Pa_GetHostApiInfo(info->hostApi)->name);
  fputs(", \"name\": ", stdout);
  echoic_write_json(stdout, info->name);
  printf(", \"inputs\": %d, \"outputs\": %d, \"rate_hz\": %.0f, "
         "\"is_default_input\": %s, \"is_default_output\": %s}",
         info->maxInputChannels,
         info->maxOutputChannels,
         info->defaultSampleRate,
         device == Pa_GetDefaultInputDevice() ? "true" : "false",
         device == Pa_GetDefaultOutputDevice() ? "true" : "false");
}

void
echoic_devices_print(const bool as_json)
{
  const int n_devices = Pa_GetDeviceCount();
  fputs(as_json ? "[" : "  no.  in out     rate  device\n", stdout);
  for (int i = 0; i < n_devices; ++i) {
    char                      name[name_size];
    const PaDeviceInfo* const info = Pa_GetDeviceInfo(i);
    if (as_json) {
      print_json(i);
      continue;
    }

    echoic_device_name(i, name, sizeof(name));
    printf("%c%c%3d  %3d %3d  %7.0f  %s\n",
           i == Pa_GetDefaultInputDevice() ? '>' : ' ',
           i == Pa_GetDefaultOutputDevice() ? '<' : ' ',
           i,
           info->maxInputChannels,
           info->maxOutputChannels,
           info->defaultSampleRate,
           name);
  }

  fputs(as_json         ? "\n]\n"
        : n_devices > 0 ? "> default input, < default output\n"
                        : "none\n",
        stdout);
}
