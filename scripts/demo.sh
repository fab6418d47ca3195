#!/usr/bin/env bash
# The five-minute path: sets up, builds, and runs the main job on real spectra: a library, a search with the model that
# ships, what the answers rest on, how often they are right, and a short training. Everything it makes is in
# build/demo/.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$SPECBRIDGE_ROOT"

usage() {
  cat <<'HELP'
usage: scripts/demo.sh [--help]

Sets up (scripts/setup.sh), builds the program, and runs it on the MassBank spectra in data/.
What it makes is in build/demo/: model (a copy of the one that ships), library, hits.tsv, explained, report;
spectrum-encoder and molecule-encoder, trained (a small model made from them), report-trained.
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
demo=build/demo

# step WHAT COMMAND...: a line for the reader, all else goes to the log; says how long it took.
step() {
  local what=$1 began=$SECONDS
  shift
  printf '%-66s' "$what"
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

copy_model() {
  cp -r data/massbank-model $demo/model && cp -r data/massbank-model/molecule-encoder $demo/molecule-encoder
}

echo "specbridge demo; details go to build/demo.log"
step "set-up: Debian packages, Python environment, FAISS" scripts/setup.sh
step "build" build
rm -rf "$demo"
mkdir -p "$demo"
copy_model
step "index: a library of 4,743 molecules of MassBank" \
  $program index data/molecules.smi.gz -o $demo/library
step "search: 200 spectra, none of them or of their molecules seen before" \
  $program search data/query.mgf --library $demo/library -o $demo/hits.tsv --page $demo/hits.html
step "explain: which fragment each peak is" \
  $program explain $demo/hits.tsv data/query.mgf -o $demo/explained
step "eval: how often it is right among isomers, beside controls" \
  $program eval --model $demo/model --spectra data/query.mgf --candidates data/query_candidates.json.gz \
  --control none,zeroed,swapped,nearest -o $demo/report
step "spectrum encoder: a small DreaMS network, random weights" \
  "$SPECBRIDGE_PYTHON" tools/export/export_dreams.py --random-init --preset small --seed 1 -o $demo/spectrum-encoder
step "train: a model of one's own, on 2,000 spectra" \
  $program train --spectra data/train.mgf.gz --spectrum-encoder $demo/spectrum-encoder \
  --molecule-encoder $demo/molecule-encoder --config configs/demo.json -o $demo/trained
step "eval: the same spectra with that model" \
  $program eval --model $demo/trained --spectra data/query.mgf --candidates data/query_candidates.json.gz \
  --mces none -o $demo/report-trained

echo
"$SPECBRIDGE_PYTHON" scripts/demo_summary.py $demo
echo
echo "For a browser: the answers in $demo/hits.html, how often they are right in $demo/report/report.html."
echo "Your own spectra: $program search FILE --library $demo/library -o hits.tsv --page hits.html"
