#!/usr/bin/env bash
# The five-minute path: sets up, builds, and runs the main job on simulated spectra: makes encoders,
# trains, indexes, searches and evaluates. Everything it makes is in build/demo/.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$SPECBRIDGE_ROOT"

usage() {
  cat <<'HELP'
usage: scripts/demo.sh [--help]

Sets up (scripts/setup.sh), builds the program, and runs it on the simulated spectra of the tests.
What it makes is in build/demo/: spectrum-encoder, molecule-encoder, model, library, hits.tsv, report.
HELP
}
case "${1:-}" in
  "") ;;
  -h|--help) usage; exit 0 ;;
  *) usage >&2; die "demo.sh: unknown option '$1'" ;;
esac

mkdir -p build
log=$SPECBRIDGE_ROOT/build/demo.log
: > "$log"
program=build/release/bin/specbridge
data=tests/fixtures/simulated
demo=build/demo

# step WHAT COMMAND...: a line for the reader, all else goes to the log; says how long it took.
step() {
  local what=$1 began=$SECONDS
  shift
  printf '%-62s' "$what"
  if ! "$@" >> "$log" 2>&1; then
    printf 'failed\n'
    tail -n 20 "$log"
    die "demo.sh: \"$*\" failed; everything it said is in $log"
  fi
  printf '%4d s\n' $((SECONDS - began))
}

build() {
  cmake --preset release && cmake --build --preset release --target specbridge
}

echo "specbridge demo; details go to build/demo.log"
step "set-up: Debian packages, Python environment, FAISS" scripts/setup.sh
step "build" build
rm -rf "$demo"
mkdir -p "$demo"
step "spectrum encoder: a small DreaMS network, random weights" \
  "$SPECBRIDGE_PYTHON" tools/export/export_dreams.py --random-init --preset small --seed 1 -o $demo/spectrum-encoder
step "molecule encoder: Morgan fingerprints weighted by rarity" \
  $program make-encoder morgan --molecules $data/library.smi.gz --exclude $data/val.mgf.gz \
  -o $demo/molecule-encoder
step "train" $program train --spectra $data/train.mgf.gz --validation $data/val.mgf.gz \
  --validation-candidates $data/val_candidates.json.gz --spectrum-encoder $demo/spectrum-encoder \
  --molecule-encoder $demo/molecule-encoder --config configs/demo.json -o $demo/model --simulated \
  --description "simulated spectra, made from structures" --data-licence CC0-1.0
step "index: a library of molecules" \
  $program index $data/library.smi.gz --model $demo/model -o $demo/library --faiss Flat
step "search: the query spectra" \
  $program search $data/query.mgf --model $demo/model --library $demo/library -o $demo/hits.tsv -k 10
step "eval: how often it is right, beside what chance reaches" \
  $program eval --model $demo/model --spectra $data/val.mgf.gz --candidates $data/val_candidates.json.gz \
  --control none,zeroed,flat,precursor,mean -o $demo/report

echo
echo "Best hits of the demo queries ($demo/hits.tsv):"
awk -F'\t' 'NR == 1 || $3 == 1 || $3 == "" {
  last = NR > 1 && $6 == "" ? $15 : $6
  printf "%-10s %-6s %-8.8s %-10s %-16s %s\n", $1, $3, $4, $14, $8, last
}' $demo/hits.tsv | cut -c1-120
echo
"$SPECBRIDGE_PYTHON" - $demo/report/report.json <<'PYTHON'
import json
import sys

report = json.load(open(sys.argv[1]))
rows = [("the model", report), *report["controls"].items(), ("random order", report["random"])]
print(f"Right answer first, among the first 5 and 20, of {report['queries']} spectra with simulated peaks:")
for name, figures in rows:
    print(f"  {name:<14}" + "".join(f"{100 * figures['recall'][k]:8.1f} %" for k in ("1", "5", "20")))
PYTHON
echo
echo "Report: $demo/report/report.html (for a browser); report.json and ranks.tsv beside it are for programs"
