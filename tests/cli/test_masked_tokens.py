"""specbridge train --objective masked-tokens: an encoder of spectra as text learns how such texts go on."""

import json
from types import SimpleNamespace

import numpy as np
import pytest

from cli_support import names_in, read_json, specbridge, succeed, write_json
from text_support import spectra

SETTINGS = {"objective": "masked-tokens", "learning_rate": 0.005, "batch": 16, "epochs": 12, "dropout": 0,
            "warmup_steps": 2, "validations": 3}


@pytest.fixture(scope="module")
def masked(reading, tmp_path_factory):
    """What `reading` has, and the encoder that was adapted to its spectra: paths, and what training said."""
    folder = tmp_path_factory.mktemp("masked")
    masked = SimpleNamespace(**vars(reading))
    masked.config, masked.adapted = write_json(folder / "masked.json", SETTINGS), folder / "adapted"
    masked.train = ("train", "--config", masked.config, "--spectra", masked.spectra, "--spectrum-encoder",
                    masked.encoder, "--threads", 1)
    masked.said = json.loads(succeed(*masked.train, "--validation", masked.held, "-o", masked.adapted, "--json").out)
    return masked


def state_of(encoder):
    import torch
    return {name: tensor.detach().numpy() for name, tensor in torch.jit.load(encoder / "model.pt").named_parameters()}


def test_an_encoder_comes_out_that_says_what_it_was_adapted_to(masked):
    assert names_in(masked.adapted) == ["config.json", "manifest.json", "metrics.jsonl", "model.pt", "tokenizer.json"]
    before, after = (read_json(folder / "manifest.json") for folder in (masked.encoder, masked.adapted))
    assert after["artifact"] == "spectrum-encoder" and after["fingerprint"] != before["fingerprint"]
    adaptation, = after["adaptations"]
    assert (adaptation["objective"], adaptation["steps"]) == ("masked-tokens", 48)
    assert adaptation["data"]["spectra"] == 64
    assert {key: after[key] for key in ("input", "padding", "dim", "blocks", "hyperparameters")} == {
        key: before[key] for key in ("input", "padding", "dim", "blocks", "hyperparameters")}


def test_all_weights_of_the_encoder_train(masked):
    before, after = state_of(masked.encoder), state_of(masked.adapted)
    assert before.keys() == after.keys()
    assert [name for name in before if np.array_equal(before[name], after[name])] == []


def test_hidden_tokens_are_told_from_the_others(masked):
    lines = [json.loads(line) for line in (masked.adapted / "metrics.jsonl").read_text().splitlines()]
    losses = [line["loss"] for line in lines if "loss" in line]
    assert len(losses) == 48 and np.mean(losses[-8:]) < 0.5 * np.mean(losses[:4])
    validations = [line["validation"]["loss"] for line in lines if "validation" in line]
    assert len(validations) == 3 and validations == sorted(validations, reverse=True)
    vocabulary = read_json(masked.encoder / "manifest.json")["hyperparameters"]["vocabulary"]
    assert masked.said["validation"]["loss"] < 0.5 * np.log(vocabulary)


def test_the_vectors_that_the_manifest_states_are_those_of_the_network(masked):
    import torch
    network = torch.jit.load(masked.adapted / "model.pt").eval()
    golden = read_json(masked.adapted / "manifest.json")["golden"]
    for ids, vector in zip(golden["input_ids"], golden["vectors"]):
        row = torch.tensor([ids])
        with torch.no_grad():
            states = network(row, torch.ones_like(row))[0]
        assert np.allclose(states[1:].mean(dim=0).numpy(), vector, atol=1e-5)  # all but what begins a text


def test_the_adapted_encoder_is_a_beginning_for_similarity(masked, tmp_path):
    (tmp_path / "labelled.msp").write_text("".join(
        record.replace("Instrument_type", f"SMILES: {'C' * (1 + number % 4)}O\nInstrument_type")
        for number, record in enumerate(spectra(3, 24))))
    settings = ("mapper_blocks=0", "head_hidden=16", "head_out=16", "vector_dim=8", "batch=12", "max_steps=2")
    succeed("train", "--objective", "similarity", "--spectra", tmp_path / "labelled.msp", "--spectrum-encoder",
            masked.adapted, *(part for setting in settings for part in ("--set", setting)), "-o",
            tmp_path / "model")
    succeed("embed", masked.held, "--model", tmp_path / "model", "-o", tmp_path / "v.npy")
    assert np.load(tmp_path / "v.npy").shape == (16, 8)


def test_an_encoder_may_be_adapted_again_and_says_so(masked, tmp_path):
    succeed(*masked.train, "--set", "max_steps=1", "-o", tmp_path / "again")
    succeed("train", "--config", masked.config, "--spectra", masked.held, "--spectrum-encoder",
            tmp_path / "again", "--set", "max_steps=1", "-o", tmp_path / "twice")
    counts = [each["data"]["spectra"] for each in read_json(tmp_path / "twice/manifest.json")["adaptations"]]
    assert counts == [64, 16]


def test_the_same_seed_gives_the_same_bytes_and_another_other_ones(masked, tmp_path):
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        succeed(*masked.train, "--set", "max_steps=3", "--set", "dropout=0.1", "--set", "intensity_jitter=0.2",
                "--seed", seed, "-o", tmp_path / name)
    networks = [(tmp_path / name / "model.pt").read_bytes() for name in "abc"]
    assert networks[0] == networks[1] != networks[2]


def test_more_tokens_are_hidden_where_it_is_told_so(masked, tmp_path):
    for share in ("0.05", "0.9"):
        succeed(*masked.train, "--set", "max_steps=12", "--set", f"masked_share={share}", "-o", tmp_path / share)
    losses = [json.loads((tmp_path / share / "metrics.jsonl").read_text().splitlines()[-1])["loss"]
              for share in ("0.05", "0.9")]
    assert losses[0] < losses[1]  # less is left to tell them from


def test_an_encoder_that_reads_peaks_is_refused(masked, made, refused):
    refused(2, f"{made.spectrum_encoder}: reads peaks, and hidden tokens are those of a text; expected an encoder that "
               "reads spectra as text, made by export_text_encoder.py", "train", "--objective", "masked-tokens",
            "--spectra", masked.spectra, "--spectrum-encoder", made.spectrum_encoder)


def test_tandem_spectra_are_no_texts(masked, tmp_path):
    (tmp_path / "tandem.msp").write_text(
        "Name: t\nPrecursorMZ: 94.065\nInstrument_type: LC-ESI-QTOF\nNum Peaks: 1\n77 10\n\n")
    result = specbridge("train", "--config", masked.config, "--spectra", tmp_path / "tandem.msp",
                        "--spectrum-encoder", masked.encoder, "-o", tmp_path / "out")
    assert result.code == 3
    assert result.err.endswith("none of 1 record is a spectrum of electron ionisation with peaks, which alone are read "
                               "as text\n")
    assert names_in(tmp_path) == ["tandem.msp"]


def test_spectra_that_cannot_be_read_as_text_are_counted(masked, tmp_path):
    (tmp_path / "mixed.msp").write_text(
        "".join(spectra(4, 4)) + "Name: t\nPrecursorMZ: 94.065\nInstrument_type: LC-ESI-QTOF\nNum Peaks: 1\n77 10\n\n"
        + "Name: none\nInstrument_type: EI-B\nNum Peaks: 0\n\n")
    result = succeed("train", "--config", masked.config, "--spectra", tmp_path / "mixed.msp",
                     "--spectrum-encoder", masked.encoder, "-o", tmp_path / "out", "--json")
    said = json.loads(result.out)
    assert (said["spectra"], said["skipped"]) == (4, {"bad_record": 1, "no_peaks": 1})


@pytest.mark.parametrize("option, value", [("--molecule-encoder", "morgan"), ("--decoys", "list.smi"),
                                           ("--validation-candidates", "pools.json"), ("--evidence", "cosine")])
def test_what_is_about_molecules_is_refused(masked, refused, option, value):
    refused(2, f"train: {option} is not for --objective masked-tokens, which learns from texts of spectra alone; leave "
               "it out", *masked.train, option, value)


def test_labels_cannot_be_shuffled_where_none_are_read(masked, refused):
    refused(2, "train: --shuffle-labels is for --objective similarity or spec2vec; leave it out here",
            *masked.train, "--shuffle-labels")


def test_it_trains_in_one_process(masked, refused):
    refused(2, "train: --objective masked-tokens trains in one process; start it without torchrun", *masked.train,
            RANK="0", WORLD_SIZE="2", LOCAL_RANK="0", MASTER_ADDR="localhost", MASTER_PORT="29999")
