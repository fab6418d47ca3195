"""How often a spectrum finds another one of its molecule, by every score, with controls; replicate_search.sh calls it.

    scripts/science/replicate_search.sh [--queries 3000] [--seed 1] [--model NAME=DIR ...] [--over SCORE=SCORE ...]
                                        [--part PART ...] [--top1-only] [--keep FOLDER] [--json OUT.json]

On the MassBank spectra in ../shared/data (SPECBRIDGE_DATA). Candidates are the references whose precursor m/z agrees
within 10 ppm and whose polarity is not another; a record is never its own answer; molecules are told apart by the first
block of the InChIKey. Parts:
  replicates  queries drawn from the training folds, which are the library
  unseen      all validation spectra; the library is both, so that the answers are molecules of no training spectrum
  isomers     groups of one formula and adduct: which molecule is a spectrum of? As recorded; with all spectra reduced
              to the m/z that every molecule of the group shows, so that only intensities differ; and these permuted
  dilution    queries of the first part that have right and wrong candidates, with fewer ions, down to 1/160: counts by
              chance, a floor, noise
Of the first two parts there is also the table of queries whose replicates are of other collision energies: those of
the same energy, or of one that is not known, do not count there. --over A=B tells by how much more often A is right
than B on the same queries, with intervals by molecule; models are scores by the name "vector NAME". --top1-only leaves
out the peaks of other molecules and MCES.
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
from replicate_answers import SCORES, Pairs, answers_of, of_other_energies, share_of_true, top_structures
from replicate_measures import auc_of_hits, balanced_accuracy, best_threshold, gain, interval, spurious_rate
from replicate_tables import print_dilution, print_isomers, print_search
from replicate_variants import diluted, isomer_groups, on_shared_mz, permuted, swapped, thinned
from workplace import PROGRAMS, ROOT, program_at

FACTORS = [1, 1 / 5, 1 / 10, 1 / 20, 1 / 40, 1 / 80, 1 / 160]
DRAWS, MCES_QUERIES = 1000, 200
RECOUNT = Path(__file__).parent / "recount_hits.py"


@dataclass
class Workplace:
    program: Path
    folder: Path
    models: dict[str, Path]
    seed: int
    over: list[tuple[str, str]] = field(default_factory=list)  # pairs of scores, of which the gain is told
    top1_only: bool = False

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


# ---- parts --------------------------------------------------------------------------------------------------------

def mces_of(work: Workplace, structures: Sequence[tuple[str, str]]) -> dict[str, float]:
    """The mean distance, and the share of distances up to 4."""
    pairs, out = work.folder / "structures.tsv", work.folder / "distances.tsv"
    pairs.write_text("smiles1\tsmiles2\n" + "".join(f"{a}\t{b}\n" for a, b in structures))
    subprocess.run([work.program, "mces", pairs, "-q", "--force", "-o", out], check=True)
    distances = [float(line.split("\t")[2]) for line in out.read_text().splitlines()[1:] if line.split("\t")[2]]
    return {"pairs": len(distances), "mean": float(numpy.mean(distances)),
            "up_to_4": float(numpy.mean([distance <= 4 for distance in distances]))}


def among(wanted: numpy.ndarray, values: numpy.ndarray, molecules: Sequence[str], seed: int) -> tuple | None:
    """The interval over some queries."""
    chosen = numpy.flatnonzero(wanted)
    if not len(chosen):
        return None
    return interval(values[chosen], [molecules[i] for i in chosen], DRAWS, seed)


def top1_of(work: Workplace, found: dict[str, Pairs], queries: Sequence[Record], references: Sequence[Record],
            wanted: numpy.ndarray, counts: numpy.ndarray | bool) -> dict:
    """Top-1 of some queries by score, what a random choice finds, and the gains that are asked for."""
    molecules = [record.molecule for record in queries]
    right = {score: answers_of(score, found[score], queries, references, counts=counts).right for score in work.scores}
    share = share_of_true(found[SCORES[0]], queries, references, counts)
    gains = {}
    for ours, theirs in work.over:
        chosen = numpy.flatnonzero(wanted)
        gains[f"{ours} over {theirs}"] = gain(right[ours][chosen], right[theirs][chosen],
                                              [molecules[i] for i in chosen], DRAWS, work.seed)
    return {"queries": int(wanted.sum()), "molecules": len({molecules[i] for i in numpy.flatnonzero(wanted)}),
            "random": among(wanted, share, molecules, work.seed), "gains": gains,
            "scores": {score: among(wanted, values, molecules, work.seed) for score, values in right.items()}}


def is_contested(share: numpy.ndarray) -> numpy.ndarray:
    return (share > 0) & (share < 1)


def search_part(work: Workplace, name: str, queries: Sequence[Record], references: Sequence[Record],
                library: Path) -> dict:
    found = work.compare(work.write(name, queries), library)
    molecules = [record.molecule for record in queries]
    pairs = found[SCORES[0]]
    share, other = share_of_true(pairs, queries, references), of_other_energies(pairs, queries, references)
    nearness = answers_of("precursor", pairs, queries, references, -numpy.abs(pairs.difference))

    def both(values: numpy.ndarray) -> dict:
        return {"all": among(share >= 0, values, molecules, work.seed),
                "contested": among(is_contested(share), values, molecules, work.seed)}

    rows = []
    for score in work.scores:
        answers = answers_of(score, found[score], queries, references)
        rows.append({"score": score, "top1": both(answers.right), "auc": auc_of_hits(answers)})
    if not work.top1_only:
        add_controls(work, name, found, queries, references, library, rows, both)
    at_other_energies = is_contested(share_of_true(pairs, queries, references, other))
    return {"queries": len(queries), "molecules": len(set(molecules)), "references": len(references),
            "candidates": len(pairs.query) / len(queries), "contested": int(is_contested(share).sum()), "scores": rows,
            "ceiling": both(share > 0), "random": both(share), "precursor": both(nearness.right),
            "top1": {"all": top1_of(work, found, queries, references, share >= 0, True),
                     "contested": top1_of(work, found, queries, references, is_contested(share), True),
                     "other energies": top1_of(work, found, queries, references, at_other_energies, other)}}


def add_controls(work: Workplace, name: str, found: dict[str, Pairs], queries: Sequence[Record],
                 references: Sequence[Record], library: Path, rows: list[dict], both) -> None:
    """To the rows of scores: MCES of first answers of some contested queries, and the peaks of other molecules."""
    others = work.compare(work.write(f"{name}-swapped", swapped(queries)), library)
    contested = is_contested(share_of_true(found[SCORES[0]], queries, references))
    draw = random.Random(work.seed)
    chosen = sorted(draw.sample(list(numpy.flatnonzero(contested)), min(MCES_QUERIES, int(contested.sum()))))
    for row in rows:
        score = row["score"]
        row["mces"] = mces_of(work, top_structures(found[score], queries, references, chosen))
        row["swapped"] = both(answers_of(score, others[score], queries, references).right)


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
            check_recount(work, name, library, score, best.at, (best.true_hits, best.hits))
    return steps


def check_recount(work: Workplace, name: str, library: Path, score: str, threshold: float,
                  counted: tuple[int, int]) -> None:
    first = SCORES[0] if score in SCORES else score.replace(" ", "-")
    column = f"score_{score}" if score in SCORES[1:] else "score"
    said = subprocess.run([sys.executable, RECOUNT, work.folder / f"{name}-{first}.tsv",
                           work.folder / f"{name}.mgf", library, column, repr(threshold)],
                          check=True, capture_output=True, text=True).stdout
    if tuple(map(int, said.split())) != counted:
        sys.exit(f"{name}, {score}: {counted} true hits and hits, but the recount finds {said.strip()}")


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
    parser.add_argument("--over", action="append", default=[], metavar="SCORE=SCORE")
    parser.add_argument("--top1-only", action="store_true")
    parser.add_argument("--part", action="append", choices=PARTS)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


def labelled(path: Path) -> list[Record]:
    return [record for record in read_mgf(path) if record.molecule and record.name]


def run(arguments: argparse.Namespace, folder: Path) -> dict:
    models = {name: Path(path) for name, path in (text.split("=", 1) for text in arguments.model)}
    work = Workplace(program_at(arguments.programs / "specbridge"), folder, models, arguments.seed,
                     [tuple(text.split("=", 1)) for text in arguments.over], arguments.top1_only)
    unknown = {score for pair in work.over for score in pair} - set(work.scores)
    if unknown:
        sys.exit(f"--over: {', '.join(sorted(unknown))}: no such score; expected one of {', '.join(work.scores)}")
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
