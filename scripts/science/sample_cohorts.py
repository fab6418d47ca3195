#!/usr/bin/env python3
"""Tell cohorts apart that differ in a twentieth of their spectra: every pooling, and the control without peaks.

    scripts/science/sample_cohorts.py -o FOLDER [--spectra FILE.mgf.gz] [--subjects 24] [--replicates 2]

Two kinds of cohorts are made of measured spectra (MassBank in ../shared/data, spectra whose molecules the model that
ships was not trained on). Every subject has molecules of its own, so that its replicates are more alike than others.

- molecules: cases have spectra of molecules that controls lack. Precursors alone can tell that.
- isomers: controls have those of some molecules, cases those of isomers of the same ion, drawn alike. Precursors
  cannot tell that; what does is in the peaks.

Each is pooled, learned, and learned again with labels that were dealt out anew between the subjects.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from split_spectra import RECORD, field, read_text
from workplace import PROGRAMS, ROOT, program_at

POOLS = ("mean", "mean-deviation", "weighted", "codebook", "words", "precursors")
DESIGNS = ("molecules", "isomers")
CLASSES = ("control", "case")


@dataclass
class Design:
    """Spectra that both classes have by molecule, and for either class how its own are drawn."""
    background: dict[str, list[str]]
    own: dict[str, list[list[str]]]  # by class: lists, one of which is chosen first, and then a spectrum of it


def by_molecule(records: list[str]) -> dict[str, list[str]]:
    molecules: dict[str, list[str]] = defaultdict(list)
    for record in records:
        molecules[field(record, "SMILES")].append(record)
    return dict(sorted(molecules.items()))


def molecules_design(records: list[str], draw: random.Random, many: int) -> Design:
    molecules = by_molecule(records)
    special = draw.sample(sorted(molecules), many)
    background = {name: spectra for name, spectra in molecules.items() if name not in special}
    return Design(background, {"control": list(background.values()), "case": [molecules[name] for name in special]})


def isomer_pairs(records: list[str]) -> list[tuple[str, list[str], str, list[str]]]:
    """Two molecules of one formula with spectra of one kind of ion: name, spectra, name, spectra."""
    ions: dict[tuple[str, str], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for record in records:
        ions[field(record, "FORMULA"), field(record, "ADDUCT")][field(record, "SMILES")].append(record)
    pairs = []
    for key in sorted(ions):
        names = sorted(ions[key])
        if len(names) >= 2:
            pairs.append((names[0], ions[key][names[0]], names[1], ions[key][names[1]]))
    return pairs


def isomers_design(records: list[str], draw: random.Random, many: int) -> Design:
    pairs = isomer_pairs(records)
    chosen = draw.sample(pairs, min(many, len(pairs)))
    special = {name for a, _, b, _ in chosen for name in (a, b)}
    background = {name: spectra for name, spectra in by_molecule(records).items() if name not in special}
    return Design(background, {"control": [a for _, a, _, _ in chosen], "case": [b for *_, b in chosen]})


@dataclass
class Sizes:
    subjects: int  # of each class
    replicates: int
    spectra: int
    share: float  # of the spectra that are the class's own
    variety: float  # share of the background molecules that a subject has


def samples_of(design: Design, sizes: Sizes, draw: random.Random) -> Iterator[tuple[str, str, str, list[str]]]:
    """Name, subject, class and records of every sample."""
    names = sorted(design.background)
    own_count = round(sizes.share * sizes.spectra)
    for number in range(2 * sizes.subjects):
        label, subject = CLASSES[number % 2], f"subject-{number:03}"
        mine = draw.sample(names, round(sizes.variety * len(names)))
        for replicate in range(sizes.replicates):
            own = [draw.choice(draw.choice(design.own[label])) for _ in range(own_count)]
            common = [draw.choice(design.background[draw.choice(mine)]) for _ in range(sizes.spectra - own_count)]
            records = own + common
            draw.shuffle(records)
            yield f"{subject}-{replicate}", subject, label, records


def write_cohort(folder: Path, design: Design, sizes: Sizes, draw: random.Random) -> None:
    (folder / "runs").mkdir(parents=True, exist_ok=True)
    rows = []
    for name, subject, label, records in samples_of(design, sizes, draw):
        (folder / "runs" / f"{name}.mgf").write_text("\n".join(record + "\n" for record in records))
        rows.append((name, subject, label))
    write_labels(folder / "labels.tsv", rows)
    label_of = {subject: label for _, subject, label in rows}
    labels = list(label_of.values())
    draw.shuffle(labels)
    dealt = dict(zip(label_of, labels))
    write_labels(folder / "dealt.tsv", [(name, subject, dealt[subject]) for name, subject, _ in rows])


def write_labels(path: Path, rows: list[tuple[str, str, str]]) -> None:
    path.write_text("sample\tsubject\tlabel\n" + "".join("\t".join(row) + "\n" for row in rows))


def specbridge(program: Path, *arguments: object) -> str:
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"specbridge {' '.join(map(str, arguments))}: {done.stderr}")
    return done.stdout


def shown(figure: dict) -> str:
    low, high = figure["interval_95"]
    return f"{figure['value']:.3f} [{low:.3f}, {high:.3f}]"


def measure(program: Path, folder: Path, pool: str, permutations: int) -> dict:
    """What comes out for a pooling: widths and figures of the true labels, and of those dealt out anew."""
    vectors = folder / f"{pool}.npy"
    made = json.loads(specbridge(program, "sample", "embed", folder / "runs", "--pool", pool, "-o", vectors, "--force",
                                 "--json"))
    fit = ("sample", "fit", vectors, "--groups", "subject", "--json", "--force", "--drivers", 0)
    true = json.loads(specbridge(program, *fit, "--labels", folder / "labels.tsv", "-o", folder / f"{pool}.cohort",
                                 "--permute", permutations))
    dealt = json.loads(specbridge(program, *fit, "--labels", folder / "dealt.tsv", "-o", folder / f"{pool}.dealt",
                                  "--permute", 0))
    return {"width": made["width"], "true": true, "dealt": dealt}


def print_row(design: str, pool: str, found: dict) -> None:
    true, dealt = found["true"], found["dealt"]
    permuted = true["permuted"]
    low, high = permuted["auc_95"]
    print(f"| {design} | {pool} | {found['width']:,} | {shown(true['figures']['auc'])} "
          f"| {shown(true['figures']['macro_f1'])} | {permuted['p_value']:.4f} "
          f"| {permuted['auc_mean']:.3f} [{low:.3f}, {high:.3f}] | {shown(dealt['figures']['auc'])} |", flush=True)


def parse_arguments() -> argparse.Namespace:
    data = Path(os.environ.get("SPECBRIDGE_DATA") or ROOT / "../shared/data")
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("-o", "--out", type=Path, required=True, help="folder for cohorts and results")
    parser.add_argument("--spectra", type=Path, default=data / "massbank_val.mgf.gz", help="MGF with SMILES")
    parser.add_argument("--program", type=Path, default=PROGRAMS / "specbridge")
    parser.add_argument("--designs", nargs="+", choices=DESIGNS, default=DESIGNS)
    parser.add_argument("--pools", nargs="+", choices=POOLS, default=POOLS)
    parser.add_argument("--subjects", type=int, default=24, help="of each class")
    parser.add_argument("--replicates", type=int, default=2)
    parser.add_argument("--spectra-per-sample", type=int, default=200)
    parser.add_argument("--share", type=float, default=0.05, help="of the spectra in which the cohorts differ")
    parser.add_argument("--molecules", type=int, default=10, help="that only one class has, or pairs of isomers")
    parser.add_argument("--variety", type=float, default=0.8, help="share of the other molecules that a subject has")
    parser.add_argument("--permute", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def main() -> int:
    arguments = parse_arguments()
    program = program_at(arguments.program)
    records = [record for record in RECORD.findall(read_text(arguments.spectra)) if field(record, "SMILES")]
    sizes = Sizes(arguments.subjects, arguments.replicates, arguments.spectra_per_sample, arguments.share,
                  arguments.variety)
    makers = {"molecules": molecules_design, "isomers": isomers_design}
    print("| design | pool | width | AUC [95 %] | macro F1 [95 %] | p | permuted AUC, mean [95 % of them] "
          "| AUC of labels dealt anew [95 %] |\n|---|---|---|---|---|---|---|---|")
    for name in arguments.designs:
        draw = random.Random(f"{name} {arguments.seed}")
        folder = arguments.out / name
        write_cohort(folder, makers[name](records, draw, arguments.molecules), sizes, draw)
        for pool in arguments.pools:
            print_row(name, pool, measure(program, folder, pool, arguments.permute))
    return 0


if __name__ == "__main__":
    sys.exit(main())
