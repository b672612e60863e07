// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_FINGERPRINT_H
#define ECHOIC_FINGERPRINT_H

#include "dsp/echoic.h"
#include "dsp/model.h"
#include "dsp/signs.h"

#include <stdbool.h>
#include <stdint.h>

/**
   Is it the very recording of an example, beneath others?

   What is alike in mel bands is of one kind; what is the same waveform, be it
   10 dB below what else is heard, is the same recording played again: a jingle,
   a sample, a ringing tone.  A fingerprint is up to 64 words of the example's
   signs (signs.h), those of its first second with the most energy.  At a lag of
   j signs, n of them in all:

       c_j = n - 2 (signs that differ)
       z   = max_j |c_j| / max(rms of c, sqrt(n))

   over the lags that are possible.  The rms is of every 24th lag to both sides
   of the greatest, so that sounds whose own waveform repeats, as tones do, need
   more, and samples of low rates, which hold for two signs or so.  For others z
   is that of the normal distribution.  A waveform
   upside down is the same, but not on both sides of one that isn't.  First
   the 16 strongest words are compared at all lags, then, if any stands out, all
   words at the eight best of these.

   Source: sign correlation (polarity coincidence), as in Wolff, Thomas,
   Williams, "The polarity-coincidence correlator", IRE Trans. IT-8, 1962.
*/

#define ECHOIC_FINGERPRINT_SPAN 250U  ///< Words of the example: 1 s
#define ECHOIC_FINGERPRINT_LAGS 1344U ///< 84 ms

/// z from which on it is the same recording
#define ECHOIC_FINGERPRINT_SAME 6.0F

/// Of one example
typedef struct {
  uint32_t n;                               ///< Words
  uint8_t  at[ECHOIC_FINGERPRINT_WORDS];    ///< Word after the onset
  uint64_t words[ECHOIC_FINGERPRINT_WORDS]; ///< The strongest first
} EchoicFingerprint;

/// Read a fingerprint of a mark, any bytes; false if it has too few words
ECHOIC_SETUP bool
echoic_fingerprint_read(const uint8_t* bytes, EchoicFingerprint* fingerprint);

/// True if a mark is known by its waveform as an example of a sound of some
/// span up to its decision: not if this is shorter than 1/8 s, as of hits
ECHOIC_SETUP bool
echoic_fingerprint_serves(const EchoicMark* mark, double span_s);

/// Return how many examples of a sound are known by their waveforms: none if it
/// is too short or was taught long ago
ECHOIC_SETUP uint32_t
echoic_fingerprints_count(const EchoicModel* model, uint32_t sound);

/// Read these, `n` as they were counted
ECHOIC_SETUP void
echoic_fingerprints_read(const EchoicModel* model,
                         uint32_t           sound,
                         uint32_t           n,
                         EchoicFingerprint* fingerprints);

/// A comparison that is taken in steps
typedef struct {
  int64_t  first;   ///< Word at which the first lag is, may be before the start
  int64_t  n_heard; ///< Words from there on that can be compared at all lags
  uint32_t step;    ///< The next
  uint32_t lag;     ///< Of the greatest
  uint32_t n_rms;
  float    peak;  ///< |c| there
  float    sum;   ///< Of squares
  float    z;     ///< When it is done
  float    after; ///< Lags from the greatest to where it would be in between
  uint16_t differ[ECHOIC_FINGERPRINT_LAGS];
} EchoicFingerprintMatch;

/// Begin to compare with what begins about `onset`, a sign
ECHOIC_RT void
echoic_fingerprint_begin(EchoicFingerprintMatch* match, int64_t onset);

/// Go on; return true when z is there, and the lag
ECHOIC_RT bool
echoic_fingerprint_step(EchoicFingerprintMatch*  match,
                        const EchoicFingerprint* fingerprint,
                        const EchoicSigns*       signs);

/// Return where the example would begin, as it was found, in signs: between two
/// of them, too, if it is the same recording
ECHOIC_RT double
echoic_fingerprint_onset(const EchoicFingerprintMatch* match);

#endif // ECHOIC_FINGERPRINT_H
