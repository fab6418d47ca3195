"""search --mzmine: annotations for MZmine's local compound database search."""

import csv

import pytest

from cli_support import (DATA, by_query, names_in, read_json, read_records, read_table, specbridge, succeed,
                         write_records)

# The columns that MZmine 4.10 looks for by default, and those of `internal_id` and `inchi_key`, which it knows.
MZMINE = {"neutral_mass", "mz", "rt", "formula", "smiles", "inchi_key", "name", "comment", "adduct", "internal_id"}


@pytest.fixture
def spectra(tmp_path):
    """Records as MZmine exports them, every third without FEATURE_ID, half of them without retention time."""
    records = read_records(DATA / "query.mgf")
    for i, record in enumerate(records):
        lines = [] if i % 3 == 2 else [f"FEATURE_ID={100 + i}"]
        lines += [f"RTINSECONDS={30 * i + 0.5}"] if i % 2 else []
        records[i] = record.replace("BEGIN IONS\n", "\n".join(["BEGIN IONS", *lines]) + "\n")
    return write_records(tmp_path / "query.mgf", records)


@pytest.fixture
def search(calibrated, spectra, tmp_path):
    def run(*options, out="hits.tsv"):
        result = succeed("search", spectra, "--model", calibrated.model, "--library", calibrated.library, "-k", 3,
                         "--tolerance", "5Da", "-o", tmp_path / out, "--mzmine", tmp_path / "mzmine.csv", *options)
        with open(tmp_path / "mzmine.csv", newline="", encoding="utf-8") as file:
            return result, list(csv.DictReader(file, strict=True))
    return run


def test_every_answer_of_a_feature_is_an_annotation_in_the_order_of_its_rank(search, tmp_path):
    _, lines = search()
    rows = [row for row in read_table(tmp_path / "hits.tsv") if row["rank"] and int(row["query_index"]) % 3 != 2]
    assert len(lines) == len(rows) > 10
    assert MZMINE <= set(lines[0]) and list(lines[0])[0] == "id"
    for line, row in zip(lines, rows):
        assert line["id"] == str(100 + int(row["query_index"]))
        assert (line["mz"], line["neutral_mass"], line["adduct"]) == (row["precursor_mz"], row["exact_mass"],
                                                                     row["adduct"])
        assert (line["smiles"], line["inchi_key"], line["formula"]) == (row["smiles"], row["inchikey"], row["formula"])
        assert (line["internal_id"], line["name"]) == (row["library_id"], row["name"] or row["library_id"])
        assert (line["rank"], line["score"], line["probability"]) == (row["rank"], row["score"], row["probability"])
        expected = f"specbridge: rank {row['rank']} of {row['candidates']}; score {row['score']} (fused)"
        assert line["comment"].startswith(expected)
        assert (line["rt"] == "") == (row["retention_time"] == "")
        if line["rt"]:
            assert float(line["rt"]) * 60 == pytest.approx(float(row["retention_time"]), abs=0.001)


def test_spectra_without_feature_id_are_counted(search, tmp_path):
    result, _ = search()
    queries = by_query(read_table(tmp_path / "hits.tsv"))
    without = sum(1 for index, rows in queries.items() if index % 3 == 2 and rows[0]["rank"])
    assert f"; {without} without FEATURE_ID left out of {tmp_path / 'mzmine.csv'}" in result.err
    record = read_json(tmp_path / "hits.tsv.run.json")
    assert (record["mzmine"], record["without_feature"]) == (str(tmp_path / "mzmine.csv"), without)


def test_the_same_annotations_stand_beside_hits_of_any_format(search, tmp_path):
    _, lines = search()
    for out in ("hits.jsonl", "hits.mztab"):
        assert search("--force", "--threads", 2, out=out)[1] == lines


def test_answers_that_are_left_out_are_no_annotations(search, tmp_path):
    _, lines = search("--min-probability", 0.99)
    assert lines == [] and "id,mz,rt,name" in (tmp_path / "mzmine.csv").read_text()


@pytest.mark.parametrize("name, code, complaint", [
    ("-", 2, "search: only --out can be -; name a file for --mzmine"),
    ("mzmine.xlsx", 2, "mzmine.xlsx: a table separated by commas is written, no .xlsx file; name it mzmine.csv, "
                       "spreadsheets open it"),
    ("hits.tsv", 2, "hits.tsv: is to hold two outputs; name a file for each"),
    ("mine.csv", 5, "mine.csv: exists already; choose another name or replace it with --force")])
def test_what_cannot_be_written_is_refused_before_any_work(calibrated, spectra, tmp_path, name, code, complaint):
    (tmp_path / "mine.csv").write_text("mine")
    before = names_in(tmp_path)
    result = specbridge("search", spectra, "--model", calibrated.model, "--library", calibrated.library, "-o",
                        "hits.tsv", "--mzmine", name, cwd=tmp_path)
    assert (result.code, result.err) == (code, f"specbridge: {complaint}\n")
    assert names_in(tmp_path) == before and (tmp_path / "mine.csv").read_text() == "mine"
