"""specbridge train --objective similarity: vectors of spectra whose cosine tells whether they are of one molecule."""

import json
import random
import shutil

import numpy as np
import pytest

from cli_support import (DATA, field, names_in, read_json, read_records, specbridge, succeed, write_json,
                         write_records)

TINY = {"objective": "similarity", "head_hidden": 32, "head_out": 32, "vector_dim": 16, "learning_rate": 0.003,
        "warmup_steps": 2, "batch": 32, "epochs": 4, "max_steps": 12, "triplet_weight": 1, "tanimoto_weight": 1,
        "validations": 2}


@pytest.fixture(scope="module")
def similarity(made, tmp_path_factory):
    """Paths of a configuration and a model of similarity, and what training said as JSON."""
    folder = tmp_path_factory.mktemp("similarity")
    config = write_json(folder / "tiny.json", TINY)
    result = succeed("train", "--objective", "similarity", "--spectra", made.train, "--validation", made.spectra,
                     "--spectrum-encoder", made.spectrum_encoder, "--config", config, "-o", folder / "model", "--json")
    return {"config": config, "model": folder / "model", "summary": json.loads(result.out), "err": result.err}


@pytest.fixture
def train_similarity(made, similarity):
    """Options of a training that works; those given are added behind them."""
    return lambda *more: ("train", "--spectra", made.train, "--spectrum-encoder", made.spectrum_encoder, "--config",
                          similarity["config"], *more)


def vectors_of(model, spectra, out):
    succeed("embed", spectra, "--model", model, "-o", out, "--force", "-q")
    return np.load(out)


def test_the_model_holds_a_spectrum_encoder_and_no_molecules(similarity):
    assert names_in(similarity["model"]) == ["config.json", "manifest.json", "metrics.jsonl", "spectrum-encoder",
                                             "trained.safetensors", "training_fingerprints.bin",
                                             "training_molecules.txt"]
    manifest = read_json(similarity["model"] / "manifest.json")
    assert (manifest["objective"], manifest["dim"]) == ("similarity", 16)
    assert "molecule_encoder_fingerprint" not in manifest


def test_the_config_that_is_kept_repeats_the_training(made, similarity, tmp_path):
    succeed("train", "--spectra", made.train, "--validation", made.spectra, "--spectrum-encoder",
            made.spectrum_encoder, "--config", similarity["model"] / "config.json", "-o", tmp_path / "again", "-q")
    for name in ("trained.safetensors", "metrics.jsonl", "config.json"):
        assert (tmp_path / "again" / name).read_bytes() == (similarity["model"] / name).read_bytes()


def test_metrics_have_every_term_and_every_validation(similarity):
    lines = [json.loads(line) for line in (similarity["model"] / "metrics.jsonl").read_text().splitlines()]
    steps = [line for line in lines if "loss" in line]
    assert [line["step"] for line in steps] == list(range(1, 13))
    assert all({"supcon", "triplet", "tanimoto"} <= line.keys() for line in steps)
    validations = [line["validation"] for line in lines if "validation" in line]
    assert len(validations) == 2
    best = max(validations, key=lambda figures: (figures["recall_at_1"], figures["mrr"]))
    assert similarity["summary"]["validation"]["recall"]["1"] == best["recall_at_1"]


def test_the_validation_figures_are_those_of_a_recount(made, similarity, tmp_path):
    vectors = vectors_of(similarity["model"], made.spectra, tmp_path / "vectors.npy").astype(np.float64)
    records = read_records(made.spectra)
    mz = np.array([float(field(record, "PRECURSOR_MZ")) for record in records], dtype=np.float32).astype(np.float64)
    negative = np.array(["-" in field(record, "CHARGE") for record in records])
    truth = np.array([field(record, "SMILES") for record in records])
    first, counted = 0, 0
    for i in range(len(records)):
        if np.sum(truth == truth[i]) < 2:
            continue
        counted += 1
        other = (np.abs(mz - mz[i]) <= 1e-5 * np.maximum(mz, mz[i])) & (negative == negative[i])
        other[i] = False
        right = vectors[other & (truth == truth[i])] @ vectors[i]
        wrong = vectors[other & (truth != truth[i])] @ vectors[i]
        first += bool(right.size and (not wrong.size or right.max() > wrong.max()))
    summary = similarity["summary"]
    assert counted > 20
    assert summary["validation_spectra"] == counted
    assert summary["validation"]["recall"]["1"] == pytest.approx(first / counted, abs=1e-12)


def test_training_brings_replicates_together(made, train_similarity, tmp_path):
    succeed(*train_similarity("-o", tmp_path / "model", "--set", "max_steps=150", "--set", "epochs=50", "-q"))
    vectors = vectors_of(tmp_path / "model", made.train, tmp_path / "vectors.npy")
    truth = np.array([field(record, "SMILES") for record in read_records(made.train)])
    cosines = vectors @ vectors.T
    same = truth[:, None] == truth[None, :]
    np.fill_diagonal(same, False)
    apart = truth[:, None] != truth[None, :]
    assert cosines[same].mean() > cosines[apart].mean() + 0.4


def test_shuffled_molecules_are_a_control_that_says_so(made, train_similarity, tmp_path):
    result = succeed(*train_similarity("--shuffle-labels", "-o", tmp_path / "model"))
    assert "molecules are shuffled among the spectra: the model is a control" in result.err
    assert read_json(tmp_path / "model/config.json")["labels"] == "shuffled"
    assert read_json(tmp_path / "model/manifest.json")["training"]["data"]["labels"] == "shuffled"
    result = succeed("embed", made.spectra, "--model", tmp_path / "model", "-o", tmp_path / "vectors.npy")
    assert "is a control, trained on shuffled molecules; its answers mean nothing" in result.err


@pytest.mark.parametrize("threads", [1, 2])
def test_the_same_seed_and_threads_give_the_same_bytes(train_similarity, tmp_path, threads):
    for name in ("a", "b"):
        succeed(*train_similarity("--seed", 3, "--threads", threads, "-o", tmp_path / name, "-q"))
    for file in ("trained.safetensors", "metrics.jsonl", "config.json"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


def test_a_vector_does_not_depend_on_company_or_threads(made, similarity, tmp_path):
    whole = vectors_of(similarity["model"], made.spectra, tmp_path / "all.npy")
    records = read_records(made.spectra)
    order = random.Random(5).sample(range(len(records)), 9)
    some = write_records(tmp_path / "some.mgf", [records[i] for i in order])
    succeed("embed", some, "--model", similarity["model"], "-o", tmp_path / "some.npy", "--threads", 1, "-q")
    assert (np.load(tmp_path / "some.npy") == whole[order]).all()


def test_info_says_what_the_model_is_for(similarity):
    assert "similarity" in succeed("info", similarity["model"]).out
    assert read_json(similarity["model"] / "manifest.json")["artifact"] == "model"


def test_a_packed_model_gives_nearly_the_same_vectors(made, similarity, tmp_path):
    succeed("pack", similarity["model"], "-o", tmp_path / "packed", "-q")
    whole = vectors_of(similarity["model"], made.spectra, tmp_path / "whole.npy")
    packed = vectors_of(tmp_path / "packed", made.spectra, tmp_path / "packed.npy")
    assert (whole * packed).sum(axis=1).min() > 0.999


def test_a_packed_encoder_can_be_trained_on(made, similarity, tmp_path):
    succeed("pack", made.model["morgan"], "-o", tmp_path / "packed", "-q")
    succeed("train", "--spectra", made.train, "--spectrum-encoder", tmp_path / "packed/spectrum-encoder", "--config",
            similarity["config"], "-o", tmp_path / "model", "-q")
    assert vectors_of(tmp_path / "model", made.spectra, tmp_path / "vectors.npy").shape == (60, 16)


def molecules_unknown(model):
    return (f"{model}: was trained with --objective similarity and knows spectra alone, no molecules; expected a "
            "model that specbridge train made without it")


def test_what_needs_molecules_refuses_the_model(made, similarity, refused, tmp_path):
    model = similarity["model"]
    library = made.library["morgan"]
    refused(4, molecules_unknown(model), "search", made.spectra, "--model", model, "--library", library)
    refused(4, molecules_unknown(model), "index", DATA / "library.smi.gz", "--model", model)
    refused(4, molecules_unknown(model), "eval", "--model", model, "--spectra", made.spectra, "--candidates",
            made.pools)
    refused(4, molecules_unknown(model), "calibrate", "--model", model, "--spectra", made.spectra, "--candidates",
            made.pools)
    result = specbridge("embed", DATA / "library.smi.gz", "--model", model, "-o", tmp_path / "molecules.npy")
    assert (result.code, result.err) == (4, f"specbridge: {molecules_unknown(model)}\n")


@pytest.mark.parametrize("option", ["--molecule-encoder", "--validation-candidates", "--decoys", "--evidence"])
def test_options_about_molecules_are_refused(made, train_similarity, refused, option):
    value = {"--molecule-encoder": made.encoder["morgan"], "--validation-candidates": made.pools,
             "--decoys": DATA / "library.smi.gz", "--evidence": "cosine"}[option]
    refused(2, f"train: {option} is for models of molecules; leave it out with --objective similarity",
            *train_similarity(option, value))


def test_the_other_objective_needs_a_molecule_encoder(made, refused):
    refused(2, "train: expected --molecule-encoder (or --objective similarity or spec2vec)", "train", "--spectra",
            made.train, "--spectrum-encoder", made.spectrum_encoder, "--config", made.config)


def test_shuffling_and_unknown_objectives_are_refused(made, refused, train_with):
    refused(2, "train: --shuffle-labels is for --objective similarity or spec2vec; leave it out here",
            *train_with("--shuffle-labels"))
    refused(2, '--objective: found "tanimoto", expected bridge, similarity, generate, spec2vec or masked-tokens',
            *train_with("--objective", "tanimoto"))


def test_a_damaged_model_is_refused(made, similarity, refused, tmp_path):
    model = shutil.copytree(similarity["model"], tmp_path / "model")
    manifest = read_json(model / "manifest.json")
    manifest["objective"] = "bridge"
    write_json(model / "manifest.json", manifest)
    result = specbridge("embed", made.spectra, "--model", model, "-o", tmp_path / "vectors.npy")
    assert result.code == 4
    assert "manifest" in result.err
