"""The tables of ablations.sh, and the data of their figures, from the reports and metrics that its runs left."""

from __future__ import annotations

import csv
import functools
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ablation_rows import Row, Table
from replicate_measures import gain, ranks_of

DRAWS, SEED = 2000, 1
CONTROLS = ("zeroed", "flat", "precursor", "swapped", "isomer", "mean")
COLUMNS = ("row", "Recall@1 [95 %]", "@5", "@20", "MRR [95 %]", "MRR over the first row [95 %]", "over molecules",
           *CONTROLS, "prior and this", "run")


@functools.cache
def report_of(folder: Path, pools: str) -> dict | None:
    path = folder / f"report-{pools}" / "report.json"
    return json.loads(path.read_text()) if path.is_file() else None


@dataclass(frozen=True)
class Measured:
    """A row and the folder of its run."""
    table: Table
    row: Row
    folder: Path

    def metrics(self) -> Iterable[dict]:
        """Lines of metrics.jsonl; of several members those of the first."""
        for path in sorted((self.folder / "model").rglob("metrics.jsonl"))[:1]:
            yield from map(json.loads, path.read_text().splitlines())


def with_interval(value: float, interval: Sequence[float], sign: str = "") -> str:
    return f"{value:{sign}.3f} [{interval[0]:{sign}.3f}, {interval[1]:{sign}.3f}]"


def gain_over(first: Path, folder: Path, pools: str) -> str:
    """By how much the reciprocal rank is higher than in the first row, query by query, molecules drawn anew."""
    if folder == first:
        return "-"
    ours, theirs = (ranks_of(one / f"report-{pools}") for one in (folder, first))
    queries = sorted(ours)
    our_values, their_values = ([1 / ranks[query][1] if ranks[query][1] else 0 for query in queries]
                                for ranks in (ours, theirs))
    mean, low, high = gain(our_values, their_values, [ours[query][0] for query in queries], DRAWS, SEED)
    return with_interval(mean, (low, high), "+")


def both(figures: dict) -> str:
    """Recall@1 / MRR."""
    return f"{figures['recall']['1']:.3f} / {figures['mrr']:.3f}"


def line_of(measured: Measured, first: Path, pools: str) -> str:
    report = report_of(measured.folder, pools)
    recall, intervals, controls = report["recall"], report["intervals"], report["controls"]
    cells = [measured.row.name, with_interval(recall["1"], intervals["recall"]["1"]["95"]), f"{recall['5']:.3f}",
             f"{recall['20']:.3f}", with_interval(report["mrr"], intervals["mrr"]["95"]),
             gain_over(first, measured.folder, pools), both(report["macro"]),
             *(both(controls[name]) if name in controls else "-" for name in CONTROLS),
             both(controls["prior_and_model"]) if "prior_and_model" in controls else "-", measured.folder.name]
    return "| " + " | ".join(cells) + " |"


def lines_of(rows: list[Measured], pools: str) -> list[str]:
    """The table of rows of one table that have a report; empty where the first has none."""
    report = report_of(rows[0].folder, pools)
    if report is None:
        return []
    lines = [f"{rows[0].table.title}; pools '{pools}', {report['evaluated']} spectra of "
             f"{report['macro']['molecules']} molecules, mean size {report['pools']['mean']:.1f}", "",
             "| " + " | ".join(COLUMNS) + " |", "|---" * len(COLUMNS) + "|"]
    lines += [line_of(one, rows[0].folder, pools) for one in rows if report_of(one.folder, pools)]
    controls = report["controls"]
    blind = [f"random order {both(report['random'])}"]
    blind += [f"{what} {both(controls[name])}" for name, what in
              (("nearest_training", "nearest training molecule"), ("prior", "prior of three such numbers"))
              if name in controls]
    return [*lines, "", f"Recall@1 / MRR without any spectrum: {', '.join(blind)}.", ""]


def by_table(measured: list[Measured]) -> list[list[Measured]]:
    tables: dict[str, list[Measured]] = {}
    for one in measured:
        tables.setdefault(one.table.name, []).append(one)
    return list(tables.values())


def print_tables(measured: list[Measured], pools: Sequence[str]) -> None:
    print("Recall@1 / MRR where two figures stand; over spectra where nothing else is said.\n")
    for rows in by_table(measured):
        for name in pools:
            print("\n".join(lines_of(rows, name)))


def validations(one: Measured, _: dict) -> Iterable[tuple]:
    for line in one.metrics():
        if "validation" in line:
            figures = line["validation"]
            yield line["step"], figures["recall_at_1"], figures["recall_at_5"], figures["recall_at_20"], figures["mrr"]


def pool_sizes(_: Measured, report: dict) -> Iterable[tuple]:
    for size in report["analyses"]["pool_size_sweep"]:
        yield size["pool_size"], size["recall"]["1"], size["recall"]["5"], size["recall"]["20"], size["mrr"]


def cosines(_: Measured, report: dict) -> Iterable[tuple]:
    truths, decoys = (report["analyses"]["separation"][name] for name in ("truths", "decoys"))
    width = (truths["high"] - truths["low"]) / len(truths["counts"])
    for place, counts in enumerate(zip(truths["counts"], decoys["counts"], strict=True)):
        yield round(truths["low"] + place * width, 6), round(truths["low"] + (place + 1) * width, 6), *counts


def hardness(_: Measured, report: dict) -> Iterable[tuple]:
    for part in report["analyses"]["by"]["hardness"]:
        recall = part["recall"]
        yield part["label"], part["queries"], recall["1"], recall["5"], recall["20"], part["mrr"]


RECALLS = ("recall_at_1", "recall_at_5", "recall_at_20", "mrr")
FIGURES = {"validations": (("step", *RECALLS), validations), "pool_sizes": (("pool_size", *RECALLS), pool_sizes),
           "cosines": (("from", "to", "truths", "others"), cosines),
           "hardness": (("tanimoto_of_nearest", "queries", *RECALLS), hardness)}


def write_figures(measured: list[Measured], pools: str, folder: Path) -> None:
    """A table a figure, with the rows' names before its columns."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (columns, data) in FIGURES.items():
        with (folder / f"{name}.tsv").open("w", newline="") as out:
            table = csv.writer(out, delimiter="\t", lineterminator="\n")
            table.writerow(("table", "row", *columns))
            for one in measured:
                if report := report_of(one.folder, pools):
                    table.writerows((one.table.name, one.row.name, *values) for values in data(one, report))
