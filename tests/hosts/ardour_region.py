#!/usr/bin/env python3
# Copyright 2026 Echoic authors
# SPDX-License-Identifier: ISC
"""ardour_region.py SESSION_DIR SESSION WAV: put a mono recording of 48 kHz at
the start of the track "drums", and the session's range around it."""
import os
import shutil
import sys
import wave
import xml.etree.ElementTree as tree

CLOCK = 282240000 // 48000  # Ardour's units of audio time, per sample
folder, name, path = sys.argv[1:]
document = os.path.join(folder, name + ".ardour")
root = tree.parse(document).getroot()
with wave.open(path) as recording:
    length = recording.getnframes() * CLOCK
base = os.path.basename(path)
inside = os.path.join(folder, "interchange")
shutil.copy(path, os.path.join(inside, os.listdir(inside)[0], "audiofiles", base))

number = int(root.get("id-counter")) + 100
root.set("id-counter", str(number + 100))
source, region, range_ = str(number), str(number + 1), str(number + 2)
tree.SubElement(root.find("Sources"), "Source", {
    "name": base, "type": "audio", "flags": "", "id": source, "channel": "0", "gain": "1"})
playlist = next(p for p in root.iter("Playlist") if p.get("name", "").startswith("drums"))
tree.SubElement(playlist, "Region", {
    "name": base, "id": region, "type": "audio", "first-edit": "nothing", "muted": "0",
    "opaque": "1", "locked": "0", "automatic": "0", "whole-file": "0", "import": "0",
    "external": "0", "hidden": "0", "position-locked": "0", "start": "a0",
    "length": "a%d@a0" % length, "sync-position": "a0", "ancestral-start": "a0",
    "ancestral-length": "a0@a0", "stretch": "1", "shift": "1", "layering-index": "0",
    "default-fade-in": "0", "default-fade-out": "0", "fade-in-active": "0",
    "fade-out-active": "0", "scale-amplitude": "1", "channels": "1",
    "source-0": source, "master-source-0": source})
locations = root.find("Locations")
for old in list(locations):
    if "IsSessionRange" in old.get("flags", ""):
        locations.remove(old)
tree.SubElement(locations, "Location", {
    "id": range_, "name": "session", "start": "a0", "end": "a%d" % length,
    "flags": "IsSessionRange", "locked": "0", "cue": "0"})
root.set("session-range-is-free", "0")
tree.ElementTree(root).write(document, encoding="UTF-8", xml_declaration=True)
