"""eval --hits: tables of other programs as they are, and tables that are of other spectra."""

import csv
import io
import os
import re

import pytest

from cli_support import (by_query, field, names_in, read_json, read_records, read_table, specbridge, succeed,
                         write_records)

pytestmark = pytest.mark.thorough


@pytest.fixture(scope="module")
def hits(made, tmp_path_factory):
    """The rows of a search over whole pools, and its table."""
    out = tmp_path_factory.mktemp("hits") / "hits.tsv"
    succeed("search", made.spectra, "--model", made.model["morgan"], "--candidates", made.pools, "-k", 0, "-o", out)
    return by_query(read_table(out)), out


@pytest.fixture
def figures(made, tmp_path):
    """Evaluates a table; recall and MRR."""
    def run(table, truth=made.spectra, name="hits.tsv"):
        path = table
        if isinstance(table, str):
            path = tmp_path / name
            path.write_text(table)
        succeed("eval", "--hits", path, "--truth", truth, "-o", tmp_path / "report", "--force", "--resamples", 0,
                "--mces", "none")
        report = read_json(tmp_path / "report/report.json")
        return report["recall"]["1"], report["mrr"]

    return run


def sirius(queries):
    names = ["structurePerIdRank", "formulaRank", "CSI:FingerIDScore", "molecularFormula", "adduct", "InChIkey2D",
             "InChI", "name", "smiles", "ionMass", "formulaId", "alignedFeatureId", "mappingFeatureId"]
    lines = ["\t".join(names)]
    for index, rows in queries.items():
        for row in rows:
            lines.append("\t".join([row["rank"], "1", row["score"], row["formula"], "[M + H]+", row["inchikey14"],
                                    "N/A", "N/A", row["smiles"], row["precursor_mz"], f"9{index}", f"7{index}",
                                    row["query_id"]]))
    return "\n".join(lines) + "\n"


def ms2query(queries):
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(["query_spectrum_nr", "ms2query_model_prediction", "precursor_mz_difference",
                    "precursor_mz_query_spectrum", "precursor_mz_analog", "inchikey", "analog_compound_name", "smiles"])
    for index, rows in queries.items():
        for row in rows:
            table.writerow([index + 1, row["score"], 0, row["precursor_mz"], 0, row["inchikey14"], 'a "name", here',
                            row["smiles"]])
    return text.getvalue()


def spreadsheet(queries):
    return "Query-ID;SMILES;Score\r\n" + "".join(f"{row['query_id']};{row['smiles']};{row['score']}\r\n"
                                                 for rows in queries.values() for row in rows)


@pytest.mark.parametrize("form", [sirius, ms2query, spreadsheet])
def test_a_table_of_another_program_gives_the_figures_of_ours(hits, figures, form):
    queries, ours = hits
    assert figures(form(queries)) == figures(ours)


def test_metfrag_writes_one_table_a_spectrum(hits, made, tmp_path):
    rows = hits[0][3]
    name = rows[0]["query_id"]
    table = tmp_path / f"{name}.csv"
    table.write_text('"Identifier","SMILES","InChIKey1","Score"\n' + "".join(
        f'"{row["library_id"]}","{row["smiles"]}","{row["inchikey14"]}","{row["score"]}"\n' for row in rows))
    succeed("eval", "--hits", table, "--truth", made.spectra, "-o", tmp_path / "report")
    of_table = read_table(tmp_path / "report/ranks.tsv")
    succeed("eval", "--hits", hits[1], "--truth", made.spectra, "-o", tmp_path / "ours")
    assert of_table[3]["rank"] == read_table(tmp_path / "ours/ranks.tsv")[3]["rank"] != ""
    assert {row["status"] for row in of_table[:3]} == {"not_in_hits"}


def test_a_folder_of_such_tables_gives_the_figures_of_one(hits, figures, tmp_path):
    queries, ours = hits
    (tmp_path / "metfrag").mkdir()
    for rows in queries.values():
        (tmp_path / "metfrag" / f"{rows[0]['query_id']}.csv").write_text('"SMILES","Score"\n' + "".join(
            f'"{row["smiles"]}","{row["score"]}"\n' for row in rows))
    of_ours = figures(ours)
    assert figures(tmp_path / "metfrag") == of_ours
    roles = [entry["role"] for entry in read_json(tmp_path / "report/report.json")["inputs"]]
    assert roles.count("hits") == 60


def test_what_cannot_be_read_of_a_folder_of_tables_is_named(hits, made, tmp_path):
    folder = tmp_path / "tables"
    folder.mkdir()
    (folder / "a.tsv").write_bytes(hits[1].read_bytes())
    (folder / "b.tsv").symlink_to("nowhere.tsv")
    os.mkfifo(folder / "c.tsv")
    done = succeed("eval", "--hits", folder, "--truth", made.spectra, "-o", tmp_path / "report")
    for name in ("b.tsv", "c.tsv"):
        assert f"{folder / name}: passed over, no file can be read there" in done.err


def test_a_folder_without_tables_is_refused(made, tmp_path):
    (tmp_path / "empty").mkdir()
    result = specbridge("eval", "--hits", tmp_path / "empty", "--truth", made.spectra, "-o", tmp_path / "report")
    assert (result.code, result.err) == (
        3, f"specbridge: {tmp_path / 'empty'}: is a folder without tables of hits (.csv, .tsv, .txt)\n")


def test_hits_of_other_spectra_are_refused_and_nothing_is_written(hits, made, tmp_path):
    others = [record.replace(f"SPECTRUM_ID={field(record, 'SPECTRUM_ID')}", f"SPECTRUM_ID=other-{i}")
              for i, record in enumerate(read_records(made.spectra))]
    truth = write_records(tmp_path / "others.mgf", others)
    first = hits[0][0][0]["query_id"]
    (tmp_path / "out").mkdir()
    result = specbridge("eval", "--hits", hits[1], "--truth", truth, "-o", tmp_path / "out/report")
    assert (result.code, result.out) == (3, "")
    assert result.err == (f'specbridge: {hits[1]}:2: query_index 0 is "{first}" in the hits and "other-0" in the '
                          f'truth, which has no "{first}"; give the spectra that were searched as --truth, or leave '
                          "out the column query_id if the numbers are right\n")
    assert names_in(tmp_path / "out") == []


def test_hits_of_the_same_spectra_in_another_order_are_found_by_name(hits, made, figures, tmp_path):
    truth = write_records(tmp_path / "turned.mgf", read_records(made.spectra)[::-1])
    def noted():
        notes = read_json(tmp_path / "report/report.json")["notes"]
        return any("queries were found by query_id" in note for note in notes)

    of_same_order = figures(hits[1])
    assert not noted()
    assert figures(hits[1], truth) == pytest.approx(of_same_order)
    assert noted()


def test_records_without_names_are_told_apart_by_their_precursors(hits, made, tmp_path):
    def nameless(records, path):
        return write_records(path, [re.sub("(SPECTRUM_ID|TITLE)=.*\n", "", record) for record in records])

    records = read_records(made.spectra)
    spectra = nameless(records, tmp_path / "a.mgf")
    succeed("search", spectra, "--model", made.model["morgan"], "--candidates", made.pools, "-o", tmp_path / "hits.tsv")
    succeed("eval", "--hits", tmp_path / "hits.tsv", "--truth", nameless(records, tmp_path / "b.mgf"), "-o",
            tmp_path / "renamed")
    wrong = nameless(records[::-1], tmp_path / "c.mgf")
    result = specbridge("eval", "--hits", tmp_path / "hits.tsv", "--truth", wrong, "-o", tmp_path / "report")
    assert result.code == 3
    assert "the precursor m/z" in result.err and "are these hits of another file?" in result.err


@pytest.mark.parametrize("command", ["search", "eval"])
def test_pools_that_count_from_one_leave_one_that_no_record_claims(hits, made, tmp_path, command):
    table = tmp_path / "pools.tsv"
    table.write_text("query_index\tsmiles\n" + "".join(f"{index + 1}\t{row['smiles']}\n"
                                                       for index, rows in hits[0].items() for row in rows))
    spectra = (made.spectra,) if command == "search" else ("--spectra", made.spectra)
    result = succeed(command, *spectra, "--model", made.model["morgan"], "--candidates", table, "-o", tmp_path / "out")
    assert (f"warning: {table}: 1 pool belongs to no record, the first is that of query_index 60; 60 MS2 records were "
            "read, counted from 0, and pools are found by the number of a record\n") in result.err


def test_pools_of_a_hits_table_follow_the_names_where_numbers_are_of_another_file(hits, made, tmp_path):
    turned = write_records(tmp_path / "turned.mgf", read_records(made.spectra)[::-1])
    succeed("search", turned, "--model", made.model["morgan"], "--candidates", hits[1], "-k", 0, "-o",
            tmp_path / "hits.tsv")
    found = {row["query_id"]: row["candidates"] for row in read_table(tmp_path / "hits.tsv")}
    assert found == {rows[0]["query_id"]: rows[0]["candidates"] for rows in hits[0].values()}
