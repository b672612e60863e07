// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#include "host/live_request.h"

#include <stdio.h>

static const char* const usage =
  "Usage: echoic live MODEL [OPTION]...\n"
  "       echoic live MODEL FILE|- [--raw FMT] [OPTION]...\n"
  "       echoic live --list [--json]\n\n"
  "Find taught sounds while they are heard, and teach new ones.  Sound comes\n"
  "from a device, or from a file or pipe as fast as it can be read.\n\n"
  "Sound:\n"
  "      --list             list devices and end; --json\n"
  "  -i, --input DEV        by number, name or part of a name\n"
  "  -o, --output DEV       and for the output\n"
  "      --rate HZ          8000 to 192000 (default: the device's)\n"
  "      --buffer N         frames in a block, 16 to 8192\n"
  "      --latency S        ask the device for it, 0.001 to 2\n"
  "      --channels N       open so many inputs, 1 to 64 (default 1)\n"
  "      --channel C        listen to 1, 2, ... or mix (default), their mean\n"
  "      --raw FMT          input is raw PCM, e.g. s16le:48000:1\n"
  "      --duration S       end after so long\n"
  "  -m, --mode MODE        sound goes out, too: thru, isolate, mute, duck\n"
  "      --depth DB, --attack S, --hold S, --release S, --lookahead S\n"
  "                         as for 'process'\n"
  "      --delay S          of the output, 0 to 10 (default: until the "
  "slowest\n"
  "                         sound is decided; none for thru)\n"
  "Events:\n"
  "  -f, --format FORMAT    audacity (default), csv, jsonl or raven\n"
  "      --sound NAME       only this sound (may be given several times)\n"
  "      --min-score S      only events that score S or more, -10 to 10\n"
  "      --sensitivity X    -1 to 1: more or fewer events (default 0)\n"
  "      --early            decide at once; a few more are wrong\n"
  "      --short            percussive sounds, 5 to 12 ms after their onset\n"
  "      --midi[=SYSTEM]    notes to alsa or jack\n"
  "      --osc HOST:PORT    events and scores by OSC\n"
  "      --osc-listen PORT  and be taught by it, from this machine\n"
  "      --clips DIR        cut every event out into DIR\n"
  "      --clip-before S, --clip-after S\n"
  "                         and that much around it, 0 to 60 (default 1)\n"
  "      --clip-format F    wav (default) or flac\n"
  "      --record FILE      record the input: .wav, .w64 or .flac\n"
  "      --exec PROGRAM     run PROGRAM SOUND START END SCORE VELOCITY\n"
  "      --exec-interval S  but not more often, 0 to 86400 (default 1)\n"
  "Model:\n"
  "      --new              begin with an empty model if there is none\n"
  "      --no-save          don't save it at the end when it was changed\n\n"
  "  -q, --quiet            no terminal view\n"
  "  -v, --verbose          let ALSA and JACK speak\n"
  "      --help\n\n"
  "SIGHUP reads the model again.  Exit status: 0 something was found, 1 "
  "nothing,\n2 error.\n";

void
echoic_live_usage(void)
{
  fputs(usage, stdout);
}
