"""specbridge similarity: scores of pairs of spectra, whose they are, and by which rule."""

import math
import os
import random
import sys
from pathlib import Path

import numpy
import pytest

from cli_support import (DATA, PROGRAM, ROOT, names_in, read_json, read_records, read_table, specbridge, spectrum,
                         succeed, write_records)

sys.path.insert(0, str(ROOT / "scripts/science"))
from compare_similarity import compare_scores, default_spectra, drawn_pairs, drawn_spectra  # noqa: E402

PAIR = ["query_id", "query_index", "reference_id", "reference_index", "precursor_difference", "score", "matched_peaks"]
KINDS = ["cosine", "cosine_hungarian", "cosine_linear", "modified_cosine", "modified_cosine_hungarian",
         "neutral_losses", "entropy", "entropy_unweighted", "entropy_hybrid", "weighted_cosine", "stein_scott",
         "reverse"]


@pytest.fixture
def compare(tmp_path):
    """Compares files and returns the rows."""
    def run(*inputs, out="pairs", **options):
        path = tmp_path / f"{out}.tsv"
        run.result = succeed("similarity", *inputs, "--force", "-o", path, **options)
        run.records = read_table(tmp_path / f"{out}.records.tsv")
        run.record = read_json(tmp_path / f"{out}.tsv.run.json")
        return read_table(path)
    return run


def names(rows):
    return [(row["query_id"], row["reference_id"]) for row in rows]


def write(path, **records):
    """Records by their id: (precursor m/z, peaks, further fields)."""
    return write_records(path, [spectrum(peaks, SPECTRUM_ID=name, PEPMASS=precursor, **fields)
                                for name, (precursor, peaks, fields) in records.items()])


@pytest.fixture
def three(tmp_path):
    return write(tmp_path / "three.mgf", a=(300, "100 1\n150 2", {}), b=(300.001, "100 1\n150 2", {}),
                 c=(314, "100 1\n164 2", {}))


# ---- scores ---------------------------------------------------------------------------------------------------------

def test_a_row_is_a_pair_with_its_score(compare, three):
    rows = compare(three, three)
    assert list(rows[0]) == PAIR
    assert [list(row.values()) for row in rows if row["query_id"] == "a"] == [
        ["a", "0", "a", "0", "0.00000", "1.00000000", "2"], ["a", "0", "b", "1", "-0.00100", "1.00000000", "2"]]
    assert names(rows) == [("a", "a"), ("a", "b"), ("b", "a"), ("b", "b"), ("c", "c")]


def test_of_one_file_every_pair_stands_once(compare, three):
    assert names(compare(three)) == [("a", "b")]
    rows = compare(three, "--open", "--score", "modified_cosine")
    assert names(rows) == [("a", "b"), ("a", "c"), ("b", "c")]
    assert [float(row["score"]) for row in rows] == [1, 1, 1]
    assert [row["pairs"] for row in compare.records] == ["2", "2", "2"]


def test_of_one_file_each_has_its_own_best(compare, three):
    assert names(compare(three, "--open", "-k", 1)) == [("a", "b"), ("b", "a"), ("c", "a")]


def test_the_tolerance_of_precursors_is_that_of_the_query(compare, three):
    assert names(compare(three, "--precursor-tolerance", "1ppm")) == []
    assert len(compare(three, "--precursor-tolerance", "20Da")) == 3


def test_several_scores_have_columns_of_their_own(compare, three):
    rows = compare(three, "--open", "--score", ",".join(KINDS))
    assert list(rows[0]) == PAIR + [f"{column}_{kind}" for kind in KINDS[1:] for column in ("score", "matched_peaks")]
    for kind in KINDS[1:]:
        alone = compare(three, "--open", "--score", kind, "--min-matched", 0, out="alone")
        chosen = [row for row in alone if (row["query_id"], row["reference_id"]) in names(rows)]
        chosen.sort(key=lambda row: names(rows).index((row["query_id"], row["reference_id"])))
        assert [row["score"] for row in chosen] == [row[f"score_{kind}"] for row in rows]


def test_what_is_listed_is_decided_by_the_first_score(compare, three):
    assert names(compare(three, "--open", "--min-matched", 2)) == [("a", "b")]
    assert names(compare(three, "--open", "--min-score", 0.5)) == [("a", "b")]
    assert len(compare(three, "--open", "--min-score", 0.1)) == 3


def test_peaks_are_cleaned_as_asked(compare, tmp_path):
    spectra = write(tmp_path / "s.mgf", a=(200, "100 1\n120 100\n199 50", {}), b=(200, "100 1\n130 100\n199 50", {}))
    matched = [compare(spectra, *options)[0]["matched_peaks"] for options in (
        [], ["--noise", 0.02], ["--max-peaks", 3])]
    assert matched == ["2", "1", "2"]
    assert [row["matched_peaks"] for row in compare(spectra, "--below-precursor", 1.5)] == ["1"]
    assert [row["matched_peaks"] for row in compare(spectra, "--around-precursor", 17)] == ["1"]
    assert compare(spectra, "--below-precursor", 1.5, "--noise", 0.02) == []


def test_presets_state_their_rules(compare, three):
    compare(three, "--open", "--preset", "gnps")
    rule = compare.record["scores"][0]
    assert (rule["preset"], rule["score"]) == ("gnps", "modified_cosine")
    assert (rule["min_matched"], rule["min_score"]) == (6, 0.7)
    assert rule["cleaning"]["around_precursor"] == 17 and rule["cleaning"]["window_peaks"] == 6
    assert compare.record["comparison"] == {"mode": "open", "k": 0}
    compare(three, "--preset", "entropy", "--tolerance", "0.01Da")
    rule = compare.record["scores"][0]
    assert (rule["tolerance"], rule["cleaning"]["below_precursor"]) == ({"dalton": 0.01, "ppm": 0}, 1.6)
    assert compare.record["comparison"] == {"mode": "identity", "precursor_tolerance": "10ppm", "k": 0}


def test_a_finer_tolerance_merges_less(compare, three):
    compare(three, "--score", "entropy", "--tolerance", "0.005Da")
    assert compare.record["scores"][0]["cleaning"]["merge_within"] == {"dalton": 0.01, "ppm": 0}


def test_polarities_that_differ_are_not_compared(compare, tmp_path):
    spectra = write(tmp_path / "s.mgf", plus=(200, "100 1", {"IONMODE": "positive"}), minus=(
        200, "100 1", {"IONMODE": "negative"}), open=(200, "100 1", {}), adduct=(200, "100 1", {"ADDUCT": "[M+H]+"}))
    assert names(compare(spectra, "--open")) == [("plus", "open"), ("plus", "adduct"), ("minus", "open"),
                                                 ("open", "adduct")]
    assert [row["polarity"] for row in compare.records] == ["positive", "negative", "", "positive"]


def test_vectors_of_a_model_are_a_score(made, compare, tmp_path):
    rows = compare(made.spectra, "--open", "-k", 3, "--score", "vector,cosine", "--model", made.model["roberta"])
    succeed("embed", made.spectra, "--model", made.model["roberta"], "-o", tmp_path / "v.npy")
    vectors = numpy.load(tmp_path / "v.npy")
    assert list(rows[0])[5:] == ["score", "score_cosine", "matched_peaks_cosine"]
    for row in rows[:50]:
        expected = vectors[int(row["query_index"])] @ vectors[int(row["reference_index"])]
        assert math.isclose(float(row["score"]), expected, abs_tol=1e-5)
    assert compare.record["model"]["fingerprint"]


# ---- pairs and records ----------------------------------------------------------------------------------------------

def test_listed_pairs_have_a_row_each_in_their_order(compare, tmp_path):
    spectra = write(tmp_path / "s.mgf", a=(300, "100 1", {}), bare=(None, "100 1", {}), b=(500, "170 1", {}),
                    minus=(300, "100 1", {"IONMODE": "negative"}), plus=(300, "100 1", {"IONMODE": "positive"}))
    (tmp_path / "list.csv").write_text("reference_index,note,query_index\n2,x,0\n0,y,0\n1,z,0\n3,w,4\n")
    rows = compare(spectra, "--pairs", tmp_path / "list.csv", "--score", "modified_cosine")
    assert names(rows) == [("a", "b"), ("a", "a"), ("a", "bare"), ("plus", "minus")]
    assert [(row["score"], row["matched_peaks"], row["message"]) for row in rows] == [
        ("0.00000000", "0", ""), ("1.00000000", "1", ""),
        ("", "", "reference: the record states no precursor m/z"), ("", "", "the two are of different polarity")]
    assert compare.record["compared"] == 2 and compare.record["rows"] == 4


@pytest.mark.parametrize("content, message", [
    ("query_index\n1\n", ":1: 0 columns called reference_index in \"query_index\"; expected one, and one called "
                         "query_index"),
    ("query_index\treference_index\n0\t7\n", ":2: reference_index is \"7\"; expected the number of a record, from 0 "
                                             "to 2"),
    ("query_index\treference_index\nx\t0\n", ":2: query_index is \"x\"; expected the number of a record, from 0 to 2"),
    ("", ": is empty; expected a table with the columns query_index, reference_index")],
    ids=["column", "beyond", "word", "empty"])
def test_a_table_that_names_no_pairs_is_refused(three, tmp_path, content, message):
    (tmp_path / "list.tsv").write_text(content)
    result = specbridge("similarity", three, "--pairs", tmp_path / "list.tsv", "-o", tmp_path / "p.tsv")
    assert (result.code, result.err) == (3, f"specbridge: {tmp_path / 'list.tsv'}{message}\n")
    assert names_in(tmp_path) == ["list.tsv", "three.mgf"]


def test_every_record_has_a_line_or_the_reason(compare, tmp_path):
    spectra = write(tmp_path / "s.mgf", a=(300, "100 1", {}), b=(None, "100 1", {}), c=(300, "100 0", {}),
                    d=(300, "100 1", {"MS_LEVEL": 3}), e=(300, "100 1", {"MS_LEVEL": 1}))
    compare(spectra)
    assert [(row["role"], row["id"], row["index"], row["status"]) for row in compare.records] == [
        ("query", "a", "0", "ok"), ("query", "b", "1", "no_precursor"), ("query", "c", "2", "no_peaks"),
        ("query", "d", "3", "not_ms2")]
    assert all(row["message"] for row in compare.records[1:])
    assert "; without: 1 no_peaks, 1 no_precursor, 1 not_ms2; 1 MS1 scan passed over" in compare.result.err
    compare(spectra, "--open")
    assert [row["status"] for row in compare.records] == ["ok", "ok", "no_peaks", "not_ms2"]


def test_references_have_lines_of_their_own(compare, three):
    compare(three, three)
    assert [(row["role"], row["pairs"]) for row in compare.records] == [
        ("query", "2"), ("query", "2"), ("query", "1"), ("reference", "2"), ("reference", "2"), ("reference", "1")]


def test_bytes_do_not_depend_on_threads(tmp_path):
    for threads in (1, 3):
        succeed("similarity", DATA / "val.mgf.gz", "--open", "--score", "modified_cosine,entropy", "-k", 4, "--threads",
                threads, "-o", tmp_path / f"{threads}.tsv")
    for ending in ("tsv", "records.tsv"):
        assert (tmp_path / f"1.{ending}").read_bytes() == (tmp_path / f"3.{ending}").read_bytes()


def test_a_pair_has_its_score_in_any_company(compare, tmp_path):
    records = read_records(DATA / "val.mgf.gz")[:40]
    together = compare(write_records(tmp_path / "all.mgf", records), "--open", "--score", "entropy")
    for i, row in enumerate(together[::60]):
        first, second = (write_records(tmp_path / f"{i}-{index}.mgf", [records[int(index)]])
                         for index in (row["query_index"], row["reference_index"]))
        assert compare(first, second, "--open", "--score", "entropy", out="alone")[0]["score"] == row["score"]


def test_standard_output_has_the_pairs_alone(three, tmp_path):
    result = succeed("similarity", three, "-o", "-")
    assert result.out.splitlines()[0].split("\t") == PAIR and len(result.out.splitlines()) == 2
    assert names_in(tmp_path) == ["three.mgf"]


# ---- what is refused ------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("there", ["p.tsv", "p.records.tsv", "p.tsv.run.json"])
def test_what_exists_is_refused_unless_it_may_be_replaced(three, tmp_path, there):
    (tmp_path / there).write_text("mine")
    command = ("similarity", three, "-o", tmp_path / "p.tsv")
    result = specbridge(*command)
    assert (result.code, result.err) == (5, f"specbridge: {tmp_path / there}: exists already; choose another name or "
                                            "replace it with --force\n")
    assert (tmp_path / there).read_text() == "mine"
    succeed(*command, "--force")


@pytest.mark.parametrize("options, message", [
    (["--score", "cosinus"], "\"cosinus\" is not a score of two spectra; expected one of " + ", ".join(KINDS)),
    (["--score", "cosine,entropy,cosine"], "similarity: the score cosine is asked for twice"),
    (["--tolerance", "20Da"], "20Da: peaks cannot be matched within that; expected at most 10 Da"),
    (["--mz-power", "40"], "the powers of m/z and intensity are expected from -10 to 10"),
    (["--model", "m"], "similarity: --model is for --score vector; leave it out or ask for it")],
    ids=["score", "twice", "tolerance", "power", "model"])
def test_what_cannot_be_meant_is_refused_before_any_work(three, tmp_path, options, message):
    result = specbridge("similarity", three, *options, "-o", tmp_path / "p.tsv")
    assert (result.code, result.err) == (2, f"specbridge: {message}\n")
    assert names_in(tmp_path) == ["three.mgf"]


def test_spectra_none_of_which_can_be_compared_are_refused(tmp_path):
    spectra = write(tmp_path / "s.mgf", a=(None, "100 1", {}), b=(None, "100 1", {}))
    result = specbridge("similarity", spectra, "-o", tmp_path / "p.tsv")
    assert (result.code, result.err) == (
        3, f"specbridge: {spectra}: none of 2 spectra can be compared; the first: the record states no precursor m/z\n")


def test_standard_input_can_be_read_once(tmp_path):
    result = specbridge("similarity", "-", "-", "-o", tmp_path / "p.tsv")
    assert (result.code, result.err) == (2, 'specbridge: "-" is given twice; standard input can be read once\n')


# ---- other programs -------------------------------------------------------------------------------------------------

@pytest.mark.thorough
def test_every_score_is_that_of_its_source(compared_with_oracles):
    """Beyond 1e-6 are only float32's own differences, and peaks exactly as far apart as the tolerance, in fewer than
    one pair of a hundred."""
    rounded = ("entropy", "entropy_unweighted", "entropy_hybrid", "entropy_hybrid in double precision")
    for row in compared_with_oracles:
        assert row["beyond"] <= (row["pairs"] // 100 if row["score"] in rounded else 0), row
        assert row["other_matches"] in (0, None), row
        assert row["sharing"] > row["pairs"] / 3, row


@pytest.fixture(scope="session")
def compared_with_oracles(tmp_path_factory):
    """The table of scripts/science/compare_similarity.py on 1,500 pairs."""
    python = Path(os.environ.get("SPECBRIDGE_ORACLES_VENV", "")) / "bin/python"
    if not os.access(python, os.X_OK):
        pytest.skip("SPECBRIDGE_ORACLES_VENV names no environment; scripts/setup.sh --oracles makes it")
    if not default_spectra().exists():
        pytest.skip(f"{default_spectra()}: no measured spectra; name their folder in SPECBRIDGE_DATA")
    spectra = drawn_spectra(default_spectra(), 1200, random.Random(3))
    pairs = drawn_pairs(spectra, 1500, random.Random(4))
    return compare_scores(PROGRAM, python, spectra, pairs, tmp_path_factory.mktemp("oracles"))
