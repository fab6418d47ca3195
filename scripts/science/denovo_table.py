#!/usr/bin/env python3
"""How near written molecules come to the truth, beside those that a library answers with.

A query counts, answered or not. For the first 1 and 10 answers: the share of queries that have the molecule itself
(first InChIKey block), the largest Tanimoto similarity (Morgan, radius 2, 2,048 bits; 0 without answers), and the
smallest MCES distance (at most --threshold, which is also what no answer counts as); then, of the answers, the share in
the list, and of all that was written the share that are molecules. --without-truth adds each library
search as if the molecule were not in the library.

example:
  denovo_table.py --truth val.mgf --library library.smi.gz written=denovo.tsv retrieved=hits.tsv"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy
from rdkit import Chem, DataStructs, RDLogger
from rdkit.Chem import rdFingerprintGenerator

from generation_table import named_file, with_interval
from split_spectra import RECORD, field, read_text

ROOT = Path(__file__).resolve().parents[2]
MORGAN = rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=2048)
DEPTHS = (1, 10)


def block_of(smiles: str) -> str:
    """The first block of the InChIKey; empty for what is no molecule."""
    molecule = Chem.MolFromSmiles(smiles)
    return Chem.MolToInchiKey(molecule)[:14] if molecule is not None else ""


@dataclass(frozen=True)
class Answers:
    """The SMILES that a query is answered with, best first."""
    truth: str
    smiles: tuple[str, ...]
    library: tuple[bool, ...]  # whether each was looked up


def truths_of(spectra: Path) -> list[str]:
    """SMILES by query_index."""
    return [field(record, "SMILES") for record in RECORD.findall(read_text(spectra))]


def read_answers(hits: Path, truths: Sequence[str]) -> list[Answers]:
    rows: dict[int, list[tuple[str, bool]]] = defaultdict(list)
    with hits.open(newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            if row["smiles"]:
                rows[int(row["query_index"])].append((row["smiles"], row.get("in_library", "true") == "true"))
    if rows and max(rows) >= len(truths):
        raise ValueError(f"query_index {max(rows)}, but the truth has {len(truths)} spectra")
    return [Answers(truth, tuple(smiles for smiles, _ in rows[query]), tuple(found for _, found in rows[query]))
            for query, truth in enumerate(truths)]


def without_truth(answers: Sequence[Answers], blocks: Mapping[str, str]) -> list[Answers]:
    left = []
    for one in answers:
        kept = [place for place, smiles in enumerate(one.smiles) if blocks[smiles] != blocks[one.truth]]
        left.append(Answers(one.truth, tuple(one.smiles[place] for place in kept),
                            tuple(one.library[place] for place in kept)))
    return left


def distances_of(pairs: Sequence[tuple[str, str]], threshold: float) -> dict[tuple[str, str], float]:
    """MCES distances, at most the threshold."""
    if not pairs:
        return {}
    program = os.environ.get("SPECBRIDGE_PROGRAM", ROOT / "build/release/bin/specbridge")
    text = "".join(f"{a}\t{b}\n" for a, b in pairs)
    done = subprocess.run([program, "mces", "-", "--threshold", str(threshold), "-o", "-", "-q"], input=text, text=True,
                          check=True, stdout=subprocess.PIPE)
    rows = csv.DictReader(done.stdout.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    return {pair: min(float(row["distance"]), threshold) for pair, row in zip(pairs, rows, strict=True)}


def similarity(a: object, b: object) -> float:
    return DataStructs.TanimotoSimilarity(a, b) if a is not None and b is not None else 0.0


def similarities_of(answers: Sequence[Answers]) -> dict[tuple[str, str], float]:
    """Tanimoto; 0 to what this release of RDKit takes for no molecule, as the program's may not."""
    molecules = {smiles: Chem.MolFromSmiles(smiles)
                 for one in answers for smiles in (one.truth, *one.smiles[:max(DEPTHS)])}
    prints = {smiles: None if molecule is None else MORGAN.GetFingerprint(molecule)
              for smiles, molecule in molecules.items()}
    return {(one.truth, smiles): similarity(prints[one.truth], prints[smiles])
            for one in answers for smiles in one.smiles[:max(DEPTHS)]}


def share_valid(hits: Path) -> str:
    """Of the texts that a decoder wrote for a table, the share that are molecules, as its run.json counts them."""
    record = hits.with_name(hits.name + ".run.json")
    written = json.loads(record.read_text()).get("written") if record.exists() else None
    return f"{1 - written['invalid'] / written['texts']:.3f}" if written and written["texts"] else ""


def row_of(name: str, answers: Sequence[Answers], blocks: Mapping[str, str], listed: set[str], threshold: float) -> str:
    molecules = [blocks[one.truth] for one in answers]
    alike = similarities_of(answers)
    apart = distances_of(sorted(alike), threshold)
    cells = [f"{numpy.mean([bool(one.smiles) for one in answers]):.3f}"]
    for depth in DEPTHS:
        first = [one.smiles[:depth] for one in answers]
        exact = [any(blocks[smiles] == blocks[one.truth] != "" for smiles in some)
                 for one, some in zip(answers, first, strict=True)]
        nearest = [max([alike[one.truth, smiles] for smiles in some], default=0.0)
                   for one, some in zip(answers, first, strict=True)]
        distance = [min([apart[one.truth, smiles] for smiles in some], default=threshold)
                    for one, some in zip(answers, first, strict=True)]
        cells += [with_interval(values, molecules) for values in (exact, nearest, distance)]
    given = [smiles for one in answers for smiles in one.smiles[:max(DEPTHS)]]
    cells.append(f"{numpy.mean([blocks[smiles] in listed for smiles in given]):.3f}" if given else "")
    return f"| {name} | " + " | ".join(cells) + " |"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("hits", type=named_file, nargs="+", metavar="NAME=FILE", help="hits tables of the same spectra")
    parser.add_argument("--truth", type=Path, required=True, help="MGF file of the spectra, with SMILES")
    parser.add_argument("--library", type=Path, required=True, help="list of molecules: which answers are in it")
    parser.add_argument("--without-truth", action="store_true", help="each table also without the molecule itself")
    parser.add_argument("--threshold", type=float, default=15, help="largest MCES distance (default: 15)")
    options = parser.parse_args(arguments)
    RDLogger.DisableLog("rdApp.*")
    path = options.truth
    try:
        truths = truths_of(path)
        if not truths or not all(truths):
            raise ValueError("expected spectra that all state a SMILES")
        path = options.library
        listed = {block_of(line.split("\t")[-1]) for line in read_text(path).splitlines()} - {""}
        print("| answers | answered |" + "".join(f" exact@{k} | Tanimoto@{k} | MCES@{k} |" for k in DEPTHS)
              + " in the list | texts valid |\n|---|---|" + "---|" * (3 * len(DEPTHS) + 2))
        for name, path in options.hits:
            answers = read_answers(path, truths)
            blocks = {smiles: block_of(smiles) for one in answers for smiles in (one.truth, *one.smiles)}
            print(row_of(name, answers, blocks, listed, options.threshold) + f" {share_valid(path)} |")
            if options.without_truth and any(any(one.library) for one in answers):
                left = without_truth(answers, blocks)
                print(row_of(f"{name}, the molecule left out", left, blocks, listed, options.threshold) + " |")
    except (OSError, KeyError, ValueError, subprocess.CalledProcessError) as error:
        print(f"error: {path}: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
