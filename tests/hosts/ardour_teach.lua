-- Copyright 2026 Echoic authors
-- SPDX-License-Identifier: ISC
-- Roll through the session while automation presses the buttons at AT_1 ... AT_4
-- (samples), or only set the controls in SET ("symbol=value ..."); then save.
local backend = AudioEngine:set_backend ("None (Dummy)", "", "")
backend:set_sample_rate (48000)
backend:set_buffer_size (256)
local session = load_session (os.getenv ("SESSION_DIR"), os.getenv ("SESSION"))
assert (session, "no session")
local track = session:route_by_name ("drums")
local echoic = track:nth_plugin (0)

local function control (label) -- the number of a control, inputs and outputs
  local plugin = echoic:to_insert ():plugin (0)
  local n = 0
  for i = 0, plugin:parameter_count () - 1 do
    if plugin:parameter_is_control (i) then
      if plugin:parameter_label (i) == label then return n, i end
      n = n + 1
    end
  end
  error ("no control " .. label)
end

local function follow (label, state)
  local _, port = control (label)
  local which = Evoral.Parameter (ARDOUR.AutomationType.PluginAutomation, 0, port)
  echoic:to_automatable ():automation_control (which, true):set_automation_state (state)
end

local function press (label, at)
  local list = ARDOUR.LuaAPI.plugin_automation (echoic, (control (label)))
  assert (not list:isnil (), "no automation of " .. label)
  list:add (Temporal.timepos_t (0), 0, false, true)
  for _, sample in ipairs (at) do
    list:add (Temporal.timepos_t (sample - 1), 0, false, true)
    list:add (Temporal.timepos_t (sample), 1, false, true)
    list:add (Temporal.timepos_t (sample + 9600), 1, false, true)
    list:add (Temporal.timepos_t (sample + 9601), 0, false, true)
  end
  follow (label, ARDOUR.AutoState.Play)
end

for label, value in string.gmatch (os.getenv ("SET") or "", "([^=;]+)=([^;]+)") do
  assert (ARDOUR.LuaAPI.set_processor_param (echoic, (control (label)), tonumber (value)))
end

if os.getenv ("AT_1") then
  press ("That Was It 1", { tonumber (os.getenv ("AT_1")), tonumber (os.getenv ("AT_3")) })
  press ("That Was It 2", { tonumber (os.getenv ("AT_2")), tonumber (os.getenv ("AT_4")) })
  session:goto_start ()
  session:request_roll (ARDOUR.TransportRequestSource.TRS_UI)
  sleep (tonumber (os.getenv ("ROLL")))
  session:request_stop (false, false, ARDOUR.TransportRequestSource.TRS_UI)
  sleep (1)
  for _, label in ipairs ({ "That Was It 1", "That Was It 2" }) do
    follow (label, ARDOUR.AutoState.Off)
  end
end
print ("latency", echoic:to_insert ():signal_latency ())
session:save_state ("")
close_session ()
quit ()
