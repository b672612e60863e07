// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_TTL_TRANSLATIONS_H
#define ECHOIC_TTL_TRANSLATIONS_H

/**
   Names of ports and of their values, of groups, parameters and presets in
   other languages.

   Each row says the same in every language; a %u is the number of a slot.
   Hosts look them up by the language of the environment: lilv, and so jalv and
   Ardour, take the name without a language where that isn't here.
*/

#define ECHOIC_N_LANGUAGES 3U

extern const char* const
  echoic_languages[ECHOIC_N_LANGUAGES]; ///< As in RFC 5646

/// Return what English text is in a language, or null if there is no row
const char*
echoic_translation(const char* english, unsigned language);

#endif // ECHOIC_TTL_TRANSLATIONS_H
