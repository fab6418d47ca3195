"""specbridge audit: planted leaks are found, clean pools pass, and what needs no spectrum is said."""

import json
import random

import pytest
from rdkit import Chem

from cli_support import (DATA, field, names_in, read_bytes, read_json, read_records, specbridge, succeed, write_json,
                         write_records)

pytestmark = pytest.mark.thorough

QUERIES, CANDIDATES = 60, 25


def another_spelling(smiles, seed):
    """The same structure in RDKit's random spelling that is not its canonical one."""
    molecule = Chem.MolFromSmiles(smiles)
    spellings = Chem.MolToRandomSmilesVect(molecule, 20, randomSeed=seed)
    return next((text for text in spellings if text != smiles), smiles)


def kekule(smiles):
    molecule = Chem.MolFromSmiles(smiles)
    Chem.Kekulize(molecule, clearAromaticFlags=True)
    return Chem.MolToSmiles(molecule, kekuleSmiles=True)


@pytest.fixture(scope="module")
def sample(made, tmp_path_factory):
    """(spectra of different molecules, their clean pools in canonical spelling)."""
    draw = random.Random(5)
    records = {}
    for name in ("val.mgf.gz", "train.mgf.gz"):
        for record in read_records(DATA / name):
            records.setdefault(Chem.CanonSmiles(field(record, "SMILES")), record)
    structures = [line.split("\t")[1] for line in read_bytes(DATA / "library.smi.gz").decode().splitlines()]
    structures = sorted({Chem.CanonSmiles(text) for text in structures} - set(records))
    truths = sorted(draw.sample(sorted(records), QUERIES))
    pools = {}
    for truth in truths:
        pools[truth] = [truth, *draw.sample(structures, CANDIDATES - 1)]
        draw.shuffle(pools[truth])
    folder = tmp_path_factory.mktemp("audited")
    return write_records(folder / "spectra.mgf", [records[truth] for truth in truths]), pools


@pytest.fixture
def audit(made, sample, tmp_path):
    """Audits pools; returns the exit code and the report."""
    def run(pools, *options):
        done = specbridge("audit", "--model", made.model["morgan"], "--spectra", sample[0], "--candidates",
                          write_json(tmp_path / "pools.json", pools), "--resamples", 1000, "--json", "-o",
                          tmp_path / "audit", *options)
        assert done.code in (0, 7), done.err
        assert json.loads(done.out) == read_json(tmp_path / "audit/audit.json")
        return done.code, json.loads(done.out)
    return run


def leaking_rules(report):
    return [rule["rule"] for rule in report["rules"] if rule["verdict"] == "leak"]


def put(truth, candidates, place):
    others = [text for text in candidates if text != truth]
    return [*others[:place], truth, *others[place:]]


CLEAN = {
    "as they are": lambda truth, pool, seed: pool,
    "shuffled": lambda truth, pool, seed: random.Random(seed).sample(pool, len(pool)),
    "spelled at random": lambda truth, pool, seed: [another_spelling(text, seed) for text in pool],
    "with the truth in two spellings":
        lambda truth, pool, seed: random.Random(seed).sample(
            [*(another_spelling(text, seed) for text in pool), another_spelling(truth, seed + 7)], len(pool) + 1),
}


@pytest.mark.parametrize("form", CLEAN)
def test_clean_pools_pass(audit, sample, form):
    pools = {truth: CLEAN[form](truth, pool, seed + 1) for seed, (truth, pool) in enumerate(sample[1].items())}
    code, report = audit(pools)
    assert (code, leaking_rules(report)) == (0, [])
    assert report["verdict"] in ("clean", "prior")
    assert (report["respelled"]["changed"], report["shuffled"]["changed"]) == (0, 0)


LEAKS = {
    "not RDKit's own spelling": lambda truth, pool, seed: [another_spelling(text, seed) if text == truth else text
                                                           for text in pool],
    "most bond symbols": lambda truth, pool, seed: [kekule(text) if text == truth else text
                                                                       for text in pool],
    "first of the list": lambda truth, pool, seed: put(truth, pool, 0),
    "last of the list": lambda truth, pool, seed: put(truth, pool, len(pool)),
    "place 8 of the list": lambda truth, pool, seed: put(truth, pool, 7),
    "text repeated most": lambda truth, pool, seed: random.Random(seed).sample([*pool, truth], len(pool) + 1),
    "longest text": lambda truth, pool, seed: [f"{text}.[Na+].[Cl-].[Na+].[Cl-].[Na+].[Cl-].[Na+].[Cl-]"
                                               if text == truth else text for text in pool],
    "RDKit's own spelling": lambda truth, pool, seed: [text if text == truth else another_spelling(text, seed)
                                                       for text in pool],
}


@pytest.mark.parametrize("rule", LEAKS)
def test_a_planted_leak_is_found(audit, sample, rule):
    pools = {truth: LEAKS[rule](truth, pool, seed + 1) for seed, (truth, pool) in enumerate(sample[1].items())}
    code, report = audit(pools)
    assert (code, report["verdict"]) == (7, "leak")
    assert rule in leaking_rules(report)
    assert any(sentence.startswith(f'leak: "{rule}" puts ') for sentence in report["findings"])


def test_every_run_stands_beside_the_real_one(audit, sample):
    _, report = audit(sample[1])
    assert [(run["name"], run["sees"]) for run in report["runs"]] == [
        ("spectrum", "whole"), ("spectrum zeroed", "nothing"), ("spectrum flat", "part"), ("precursor only", "nothing"),
        ("spectra swapped", "nothing"), ("spectra of isomers", "part"), ("mean vector", "nothing"),
        ("formula withheld", "part"), ("molecules only", "nothing"), ("nearest training", "nothing"),
        ("nearness prior", "nothing"),
        ("prior and spectrum", "whole")]
    for run in report["runs"]:
        assert set(run["recall"]) == {"1", "5", "20"}
        for cutoff, recall in run["recall"].items():
            low, high = run["intervals"]["recall"][cutoff]["95"]
            assert low <= recall <= high
    assert report["random"]["recall"]["1"] == pytest.approx(1 / CANDIDATES)


def test_runs_that_eval_has_too_have_its_figures(made, audit, sample, tmp_path):
    _, report = audit(sample[1])
    succeed("eval", "--model", made.model["morgan"], "--spectra", sample[0], "--candidates", tmp_path / "pools.json",
            "--control", "none,zeroed,flat,precursor,mean", "--mces", "none", "-o", tmp_path / "report")
    figures = read_json(tmp_path / "report/report.json")
    runs = {run["name"]: run for run in report["runs"]}
    assert runs["spectrum"]["recall"] == figures["recall"] and runs["spectrum"]["mrr"] == figures["mrr"]
    controls = {"spectrum zeroed": "zeroed", "spectrum flat": "flat", "precursor only": "precursor",
                "mean vector": "mean"}
    for run, control in controls.items():
        assert runs[run]["recall"] == figures["controls"][control]["recall"]
    assert report["random"] == figures["random"]


def test_a_ranker_of_molecules_finds_truths_that_look_unlike_their_decoys(audit, sample):
    decoys = ["C" * length for length in range(3, 60)]
    code, report = audit({truth: [*decoys, truth] for truth in sample[1]})
    molecules_only = report["runs"][-1]
    assert molecules_only["recall"]["1"] > 0.9
    assert report["verdict"] != "clean" and code in (0, 7)


def test_a_prior_ends_well_unless_it_must_not(audit, sample):
    # Truths that are longer than all decoys in any spelling: chemistry, not a leak.
    decoys = ["C" * length for length in range(1, 6)]
    pools = {truth: random.Random(truth).sample([*decoys, truth], len(decoys) + 1) for truth in sample[1]}
    code, report = audit(pools)
    assert (code, report["verdict"]) == (0, "prior")
    assert {rule["verdict"] for rule in report["rules"] if rule["rule"] == "longest text"} == {"prior"}
    assert audit(pools, "--strict", "--force")[0] == 7


def test_one_sentence_says_what_remains_for_the_spectrum(audit, sample):
    _, report = audit(sample[1])
    real = report["runs"][0]["recall"]["1"]
    blind = max([report["random"]["recall"]["1"],
                 *(run["recall"]["1"] for run in report["runs"] if run["sees"] == "nothing")])
    if real == 0:
        assert report["share_of_spectrum"] is None
    else:
        assert report["share_of_spectrum"] == pytest.approx(max(0, (real - blind) / real))
        assert report["share_sentence"].startswith(f"Of the Recall@1 of {100 * real:.1f} %, ")


def test_the_same_seed_gives_the_same_bytes_on_any_number_of_threads(made, audit, sample, tmp_path):
    audit(sample[1], "--threads", 1)
    first = read_bytes(tmp_path / "audit/audit.json")
    audit(sample[1], "--threads", 2, "--force")
    assert read_bytes(tmp_path / "audit/audit.json") == first


def test_a_library_tells_what_is_common(made, audit, sample):
    _, report = audit(sample[1], "--library", made.library["morgan"])
    assert "of the library, truths left out" in report["notes"][0]
    assert [entry["role"] for entry in report["inputs"]] == ["spectra", "candidates", "model", "library"]


def test_queries_that_cannot_be_ranked_are_counted(audit, sample):
    pools = dict(list(sample[1].items())[: QUERIES // 2])
    _, report = audit(pools)
    assert (report["queries"], report["evaluated"]) == (QUERIES, QUERIES // 2)
    assert report["missed"] == {"no_pool": QUERIES // 2}


def test_an_output_that_exists_is_refused(made, sample, tmp_path):
    (tmp_path / "audit").mkdir()
    (tmp_path / "audit/notes.txt").write_text("mine")
    done = specbridge("audit", "--model", made.model["morgan"], "--spectra", sample[0], "--candidates", made.pools,
                      "-o", tmp_path / "audit", "--force")
    assert (done.code, names_in(tmp_path / "audit")) == (5, ["notes.txt"])


def test_a_missing_file_of_pools_is_named(made, sample, tmp_path):
    done = specbridge("audit", "--model", made.model["morgan"], "--spectra", sample[0], "--candidates",
                      tmp_path / "none.json", "-o", tmp_path / "audit")
    assert done.code == 3
    assert done.err == f"specbridge: {tmp_path / 'none.json'}: cannot be read (No such file or directory)\n"
    assert not (tmp_path / "audit").exists()
