// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Runs a fuzz target on the files and directories given, without a fuzzer. */

#include "tests/fuzz/fuzz.h"

#include <dirent.h>

__attribute__((weak)) int
LLVMFuzzerInitialize(int* argc, char*** argv);

/// Run one file; the copy is exact, so that reading beyond it is seen
static int
run_file(const char* const path)
{
  FILE* const stream = fopen(path, "rb");
  uint8_t*    data   = NULL;
  size_t      size   = 0U;
  int         c      = 0;
  while (stream && (c = getc(stream)) != EOF) {
    uint8_t* const more = (uint8_t*)realloc(data, size + 1U);
    if (!more) {
      break;
    }
    data         = more;
    data[size++] = (uint8_t)c;
  }

  if (!stream) {
    (void)fprintf(stderr, "replay: %s: can't be read\n", path);
    return 0;
  }

  (void)fclose(stream);
  (void)LLVMFuzzerTestOneInput(data, size);
  free(data);
  return 1;
}

static int
run_path(const char* const path)
{
  DIR* const directory = opendir(path);
  char       name[4096];
  int        n = 0;
  if (!directory) {
    return run_file(path);
  }

  for (const struct dirent* e = NULL; (e = readdir(directory));) {
    if (e->d_name[0] != '.') {
      (void)snprintf(name, sizeof(name), "%s/%s", path, e->d_name);
      n += run_file(name);
    }
  }

  (void)closedir(directory);
  return n;
}

int
main(int argc, char** argv)
{
  int n = 0;
  if (LLVMFuzzerInitialize) {
    (void)LLVMFuzzerInitialize(&argc, &argv);
  }

  for (int i = 1; i < argc; ++i) {
    n += run_path(argv[i]);
  }

  printf("%d files survived\n", n);
  return n ? EXIT_SUCCESS : EXIT_FAILURE;
}
