#!/usr/bin/env python3
"""Give each spectrum one of several kinds of candidate pools, in turn within a molecule.

What a model is calibrated on decides which queries its probabilities are for. Spectra that meet short lists and long
ones in turn make a calibration for both. The pools are written as a table with the columns query_id and smiles.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections import Counter
from pathlib import Path

from split_spectra import RECORD, field, read_text


def mixed(records: list[str], kinds: list[dict[str, list[str]]]) -> list[tuple[str, str]]:
    """Rows of query and candidate. The n-th spectrum of a molecule gets the pool of kind n, counted in a circle."""
    rows: list[tuple[str, str]] = []
    seen: Counter[str] = Counter()
    for record in records:
        truth, name = field(record, "SMILES"), field(record, "SPECTRUM_ID")
        if not truth or not name:
            raise ValueError("a record has no SMILES or no SPECTRUM_ID")
        pool = kinds[seen[truth] % len(kinds)].get(truth)
        seen[truth] += 1
        rows += [(name, candidate) for candidate in pool or []]
    return rows


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("spectra", type=Path, help="MGF file with SMILES and SPECTRUM_ID, gzip-compressed or not")
    parser.add_argument("pools", type=Path, nargs="+", help="candidate pools (JSON by SMILES)")
    parser.add_argument("-o", "--out", type=Path, required=True, help="table to write (.tsv.gz)")
    options = parser.parse_args(arguments)
    try:
        kinds = [json.loads(read_text(path)) for path in options.pools]
        rows = mixed(RECORD.findall(read_text(options.spectra)), kinds)
    except (OSError, UnicodeDecodeError, EOFError, ValueError) as error:
        print(f"error: {options.spectra}: {error}", file=sys.stderr)
        return 2
    text = "query_id\tsmiles\n" + "".join(f"{query}\t{candidate}\n" for query, candidate in rows)
    options.out.write_bytes(gzip.compress(text.encode(), mtime=0))
    return 0


if __name__ == "__main__":
    sys.exit(main())
