#!/usr/bin/env bash
# Trains, evaluates and compares models that differ in one thing each: see ablations.py, whose options these are.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../env.sh"
exec "$SPECBRIDGE_PYTHON" "$SPECBRIDGE_ROOT/scripts/science/ablations.py" "$@"
