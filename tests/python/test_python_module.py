"""python/specbridge: what it makes of tables and options; tests/cli/test_packages.py tries it with the program."""

import re
import stat
import sys
from pathlib import Path

import numpy
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "python"))
import specbridge  # noqa: E402
from specbridge import _program, _tables  # noqa: E402

HITS = ("query_id\tquery_index\trank\tscore\tsmiles\tstatus\tevidence.cosine\tkeep.CAS\n"
        "a\t0\t1\t0.51230425\tCCO\tok\t0.5\t64-17-5\n"
        'b\t1\t\t\t\tno_peaks\t\t"as it is\n')


@pytest.fixture
def program(tmp_path, monkeypatch):
    """Stands in for the program: does what a script of the shell says."""
    (tmp_path / "torch").mkdir()
    (tmp_path / "torch/libtorch_cpu.so").touch()
    monkeypatch.setenv("SPECBRIDGE_LIBTORCH", str(tmp_path / "torch"))
    monkeypatch.setattr(_program, "PROGRAM", tmp_path / "program")

    def does(script):
        (tmp_path / "program").write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / "program").chmod(0o755 | stat.S_IXUSR)

    return does


def test_columns_of_hits_are_arrays_in_their_order(tmp_path):
    (tmp_path / "hits.tsv").write_text(HITS)
    hits = specbridge.read_hits(tmp_path / "hits.tsv")
    assert list(hits) == HITS.split("\n")[0].split("\t")
    assert hits["query_index"].dtype == numpy.int64 and hits["query_index"].tolist() == [0, 1]
    assert hits["score"][0] == 0.51230425 and numpy.isnan(hits["score"][1]) and numpy.isnan(hits["rank"][1])
    assert hits["smiles"].tolist() == ["CCO", ""] and hits["keep.CAS"].tolist() == ["64-17-5", '"as it is']
    assert numpy.isnan(hits["evidence.cosine"][1])


def test_every_column_that_the_program_writes_numbers_into_is_one_of_numbers():
    written = (Path(__file__).parents[2] / "src/ranking/hits_table.cpp").read_text()
    names = set(re.findall(r'"(\w+)", CellKind::number\b', written))
    assert {"probability_present", "library_peaks", "candidates"} < names
    assert names <= _tables.NUMBERS | set(_tables.WHOLE)


def test_a_record_without_vector_has_the_row_minus_one(tmp_path):
    (tmp_path / "v.ids.tsv").write_text("query_id\tquery_index\trow\tstatus\na\t0\t0\tok\nb\t1\t\tno_peaks\n")
    assert specbridge.read_ids(tmp_path / "v.ids.tsv")["row"].tolist() == [0, -1]


@pytest.mark.parametrize("text, complaint", [("", "expected a table"), ("a\tb\n1\n", ":2: found 1 cells, expected 2")])
def test_what_is_no_table_is_refused(tmp_path, text, complaint):
    (tmp_path / "hits.tsv").write_text(text)
    with pytest.raises(ValueError, match=complaint):
        specbridge.read_hits(tmp_path / "hits.tsv")


def test_options_are_those_of_the_command_line():
    assert specbridge._words({"k": 5, "rank_by": "cosine", "open": True, "strict": False, "nprobe": None,
                              "keep": ["CAS", "use"]}) == ["-k", "5", "--rank-by=cosine", "--open", "--keep=CAS",
                                                           "--keep=use"]


def test_a_search_hands_over_words_and_reads_what_comes(program, tmp_path):
    program(f'printf "%s\\n" "$@" > {tmp_path}/words\nfor word; do out=$word; done\nprintf "a\\tb\\n1\\t2\\n" > "$out"')
    assert specbridge.search("q.mgf", library="lib", k=3)["b"].tolist() == ["2"]
    words = (tmp_path / "words").read_text().splitlines()
    assert words[:-1] == ["search", "q.mgf", "-k", "3", "--library=lib", "-o"]
    specbridge.search(iter([Path("a.mgf"), "b.mgf"]))
    assert (tmp_path / "words").read_text().splitlines()[:4] == ["search", "a.mgf", "b.mgf", "-o"]


def test_a_failure_is_the_programs_own_line_with_its_code(program):
    program('echo "warning: before" >&2; echo "specbridge: x.mgf: is empty" >&2; exit 3')
    with pytest.raises(specbridge.SpecbridgeError, match="^x.mgf: is empty$") as failure:
        specbridge.run("check", "x.mgf")
    assert failure.value.code == 3


def test_warnings_of_the_program_are_warnings_of_python(program):
    program('echo "warning: trained on simulated spectra" >&2; echo "done" >&2; echo out')
    with pytest.warns(UserWarning, match="^trained on simulated spectra$"):
        assert specbridge.run("info", "model") == "out\n"


def test_a_folder_without_libtorch_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("SPECBRIDGE_LIBTORCH", str(tmp_path))
    with pytest.raises(specbridge.SpecbridgeError, match="has no libtorch_cpu.so") as failure:
        specbridge.run("--version")
    assert failure.value.code == 4
