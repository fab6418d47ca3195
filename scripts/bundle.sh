#!/usr/bin/env bash
# Makes a relocatable folder: the program and every library it needs but LibTorch, glibc and libstdc++.
# It runs on any machine with glibc 2.36 or newer and the same LibTorch (2.11).
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
source "$SPECBRIDGE_ROOT/scripts/gather.sh"

usage() {
  cat <<'HELP'
usage: scripts/bundle.sh -o DIR [--bench]

Makes DIR/bin/specbridge with its libraries, the model that ships, manual page and completions (DIR/share), from
build/release (built first when missing).
  --bench   take specbridge_bench along
The program finds LibTorch through SPECBRIDGE_LIBTORCH (the folder that holds libtorch_cpu.so), else through
LD_LIBRARY_PATH, else through the torch package of python3.
HELP
}
out= bench=
while [ $# -gt 0 ]; do
  case "$1" in
    -o) [ $# -ge 2 ] || die "bundle.sh: -o needs a folder"; out=$(realpath -m "$2"); shift 2 ;;
    --bench) bench=1; shift ;;
    -h|--help) usage; exit 0 ;;
    *) usage >&2; die "bundle.sh: unknown option '$1'" ;;
  esac
done
[ -n "$out" ] || { usage >&2; die "bundle.sh: expected -o DIR"; }
[ ! -e "$out" ] || die "bundle.sh: $out exists already; remove it or choose another name"

cd "$SPECBRIDGE_ROOT"
programs=(specbridge ${bench:+specbridge_bench})
scripts/build.sh "${programs[@]}"

staging=$out.partial-$$
trap 'rm -rf "$staging"' EXIT
gather_programs "$staging" "${programs[@]}"
for program in "${programs[@]}"; do
  cat > "$staging/bin/$program" <<'WRAPPER'
#!/bin/sh
# Finds LibTorch and starts the program beside this file.
here=$(CDPATH= cd -- "$(dirname -- "$(readlink -f -- "$0")")" && pwd)
torch=${SPECBRIDGE_LIBTORCH:-}
if [ -z "$torch" ]; then
  IFS=:
  for folder in ${LD_LIBRARY_PATH:-}; do
    if [ -e "$folder/libtorch_cpu.so" ]; then torch=$folder; break; fi
  done
  unset IFS
fi
if [ -z "$torch" ]; then
  where='import importlib.util as u; print(u.find_spec("torch").submodule_search_locations[0] + "/lib")'
  torch=$(python3 -c "$where" 2>/dev/null)
fi
if [ -z "$torch" ]; then
  echo "specbridge: LibTorch 2.11 not found; set SPECBRIDGE_LIBTORCH to the torch/lib folder of a Python" \
    "environment" >&2
  exit 4
fi
if [ ! -e "$torch/libtorch_cpu.so" ]; then
  echo "specbridge: $torch has no libtorch_cpu.so; set SPECBRIDGE_LIBTORCH to the torch/lib folder of LibTorch 2.11" >&2
  exit 4
fi
LD_LIBRARY_PATH=$torch${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
export LD_LIBRARY_PATH
exec "$here/$(basename -- "$0").bin" "$@"
WRAPPER
  chmod +x "$staging/bin/$program"
done
mv "$staging" "$out"
trap - EXIT
say "bundle: $out ($(du -sh "$out" | cut -f1))"
