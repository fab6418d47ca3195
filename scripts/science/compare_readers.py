"""Reads the same files with specbridge, pyteomics and matchms: how fast, how much memory, and where they differ.

    scripts/science/compare_readers.py [--programs FOLDER] [--large-mb 1024] [--repeats 3] [FILE.mgf ...]

Without files, the MassBank spectra in ../shared/data are taken, or those in data/. The first file gives the rates, per
CPU second of one core, the best of some repeats. Contents are compared on every file, on the last one written as MSP,
JSON (by matchms) and mzML (by psims) too, and on the small files of tests/fixtures/ms/table. Every reader runs in a
process of its own and keeps nothing while it is measured. The packages live in an environment of their own below
~/.cache/specbridge, made on the first run.
"""

import argparse
import gzip
import hashlib
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from workplace import PROGRAMS, ROOT, build, cache, program_at

PACKAGES = ["matchms==0.33.1", "pyteomics==5.0.1", "lxml==6.1.3", "pynumpress==0.1.5"]
OTHERS = ("pyteomics", "matchms")
FOREIGN = ROOT / "scripts/science/foreign_readers.py"
FORMATS = {"mgf": ".mgf", "msp": ".msp", "mzml": ".mzML", "gnps-json": ".json"}
TEXTS = ("id", "adduct", "smiles", "inchikey", "formula", "ion_mode", "instrument", "collision_energy")


def environment():
    """The Python of an environment that holds the packages."""
    key = hashlib.sha256("\n".join(PACKAGES).encode()).hexdigest()[:12]
    folder = cache() / f"readers-{key}"
    if not (folder / "complete").exists():
        print(f"making {folder}", file=sys.stderr)
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([folder / "bin/python", "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
        (folder / "complete").touch()
    return folder / "bin/python"


# ---- the readers --------------------------------------------------------------------------------------------------

class Own:
    """specbridge, through its probe."""
    name = "specbridge"

    def __init__(self, probe):
        self.probe = probe

    def measure(self, path):
        return json.loads(subprocess.run([self.probe, path], check=True, capture_output=True, text=True).stdout)

    def dump(self, paths):
        """(spectra, error) of each file."""
        return [self.dump_one(path) for path in paths]

    def dump_one(self, path):
        done = subprocess.run([self.probe, "--dump", path], capture_output=True, text=True)
        spectra = [json.loads(line) for line in done.stdout.splitlines()]
        for item in spectra:
            if item["id"].startswith(f"{Path(path).name}:"):
                item["id"] = None  # the record has no name of its own
            item["ion_mode"] = {1: "positive", -1: "negative"}.get(item["polarity"])
        return spectra, done.stderr.strip()


class Foreign:
    """A package, through foreign_readers.py."""

    def __init__(self, name, python):
        self.name, self.python = name, python

    def call(self, task, *arguments):
        return subprocess.run([self.python, FOREIGN, task, self.name, *arguments], capture_output=True, text=True)

    def measure(self, path):
        done = self.call("measure", path)
        done.check_returncode()
        return json.loads(done.stdout)

    def dump(self, paths):
        """(spectra, error) of each file, None where the package has no reader for it."""
        results = []
        while len(results) < len(paths):
            done = self.call("dump", *paths[len(results):])
            results += [json.loads(line) for line in done.stdout.splitlines()]
            if len(results) < len(paths):
                if done.returncode >= 0:
                    sys.exit(f"{self.name}: {done.stderr}")
                results.append(([], f"ends the program (signal {-done.returncode})"))
        return results


# ---- what differs -------------------------------------------------------------------------------------------------

def same_text(ours, theirs):
    if (ours or None) == (theirs or None) or (ours or "").lower() == (theirs or "").lower():
        return True
    try:
        return float(ours) == float(theirs)
    except (TypeError, ValueError):
        return False


def same_peaks(ours, theirs):
    """matchms sorts by m/z, so order does not count; JSON may write NaN as null."""
    def counted(peaks):
        return Counter(tuple("nan" if value is None or math.isnan(value) else value for value in peak)
                       for peak in peaks)
    return counted(ours) == counted(theirs)


def shown(value):
    if isinstance(value, list):
        head = ", ".join(" ".join("nan" if part is None else f"{part:.6g}" for part in peak) for peak in value[:3])
        return f"{len(value)} peaks ({head})"
    return "nothing" if value is None or value == "" else str(value)


def differences(ours, theirs):
    """{what differs: (how often, the first example)} of two lists of spectra."""
    if len(ours) != len(theirs):
        return {"spectra": (1, f"{len(ours)}, not {len(theirs)}")}
    found = {}
    for mine, other in zip(ours, theirs):
        for name in ("peaks", "precursor_mz", "charge", *TEXTS):
            a, b = mine.get(name), other.get(name)
            same = same_peaks(a, b) if name == "peaks" else same_text(a, b) if name in TEXTS else a == b
            if not same:
                count, example = found.get(name, (0, f"{shown(a)}, not {shown(b)}"))
                found[name] = (count + 1, example)
    return found


def fragment_spectra(spectra):
    """MS1 scans are counted, their contents are nobody's question; records with a problem are refused."""
    return [item for item in spectra if item["ms_level"] != 1 and not item.get("problem")]


def told(own, foreign):
    """One line: what specbridge says, not what the other does; "" where they agree."""
    (ours, our_error), (theirs, error) = own, foreign
    problems = [item["problem"] for item in ours if item["problem"]] + ([our_error] if our_error else [])
    if error and problems:
        return ""  # both refuse
    if error:
        return error[:150]
    found = differences(fragment_spectra(ours), fragment_spectra(theirs))
    if problems and not found:
        return ""
    ours_refuse = f"; refused: {problems[0].split(': ', 1)[-1][:100]}" if problems else ""
    return "; ".join(f"{what} {count}x: {example}" for what, (count, example) in found.items()) + ours_refuse


def compare_content(programs, path):
    own, others = programs[0].dump([path])[0], programs[1:]
    print(f"\nagreement on {path.name}: {len(own[0])} spectra; where they differ, ours and theirs in the first of them")
    for program in others:
        theirs = program.dump([path])[0]
        print(f"  {program.name}: {'has no reader' if theirs is None else told(own, theirs) or 'all the same'}")


def compare_small(programs, seeds):
    """The files of the table of readers, one trait or defect each."""
    for kind, suffix in FORMATS.items():
        copies = [shutil.copy(path, f"{path}{suffix}") for path in sorted((seeds / kind).iterdir())]
        results = {program.name: program.dump(copies) for program in programs}
        print(f"\n{len(copies)} small files of {kind}; where they differ, ours and theirs")
        for i, copy in enumerate(copies):
            pairs = [(other, results[other][i]) for other in OTHERS if results[other][i] is not None]
            lines = [f"    {other}: {line}" for other, theirs in pairs
                     if (line := told(results["specbridge"][i], theirs))]
            if lines:
                print("\n".join([f"  {Path(copy).stem}", *lines]))


# ---- rates and memory ---------------------------------------------------------------------------------------------

def compare_speed(programs, path, repeats):
    size = path.stat().st_size / 1e6
    print(f"{path.name}: {size:.1f} MB\n{'':12}{'spectra':>9}{'CPU s':>9}{'MB/s':>9}{'memory MB':>11}{'ours is':>10}")
    runs = {program.name: [] for program in programs}
    for _ in range(repeats):  # in turn, so that a busy moment of the machine meets all of them
        for program in programs:
            runs[program.name].append(program.measure(path))
    best = {name: min(run, key=lambda one: one["cpu_seconds"]) for name, run in runs.items()}
    ours = best["specbridge"]["cpu_seconds"]
    for name, run in best.items():
        seconds = run["cpu_seconds"]
        faster = "" if name == "specbridge" else f"{seconds / ours:.0f}x"
        print(f"{name:12}{run['spectra']:9}{seconds:9.3f}{size / seconds:9.1f}{run['peak_memory_kib'] / 1024:11.0f}"
              f"{faster:>10}")
    return {name: run["cpu_seconds"] / ours for name, run in best.items()}


def compare_memory(program, path, megabytes, folder):
    """The file repeated until it is large: memory must stay as it was."""
    large, text = folder / "large.mgf", path.read_bytes() + b"\n"
    with open(large, "wb") as file:
        for _ in range(max(1, megabytes * 1_000_000 // len(text))):
            file.write(text)
    runs = {name: program.measure(file) for name, file in (("once", path), ("repeated", large))}
    size = large.stat().st_size / 1e6
    print(f"memory of specbridge: {runs['once']['peak_memory_kib'] / 1024:.1f} MB "
          f"for {path.stat().st_size / 1e6:.0f} MB, "
          f"{runs['repeated']['peak_memory_kib'] / 1024:.1f} MB for {size:.0f} MB "
          f"({size / runs['repeated']['cpu_seconds']:.0f} MB/s)")
    large.unlink()


# ---- main ---------------------------------------------------------------------------------------------------------

def plain_copy(path, folder):
    """Decompressed: matchms and pyteomics read no gzip."""
    copy = folder / Path(path).name.removesuffix(".gz")
    opener = gzip.open if str(path).endswith(".gz") else open
    with opener(path, "rb") as source, open(copy, "wb") as target:
        shutil.copyfileobj(source, target)
    return copy


def default_files():
    for folder, name in ((ROOT / "../shared/data", "massbank_"), (ROOT / "tests/fixtures/simulated", "")):
        files = [folder / f"{name}{part}.mgf.gz" for part in ("train", "val")]
        if all(path.exists() for path in files):
            return files
    sys.exit("no spectra found; name an MGF file")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--programs", type=Path, default=PROGRAMS, help="where the release build is")
    parser.add_argument("--large-mb", type=int, default=1024, help="size of the large file; 0: none")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--min-matchms", type=float, default=0, help="exit with 1 when the advantage is smaller")
    parser.add_argument("--min-pyteomics", type=float, default=0)
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    if arguments.programs == PROGRAMS:
        build("specbridge_reader_probe", "fuzz_write_seeds")
    probe = program_at(arguments.programs / "specbridge_reader_probe")
    write_seeds = program_at(arguments.programs / "fuzz_write_seeds")
    python = environment()
    programs = [Own(probe), *(Foreign(name, python) for name in OTHERS)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = [plain_copy(path, folder) for path in arguments.files or default_files()]
        ratios = compare_speed(programs, files[0], arguments.repeats)
        if arguments.large_mb:
            compare_memory(programs[0], files[0], arguments.large_mb, folder)
        subprocess.run([python, FOREIGN, "write", files[-1], folder], check=True, capture_output=True)
        for path in [*files, *(files[-1].with_suffix(suffix) for suffix in (".msp", ".json", ".mzML"))]:
            compare_content(programs, path)
        subprocess.run([write_seeds, folder / "small"], check=True, capture_output=True)
        compare_small(programs, folder / "small")
    enough = ratios["matchms"] >= arguments.min_matchms and ratios["pyteomics"] >= arguments.min_pyteomics
    return 0 if enough else 1


if __name__ == "__main__":
    sys.exit(main())
