"""Builds libraries of growing size, kills and resumes the largest, and searches them (scripts/science/scale.sh)."""

import argparse
import concurrent.futures
import gzip
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import time
from pathlib import Path

from rdkit import Chem, RDLogger

PUBCHEM = 120_000_000
CHUNK = 100_000


def exchanged(molecule, chance):
    """An isomer: two single bonds of the skeleton that do not touch exchange their ends; None where that fails."""
    bonds = [bond for bond in molecule.GetBonds() if bond.GetBondType() == Chem.BondType.SINGLE]
    if len(bonds) < 2:
        return None
    one, two = chance.sample(bonds, 2)
    ends = [one.GetBeginAtomIdx(), one.GetEndAtomIdx(), two.GetBeginAtomIdx(), two.GetEndAtomIdx()]
    crossed = ((ends[0], ends[3]), (ends[2], ends[1]))
    if len(set(ends)) < 4 or any(molecule.GetBondBetweenAtoms(a, b) is not None for a, b in crossed):
        return None
    edited = Chem.RWMol(molecule)
    edited.RemoveBond(ends[0], ends[1])
    edited.RemoveBond(ends[2], ends[3])
    for a, b in crossed:
        edited.AddBond(a, b, Chem.BondType.SINGLE)
    try:
        Chem.SanitizeMol(edited)
    except Exception:  # a valence or an aromatic ring that is none
        return None
    return edited if len(Chem.GetMolFrags(edited)) == 1 else None


def write_some_isomers(parents, path, first, count, seed):
    """Lines of isomers, no spelling twice, each made of the one before it by an exchange, up to 64 of a parent."""
    RDLogger.DisableLog("rdApp.*")
    chance = random.Random(seed)
    seen = set()
    with open(path, "w") as out:
        while len(seen) < count:
            molecule = Chem.MolFromSmiles(chance.choice(parents))
            for _ in range(64):
                if molecule is None or len(seen) == count:
                    break
                isomer = exchanged(molecule, chance)
                if isomer is None:
                    continue
                molecule = isomer
                smiles = Chem.MolToSmiles(isomer)
                if smiles not in seen:
                    out.write(f"{first + len(seen)}\t{smiles}\n")
                    seen.add(smiles)


def write_isomers(source, path, count):
    """A list of real molecules, then of isomers made of them, CHUNK lines a process at a time; a shorter list is the
    beginning of a longer one."""
    with gzip.open(source, "rt") as lines:
        parents = [line.split()[-1] for line in lines]
    starts = range(len(parents), count, CHUNK)
    chunks = [path.with_suffix(f".{start}") for start in starts]
    with concurrent.futures.ProcessPoolExecutor(len(os.sched_getaffinity(0))) as processes:
        tasks = [processes.submit(write_some_isomers, parents, chunk, start, min(CHUNK, count - start), start)
                 for chunk, start in zip(chunks, starts)]
        for task in tasks:
            task.result()
    with open(path, "w") as out:
        for row, parent in enumerate(parents[:count]):
            out.write(f"{row}\t{parent}\n")
        for chunk in chunks:
            with open(chunk) as lines:
                shutil.copyfileobj(lines, out)
            chunk.unlink()


def first_lines(source, path, count):
    opened = gzip.open(source, "rt") if str(source).endswith(".gz") else open(source)
    with opened as lines, open(path, "w") as out:
        for _, line in zip(range(count), lines):
            out.write(line)


def some_spectra(source, path, count):
    """Writes spectra spread evenly over an MGF; how many."""
    with gzip.open(source, "rt") as lines:
        records = [record + "END IONS\n" for record in lines.read().split("END IONS\n")[:-1]]
    count = min(count, len(records))
    path.write_text("".join(records[i * len(records) // count] for i in range(count)))
    return count


def run(*command):
    """Seconds, seconds of processors, and the largest resident size in bytes of a program that must end well."""
    start = time.monotonic()
    process = subprocess.Popen([*map(str, command), "-q"])
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        raise SystemExit(f"{' '.join(map(str, command))}: ended with {status}")
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def size_of(folder):
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def digest(folder):
    """One hash over names and bytes of all files."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            total.update(str(path.relative_to(folder)).encode())
            with open(path, "rb") as file:
                total.update(hashlib.file_digest(file, "sha256").digest())
    return total.hexdigest()


def killed_and_resumed(command, out, kills, seconds):
    """Kills a build at random instants, then lets it end. How often it was killed in its midst."""
    chance = random.Random(2)
    struck = 0
    for _ in range(kills):
        process = subprocess.Popen([*map(str, command), "--resume", "-q"], stderr=subprocess.DEVNULL)
        try:
            process.wait(timeout=chance.uniform(0.01, 2 * seconds / kills))
            break  # it came through
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            struck += 1
    if not out.exists():
        run(*command, "--resume")
    return struck


def figures_of(arguments, source, spectra, size):
    out = arguments.out
    table = out / f"list-{size}.smi"
    first_lines(source, table, size)
    library = out / f"library-{size}"
    command = [arguments.program, "index", table, "-o", library, "--rows", arguments.rows, "--shard-rows",
               arguments.shard_rows]
    seconds, cpu, memory = run(*command)
    counts = json.loads((library / "manifest.json").read_text())
    found = {"rows": size, "molecules": counts["rows"], "seconds": seconds, "cpu": cpu,
             "memory": memory, "disk": size_of(library)}
    for name, options in (("window", ["--tolerance", "10ppm"]), ("open", ["--open"]),
                          ("exact", ["--open", "--exact"])):
        table = out / f"{name}-{size}.tsv"
        search = [arguments.program, "search", spectra, "--library", library, "-o", table, "-k", 10, "--rank-by",
                  "cosine", "--force", *options]
        run(*search)  # what is read the first time is checked, and comes from disk
        _, found[name], found["searching"] = run(*search)
    return command, library, found


def recall(out, size):
    """Share of the exact open search's ten best that the index finds."""
    tables = []
    for name in ("exact", "open"):
        best = {}
        for line in (out / f"{name}-{size}.tsv").read_text().splitlines()[1:]:
            fields = line.split("\t")
            if fields[2]:
                best.setdefault(fields[1], set()).add(fields[6])
        tables.append(best)
    exact, found = tables
    return sum(len(exact[query] & found.get(query, set())) for query in exact) / sum(map(len, exact.values()))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--list", type=Path)
    parser.add_argument("--sizes", required=True)
    parser.add_argument("--kills", type=int, required=True)
    parser.add_argument("--rows", required=True)
    parser.add_argument("--shard-rows", type=int, required=True)
    parser.add_argument("--spectra", type=int, required=True)
    arguments = parser.parse_args()
    sizes = sorted(map(int, arguments.sizes.split(",")))
    source = arguments.list
    if not source:
        source = arguments.out / "list.smi"
        write_isomers(arguments.data / "library.smi.gz", source, max(sizes))
    spectra = arguments.out / "spectra.mgf"
    asked = some_spectra(arguments.data / "massbank_val.mgf.gz", spectra, arguments.spectra)
    print("Searches: milliseconds of a processor a spectrum, encoding the spectrum and opening the library with it.")
    print("| rows | molecules | rows/s | rows a core-second | memory, GB | bytes a molecule | window | open | exact "
          "| memory of the exact one, GB | Recall@10 of open |")
    print("|---|---|---|---|---|---|---|---|---|---|---|", flush=True)
    for size in sizes:
        command, library, found = figures_of(arguments, source, spectra, size)
        milliseconds = [f"{1000 * found[name] / asked:.2f}" for name in ("window", "open", "exact")]
        print(f"| {size:,} | {found['molecules']:,} | {size / found['seconds']:,.0f} | "
              f"{size / found['cpu']:,.0f} | {found['memory'] / 1e9:.2f} | "
              f"{found['disk'] / found['molecules']:,.0f} | {' | '.join(milliseconds)} | "
              f"{found['searching'] / 1e9:.1f} | "
              f"{recall(arguments.out, size):.4f} |", flush=True)
    print(f"| {PUBCHEM:,} at the last rates | | {PUBCHEM * found['seconds'] / size / 3600:,.0f} h | "
          f"{PUBCHEM * found['cpu'] / size / 3600:,.0f} core-hours | | "
          f"{PUBCHEM * found['disk'] / found['molecules'] / 1e9:,.0f} GB in all | | | "
          f"{1000 * found['exact'] / asked * PUBCHEM / found['molecules']:,.0f} | | |", flush=True)
    if arguments.kills:
        whole = digest(library)
        again = arguments.out / "resumed"
        struck = killed_and_resumed([again if part == library else part for part in command], again, arguments.kills,
                                    found["seconds"])
        same = "the same bytes" if digest(again) == whole else "OTHER BYTES"
        print(f"killed {struck} times at random instants and resumed: {same}")


if __name__ == "__main__":
    main()
