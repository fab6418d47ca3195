"""A folder of spectra: what in it is passed over, and what becomes of a search when one of its files is damaged."""

import gzip
import os

import pytest

from cli_support import by_query, names_in, read_json, read_table, specbridge, spectrum, succeed, write_records

CAFFEINE = dict(PRECURSOR_MZ=195.0877, ADDUCT="[M+H]+")


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "runs"
    folder.mkdir()
    for name in ("a", "d"):
        write_records(folder / f"{name}.mgf", [spectrum(SPECTRUM_ID=name, RTINSECONDS=90.5, **CAFFEINE)])
    return folder


@pytest.fixture
def search(made, tmp_path):
    return lambda *inputs: ("search", *inputs, "--model", made.model["morgan"], "--library", made.library["morgan"],
                            "-k", 1, "-o", tmp_path / "hits.tsv")


def cut_file(path):
    records = "".join(spectrum(SPECTRUM_ID=f"cut{i}", TITLE=os.urandom(400).hex(), **CAFFEINE) for i in range(400))
    raw = gzip.compress(records.encode())
    path.write_bytes(raw[:len(raw) // 2])
    return path


def test_links_that_lead_nowhere_are_named(search, folder):
    (folder / "dangling.mgf").symlink_to(folder / "gone.mgf")
    (folder / "circle.mgf").symlink_to(folder / "circle.mgf")
    named = f"{folder}: links that lead to no file are passed over: circle.mgf, dangling.mgf"
    assert named in succeed(*search(folder)).err
    assert named in succeed("check", folder).err


def test_a_folder_of_links_that_lead_nowhere_has_no_spectra(search, tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty/a.mgf").symlink_to(tmp_path / "gone.mgf")
    result = specbridge(*search(tmp_path / "empty"))
    assert result.code == 3
    assert "links that lead to no file are passed over: a.mgf" in result.err
    assert f"{tmp_path / 'empty'}: is a folder without spectra" in result.err


def test_a_pipe_in_a_folder_is_named_and_does_not_hang_the_run(search, folder):
    os.mkfifo(folder / "pipe.mgf")
    assert f"{folder}: what is no file is passed over: pipe.mgf" in succeed(*search(folder)).err


@pytest.mark.parametrize("damage", ["cut", "garbage", "records"])
def test_one_damaged_file_of_a_folder_does_not_end_a_search(search, folder, tmp_path, damage):
    path = folder / "c.mgf.gz"
    if damage == "cut":
        cut_file(path)
    else:
        path.write_bytes(b"\x1f\x8b\x08 no gzip" if damage == "garbage" else b"BEGIN IONS\nPEPMASS=x\nEND IONS\n")
    result = succeed(*search(folder))
    rows = by_query(read_table(tmp_path / "hits.tsv"))
    run = read_json(tmp_path / "hits.tsv.run.json")
    assert (rows[0][0]["query_id"], rows[max(rows)][0]["query_id"]) == ("a", "d")
    assert [file.get("error", "").startswith(str(path)) for file in run["files"]] == [False, True, False]
    assert run["damaged_files"] == 1
    assert run["queries"] == len(rows) == sum(file["queries"] for file in run["files"])
    assert run["files"][1]["error"] in result.err
    assert "1 of 3 files could not be read to their end" in result.err


@pytest.mark.parametrize("option", [("--strict",), ("--max-errors", 5)])
def test_a_damaged_file_ends_a_run_that_allows_no_more_errors(search, folder, tmp_path, option):
    cut_file(folder / "c.mgf.gz")
    result = specbridge(*search(folder), *option)
    assert (result.code, result.out) == (3, "")
    assert "the gzip stream ends too early" in result.err
    assert "hits.tsv" not in names_in(tmp_path)


def test_a_damaged_file_that_was_named_ends_the_run(search, folder, tmp_path):
    result = specbridge(*search(folder / "a.mgf", cut_file(tmp_path / "c.mgf.gz")))
    assert (result.code, "hits.tsv" in names_in(tmp_path)) == (3, False)


def test_a_folder_of_which_nothing_can_be_read_is_refused(search, tmp_path):
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad/a.mgf.gz").write_bytes(b"\x1f\x8b\x08 no gzip")
    result = specbridge(*search(tmp_path / "bad"))
    assert (result.code, "hits.tsv" in names_in(tmp_path)) == (3, False)
    assert str(tmp_path / "bad/a.mgf.gz") in result.err


def test_the_table_says_which_file_a_query_is_from_where_there_are_several(search, folder, tmp_path):
    succeed(*search(folder))
    rows = by_query(read_table(tmp_path / "hits.tsv"))
    assert [rows[i][0]["file"] for i in (0, 1)] == [str(folder / "a.mgf"), str(folder / "d.mgf")]
    succeed(*search(folder / "a.mgf"), "--force")
    assert "file" not in read_table(tmp_path / "hits.tsv")[0]


def test_the_table_says_when_a_query_eluted_and_what_the_encoder_saw(search, folder, tmp_path):
    write_records(folder / "e.mgf", [spectrum(peaks="\n".join(f"{50 + i}.5 {i + 1}" for i in range(100)), **CAFFEINE),
                                     spectrum(peaks="", RTINSECONDS=60, **CAFFEINE)])
    succeed(*search(folder))
    rows = by_query(read_table(tmp_path / "hits.tsv"))
    assert [(rows[i][0]["retention_time"], rows[i][0]["peaks_used"]) for i in range(4)] == [
        ("90.500", "2"), ("90.500", "2"), ("", "60"), ("60.000", "")]
