"""specbridge train --objective generate: a decoder that writes molecules joins a model."""

import json
import shutil

import numpy as np
import pytest
import torch

from cli_support import (DATA, changed, contents, field, flip_byte, names_in, read_json, read_records, specbridge,
                         succeed, without, write_json, write_records)


def lines_of(model):
    return [json.loads(line) for line in (model / "decoder/metrics.jsonl").read_text().splitlines()]


def test_the_model_is_the_one_it_was_with_a_decoder(made, generating):
    before, after = contents(made.model["morgan"]), contents(generating.model)
    assert set(after) - set(before) == {f"decoder/{name}" for name in ("config.json", "manifest.json", "metrics.jsonl",
                                                                       "model.pt", "vocabulary.json")}
    same = set(before) - {"manifest.json", "training_molecules.txt", "training_fingerprints.bin"}
    assert all(after[name] == before[name] for name in same)


def test_the_manifest_says_how_the_decoder_was_trained(made, generating):
    manifest = read_json(generating.model / "manifest.json")
    decoder = manifest["decoder"]
    assert decoder["fingerprint"] == read_json(generating.model / "decoder/manifest.json")["fingerprint"]
    assert decoder["fingerprint"] != read_json(generating.decoder / "manifest.json")["fingerprint"]
    assert manifest["fingerprint"] != read_json(made.model["morgan"] / "manifest.json")["fingerprint"]
    assert (decoder["steps"], decoder["candidates"], decoder["spectra"]) == (24, 8, 120)
    assert {file["role"] for file in decoder["data"]["inputs"]} == {"spectra", "validation"}
    shown = succeed("info", generating.model).out
    assert "decoder\n" in shown and "language molecules" in shown and "all hold" in shown


def test_two_stages_follow_each_other_and_are_validated_in_the_second(generating):
    lines = lines_of(generating.model)
    steps = [line for line in lines if "loss" in line]
    assert [line["stage"] for line in steps] == [1] * 12 + [2] * 12
    assert [line["step"] for line in steps] == list(range(1, 25))
    assert steps[0]["learning_rate"] == steps[12]["learning_rate"]  # each stage has its own warm-up
    validations = {line["step"]: line["validation"]["loss"] for line in lines if "validation" in line}
    assert list(validations) == [18, 24]
    assert generating.said["validation"]["loss"] == min(validations.values())
    assert "orthogonality_error" not in steps[0]


def test_training_molecules_are_those_of_the_model_and_of_the_decoder(made, generating, tmp_path):
    others = read_records(DATA / "train.mgf.gz")[-20:]
    spectra = write_records(tmp_path / "others.mgf", others)
    succeed(*changed(generating.train, "--spectra", spectra), "--set", "language_epochs=0", "--set", "max_steps=1",
            "-o", tmp_path / "model", "-q")
    before, after = (set((model / "training_molecules.txt").read_text().split())
                     for model in (made.model["morgan"], tmp_path / "model"))
    assert before < after
    assert len(after) * 256 == (tmp_path / "model/training_fingerprints.bin").stat().st_size


@pytest.mark.parametrize("threads", [1, 2])
def test_the_same_seed_writes_the_same_bytes_and_another_seed_others(generating, tmp_path, threads):
    for name, seed in [("a", 5), ("b", 5), ("c", 6)]:
        succeed(*generating.train, "--seed", seed, "--threads", threads, "-o", tmp_path / name, "-q")
    a, b, c = (contents(tmp_path / name / "decoder") for name in "abc")
    assert a == b
    assert a["model.pt"] != c["model.pt"]


def test_the_config_that_is_kept_repeats_the_training(made, generating, tmp_path):
    kept = generating.model / "decoder/config.json"
    succeed(*changed(generating.train, "--config", kept), "--validation", made.spectra, "--threads", 1, "-o",
            tmp_path / "again", "-q")
    assert contents(tmp_path / "again/decoder") == contents(generating.model / "decoder")


def test_the_decoder_of_a_model_can_be_trained_on(generating, tmp_path):
    succeed(*changed(generating.train, "--decoder", generating.model / "decoder"), "--set", "language_epochs=0", "-o",
            tmp_path / "model", "-q")
    first = next(line for line in lines_of(tmp_path / "model") if "loss" in line)
    untrained = next(line for line in lines_of(generating.model) if "loss" in line)
    assert first["stage"] == 2 and first["loss"] < untrained["loss"]


def greedy(model, peaks, vector, words, most=90):
    """What a decoder writes, word by word, by its own network."""
    memory = model.memory(vector, peaks, torch.zeros(1, 1, vector.shape[1]))
    tokens = [words.index("<start>")]
    while len(tokens) < most:
        following = int(model.logits(torch.tensor([tokens]), memory)[0, -1].argmax())
        if words[following] == "<end>":
            break
        tokens.append(following)
    return "".join(words[token] for token in tokens[1:])


def cleaned(record):
    """The rows that a network sees of a record: the precursor, then peaks, the highest 1."""
    peaks = [list(map(float, line.split()[:2])) for line in record.splitlines() if line[:1].isdigit()]
    highest = max(intensity for _, intensity in peaks)
    rows = [[float(field(record, "PRECURSOR_MZ")), 1.1], *([mz, intensity / highest] for mz, intensity in peaks)]
    return torch.tensor([rows])


def test_a_single_molecule_that_is_learned_by_heart_comes_back_exactly(made, generating, tmp_path):
    records = read_records(made.train)
    one = [record for record in records if field(record, "SMILES") == field(records[0], "SMILES")]
    spectra = write_records(tmp_path / "one.mgf", one)
    succeed(*changed(generating.train, "--spectra", spectra), "--set", "language_epochs=0", "--set", "epochs=400",
            "--set", "max_steps=400", "--set", "dropout=0", "--set", "candidates=0", "-o", tmp_path / "model", "-q")
    assert [line["loss"] for line in lines_of(tmp_path / "model") if "loss" in line][-1] < 0.01
    succeed("embed", spectra, "--model", tmp_path / "model", "-o", tmp_path / "vectors.npy", "-q")
    vectors = torch.from_numpy(np.load(tmp_path / "vectors.npy"))
    decoder = torch.jit.load(str(tmp_path / "model/decoder/model.pt")).eval()
    words = read_json(tmp_path / "model/decoder/vocabulary.json")
    with torch.no_grad():
        written = [greedy(decoder, cleaned(record), vectors[i:i + 1], words) for i, record in enumerate(one)]
    assert written == [field(record, "SMILES") for record in one]


def test_molecules_that_the_decoder_cannot_write_are_counted(generating, tmp_path, made):
    smiles = "CCC[Si](C)(C)C"  # no word of the library
    records = read_records(made.train)[:5]
    records[0] = records[0].replace("SMILES=" + field(records[0], "SMILES"), "SMILES=" + smiles)
    spectra = write_records(tmp_path / "few.mgf", records)
    result = succeed(*changed(generating.train, "--spectra", spectra), "-o", tmp_path / "model", "--json")
    assert json.loads(result.out)["skipped"] == {"the decoder lacks a word of its SMILES": 1}
    assert "1 training spectrum cannot be used: the decoder lacks a word of its SMILES" in result.err


def test_without_a_molecule_that_can_be_written_there_is_no_training(generating, refused, tmp_path, made):
    record = read_records(made.train)[0]
    other = record.replace("SMILES=" + field(record, "SMILES"), "SMILES=[SiH4]")
    spectra = write_records(tmp_path / "none.mgf", [other])
    refused(3, f"{spectra}: has no molecule that the decoder can write; export a decoder with its words",
            *changed(generating.train, "--spectra", spectra), "-q")


@pytest.mark.parametrize("option", ["--model", "--decoder", "--library"])
def test_what_a_decoder_needs_is_asked_for(generating, refused, option):
    refused(2, f"train: expected {option} with --objective generate", *without(generating.train, option))


@pytest.mark.parametrize("option", ["--spectrum-encoder", "--molecule-encoder", "--validation-candidates", "--decoys"])
def test_what_a_decoder_has_no_use_for_is_refused(generating, made, refused, option):
    refused(2, f"train: {option} is not for --objective generate, which leaves the model as it is; leave it out",
            *generating.train, option, made.folder)


@pytest.mark.parametrize("option", ["--model", "--decoder", "--library"])
def test_other_trainings_refuse_what_is_for_decoders(train_with, generating, refused, option):
    refused(2, f"train: {option} is for --objective generate; leave it out here",
            *train_with(option, generating.decoder))


def test_a_decoder_for_other_vectors_is_refused(made, generating, refused):
    model, library = made.model["roberta"], made.library["roberta"]
    dim = read_json(model / "manifest.json")["dim"]
    refused(4, f"{generating.decoder}: is told vectors of 64 numbers, but {model} makes {dim}; export a decoder with "
            f"--molecule-dim {dim}", *changed(changed(generating.train, "--model", model), "--library", library))


def test_a_library_of_another_encoder_is_refused(made, generating, tmp_path):
    result = specbridge(*changed(generating.train, "--library", made.library["roberta"]), "-o", tmp_path / "out")
    assert result.code == 4 and "was made with molecule encoder" in result.err
    assert names_in(tmp_path) == []


def test_a_model_of_similarity_has_no_molecules_to_write(made, generating, tmp_path):
    succeed("train", "--objective", "similarity", "--spectra", made.train, "--spectrum-encoder", made.spectrum_encoder,
            "--config", write_json(tmp_path / "c.json", {"max_steps": 1, "head_hidden": 8, "head_out": 8,
                                                         "vector_dim": 8}), "-o", tmp_path / "similarity", "-q")
    result = specbridge(*changed(generating.train, "--model", tmp_path / "similarity"), "-o", tmp_path / "out")
    assert result.code == 4 and "knows spectra alone" in result.err
    assert names_in(tmp_path) == ["c.json", "similarity"]


def test_a_damaged_decoder_is_refused(generating, tmp_path):
    damaged = shutil.copytree(generating.decoder, tmp_path / "damaged")
    flip_byte(damaged / "model.pt", 5000)
    result = specbridge(*changed(generating.train, "--decoder", damaged), "-o", tmp_path / "out")
    assert result.code == 4 and "model.pt" in result.err


def test_a_model_with_a_decoder_can_be_packed(generating, tmp_path):
    succeed("pack", generating.model, "-o", tmp_path / "packed", "-q")
    assert (tmp_path / "packed/decoder/model.pt").read_bytes() == (generating.model / "decoder/model.pt").read_bytes()
    assert "all hold" in succeed("info", tmp_path / "packed").out


def test_a_decoder_has_no_members_and_says_why(generating, refused):
    refused(2, '--set: "members" is no key of the objective generate: members have one vector by their mean, texts '
            "have none; train decoders of other seeds as models of their own; leave it out", *generating.train, "--set",
            "members=3")
