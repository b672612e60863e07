// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/live_session.h"

#include "host/commands.h"
#include "host/live_terminal.h"
#include "host/live_thread.h"
#include "host/live_view.h"
#include "host/signals.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static const int     wait_ms   = 20;
static const int64_t frame_ns  = 50000000;    ///< Between looks at meters
static const int64_t silent_ns = 2000000000;  ///< Without sound: tell
static const int64_t dead_ns   = 6000000000;  ///< Without sound: open again
static const int64_t retry_ns  = 1000000000;  ///< Between openings
static const int64_t report_ns = 10000000000; ///< Between words on xruns

/// What the loop remembers
typedef struct {
  int64_t  frame_ns;  ///< When meters were looked at last
  int64_t  heard_ns;  ///< When there was a block last
  uint64_t n_calls;   ///< Blocks up to then
  bool     is_silent; ///< Told
  bool     is_lost;
  int64_t  tried_ns; ///< When it was opened last
  int64_t  report_ns;
  unsigned n_xruns;  ///< Told
  uint64_t n_unsent; ///< Told
} Watch;

static void
look(EchoicSession* const s, Watch* const w, const int64_t now_ns)
{
  if (now_ns - w->frame_ns < frame_ns) {
    return;
  }

  w->frame_ns = now_ns;
  echoic_desk_look(&s->desk);
  if (s->scores) {
    echoic_osc_scores(s->scores, s->desk.taught, s->desk.scores);
  }

  if (s->has_view) {
    const EchoicView view = {s->request->model_path,
                             &s->desk,
                             &s->backend,
                             &s->keys,
                             s->words,
                             w->is_lost};
    echoic_view_draw(&view);
  }
}

/// Say what went wrong in the audio thread since the last time
static void
report(EchoicSession* const s, Watch* const w, const int64_t now_ns)
{
  const unsigned n_xruns  = atomic_load(&s->backend.n_xruns);
  const uint64_t n_unsent = atomic_load(&s->callback.meters.n_unsent);
  if (now_ns - w->report_ns < report_ns ||
      (n_xruns == w->n_xruns && n_unsent == w->n_unsent)) {
    return;
  }

  if (n_xruns > w->n_xruns) {
    echoic_notice(&s->notices,
                  "sound was lost %u times (xruns); try a larger --buffer",
                  n_xruns - w->n_xruns);
  }
  if (n_unsent > w->n_unsent) {
    echoic_notice(&s->notices,
                  "%llu messages were lost: too many at once",
                  (unsigned long long)(n_unsent - w->n_unsent));
  }
  w->n_xruns   = n_xruns;
  w->n_unsent  = n_unsent;
  w->report_ns = now_ns;
}

/// The device has gone: let go of it, and end what sounds
static void
lose(EchoicSession* const s, Watch* const w)
{
  echoic_notice(
    &s->notices, "%s: has gone; waiting for it", s->backend.info.name);
  s->backend.type->close(&s->backend);
  echoic_callback_hush(&s->callback);
  echoic_session_close_midi(s);
  w->is_lost = true;
}

/// Try to go on with a device that had gone
static void
find_again(EchoicSession* const s, Watch* const w, const int64_t now_ns)
{
  EchoicError error = {ECHOIC_OK, ""};
  if (now_ns - w->tried_ns < retry_ns) {
    return;
  }

  w->tried_ns = now_ns;
  if (s->backend.type->open(&s->backend, &error) &&
      echoic_session_open_midi(s, &error) &&
      s->backend.type->start(&s->backend, &error)) {
    echoic_notice(&s->notices, "%s: is back", s->backend.info.name);
    w->is_lost  = false;
    w->heard_ns = now_ns;
  } else {
    s->backend.type->close(&s->backend);
    echoic_session_close_midi(s);
  }
}

/// Look whether sound still comes; false if it has ended
static bool
watch(EchoicSession* const s, Watch* const w, const int64_t now_ns)
{
  if (w->is_lost) {
    find_again(s, w, now_ns);
    return true;
  }

  const uint64_t           n_calls = atomic_load(&s->callback.meters.n_calls);
  const EchoicBackendState state   = s->backend.type->state(&s->backend);
  if (n_calls != w->n_calls) {
    w->n_calls  = n_calls;
    w->heard_ns = now_ns;
    if (w->is_silent) {
      echoic_notice(&s->notices, "%s: sounds again", s->backend.info.name);
      w->is_silent = false;
    }
  }

  const bool is_device = s->backend.info.is_device;
  if (is_device && !w->is_silent && now_ns - w->heard_ns > silent_ns) {
    echoic_notice(&s->notices,
                  "%s: has given no sound for 2 seconds",
                  s->backend.info.name);
    w->is_silent = true;
  }

  if (state == ECHOIC_BACKEND_LOST ||
      (is_device && now_ns - w->heard_ns > dead_ns)) {
    lose(s, w);
    w->is_silent = false;
  }

  return state != ECHOIC_BACKEND_ENDED;
}

/// Wait for keys and messages, but not for long; false if a key ends it
static bool
attend(EchoicSession* const s)
{
  struct pollfd waits[2] = {
    {s->has_view ? echoic_terminal_fd() : -1, POLLIN, 0},
    {echoic_osc_in_fd(s->osc_in), POLLIN, 0}};
  poll(waits, 2, wait_ms);
  echoic_desk_update(&s->desk);
  if (s->osc_in) {
    echoic_osc_in_serve(s->osc_in, &s->desk);
  }

  if (s->has_view) {
    const int64_t now_ns = echoic_clock_ns();
    for (int key = echoic_terminal_key(); key != ECHOIC_KEY_NONE;
         key     = echoic_terminal_key()) {
      if (!echoic_keys_press(&s->keys, &s->desk, key, now_ns)) {
        return false;
      }
    }
    echoic_keys_wait(&s->keys, &s->desk, now_ns);
    return !(waits[0].revents & (POLLHUP | POLLERR));
  }

  return true;
}

static bool
has_time(const EchoicSession* const s)
{
  const double now_s =
    (double)atomic_load(&s->callback.meters.now) / s->backend.info.rate_hz;
  const double duration_s = s->request->backend.duration_s;
  return duration_s <= 0.0 || now_s < duration_s;
}

static void
loop(EchoicSession* const s)
{
  Watch w    = {0};
  w.heard_ns = echoic_clock_ns();
  w.n_calls  = UINT64_MAX;

  const bool has_terminal = echoic_terminal_is_there();
  while (!echoic_interrupted() && has_time(s)) {
    const int64_t now_ns = echoic_clock_ns();
    if (echoic_hangup()) {
      if (has_terminal && !echoic_terminal_is_there()) {
        return; // It was closed: that's what was meant
      }
      const EchoicErrand errand = {ECHOIC_ERRAND_RELOAD, 0U, "", 0.0F};
      echoic_teacher_ask(s->teacher, &errand);
    }

    const bool goes_on = watch(s, &w, now_ns);
    echoic_session_pass(s);
    echoic_exec_reap(&s->exec);
    report(s, &w, now_ns);
    echoic_session_speak(s);
    look(s, &w, now_ns);
    if (!goes_on || !attend(s)) {
      return;
    }
  }
}

/// Say what is heard, and where
static void
say_begin(const EchoicSession* const s)
{
  const EchoicBackendInfo* const info = &s->backend.info;
  const double delay_s = (double)s->callback.spec.output.delay / info->rate_hz;
  if (!s->request->is_quiet && info->is_device) {
    fprintf(stderr,
            "echoic: listening to %s at %.0f Hz%s",
            info->name,
            info->rate_hz,
            info->n_out ? "" : "\n");
    if (info->n_out) {
      fprintf(stderr, "; what goes out is %.3f s late\n", delay_s);
    }
  }
}

/// Return whether lines are appended to a file that has some, with their header
static bool
continues_file(FILE* const stream)
{
  struct stat st = {0};
  const int   fd = fileno(stream);
  return !fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_size > 0 &&
         (fcntl(fd, F_GETFL) & O_APPEND);
}

bool
echoic_session_run(EchoicSession* const s, EchoicError* const error)
{
  const bool has_terminal = !s->request->is_quiet &&
                            s->backend.info.is_device &&
                            echoic_terminal_is_ours();
  if (!s->backend.type->start(&s->backend, error)) {
    return false;
  }

  say_begin(s);
  s->has_view       = has_terminal && echoic_terminal_open();
  s->has_lines      = !s->has_view || !isatty(STDOUT_FILENO);
  s->exec.is_silent = s->has_view;
  if (s->has_lines && !continues_file(s->lines.stream)) {
    echoic_events_begin(&s->lines);
  }

  loop(s);
  return true;
}
