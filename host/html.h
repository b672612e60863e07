// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_HTML_H
#define ECHOIC_HOST_HTML_H

#include <stddef.h>
#include <stdio.h>

/**
   One self-contained page: style inside, nothing loaded, no script.

   Light or dark as the reader's system is; classes c0 to c7 are colours that
   the colour-blind can tell apart (Okabe and Ito, "Color Universal Design",
   2002), the same everywhere on the page.
*/

#define ECHOIC_HTML_N_COLOURS 8U

/// Write text with &, <, > and quotes escaped, control characters as spaces
void
echoic_html_text(FILE* stream, const char* text);

/// Begin a page
void
echoic_html_begin(FILE* stream, const char* title);

/// End it
void
echoic_html_end(FILE* stream);

#endif // ECHOIC_HOST_HTML_H
