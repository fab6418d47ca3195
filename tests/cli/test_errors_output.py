"""Outputs that cannot be written: exit code 5 before any work, one line, and what is there stays as it is."""

import shutil

import pytest

from cli_support import DATA, contents, names_in, specbridge

QUERIES = DATA / "query.mgf"


@pytest.fixture(params=["search", "train", "index", "eval", "make-encoder"])
def command(request, made, train_with):
    """Every command that writes, without its output."""
    return {"search": ("search", QUERIES, "--model", made.model["morgan"], "--library", made.library["morgan"]),
            "train": train_with(), "index": ("index", DATA / "molecules.tsv", "--encoder", made.encoder["morgan"]),
            "eval": ("eval", "--model", made.model["morgan"], "--spectra", made.spectra, "--candidates", made.pools),
            "make-encoder": ("make-encoder", "morgan", "--dim", 8, "--molecules", DATA / "molecules.tsv"),
            }[request.param]


@pytest.fixture
def write_output(command, made):
    """Writes at the place of an output what the command may replace: a hits file, or a folder of its kind."""
    def write(out):
        if command[0] == "search":
            out.write_text("mine")
        elif command[0] == "eval":
            out.mkdir()
            (out / "report.json").write_text("mine")
        else:
            kind = {"train": made.model, "index": made.library, "make-encoder": made.encoder}[command[0]]
            shutil.copytree(kind["morgan"], out)
        return contents(out.parent)
    return write


def test_an_output_that_exists_is_refused_and_stays(command, write_output, tmp_path):
    before = write_output(tmp_path / "out")
    result = specbridge(*command, "-o", tmp_path / "out")
    assert (result.code, result.out, result.err) == (
        5, "", f"specbridge: {tmp_path / 'out'}: exists already; choose another name or replace it with --force\n")
    assert contents(tmp_path) == before


def test_force_leaves_a_folder_of_somebody_else(command, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out/mine.txt").write_text("mine")
    result = specbridge(*command, "-o", tmp_path / "out", "--force")
    found = ("is a folder; expected the name of a file to write" if command[0] == "search" else
             "is not an output of specbridge, --force does not replace it; choose another name")
    assert (result.code, result.out, result.err) == (5, "", f"specbridge: {tmp_path / 'out'}: {found}\n")
    assert contents(tmp_path) == {"out/mine.txt": b"mine"}


@pytest.mark.parametrize("options, name, advice", [
    (("-o", "hits.ods"), "hits.ods", "name it hits.tsv, spreadsheets open it"),
    (("-o", "hits.feather"), "hits.feather", "name it hits.tsv, convert it afterwards"),
    (("-o", "hits.tsv", "--rejects", "no.XLSX"), "no.XLSX", "name it no.tsv, spreadsheets open it")])
def test_a_table_is_not_written_under_a_name_that_promises_another_format(made, tmp_path, options, name, advice):
    options = [tmp_path / option if "." in option else option for option in options]
    result = specbridge("search", QUERIES, "--model", made.model["morgan"], "--library", made.library["morgan"],
                        *options)
    ending = (tmp_path / name).suffix.lower()
    assert (result.code, result.err) == (2, f"specbridge: {tmp_path / name}: a table separated by tabs is written, no "
                                            f"{ending} file; {advice}\n")
    assert names_in(tmp_path) == []


@pytest.mark.parametrize("options, name, found", [
    (("-o", "query.mgf"), "query.mgf", "is an input and would be replaced; name another output"),
    (("-o", "hits.tsv", "--rejects", "query.mgf"), "query.mgf",
     "is an input and would be replaced; name another output"),
    (("-o", "hits.tsv", "--rejects", "hits.tsv"), "hits.tsv", "is to hold two outputs; name a file for each"),
    (("-o", "hits.tsv", "--run-json", "hits.tsv"), "hits.tsv",
     "is to hold two outputs; name a file for each"),
])
def test_an_output_is_neither_an_input_nor_another_output(made, tmp_path, options, name, found):
    (tmp_path / "query.mgf").write_bytes(QUERIES.read_bytes())
    options = [tmp_path / option if "." in option else option for option in options]
    result = specbridge("search", tmp_path / "query.mgf", "--model", made.model["morgan"], "--library",
                        made.library["morgan"], *options, "--force")
    assert (result.code, result.out, result.err) == (2, "", f"specbridge: {tmp_path / name}: {found}\n")
    assert contents(tmp_path) == {"query.mgf": QUERIES.read_bytes()}


@pytest.mark.parametrize("option", ["--rejects", "--run-json"])
def test_standard_output_is_for_hits(made, tmp_path, option):
    result = specbridge("search", QUERIES, "--model", made.model["morgan"], "--library", made.library["morgan"],
                        "-o", tmp_path / "hits.tsv", option, "-")
    assert (result.code, result.err) == (
        2, "specbridge: search: only --out can be -; name a file for --rejects and --run-json\n")


def test_a_folder_that_does_not_exist(command, tmp_path):
    result = specbridge(*command, "-o", tmp_path / "none/out")
    assert (result.code, result.out, result.err) == (
        5, "", f"specbridge: {tmp_path / 'none/out'}: the folder {tmp_path / 'none'} does not exist\n")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_without_permission_to_write(not_root, command, tmp_path):
    (tmp_path / "locked").mkdir(mode=0o555)
    result = specbridge(*command, "-o", tmp_path / "locked/out")
    assert (result.code, result.out, result.err) == (
        5, "", f"specbridge: {tmp_path / 'locked'}: cannot be written (Permission denied)\n")


def test_force_replaces_what_is_there_when_the_work_is_done(command, write_output, tmp_path):
    before = write_output(tmp_path / "out")
    result = specbridge(*command, "-o", tmp_path / "out", "--force")
    assert result.code == 0, result.err
    assert names_in(tmp_path) == (["out", "out.run.json"] if command[0] == "search" else ["out"])
    assert contents(tmp_path).values() != before.values()


def test_a_failing_run_with_force_keeps_what_is_there(made, tmp_path):
    (tmp_path / "bad.mgf.gz").write_bytes((DATA / "val.mgf.gz").read_bytes()[:30000])
    (tmp_path / "outputs").mkdir()
    (tmp_path / "outputs/hits.tsv").write_text("mine")
    result = specbridge("search", tmp_path / "bad.mgf.gz", "--model", made.model["morgan"], "--library",
                        made.library["morgan"], "-o", tmp_path / "outputs/hits.tsv", "--force")
    assert result.code == 3
    assert contents(tmp_path / "outputs") == {"hits.tsv": b"mine"}


def test_a_failing_index_with_force_keeps_the_library(made, tmp_path):
    (tmp_path / "bad.smi.gz").write_bytes((DATA / "library.smi.gz").read_bytes()[:20000])
    shutil.copytree(made.library["morgan"], tmp_path / "outputs/library")
    before = contents(tmp_path / "outputs")
    result = specbridge("index", tmp_path / "bad.smi.gz", "--encoder", made.encoder["morgan"], "-o",
                        tmp_path / "outputs/library", "--force")
    assert result.code == 3
    assert contents(tmp_path / "outputs") == before
