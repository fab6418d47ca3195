#!/usr/bin/env python3
"""Part the spectra of an MGF file into library spectra and queries, as a lab would meet them.

Of a share of the molecules that have several spectra, half of each one's spectra go into the library and the others are
queries whose molecule is in it (covered); all spectra of the other molecules are queries whose molecule is not
(uncovered). Which is which is drawn by the seed from the sorted SMILES.
"""

from __future__ import annotations

import argparse
import random
import sys
from pathlib import Path

from split_spectra import RECORD, field, read_text


def parts_of(text: str, share: float, seed: int) -> tuple[list[str], list[str], list[str]]:
    """Library, covered and uncovered records, in the order of the file. Records without SMILES are in none."""
    by_molecule: dict[str, list[int]] = {}
    records = RECORD.findall(text)
    for place, record in enumerate(records):
        smiles = field(record, "SMILES")
        if smiles:
            by_molecule.setdefault(smiles, []).append(place)
    drawn = random.Random(seed)
    part_of = [-1] * len(records)
    for smiles in sorted(by_molecule):
        places = by_molecule[smiles]
        if len(places) < 2 or drawn.random() >= share:
            for place in places:
                part_of[place] = 2
            continue
        drawn.shuffle(places)
        for i, place in enumerate(places):
            part_of[place] = 0 if i < len(places) // 2 else 1
    parts: tuple[list[str], list[str], list[str]] = ([], [], [])
    for part, record in zip(part_of, records):
        if part >= 0:
            parts[part].append(record.rstrip("\n") + "\n\n")
    return parts


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("spectra", type=Path, help="MGF file with SMILES, gzip-compressed or not")
    parser.add_argument("parts", type=Path, nargs=3, metavar="PART",
                        help="MGF files to write: library, covered, uncovered")
    parser.add_argument("--share", type=float, default=0.5, help="of the molecules that are covered (default: 0.5)")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    try:
        parts = parts_of(read_text(options.spectra), options.share, options.seed)
    except (OSError, UnicodeDecodeError, EOFError) as error:
        print(f"error: {options.spectra}: {error}", file=sys.stderr)
        return 2
    for path, records in zip(options.parts, parts):
        path.write_text("".join(records))
    return 0


if __name__ == "__main__":
    sys.exit(main())
