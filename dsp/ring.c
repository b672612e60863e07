// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "dsp/ring.h"

#include <string.h>

size_t
echoic_ring_bytes(const size_t element, const size_t capacity)
{
  return element * capacity;
}

EchoicStatus
echoic_ring_init(EchoicRing* const ring,
                 const size_t      element,
                 const size_t      capacity,
                 void* const       memory)
{
  if (!element || !capacity || (capacity & (capacity - 1U)) || !memory) {
    return ECHOIC_BAD_ARG;
  }

  ring->bytes    = (unsigned char*)memory;
  ring->element  = element;
  ring->capacity = capacity;
  atomic_init(&ring->written, 0U);
  atomic_init(&ring->read, 0U);
  return ECHOIC_OK;
}

size_t
echoic_ring_room(const EchoicRing* const ring)
{
  const uint_fast64_t written =
    atomic_load_explicit(&ring->written, memory_order_relaxed);
  const uint_fast64_t read =
    atomic_load_explicit(&ring->read, memory_order_acquire);
  return ring->capacity - (size_t)(written - read);
}

EchoicStatus
echoic_ring_write(EchoicRing* const ring,
                  const void* const elements,
                  const size_t      n)
{
  if (echoic_ring_room(ring) < n) {
    return ECHOIC_NO_SPACE;
  }

  const uint_fast64_t written =
    atomic_load_explicit(&ring->written, memory_order_relaxed);
  const size_t         at   = (size_t)written & (ring->capacity - 1U);
  const size_t         till = ring->capacity - at;
  const size_t         head = n < till ? n : till;
  const unsigned char* from = (const unsigned char*)elements;
  memcpy(ring->bytes + (at * ring->element), from, head * ring->element);
  memcpy(
    ring->bytes, from + (head * ring->element), (n - head) * ring->element);
  atomic_store_explicit(&ring->written, written + n, memory_order_release);
  return ECHOIC_OK;
}

size_t
echoic_ring_read(EchoicRing* const ring, void* const elements, const size_t n)
{
  const uint_fast64_t read =
    atomic_load_explicit(&ring->read, memory_order_relaxed);
  const uint_fast64_t written =
    atomic_load_explicit(&ring->written, memory_order_acquire);
  const size_t   there = (size_t)(written - read);
  const size_t   took  = n < there ? n : there;
  const size_t   at    = (size_t)read & (ring->capacity - 1U);
  const size_t   till  = ring->capacity - at;
  const size_t   head  = took < till ? took : till;
  unsigned char* to    = (unsigned char*)elements;
  memcpy(to, ring->bytes + (at * ring->element), head * ring->element);
  memcpy(
    to + (head * ring->element), ring->bytes, (took - head) * ring->element);
  atomic_store_explicit(&ring->read, read + took, memory_order_release);
  return took;
}
