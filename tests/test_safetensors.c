// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* The container: what is written is read, and whatever is wrong is refused. */

#include "dsp/safetensors.h"

#include <check.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// A file in memory of its exact size, so that sanitizers see reading beyond it
typedef struct {
  uint8_t* bytes;
  size_t   size;
} File;

static File
make_file(const char* const header, const void* const data, const size_t size)
{
  const size_t length = strlen(header);
  const File file = {(uint8_t*)malloc(8U + length + size), 8U + length + size};
  for (uint32_t i = 0U; i < 8U; ++i) {
    file.bytes[i] = (uint8_t)((uint64_t)length >> (8U * i));
  }

  memcpy(file.bytes + 8U, header, length);
  if (size) {
    memcpy(file.bytes + 8U + length, data, size);
  }

  return file;
}

static void
expect_bytes_refused(const uint8_t* const bytes,
                     const size_t         size,
                     const char* const    says)
{
  EchoicSafetensors  file;
  EchoicError        error = {ECHOIC_OK, ""};
  const EchoicStatus st = echoic_safetensors_parse(bytes, size, &file, &error);
  ck_assert_int_eq(st, ECHOIC_BAD_FORMAT);
  ck_assert_int_eq(error.status, st);
  ck_assert_msg(strstr(error.text, says) != NULL, "%s: %s", says, error.text);
  ck_assert(!file.n_tensors && !file.tensors && !file.metadata);
}

/// A file with this header and 8 bytes of data must be refused
static void
expect_refused(const char* const header, const char* const says)
{
  static const uint8_t data[8] = {0U};
  const File           file    = make_file(header, data, sizeof(data));
  expect_bytes_refused(file.bytes, file.size, says);
  free(file.bytes);
}

#define A_F32(shape, start, end)                                           \
  "{\"a\":{\"dtype\":\"F32\",\"shape\":" shape ",\"data_offsets\":[" start \
  "," end "]}}"

START_TEST(test_bad_headers)
{
  static const char* const headers[][2] = {
    {"", "not a safetensors file"},
    {"x", "not a safetensors file"},
    {"{{", "JSON"},
    {"[1]", "JSON object"},
    {"{} {}", "JSON"},
    {"{\"a\":1,\"a\":2}", "JSON"},
    {"{\"a\":\"\\u0000\"}", "JSON"},
    {"{\"\xFF\":1}", "JSON"},
    {"{\"a\":99999999999999999999}", "JSON"},
    {"{\"a\":1e999}", "JSON"},
    {"{\"a\":NaN}", "JSON"},
    {"{\"a\":1}", "'a': dtype"},
    {"{\"a\":{}}", "'a': dtype"},
    {"{\"a\":{\"dtype\":\"F8\"}}", "'a': dtype"},
    {"{\"a\":{\"dtype\":4}}", "'a': dtype"},
    {"{\"a\":{\"dtype\":\"F32\"}}", "'a': shape"},
    {"{\"__metadata__\":[]}", "__metadata__"},
    {"{\"__metadata__\":{\"k\":1}}", "'k'"},
    {A_F32("2", "0", "8"), "'a': shape"},
    {A_F32("[1,1,1,1,1,1,1,1,2]", "0", "8"), "'a': shape"},
    {A_F32("[2.0]", "0", "8"), "'a': shape"},
    {A_F32("[-2]", "0", "8"), "'a': shape"},
    {A_F32("[\"2\"]", "0", "8"), "'a': shape"},
    {A_F32("[1000000000]", "0", "8"), "'a': shape doesn't fit"},
    {A_F32("[1000000000,1000000000,1000000000]", "0", "8"), "too large"},
    {A_F32("[4611686018427387904,4]", "0", "8"), "too large"},
    {A_F32("[4294967296,4294967296]", "0", "8"), "too large"},
    {A_F32("[3]", "0", "8"), "'a': shape doesn't fit"},
    {A_F32("[1]", "0", "8"), "'a': shape doesn't fit"},
    {A_F32("[0]", "0", "8"), "'a': shape doesn't fit"},
    {A_F32("[2]", "0", "9"), "'a': data_offsets"},
    {A_F32("[2]", "8", "0"), "'a': data_offsets"},
    {A_F32("[2]", "-8", "0"), "'a': data_offsets"},
    {A_F32("[2]", "0.0", "8"), "'a': data_offsets"},
    {A_F32("[2]", "0", "8,8"), "'a': data_offsets"},
    {A_F32("[2]", "9223372036854775807", "9223372036854775807"),
     "'a': data_offsets"},
    {A_F32("[1]", "4", "8"), "'a': data_offsets overlap"},
    {A_F32("[1]", "0", "4"), "4 bytes after"},
    {"{}", "8 bytes after"},
    {"{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
     "\"b\":{\"dtype\":\"U8\",\"shape\":[5],\"data_offsets\":[3,8]}}",
     "'b': data_offsets overlap"},
  };
  for (size_t i = 0U; i < sizeof(headers) / sizeof(headers[0]); ++i) {
    expect_refused(headers[i][0], headers[i][1]);
  }
}
END_TEST

/// Lengths that are wrong, up to the largest there are
START_TEST(test_bad_lengths)
{
  static const uint64_t lengths[] = {0U,
                                     1U,
                                     3U,
                                     100000001U,
                                     UINT32_MAX,
                                     (uint64_t)INT64_MAX,
                                     UINT64_MAX - 7U,
                                     UINT64_MAX};
  const File            file      = make_file("{}", NULL, 0U);
  for (size_t i = 0U; i < sizeof(lengths) / sizeof(lengths[0]); ++i) {
    for (uint32_t b = 0U; b < 8U; ++b) {
      file.bytes[b] = (uint8_t)(lengths[i] >> (8U * b));
    }
    expect_bytes_refused(file.bytes, file.size, "not a safetensors file");
  }
  free(file.bytes);
  expect_bytes_refused((const uint8_t*)"", 0U, "not a safetensors file");
}
END_TEST

/// A hundred thousand brackets don't end on the stack
START_TEST(test_nesting)
{
  const size_t n    = 100000U;
  char* const  text = (char*)malloc((2U * n) + 1U);
  memset(text, '[', n);
  memset(text + n, ']', n);
  text[2U * n] = '\0';
  expect_refused(text, "JSON");
  for (size_t i = 0U; i + 5U <= n; i += 5U) {
    memcpy(text + i, "{\"a\":", 5U);
  }
  expect_refused(text, "JSON");
  free(text);
}
END_TEST

typedef struct {
  const char* name;
  EchoicDtype dtype;
  uint8_t     data[16]; ///< Two elements
  size_t      size;
  float       expected[2];
} Sample;

static const Sample samples[] = {
  {"F32", ECHOIC_F32, {0, 0, 0xC0, 0x3F, 0, 0, 0, 0x80}, 8U, {1.5F, -0.0F}},
  {"F64",
   ECHOIC_F64,
   {0, 0, 0, 0, 0, 0, 4, 0xC0, 0, 0, 0, 0, 0, 0, 0xF0, 0x7F},
   16U,
   {-2.5F, INFINITY}},
  {"F16", ECHOIC_F16, {1, 0, 0xFF, 0xFB}, 4U, {0x1p-24F, -65504.0F}},
  {"F16", ECHOIC_F16, {0, 0x84, 0, 0x7C}, 4U, {-0x1p-14F, INFINITY}},
  {"BF16", ECHOIC_BF16, {0xC0, 0x3F, 0, 0xC1}, 4U, {1.5F, -8.0F}},
  {"I64",
   ECHOIC_I64,
   {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 1},
   16U,
   {-1.0F, 0x1p32F}},
  {"I32", ECHOIC_I32, {0, 0, 0, 0x80, 2, 1}, 8U, {-0x1p31F, 258.0F}},
  {"I16", ECHOIC_I16, {0, 0x80, 2, 1}, 4U, {-32768.0F, 258.0F}},
  {"I8", ECHOIC_I8, {0x80, 0x7F}, 2U, {-128.0F, 127.0F}},
  {"U8", ECHOIC_U8, {0x80, 0xFF}, 2U, {128.0F, 255.0F}},
  {"BOOL", ECHOIC_BOOL, {0, 1}, 2U, {0.0F, 1.0F}},
};

#define N_SAMPLES ((int)(sizeof(samples) / sizeof(samples[0])))

/// Every type, at an odd address, after a tensor of three bytes
START_TEST(test_dtypes)
{
  const Sample* const s        = &samples[_i];
  uint8_t             data[19] = {1U, 2U, 3U};
  char                header[200];
  float               out[2];
  int64_t             whole[2];
  EchoicSafetensors   file;
  EchoicError         error = {ECHOIC_OK, ""};
  memcpy(data + 3U, s->data, s->size);
  (void)snprintf(header,
                 sizeof(header),
                 "{\"p\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[0,"
                 "3]},\"t\":{\"dtype\":\"%s\",\"shape\":[2,1],\"data_offsets\":"
                 "[3,%zu]}}",
                 s->name,
                 3U + s->size);
  const File f = make_file(header, data, 3U + s->size);
  ck_assert_msg(!echoic_safetensors_parse(f.bytes, f.size, &file, &error),
                "%s",
                error.text);
  const EchoicFileTensor* const t = echoic_safetensors_find(&file, "t");
  ck_assert_ptr_nonnull(t);
  ck_assert_ptr_null(echoic_safetensors_find(&file, "q"));
  ck_assert_int_eq(t->dtype, s->dtype);
  ck_assert(t->n_dims == 2U && t->dims[0] == 2U && t->dims[1] == 1U);
  echoic_tensor_read(t, out);
  ck_assert_mem_eq(out, s->expected, sizeof(out));
  ck_assert(echoic_tensor_read_int(t, whole) == (s->dtype > ECHOIC_BF16));
  if (s->dtype > ECHOIC_BF16) {
    ck_assert((float)whole[0] == out[0] && (float)whole[1] == out[1]);
  }
  echoic_safetensors_clear(&file);
  free(f.bytes);
}
END_TEST

static File
write_sample(void)
{
  static const float    weight[] = {1.5F, -2.0F, 0.0F, 3e38F, 1e-45F, 7.0F};
  static const double   wide[]   = {M_PI};
  static const int64_t  whole[]  = {INT64_MIN, INT64_MAX};
  static const uint8_t  level[]  = {1U, 2U, 3U, 4U, 5U};
  const EchoicTensorOut out[]    = {
       {"level", ECHOIC_U8, 1U, {5U}, level},
       {"a.weight", ECHOIC_F32, 2U, {2U, 3U}, weight},
       {"nothing", ECHOIC_F32, 2U, {0U, 3U}, weight},
       {"wide", ECHOIC_F64, 0U, {0U}, wide},
       {"whole \"\\\xC3\xA4", ECHOIC_I64, 1U, {2U}, whole}};
  const char* const keys[]   = {"format", "text"};
  const char* const values[] = {"pt", "line\n\"quoted\" \xE2\x82\xAC"};
  File              file     = {NULL, 0U};
  EchoicError       error    = {ECHOIC_OK, ""};
  ck_assert_msg(!echoic_safetensors_write(
                  out, 5U, keys, values, 2U, &file.bytes, &file.size, &error),
                "%s",
                error.text);
  return file;
}

START_TEST(test_round_trip)
{
  const File        f = write_sample();
  EchoicSafetensors file;
  float             weight[6];
  int64_t           whole[2];
  ck_assert_int_eq(echoic_safetensors_parse(f.bytes, f.size, &file, NULL),
                   ECHOIC_OK);
  ck_assert_uint_eq(file.n_tensors, 5U);
  ck_assert_str_eq(file.tensors[0].name, "level");
  ck_assert_str_eq(file.tensors[4].name, "whole \"\\\xC3\xA4");
  ck_assert_uint_eq(file.tensors[2].n_elements, 0U);
  ck_assert_uint_eq(file.tensors[3].n_elements, 1U);
  ck_assert_mem_eq(file.tensors[0].data, "\1\2\3\4\5", 5U);
  echoic_tensor_read(&file.tensors[1], weight);
  ck_assert(weight[0] == 1.5F && weight[3] == 3e38F && weight[4] == 1e-45F);
  ck_assert(echoic_tensor_read_int(&file.tensors[4], whole));
  ck_assert(whole[0] == INT64_MIN && whole[1] == INT64_MAX);
  ck_assert_str_eq(echoic_safetensors_metadata(&file, "text"),
                   "line\n\"quoted\" \xE2\x82\xAC");
  ck_assert_ptr_null(echoic_safetensors_metadata(&file, "other"));
  echoic_safetensors_clear(&file);
  ck_assert(!file.n_tensors && !file.tensors);
  free(f.bytes);
}
END_TEST

/// Cut at every byte, and with one byte too many
START_TEST(test_cut)
{
  const File f = write_sample();
  for (size_t size = 0U; size <= f.size + 1U; ++size) {
    uint8_t* const cut = (uint8_t*)calloc(size + 1U, 1U);
    memcpy(cut, f.bytes, size < f.size ? size : f.size);
    if (size != f.size) {
      expect_bytes_refused(cut, size, "");
    }
    free(cut);
  }
  free(f.bytes);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("safetensors");
  TCase* const tc    = tcase_create("all");
  tcase_set_timeout(tc, 60.0);
  tcase_add_test(tc, test_bad_headers);
  tcase_add_test(tc, test_bad_lengths);
  tcase_add_test(tc, test_nesting);
  tcase_add_loop_test(tc, test_dtypes, 0, N_SAMPLES);
  tcase_add_test(tc, test_round_trip);
  tcase_add_test(tc, test_cut);
  suite_add_tcase(suite, tc);

  SRunner* const runner = srunner_create(suite);
  srunner_run_all(runner, CK_NORMAL);
  const int n_failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
