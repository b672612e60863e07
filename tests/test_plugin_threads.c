// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

/* Audio thread, worker and a host that saves and restores, all at once.  Of
   most use under the thread sanitizer.  ECHOIC_BLOCKS=1000000 runs until so
   many blocks, of 16 samples, are over. */

#include "tests/plugin_music.h"
#include "tests/suite.h"

#include <pthread.h>
#include <stdatomic.h>

enum { n_rounds = 4, n_queue = 8, small = 16, usual = 256 };

static Host*           host;
static Music           music;
static atomic_bool     is_over;
static pthread_mutex_t queue_lock = PTHREAD_MUTEX_INITIALIZER;
static HostWork        queue[n_queue];
static uint32_t        n_queued;

/// Take works from the audio thread, as a host's queue does
static LV2_Worker_Status
schedule(const LV2_Worker_Schedule_Handle handle,
         const uint32_t                   size,
         const void* const                data)
{
  LV2_Worker_Status st = LV2_WORKER_ERR_NO_SPACE;
  (void)handle;
  pthread_mutex_lock(&queue_lock);
  if (n_queued < n_queue) {
    queue[n_queued].size = size;
    queue[n_queued].data = malloc(size);
    memcpy(queue[n_queued++].data, data, size);
    st = LV2_WORKER_SUCCESS;
  }
  pthread_mutex_unlock(&queue_lock);
  return st;
}

/// Responses belong to the audio thread: what they say isn't needed here
static LV2_Worker_Status
respond(const LV2_Worker_Respond_Handle handle,
        const uint32_t                  size,
        const void* const               data)
{
  (void)handle;
  (void)size;
  (void)data;
  return LV2_WORKER_SUCCESS;
}

static int
say_nothing(const LV2_Log_Handle handle,
            const LV2_URID       type,
            const char* const    format,
            va_list              arguments)
{
  (void)handle;
  (void)type;
  (void)format;
  (void)arguments;
  return 0;
}

static void*
worker(void* const context)
{
  (void)context;
  while (!atomic_load(&is_over)) {
    HostWork work = {0U, NULL};
    pthread_mutex_lock(&queue_lock);
    if (n_queued) {
      work = queue[0];
      memmove(queue, queue + 1, --n_queued * sizeof(HostWork));
    }
    pthread_mutex_unlock(&queue_lock);
    if (work.data) {
      host->worker->work(lilv_instance_get_handle(host->instance),
                         respond,
                         NULL,
                         work.size,
                         work.data);
      free(work.data);
    } else {
      usleep(1000);
    }
  }

  return NULL;
}

static void*
keeper(void* const context)
{
  (void)context;
  while (!atomic_load(&is_over)) {
    HostState state = host_save(host);
    if (state.n) {
      host_restore(host, &state);
    }
    host_free_state(&state);
    usleep(100000);
  }

  return NULL;
}

/// After a stop nothing sounds any more, whatever happened before
static void
check_notes_ended(void)
{
  host_set(host, "enabled", 0.0F);
  host_run_only(host, 64U);
  check_notes_paired(host);
  host->n_notes = 0U;
  host_set(host, "enabled", 1.0F);
}

/// Play once through the music, and press buttons
static void
play_round(const uint32_t round, const uint32_t block)
{
  static const char* const buttons[] = {"that_was_it_1",
                                        "that_was_it_2",
                                        "undo",
                                        "missed_1",
                                        "not_this_2",
                                        "forget_1"};
  size_t                   pos       = 0U;
  for (uint32_t i = 0U; i < music.n_hits; ++i) {
    const size_t end = music.onsets[i] + 14400U;
    host_play(host, music.samples + pos, NULL, end - pos, block);
    pos                      = end;
    const char* const button = buttons[(round + i) % (round ? 6U : 2U)];
    host_set(host, button, 1.0F);
    host_run_only(host, 64U);
    host_set(host, button, 0.0F);
    host_run_only(host, 64U);
    usleep(20000); // For the others
  }

  host_set_text(
    host, "urn:echoic:name_1", LV2_ATOM__String, round % 2U ? "odd" : "even");
}

START_TEST(test_threads)
{
  const char* const given    = getenv("ECHOIC_BLOCKS");
  const uint64_t    n_blocks = given ? strtoull(given, NULL, 10) : 0U;
  pthread_t         threads[2];
  music                        = music_new(48000.0, 8U);
  host                         = host_open("mono", 48000.0, 0U);
  host->schedule.schedule_work = schedule;
  host->logger.vprintf         = say_nothing;
  pthread_create(&threads[0], NULL, worker, NULL);
  pthread_create(&threads[1], NULL, keeper, NULL);
  for (uint32_t i = 0U; i < n_rounds || host->pos / small < n_blocks; ++i) {
    play_round(i, n_blocks ? small : usual);
    check_notes_ended();
  }

  atomic_store(&is_over, true);
  pthread_join(threads[0], NULL);
  pthread_join(threads[1], NULL);
  for (uint32_t i = 0U; i < n_queued; ++i) {
    free(queue[i].data);
  }
  music_free(&music);
  host_close(host);
}
END_TEST

int
main(void)
{
  Suite* const suite = suite_create("plugin threads");
  TCase* const tcase = tcase_create("threads");
  tcase_set_timeout(tcase, getenv("ECHOIC_BLOCKS") ? 0.0 : 120.0);
  tcase_add_test(tcase, test_threads);
  suite_add_tcase(suite, tcase);

  return run_suite(suite);
}
