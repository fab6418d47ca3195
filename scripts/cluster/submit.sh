#!/usr/bin/env bash
# Builds a library on a cluster with Slurm: submits the parts as one job array, and what merges them behind it.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

usage() {
  cat <<'HELP'
usage: scripts/cluster/submit.sh PARTS FOLDER LIST... [OPTION...]

  PARTS      how many parts, so how many tasks at most run at once; each should fit in the time that a job may take
  FOLDER     on a disk that all machines see; the library will be FOLDER/library, the parts are in FOLDER/parts
  LIST...    lists of molecules, and any OPTION of specbridge index: --model DIR, --rows f16 ...
What specbridge index --dry-run says of the lists and options is worth reading first.
Where a part failed, give the same command again: what is there is left alone.
Environment variables:
  SPECBRIDGE_PROGRAM   the program, on a disk that all machines see (default: that of this checkout, else of PATH)
  SPECBRIDGE_SBATCH    further options of sbatch, separated by blanks: "--partition=short --account=chem"
HELP
}
case "${1:-}" in -h|--help) usage; exit 0 ;; esac

refuse() { printf 'submit.sh: %s\n' "$1" >&2; exit 2; }
[ $# -ge 3 ] || refuse "expected PARTS FOLDER LIST...; found $# arguments (see --help)"
[[ $1 =~ ^[1-9][0-9]*$ ]] || refuse "$1: expected the number of parts"
command -v sbatch > /dev/null || refuse "sbatch is not on the PATH; is this a machine of the cluster?"
parts=$1 folder=$2
shift 2

built=$here/../../build/release/bin/specbridge
if [ -z "${SPECBRIDGE_PROGRAM:-}" ]; then
  SPECBRIDGE_PROGRAM=specbridge
  [ ! -x "$built" ] || SPECBRIDGE_PROGRAM=$(realpath "$built")
fi
command -v "$SPECBRIDGE_PROGRAM" > /dev/null || refuse "$SPECBRIDGE_PROGRAM: no such program; set SPECBRIDGE_PROGRAM"
export SPECBRIDGE_PROGRAM
mkdir -p "$folder"
folder=$(realpath "$folder")
read -ra options <<< "${SPECBRIDGE_SBATCH:-}"

index=$(sbatch --parsable --array="1-$parts" --output="$folder/index-%a.log" "${options[@]}" \
  "$here/index.sbatch" "$folder" "$@")
index=${index%%;*}
merge=$(sbatch --parsable --dependency="afterok:$index" --kill-on-invalid-dep=yes --output="$folder/merge.log" \
  "${options[@]}" "$here/merge.sbatch" "$folder")
printf 'index %s\nmerge %s\n' "$index" "${merge%%;*}"
