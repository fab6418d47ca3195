"""What is found among pairs of spectra: which are of one molecule, which may be answers, and which is the first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy

from mgf_records import Record
from replicate_measures import Answers

SCORES = ["cosine", "modified_cosine", "entropy", "weighted_cosine"]


@dataclass
class Pairs:
    """Rows of a table of pairs, as columns."""
    query: numpy.ndarray
    reference: numpy.ndarray
    difference: numpy.ndarray
    score: numpy.ndarray


def truths(pairs: Pairs, queries: Sequence[Record], references: Sequence[Record]) -> tuple:
    """Of each pair: whether it is of one molecule, and whether it is of two records."""
    asked = numpy.array([record.molecule for record in queries])[pairs.query]
    found = numpy.array([record.molecule for record in references])[pairs.reference]
    names = numpy.array([record.name for record in queries])[pairs.query]
    return asked == found, names != numpy.array([record.name for record in references])[pairs.reference]


def best_of(pairs: Pairs, wanted: numpy.ndarray, scores: numpy.ndarray, queries: int) -> numpy.ndarray:
    best = numpy.full(queries, -numpy.inf)
    numpy.maximum.at(best, pairs.query[wanted], scores[wanted])
    return best


def of_other_energies(pairs: Pairs, queries: Sequence[Record], references: Sequence[Record]) -> numpy.ndarray:
    """Pairs of one molecule whose collision energies are known and are not the same, and all of different molecules."""
    numbers: dict[tuple[float, ...], int] = {(): 0}

    def numbered(records: Sequence[Record]) -> numpy.ndarray:
        return numpy.array([numbers.setdefault(record.energies, len(numbers)) for record in records])

    asked, found = numbered(queries)[pairs.query], numbered(references)[pairs.reference]
    same, _ = truths(pairs, queries, references)
    return ~same | ((asked != found) & (asked > 0) & (found > 0))


def answers_of(name: str, pairs: Pairs, queries: Sequence[Record], references: Sequence[Record],
               scores: numpy.ndarray | None = None, counts: numpy.ndarray | bool = True) -> Answers:
    """What a score finds among the pairs that count. Where no peak is matched there is no answer."""
    same, other_record = truths(pairs, queries, references)
    scores = pairs.score if scores is None else scores
    usable = counts & other_record & ((scores > 0) | (not name in SCORES))
    return Answers(best_of(pairs, usable & same, scores, len(queries)),
                   best_of(pairs, usable & ~same, scores, len(queries)))


def share_of_true(pairs: Pairs, queries: Sequence[Record], references: Sequence[Record],
                  counts: numpy.ndarray | bool = True) -> numpy.ndarray:
    """The share of a query's candidates that are of its molecule: what a random choice finds."""
    same, other_record = truths(pairs, queries, references)
    usable = counts & other_record
    true = numpy.bincount(pairs.query[same & usable], minlength=len(queries))
    return true / numpy.maximum(numpy.bincount(pairs.query[usable], minlength=len(queries)), 1)


def top_structures(pairs: Pairs, queries: Sequence[Record], references: Sequence[Record],
                   wanted: Sequence[int]) -> list[tuple[str, str]]:
    """SMILES of queries and of their first answers; of equal answers a wrong one."""
    same, other_record = truths(pairs, queries, references)
    best: dict[int, tuple[float, bool, int]] = {}
    for place in numpy.flatnonzero(other_record & numpy.isin(pairs.query, wanted)):
        key = (pairs.score[place], not same[place], -pairs.reference[place])
        best[pairs.query[place]] = max(best.get(pairs.query[place], (-numpy.inf, False, 0)), key)
    return [(queries[query].fields["SMILES"], references[-found[2]].fields["SMILES"])
            for query, found in sorted(best.items())]
