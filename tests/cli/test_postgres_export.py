"""export writes a library into PostgreSQL whole or not at all; what is damaged there is found."""

import json
from types import SimpleNamespace

import pytest

from cli_support import names_in, read_records, read_table, specbridge, wait_until, write_records

PART_ROWS = 40


def test_every_molecule_lies_in_the_database_in_order_of_mass(library, database):
    said = json.loads(database.export(library, "--part-rows", PART_ROWS, "--json").out)
    assert said["written"] == said["parts"] > 10
    rows = database.sql("SELECT count(*), min(row), max(row), count(DISTINCT smiles) FROM specbridge.molecules")
    assert rows == [f"{said['molecules']}|0|{said['molecules'] - 1}|{said['molecules']}"]
    ordered = database.sql("SELECT bool_and(ordered) FROM (SELECT mass >= lag(mass) OVER (ORDER BY row) AS ordered "
                           "FROM specbridge.molecules) AS each")
    assert ordered == ["t"]
    kept_apart = database.sql("SELECT mass FROM specbridge.molecules GROUP BY mass HAVING count(DISTINCT tableoid) > 1")
    assert kept_apart == []
    assert database.sql("SELECT rows, dim, published_at IS NOT NULL FROM specbridge.library") == [
        f"{said['molecules']}|64|t"]
    lengths = database.sql("SELECT max(abs(1 - l2_norm(vector))) < 0.001 FROM specbridge.molecules")
    assert lengths == ["t"]


def test_molecules_are_those_of_the_library(library, database, searched, made):
    assert database.export(library, "--part-rows", PART_ROWS).code == 0
    hits = read_table(searched(library, "local"))
    for hit in [row for row in hits if row["rank"] == "1"][:20]:
        found = database.sql("SELECT id, left(inchikey, 14), formula, charge FROM specbridge.molecules WHERE smiles = "
                             f"'{hit['smiles']}'")
        assert [row.rsplit("|", 1)[0] for row in found] == [
            f"{hit['library_id']}|{hit['inchikey14']}|{hit['formula']}"]


def test_ranks_in_the_database_differ_from_float32_by_rounding_only(library, database, searched):
    assert database.export(library, "--part-rows", PART_ROWS).code == 0
    local, there = (read_table(searched(place, name, "-k", 0, "--rank-by", "cosine"))
                    for place, name in ((library, "local"), (database.address(), "there")))
    scores = {(row["query_index"], row["smiles"]): float(row["score"]) for row in local if row["rank"]}
    found = {(row["query_index"], row["smiles"]): float(row["score"]) for row in there if row["rank"]}
    assert scores.keys() == found.keys()
    assert all(abs(found[key] - score) < 0.002 for key, score in scores.items())


def test_a_second_export_reads_all_back_and_writes_nothing(library, database):
    first = json.loads(database.export(library, "--part-rows", PART_ROWS, "--json").out)
    again = database.export(library, "--part-rows", PART_ROWS, "--json")
    assert (again.code, json.loads(again.out)["written"]) == (0, 0)
    assert json.loads(again.out)["kept"] == first["parts"]


def test_another_library_needs_force_or_a_schema_of_its_own(made, library, database, searched):
    other = made.library["roberta"]
    assert database.export(library).code == 0
    refused = database.export(other)
    assert refused.code == 5
    assert "holds another library already" in refused.err and "--force" in refused.err
    assert refused.err.count("\n") == 1
    assert database.export(other, schema="second").code == 0
    assert database.export(other, "--force").code == 0
    assert database.sql("SELECT count(*) FROM specbridge.library") == ["1"]
    tables = database.sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'specbridge' AND tablename ~ "
                          "'^molecules_'")
    assert tables == ["1"]
    searched(database.address(schema="second"), "second", model=made.model["roberta"])


def test_a_table_of_somebody_else_is_not_replaced(library, database):
    database.sql("CREATE SCHEMA lab; CREATE TABLE lab.molecules (mine text)")
    refused = database.export(library, "--force", schema="lab")
    assert (refused.code, refused.err.count("\n")) == (5, 1)
    assert 'has a table "molecules" that this program did not write' in refused.err
    assert database.sql("SELECT count(*) FROM lab.molecules") == ["0"]


# --------------------------------------------------------------------------------------------------------------------
# Interrupted and damaged

SLEEPING = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep'"


def slow_part(database, before, part):
    """Exports a library, and makes sure that the next export does not get beyond a part."""
    assert database.export(before).code == 0
    database.sql("CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN PERFORM pg_sleep(1000); RETURN "
                 f"NEW; END$$; CREATE TRIGGER wait BEFORE INSERT ON specbridge.parts FOR EACH ROW WHEN (NEW.part = "
                 f"{part}) EXECUTE FUNCTION wait()")


@pytest.fixture
def interrupted(made, library, database):
    """An export of one library over another that was killed when three parts were whole."""
    slow_part(database, made.library["roberta"], 3)
    process = database.start("export", library, "--to", database.address(), "--part-rows", PART_ROWS, "--force")
    wait_until(lambda: database.sql(SLEEPING))
    process.kill()
    process.communicate()
    database.sql(f"SELECT pg_terminate_backend(pid) FROM ({SLEEPING}) AS one")
    database.wait_for_connections(0)
    database.sql("DROP TRIGGER wait ON specbridge.parts")
    return SimpleNamespace(before=made.library["roberta"])


def test_a_killed_export_goes_on_where_it_was(interrupted, library, database):
    said = json.loads(database.export(library, "--part-rows", PART_ROWS, "--force", "--json").out)
    assert (said["kept"], said["written"]) == (3, said["parts"] - 3)
    assert database.sql("SELECT count(*), max(row) FROM specbridge.molecules") == [
        f"{said['molecules']}|{said['molecules'] - 1}"]


def test_until_it_is_whole_the_library_before_answers(interrupted, library, database, searched, made):
    model = made.model["roberta"]
    before = searched(database.address(), "before", model=model)
    assert database.export(library, "--part-rows", PART_ROWS, "--force").code == 0
    searched(database.address(), "after")
    gone = specbridge("search", made.spectra, "--model", model, "--library", database.address(), "-o",
                      before.parent / "gone.tsv")
    assert gone.code == 4 and "was made with molecule encoder" in gone.err


def test_what_was_never_whole_cannot_be_searched(library, database, made, tmp_path):
    assert database.export(library, "--part-rows", PART_ROWS).code == 0
    database.sql("UPDATE specbridge.library SET published_at = NULL")
    result = specbridge("search", made.spectra, "--model", made.model["morgan"], "--library", database.address(), "-o",
                        tmp_path / "hits.tsv")
    assert (result.code, result.err.count("\n"), names_in(tmp_path)) == (4, 1, [])
    assert "holds no library that is whole; write one with specbridge export" in result.err


DAMAGE = {"another SMILES": ("SET smiles = 'C' WHERE row = {row}", "row {row} is damaged"),
          "another mass": ("SET mass = mass * (1 + 1e-12) WHERE row = {row}", "row {row} is damaged"),
          "another vector": ("SET vector = (SELECT vector FROM specbridge.molecules WHERE row = {row} + 1) WHERE row = "
                             "{row}", "row {row} is damaged")}


@pytest.fixture
def first_hit(library, searched, made, tmp_path):
    """A spectrum whose mass window holds a molecule, which one it is, and its row in a database."""
    hit = next(row for row in read_table(searched(library, "first", "-k", 1)) if row["rank"] == "1")
    [record] = [record for i, record in enumerate(read_records(made.spectra)) if str(i) == hit["query_index"]]
    spectra = write_records(tmp_path / "one.mgf", [record])
    (tmp_path / "first.tsv").unlink()
    (tmp_path / "first.tsv.run.json").unlink()
    return SimpleNamespace(spectra=spectra, smiles=hit["smiles"], record=record)


def search_one(first_hit, database, made, tmp_path):
    return specbridge("search", first_hit.spectra, "--model", made.model["morgan"], "--library", database.address(),
                      "-o", tmp_path / "hits.tsv")


@pytest.mark.parametrize("kind_of_damage", DAMAGE)
def test_a_damaged_row_is_found(library, database, made, first_hit, tmp_path, kind_of_damage):
    change, message = DAMAGE[kind_of_damage]
    assert database.export(library, "--part-rows", PART_ROWS).code == 0
    [row] = database.sql(f"SELECT row FROM specbridge.molecules WHERE smiles = '{first_hit.smiles}'")
    database.sql("UPDATE specbridge.molecules " + change.format(row=row))
    result = search_one(first_hit, database, made, tmp_path)
    assert (result.code, result.err.count("\n"), names_in(tmp_path)) == (4, 1, ["one.mgf"])
    assert message.format(row=row) in result.err
    refused = database.export(library, "--part-rows", PART_ROWS)
    assert refused.code == 5 and message.format(row=row) in refused.err
    mended = database.export(library, "--part-rows", PART_ROWS, "--force", "--json")
    assert (mended.code, json.loads(mended.out)["written"]) == (0, 1)
    assert search_one(first_hit, database, made, tmp_path).code == 0


def test_a_row_that_is_gone_is_missed(library, database, made, first_hit, tmp_path):
    assert database.export(library, "--part-rows", PART_ROWS).code == 0
    [row] = database.sql(f"SELECT row FROM specbridge.molecules WHERE smiles = '{first_hit.smiles}'")
    database.sql(f"DELETE FROM specbridge.molecules WHERE row = {int(row) - 1}")
    result = search_one(first_hit, database, made, tmp_path)
    assert (result.code, names_in(tmp_path)) == (4, ["one.mgf"])
    assert f"row {int(row) - 1} is missing" in result.err
    assert database.export(library, "--part-rows", PART_ROWS, "--force").code == 0
    assert search_one(first_hit, database, made, tmp_path).code == 0


def test_a_part_that_lost_rows_before_the_export_went_on_is_written_again(interrupted, library, database):
    [table] = database.sql("SELECT format('specbridge.molecules_%s_00001', key) FROM specbridge.library WHERE "
                           "published_at IS NULL")
    database.sql(f"DELETE FROM {table} WHERE row % 2 = 0")
    said = database.export(library, "--part-rows", PART_ROWS, "--force", "--json")
    assert "part 1 has" in said.err and "it is written again" in said.err
    assert json.loads(said.out)["kept"] == 2


def test_a_server_that_goes_away_ends_the_search_with_one_line(library, database, made, postgres, tmp_path):
    assert database.export(library, "--part-rows", PART_ROWS).code == 0
    process = database.start("search", "-", "--model", made.model["morgan"], "--library", database.address(), "-o",
                             tmp_path / "hits.tsv", stdin=-1)
    database.wait_for_connections(1)
    postgres.stop("immediate")
    try:
        out, err = process.communicate(made.spectra.read_bytes())
    finally:
        postgres.start()
    assert (process.returncode, out, err.count(b"\n")) == (4, b"", 1)
    assert b"the connection was lost" in err
    assert names_in(tmp_path) == []


def test_a_server_that_goes_away_ends_the_export_with_one_line(library, database, postgres):
    process = database.start("export", library, "--to", database.address(), "--part-rows", 1)
    wait_until(lambda: database.sql("SELECT to_regclass('specbridge.parts')") != [""] and
               int(database.sql("SELECT count(*) FROM specbridge.parts")[0]) > 2)
    postgres.stop("immediate")
    out, err = process.communicate()
    postgres.start()
    assert (process.returncode, out) == (4, b"")
    assert err.splitlines()[-1].startswith(b"specbridge: postgresql://postgres@/lab_")
    assert database.sql("SELECT count(published_at) FROM specbridge.library") == ["0"]
    said = json.loads(database.export(library, "--part-rows", 1, "--json").out)
    assert said["kept"] > 2


def test_two_exports_to_one_schema_do_not_mix(made, library, database):
    slow_part(database, made.library["roberta"], 0)
    process = database.start("export", library, "--to", database.address(), "--force")
    wait_until(lambda: database.sql(SLEEPING))
    result = database.export(library, "--force")
    assert (result.code, result.err.count("\n")) == (4, 1)
    assert "somebody else is exporting to schema" in result.err
    database.sql(f"SELECT pg_cancel_backend(pid) FROM ({SLEEPING}) AS one")
    out, err = process.communicate()
    assert (process.returncode, err.count(b"\n")) == (4, 1)
    assert b"canceling statement due to user request" in err
