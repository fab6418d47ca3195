#!/usr/bin/env bash
# Measures what training for similarity adds to the same network untrained: molecules as stated, and shuffled.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../env.sh"
source "$(dirname "${BASH_SOURCE[0]}")/encoders.sh"

usage() {
  cat <<'HELP'
usage: scripts/science/label_control.sh [--data DIR] [--out DIR] [--model DIR --encoder NAME] [--seed N] [--threads N]

Two spectrum encoders, that of a model and one of random weights (of seed 1 it began with), are each trained for one
epoch on the training folds, with the molecules as stated and with these permuted among the spectra; the second also at
a rate of 0.001. The last step is kept: nothing is chosen. Then all validation spectra look for others of their molecule
(replicate_search.sh), and the gain of each over its own network before the first step is told, query by query. Ten
minutes on two cores, three quarters of an hour on one with the transformer.

  --data DIR     folder with massbank_train.mgf.gz and massbank_val.mgf.gz (default: ../shared/data)
  --out DIR      where everything goes, replaced if it exists (default: build/label-control)
  --model DIR    the model (default: data/massbank-model)
  --encoder NAME what it began with: fourier, or transformer for the model of shipped_model.sh --encoder transformer
                 (default: fourier)
  --seed N       of random weights, batches and permutations (default: 1)
  --threads N    of training (default: 1)
HELP
}
data=${SPECBRIDGE_DATA:-$SPECBRIDGE_ROOT/../shared/data} out=$SPECBRIDGE_ROOT/build/label-control seed=1 threads=1
model=$SPECBRIDGE_ROOT/data/massbank-model encoder=fourier
while [ $# -gt 0 ]; do
  case "$1" in
    --data|--out|--model|--encoder|--seed|--threads)
      [ $# -ge 2 ] || die "label_control.sh: $1 needs a value"
      declare "${1#--}=$2"
      shift 2 ;;
    -h|--help) usage; exit 0 ;;
    *) usage >&2; die "label_control.sh: unknown option '$1'" ;;
  esac
done
check_encoder label_control.sh "$encoder"
data=$(realpath -m "$data") out=$(realpath -m "$out") model=$(realpath -m "$model")
for name in massbank_train.mgf.gz massbank_val.mgf.gz; do
  [ -e "$data/$name" ] || die "$data/$name: missing; name the folder of the MassBank data with --data"
done
"$SPECBRIDGE_ROOT/scripts/build.sh" specbridge
specbridge=$SPECBRIDGE_ROOT/build/release/bin/specbridge
rm -rf "$out"
mkdir -p "$out"
cd "$out"
start=$SECONDS
step() { say "$(( SECONDS - start )) s: $*"; }

train() {  # NAME ENCODER OPTIONS...
  step "training: $1"
  "$specbridge" train --objective similarity --config "$SPECBRIDGE_ROOT/configs/similarity.json" \
    --spectra "$data/massbank_train.mgf.gz" --spectrum-encoder "$2" --set validations=0 --seed "$seed" \
    --threads "$threads" "${@:3}" -o "$1"
}
untrained_encoder "$encoder" "$seed" random-encoder
trained=$model/spectrum-encoder
train trained-untrained "$trained" --set max_steps=1 --set learning_rate=1e-12
train random-untrained random-encoder --set max_steps=1 --set learning_rate=1e-12
train trained-stated "$trained"
train trained-shuffled "$trained" --shuffle-labels
train random-stated random-encoder
train random-shuffled random-encoder --shuffle-labels
train fast-stated random-encoder --set learning_rate=0.001
train fast-shuffled random-encoder --set learning_rate=0.001 --shuffle-labels
models=() gains=(--over "vector trained-untrained=vector random-untrained")
for name in {trained,random}-untrained {trained,random,fast}-{stated,shuffled}; do
  models+=(--model "$name=$out/$name")
done
for start_from in trained random fast; do
  untrained=${start_from/fast/random}-untrained
  gains+=(--over "vector $start_from-stated=vector $untrained" --over "vector $start_from-shuffled=vector $untrained"
          --over "vector $start_from-stated=vector $start_from-shuffled")
done
step "searching"
"$SPECBRIDGE_ROOT/scripts/science/replicate_search.sh" --data "$data" --seed "$seed" --part unseen --top1-only \
  "${models[@]}" "${gains[@]}" --over entropy=cosine --over "vector trained-stated=cosine" \
  --over "vector trained-stated=entropy" --keep "$out/search" --json "$out/gains.json"
step "done"
