#!/usr/bin/env python3
"""Split an MGF file into two halves by molecule: all spectra of one SMILES are in one half.

The molecules are parted by a random order that the seed draws from their sorted SMILES, so that what is fitted to one
half (specbridge calibrate) can be measured on the other.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import sys
from collections import Counter
from pathlib import Path

RECORD = re.compile(r"^BEGIN IONS$.*?^END IONS$\n?", re.MULTILINE | re.DOTALL)


def read_text(path: Path) -> str:
    raw = path.read_bytes()
    return (gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw).decode()


def field(record: str, name: str) -> str:
    """What a record states; empty where it states nothing."""
    found = re.search(rf"^{name}=(.*)$", record, re.MULTILINE)
    return found.group(1).strip() if found else ""


def halves_of(text: str, seed: int, known: set[str] | None = None) -> tuple[list[str], list[str]]:
    """The records of each half, in their order; in neither are those without SMILES, or with one that is not known."""
    records = [(field(record, "SMILES"), record) for record in RECORD.findall(text)]
    if known is not None:
        records = [(smiles, record) for smiles, record in records if smiles in known]
    molecules = sorted({smiles for smiles, _ in records if smiles})
    random.Random(seed).shuffle(molecules)
    first = set(molecules[:len(molecules) // 2])
    halves: tuple[list[str], list[str]] = ([], [])
    for smiles, record in records:
        if smiles:
            halves[0 if smiles in first else 1].append(record.rstrip("\n") + "\n\n")
    return halves


def thinned(records: list[str], most: int) -> list[str]:
    """At most so many records of a molecule, evenly spread over those it has, in their order."""
    counts = Counter(field(record, "SMILES") for record in records)
    seen: Counter[str] = Counter()
    kept = []
    for record in records:
        smiles = field(record, "SMILES")
        count, place = counts[smiles], seen[smiles]
        seen[smiles] += 1
        if count <= most or (place + 1) * most // count > place * most // count:
            kept.append(record)
    return kept


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("spectra", type=Path, help="MGF file with SMILES, gzip-compressed or not")
    parser.add_argument("halves", type=Path, nargs=2, metavar="HALF", help="two MGF files to write")
    parser.add_argument("--seed", type=int, default=1, help="of the order that parts the molecules (default: 1)")
    parser.add_argument("--pools", type=Path, help="candidate pools (JSON by SMILES, as written in the spectra): leave "
                        "out spectra that have none")
    parser.add_argument("--most", type=int, metavar="N", help="spectra of a molecule at most, evenly spread over those "
                        "it has (default: all)")
    options = parser.parse_args(arguments)
    if options.most is not None and options.most < 1:
        parser.error(f"--most: found {options.most}, expected at least 1")
    try:
        known = set(json.loads(read_text(options.pools))) if options.pools else None
        halves = halves_of(read_text(options.spectra), options.seed, known)
    except (OSError, UnicodeDecodeError, EOFError) as error:
        print(f"error: {options.spectra}: {error}", file=sys.stderr)
        return 2
    if not all(halves):
        print(f"error: {options.spectra}: holds fewer than two molecules with SMILES", file=sys.stderr)
        return 2
    for path, records in zip(options.halves, halves):
        if options.most:
            records = thinned(records, options.most)
        path.write_text("".join(records))
    return 0


if __name__ == "__main__":
    sys.exit(main())
