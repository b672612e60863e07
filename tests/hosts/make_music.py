#!/usr/bin/env python3
# Copyright 2026 Echoic authors
# SPDX-License-Identifier: ISC
"""make_music.py DIR: kick.wav and snare.wav, one hit each after 0.2 s, and
music.wav, 16 hits in turn; their onsets, in samples at 48 kHz, to stdout."""
import array
import math
import random
import sys
import wave

RATE = 48000
random.seed(1)


def kick(x, at):
    phase, gain = 0.0, 0.5 + 0.05 * random.uniform(-1, 1)
    for i in range(RATE // 5):
        t = i / RATE
        phase += 2 * math.pi * (50 + 90 * math.exp(-t / 0.02)) / RATE
        x[at + i] += gain * (math.exp(-t / 0.05) * math.sin(phase)
                             + 0.3 * math.exp(-t / 0.002) * random.uniform(-1, 1))


def snare(x, at):
    gain = 0.4 + 0.05 * random.uniform(-1, 1)
    for i in range(RATE // 5):
        t = i / RATE
        x[at + i] += gain * (math.exp(-t / 0.04) * random.uniform(-1, 1)
                             + 0.5 * math.exp(-t / 0.03) * math.sin(2 * math.pi * 190 * t))


def write(name, x):
    with wave.open(sys.argv[1] + "/" + name, "w") as w:
        w.setnchannels(1)
        w.setsampwidth(2)
        w.setframerate(RATE)
        hiss = (v + random.uniform(-0.001, 0.001) for v in x)
        w.writeframes(array.array("h", (round(32767 * max(-1, min(1, v))) for v in hiss)).tobytes())


for name, hit in (("kick.wav", kick), ("snare.wav", snare)):
    x = [0.0] * (RATE * 7 // 10)
    hit(x, RATE // 5)
    write(name, x)

onsets = [RATE // 2 + i * (RATE * 2 // 5 + 37) for i in range(16)]
x = [0.0] * (onsets[-1] + RATE)
for i, at in enumerate(onsets):
    (snare if i % 2 else kick)(x, at)
write("music.wav", x)
print(*onsets)
