#!/usr/bin/env bash
# Sets up, builds and runs the tests: the release build with its tests, and with --thorough everything else that keeps
# the program right. The last line counts passed and failed.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$SPECBRIDGE_ROOT"

usage() {
  cat <<'HELP'
usage: scripts/test.sh [--thorough] [--help]

  --thorough   also the tests of the program that take long (marked so in tests/cli), those of its pages in a
               browser (tests/cli/browser), with a PostgreSQL server, with Slurm, and of its scores of similarity
               against other programs, clang-tidy, AddressSanitizer and UndefinedBehaviorSanitizer, libFuzzer, and a
               comparison of all bytes that two runs of the program write; this is what continuous integration runs
Reports in JUnit's format are left in build/test-reports/.
HELP
}
suites=(release) thorough= chosen=(-m "not thorough")
case "${1:-}" in
  "") ;;
  --thorough) suites=(release dev fuzz) thorough=yes chosen=() ;;
  -h|--help) usage; exit 0 ;;
  *) usage >&2; die "test.sh: unknown option '$1'" ;;
esac

reports=$SPECBRIDGE_ROOT/build/test-reports
rm -rf "$reports" build/{release,dev,fuzz}/test-reports
mkdir -p "$reports"
scripts/setup.sh ${thorough:+--browser --oracles --slurm --postgres}

failed=0
for suite in "${suites[@]}"; do
  say "building $suite"
  cmake --preset "$suite" > "$reports/configure-$suite.log" || { cat "$reports/configure-$suite.log"; exit 1; }
  cmake --build --preset "$suite"
  say "testing $suite"
  ctest --preset "$suite" --output-junit "$reports/ctest-$suite.xml" || failed=1
  if [ "$suite" = release ]; then
    say "testing the scripts and the program"
    "$SPECBRIDGE_PYTHON" -m pytest -q -rs -p no:cacheprovider -n 2 --dist loadfile tests/python tests/cli \
      "${chosen[@]}" --junitxml="$reports/pytest.xml" || failed=1
  fi
done
if [ -n "$thorough" ]; then
  say "judging the sources by clang-tidy"
  cmake --preset tidy > "$reports/configure-tidy.log"
  "$SPECBRIDGE_PYTHON" scripts/tidy.py || failed=1
  say "comparing what two runs write"
  program=build/release/bin/specbridge
  scripts/compare_outputs.sh $program $program --simulated-only || failed=1
fi

shopt -s nullglob
"$SPECBRIDGE_PYTHON" scripts/count_tests.py "$reports"/*.xml build/{release,dev,fuzz}/test-reports/*.xml || failed=1
exit $failed
