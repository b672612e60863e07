#!/usr/bin/env python3
# Copyright 2026 Echoic authors
# SPDX-License-Identifier: ISC
"""ardour_notes.py model STATE.ttl MODEL: take the model out of a saved state.
ardour_notes.py compare NOTES.mid EVENTS.csv FIRST LAST: notes that were recorded
against events from FIRST to before LAST (s) of a model whose first sound has note
36, the second 38.  Ardour keeps 1920 ticks a quarter, at 120 a minute 0.26 ms; a
note has to be within 1 ms and one tick.  Frames begin elsewhere than in the file:
what is hardly over the threshold (score below 0.8) may fall either way; six of it are let pass."""
import base64
import csv
import re
import struct
import sys

TICK = 60 / 120 / 1920


def take_model(state, path):
    with open(state, encoding="utf-8") as file:
        text = file.read()
    chunk = re.search(r'urn:echoic:model>\s*"+([A-Za-z0-9+/=\s]+)"+\^\^xsd:base64Binary', text)
    with open(path, "wb") as file:
        file.write(base64.b64decode(chunk.group(1)))


def number(data, at):  # a MIDI file's number of variable length, and what follows
    value = 0
    while True:
        value = value << 7 | data[at] & 127
        at += 1
        if data[at - 1] < 128:
            return value, at


def read_notes(path):  # (seconds, note) of each note that is struck
    with open(path, "rb") as file:
        data = file.read()
    division, at = struct.unpack(">H", data[12:14])[0], 14
    notes = []
    while at < len(data):
        end = at + 8 + struct.unpack(">I", data[at + 4:at + 8])[0]
        at, now, status = at + 8, 0, 0
        while at < end:
            delta, at = number(data, at)
            now += delta
            status = data[at] if data[at] & 128 else status
            at += data[at] >> 7
            if status == 0xFF or status == 0xF0:
                length, at = number(data, at + (status == 0xFF))
                at += length
                continue
            if status >> 4 == 9 and data[at + 1]:
                notes.append((now / division * 0.5, data[at]))
            at += 1 if status >> 4 in (12, 13) else 2
    return notes


def compare(midi, events, first, last):
    notes = [n for n in read_notes(midi) if first <= n[0] < last]
    with open(events, newline="", encoding="utf-8") as file:
        rows = [(float(r["start_s"]), 36 if r["sound"] == "sound 1" else 38, float(r["score"]))
                for r in csv.DictReader(file)]
    clear = [row for row in rows if row[2] >= 0.8 and first <= row[0] < last]
    errors = [min((abs(at - n[0]) for n in notes if n[1] == note), default=1)
              for at, note, _ in clear]
    good = sum(e <= 0.001 + TICK for e in errors)
    other = len(notes) - good
    print(f"{good} of {len(clear)} events, at most {max(errors) * 1000:.2f} ms; {other} unclear ones")
    sys.exit(not (good == len(clear) >= 15 and other <= 6))


if sys.argv[1] == "model":
    take_model(*sys.argv[2:])
else:
    compare(*sys.argv[2:4], *(float(x) for x in sys.argv[4:]))
