#!/usr/bin/env bash
# Sets up, builds and runs every test: the release suite, the scripts' tests, and the dev suite
# (AddressSanitizer and UndefinedBehaviorSanitizer). The last line counts passed and failed.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$SPECBRIDGE_ROOT"

usage() {
  cat <<'HELP'
usage: scripts/test.sh [--release-only] [--help]

  --release-only   leave out the dev suite (sanitizers) and the fuzz suite (libFuzzer)
Reports in JUnit's format are left in build/test-reports/.
HELP
}
suites=(release dev fuzz)
case "${1:-}" in
  "") ;;
  --release-only) suites=(release) ;;
  -h|--help) usage; exit 0 ;;
  *) usage >&2; die "test.sh: unknown option '$1'" ;;
esac

reports=$SPECBRIDGE_ROOT/build/test-reports
rm -rf "$reports" build/dev/test-reports
mkdir -p "$reports"
scripts/setup.sh

failed=0
for suite in "${suites[@]}"; do
  say "building $suite"
  cmake --preset "$suite" > "$reports/configure-$suite.log" || { cat "$reports/configure-$suite.log"; exit 1; }
  cmake --build --preset "$suite"
  say "testing $suite"
  ctest --preset "$suite" --output-junit "$reports/ctest-$suite.xml" || failed=1
  if [ "$suite" = release ]; then
    say "testing the scripts"
    "$SPECBRIDGE_PYTHON" -m pytest -q -p no:cacheprovider tests/python tests/cli --junitxml="$reports/pytest.xml" || failed=1
  fi
done

shopt -s nullglob
"$SPECBRIDGE_PYTHON" scripts/count_tests.py "$reports"/*.xml build/dev/test-reports/*.xml || failed=1
exit $failed
