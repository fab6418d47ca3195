#!/usr/bin/env bash
# Makes the model that ships in data/massbank-model, and the figures of its card, from the MassBank spectra.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../env.sh"
source "$(dirname "${BASH_SOURCE[0]}")/encoders.sh"

usage() {
  cat <<'HELP'
usage: scripts/science/shipped_model.sh [--data DIR] [--out DIR] [--encoder NAME] [--install]

Trains one model with a fragment score, weighs its evidence on half of the validation molecules, rounds it, and measures
it on the other half. Eight minutes on two cores of an EPYC server, twice that with the transformer.

  --data DIR     folder with massbank_train.mgf.gz, massbank_val.mgf.gz, massbank_val_candidates_*.json.gz
                 and library.smi.gz (default: ../shared/data)
  --out DIR      where everything goes, replaced if it exists (default: build/shipped-model)
  --encoder NAME fourier: Deep Sets with Fourier features of m/z; transformer: a small DreaMS network, which shipped
                 before (default: fourier)
  --install      replace data/massbank-model by what was made
HELP
}
data=$SPECBRIDGE_ROOT/../shared/data out=$SPECBRIDGE_ROOT/build/shipped-model encoder=fourier install=
while [ $# -gt 0 ]; do
  case "$1" in
    --data) [ $# -ge 2 ] || die "shipped_model.sh: --data needs a folder"; data=$2; shift 2 ;;
    --out) [ $# -ge 2 ] || die "shipped_model.sh: --out needs a folder"; out=$2; shift 2 ;;
    --encoder) check_encoder shipped_model.sh "${2:-}"; encoder=$2; shift 2 ;;
    --install) install=1; shift ;;
    -h|--help) usage; exit 0 ;;
    *) usage >&2; die "shipped_model.sh: unknown option '$1'" ;;
  esac
done
data=$(realpath -m "$data") out=$(realpath -m "$out")
kinds=(near 256 formula mass)
inputs=(massbank_train.mgf.gz massbank_val.mgf.gz library.smi.gz)
for kind in "${kinds[@]}"; do inputs+=("massbank_val_candidates_$kind.json.gz"); done
for name in "${inputs[@]}"; do
  [ -e "$data/$name" ] || die "$data/$name: missing; name the folder of the MassBank data with --data"
done
"$SPECBRIDGE_ROOT/scripts/build.sh" specbridge
rm -rf "$out"
mkdir -p "$out/bin"
# Artifacts record the command line that made them: names are relative, so that it says the same on every machine.
cd "$out"
for name in "${inputs[@]}"; do ln -s "$data/$name" "$name"; done
ln -s "$SPECBRIDGE_ROOT/configs/small.json" small.json
ln -s "$SPECBRIDGE_ROOT/build/release/bin/specbridge" bin/specbridge
PATH=$out/bin:$PATH
start=$SECONDS
step() { say "$(( SECONDS - start )) s: $*"; }

step "encoders"
untrained_encoder "$encoder" 1 spectrum-encoder
specbridge make-encoder morgan --molecules library.smi.gz --exclude massbank_val.mgf.gz -o morgan
step "training"
# Whatever is chosen or fitted on held molecules is on one half of them; the figures are of the other.
science=$SPECBRIDGE_ROOT/scripts/science
"$SPECBRIDGE_PYTHON" "$science/split_spectra.py" massbank_val.mgf.gz held.mgf measured.mgf
specbridge train --spectra massbank_train.mgf.gz --validation held.mgf \
  --validation-candidates massbank_val_candidates_256.json.gz --decoys library.smi.gz \
  --spectrum-encoder spectrum-encoder --molecule-encoder morgan --config small.json --seed 1 --threads 2 \
  --description "47,745 MassBank spectra of 4,171 molecules" \
  --data-licence "CC BY-SA 4.0, CC BY 4.0, CC0, dl-de/by-2-0" -o trained

step "weighing the evidence"
"$SPECBRIDGE_PYTHON" "$science/mix_pools.py" held.mgf massbank_val_candidates_256.json.gz \
  massbank_val_candidates_mass.json.gz -o held_candidates.tsv.gz
specbridge calibrate --model trained --spectra held.mgf --candidates held_candidates.tsv.gz --made-isomers 32 \
  -o calibrated
specbridge pack calibrated -o massbank-model

for kind in "${kinds[@]}"; do
  spectra=(measured.mgf)
  if [ "$kind" = near ]; then  # not every molecule has such a pool
    spectra=(near-1.mgf near-2.mgf)
    "$SPECBRIDGE_PYTHON" "$science/split_spectra.py" measured.mgf "${spectra[@]}" \
      --pools massbank_val_candidates_near.json.gz
  fi
  for by in cosine fragments fused; do
    step "measuring: $by, pools $kind"
    name=$by-$kind
    [ "$by" != cosine ] || name=model-shipped-$kind
    specbridge eval --model massbank-model --rank-by "$by" --spectra "${spectra[@]}" --mces none \
      --candidates "massbank_val_candidates_$kind.json.gz" \
      --control none,zeroed,flat,precursor,swapped,isomer,mean,nearest -o "report-$name" > "report-$name.txt"
  done
done
ln -sfn massbank-model model-shipped
"$SPECBRIDGE_PYTHON" "$science/benchmark_table.py" "$out"
if [ -n "$install" ]; then
  rm -rf "$SPECBRIDGE_ROOT/data/massbank-model"
  cp -r massbank-model "$SPECBRIDGE_ROOT/data/massbank-model"
fi
step "done"
