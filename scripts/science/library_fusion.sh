#!/usr/bin/env bash
# Measures what library spectra add to a model: alone, and weighed with the other evidence.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../env.sh"

usage() {
  cat <<'HELP'
usage: scripts/science/library_fusion.sh [--data DIR] [--out DIR] [--model DIR] [--exchange]

Half of the validation molecules weigh the evidence, the other half is measured. Of half of the molecules of each, half
of the spectra are in the library of spectra (with all training spectra); the queries of these molecules are "covered",
all others "uncovered". Ten minutes on two cores.

  --data DIR     folder with massbank_train.mgf.gz, massbank_val.mgf.gz and massbank_val_candidates_256.json.gz
                 (default: ../shared/data)
  --out DIR      where everything goes, replaced if it exists (default: build/library-fusion)
  --model DIR    calibrated or not, with a fragment score (default: data/massbank-model)
  --exchange     measure the half that otherwise weighs the evidence, under weights of the other
HELP
}
data=$SPECBRIDGE_ROOT/../shared/data out=$SPECBRIDGE_ROOT/build/library-fusion halves=(held.mgf measured.mgf)
model=$SPECBRIDGE_ROOT/data/massbank-model
while [ $# -gt 0 ]; do
  case "$1" in
    --data) [ $# -ge 2 ] || die "library_fusion.sh: --data needs a folder"; data=$2; shift 2 ;;
    --out) [ $# -ge 2 ] || die "library_fusion.sh: --out needs a folder"; out=$2; shift 2 ;;
    --model) [ $# -ge 2 ] || die "library_fusion.sh: --model needs a folder"; model=$2; shift 2 ;;
    --exchange) halves=(measured.mgf held.mgf); shift ;;
    -h|--help) usage; exit 0 ;;
    *) usage >&2; die "library_fusion.sh: unknown option '$1'" ;;
  esac
done
data=$(realpath -m "$data") out=$(realpath -m "$out") model=$(realpath -m "$model")
pools=$data/massbank_val_candidates_256.json.gz
for name in massbank_train.mgf.gz massbank_val.mgf.gz massbank_val_candidates_256.json.gz; do
  [ -e "$data/$name" ] || die "$data/$name: missing; name the folder of the MassBank data with --data"
done
"$SPECBRIDGE_ROOT/scripts/build.sh" specbridge
specbridge=$SPECBRIDGE_ROOT/build/release/bin/specbridge
science=$SPECBRIDGE_ROOT/scripts/science
rm -rf "$out"
mkdir -p "$out"
cd "$out"
start=$SECONDS
step() { say "$(( SECONDS - start )) s: $*"; }

step "parting the spectra"
"$SPECBRIDGE_PYTHON" "$science/split_spectra.py" "$data/massbank_val.mgf.gz" "${halves[@]}"
for half in held measured; do
  "$SPECBRIDGE_PYTHON" "$science/replicate_split.py" "$half.mgf" "$half-library.mgf" "$half-covered.mgf" \
    "$half-uncovered.mgf"
done
step "library of spectra"
"$specbridge" index --spectra "$data/massbank_train.mgf.gz" held-library.mgf measured-library.mgf -o spectra
step "weighing the evidence"
"$specbridge" calibrate --model "$model" --spectra held-covered.mgf held-uncovered.mgf --candidates "$pools" \
  --spectral-library spectra --analogues -o calibrated
"$specbridge" calibrate --model "$model" --spectra held-covered.mgf held-uncovered.mgf --candidates "$pools" -o without
for queries in covered uncovered; do
  for by in cosine fragments library analogues fused; do
    step "measuring: $by, $queries"
    controls=none,swapped
    case $by in analogues|fused) controls+=,nearest ;; esac  # evidence that looks up neighbours
    "$specbridge" eval --model calibrated --rank-by "$by" --spectra "measured-$queries.mgf" --candidates "$pools" \
      --mces none --spectral-library spectra --analogues --control "$controls" -o "$by-$queries" >"$by-$queries.txt"
  done
  step "measuring: fused without library spectra, $queries"
  "$specbridge" eval --model without --rank-by fused --spectra "measured-$queries.mgf" --candidates "$pools" \
    --mces none --control none,swapped -o "without-$queries" >"without-$queries.txt"
done
step "done"
"$SPECBRIDGE_PYTHON" "$science/fusion_table.py" .
