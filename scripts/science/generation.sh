#!/usr/bin/env bash
# Measures what a decoder adds to a model's ranking, and how near the molecules that it writes come to the truth.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../env.sh"

usage() {
  cat <<'HELP'
usage: scripts/science/generation.sh [--data DIR] [--out DIR] [--shipped] [--trained DIR] [--set KEY=VALUE]...

Half of the training molecules train a model and its fragment score, the other half the decoder, so that it is told of
vectors as they are for new spectra. Of a list of molecules it reads none of about the mass of a validation molecule.
One validation spectrum a molecule is ranked, halves by turns, and answered by writing. Two hours on one core.

  --data DIR     folder with massbank_train.mgf.gz, massbank_val.mgf.gz, library.smi.gz and
                 massbank_val_candidates_{near,256,formula}.json.gz (default: ../shared/data)
  --out DIR      where everything goes, replaced if it exists (default: build/generation)
  --shipped      the model that ships, and a decoder trained on the spectra that the model was trained on
  --trained DIR  measure a model with a decoder that is there, instead of training one
  --set KEY=VALUE  a setting of the decoder's training
HELP
}
data=$SPECBRIDGE_ROOT/../shared/data out=$SPECBRIDGE_ROOT/build/generation shipped= trained= settings=()
while [ $# -gt 0 ]; do
  case "$1" in
    --data) [ $# -ge 2 ] || die "generation.sh: --data needs a folder"; data=$2; shift 2 ;;
    --out) [ $# -ge 2 ] || die "generation.sh: --out needs a folder"; out=$2; shift 2 ;;
    --shipped) shipped=yes; shift ;;
    --trained) [ $# -ge 2 ] || die "generation.sh: --trained needs a folder"; trained=$(realpath -m "$2"); shift 2 ;;
    --set) [ $# -ge 2 ] || die "generation.sh: --set needs KEY=VALUE"; settings+=(--set "$2"); shift 2 ;;
    -h|--help) usage; exit 0 ;;
    *) usage >&2; die "generation.sh: unknown option '$1'" ;;
  esac
done
data=$(realpath -m "$data") out=$(realpath -m "$out")
kinds=(near 256 formula)
inputs=(massbank_train.mgf.gz massbank_val.mgf.gz library.smi.gz)
for kind in "${kinds[@]}"; do inputs+=("massbank_val_candidates_$kind.json.gz"); done
for name in "${inputs[@]}"; do
  [ -e "$data/$name" ] || die "$data/$name: missing; name the folder of the MassBank data with --data"
done
"$SPECBRIDGE_ROOT/scripts/build.sh" specbridge
specbridge=$SPECBRIDGE_ROOT/build/release/bin/specbridge
science=$SPECBRIDGE_ROOT/scripts/science tools=$SPECBRIDGE_ROOT/tools/export
export PYTHONPATH=$science OMP_NUM_THREADS=1
rm -rf "$out"
mkdir -p "$out"
cd "$out"
for name in "${inputs[@]}"; do ln -s "$data/$name" "$name"; done
start=$SECONDS
step() { say "$(( SECONDS - start )) s: $*"; }
python() { "$SPECBRIDGE_PYTHON" "$@"; }

step "parting the spectra"
python "$science/split_spectra.py" massbank_val.mgf.gz held.mgf measured.mgf --most 1
python "$science/split_spectra.py" massbank_train.mgf.gz seen.mgf told.mgf
cat held.mgf measured.mgf > asked.mgf
if [ -z "$trained" ]; then
  if [ -n "$shipped" ]; then
    cp -r "$SPECBRIDGE_ROOT/data/massbank-model" model
    cp massbank_train.mgf.gz told.mgf.gz
  else
    gzip -nf told.mgf
    step "training the model"
    python "$tools/export_dreams.py" --random-init --preset small --seed 1 -o spectrum-encoder
    "$specbridge" make-encoder morgan --molecules library.smi.gz --exclude massbank_val.mgf.gz -o morgan
    "$specbridge" train --spectra seen.mgf --validation held.mgf \
      --validation-candidates massbank_val_candidates_256.json.gz --decoys library.smi.gz \
      --spectrum-encoder spectrum-encoder --molecule-encoder morgan --config "$SPECBRIDGE_ROOT/configs/small.json" \
      --seed 1 --threads 1 -o model
  fi
  step "molecules to read"
  python "$science/unrelated_molecules.py" library.smi.gz --spectra massbank_val.mgf.gz -o unrelated.smi.gz
  "$specbridge" index unrelated.smi.gz --model model -o unrelated
  step "training the decoder"
  python "$tools/export_decoder.py" --smiles library.smi.gz --molecule-dim 768 --preset small --d-model 128 --heads 4 \
    --ffn 512 --seed 1 -o decoder
  "$specbridge" train --objective generate --model model --decoder decoder --library unrelated --spectra told.mgf.gz \
    --validation held.mgf --set molecule_weight_power=0.5 --set batch=32 --set epochs=3 --set learning_rate=0.001 \
    --set validations=4 "${settings[@]}" --seed 1 --threads 1 -o generating
  trained=$out/generating
fi

for shown in swapped precursor; do python "$science/control_spectra.py" "$shown" asked.mgf "$shown.mgf"; done
cp asked.mgf own.mgf
for kind in "${kinds[@]}"; do
  for shown in own swapped precursor; do
    step "asking: $kind, $shown"
    "$specbridge" search "$shown.mgf" --model "$trained" --candidates "massbank_val_candidates_$kind.json.gz" -k 0 \
      --rerank generate --threads 1 -o "$kind-$shown.tsv"
  done
  "$specbridge" eval --model "$trained" --rank-by cosine --spectra asked.mgf --mces none --control none,nearest \
    --candidates "massbank_val_candidates_$kind.json.gz" -o "$kind-report" > "$kind-report.txt"
  python "$science/generation_table.py" "$kind-own.tsv" --report "$kind-report" \
    --control "swapped=$kind-swapped.tsv" --control "precursor=$kind-precursor.tsv" | tee "$kind.md"
done

# A library without any molecule of these masses: whatever is answered is written.
step "writing"
printf 'methane\tC\n' > methane.smi
"$specbridge" index methane.smi --model "$trained" -o methane
"$specbridge" index library.smi.gz --model "$trained" -o library
written() {  # spectra, beams, name of the table, further options
  local shown=$1 beams=$2 name=$3
  shift 3
  "$specbridge" search "$shown.mgf" --model "$trained" --library methane "$@" --denovo 10 --beams "$beams" \
    --threads 1 -o "$name.tsv"
}
written own 10 by-mass
written swapped 10 by-mass-swapped
written own 10 by-formula --formula
written swapped 10 by-formula-swapped --formula
written own 50 by-formula-50 --formula
for by in cosine fragments; do
  "$specbridge" search own.mgf --model "$trained" --library library --rank-by "$by" -k 11 -o "retrieved-$by.tsv"
done
python "$science/denovo_table.py" --truth asked.mgf --library library.smi.gz --without-truth \
  "written, by mass=by-mass.tsv" "by mass, swapped=by-mass-swapped.tsv" "by formula=by-formula.tsv" \
  "by formula, swapped=by-formula-swapped.tsv" "by formula, --beams 50=by-formula-50.tsv" \
  "retrieved by cosine=retrieved-cosine.tsv" "retrieved by fragments=retrieved-fragments.tsv" | tee denovo.md
step "done"
