"""search --keep: which of the columns that index kept are shown."""

import pytest

from cli_support import DATA, names_in, read_bytes, read_table, specbridge, succeed


@pytest.fixture(scope="module")
def library(made, tmp_path_factory):
    """A library that keeps CAS numbers, a column with a comma in its name, and uses."""
    folder = tmp_path_factory.mktemp("kept")
    lines = ["id\tsmiles\tCAS\ta,b\tUse"]
    for i, line in enumerate(read_bytes(DATA / "library.smi.gz").decode().splitlines()):
        lines.append(f"{line}\t50-00-{i}\tx{i}\tuse {i}")
    (folder / "library.tsv").write_text("\n".join(lines) + "\n")
    succeed("index", folder / "library.tsv", "--model", made.model["morgan"], "-o", folder / "library", "--keep", "CAS",
            "--keep", "a,b", "--keep", "Use")
    return folder / "library"


@pytest.fixture
def columns(made, library, tmp_path):
    """The further columns of a search, and its rows."""
    def run(*options):
        out = tmp_path / f"hits{len(names_in(tmp_path))}.tsv"
        succeed("search", DATA / "query.mgf", "--model", made.model["morgan"], "--library", library, "-o", out,
                *options)
        rows = read_table(out)
        return [name for name in rows[0] if name.startswith("keep.")], rows
    return run


def test_all_columns_are_shown_unless_some_are_named(columns):
    names, rows = columns()
    assert names == ["keep.CAS", "keep.a,b", "keep.Use"]
    assert list(rows[0])[-3:] == names


@pytest.mark.parametrize("options, expected", [
    (("--keep", "use"), ["keep.Use"]), (("--keep", "Use", "--keep", "CAS"), ["keep.Use", "keep.CAS"]),
    (("--keep", "Use, cas"), ["keep.Use", "keep.CAS"]), (("--keep=a,b",), ["keep.a,b"]),
    (("--keep", "CAS,CAS", "--keep", "cas"), ["keep.CAS"])])
def test_those_that_are_named_are_shown_in_their_order(columns, options, expected):
    names, rows = columns(*options)
    assert names == expected
    whole = columns()[1]
    assert rows == [{name: cell for name, cell in row.items() if not name.startswith("keep.") or name in expected}
                    for row in whole]


@pytest.mark.parametrize("keep, kind, complaint", [
    ("CAS,Uses", "library", "--keep Uses: {library} has no such column; it keeps \"CAS\", \"a,b\", \"Use\""),
    ("CAS", "bare", "--keep CAS: {library} has no such column; it keeps none; build it with specbridge index --keep "
                    "COLUMN")])
def test_a_column_that_the_library_lacks_is_refused_with_those_it_has(made, library, tmp_path, keep, kind, complaint):
    given = library if kind == "library" else made.library["morgan"]
    result = specbridge("search", DATA / "query.mgf", "--model", made.model["morgan"], "--library", given, "-o",
                        tmp_path / "hits.tsv", "--keep", keep)
    assert (result.code, result.err) == (2, f"specbridge: {complaint.format(library=given)}\n")
    assert names_in(tmp_path) == []


def test_candidates_of_a_file_have_no_columns(made, tmp_path):
    result = specbridge("search", made.spectra, "--model", made.model["morgan"], "--candidates", made.pools, "-o",
                        tmp_path / "hits.tsv", "--keep", "CAS")
    assert (result.code, result.err) == (
        2, "specbridge: search: --keep shows columns of a library; candidates of a file have none\n")
