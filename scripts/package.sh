#!/usr/bin/env bash
# Makes what is handed on: a Python wheel with the program, and the relocatable folder as an archive. Both run where
# there is no compiler, with the LibTorch of a torch package.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
source "$SPECBRIDGE_ROOT/scripts/gather.sh"

usage() {
  cat <<'HELP'
usage: scripts/package.sh [-o DIR]

Makes in DIR (default: dist), from build/release (built first when missing):
  specbridge-VERSION-py3-none-manylinux_X_Y_x86_64.whl   for pip install; depends on torch 2.11
  specbridge-VERSION-linux-x86_64.tar.gz                 the folder that scripts/bundle.sh makes
Both hold the program, its libraries, the model that ships, spectra and molecules to try it with, manual page and
completions. The same build gives the same bytes.
HELP
}
out=dist
while [ $# -gt 0 ]; do
  case "$1" in
    -o) [ $# -ge 2 ] || die "package.sh: -o needs a folder"; out=$2; shift 2 ;;
    -h|--help) usage; exit 0 ;;
    *) usage >&2; die "package.sh: unknown option '$1'" ;;
  esac
done
out=$(realpath -m "$out")

cd "$SPECBRIDGE_ROOT"
scripts/build.sh specbridge
version=$(sed -nE 's/^project\(specbridge VERSION ([0-9.]+).*/\1/p' CMakeLists.txt)
built=$(build/release/bin/specbridge --version | sed -nE '1s/^specbridge ([0-9.]+).*/\1/p')
[ "$built" = "$version" ] ||
  die "package.sh: build/release/bin/specbridge is of version '$built', the sources of '$version'; build it again"
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2>/dev/null || echo 1700000000)
export SOURCE_DATE_EPOCH

# The tool that makes wheels; the first time it is fetched, as scripts/setup.sh does with everything else.
packager=$SPECBRIDGE_CACHE/packager-$(sha256sum scripts/requirements-package.txt | cut -c1-12)
make_packager() {
  mkdir -p "$SPECBRIDGE_CACHE"
  exec 9> "$SPECBRIDGE_CACHE/packager.lock"
  flock 9
  [ ! -e "$packager/complete" ] || return 0
  say "making $packager"
  rm -rf "$packager"
  python3 -m venv "$packager"
  "$packager/bin/python" -m pip install --quiet --disable-pip-version-check -r scripts/requirements-package.txt >&2
  touch "$packager/complete"
}

# platform_of FOLDER: the oldest glibc that has all that programs and libraries ask for, as a tag of wheels.
platform_of() {
  local glibc
  glibc=$(find "$1/bin" "$1/lib" -type f -exec objdump -T {} + | grep -oE 'GLIBC_[0-9]+\.[0-9]+' | sort -Vu | tail -n 1)
  glibc=${glibc#GLIBC_}
  echo "manylinux_${glibc/./_}_x86_64"
}

# make_wheel WORK: lays everything beside python/'s sources and makes WORK/*.whl.
make_wheel() {
  local source=$1/source
  cp -r python "$source"
  gather_programs "$source/specbridge/program" specbridge
  mv "$source/specbridge/program/share"/{man,bash-completion,zsh,fish} -t "$1"
  mkdir "$source/share"
  mv "$1"/{man,bash-completion,zsh,fish} -t "$source/share"
  cp LICENSE "$source/LICENSE"
  cp data/LICENSE "$source/LICENSE.data"
  echo "$version" > "$source/VERSION"
  SPECBRIDGE_PLATFORM=$(platform_of "$source/specbridge/program") "$packager/bin/python" -m pip wheel --quiet \
    --disable-pip-version-check --no-build-isolation --no-deps --no-index -w "$1" "$source" >&2
}

make_archive() {
  local name=specbridge-$version-linux-x86_64
  scripts/bundle.sh -o "$1/$name"
  tar -C "$1" --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner --mode=go=rX,u+rw \
    -cf - "$name" | gzip -n > "$1/$name.tar.gz"
}

make_packager
mkdir -p "$out"
work=$(mktemp -d "$out/package.partial-XXXXXX")
trap 'rm -rf "$work"' EXIT
make_wheel "$work"
make_archive "$work"
for file in "$work"/*.whl "$work"/*.tar.gz; do
  mv -f "$file" "$out/"
  say "$out/$(basename "$file") ($(du -h "$out/$(basename "$file")" | cut -f1))"
done
