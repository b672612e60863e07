#!/bin/sh
# Copyright 2026 Echoic authors
# SPDX-License-Identifier: ISC
#
# echoic eval: the same figures as the benchmark's own scorer, the same result
# with any number of threads, blind to annotations, and sentences for what is
# wrong with a benchmark.
set -u
echoic=${ECHOIC:-build/echoic}
shared=${ECHOIC_SHARED:-../shared}
bench=$shared/bench
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
failed=0

report() { # STATUS NAME
  if [ "$1" -eq 0 ]; then echo "ok $2"; else
    echo "not ok $2"
    failed=1
  fi
}

# Must fail with status 2, nothing on stdout and one line that says WHAT
refuses() { # NAME WHAT ARGUMENT...
  name=$1
  what=$2
  shift 2
  "$echoic" eval "$@" >"$tmp/out" 2>"$tmp/err" </dev/null
  status=$?
  [ "$status" -eq 2 ] && [ ! -s "$tmp/out" ] &&
    [ "$(wc -l <"$tmp/err")" -eq 1 ] && grep -qF -- "$what" "$tmp/err"
  result=$?
  [ "$result" -eq 0 ] || { echo "# status $status"; sed 's/^/# /' "$tmp/err"; }
  report "$result" "$name"
}

# A benchmark without audio, to be damaged
make_bench() {
  rm -rf "$tmp/b"
  mkdir -p "$tmp/b/audio"
  printf 'set,k,file,onset_s,offset_s,label\ns,1,e.wav,0.5,0.7,a\n' \
    >"$tmp/b/examples.csv"
  printf 'test_file,example_set,labels,condition,tol_s,dur_s\n%s\n' \
    't.wav,s,a,c,0.05,2' >"$tmp/b/episodes.csv"
  printf 'file,onset_s,offset_s,label\nt.wav,0.5,0.7,a\n' \
    >"$tmp/b/annotations.csv"
}

refuses "no directory named" "needs one directory"
refuses "missing directory" "$tmp/none: can't be read" "$tmp/none"
refuses "a file for a directory" "can't be read" "$0"
mkdir "$tmp/empty"
refuses "empty directory" "$tmp/empty: is no benchmark" "$tmp/empty"
make_bench
refuses "missing recording" "$tmp/b/audio/e.wav: " "$tmp/b"
refuses "K of zero" "1" "$tmp/b" -k 0
refuses "unknown option" "--nonsense" "$tmp/b" --nonsense
refuses "marked too loosely" "0 to 0.5" "$tmp/b" --loose 0.6
refuses "unknown task" "has no task 'x'" "$tmp" --task x
sed -i 's/offset_s/offset/' "$tmp/b/examples.csv"
refuses "missing column" "examples.csv:1: has no column 'offset_s'" "$tmp/b"
make_bench
echo 's,2,e.wav,1.0,0.9,a' >>"$tmp/b/examples.csv"
refuses "reversed times" "examples.csv:3: offset_s is '0.9'" "$tmp/b"
make_bench
echo 's,two,e.wav,1.0,1.9,a' >>"$tmp/b/examples.csv"
refuses "k that is no number" "examples.csv:3: k is 'two'" "$tmp/b"
make_bench
echo 't.wav,s,a b,c,0.05,2' >>"$tmp/b/episodes.csv"
refuses "label without example" "episodes.csv:3: label 'b' has no example" \
  "$tmp/b"
make_bench
echo 't.wav,s' >>"$tmp/b/episodes.csv"
refuses "short row" "episodes.csv:3: has 2 fields" "$tmp/b"
make_bench
sed -i '2,$d' "$tmp/b/episodes.csv"
refuses "no episode" "episodes.csv: holds no episode" "$tmp/b"

if [ ! -d "$bench" ]; then
  echo "skip figures: no benchmark in $bench (set ECHOIC_SHARED)"
  exit $failed
fi

mkdir "$tmp/pred"
if [ -n "${ECHOIC_SANITIZED-}" ]; then
  "$echoic" eval "$bench" --task birds -o "$tmp/pred.csv" \
    --sweep "$tmp/roc.csv" >"$tmp/figures.txt"
  report $? "one task"
  echo "skip other tasks, figures, threads: too slow under sanitizers"
  exit $failed
fi

"$echoic" eval "$bench" -o "$tmp/pred" --sweep "$tmp/roc.csv" --json \
  >"$tmp/figures.json"
report $? "whole benchmark"

if ! command -v python3 >/dev/null; then
  echo "skip score.py: python3 isn't installed"
else
  python3 - "$tmp" "$bench" <<'PYTHON'
import csv, json, subprocess, sys
tmp, bench = sys.argv[1:]
figures = json.load(open(tmp + '/figures.json'))
bad = False

def ok(name, good, note=''):
    global bad
    bad |= not good
    print(('ok ' if good else 'not ok ') + name + note)

for t in figures['tasks']:
    d = f"{bench}/{t['task']}"
    s = json.loads(subprocess.check_output(
        [sys.executable, bench + '/score.py', d + '/annotations.csv',
         f"{tmp}/pred/{t['task']}.csv", '--episodes', d + '/episodes.csv',
         '--ignore', d + '/examples.csv', '--k', '5', '--json']))
    pairs = []
    def same(mine, theirs):
        pairs.extend([(mine['hits'], theirs['tp']), (mine['missed'], theirs['fn']),
                      (mine['false_alarms'], theirs['fp']),
                      (mine['precision'], theirs['P']),
                      (mine['recall'], theirs['R']), (mine['f1'], theirs['F1'])])
    m = s['ALL (micro)']
    same(t, m)
    pairs += [(t['onset_error_median_ms'], m['onset_err_median_ms']),
              (t['onset_error_p90_ms'], m['onset_abs_err_p90_ms']),
              (t['false_alarms_per_hour'], m['fp_per_hour_per_file']),
              (sum(l['f1'] for l in t['labels']) / len(t['labels']), m['macro_F1'])]
    for l in t['labels']:
        same(l, s['label ' + l['label']])
    for c in t['conditions']:
        same(c, s['condition ' + c['condition']])
    wrong = [p for p in pairs if abs(p[0] - p[1]) > 5e-6 * max(1, abs(p[1]))]
    ok(f"{t['task']}: {len(pairs)} figures equal score.py's", not wrong, f' {wrong[:3]}' if wrong else '')
    f1 = [sum(l['f1'] for l in c['labels']) / len(c['labels']) for c in t['conditions']]
    ok(f"{t['task']}: macro F1 is the mean over labels, then conditions",
       abs(t['macro_f1'] - sum(f1) / len(f1)) < 1e-8)

rows = list(csv.DictReader(open(tmp + '/roc.csv')))
best = {}
for r in rows:
    key = (r['task'], r['condition'], r['label'])
    best[key] = max(best.get(key, 0), float(r['f1']))
labels = {(t['task'], c['condition'], l['label']): l
          for t in figures['tasks'] for c in t['conditions'] for l in c['labels']}
ok('sweep: the best F1 is that of its thresholds, or of the automatic one',
   all(abs(max(best.get(k, 0), l['f1']) - l['best_f1']) < 1e-5 for k, l in labels.items()))
ok('the automatic threshold is never better than the best',
   all(l['f1'] <= l['best_f1'] for l in labels.values()) and
   all(t['macro_f1'] <= t['best_macro_f1'] + 1e-9 for t in figures['tasks']))
sys.exit(bad)
PYTHON
  [ $? -eq 0 ] || failed=1
fi

"$echoic" eval "$bench" --task drums --task keyword -j 1 -o "$tmp/1.csv" \
  >"$tmp/1.txt" &&
  "$echoic" eval "$bench" --task drums --task keyword -j 4 -o "$tmp/4.csv" \
    >"$tmp/4.txt" && cmp "$tmp/1.csv" "$tmp/4.csv" && cmp "$tmp/1.txt" "$tmp/4.txt"
report $? "the same with one thread and four"
head -n 1 "$tmp/1.csv" | grep -qx 'task,file,onset_s,offset_s,label,score'
report $? "several tasks in one file have a column for it"

mkdir "$tmp/blind"
cp "$bench/birds/examples.csv" "$bench/birds/episodes.csv" "$tmp/blind"
ln -s "$(cd "$bench/birds/audio" && pwd)" "$tmp/blind/audio"
head -n 1 "$bench/birds/annotations.csv" >"$tmp/blind/annotations.csv"
"$echoic" eval "$tmp/blind" -o "$tmp/blind.csv" >"$tmp/blind.txt" &&
  cmp "$tmp/blind.csv" "$tmp/pred/birds.csv"
report $? "the same detections without annotations"
rm "$tmp/blind/annotations.csv"
refuses "missing annotations" "annotations.csv: can't be opened" "$tmp/blind"

"$echoic" eval "$bench/repeat" --alone --json >"$tmp/alone.json" &&
  grep -q '"alone":true' "$tmp/alone.json"
report $? "each label alone"
"$echoic" eval "$bench/repeat" --loose 0 -o "$tmp/tight.csv" >"$tmp/tight.txt" &&
  "$echoic" eval "$bench/repeat" --loose 0.2 -j 2 -o "$tmp/l.csv" >"$tmp/l.txt" &&
  "$echoic" eval "$bench/repeat" --loose 0.2 -o "$tmp/l2.csv" >/dev/null &&
  cmp "$tmp/l.csv" "$tmp/l2.csv" && ! cmp -s "$tmp/l.csv" "$tmp/tight.csv" &&
  grep -q 'loosely marked' "$tmp/l.txt"
report $? "examples loosely marked, the same each time"
refuses "no such directory for the output" "$tmp/none/x.csv" "$bench/birds" \
  -o "$tmp/none/x.csv"
exit $failed
