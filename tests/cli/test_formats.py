"""The same spectra give the same answers whatever file they come in."""

import gzip
from dataclasses import replace

import pytest

from cli_support import by_query, read_records, read_table, specbridge, spectrum, succeed, write_records
from format_support import WRITERS, records_of

pytestmark = pytest.mark.thorough


@pytest.fixture(scope="module")
def records(made):
    return records_of(read_records(made.spectra)[:25])


@pytest.fixture
def hits(made, tmp_path):
    """Searches; returns the bytes of the table."""
    def run(*inputs, stdin=None, options=()):
        succeed("search", *inputs, "--model", made.model["morgan"], "--library", made.library["morgan"], "-o",
                tmp_path / "hits.tsv", "-k", 3, "--force", *options, stdin=stdin)
        return (tmp_path / "hits.tsv").read_bytes()

    return run


def test_every_format_gives_byte_identical_hits(hits, records, tmp_path):
    tables = {}
    for name, write in WRITERS.items():
        (tmp_path / f"spectra.{name}").write_text(write(records))
        tables[name] = hits(tmp_path / f"spectra.{name}")
    assert tables["mgf"].count(b"\n") > 2 * len(records)
    assert {name for name in tables if tables[name] != tables["mgf"]} == set()


ODD_PEAKS = [("90.5", "nan"), ("138.066", "900"), ("110.071", "300"), ("110.071", "20"), ("195.09", "0"),
             ("83.06", "-5"), ("inf", "7"), ("69.045", "300"), ("1e-3", "2.5E+1"), ("250.5", "40")]


def test_peaks_that_are_not_finite_repeated_or_unsorted_are_cleaned_alike_in_every_format(hits, records, tmp_path):
    odd = [replace(records[0], peaks=ODD_PEAKS), replace(records[1], peaks=ODD_PEAKS[:1]), records[2]]
    tables = {}
    for name, write in WRITERS.items():
        (tmp_path / f"odd.{name}").write_text(write(odd))
        tables[name] = hits(tmp_path / f"odd.{name}")
    assert set(tables.values()) == {tables["mgf"]}
    statuses = {row["query_id"]: row["status"] for row in read_table(tmp_path / "hits.tsv")}
    assert statuses == {records[0].id: "ok", records[1].id: "no_peaks", records[2].id: "ok"}


@pytest.mark.parametrize("name", WRITERS)
def test_gzip_windows_lines_byte_order_mark_and_pipe_change_nothing(hits, records, tmp_path, name):
    text = WRITERS[name](records)
    (tmp_path / "plain").write_text(text)
    plain = hits(tmp_path / "plain")
    disguised = b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()
    (tmp_path / "disguised").write_bytes(disguised)
    (tmp_path / "packed").write_bytes(gzip.compress(disguised))
    assert hits(tmp_path / "disguised") == plain
    assert hits(tmp_path / "packed") == plain
    assert hits("-", stdin=gzip.compress(disguised)) == plain
    assert hits("-", stdin=text.encode()) == plain


def test_several_files_of_several_formats_are_one_list_of_queries(hits, records, tmp_path):
    names = list(WRITERS)
    folder = tmp_path / "runs"
    folder.mkdir()
    for i, name in enumerate(names):
        (folder / f"{i}.{name}").write_text(WRITERS[name](records[5 * i:5 * i + 5]))
    (folder / "notes.txt").write_text("no spectra\n")
    (tmp_path / "all.mgf").write_text(WRITERS["mgf"](records))
    whole = hits(tmp_path / "all.mgf")

    def without_file(table):
        lines = [line.split("\t") for line in table.decode().splitlines()]
        place = lines[0].index("file")
        return "".join("\t".join(cells[:place] + cells[place + 1:]) + "\n" for cells in lines).encode()

    several = hits(*(folder / f"{i}.{name}" for i, name in enumerate(names)))
    assert without_file(several) == whole
    assert hits(folder) == several
    first = WRITERS["mgf"](records[:5]).encode()
    piped = hits("-", *(folder / f"{i}.{name}" for i, name in enumerate(names) if i > 0), stdin=first)
    assert without_file(piped) == whole


def test_a_forced_format_is_believed(made, tmp_path):
    path = tmp_path / "like-massbank"
    path.write_text("Accession: 7\nPrecursorMZ: 195.0877\nPrecursor_type: [M+H]+\nNum Peaks: 1\n138.066 9\n")
    search = ("search", path, "--model", made.model["morgan"], "--library", made.library["morgan"], "-o",
              tmp_path / "hits.tsv", "--force")
    guessed = specbridge(*search)
    assert (guessed.code, guessed.err) == (
        3, f"specbridge: {path}: none of its records can be read as massbank (first: {path}:5: the file ends within "
           "the record begun in line 1; expected //)\n")
    succeed(*search, "--in-format", "msp")
    rows = read_table(tmp_path / "hits.tsv")
    assert {(row["query_id"], row["status"]) for row in rows} == {("like-massbank:1", "ok")}


def test_a_format_that_does_not_exist_is_a_mistake_of_the_command_line(made, tmp_path):
    result = specbridge("check", made.spectra, "--in-format", "mzxml")
    assert result.code == 2
    assert "mzxml" in result.err


def test_training_and_evaluation_read_every_format(made, train_with, tmp_path):
    records = records_of(read_records(made.train)[:40])
    folder = tmp_path / "train"
    folder.mkdir()
    (folder / "a.msp").write_text(WRITERS["msp"](records[:20]))
    (folder / "b.mzML").write_text(WRITERS["mzml"](records[20:]))
    options = list(train_with("-o", tmp_path / "model"))
    options[options.index("--spectra") + 1] = folder
    assert "40 spectra" in succeed(*options).err
    (tmp_path / "val.txt").write_text(WRITERS["massbank"](records_of(read_records(made.spectra)[:10])))
    succeed("eval", "--model", made.model["morgan"], "--spectra", tmp_path / "val.txt", "--candidates", made.pools,
            "-o", tmp_path / "report")


CAFFEINE = dict(PRECURSOR_MZ=195.0877, FORMULA="C8H10N4O2")


@pytest.fixture
def assumed(made, tmp_path):
    def run(text, adducts):
        query = write_records(tmp_path / "one.mgf", [text])
        succeed("search", query, "--model", made.model["morgan"], "--library", made.library["morgan"], "-o",
                tmp_path / "hits.tsv", "-k", 0, "--force", "--adducts", adducts)
        return by_query(read_table(tmp_path / "hits.tsv"))[0]

    return run


def test_without_an_adduct_every_one_of_the_list_has_its_window(assumed):
    both = assumed(spectrum(**CAFFEINE), "[M+H]+,[M+Na]+")
    parts = [assumed(spectrum(**CAFFEINE, ADDUCT=adduct), "[M+K]+") for adduct in ("[M+H]+", "[M+Na]+")]
    found = {row["smiles"]: row["adduct"] for row in both if row["rank"]}
    expected = {row["smiles"]: row["adduct"] for part in parts for row in part if row["rank"]}
    assert found == expected
    assert {row["message"] for row in both} == {"the record states no adduct; candidates of [M+H]+, [M+Na]+"}
    assert all(abs(float(row["mass_error_ppm"])) <= 10.01 for row in both)


def test_an_adduct_that_cannot_be_read_is_tried_with_the_list(assumed):
    row = assumed(spectrum(**CAFFEINE, ADDUCT="[M+Zz]+"), "[M+H]+")[0]
    assert (row["status"], row["adduct"]) == ("ok", "[M+H]+")
    assert row["message"] == 'adduct "[M+Zz]+" cannot be read; candidates of [M+H]+'


def test_adducts_of_the_other_charge_are_not_tried(assumed):
    row, = assumed(spectrum(**CAFFEINE, CHARGE="1-"), "[M+H]+")
    assert (row["status"], row["message"]) == (
        "unknown_adduct", "the record states no adduct, and none of [M+H]+ has its charge and ion mode")
