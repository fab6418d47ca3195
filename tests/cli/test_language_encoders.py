"""Molecule encoders that read tokens (BERT, ALBERT) in the program: training, vectors, the audit's test of spelling."""

import subprocess
import sys
from types import SimpleNamespace

import numpy
import pytest
import torch
from cli_support import DATA, ROOT, read_bytes, read_json, read_table, succeed
from rdkit import Chem

sys.path.insert(0, str(ROOT / "tests/python"))
from language_support import (PACKAGES, model_directory, packaged_checkpoint, packaged_model,  # noqa: E402
                              random_model, transformers_tokenizer, transformers_vectors)


def export(checkpoint, out):
    subprocess.run([sys.executable, ROOT / "tools/export/export_chemberta.py", "--checkpoint", checkpoint, "--pooling",
                    "mean", "-o", out], check=True, capture_output=True)
    return out


def trained(made, checkpoint, reference, folder):
    """The encoder of a checkpoint, a model trained with it, and what transformers makes of SMILES."""
    encoder, model = export(checkpoint, folder / "encoder"), folder / "model"
    tokenizer = transformers_tokenizer(checkpoint)
    succeed("train", "--spectra", made.train, "--spectrum-encoder", made.spectrum_encoder, "--molecule-encoder",
            encoder, "--config", made.config, "-o", model)

    def vectors(smiles):
        ids = tokenizer(smiles)["input_ids"]
        return torch.nn.functional.normalize(transformers_vectors(reference, ids, "mean"), dim=1).numpy()

    return SimpleNamespace(encoder=encoder, model=model, vectors=vectors)


@pytest.fixture(scope="module", params=["bert", "albert"])
def language(request, made, tmp_path_factory):
    folder, model = tmp_path_factory.mktemp(request.param), random_model(request.param)
    return trained(made, model_directory(folder / "checkpoint", model), model, folder)


def molecules(tmp_path, count, longest):
    rows = [line for line in read_bytes(DATA / "library.smi.gz").decode().splitlines() if len(line) < longest]
    (tmp_path / "molecules.smi").write_text("\n".join(rows[:count]) + "\n")
    return tmp_path / "molecules.smi"


def embedded(model, inputs, out, *options):
    """The vectors and, row by row, the SMILES that the encoder was given."""
    succeed("embed", "--molecules", inputs, "--model", model, "-o", out, *options)
    smiles = {int(row["row"]): row["smiles"] for row in read_table(out.with_suffix(".ids.tsv")) if row["row"]}
    return numpy.load(out), [smiles[i] for i in range(len(smiles))]


def test_the_vectors_are_those_of_transformers(language, tmp_path):
    vectors, smiles = embedded(language.model, molecules(tmp_path, 100, 50), tmp_path / "all.npy")
    assert len(smiles) == len(vectors) > 50
    numpy.testing.assert_allclose(vectors, language.vectors(smiles), rtol=0, atol=1e-5)


def test_a_molecule_has_the_same_bits_in_any_company(language, tmp_path):
    inputs = molecules(tmp_path, 60, 200)
    together, smiles = embedded(language.model, inputs, tmp_path / "all.npy", "--threads", 2)
    lines = inputs.read_text().splitlines()
    inputs.write_text("\n".join(reversed(lines[10:33])) + "\n")
    others, fewer = embedded(language.model, inputs, tmp_path / "few.npy", "--threads", 1)
    assert len(fewer) == 23
    for row, text in zip(others, fewer, strict=True):
        assert row.tobytes() == together[smiles.index(text)].tobytes()


def spelled_anew(smiles):
    return Chem.MolToRandomSmilesVect(Chem.MolFromSmiles(smiles), 1, randomSeed=5)[0]


def test_other_spellings_would_get_other_vectors_and_change_no_rank(language, made, tmp_path):
    _, smiles = embedded(language.model, molecules(tmp_path, 30, 50), tmp_path / "all.npy")
    given, anew = language.vectors(smiles), language.vectors([spelled_anew(text) for text in smiles])
    assert numpy.median((given * anew).sum(1)) < 0.999
    succeed("audit", "--model", language.model, "--spectra", made.spectra, "--candidates", made.pools, "-o",
            tmp_path / "audit")
    report = read_json(tmp_path / "audit/audit.json")
    assert report["respelled"]["changed"] == 0 and report["respelled"]["compared"] > 0


def test_a_library_states_the_kind_and_a_search_finds_in_it(language, made, tmp_path):
    succeed("index", DATA / "library.smi.gz", "--model", language.model, "-o", tmp_path / "library")
    kind = read_json(language.encoder / "manifest.json")["architecture"]
    assert read_json(tmp_path / "library/manifest.json")["molecule_encoder_architecture"] == kind
    succeed("search", made.spectra, "--model", language.model, "--library", tmp_path / "library", "-o",
            tmp_path / "hits.tsv")
    assert {row["status"] for row in read_table(tmp_path / "hits.tsv")} == {"ok"}


@pytest.mark.parametrize("package", PACKAGES)
def test_a_model_out_of_a_package_trains_and_gives_the_vectors_of_transformers(made, package, tmp_path):
    checkpoint, kind = packaged_checkpoint(package, tmp_path)
    model = trained(made, checkpoint, packaged_model(checkpoint, kind), tmp_path)
    vectors, smiles = embedded(model.model, molecules(tmp_path, 1000, 300), tmp_path / "all.npy")
    numpy.testing.assert_allclose(vectors, model.vectors(smiles), rtol=0, atol=1e-5)
