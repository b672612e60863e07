// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Sound from its bytes to events: files of any format, spoilt or not, raw PCM,
   pipes.  Refused or called damaged with a sentence, or else the events are in
   order and within the recording, and reading it in pieces of any size gives
   the same samples.

   The input: how it is listened to, where it comes from, and either its bytes
   or how a file is made: format, rate, channels, samples, and changes in it. */

#include "host/audio.h"
#include "host/detect.h"
#include "tests/fuzz/taught.h"

#include <sndfile.h>

#include <math.h>
#include <string.h>

enum { max_frames = 1 << 15, max_channels = 9 };

typedef enum { FROM_BYTES, FROM_PIPE, FROM_RAW, FROM_FORMAT } Source;

/// What libraries of formats don't free after damaged files isn't ours
__attribute__((visibility("default"))) const char*
__lsan_default_suppressions(void);

const char*
__lsan_default_suppressions(void)
{
  return "leak:libsndfile\nleak:libvorbis\nleak:libogg\nleak:libFLAC\n"
         "leak:libopus\nleak:libmpg123\nleak:libmp3lame\n";
}

/// A recording as the input describes it
typedef struct {
  char                path[fuzz_path_size];
  char                raw_text[32];
  int                 fd;
  EchoicDetectOptions options;
} Recording;

/// What came of reading it
typedef struct {
  int64_t n_frames; ///< Or -1 if it is damaged
  double  sum;
  bool    is_loose; ///< A format that loses frames of its last block
} Reading;

static EchoicModel* model;
static EchoicModels models;

static EchoicDetectOptions
take_options(FuzzInput* const in)
{
  static const int          channels[] = {ECHOIC_CHANNEL_MIX,
                                          ECHOIC_CHANNEL_EACH,
                                          0,
                                          1,
                                          7,
                                          ECHOIC_CHANNEL_MIX,
                                          ECHOIC_CHANNEL_MIX,
                                          0};
  const uint32_t            choices    = fuzz_take(in, 1U);
  const EchoicDetectOptions options    = {
       .channel     = channels[choices & 7U],
       .sensitivity = choices & 8U ? 0.9F : 0.0F,
       .early       = choices & 16U,
       .min_score   = choices & 32U ? -HUGE_VAL : 0.0,
       .merge_gap_s = choices & 64U ? 0.1 : -1.0};
  return options;
}

static uint32_t
take_rate(FuzzInput* const in)
{
  static const uint32_t usual[] = {
    16000U, 8000U, 11025U, 22050U, 44100U, 48000U, 96000U, 192000U};
  const uint32_t i = fuzz_take(in, 1U);
  return i < 248U ? usual[i % 8U] : fuzz_take(in, 4U) & 0x7FFFFFFFU;
}

/// Set raw PCM: FORMAT:RATE:CHANNELS in words, or any
static void
take_raw(FuzzInput* const in, Recording* const r)
{
  static const char* const names[] = {"u8",
                                      "s8",
                                      "s16le",
                                      "s16be",
                                      "s24le",
                                      "s24be",
                                      "s32le",
                                      "s32be",
                                      "f32le",
                                      "f32be",
                                      "f64le",
                                      "f64be"};
  const uint32_t           format  = fuzz_take(in, 1U);
  if (format < 240U) {
    const uint32_t rate     = take_rate(in);
    const uint32_t channels = fuzz_take(in, 1U);
    (void)snprintf(r->raw_text,
                   sizeof(r->raw_text),
                   "%s:%u:%u",
                   names[format % 12U],
                   rate,
                   channels < 240U ? channels % max_channels : channels * 5U);
  } else {
    const FuzzInput text = fuzz_split(in, sizeof(r->raw_text) - 1U);
    memcpy(r->raw_text, text.at, text.left);
  }
}

/// Music or, where a format can hold them, numbers that are no sound
static void
fill(FuzzInput* const in,
     const bool       has_floats,
     float* const     samples,
     const size_t     n)
{
  static const float odd[] = {NAN, 1e30F, -INFINITY, 1e-40F, 1.0F, 0.0F};
  const uint32_t     kind  = fuzz_take(in, 1U);
  const uint32_t     start = fuzz_take(in, 2U);
  for (size_t i = 0U; i < n; ++i) {
    samples[i] = kind >= 128U && has_floats
                   ? odd[(kind + (i / 7U)) % ((kind % 6U) + 1U)]
                   : fminf(fmaxf(music[(start + i) % n_music], -1.0F), 1.0F);
  }
}

/// Write a file as libsndfile does; an empty one if it can't.  Never of 0 Hz,
/// by which it divides: detect and process refuse that first
static void
make_file(FuzzInput* const in, const int fd)
{
  static const int types[] = {
    SF_FORMAT_WAV,   SF_FORMAT_AIFF, SF_FORMAT_AU,   SF_FORMAT_W64,
    SF_FORMAT_RF64,  SF_FORMAT_CAF,  SF_FORMAT_FLAC, SF_FORMAT_OGG,
    SF_FORMAT_WAVEX, SF_FORMAT_VOC,  SF_FORMAT_NIST, SF_FORMAT_IRCAM,
    SF_FORMAT_MAT5,  SF_FORMAT_SVX,  SF_FORMAT_PAF,  SF_FORMAT_PVF,
    SF_FORMAT_HTK,   SF_FORMAT_AU,   SF_FORMAT_AVR,  SF_FORMAT_MPC2K,
    SF_FORMAT_XI,    SF_FORMAT_WVE,  SF_FORMAT_MAT4, SF_FORMAT_MPEG,
    SF_FORMAT_SDS};
  static const int subtypes[] = {SF_FORMAT_PCM_16,
                                 SF_FORMAT_PCM_U8,
                                 SF_FORMAT_PCM_S8,
                                 SF_FORMAT_PCM_24,
                                 SF_FORMAT_PCM_32,
                                 SF_FORMAT_FLOAT,
                                 SF_FORMAT_DOUBLE,
                                 SF_FORMAT_ULAW,
                                 SF_FORMAT_ALAW,
                                 SF_FORMAT_VORBIS,
                                 SF_FORMAT_IMA_ADPCM,
                                 SF_FORMAT_MS_ADPCM,
                                 SF_FORMAT_GSM610,
                                 SF_FORMAT_OPUS,
                                 SF_FORMAT_DPCM_16,
                                 SF_FORMAT_ALAC_16};
  static float     samples[max_frames];
  const uint32_t   type = fuzz_take(in, 1U) % (sizeof(types) / sizeof(*types));
  const uint32_t   subtype  = fuzz_take(in, 1U) % 16U;
  const uint32_t   rate     = take_rate(in);
  const uint32_t   channels = (fuzz_take(in, 1U) % max_channels) + 1U;
  const uint32_t   n        = fuzz_take(in, 2U) % max_frames;
  SF_INFO          info     = {.samplerate = (int)rate,
                               .channels   = (int)channels,
                               .format     = types[type] | subtypes[subtype]};
  SNDFILE* const   file     = rate && sf_format_check(&info)
                                ? sf_open_fd(dup(fd), SFM_WRITE, &info, 1)
                                : NULL;
  fill(in, subtype == 5U || subtype == 6U, samples, n);
  if (file) {
    (void)sf_writef_float(file, samples, (sf_count_t)(n / channels));
    sf_close(file);
  }
}

/// Change bytes at places, mostly near the start, and cut the end off
static void
spoil(FuzzInput* const in, const int fd)
{
  const off_t size = lseek(fd, 0, SEEK_END);
  for (uint32_t n = fuzz_take(in, 1U) % 8U; n && size > 0; --n) {
    const uint32_t  at    = fuzz_take(in, 1U);
    const uint32_t  far   = at < 248U ? at : fuzz_take(in, 2U);
    const FuzzInput bytes = fuzz_split(in, (fuzz_take(in, 1U) % 8U) + 1U);
    require(pwrite(fd, bytes.at, bytes.left, (off_t)far % size) >= 0);
  }

  const uint32_t cut = fuzz_take(in, 2U);
  if (cut) {
    require(!ftruncate(fd, (off_t)cut % (size + 1)));
  }
}

/// Put the bytes into a pipe, as far as it takes them, and end it
static int
make_pipe(const FuzzInput* const in)
{
  int          ends[2] = {-1, -1};
  const size_t n       = in->left < 32768U ? in->left : 32768U;
  require(!pipe(ends) && write(ends[1], in->at, n) == (ssize_t)n);
  close(ends[1]);
  return ends[0];
}

static Source
make_recording(FuzzInput* const in, Recording* const r)
{
  r->options          = take_options(in);
  const Source source = (Source)(fuzz_take(in, 1U) % 4U);
  if (source == FROM_RAW) {
    take_raw(in, r);
    r->options.raw = r->raw_text;
  }

  if (source == FROM_FORMAT) {
    r->fd = fuzz_file(NULL, 0U, r->path);
    make_file(in, r->fd);
    spoil(in, r->fd);
  } else if (source == FROM_PIPE) {
    r->fd = make_pipe(in);
    (void)snprintf(r->path, sizeof(r->path), "/proc/self/fd/%d", r->fd);
  } else {
    r->fd = fuzz_file(in->at, in->left, r->path);
  }

  return source;
}

/// Events by onset, within what was heard
static void
check_findings(const EchoicFindings* const f)
{
  uint64_t last = 0U;
  for (size_t i = 0U; i < f->n_found; ++i) {
    const EchoicEvent* const e = &f->found[i].event;
    require(e->onset >= last && e->end >= e->onset && isfinite(e->score));
    require(e->onset <= (uint64_t)f->n_frames);
    require(e->sound < model->n_sounds);
    last = e->onset;
  }
}

/// Read a recording in pieces
static Reading
read_in_pieces(const Recording* const r, const size_t n)
{
  EchoicError        error   = {ECHOIC_OK, ""};
  Reading            reading = {.n_frames = -1};
  EchoicAudio* const audio = echoic_audio_open(r->path, r->options.raw, &error);
  require(audio || (error.status && error.text[0]));
  if (!audio) {
    return reading;
  }

  const uint32_t n_channels = echoic_audio_info(audio)->n_channels;
  float* const   frames     = (float*)malloc(n * n_channels * sizeof(float));
  int64_t        total      = 0;
  int64_t        got        = (int64_t)n;
  require(frames);
  while (got == (int64_t)n) {
    got = echoic_audio_read(audio, frames, n, &error);
    for (size_t i = 0U; got > 0 && i < (size_t)got * n_channels; ++i) {
      require(fabsf(frames[i]) <= 1e4F);
      reading.sum += (double)frames[i];
    }
    total += got;
  }

  const int type = echoic_audio_info(audio)->format & SF_FORMAT_TYPEMASK;
  require(got >= 0 || error.text[0]);
  reading.n_frames = got < 0 ? -1 : total;
  reading.is_loose = type == SF_FORMAT_PAF || type == SF_FORMAT_SDS;
  free(frames);
  echoic_audio_close(audio);
  return reading;
}

/// Return whether two readings are the same, as far as the format can
static bool
are_same(const Reading* const a, const Reading* const b)
{
  const int64_t most_lost = 64;
  const int64_t lost      = a->n_frames - b->n_frames;
  return a->is_loose ? lost >= -most_lost && lost <= most_lost
                     : !lost && (a->n_frames < 0 || a->sum == b->sum);
}

static void
check_stretch(const Recording* const r, const int64_t n_frames)
{
  EchoicStretch stretch = {0};
  EchoicError   error   = {ECHOIC_OK, ""};
  const int     channel = r->options.channel == ECHOIC_CHANNEL_EACH
                            ? ECHOIC_CHANNEL_MIX
                            : r->options.channel;
  if (echoic_audio_stretch(
        r->path, r->options.raw, channel, 0.01, 0.05, &stretch, &error)) {
    require(error.text[0] && !stretch.samples);
  } else {
    require(stretch.start >= 0);
    require(n_frames < 0 || !stretch.n_samples ||
            stretch.start + (int64_t)stretch.n_samples <= n_frames);
    free(stretch.samples);
  }
}

int
LLVMFuzzerInitialize(int* const argc, char*** const argv)
{
  (void)argc;
  (void)argv;
  make_music();
  model = teach_music();
  echoic_models_init(&models, model);
  return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t* const data, const size_t size)
{
  FuzzInput          in       = {data, size};
  Recording          r        = {.fd = -1};
  EchoicFindings     findings = {0};
  EchoicError        error    = {ECHOIC_OK, ""};
  const size_t       piece    = (fuzz_take(&in, 1U) * 37U) + 1U;
  const Source       source   = make_recording(&in, &r);
  const EchoicStatus st =
    echoic_detect_file(&models, r.path, &r.options, &findings, &error);
  require(!st == !error.status && (!st || error.text[0]));
  if (!st) {
    check_findings(&findings);
  }

  if (source != FROM_PIPE) { // Which is empty now
    const Reading whole  = read_in_pieces(&r, 65536U);
    const Reading pieces = read_in_pieces(&r, piece);
    require(are_same(&whole, &pieces));
    require(st || whole.is_loose || whole.n_frames == findings.n_frames);
    check_stretch(&r, whole.is_loose ? -1 : whole.n_frames);
  }

  echoic_findings_clear(&findings);
  close(r.fd);
  return 0;
}
