// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* The container: written and read, every type of number, and refused with a
   reason wherever it is damaged. */

#include "dsp/safetensors.h"
#include "tests/suite.h"

#include <check.h>

#include <dirent.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Parse a header with some bytes of data, in memory of exactly that size
static EchoicStatus
parse(const char* const        header,
      const uint8_t* const     data,
      const size_t             data_size,
      uint8_t** const          bytes,
      EchoicSafetensors* const file,
      EchoicError* const       error)
{
  const size_t n = strlen(header);
  *bytes         = (uint8_t*)malloc(8U + n + data_size);
  ck_assert_ptr_nonnull(*bytes);
  for (uint32_t i = 0U; i < 8U; ++i) {
    (*bytes)[i] = (uint8_t)((uint64_t)n >> (8U * i));
  }

  memcpy(*bytes + 8U, header, n);
  memcpy(*bytes + 8U + n, data, data_size);
  return echoic_safetensors_parse(*bytes, 8U + n + data_size, file, error);
}

START_TEST(test_round_trip)
{
  const float           f32[]   = {1.5F, -2.25F, 1e-30F, 3e38F, 0.0F, 7.0F};
  const double          f64[]   = {0.1, -1e300};
  const int64_t         i64[]   = {-1, INT64_MAX};
  const uint8_t         u8[]    = {0U, 128U, 255U};
  const char* const     keys[]  = {"format", "note"};
  const char* const     texts[] = {"pt", "\"\303\244\"\n"};
  const EchoicTensorOut out[]   = {{"a", ECHOIC_U8, 1U, {3U}, u8},
                                   {"b.weight", ECHOIC_F32, 2U, {2U, 3U}, f32},
                                   {"\303\244", ECHOIC_F64, 1U, {2U}, f64},
                                   {"i", ECHOIC_I64, 2U, {2U, 1U}, i64},
                                   {"none", ECHOIC_F32, 2U, {0U, 9U}, f32},
                                   {"scalar", ECHOIC_F32, 0U, {0U}, f32}};
  uint8_t*              bytes   = NULL;
  size_t                size    = 0U;
  EchoicSafetensors     file;
  float                 x[6];
  int64_t               n[3];
  ck_assert(
    !echoic_safetensors_write(out, 6U, keys, texts, 2U, &bytes, &size, NULL));
  ck_assert_uint_eq(bytes[0] % 8U, 0U); // The data starts at 8 bytes
  ck_assert(!echoic_safetensors_parse(bytes, size, &file, NULL));
  ck_assert_uint_eq(file.n_tensors, 6U);
  ck_assert_str_eq(echoic_safetensors_metadata(&file, "note"), texts[1]);
  ck_assert_ptr_null(echoic_safetensors_metadata(&file, "other"));
  ck_assert_ptr_null(echoic_safetensors_find(&file, "b"));

  const EchoicFileTensor* t = echoic_safetensors_find(&file, "b.weight");
  ck_assert(t && t->n_dims == 2U && t->dims[0] == 2U && t->dims[1] == 3U);
  echoic_tensor_read(t, x);
  ck_assert_mem_eq(x, f32, sizeof(f32));
  ck_assert(!echoic_tensor_read_int(t, n));
  t = echoic_safetensors_find(&file, "i");
  ck_assert(t && echoic_tensor_read_int(t, n));
  ck_assert_mem_eq(n, i64, sizeof(i64));
  t = echoic_safetensors_find(&file, "a");
  ck_assert(t && echoic_tensor_read_int(t, n) && n[2] == 255);
  t = echoic_safetensors_find(&file, "\303\244");
  echoic_tensor_read(t, x);
  ck_assert(x[0] == 0.1F && x[1] == -INFINITY);
  t = echoic_safetensors_find(&file, "scalar");
  ck_assert(t && t->n_elements == 1U && t->n_dims == 0U);
  t = echoic_safetensors_find(&file, "none");
  ck_assert(t && t->n_elements == 0U);
  echoic_safetensors_clear(&file);
  free(bytes);
}
END_TEST

/// Every type of number, from bytes at odd addresses
START_TEST(test_types)
{
  static const struct {
    const char* dtype;
    size_t      size;
    uint8_t     bytes[8];
    float       value;
    int64_t     integer; ///< 0 if it isn't one
  } cases[] = {
    {"F32", 4U, {0x00, 0x00, 0xC0, 0x3F}, 1.5F, 0},
    {"F64", 8U, {0, 0, 0, 0, 0, 0, 0xF8, 0xBF}, -1.5F, 0},
    {"F16", 2U, {0x00, 0xBE}, -1.5F, 0},
    {"F16", 2U, {0xFF, 0x7B}, 65504.0F, 0},
    {"F16", 2U, {0x01, 0x00}, 0x1p-24F, 0},
    {"F16", 2U, {0xFF, 0x83}, -1023.0F * 0x1p-24F, 0},
    {"F16", 2U, {0x00, 0x7C}, INFINITY, 0},
    {"BF16", 2U, {0xC0, 0xBF}, -1.5F, 0},
    {"I64", 8U, {0xFE, 255, 255, 255, 255, 255, 255, 255}, -2.0F, -2},
    {"I32", 4U, {0xFE, 255, 255, 255}, -2.0F, -2},
    {"I16", 2U, {0x00, 0x80}, -32768.0F, -32768},
    {"I8", 1U, {0xFE}, -2.0F, -2},
    {"U8", 1U, {0xFE}, 254.0F, 254},
    {"BOOL", 1U, {1}, 1.0F, 1},
  };
  for (size_t i = 0U; i < sizeof(cases) / sizeof(cases[0]); ++i) {
    for (int pad = 0; pad < 2; ++pad) {
      char              header[128];
      uint8_t*          bytes = NULL;
      EchoicSafetensors file;
      float             x = 0.0F;
      int64_t           n = 0;
      (void)snprintf(header,
                     sizeof(header),
                     "{\"x\":{\"dtype\":\"%s\",\"shape\":[1],"
                     "\"data_offsets\":[0,%zu]}}%*s",
                     cases[i].dtype,
                     cases[i].size,
                     pad,
                     "");
      ck_assert(
        !parse(header, cases[i].bytes, cases[i].size, &bytes, &file, NULL));
      echoic_tensor_read(&file.tensors[0], &x);
      ck_assert_msg(x == cases[i].value, "%s %zu", cases[i].dtype, i);
      ck_assert(echoic_tensor_read_int(&file.tensors[0], &n) ==
                (cases[i].integer != 0));
      ck_assert_int_eq(n, cases[i].integer);
      echoic_safetensors_clear(&file);
      free(bytes);
    }
  }
}
END_TEST

#define T(dtype, shape, offsets) \
  "{\"dtype\":" dtype ",\"shape\":" shape ",\"data_offsets\":" offsets "}"

/// Headers for 8 bytes of data, and what must be said of them
static const struct {
  const char* header;
  const char* says;
} damaged[] = {
  {"", "header"},
  {"{\"a", "JSON"},
  {"[]", "object"},
  {"{} x", "JSON"},
  {"{\"a\":1}", "'a'"},
  {"{\"a\":\"\\u0000\"}", "JSON"},
  {"{\"a\":99999999999999999999}", "JSON"},
  {"{\"a\":1e999}", "JSON"},
  {"{\"a\":NaN}", "JSON"},
  {"{}", "8 bytes after the last tensor"},
  {"{\"a\":" T("\"F32\"", "[1]", "[0,4]") "}", "4 bytes after the last tensor"},
  {"{\"a\":" T("\"F32\"", "[1]", "[4,8]") "}", "gap"},
  {"{\"a\":" T("\"F4\"", "[2]", "[0,8]") "}", "dtype"},
  {"{\"a\":" T("7", "[2]", "[0,8]") "}", "dtype"},
  {"{\"a\":" T("\"F32\"", "2", "[0,8]") "}", "shape"},
  {"{\"a\":" T("\"F32\"", "[-2]", "[0,8]") "}", "shape"},
  {"{\"a\":" T("\"F32\"", "[2.0]", "[0,8]") "}", "shape"},
  {"{\"a\":" T("\"F32\"", "[1,1,1,1,1,1,1,1,2]", "[0,8]") "}", "shape"},
  {"{\"a\":" T("\"F32\"", "[3]", "[0,8]") "}", "shape"},
  {"{\"a\":" T("\"F32\"", "[1000000000]", "[0,8]") "}", "shape"},
  {"{\"a\":" T("\"F32\"", "[4294967296,4294967296]", "[0,8]") "}", "too large"},
  {"{\"a\":" T("\"U8\"", "[9223372036854775807,2]", "[0,8]") "}", "too large"},
  {"{\"a\":" T("\"F32\"", "[2]", "[0]") "}", "data_offsets"},
  {"{\"a\":" T("\"F32\"", "[2]", "[0,8.0]") "}", "data_offsets"},
  {"{\"a\":" T("\"F32\"", "[2]", "[-8,0]") "}", "data_offsets"},
  {"{\"a\":" T("\"F32\"", "[2]", "[8,0]") "}", "data_offsets"},
  {"{\"a\":" T("\"F32\"", "[2]", "[1,9]") "}", "cut off"},
  {"{\"a\":" T("\"F32\"", "[2]", "[0,9223372036854775807]") "}", "cut off"},
  {"{\"a\":" T("\"F32\"", "[2]", "[0,8]") ",\"b\":" T("\"F32\"",
                                                      "[1]",
                                                      "[4,8]") "}",
   "overlap"},
  {"{\"a\":" T("\"F32\"", "[1]", "[0,4]") ",\"a\":" T("\"F32\"",
                                                      "[1]",
                                                      "[4,8]") "}",
   "duplicate"},
  {"{\"__metadata__\":[],\"a\":" T("\"F32\"", "[2]", "[0,8]") "}",
   "__metadata__"},
  {"{\"__metadata__\":{\"k\":1},\"a\":" T("\"F32\"", "[2]", "[0,8]") "}",
   "'k'"},
  {"{\"\377\":" T("\"F32\"", "[2]", "[0,8]") "}", "JSON"},
};

START_TEST(test_damaged)
{
  const uint8_t data[8] = {0U};
  for (size_t i = 0U; i < sizeof(damaged) / sizeof(damaged[0]); ++i) {
    uint8_t*          bytes = NULL;
    EchoicError       error = {ECHOIC_OK, ""};
    EchoicSafetensors file;
    ck_assert_msg(parse(damaged[i].header, data, 8U, &bytes, &file, &error) ==
                    ECHOIC_BAD_FORMAT,
                  "%s",
                  damaged[i].header);
    ck_assert_msg(strstr(error.text, damaged[i].says),
                  "%s: %s",
                  damaged[i].header,
                  error.text);
    ck_assert(!file.n_tensors && !file.tensors && !file.metadata);
    free(bytes);
  }
}
END_TEST

/// A header that claims to be longer than the file, or than any file
START_TEST(test_lengths)
{
  static const uint64_t lengths[] = {
    0U, 1U, 3U, 101U, 1U << 30U, UINT64_MAX - 7U, UINT64_MAX};
  for (size_t i = 0U; i < sizeof(lengths) / sizeof(lengths[0]); ++i) {
    uint8_t           bytes[10] = {0U};
    EchoicSafetensors file;
    EchoicError       error = {ECHOIC_OK, ""};
    memcpy(bytes, &lengths[i], 8U);
    memcpy(bytes + 8U, "{}", 2U);
    ck_assert(echoic_safetensors_parse(bytes, sizeof(bytes), &file, &error));
    const bool is_cut = lengths[i] == 3U || lengths[i] == 101U;
    ck_assert_ptr_nonnull(
      strstr(error.text, is_cut ? "cut off" : "not a safetensors file"));
  }
}
END_TEST

/// A header nested a hundred thousand deep is refused without a crash
START_TEST(test_depth)
{
  const size_t      depth  = 100000U;
  char* const       header = (char*)calloc(depth + 6U, 1U);
  uint8_t*          bytes  = NULL;
  EchoicSafetensors file;
  EchoicError       error = {ECHOIC_OK, ""};
  memcpy(header, "{\"a\":", 5U);
  memset(header + 5U, '[', depth);
  ck_assert(parse(header, (const uint8_t*)"", 0U, &bytes, &file, &error));
  ck_assert_ptr_nonnull(strstr(error.text, "depth"));
  free(header);
  free(bytes);
}
END_TEST

static uint8_t*
read_file(const char* const path, size_t* const size)
{
  FILE* const stream = fopen(path, "rb");
  ck_assert_ptr_nonnull(stream);
  ck_assert(!fseek(stream, 0, SEEK_END));
  *size                = (size_t)ftell(stream);
  uint8_t* const bytes = (uint8_t*)malloc(*size);
  rewind(stream);
  ck_assert_uint_eq(fread(bytes, 1U, *size, stream), *size);
  (void)fclose(stream);
  return bytes;
}

/// Files that others wrote: PyTorch's names, F64 at 4 bytes
START_TEST(test_files_of_others)
{
  const char* const shared = getenv("ECHOIC_SHARED");
  char              folder[1024];
  uint32_t          n = 0U;
  (void)snprintf(
    folder, sizeof(folder), "%s/golden", shared ? shared : "../shared");
  DIR* const directory = opendir(folder);
  if (!directory) {
    printf("skipped: files of others: %s isn't there\n", folder);
    return;
  }

  for (const struct dirent* e = NULL; (e = readdir(directory));) {
    char              path[2048];
    EchoicError       error = {ECHOIC_OK, ""};
    EchoicSafetensors file;
    size_t            size = 0U;
    if (strstr(e->d_name, ".safetensors")) {
      (void)snprintf(path, sizeof(path), "%s/%s", folder, e->d_name);
      uint8_t* const bytes = read_file(path, &size);
      ck_assert_msg(!echoic_safetensors_parse(bytes, size, &file, &error),
                    "%s: %s",
                    path,
                    error.text);
      ck_assert_uint_gt(file.n_tensors, 0U);
      echoic_safetensors_clear(&file);
      free(bytes);
      ++n;
    }
  }
  (void)closedir(directory);
  ck_assert_uint_gt(n, 50U);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("safetensors");
  TCase* const tc    = tcase_create("all");
  tcase_add_test(tc, test_round_trip);
  tcase_add_test(tc, test_types);
  tcase_add_test(tc, test_damaged);
  tcase_add_test(tc, test_lengths);
  tcase_add_test(tc, test_depth);
  tcase_add_test(tc, test_files_of_others);
  suite_add_tcase(suite, tc);

  return run_suite(suite);
}
