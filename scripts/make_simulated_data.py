#!/usr/bin/env python3
"""Make the simulated spectra of the tests in tests/fixtures/simulated/ from its molecules.tsv.

The spectra are simulated by breaking bonds, so that every part of the toolkit can be tried, and
tested, without a download.  They follow the bookkeeping of real spectra (exact masses, adducts,
mass errors, noise), not the chemistry.  The same seed and the same RDKit give the same content.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from rdkit import RDLogger

from simulated_data.common import SimulationError
from simulated_data.files import make, manifest_text, write_all
from simulated_data.molecules import read_molecules

DATA = Path(__file__).resolve().parents[1] / "tests/fixtures/simulated"


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Make the simulated spectra of the tests.")
    parser.add_argument("-o", "--out", type=Path, default=DATA, help="folder to write to")
    parser.add_argument("--molecules", type=Path, default=DATA / "molecules.tsv",
                        help="name<TAB>SMILES")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args(argv)
    RDLogger.DisableLog("rdApp.*")
    try:
        files, counts = make(read_molecules(args.molecules), args.seed)
        files["manifest.json"] = manifest_text(files, counts, args.seed)
        write_all(files, args.out)
    except (SimulationError, OSError) as err:
        print(f"error: {err}", file=sys.stderr)
        return 1
    print(" ".join(f"{k}={v}" for k, v in counts.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
