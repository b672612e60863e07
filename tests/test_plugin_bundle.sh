#!/bin/sh
# Copyright 2026 Echoic authors
# SPDX-License-Identifier: ISC
#
# The bundle as it lies on disk: its Turtle is valid, ports are where they have
# always been, and the library shows nothing but lv2_descriptor.
set -u
build=$(dirname "${ECHOIC:-build/echoic}")
bundle=$build/echoic.lv2
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
bad=0

result() { # result STATUS NAME
  if [ "$1" -eq 0 ]; then echo "ok $2"; else echo "not ok $2" && bad=1; fi
}

if command -v lv2_validate >/dev/null && command -v sord_validate >/dev/null; then
  lv2_validate "$bundle"/*.ttl >"$tmp/said" 2>&1 && grep -q 'Found 0 errors' "$tmp/said"
  result $? 'lv2_validate finds no error'
  [ $bad -eq 0 ] || cat "$tmp/said"
else
  echo 'skip lv2_validate: packages lv2-dev and sordi are not there'
fi

# Indices, symbols and kinds are frozen: a change needs a new URI.
awk '/^<urn:echoic:(mono|stereo)/ { uri = $1; gsub(/[<>]/, "", uri) }
  / a lv2:(Input|Output)Port/ { sub(/ ;$/, ""); kind = $2 $3 $4 }
  /lv2:index/ { index_ = $2 }
  /lv2:symbol/ && kind { gsub(/"/, ""); print uri, index_, $2, kind; kind = "" }' \
  "$bundle/echoic.ttl" >"$tmp/ports"
diff tests/plugin_ports.txt "$tmp/ports" >"$tmp/diff"
result $? 'ports are where they have always been'
head -5 "$tmp/diff"

nm -D --defined-only "$bundle/echoic.so" | awk '{ print $3 }' |
  grep -vE '^(_init|_fini|__asan.*|__odr.*|__ubsan.*|__lsan.*)$' >"$tmp/exported"
[ "$(cat "$tmp/exported")" = lv2_descriptor ]
result $? 'only lv2_descriptor is exported'

# Every control has its range, every number of the version is even
awk '/ControlPort/ { n++ } /lv2:default/ { d++ }
  END { exit !(n > 100 && n == d) }' "$bundle/echoic.ttl"
result $? 'every control has a default'

# Controls in groups are channels to GStreamer: only where there's a key input
awk '/^<urn:echoic:/ { has_key = /(mono|stereo)-(key|cv)>/ }
  / a lv2:(Input|Output)Port/ { is_control = /ControlPort/; grouped = 0 }
  /lv2:symbol/ { name = $2 }
  /pg:group/ { grouped = 1 }
  /^  \]/ && is_control {
    alone = name ~ /"(enabled|latency|lookahead|key_listen|short_window)"/
    n += grouped; bad = bad || grouped != (has_key && !alone); is_control = 0
  }
  END { exit bad || n < 500 }' "$bundle/echoic.ttl"
result $? 'controls are in groups, where hosts can take it'

# Every port and value has a name in each language
for language in de fr es; do
  awk -v tag="\"@$language" '/^<urn:echoic:(mono|stereo)/ { ports = 1 } !ports { next }
    (/lv2:name/ || /lv2:scalePoint/) { n++; bad = bad || !index($0, tag) }
    END { exit bad || n < 900 }' "$bundle/echoic.ttl"
  result $? "names of ports and values: $language"
  awk -v tag="\"@$language" '/^<urn:echoic:(slot|name|score|margin|velocity|reason|onset)>/ { next }
    /^<urn:echoic:(mono|stereo)/ { exit } # Their ports were above
    / lv2:name |rdfs:label/ { n++; bad = bad || !index($0, tag) }
    END { exit bad || n < 26 }' "$bundle/echoic.ttl" &&
    awk -v tag="\"@$language" '/rdfs:label/ { n++; bad = bad || !index($0, tag) }
      END { exit bad || n != 14 }' "$bundle/manifest.ttl" "$bundle/presets.ttl"
  result $? "names of groups, parameters and presets: $language"
done
! grep -hE 'lv2:(minor|micro)Version [0-9]*[13579] ' "$bundle"/*.ttl
result $? 'the version is one of a release'
exit $bad
