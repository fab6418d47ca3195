"""FastEI's libraries of predicted spectra of electron ionisation, which are SQLite databases."""

import gzip
import json
import sqlite3
import stat

import pytest

from cli_support import names_in, read_bytes, read_table, specbridge, succeed

ANILINE, TOLUENE = "Nc1ccccc1", "Cc1ccccc1"
COLUMNS = "COMPID TEXT, SMILES TEXT, EXACTMOLWT REAL, MZS TEXT, INTENSITYS TEXT"
ROWS = [("E1", ANILINE, 93.0578, "[39.0, 66.0, 93.0]", "[0.12, 0.33, 1.0]"),
        ("E2", TOLUENE, 92.0626, "[39.0, 65.0, 91.0, 92.0]", "[0.11, 0.12, 1.0, 0.64]")]
QUERY = "Name: q\nInstrument_type: EI-B\nNum Peaks: 3\n39 120\n66 330\n93 999\n"


@pytest.fixture
def made(tmp_path):
    """Makes a database of rows."""
    def make(rows=ROWS, columns=COLUMNS, table="IN_SILICO_LIBRARY", name="IN_SILICO_LIBRARY.db"):
        with sqlite3.connect(tmp_path / name) as database:
            database.execute(f"CREATE TABLE {table} ({columns})")
            places = ", ".join("?" * len(columns.split(",")))
            database.executemany(f"INSERT INTO {table} VALUES ({places})", rows)
        database.close()
        return tmp_path / name
    return make


def checked(path):
    return json.loads(succeed("check", path, "--json").out)


def test_rows_make_a_library_that_is_searched(made, tmp_path):
    succeed("index", "--spectra", made(), "-o", tmp_path / "lib")
    (tmp_path / "q.msp").write_text(QUERY)
    succeed("search", tmp_path / "q.msp", "--spectral-library", tmp_path / "lib", "-o", tmp_path / "hits.tsv")
    best = read_table(tmp_path / "hits.tsv")[0]
    assert (best["smiles"], best["library_spectrum"], best["match_factor"]) == (ANILINE, "E1", "999")


def test_the_mass_that_a_row_states_is_that_of_its_molecule(made, tmp_path):
    succeed("index", "--spectra", made(), "-o", tmp_path / "lib")
    (tmp_path / "q.msp").write_text(QUERY.replace("EI-B\n", "EI-B\nMW: 92\n"))
    succeed("search", tmp_path / "q.msp", "--spectral-library", tmp_path / "lib", "--mass", "0.5Da", "--min-score", 0,
            "-o", tmp_path / "hits.tsv")
    assert [row["smiles"] for row in read_table(tmp_path / "hits.tsv")] == [TOLUENE]


def test_a_table_without_masses_and_with_numbers_for_names_is_read(made, tmp_path):
    path = made([(7, ANILINE, "[39, 66, 93]", "[1, 2, 9]")],
                "COMPID INTEGER, SMILES TEXT, MZS TEXT, INTENSITYS TEXT")
    said = json.loads(succeed("index", "--spectra", path, "-o", tmp_path / "lib", "--json").out)
    assert (said["spectra"], said["electron_spectra"]) == (1, 1)


def test_rows_come_in_their_order_whatever_was_deleted(made, tmp_path):
    path = made([(f"E{i}", ANILINE, 93.0, "[39.0]", "[1.0]") for i in range(6)])
    with sqlite3.connect(path) as database:
        database.execute("DELETE FROM IN_SILICO_LIBRARY WHERE COMPID IN ('E1', 'E3')")
    database.close()
    succeed("render", path, "-o", tmp_path / "words.tsv")
    assert [row["query_id"] for row in read_table(tmp_path / "words.tsv")] == ["E0", "E2", "E4", "E5"]


@pytest.mark.parametrize("masses,heights,problem", [
    ("[39.0, x]", "[1.0, 2.0]", 'found "x" among mzs and intensities'),
    ("[39.0, 40.0]", "[1.0]", "the row has 2 mzs and 1 intensities"),
    ("[" + "1.5, " * 300000 + "1]", "[1.0]", "a cell of the row is larger than 1 MiB")])
def test_a_row_that_cannot_be_read_is_named_and_reading_goes_on(made, tmp_path, masses, heights, problem):
    path = made([("bad", ANILINE, 93.0, masses, heights), *ROWS])
    succeed("render", path, "-o", tmp_path / "words.tsv")
    rows = read_table(tmp_path / "words.tsv")
    assert [row["status"] for row in rows] == ["bad_record", "ok", "ok"]
    assert f"{path}:1: {problem}" in rows[0]["message"]


def test_rows_without_values_say_what_is_missing(made):
    found = checked(made([(None, None, None, None, None), *ROWS]))
    [file] = found["files"]
    assert (file["format"], file["spectra"]) == ("fastei", 3)


def test_another_database_is_refused(made, refused):
    path = made([], "A TEXT", "other")
    refused(3, f"{path}: is an SQLite database without a table IN_SILICO_LIBRARY of FastEI; expected its columns "
            "COMPID, SMILES, MZS and INTENSITYS", "index", "--spectra", path)


def test_a_damaged_database_is_refused(made, tmp_path):
    path = made([(f"E{i}", ANILINE, 93.0, "[39.0, 66.0]", "[1.0, 0.5]") for i in range(2000)])
    raw = bytearray(path.read_bytes())
    raw[4096:] = bytes([255]) * (len(raw) - 4096)
    path.write_bytes(raw)
    result = specbridge("index", "--spectra", path, "-o", tmp_path / "lib")
    assert result.code == 3 and "the SQLite database cannot be read" in result.err and "lib" not in names_in(tmp_path)


def test_a_database_that_breaks_off_is_refused(made, tmp_path):
    path = made([(f"E{i}", ANILINE, 93.0, "[39.0, 66.0]", "[1.0, 0.5]") for i in range(2000)])
    path.write_bytes(path.read_bytes()[:3 * 4096])
    result = specbridge("index", "--spectra", path, "-o", tmp_path / "lib")
    assert result.code == 3 and str(path) in result.err


def test_a_compressed_database_and_one_from_standard_input_are_read_as_the_file(made, tmp_path):
    path = made()
    succeed("render", path, "-o", tmp_path / "words.tsv")
    packed = tmp_path / "packed.db.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    succeed("render", packed, "-o", tmp_path / "packed.tsv")
    succeed("render", "-", "-o", tmp_path / "piped.tsv", stdin=path.read_bytes())
    words = read_bytes(tmp_path / "words.tsv")
    assert words == read_bytes(tmp_path / "packed.tsv") == read_bytes(tmp_path / "piped.tsv")


def test_the_database_is_not_changed_and_nothing_is_left_beside_it(made, tmp_path):
    path = made(name="a b?%23#.db")
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA journal_mode = WAL")
    database.close()
    path.chmod(stat.S_IRUSR)
    before, names = path.read_bytes(), names_in(tmp_path)
    assert checked(path)["files"][0]["spectra"] == 2
    assert (path.read_bytes(), names_in(tmp_path)) == (before, names)


def test_a_split_writes_its_records_as_mgf(made, tmp_path):
    rows = [(f"E{i}", smiles, 1.0, "[39.0, 66.0]", "[1.0, 0.5]")
            for i, smiles in enumerate([ANILINE, TOLUENE, "CCO", "CCCO", "CCCCO", "c1ccccc1"])]
    succeed("split", made(rows), "--by", "structure", "--parts", "1:1", "-o", tmp_path / "parts")
    parts = [path for path in (tmp_path / "parts").iterdir() if ".mgf" in path.name]
    texts = "".join(read_bytes(path).decode() for path in parts)
    assert len(parts) == 2 and texts.count("BEGIN IONS") == 6 and texts.count("IONIZATION=EI") == 6
