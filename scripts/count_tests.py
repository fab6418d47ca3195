"""Prints one line with the number of passed, failed and skipped tests over JUnit reports.

usage: count_tests.py REPORT.xml...    Exit code 1 when a test failed or none ran.

A test of CTest that is a whole program, and whose cases are in a report NAME.xml of its own, counts by its
cases; but when it failed it counts as well, because a program that crashed has left no report.
"""

import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path


def count(paths: list[str]) -> tuple[int, int, int]:
    """Passed, failed and skipped test cases over all reports."""
    passed = failed = skipped = 0
    reported = {Path(path).stem for path in paths}
    for path in paths:
        for case in ElementTree.parse(path).getroot().iter("testcase"):
            if case.find("failure") is not None or case.find("error") is not None:
                failed += 1
            elif case.find("skipped") is not None:
                skipped += 1
                print(f"skipped: {case.get('name')}: {reason_of(case)}")
            elif case.get("name") not in reported:
                passed += 1
    return passed, failed, skipped


def reason_of(case: ElementTree.Element) -> str:
    """Why a test was skipped. CTest says only that it was; the reason stands in what GoogleTest printed."""
    message = case.find("skipped").get("message") or ""
    if message and not message.startswith("SKIP_"):
        return message.splitlines()[-1].strip()
    lines = iter((case.findtext("system-out") or "").splitlines())
    if any(line.endswith(": Skipped") for line in lines):
        return next(lines, "").strip() or "no reason given"
    return "no reason given"


if __name__ == "__main__":
    passed, failed, skipped = count(sys.argv[1:])
    print(f"tests: {passed} passed, {failed} failed, {skipped} skipped")
    sys.exit(1 if failed or not passed else 0)
