#!/usr/bin/env python3
"""Compares `specbridge mces` with the reference, the myopic-mces package with Debian's coinor-cbc.

usage: scripts/science/compare_mces.py --library library.smi.gz [--program build/release/bin/specbridge] [--pairs 500]
                               [--threshold 15] [--seed 1]

Half of the pairs are random, the other half have equal masses (10 ppm), as the candidates of a search have. Prints
how many distances agree and how many times faster specbridge is on the second half, both on one thread, one after
the other. What is missing is installed first: coinor-cbc (with sudo when you are not root), and the package in an
environment of its own (1.1 GB) in ${SPECBRIDGE_CACHE:-~/.cache/specbridge}. Exit code 1 when a distance differs.
"""

import argparse
import gzip
import hashlib
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from workplace import PROGRAMS, cache, program_at

PINS = ["myopic-mces==1.3.2", "PuLP==3.3.2", "rdkit==2026.9.1", "numpy==2.4.6"]
SAME_MASS_PPM = 10
SAMPLE = 20000  # molecules among which pairs of equal mass are looked for


def say(text):
    print(text, file=sys.stderr, flush=True)


def install_solver():
    if shutil.which("cbc"):
        return
    say("== installing coinor-cbc")
    root = [] if os.geteuid() == 0 else ["sudo"]
    subprocess.run([*root, "apt-get", "update", "-qq"], check=True)
    subprocess.run([*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "-qq",
                    "--no-install-recommends", "coinor-cbc"], check=True, stdout=sys.stderr)


def make_environment():
    """The Python of an environment that holds the pinned packages; other pins make another one."""
    folder = cache() / f"venv-mces-{hashlib.sha256(' '.join(PINS).encode()).hexdigest()[:12]}"
    python = folder / "bin/python"
    if not (folder / "complete").exists():
        say(f"== making {folder} (1.1 GB)")
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--no-cache-dir", "--disable-pip-version-check",
                        *PINS], check=True, stdout=sys.stderr)
        (folder / "complete").touch()
    return python


def read_library(path):
    opened = gzip.open(path, "rt") if path.suffix == ".gz" else open(path)
    with opened as lines:
        return [line.split()[-1] for line in lines if line.strip()]


def random_pairs(smiles, count, draw):
    return [tuple(draw.sample(smiles, 2)) for _ in range(count)]


def pairs_of_equal_mass(smiles, count, draw):
    """Neighbours in a list of molecules by mass, in random order."""
    from rdkit import Chem
    from rdkit.Chem.Descriptors import ExactMolWt

    sample = draw.sample(smiles, min(SAMPLE, len(smiles)))
    # The package's RDKit is newer than Debian's and refuses a few molecules that it reads.
    read = ((Chem.MolFromSmiles(text), text) for text in sample)
    by_mass = sorted((ExactMolWt(molecule), text) for molecule, text in read if molecule is not None)
    near = [(one[1], two[1]) for one, two in zip(by_mass, by_mass[1:])
            if one[1] != two[1] and two[0] - one[0] <= SAME_MASS_PPM * 1e-6 * one[0]]
    return draw.sample(near, min(count, len(near)))


def cpu_seconds():
    """Of this process and of the programs that it has run."""
    own, others = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime


def timed(work):
    wall, cpu = time.perf_counter(), cpu_seconds()
    result = work()
    return result, time.perf_counter() - wall, cpu_seconds() - cpu


def with_reference(pairs, threshold, mces):
    distances = []
    for number, (one, two) in enumerate(pairs, 1):
        distances.append(mces(one, two, threshold=threshold, solver="COIN_CMD",
                              solver_options={"threads": 1, "msg": 0})[1])
        if number % 50 == 0:
            say(f"reference: {number} of {len(pairs)} pairs")
    return distances


def with_specbridge(pairs, threshold, program):
    with tempfile.TemporaryDirectory() as folder:
        table, out = Path(folder) / "pairs.tsv", Path(folder) / "out.tsv"
        table.write_text("".join(f"{one}\t{two}\n" for one, two in pairs))
        subprocess.run([program, "mces", table, "--threshold", str(threshold), "--threads", "1", "-q", "-o", out],
                       check=True)
        return [line.split("\t") for line in out.read_text().splitlines()[1:]]


def compare(name, pairs, options):
    """Prints one set of pairs; returns how many distances differ."""
    from myopic_mces.myopic_mces import MCES  # not within the time that is measured

    expected, wall, cpu = timed(lambda: with_reference(pairs, options.threshold, MCES))
    rows, our_wall, our_cpu = timed(lambda: with_specbridge(pairs, options.threshold, options.program))
    within = sum(float(row[6]) for row in rows) / len(rows)
    differing = [(row, value) for row, value in zip(rows, expected) if float(row[2]) != value]
    solved = sum(row[3] == "1" for row in rows)
    print(f"{name}: {len(pairs)} pairs, {solved} of them within the threshold of {options.threshold}")
    print(f"  agreement    {len(pairs) - len(differing)} of {len(pairs)}")
    print(f"  reference    {1000 * wall / len(pairs):10.3f} ms a pair, {cpu:.2f} s of CPU")
    print(f"  specbridge   {1000 * our_wall / len(pairs):10.3f} ms a pair, {our_cpu:.2f} s of CPU, start of the "
          f"program included ({within:.3f} ms in the distance alone)")
    print(f"  speed ratio  {wall / our_wall:10.0f} x by the clock, {cpu / our_cpu:.0f} x by CPU time")
    for row, value in differing:
        print(f"  differs: {row[0]} {row[1]}: reference {value}, specbridge {row[2]} {row[7]}")
    return len(differing)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--library", type=Path, required=True, help="molecules: SMILES as the last column of each line")
    parser.add_argument("--program", type=Path, default=PROGRAMS / "specbridge")
    parser.add_argument("--pairs", type=int, default=500)
    parser.add_argument("--threshold", type=float, default=15)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if not options.library.is_file():
        parser.error(f"{options.library}: no such file")
    options.program = program_at(options.program)
    if options.pairs < 2:
        parser.error("--pairs: expected 2 or more")
    return options


def main():
    options = arguments()
    install_solver()
    python = make_environment()
    if Path(sys.prefix).resolve() != python.parent.parent.resolve():
        os.execv(python, [str(python), *sys.argv])
    draw = random.Random(options.seed)
    smiles = read_library(options.library)
    half = options.pairs // 2
    sets = {"random pairs": random_pairs(smiles, options.pairs - half, draw),
            "pairs of equal mass": pairs_of_equal_mass(smiles, half, draw)}
    return 1 if sum(compare(name, pairs, options) for name, pairs in sets.items()) else 0


if __name__ == "__main__":
    sys.exit(main())
