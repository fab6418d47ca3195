"""The simulated spectra of the tests: made again to the same content, and consistent in itself."""

from __future__ import annotations

import gzip
import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

rdkit = pytest.importorskip("rdkit")
from rdkit import Chem, RDLogger  # noqa: E402
from rdkit.Chem.Descriptors import ExactMolWt  # noqa: E402
from rdkit.Chem.rdMolDescriptors import CalcMolFormula  # noqa: E402

RDLogger.DisableLog("rdApp.*")
ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "tests/fixtures/simulated"
# Written out here, not taken from the script: the test is to notice when the script is wrong.
ADDUCT_SHIFT = {"[M+H]+": 1.007276, "[M+Na]+": 22.989218, "[M-H]-": -1.007276}
KEYS = ["TITLE", "SPECTRUM_ID", "PRECURSOR_MZ", "CHARGE", "ADDUCT", "MS_LEVEL", "SMILES",
        "INCHIKEY", "FORMULA", "COLLISION_ENERGY", "FOLD"]
ANSWERS = {"SMILES", "INCHIKEY", "FORMULA", "FOLD"}


def content(path: Path) -> bytes:
    raw = path.read_bytes()
    return gzip.decompress(raw) if path.suffix == ".gz" else raw


def text(name: str) -> str:
    return content(DATA / name).decode()


Record = tuple[dict[str, str], list[tuple[float, float]]]


def records(name: str) -> list[Record]:
    """The keys (in order) and peaks of each record of an MGF file."""
    found: list[Record] = []
    for line in text(name).splitlines():
        if line == "BEGIN IONS":
            found.append(({}, []))
        elif "=" in line and not line[0].isdigit():
            key, value = line.split("=", 1)
            found[-1][0][key] = value
        elif line and line != "END IONS":
            mz, intensity = line.split()
            found[-1][1].append((float(mz), float(intensity)))
    return found


def block(smiles: str) -> str:
    return Chem.MolToInchiKey(Chem.MolFromSmiles(smiles))[:14]


@pytest.fixture(scope="module")
def manifest() -> dict:
    return json.loads(text("manifest.json"))


@pytest.fixture(scope="module")
def molecules() -> list[tuple[str, Chem.Mol]]:
    rows = [line.split("\t") for line in text("molecules.tsv").splitlines()]
    assert all(len(row) == 2 for row in rows)
    return [(name, Chem.MolFromSmiles(smiles)) for name, smiles in rows]


@pytest.fixture(scope="module")
def folds() -> dict[str, list[Record]]:
    return {fold: records(f"{fold}.mgf.gz") for fold in ("train", "val")}


@pytest.fixture(scope="module")
def library() -> dict[str, str]:
    """Constitution -> SMILES of the library."""
    rows = [line.split("\t") for line in text("library.smi.gz").splitlines()]
    assert len({row[0] for row in rows}) == len(rows)
    blocks = {block(smiles): smiles for _, smiles in rows}
    assert len(blocks) == len(rows)
    return blocks


@pytest.mark.thorough
def test_made_again_to_the_same_content(tmp_path: Path, manifest: dict) -> None:
    if rdkit.__version__ != manifest["rdkit"]:
        pytest.skip(f"made with RDKit {manifest['rdkit']}, this is {rdkit.__version__}")
    subprocess.run([sys.executable, str(ROOT / "scripts" / "make_simulated_data.py"),
                    "-o", str(tmp_path)], check=True, capture_output=True)
    made = sorted(path.name for path in tmp_path.iterdir())
    assert made == sorted([*manifest["sha256_uncompressed"], "manifest.json"])
    for name in made:
        assert content(tmp_path / name) == content(DATA / name), name


def test_manifest_describes_the_files(manifest: dict) -> None:
    for name, digest in manifest["sha256_uncompressed"].items():
        assert hashlib.sha256(content(DATA / name)).hexdigest() == digest, name


def test_gz_files_hold_no_name_and_no_time() -> None:
    for path in DATA.glob("*.gz"):
        head = path.read_bytes()[:8]
        assert head[3] == 0 and head[4:8] == bytes(4), path.name


def test_data_is_small() -> None:
    assert sum(path.stat().st_size for path in DATA.iterdir()) < 1_500_000


def test_molecules(molecules: list[tuple[str, Chem.Mol]]) -> None:
    assert len(molecules) >= 320
    assert len({name for name, _ in molecules}) == len(molecules)
    for name, mol in molecules:
        assert mol is not None, name
        assert len(Chem.GetMolFrags(mol)) == 1 and Chem.GetFormalCharge(mol) == 0, name
        assert 100 <= ExactMolWt(mol) <= 700, name
    assert len({Chem.MolToInchiKey(mol)[:14] for _, mol in molecules}) == len(molecules)


def test_split_has_no_formula_in_common(folds: dict[str, list[Record]], manifest: dict) -> None:
    formulas = {fold: {keys["FORMULA"] for keys, _ in found} for fold, found in folds.items()}
    assert formulas["train"].isdisjoint(formulas["val"])
    share = len({k["SMILES"] for k, _ in folds["val"]}) / manifest["counts"]["molecules"]
    assert 0.15 < share < 0.25


def test_records(folds: dict[str, list[Record]]) -> None:
    ids: set[str] = set()
    for fold, found in folds.items():
        for keys, peaks in found:
            name = keys["SPECTRUM_ID"]
            ids.add(name)
            mol = Chem.MolFromSmiles(keys["SMILES"])
            assert list(keys) == KEYS and keys["FOLD"] == fold and keys["MS_LEVEL"] == "2", name
            assert CalcMolFormula(mol) == keys["FORMULA"], name
            assert Chem.MolToInchiKey(mol) == keys["INCHIKEY"], name
            expected = ExactMolWt(mol) + ADDUCT_SHIFT[keys["ADDUCT"]]
            precursor = float(keys["PRECURSOR_MZ"])
            assert abs(precursor - expected) <= 10e-6 * expected, name
            assert keys["CHARGE"] == ("1-" if keys["ADDUCT"].endswith("-") else "1+"), name
            mzs = [mz for mz, _ in peaks]
            assert 1 <= len(peaks) <= 40 and mzs == sorted(mzs), name
            assert mzs[0] >= 39.99 and mzs[-1] <= precursor * (1 + 10e-6), name
            assert max(i for _, i in peaks) == 999 and min(i for _, i in peaks) > 0, name
    assert len(ids) == sum(map(len, folds.values()))


def test_queries_tell_nothing_and_match_validation(folds: dict[str, list[Record]]) -> None:
    queries = records("query.mgf")
    rows = [line.split("\t") for line in text("query_truth.tsv").splitlines()[1:]]
    truth = {row[0]: row[1:] for row in rows}
    spectra = {keys["SPECTRUM_ID"]: (keys, peaks) for keys, peaks in folds["val"]}
    usable = [(k, p) for k, p in queries if "PRECURSOR_MZ" in k and k["ADDUCT"] in ADDUCT_SHIFT]
    assert len(queries) == len(usable) + 2 and len(usable) == len(truth) == 20
    assert all(ANSWERS.isdisjoint(keys) for keys, _ in queries)
    for keys, peaks in usable:
        identifier, _, smiles = truth[keys["SPECTRUM_ID"]]
        answer, expected = spectra[identifier]
        assert answer["SMILES"] == smiles and peaks == expected
        assert all(keys[k] == answer[k] for k in ("PRECURSOR_MZ", "CHARGE", "ADDUCT"))


def test_library_holds_every_truth(folds: dict[str, list[Record]], library: dict[str, str],
                                   molecules: list[tuple[str, Chem.Mol]]) -> None:
    truths = {Chem.MolToInchiKey(mol)[:14] for _, mol in molecules}
    assert truths <= set(library)
    assert {keys["INCHIKEY"][:14] for f in folds.values() for keys, _ in f} <= truths


def test_candidates_are_isomers_of_the_truth(folds: dict[str, list[Record]]) -> None:
    table = json.loads(text("val_candidates.json.gz"))
    assert set(table) == {keys["SMILES"] for keys, _ in folds["val"]}
    for smiles, listed in table.items():
        formula = CalcMolFormula(Chem.MolFromSmiles(smiles))
        assert smiles in listed and 2 <= len(listed) <= 50, smiles
        assert {CalcMolFormula(Chem.MolFromSmiles(c)) for c in listed} == {formula}, smiles
        assert len({block(c) for c in listed}) == len(listed), smiles
    assert sorted(map(len, table.values()))[len(table) // 2] >= 20
