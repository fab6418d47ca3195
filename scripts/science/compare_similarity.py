"""Compares every score of `specbridge similarity` with its oracle on real pairs of spectra, and both for speed.

    scripts/science/compare_similarity.py [--programs FOLDER] [--pairs 10000] [--seed 1] [--json OUT.json]
                                          [--speed-only | --scores-only] [SPECTRA.mgf.gz]

The spectra are those of MassBank in ../shared/data (SPECBRIDGE_DATA), of which 4,000 are drawn. Half of the pairs are
of one precursor m/z within 10 ppm, so that they share peaks; the others are any two of one polarity. The oracles
(matchms, ms-entropy, corems) live in an environment of their own, made by scripts/setup.sh --oracles on the first run.
Both sides read the same numbers. Of a file that ends with .msp or .msp.gz all spectra are taken as one precursor's,
whatever they are of: those of electron ionisation (massbank_ei_library.msp.gz) have none. Speeds are per pair, in
processor time of one core: matchms over pairs of any two spectra in one process, once it has compiled itself and
without reading; specbridge over all pairs of the same spectra, less a run that reads them and compares none.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import os
import random
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from mgf_records import Record, read_mgf, write_mgf
from workplace import PROGRAMS, ROOT, oracles_python, program_at

ORACLES = ROOT / "scripts/science/similarity_oracles.py"
SPECTRA, MOST_EQUAL, PPM = 4000, 1e-6, 10
SCORES = ["cosine", "cosine_hungarian", "cosine_linear", "modified_cosine", "modified_cosine_hungarian",
          "neutral_losses", "entropy", "entropy_unweighted", "entropy_hybrid", "weighted_cosine", "reverse"]
# What is compared: our score, its options, the oracle's name.
COMPARISONS = [(name, [], name) for name in SCORES] + [
    ("entropy", [], "entropy in double precision"),
    ("entropy_unweighted", [], "entropy_unweighted in double precision"),
    ("entropy_hybrid", [], "entropy_hybrid in double precision"),
    ("entropy_hybrid", ["--tolerance", "0.02005Da"], "entropy_hybrid in double precision, 0.02005 Da"),
    ("stein_scott", ["--mz-power", "3", "--unit-mass", "round"], "stein_scott"),
    ("stein_scott", ["--mz-power", "1.3", "--unit-mass", "round"], "stein_scott nist")]


def default_spectra() -> Path:
    return Path(os.environ.get("SPECBRIDGE_DATA") or ROOT / "../shared/data") / "massbank_train.mgf.gz"


# ---- spectra and pairs --------------------------------------------------------------------------------------------

def scaled(record: Record) -> Record:
    """What a score can depend on, base peak 1."""
    base = max(intensity for _, intensity in record.peaks)
    return Record({"PEPMASS": repr(record.precursor_mz), "CHARGE": record.charge},
                  [(mz, intensity / base) for mz, intensity in record.peaks])


def read_msp(path: Path) -> list[Record]:
    """The peaks of the records, all with one made-up precursor."""
    spectra: list[Record] = []
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as file:
        for line in map(str.strip, file):
            if line.startswith("Num Peaks:"):
                spectra.append(Record({"PEPMASS": "1000", "CHARGE": "1+"}, []))
            elif line[:1].isdigit():
                mz, intensity = map(float, line.split()[:2])
                spectra[-1].peaks.append((mz, intensity))
    return [spectrum for spectrum in spectra if any(intensity > 0 for _, intensity in spectrum.peaks)]


def drawn_spectra(path: Path, count: int, draw: random.Random) -> list[Record]:
    """A run of neighbours in the file, which holds replicates, from each of some places."""
    if ".msp" in path.suffixes:
        return [scaled(record) for record in read_msp(path)][:count]
    usable = [scaled(record) for record in read_mgf(path)]
    starts = sorted(draw.sample(range(0, len(usable), 20), min(count // 20, len(usable) // 20)))
    return [spectrum for start in starts for spectrum in usable[start:start + 20]]


def close_pairs(spectra: list[Record]) -> list[tuple[int, int]]:
    """All pairs of one polarity within the window of precursors."""
    order = sorted(range(len(spectra)), key=lambda i: spectra[i].precursor_mz)
    found = []
    for place, i in enumerate(order):
        for j in order[place + 1:]:
            if spectra[j].precursor_mz - spectra[i].precursor_mz > PPM * 1e-6 * spectra[i].precursor_mz:
                break
            if spectra[i].charge == spectra[j].charge:
                found.append((min(i, j), max(i, j)))
    return sorted(found)


def drawn_pairs(spectra: list[Record], count: int, draw: random.Random) -> list[tuple[int, int]]:
    close = close_pairs(spectra)
    pairs = draw.sample(close, min(count // 2, len(close)))
    while len(pairs) < count:
        i, j = draw.randrange(len(spectra)), draw.randrange(len(spectra))
        if i != j and spectra[i].charge == spectra[j].charge:
            pairs.append((i, j))
    return pairs


def write_inputs(spectra: list[Record], pairs: list[tuple[int, int]], folder: Path) -> None:
    """The same numbers for both sides: shortest decimals, which read back to the same double."""
    write_mgf(folder / "spectra.mgf", spectra)
    (folder / "spectra.json").write_text(json.dumps(
        [{"precursor_mz": spectrum.precursor_mz, "mz": [mz for mz, _ in spectrum.peaks],
          "intensities": [intensity for _, intensity in spectrum.peaks]} for spectrum in spectra]))
    (folder / "pairs.tsv").write_text("query_index\treference_index\n"
                                      + "".join(f"{query}\t{reference}\n" for query, reference in pairs))


# ---- both sides ---------------------------------------------------------------------------------------------------

def own_scores(program: Path, folder: Path, score: str, options: list[str]) -> list[tuple[float, int]]:
    """(score, matched peaks) of every pair."""
    out = folder / "own.tsv"
    subprocess.run([program, "similarity", folder / "spectra.mgf", "--pairs", folder / "pairs.tsv", "--score", score,
                    *options, "-q", "--force", "-o", out], check=True)
    rows = [line.split("\t") for line in out.read_text().splitlines()[1:]]
    return [(float(row[5]), int(row[6])) for row in rows]


def oracle_scores(python: Path, folder: Path) -> dict:
    subprocess.run([python, ORACLES, "scores", folder / "spectra.json", folder / "pairs.tsv", folder / "oracle.json"],
                   check=True)
    return json.loads((folder / "oracle.json").read_text())


def difference(name: str, own: list[tuple[float, int]], oracle: list) -> dict:
    """How far the two are apart, and in how many pairs they match other numbers of peaks."""
    gaps = [abs(a[0] - b[0]) if math.isfinite(b[0]) else math.inf for a, b in zip(own, oracle, strict=True)]
    counts = [(a[1], b[1]) for a, b in zip(own, oracle) if b[1] is not None]
    return {"score": name, "pairs": len(gaps), "sharing": sum(score > 0 for score, _ in own), "largest": max(gaps),
            "beyond": sum(gap > MOST_EQUAL for gap in gaps),
            "other_matches": sum(a != b for a, b in counts) if counts else None}


def compare_scores(program: Path, python: Path, spectra: list[Record], pairs: list, folder: Path) -> list[dict]:
    write_inputs(spectra, pairs, folder)
    oracle = oracle_scores(python, folder)
    return [difference(named, own_scores(program, folder, score, options), oracle[named])
            for score, options, named in COMPARISONS]


def own_seconds(program: Path, folder: Path, *options: str) -> tuple[float, int]:
    """Seconds of processor time of a run on one core, and the pairs that it compared."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    said = subprocess.run([program, "similarity", folder / "spectra.mgf", "--threads", "1", "--json", "-q", "--force",
                           "--min-score", "2", *options, "-o", folder / "speed.tsv"],
                          check=True, capture_output=True, text=True).stdout
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before, json.loads(said)["compared"]


def own_speed(program: Path, folder: Path, score: str) -> float:
    """Seconds a pair, the better of three runs."""
    runs = []
    for _ in range(3):
        start, _ = own_seconds(program, folder, "--score", score, "--precursor-tolerance", "0.000001ppm")
        total, compared = own_seconds(program, folder, "--score", score, "--open")
        runs.append((total - start) / compared)
    return min(runs)


def compare_speed(program: Path, python: Path, spectra: list[Record], draw: random.Random, folder: Path) -> dict:
    """Any two spectra, as an open search meets them."""
    write_inputs(spectra, drawn_pairs(spectra, 20_000, draw)[10_000:], folder)
    subprocess.run([python, ORACLES, "speed", folder / "spectra.json", folder / "pairs.tsv", folder / "speed.json"],
                   check=True)
    speeds = {"matchms CosineGreedy": json.loads((folder / "speed.json").read_text())["seconds_per_pair"]}
    for score in ("cosine", "cosine_hungarian", "cosine_linear", "modified_cosine", "entropy"):
        speeds[score] = own_speed(program, folder, score)
    return {"peaks_per_spectrum": sum(len(spectrum.peaks) for spectrum in spectra) / len(spectra),
            "seconds_per_pair": speeds}


# ---- what is printed ----------------------------------------------------------------------------------------------

def score_lines(found: Iterable[dict]) -> Iterator[str]:
    yield "| score | pairs | of them above 0 | largest difference | pairs beyond 1e-6 | other matched peaks |"
    yield "|---|---|---|---|---|---|"
    for row in found:
        matches = "-" if row["other_matches"] is None else row["other_matches"]
        yield (f"| {row['score']} | {row['pairs']:,} | {row['sharing']:,} | {row['largest']:.1e} | {row['beyond']} | "
               f"{matches} |")


def speed_lines(found: dict) -> Iterator[str]:
    slow = found["seconds_per_pair"]["matchms CosineGreedy"]
    yield f"{found['peaks_per_spectrum']:.1f} peaks a spectrum"
    yield "| | us a pair | times matchms |"
    yield "|---|---|---|"
    for name, seconds in found["seconds_per_pair"].items():
        yield f"| {name} | {seconds * 1e6:.3f} | {slow / seconds:.0f} |"


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("spectra", nargs="?", type=Path, default=default_spectra())
    parser.add_argument("--programs", type=Path, default=PROGRAMS)
    parser.add_argument("--pairs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path)
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--speed-only", action="store_true")
    only.add_argument("--scores-only", action="store_true")
    return parser.parse_args()


def main() -> int:
    arguments = parse_arguments()
    program, python = program_at(arguments.programs / "specbridge"), oracles_python()
    draw, result = random.Random(arguments.seed), {}
    spectra = drawn_spectra(arguments.spectra, SPECTRA, draw)
    with tempfile.TemporaryDirectory() as folder:
        if not arguments.speed_only:
            result["scores"] = compare_scores(program, python, spectra, drawn_pairs(spectra, arguments.pairs, draw),
                                              Path(folder))
            print("\n".join(score_lines(result["scores"])))
        if not arguments.scores_only:
            result["speed"] = compare_speed(program, python, spectra, draw, Path(folder))
            print("\n".join(speed_lines(result["speed"])))
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
