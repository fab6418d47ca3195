"""sample embed: rows of runs, recomputed from the vectors of their spectra or from the files themselves."""

import csv
import json
import math
import os

import numpy
import pytest

from cli_support import contents, names_in, read_json, read_table, specbridge, spectrum, succeed
from sample_support import write_runs

POOLS = ["mean", "mean-deviation", "weighted", "codebook", "words", "precursors"]


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("samples") / "runs"
    write_runs(folder, subjects=2, spectra=12)
    return folder


@pytest.fixture
def embed(made, tmp_path):
    """Pools runs; returns the array and the table."""
    def call(*arguments, out="s.npy"):
        succeed("sample", "embed", *arguments, "--model", made.model["morgan"], "-o", tmp_path / out)
        return numpy.load(tmp_path / out), read_table((tmp_path / out).with_suffix(".ids.tsv"))
    return call


@pytest.fixture
def vectors_of(made, tmp_path):
    """The vectors of a run's spectra, as embed writes them."""
    def call(run):
        out = tmp_path / f"{run.stem}-vectors.npy"
        succeed("embed", run, "--model", made.model["morgan"], "-o", out)
        return numpy.load(out).astype(float)
    return call


def files_in(runs):
    return sorted(runs.glob("*.mgf"))


def peaks_in(run):
    """Of each record its precursor and its peaks."""
    records = []
    for text in run.read_text().split("BEGIN IONS")[1:]:
        lines = text.split("END IONS")[0].split("\n")
        precursor = next(float(line[8:]) for line in lines if line.startswith("PEPMASS="))
        records.append((precursor, [tuple(map(float, line.split())) for line in lines if line[:1].isdigit()]))
    return records


def test_a_row_is_the_mean_of_its_spectra(runs, embed, vectors_of):
    rows, table = embed(runs)
    assert [line["sample"] for line in table] == ["p00-0", "p00-1", "p01-0", "p01-1", "p02-0", "p02-1", "p03-0",
                                                  "p03-1"]
    assert rows.dtype == numpy.float32 and rows.shape[0] == 8
    for run, line in zip(files_in(runs), table):
        vectors = vectors_of(run)
        numpy.testing.assert_allclose(rows[int(line["row"])], vectors.mean(axis=0), atol=1e-6)
        assert (line["spectra"], line["used"], line["status"]) == ("12", "12", "ok")


def test_deviations_stand_behind_the_mean(runs, embed, vectors_of):
    rows, _ = embed(runs, "--pool", "mean-deviation")
    vectors = vectors_of(files_in(runs)[0])
    numpy.testing.assert_allclose(rows[0], numpy.hstack([vectors.mean(axis=0), vectors.std(axis=0)]), atol=1e-6)


def test_weights_are_logarithms_of_intensities(runs, embed, vectors_of):
    rows, _ = embed(runs, "--pool", "weighted")
    run = files_in(runs)[0]
    weights = [math.log1p(sum(intensity for _, intensity in peaks)) for _, peaks in peaks_in(run)]
    numpy.testing.assert_allclose(rows[0], numpy.average(vectors_of(run), axis=0, weights=weights), atol=1e-6)


def test_a_codebook_counts_the_nearest_centres(runs, embed, vectors_of, tmp_path):
    rows, _ = embed(runs, "--pool", "codebook", "--codes", 5)
    book = read_json(tmp_path / "s.codebook.json")
    centres = numpy.array(book["centres"])
    assert centres.shape[0] == rows.shape[1] == 5
    numpy.testing.assert_allclose(numpy.linalg.norm(centres, axis=1), 1, atol=1e-6)
    for run, row in zip(files_in(runs), rows):
        nearest = (vectors_of(run) @ centres.T).argmax(axis=1)
        numpy.testing.assert_allclose(row, numpy.bincount(nearest, minlength=5) / len(nearest), atol=1e-6)


def rounded(mz):
    """Hundredths, half away from zero."""
    return f"{int(mz * 100 + 0.5) / 100:.2f}"


def words_in(precursor, peaks):
    base = max(intensity for _, intensity in peaks)
    kept = [mz for mz, intensity in peaks if intensity >= 0.01 * base]
    return ({f"peak@{rounded(mz)}" for mz in kept}
            | {f"loss@{rounded(precursor - mz)}" for mz in kept if 10 <= precursor - mz <= 200})


def test_words_are_the_shares_of_spectra_that_have_them(runs, embed, tmp_path):
    rows, _ = embed(runs, "--pool", "words", "--min-samples", 1)
    words = read_json(tmp_path / "s.codebook.json")["words"]
    found = [[words_in(*record) for record in peaks_in(run)] for run in files_in(runs)]
    assert set(words) == set().union(*(own for run in found for own in run))
    for run, row in zip(found, rows):
        expected = [sum(word in own for own in run) / len(run) for word in words]
        numpy.testing.assert_allclose(row, expected, atol=1e-6)


def test_words_of_fewer_samples_are_left_out(runs, embed, tmp_path):
    embed(runs, "--pool", "words", "--min-samples", 5)
    words = read_json(tmp_path / "s.codebook.json")["words"]
    samples = [set().union(*(words_in(*record) for record in peaks_in(run))) for run in files_in(runs)]
    assert set(words) == {word for own in samples for word in own if sum(word in one for one in samples) >= 5}


def test_precursors_see_no_peak(runs, embed, tmp_path):
    rows, _ = embed(runs, "--pool", "precursors")
    words = read_json(tmp_path / "s.codebook.json")["words"]
    assert all(word.startswith("precursor@") for word in words)
    assert (rows.sum(axis=1) <= 1 + 1e-6).all()


@pytest.mark.parametrize("pool", POOLS)
def test_equal_bytes_whatever_the_threads_and_the_batch(made, runs, tmp_path, pool):
    command = ("sample", "embed", runs, "--model", made.model["morgan"], "--pool", pool, "--codes", 6)
    for name, more in (("one", ("--threads", 1)), ("three", ("--threads", 3, "--batch", 7))):
        (tmp_path / name).mkdir()
        succeed(*command, *more, "-o", "s.npy", cwd=tmp_path / name)
    assert contents(tmp_path / "one") == contents(tmp_path / "three")


@pytest.mark.parametrize("pool", POOLS)
def test_a_row_depends_on_its_own_file_and_the_codebook_only(runs, embed, tmp_path, pool):
    rows, _ = embed(runs, "--pool", pool, "--codes", 6)
    book = ("--codebook", tmp_path / "s.codebook.json") if (tmp_path / "s.codebook.json").exists() else ()
    alone, _ = embed(files_in(runs)[3], "--pool", pool, *book, out="alone.npy")
    assert alone.tobytes() == rows[3].tobytes()
    assert read_json(tmp_path / "alone.run.json")["rule"] == read_json(tmp_path / "s.run.json")["rule"]


def test_every_file_has_a_row_or_a_reason(runs, embed, tmp_path):
    folder = tmp_path / "mixed"
    folder.mkdir()
    (folder / "good.mgf").write_text(spectrum(PEPMASS=300) + spectrum(PEPMASS=300, peaks="") + spectrum())
    (folder / "bare.mgf").write_text(spectrum())
    (folder / "ms1.mgf").write_text(spectrum(PEPMASS=300, MSLEVEL=1))
    (folder / "cut.mgf.gz").write_bytes(b"\x1f\x8b\x08\x00broken")
    _, table = embed(folder)
    assert [(line["sample"], line["row"], line["status"], line["message"].split(": ")[0]) for line in table] == [
        ("bare", "", "no_spectra", "no spectrum can be used"), ("cut", "", "unreadable", str(folder / "cut.mgf.gz")),
        ("good", "0", "ok", "1 no_peaks, 1 no_precursor"), ("ms1", "", "no_ms2", "holds no MS2 spectrum")]
    record = read_json(tmp_path / "s.run.json")
    assert record["without_row"] == {"no_ms2": 1, "no_spectra": 1, "unreadable": 1}
    assert (record["samples"], record["rows"], record["unusable"]) == (4, 1, {"no_peaks": 1, "no_precursor": 2})


def test_spectra_of_blanks_are_left_out_and_counted(runs, embed, tmp_path):
    run, blank = files_in(runs)[0], tmp_path / "blank.mgf"
    records = run.read_text().split("\n\n")
    blank.write_text(records[0])
    rest = tmp_path / "p00-0.mgf"
    rows, table = embed(run, "--blank", blank)
    left_out = int(table[0]["in_blanks"])
    assert left_out >= 1 and int(table[0]["used"]) == 12 - left_out
    rest.write_text("\n\n".join(records[1:]))
    assert read_json(tmp_path / "s.run.json")["blank_spectra"] == 1
    only, _ = embed(rest, "--blank", blank, out="rest.npy")
    numpy.testing.assert_array_equal(rows, only)


def test_words_of_blanks_are_in_no_codebook(runs, embed, tmp_path):
    blank = tmp_path / "blank.mgf"
    precursor, peaks = peaks_in(files_in(runs)[0])[0]
    blank.write_text(spectrum("\n".join(f"{mz} {intensity}" for mz, intensity in peaks), PEPMASS=precursor + 5))
    embed(runs, "--pool", "words", "--min-samples", 1, "--blank", blank)
    words = set(read_json(tmp_path / "s.codebook.json")["words"])
    assert not words & words_in(precursor + 5, peaks)
    assert read_json(tmp_path / "s.run.json")["words_in_blanks"] == len(words_in(precursor + 5, peaks))


def test_a_sample_of_nothing_but_blank_says_so(runs, embed):
    run, other = files_in(runs)[:2]
    _, table = embed(run, other, "--blank", run, "--blank-shared", 0)
    assert table[0]["status"] == "only_blank" and table[0]["row"] == ""


def test_files_of_one_name_are_told_apart_by_their_folders(runs, embed, tmp_path):
    for folder in ("x", "y"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.mgf").write_text(files_in(runs)[0].read_text())
    _, table = embed(tmp_path / "x/a.mgf", tmp_path / "y/a.mgf")
    assert [line["sample"] for line in table] == [str(tmp_path / "x/a"), str(tmp_path / "y/a")]


def test_json_counts_what_was_read(made, runs, tmp_path):
    said = json.loads(succeed("sample", "embed", runs, "--pool", "words", "-o", tmp_path / "s.npy", "--json").out)
    assert (said["samples"], said["rows"], said["spectra"], said["used"]) == (8, 8, 96, 96)
    assert said["width"] == numpy.load(tmp_path / "s.npy").shape[1]
    with open(tmp_path / "s.ids.tsv", newline="") as table:
        assert len(list(csv.reader(table, delimiter="\t"))) == 9


# What is refused

@pytest.fixture
def refuse(made, runs, tmp_path):
    """Runs an embedding that must fail with one line and leave nothing."""
    folder = tmp_path / "outputs"
    folder.mkdir()

    def check(code, message, *arguments, out="s.npy"):
        result = specbridge("sample", "embed", *arguments, "--model", made.model["morgan"], "-o", folder / out)
        assert (result.code, result.out, result.err) == (code, "", f"specbridge: {message}\n")
        assert names_in(folder) == []

    check.folder = folder
    return check


def test_another_pool_is_refused(refuse, runs):
    refuse(2, '--pool: found "median", expected mean, mean-deviation, weighted, codebook, words or precursors', runs,
           "--pool", "median")


def test_a_codebook_that_does_not_fit_is_refused(refuse, embed, made, runs, tmp_path):
    embed(runs, "--pool", "words")
    book = tmp_path / "s.codebook.json"
    refuse(2, f"{book}: is for --pool words, not codebook", runs, "--pool", "codebook", "--codebook", book)
    refuse(2, "--codebook is for --pool codebook, words or precursors; leave it out of --pool mean", runs, "--codebook",
           book)
    (tmp_path / "bad.json").write_text("{}")
    refuse(3, f"{tmp_path / 'bad.json'}: is no codebook that this program knows; expected a codebook as sample embed "
              "writes it (samples.codebook.json)", runs, "--pool", "words", "--codebook", tmp_path / "bad.json")


def test_a_codebook_of_another_model_is_refused(embed, made, runs, tmp_path):
    embed(runs, "--pool", "codebook", "--codes", 4)
    result = specbridge("sample", "embed", runs, "--model", made.model["roberta"], "--pool", "codebook", "--codebook",
                        tmp_path / "s.codebook.json", "-o", tmp_path / "t.npy")
    assert result.code == 2 and "is of vectors of another model" in result.err
    assert not (tmp_path / "t.npy").exists()


def test_more_codes_than_spectra_are_refused(refuse, runs):
    refuse(2, "--codes 1000: there are 96 spectra to learn them from; expected at least as many; choose fewer codes",
           runs, "--pool", "codebook", "--codes", 1000)


def test_standard_input_is_no_sample(refuse):
    refuse(2, "sample embed: a sample is named by its file, and standard input has no name; name files or folders", "-")


def test_a_file_that_is_given_twice_is_refused(refuse, runs):
    run = files_in(runs)[0]
    refuse(2, f"{run}: is given twice; a file is one sample", runs, run)


def test_runs_without_a_usable_spectrum_are_refused(made, tmp_path):
    (tmp_path / "a.mgf").write_text(spectrum(PEPMASS=300, MSLEVEL=1))
    result = specbridge("sample", "embed", tmp_path / "a.mgf", "--model", made.model["morgan"], "-o",
                        tmp_path / "s.npy")
    assert (result.code, result.err.splitlines()[-1]) == (
        3, f"specbridge: {tmp_path / 'a.mgf'}: none of 1 sample has a spectrum that can be used (first: holds no MS2 "
           "spectrum)")
    assert names_in(tmp_path) == ["a.mgf"]


def test_a_damaged_blank_ends_the_run(refuse, runs, tmp_path):
    (tmp_path / "blank.mgf.gz").write_bytes(b"\x1f\x8b\x08\x00broken")
    result = specbridge("sample", "embed", runs, "--pool", "words", "--blank", tmp_path / "blank.mgf.gz", "-o",
                        refuse.folder / "s.npy")
    assert result.code == 3 and names_in(refuse.folder) == []


@pytest.mark.parametrize("there", ["s.npy", "s.ids.tsv", "s.run.json", "s.codebook.json"])
def test_what_exists_is_refused_unless_it_may_be_replaced(runs, tmp_path, there):
    (tmp_path / there).write_text("mine")
    command = ("sample", "embed", runs, "--pool", "words", "-o", tmp_path / "s.npy")
    result = specbridge(*command)
    assert (result.code, result.err) == (5, f"specbridge: {tmp_path / there}: exists already; choose another name or "
                                            "replace it with --force\n")
    assert names_in(tmp_path) == [there]
    succeed(*command, "--force")
    assert names_in(tmp_path) == ["s.codebook.json", "s.ids.tsv", "s.npy", "s.run.json"]


def test_a_pipe_cannot_take_an_array(runs, tmp_path):
    os.mkfifo(tmp_path / "s.npy")
    result = specbridge("sample", "embed", runs, "--pool", "words", "-o", tmp_path / "s.npy")
    assert result.code == 2 and "vectors cannot go through a pipe" in result.err
