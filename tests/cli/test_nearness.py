"""Controls that know the training molecules and no spectrum: against RDKit in Python."""

import json

import pytest
from rdkit import Chem
from rdkit.Chem import rdFingerprintGenerator
from rdkit.DataStructs import BulkTanimotoSimilarity

from cli_support import field, list_file, read_json, read_records, specbridge, succeed
from cli_support import copy_of


def evaluate(model, made, out, *options):
    succeed("eval", "--model", model, "--spectra", made.spectra, "--candidates", made.pools, "--mces", "none",
            "--control", "none,nearest", "-o", out, *options)
    return read_json(out / "report.json")


def fingerprint(smiles):
    generator = rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=2048, includeChirality=False)
    return generator.GetFingerprint(Chem.MolFromSmiles(smiles))


def test_the_nearest_training_molecule_ranks_as_rdkit_says(fitted, made, tmp_path):
    report = evaluate(fitted.model, made, tmp_path / "report")
    training = [fingerprint(s) for s in {field(r, "SMILES") for r in read_records(made.train)}]
    pools = json.loads(made.pools.read_text())
    key = {}
    total = 0
    records = read_records(made.spectra)
    for record in records:
        truth = field(record, "SMILES")
        best = {}
        for smiles in pools[truth]:
            block = key.setdefault(smiles, Chem.MolToInchiKey(Chem.MolFromSmiles(smiles))[:14])
            score = max(BulkTanimotoSimilarity(fingerprint(smiles), training))
            best[block] = max(score, best.get(block, 0))
        own = Chem.MolToInchiKey(Chem.MolFromSmiles(truth))[:14]
        total += 1 / sum(score >= best[own] - 1e-6 for score in best.values())
    assert report["controls"]["nearest_training"]["mrr"] == pytest.approx(total / len(records), abs=1e-3)
    assert set(report["controls"]) == {"nearest_training", "prior", "prior_and_model"}


def test_training_spectra_may_stand_in_for_what_the_model_does_not_say(fitted, made, tmp_path):
    model = copy_of(fitted.model, tmp_path)
    (model / "training_fingerprints.bin").write_bytes(b"")
    list_file(model, "training_fingerprints.bin")
    known = evaluate(fitted.model, made, tmp_path / "known")["controls"]["nearest_training"]
    read = evaluate(model, made, tmp_path / "read", "--training", made.train)["controls"]["nearest_training"]
    assert read == known
    result = specbridge("eval", "--model", model, "--spectra", made.spectra, "--candidates", made.pools, "--control",
                        "nearest", "-o", tmp_path / "refused")
    assert result.code == 2
    assert "does not hold the molecules it was trained on" in result.err and "--training" in result.err


def test_an_audit_tells_of_nearness(fitted, made, tmp_path):
    out = succeed("audit", "--model", fitted.model, "--spectra", made.spectra, "--candidates", made.pools, "-o",
                  tmp_path / "audit").out
    runs = {run["name"]: run for run in read_json(tmp_path / "audit" / "audit.json")["runs"]}
    nearest = evaluate(fitted.model, made, tmp_path / "report", "--rank-by", "cosine")["controls"]
    for name, control in (("nearest training", "nearest_training"), ("nearness prior", "prior"),
                          ("prior and spectrum", "prior_and_model")):
        assert name in out
        assert runs[name]["mrr"] == pytest.approx(nearest[control]["mrr"])
    assert runs["nearness prior"]["sees"] == "nothing" and runs["prior and spectrum"]["sees"] == "whole"


def test_a_hits_table_has_no_nearness(made, tmp_path):
    result = specbridge("eval", "--hits", "hits.tsv", "--truth", made.spectra, "--control", "nearest", "-o",
                        tmp_path / "report")
    assert result.code == 2
