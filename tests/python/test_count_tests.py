"""The last line of scripts/test.sh: what it counts, and the reasons of skipped tests before it."""

import subprocess
import sys
from pathlib import Path

import pytest

COUNT = Path(__file__).parents[2] / "scripts/count_tests.py"

PASSED = '<testcase name="passes"/>'
FAILED = '<testcase name="fails"><failure message="no"/></testcase>'
SKIPPED_BY_CTEST = """<testcase name="of ctest"><skipped message="SKIP_REGULAR_EXPRESSION_MATCHED"/>
<system-out>[ RUN      ] Suite.Case
file_test.cpp:30: Skipped
this machine has no CUDA device
[  SKIPPED ] Suite.Case (0 ms)
</system-out></testcase>"""
SKIPPED_BY_GOOGLETEST = ('<testcase name="of googletest">'
                         '<skipped message="file_test.cpp:30&#x0A;no data here"/></testcase>')
SKIPPED_BY_PYTEST = ('<testcase name="of pytest">'
                     '<skipped type="pytest.skip" message="root may write">x</skipped></testcase>')


@pytest.fixture
def count(tmp_path):
    def run(**reports):
        paths = []
        for name, cases in reports.items():
            paths.append(tmp_path / f"{name}.xml")
            paths[-1].write_text(f"<testsuites><testsuite>{''.join(cases)}</testsuite></testsuites>")
        result = subprocess.run([sys.executable, COUNT, *paths], capture_output=True, text=True, timeout=60)
        return result.returncode, result.stdout.splitlines()
    return run


def test_cases_of_all_reports_are_counted(count):
    assert count(a=[PASSED, PASSED], b=[PASSED]) == (0, ["tests: 3 passed, 0 failed, 0 skipped"])


def test_a_failed_case_fails_the_run(count):
    assert count(a=[PASSED, FAILED]) == (1, ["tests: 1 passed, 1 failed, 0 skipped"])


def test_no_case_at_all_fails_the_run(count):
    assert count(a=[]) == (1, ["tests: 0 passed, 0 failed, 0 skipped"])


@pytest.mark.parametrize("case, line", [
    (SKIPPED_BY_CTEST, "skipped: of ctest: this machine has no CUDA device"),
    (SKIPPED_BY_GOOGLETEST, "skipped: of googletest: no data here"),
    (SKIPPED_BY_PYTEST, "skipped: of pytest: root may write"),
])
def test_a_skipped_case_states_its_reason(count, case, line):
    assert count(a=[PASSED, case]) == (0, [line, "tests: 1 passed, 0 failed, 1 skipped"])


def test_a_program_whose_cases_stand_in_a_report_of_its_own_counts_by_its_cases(count):
    assert count(program=[PASSED, PASSED], ctest=['<testcase name="program"/>']) == (
        0, ["tests: 2 passed, 0 failed, 0 skipped"])


def test_such_a_program_counts_as_well_when_it_failed(count):
    failed = '<testcase name="program"><failure message="crashed"/></testcase>'
    assert count(program=[PASSED], ctest=[failed]) == (1, ["tests: 1 passed, 1 failed, 0 skipped"])
