// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "plugin/state.h"

#include "plugin/kit.h"
#include "plugin/plugin.h"
#include "plugin/worker.h"

#include <lv2/core/lv2_util.h>
#include <lv2/state/state.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// How the host's names of files are turned into those of this system
typedef struct {
  LV2_State_Map_Path*  map;  ///< Null if names are passed as they are
  LV2_State_Free_Path* free; ///< Null if it is done by free()
} Paths;

static Paths
find_paths(const LV2_Feature* const* const features)
{
  Paths paths = {NULL, NULL};
  lv2_features_query(features,
                     LV2_STATE__mapPath,
                     &paths.map,
                     false,
                     LV2_STATE__freePath,
                     &paths.free,
                     false,
                     NULL);
  return paths;
}

static void
free_path(const Paths* const paths, char* const path)
{
  if (paths->free) {
    paths->free->free_path(paths->free->handle, path);
  } else {
    free(path);
  }
}

static void
set_initial_name(const uint32_t slot, char* const name)
{
  snprintf(name, ECHOIC_NAME_SIZE, "sound %u", slot + 1U);
}

static LV2_State_Status
save_kit(const EchoicPlugin* const       plugin,
         const LV2_State_Store_Function  store,
         const LV2_State_Handle          handle,
         const LV2_Feature* const* const features)
{
  const Paths paths = find_paths(features);
  if (!plugin->kit[0] || !paths.map) {
    return LV2_STATE_SUCCESS;
  }

  char* const path = paths.map->abstract_path(paths.map->handle, plugin->kit);
  if (!path) {
    return LV2_STATE_SUCCESS;
  }

  const LV2_State_Status st = store(handle,
                                    plugin->uris.echoic_kit,
                                    path,
                                    strlen(path) + 1U,
                                    plugin->uris.atom_Path,
                                    LV2_STATE_IS_POD);
  free_path(&paths, path);
  return st;
}

/// Save the names of slots that were given one before they were taught
static LV2_State_Status
save_names(const EchoicPlugin* const      plugin,
           const LV2_State_Store_Function store,
           const LV2_State_Handle         handle)
{
  LV2_State_Status         st    = LV2_STATE_SUCCESS;
  const EchoicModel* const model = echoic_tutor_model(plugin->tutor);
  for (uint32_t i = 0U; !st && i < ECHOIC_N_SLOTS; ++i) {
    const char* const name  = echoic_tutor_slot_name(plugin->tutor, i);
    const int32_t     known = echoic_model_find(model, name);
    char              initial[ECHOIC_NAME_SIZE];
    set_initial_name(i, initial);
    if (known < 0 && strcmp(name, initial)) {
      st = store(handle,
                 plugin->uris.echoic_names[i],
                 name,
                 strlen(name) + 1U,
                 plugin->uris.atom_String,
                 LV2_STATE_IS_POD | LV2_STATE_IS_PORTABLE);
    }
  }

  return st;
}

/// Save the model, also one without sounds: restored it replaces others, which
/// a state without a model doesn't
static LV2_State_Status
save_model(EchoicPlugin* const            plugin,
           const LV2_State_Store_Function store,
           const LV2_State_Handle         handle)
{
  const EchoicModel* const model = echoic_tutor_model(plugin->tutor);
  EchoicError              error = {ECHOIC_OK, ""};
  uint8_t*                 bytes = NULL;
  size_t                   size  = 0U;
  if (echoic_model_write(model, &bytes, &size, &error)) {
    lv2_log_error(&plugin->logger, "echoic: can't be saved: %s\n", error.text);
    return LV2_STATE_ERR_UNKNOWN;
  }

  const LV2_State_Status st = store(handle,
                                    plugin->uris.echoic_model,
                                    bytes,
                                    size,
                                    plugin->uris.atom_Chunk,
                                    LV2_STATE_IS_POD | LV2_STATE_IS_PORTABLE);
  free(bytes);
  return st;
}

static LV2_State_Status
save(const LV2_Handle                handle,
     const LV2_State_Store_Function  store,
     const LV2_State_Handle          state,
     const uint32_t                  flags,
     const LV2_Feature* const* const features)
{
  EchoicPlugin* const plugin = (EchoicPlugin*)handle;
  (void)flags;
  if (!plugin->uris.echoic_model) {
    return LV2_STATE_ERR_NO_FEATURE;
  }

  pthread_mutex_lock(&plugin->lock);
  LV2_State_Status st = save_model(plugin, store, state);
  st                  = st ? st : save_names(plugin, store, state);
  st                  = st ? st : save_kit(plugin, store, state, features);
  pthread_mutex_unlock(&plugin->lock);
  return st;
}

/// Make the name of the file that the state speaks of, if it does
static void
find_kit(const EchoicPlugin* const         plugin,
         const LV2_State_Retrieve_Function retrieve,
         const LV2_State_Handle            state,
         const LV2_Feature* const* const   features,
         char* const                       kit)
{
  size_t            size  = 0U;
  uint32_t          type  = 0U;
  uint32_t          flags = 0U;
  const Paths       paths = find_paths(features);
  const char* const name =
    (const char*)retrieve(state, plugin->uris.echoic_kit, &size, &type, &flags);
  if (!name || !size || size > ECHOIC_PATH_SIZE || name[size - 1U] ||
      (type != plugin->uris.atom_Path && type != plugin->uris.atom_String)) {
    return;
  }

  char* const path =
    paths.map ? paths.map->absolute_path(paths.map->handle, name) : NULL;
  snprintf(kit, ECHOIC_PATH_SIZE, "%s", path ? path : name);
  if (path) {
    free_path(&paths, path);
  }
}

/// Return the model in the state, or null with or without an error
static EchoicModel*
find_model(const EchoicPlugin* const         plugin,
           const LV2_State_Retrieve_Function retrieve,
           const LV2_State_Handle            state,
           const char* const                 kit,
           EchoicError* const                error)
{
  size_t            size  = 0U;
  uint32_t          type  = 0U;
  uint32_t          flags = 0U;
  const void* const bytes =
    retrieve(state, plugin->uris.echoic_model, &size, &type, &flags);
  if (bytes && type == plugin->uris.atom_Chunk) {
    return echoic_model_parse((const uint8_t*)bytes, size, error);
  }

  if (bytes) {
    echoic_error(error, ECHOIC_BAD_FORMAT, "the model isn't an atom:Chunk");
    return NULL;
  }

  return kit[0] ? echoic_kit_read(kit, error) : NULL;
}

/// Copy the name of a slot out of the state; false if there is none
static bool
find_name(const EchoicPlugin* const         plugin,
          const LV2_State_Retrieve_Function retrieve,
          const LV2_State_Handle            state,
          const uint32_t                    slot,
          char* const                       name)
{
  size_t            size  = 0U;
  uint32_t          type  = 0U;
  uint32_t          flags = 0U;
  const char* const saved = (const char*)retrieve(
    state, plugin->uris.echoic_names[slot], &size, &type, &flags);
  if (!saved || type != plugin->uris.atom_String || size < 2U ||
      size > ECHOIC_NAME_SIZE || saved[size - 1U]) {
    return false;
  }

  memcpy(name, saved, size);
  return true;
}

/// Give empty slots the names in the state, or those they begin with; return
/// how many changed
static uint32_t
restore_names(EchoicPlugin* const               plugin,
              const LV2_State_Retrieve_Function retrieve,
              const LV2_State_Handle            state)
{
  uint32_t n = 0U;
  for (uint32_t i = 0U; i < ECHOIC_N_SLOTS; ++i) {
    const char* const now   = echoic_tutor_slot_name(plugin->tutor, i);
    EchoicError       error = {ECHOIC_OK, ""};
    char              name[ECHOIC_NAME_SIZE];
    set_initial_name(i, name);
    find_name(plugin, retrieve, state, i, name);
    if (echoic_model_find(echoic_tutor_model(plugin->tutor), now) < 0 &&
        strcmp(now, name)) {
      ++n;
      if (echoic_tutor_name(plugin->tutor, i, name, &error)) {
        lv2_log_warning(
          &plugin->logger, "echoic: slot %u: %s\n", i + 1U, error.text);
      }
    }
  }

  return n;
}

/// Make the detector of what was in the state; null if there is nothing
static EchoicDetector*
restore_tutor(EchoicPlugin* const               plugin,
              const LV2_State_Retrieve_Function retrieve,
              const LV2_State_Handle            state,
              const EchoicModel* const          model,
              EchoicError* const                error)
{
  const EchoicAsk again = {
    ECHOIC_ASK_AGAIN, 0U, {0U, 0U}, {NULL, 0U, 0U, NULL}};
  char name[ECHOIC_NAME_SIZE];
  bool has_names = false;
  for (uint32_t i = 0U; i < ECHOIC_N_SLOTS; ++i) {
    has_names = has_names || find_name(plugin, retrieve, state, i, name);
  }

  EchoicDetector* const first =
    model ? echoic_tutor_load(plugin->tutor, model, error) : NULL;
  if (error->status || (!first && !has_names) ||
      !restore_names(plugin, retrieve, state)) {
    return first;
  }

  echoic_detector_free(first); // It has other names
  return echoic_tutor_ask(plugin->tutor, &again, error);
}

static LV2_State_Status
restore(const LV2_Handle                  handle,
        const LV2_State_Retrieve_Function retrieve,
        const LV2_State_Handle            state,
        const uint32_t                    flags,
        const LV2_Feature* const* const   features)
{
  EchoicPlugin* const plugin                = (EchoicPlugin*)handle;
  char                kit[ECHOIC_PATH_SIZE] = "";
  EchoicError         error                 = {ECHOIC_OK, ""};
  (void)flags;
  if (!plugin->uris.echoic_model) {
    return LV2_STATE_ERR_NO_FEATURE;
  }

  find_kit(plugin, retrieve, state, features, kit);
  EchoicModel* const model = find_model(plugin, retrieve, state, kit, &error);
  pthread_mutex_lock(&plugin->lock);
  EchoicDetector* const detector =
    error.status ? NULL : restore_tutor(plugin, retrieve, state, model, &error);
  if (detector) {
    atomic_fetch_add(&plugin->generation, 1U);
    memcpy(plugin->kit, kit, sizeof(kit));
    echoic_worker_offer(plugin, detector, true);
  }

  pthread_mutex_unlock(&plugin->lock);
  echoic_model_free(model);
  if (error.status) {
    lv2_log_error(&plugin->logger,
                  "echoic: the saved sounds can't be restored, those that were "
                  "there are kept: %s\n",
                  error.text);
    return LV2_STATE_ERR_UNKNOWN;
  }

  return LV2_STATE_SUCCESS;
}

const void*
echoic_state_interface(void)
{
  static const LV2_State_Interface interface = {save, restore};
  return &interface;
}
