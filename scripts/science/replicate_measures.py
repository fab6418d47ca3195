"""What is measured of a search of spectra among spectra. Ties count against us, and so do queries without an answer."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy

Array = numpy.ndarray


@dataclass(frozen=True)
class Answers:
    """What one score found, a query each: the highest score of a reference of its molecule, and of any other; -inf
    where there is none."""
    true: Array
    false: Array

    @property
    def right(self) -> Array:
        """Whether the first answer is of the molecule, ahead of all others."""
        return self.true > self.false

    @property
    def top(self) -> Array:
        return numpy.maximum(self.true, self.false)


def ranks_of(report: Path) -> dict[str, tuple[str, int | None]]:
    """Molecule and rank of each query of a report of eval; None: it is not among the answers."""
    with (report / "ranks.tsv").open(newline="") as file:
        return {row["query_index"]: (row["inchikey14"], int(row["rank"]) if row["rank"] else None)
                for row in csv.DictReader(file, delimiter="\t")}


def auc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """The share of pairs in which the positive is the higher; equal ones count half. nan without pairs."""
    positive, negative = numpy.asarray(positive), numpy.sort(numpy.asarray(negative))
    if not len(positive) or not len(negative):
        return float("nan")
    below = numpy.searchsorted(negative, positive, side="left")
    up_to = numpy.searchsorted(negative, positive, side="right")
    return float((below + up_to).sum() / 2 / len(positive) / len(negative))


def auc_of_hits(answers: Answers) -> float:
    """How well the score tells right first answers from those that the same queries would get were their molecule not
    in the library."""
    return auc(answers.true[answers.right], answers.false[numpy.isfinite(answers.false)])


def interval(values: Array, groups: Sequence[str], draws: int, seed: int) -> tuple[float, float, float]:
    """Mean, and the 95 % interval of means over groups that are drawn whole, with replacement."""
    _, place = numpy.unique(numpy.asarray(groups), return_inverse=True)
    sums = numpy.bincount(place, weights=numpy.asarray(values, dtype=float))
    sizes = numpy.bincount(place)
    chosen = numpy.random.default_rng(seed).integers(0, len(sums), (draws, len(sums)))
    means = sums[chosen].sum(axis=1) / sizes[chosen].sum(axis=1)
    low, high = numpy.quantile(means, [0.025, 0.975])
    return float(numpy.mean(values)), float(low), float(high)


def gain(ours: Array, theirs: Array, groups: Sequence[str], draws: int, seed: int) -> tuple[float, float, float]:
    """By how much more often one is right than the other on the same queries, paired, as interval() has it."""
    return interval(numpy.asarray(ours, dtype=float) - numpy.asarray(theirs, dtype=float), groups, draws, seed)


def gain_cells(ours: Sequence[int | None], theirs: Sequence[int | None], groups: Sequence[str], draws: int,
               seed: int) -> list[str]:
    """Of a table, from the ranks that the same queries have in two rankings (None: not among the answers): the gain
    in Recall@1 and in the mean reciprocal rank, with 95 % intervals."""
    cells = []
    for value in (lambda rank: rank == 1, lambda rank: 1 / rank if rank else 0):
        mean, low, high = gain([value(rank) for rank in ours], [value(rank) for rank in theirs], groups, draws, seed)
        cells.append(f"{mean:+.3f} [{low:+.3f}, {high:+.3f}]")
    return cells


def balanced_accuracy(right: Sequence[bool], molecules: Sequence[str]) -> float:
    """The mean over molecules of the share of their queries that are answered rightly."""
    shares: dict[str, list[bool]] = {}
    for outcome, molecule in zip(right, molecules, strict=True):
        shares.setdefault(molecule, []).append(outcome)
    return float(numpy.mean([numpy.mean(outcomes) for outcomes in shares.values()]))


@dataclass(frozen=True)
class Threshold:
    """What is true of the first answers that reach a score."""
    at: float
    hits: int
    true_hits: int
    queries: int

    @property
    def precision(self) -> float:
        return self.true_hits / self.hits if self.hits else float("nan")

    @property
    def recall(self) -> float:
        return self.true_hits / self.queries

    @property
    def f1(self) -> float:
        return 2 * self.true_hits / (self.hits + self.queries)


def best_threshold(answers: Answers) -> Threshold:
    """The score from which answers are worth most by F1, over all queries; of equals the highest."""
    answered = numpy.isfinite(answers.top)
    order = numpy.argsort(-answers.top[answered], kind="stable")
    scores, right = answers.top[answered][order], answers.right[answered][order]
    queries, best = len(answers.top), Threshold(float("inf"), 0, 0, len(answers.top))
    true_hits = numpy.cumsum(right)
    for place in range(len(scores)):
        if place + 1 < len(scores) and scores[place + 1] == scores[place]:
            continue  # a threshold takes all of one score
        found = Threshold(float(scores[place]), place + 1, int(true_hits[place]), queries)
        if found.f1 > best.f1:
            best = found
    return best


def spurious_rate(answers: Answers, threshold: float) -> float:
    """The share of queries that a wrong reference reaches the threshold for, were the right ones not in the library."""
    return float(numpy.mean(answers.false >= threshold))
