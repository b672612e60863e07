// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/*
  A library to be preloaded that aborts when an audio thread does what it may
  not: allocate, free, lock, or make any system call.

  It watches run() of every plugin whose URI begins with urn:echoic:, in any
  host, and whatever a program puts between rt_trap_begin() and rt_trap_end().
  What the host does when run() calls it back (worker, display) is the host's.
  Allocations and locks are seen by interposed functions, system calls by the
  kernel's syscall user dispatch (Linux 5.11), where there is one.  At the end
  of the process the standard error says how many runs were watched.
*/

#include <lv2/core/lv2.h>
#include <lv2/worker/worker.h>

#include <dlfcn.h>
#include <execinfo.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#ifndef PR_SET_SYSCALL_USER_DISPATCH
#  define PR_SET_SYSCALL_USER_DISPATCH 59
#endif

#define EXPORT __attribute__((visibility("default")))

enum { max_descriptors = 8, max_features = 64 };

static _Thread_local volatile char blocked;    ///< The kernel looks at it
static _Thread_local bool          is_watched; ///< This thread is dispatched
static _Thread_local int           depth;
static atomic_ulong                n_runs;

void*
__libc_malloc(size_t size);
void*
__libc_calloc(size_t count, size_t size);
void*
__libc_realloc(void* block, size_t size);
void*
__libc_memalign(size_t align, size_t size);
void
__libc_free(void* block);

static void catch (const char* const what)
{
  if (depth > 0) {
    void* frames[24];
    depth   = 0;
    blocked = 0;
    fprintf(stderr, "rt_trap: %s in the audio thread\n", what);
    backtrace_symbols_fd(frames, backtrace(frames, 24), 2);
    abort();
  }
}

static void
on_system_call(const int number, siginfo_t* const info, void* const context)
{
  char text[64];
  (void)number;
  (void)context;
  blocked = 0;
  snprintf(text, sizeof(text), "system call %d", info->si_syscall);
  depth = 1;
  catch (text);
}

static void
watch_thread(void)
{
  is_watched = true;
  struct sigaction action;
  memset(&action, 0, sizeof(action));
  action.sa_sigaction = on_system_call;
  action.sa_flags     = SA_SIGINFO;
  sigaction(SIGSYS, &action, NULL);
  blocked = 0;
  prctl(PR_SET_SYSCALL_USER_DISPATCH, 1, 0, 0, &blocked);
}

EXPORT void
rt_trap_begin(void);

EXPORT void
rt_trap_begin(void)
{
  if (!is_watched) {
    watch_thread();
  }

  atomic_fetch_add(&n_runs, 1U);
  ++depth;
  blocked = 1;
}

EXPORT void
rt_trap_end(void);

EXPORT void
rt_trap_end(void)
{
  --depth;
  blocked = depth > 0;
}

/// The host's own code, called from run()
static int
pause_trap(void)
{
  const int before = depth;
  depth            = 0;
  blocked          = 0;
  return before;
}

static void
resume_trap(const int before)
{
  depth   = before;
  blocked = depth > 0;
}

__attribute__((destructor)) static void
report(void)
{
  if (atomic_load(&n_runs)) {
    fprintf(stderr, "rt_trap: watched %lu runs\n", atomic_load(&n_runs));
  }
}

/* What may not be called */

EXPORT void*
malloc(const size_t size)
{
  catch ("malloc");
  return __libc_malloc(size);
}

EXPORT void*
calloc(const size_t count, const size_t size)
{
  catch ("calloc");
  return __libc_calloc(count, size);
}

EXPORT void*
realloc(void* const block, const size_t size)
{
  catch ("realloc");
  return __libc_realloc(block, size);
}

EXPORT void*
aligned_alloc(const size_t align, const size_t size)
{
  catch ("aligned_alloc");
  return __libc_memalign(align, size);
}

EXPORT void
free(void* const block)
{
  if (block) {
    catch ("free");
  }

  __libc_free(block);
}

static void*
next_symbol(const char* const name)
{
  void* const found = dlvsym(RTLD_NEXT, name, "GLIBC_2.2.5");
  return found ? found : dlvsym(RTLD_NEXT, name, "GLIBC_2.34");
}

EXPORT int
pthread_mutex_lock(pthread_mutex_t* const mutex)
{
  static int (*real)(pthread_mutex_t*);
  catch ("pthread_mutex_lock");
  if (!real) {
    *(void**)&real = next_symbol("pthread_mutex_lock");
  }

  return real(mutex);
}

EXPORT int
pthread_mutex_trylock(pthread_mutex_t* const mutex)
{
  static int (*real)(pthread_mutex_t*);
  catch ("pthread_mutex_trylock");
  if (!real) {
    *(void**)&real = next_symbol("pthread_mutex_trylock");
  }

  return real(mutex);
}

/* The plugins, watched */

static LV2_Descriptor              watched[max_descriptors];
static const LV2_Descriptor*       originals[max_descriptors];
static uint32_t                    n_watched;
static const LV2_Worker_Interface* worker;

/// The host's features, with those that run() calls wrapped
typedef struct {
  LV2_Feature                features[max_features];
  const LV2_Feature*         list[max_features + 1];
  LV2_Worker_Schedule        schedule;
  const LV2_Worker_Schedule* host_schedule;
  struct {
    void* handle;
    void (*queue_draw)(void* handle);
  } display;
  const struct {
    void* handle;
    void (*queue_draw)(void* handle);
  } * host_display;
} Wrapped;

static LV2_Worker_Status
schedule_work(const LV2_Worker_Schedule_Handle handle,
              const uint32_t                   size,
              const void* const                data)
{
  const Wrapped* const    w      = (const Wrapped*)handle;
  const int               before = pause_trap();
  const LV2_Worker_Status st =
    w->host_schedule->schedule_work(w->host_schedule->handle, size, data);
  resume_trap(before);
  return st;
}

static void
queue_draw(void* const handle)
{
  const Wrapped* const w      = (const Wrapped*)handle;
  const int            before = pause_trap();
  w->host_display->queue_draw(w->host_display->handle);
  resume_trap(before);
}

/// Return the features for the plugin; they live as long as the process
static const LV2_Feature* const*
wrap_features(const LV2_Feature* const* const features)
{
  Wrapped* const w = (Wrapped*)__libc_calloc(1U, sizeof(*w));
  if (!w || !features) {
    return features;
  }

  for (uint32_t i = 0U; features[i] && i < max_features; ++i) {
    w->features[i] = *features[i];
    w->list[i]     = &w->features[i];
    if (!strcmp(features[i]->URI, LV2_WORKER__schedule)) {
      w->host_schedule    = (const LV2_Worker_Schedule*)features[i]->data;
      w->schedule         = (LV2_Worker_Schedule){w, schedule_work};
      w->features[i].data = &w->schedule;
    } else if (strstr(features[i]->URI, "inlinedisplay#queue_draw")) {
      *(const void**)(void*)&w->host_display = features[i]->data;
      w->display.handle                      = w;
      w->display.queue_draw                  = queue_draw;
      w->features[i].data                    = &w->display;
    }
  }

  return w->list;
}

static const LV2_Descriptor*
original(const char* const uri)
{
  for (uint32_t i = 0U; i < n_watched; ++i) {
    if (!strcmp(originals[i]->URI, uri)) {
      return originals[i];
    }
  }

  return NULL;
}

static LV2_Handle
instantiate(const LV2_Descriptor* const     descriptor,
            const double                    rate_hz,
            const char* const               path,
            const LV2_Feature* const* const features)
{
  const LV2_Descriptor* const real = original(descriptor->URI);
  return real->instantiate(real, rate_hz, path, wrap_features(features));
}

static void
run(const LV2_Handle handle, const uint32_t n)
{
  rt_trap_begin();
  originals[0]->run(handle, n); // The same for all of them
  rt_trap_end();
}

/// A host may do the work at once, inside of run()
static LV2_Worker_Status
work(const LV2_Handle                  handle,
     const LV2_Worker_Respond_Function respond,
     const LV2_Worker_Respond_Handle   respond_handle,
     const uint32_t                    size,
     const void* const                 data)
{
  const int               before = pause_trap();
  const LV2_Worker_Status st =
    worker->work(handle, respond, respond_handle, size, data);
  resume_trap(before);
  return st;
}

static LV2_Worker_Status
work_response(const LV2_Handle  handle,
              const uint32_t    size,
              const void* const body)
{
  rt_trap_begin();
  const LV2_Worker_Status st = worker->work_response(handle, size, body);
  rt_trap_end();
  return st;
}

static const void*
extension_data(const char* const uri)
{
  static const LV2_Worker_Interface wrapped = {work, work_response, NULL};
  const void* const                 data    = originals[0]->extension_data(uri);
  if (data && !strcmp(uri, LV2_WORKER__interface)) {
    worker = (const LV2_Worker_Interface*)data;
    return &wrapped;
  }

  return data;
}

static LV2_Descriptor_Function real_descriptor;

/// Stands for lv2_descriptor() of the plugins' library
static const LV2_Descriptor*
watched_descriptor(const uint32_t index)
{
  const LV2_Descriptor* const real = real_descriptor(index);
  if (!real || index >= max_descriptors) {
    return real;
  }

  originals[index]              = real;
  n_watched                     = index >= n_watched ? index + 1U : n_watched;
  watched[index]                = *real;
  watched[index].instantiate    = instantiate;
  watched[index].run            = run;
  watched[index].extension_data = extension_data;
  return &watched[index];
}

EXPORT void*
dlsym(void* const handle, const char* const name)
{
  static void* (*real)(void*, const char*);
  if (!real) {
    *(void**)&real = next_symbol("dlsym");
  }

  void* const found = real(handle, name);
  if (found && !strcmp(name, "lv2_descriptor")) {
    LV2_Descriptor_Function function;
    *(void**)&function                = found;
    const LV2_Descriptor* const first = function(0U);
    if (first && !strncmp(first->URI, "urn:echoic:", 11U)) {
      real_descriptor                  = function;
      void*                   wrapper  = NULL;
      LV2_Descriptor_Function stand_in = watched_descriptor;
      memcpy(&wrapper, &stand_in, sizeof(wrapper));
      return wrapper;
    }
  }

  return found;
}
