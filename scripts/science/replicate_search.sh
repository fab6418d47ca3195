#!/usr/bin/env bash
# How often a spectrum finds another one of its molecule: see replicate_search.py, whose options these are.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../env.sh"
exec "$SPECBRIDGE_PYTHON" "$SPECBRIDGE_ROOT/scripts/science/replicate_search.py" "$@"
