"""Libraries in shards: builds that are killed and resumed, built in parts, changed, merged."""

import itertools
import json
import os
import random
import signal
import subprocess
import time

import pytest

from cli_support import (DATA, PROGRAM, SECONDS_AT_MOST, SHARD, contents, edit_manifest, molecule_lines, names_in,
                         read_bytes, read_json, read_table, specbridge, succeed)

QUERIES = DATA / "query.mgf"


@pytest.fixture(scope="module")
def lists(tmp_path_factory):
    """A list of 600 molecules with repeated and unreadable rows, whole and in two halves."""
    folder = tmp_path_factory.mktemp("lists")
    lines = read_bytes(DATA / "library.smi.gz").decode().splitlines(keepends=True)[:600]
    lines[300:300] = ["A\tCCO\n", "B\tno molecule\n", "C\tOCC\n", lines[10].replace("LIB", "AGAIN")]
    lines[5:5] = ["D\tCC(\n"]
    (folder / "all.smi").write_text("".join(lines))
    (folder / "first.smi").write_text("".join(lines[:310]))
    (folder / "second.smi").write_text("".join(lines[310:]))
    return folder


@pytest.fixture(scope="module")
def index(made, lists):
    """The arguments of a build of small shards."""
    def arguments(*options, table="all.smi", shard_rows=100):
        return ("index", *((lists / table,) if table else ()), "--encoder", made.encoder["morgan"], "--shard-rows",
                shard_rows, *options)

    return arguments


@pytest.fixture(scope="module")
def whole(index, tmp_path_factory):
    library = tmp_path_factory.mktemp("whole") / "library"
    succeed(*index("-o", library))
    return library


def hits_of(made, library, *options):
    return succeed("search", QUERIES, "--model", made.model["morgan"], "--library", library, "-o", "-", *options).out


MODES = [("--tolerance", "100ppm"), ("--formula",), ("--open",)]


def test_shards_answer_as_one_library(made, index, whole, tmp_path):
    assert names_in(whole / "shards") == [f"{number:04}" for number in range(1, 8)]
    succeed(*index("-o", tmp_path / "one", shard_rows=100000))
    assert names_in(tmp_path / "one/shards") == ["0001"]
    for mode in MODES:
        assert hits_of(made, whole, *mode) == hits_of(made, tmp_path / "one", *mode)


def test_an_exact_open_search_finds_what_the_index_loses(made, index, whole, tmp_path):
    succeed(*index("-o", tmp_path / "coarse", "--faiss", "IVF8,PQ2", shard_rows=100000))
    exact = hits_of(made, whole, "--open")  # a flat index compares with every molecule, too
    assert hits_of(made, tmp_path / "coarse", "--open", "--exact") == exact
    assert hits_of(made, tmp_path / "coarse", "--open", "--nprobe", 1) != exact
    result = specbridge("search", QUERIES, "--model", made.model["morgan"], "--library", whole, "--exact", "-o", "-")
    assert (result.code, result.err) == (
        2, "specbridge: search: --exact is for searches with --open; others are exact anyway\n")


# Kills

def shards_written(place):
    return (place / "journal").read_text().count('"shard"') if (place / "journal").exists() else 0


def kill_when(arguments, condition, number=signal.SIGKILL):
    """Starts a run and ends it once the condition holds; whether it was still running."""
    run = subprocess.Popen([PROGRAM, *map(str, arguments)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    deadline = time.monotonic() + SECONDS_AT_MOST
    while run.poll() is None and not condition():
        assert time.monotonic() < deadline
        time.sleep(0.001)
    run.send_signal(number)
    err = run.communicate()[1].decode()
    return run.returncode, err


@pytest.mark.parametrize("shards", [0, 1, 3, 5])
def test_a_killed_build_goes_on_to_the_same_bytes(index, whole, tmp_path, shards):
    out, place = tmp_path / "library", tmp_path / "library.building"
    code, _ = kill_when(index("-o", out), lambda: shards_written(place) >= shards and (place / "work").exists())
    if code == 0:
        pytest.skip("the build was faster than the kill")
    assert code == -signal.SIGKILL and not out.exists()
    succeed(*index("-o", out, "--resume"))
    assert contents(out) == contents(whole)
    assert names_in(tmp_path) == ["library"]


def test_a_build_that_is_killed_again_and_again_ends_with_the_same_bytes(index, whole, tmp_path):
    """At random instants, until a run comes through."""
    out = tmp_path / "library"
    chance = random.Random(1)
    for attempt in itertools.count(1):
        end = time.monotonic() + chance.uniform(0, 0.1) * attempt
        code, err = kill_when(index("-o", out, "--resume"), lambda: time.monotonic() > end)
        if code == 0:
            break
        assert code == -signal.SIGKILL, err
    assert contents(out) == contents(whole)


def test_an_interrupt_keeps_the_work_and_says_how_to_go_on(index, whole, tmp_path):
    out, place = tmp_path / "library", tmp_path / "library.building"
    code, err = kill_when(index("-o", out), lambda: shards_written(place) >= 1, signal.SIGINT)
    if code == 0:
        pytest.skip("the build was faster than the interrupt")
    assert code == 130
    assert err.splitlines()[-1] == (f"specbridge: interrupted; what is done is kept in {place}: go on with the same "
                                    "command and --resume")
    succeed(*index("-o", out, "--resume"))
    assert contents(out) == contents(whole)


def begun(index, place):
    kill_when(index("-o", place.with_suffix("")), lambda: shards_written(place) >= 1, signal.SIGINT)
    if not place.exists():
        pytest.skip("the build was faster than the interrupt")


def test_work_that_is_left_is_neither_lost_nor_mixed_with_another(index, whole, lists, made, tmp_path):
    out, place = tmp_path / "library", tmp_path / "library.building"
    begun(index, place)
    result = specbridge(*index("-o", out))
    assert (result.code, result.err) == (
        5, f"specbridge: {place}: an interrupted run has left its work there; go on with --resume, or begin anew with "
           "--force\n")
    for arguments, what in [(index("-o", out, "--resume", "--faiss", "SQ8"), "--faiss"),
                            (index("-o", out, "--resume", "--rows", "f16"), "--rows"),
                            (index("-o", out, "--resume", shard_rows=50), "--shard-rows"),
                            (index("-o", out, "--resume", table="first.smi"), "list")]:
        result = specbridge(*arguments)
        assert (result.code, result.err) == (
            5, f"specbridge: {place}: was begun with another {what}; go on with the same, or begin anew with --force\n")
    succeed(*index("-o", out, "--force"))
    assert contents(out) == contents(whole) and names_in(tmp_path) == ["library"]


def test_a_full_disk_leaves_work_that_resumes(index, tmp_path):
    """A limit on the size of files stands for the full disk: the molecules fit, their vectors do not."""
    out, place = tmp_path / "library", tmp_path / "library.building"
    succeed(*index("-o", tmp_path / "expected", shard_rows=100000))
    vectors = (tmp_path / "expected" / SHARD / "vectors.f32").stat().st_size
    limited = subprocess.run(["bash", "-c", f"ulimit -f {vectors // 1024 - 1}; exec \"$@\"", "bash", PROGRAM,
                              *map(str, index("-o", out, shard_rows=100000))], capture_output=True, text=True)
    assert limited.returncode == 5
    assert limited.stderr.endswith(f"; what is done is kept in {place}: go on with the same command and --resume\n")
    assert limited.stderr.count("\n") == 1
    succeed(*index("-o", out, "--resume", shard_rows=100000))
    assert contents(out) == contents(tmp_path / "expected")


def test_a_list_from_a_pipe_cannot_be_resumed_before_it_was_read(made, index, lists, tmp_path):
    place = tmp_path / "library.building"
    begun_with = ["index", "-", "--encoder", made.encoder["morgan"], "-o", tmp_path / "library"]
    (place / "work").mkdir(parents=True)
    result = specbridge(*begun_with, "--resume", stdin=b"CCO 1\n")
    assert result.code == 0  # nothing had been done


# Parts

@pytest.mark.parametrize("parts", [1, 3, 7])
def test_parts_make_the_library_of_one_run(index, whole, tmp_path, parts):
    for number in range(1, parts + 1):
        succeed(*index("-o", tmp_path / f"part{number}", "--shard", f"{number}/{parts}"))
    folders = [tmp_path / f"part{number}" for number in range(parts, 0, -1)]
    succeed("merge", *folders, "-o", tmp_path / "library")
    assert contents(tmp_path / "library") == contents(whole)


def test_parts_that_are_missing_repeated_or_foreign_are_refused(index, tmp_path):
    for number in (1, 2, 3):
        succeed(*index("-o", tmp_path / f"part{number}", "--shard", f"{number}/3"))
    succeed(*index("-o", tmp_path / "other", "--shard", "2/3", table="first.smi"))
    one, two, three = (tmp_path / f"part{number}" for number in (1, 2, 3))
    wanted = "expected the parts of one run, all of them and nothing else"
    for folders, message in [
            ((one, two), f"{one}: is part 1 of 3, 2 are given; {wanted}"),
            ((one, two, two), f"{two}: part 2 is given twice, or another is missing"),
            ((one, tmp_path / "other", three),
             f"{tmp_path / 'other'}: is part 2 of 3, 3 are given, and was made of other lists; {wanted}"),
            ((one,), f"{one}: is part 1 of 3; merge all of them")]:
        result = specbridge("merge", *folders, "-o", tmp_path / "library")
        assert (result.code, result.err) == (2, f"specbridge: {message}\n")
    assert not (tmp_path / "library").exists()


@pytest.mark.parametrize("text", ["0/3", "4/3", "3", "a/b", "1/", "/2", "1/0"])
def test_a_part_that_is_none_is_refused(index, tmp_path, text):
    result = specbridge(*index("-o", tmp_path / "part", "--shard", text))
    assert (result.code, result.err) == (
        2, f"specbridge: --shard {text}: expected a part and how many there are, for example 2/8\n")


def test_a_merge_that_is_killed_goes_on_to_the_same_bytes(index, whole, tmp_path):
    for number in (1, 2):
        succeed(*index("-o", tmp_path / f"part{number}", "--shard", f"{number}/2"))
    merge = ("merge", tmp_path / "part1", tmp_path / "part2", "-o", tmp_path / "library")
    place = tmp_path / "library.building"
    code, _ = kill_when(merge, lambda: shards_written(place) >= 2)
    if code == 0:
        pytest.skip("the merge was faster than the kill")
    succeed(*merge, "--resume")
    assert contents(tmp_path / "library") == contents(whole)


# Changes

def test_what_is_added_answers_as_if_it_had_been_there(made, index, whole, tmp_path):
    succeed(*index("-o", tmp_path / "half", table="first.smi"))
    before = contents(tmp_path / "half")
    succeed(*index("--add", index()[1].with_name("second.smi"), "--library", tmp_path / "half", "-o",
                   tmp_path / "more", table=None))
    assert contents(tmp_path / "half") == before
    for mode in MODES:
        assert hits_of(made, tmp_path / "more", *mode) == hits_of(made, whole, *mode)
    manifest, expected = (read_json(folder / "manifest.json") for folder in (tmp_path / "more", whole))
    assert (manifest["rows"], manifest["counts"]) == (expected["rows"], expected["counts"])
    assert (tmp_path / "more/rejects.tsv").read_text().count("\n") == 3


def test_shards_are_shared_not_copied(index, tmp_path):
    succeed(*index("-o", tmp_path / "half", table="first.smi"))
    succeed(*index("--add", index()[1].with_name("second.smi"), "--library", tmp_path / "half", "-o",
                   tmp_path / "more", table=None))
    name = f"{SHARD}/vectors.f32"
    assert os.path.samefile(tmp_path / "half" / name, tmp_path / "more" / name)


def test_a_compact_library_has_the_shards_of_one_that_was_built_at_once(index, whole, tmp_path):
    succeed(*index("-o", tmp_path / "half", table="first.smi"))
    succeed(*index("--add", index()[1].with_name("second.smi"), "--library", tmp_path / "half", "-o",
                   tmp_path / "more", table=None))
    succeed("compact", tmp_path / "more", "-o", tmp_path / "compact")
    assert contents(tmp_path / "compact/shards") == contents(whole / "shards")
    assert (tmp_path / "compact/rejects.tsv").read_bytes().count(b"\n") == 3


def rows_of(library):
    """The lines of all shards."""
    return [line for shard in names_in(library / "shards")
            for line in molecule_lines(library / "shards" / shard)]


def test_what_is_removed_is_no_candidate_any_more(made, index, whole, lists, tmp_path):
    ids = [line.split("\t")[0] for line in rows_of(whole)][::3]
    (tmp_path / "ids.txt").write_text("\n".join(ids) + "\n\nnobody\n")
    result = succeed("index", "--remove", tmp_path / "ids.txt", "--library", whole, "-o", tmp_path / "less")
    left = len(rows_of(whole)) - len(ids)
    assert result.err.splitlines() == [
        f"warning: {tmp_path / 'ids.txt'}: 1 id no molecule of {whole} has: nobody",
        f"{tmp_path / 'less'}: {len(ids)} molecules removed, {left} left"]
    gone = set(ids)
    lines = (lists / "all.smi").read_text().splitlines(keepends=True)
    (tmp_path / "kept.smi").write_text("".join(line for line in lines if line.split("\t")[0] not in gone))
    succeed("index", tmp_path / "kept.smi", "--encoder", made.encoder["morgan"], "-o", tmp_path / "expected")
    for mode in MODES:
        assert hits_of(made, tmp_path / "less", *mode) == hits_of(made, tmp_path / "expected", *mode)
    succeed("compact", tmp_path / "less", "-o", tmp_path / "compact")
    assert len(rows_of(tmp_path / "compact")) == left
    assert not gone & {line.split("\t")[0] for line in rows_of(tmp_path / "compact")}


def test_a_molecule_that_was_removed_can_be_added_again(made, index, whole, tmp_path):
    row = rows_of(whole)[7].split("\t")
    (tmp_path / "ids.txt").write_text(row[0] + "\n")
    succeed("index", "--remove", tmp_path / "ids.txt", "--library", whole, "-o", tmp_path / "less")
    (tmp_path / "again.smi").write_text(f"again\t{row[1]}\n")
    succeed(*index("--add", tmp_path / "again.smi", "--library", tmp_path / "less", "-o", tmp_path / "more",
                   table=None))
    succeed("compact", tmp_path / "more", "-o", tmp_path / "compact")
    lines = rows_of(tmp_path / "compact")
    assert len(lines) == len(rows_of(whole))
    assert [line.split("\t")[0] for line in lines if line.split("\t")[1] == row[1]] == ["again"]


def test_changes_that_cannot_be_made_are_refused(made, index, whole, lists, tmp_path):
    (tmp_path / "ids.txt").write_text("nobody\n")
    add = ("--add", lists / "second.smi", "--library", whole, "-o", tmp_path / "out")
    for arguments, code, message in [
            (("index", "--remove", tmp_path / "ids.txt", "--library", whole, "-o", tmp_path / "out"), 2,
             f"{tmp_path / 'ids.txt'}: {whole} has no molecule with one of its 1 id; nothing to remove"),
            (("index", *add, "--encoder", made.encoder["morgan"], "--rows", "i8"), 2,
             f"--rows i8: {whole} has rows of f32; leave --rows out to add to it"),
            (("index", *add, "--encoder", made.encoder["morgan"], "--shard", "1/2"), 2,
             "index: --shard and --add do not go together; add to the merged library")]:
        result = specbridge(*arguments)
        assert (result.code, result.err) == (code, f"specbridge: {message}\n")
    result = specbridge("index", *add, "--encoder", made.encoder["roberta"])
    assert result.code == 4 and "add with the same encoder" in result.err
    assert names_in(tmp_path) == ["ids.txt"]


@pytest.mark.parametrize("options", [("--resume",), ("--dry-run",), ("--shard", "1/2")])
@pytest.mark.parametrize("kind", ["--spectra", "--decoys", "--remove"])
def test_options_that_would_not_be_heeded_are_refused(whole, tmp_path, kind, options):
    more = ("--library", whole) if kind == "--remove" else ()
    result = specbridge("index", kind, QUERIES, *more, *options, "-o", tmp_path / "out")
    assert (result.code, result.err) == (
        2, f"specbridge: index: {options[0]} is for libraries made of molecule lists; leave it out with {kind}\n")


@pytest.mark.parametrize("kind", ["--decoys", "--remove"])
def test_how_vectors_are_kept_is_not_asked_of_what_makes_none(whole, tmp_path, kind):
    more = ("--library", whole) if kind == "--remove" else ()
    result = specbridge("index", kind, QUERIES, *more, "--rows", "f16", "-o", tmp_path / "out")
    assert (result.code, result.err) == (2, "specbridge: index: --rows is for libraries that get vectors of a model; "
                                            f"leave it out with {kind}\n")


def test_libraries_that_differ_are_not_merged(made, index, whole, tmp_path):
    succeed(*index("-o", tmp_path / "half", "--rows", "f16"))
    result = specbridge("merge", whole, tmp_path / "half", "-o", tmp_path / "out")
    assert (result.code, result.err) == (
        4, f"specbridge: {tmp_path / 'half'}: its type of rows is f16, that of {whole} is f32; expected libraries made "
           "in the same way\n")


def test_several_libraries_are_searched_as_one(made, index, whole, tmp_path):
    succeed(*index("-o", tmp_path / "first", table="first.smi"))
    succeed(*index("-o", tmp_path / "second", table="second.smi"))
    for mode in MODES:
        assert hits_of(made, tmp_path / "first", "--library", tmp_path / "second", *mode) == hits_of(made, whole, *mode)
    succeed("search", QUERIES, "--model", made.model["morgan"], "--library", tmp_path / "first", "--library",
            tmp_path / "second", "-o", tmp_path / "hits.tsv")
    assert read_json(tmp_path / "hits.tsv.run.json")["library"]["further"] == [str(tmp_path / "second")]


# Rows

@pytest.mark.parametrize("rows, most", [("f16", 1e-3), ("i8", 2e-2)])
def test_smaller_rows_change_scores_by_little(made, index, whole, tmp_path, rows, most):
    succeed(*index("-o", tmp_path / "small", "--rows", rows))
    assert read_json(tmp_path / "small/manifest.json")["row_type"] == rows
    tables = [read_table_of(hits_of(made, library, "--tolerance", "1Da", "-k", 0))
              for library in (whole, tmp_path / "small")]
    scores = [{(row["query_index"], row["smiles"]): float(row["score"]) for row in table if row["score"]}
              for table in tables]
    assert scores[0].keys() == scores[1].keys() and len(scores[0]) > 20
    assert max(abs(scores[0][key] - scores[1][key]) for key in scores[0]) < most


def read_table_of(text):
    header, *lines = text.splitlines()
    return [dict(zip(header.split("\t"), line.split("\t"))) for line in lines]


def test_pools_are_scored_by_the_vectors_of_the_encoder_whatever_a_library_keeps(made, index, tmp_path):
    """A library saves encoding; it does not change a score."""
    succeed(*index("-o", tmp_path / "small", "--rows", "i8"))
    reports = []
    for number, options in enumerate([(), ("--library", tmp_path / "small")]):
        succeed("eval", "--model", made.model["morgan"], "--spectra", made.spectra, "--candidates", made.pools,
                *options, "-o", tmp_path / f"report{number}")
        reports.append((tmp_path / f"report{number}/ranks.tsv").read_bytes())
    assert reports[0] == reports[1]


# Forecast

def test_a_dry_run_says_what_it_would_come_to_and_writes_nothing(made, lists, tmp_path):
    arguments = ("index", lists / "all.smi", "--encoder", made.encoder["morgan"], "-o", tmp_path / "library")
    result = succeed(*arguments, "--dry-run")
    assert names_in(tmp_path) == []
    words = [line.split("  ")[0] for line in result.out.splitlines()]
    assert words == ["rows of the lists", "molecules", "vectors kept as", "time", "disk", "memory"]
    found = json.loads(succeed(*arguments, "--dry-run", "--json").out)
    succeed(*arguments)
    report = read_json(tmp_path / "library/manifest.json")
    assert found["rows"] == report["counts"]["read"] == found["sampled_rows"]
    assert found["molecules"] == report["rows"]
    size = sum(path.stat().st_size for path in (tmp_path / "library/shards").rglob("*") if path.is_file())
    assert 0.7 < found["disk_bytes"] / size < 1.1
