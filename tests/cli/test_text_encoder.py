"""Encoders that read spectra of electron ionisation as text: train, embed, index --spectra, search --score vector."""

import json
import random
import subprocess
import sys

import numpy as np
import pytest

from cli_support import ROOT, names_in, read_json, read_table, specbridge, succeed, write_json

MOLECULES = {"aniline": "Nc1ccccc1", "toluene": "Cc1ccccc1", "phenol": "Oc1ccccc1", "caffeine":
             "Cn1cnc2c1c(=O)n(C)c(=O)n2C", "benzoic acid": "OC(=O)c1ccccc1", "indole": "c1ccc2[nH]ccc2c1"}
SETTINGS = {"objective": "similarity", "head_hidden": 32, "head_out": 32, "mapper_blocks": 0, "vector_dim": 16,
            "trainable_blocks": "all", "learning_rate": 0.003, "supcon_temperature": 0.02, "tanimoto_weight": 0,
            "batch": 24, "epochs": 24, "drop_peak_probability": 0.1, "intensity_jitter": 0.1}


def msp(name, peaks, smiles, kind="GC-EI-TOF"):
    lines = [f"Name: {name}", f"Instrument_type: {kind}", f"SMILES: {smiles}", f"Num Peaks: {len(peaks)}"]
    return "\n".join([*lines, *(f"{mz:.2f} {height:.0f}" for mz, height in peaks)]) + "\n\n"


def replicates(generator, count):
    """Spectra of each molecule: its peaks with noise in their intensities, and some more of them."""
    own = random.Random(3)
    patterns = {name: {own.uniform(30, 200): own.uniform(50, 999) for _ in range(12)} for name in MOLECULES}
    for name, smiles in MOLECULES.items():
        for number in range(count):
            peaks = {mz: height * generator.uniform(0.7, 1.4) for mz, height in patterns[name].items()}
            peaks |= {generator.uniform(30, 200): generator.uniform(5, 40) for _ in range(6)}
            yield msp(f"{name} {number}", sorted(peaks.items()), smiles)


@pytest.fixture(scope="module")
def electron(tmp_path_factory):
    """A library and queries in MSP, a text encoder whose tokens are learnt from the library, and a model of it."""
    folder = tmp_path_factory.mktemp("electron")
    (folder / "library.msp").write_text("".join(replicates(random.Random(1), 6)))
    (folder / "queries.msp").write_text("".join(replicates(random.Random(2), 2)))
    succeed("render", folder / "library.msp", "-o", folder / "texts.tsv")
    subprocess.run([sys.executable, ROOT / "tools/export/export_text_encoder.py", "--random-init", "--preset", "tiny",
                    "--texts", folder / "texts.tsv", "-o", folder / "encoder"], check=True, capture_output=True)
    write_json(folder / "text.json", SETTINGS)
    succeed("train", "--config", folder / "text.json", "--spectra", folder / "library.msp", "--validation",
            folder / "queries.msp", "--spectrum-encoder", folder / "encoder", "-o", folder / "model")
    return folder


def vectors_of(folder, spectra, out, *options):
    succeed("embed", spectra, "--model", folder / "model", "-o", out, "--force", "-q", *options)
    return np.load(out)


def test_a_model_takes_the_tokenizer_of_its_encoder_along(electron):
    assert names_in(electron / "model" / "spectrum-encoder") == ["manifest.json", "model.pt", "tokenizer.json"]


def test_training_brings_replicates_together(electron):
    validation = read_json(electron / "model" / "manifest.json")["training"]["validation"]
    assert validation["recall_at_1"] > 0.9


def test_a_vector_is_the_same_in_any_company_and_on_two_threads(electron, tmp_path):
    together = vectors_of(electron, electron / "queries.msp", tmp_path / "all.npy", "--threads", 2)
    records = (electron / "queries.msp").read_text().split("\n\n")
    for place in (0, 7):
        (tmp_path / "one.msp").write_text(records[place] + "\n\n")
        alone = vectors_of(electron, tmp_path / "one.msp", tmp_path / "one.npy", "--threads", 1)
        assert np.array_equal(alone[0], together[place])


def test_a_library_of_vectors_is_searched_by_them(electron, tmp_path):
    said = json.loads(succeed("index", "--spectra", electron / "library.msp", "--model", electron / "model", "-o",
                              tmp_path / "lib", "--json").out)
    assert (said["spectra"], said["electron_spectra"]) == (36, 36)
    succeed("search", electron / "queries.msp", "--spectral-library", tmp_path / "lib", "--model", electron / "model",
            "--score", "vector", "-o", tmp_path / "hits.tsv")
    first = [row for row in read_table(tmp_path / "hits.tsv") if row["rank"] == "1"]
    assert len(first) == 12
    assert sum(row["library_spectrum"].rsplit(" ", 1)[0] == row["query_id"].rsplit(" ", 1)[0] for row in first) >= 11
    queries = vectors_of(electron, electron / "queries.msp", tmp_path / "q.npy")
    library = vectors_of(electron, electron / "library.msp", tmp_path / "l.npy")
    best = (queries @ library.T).max(1)
    assert np.allclose([float(row["score"]) for row in first], best, atol=1e-4)


def test_tandem_spectra_are_refused_by_the_record(electron, tmp_path):
    (tmp_path / "tandem.msp").write_text(
        msp("q", [(50, 10), (93, 999)], "Nc1ccccc1", "LC-ESI-QTOF").replace("SMILES", "PrecursorMZ: 94.065\nSMILES"))
    result = specbridge("embed", tmp_path / "tandem.msp", "--model", electron / "model", "-o", tmp_path / "v.npy",
                        "--json")
    assert result.code == 0 and json.loads(result.out)["rows"] == 0
    rows = read_table(tmp_path / "v.ids.tsv")
    assert (rows[0]["status"], rows[0]["message"]) == (
        "bad_record", "a tandem mass spectrum; this encoder reads spectra of electron ionisation alone")


def test_a_packed_model_gives_nearly_the_same_vectors(electron, tmp_path):
    succeed("pack", electron / "model", "-o", tmp_path / "packed")
    assert names_in(tmp_path / "packed" / "spectrum-encoder") == ["manifest.json", "model.pt", "tokenizer.json"]
    exact = vectors_of(electron, electron / "queries.msp", tmp_path / "exact.npy")
    succeed("embed", electron / "queries.msp", "--model", tmp_path / "packed", "-o", tmp_path / "packed.npy", "-q")
    assert (exact * np.load(tmp_path / "packed.npy")).sum(1).min() > 0.99


def test_info_tells_what_the_encoder_reads(electron):
    said = json.loads(succeed("info", electron / "encoder", "--json").out)
    assert "text" in json.dumps(said) and "truncate" in json.dumps(said)


def test_an_encoder_with_another_tokenizer_is_refused(electron, tmp_path):
    folder = tmp_path / "encoder"
    subprocess.run(["cp", "-r", electron / "encoder", folder], check=True)
    (folder / "tokenizer.json").write_text((folder / "tokenizer.json").read_text().replace("peak", "paek"))
    result = specbridge("train", "--config", electron / "text.json", "--spectra", electron / "library.msp",
                        "--spectrum-encoder", folder, "-o", tmp_path / "model")
    assert result.code == 4 and "tokenizer.json" in result.err
