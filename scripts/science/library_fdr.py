#!/usr/bin/env python3
"""Measure how near the q-values of library searches come to the true share of wrong first answers.

On spectra whose compound is known, q-values are estimated by second answers and by decoy spectra. Two sets of queries:
"training", a sample of the library's own spectra, each left out when it is searched; "validation", spectra of other
molecules, of half of which half of the spectra are in the library (replicate_split.py), so that many queries have no
right answer. Intervals: 95 %, bootstrap by molecule. A cell tells the true share of wrong ones among the answers
that a q-value accepts, and how many these are; the mean miss is over the limits where both methods accept some.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy

from replicate_split import parts_of
from split_spectra import RECORD, field, read_text

LIMITS = (0.01, 0.05, 0.1, 0.2)
METHODS = ("second answers", "decoy spectra")
DRAWS = 2000


@dataclass(frozen=True)
class Answer:
    """The first answer to a query."""
    molecule: str  # of the query
    q_value: float
    wrong: bool


def compounds_of(records: list[str]) -> dict[str, str]:
    """The first block of the InChIKey of each record, by its name."""
    return {field(record, "SPECTRUM_ID"): field(record, "INCHIKEY")[:14] for record in records}


def answers_of(hits: Path, truths: dict[str, str], compounds: dict[str, str]) -> list[Answer]:
    """First answers of a table of hits. They are right where the library spectrum behind them is of the compound."""
    with hits.open(newline="") as table:
        rows = [row for row in csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE) if row["rank"] == "1"]
    return [Answer(truths[row["query_id"]], float(row["q_value"]),
                   compounds[row["library_spectrum"]] != truths[row["query_id"]]) for row in rows]


def accepted_at(answers: list[Answer], limit: float) -> dict:
    """How many answers have at most a q-value, and the share of them that is wrong, with its interval."""
    accepted = [answer for answer in answers if answer.q_value <= limit]
    if not accepted:
        return {"q": limit, "accepted": 0, "wrong": None, "interval": None}
    places = {molecule: place for place, molecule in enumerate(sorted({one.molecule for one in accepted}))}
    of_molecule = numpy.zeros((2, len(places)))
    for answer in accepted:
        of_molecule[:, places[answer.molecule]] += (answer.wrong, 1)
    drawn = numpy.random.default_rng(1).integers(len(places), size=(DRAWS, len(places)))
    wrong, total = (part[drawn].sum(axis=1) for part in of_molecule)
    low, high = numpy.quantile(wrong / total, (0.025, 0.975))
    return {"q": limit, "accepted": len(accepted), "wrong": float(of_molecule[0].sum() / of_molecule[1].sum()),
            "interval": [float(low), float(high)]}


def mean_misses(answers: dict[str, list[Answer]]) -> dict[str, float]:
    """How far true shares are from q-values on average, at the limits where every method accepts answers."""
    shares = {method: [accepted_at(some, limit)["wrong"] for limit in LIMITS] for method, some in answers.items()}
    common = [place for place in range(len(LIMITS)) if all(found[place] is not None for found in shares.values())]
    return {method: sum(abs(found[place] - LIMITS[place]) for place in common) / len(common)
            for method, found in shares.items()} if common else {}


def measured(answers: dict[str, list[Answer]]) -> dict:
    misses = mean_misses(answers)
    return {method: {"answers": len(some), "wrong": sum(one.wrong for one in some) / len(some),
                     "limits": [accepted_at(some, limit) for limit in LIMITS], "mean_miss": misses.get(method)}
            for method, some in answers.items()}


def share_text(found: dict) -> str:
    if found["wrong"] is None:
        return "none"
    return f"{found['wrong']:.3f} [{found['interval'][0]:.3f}, {found['interval'][1]:.3f}]"


def table_of(results: dict) -> str:
    limits = " | ".join(f"q = {limit}" for limit in LIMITS)
    lines = [f"| queries | q-values by | {limits} | mean miss |", "|---" * (len(LIMITS) + 3) + "|"]
    for queries, methods in results.items():
        for method, found in methods.items():
            cells = " | ".join(f"{share_text(one)}, {one['accepted']}" for one in found["limits"])
            miss = "" if found["mean_miss"] is None else f"{found['mean_miss']:.3f}"
            head = f"{queries} ({found['answers']}, {found['wrong']:.3f} wrong)"
            lines.append(f"| {head} | {method} | {cells} | {miss} |")
    return "\n".join(lines)


class Bench:
    """The program at work in a folder."""

    def __init__(self, program: Path, folder: Path, options: argparse.Namespace) -> None:
        self.program, self.folder, self.options = program, folder, options

    def run(self, *arguments: str | Path) -> None:
        subprocess.run([str(self.program), *map(str, arguments), "--threads", str(self.options.threads), "--force"],
                       check=True, cwd=self.folder)

    def compare(self, name: str, library: list[str], queries: list[str]) -> dict:
        """Both kinds of q-values of queries in a library."""
        (self.folder / f"{name}-library.mgf").write_text("".join(library))
        (self.folder / f"{name}-queries.mgf").write_text("".join(queries))
        self.run("index", "--spectra", f"{name}-library.mgf", "-o", f"{name}-spectra")
        self.run("index", "--decoys", f"{name}-spectra", "-o", f"{name}-decoys", "--seed", self.options.seed)
        compounds, truths = compounds_of(library), compounds_of(queries)
        answers = {}
        for method in METHODS:
            hits = f"{name}-{method.split()[0]}.tsv"
            decoys = ["--decoy-library", f"{name}-decoys"] if method == "decoy spectra" else []
            self.run("search", f"{name}-queries.mgf", "--spectral-library", f"{name}-spectra", "--leave-own-out",
                     "-k", 1, "-o", hits, *self.options.search, *decoys)
            answers[method] = answers_of(self.folder / hits, truths, compounds)
        return measured(answers)


def records_of(path: Path) -> list[str]:
    """Records that say which compound they are of."""
    records = (record.rstrip("\n") + "\n\n" for record in RECORD.findall(read_text(path)))
    return [record for record in records if field(record, "INCHIKEY") and field(record, "SMILES")]


def measure(options: argparse.Namespace) -> dict:
    options.out.mkdir(parents=True, exist_ok=True)
    bench = Bench(options.specbridge.resolve(), options.out, options)
    training = records_of(options.data / "massbank_train.mgf.gz")
    validation = "".join(records_of(options.data / "massbank_val.mgf.gz"))
    replicates, covered, uncovered = parts_of(validation, 0.5, options.seed)
    sample = random.Random(options.seed).sample(training, min(options.queries, len(training)))
    return {"training": bench.compare("training", training, sample),
            "validation": bench.compare("validation", training + replicates, covered + uncovered)}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--specbridge", type=Path, required=True, help="the program")
    parser.add_argument("--data", type=Path, required=True,
                        help="folder with massbank_train.mgf.gz and massbank_val.mgf.gz")
    parser.add_argument("--out", type=Path, required=True, help="folder to write to; library_fdr.json has the figures")
    parser.add_argument("--queries", type=int, default=5000, help="sample of training spectra (default: 5000)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--search", action="append", default=[], metavar="OPTION",
                        help="further option of the search, e.g. --search=--score=cosine; may be repeated")
    options = parser.parse_args(arguments)
    try:
        results = measure(options)
    except (OSError, UnicodeDecodeError, EOFError, subprocess.CalledProcessError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    (options.out / "library_fdr.json").write_text(json.dumps(results, indent=1) + "\n")
    print(table_of(results))
    return 0


if __name__ == "__main__":
    sys.exit(main())
