#!/usr/bin/env bash
# How a library grows: builds, kills, resumes and searches libraries of several sizes, and prints rate, memory, disk
# and latency of each, with what 120 million molecules would take at the same rates.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../env.sh"

usage() {
  cat <<'HELP'
usage: scripts/science/scale.sh [--data DIR] [--out DIR] [--list FILE] [--sizes N,N,...] [--kills N] [--rows f16|i8|f32]

  --data DIR     folder with library.smi.gz and massbank_val.mgf.gz (default: ../shared/data)
  --out DIR      where everything goes, replaced if it exists (default: build/scale)
  --list FILE    molecules, for example PubChem's CID-SMILES.gz; default: molecules made of those of library.smi.gz by
                 exchanging two neighbouring groups at a time, which keeps their formula
  --sizes LIST   rows of lists (default: 100000,1000000,10000000)
  --kills N      times the largest build is killed, at random instants, before it may end (default: 20)
  --rows TYPE    how vectors are kept (default: f16)
HELP
}
data=$SPECBRIDGE_ROOT/../shared/data out=$SPECBRIDGE_ROOT/build/scale list='' sizes=100000,1000000,10000000 kills=20
rows=f16
while [ $# -gt 0 ]; do
  case "$1" in
    --data) data=$(realpath -m "$2"); shift 2 ;;
    --out) out=$(realpath -m "$2"); shift 2 ;;
    --list) list=$(realpath -m "$2"); shift 2 ;;
    --sizes) sizes=$2; shift 2 ;;
    --kills) kills=$2; shift 2 ;;
    --rows) rows=$2; shift 2 ;;
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
  --sizes "$sizes" --kills "$kills" --rows "$rows" ${list:+--list "$list"}
