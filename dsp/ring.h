// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_RING_H
#define ECHOIC_RING_H

#include "dsp/echoic.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

/**
   A queue between two threads without locks: one writes, the other reads.

   It holds elements of one size.  `written` and `read` only ever grow; their
   difference is what is in it.  The writer publishes elements by a release
   store of `written` after copying them, the reader frees their place by one of
   `read`, and each acquires what the other stores.
*/
typedef struct {
  unsigned char*        bytes; ///< [capacity][element], not owned
  size_t                element;
  size_t                capacity; ///< A power of two
  _Atomic uint_fast64_t written;
  _Atomic uint_fast64_t read;
} EchoicRing;

/// Return the bytes that a ring needs: `capacity` is a power of two
ECHOIC_SETUP size_t
echoic_ring_bytes(size_t element, size_t capacity);

/**
   Make an empty ring in `memory` of echoic_ring_bytes().

   @return #ECHOIC_BAD_ARG if the capacity isn't a power of two.
*/
ECHOIC_SETUP EchoicStatus
echoic_ring_init(EchoicRing* ring,
                 size_t      element,
                 size_t      capacity,
                 void*       memory);

/// Write `n` elements or, if there is no room for all, none.  Writer
ECHOIC_RT EchoicStatus
echoic_ring_write(EchoicRing* ring, const void* elements, size_t n);

/// Return how many elements can be written.  Writer
ECHOIC_RT size_t
echoic_ring_room(const EchoicRing* ring);

/// Read up to `n` elements; return how many there were.  Reader
ECHOIC_RT size_t
echoic_ring_read(EchoicRing* ring, void* elements, size_t n);

#endif // ECHOIC_RING_H
