// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "plugin/worker.h"

#include "plugin/kit.h"
#include "plugin/teaching.h"
#include "plugin/tell.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

void
echoic_worker_offer(EchoicPlugin* const   plugin,
                    EchoicDetector* const detector,
                    const bool            is_loaded)
{
  if (is_loaded) {
    atomic_store(&plugin->is_loaded, true);
  }

  echoic_detector_free(atomic_exchange(&plugin->offered, detector));
  echoic_detector_free(atomic_exchange(&plugin->retired, NULL));
}

/// Say what came of a work; offer its detector if there is one
static void
conclude(EchoicPlugin* const      plugin,
         const EchoicWork* const  work,
         EchoicDetector* const    detector,
         const EchoicError* const error,
         char* const              text)
{
  if (!detector) {
    snprintf(text, ECHOIC_TEXT_SIZE, "%s", error->text);
    lv2_log_warning(&plugin->logger, "echoic: %s\n", text);
    return;
  }

  if (work->kind == ECHOIC_WORK_IMPORT) {
    echoic_tell_loaded(plugin, work, text);
  } else if (work->ask.kind == ECHOIC_ASK_TEACH) {
    snprintf(text, ECHOIC_TEXT_SIZE, "taught again with another memory");
  } else if (work->ask.kind != ECHOIC_ASK_UNDO) {
    echoic_tell_slot(plugin, detector, &work->ask, text);
  }

  lv2_log_note(&plugin->logger, "echoic: %s\n", text);
  echoic_worker_offer(plugin, detector, work->kind == ECHOIC_WORK_IMPORT);
}

static void
teach(EchoicPlugin* const     plugin,
      const EchoicWork* const work,
      char* const             text)
{
  EchoicError error = {ECHOIC_OK, ""};
  if (work->ask.kind != ECHOIC_ASK_TEACH &&
      work->generation != atomic_load(&plugin->generation)) {
    snprintf(text, ECHOIC_TEXT_SIZE, "too late: that sound is gone");
    return;
  }

  if (work->ask.kind == ECHOIC_ASK_UNDO) { // Then nobody knows any more
    echoic_tell_undone(echoic_tutor_model(plugin->tutor), text);
  }

  // The longest is what is chosen without a limit
  echoic_tutor_remember(plugin->tutor,
                        work->memory_s < 1.0F ? work->memory_s : 0.0F);
  conclude(plugin,
           work,
           echoic_tutor_ask(plugin->tutor, &work->ask, &error),
           &error,
           text);
}

static void
load(EchoicPlugin* const plugin, const EchoicWork* const work, char* const text)
{
  EchoicError           error = {ECHOIC_OK, ""};
  EchoicModel* const    model = echoic_kit_read(work->path, &error);
  EchoicDetector* const detector =
    model ? echoic_tutor_load(plugin->tutor, model, &error) : NULL;
  echoic_model_free(model);
  conclude(plugin, work, detector, &error, text);
  if (detector) {
    memcpy(plugin->kit, work->path, sizeof(plugin->kit));
  }
}

/// Return the model, its sounds with the notes they are played by, or null
static EchoicModel*
kit_to_write(const EchoicPlugin* const plugin, const EchoicWork* const work)
{
  EchoicModel* const kit = echoic_model_copy(echoic_tutor_model(plugin->tutor));
  if (kit) {
    uint8_t slots[ECHOIC_MAX_SOUNDS];
    echoic_slots_assign(kit, slots);
    for (uint32_t i = 0U; i < kit->n_sounds; ++i) {
      if (slots[i] != ECHOIC_NO_SLOT) {
        kit->sounds[i].midi_note = work->notes[slots[i]];
      }
    }
  }

  return kit;
}

static void
write_kit(EchoicPlugin* const     plugin,
          const EchoicWork* const work,
          char* const             text)
{
  EchoicError        error = {ECHOIC_OK, ""};
  EchoicModel* const kit   = kit_to_write(plugin, work);
  if (!kit) {
    snprintf(text, ECHOIC_TEXT_SIZE, "out of memory");
  } else if (echoic_kit_write(work->path, kit, &error)) {
    snprintf(text, ECHOIC_TEXT_SIZE, "%s", error.text);
  } else {
    echoic_tell_file(text, "wrote", work->path, "");
  }

  echoic_model_free(kit);
  lv2_log_note(&plugin->logger, "echoic: %s\n", text);
}

/// Call a slot what the user says; what comes of it goes to the audio thread
static void
name_slot(EchoicPlugin* const     plugin,
          const EchoicWork* const work,
          EchoicReply* const      reply)
{
  EchoicError    error = {ECHOIC_OK, ""};
  const uint32_t slot  = work->ask.slot;
  if (echoic_tutor_name(plugin->tutor, slot, work->path, &error)) {
    snprintf(reply->text, ECHOIC_TEXT_SIZE, "%s", error.text);
    lv2_log_warning(&plugin->logger, "echoic: %s\n", error.text);
    return;
  }

  reply->slot = slot;
  memcpy(reply->text, work->path, strlen(work->path) + 1U); // It is a name
  // One that was made before and waits would bring the old name
  EchoicDetector* const waiting = atomic_exchange(&plugin->offered, NULL);
  if (waiting) {
    memcpy(waiting->slots[slot].name, reply->text, ECHOIC_NAME_SIZE);
    atomic_store(&plugin->offered, waiting);
  }
}

static LV2_Worker_Status
work(const LV2_Handle                  handle,
     const LV2_Worker_Respond_Function respond,
     const LV2_Worker_Respond_Handle   respond_handle,
     const uint32_t                    size,
     const void* const                 data)
{
  EchoicPlugin* const plugin = (EchoicPlugin*)handle;
  EchoicReply         reply  = {ECHOIC_TO_USER, ""};
  EchoicWork          job;
  memset(&job, 0, sizeof(job));
  if (size > sizeof(job)) {
    return LV2_WORKER_ERR_UNKNOWN;
  }

  memcpy(&job, data, size);
  pthread_mutex_lock(&plugin->lock);
  switch (job.kind) {
  case ECHOIC_WORK_ASK:
    teach(plugin, &job, reply.text);
    break;
  case ECHOIC_WORK_IMPORT:
    load(plugin, &job, reply.text);
    break;
  case ECHOIC_WORK_EXPORT:
    write_kit(plugin, &job, reply.text);
    break;
  case ECHOIC_WORK_NAME:
    name_slot(plugin, &job, &reply);
    break;
  case ECHOIC_WORK_COLLECT:
    echoic_detector_free(atomic_exchange(&plugin->retired, NULL));
    break;
  }
  pthread_mutex_unlock(&plugin->lock);

  if (reply.text[0]) {
    const size_t length = strlen(reply.text) + 1U;
    respond(
      respond_handle, (uint32_t)(offsetof(EchoicReply, text) + length), &reply);
  }

  atomic_fetch_add(&plugin->n_done, 1U);
  return LV2_WORKER_SUCCESS;
}

static ECHOIC_RT LV2_Worker_Status
work_response(const LV2_Handle  handle,
              const uint32_t    size,
              const void* const body)
{
  EchoicPlugin* const plugin = (EchoicPlugin*)handle;
  EchoicReply         reply;
  memset(&reply, 0, sizeof(reply));
  if (size <= offsetof(EchoicReply, text) || size > sizeof(reply)) {
    return LV2_WORKER_ERR_UNKNOWN;
  }

  memcpy(&reply, body, size);
  reply.text[ECHOIC_TEXT_SIZE - 1U] = '\0';
  if (reply.slot < ECHOIC_N_SLOTS) {
    memcpy(plugin->names[reply.slot], reply.text, ECHOIC_NAME_SIZE);
    plugin->untold_names |= 1U << reply.slot;
  } else {
    echoic_say(plugin, reply.text);
  }

  return LV2_WORKER_SUCCESS;
}

const void*
echoic_worker_interface(void)
{
  static const LV2_Worker_Interface interface = {work, work_response, NULL};
  return &interface;
}
