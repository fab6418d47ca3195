#!/usr/bin/env python3
"""Spectra with other peaks in place of their own: an MGF file of the same records in the same order.

  swapped     the peaks of a spectrum of another molecule and the same ion mode, drawn at random
  precursor   one peak at the precursor m/z

Fields stay, the precursor m/z among them: what is found then is found without the spectrum.

example:
  control_spectra.py swapped measured.mgf swapped.mgf"""

from __future__ import annotations

import argparse
import random
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from mgf_records import Record, read_mgf, write_mgf


def ion_mode(record: Record) -> str:
    return "negative" if "-" in record.charge else "positive"


def swapped(records: Sequence[Record], seed: int) -> list[Record]:
    """@raises ValueError where an ion mode has one molecule alone."""
    by_mode: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        by_mode[ion_mode(record)].append(record)
    draw = random.Random(seed)
    shown = []
    for record in records:
        own = record.fields.get("SMILES")
        others = by_mode[ion_mode(record)]
        if all(other.fields.get("SMILES") == own for other in others):
            raise ValueError(f"no spectrum of another molecule in {ion_mode(record)} mode")
        other = record
        while other.fields.get("SMILES") == own:
            other = draw.choice(others)
        shown.append(record.with_peaks(other.peaks))
    return shown


def at_precursor(records: Sequence[Record]) -> list[Record]:
    return [record.with_peaks([(record.precursor_mz, 100.0)]) for record in records]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("peaks", choices=("swapped", "precursor"))
    parser.add_argument("spectra", type=Path, help="MGF file with SMILES")
    parser.add_argument("out", type=Path, help="MGF file to write")
    parser.add_argument("--seed", type=int, default=1, help="of the draws (default: 1)")
    options = parser.parse_args(arguments)
    path = options.spectra
    try:
        records = read_mgf(path)
        if not records:
            raise ValueError("holds no spectrum with peaks and a precursor")
        shown = swapped(records, options.seed) if options.peaks == "swapped" else at_precursor(records)
        path = options.out
        write_mgf(path, shown)
    except (OSError, EOFError, UnicodeDecodeError, ValueError) as error:
        print(f"error: {path}: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
