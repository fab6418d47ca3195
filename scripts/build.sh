#!/usr/bin/env bash
# Builds programs of the release build that are not there yet; what is there stays as it is.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$SPECBRIDGE_ROOT"

usage() {
  cat <<'HELP'
usage: scripts/build.sh [PROGRAM...]

Builds build/release/bin/PROGRAM where it is missing, after scripts/setup.sh: specbridge (when none is named),
specbridge_bench, specbridge_reader_probe, fuzz_write_seeds. The other scripts call it for what they need.
HELP
}
programs=()
while [ $# -gt 0 ]; do
  case "$1" in
    -h|--help) usage; exit 0 ;;
    -*) usage >&2; die "build.sh: unknown option '$1'" ;;
    *) programs+=("$1"); shift ;;
  esac
done
[ ${#programs[@]} -gt 0 ] || programs=(specbridge)

missing=()
for program in "${programs[@]}"; do
  [ -x "build/release/bin/$program" ] || missing+=("$program")
done
[ ${#missing[@]} -gt 0 ] || exit 0
say "building ${missing[*]}; details go to build/build.log"
mkdir -p build
if ! { scripts/setup.sh && cmake --preset release && cmake --build --preset release --target "${missing[@]}"; } \
    > build/build.log 2>&1; then
  tail -n 20 build/build.log >&2
  die "build.sh: ${missing[*]} could not be built; everything that was said is in build/build.log"
fi
