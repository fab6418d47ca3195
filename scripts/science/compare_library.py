#!/usr/bin/env python3
"""Builds a large library of spectra and searches it, beside ms-entropy's FlashEntropySearch on the same spectra.

    scripts/science/compare_library.py [--programs FOLDER] [--spectra 1000000] [--queries 1000] [--json OUT.json]
                                       [SPECTRA.mgf.gz]

The library is the MassBank training spectra of ../shared/data (SPECBRIDGE_DATA) as often as it takes, every copy moved
a little: precursor and peaks by up to 5 ppm, intensities by up to 20 %. Queries are drawn from it and moved once more.
Both sides search on one core, in one process each, without opening the library or reading queries; ms-entropy gives the
scores of all spectra, specbridge the ten best. Scores are compared, too. ms-entropy needs 2 GB of memory a million.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from split_spectra import RECORD, read_text
from workplace import PROGRAMS, ROOT, oracles_python, program_at

ORACLE = ROOT / "scripts/science/flash_oracle.py"
PPM, SHARE, TOLERANCE = 5, 0.2, 0.02


def default_spectra() -> Path:
    return Path(os.environ.get("SPECBRIDGE_DATA") or ROOT / "../shared/data") / "massbank_train.mgf.gz"


def moved(mz: float, draw: random.Random) -> float:
    return mz * (1 + draw.uniform(-PPM, PPM) * 1e-6)


def varied(record: str, name: str, draw: random.Random) -> str:
    """A record as another measurement would have it."""
    lines = []
    for line in record.splitlines():
        if line[:1].isdigit():
            mz, intensity = map(float, line.split()[:2])
            lines.append(f"{moved(mz, draw):.6f} {intensity * draw.uniform(1 - SHARE, 1 + SHARE):.5g}")
        elif line.startswith("PRECURSOR_MZ="):
            lines.append(f"PRECURSOR_MZ={moved(float(line.split('=')[1]), draw):.6f}")
        else:
            lines.append(f"SPECTRUM_ID={name}" if line.startswith("SPECTRUM_ID=") else line)
    return "\n".join(lines) + "\n\n"


def write_library(source: list[str], count: int, draw: random.Random, path: Path) -> None:
    with path.open("w") as file:
        for number in range(count):
            file.write(varied(source[number % len(source)], f"s{number}", draw))


def build(program: Path, folder: Path, threads: int) -> dict:
    start = time.monotonic()
    said = subprocess.run([program, "index", "--spectra", folder / "library.mgf", "-o", folder / "library", "--threads",
                           str(threads), "--json", "-q"], check=True, capture_output=True, text=True).stdout
    files = sum(path.stat().st_size for path in (folder / "library").iterdir())
    return {**json.loads(said), "seconds": time.monotonic() - start, "bytes": files}


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("source", nargs="?", type=Path, default=default_spectra())
    parser.add_argument("--programs", type=Path, default=PROGRAMS)
    parser.add_argument("--spectra", type=int, default=1_000_000)
    parser.add_argument("--queries", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2, help="of building the library")
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


def lines_of(found: dict) -> list[str]:
    built, own, flash = found["index"], found["specbridge"], found["ms_entropy"]
    queries = own["queries"]
    own_ms = 1e3 * own["open"]["seconds"] / queries
    flash_ms = 1e3 * flash["seconds"] / flash["queries"]
    return [
        f"index --spectra: {built['spectra']:,} spectra of {built['molecules']:,} molecules in "
        f"{built['seconds']:.1f} s, {built['bytes'] / 1e9:.3f} GB ({built['duplicates']:,} duplicates, "
        f"{built['rejected']:,} rejected)",
        f"identity, {queries:,} queries: {own['identity']['seconds']:.3f} s (first time "
        f"{own['identity']['first_seconds']:.3f} s), {own['identity']['found']:,} pairs",
        f"open, a query: {own_ms:.2f} ms; ms-entropy {flash_ms:.2f} ms, {flash_ms / own_ms:.1f} times as long",
        f"largest difference of the best score: {found['largest_difference']:.1e}"]


def main() -> int:
    arguments = parse_arguments()
    program = program_at(arguments.programs / "specbridge")
    probe, python = program_at(arguments.programs / "specbridge_library_probe"), oracles_python()
    draw = random.Random(arguments.seed)
    source = RECORD.findall(read_text(arguments.source))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_library(source, arguments.spectra, draw, folder / "library.mgf")
        (folder / "queries.mgf").write_text("".join(
            varied(source[draw.randrange(len(source))], f"q{number}", draw) for number in range(arguments.queries)))
        found = {"index": build(program, folder, arguments.threads)}
        found["specbridge"] = json.loads(subprocess.run(
            [probe, folder / "library", folder / "queries.mgf", str(TOLERANCE)], check=True, capture_output=True,
            text=True).stdout)
        subprocess.run([python, ORACLE, folder / "library", folder / "queries.mgf", str(TOLERANCE),
                        folder / "oracle.json"], check=True)
        found["ms_entropy"] = json.loads((folder / "oracle.json").read_text())
    own, other = found["specbridge"]["best"], found["ms_entropy"]["best"]
    found["largest_difference"] = max(abs(a - b) for a, b in zip(own, other))
    print("\n".join(lines_of(found)))
    if arguments.json:
        arguments.json.write_text(json.dumps(found, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
