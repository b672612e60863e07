-- Copyright 2026 Echoic authors
-- SPDX-License-Identifier: ISC
-- Record the notes of Echoic on the track "drums": connect that track's MIDI output
-- to a MIDI track "notes", arm it, and roll until sample UNTIL; then save.
local backend = AudioEngine:set_backend ("None (Dummy)", "", "")
backend:set_sample_rate (48000)
backend:set_buffer_size (256)
local session = load_session (os.getenv ("SESSION_DIR"), os.getenv ("SESSION"))
assert (session, "no session")
local one = ARDOUR.ChanCount (ARDOUR.DataType ("midi"), 1)
local order = ARDOUR.PresentationInfo.max_order
session:new_midi_track (one, one, true, ARDOUR.PluginInfo (), nil, nil, 1, "notes", order,
  ARDOUR.TrackMode.Normal, true)
local drums = session:route_by_name ("drums")
local notes = session:route_by_name ("notes")
local to = notes:input ():midi (0)
to:disconnect_all ()
assert (drums:output ():midi (0):connect (to:name ()) == 0, "not connected")

notes:to_track ():rec_enable_control ():set_value (1, PBD.GroupControlDisposition.NoGroup)
session:maybe_enable_record (true)
session:goto_start ()
session:request_roll (ARDOUR.TransportRequestSource.TRS_UI)
local wanted, waited = tonumber (os.getenv ("UNTIL")), 0
while session:transport_sample () < wanted and waited < 600 do
  sleep (0.1)
  waited = waited + 1
end
session:request_stop (false, false, ARDOUR.TransportRequestSource.TRS_UI)
sleep (2)
print ("recorded until", session:transport_sample ())
session:save_state ("")
close_session ()
quit ()
