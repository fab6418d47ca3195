#!/usr/bin/env bash
# Installs what specbridge is built with: Debian packages, one Python environment (which also
# provides LibTorch) and FAISS with AVX2. Safe to run again: what is there is left alone, and then
# no network is needed. Downloads and builds stay in ${XDG_CACHE_HOME:-~/.cache}/specbridge.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

usage() {
  cat <<'HELP'
usage: scripts/setup.sh [--browser] [--oracles] [--slurm] [--postgres] [--help]

Installs what is missing of: Debian packages (apt-get, with sudo when you are not root), the Python
environment with LibTorch 2.11, FAISS built for AVX2.
  --browser   also what the tests of the pages need: Debian's Chromium with its driver, and a small
              Python environment of its own
  --oracles   also the programs that scores of similarity are compared with: matchms, ms-entropy, corems,
              gensim, in a Python environment of their own
  --slurm     also what scripts/cluster is tested with: Slurm and munge, which the tests start for themselves
  --postgres  also a PostgreSQL server with pgvector that the tests start and stop, in a Python environment of its own
Environment variables:
  SPECBRIDGE_CACHE   where the environment and FAISS are kept (default: ~/.cache/specbridge)
HELP
}
browser= oracles= slurm= postgres=
for option in "$@"; do
  case "$option" in
    --browser) browser=yes ;;
    --oracles) oracles=yes ;;
    --slurm) slurm=yes ;;
    --postgres) postgres=yes ;;
    -h|--help) usage; exit 0 ;;
    *) die "setup.sh: unknown option '$option' (see --help)" ;;
  esac
done

build_packages=(g++ cmake ninja-build ccache git python3 python3-venv dpkg-dev
  librdkit-dev libinchi-dev libboost-dev libboost-serialization-dev libboost-iostreams-dev libeigen3-dev
  libcli11-dev libspdlog-dev libfmt-dev nlohmann-json3-dev libgtest-dev libbenchmark-dev
  libxxhash-dev libssl-dev libopenblas-dev zlib1g-dev libcpp-httplib-dev libexpat1-dev libmsnumpress-dev libsqlite3-dev
  libpq-dev libgloo-dev
  libjs-chart.js
  clang-14 libclang-rt-14-dev clang-format clang-tidy-14 patchelf)

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

install_debian() {
  local missing=() name
  for name in "$@"; do
    dpkg-query -W -f '${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || missing+=("$name")
  done
  if [ ${#missing[@]} = 0 ]; then
    say "Debian packages: all there"
    return
  fi
  say "Debian packages: installing ${missing[*]}"
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
}

# make_environment FOLDER SIZE REQUIREMENTS [OPTION OF PIP...]
make_environment() {
  local folder=$1 size=$2 requirements=$3
  shift 3
  if [ -e "$folder/complete" ]; then
    say "Python environment: $folder is there"
    return
  fi
  say "Python environment: making $folder ($size)"
  rm -rf "$folder"
  python3 -m venv "$folder"
  "$folder/bin/python" -m pip install --quiet --no-cache-dir --disable-pip-version-check "$@" \
    -r "$SPECBRIDGE_ROOT/scripts/$requirements" >&2
  touch "$folder/complete"
}

# Debian's source package, through a private list of sources: neither /etc nor root is touched.
fetch_faiss_source() {
  local work=$1
  mkdir -p "$work/lists/partial"
  apt-get indextargets --format 'deb-src $(SITE) $(RELEASE) main' 'Identifier: Packages' \
    | sort -u > "$work/all.list"
  # Keyrings named in deb822 files do not carry over to a private list; name the Debian one here.
  sed 's#^deb-src #deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] #' \
    "$work/all.list" > "$work/sources.list"
  local apt_options=(-o "Dir::Etc::SourceList=$work/sources.list" -o Dir::Etc::SourceParts=/dev/null
    -o "Dir::State::Lists=$work/lists")
  apt-get "${apt_options[@]}" update -qq || true  # third-party sites have no deb-src; Debian's is enough
  (cd "$work" && apt-get "${apt_options[@]}" source --download-only -qq faiss && dpkg-source -x faiss_*.dsc source)
}

build_faiss() {
  local work
  work=$(mktemp -d "$SPECBRIDGE_CACHE/faiss-build.XXXXXX")
  trap 'rm -rf "$work"' RETURN
  fetch_faiss_source "$work" >&2
  cmake -S "$work/source" -B "$work/build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DFAISS_ENABLE_GPU=OFF \
    -DFAISS_ENABLE_PYTHON=OFF -DBUILD_TESTING=OFF -DFAISS_OPT_LEVEL=avx2 -DBLA_VENDOR=OpenBLAS \
    -DCMAKE_INSTALL_PREFIX="$work/install" >&2
  cmake --build "$work/build" --target faiss_avx2 >&2
  mkdir -p "$work/install/lib" "$work/install/include/faiss"
  cp "$work/build/faiss/libfaiss_avx2.a" "$work/install/lib/"
  (cd "$work/source/faiss" &&
    find . -name '*.h' -not -path './gpu/*' -exec cp --parents {} "$work/install/include/faiss/" \;)
  rm -rf "$SPECBRIDGE_FAISS"
  mv "$work/install" "$SPECBRIDGE_FAISS"
}

make_faiss() {
  if [ -e "$SPECBRIDGE_FAISS/lib/libfaiss_avx2.a" ]; then
    say "FAISS: $SPECBRIDGE_FAISS is there"
  elif ! grep -qw avx2 /proc/cpuinfo; then
    say "FAISS: this processor has no AVX2, Debian's libfaiss-dev is used"
    install_debian libfaiss-dev
  else
    say "FAISS: building Debian's source with AVX2 (about 2 minutes on 2 cores)"
    if ! (build_faiss); then
      say "FAISS: the build failed; falling back to Debian's libfaiss-dev (SSE2, 3 to 10 times slower searches)"
      install_debian libfaiss-dev
    fi
  fi
}

mkdir -p "$SPECBRIDGE_CACHE"
exec 9> "$SPECBRIDGE_CACHE/setup.lock"
flock 9  # two checkouts may be set up at once; the second then finds everything there
install_debian "${build_packages[@]}"
# Mostly waits for the network, while FAISS needs the processor.
make_environment "$SPECBRIDGE_VENV" "about 5 GB with LibTorch" requirements.txt &
environment=$!
make_faiss
wait $environment || die "setup.sh: the Python environment could not be made"
if [ -n "$browser" ]; then
  install_debian chromium chromium-driver
  make_environment "$SPECBRIDGE_BROWSER_VENV" "about 70 MB" requirements-browser.txt --no-deps
fi
if [ -n "$oracles" ]; then
  make_environment "$SPECBRIDGE_ORACLES_VENV" "about 1 GB" requirements-oracles.txt --no-deps
fi
if [ -n "$slurm" ]; then
  install_debian slurm-wlm munge
fi
if [ -n "$postgres" ]; then
  make_environment "$SPECBRIDGE_POSTGRES_VENV" "about 100 MB" requirements-postgres.txt --no-deps
fi
say "set-up complete"
