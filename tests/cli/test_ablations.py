"""scripts/science/ablations.sh: rows are trained as stated, once each, and told side by side."""

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cli_support import DATA, PROGRAM, ROOT, field, read_bytes, read_records, write_json, write_records

sys.path.insert(0, str(ROOT / "scripts/science"))
from ablation_rows import CONFIGS, FULL_SIZE, TABLES, chosen, read_config, settings_of  # noqa: E402

ROWS = {(table.name, row.name): (table, row) for table in TABLES for row in table.rows}
TINY = ["batch=8", "max_steps=2", "validations=1", "head_hidden=16", "head_out=16", "mapper_hidden=16",
        "mapper_blocks=1"]


@pytest.fixture(scope="module")
def defaults():
    told = subprocess.run([PROGRAM, "train", "--help-settings", "--json"], check=True, capture_output=True)
    return {setting["key"]: setting["default"] for setting in json.loads(told.stdout)}


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """A folder as --data wants it, of a few records."""
    folder = tmp_path_factory.mktemp("ablations-data")
    write_records(folder / "massbank_train.mgf.gz", read_records(DATA / "train.mgf.gz")[:40])
    records = read_records(DATA / "val.mgf.gz")[:20]
    write_records(folder / "massbank_val.mgf.gz", records)
    pools = json.loads(read_bytes(DATA / "val_candidates.json.gz"))
    truths = {field(record, "SMILES") for record in records}
    write_json(folder / "massbank_val_candidates_256.json.gz", {truth: pools[truth] for truth in truths})
    (folder / "library.smi.gz").write_bytes((DATA / "library.smi.gz").read_bytes())
    return folder


def run(data, out, *options):
    command = [ROOT / "scripts/science/ablations.sh", "--data", data, "--out", out, "--preset", "tiny", "--program",
               PROGRAM]
    for setting in TINY:
        command += ["--set", setting]
    return subprocess.run([*map(str, command), *map(str, options)], capture_output=True, text=True, check=False,
                          env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})


def folder_of(told, row):
    """The folder of a row's run, as the table names it."""
    line = next(line for line in told.splitlines() if line.startswith(f"| {row} |"))
    return line.rstrip(" |").rsplit("| ", 1)[1]


@pytest.mark.parametrize("name", sorted(path.stem for path in CONFIGS.glob("ablation-*.json")))
def test_a_file_of_an_ablation_differs_from_the_published_recipe_in_what_its_table_varies(name, defaults):
    published, stated = ({**defaults, **read_config(CONFIGS / f"{config}.json")} for config in (FULL_SIZE, name))
    differing = {key for key in stated if stated[key] != published[key]}
    tables = [table for table, row in ROWS.values() if row.config == name]
    assert differing and (name == "ablation-whitened" or any(differing <= set(table.keys) for table in tables))


def test_at_full_size_a_row_is_its_file(defaults):
    base = read_config(CONFIGS / f"{FULL_SIZE}.json")
    for table, row in ROWS.values():
        stated = {**defaults, **read_config(CONFIGS / f"{row.config}.json"), **row.settings}
        assert {**defaults, **settings_of(table, row, base, defaults, {})} == stated, row.name


def test_on_another_configuration_a_row_takes_over_what_its_table_varies(defaults):
    base = read_config(CONFIGS / "small.json")
    infonce = settings_of(*ROWS["objectives", "infonce-whitened"], base, defaults, {})
    changed = {key: value for key, value in infonce.items() if {**defaults, **base}[key] != value}
    assert changed == {"distance_weight": 0, "contrastive_weight": 0, "contrastive_temperature": 0.1,
                       "infonce_weight": 1, "target": "whitened"}


def test_the_row_that_others_are_compared_with_comes_along():
    assert [row.name for _, row in chosen(["mapper/2x*"])] == ["8x2048", "2x2048", "2x1024", "2x512"]


def test_rows_are_trained_once_and_gone_on_with(data, tmp_path):
    rows = "objectives/infonce,objectives/distance-decoys-whitened,start/*,members/1,encoders/deepsets"
    first = run(data, tmp_path, "--rows", rows)
    assert first.returncode == 0, first.stderr
    # start/orthogonal, members/1 and encoders/random are all the base.
    assert folder_of(first.stdout, "orthogonal") == folder_of(first.stdout, "1")
    runs = {path.name for path in (tmp_path / "runs").iterdir()}
    assert len(runs) == 7
    folder = tmp_path / "runs" / folder_of(first.stdout, "distance-decoys-whitened")
    settings = json.loads((folder / "settings.json").read_text())
    assert (settings["decoy_weight"], settings["target"], settings["max_steps"]) == (0.5, "whitened", 2)
    models = {path: path.stat().st_mtime_ns for path in tmp_path.glob("runs/*/model/manifest.json")}
    second = run(data, tmp_path, "--rows", rows)
    assert second.stdout == first.stdout
    assert {path: path.stat().st_mtime_ns for path in tmp_path.glob("runs/*/model/manifest.json")} == models


def test_a_row_states_what_its_report_says(data, tmp_path):
    told = run(data, tmp_path, "--rows", "start/xavier").stdout
    report = json.loads((tmp_path / "runs" / folder_of(told, "xavier") / "report-256/report.json").read_text())
    cells = next(line for line in told.splitlines() if line.startswith("| xavier |")).split(" | ")
    low, high = report["intervals"]["mrr"]["95"]
    assert cells[4] == f"{report['mrr']:.3f} [{low:.3f}, {high:.3f}]"
    precursor = report["controls"]["precursor"]
    assert cells[9] == f"{precursor['recall']['1']:.3f} / {precursor['mrr']:.3f}"
    with (tmp_path / "figures/pool_sizes.tsv").open(newline="") as lines:
        sweep = [float(line["mrr"]) for line in csv.DictReader(lines, delimiter="\t") if line["row"] == "xavier"]
    assert sweep == [size["mrr"] for size in report["analyses"]["pool_size_sweep"]]
    for name, columns in (("validations", 1), ("cosines", 80), ("hardness", 1)):
        lines = (tmp_path / "figures" / f"{name}.tsv").read_text().splitlines()
        assert len([line for line in lines if line.startswith("start\txavier\t")]) >= columns


def test_what_a_row_lacks_is_said_and_the_others_go_on(data, tmp_path):
    told = run(data, tmp_path, "--rows", "targets/rxnfp,targets/morgan-768")
    assert told.returncode == 0
    assert "targets/rxnfp: left out, it needs --molecule-encoder rxnfp=DIR" in told.stderr
    assert "| morgan-768 |" in told.stdout and "| rxnfp |" not in told.stdout


def test_a_training_that_fails_is_told_and_the_others_go_on(data, tmp_path):
    told = run(data, tmp_path, "--rows", "start/procrustes", "--set", "learning_rate=-1")
    assert told.returncode == 1
    assert re.search(r"start/procrustes \(\w+\): \S+specbridge train ended with 2: .*learning_rate", told.stderr)


@pytest.mark.parametrize("options, message", [
    (["--rows", "mappers"], "--rows: no row is named 'mappers'; --list names them"),
    (["--set", "epochs"], "--set: found 'epochs', expected KEY=VALUE"),
    (["--molecule-encoder", "rxnfp=nowhere"], "--molecule-encoder: found 'rxnfp=nowhere', expected NAME=DIR"),
])
def test_what_cannot_be_meant_is_refused(data, tmp_path, options, message):
    told = run(data, tmp_path, *options)
    assert told.returncode == 2 and message in told.stderr


def test_data_that_is_not_there_is_named(tmp_path):
    told = run(tmp_path, tmp_path / "out")
    assert told.returncode == 1 and f"{Path(tmp_path) / 'massbank_train.mgf.gz'}: missing" in told.stderr
