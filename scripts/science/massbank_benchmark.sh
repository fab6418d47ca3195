#!/usr/bin/env bash
# The whole main job on real spectra, in one go: encoders from scratch, training on MassBank, evaluation on
# four kinds of candidate pools with all controls, by cosine, by fragments and by both, a library of 119,905
# molecules, a search in it.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../env.sh"
source "$(dirname "${BASH_SOURCE[0]}")/encoders.sh"

usage() {
  cat <<'HELP'
usage: scripts/science/massbank_benchmark.sh [--data DIR] [--out DIR] [--encoder NAME] [--seeds N] [--roberta]

Half an hour on 2 cores. The last step of each training is kept: nothing is chosen on the spectra that are measured.

  --data DIR     folder with massbank_train.mgf.gz, massbank_val.mgf.gz, massbank_val_candidates_*.json.gz
                 and library.smi.gz (default: ../shared/data); the pools "near" are left out where
                 they are missing
  --out DIR      where everything goes, replaced if it exists (default: build/massbank)
  --encoder NAME of spectra, untrained: fourier, Deep Sets with Fourier features of m/z; or transformer, a small DreaMS
                 network, which trains twice as long (default: fourier)
  --seeds N      single models to train on the Morgan encoder, besides the model of three members
                 whose cosine is joined with fragments (default: 1)
  --roberta      one model more, on a small random RoBERTa (a quarter of an hour)
HELP
}
data=$SPECBRIDGE_ROOT/../shared/data out=$SPECBRIDGE_ROOT/build/massbank encoder=fourier seeds=1 roberta=
while [ $# -gt 0 ]; do
  case "$1" in
    --data) [ $# -ge 2 ] || die "massbank_benchmark.sh: --data needs a folder"; data=$(realpath -m "$2"); shift 2 ;;
    --out) [ $# -ge 2 ] || die "massbank_benchmark.sh: --out needs a folder"; out=$(realpath -m "$2"); shift 2 ;;
    --encoder) check_encoder massbank_benchmark.sh "${2:-}"; encoder=$2; shift 2 ;;
    --seeds) [[ "${2:-}" =~ ^[1-9][0-9]?$ ]] || die "massbank_benchmark.sh: --seeds needs a number from 1 to 99"
      seeds=$2; shift 2 ;;
    --roberta) roberta=1; shift ;;
    -h|--help) usage; exit 0 ;;
    *) usage >&2; die "massbank_benchmark.sh: unknown option '$1'" ;;
  esac
done
cd "$SPECBRIDGE_ROOT"
for name in massbank_train.mgf.gz massbank_val.mgf.gz library.smi.gz \
    massbank_val_candidates_256.json.gz massbank_val_candidates_formula.json.gz massbank_val_candidates_mass.json.gz; do
  [ -e "$data/$name" ] || die "$data/$name: missing; name the folder of the MassBank data with --data"
done
kinds=(256 formula mass)
[ ! -e "$data/massbank_val_candidates_near.json.gz" ] || kinds=(near "${kinds[@]}")
controls=none,zeroed,flat,precursor,swapped,isomer,mean,nearest
program=build/release/bin/specbridge
scripts/build.sh specbridge
rm -rf "$out"
mkdir -p "$out"
start=$SECONDS
step() { say "$(( SECONDS - start )) s: $*"; }

step "encoders"
untrained_encoder "$encoder" 1 "$out/spectrum-encoder"
$program make-encoder morgan --molecules "$data/library.smi.gz" --exclude "$data/massbank_val.mgf.gz" -o "$out/morgan"
[ -z "$roberta" ] ||
  "$SPECBRIDGE_PYTHON" tools/export/export_chemberta.py --random-init --preset small --seed 1 -o "$out/roberta"

# One thread a process, two processes at a time: small networks gain little from a second thread.
train() {  # name, molecule encoder, seed, members
  # One fragment score is enough: it does not depend on the encoders.
  local decoys=()
  [ "$1" != ensemble ] || decoys=(--decoys "$data/library.smi.gz")
  step "training: $*"
  $program train --spectra "$data/massbank_train.mgf.gz" "${decoys[@]}" \
    --spectrum-encoder "$out/spectrum-encoder" --molecule-encoder "$out/$2" --config configs/small.json \
    --set "members=$4" --seed "$3" --threads 1 -o "$out/$1" > "$out/$1.log" 2>&1 || { cat "$out/$1.log" >&2; return 1; }
}
evaluate() {  # model, ranking, pools, name of the report, files of spectra, further options
  local model=$1 by=$2 pools=$3 name=$4 spectra=$5
  shift 5
  step "evaluating $name"
  # shellcheck disable=SC2086  # one or two files on purpose
  $program eval --model "$model" --rank-by "$by" --spectra $spectra --threads 1 \
    --candidates "$data/massbank_val_candidates_$pools.json.gz" --control $controls "$@" -o "$out/report-$name" \
    > "$out/report-$name.txt"
}
by_cosine() {  # model, pools
  # The distance to the truth where the pools tell methods apart; in the others most answers are right by chance.
  local more=(--mces none)
  [ "$2" != 256 ] || more=(--mces 15)
  [ "$1" = model-roberta ] || more+=(--library "$out/library")
  evaluate "$out/$1" cosine "$2" "$1-$2" "$out/$2-a.mgf $out/$2-b.mgf" "${more[@]}"
}
fused() {  # pools, half, the other half
  # Where candidates are made isomers themselves, further ones tell nothing.
  local isomers=0
  [[ "$1" != formula && "$1" != mass ]] || isomers=32
  $program calibrate --model "$out/ensemble" --spectra "$out/$1-$3.mgf" --threads 1 --made-isomers "$isomers" \
    --candidates "$data/massbank_val_candidates_$1.json.gz" -o "$out/calibrated-$1-$2"
  evaluate "$out/calibrated-$1-$2" fused "$1" "fused-$2-$1" "$out/$1-$2.mgf" --mces none
}
single_models() {
  local seed model pools models=()
  for seed in $(seq 1 "$seeds"); do
    train "model-$seed" morgan "$seed" 1
    models+=("model-$seed")
    [ "$seed" != 1 ] || $program index "$data/library.smi.gz" --model "$out/model-1" --threads 1 -o "$out/library"
  done
  if [ -n "$roberta" ]; then
    train model-roberta roberta 1 1
    models+=(model-roberta)
  fi
  for model in "${models[@]}"; do
    for pools in "${kinds[@]}"; do
      by_cosine "$model" "$pools"
    done
  done
}

# What a weight is fitted to is not what it is measured on: the spectra are halved by molecule. Not every molecule has
# a pool of near candidates; the others are left out there.
for pools in "${kinds[@]}"; do
  only=()
  [ "$pools" != near ] || only=(--pools "$data/massbank_val_candidates_near.json.gz")
  "$SPECBRIDGE_PYTHON" scripts/science/split_spectra.py "$data/massbank_val.mgf.gz" "$out/$pools-a.mgf" \
    "$out/$pools-b.mgf" "${only[@]}"
done
# The longest first: while the members train, all of the single models is done beside them.
running=0
beside() {  # a function with its arguments; waits while two run
  if [ "$running" -eq 2 ]; then wait -n; running=1; fi
  "$@" &
  running=$(( running + 1 ))
}
beside train ensemble morgan 1 3
ensemble=$!
beside single_models
wait "$ensemble"
running=1
for pools in "${kinds[@]}"; do
  beside fused "$pools" a b
  beside fused "$pools" b a
  beside by_cosine ensemble "$pools"
  beside evaluate "$out/ensemble" fragments "$pools" "fragments-$pools" "$out/$pools-a.mgf $out/$pools-b.mgf" \
    --mces none
done
while [ "$running" -gt 0 ]; do wait -n; running=$(( running - 1 )); done

step "searching the library with the 10 ppm window"
$program search "$data/massbank_val.mgf.gz" --model "$out/model-1" --library "$out/library" -o "$out/hits.tsv" -k 10

"$SPECBRIDGE_PYTHON" scripts/science/benchmark_table.py "$out"
step "done"
