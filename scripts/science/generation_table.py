#!/usr/bin/env python3
"""What a model's decoder adds, from hits tables with every candidate of every pool (search -k 0 --rerank generate).

Every ranking is made from the columns evidence.*; those of several kinds are weighed by a conditional logistic
regression within pools, as calibrate weighs them. The molecules are parted into halves, of which each is ranked under
the weights of the other. Tables of other spectra shown in place of the own ones are ranked under the same weights.

example:
  generation_table.py own.tsv --report report/ --control swapped=swapped.tsv --control precursor=precursor.tsv"""

from __future__ import annotations

import argparse
import csv
import json
import random
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy

from replicate_measures import Array, gain_cells, interval, ranks_of

RANKINGS = {
    "cosine": ("cosine",),
    "generated": ("generated",),
    "likelihood": ("likelihood",),
    "cosine and generated": ("cosine", "generated"),
    "cosine and likelihood": ("cosine", "likelihood"),
    "cosine and fragments": ("cosine", "fragments"),
    "all": ("cosine", "fragments", "generated", "likelihood"),
}
COMPARED = (("generated", "cosine"), ("likelihood", "cosine"), ("cosine and generated", "cosine"),
            ("cosine and likelihood", "cosine"), ("all", "cosine and fragments"))
DRAWS, SEED = 2000, 1
RIDGE = 1e-3  # keeps a weight finite where a column alone parts truths from the others


@dataclass(frozen=True)
class Pool:
    """The candidates of one spectrum: which is its molecule, and their evidence by kind."""
    molecule: str
    truth: int
    evidence: Mapping[str, Array]


def column_of(rows: Sequence[Mapping[str, str]], name: str) -> Array:
    """A missing value is the worst of its pool; where all are missing, nothing tells candidates apart."""
    values = numpy.array([float(row[name]) if row[name] else numpy.nan for row in rows])
    known = values[numpy.isfinite(values)]
    return numpy.where(numpy.isfinite(values), values, known.min() if len(known) else 0.0)


def read_pools(hits: Path, truths: Mapping[str, str]) -> dict[str, Pool]:
    """By query_index. Queries whose molecule is not among their candidates are left out."""
    rows_of: dict[str, list[dict[str, str]]] = defaultdict(list)
    with hits.open(newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            if row["inchikey14"] and row["query_index"] in truths:
                rows_of[row["query_index"]].append(row)
    pools = {}
    for query, rows in rows_of.items():
        blocks = [row["inchikey14"] for row in rows]
        if truths[query] not in blocks:
            continue
        evidence = {name.removeprefix("evidence."): column_of(rows, name) for name in rows[0]
                    if name.startswith("evidence.")}
        pools[query] = Pool(truths[query], blocks.index(truths[query]), evidence)
    return pools


def rank_of(pool: Pool, kinds: Sequence[str], weights: Array) -> int:
    """1 + the others that are at least as good: ties count against us."""
    scores = sum(weight * pool.evidence[kind] for kind, weight in zip(kinds, weights, strict=True))
    return int((scores >= scores[pool.truth]).sum())


def spreads_of(pools: Sequence[Pool], kinds: Sequence[str]) -> Array:
    """The standard deviation of each kind within pools; 1 where it does not vary."""
    spreads = [numpy.sqrt(numpy.mean([pool.evidence[kind].var() for pool in pools])) for kind in kinds]
    return numpy.array([spread if spread > 0 else 1.0 for spread in spreads])


def weights_of(pools: Sequence[Pool], kinds: Sequence[str]) -> Array:
    """Conditional logistic regression within pools, by Newton's method; a molecule of n spectra counts as root n."""
    if len(kinds) == 1:
        return numpy.ones(1)
    spreads = spreads_of(pools, kinds)
    counts: dict[str, int] = defaultdict(int)
    for pool in pools:
        counts[pool.molecule] += 1
    tables = [numpy.stack([pool.evidence[kind] for kind in kinds], axis=1) / spreads for pool in pools]
    shares = [counts[pool.molecule] ** -0.5 for pool in pools]
    weights = numpy.zeros(len(kinds))
    for _ in range(50):
        slope, curve = -RIDGE * weights, RIDGE * numpy.eye(len(kinds))
        for pool, table, share in zip(pools, tables, shares, strict=True):
            scores = table @ weights
            odds = numpy.exp(scores - scores.max())
            odds /= odds.sum()
            mean = odds @ table
            slope = slope + share * (table[pool.truth] - mean)
            curve = curve + share * ((table * odds[:, None]).T @ table - numpy.outer(mean, mean))
        step = numpy.linalg.solve(curve, slope)
        weights = weights + step
        if numpy.abs(step).max() < 1e-9:
            break
    return weights / spreads


def halves_of(pools: Mapping[str, Pool]) -> dict[str, int]:
    """The half of each molecule."""
    molecules = sorted({pool.molecule for pool in pools.values()})
    random.Random(SEED).shuffle(molecules)
    return {molecule: place % 2 for place, molecule in enumerate(molecules)}


def ranked(tables: Mapping[str, Mapping[str, Pool]]) -> dict[str, dict[str, dict[str, int]]]:
    """Rank by ranking, table and query; weights are fitted to the table "own"."""
    own = tables["own"]
    half = halves_of(own)
    known = set(next(iter(own.values())).evidence)
    ranks: dict[str, dict[str, dict[str, int]]] = {}
    for ranking, kinds in RANKINGS.items():
        if not known.issuperset(kinds):
            continue
        weights = [weights_of([pool for pool in own.values() if half[pool.molecule] != side], kinds) for side in (0, 1)]
        ranks[ranking] = {shown: {query: rank_of(pool, kinds, weights[half[pool.molecule]])
                                  for query, pool in pools.items() if pool.molecule in half}
                          for shown, pools in tables.items()}
    return ranks


def with_interval(values: Sequence[float], molecules: Sequence[str]) -> str:
    mean, low, high = interval(numpy.array(values), molecules, DRAWS, SEED)
    return f"{mean:.3f} [{low:.3f}, {high:.3f}]"


def share_first(ranks: Mapping[str, int]) -> float:
    return float(numpy.mean([rank == 1 for rank in ranks.values()]))


def prior_lines(report: Path, columns: int) -> list[str]:
    """What nearness to the training molecules finds without any spectrum, where the report has it."""
    prior = json.loads((report / "report.json").read_text()).get("controls", {}).get("prior")
    if not prior:
        return []
    recall = prior["recall"]
    return [f"| nearness to the training | {recall['1']:.3f} | {recall['20']:.3f} | {prior['mrr']:.3f} |"
            + " |" * columns]


def table_of(tables: Mapping[str, Mapping[str, Pool]], ranks: Mapping, report: Path) -> list[str]:
    own, controls = tables["own"], [name for name in tables if name != "own"]
    lines = ["| ranked by | Recall@1 | Recall@20 | MRR |" + "".join(f" {name}: Recall@1 |" for name in controls),
             "|---|---|---|---|" + "---|" * len(controls)]
    chance = numpy.mean([1 / len(next(iter(pool.evidence.values()))) for pool in own.values()])
    lines.append(f"| random order | {chance:.3f} | | |" + " |" * len(controls))
    lines += prior_lines(report, len(controls))
    for ranking, shown in ranks.items():
        queries = list(shown["own"])
        found, molecules = [shown["own"][query] for query in queries], [own[query].molecule for query in queries]
        cells = [with_interval([rank == 1 for rank in found], molecules),
                 f"{numpy.mean([rank <= 20 for rank in found]):.3f}",
                 with_interval([1 / rank for rank in found], molecules),
                 *(f"{share_first(shown[name]):.3f}" for name in controls)]
        lines.append(f"| {ranking} | " + " | ".join(cells) + " |")
    return lines


def gain_lines(own: Mapping[str, Pool], ranks: Mapping) -> list[str]:
    """By how much one ranking is better than another on the same spectra, with 95 % intervals by molecule."""
    lines = [f"| {len(own)} spectra | over | Recall@1 | MRR |", "|---|---|---|---|"]
    for one, other in COMPARED:
        if one not in ranks or other not in ranks:
            continue
        ours, theirs = ranks[one]["own"], ranks[other]["own"]
        pair = ([found[query] for query in ours] for found in (ours, theirs))
        cells = gain_cells(*pair, [own[query].molecule for query in ours], DRAWS, SEED)
        lines.append(f"| {one} | {other} | " + " | ".join(cells) + " |")
    return lines


def named_file(text: str) -> tuple[str, Path]:
    name, found, path = text.partition("=")
    if not found or not name or not path or name == "own":
        raise argparse.ArgumentTypeError(f"found {text!r}, expected NAME=FILE")
    return name, Path(path)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("hits", type=Path, help="hits table of the spectra as they are")
    parser.add_argument("--report", type=Path, required=True, metavar="FOLDER",
                        help="report of eval on the same spectra: whose molecule each is, and with --control nearest "
                        "the prior")
    parser.add_argument("--control", type=named_file, action="append", default=[], metavar="NAME=FILE",
                        help="hits table of other spectra shown in their place")
    options = parser.parse_args(arguments)
    path = options.report
    try:
        truths = {query: molecule for query, (molecule, _) in ranks_of(options.report).items()}
        tables = {}
        for name, path in [("own", options.hits), *options.control]:
            tables[name] = read_pools(path, truths)
            if not tables[name]:
                raise ValueError("no query has its molecule among its candidates")
        ranks = ranked(tables)
        print("\n".join([*table_of(tables, ranks, options.report), "", *gain_lines(tables["own"], ranks)]))
    except (OSError, KeyError, ValueError, numpy.linalg.LinAlgError) as error:
        print(f"error: {path}: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
