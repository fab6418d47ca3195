"""specbridge pools: candidates of a library beside every truth, and what is said of them."""

import functools
import gzip
import json
import random
import statistics

import pytest
from rdkit import Chem
from rdkit.Chem import rdFingerprintGenerator
from rdkit.Chem.Descriptors import ExactMolWt
from rdkit.Chem.inchi import MolToInchiKey
from rdkit.Chem.rdMolDescriptors import CalcMolFormula
from rdkit.DataStructs import BulkTanimotoSimilarity

from cli_support import (DATA, contents, field, names_in, read_bytes, read_json, read_records, read_table, specbridge,
                         spectrum, succeed, write_records)

TOLERANCE = 200e-6  # wide, so that small pools of a small library hold something


@pytest.fixture(scope="module")
def records():
    return read_records(DATA / "val.mgf.gz")


@pytest.fixture(scope="module")
def catalogue():
    """{first InChIKey block: (SMILES, formula, exact mass)} of the library."""
    molecules = {}
    for line in read_bytes(DATA / "library.smi.gz").decode().splitlines():
        molecule = Chem.MolFromSmiles(line.split("\t")[1])
        molecules[structure_of(line.split("\t")[1])] = (molecule, CalcMolFormula(molecule), ExactMolWt(molecule))
    return molecules


@pytest.fixture
def pools(library, tmp_path):
    """Makes pools; (the pools, what is said)."""
    def run(*options, spectra=DATA / "val.mgf.gz", out="pools.json"):
        said = succeed("pools", spectra, "--library", library, "-o", tmp_path / out, "--json", "--force", *options).out
        return json.loads(read_bytes(tmp_path / out)), json.loads(said)
    return run


@functools.lru_cache(None)
def structure_of(smiles):
    return MolToInchiKey(Chem.MolFromSmiles(smiles))[:14]


def check_form(made, records):
    """What holds for all pools."""
    truths = {structure_of(field(record, "SMILES")) for record in records}
    assert {structure_of(truth) for truth in made} == truths and len(made) == len(truths)
    assert list(made) == sorted(made)
    for truth, pool in made.items():
        assert truth in pool and pool == sorted(pool)
        assert len({structure_of(text) for text in pool}) == len(pool)


def test_a_pool_by_formula_holds_all_isomers_and_nothing_else(pools, records, catalogue):
    made, _ = pools()
    check_form(made, records)
    for truth, pool in made.items():
        formula = CalcMolFormula(Chem.MolFromSmiles(truth))
        expected = {key for key, (_, its, _) in catalogue.items() if its == formula} | {structure_of(truth)}
        assert {structure_of(text) for text in pool} == expected


def test_a_pool_by_mass_holds_what_lies_in_the_window(pools, records, catalogue):
    made, _ = pools("--by", "mass", "--tolerance", "200ppm")
    check_form(made, records)
    for truth, pool in made.items():
        mass = ExactMolWt(Chem.MolFromSmiles(truth))
        expected = {key for key, (_, _, its) in catalogue.items() if abs(its - mass) <= TOLERANCE * mass}
        assert {structure_of(text) for text in pool} == expected | {structure_of(truth)}


@pytest.mark.parametrize("by", ["formula", "mass"])
@pytest.mark.parametrize("most", [2, 4])
def test_no_pool_is_larger_than_asked_and_the_truth_stays(pools, records, by, most):
    whole, _ = pools("--by", by, "--tolerance", "200ppm")
    made, said = pools("--by", by, "--tolerance", "200ppm", "--max", most)
    check_form(made, records)
    for truth, pool in made.items():
        assert len(pool) == min(most, len(whole[truth])) and set(pool) <= set(whole[truth])
    assert said["cut"] == sum(len(pool) > most for pool in whole.values()) > 0
    assert said["candidates"]["max"] == most


def test_isomers_come_first_and_then_the_nearest_in_mass(pools, records):
    whole, _ = pools("--by", "mass", "--tolerance", "0.05Da")
    made, _ = pools("--by", "mass", "--tolerance", "0.05Da", "--isomers", 3, "--max", 8)
    check_form(made, records)
    for truth, pool in made.items():
        formula, mass = CalcMolFormula(Chem.MolFromSmiles(truth)), ExactMolWt(Chem.MolFromSmiles(truth))
        of_whole = [text for text in whole[truth] if text != truth]
        isomers = [text for text in of_whole if CalcMolFormula(Chem.MolFromSmiles(text)) == formula]
        others = {text: abs(ExactMolWt(Chem.MolFromSmiles(text)) - mass) for text in of_whole if text not in isomers}
        taken = [text for text in pool if text != truth]
        of_isomers = [text for text in taken if text in isomers]
        assert len(of_isomers) == min(3, len(isomers))
        of_others = [text for text in taken if text in others]
        assert len(of_others) == min(7 - len(of_isomers), len(others))
        left = [distance for text, distance in others.items() if text not in taken]
        assert not of_others or not left or max(others[text] for text in of_others) <= min(left) + 1e-9


def test_order_threads_and_repetition_change_nothing_but_the_seed_does(library, records, tmp_path):
    def made(spectra, *options):
        succeed("pools", spectra, "--library", library, "--max", 3, "-o", tmp_path / "pools.json.gz", "--force",
                *options)
        return (tmp_path / "pools.json.gz").read_bytes()
    shuffled = write_records(tmp_path / "shuffled.mgf", random.Random(2).sample(records, len(records)))
    once = made(DATA / "val.mgf.gz", "--threads", 1)
    assert made(DATA / "val.mgf.gz", "--threads", 2) == once == made(shuffled)
    assert made(DATA / "val.mgf.gz", "--seed", 2) != once


def test_a_library_in_another_order_gives_the_same_pools(made, pools, tmp_path):
    lines = read_bytes(DATA / "library.smi.gz").decode().splitlines(keepends=True)
    (tmp_path / "turned.smi").write_text("".join(reversed(lines)))
    succeed("index", tmp_path / "turned.smi", "--encoder", made.encoder["morgan"], "--shard-rows", 500, "-o",
            tmp_path / "turned")
    once, _ = pools("--max", 3)
    succeed("pools", DATA / "val.mgf.gz", "--library", tmp_path / "turned", "--max", 3, "-o", tmp_path / "again.json")
    assert read_json(tmp_path / "again.json") == once


def test_neither_spelling_nor_salt_of_a_truth_makes_another_pool(pools, tmp_path):
    spellings = ["CC(=O)Nc1ccc(O)cc1", "Oc1ccc(NC(C)=O)cc1", "[Na+].CC(=O)Nc1ccc([O-])cc1",
                 "InChI=1S/C8H9NO2/c1-6(10)9-7-2-4-8(11)5-3-7/h2-5,11H,1H3,(H,9,10)"]
    made, said = pools(spectra=write_records(tmp_path / "one.mgf", [
        spectrum(PEPMASS=152.07, SMILES=text) if not text.startswith("InChI") else spectrum(PEPMASS=152.07, INCHI=text)
        for text in spellings]))
    assert list(made) == ["CC(=O)Nc1ccc(O)cc1"]
    assert (said["pools"], said["spectra"]) == (1, 4)


def test_the_figures_are_those_of_the_pools(pools, records, catalogue):
    made, said = pools("--by", "mass", "--tolerance", "200ppm")
    sizes = [len(pool) for pool in made.values()]
    assert said["candidates"] == {"min": min(sizes), "max": max(sizes), "median": statistics.median(sizes),
                                  "mean": pytest.approx(statistics.mean(sizes))}
    assert (said["alone"], said["single"]) == (sizes.count(1), sizes.count(2))
    assert said["not_in_library"] == sum(structure_of(truth) not in catalogue for truth in made)
    morgan = rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=4096)
    similar = []
    for truth, pool in made.items():
        bits = [morgan.GetFingerprint(Chem.MolFromSmiles(text)) for text in pool if text != truth]
        if bits:
            similar.append(sorted(BulkTanimotoSimilarity(morgan.GetFingerprint(Chem.MolFromSmiles(truth)), bits))[::-1])
    assert said["hardness"] == {
        "mean": pytest.approx(statistics.mean(one[0] for one in similar)),
        "median": pytest.approx(statistics.median(one[0] for one in similar)),
        "mean_of_ten": pytest.approx(statistics.mean(statistics.mean(one[:10]) for one in similar)),
        "above_0.8": pytest.approx(statistics.mean(sum(value > 0.8 for value in one) for one in similar))}
    of_spectra = [len(next(pool for truth, pool in made.items() if structure_of(truth) == key))
                  for key in (structure_of(field(record, "SMILES")) for record in records)]
    for cutoff in (1, 5, 20):
        assert said["random"]["recall"][str(cutoff)] == pytest.approx(
            statistics.mean(min(cutoff, size) / size for size in of_spectra))
    assert "nearest_training" not in said


def test_the_nearness_prior_is_that_of_an_evaluation(made, pools, tmp_path):
    _, said = pools("--by", "mass", "--tolerance", "200ppm", "--model", made.model["morgan"], spectra=made.spectra)
    _, again = pools("--by", "mass", "--tolerance", "200ppm", "--training", made.train, spectra=made.spectra)
    assert said["nearest_training"] == again["nearest_training"]
    succeed("eval", "--model", made.model["morgan"], "--spectra", made.spectra, "--candidates", tmp_path / "pools.json",
            "--control", "none,nearest", "--mces", "none", "-o", tmp_path / "report")
    report = read_json(tmp_path / "report/report.json")
    assert report["controls"]["nearest_training"]["recall"] == pytest.approx(said["nearest_training"]["recall"])
    assert report["controls"]["nearest_training"]["mrr"] == pytest.approx(said["nearest_training"]["mrr"])
    assert report["random"]["recall"] == pytest.approx(said["random"]["recall"])
    assert report["evaluated"] == said["spectra"]


def test_search_eval_and_training_read_them(made, pools, train_with, tmp_path):
    pools("--by", "mass", "--tolerance", "200ppm", spectra=made.spectra, out="pools.json.gz")
    path = tmp_path / "pools.json.gz"
    succeed("search", made.spectra, "--model", made.model["morgan"], "--candidates", path, "-k", 0, "-o",
            tmp_path / "hits.tsv")
    rows = read_table(tmp_path / "hits.tsv")
    assert {row["status"] for row in rows} == {"ok"}
    succeed(*train_with("--validation", made.spectra, "--validation-candidates", path, "-o", tmp_path / "model"))


@pytest.mark.thorough
def test_an_audit_finds_no_leak_in_parts_and_pools(made, pools, tmp_path):
    everything = write_records(tmp_path / "all.mgf", read_records(DATA / "train.mgf.gz"))
    succeed("split", everything, "--parts", "1:1:1", "-o", tmp_path / "parts")
    pools("--by", "mass", "--tolerance", "2000ppm", "--max", 20, spectra=tmp_path / "parts/test.mgf")
    result = specbridge("audit", "--model", made.model["morgan"], "--spectra", tmp_path / "parts/test.mgf",
                        "--candidates", tmp_path / "pools.json", "-o", tmp_path / "audit")
    assert result.code == 0, result.err
    report = read_json(tmp_path / "audit/audit.json")
    assert report["truths"] > 20 and report["verdict"] in ("clean", "prior")
    assert [rule["rule"] for rule in report["rules"] if rule["verdict"] == "leak"] == []


def test_the_record_says_how_they_were_made(library, tmp_path):
    result = succeed("pools", DATA / "val.mgf.gz", "--library", library, "--by", "mass", "--tolerance", "5ppm", "--max",
                     9, "--isomers", 2, "--seed", 4, "-o", tmp_path / "pools.json.gz")
    assert gzip.decompress((tmp_path / "pools.json.gz").read_bytes()).startswith(b"{\n\"")
    record = read_json(tmp_path / "pools.json.gz.run.json")
    assert record["rules"] == {"by": "mass", "tolerance": "5ppm", "max": 9, "isomers": 2}
    assert (record["seed"], record["program"], record["schema_version"]) == (4, "specbridge", 1)
    assert record["library"]["paths"] == [str(library)]
    assert [row.split()[0] for row in result.out.splitlines()] == [
        "pools", "candidates", "truth", "one", "cut", "not", *(["hardness"] if record["hardness"] else []), "random"]
    assert f"{record['pools']} pools of 312 spectra; pools in {tmp_path / 'pools.json.gz'}" in result.err


def test_spectra_without_structure_are_counted(pools, tmp_path):
    made, said = pools(spectra=write_records(tmp_path / "odd.mgf", [
        spectrum(PEPMASS=100), spectrum(PEPMASS=100, SMILES="CC("), spectrum(PEPMASS="x", SMILES="C"),
        spectrum(PEPMASS=47, SMILES="CCO")]))
    assert list(made) == ["CCO"]
    assert said["left_out"] == {"bad_record": 1, "bad_structure": 1, "no_structure": 1}


def test_a_truth_alone_is_a_pool_and_has_no_hardness(pools, tmp_path):
    made, said = pools(spectra=write_records(tmp_path / "one.mgf", [spectrum(SMILES="BrCCCCCCCCCCCCCCCCCI")]))
    assert [len(pool) for pool in made.values()] == [1]
    assert (said["alone"], said["hardness"], said["random"]["recall"]["1"]) == (1, None, 1)


@pytest.mark.parametrize("options, message", [
    (["-o", "pools.tsv"], "pools.tsv: candidate pools are written as JSON; name it .json or .json.gz"),
    (["-o", "pools.gz"], "pools.gz: candidate pools are written as JSON; name it .json or .json.gz"),
    (["-o", "p.json", "--isomers", "3"], "pools: with --by formula all candidates are isomers; --isomers is for --by "
                                         "mass"),
    (["-o", "p.json", "--tolerance", "wide"], None),
    (["-o", "p.json", "--max", "1"], None),
    (["-o", "p.json", "--training", "a", "--model", "b"], None),
])
def test_what_cannot_be_meant_is_refused(library, tmp_path, options, message):
    result = specbridge("pools", DATA / "val.mgf.gz", "--library", library, *options, cwd=tmp_path)
    assert result.code == 2 and result.err.count("\n") == 1 and names_in(tmp_path) == []
    assert message is None or result.err == f"specbridge: {message}\n"


def test_bad_inputs_are_refused_before_anything_is_written(made, library, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    text = write_records(tmp_path / "none.mgf", [spectrum(PEPMASS=100)])
    for code, spectra, where, *more in [
            (3, tmp_path / "missing", library), (3, text, library), (4, DATA / "val.mgf.gz", tmp_path),
            (4, DATA / "val.mgf.gz", made.model["morgan"]), (3, DATA / "val.mgf.gz", library, "--training", text),
            (4, DATA / "val.mgf.gz", library, "--model", library)]:
        result = specbridge("pools", spectra, "--library", where, "-o", out / "pools.json", *more)
        assert (result.code, result.err.count("\n")) == (code, 1), result.err
        assert names_in(out) == []
    (out / "pools.json").write_text("mine")
    assert specbridge("pools", DATA / "val.mgf.gz", "--library", library, "-o", out / "pools.json").code == 5
    assert contents(out) == {"pools.json": b"mine"}
