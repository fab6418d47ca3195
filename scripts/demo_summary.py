"""Prints what demo.sh found: some answers, and how often the models are right.

usage: demo_summary.py DIR
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

ANSWERS = 12


def first_answers(hits: Path) -> list[dict[str, str]]:
    """The row of every query that stands first."""
    with hits.open(newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [row for row in rows if row["rank"] in ("", "1")]


def answer_line(row: dict[str, str]) -> str:
    probability = f"{float(row['probability']):.2f}" if row["probability"] else "-"
    peaks = f"{row['explained_peaks'] or '-'} of {row['peaks_used']}"
    return f"  {row['query_id']:<34}{row['adduct']:<11}{row['candidates']:>4}{probability:>7}{peaks:>10}  {row['name']}"


def figures(name: str, part: dict) -> str:
    return f"  {name:<44}" + "".join(f"{100 * part['recall'][k]:8.1f} %" for k in ("1", "5", "20"))


def main(demo: Path) -> None:
    answers = first_answers(demo / "hits.tsv")
    several = [row for row in answers if int(row["candidates"] or 0) > 1]
    some = several[::max(1, len(several) // ANSWERS)][:ANSWERS]
    print(f"Some of {len(answers)} spectra, of those with several candidates in the library: how many these are, the "
          "probability\nthat the best is right, peaks that its fragments explain, its name")
    print("\n".join(answer_line(row) for row in some))
    report = json.loads((demo / "report/report.json").read_text())
    trained = json.loads((demo / "report-trained/report.json").read_text())
    controls = report["controls"]
    print(f"\nAmong isomers (mean {report['pools']['mean']:.0f}) right answer first, among the first 5 and 20, of "
          f"{report['queries']} spectra:")
    for name, part in (("the model that ships", report), ("  shown another molecule's spectrum", controls["swapped"]),
                       ("  shown no peaks", controls["zeroed"]),
                       ("  no model, nearness to the training", controls["prior"]),
                       ("the model trained here in a minute", trained), ("random order", report["random"])):
        print(figures(name, part))


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.exit("usage: demo_summary.py DIR")
    main(Path(sys.argv[1]))
