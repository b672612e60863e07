// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "tests/alloc_fail.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <jansson.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { max_kept = 8192, max_depth = 16, n_own = 4 };

typedef int (*Filter)(const struct dirent*);
typedef int (*Order)(const struct dirent**, const struct dirent**);

#define WRAPPED(type, name, ...) type __wrap_##name(__VA_ARGS__)

WRAPPED(void*, malloc, size_t size);
WRAPPED(void*, calloc, size_t n, size_t size);
WRAPPED(void*, realloc, void* block, size_t size);
WRAPPED(void*, aligned_alloc, size_t alignment, size_t size);
WRAPPED(char*, strdup, const char* text);
WRAPPED(char*, strndup, const char* text, size_t size);
WRAPPED(int, asprintf, char** to, const char* format, ...)
__attribute__((format(printf, 2, 3)));
WRAPPED(char*, realpath, const char* path, char* to);
WRAPPED(FILE*, fopen, const char* path, const char* mode);
WRAPPED(FILE*, fdopen, int fd, const char* mode);
WRAPPED(int, scandir, const char* path, struct dirent*** to, Filter f, Order o);
WRAPPED(json_t*, json_loads, const char* text, size_t flags, json_error_t* why);
WRAPPED(json_t*,
        json_loadb,
        const char*   text,
        size_t        size,
        size_t        flags,
        json_error_t* why);

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool            is_watching; // These are under the lock
static bool            is_failing;
static bool            goes_on;
static bool            has_failed;
static size_t          stride;
static int             depth; ///< Callers that make a stack another one
static uint64_t        n_seen;
static uint64_t        fail_at;
static size_t          n_kept;
static uint64_t        kept[max_kept];
static uint64_t        stacks[max_kept]; ///< Of those
static const char*     log_path;
static __thread bool   is_parsing;

/// Return a number for the callers, the same in every process
__attribute__((noinline)) static uint64_t
stack_hash(void)
{
  void*     frames[max_depth + n_own];
  uint64_t  hash = 14695981039346656037U; // FNV-1a
  const int n    = backtrace(frames, depth + n_own);
  for (int i = n_own; i < n; ++i) { // Without this module's own
    Dl_info         info = {0};
    const bool      ok   = dladdr(frames[i], &info);
    const uintptr_t base = ok ? (uintptr_t)info.dli_fbase : 0U;
    hash = (hash ^ ((uintptr_t)frames[i] - base)) * 1099511628211U;
  }

  return hash;
}

__attribute__((noinline)) static void
note_stack(void)
{
  const uint64_t hash   = stack_hash();
  bool           is_new = true;
  for (size_t i = 0U; i < n_kept && is_new; ++i) {
    is_new = stacks[i] != hash;
  }

  if ((is_new || !(n_seen % stride)) && n_kept < max_kept) {
    stacks[n_kept] = hash;
    kept[n_kept++] = n_seen;
  }
}

/// Count an allocation; true if it is to fail
__attribute__((noinline)) static bool
fails(void)
{
  if (is_parsing) {
    return false;
  }

  pthread_mutex_lock(&lock);
  ++n_seen;
  if (is_watching) {
    note_stack();
  }

  const bool is_now =
    is_failing && (n_seen == fail_at || (goes_on && n_seen > fail_at));
  if (is_now && !has_failed && getenv("ECHOIC_ALLOC_SHOW")) {
    void*     frames[32];
    const int n = backtrace(frames, 32);
    backtrace_symbols_fd(frames, n, 2);
  }

  has_failed = has_failed || is_now;
  pthread_mutex_unlock(&lock);
  if (is_now) {
    errno = ENOMEM;
  }

  return is_now;
}

void*
__wrap_malloc(const size_t size)
{
  return fails() ? NULL : malloc(size);
}

void*
__wrap_calloc(const size_t n, const size_t size)
{
  return fails() ? NULL : calloc(n, size);
}

void*
__wrap_realloc(void* const block, const size_t size)
{
  return fails() ? NULL : realloc(block, size);
}

void*
__wrap_aligned_alloc(const size_t alignment, const size_t size)
{
  return fails() ? NULL : aligned_alloc(alignment, size);
}

char*
__wrap_strdup(const char* const text)
{
  return fails() ? NULL : strdup(text);
}

char*
__wrap_strndup(const char* const text, const size_t size)
{
  return fails() ? NULL : strndup(text, size);
}

int
__wrap_asprintf(char** const to, const char* const format, ...)
{
  if (fails()) {
    *to = (char*)(uintptr_t)8U; // Not to be looked at: its value is undefined
    return -1;
  }

  va_list args;
  va_start(args, format);
  const int n = vasprintf(to, format, args);
  va_end(args);
  return n;
}

char*
__wrap_realpath(const char* const path, char* const to)
{
  return fails() ? NULL : realpath(path, to);
}

FILE*
__wrap_fopen(const char* const path, const char* const mode)
{
  return fails() ? NULL : fopen(path, mode);
}

FILE*
__wrap_fdopen(const int fd, const char* const mode)
{
  return fails() ? NULL : fdopen(fd, mode);
}

int
__wrap_scandir(const char* const      path,
               struct dirent*** const list,
               const Filter           filter,
               const Order            order)
{
  return fails() ? -1 : scandir(path, list, filter, order);
}

json_t*
__wrap_json_loads(const char* const   text,
                  const size_t        flags,
                  json_error_t* const why)
{
  return __wrap_json_loadb(text, strlen(text), flags, why);
}

json_t*
__wrap_json_loadb(const char* const   text,
                  const size_t        size,
                  const size_t        flags,
                  json_error_t* const why)
{
  if (fails()) {
    memset(why, 0, sizeof(*why));
    return NULL;
  }

  is_parsing         = true;
  json_t* const json = json_loadb(text, size, flags, why);
  is_parsing         = false;
  return json;
}

static void
restart(const bool watches, const bool is_to_fail)
{
  pthread_mutex_lock(&lock);
  is_watching = watches;
  is_failing  = is_to_fail;
  has_failed  = false;
  n_seen      = 0U;
  if (watches) {
    n_kept = 0U;
  }
  pthread_mutex_unlock(&lock);
}

void
alloc_fail_watch(const size_t every)
{
  void* frames[1];
  backtrace(frames, 1); // Loads what it needs now
  stride = every;
  restart(true, false);
}

uint64_t
alloc_fail_rest(void)
{
  pthread_mutex_lock(&lock);
  const uint64_t n = n_seen;
  is_watching      = false;
  is_failing       = false;
  pthread_mutex_unlock(&lock);
  return n;
}

const uint64_t*
alloc_fail_kept(size_t* const n)
{
  *n = n_kept;
  return kept;
}

void
alloc_fail_start(const uint64_t at, const bool on)
{
  fail_at = at;
  goes_on = on;
  restart(false, true);
}

bool
alloc_fail_happened(void)
{
  return has_failed;
}

static void
write_log(void)
{
  alloc_fail_rest();
  FILE* const file = fopen(log_path, "w");
  for (size_t i = 0U; file && i < n_kept; ++i) {
    fprintf(file,
            "%llu %llx\n",
            (unsigned long long)kept[i],
            (unsigned long long)stacks[i]);
  }

  if (!file || fclose(file)) {
    abort();
  }
}

__attribute__((constructor)) static void
obey_environment(void)
{
  const char* const at        = getenv("ECHOIC_ALLOC_FAIL");
  const char* const n_callers = getenv("ECHOIC_ALLOC_DEPTH");
  const bool        is_slow   = getenv("ECHOIC_SANITIZED");
  const int         n         = n_callers ? atoi(n_callers) : is_slow ? 2 : 5;
  depth                       = n > 0 && n <= max_depth ? n : 5;
  log_path                    = getenv("ECHOIC_ALLOC_LOG");
  json_set_alloc_funcs(__wrap_malloc, free);
  if (log_path) {
    alloc_fail_watch(500U);
    atexit(write_log);
  } else if (at) {
    char*          end   = NULL;
    const uint64_t first = strtoull(at, &end, 10);
    alloc_fail_start(first, *end == '+');
  }
}
