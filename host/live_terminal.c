// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/live_terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

enum {
  rows_most  = ECHOIC_TERMINAL_ROWS,
  row_bytes  = 4U * ECHOIC_TERMINAL_COLUMNS,
  text_bytes = 512
};

/// A row of the picture
typedef struct {
  size_t n_columns; ///< Characters
  size_t n_bytes;
  char   bytes[row_bytes]; ///< With escape sequences
} Row;

static int            tty = -1;
static struct termios before;
static bool           has_colours;
static size_t         n_rows;
static size_t         n_columns;
static Row            shown[rows_most];
static Row            next[rows_most];

static const char enter[] = "\033[?1049h\033[?25l\033[2J";
static const char leave[] = "\033[?25h\033[?1049l";

static void
write_all(const char* bytes, size_t n)
{
  while (n) {
    const ssize_t written = write(tty, bytes, n);
    if (written < 0 && errno != EINTR) {
      return; // It has gone: the next key will say so
    }
    bytes += written > 0 ? written : 0;
    n -= written > 0 ? (size_t)written : 0U;
  }
}

bool
echoic_terminal_is_there(void)
{
  const int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
  if (fd >= 0) {
    close(fd);
  }

  return fd >= 0;
}

bool
echoic_terminal_is_ours(void)
{
  const char* const kind = getenv("TERM");
  return echoic_terminal_is_there() && isatty(STDERR_FILENO) &&
         tcgetpgrp(STDERR_FILENO) == getpgrp() &&
         (!kind || strcmp(kind, "dumb"));
}

bool
echoic_terminal_open(void)
{
  const char* const no_color = getenv("NO_COLOR");
  has_colours                = !no_color || !*no_color;
  tty                        = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
  if (tty < 0 || tcgetattr(tty, &before)) {
    return false;
  }

  struct termios raw = before;
  raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
  raw.c_cc[VSUSP] = _POSIX_VDISABLE; // Sound can't be stopped like a job
  raw.c_cc[VMIN]  = 0;
  raw.c_cc[VTIME] = 0;
  tcsetattr(tty, TCSANOW, &raw);
  write_all(enter, sizeof(enter) - 1U);
  return true;
}

void
echoic_terminal_close(void)
{
  const int code = errno;
  if (tty >= 0) {
    write_all(leave, sizeof(leave) - 1U);
    tcsetattr(tty, TCSANOW, &before);
    close(tty);
    tty = -1;
  }
  errno = code;
}

int
echoic_terminal_fd(void)
{
  return tty;
}

static int
next_byte(void)
{
  unsigned char byte = 0U;
  ssize_t       n    = 0;
  do {
    n = read(tty, &byte, 1U);
  } while (n < 0 && errno == EINTR);
  return n == 1 ? byte : n < 0 ? ECHOIC_KEY_END : ECHOIC_KEY_NONE;
}

int
echoic_terminal_key(void)
{
  const int key = tty < 0 ? ECHOIC_KEY_NONE : next_byte();
  if (key != '\033') {
    return key;
  }

  const int bracket = next_byte();
  if (bracket != '[' && bracket != 'O') {
    return '\033';
  }

  int last = next_byte();
  while (last > 0 && last < '@') { // Parameters
    last = next_byte();
  }

  return last == 'A'   ? ECHOIC_KEY_UP
         : last == 'B' ? ECHOIC_KEY_DOWN
                       : ECHOIC_KEY_NONE;
}

void
echoic_terminal_size(size_t* const rows, size_t* const columns)
{
  struct winsize size = {0};
  const bool     is_known =
    tty >= 0 && !ioctl(tty, TIOCGWINSZ, &size) && size.ws_row && size.ws_col;
  *rows    = is_known ? size.ws_row : 24U;
  *columns = is_known ? size.ws_col : 80U;
}

void
echoic_terminal_begin(void)
{
  size_t rows    = 0U;
  size_t columns = 0U;
  echoic_terminal_size(&rows, &columns);
  rows = rows < rows_most ? rows : rows_most;
  columns =
    columns < ECHOIC_TERMINAL_COLUMNS ? columns : ECHOIC_TERMINAL_COLUMNS;
  if (rows != n_rows || columns != n_columns) {
    memset(shown, 0, sizeof(shown)); // The terminal has moved all
    write_all("\033[2J", 4U);
  }

  n_rows    = rows;
  n_columns = columns;
  for (size_t i = 0U; i < rows_most; ++i) {
    next[i].n_columns = 0U;
    next[i].n_bytes   = 0U;
  }
}

static void
append(Row* const row, const char* const bytes, const size_t n)
{
  if (row->n_bytes + n <= sizeof(row->bytes)) {
    memcpy(row->bytes + row->n_bytes, bytes, n);
    row->n_bytes += n;
  }
}

/// Append characters as far as there is room; controls become spaces
static void
append_text(Row* const row, const char* const text)
{
  for (const char* p = text; *p;) {
    const unsigned char c = (unsigned char)*p;
    size_t              n = 1U;
    while (c >= 0xC0U && ((unsigned char)p[n] & 0xC0U) == 0x80U && n < 4U) {
      ++n;
    }
    if (row->n_columns == n_columns) {
      return;
    }

    const bool is_control = c < 0x20U || c == 0x7FU;
    append(row, is_control ? " " : p, n);
    ++row->n_columns;
    p += n;
  }
}

void
echoic_terminal_put(const size_t      row,
                    const EchoicLook  look,
                    const char* const format,
                    ...)
{
  static const char* const looks[] = {
    "", "\033[1m", "\033[2m", "\033[32m", "\033[33m"};
  static const char plain[] = "\033[0m";

  char    text[text_bytes];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof(text), format, args);
  va_end(args);
  if (row >= n_rows) {
    return;
  }

  const bool is_coloured = has_colours && look != ECHOIC_LOOK_PLAIN;
  if (is_coloured) {
    append(&next[row], looks[look], strlen(looks[look]));
  }
  append_text(&next[row], text);
  if (is_coloured) {
    append(&next[row], plain, sizeof(plain) - 1U);
  }
}

void
echoic_terminal_show(void)
{
  for (size_t i = 0U; i < n_rows; ++i) {
    if (next[i].n_bytes == shown[i].n_bytes &&
        !memcmp(next[i].bytes, shown[i].bytes, next[i].n_bytes)) {
      continue;
    }

    char      place[24];
    const int n = snprintf(place, sizeof(place), "\033[%zu;1H", i + 1U);
    write_all(place, (size_t)n);
    write_all(next[i].bytes, next[i].n_bytes);
    if (next[i].n_columns < n_columns) {
      write_all("\033[K", 3U);
    }
    shown[i] = next[i];
  }
}
