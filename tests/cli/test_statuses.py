"""Every record comes out with hits or with a status and a reason in words."""

import json

import pytest

from cli_support import by_query, read_table, specbridge, spectrum, succeed, write_json, write_records

CAFFEINE = "CN1C=NC2=C1C(=O)N(C(=O)N2C)C"
GOOD = dict(PRECURSOR_MZ=195.0877, ADDUCT="[M+H]+", FORMULA="C8H10N4O2", SMILES=CAFFEINE)


def record(peaks=None, **changes):
    text = {} if peaks is None else {"peaks": peaks}
    return spectrum(**{**GOOD, **changes}, **text)


@pytest.fixture
def outcome(made, tmp_path):
    """Searches for one record, with another behind it; returns the row it left."""
    def run(text, *options, library=True):
        query = write_records(tmp_path / "one.mgf", [text, record(peaks="")])
        given = ("--library", made.library["morgan"]) if library else ()
        succeed("search", query, "--model", made.model["morgan"], *given, "-o", tmp_path / "hits.tsv", "-k", 1,
                *options)
        row, _ = read_table(tmp_path / "hits.tsv")
        return row

    return run


def test_a_good_record_is_ok_without_a_message(outcome):
    row = outcome(record())
    assert (row["rank"], row["status"], row["message"], row["query_id"]) == ("1", "ok", "", "one.mgf:1")


def test_an_ion_the_model_was_not_trained_on_is_answered_with_a_message_and_a_warning(made, tmp_path):
    query = write_records(tmp_path / "two.mgf", [record(), record(ADDUCT="[M+K]+", PRECURSOR_MZ=233.0436)])
    result = specbridge("search", query, "--model", made.model["morgan"], "--library", made.library["morgan"], "-o",
                        tmp_path / "hits.tsv", "-k", 1)
    assert result.code == 0
    assert [(row["rank"], row["status"], row["message"]) for row in read_table(tmp_path / "hits.tsv")] == [
        ("1", "ok", ""), ("1", "ok", "the model was not trained on [M+K]+")]
    assert ("1 of 2 spectra is of an adduct that the model was not trained on ([M+K]+ 1); its ranks are less sure"
            in result.err)
    assert json.loads((tmp_path / "hits.tsv.run.json").read_text())["unseen_adducts"] == {"[M+K]+": 1}


@pytest.mark.parametrize("text, status, message", [
    (record(PRECURSOR_MZ=None), "no_precursor", "the record states no precursor m/z"),
    (record(PRECURSOR_MZ=0), "no_precursor", "the record states no precursor m/z"),
    (record(PRECURSOR_MZ=-5), "no_precursor", "the precursor m/z is -5; expected a positive number"),
    (record(peaks=""), "no_peaks", "the record has no peaks"),
    (record(peaks="100.0 0"), "no_peaks", "the record has no peak of positive m/z and intensity"),
    (record(ADDUCT="[M+Zz]+"), "unknown_adduct", 'adduct "[M+Zz]+" cannot be read'),
    (record(ADDUCT=None), "unknown_adduct", "the record states neither adduct nor charge; add ADDUCT or CHARGE"),
    (record(PRECURSOR_MZ=3000.5), "empty_window",
     "the library has no molecule of 2999.4627 to 2999.5227 Da ([M+H]+)"),
    (record(MS_LEVEL=3), "not_ms2", "the record is of MS level 3; expected level 2"),
])
def test_a_mass_window_search_says_why_a_record_has_no_hits(outcome, text, status, message):
    row = outcome(text)
    assert (row["status"], row["message"]) == (status, message)
    assert (row["rank"], row["score"], row["smiles"], row["candidates"]) == ("", "", "", "")


def test_a_record_that_cannot_be_parsed_is_a_bad_record_with_its_line(outcome, tmp_path):
    row = outcome(record(peaks="100.0 five"))
    assert (row["status"], row["message"]) == (
        "bad_record", f'{tmp_path / "one.mgf"}:6: "100.0 five" is no peak; expected "<m/z> <intensity>"')


@pytest.mark.parametrize("text, status, message", [
    (record(FORMULA=None), "no_formula", "the record states no FORMULA"),
    (record(FORMULA="water"), "no_formula", '"water" is no molecular formula'),
    (record(FORMULA="C800"), "no_formula_match", "the library has no molecule C800"),
])
def test_a_formula_search_says_why_a_record_has_no_hits(outcome, text, status, message):
    row = outcome(text, "--formula")
    assert (row["status"], row["message"]) == (status, message)


@pytest.mark.parametrize("text, status, message", [
    (record(SMILES=None), "no_structure", "the record states no SMILES to find its pool by"),
    (record(SMILES="x!"), "bad_structure", '"x!" is not a SMILES'),
    (record(SMILES="CCCCCC"), "no_pool", "the candidates file has no pool for this structure"),
    (record(), "empty_pool", "the pool holds no molecule"),
])
def test_a_search_in_pools_says_why_a_record_has_no_hits(outcome, tmp_path, text, status, message):
    pools = write_json(tmp_path / "pools.json", {CAFFEINE: [], "CCO": ["CCO"]})
    row = outcome(text, "--candidates", pools, library=False)
    assert (row["status"], row["message"]) == (status, message)


def test_candidates_that_are_no_molecules_are_left_out_and_told(made, tmp_path):
    pools = write_json(tmp_path / "pools.json", {CAFFEINE: ["CCO", "nonsense!"]})
    query = write_records(tmp_path / "one.mgf", [record()])
    result = succeed("search", query, "--model", made.model["morgan"], "--candidates", pools, "-o",
                     tmp_path / "hits.tsv")
    assert result.err.splitlines()[0] == (f'warning: {pools}: 1 candidate is no molecule and is left out: '
                                          '"nonsense!" ("nonsense!" is not a SMILES)')
    assert [row["candidates"] for row in read_table(tmp_path / "hits.tsv")] == ["1"]


def test_ms1_scans_are_passed_over_without_row_or_number_and_counted(made, tmp_path):
    query = write_records(tmp_path / "mixed.mgf", [record(MS_LEVEL=1), record(SPECTRUM_ID="A"), record(MS_LEVEL=1),
                                                   record(SPECTRUM_ID="B", MS_LEVEL=2)])
    result = succeed("search", query, "--model", made.model["morgan"], "--library", made.library["morgan"], "-o",
                     tmp_path / "hits.tsv", "-k", 1)
    rows = by_query(read_table(tmp_path / "hits.tsv"))
    assert [(index, hits[0]["query_id"]) for index, hits in rows.items()] == [(0, "A"), (1, "B")]
    assert "2 spectra, 2 answered; 2 MS1 scans passed over;" in result.err


def test_a_charge_stands_in_for_a_missing_adduct(outcome):
    row = outcome(record(ADDUCT=None, CHARGE="1+"))
    assert (row["status"], row["adduct"]) == ("ok", "[M+H]+")
