#!/usr/bin/env bash
# Runs the same jobs with two programs and compares every byte of what they write: encoder, training, library,
# searches of every kind, evaluations with controls, an audit, the tables on standard output and the messages.
# What names the version is left out of the comparison.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

usage() {
  cat <<'HELP'
usage: scripts/compare_outputs.sh OLD NEW [--data DIR] [--out DIR] [--simulated-only]

  OLD, NEW     two programs, for example of two checkouts: .../build/release/bin/specbridge
  --data DIR   folder with massbank_val.mgf.gz, massbank_val_candidates_256.json.gz and library.smi.gz; with it
               the jobs are done on real spectra, too (default: ../shared/data where it is there)
  --out DIR    where the results are kept (default: build/compare)
Ends with 0 when all bytes are equal, with 1 and the names of what differs when not.
  --simulated-only  leave the real spectra out
HELP
}
programs=() data=$SPECBRIDGE_ROOT/../shared/data out=$SPECBRIDGE_ROOT/build/compare
while [ $# -gt 0 ]; do
  case "$1" in
    -h|--help) usage; exit 0 ;;
    --data) [ $# -ge 2 ] || die "compare_outputs.sh: --data needs a folder"; data=$(realpath -m "$2"); shift 2 ;;
    --out) [ $# -ge 2 ] || die "compare_outputs.sh: --out needs a folder"; out=$(realpath -m "$2"); shift 2 ;;
    --simulated-only) data=; shift ;;
    -*) usage >&2; die "compare_outputs.sh: unknown option '$1'" ;;
    *) programs+=("$(realpath -m "$1")"); shift ;;
  esac
done
[ ${#programs[@]} = 2 ] || { usage >&2; die "compare_outputs.sh: expected two programs"; }
for program in "${programs[@]}"; do [ -x "$program" ] || die "compare_outputs.sh: $program is no program"; done

simulated=$SPECBRIDGE_ROOT/tests/fixtures/simulated
mkdir -p "$out"
rm -rf "$out/old" "$out/new"
if [ ! -e "$out/spectrum-encoder/manifest.json" ]; then
  "$SPECBRIDGE_PYTHON" "$SPECBRIDGE_ROOT/tools/export/export_dreams.py" --random-init --preset small --seed 1 \
    -o "$out/spectrum-encoder" > /dev/null
fi

# job NAME COMMAND...: runs the program, keeps what it prints and how it ended.
job() {
  local name=$1 code=0
  shift
  "$program" "$@" > "$name.stdout" 2> "$name.stderr" < /dev/null || code=$?
  echo "$code" > "$name.code"
}

simulated_jobs() {
  job make-encoder make-encoder morgan --molecules "$simulated/library.smi.gz" --exclude "$simulated/val.mgf.gz" \
    -o molecules
  job train train --spectra "$simulated/train.mgf.gz" --validation "$simulated/val.mgf.gz" --validation-candidates \
    "$simulated/val_candidates.json.gz" --spectrum-encoder "$out/spectrum-encoder" --molecule-encoder molecules \
    --config "$SPECBRIDGE_ROOT/configs/demo.json" --set max_steps=60 --set contrastive_weight=0.2 \
    --set mz_jitter_ppm=5 -o model
  job train-plain train --spectra "$simulated/train.mgf.gz" --spectrum-encoder "$out/spectrum-encoder" \
    --molecule-encoder molecules --config "$SPECBRIDGE_ROOT/configs/demo.json" --set max_steps=20 \
    --set trainable_blocks=1 --set dropout=0.1 -o plain
  job index index "$simulated/library.smi.gz" --model model -o library
  job index-ivf index "$simulated/library.smi.gz" --model model -o ivf --faiss IVF16,SQ8
  job search search "$simulated/val.mgf.gz" --model model --library library -o window.tsv --rejects rejects.tsv
  job search-all search "$simulated/val.mgf.gz" --model model --library library --tolerance 50ppm,0.02Da -k 0 -o all.tsv
  job search-formula search "$simulated/val.mgf.gz" --model model --library library --formula -o formula.tsv
  job search-open search "$simulated/query.mgf" --model model --library ivf --open -k 5 -o open.tsv
  job search-pools search "$simulated/val.mgf.gz" --model model --candidates "$simulated/val_candidates.json.gz" \
    -k 0 -o pools.tsv
  job search-stdout search "$simulated/query.mgf" --model model --library library --adducts '[M+H]+,[M+Na]+' -o -
  job search-json search "$simulated/query.mgf" --model model --library library --json -o json.tsv
  job page page window.tsv "$simulated/val.mgf.gz" --model model -o hits.html
  job similarity similarity "$simulated/val.mgf.gz" --open --score modified_cosine,entropy,vector --model model -k 5 \
    -o pairs.tsv
  job split split "$simulated/train.mgf.gz" --seed 3 -o parts
  job pools pools "$simulated/val.mgf.gz" --library library --by mass --tolerance 200ppm --max 4 --model model \
    -o made-pools.json.gz
  job embed embed "$simulated/val.mgf.gz" --model model -o spectra.npy
  job embed-molecules embed "$simulated/library.smi.gz" --model model -o structures.npy
  job sample sample embed "$simulated/val.mgf.gz" "$simulated/query.mgf" --model model --pool codebook -o samples.npy
  job eval eval --model model --spectra "$simulated/val.mgf.gz" --candidates "$simulated/val_candidates.json.gz" \
    --library library --control none,zeroed,flat,precursor,mean --hardness --resamples 2000 -o report
  job eval-hits eval --hits pools.tsv --truth "$simulated/val.mgf.gz" --against window.tsv --training \
    "$simulated/train.mgf.gz" --ties expected --resamples 2000 -o report-hits
  job eval-control eval --model model --spectra "$simulated/val.mgf.gz" \
    --candidates "$simulated/val_candidates.json.gz" --control zeroed --protocol massspecgym --mces none \
    --json --resamples 0 -o report-zeroed
  job audit audit --model model --spectra "$simulated/val.mgf.gz" --candidates "$simulated/val_candidates.json.gz" \
    --library library -o audit
  job check check "$simulated/val.mgf.gz" "$simulated/query.mgf"
  job info info model
  job nothing search "$simulated/query.mgf" --model model -o nothing.tsv
  job help search --help
}

real_jobs() {
  head -c 4000000 < <(zcat "$data/massbank_val.mgf.gz") > part.mgf
  job real-search search part.mgf --model model --library library --tolerance 20ppm -o real.tsv
  job real-check check part.mgf
  job real-eval eval --model model --spectra part.mgf --candidates "$data/massbank_val_candidates_256.json.gz" \
    --control none,zeroed --resamples 1000 --mces none -o real-report
}

# What may differ: the version, and lines of progress, which tell rates.
normalise() {
  find "$1" -type f \( -name '*.json' -o -name '*.html' -o -name '*.stdout' \) -print0 |
    xargs -0 sed -i -E 's/"version": "([^"\\]|\\.)*"/"version": ""/g'
  find "$1" -type f -name '*.stderr' -print0 | xargs -0 sed -i -E '/[0-9]\/s(, |$)/d'
}

# Both run under one name: artifacts record the command line.
program=$out/specbridge
for side in old new; do
  [ $side = old ] && binary=${programs[0]} || binary=${programs[1]}
  ln -sfn "$binary" "$program"
  mkdir -p "$out/$side"
  cd "$out/$side"
  say "$side: $binary"
  simulated_jobs
  [ ! -e "${data:-none}/massbank_val.mgf.gz" ] || real_jobs
done
cd "$out"
for side in old new; do normalise $side; done
if diff -rq old new > differences.txt; then
  say "$(find new -type f | wc -l) files, all bytes equal"
else
  cat differences.txt
  exit 1
fi
