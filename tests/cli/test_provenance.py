"""What a model says of its training, and what its users are told."""

import hashlib

import pytest

from cli_support import copy_of, field, read_json, read_records, succeed, write_records


@pytest.fixture(scope="module")
def simulated(made, tmp_path_factory):
    """A model of spectra with instruments that says that they are simulated."""
    folder = tmp_path_factory.mktemp("simulated")
    records = [record.replace("BEGIN IONS\n", f"BEGIN IONS\nINSTRUMENT={'Orbitrap' if i % 2 else 'QTOF'}\n")
               for i, record in enumerate(read_records(made.train))]
    spectra = write_records(folder / "train.mgf", records)
    succeed("train", "--spectra", spectra, "--spectrum-encoder", made.spectrum_encoder, "--molecule-encoder",
            made.encoder["morgan"], "--config", made.config, "-o", folder / "model", "--simulated", "--description",
            "made of\n structures", "--data-licence", "CC0-1.0", "--validation", made.spectra,
            "--validation-candidates", made.pools)
    return folder / "model", spectra


WARNING = ("was trained on simulated spectra (made of structures); its answers to measured spectra mean little")


def test_the_manifest_says_what_the_model_was_trained_on(made, simulated):
    model, spectra = simulated
    training = read_json(model / "manifest.json")["training"]
    data = training["data"]
    truths = {field(record, "SMILES") for record in read_records(spectra)}
    assert (data["spectra"], data["molecules"]) == (120, len(truths))
    assert data["instruments"] == {"Orbitrap": 60, "QTOF": 60}
    assert sum(training["adducts"].values()) == 120
    assert (data["description"], data["licence"], data["simulated"]) == ("made of  structures", "CC0-1.0", True)
    assert training["kept_by"] == "recall@5"
    assert data["inputs"] == [
        {"role": role, "name": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
        for role, path in (("spectra", spectra), ("validation", made.spectra), ("validation_candidates", made.pools))]


def test_records_say_nothing_of_the_home_folder(made, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(made.folder))
    model = made.model["morgan"]
    succeed("search", made.spectra, f"--model={model}", "--library", made.library["morgan"], "-o",
            tmp_path / "hits.tsv")

    record = read_json(tmp_path / "hits.tsv.run.json")
    assert record["command_line"] == (f"specbridge search ~/spectra.mgf --model=~/{model.name} --library "
                                      f"~/{made.library['morgan'].name} -o {tmp_path}/hits.tsv")
    assert str(made.folder) not in (tmp_path / "hits.tsv.run.json").read_text()


def test_a_model_without_statements_says_only_what_was_read(made):
    data = read_json(made.model["morgan"] / "manifest.json")["training"]["data"]
    assert set(data) == {"spectra", "molecules", "instruments", "inputs", "simulated"}
    assert (data["spectra"], data["simulated"], data["inputs"][0]["name"]) == (120, False, "train.mgf")


def test_info_tells_it(simulated):
    text = succeed("info", simulated[0]).out
    assert "trained on                    simulated spectra, not measured ones\n" in text
    assert "name train.mgf, role spectra, sha256 " in text
    assert "Orbitrap" in text and "CC0-1.0" in text


def test_search_warns_and_writes_it_down(made, simulated, tmp_path):
    model, _ = simulated
    result = succeed("search", made.spectra, "--model", model, "--candidates", made.pools, "-o", tmp_path / "hits.tsv")
    assert f"warning: {model}: {WARNING}".replace("  ", " ") in result.err.replace("  ", " ")
    run = read_json(tmp_path / "hits.tsv.run.json")
    assert run["model"]["simulated"] is True
    assert run["model"]["warning"].replace("  ", " ") == f"{model}: {WARNING}"


@pytest.mark.parametrize("command, report", [("eval", "report.json"), ("audit", "audit.json")])
def test_evaluations_warn_and_note_it(made, simulated, tmp_path, command, report):
    model, _ = simulated
    result = succeed(command, "--model", model, "--spectra", made.spectra, "--candidates", made.pools, "--resamples",
                     1000, "-o", tmp_path / "out")
    assert f"warning: {model}: was trained on simulated spectra" in result.err
    assert any("was trained on simulated spectra" in note for note in read_json(tmp_path / "out" / report)["notes"])


def test_models_that_say_nothing_are_searched_without_a_warning(made, tmp_path):
    model = copy_of(made.model["morgan"], tmp_path)
    result = succeed("search", made.spectra, "--model", model, "--candidates", made.pools, "-o", tmp_path / "hits.tsv")
    assert "warning" not in result.err
    assert set(read_json(tmp_path / "hits.tsv.run.json")["model"]) == {"path", "fingerprint"}


def test_statements_change_no_other_file_of_the_model(made, simulated, train_with, tmp_path):
    model, spectra = simulated
    succeed("train", "--spectra", spectra, "--spectrum-encoder", made.spectrum_encoder, "--molecule-encoder",
            made.encoder["morgan"], "--config", made.config, "-o", tmp_path / "plain", "--validation", made.spectra,
            "--validation-candidates", made.pools)
    manifests = [read_json(folder / "manifest.json") for folder in (model, tmp_path / "plain")]
    assert manifests[0]["files"] == manifests[1]["files"]
    assert manifests[0]["fingerprint"] == manifests[1]["fingerprint"]
