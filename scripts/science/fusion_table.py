#!/usr/bin/env python3
"""The tables of library_fusion.sh, from the reports of its runs; of several runs, the gains over all their spectra."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmark_table import certainty_line, certainty_together
from replicate_measures import gain_cells, ranks_of

RANKINGS = ("cosine", "fragments", "without", "analogues", "library", "fused")
QUERIES = ("covered", "uncovered")
DRAWS, SEED = 2000, 1


def row_of(report: dict) -> str:
    """Figures over spectra: Recall@1 with its 95 % interval, Recall@20, MRR, both under swapped spectra, and
    both of the nearness to the training molecules alone and with the ranking on top."""
    low, high = report["intervals"]["recall"]["1"]["95"]
    mrr_low, mrr_high = report["intervals"]["mrr"]["95"]
    controls, recall = report["controls"], report["recall"]
    swapped = controls["swapped"]
    prior = " | ".join(f"{controls[name]['recall']['1']:.3f} / {controls[name]['mrr']:.3f}" if name in controls else "-"
                       for name in ("prior", "prior_and_model"))
    return (f"{recall['1']:.3f} [{low:.3f}, {high:.3f}] | {recall['20']:.3f} | "
            f"{report['mrr']:.3f} [{mrr_low:.3f}, {mrr_high:.3f}] | {swapped['recall']['1']:.3f} | "
            f"{swapped['mrr']:.3f} | {prior}")


def table_of(folder: Path) -> str:
    lines = ["| queries | ranked by | R@1 | R@20 | MRR | swapped R@1 | swapped MRR | prior | prior and this |",
             "|---|---|---|---|---|---|---|---|---|"]
    for queries in QUERIES:
        for ranking in RANKINGS:
            report = json.loads((folder / f"{ranking}-{queries}" / "report.json").read_text())
            lines.append(f"| {queries} ({report['evaluated']}) | {ranking} | {row_of(report)} |")
    return "\n".join(lines)


def ranks_of_all(folders: Sequence[Path], name: str) -> dict[tuple[Path, str], tuple[str, int | None]]:
    """Molecule and rank of each query of some runs."""
    return {(folder, query): rank for folder in folders for query, rank in ranks_of(folder / name).items()}


def gain_lines(folders: Sequence[Path]) -> list[str]:
    """By how much the weighed evidence is better than each ranking on the same spectra, with 95 % intervals by
    molecule."""
    lines = ["| queries | all, weighed, over | R@1 | MRR |", "|---|---|---|---|"]
    for queries in QUERIES:
        fused = ranks_of_all(folders, f"fused-{queries}")
        for ranking in RANKINGS[:-1]:
            other = ranks_of_all(folders, f"{ranking}-{queries}")
            common = sorted(fused.keys() & other.keys())
            ours, theirs = ([ranks[query][1] for query in common] for ranks in (fused, other))
            cells = gain_cells(ours, theirs, [fused[query][0] for query in common], DRAWS, SEED)
            lines.append(f"| {queries} ({len(common)}) | {ranking} | {' | '.join(cells)} |")
    return lines


def certainty_lines(folders: Sequence[Path]) -> list[str]:
    """How far the probabilities and q-values of weighed answers can be trusted, without library spectra and with them;
    the answers of several runs together."""
    lines = []
    for queries in QUERIES:
        for ranking in ("without", "fused"):
            reports = [json.loads((folder / f"{ranking}-{queries}" / "report.json").read_text()) for folder in folders]
            known = [report["certainty"] for report in reports if report.get("certainty")]
            if known:
                lines.append(certainty_line(f"{queries}, {ranking}",
                                            certainty_together(known) if len(known) > 1 else known[0]))
    return lines


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folders", type=Path, nargs="+", metavar="FOLDER", help="where library_fusion.sh wrote")
    options = parser.parse_args(arguments)
    try:
        for folder in options.folders:
            print(table_of(folder) + "\n")
        print("\n".join([*gain_lines(options.folders), "", *certainty_lines(options.folders)]))
    except (OSError, KeyError, ValueError) as error:
        print(f"error: {', '.join(map(str, options.folders))}: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
