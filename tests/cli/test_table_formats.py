"""search --format: CSV, JSON lines and mzTab-M hold what the table holds, whatever the texts in it."""

import csv
import json
import os
import re
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from cli_support import (DATA, by_query, field, names_in, read_bytes, read_json, read_records, read_table, specbridge,
                         spectrum, succeed, write_records)
from mzml_support import Scan, write_mzml
from mztab_support import read_mztab

NAMES = ['a, "b"', "tab\there", "5'-x;y|z", "Ångström β-Carotin", '"', "=1+1", "null", "back\\slash", "", "~ %41 {}"]
IDS = ['Q "1", a', "b|c", "ä;ö", "tab\tid", "N/A"]
NUMBERS = {"query_index", "rank", "score", "exact_mass", "mass_error_ppm", "precursor_mz", "candidates", "margin",
           "probability", "probability_present", "q_value", "explained_peaks", "explained_intensity", "retention_time",
           "peaks_used"}
OF_QUERY = {"query_id", "query_index", "candidates", "status", "file", "retention_time", "peaks_used", "spectra",
            "probability_present"}
OF_BOTH = {"adduct", "precursor_mz", "message"}


@pytest.fixture(scope="module")
def hostile(calibrated, tmp_path_factory):
    """A library whose names and further columns are hard to write down, and spectra whose names are."""
    folder = tmp_path_factory.mktemp("hostile")
    rows = [line.split("\t") for line in read_bytes(DATA / "library.smi.gz").decode().splitlines()]
    with open(folder / "library.csv", "w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["id", "smiles", "name", "CAS", "made of, or |x"])
        for i, (number, smiles) in enumerate(rows):
            table.writerow([f"{number}|{i}", smiles, NAMES[i % len(NAMES)], f"50-00-{i}", NAMES[(i + 1) % len(NAMES)]])
    succeed("index", folder / "library.csv", "--model", calibrated.model, "-o", folder / "library", "--keep", "CAS",
            "--keep", "made of, or |x")
    records = read_records(DATA / "query.mgf")
    for i, record in enumerate(records):
        name = f"SPECTRUM_ID={IDS[i % len(IDS)]} {i}"
        records[i] = re.sub("^SPECTRUM_ID=.*$", lambda _, name=name: name, record, flags=re.MULTILINE)
        records[i] = records[i].replace("BEGIN IONS\n", f"BEGIN IONS\nRTINSECONDS={60 * i + 0.25}\n")
    # MS1 scans have places in the file, but no numbers of their own.
    ms1 = spectrum(TITLE="survey", MSLEVEL=1, PEPMASS="300.1")
    write_records(folder / "query 1.mgf", [ms1, *records[:12]])
    plain = spectrum(TITLE="plain", PRECURSOR_MZ="200.1", RTINSECONDS="9")
    write_records(folder / "query 2.mgf", [records[12], ms1, *records[13:], plain])
    return SimpleNamespace(folder=folder, library=folder / "library", model=calibrated.model,
                           spectra=[folder / "query 1.mgf", folder / "query 2.mgf"])


@pytest.fixture(scope="module")
def search(hostile):
    def run(out, *options, spectra=hostile.spectra, **more):
        return succeed("search", *spectra, "--model", hostile.model, "--library", hostile.library, "--tolerance",
                       "1Da", "-k", 4, "-o", out, *options, **more)
    return run


@pytest.fixture(scope="module")
def written(hostile, search):
    """One search in every format, by the endings of their names."""
    for ending in ("tsv", "csv", "jsonl", "mztab"):
        search(hostile.folder / f"hits.{ending}")
    return {ending: hostile.folder / f"hits.{ending}" for ending in ("tsv", "csv", "jsonl", "mztab")}


def test_the_texts_of_the_table_are_as_hard_as_they_are_meant_to_be(written):
    rows = read_table(written["tsv"])
    names = {row["name"] for row in rows}
    assert {'a, "b"', "tab here", "5'-x;y|z", "Ångström β-Carotin", '"'} <= names
    assert {"ok", "no_precursor", "unknown_adduct"} <= {row["status"] for row in rows}
    assert list(rows[0])[-2:] == ["keep.CAS", "keep.made of, or |x"]


def test_csv_holds_the_cells_of_the_table(written):
    with open(written["csv"], newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file, strict=True))
    assert rows == read_table(written["tsv"])
    assert list(rows[0]) == list(read_table(written["tsv"])[0])


def parse_line(line):
    """Numbers as they are written."""
    return json.loads(line, parse_int=lambda text: ("number", text), parse_float=lambda text: ("number", text))


def as_json(column, cell):
    if cell == "":
        return None
    number = column in NUMBERS or column.startswith("evidence.")
    return ("number", cell) if number else cell


def test_json_lines_hold_the_table_query_by_query(written):
    objects = [parse_line(line) for line in written["jsonl"].read_text().splitlines()]
    queries = by_query(read_table(written["tsv"]))
    assert len(objects) == len(queries)
    for found, rows in zip(objects, queries.values()):
        answers = found.pop("answers")
        assert found == {name: as_json(name, cell) for name, cell in rows[0].items() if name in OF_QUERY | OF_BOTH}
        assert answers == [{name: as_json(name, cell) for name, cell in row.items() if name not in OF_QUERY}
                           for row in rows if row["rank"]]


def measures(found):
    return [found.metadata[f"id_confidence_measure[{i}]"] for i in range(1, 6)]


def same_text(cell):
    return "null" if cell == "" else cell


def test_mztab_keeps_the_rules_of_its_specification(written, hostile):
    found = read_mztab(written["mztab"])
    assert found.metadata["ms_run[2]-location"] == f"file://{hostile.folder}/query%202.mgf"
    assert found.metadata["database[1]-version"] == read_json(f"{written['mztab']}.run.json")["library"]["fingerprint"]
    assert [re.search(r"specbridge (.*)\]", text.replace('"', ""))[1] for text in measures(found)] == [
        "score (fused)", "evidence cosine", "evidence fragments", "probability of first answers",
        "q-value of first answers"]


def test_mztab_holds_every_answer_as_evidence(written):
    found = read_mztab(written["mztab"])
    evidence = iter(found.SME)
    for rows in by_query(read_table(written["tsv"])).values():
        inputs = set()
        for row in (row for row in rows if row["rank"]):
            one = next(evidence)
            inputs.add(one["evidence_input_id"])
            expected = {"database_identifier": "library:" + row["library_id"].replace("|", "/"),
                        "smiles": row["smiles"], "chemical_name": same_text(row["name"]),
                        "exp_mass_to_charge": row["precursor_mz"], "opt_global_query_id": row["query_id"],
                        "opt_global_query_index": row["query_index"], "opt_global_inchikey": row["inchikey"],
                        "opt_global_mass_error_ppm": row["mass_error_ppm"],
                        "opt_global_margin": same_text(row["margin"]), "opt_global_keep_CAS": row["keep.CAS"],
                        "opt_global_keep_made_of__or__x": same_text(row["keep.made of, or |x"]),
                        "opt_global_message": same_text(row["message"])}
            assert {name: one[name] for name in expected} == expected
            assert one["chemical_formula"] == row["formula"].rstrip("+-0123456789") or row["formula"][-1].isdigit()
            for i, column in enumerate(["score", "evidence.cosine", "evidence.fragments", "probability", "q_value"], 1):
                cell = one[f"id_confidence_measure[{i}]"]
                assert "e" not in cell and (cell == "null") == (row[column] == "")
                assert cell == "null" or float(cell) == float(row[column])
            error = (float(one["exp_mass_to_charge"]) / float(one["theoretical_mass_to_charge"]) - 1) * 1e6
            assert error == pytest.approx(float(row["mass_error_ppm"]), abs=0.02)
            better = sum(float(other["score"]) > float(row["score"]) for other in rows)
            assert int(one["rank"]) == better + 1
        assert len(inputs) <= 1
    assert next(evidence, None) is None


def test_mztab_has_a_feature_and_a_molecule_for_every_query_with_a_precursor(written):
    found = read_mztab(written["mztab"])
    queries = [rows for rows in by_query(read_table(written["tsv"])).values() if rows[0]["precursor_mz"]]
    assert len(found.SMF) == len(found.SML) == len(queries)
    for feature, molecule, rows in zip(found.SMF, found.SML, queries):
        first = rows[0]
        answers = [row for row in rows if row["rank"]]
        assert feature["exp_mass_to_charge"] == first["precursor_mz"]
        assert float(feature["retention_time_in_seconds"]) == float(first["retention_time"])
        assert (feature["opt_global_query_id"], feature["opt_global_status"]) == (first["query_id"], first["status"])
        assert feature["opt_global_message"] == same_text(first["message"])
        assert (feature["SME_ID_REFS"] == "null") == (not answers)
        assert molecule["reliability"] == ("3" if answers else "5")
        assert set(value for name, value in molecule.items() if name.startswith("abundance")) == {"null"}
        if answers:
            assert molecule["smiles"].split("|") == [row["smiles"] for row in answers]
            assert molecule["theoretical_neutral_mass"].split("|") == [row["exact_mass"] for row in answers]
            assert float(molecule["best_id_confidence_value"]) == float(first["score"])
    left_out = [" ".join(cells) for cells in found.comments]
    assert len(left_out) == 2 and "no_precursor" in left_out[0]
    assert left_out[1] == f"SMF {len(queries)}: its record states no charge; the 1 there is assumed"


def test_mztab_names_adducts_with_their_charge_and_spectra_by_their_place(written):
    found = read_mztab(written["mztab"])
    assert {row["adduct_ion"] for row in found.SME} == {"[M+H]1+", "[M+Na]1+", "[M-H]1-"}
    places = {row["opt_global_query_index"]: row["spectra_ref"] for row in found.SME}
    assert places["0"] == "ms_run[1]:index=1"  # an MS1 scan stands before it
    assert places["12"] == "ms_run[2]:index=0" and places["13"] == "ms_run[2]:index=2"
    modes = {name: value for name, value in found.metadata.items() if "scan_polarity" in name}
    assert set(modes.values()) == {"[MS, MS:1000130, positive scan, ]", "[MS, MS:1000129, negative scan, ]"}


def test_spectra_of_mzml_are_named_by_their_own_ids(hostile, search):
    scans = [Scan(id=f"controllerType=0 controllerNumber=1 scan={i}", ion=float(field(record, "PRECURSOR_MZ")))
             for i, record in enumerate(read_records(DATA / "query.mgf")[:3])]
    path = write_mzml(hostile.folder / "run.mzML", scans)
    search(hostile.folder / "mzml.mztab", spectra=[path])
    found = read_mztab(hostile.folder / "mzml.mztab")
    assert found.metadata["ms_run[1]-id_format"] == "[MS, MS:1001530, mzML unique identifier, ]"
    inputs = list(dict.fromkeys(row["evidence_input_id"] for row in found.SME))
    assert inputs and set(inputs) <= {f"ms_run[1]:{scan.id}" for scan in scans}


def test_candidates_of_a_file_have_no_ids_in_mztab(made, calibrated, tmp_path):
    succeed("search", made.spectra, "--model", calibrated.model, "--candidates", made.pools, "-k", 2, "-o",
            tmp_path / "hits.mztab")
    found = read_mztab(tmp_path / "hits.mztab")
    assert {row["database_identifier"] for row in found.SME} == {"candidates:null"}
    assert found.metadata["database[1]-version"] == "Unknown"


def test_merged_spectra_are_one_feature_that_names_them_all(hostile, search, tmp_path):
    records = read_records(DATA / "query.mgf")
    same = records[0].replace("BEGIN IONS\n", "BEGIN IONS\nFEATURE_ID=7\n")
    spectra = write_records(tmp_path / "query.mgf", [same, records[3], same])
    for ending in ("tsv", "csv", "jsonl", "mztab"):
        search(tmp_path / f"hits.{ending}", "--merge", "feature", spectra=[spectra])
    found = read_mztab(tmp_path / "hits.mztab")
    assert [row["opt_global_query_index"] for row in found.SMF] == ["1", "2"]
    assert [row["opt_global_spectra"] for row in found.SMF] == ["null", "0;2"]
    assert found.SME[-1]["spectra_ref"] == "ms_run[1]:index=0|ms_run[1]:index=2"
    objects = [json.loads(line) for line in (tmp_path / "hits.jsonl").read_text().splitlines()]
    assert [(one["status"], one["spectra"]) for one in objects] == [("merged", [0, 2]), ("ok", None), ("ok", [0, 2])]


@pytest.mark.parametrize("option, column", [("--min-probability", "probability"), ("--max-q", "q_value")])
def test_answers_that_are_left_out_are_so_in_every_format(search, written, tmp_path, option, column):
    shares = sorted(float(row[column]) for row in read_table(written["tsv"]) if row[column])
    assert shares[0] < shares[-1]
    limit = (option, shares[-1] if column == "probability" else shares[0])
    said = [search(tmp_path / f"hits.{ending}", *limit).err.split("; hits in")[0]
            for ending in ("tsv", "csv", "jsonl", "mztab")]
    rows = read_table(tmp_path / "hits.tsv")
    assert said == said[:1] * 4
    assert any("answers left out" in row["message"] for row in rows) and any(row["rank"] for row in rows)
    with open(tmp_path / "hits.csv", newline="") as file:
        assert list(csv.DictReader(file)) == rows
    objects = [json.loads(line) for line in (tmp_path / "hits.jsonl").read_text().splitlines()]
    assert [one["message"] or "" for one in objects] == [found[0]["message"] for found in by_query(rows).values()]
    assert len(read_mztab(tmp_path / "hits.mztab").SME) == sum(1 for row in rows if row["rank"])


@pytest.mark.parametrize("ending", ["csv", "jsonl", "mztab"])
def test_bytes_do_not_depend_on_threads_or_on_where_they_go(hostile, search, written, tmp_path, ending):
    name = "mztab-m" if ending == "mztab" else ending
    same = written[ending].read_bytes()
    for threads in (1, 2):
        out = tmp_path / f"hits{threads}.{ending}"
        search(out, "--threads", threads)
        text = out.read_bytes()
        assert text.replace(f"mzTab-ID\thits{threads}".encode(), b"mzTab-ID\thits") == same
    printed = search("-", "--format", name).out.encode()
    assert printed.replace(b"mzTab-ID\tspecbridge", b"mzTab-ID\thits") == same
    device = search("/dev/stdout", "--format", name).out.encode()
    assert device == printed


def test_a_pipe_gets_what_a_file_gets(search, written, tmp_path):
    os.mkfifo(tmp_path / "pipe.jsonl")
    with ThreadPoolExecutor(1) as reader:
        text = reader.submit((tmp_path / "pipe.jsonl").read_bytes)
        search(tmp_path / "pipe.jsonl")
        assert text.result(60) == written["jsonl"].read_bytes()


@pytest.mark.parametrize("name, options, begin", [
    ("hits.CSV", (), "query_id,"), ("hits.mzTab", (), "MTD\t"), ("hits", (), "query_id\t"),
    ("hits.txt", ("--format", "jsonl"), '{"query_id":'), ("hits.csv", ("--format", "tsv"), "query_id\t"),
    ("hits.tsv", ("--format", "csv"), "query_id,"), ("hits.mztab", ("--format", "jsonl"), '{"query_id":')])
def test_the_format_is_what_is_asked_for_else_what_the_name_promises(search, tmp_path, name, options, begin):
    search(tmp_path / name, *options)
    assert (tmp_path / name).read_text().startswith(begin)
    asked = dict(zip(options[::2], options[1::2])).get("--format")
    assert asked is None or read_json(tmp_path / f"{name}.run.json")["format"] == asked


@pytest.mark.parametrize("options, complaint", [
    (("-o", "hits.json"), "hits.json: a table separated by tabs is written, no .json file; name it hits.tsv, convert "
                          "it afterwards"),
    (("-o", "hits.csv.gz", "--format", "csv"), "hits.csv.gz: a table separated by commas is written, no .gz file; name "
                                               "it hits.csv, compress it afterwards"),
    (("-o", "hits.json", "--format", "jsonl"), "hits.json: JSON lines are written, no .json file; name it hits.jsonl, "
                                               "convert it afterwards"),
    (("-o", "hits.xlsx", "--format", "mztab-m"), "hits.xlsx: mzTab-M is written, no .xlsx file; name it hits.mztab, "
                                                 "spreadsheets open it"),
    (("-o", "hits.mztab", "--explain", "explained"), "search: --explain reads the hits, which cannot be read back from "
                                                     "mzTab-M; write them with --format tsv, csv or jsonl")])
def test_what_cannot_be_written_so_is_refused_before_any_work(hostile, tmp_path, options, complaint):
    result = specbridge("search", *hostile.spectra, "--model", hostile.model, "--library", hostile.library, *options,
                        cwd=tmp_path)
    assert (result.code, result.err) == (2, f"specbridge: {complaint}\n")
    assert names_in(tmp_path) == []


@pytest.mark.parametrize("ending", ["csv", "jsonl", "mztab"])
def test_what_exists_is_refused_in_any_format(hostile, tmp_path, ending):
    (tmp_path / f"hits.{ending}").write_text("mine")
    result = specbridge("search", *hostile.spectra, "--model", hostile.model, "--library", hostile.library, "-o",
                        tmp_path / f"hits.{ending}")
    assert (result.code, "exists already" in result.err) == (5, True)
    assert (tmp_path / f"hits.{ending}").read_text() == "mine"


@pytest.mark.parametrize("ending", ["tsv", "csv", "jsonl"])
def test_eval_reads_the_tables_and_json_lines_that_search_writes(made, calibrated, tmp_path, ending):
    reports = []
    for one in ("tsv", ending):
        out = tmp_path / one
        out.mkdir(exist_ok=True)
        succeed("search", made.spectra, "--model", calibrated.model, "--candidates", made.pools, "-k", 0, "-o",
                out / f"hits.{one}", "--force")
        succeed("eval", "--hits", out / f"hits.{one}", "--truth", made.spectra, "-o", out / "report", "--resamples", 0,
                "--mces", "none", "--force")
        report = read_json(out / "report/report.json")
        reports.append({key: report[key] for key in ("queries", "evaluated", "missed", "recall", "mrr", "pools")})
        reports.append((out / "report/ranks.tsv").read_bytes())
    assert reports[:2] == reports[2:]


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_explain_reads_them_too_as_does_search_explain(hostile, search, written, tmp_path, ending):
    for one in ("tsv", ending):
        succeed("explain", written[one], *hostile.spectra, "--model", hostile.model, "-o", tmp_path / one)
    search(tmp_path / f"hits.{ending}", "--explain", tmp_path / "at once")
    expected = (tmp_path / "tsv/peaks.tsv").read_bytes()
    assert (tmp_path / ending / "peaks.tsv").read_bytes() == expected
    assert (tmp_path / "at once/peaks.tsv").read_bytes() == expected


def test_mztab_is_not_read_back(written, made, tmp_path):
    result = specbridge("eval", "--hits", written["mztab"], "--truth", made.spectra, "-o", tmp_path / "report")
    assert (result.code, result.err) == (
        3, f"specbridge: {written['mztab']}:1: mzTab is written, not read; expected a table of hits, which search "
           "writes with --format tsv, csv or jsonl\n")


@pytest.mark.parametrize("text, complaint", [
    ('{"query_id": "a"\n', "1: "), ('{"answers": 3}\n', '1: has "answers" that are no list'),
    ('{"query_index": 0, "answers": [1]}\n', "1: has an answer that is no object"),
    ('\n{"query_id": "a", "answers": [{"smiles": "CCO", "score": 1}]}\n', "2: query_index is empty")])
def test_json_lines_that_are_none_of_ours_are_refused_with_their_line(made, tmp_path, text, complaint):
    (tmp_path / "hits.jsonl").write_text(text)
    result = specbridge("eval", "--hits", tmp_path / "hits.jsonl", "--truth", made.spectra, "-o", tmp_path / "report")
    assert (result.code, f"{tmp_path / 'hits.jsonl'}:{complaint}" in result.err) == (3, True), result.err
