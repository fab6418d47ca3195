"""What a library of predicted EI spectra comes to: time and room of its build, and time of an open search.

    scripts/science/ei_scale.py [--program FILE] [--spectra N,...] [--queries N] [--of N] [--molecules LIST.smi.gz]
                                [--vectors N,...]

The molecules are those of ../shared/data (SPECBRIDGE_DATA); their spectra are made up: some 20 to 120 whole masses up
to the molecule's, the lighter ones and its own more often, as a predictor's are in number and place but not in meaning.
They are written as FastEI publishes its own, an SQLite database, and queries are copies whose intensities changed and
that lost a third of their peaks. What is printed for --of spectra (FastEI has 2,343,378) is computed from the two
largest sizes, on the assumption that time and room grow in a straight line. --queries are searched twice, once all and
once the first alone, on one thread, so that opening the library is not counted.

--vectors N,... does the same with vectors of spec2vec (configs/spec2vec.json, trained on the first N): libraries that
keep them as float32, float16 and int8 are searched by --score vector. Beside time and room stands the share of the ten
best spectra by float32 that are among the ten best.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import os
import random
import sqlite3
import tempfile
from pathlib import Path

from scale import run, size_of
from workplace import PROGRAMS, ROOT, program_at


def made_up(mass: float, draw: random.Random) -> dict[int, float]:
    """Intensities by whole mass."""
    whole, peaks = round(mass), {}
    for _ in range(draw.randint(20, 120)):
        at = 15 + round((whole - 15) * draw.random() ** 1.5)
        peaks[at] = max(peaks.get(at, 0.0), draw.expovariate(1) ** 2 * (0.2 + at / whole))
    peaks[whole] = draw.random() ** 2 * max(peaks.values())
    largest = max(peaks.values())
    return {at: height / largest for at, height in sorted(peaks.items()) if height / largest >= 0.001}


def molecules(path: Path, count: int) -> list[tuple[str, float]]:
    """SMILES with their masses."""
    from rdkit import Chem, RDLogger
    from rdkit.Chem.Descriptors import ExactMolWt
    RDLogger.DisableLog("rdApp.*")
    found = []
    with gzip.open(path, "rt") as lines:
        for line in lines:
            smiles = line.split()[1]
            molecule = Chem.MolFromSmiles(smiles)
            if molecule is not None and 30 < ExactMolWt(molecule) < 1000:
                found.append((smiles, ExactMolWt(molecule)))
                if len(found) == count:
                    break
    return found


def write_database(path: Path, spectra: list[tuple[str, float, dict[int, float]]]) -> None:
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE IN_SILICO_LIBRARY (COMPID TEXT, SMILES TEXT, EXACTMOLWT REAL, MZS TEXT, "
                         "INTENSITYS TEXT)")
        database.executemany("INSERT INTO IN_SILICO_LIBRARY VALUES (?, ?, ?, ?, ?)", (
            (f"C{i}", smiles, mass, str([float(at) for at in peaks]), str(list(peaks.values())))
            for i, (smiles, mass, peaks) in enumerate(spectra)))
    database.close()


def write_queries(path: Path, spectra: list[tuple[int, dict[int, float]]], draw: random.Random) -> None:
    with path.open("w") as file:
        for number, peaks in spectra:
            kept = {at: height * draw.lognormvariate(0, 0.3) for at, height in peaks.items() if draw.random() > 1 / 3}
            file.write(f"Name: C{number}\nInstrument_type: EI-B\nNum Peaks: {len(kept)}\n")
            file.writelines(f"{at} {height:.5f}\n" for at, height in kept.items())
            file.write("\n")


def measured(program: Path, folder: Path, spectra: list, queries: int) -> dict[str, float]:
    draw, count = random.Random(len(spectra)), len(spectra)
    database, library = folder / f"{count}.db", folder / f"{count}"
    write_database(database, spectra)
    clock, used, memory = run(program, "index", "--spectra", database, "-o", library)
    chosen = draw.sample(range(count), queries)
    write_queries(folder / "one.msp", [(i, spectra[i][2]) for i in chosen[:1]], draw)
    write_queries(folder / "all.msp", [(i, spectra[i][2]) for i in chosen], draw)
    seconds = []
    for name in ("one", "all"):
        seconds.append(run(program, "search", folder / f"{name}.msp", "--spectral-library", library, "-k", 1,
                           "--threads", 1, "-o", folder / f"{count}-{name}.tsv")[1])
    with (folder / f"{count}-all.tsv").open() as table:
        first = [row for row in csv.DictReader(table, delimiter="\t") if row["rank"] == "1"]
    found = sum(row["library_spectrum"] == row["query_id"] for row in first)
    return {"spectra": count, "clock": clock, "used": used, "memory": memory, "room": size_of(library),
            "query": (seconds[1] - seconds[0]) / (queries - 1), "found": found / queries}


def ten_best(hits: Path) -> dict[str, set[str]]:
    """The library spectra of the ten best answers to each query."""
    best: dict[str, set[str]] = {}
    with hits.open() as table:
        for row in csv.DictReader(table, delimiter="\t"):
            best.setdefault(row["query_index"], set()).add(row["library_spectrum"])
    return best


def vector_rows(program: Path, folder: Path, spectra: list, queries: int, model: Path) -> list[dict[str, float]]:
    """What libraries with vectors of a model come to, by what these are kept as."""
    draw, count, rows, exact = random.Random(len(spectra)), len(spectra), [], {}
    database = folder / f"{count}.db"
    write_database(database, spectra)
    chosen = draw.sample(range(count), queries)
    write_queries(folder / "one.msp", [(i, spectra[i][2]) for i in chosen[:1]], draw)
    write_queries(folder / "all.msp", [(i, spectra[i][2]) for i in chosen], draw)
    for kind in ("f32", "f16", "i8"):
        library = folder / f"{count}-{kind}"
        clock, used, memory = run(program, "index", "--spectra", database, "--model", model, "--rows", kind, "-o",
                                  library)
        seconds = [run(program, "search", folder / f"{name}.msp", "--spectral-library", library, "--model", model,
                       "--score", "vector", "-k", 10, "--threads", 1, "-o", folder / f"{count}-{kind}-{name}.tsv")[1]
                   for name in ("one", "all")]
        best = ten_best(folder / f"{count}-{kind}-all.tsv")
        exact = exact or best
        kept = sum(len(best[query] & wanted) for query, wanted in exact.items())
        rows.append({"spectra": count, "kind": kind, "clock": clock, "used": used, "memory": memory,
                     "room": size_of(library), "vectors": sum(
                         path.stat().st_size for path in library.glob("spectrum_*") if path.suffix != ".json"),
                     "query": (seconds[1] - seconds[0]) / (queries - 1),
                     "found": kept / sum(len(wanted) for wanted in exact.values())})
    return rows


def measured_vectors(program: Path, folder: Path, spectra: list, sizes: list[int], options: argparse.Namespace) -> list:
    """Rows of every size, and of --of spectra, by what vectors are kept as."""
    write_database(folder / "first.db", spectra[:sizes[0]])
    model = folder / "words"
    run(program, "train", "--config", ROOT / "configs/spec2vec.json", "--spectra", folder / "first.db", "-o", model)
    rows = [row for size in sizes for row in vector_rows(program, folder, spectra[:size], options.queries, model)]
    for kind in ("f32", "f16", "i8") if len(sizes) > 1 else ():
        of_kind = [row for row in rows if row["kind"] == kind]
        rows.append({**extrapolated(of_kind, options.of), "kind": kind})
    return rows


def extrapolated(rows: list[dict[str, float]], count: int) -> dict[str, float]:
    """The straight line through the two largest sizes."""
    a, b = rows[-2], rows[-1]
    share = (count - a["spectra"]) / (b["spectra"] - a["spectra"])
    line = {key: a[key] + share * (b[key] - a[key])
            for key in ("clock", "used", "memory", "room", "vectors", "query") if key in a}
    return {"spectra": count, **line, "found": float("nan")}


def print_rows(rows: list[dict[str, float]]) -> None:
    print("| spectra | build, min | of processors, min | memory, GB | room, GB | a query, ms | itself first |")
    print("|---|---|---|---|---|---|---|")
    for row in rows:
        found = "-" if row["found"] != row["found"] else f"{row['found']:.3f}"
        print(f"| {row['spectra']:,} | {row['clock'] / 60:.1f} | {row['used'] / 60:.1f} | {row['memory'] / 1e9:.2f} | "
              f"{row['room'] / 1e9:.3f} | {1000 * row['query']:.1f} | {found} |")


def print_vector_rows(rows: list[dict[str, float]]) -> None:
    print("| spectra | vectors as | build, min | memory, GB | room, GB | of it vectors, GB | a query, ms | ten best |")
    print("|---|---|---|---|---|---|---|---|")
    for row in rows:
        found = "-" if row["found"] != row["found"] else f"{row['found']:.4f}"
        print(f"| {row['spectra']:,} | {row['kind']} | {row['clock'] / 60:.1f} | {row['memory'] / 1e9:.2f} | "
              f"{row['room'] / 1e9:.3f} | {row['vectors'] / 1e9:.3f} | {1000 * row['query']:.1f} | {found} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    data = Path(os.environ.get("SPECBRIDGE_DATA") or ROOT / "../shared/data")
    parser.add_argument("--program", type=Path, default=PROGRAMS / "specbridge")
    parser.add_argument("--spectra", default="10000,100000")
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--of", type=int, default=2_343_378)
    parser.add_argument("--molecules", type=Path, default=data / "library.smi.gz")
    parser.add_argument("--vectors", help="sizes of libraries with vectors; without: none is built")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    program = program_at(options.program)
    sizes = sorted(int(size) for size in options.spectra.split(","))
    with_vectors = sorted(int(size) for size in options.vectors.split(",")) if options.vectors else []
    draw, most = random.Random(1), max(sizes + with_vectors)
    spectra = [(smiles, mass, made_up(mass, draw)) for smiles, mass in molecules(options.molecules, most)]
    with tempfile.TemporaryDirectory() as folder:
        if with_vectors:
            rows = measured_vectors(program, Path(folder), spectra, with_vectors, options)
        else:
            rows = [measured(program, Path(folder), spectra[:size], options.queries) for size in sizes]
            rows += [extrapolated(rows, options.of)] if len(rows) > 1 else []
    (print_vector_rows if with_vectors else print_rows)(rows)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
