"""scripts/science/ei_scale.py, on a few spectra."""

import importlib.util
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCIENCE = ROOT / "scripts/science"


@pytest.fixture(scope="module")
def ei_scale():
    sys.path.insert(0, str(SCIENCE))
    spec = importlib.util.spec_from_file_location("ei_scale", SCIENCE / "ei_scale.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    sys.path.remove(str(SCIENCE))
    return module


def test_spectra_that_are_made_up_reach_up_to_the_mass_of_the_molecule(ei_scale):
    for mass in (31.5, 180.2, 999.9):
        peaks = ei_scale.made_up(mass, random.Random(3))
        assert max(peaks.values()) == 1 and min(peaks.values()) >= 0.001
        assert all(15 <= at <= round(mass) for at in peaks) and list(peaks) == sorted(peaks)


def test_what_more_spectra_come_to_lies_on_the_line_through_two_sizes(ei_scale):
    def row(spectra, value):
        return {"spectra": spectra, **{key: value for key in ("clock", "used", "memory", "room", "query", "found")}}
    line = ei_scale.extrapolated([row(100, 1.0), row(300, 2.0)], 700)
    assert (line["spectra"], line["clock"], line["room"], line["query"]) == (700, 4.0, 4.0, 4.0)


def measured(folder, sizes):
    """Rows and the printed table of libraries of 40 and 80 spectra. @param sizes: the option that names them"""
    program = os.environ.get("SPECBRIDGE_PROGRAM") or ROOT / "build/release/bin/specbridge"
    if not Path(program).is_file():
        pytest.skip(f"{program} is not built")
    done = subprocess.run([sys.executable, SCIENCE / "ei_scale.py", "--program", program, sizes, "40,80",
                           "--queries", "5", "--molecules", ROOT / "data/molecules.smi.gz", "--json",
                           folder / "rows.json"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads((folder / "rows.json").read_text()), done.stdout


def test_it_builds_searches_and_tells(tmp_path):
    rows, table = measured(tmp_path, "--spectra")
    assert [row["spectra"] for row in rows] == [40, 80, 2343378]
    assert rows[1]["found"] > 0.5 and rows[1]["room"] > rows[0]["room"] > 0
    assert table.count("|") == 5 * 8


def test_it_keeps_vectors_in_three_ways_and_compares_what_they_find(tmp_path):
    rows, _ = measured(tmp_path, "--vectors")
    assert [(row["spectra"], row["kind"]) for row in rows[3:6]] == [(80, "f32"), (80, "f16"), (80, "i8")]
    assert [row["spectra"] for row in rows[6:]] == 3 * [2343378]
    of_eighty = {row["kind"]: row for row in rows[3:6]}
    # Words of so few spectra are nearly parallel: what is kept of the ten best says nothing here.
    assert of_eighty["f32"]["found"] == 1 and all(0 <= row["found"] <= 1 for row in of_eighty.values())
    assert of_eighty["f32"]["vectors"] > of_eighty["f16"]["vectors"] > of_eighty["i8"]["vectors"]
