"""Spectrum encoders of export_baselines.py in the program: trained, searched with, cut into blocks."""

import json
import subprocess
import sys

import numpy
import pytest
from cli_support import ROOT, read_json, read_table, succeed

KINDS = {"deepsets": [], "deepsets-fourier": ["--frequencies", "40", "--shortest-wavelength", "0.02"],
         "binned-ffn": ["--bin-width", "2"]}


@pytest.fixture(scope="module", params=KINDS)
def encoder(request, tmp_path_factory):
    out = tmp_path_factory.mktemp("encoder") / request.param
    subprocess.run([sys.executable, ROOT / "tools/export/export_baselines.py", "--kind", request.param, "--width", "32",
                    *KINDS[request.param], "-o", out], check=True, capture_output=True)
    return out


@pytest.fixture
def train(encoder, made, tmp_path):
    def run(*more):
        out = tmp_path / f"model{len(list(tmp_path.iterdir()))}"
        succeed("train", "--spectra", made.train, "--spectrum-encoder", encoder, "--molecule-encoder",
                made.encoder["morgan"], "--config", made.config, *more, "-o", out)
        return out

    return run


def losses_of(model):
    return [json.loads(line)["loss"] for line in (model / "metrics.jsonl").read_text().splitlines()]


def parameters_of(encoder):
    return read_json(encoder / "manifest.json")["parameters"]["total"]


def test_twenty_steps_of_training_bring_the_loss_down(train):
    losses = losses_of(train("--set", "max_steps=20"))
    assert len(losses) == 20 and sum(losses[-5:]) < 0.95 * sum(losses[:5])


def test_all_of_it_trains(train, encoder):
    trained = read_json(train() / "manifest.json")
    fixed = 40 if encoder.name == "deepsets-fourier" else 0  # frequencies
    assert trained["trained_blocks"] == 3
    alone = read_json(train("--set", "trainable_blocks=0") / "manifest.json")
    more = trained["training"]["trained_parameters"] - alone["training"]["trained_parameters"]
    assert more == parameters_of(encoder) - fixed


def test_a_model_of_it_is_searched_with_and_its_vectors_are_their_own(train, made, tmp_path):
    model = train()
    succeed("search", made.spectra, "--model", model, "--library", made.library["morgan"], "-o", tmp_path / "hits.tsv")
    assert {row["status"] for row in read_table(tmp_path / "hits.tsv")} == {"ok"}
    succeed("embed", made.spectra, "--spectra", "--model", model, "-o", tmp_path / "two.npy", "--threads", 2)
    succeed("embed", made.spectra, "--spectra", "--model", model, "--batch", 7, "--threads", 1, "-o",
            tmp_path / "one.npy")
    vectors = numpy.load(tmp_path / "two.npy")
    assert vectors.tobytes() == numpy.load(tmp_path / "one.npy").tobytes()
    assert numpy.unique(vectors, axis=0).shape[0] > 0.9 * len(vectors)


@pytest.mark.parametrize("blocks", ["0", "1", "2"])
def test_its_last_blocks_alone_train_too(train, blocks):
    losses = losses_of(train("--set", f"trainable_blocks={blocks}", "--set", "max_steps=40", "--set", "epochs=50"))
    assert len(losses) == 40 and sum(losses[-5:]) < sum(losses[:5])


def test_a_packed_model_has_nearly_the_same_vectors(train, made, tmp_path):
    model = train()
    succeed("pack", model, "-o", tmp_path / "packed")
    found = []
    for name, which in (("whole", model), ("half", tmp_path / "packed")):
        succeed("embed", made.spectra, "--spectra", "--model", which, "-o", tmp_path / f"{name}.npy")
        found.append(numpy.load(tmp_path / f"{name}.npy"))
    assert numpy.sum(found[0] * found[1], axis=1).min() > 0.999


def test_info_says_that_its_weights_are_random(encoder):
    said = succeed("info", encoder).out
    assert "random-init" in said and encoder.name in said
