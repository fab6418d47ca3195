"""Every record of a search is accounted for: in the table, in the record of the run, in the table of rejects."""

import pytest

from cli_support import names_in, read_json, read_table, specbridge, spectrum, succeed, write_records

GOOD = dict(PRECURSOR_MZ=195.0877, ADDUCT="[M+H]+")


@pytest.fixture
def queries(tmp_path):
    """Two good records, an MS1 scan, and three that cannot be used."""
    return write_records(tmp_path / "queries.mgf", [
        spectrum(SPECTRUM_ID="A", **GOOD), spectrum(SPECTRUM_ID="B", MS_LEVEL=1, **GOOD),
        spectrum(SPECTRUM_ID="C", ADDUCT="[M+H]+"), spectrum(SPECTRUM_ID="D", CHARGE="1-", **GOOD),
        spectrum(SPECTRUM_ID="E", peaks="100 five", **GOOD), spectrum(SPECTRUM_ID="F", peaks="", **GOOD),
        spectrum(SPECTRUM_ID="G", PRECURSOR_MZ="3000,5", ADDUCT="[M+H]+")])


@pytest.fixture
def search(made, queries, tmp_path):
    (tmp_path / "out").mkdir()
    return lambda *more: ("search", queries, "--model", made.model["morgan"], "--library", made.library["morgan"], "-k",
                          1, *more)


def test_the_record_of_the_run_stands_beside_the_hits(search, queries, made, tmp_path):
    result = succeed(*search("-o", tmp_path / "out" / "hits.tsv"))
    assert names_in(tmp_path / "out") == ["hits.tsv", "hits.tsv.run.json"]
    run = read_json(tmp_path / "out" / "hits.tsv.run.json")
    assert (run["schema_version"], run["queries"], run["answered"], run["ms1_scans"]) == (1, 6, 2, 1)
    assert run["unanswered"] == {"no_precursor": 1, "bad_record": 1, "no_peaks": 1, "empty_window": 1}
    assert (run["unusable"], run["charge_conflicts"], run["oddities"]) == (3, 1, {"decimal_comma": 1})
    assert run["files"] == [{"path": str(queries), "format": "mgf", "queries": 6, "ms1_scans": 1}]
    assert run["candidates"] == {"mode": "tolerance", "k": 1, "tolerance": "10ppm"}
    assert run["model"]["path"] == str(made.model["morgan"])
    assert len(run["model"]["fingerprint"]) == len(run["library"]["fingerprint"]) == 64
    assert "1 whose adduct, charge and ion mode disagree" in result.err


def test_the_table_has_a_row_for_every_record(search, tmp_path):
    succeed(*search("-o", tmp_path / "out" / "hits.tsv"))
    rows = read_table(tmp_path / "out" / "hits.tsv")
    assert [(row["query_id"], row["status"]) for row in rows] == [
        ("A", "ok"), ("C", "no_precursor"), ("D", "ok"), ("E", "bad_record"), ("F", "no_peaks"), ("G", "empty_window")]


def test_the_adduct_is_believed_when_the_charge_disagrees(search, tmp_path):
    succeed(*search("-o", tmp_path / "out" / "hits.tsv"))
    rows = {row["query_id"]: row for row in read_table(tmp_path / "out" / "hits.tsv")}
    assert rows["D"]["adduct"] == "[M+H]+"
    assert rows["D"]["smiles"] == rows["A"]["smiles"]


def test_hits_on_standard_output_leave_a_record_only_where_it_is_asked_for(search, tmp_path):
    succeed(*search("-o", "-"), cwd=tmp_path / "out")
    assert names_in(tmp_path / "out") == []
    succeed(*search("-o", "-", "--run-json", "run.json"), cwd=tmp_path / "out")
    assert names_in(tmp_path / "out") == ["run.json"]


def test_rejects_are_listed_with_file_line_and_reason(search, queries, tmp_path):
    succeed(*search("-o", tmp_path / "out" / "hits.tsv", "--rejects", tmp_path / "out" / "rejects.tsv"))
    assert read_table(tmp_path / "out" / "rejects.tsv") == [
        {"file": str(queries), "line": "18", "query_index": "1", "reason": "no_precursor",
         "message": "the record states no precursor m/z"},
        {"file": str(queries), "line": "34", "query_index": "3", "reason": "bad_record",
         "message": f'{queries}:38: "100 five" is no peak; expected "<m/z> <intensity>"'},
        {"file": str(queries), "line": "41", "query_index": "4", "reason": "no_peaks",
         "message": "the record has no peaks"}]


def test_strict_stops_at_the_first_record_that_cannot_be_used(search, queries, tmp_path):
    result = specbridge(*search("-o", tmp_path / "out" / "hits.tsv", "--strict", "--rejects",
                                tmp_path / "out" / "rejects.tsv"))
    assert (result.code, result.out) == (3, "")
    assert result.err == (f"specbridge: {queries}:18: C: the record states no precursor m/z (no_precursor); 0 unusable "
                          "records are allowed, this is one more\n")
    assert names_in(tmp_path / "out") == []


@pytest.mark.parametrize("limit, code", [(2, 3), (3, 0)])
def test_so_many_records_may_be_unusable_and_no_more(search, tmp_path, limit, code):
    result = specbridge(*search("-o", tmp_path / "out" / "hits.tsv", "--max-errors", limit))
    assert result.code == code
    assert (names_in(tmp_path / "out") == []) == (code != 0)


def test_a_limit_below_nothing_is_a_mistake_of_the_command_line(search, tmp_path):
    assert specbridge(*search("-o", tmp_path / "out" / "hits.tsv", "--max-errors", "-1")).code == 2


def test_strict_and_a_limit_do_not_go_together(search, tmp_path):
    assert specbridge(*search("-o", tmp_path / "out" / "hits.tsv", "--strict", "--max-errors", 2)).code == 2


@pytest.mark.parametrize("name", ["hits.tsv.run.json", "rejects.tsv"])
def test_no_output_that_exists_is_replaced_without_force(search, tmp_path, name):
    (tmp_path / "out" / name).write_text("mine")
    options = ("-o", tmp_path / "out" / "hits.tsv", "--rejects", tmp_path / "out" / "rejects.tsv")
    result = specbridge(*search(*options))
    assert result.code == 5
    assert result.err == (f"specbridge: {tmp_path / 'out' / name}: exists already; choose another name or replace it "
                          "with --force\n")
    assert (names_in(tmp_path / "out"), (tmp_path / "out" / name).read_text()) == ([name], "mine")
    succeed(*search(*options, "--force"))


def test_adducts_are_for_mass_windows_only(search, tmp_path):
    result = specbridge(*search("-o", tmp_path / "out" / "hits.tsv", "--open", "--adducts", "[M+H]+"))
    assert (result.code, result.err) == (2, "specbridge: search: --adducts is for mass windows; leave it out here\n")
