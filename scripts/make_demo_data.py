#!/usr/bin/env python3
"""Make the data set of data/ from the MassBank benchmark's files.

Queries are of molecules that the shipped model was neither trained nor calibrated on: of the half that
scripts/science/shipped_model.sh measures it on. The same files give the same bytes.
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

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts/science"))
from split_spectra import RECORD, field, halves_of, read_text  # noqa: E402

QUERIES = 200
TRAINING_SPECTRA = 2000
ELECTRON_QUERIES, ELECTRON_OTHERS, ELECTRON_PEAKS = 12, 60, 150
ELECTRON_CONTRIBUTORS = ("MSSJ", "RIKEN")  # whom data/LICENSE names
SEED = 1  # of shipped_model.sh's halves, and of everything that is drawn here


def by_molecule(records: list[str]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for record in records:
        groups.setdefault(field(record, "SMILES"), []).append(record)
    return groups


def one_each(records: list[str], count: int) -> list[str]:
    """A spectrum of each of so many molecules, drawn at random; in the order of the file."""
    draw = random.Random(SEED)
    groups = by_molecule(records)
    molecules = draw.sample(sorted(groups), count)
    chosen = {field(draw.choice(groups[molecule]), "SPECTRUM_ID") for molecule in molecules}
    return [record for record in records if field(record, "SPECTRUM_ID") in chosen]


def most_frequent(values: list[str]) -> str:
    counted = Counter(value for value in values if value)
    return min(counted, key=lambda value: (-counted[value], value), default="")


def molecule_table(records: list[str]) -> str:
    """All molecules: accession of the first spectrum, SMILES, the name and InChIKey that most spectra give."""
    rows = ["id\tsmiles\tname\tinchikey"]
    for smiles, group in by_molecule(records).items():
        rows.append("\t".join((field(group[0], "SPECTRUM_ID"), smiles,
                               most_frequent([field(record, "TITLE") for record in group]),
                               most_frequent([field(record, "INCHIKEY") for record in group]))))
    return "\n".join(rows) + "\n"


def msp_records(text: str) -> list[dict[str, str]]:
    """The records that may be chosen: {"": the text, key: value}."""
    records = []
    for part in re.split(r"\n\s*\n", text):
        fields = dict(re.findall(r"^([^\d][^:\n]*): ?(.*)$", part, re.MULTILINE))
        contributor = fields.get("DB#", "").split("-")[1:2]
        if contributor and contributor[0] in ELECTRON_CONTRIBUTORS and int(fields["Num Peaks"]) <= ELECTRON_PEAKS:
            records.append({**fields, "": part.strip() + "\n\n"})
    return records


def electron_files(library: str, queries: str) -> dict[str, str]:
    """A small library of spectra of electron ionisation, and queries of molecules that are in it."""
    draw, key = random.Random(SEED), lambda record: record["InChIKey"].split("-")[0]
    known, asked = msp_records(library), msp_records(queries)
    molecules = sorted({key(record) for record in known})
    chosen = draw.sample(sorted({key(record) for record in asked} & set(molecules)), ELECTRON_QUERIES)
    others = draw.sample([molecule for molecule in molecules if molecule not in chosen], ELECTRON_OTHERS)
    wanted, of_library, of_queries = {*chosen, *others}, [], {}
    for record in known:
        if key(record) in wanted:
            of_library.append(record[""])
    for record in asked:
        if key(record) in chosen:
            of_queries.setdefault(key(record), record[""])
    return {"ei_library.msp.gz": "".join(of_library), "ei_query.msp": "".join(of_queries.values())}


def made_of(training: str, validation: str, pools: dict[str, list[str]], electron: tuple[str, str]) -> dict[str, str]:
    """The content of every file by its name."""
    queries = one_each(halves_of(validation, SEED)[1], QUERIES)
    truths = {field(record, "SMILES") for record in queries}
    isomers = {truth: pools[truth] for truth in pools if truth in truths}
    training_records, validation_records = RECORD.findall(training), RECORD.findall(validation)
    return {
        "molecules.smi.gz": molecule_table(training_records + validation_records),
        "query.mgf": "".join(queries).rstrip("\n") + "\n",
        "query_candidates.json.gz": json.dumps(isomers, indent=0) + "\n",
        **electron_files(*electron),
        "train.mgf.gz": "\n".join(one_each(training_records, TRAINING_SPECTRA)).rstrip("\n") + "\n",
    }


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--from", dest="source", type=Path, default=ROOT / "../shared/data",
                        help="folder with massbank_train.mgf.gz, massbank_val.mgf.gz, "
                        "massbank_val_candidates_256.json.gz, massbank_ei_library.msp.gz, "
                        "massbank_ei_queries.msp.gz (default: ../shared/data)")
    parser.add_argument("-o", "--out", type=Path, default=ROOT / "data", help="folder to write to (default: data)")
    options = parser.parse_args(arguments)
    try:
        files = made_of(read_text(options.source / "massbank_train.mgf.gz"),
                        read_text(options.source / "massbank_val.mgf.gz"),
                        json.loads(read_text(options.source / "massbank_val_candidates_256.json.gz")),
                        (read_text(options.source / "massbank_ei_library.msp.gz"),
                         read_text(options.source / "massbank_ei_queries.msp.gz")))
        options.out.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            data = text.encode()
            (options.out / name).write_bytes(gzip.compress(data, mtime=0) if name.endswith(".gz") else data)
    except (OSError, UnicodeDecodeError, EOFError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
