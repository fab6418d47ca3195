"""specbridge page: what it takes and refuses, and what stands in the page. tests/cli/browser looks at it as a user."""

import json
import re
import signal
import subprocess
from types import SimpleNamespace

import pytest

from cli_support import (DATA, PROGRAM, SECONDS_AT_MOST, by_query, catches_interrupts, field, names_in, read_records,
                         read_table, specbridge, spectrum, succeed, wait_until, write_records)
from page_support import answers_of, details_of, read_page


@pytest.fixture(scope="module")
def searched(calibrated, tmp_path_factory):
    """The demo queries searched, and the page that the search wrote at once."""
    folder = tmp_path_factory.mktemp("searched")
    searched = SimpleNamespace(hits=folder / "hits.tsv", spectra=DATA / "query.mgf", page=folder / "page.html",
                               model=calibrated.model, library=calibrated.library)
    searched.said = succeed("search", searched.spectra, "--model", searched.model, "--library", searched.library, "-o",
                            searched.hits, "--page", searched.page).err
    return searched


def page_command(searched, *more):
    return ("page", searched.hits, searched.spectra, "--model", searched.model, *more)


def test_a_search_writes_the_page_that_is_written_afterwards(searched, tmp_path):
    said = succeed(*page_command(searched, "-o", tmp_path / "page.html")).err
    assert (tmp_path / "page.html").read_bytes() == searched.page.read_bytes()
    words = "page of 22 spectra with 195 answers, 0.2 MB"
    assert said == f"{tmp_path / 'page.html'}: {words}\n" and f"{searched.page}: {words}" in searched.said


def test_the_number_of_threads_changes_nothing(searched, tmp_path):
    for threads in (1, 2):
        succeed(*page_command(searched, "-o", tmp_path / f"{threads}.html", "--threads", threads))
    assert (tmp_path / "1.html").read_bytes() == (tmp_path / "2.html").read_bytes() == searched.page.read_bytes()


def test_every_query_is_listed_and_every_answer_shown(searched):
    rows = by_query(read_table(searched.hits))
    data = read_page(searched.page)
    assert [query["id"] for query in data["queries"]] == [own[0]["query_id"] for own in rows.values()]
    assert [query["index"] for query in data["queries"]] == list(rows)
    assert data["run"]["columns"] == list(rows[0][0])
    assert [query["cells"] for query in data["queries"]] == [list(own[0].values()) for own in rows.values()]
    for column in ("rank", "score", "smiles", "evidence.fragments"):
        answers = [[row[column] for row in own if row["rank"]] for own in rows.values()]
        assert answers_of(searched.page, column) == answers


def test_peaks_are_all_those_of_the_spectrum(searched):
    for record, detail in zip(read_records(searched.spectra), details_of(searched.page), strict=True):
        peaks = sorted(float(line.split()[0]) for line in record.splitlines() if line[:1].isdigit())
        assert detail["mz"] == [round(mz, 4) for mz in peaks]
        assert max(detail["intensity"]) == 1  # also where there is no precursor m/z


def test_the_best_answers_are_shown_no_more_than_asked_for(searched, tmp_path):
    succeed(*page_command(searched, "-o", tmp_path / "page.html", "--top", 2))
    rows = by_query(read_table(searched.hits))
    assert answers_of(tmp_path / "page.html", "rank") == [[row["rank"] for row in own[:2] if row["rank"]]
                                                          for own in rows.values()]
    assert read_page(tmp_path / "page.html")["run"]["top"] == 2


@pytest.mark.parametrize("top", [0, 1001, "many"])
def test_a_number_of_answers_that_makes_no_sense_is_refused(searched, tmp_path, top):
    result = specbridge(*page_command(searched, "-o", tmp_path / "page.html", "--top", top))
    assert result.code == 2 and "--top" in result.err and names_in(tmp_path) == []


def test_the_summary_can_be_had_as_json(searched, tmp_path):
    page = tmp_path / "page.html"
    said = json.loads(succeed(*page_command(searched, "-o", page, "--json")).out)
    assert said == {"queries": 22, "answers": 195, "bytes": page.stat().st_size}


def test_a_page_that_exists_is_replaced_only_when_told(searched, tmp_path):
    page = tmp_path / "page.html"
    page.write_text("mine")
    result = specbridge(*page_command(searched, "-o", page))
    assert (result.code, result.err) == (
        5, f"specbridge: {page}: exists already; choose another name or replace it with --force\n")
    assert page.read_text() == "mine"
    succeed(*page_command(searched, "-o", page, "--force"))
    assert page.read_bytes() == searched.page.read_bytes()


def test_an_input_is_not_replaced(searched, tmp_path):
    result = specbridge(*page_command(searched, "-o", searched.hits, "--force"))
    assert (result.code, result.err) == (
        2, f"specbridge: {searched.hits}: is an input and would be replaced; name another output\n")


def test_a_search_whose_page_would_replace_its_table_does_not_begin(searched, tmp_path):
    hits = tmp_path / "hits.tsv"
    result = specbridge("search", searched.spectra, "--model", searched.model, "--library", searched.library, "-o",
                        hits, "--page", hits)
    assert (result.code, names_in(tmp_path)) == (2, [])
    assert result.err == f"specbridge: {hits}: is an input and would be replaced; name another output\n"


def test_a_search_whose_page_exists_does_not_begin(searched, tmp_path):
    (tmp_path / "page.html").write_text("mine")
    result = specbridge("search", searched.spectra, "--model", searched.model, "--library", searched.library, "-o",
                        tmp_path / "hits.tsv", "--page", tmp_path / "page.html")
    assert result.code == 5 and names_in(tmp_path) == ["page.html"]


def test_a_search_into_standard_output_writes_no_page(searched, tmp_path):
    result = specbridge("search", searched.spectra, "--model", searched.model, "--library", searched.library, "-o", "-",
                        "--page", tmp_path / "page.html")
    assert (result.code, result.out) == (2, "")
    assert "--page reads the table of hits; name a file with --out" in result.err


def test_a_page_is_no_stream(searched, tmp_path):
    result = specbridge(*page_command(searched, "-o", "-"), cwd=tmp_path)
    assert (result.code, result.out, result.err) == (
        2, "", "specbridge: page: the page is a file; name one instead of -\n")
    assert names_in(tmp_path) == []


def test_spectra_do_not_come_through_a_pipe(searched, refused):
    refused(2, "page: the spectra are read twice and cannot come through a pipe; name their file", "page",
            searched.hits, "-", "--model", searched.model)


def test_the_table_may_come_through_a_pipe(searched, tmp_path):
    succeed("page", "-", searched.spectra, "--model", searched.model, "-o", tmp_path / "page.html",
            stdin=searched.hits.read_bytes())
    assert details_of(tmp_path / "page.html") == details_of(searched.page)


def test_hits_of_other_spectra_are_refused(searched, refused, tmp_path):
    records = [record.replace("SPECTRUM_ID=", "SPECTRUM_ID=other-") for record in read_records(searched.spectra)]
    spectra = write_records(tmp_path / "query.mgf", records)
    refused(3, f'{searched.hits}:2: query_index 0 is "QUERY001" in the hits and "other-QUERY001" in the input, which '
               'has no "QUERY001"; give the spectra that were searched, in their order, or leave out the column '
               "query_id if the numbers are right", "page", searched.hits, spectra, "--model", searched.model)


def test_fewer_spectra_than_the_table_has_are_refused(searched, tmp_path):
    spectra = write_records(tmp_path / "query.mgf", read_records(searched.spectra)[:5])
    result = specbridge("page", searched.hits, spectra, "--model", searched.model, "-o", tmp_path / "page.html")
    assert result.code == 3 and names_in(tmp_path) == ["query.mgf"]


def without_column(hits, column, out):
    names, *rows = [line.split("\t") for line in hits.read_text().splitlines()]
    place = names.index(column)
    out.write_text("".join("\t".join(row[:place] + row[place + 1:]) + "\n" for row in [names, *rows]))
    return out


@pytest.mark.parametrize("column", ["rank", "query_index"])
def test_a_table_that_lacks_a_column_is_refused(searched, refused, tmp_path, column):
    hits = without_column(searched.hits, column, tmp_path / "hits.tsv")
    refused(3, f"{hits}: has no column {column}; expected a table that specbridge search wrote", "page", hits,
            searched.spectra, "--model", searched.model)


def test_a_table_without_structures_is_shown_without_them(searched, tmp_path):
    hits = without_column(searched.hits, "smiles", tmp_path / "hits.tsv")
    succeed("page", hits, searched.spectra, "--model", searched.model, "-o", tmp_path / "page.html")
    answers = [(atoms, message) for detail in details_of(tmp_path / "page.html")
               for atoms, message in zip(detail["atoms"], detail["message"])]
    assert len(answers) == 195 and set(map(str, answers)) == {"([], 'the table states no SMILES')"}


def test_a_missing_model_is_refused(searched, tmp_path):
    result = specbridge("page", searched.hits, searched.spectra, "--model", tmp_path / "none", "-o",
                        tmp_path / "page.html")
    assert result.code in (2, 3, 4) and str(tmp_path / "none") in result.err and names_in(tmp_path) == []


def test_a_model_without_the_score_explains_by_the_fixed_one(made, searched, tmp_path):
    page = tmp_path / "page.html"
    result = succeed("page", searched.hits, searched.spectra, "--model", made.model["morgan"], "-o", page)
    assert "has no fragment score; contributions are those to the fixed score" in result.err
    run = read_page(page)["run"]
    assert run["score"] == "fixed" and read_page(searched.page)["run"]["score"] == "fragments"
    assert all(added >= 0 for detail in details_of(page) for own in detail["adds"] for added in own)


def test_a_table_of_another_model_is_warned_of(made, searched, tmp_path):
    assert "was searched with" not in searched.said
    result = succeed("page", searched.hits, searched.spectra, "--model", made.model["morgan"], "-o",
                     tmp_path / "page.html")
    assert f"{searched.hits}: was searched with the model" in result.err


def test_queries_without_an_answer_are_listed(searched):
    rows = by_query(read_table(searched.hits))
    data = read_page(searched.page)
    place = data["run"]["columns"].index("status")
    assert [query["cells"][place] for query in data["queries"][-2:]] == ["no_precursor", "unknown_adduct"]
    assert [detail["cells"] for detail in details_of(searched.page)[-2:]] == [[], []]
    assert [own[0]["status"] for own in list(rows.values())[-2:]] == ["no_precursor", "unknown_adduct"]


def test_spectra_of_a_feature_are_shown_with_what_the_table_says(calibrated, tmp_path):
    groups = {}
    for record in read_records(DATA / "val.mgf.gz"):
        groups.setdefault((field(record, "SMILES"), field(record, "ADDUCT")), []).append(record)
    own = next(group for group in groups.values() if len(group) >= 3)[:3]
    spectra = write_records(tmp_path / "query.mgf",
                            [record.replace("BEGIN IONS\n", "BEGIN IONS\nFEATURE_ID=5\n") for record in own])
    hits, page = tmp_path / "hits.tsv", tmp_path / "page.html"
    succeed("search", spectra, "--model", calibrated.model, "--library", calibrated.library, "--merge", "feature", "-o",
            hits, "--page", page)
    rows = by_query(read_table(hits))
    assert [own[0]["status"] for own in rows.values()] == ["merged", "merged", "ok"]
    assert answers_of(page, "smiles") == [[], [], [row["smiles"] for row in rows[2]]]
    data = read_page(page)
    place = data["run"]["columns"].index("spectra")
    assert [query["cells"][place] for query in data["queries"]] == ["0;1;2"] * 3
    said = succeed("page", hits, spectra, "--model", calibrated.model, "-o", tmp_path / "again.html").err
    assert f"page of 3 spectra with {len(rows[2])} answers" in said
    assert (tmp_path / "again.html").read_bytes() == page.read_bytes()


def test_text_of_files_cannot_end_the_script_that_it_stands_in(fitted, tmp_path):
    name = "</script><script>alert(1)</script><!--"
    spectra = write_records(tmp_path / "query.mgf", [spectrum("43.0178 100", SPECTRUM_ID=name, PEPMASS=89.0597)])
    (tmp_path / "hits.tsv").write_text("query_id\tquery_index\trank\tscore\tsmiles\tadduct\tname\n"
                                       f"{name}\t0\t1\t1\tCCOC(C)=O\t[M+H]+\t{name}\n")
    succeed("page", tmp_path / "hits.tsv", spectra, "--model", fitted.model, "-o", tmp_path / "page.html")
    text = (tmp_path / "page.html").read_text()
    assert "alert(1)</script>" not in text and "<!--" not in text
    assert read_page(tmp_path / "page.html")["queries"][0]["id"] == name
    assert answers_of(tmp_path / "page.html", "name") == [[name]]


def test_the_page_names_no_other_file(searched):
    text = searched.page.read_text()
    assert not re.search(r"<(link|img|iframe|script[^>]* src)", text)
    assert "@@" not in re.sub(r'<script type="[^>]*>.*?</script>', "", text, flags=re.DOTALL)


def test_an_interrupted_run_leaves_nothing(searched, tmp_path):
    """The table comes through a pipe that stays open, so that the run is within its work for certain."""
    process = subprocess.Popen([PROGRAM, "page", "-", searched.spectra, "--model", searched.model, "-o",
                                tmp_path / "page.html"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE)
    process.stdin.write(searched.hits.read_bytes()[:500])
    process.stdin.flush()
    wait_until(lambda: catches_interrupts(process.pid))
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=SECONDS_AT_MOST)
    assert (process.returncode, out) == (130, b"")
    assert err.decode().splitlines()[-1] == "specbridge: interrupted; nothing was published"
    assert names_in(tmp_path) == []
