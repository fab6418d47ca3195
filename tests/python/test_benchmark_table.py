"""scripts/science/benchmark_table.py: the table of the reports that the benchmark leaves."""

import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts/science"))
import benchmark_table  # noqa: E402


def row(first, mrr=0.5):
    return {"recall": {"1": first, "5": first, "20": first}, "mrr": mrr}


def report(folder, name, first, evaluated=10, controls=("zeroed", "flat", "precursor", "mean", "swapped")):
    made = folder / f"report-{name}"
    made.mkdir()
    (made / "report.json").write_text(json.dumps({
        "queries": evaluated, "evaluated": evaluated, "pools": {"mean": 3.0}, "random": row(0.1),
        "controls": {control: row(0.01) for control in controls}, **row(first)}))


@pytest.fixture
def folder(tmp_path):
    for seed, first in ((1, 0.2), (2, 0.4)):
        (tmp_path / f"model-{seed}").mkdir()
        for pools in ("256", "formula", "mass"):
            report(tmp_path, f"model-{seed}-{pools}", first)
    return tmp_path


def lines_of(folder, capsys):
    benchmark_table.main(folder)
    return [line.split() for line in capsys.readouterr().out.splitlines()]


def test_models_are_summed_up_over_their_seeds(folder, capsys):
    assert ["model", *["0.300", "(0.200-0.400)"] * 3, "0.500", "(0.500-0.500)"] in lines_of(folder, capsys)


def test_halves_count_by_their_spectra(folder, capsys):
    report(folder, "fused-a-256", 0.1, evaluated=30)
    report(folder, "fused-b-256", 0.5, evaluated=10)
    lines = lines_of(folder, capsys)
    assert ["fused", "0.200", "0.200", "0.200", "0.500"] in lines
    assert ["fused,", "swapped", "0.010", "0.010", "0.010", "0.500"] in lines


def test_a_half_alone_is_no_figure(folder, capsys):
    report(folder, "fused-a-256", 0.1)
    assert not any("fused" in line for line in lines_of(folder, capsys))
