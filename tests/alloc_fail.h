// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TESTS_ALLOC_FAIL_H
#define ECHOIC_TESTS_ALLOC_FAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Makes allocations fail.  In a program that is linked from what the Makefile
   calls WRAP, what the project's own objects call to get memory, and jansson
   for them, comes here first: malloc, calloc, realloc, aligned_alloc, strdup,
   strndup, asprintf, realpath, fdopen, fopen, scandir.  Other libraries' calls
   don't. Parsing JSON counts as one: inside of it jansson doesn't bear it, and
   may abort or take text for something else.

   A path is watched once, which counts allocations and keeps those to try: the
   first from each distinct stack of callers, and every `stride`-th besides.
   Then it is run with each of them failing.  A program does so by itself when
   the environment says:
     ECHOIC_ALLOC_LOG=FILE   writes the allocations to try to FILE, a line for
                             each: its number, and one for its callers
     ECHOIC_ALLOC_DEPTH=N    callers that make a stack another one; 5, or 2
                             where ECHOIC_SANITIZED is set
     ECHOIC_ALLOC_FAIL=N     fails allocation N (from 1)
     ECHOIC_ALLOC_FAIL=N+    fails allocation N and all that follow
     ECHOIC_ALLOC_SHOW=1     shows the callers of the first that fails

   Any thread may allocate; one at a time may call what is declared here. */

/// Count from here and keep what is to be tried, none failing
void
alloc_fail_watch(size_t stride);

/// Stop watching or failing; return how many allocations there were
uint64_t
alloc_fail_rest(void);

/**
   Return the allocations that watching kept, in order.

   @param[out] n Their number
*/
const uint64_t*
alloc_fail_kept(size_t* n);

/// Fail the allocation `at` from here (from 1), and all that follow if `on`
void
alloc_fail_start(uint64_t at, bool on);

/// Return whether an allocation has failed since alloc_fail_start()
bool
alloc_fail_happened(void);

#endif // ECHOIC_TESTS_ALLOC_FAIL_H
