#!/usr/bin/env bash
# The five-minute path: sets up, builds, and runs the main job on the demo data in data/: makes encoders,
# trains, indexes, searches and evaluates. Everything it makes is in build/demo/.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$SPECBRIDGE_ROOT"

usage() {
  cat <<'HELP'
usage: scripts/demo.sh [--help]

Sets up (scripts/setup.sh), builds the program, and runs it on the simulated spectra in data/.
What it makes is in build/demo/: spectrum-encoder, molecule-encoder, model, library, hits.tsv, report.
HELP
}
case "${1:-}" in
  "") ;;
  -h|--help) usage; exit 0 ;;
  *) usage >&2; die "demo.sh: unknown option '$1'" ;;
esac

scripts/setup.sh
say "building"
mkdir -p build
cmake --preset release > build/demo-configure.log || { cat build/demo-configure.log; exit 1; }
cmake --build --preset release --target specbridge

program=build/release/bin/specbridge
demo=build/demo
rm -rf "$demo"
mkdir -p "$demo"
say "spectrum encoder: a small DreaMS network with random weights"
"$SPECBRIDGE_PYTHON" tools/export/export_dreams.py --random-init --preset small --seed 1 -o $demo/spectrum-encoder
say "molecule encoder: Morgan fingerprints weighted by rarity in the library"
$program make-encoder morgan --molecules data/demo_library.smi.gz --exclude data/demo_val.mgf.gz -o $demo/molecule-encoder
say "training (about a minute on two cores)"
$program train --spectra data/demo_train.mgf.gz --validation data/demo_val.mgf.gz \
  --validation-candidates data/demo_val_candidates.json.gz --spectrum-encoder $demo/spectrum-encoder \
  --molecule-encoder $demo/molecule-encoder --config configs/demo.json -o $demo/model
say "library"
$program index data/demo_library.smi.gz --model $demo/model -o $demo/library --faiss Flat
say "search"
$program search data/demo_query.mgf --model $demo/model --library $demo/library -o $demo/hits.tsv -k 10
say "evaluation on the validation spectra, beside what chance and models without the spectrum reach"
$program eval --model $demo/model --spectra data/demo_val.mgf.gz --candidates data/demo_val_candidates.json.gz \
  --control none,zeroed,flat,precursor,mean -o $demo/report

echo
echo "Best hits of the demo queries ($demo/hits.tsv):"
awk -F'\t' 'NR == 1 || $3 == 1 || $3 == "" { printf "%-10s %-6s %-8.8s %-10s %-16s %s\n", $1, $3, $4, $14, $8, NR == 1 ? $6 : ($6 == "" ? $15 : $6) }' $demo/hits.tsv | cut -c1-120
echo
echo "Report: $demo/report/report.html (for a browser); report.json and ranks.tsv beside it are for programs"
