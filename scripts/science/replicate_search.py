"""How often a spectrum finds another one of its molecule, by every score, with controls; replicate_search.sh calls it.

    scripts/science/replicate_search.sh [--queries 3000] [--seed 1] [--model NAME=DIR ...] [--part PART ...]
                                        [--keep FOLDER] [--json OUT.json]

On the MassBank spectra in ../shared/data (SPECBRIDGE_DATA). Candidates are the references whose precursor m/z agrees
within 10 ppm and whose polarity is not another; a record is never its own answer; molecules are told apart by the first
block of the InChIKey. Parts:
  replicates  queries drawn from the training folds, which are the library
  unseen      all validation spectra; the library is both, so that the answers are molecules of no training spectrum
  isomers     groups of one formula and adduct: which molecule is a spectrum of? As recorded; with all spectra reduced
              to the m/z that every molecule of the group shows, so that only intensities differ; and these permuted
  dilution    queries of the first part that have right and wrong candidates, with fewer ions, down to 1/160: counts by
              chance, a floor, noise
--keep leaves the inputs and tables in a folder; recount_hits.py counts those of the dilution again. The ladder's counts
are compared with that recount on every run.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy

from mgf_records import Record, read_mgf, write_mgf
from replicate_measures import (Answers, auc_of_hits, balanced_accuracy, best_threshold, interval, spurious_rate)
from replicate_variants import diluted, isomer_groups, on_shared_mz, permuted, swapped, thinned
from workplace import PROGRAMS, ROOT, program_at

SCORES = ["cosine", "modified_cosine", "entropy", "weighted_cosine"]
FACTORS = [1, 1 / 5, 1 / 10, 1 / 20, 1 / 40, 1 / 80, 1 / 160]
DRAWS, MCES_QUERIES = 1000, 200
RECOUNT = Path(__file__).parent / "recount_hits.py"


@dataclass
class Pairs:
    """Rows of a table of pairs, as columns."""
    query: numpy.ndarray
    reference: numpy.ndarray
    difference: numpy.ndarray
    score: numpy.ndarray


@dataclass
class Workplace:
    program: Path
    folder: Path
    models: dict[str, Path]
    seed: int
    runs: int = field(default=0)

    @property
    def scores(self) -> list[str]:
        return SCORES + [f"vector {name}" for name in self.models]

    def write(self, name: str, records: Sequence[Record]) -> Path:
        path = self.folder / f"{name}.mgf"
        write_mgf(path, records)
        return path

    def compare(self, queries: Path, references: Path, *options: str) -> dict[str, Pairs]:
        """The pairs by every score."""
        found = self.table(queries, references, SCORES, "--min-matched", "0", *options)
        for name, model in self.models.items():
            found |= self.table(queries, references, [f"vector {name}"], "--model", str(model), *options)
        return found

    def table(self, queries: Path, references: Path, scores: list[str], *options: str) -> dict[str, Pairs]:
        out = self.folder / f"{queries.stem}-{scores[0].replace(' ', '-')}.tsv"
        if "--pairs" in options:
            options = tuple(option for option in options if option not in ("--min-matched", "0"))
        asked = ",".join(score.split(" ")[0] for score in scores)
        subprocess.run([self.program, "similarity", queries, references, "--score", asked, *options, "-q", "--force",
                        "-o", out], check=True)
        columns = out.open().readline().rstrip("\n").split("\t")
        places = [columns.index(name) for name in ("query_index", "reference_index", "precursor_difference")]
        places += [columns.index("score" if place == 0 else f"score_{score}") for place, score in enumerate(scores)]
        values = numpy.loadtxt(out, delimiter="\t", skiprows=1, usecols=places, ndmin=2, comments=None)
        query, reference, difference = values[:, 0].astype(int), values[:, 1].astype(int), values[:, 2]
        return {score: Pairs(query, reference, difference, values[:, 3 + place]) for place, score in enumerate(scores)}


# ---- answers ------------------------------------------------------------------------------------------------------

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


def answers_of(name: str, pairs: Pairs, queries: Sequence[Record], references: Sequence[Record],
               scores: numpy.ndarray | None = None) -> Answers:
    """What a score finds. Where no peak is matched there is no answer."""
    same, other_record = truths(pairs, queries, references)
    scores = pairs.score if scores is None else scores
    usable = other_record & ((scores > 0) | (not name in SCORES))
    return Answers(best_of(pairs, usable & same, scores, len(queries)),
                   best_of(pairs, usable & ~same, scores, len(queries)))


def share_of_true(pairs: Pairs, queries: Sequence[Record], references: Sequence[Record]) -> numpy.ndarray:
    """The share of a query's candidates that are of its molecule: what a random choice finds."""
    same, other_record = truths(pairs, queries, references)
    true = numpy.bincount(pairs.query[same & other_record], minlength=len(queries))
    return true / numpy.maximum(numpy.bincount(pairs.query[other_record], minlength=len(queries)), 1)


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


def mces_of(work: Workplace, structures: Sequence[tuple[str, str]]) -> dict[str, float]:
    """The mean distance, and the share of distances up to 4."""
    pairs, out = work.folder / "structures.tsv", work.folder / "distances.tsv"
    pairs.write_text("smiles1\tsmiles2\n" + "".join(f"{a}\t{b}\n" for a, b in structures))
    subprocess.run([work.program, "mces", pairs, "-q", "--force", "-o", out], check=True)
    distances = [float(line.split("\t")[2]) for line in out.read_text().splitlines()[1:] if line.split("\t")[2]]
    return {"pairs": len(distances), "mean": float(numpy.mean(distances)),
            "up_to_4": float(numpy.mean([distance <= 4 for distance in distances]))}


# ---- parts --------------------------------------------------------------------------------------------------------

def among(wanted: numpy.ndarray, values: numpy.ndarray, molecules: Sequence[str], seed: int) -> tuple | None:
    """The interval over some queries."""
    chosen = numpy.flatnonzero(wanted)
    if not len(chosen):
        return None
    return interval(values[chosen], [molecules[i] for i in chosen], DRAWS, seed)


def search_part(work: Workplace, name: str, queries: Sequence[Record], references: Sequence[Record],
                library: Path) -> dict:
    found = work.compare(work.write(name, queries), library)
    molecules = [record.molecule for record in queries]
    pairs = found[SCORES[0]]
    share = share_of_true(pairs, queries, references)
    nearness = answers_of("precursor", pairs, queries, references, -numpy.abs(pairs.difference))
    contested = (share > 0) & (share < 1)

    def both(values: numpy.ndarray) -> dict:
        return {"all": among(share >= 0, values, molecules, work.seed),
                "contested": among(contested, values, molecules, work.seed)}

    others = work.compare(work.write(f"{name}-swapped", swapped(queries)), library)
    draw = random.Random(work.seed)
    chosen = sorted(draw.sample(list(numpy.flatnonzero(contested)), min(MCES_QUERIES, int(contested.sum()))))
    rows = []
    for score in work.scores:
        answers = answers_of(score, found[score], queries, references)
        rows.append({"score": score, "top1": both(answers.right), "auc": auc_of_hits(answers),
                     "mces": mces_of(work, top_structures(found[score], queries, references, chosen)),
                     "swapped": both(answers_of(score, others[score], queries, references).right)})
    return {"queries": len(queries), "molecules": len(set(molecules)), "references": len(references),
            "candidates": len(pairs.query) / len(queries), "contested": int(contested.sum()), "scores": rows,
            "ceiling": both(share > 0), "random": both(share), "precursor": both(nearness.right)}


def group_pairs(groups: Sequence[Sequence[Record]], draw: random.Random) -> list[tuple[int, int]]:
    """Each record with as many records of every molecule of its group, itself left out, by their numbers over all
    groups: a choice by chance finds its molecule in 1 of n."""
    pairs, start = [], 0
    for group in groups:
        for i, asked in enumerate(group):
            others: dict[str, list[int]] = {}
            for j, record in enumerate(group):
                if i != j:
                    others.setdefault(record.molecule, []).append(j)
            fewest = min(map(len, others.values()))
            pairs += [(start + i, start + j) for name in sorted(others)
                      for j in sorted(draw.sample(others[name], fewest))]
        start += len(group)
    return pairs


def isomer_accuracy(work: Workplace, name: str, queries: Sequence[Sequence[Record]],
                    references: Sequence[Sequence[Record]]) -> dict:
    """The balanced accuracy of each group, by score; intervals over groups."""
    listed, pairs = work.folder / f"{name}.pairs.tsv", group_pairs(queries, random.Random(work.seed))
    listed.write_text("query_index\treference_index\n" + "".join(f"{i}\t{j}\n" for i, j in pairs))
    asked = [record for group in queries for record in group]
    known = [record for group in references for record in group]
    found = work.compare(work.write(name, asked), work.write(f"{name}-references", known), "--pairs", str(listed))
    result = {}
    for score in work.scores:
        right, start, shares = answers_of(score, found[score], asked, known).right, 0, []
        for group in queries:
            shares.append(balanced_accuracy(right[start:start + len(group)], [record.molecule for record in group]))
            start += len(group)
        result[score] = interval(numpy.array(shares), [str(i) for i in range(len(shares))], DRAWS, work.seed)
    return result


def isomer_part(work: Workplace, records: Sequence[Record], most: int) -> dict:
    draw = random.Random(work.seed)
    groups = [thinned(group, 4, 6, draw) for group in isomer_groups(records)]
    groups = draw.sample(groups, min(most, len(groups)))
    shared = [group for group in (on_shared_mz(group, 4) for group in groups) if group]
    dealt = [[permuted(record, draw) for record in group] for group in shared]

    def chance(chosen: Sequence[Sequence[Record]]) -> float:
        return float(numpy.mean([1 / len({record.molecule for record in group}) for group in chosen]))

    return {"groups": len(groups), "chance": chance(groups), "as_recorded": isomer_accuracy(work, "isomers", groups,
                                                                                            groups),
            "shared_groups": len(shared), "shared_chance": chance(shared),
            "shared": isomer_accuracy(work, "isomers-shared", shared, shared),
            "permuted": isomer_accuracy(work, "isomers-permuted", dealt, shared)}


def contested(work: Workplace, queries: Sequence[Record], references: Sequence[Record], library: Path) -> list[Record]:
    """Those with right and wrong candidates."""
    pairs = work.table(work.write("dilution", queries), library, SCORES[:1], "--min-matched", "0")[SCORES[0]]
    share = share_of_true(pairs, queries, references)
    return [record for record, true in zip(queries, share) if 0 < true < 1]


def dilution_part(work: Workplace, queries: Sequence[Record], references: Sequence[Record], library: Path) -> list:
    molecules, steps = [record.molecule for record in queries], []
    for place, factor in enumerate(FACTORS):
        draw = numpy.random.default_rng([work.seed, place])
        seen = [diluted(record, factor, draw) for record in queries]
        name = f"dilution-{place}"
        path = work.write(name, seen)
        found = work.compare(path, library)
        for score in work.scores:
            answers = answers_of(score, found[score], seen, references)
            best = best_threshold(answers)
            steps.append({"factor": factor, "score": score, "queries": len(seen),
                          "peaks": float(numpy.mean([len(one.peaks) for one in seen])),
                          "top1": interval(answers.right, molecules, DRAWS, work.seed), "true_hits": best.true_hits,
                          "precision": best.precision, "threshold": best.at, "f1": best.f1,
                          "spurious": spurious_rate(answers, best.at)})
            if score in SCORES:
                check_recount(work, name, library, score, best.at, (best.true_hits, best.hits))
    return steps


def check_recount(work: Workplace, name: str, library: Path, score: str, threshold: float,
                  counted: tuple[int, int]) -> None:
    column = "score" if score == SCORES[0] else f"score_{score}"
    said = subprocess.run([sys.executable, RECOUNT, work.folder / f"{name}-{SCORES[0]}.tsv",
                           work.folder / f"{name}.mgf", library, column, repr(threshold)],
                          check=True, capture_output=True, text=True).stdout
    if tuple(map(int, said.split())) != counted:
        sys.exit(f"{name}, {score}: {counted} true hits and hits, but the recount finds {said.strip()}")


# ---- what is printed ----------------------------------------------------------------------------------------------

def shown(value: Sequence[float] | None) -> str:
    return "" if value is None else f"{value[0]:.3f} ({value[1]:.3f}-{value[2]:.3f})"


def print_search(title: str, part: dict) -> None:
    print(f"\n{title}: {part['queries']:,} queries of {part['molecules']:,} molecules, {part['references']:,} "
          f"references, {part['candidates']:.1f} candidates a query; {part['contested']:,} queries with right and "
          "wrong ones\n")
    print("| score | top-1, all | top-1, right and wrong candidates | AUC | MCES: mean | up to 4 "
          "| other peaks, all | other peaks, right and wrong |")
    print("|---|---|---|---|---|---|---|---|")
    for row in part["scores"]:
        top, others, mces = row["top1"], row["swapped"], row["mces"]
        print(f"| {row['score']} | {shown(top['all'])} | {shown(top['contested'])} | {row['auc']:.3f} | "
              f"{mces['mean']:.2f} | {mces['up_to_4']:.3f} | {shown(others['all'])} | {shown(others['contested'])} |")
    for name, key in (("precursor m/z alone", "precursor"), ("any candidate", "random"), ("ceiling", "ceiling")):
        print(f"| {name} | {shown(part[key]['all'])} | {shown(part[key]['contested'])} | | | | | |")


def print_isomers(part: dict) -> None:
    print(f"\nIsomers: {part['groups']} groups, 1/n {part['chance']:.3f}; {part['shared_groups']} that share peaks, "
          f"1/n {part['shared_chance']:.3f}\n")
    print("| score | as recorded | intensities at shared m/z | permuted |\n|---|---|---|---|")
    for score, accuracy in part["as_recorded"].items():
        print(f"| {score} | {shown(accuracy)} | {shown(part['shared'][score])} | {shown(part['permuted'][score])} |")


def print_dilution(steps: Sequence[dict]) -> None:
    print(f"\nDilution: {steps[0]['queries']:,} queries with right and wrong candidates\n")
    print("| score | ions | peaks | top-1 | true hits at best F1 | precision | threshold | F1 | spurious |")
    print("|---|---|---|---|---|---|---|---|---|")
    for step in sorted(steps, key=lambda step: (step["score"], -step["factor"])):
        print(f"| {step['score']} | 1/{1 / step['factor']:.0f} | {step['peaks']:.1f} | {shown(step['top1'])} | "
              f"{step['true_hits']:,} | {step['precision']:.3f} | {step['threshold']:.3f} | {step['f1']:.3f} | "
              f"{step['spurious']:.3f} |")


# ---- the whole ----------------------------------------------------------------------------------------------------

PARTS = ["replicates", "unseen", "isomers", "dilution"]


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="replicate_search.sh", description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, default=os.environ.get("SPECBRIDGE_DATA") or ROOT / "../shared/data")
    parser.add_argument("--programs", type=Path, default=PROGRAMS)
    parser.add_argument("--queries", type=int, default=3000)
    parser.add_argument("--groups", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--model", action="append", default=[], metavar="NAME=DIR")
    parser.add_argument("--part", action="append", choices=PARTS)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


def labelled(path: Path) -> list[Record]:
    return [record for record in read_mgf(path) if record.molecule and record.name]


def run(arguments: argparse.Namespace, folder: Path) -> dict:
    models = {name: Path(path) for name, path in (text.split("=", 1) for text in arguments.model)}
    work = Workplace(program_at(arguments.programs / "specbridge"), folder, models, arguments.seed)
    training = labelled(Path(arguments.data) / "massbank_train.mgf.gz")
    queries = random.Random(arguments.seed).sample(training, min(arguments.queries, len(training)))
    library, parts, result = work.write("library", training), arguments.part or PARTS, {}
    if "replicates" in parts:
        result["replicates"] = search_part(work, "replicates", queries, training, library)
        print_search("Replicates", result["replicates"])
    if "unseen" in parts:
        validation = labelled(Path(arguments.data) / "massbank_val.mgf.gz")
        both = training + validation
        result["unseen"] = search_part(work, "unseen", validation, both, work.write("both", both))
        print_search("Unseen molecules", result["unseen"])
    if "isomers" in parts:
        result["isomers"] = isomer_part(work, training, arguments.groups)
        print_isomers(result["isomers"])
    if "dilution" in parts:
        result["dilution"] = dilution_part(work, contested(work, queries, training, library), training,
                                            library)
        print_dilution(result["dilution"])
    return result


def main() -> int:
    arguments = parse_arguments()
    with tempfile.TemporaryDirectory() as scratch:
        folder = arguments.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        result = run(arguments, folder)
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
