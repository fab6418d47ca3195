"""How often spectra of electron ionisation find their molecule in a library, by each score and way to whole masses.

    scripts/science/ei_recall.py [--program FILE] [--library LIB.msp.gz] [--queries QUERIES.msp.gz] [--json OUT.json]

The spectra are those of MassBank in ../shared/data (SPECBRIDGE_DATA): 1,168 of 665 molecules, and 163 queries whose
molecule has another spectrum among them. A molecule is the first block of an InChIKey; its rank is 1 and the others
that score at least as high; a query without an answer is a miss. Intervals of 95 % draw molecules, not spectra. The
ceiling is the share of queries whose molecule is in the library as it was built. Each score is compared with the first
of its table on the same draws.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from workplace import PROGRAMS, ROOT, program_at

DRAWS, LEVELS = 2000, (1, 5, 10)
# Name, options of index, options of search.
ROWS = [
    ("cosine", [], ["--score", "cosine"]),
    ("weighted cosine, m/z^1.3 I^0.53 (`ei`)", [], []),
    ("weighted cosine, m/z^2 I^0.5", [], ["--mz-power", "2", "--intensity-power", "0.5"]),
    ("weighted cosine, m/z^3 I^0.6", [], ["--mz-power", "3", "--intensity-power", "0.6"]),
    ("Stein and Scott, m/z^1.3 I^0.5 (`nist`)", ["--preset", "nist"], []),
    ("Stein and Scott, m/z^3 I^0.5 (`stein-scott`)", ["--preset", "stein-scott"], []),
    ("reverse, m/z^1.3 I^0.53", [], ["--score", "reverse", "--mz-power", "1.3", "--intensity-power", "0.53"]),
    ("entropy", [], ["--score", "entropy"]),
    ("cosine, truncated", ["--unit-mass", "truncate"], ["--score", "cosine"]),
    ("weighted cosine, truncated", ["--unit-mass", "truncate"], []),
    ("weighted cosine, m/z as they are, 0.3 Da", ["--unit-mass", "none"], ["--peak-tolerance", "0.3Da"]),
    ("weighted cosine, mass within 5 Da", [], ["--mass", "5Da"]),
    ("cosine, mass within 5 Da", [], ["--score", "cosine", "--mass", "5Da"]),
    ("weighted cosine, mass guessed, within 5 Da", [], ["--mass", "5Da", "--guess-mass"]),
]


def data(name: str) -> Path:
    return Path(os.environ.get("SPECBRIDGE_DATA") or ROOT / "../shared/data") / name


def records_of(path: Path) -> list[dict[str, str]]:
    """The fields of the records of an MSP file."""
    records: list[dict[str, str]] = []
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as file:
        for line in file:
            key, colon, value = line.partition(":")
            if colon and key == "Name":
                records.append({})
            if colon and records:
                records[-1][key] = value.strip()
    return records


def without_mass(path: Path, out: Path) -> Path:
    """The same records, which do not state the mass of their molecule."""
    with gzip.open(path, "rt") as file:
        out.write_text("".join(line for line in file if not line.startswith("ExactMass:")))
    return out


def ranks_of(hits: Path, truths: list[str]) -> list[float]:
    """The rank of the right molecule among the answers to each query; infinite where it is none."""
    header, *rows = (line.split("\t") for line in hits.read_text().splitlines())
    column = {name: place for place, name in enumerate(header)}
    scores: list[dict[str, float]] = [{} for _ in truths]
    for row in rows:
        if row[column["rank"]]:
            scores[int(row[column["query_index"]])][row[column["inchikey14"]]] = float(row[column["score"]])
    ranks = []
    for found, truth in zip(scores, truths, strict=True):
        own = found.get(truth)
        ranks.append(float("inf") if own is None else sum(score >= own for score in found.values()))
    return ranks


def recalls(ranks: list[float]) -> list[float]:
    return [sum(rank <= level for rank in ranks) / len(ranks) for level in LEVELS]


def draws_of(molecules: list[str]) -> list[list[int]]:
    """Queries of molecules that are drawn with replacement."""
    draw, of = random.Random(1), {}
    for place, molecule in enumerate(molecules):
        of.setdefault(molecule, []).append(place)
    names = sorted(of)
    return [[place for name in draw.choices(names, k=len(names)) for place in of[name]] for _ in range(DRAWS)]


def interval(values: list[float]) -> tuple[float, float]:
    values = sorted(values)
    return values[int(0.025 * len(values))], values[int(0.975 * len(values)) - 1]


def summary(ranks: list[float], first: list[float], draws: list[list[int]]) -> dict:
    drawn = [recalls([ranks[place] for place in places]) for places in draws]
    other = [recalls([first[place] for place in places]) for places in draws]
    gains = [a[0] - b[0] for a, b in zip(drawn, other)]
    return {"recall": recalls(ranks), "intervals": [interval(list(values)) for values in zip(*drawn)],
            "gain": recalls(ranks)[0] - recalls(first)[0], "gain_interval": interval(gains)}


def searched(program: Path, folder: Path, library: Path, queries: Path, index: list[str], search: list[str]) -> Path:
    spectra = folder / ("lib" + "".join(index).replace("-", ""))
    if not spectra.exists():
        subprocess.run([program, "index", "--spectra", library, "-o", spectra, "-q", *index], check=True)
    out = folder / "hits.tsv"
    subprocess.run([program, "search", queries, "--spectral-library", spectra, "-o", out, "-q", "--force", "-k", "0",
                    *search], check=True)
    return out



def compare(program: Path, library: Path, queries: Path, folder: Path) -> dict:
    records = records_of(queries)
    truths = [record["InChIKey"].split("-")[0] for record in records]
    in_library = {record["InChIKey"].split("-")[0] for record in records_of(library)}
    draws, result, first = draws_of(truths), {"queries": len(truths), "molecules": len(set(truths)), "rows": []}, []
    result["ceiling"] = sum(truth in in_library for truth in truths) / len(truths)
    for name, index, search in ROWS:
        asked = without_mass(queries, folder / "bare.msp") if "--guess-mass" in search else queries
        ranks = ranks_of(searched(program, folder, library, asked, index, search), truths)
        first = first or ranks
        result["rows"].append({"score": name, **summary(ranks, first, draws)})
        print(line_of(result["rows"][-1]), flush=True)
    return result


def line_of(row: dict) -> str:
    cells = [f"{value:.3f} ({low:.3f}-{high:.3f})" for value, (low, high) in zip(row["recall"], row["intervals"])]
    low, high = row["gain_interval"]
    return f"| {row['score']} | {' | '.join(cells)} | {row['gain']:+.3f} ({low:+.3f} to {high:+.3f}) |"


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--program", type=Path, default=PROGRAMS / "specbridge")
    parser.add_argument("--library", type=Path, default=data("massbank_ei_library.msp.gz"))
    parser.add_argument("--queries", type=Path, default=data("massbank_ei_queries.msp.gz"))
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


def main() -> int:
    arguments = parse_arguments()
    print("| score | Recall@1 | Recall@5 | Recall@10 | @1 over cosine |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        result = compare(program_at(arguments.program), arguments.library, arguments.queries, Path(folder))
    print(f"{result['queries']} queries of {result['molecules']} molecules; ceiling {result['ceiling']:.3f}")
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
