#!/usr/bin/env bash
# How a library grows: builds, kills, resumes and searches libraries of several sizes, and prints rate, memory, disk
# and latency of each, with what 120 million molecules would take at the same rates.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../env.sh"

usage() {
  cat <<'HELP'
usage: scripts/science/scale.sh [--data DIR] [--out DIR] [--list FILE] [--sizes N,N,...] [--kills N] [--rows f16|i8|f32]
                                [--shard-rows N] [--spectra N]

  --data DIR     folder with library.smi.gz and massbank_val.mgf.gz (default: ../shared/data)
  --out DIR      where everything goes, replaced if it exists (default: build/scale)
  --list FILE    molecules, for example PubChem's CID-SMILES.gz; default: those of library.smi.gz and isomers made of
                 them by exchanging the ends of two bonds, one exchange after the other
  --sizes LIST   rows of lists (default: 100000,1000000,10300000; of the last 10 million molecules
                 remain)
  --kills N      times the largest build is killed, at random instants, before it may end (default: 20)
  --rows TYPE    how vectors are kept (default: f16)
  --shard-rows N molecules in a folder of the library; a kill loses the work on one (default: 262144)
  --spectra N    spectra that search (default: 1000)
HELP
}
data=$SPECBRIDGE_ROOT/../shared/data out=$SPECBRIDGE_ROOT/build/scale list='' sizes=100000,1000000,10300000 kills=20
rows=f16 shard_rows=262144 spectra=1000
while [ $# -gt 0 ]; do
  case "$1" in
    --data) data=$(realpath -m "$2"); shift 2 ;;
    --out) out=$(realpath -m "$2"); shift 2 ;;
    --list) list=$(realpath -m "$2"); shift 2 ;;
    --sizes) sizes=$2; shift 2 ;;
    --kills) kills=$2; shift 2 ;;
    --rows) rows=$2; shift 2 ;;
    --shard-rows) shard_rows=$2; shift 2 ;;
    --spectra) spectra=$2; shift 2 ;;
    -h|--help) usage; exit 0 ;;
    *) usage >&2; die "scale.sh: unknown option '$1'" ;;
  esac
done
cd "$SPECBRIDGE_ROOT"
[ -e "$data/massbank_val.mgf.gz" ] || die "$data/massbank_val.mgf.gz: missing; name the folder with --data"
scripts/build.sh specbridge
rm -rf "$out"
mkdir -p "$out"
exec "$SPECBRIDGE_PYTHON" scripts/science/scale.py --program build/release/bin/specbridge --data "$data" --out "$out" \
  --sizes "$sizes" --kills "$kills" --rows "$rows" --shard-rows "$shard_rows" --spectra "$spectra" \
  ${list:+--list "$list"}
