"""Encoders, models and libraries that are missing, damaged or not fitting: exit code 4, one line, no output."""

import json
import re

import pytest

from cli_support import (DATA, SHARD, copy_of, cut_in_half, edit_manifest, flip_byte, names_in, read_json, replace,
                         specbridge, succeed)

QUERIES = DATA / "query.mgf"
AGAIN = "make or copy it again"


@pytest.fixture
def search_with(made):
    """Options of a search with another model or library."""
    return lambda model=None, library=None, *more: (
        "search", QUERIES, "--model", model or made.model["roberta"], "--library", library or made.library["roberta"],
        *more)


def refused_like(folder, pattern, *arguments):
    """As the fixture `refused`, where the message holds a checksum."""
    (folder / "outputs").mkdir(exist_ok=True)
    result = specbridge(*arguments, "-o", folder / "outputs/out")
    assert re.fullmatch(f"specbridge: {pattern}\n", result.err), result.err
    assert (result.code, result.out, names_in(folder / "outputs")) == (4, "", [])


def changed(path):
    return (f"{re.escape(str(path))}: SHA-256 is [0-9a-f]{{12}}\\.\\.\\., its manifest says [0-9a-f]{{12}}\\.\\.\\.; "
            "the file was changed or damaged, make or copy it again")


MODEL_FILES = ["trained.safetensors", "mean_target.f32", "config.json", "metrics.jsonl", "spectrum-encoder/model.pt",
               "spectrum-encoder/manifest.json", "molecule-encoder/model.pt", "molecule-encoder/tokenizer.json",
               "molecule-encoder/manifest.json", "training_molecules.txt", "training_fingerprints.bin"]


@pytest.mark.parametrize("name", MODEL_FILES)
def test_a_flipped_byte_in_a_file_of_a_model(made, search_with, tmp_path, name):
    model = copy_of(made.model["roberta"], tmp_path)
    flip_byte(model / name, min(1000, (model / name).stat().st_size // 2))
    refused_like(tmp_path, changed(model / name), *search_with(model))


@pytest.mark.parametrize("name", ["trained.safetensors", "spectrum-encoder/model.pt", "molecule-encoder/model.pt"])
def test_a_file_of_a_model_that_is_cut_off(made, refused, search_with, tmp_path, name):
    model = copy_of(made.model["roberta"], tmp_path)
    size = (model / name).stat().st_size
    cut_in_half(model / name)
    refused(4, f"{model / name}: has {size // 2:,} bytes, its manifest says {size:,} bytes; {AGAIN}",
            *search_with(model))


def test_a_file_of_a_model_that_is_gone(made, refused, search_with, tmp_path):
    model = copy_of(made.model["roberta"], tmp_path)
    (model / "trained.safetensors").unlink()
    refused(4, f"{model / 'trained.safetensors'}: is missing", *search_with(model))


@pytest.mark.parametrize("command", ["search", "eval"])
def test_a_damaged_model_is_refused_by_every_command_that_takes_one(made, tmp_path, command):
    model = copy_of(made.model["morgan"], tmp_path)
    flip_byte(model / "trained.safetensors", 1000)
    inputs = {"search": ("search", made.spectra), "eval": ("eval", "--spectra", made.spectra)}[command]
    refused_like(tmp_path, changed(model / "trained.safetensors"), *inputs, "--model", model, "--candidates",
                 made.pools)


def test_index_refuses_a_model_with_a_damaged_encoder(made, tmp_path):
    model = copy_of(made.model["roberta"], tmp_path)
    flip_byte(model / "molecule-encoder/model.pt", 1000)
    refused_like(tmp_path, changed(model / "molecule-encoder/model.pt"), "index", DATA / "library.smi.gz",
                 "--model", model)


@pytest.mark.parametrize("which, name", [("spectrum", "model.pt"), ("roberta", "model.pt"),
                                         ("roberta", "tokenizer.json"), ("morgan", "idf.tsv")])
def test_training_refuses_a_damaged_encoder(made, tmp_path, which, name):
    encoders = {"spectrum": made.spectrum_encoder, "molecule": made.encoder["morgan"]}
    role = "spectrum" if which == "spectrum" else "molecule"
    encoders[role] = copy_of(made.spectrum_encoder if which == "spectrum" else made.encoder[which], tmp_path)
    flip_byte(encoders[role] / name, 1000)
    refused_like(tmp_path, changed(encoders[role] / name), "train", "--spectra", made.train, "--spectrum-encoder",
                 encoders["spectrum"], "--molecule-encoder", encoders["molecule"], "--config", made.config)


def test_a_manifest_that_is_no_json(made, refused, search_with, tmp_path):
    model = copy_of(made.model["roberta"], tmp_path)
    replace(model / "manifest.json", b"{")
    refused(4, f"{model / 'manifest.json'}: not valid JSON (parse error at line 1, column 2: syntax error while "
               "parsing object key - unexpected end of input; expected string literal)", *search_with(model))


def digits_of(text, key):
    """Where the value of a key stands in the text of a manifest."""
    return re.search(rf'"{key}": "?[^"\n]*?(\d)', text).start(1)


@pytest.mark.parametrize("artifact, key", [
    ("model", "dim"), ("model", "mapper_blocks"), ("model", "fingerprint"), ("model", "seed"), ("model", "final_loss"),
    ("model", "version"), ("library", "rows"), ("library", "dim"), ("library", "molecule_encoder_fingerprint"),
    ("library", "read"), ("library", "chemistry"), ("library", "version")])
def test_a_changed_digit_in_a_manifest(made, search_with, tmp_path, artifact, key):
    original = {"model": made.model, "library": made.library}[artifact]["roberta"]
    folder = copy_of(original, tmp_path)
    text = (folder / "manifest.json").read_text()
    flip_byte(folder / "manifest.json", digits_of(text, key))
    result = specbridge(*search_with(**{artifact: folder}), "-o", tmp_path / "hits.tsv")
    assert result.code == 4
    assert re.fullmatch(rf"specbridge: {re.escape(str(folder))}.*\n", result.err)
    assert not (tmp_path / "hits.tsv").exists()


@pytest.mark.parametrize("artifact", ["model", "library"])
def test_an_artifact_of_a_newer_format(made, refused, search_with, tmp_path, artifact):
    folder = copy_of(getattr(made, artifact)["roberta"], tmp_path)
    edit_manifest(folder, lambda manifest: manifest.update(format_version=2))
    refused(4, f"{folder / 'manifest.json'}: written in format 2, this program reads up to 1; use a newer specbridge",
            *search_with(**{artifact: folder}))


@pytest.mark.parametrize("options, problem", [
    (dict(model="none"), "{none}: does not exist"),
    (dict(library="none"), "{none}: does not exist"),
    (dict(model="folder"), "{folder}: has no manifest.json; expected an encoder, model or library directory"),
    (dict(library="folder"), "{folder}: has no manifest.json; expected an encoder, model or library directory"),
    (dict(model="library"), "{library}: is a library, expected a model"),
    (dict(library="model"), "{model}: is a model, expected a library"),
    (dict(model="encoder"), "{encoder}: is a spectrum-encoder, expected a model"),
])
def test_something_else_in_place_of_a_model_or_library(made, refused, search_with, tmp_path, options, problem):
    (tmp_path / "folder").mkdir()
    paths = {"none": tmp_path / "none", "folder": tmp_path / "folder", "library": made.library["roberta"],
             "model": made.model["roberta"], "encoder": made.spectrum_encoder}
    refused(4, problem.format(**paths), *search_with(**{key: paths[name] for key, name in options.items()}))


def test_a_file_in_place_of_an_encoder(made, refused):
    refused(4, f"{QUERIES}: has no manifest.json; expected an encoder, model or library directory", "index",
            DATA / "library.smi.gz", "--encoder", QUERIES)


def test_encoders_that_are_exchanged(made, refused):
    spectrum, molecule = made.spectrum_encoder, made.encoder["roberta"]
    refused(4, f"{molecule}: is a molecule-encoder, expected a spectrum-encoder", "train", "--spectra", made.train,
            "--spectrum-encoder", molecule, "--molecule-encoder", molecule, "--config", made.config)
    refused(4, f"{spectrum}: is a spectrum-encoder, expected a molecule-encoder", "train", "--spectra", made.train,
            "--spectrum-encoder", spectrum, "--molecule-encoder", spectrum, "--config", made.config)
    refused(4, f"{spectrum}: is a spectrum-encoder, expected a molecule-encoder", "index",
            DATA / "library.smi.gz", "--encoder", spectrum)
    refused(4, f"{molecule}: is a molecule-encoder, expected a model", "index", DATA / "library.smi.gz",
            "--model", molecule)


@pytest.mark.parametrize("mode", [(), ("--open",), ("--formula",)])
def test_a_library_that_another_encoder_made(made, refused, search_with, mode):
    fingerprints = {kind: read_json(made.library[kind] / "manifest.json")["molecule_encoder_fingerprint"][:12]
                    for kind in made.library}
    library, model = made.library["morgan"], made.model["roberta"]
    refused(4, f"{library}: was made with molecule encoder {fingerprints['morgan']}..., but {model} was trained for "
               f"{fingerprints['roberta']}...; build the library again with specbridge index --model {model}",
            *search_with(None, library, *mode))


LIBRARY_FILES = {f"{SHARD}/vectors.f32": (), f"{SHARD}/masses.f64": (), f"{SHARD}/keys.u64": (),
                 f"{SHARD}/molecules.lines": (),
                 f"{SHARD}/formulas.u64": ("--formula=C18H22O2",), f"{SHARD}/index.signs": ("--open",)}


@pytest.mark.parametrize("name", LIBRARY_FILES)
def test_a_flipped_byte_in_a_library_is_found_when_it_is_touched(made, refused, search_with, tmp_path, name):
    library = copy_of(made.library["roberta"], tmp_path)
    flip_byte(library / name, 5000)
    blocks = ((library / name).stat().st_size - 136 + 2**20 - 1) // 2**20
    refused(4, f"{library / name}: block 1 of {blocks} is damaged (checksum does not hold); {AGAIN}",
            *search_with(None, library, *LIBRARY_FILES[name]))


@pytest.mark.parametrize("name", [f"{SHARD}/vectors.f32", f"{SHARD}/index.signs"])
def test_a_flipped_byte_in_the_frame_of_a_library_file(made, search_with, tmp_path, name):
    for offset in (3, -60, -70):  # header, footer, checksum table
        library = copy_of(made.library["roberta"], tmp_path / str(offset))
        flip_byte(library / name, offset)
        refused_like(tmp_path, f"{re.escape(str(library / name))}: .*; {AGAIN}",
                     *search_with(None, library, *LIBRARY_FILES[name]))


@pytest.mark.parametrize("name", [*LIBRARY_FILES, "rejects.tsv"])
def test_a_library_file_that_is_cut_off_or_gone(made, refused, search_with, tmp_path, name):
    library = copy_of(made.library["roberta"], tmp_path)
    size = (library / name).stat().st_size
    cut_in_half(library / name)
    refused(4, f"{library / name}: has {size // 2:,} bytes, its manifest says {size:,} bytes; {AGAIN}",
            *search_with(None, library))
    (library / name).unlink()
    refused(4, f"{library / name}: is missing", *search_with(None, library))


def test_files_of_two_libraries_in_one(made, search_with, refused, tmp_path):
    lines = (DATA / "molecules.tsv").read_text().splitlines(keepends=True)[:50]
    (tmp_path / "small.smi").write_text("".join(lines))
    succeed("index", tmp_path / "small.smi", "--model", made.model["roberta"], "-o", tmp_path / "small")
    library = copy_of(made.library["roberta"], tmp_path)
    large, small = (json.loads((folder / "manifest.json").read_text()) for folder in (library, tmp_path / "small"))
    name = f"{SHARD}/vectors.f32"
    replace(library / name, (tmp_path / "small" / name).read_bytes())
    sizes = [manifest["files"][name]["size"] for manifest in (small, large)]
    refused(4, f"{library / name}: has {sizes[0]:,} bytes, its manifest says {sizes[1]:,} bytes; {AGAIN}",
            *search_with(None, library))
