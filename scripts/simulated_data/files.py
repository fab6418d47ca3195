"""The content of every file of the set, and how it is written."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
from collections import defaultdict
from pathlib import Path

import rdkit
from rdkit import Chem

from .common import rng_for
from .isomers import isomers
from .molecules import Molecule, assign_folds
from .queries import query_files
from .records import library_record
from .spectra import Spectrum, spectra_of

TRAIN_DECOYS = (6, 9)       # per training molecule, all of them in the library
VAL_DECOYS = 49             # per validation molecule, in the candidate lists
VAL_LIBRARY_DECOYS = 9      # of these in the library


def library_text(molecules: list[Molecule], seed: int) -> str:
    """Truths and decoys in one shuffled list, each constitution once; ids say nothing."""
    rows: dict[str, str] = {m.block: m.smiles for m in molecules}
    for m in molecules:
        for smiles in m.decoys[:VAL_LIBRARY_DECOYS]:
            rows.setdefault(Chem.MolToInchiKey(Chem.MolFromSmiles(smiles))[:14], smiles)
    shuffled = list(rows.values())
    rng_for(seed, "library").shuffle(shuffled)
    return "".join(f"LIB{i:05d}\t{s}\n" for i, s in enumerate(shuffled, 1))


def candidates_text(molecules: list[Molecule], seed: int) -> str:
    """Per validation molecule: itself and its isomers, the real ones of the set among them."""
    same: dict[str, list[Molecule]] = defaultdict(list)
    for m in molecules:
        same[m.formula].append(m)
    table: dict[str, list[str]] = {}
    for m in molecules:
        if m.fold != "val":
            continue
        names = {other.block: other.smiles for other in [m, *same[m.formula]]}
        for smiles in m.decoys:
            names.setdefault(Chem.MolToInchiKey(Chem.MolFromSmiles(smiles))[:14], smiles)
        listed = list(names.values())[:VAL_DECOYS + 1]
        rng_for(seed, "candidates", m.block).shuffle(listed)
        table[m.smiles] = listed
    return json.dumps(table, indent=0, sort_keys=True) + "\n"


def compressed(data: bytes) -> bytes:
    """gzip without name and time, so that the same content gives the same file."""
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=buffer, compresslevel=9, mtime=0) as out:
        out.write(data)
    return buffer.getvalue()


def numbered_spectra(molecules: list[Molecule], seed: int) -> list[tuple[str, Spectrum]]:
    """(identifier, spectrum) of all molecules, which get their decoys too."""
    spectra: list[tuple[str, Spectrum]] = []
    for m in molecules:
        low, high = TRAIN_DECOYS
        wanted = VAL_DECOYS if m.fold == "val" else rng_for(seed, "count", m.block).randint(low, high)
        m.decoys = isomers(m, wanted, seed)
        for spectrum in spectra_of(m, seed):
            spectra.append((f"DEMO{len(spectra) + 1:06d}", spectrum))
    return spectra


def make(molecules: list[Molecule], seed: int) -> tuple[dict[str, str], dict[str, int]]:
    """The content of every file by name, and counts for the manifest."""
    assign_folds(molecules, seed)
    spectra = numbered_spectra(molecules, seed)
    folds = {fold: [s for s in spectra if s[1].molecule.fold == fold] for fold in ("train", "val")}
    query, truth = query_files(folds["val"], seed)
    files = {f"{fold}.mgf.gz": "".join(library_record(s, i) for i, s in members)
             for fold, members in folds.items()}
    library, candidates = library_text(molecules, seed), candidates_text(molecules, seed)
    files |= {"query.mgf": query, "query_truth.tsv": truth,
              "library.smi.gz": library, "val_candidates.json.gz": candidates}
    counts = {"molecules": len(molecules)}
    for fold in folds:
        counts[f"{fold}_molecules"] = sum(m.fold == fold for m in molecules)
        counts[f"{fold}_spectra"] = len(folds[fold])
    counts["queries"] = query.count("BEGIN IONS")
    counts["library_rows"] = library.count("\n")
    counts["val_candidates"] = sum(map(len, json.loads(candidates).values()))
    return files, counts


def manifest_text(files: dict[str, str], counts: dict[str, int], seed: int) -> str:
    """What the files were made with: other RDKit versions may write other SMILES."""
    return json.dumps({
        "rdkit": rdkit.__version__, "seed": seed, "counts": counts,
        "sha256_uncompressed": {name: hashlib.sha256(text.encode()).hexdigest()
                                for name, text in sorted(files.items())}}, indent=2) + "\n"


def write_all(files: dict[str, str], out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        data = text.encode()
        (out / name).write_bytes(compressed(data) if name.endswith(".gz") else data)
