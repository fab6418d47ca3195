#!/usr/bin/env python3
"""What a model's decoder adds, on spectra with pools: each ranking alone and fused, with controls and paired gains.

The model is one that train --objective generate made; the spectra are parted by molecule into halves, of which each
weighs the evidence (calibrate) that the other is ranked by.

example:
  generation_table.py --model model2/ --spectra val.mgf.gz --candidates pools.json.gz -o tables/"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

from replicate_measures import gain, ranks_of
from split_spectra import halves_of, read_text

ROOT = Path(__file__).resolve().parents[2]
RANKINGS = ("cosine", "generated", "likelihood", "fused")
CONTROLS = "none,zeroed,swapped"
DRAWS, SEED = 2000, 1


def run(*arguments: object) -> None:
    program = ROOT / "build/release/bin/specbridge"
    subprocess.run([program, *map(str, arguments)], check=True, stdout=subprocess.DEVNULL)


def write_halves(spectra: Path, folder: Path) -> list[Path]:
    """Two files, parted by molecule as the other benchmarks are."""
    files = [folder / "half-a.mgf", folder / "half-b.mgf"]
    for file, records in zip(files, halves_of(read_text(spectra), SEED), strict=True):
        file.write_text("".join(records))
    return files


def evaluate(options: argparse.Namespace, folder: Path, half: int, halves: list[Path]) -> None:
    """Ranks one half by each ranking; what weighs its evidence is the other half."""
    asked = ("--rerank", "generate", "--beams", options.beams, "--rerank-by", options.rerank_by)
    weighed = folder / f"weighed-{half}"
    run("calibrate", "--model", options.model, "--spectra", halves[1 - half], "--candidates", options.candidates,
        *asked, "--force", "-o", weighed, "-q")
    for ranking in RANKINGS:
        model = weighed if ranking == "fused" else options.model
        more = () if ranking == "cosine" else asked
        run("eval", "--model", model, "--spectra", halves[half], "--candidates", options.candidates, "--rank-by",
            ranking, *more, "--control", CONTROLS, "--mces", "none", "--force", "-o", folder / f"{ranking}-{half}",
            "-q")


def reports_of(folder: Path, ranking: str) -> list[dict]:
    return [json.loads((folder / f"{ranking}-{half}" / "report.json").read_text()) for half in (0, 1)]


def mean_of(reports: list[dict], value) -> float:
    """Over the spectra of both halves."""
    counts = [report["evaluated"] for report in reports]
    return sum(count * value(report) for count, report in zip(counts, reports, strict=True)) / sum(counts)


def table_of(folder: Path) -> list[str]:
    lines = ["| ranked by | R@1 | R@20 | MRR | zeroed R@1 | swapped R@1 | random R@1 |",
             "|---|---|---|---|---|---|---|"]
    for ranking in RANKINGS:
        reports = reports_of(folder, ranking)
        cells = [mean_of(reports, value) for value in (
            lambda r: r["recall"]["1"], lambda r: r["recall"]["20"], lambda r: r["mrr"],
            lambda r: r["controls"]["zeroed"]["recall"]["1"], lambda r: r["controls"]["swapped"]["recall"]["1"],
            lambda r: r["random"]["recall"]["1"])]
        lines.append(f"| {ranking} | " + " | ".join(f"{cell:.3f}" for cell in cells) + " |")
    return lines


def ranks_of_both(folder: Path, ranking: str) -> dict:
    return {(half, query): rank for half in (0, 1) for query, rank in ranks_of(folder / f"{ranking}-{half}").items()}


def gain_lines(folder: Path) -> list[str]:
    """By how much each ranking is better than the cosine on the same spectra, with 95 % intervals by molecule."""
    lines = ["| ranking, over the cosine | R@1 | MRR |", "|---|---|---|"]
    cosine = ranks_of_both(folder, "cosine")
    for ranking in RANKINGS[1:]:
        ours = ranks_of_both(folder, ranking)
        common = sorted(ours.keys() & cosine.keys())
        cells = []
        for value in (lambda rank: rank == 1, lambda rank: 1 / rank if rank else 0):
            pair = ([value(ranks[query][1]) for query in common] for ranks in (ours, cosine))
            mean, low, high = gain(*pair, [ours[query][0] for query in common], DRAWS, SEED)
            cells.append(f"{mean:+.3f} [{low:+.3f}, {high:+.3f}]")
        lines.append(f"| {ranking} ({len(common)}) | {' | '.join(cells)} |")
    return lines


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--model", type=Path, required=True, help="model with a decoder")
    parser.add_argument("--spectra", type=Path, required=True, help="spectra that it has not seen (MGF)")
    parser.add_argument("--candidates", type=Path, required=True, help="their pools")
    parser.add_argument("--beams", type=int, default=5)
    parser.add_argument("--rerank-by", choices=("embedding", "tanimoto"), default="embedding")
    parser.add_argument("-o", "--out", type=Path, required=True, metavar="FOLDER", help="where reports are written")
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    try:
        halves = write_halves(options.spectra, options.out)
        for half in (0, 1):
            evaluate(options, options.out, half, halves)
        print("\n".join([*table_of(options.out), "", *gain_lines(options.out)]))
    except (OSError, KeyError, ValueError, subprocess.CalledProcessError) as error:
        print(f"error: {options.out}: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
