"""Prints the table of scripts/science/massbank_benchmark.sh from the reports it left.

usage: benchmark_table.py DIR
"""

import json
import statistics
import sys
from pathlib import Path

CUTOFFS = ("1", "5", "20")
ROWS = ("model", "random", "zeroed", "flat", "precursor", "mean")


def figures(report: dict, row: str) -> list[float]:
    """Recall@1, 5, 20 and MRR of one row of a report."""
    source = report if row == "model" else report["random"] if row == "random" else report["controls"][row]
    return [source["recall"][cutoff] for cutoff in CUTOFFS] + [source["mrr"]]


def cell(values: list[float]) -> str:
    mean = f"{statistics.fmean(values):.3f}"
    return mean if len(values) == 1 else f"{mean} ({min(values):.3f}-{max(values):.3f})"


def table(folder: Path, pools: str, models: list[str]) -> list[str]:
    reports = [json.loads((folder / f"report-{model}-{pools}" / "report.json").read_text()) for model in models]
    first = reports[0]
    lines = [f"pools '{pools}': {first['queries']} spectra, mean size {first['pools']['mean']:.1f}"]
    for row in ROWS:
        columns = zip(*(figures(report, row) for report in reports))
        lines.append(f"  {row:<10}" + "".join(f"{cell(list(values)):>22}" for values in columns))
    distances = [report.get("mces_at_1") for report in reports]
    if all(distances):
        lines.append("  MCES@1 (myopic, threshold 15): " + distance_text(distances, "mean") + ", on misses "
                     + distance_text(distances, "mean_on_misses")
                     + f"; searches given up: {sum(one['capped'] for one in distances)}")
    return lines


def joined(reports: list[dict], row: str) -> list[float]:
    """The figures of several reports as if their spectra were in one."""
    weights = [report["evaluated"] for report in reports]
    return [sum(w * value for w, value in zip(weights, values)) / sum(weights)
            for values in zip(*(figures(report, row) for report in reports))]


def evidence_table(folder: Path, pools: str) -> list[str]:
    """Of the first model: fragments alone, and both kinds of evidence, each half weighed on the other."""
    lines = [f"pools '{pools}': model-1"]
    for title, names in (("fragments", ["fragments"]), ("fused", ["fused-a", "fused-b"])):
        paths = [folder / f"report-{name}-{pools}" / "report.json" for name in names]
        if not all(path.is_file() for path in paths):
            continue
        reports = [json.loads(path.read_text()) for path in paths]
        for row, label in (("model", title), ("swapped", f"{title}, swapped")):
            lines.append(f"  {label:<20}" + "".join(f"{value:>12.3f}" for value in joined(reports, row)))
    return lines if len(lines) > 1 else []


def distance_text(distances: list[dict], name: str) -> str:
    values = [one[name] for one in distances]
    mean = f"{statistics.fmean(values):.2f}"
    return mean if len(values) == 1 else f"{mean} ({min(values):.2f}-{max(values):.2f})"


def main(folder: Path) -> None:
    header = "            " + "".join(f"{name:>22}" for name in ("Recall@1", "Recall@5", "Recall@20", "MRR"))
    names = sorted(path.name for path in folder.glob("model-*") if path.is_dir())
    if not names:
        sys.exit(f"{folder}: holds no model-*; scripts/science/massbank_benchmark.sh --out {folder} makes them")
    groups = {"Morgan": [n for n in names if n != "model-roberta"],
              "RoBERTa": [n for n in names if n == "model-roberta"]}
    for kind, models in groups.items():
        if not models:
            continue
        print(f"\n{kind}: {len(models)} model(s); mean (smallest-largest) over seeds")
        print(header)
        for pools in ("256", "formula", "mass"):
            print("\n".join(table(folder, pools, models)))
    print("\nEvidence; over all spectra, weights fitted to the other half of the molecules")
    print("                      " + "".join(f"{name:>12}" for name in ("Recall@1", "Recall@5", "Recall@20", "MRR")))
    for pools in ("256", "formula", "mass"):
        for line in evidence_table(folder, pools):
            print(line)


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.exit("usage: benchmark_table.py DIR")
    main(Path(sys.argv[1]))
