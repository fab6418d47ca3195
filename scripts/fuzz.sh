#!/usr/bin/env bash
# Runs the fuzz targets for a while, each with seeds of its own that no run had before, under AddressSanitizer and
# UndefinedBehaviorSanitizer. Continuous integration runs them too, but always with the same mutations.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$SPECBRIDGE_ROOT"

usage() {
  cat <<'HELP'
usage: scripts/fuzz.sh [--minutes N] [--jobs N] [TARGET...]

  --minutes N   how long each target runs (20)
  --jobs N      targets at a time (all cores)
  TARGET        mgf, msp, massbank, mzml, gnps-json, jcamp, tsv, any, adduct, smiles, molecule-table, sdf, pools, hits,
                pairs, tokenizer, safetensors, block-file, config, manifest; none: all of them
Builds what it needs. What was found lies in build/fuzz/found/TARGET: crash-*, timeout-* and oom-* are faults, to be
mended and kept in tests/fuzz/corpus; corpus/ is where the next run goes on. Ends with 1 when there is a fault.
HELP
}
minutes=20 jobs=$(nproc) targets=()
while [ $# -gt 0 ]; do
  case "$1" in
    --minutes) minutes=${2:?fuzz.sh: --minutes needs a number}; shift 2 ;;
    --jobs) jobs=${2:?fuzz.sh: --jobs needs a number}; shift 2 ;;
    -h|--help) usage; exit 0 ;;
    -*) usage >&2; die "fuzz.sh: unknown option '$1'" ;;
    *) targets+=("$1"); shift ;;
  esac
done

scripts/setup.sh
cmake --preset fuzz > /dev/null
cmake --build --preset fuzz
build/fuzz/bin/fuzz_write_seeds build/fuzz/tests/fuzz/seeds > /dev/null
known=$(ctest --preset fuzz -N | sed -n 's/.*: fuzz\.//p' | grep -v '^seeds$')
[ ${#targets[@]} -gt 0 ] || mapfile -t targets <<< "$known"
for target in "${targets[@]}"; do
  grep -qx -- "$target" <<< "$known" || die "fuzz.sh: there is no target '$target'; there are:" $known
done

# words_of TARGET: the dictionary that its test takes
words_of() {
  ctest --preset fuzz -N -V -R "^fuzz\.$1\$" | sed -n 's/.*"-dict=\([^"]*\)".*/\1/p'
}

# faults_of FOLDER: the inputs that ended a program
faults_of() {
  find "$1" -type f \( -name 'crash-*' -o -name 'timeout-*' -o -name 'oom-*' -o -name 'leak-*' \)
}

# fuzz_one TARGET DICTIONARY: one target for the time asked; prints a line of figures
fuzz_one() {
  local target=$1 found=build/fuzz/found/$1 tests=build/fuzz/tests/fuzz before after
  mkdir -p "$found/corpus"
  before=$(faults_of "$found" | wc -l)
  "build/fuzz/bin/fuzz_${target//-/_}" -max_total_time=$((minutes * 60)) -max_len=4096 -timeout=20 -rss_limit_mb=2048 \
    -print_final_stats=1 "-dict=$2" "-artifact_prefix=$found/" \
    "$found/corpus" "$tests/seeds/$target" "tests/fuzz/corpus/$target" > "$found/log" 2>&1 || true
  after=$(faults_of "$found" | wc -l)
  printf '%-15s %10s executions, %5s features, %d faults\n' "$target" \
    "$(sed -n 's/stat::number_of_executed_units: *//p' "$found/log")" \
    "$(sed -n 's/.* ft: \([0-9]*\) .*/\1/p' "$found/log" | tail -1)" $((after - before))
}
export minutes
export -f faults_of fuzz_one

say "${#targets[@]} targets, $minutes min each, $jobs at a time"
for target in "${targets[@]}"; do
  printf '%s\0%s\0' "$target" "$(words_of "$target")"
done | ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1 UBSAN_OPTIONS=print_stacktrace=1 \
  LSAN_OPTIONS=suppressions=tests/fuzz/leaks_of_others.supp:print_suppressions=0 \
  xargs -0 -n 2 -P "$jobs" bash -c 'fuzz_one "$@"' fuzz

faults=$(faults_of build/fuzz/found)
[ -z "$faults" ] || { say "faults:"; echo "$faults"; exit 1; }
