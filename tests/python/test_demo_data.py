"""The real spectra in data/: made again to the same bytes, licensed, and new to the model that ships."""

from __future__ import annotations

import csv
import gzip
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "data"
SOURCE = ROOT / "../shared/data"
LICENCES = {"CC BY", "CC BY-SA", "CC0", "dl-de/by-2-0"}


def text(name: str) -> str:
    raw = (DATA / name).read_bytes()
    return (gzip.decompress(raw) if name.endswith(".gz") else raw).decode()


def records(name: str) -> list[dict[str, str]]:
    return [dict(re.findall(r"^([A-Z_]+)=(.*)$", part, re.MULTILINE)) for part in text(name).split("BEGIN IONS")[1:]]


@pytest.fixture(scope="module")
def queries() -> list[dict[str, str]]:
    return records("query.mgf")


def test_made_again_to_the_same_bytes(tmp_path: Path) -> None:
    if not (SOURCE / "massbank_val.mgf.gz").is_file():
        pytest.skip("the MassBank data are not beside the checkout")
    subprocess.run([sys.executable, ROOT / "scripts/make_demo_data.py", "-o", tmp_path], check=True)
    made = sorted(path.name for path in tmp_path.iterdir())
    assert made == ["ei_library.msp.gz", "ei_query.msp", "molecules.smi.gz", "query.mgf", "query_candidates.json.gz",
                    "train.mgf.gz"]
    for name in made:
        raw = (tmp_path / name).read_bytes()
        assert (gzip.decompress(raw) if name.endswith(".gz") else raw).decode() == text(name), name


def test_every_record_has_an_accession_and_a_licence_that_the_licence_file_names(queries) -> None:
    licence = (DATA / "LICENSE").read_text()
    for record in queries + records("train.mgf.gz"):
        assert record["LICENSE"] in LICENCES
        contributor = re.fullmatch(r"MSBNK-(\w+)-\w+", record["SPECTRUM_ID"])
        assert contributor and re.search(rf"\b{contributor[1]}\b", licence), record["SPECTRUM_ID"]


def electron_records(name: str) -> list[dict[str, str]]:
    parts = re.split(r"\n\s*\n", text(name))
    return [dict(re.findall(r"^([^\d][^:\n]*): ?(.*)$", part, re.MULTILINE)) for part in parts if part.strip()]


def test_spectra_of_electron_ionisation_are_licensed_and_the_queries_are_new_spectra_of_known_molecules() -> None:
    licence = (DATA / "LICENSE").read_text()
    library, asked = electron_records("ei_library.msp.gz"), electron_records("ei_query.msp")
    assert (len(library), len(asked)) == (92, 12)
    for record in library + asked:
        assert record["License"] in LICENCES
        contributor = re.fullmatch(r"MSBNK-(\w+)-\w+", record["DB#"])
        assert contributor and re.search(rf"\b{contributor[1]}\b", licence), record["DB#"]
    molecules = {record["InChIKey"].split("-")[0] for record in library}
    assert len(molecules) == 72
    assert {record["InChIKey"].split("-")[0] for record in asked} <= molecules
    assert {record["DB#"] for record in asked}.isdisjoint(record["DB#"] for record in library)


def test_no_query_shares_a_formula_with_the_training(queries) -> None:
    assert len(queries) == 200
    assert {record["FORMULA"] for record in queries}.isdisjoint(record["FORMULA"] for record in records("train.mgf.gz"))


def test_no_query_is_of_a_molecule_that_the_model_was_trained_on(queries) -> None:
    trained = set((DATA / "massbank-model/training_molecules.txt").read_text().split())
    assert len(trained) > 4000
    assert trained.isdisjoint(record["INCHIKEY"][:14] for record in queries if record.get("INCHIKEY"))


def test_every_query_has_its_isomers_and_stands_among_them(queries) -> None:
    pools = json.loads(text("query_candidates.json.gz"))
    assert set(pools) == {record["SMILES"] for record in queries}
    assert all(truth in pool and len(pool) <= 256 for truth, pool in pools.items())


def test_the_molecules_are_those_of_all_spectra_with_their_names(queries) -> None:
    rows = list(csv.DictReader(text("molecules.smi.gz").splitlines(), delimiter="\t"))
    assert len(rows) == len({row["id"] for row in rows}) == len({row["smiles"] for row in rows}) == 4743
    assert all(row["name"] for row in rows)
    assert {record["SMILES"] for record in queries} <= {row["smiles"] for row in rows}
