"""export puts a library into PostgreSQL, and search finds there what it finds in the directory: the same bytes."""

import csv
import re

import pytest

from cli_support import DATA, names_in, read_json, read_records, read_table, specbridge, succeed, write_records

PART_ROWS = 40
KEPT = 'Shelf "A"'


@pytest.fixture(scope="session")
def float16_library(made, tmp_path_factory):
    """A library whose vectors are float16, as those in the database are, with a column that it keeps."""
    folder = tmp_path_factory.mktemp("float16")
    listed = folder / "molecules.csv"
    with listed.open("w") as file:
        table = csv.writer(file)
        table.writerow(["id", "smiles", KEPT])
        for i, line in enumerate((DATA / "molecules.tsv").read_text().splitlines()):
            table.writerow([*line.split("\t"), f"shelf {i % 7}"])
    succeed("index", DATA / "library.smi.gz", listed, "--model", made.model["morgan"], "--rows", "f16", "--keep", KEPT,
            "-o", folder / "library")
    return folder / "library"


WAYS = {"mass window": (), "wide windows": ("--tolerance", "0.3Da"), "one thread": ("--threads", 1),
        "all candidates": ("-k", 0), "formula of each record": ("--formula",),
        "merged features": ("--merge", "feature"), "few at a time": ("--batch", 7), "a column": ("--keep", KEPT)}


@pytest.mark.parametrize("way", WAYS)
def test_a_search_in_the_database_writes_the_bytes_of_one_in_the_library(float16_library, database, searched, way):
    assert database.export(float16_library, "--part-rows", PART_ROWS).code == 0
    local = searched(float16_library, "local", *WAYS[way])
    assert searched(database.address(), "there", *WAYS[way]).read_bytes() == local.read_bytes()
    assert "ok" in {row["status"] for row in read_table(local)}


def test_one_formula_for_all_gives_the_same_bytes(float16_library, database, searched):
    assert database.export(float16_library, "--part-rows", PART_ROWS).code == 0
    [formula] = set(database.sql("SELECT formula FROM specbridge.molecules GROUP BY 1 ORDER BY count(*) DESC, 1 "
                                 "LIMIT 1"))
    for asked in (formula, "C99H2"):
        local = searched(float16_library, f"local-{asked}", f"--formula={asked}")
        assert searched(database.address(), f"there-{asked}", f"--formula={asked}").read_bytes() == local.read_bytes()


def test_windows_of_several_adducts_give_the_same_bytes(float16_library, database, made, searched, tmp_path):
    assert database.export(float16_library, "--part-rows", PART_ROWS).code == 0
    spectra = write_records(tmp_path / "q.mgf", [re.sub(r"^ADDUCT=.*\n", "", record, flags=re.MULTILINE)
                                                 for record in read_records(made.spectra)])
    more = ("--adducts", "[M+H]+,[M+Na]+,[M+NH4]+,[M-H]-,[M+H-H2O]+")
    local = searched(float16_library, "local", *more, spectra=spectra)
    assert any("candidates of [M+H]+, [M+Na]+" in row["message"] for row in read_table(local))
    assert searched(database.address(), "there", *more, spectra=spectra).read_bytes() == local.read_bytes()


def test_library_spectra_join_molecules_of_the_database(float16_library, database, made, searched, tmp_path):
    assert database.export(float16_library, "--part-rows", PART_ROWS).code == 0
    succeed("index", "--spectra", DATA / "train.mgf.gz", "--model", made.model["morgan"], "-o", tmp_path / "spectra")
    more = ("--spectral-library", tmp_path / "spectra")
    local = searched(float16_library, "local", *more)
    assert searched(database.address(), "there", *more).read_bytes() == local.read_bytes()


# --------------------------------------------------------------------------------------------------------------------
# Who may come in, and what is refused

@pytest.fixture
def reader(postgres, database):
    """A role that needs a password."""
    name = f"reader_{database.name}"
    postgres.sql(f"CREATE ROLE {name} LOGIN PASSWORD 'a secret/word'")
    yield name
    database.sql(f"DROP OWNED BY {name}")
    postgres.sql(f"DROP ROLE {name}")


def test_a_reader_with_the_rights_of_the_guide_can_search_and_no_more(library, database, reader, made, tmp_path):
    database.sql(f"CREATE SCHEMA specbridge; GRANT USAGE ON SCHEMA specbridge TO {reader}; ALTER DEFAULT PRIVILEGES IN "
                 f"SCHEMA specbridge GRANT SELECT ON TABLES TO {reader}")
    assert database.export(made.library["roberta"]).code == 0
    assert database.export(library, "--force").code == 0  # the rights are those of what takes its place, too
    out = tmp_path / "hits.tsv"
    for address, environment in ((database.address(reader, password="a%20secret%2Fword"), {}),
                                 (database.address(reader), {"PGPASSWORD": "a secret/word"}),
                                 (f"host={database.server.folder} dbname={database.name} user={reader} "
                                  "password='a secret/word'", {})):
        result = specbridge("search", made.spectra, "--model", made.model["morgan"], "--library", address, "-o", out,
                            "--force", "-v", **environment)
        assert result.code == 0, result.err
        assert "secret" not in result.err + out.read_text() + (tmp_path / "hits.tsv.run.json").read_text()
        assert read_json(tmp_path / "hits.tsv.run.json")["library"]["path"].count(reader) == 1
    refused = specbridge("export", library, "--to", database.address(reader, password="a%20secret%2Fword"), "--force")
    assert (refused.code, refused.err.count("\n")) == (4, 1)
    assert "permission denied" in refused.err and "secret" not in refused.err


REFUSED = {
    "password": (lambda database, reader: database.address(reader, password="wr0ng"),
                 'failed: FATAL:  password authentication failed for user "{reader}"; check the address, and that the '
                 "server runs and lets you in"),
    "database": (lambda database, reader: f"postgres://postgres@/nowhere?host={database.server.folder}",
                 'failed: FATAL:  database "nowhere" does not exist; check the address'),
    "server": (lambda database, reader: f"host={database.server.folder}/none dbname=lab",
               "failed: No such file or directory; check the address"),
    "schema": (lambda database, reader: database.address(schema="none"),
               'schema "none" holds no library that is whole'),
    "sign": (lambda database, reader: database.address(reader, password="wr0ng%zz"), "the address cannot be read"),
    "option": (lambda database, reader: database.address() + "&nonsense=1", "nonsense"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_where_there_is_no_library_one_line_says_so(database, reader, made, refused, what):
    address, message = REFUSED[what]
    result = specbridge("search", made.spectra, "--model", made.model["morgan"], "--library",
                        address(database, reader), "-o", made.folder / "refused.tsv")
    assert (result.code, result.out, result.err.count("\n")) == (4, "", 1)
    assert message.format(reader=reader) in result.err
    assert "wr0ng" not in result.err
    assert not (made.folder / "refused.tsv").exists()


def test_an_address_that_cannot_be_read_is_a_mistake_of_the_command_line(library, made, refused):
    words = ("the address of a database cannot be read; expected postgres://USER@HOST/DATABASE (in a user name or "
             "password, / is written %2F and @ is written %40) or \"host=HOST dbname=DATABASE\"")
    refused(2, words, "search", made.spectra, "--model", made.model["morgan"], "--library",
            "postgres://ada:se/cret@db/x")
    result = specbridge("export", library, "--to", "postgres://ada:se/cret@db/x")
    assert (result.code, result.err) == (2, f"specbridge: {words}\n")
    result = specbridge("export", library, "--to", "elsewhere/")
    assert (result.code, result.err) == (2, "specbridge: export: --to elsewhere/: expected postgres://USER@HOST/"
                                            "DATABASE or \"host=HOST dbname=DATABASE\"\n")


def test_an_open_search_stays_in_a_directory(made, refused):
    refused(2, "search: --open looks through a whole library, for which one in PostgreSQL has no index; name the "
               "library directory that it was exported from, or search by mass or --formula", "search", made.spectra,
            "--model", made.model["morgan"], "--library", "postgres://nowhere/x", "--open")


def test_a_database_without_pgvector_is_refused(library, database):
    database.sql("DROP EXTENSION vector")
    result = database.export(library)
    assert (result.code, result.err) == (
        4, f"specbridge: {database.address()}: the database has no extension \"vector\" (pgvector); have the server's "
           "administrator install it and run, in this database: CREATE EXTENSION vector\n")
    assert database.sql("SELECT to_regnamespace('specbridge')") == [""]


def test_a_pgvector_without_halfvec_is_refused(library, database):
    database.sql("ALTER EXTENSION vector DROP TYPE halfvec")  # as before 0.7.0
    database.sql("ALTER TYPE halfvec RENAME TO other")
    result = database.export(library)
    assert (result.code, result.err.count("\n")) == (4, 1)
    assert "has no type halfvec, expected 0.7.0 or newer" in result.err
    assert "ALTER EXTENSION vector UPDATE" in result.err


def test_the_library_of_another_encoder_is_refused(made, library, database, refused):
    assert database.export(library).code == 0
    model = made.model["roberta"]
    other = read_json(library / "manifest.json")["molecule_encoder_fingerprint"]
    own = read_json(made.library["roberta"] / "manifest.json")["molecule_encoder_fingerprint"]
    refused(4, f"{database.address()}: was made with molecule encoder {other[:12]}..., but {model} was trained for "
               f"{own[:12]}...; build the library again with specbridge index --model {model}", "search", made.spectra,
            "--model", model, "--library", database.address())


@pytest.mark.parametrize("column,value,message", [
    ("format_version", 2, "has format version 2, this program knows 1; use a newer specbridge"),
    ("standard_form", 99, "made with standard form 99 of molecules, this program has 2; use a newer specbridge"),
    ("rows", 5, "expected 5; export the library again with --force")])
def test_what_another_program_wrote_is_refused(made, library, database, tmp_path, column, value, message):
    assert database.export(library).code == 0
    database.sql(f"UPDATE specbridge.library SET {column} = {value}")
    result = specbridge("search", made.spectra, "--model", made.model["morgan"], "--library", database.address(), "-o",
                        tmp_path / "hits.tsv")
    assert (result.code, result.err.count("\n"), names_in(tmp_path)) == (4, 1, [])
    assert message in result.err
