"""The model that comes with the program: what it is, when it is used, how good it is on real spectra."""

import json
import re
import shutil
import subprocess

import pytest

from cli_support import (PROGRAM, ROOT, answered, by_query, read_json, read_records, read_table, specbridge, succeed,
                         write_records)

DATA = ROOT / "data"
MODEL = DATA / "massbank-model"
QUERIES = DATA / "query.mgf"


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """A library and the hits of the first queries, made without naming a model; and what was said."""
    folder = tmp_path_factory.mktemp("shipped")
    queries = write_records(folder / "query.mgf", read_records(QUERIES)[:40])
    said = [succeed("index", DATA / "molecules.smi.gz", "-o", folder / "library").err,
            succeed("search", queries, "--library", folder / "library", "-o", folder / "hits.tsv").err]
    return folder, queries, said


def test_it_is_whole_and_fits_into_16_megabytes():
    assert "all hold" in succeed("info", MODEL).out
    assert sum(path.stat().st_size for path in MODEL.rglob("*") if path.is_file()) < 16_000_000


def test_it_says_what_it_was_trained_on_and_names_no_place_of_a_machine():
    manifest = read_json(MODEL / "manifest.json")
    assert (manifest["training"]["data"]["spectra"], manifest["training"]["data"]["molecules"]) == (47745, 4171)
    assert "CC BY-SA 4.0" in manifest["training"]["data"]["licence"]
    for file in MODEL.rglob("*.json"):  # a word that begins with a slash is a path of the machine that made it
        assert re.findall(r'(?<![^\s"=:,])/\w+', file.read_text()) == [], file


def test_a_search_that_names_no_model_uses_it_and_says_so(found):
    folder, _, said = found
    for text in said:
        assert "massbank-model, which comes with the program (--model names another)" in text
    assert read_json(folder / "hits.tsv.run.json")["model"]["fingerprint"] == read_json(
        MODEL / "manifest.json")["fingerprint"]


def test_naming_it_gives_the_same_hits_and_says_nothing_of_it(found, tmp_path):
    folder, queries, _ = found
    said = succeed("search", queries, "--model", MODEL, "--library", folder / "library", "-o", tmp_path / "hits.tsv")
    assert (tmp_path / "hits.tsv").read_bytes() == (folder / "hits.tsv").read_bytes()
    assert "comes with the program" not in said.err


def test_its_answers_have_a_name_a_probability_and_explained_peaks(found):
    folder, _, _ = found
    first = [rows[0] for rows in by_query(answered(folder / "hits.tsv")).values()]
    assert len(first) >= 38
    assert all(row["name"] and float(row["score"]) for row in first)
    assert all(0 < float(row["probability"]) < 1 for row in first if row["probability"])
    assert sum(row["probability"] != "" for row in first) >= 35
    assert sum(int(row["explained_peaks"] or 0) > 0 for row in first) >= 30


def test_explain_without_a_model_explains_by_it(found, tmp_path):
    folder, queries, _ = found
    said = succeed("explain", folder / "hits.tsv", queries, "-o", tmp_path / "explained", "--drawings", 2)
    assert "massbank-model, which the table was searched with (--model names another)" in said.err
    assert "warning" not in said.err
    scores = {(row["query_index"], row["rank"]): row["evidence.fragments"]
              for row in read_table(folder / "hits.tsv") if row["evidence.fragments"]}
    added = {}
    for row in read_table(tmp_path / "explained/peaks.tsv"):
        key = (row["query_index"], row["rank"])
        added[key] = added.get(key, 0) + float(row["contribution"] or 0)
    assert len(added) > 30
    for key, total in added.items():
        assert total == pytest.approx(float(scores[key]), abs=2e-3), key


def test_a_program_without_one_says_where_it_would_be(found, tmp_path):
    folder, queries, _ = found
    (tmp_path / "bin").mkdir()
    program = shutil.copy(PROGRAM, tmp_path / "bin/specbridge")
    done = subprocess.run([program, "search", queries, "--library", folder / "library", "-o", tmp_path / "hits.tsv"],
                          capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (
        2, f"specbridge: no --model is given, and none came with this program (it would be {tmp_path}/share/specbridge/"
           "massbank-model); name a model directory made by specbridge train\n")


@pytest.mark.parametrize("command", ["search", "index", "explain"])
def test_a_model_without_a_name_is_refused(command, tmp_path):
    more = {"search": (QUERIES, "--library", tmp_path), "index": (DATA / "molecules.smi.gz",),
            "explain": (QUERIES, QUERIES)}[command]
    done = specbridge(command, *more, "--model", "", "-o", tmp_path / "out")
    assert done.code == 2 and "--model: is empty; name a model directory, or leave --model out" in done.err


def test_a_failing_search_without_a_model_still_says_one_line(tmp_path):
    done = specbridge("search", QUERIES, "--library", tmp_path / "none", "-o", tmp_path / "hits.tsv")
    assert (done.code, done.err.count("\n")) == (4, 1)


@pytest.mark.thorough
def test_among_isomers_it_is_right_far_more_often_than_without_the_spectrum(tmp_path):
    """The card says .345 over 3,119 spectra; these are 200 of other molecules each, so within three standard errors."""
    succeed("eval", "--model", MODEL, "--spectra", QUERIES, "--candidates", DATA / "query_candidates.json.gz",
            "--control", "none,swapped,zeroed", "--mces", "none", "-o", tmp_path / "report")
    report = json.loads((tmp_path / "report/report.json").read_text())
    assert (report["queries"], report["missed"]) == (200, {})
    assert 0.24 < report["recall"]["1"] < 0.44
    for control in ("swapped", "zeroed"):
        assert report["controls"][control]["recall"]["1"] < 0.1
    assert report["certainty"]["some_absent"]["expected_error"] < 0.08
