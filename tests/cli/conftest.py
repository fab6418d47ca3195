"""Artifacts that the tests share: tiny encoders, models and libraries, made once by the program itself."""

import itertools
import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from cli_support import (DATA, PROGRAM, ROOT, TINY_CONFIG, field, names_in, read_bytes, read_records,  # noqa: E402
                         specbridge, succeed, write_json, write_records)
from postgres_support import Database, PostgresServer  # noqa: E402
from text_support import reading_encoder  # noqa: E402

KINDS = ["morgan", "roberta"]
TRAINING_RECORDS = 120
QUERIES = 60
COUNTER = itertools.count()


def pytest_sessionstart(session):
    if not PROGRAM.is_file():
        pytest.exit(f"{PROGRAM}: no such program; build it or set SPECBRIDGE_PROGRAM", returncode=3)


def export(script, out):
    subprocess.run([sys.executable, ROOT / "tools/export" / script, "--random-init", "--preset", "tiny", "--seed", "1",
                    "-o", out], check=True, capture_output=True)
    return out


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """Paths: spectrum_encoder, train, config, spectra with their pools, and by kind of molecule encoder: encoder,
    model, library."""
    folder = tmp_path_factory.mktemp("made")
    made = SimpleNamespace(folder=folder, encoder={}, model={}, library={})
    made.spectrum_encoder = export("export_dreams.py", folder / "spectrum-encoder")
    made.encoder["roberta"] = export("export_chemberta.py", folder / "roberta")
    made.encoder["morgan"] = folder / "morgan"
    succeed("make-encoder", "morgan", "--molecules", DATA / "library.smi.gz", "--exclude",
            DATA / "val.mgf.gz", "--dim", 64, "-o", made.encoder["morgan"])
    made.train = write_records(folder / "train.mgf", read_records(DATA / "train.mgf.gz")[:TRAINING_RECORDS])
    records = read_records(DATA / "val.mgf.gz")[:QUERIES]
    made.spectra = write_records(folder / "spectra.mgf", records)
    truths = {field(record, "SMILES") for record in records}
    pools = json.loads(read_bytes(DATA / "val_candidates.json.gz"))
    made.pools = write_json(folder / "pools.json", {truth: pools[truth] for truth in pools if truth in truths})
    made.config = write_json(folder / "tiny.json", TINY_CONFIG)
    for kind in KINDS:
        made.model[kind] = folder / f"model-{kind}"
        succeed("train", "--spectra", made.train, "--spectrum-encoder", made.spectrum_encoder, "--molecule-encoder",
                made.encoder[kind], "--config", made.config, "-o", made.model[kind])
        made.library[kind] = folder / f"library-{kind}"
        succeed("index", DATA / "library.smi.gz", "--model", made.model[kind], "-o", made.library[kind])
    return made


@pytest.fixture(scope="session")
def fitted(made, tmp_path_factory):
    """A model with a fragment score, and its library."""
    folder = tmp_path_factory.mktemp("fitted")
    fitted = SimpleNamespace(model=folder / "model", library=folder / "library", folder=folder)
    fitted.train = ("train", "--spectra", made.train, "--spectrum-encoder", made.spectrum_encoder,
                    "--molecule-encoder", made.encoder["morgan"], "--config", made.config, "--decoys",
                    DATA / "library.smi.gz")
    fitted.said = json.loads(succeed(*fitted.train, "--threads", 1, "-o", fitted.model, "--json").out)
    succeed("index", DATA / "library.smi.gz", "--model", fitted.model, "-o", fitted.library)
    return fitted


@pytest.fixture(scope="session")
def calibrated(fitted, made):
    """The same model, its evidence weighed on spectra that training did not see."""
    out = fitted.folder / "calibrated"
    said = json.loads(succeed("calibrate", "--model", fitted.model, "--spectra", made.spectra, "--candidates",
                              made.pools, "-o", out, "--json").out)
    return SimpleNamespace(model=out, library=fitted.library, said=said)


GENERATION = {"objective": "generate", "learning_rate": 0.003, "warmup_steps": 2, "batch": 16, "dropout": 0.1,
              "language_epochs": 1, "language_steps": 12, "epochs": 4, "max_steps": 12, "candidates": 8,
              "validations": 2}


@pytest.fixture(scope="session")
def generating(made, tmp_path_factory):
    """A decoder, and a model that has been given it: command, paths and what training said."""
    folder = tmp_path_factory.mktemp("generating")
    generating = SimpleNamespace(folder=folder, decoder=folder / "decoder", model=folder / "model",
                                 library=made.library["morgan"])
    subprocess.run([sys.executable, ROOT / "tools/export/export_decoder.py", "--smiles", DATA / "library.smi.gz",
                    "--molecule-dim", "64", "--preset", "tiny", "--seed", "1", "-o", generating.decoder], check=True,
                   capture_output=True)
    generating.config = write_json(folder / "generate.json", GENERATION)
    generating.train = ("train", "--spectra", made.train, "--model", made.model["morgan"], "--decoder",
                        generating.decoder, "--library", generating.library, "--config", generating.config)
    result = succeed(*generating.train, "--validation", made.spectra, "--threads", 1, "-o", generating.model, "--json")
    generating.said, generating.err = json.loads(result.out), result.err
    return generating


@pytest.fixture(scope="session")
def reading(tmp_path_factory):
    """Spectra of electron ionisation without structures, and an encoder that reads them as text: paths."""
    return reading_encoder(tmp_path_factory.mktemp("reading"))


@pytest.fixture(params=KINDS)
def kind(request):
    """Tests that take it run with both kinds of molecule encoder."""
    return request.param


@pytest.fixture
def train_with(made):
    """Options of a training that works; those given are added behind them."""
    return lambda *more: ("train", "--spectra", made.train, "--spectrum-encoder", made.spectrum_encoder,
                          "--molecule-encoder", made.encoder["morgan"], "--config", made.config, *more)


@pytest.fixture
def refused(tmp_path):
    """Runs a command that must fail: one line on stderr, nothing on stdout, and no trace of an output.

    The command is given an output in an otherwise empty folder, as its last argument.
    """
    folder = tmp_path / "outputs"
    folder.mkdir()

    def check(code, message, *arguments, **options):
        result = specbridge(*arguments, "-o", folder / "out", **options)
        assert (result.err, result.code) == (f"specbridge: {message}\n", code)
        assert result.out == ""
        assert names_in(folder) == []

    return check


@pytest.fixture
def not_root():
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")


@pytest.fixture(scope="session")
def postgres():
    """A server; skips where there is none to start."""
    server = PostgresServer()
    yield server
    server.remove()


@pytest.fixture
def database(postgres):
    """An empty database with pgvector."""
    name = f"lab_{os.getpid()}_{next(COUNTER)}"
    postgres.sql(f"CREATE DATABASE {name}")
    postgres.sql("CREATE EXTENSION vector", name)
    yield Database(postgres, name)
    postgres.sql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def library(made):
    return made.library["morgan"]


@pytest.fixture
def searched(made, tmp_path):
    """Searches and returns the table of hits; named by the library, so that two stand side by side."""
    def search(library, name, *more, spectra=None, model=None):
        out = tmp_path / f"{name}.tsv"
        succeed("search", spectra or made.spectra, "--model", model or made.model["morgan"], "--library", library, "-o",
                out, *more)
        return out
    return search
