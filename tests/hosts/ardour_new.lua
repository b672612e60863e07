-- Copyright 2026 Echoic authors
-- SPDX-License-Identifier: ISC
-- A session (SESSION_DIR, SESSION) with a track "drums" and Echoic on it.
local backend = AudioEngine:set_backend ("None (Dummy)", "", "")
backend:set_sample_rate (48000)
backend:set_buffer_size (256)
local session = create_session (os.getenv ("SESSION_DIR"), os.getenv ("SESSION"), 48000)
assert (session, "no session")
local order = ARDOUR.PresentationInfo.max_order
session:new_audio_track (1, 1, nil, 1, "drums", order, ARDOUR.TrackMode.Normal)
local track = session:route_by_name ("drums")
local plugin = ARDOUR.LuaAPI.new_plugin (session, "urn:echoic:mono", ARDOUR.PluginType.LV2, "")
assert (not plugin:isnil (), "no plugin")
assert (track:add_processor_by_index (plugin, 0, nil, true) == 0, "not added")
session:save_state ("")
close_session ()
quit ()
