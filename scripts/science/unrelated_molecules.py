#!/usr/bin/env python3
"""The molecules of a list that tell nothing of some spectra: those whose mass is near that of none of their molecules.

What learns from a list of molecules what molecules look like (train --objective generate) has seen the candidates of
every spectrum whose molecule is in it, and finds the one that it has seen. A list without truths alone would be as
wrong the other way about: their isomers would be in it. So all of about the mass of a truth are left out.

example:
  unrelated_molecules.py library.smi.gz --spectra val.mgf.gz -o unrelated.smi.gz"""

from __future__ import annotations

import argparse
import gzip
import sys
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from pathlib import Path

from rdkit import Chem, RDLogger
from rdkit.Chem.Descriptors import ExactMolWt
from split_spectra import RECORD, field, read_text


def mass_of(smiles: str) -> float | None:
    """Da; none for what is no molecule."""
    molecule = Chem.MolFromSmiles(smiles)
    return ExactMolWt(molecule) if molecule is not None else None


def masses_of(spectra: Path) -> list[float]:
    """Of the molecules of spectra, ascending."""
    smiles = {field(record, "SMILES") for record in RECORD.findall(read_text(spectra))} - {""}
    return sorted(mass for mass in map(mass_of, smiles) if mass is not None)


def is_near(mass: float, masses: Sequence[float], ppm: float) -> bool:
    place = bisect_left(masses, mass)
    return any(abs(mass - other) <= ppm * 1e-6 * other for other in masses[max(place - 1, 0):place + 1])


def unrelated(lines: Iterable[str], masses: Sequence[float], ppm: float) -> list[str]:
    """Lines "id<TAB>SMILES" of molecules that lie near no mass. A line that is no molecule is left out."""
    kept = []
    for line in lines:
        mass = mass_of(line.split("\t")[-1])
        if mass is not None and not is_near(mass, masses, ppm):
            kept.append(line)
    return kept


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("molecules", type=Path, help="list of molecules: id, tab, SMILES a line")
    parser.add_argument("--spectra", type=Path, required=True, help="MGF file with SMILES")
    parser.add_argument("--ppm", type=float, default=20, help="how near is too near (default: 20)")
    parser.add_argument("-o", "--out", type=Path, required=True, metavar="FILE", help="list to write, gzip-compressed")
    options = parser.parse_args(arguments)
    RDLogger.DisableLog("rdApp.*")
    path = options.spectra
    try:
        masses = masses_of(path)
        if not masses:
            raise ValueError("states no molecule (SMILES)")
        path = options.molecules
        lines = read_text(path).splitlines()
        kept = unrelated(lines, masses, options.ppm)
        if not kept:
            raise ValueError(f"no molecule is further than {options.ppm:g} ppm from all of {options.spectra}")
        path = options.out
        with gzip.open(path, "wt") as file:
            file.writelines(f"{line}\n" for line in kept)
    except (OSError, EOFError, UnicodeDecodeError, ValueError) as error:
        print(f"error: {path}: {error}", file=sys.stderr)
        return 2
    print(f"{len(kept)} of {len(lines)} molecules")
    return 0


if __name__ == "__main__":
    sys.exit(main())
