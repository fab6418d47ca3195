"""What bfloat16 costs and gives: rates of both precisions on one core side by side, and cosines of the same vectors.

    compare_precision.py [--model DIR] [--data DIR] [--molecules N] [--spectra N] [--rounds N]

Without --model, encoders of the published sizes with random weights are made and trained for a step: rates are theirs,
and so is the loss, of weights that have learned nothing; a model that is there states its own. A rate is that of the
inputs beyond the first tenth, so that opening the model does not count.
"""

from __future__ import annotations

import argparse
import gzip
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy

from mgf_records import read_mgf, write_mgf
from workplace import PROGRAMS, ROOT, program_at

PRECISIONS = ("float32", "bfloat16")
EXPORT = ROOT / "tools/export"


def run(*command) -> float:
    """@return processor seconds"""
    before = os.times()
    subprocess.run([str(word) for word in command], check=True)
    after = os.times()
    return (after.children_user - before.children_user) + (after.children_system - before.children_system)


def full_size_model(program: Path, folder: Path, spectra: Path, data: Path) -> Path:
    run(sys.executable, EXPORT / "export_dreams.py", "--random-init", "--seed", 1, "-o", folder / "dreams")
    run(sys.executable, EXPORT / "export_chemberta.py", "--random-init", "--seed", 1, "-o", folder / "chemberta")
    run(program, "train", "--spectra", spectra, "--spectrum-encoder", folder / "dreams", "--molecule-encoder",
        folder / "chemberta", "--config", ROOT / "configs/specbridge.json", "--set", "max_steps=1", "-q", "-o",
        folder / "model")
    return folder / "model"


def parts(folder: Path, name: str, lines: list, write) -> tuple[list[Path], int]:
    """The inputs, and their first tenth. @return both, and how many more the first has"""
    few = max(len(lines) // 10, 1)
    paths = [folder / f"all-{name}", folder / f"few-{name}"]
    write(paths[0], lines)
    write(paths[1], lines[:few])
    return paths, len(lines) - few


def compare(program: Path, model: Path, folder: Path, what: str, inputs: list[Path], more: int, rounds: int) -> None:
    rates: dict[str, list[float]] = {precision: [] for precision in PRECISIONS}
    for _ in range(rounds):
        for precision in PRECISIONS:
            seconds = [run(program, "embed", path, "--model", model, "--precision", precision, "--threads", 1, "-q",
                           "--force", "-o", folder / f"{precision}-{place}.npy") for place, path in enumerate(inputs)]
            rates[precision].append(more / (seconds[0] - seconds[1]))
    exact, rounded = (numpy.load(folder / f"{precision}-0.npy").astype(float) for precision in PRECISIONS)
    cosines = (exact * rounded).sum(axis=1) / numpy.sqrt((exact ** 2).sum(axis=1) * (rounded ** 2).sum(axis=1))
    ratios = [b / a for a, b in zip(*rates.values(), strict=True)]
    print(f"{what}: {statistics.median(rates['float32']):.1f} and {statistics.median(rates['bfloat16']):.1f} a "
          f"core-second, {statistics.median(ratios):.2f} times ({min(ratios):.2f}-{max(ratios):.2f}); 1 - cosine of "
          f"the same {what}: median {1 - numpy.median(cosines):.1e}, largest {1 - cosines.min():.1e}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, help="model to compute with (default: full size, random weights)")
    parser.add_argument("--data", type=Path, default=ROOT / "../shared/data",
                        help="folder with library.smi.gz and massbank_val.mgf.gz")
    parser.add_argument("--molecules", type=int, default=300)
    parser.add_argument("--spectra", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    program = program_at(PROGRAMS / "specbridge")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        records = read_mgf(options.data / "massbank_val.mgf.gz")
        chosen = records[::max(len(records) // options.spectra, 1)]
        spectra, more_spectra = parts(folder, "spectra.mgf", chosen, write_mgf)
        with gzip.open(options.data / "library.smi.gz", "rt") as lines:
            library = lines.readlines()
        molecules, more_molecules = parts(folder, "molecules.smi", library[::max(len(library) // options.molecules, 1)],
                                          lambda path, lines: path.write_text("".join(lines)))
        model = options.model or full_size_model(program, folder, spectra[1], options.data)
        compare(program, model, folder, "molecules", molecules, more_molecules, options.rounds)
        compare(program, model, folder, "spectra", spectra, more_spectra, options.rounds)


if __name__ == "__main__":
    main()
