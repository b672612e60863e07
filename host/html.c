// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/html.h"

#include "dsp/utf8.h"

static const char* const style =
  ":root{color-scheme:light dark;--bg:#fff;--fg:#1b1f24;--dim:#5c6670;"
  "--line:#d5dae0;--panel:#f6f7f9;--grid:#e6e9ed;"
  "--c0:#0072b2;--c1:#d55e00;--c2:#009e73;--c3:#b4578f;--c4:#b58900;"
  "--c5:#56b4e9;--c6:#8c8c8c;--c7:#1b1f24}"
  "@media(prefers-color-scheme:dark){:root{--bg:#14171b;--fg:#e8eaed;"
  "--dim:#9aa4ae;--line:#363d45;--panel:#1d2126;--grid:#2a3037;"
  "--c0:#56b4e9;--c1:#f58b44;--c2:#2cc295;--c3:#dd92bd;--c4:#e6b422;"
  "--c5:#7fc7f2;--c6:#8f959b;--c7:#f4f4f4}}"
  "*{box-sizing:border-box}"
  "body{margin:0 auto;padding:2rem 1.5rem 4rem;max-width:1160px;"
  "background:var(--bg);color:var(--fg);"
  "font:15px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif}"
  "h1{font-size:1.65rem;line-height:1.25;margin:0 0 .5rem}"
  "h2{font-size:1.2rem;margin:2.4rem 0 .7rem}"
  "h3{font-size:1rem;margin:1.4rem 0 .4rem}"
  "p{max-width:75ch;margin:.4rem 0}.dim{color:var(--dim)}"
  "code,.file{overflow-wrap:anywhere}"
  "table{border-collapse:collapse;font-variant-numeric:tabular-nums;"
  "margin:.5rem 0;font-size:.92rem}"
  "th,td{padding:.25rem .6rem;text-align:right;"
  "border-bottom:1px solid var(--line)}"
  "th{font-weight:600;color:var(--dim);border-bottom-width:2px;"
  "vertical-align:bottom}"
  "th.l,td.l{text-align:left}tr.sum td{font-weight:600;"
  "border-top:2px solid var(--line)}"
  ".wide{overflow-x:auto}.dense th,.dense td{padding:.22rem .42rem}"
  ".key{display:inline-block;width:.8em;height:.8em;border-radius:2px;"
  "margin-right:.45em;vertical-align:-.05em}"
  ".cards{display:grid;gap:.7rem;margin:1rem 0;"
  "grid-template-columns:repeat(auto-fill,minmax(17rem,1fr))}"
  ".card{background:var(--panel);border:1px solid var(--line);"
  "border-radius:8px;padding:.7rem .9rem;break-inside:avoid}"
  ".card b{overflow-wrap:anywhere}"
  ".card .n{font-size:1.5rem;font-weight:600;line-height:1.2}"
  ".figures{display:flex;flex-wrap:wrap;gap:1.2rem 1.6rem;align-items:"
  "flex-start}figure{margin:0;break-inside:avoid}"
  "figcaption{font-weight:600;font-size:.92rem;margin-bottom:.2rem}"
  "svg{display:block;max-width:100%}svg text{fill:var(--fg);font-size:11px}"
  "svg .t{fill:var(--dim)}svg .grid{stroke:var(--grid);fill:none}"
  "svg .axis{stroke:var(--dim);fill:none}"
  "svg .curve{fill:none;stroke-width:2;stroke-linejoin:round}"
  "svg .bar{fill:var(--c0)}svg .cell{fill:var(--c0)}"
  "svg .wrong{fill:var(--c1)}"
  ".legend{display:flex;flex-wrap:wrap;gap:.1rem 1rem;font-size:.85rem;"
  "max-width:22rem}"
  ".scroll{overflow-x:auto;border:1px solid var(--line);border-radius:8px;"
  "background:var(--panel)}.track{position:relative;min-width:100%}"
  ".lane{position:relative;border-top:1px solid var(--line)}"
  ".lane svg{width:100%;max-width:none}"
  ".tag{position:sticky;left:.5rem;display:inline-block;z-index:2;"
  "font-size:.8rem;padding:0 .4rem;margin-top:.2rem;border-radius:4px;"
  "max-width:20rem}"
  ".spec{position:relative;height:200px;background:#000;overflow:hidden}"
  ".spec img{width:100%;height:100%;display:block}"
  ".spec svg{position:absolute;inset:0;width:100%;height:100%;"
  "max-width:none}"
  ".hz{position:sticky;left:0;width:0;height:0;z-index:2}"
  ".hz span{position:absolute;left:.4rem;transform:translateY(-50%);"
  "color:#fff;font-size:.72rem;text-shadow:0 0 3px #000,0 0 2px #000;"
  "white-space:nowrap}"
  ".times{position:relative;height:1.5rem;font-size:.75rem;"
  "color:var(--dim)}.times span{position:absolute;top:.1rem;"
  "padding-left:.25rem;border-left:1px solid var(--dim);white-space:nowrap}"
  "@media print{body{max-width:none;padding:0;font-size:10pt}"
  ".scroll{overflow:visible}.track{width:100%!important}"
  ".times .minor{display:none}tr{break-inside:avoid}"
  "*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}";

void
echoic_html_text(FILE* const stream, const char* const text)
{
  for (const char* p = text; *p;) {
    const size_t      n      = echoic_utf8_size(p);
    const char* const entity = !n           ? "&#xFFFD;"
                               : *p == '&'  ? "&amp;"
                               : *p == '<'  ? "&lt;"
                               : *p == '>'  ? "&gt;"
                               : *p == '"'  ? "&quot;"
                               : *p == '\'' ? "&#39;"
                                            : NULL;
    if (entity) {
      fputs(entity, stream);
    } else if ((unsigned char)*p < 0x20U) {
      fputc(' ', stream);
    } else {
      fwrite(p, 1U, n, stream);
    }
    p += n ? n : 1U;
  }
}

void
echoic_html_begin(FILE* const stream, const char* const title)
{
  fputs(
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width,"
    "initial-scale=1\">\n<title>",
    stream);
  echoic_html_text(stream, title);
  fprintf(stream, "</title>\n<style>%s", style);
  for (unsigned i = 0U; i < ECHOIC_HTML_N_COLOURS; ++i) {
    fprintf(stream,
            ".c%u{stroke:var(--c%u)}.f%u{fill:var(--c%u)}"
            ".key.c%u{background:var(--c%u)}",
            i,
            i,
            i,
            i,
            i,
            i);
  }
  fputs("</style>\n</head>\n<body>\n", stream);
}

void
echoic_html_end(FILE* const stream)
{
  fputs("</body>\n</html>\n", stream);
}
