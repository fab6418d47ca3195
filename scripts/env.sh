# Sourced by the other scripts: where the checkout, the cache and the Python environment are.
SPECBRIDGE_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
SPECBRIDGE_CACHE=${SPECBRIDGE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/specbridge}
# A change of the pinned versions makes a new environment; the old one stays for other checkouts.
SPECBRIDGE_VENV=$SPECBRIDGE_CACHE/venv-$(sha256sum "$SPECBRIDGE_ROOT/scripts/requirements.txt" | cut -c1-12)
SPECBRIDGE_FAISS=$SPECBRIDGE_CACHE/faiss-avx2
SPECBRIDGE_PYTHON=$SPECBRIDGE_VENV/bin/python
# What drives a browser in tests; there after scripts/setup.sh --browser.
SPECBRIDGE_BROWSER_VENV=$SPECBRIDGE_CACHE/browser-$(
  sha256sum "$SPECBRIDGE_ROOT/scripts/requirements-browser.txt" | cut -c1-12)
# What scores of similarity are compared with in tests; there after scripts/setup.sh --oracles.
SPECBRIDGE_ORACLES_VENV=$SPECBRIDGE_CACHE/oracles-$(
  sha256sum "$SPECBRIDGE_ROOT/scripts/requirements-oracles.txt" | cut -c1-12)
# A PostgreSQL server for tests; there after scripts/setup.sh --postgres.
SPECBRIDGE_POSTGRES_VENV=$SPECBRIDGE_CACHE/postgres-$(
  sha256sum "$SPECBRIDGE_ROOT/scripts/requirements-postgres.txt" | cut -c1-12)
export SPECBRIDGE_ROOT SPECBRIDGE_CACHE SPECBRIDGE_VENV SPECBRIDGE_FAISS SPECBRIDGE_PYTHON SPECBRIDGE_BROWSER_VENV
export SPECBRIDGE_ORACLES_VENV SPECBRIDGE_POSTGRES_VENV
# Idle OpenMP threads sleep instead of spinning: on a shared machine that is several times faster.
export OMP_WAIT_POLICY=${OMP_WAIT_POLICY:-PASSIVE}

say() { printf '== %s\n' "$*" >&2; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }
