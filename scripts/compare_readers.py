"""Reads the same files with specbridge, pyteomics and matchms: how fast, how much memory, and where they differ.

    scripts/compare_readers.py [--probe PROGRAM] [--large-mb 1024] [--repeats 3] [FILE.mgf ...]

Without files, the MassBank spectra in ../shared/data are taken, or those in data/. The packages live in an environment
of their own below ~/.cache/specbridge, made on the first run. Rates are per CPU second of one core, the best of some
repeats; every reader runs in a process of its own and keeps nothing. Small files: the table of tests/fixtures/ms.
"""

import argparse
import gzip
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ["matchms==0.33.1", "pyteomics==5.0.1", "lxml==6.1.3", "pynumpress==0.1.5"]
FORMATS = {"mgf": ".mgf", "msp": ".msp", "mzml": ".mzML"}


# ---- within the environment of the packages ----------------------------------------------------------------------

def pyteomics_spectra(path):
    """(level, precursor, charge, SMILES, peaks) of every spectrum."""
    if path.endswith(".mzML"):
        from pyteomics import mzml
        with mzml.MzML(path, use_index=False) as reader:
            for item in reader:
                yield (item.get("ms level", 2), None, None, None,
                       list(zip(item.get("m/z array", []), item.get("intensity array", []))))
        return
    if path.endswith(".msp"):
        raise ValueError("pyteomics reads no MSP")
    from pyteomics import mgf
    reader = mgf.read(path, use_index=False, convert_arrays=1)
    with reader:
        for item in reader:
            params = item["params"]
            precursor = (params.get("pepmass") or (None,))[0] or params.get("precursor_mz")
            charge = params.get("charge")
            yield (int(params.get("mslevel", params.get("ms_level", 2))), precursor and float(precursor),
                   int(charge[0]) if charge else None, params.get("smiles"),
                   list(zip(item["m/z array"], item["intensity array"])))


def matchms_spectra(path):
    from matchms import set_matchms_logger_level
    from matchms.importing import load_from_mgf, load_from_msp, load_from_mzml
    set_matchms_logger_level("ERROR")
    load = {".mgf": load_from_mgf, ".msp": load_from_msp, ".mzML": load_from_mzml}[Path(path).suffix]
    for item in load(path):
        if item is None:
            continue
        charge = item.get("charge")
        yield (int(item.get("ms_level") or 2), item.get("precursor_mz") and float(item.get("precursor_mz")),
               int(charge) if charge not in (None, "", 0) else None, item.get("smiles"),
               list(zip(item.peaks.mz, item.peaks.intensities)))


READERS = {"pyteomics": pyteomics_spectra, "matchms": matchms_spectra}


def spectra_or_error(reader, path):
    """What a reader makes of a file: its spectra as far as they come, and the error that ends them."""
    spectra = []
    try:
        for level, precursor, charge, smiles, peaks in READERS[reader](path):
            spectra.append({"ms_level": level, "precursor_mz": precursor, "charge": charge, "smiles": smiles,
                            "peaks": [[float(mz), float(height)] for mz, height in peaks]})
    except Exception as error:  # whatever it is, it is what a user would meet
        return spectra, f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
    return spectra, ""


def worker(task, reader, *paths):
    """Runs in the packages' environment: measures a file, or prints one JSON line for each file."""
    import resource
    import time
    import warnings
    warnings.simplefilter("ignore")
    if task == "dump":
        for path in paths:
            print(json.dumps(spectra_or_error(reader, path)))
        return
    path, = paths
    for _ in zip(range(3), READERS[reader](path)):
        pass  # imports are not measured
    start = time.process_time()
    if reader == "pyteomics":  # as its documentation reads a file, nothing added
        from pyteomics import mgf
        with mgf.read(path, use_index=False) as spectra:
            count = sum(1 for _ in spectra)
    else:
        from matchms.importing import load_from_mgf
        count = sum(1 for _ in load_from_mgf(path))
    seconds = time.process_time() - start
    print(json.dumps({"spectra": count, "cpu_seconds": seconds,
                      "peak_memory_kib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}))


# ---- the comparison ----------------------------------------------------------------------------------------------

def environment():
    """The Python of an environment that holds the packages."""
    key = hashlib.sha256("\n".join(PACKAGES).encode()).hexdigest()[:12]
    cache = Path(os.environ.get("SPECBRIDGE_CACHE") or
                 Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "specbridge")
    folder = cache / f"readers-{key}"
    if not (folder / "complete").exists():
        print(f"making {folder}", file=sys.stderr)
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([folder / "bin/python", "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
        (folder / "complete").touch()
    return folder / "bin/python"


class Reader:
    """A program that reads spectra: `measure` and `dump` give what it says of a file."""

    def __init__(self, name, command, dump):
        self.name, self.command, self.dump_command = name, command, dump

    def measure(self, path, repeats):
        runs = [json.loads(subprocess.run([*self.command, path], check=True, capture_output=True, text=True).stdout)
                for _ in range(repeats)]
        return min(runs, key=lambda run: run["cpu_seconds"])

    def dump(self, paths):
        """(spectra, error) of each file."""
        if self.name == "specbridge":
            return [self.own_dump(path) for path in paths]
        done = subprocess.run([*self.dump_command, *paths], check=True, capture_output=True, text=True)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def own_dump(self, path):
        done = subprocess.run([*self.dump_command, path], capture_output=True, text=True)
        return [json.loads(line) for line in done.stdout.splitlines()], done.stderr.strip()


def readers(probe):
    python, script = environment(), Path(__file__).resolve()
    return [Reader("specbridge", [probe], [probe, "--dump"])] + [
        Reader(name, [python, script, "--worker", "measure", name], [python, script, "--worker", "dump", name])
        for name in READERS]


def plain_copy(path, folder):
    """Decompressed: matchms and pyteomics read no gzip."""
    copy = folder / Path(path).name.removesuffix(".gz")
    opener = gzip.open if str(path).endswith(".gz") else open
    with opener(path, "rb") as source, open(copy, "wb") as target:
        shutil.copyfileobj(source, target)
    return copy


def compare_speed(programs, path, repeats):
    size = path.stat().st_size / 1e6
    print(f"\n{path.name}: {size:.1f} MB\n{'':12}{'spectra':>9}{'CPU s':>9}{'MB/s':>9}{'memory MB':>11}{'ours is':>10}")
    runs = {program.name: program.measure(path, repeats) for program in programs}
    ours = runs["specbridge"]["cpu_seconds"]
    for name, run in runs.items():
        seconds = run["cpu_seconds"]
        faster = "" if name == "specbridge" else f"{seconds / ours:.0f}x"
        print(f"{name:12}{run['spectra']:9}{seconds:9.3f}{size / seconds:9.1f}{run['peak_memory_kib'] / 1024:11.0f}"
              f"{faster:>10}")
    return {name: run["cpu_seconds"] / ours for name, run in runs.items()}


def same_peaks(ours, theirs):
    """matchms sorts by m/z, so order does not count; JSON may write NaN as null."""
    def counted(peaks):
        return Counter(tuple("nan" if value is None or value != value else value for value in peak) for peak in peaks)
    return counted(ours) == counted(theirs)


def differences(ours, theirs):
    """Counts of what differs, spectrum by spectrum."""
    counts = Counter()
    if len(ours) != len(theirs):
        counts[f"{len(theirs)} spectra instead of {len(ours)}"] += 1
        return counts
    for mine, other in zip(ours, theirs):
        counts["peaks"] += not same_peaks(mine["peaks"], other["peaks"])
        counts["precursor"] += (other["precursor_mz"] is not None or "precursor_mz" in mine) and (
            mine.get("precursor_mz") != other["precursor_mz"])
        counts["charge"] += mine.get("charge") != other["charge"]
        counts["SMILES"] += (mine["smiles"] or None) != (other["smiles"] or None)
    return +counts


def compare_content(programs, path):
    (ours, _), = programs[0].dump([path])
    print(f"agreement on {path.name}: {len(ours)} spectra")
    for program in programs[1:]:
        (theirs, error), = program.dump([path])
        found = differences(ours, theirs)
        told = ", ".join(f"{what} {count}" for what, count in found.items()) or "all the same"
        print(f"  {program.name}: {error or told}")


def compare_memory(program, path, megabytes, folder):
    """The file repeated until it is large: memory must stay as it was."""
    large, text = folder / "large.mgf", path.read_bytes() + b"\n"
    with open(large, "wb") as file:
        for _ in range(max(1, megabytes * 1_000_000 // len(text))):
            file.write(text)
    runs = {name: program.measure(file, 1) for name, file in (("once", path), ("repeated", large))}
    print(f"\nmemory of specbridge: {runs['once']['peak_memory_kib'] / 1024:.1f} MB for {path.stat().st_size / 1e6:.0f} MB, "
          f"{runs['repeated']['peak_memory_kib'] / 1024:.1f} MB for {large.stat().st_size / 1e6:.0f} MB "
          f"({large.stat().st_size / 1e6 / runs['repeated']['cpu_seconds']:.0f} MB/s)")
    large.unlink()


def compare_small(programs, seeds):
    """The files of the table of readers, one trait or defect each."""
    print("\nsmall files on which they differ (ours are those of tests/fixtures/ms/table)")
    for kind, suffix in FORMATS.items():
        names = sorted(path.name for path in (seeds / kind).iterdir())
        copies = [shutil.copy(seeds / kind / name, seeds / kind / (name + suffix)) for name in names]
        results = {program.name: program.dump(copies) for program in programs}
        for i, name in enumerate(names):
            ours = [spectrum for spectrum in results["specbridge"][i][0] if not spectrum["problem"]]
            for other in READERS:
                theirs, error = results[other][i]
                found = differences(ours, theirs)
                if kind == "mzml":  # neither hands these out in the same way
                    found = {what: count for what, count in found.items() if "spectra" in what or what == "peaks"}
                if "reads no MSP" not in error and (error or found):
                    print(f"  {kind:5}{name:12}{other:11}{error[:100] or dict(found)}")


def default_files():
    for path in (ROOT / "../shared/data/massbank_train.mgf.gz", ROOT / "data/demo_train.mgf.gz"):
        if path.exists():
            return [path]
    return []


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--probe", type=Path, default=ROOT / "build/release/bin/specbridge_reader_probe")
    parser.add_argument("--seeds", type=Path, help="folder that fuzz_write_seeds wrote: compare small files too")
    parser.add_argument("--large-mb", type=int, default=1024)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--min-matchms", type=float, default=0, help="exit with 1 when the advantage is smaller")
    parser.add_argument("--min-pyteomics", type=float, default=0)
    arguments = parser.parse_args()
    programs = readers(arguments.probe)
    slowest = {"matchms": float("inf"), "pyteomics": float("inf")}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = [plain_copy(path, folder) for path in arguments.files or default_files()]
        for path in files:
            ratios = compare_speed(programs, path, arguments.repeats)
            slowest = {name: min(slowest[name], ratios[name]) for name in slowest}
            compare_content(programs, path)
        if arguments.large_mb:
            compare_memory(programs[0], files[0], arguments.large_mb, folder)
        if arguments.seeds:
            compare_small(programs, Path(shutil.copytree(arguments.seeds, folder / "seeds")))
    enough = slowest["matchms"] >= arguments.min_matchms and slowest["pyteomics"] >= arguments.min_pyteomics
    return 0 if enough else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["--worker"]:
        worker(*sys.argv[2:])
    else:
        sys.exit(main())
