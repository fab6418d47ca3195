"""What is published is whole, --force loses nothing, and what goes wrong from outside ends with one line."""

import gzip
import os
import resource
import shutil
import stat
import subprocess
import time

import pytest

from cli_support import DATA, PROGRAM, SHARD, contents, copy_of, names_in, read_records, specbridge, succeed

pytestmark = pytest.mark.thorough

QUERIES = DATA / "query.mgf"


@pytest.fixture
def search(made):
    return ("search", QUERIES, "--model", made.model["morgan"], "--library", made.library["morgan"])


def one_line_of(result):
    assert result.err.startswith("specbridge: ") and result.err.count("\n") == 1, result.err
    return result.err[len("specbridge: "):-1]


# Devices, pipes and links

@pytest.fixture
def device(tmp_path):
    try:
        os.mknod(tmp_path / "device", stat.S_IFCHR | 0o666, os.makedev(1, 3))  # as /dev/null
        (tmp_path / "device").read_bytes()
    except PermissionError:
        pytest.skip("devices cannot be made here")
    return tmp_path / "device"


@pytest.mark.parametrize("options", [("-o", "DEVICE"), ("-o", "DEVICE", "--force"),
                                     ("-o", "out/hits.tsv", "--rejects", "DEVICE", "--run-json", "DEVICE", "--force")])
def test_a_device_is_written_to_and_stays(search, device, tmp_path, options):
    (tmp_path / "out").mkdir()
    succeed(*search, *[device if option == "DEVICE" else option for option in options], cwd=tmp_path)
    assert stat.S_ISCHR(device.stat().st_mode)
    assert names_in(tmp_path) == ["device", "out"]
    assert names_in(tmp_path / "out") == (["hits.tsv"] if "--rejects" in options else [])


def test_distances_are_written_to_a_device(device, tmp_path):
    (tmp_path / "pairs.tsv").write_text("CCO\tCCN\n")
    succeed("mces", tmp_path / "pairs.tsv", "-o", device, "--force")
    assert stat.S_ISCHR(device.stat().st_mode)


def test_hits_go_through_a_pipe(search, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    reader = subprocess.Popen(["cat", tmp_path / "pipe"], stdout=subprocess.PIPE)
    succeed(*search, "-o", tmp_path / "pipe", "--force")
    assert reader.communicate(timeout=60)[0].decode() == succeed(*search, "-o", "-").out
    assert (tmp_path / "pipe").is_fifo()


@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "link"])
@pytest.mark.parametrize("options", [(), ("--force",)])
def test_an_open_file_is_written_through_by_its_number(search, tmp_path, name, options):
    (tmp_path / "link").symlink_to("/dev/stdout")
    expected = succeed(*search, "-o", "-").out
    with open(tmp_path / "hits.tsv", "a") as file:
        file.write("what stood there\n")
        file.flush()
        done = subprocess.run([PROGRAM, *map(str, search), "-q", "-o", name, *options], stdout=file, cwd=tmp_path,
                              stderr=subprocess.PIPE)
    assert (done.returncode, done.stderr) == (0, b"")
    assert (tmp_path / "hits.tsv").read_text() == "what stood there\n" + expected
    assert names_in(tmp_path) == ["hits.tsv", "link"]


def test_standard_output_by_another_name_is_not_for_two(search):
    result = specbridge(*search, "-o", "/dev/stdout", "--json")
    assert (result.code, one_line_of(result)) == (2, "search: --json and -o - both want standard output")


def test_an_open_file_that_is_only_read_is_refused_before_any_work(search, tmp_path):
    (tmp_path / "read").write_text("")
    with open(tmp_path / "read") as file:
        done = subprocess.run([PROGRAM, *map(str, search), "-o", f"/dev/fd/{file.fileno()}"], capture_output=True,
                              text=True, pass_fds=[file.fileno()])
    assert done.returncode == 5 and "cannot be written (Bad file descriptor)" in done.stderr


@pytest.mark.parametrize("mode", [0o600, 0o664, 0o444])
def test_what_replaces_a_file_keeps_its_rights(search, tmp_path, mode):
    (tmp_path / "hits.tsv").write_text("old")
    (tmp_path / "hits.tsv").chmod(mode)
    succeed(*search, "-o", tmp_path / "hits.tsv", "--force")
    assert (tmp_path / "hits.tsv").read_text().startswith("query_id\t")
    assert stat.S_IMODE((tmp_path / "hits.tsv").stat().st_mode) == mode


def test_what_replaces_a_folder_keeps_its_rights(made, tmp_path):
    index = ("index", DATA / "library.smi.gz", "--encoder", made.encoder["morgan"], "-o", tmp_path / "library")
    succeed(*index)
    (tmp_path / "library").chmod(0o700)
    succeed(*index, "--force")
    assert stat.S_IMODE((tmp_path / "library").stat().st_mode) == 0o700


def test_new_files_are_for_whom_the_umask_says(search, tmp_path):
    subprocess.run([PROGRAM, *map(str, search), "-o", tmp_path / "hits.tsv"], check=True, capture_output=True,
                   preexec_fn=lambda: os.umask(0o027))
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o640}


def test_the_target_of_a_link_is_replaced(search, tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real/hits.tsv").write_text("old")
    (tmp_path / "hits.tsv").symlink_to("real/hits.tsv")
    succeed(*search, "-o", tmp_path / "hits.tsv", "--force")
    assert (tmp_path / "hits.tsv").is_symlink()
    assert (tmp_path / "real/hits.tsv").read_text().startswith("query_id\t")
    assert names_in(tmp_path / "real") == ["hits.tsv"]


# Foreign folders

def test_an_artifact_of_another_kind_is_kept(made, tmp_path):
    model = copy_of(made.model["morgan"], tmp_path)
    before = contents(model)
    result = specbridge("index", DATA / "molecules.tsv", "--encoder", made.encoder["morgan"], "-o", model, "--force")
    assert (result.code, one_line_of(result)) == (
        5, f"{model}: is a model, --force replaces only a library; choose another name")
    assert contents(model) == before


def test_a_library_with_a_file_of_the_user_is_kept(made, tmp_path):
    library = copy_of(made.library["morgan"], tmp_path)
    (library / "notes.txt").write_text("dear diary")
    result = specbridge("index", DATA / "molecules.tsv", "--encoder", made.encoder["morgan"], "-o", library, "--force")
    assert (result.code, one_line_of(result)) == (
        5, f"{library}: holds notes.txt, which is no part of a library; --force does not replace it; choose another "
           "name")
    assert (library / "notes.txt").read_text() == "dear diary"


def test_an_encoder_inside_a_model_is_kept(made, tmp_path):
    model = copy_of(made.model["morgan"], tmp_path)
    before = contents(model)
    result = specbridge("make-encoder", "morgan", "--molecules", DATA / "molecules.tsv", "-o",
                        model / "molecule-encoder", "--force")
    assert (result.code, one_line_of(result)) == (
        5, f"{model / 'molecule-encoder'}: lies inside the model {model.name}; choose another place")
    assert contents(model) == before


@pytest.mark.parametrize("name", ["hits.tsv", "vectors.f32"])
def test_no_hits_are_written_into_a_library(made, search, tmp_path, name):
    library = copy_of(made.library["morgan"], tmp_path)
    before = contents(library)
    result = specbridge(*search, "-o", library / name, "--force")
    assert (result.code, one_line_of(result)) == (
        5, f"{library / name}: lies inside the library {library.name}; choose another place")
    assert contents(library) == before


def test_a_report_that_holds_an_input_is_kept(made, tmp_path):
    report = tmp_path / "report"
    succeed("eval", "--model", made.model["morgan"], "--spectra", made.spectra, "--candidates", made.pools, "-o",
            report)
    before = contents(report)
    result = specbridge("eval", "--hits", report / "ranks.tsv", "--truth", made.spectra, "-o", report, "--force")
    assert (result.code, one_line_of(result)) == (
        2, f"{report / 'ranks.tsv'}: is an input and would be replaced; name another output")
    assert contents(report) == before


def test_a_model_does_not_change_with_the_encoder_it_was_made_of(made, train_with, search, tmp_path):
    encoder = copy_of(made.encoder["morgan"], tmp_path)
    command = list(train_with())
    command[command.index("--molecule-encoder") + 1] = encoder
    succeed(*command, "-o", tmp_path / "model")
    with open(encoder / "idf.tsv", "a") as table:
        table.write("changed\n")
    succeed("info", tmp_path / "model")


# What killed runs leave

def test_what_a_killed_run_left_is_cleared_away_and_named(search, tmp_path):
    (tmp_path / "hits.tsv.partial-99999").write_text("half")
    (tmp_path / "hits.tsv.run.json.partial-99999").write_text("half")
    (tmp_path / "other.tsv.partial-99999").write_text("of another output")
    result = succeed(*search, "-o", tmp_path / "hits.tsv")
    for name in ("hits.tsv.partial-99999", "hits.tsv.run.json.partial-99999"):
        assert f"{tmp_path / name}: cleared away, a run that was killed had left it behind" in result.err
    assert names_in(tmp_path) == ["hits.tsv", "hits.tsv.run.json", "other.tsv.partial-99999"]


def test_a_library_that_a_killed_run_left_in_part_is_cleared_away(made, tmp_path):
    shutil.copytree(made.library["morgan"], tmp_path / "library.partial-99999")
    succeed("index", DATA / "molecules.tsv", "--encoder", made.encoder["morgan"], "-o", tmp_path / "library")
    assert names_in(tmp_path) == ["library"]


def test_an_old_library_that_was_out_of_its_place_is_brought_back(made, tmp_path):
    shutil.copytree(made.library["morgan"], tmp_path / "library.partial-99999.old")
    result = specbridge("index", DATA / "molecules.tsv", "--encoder", made.encoder["morgan"], "-o",
                        tmp_path / "library")
    assert (result.code, names_in(tmp_path)) == (5, ["library"])
    assert contents(tmp_path / "library") == contents(made.library["morgan"])


def test_a_record_without_hits_does_not_stop_the_next_run(search, tmp_path):
    succeed(*search, "-o", tmp_path / "hits.tsv")
    (tmp_path / "hits.tsv").unlink()  # a run that was killed while it published
    succeed(*search, "-o", tmp_path / "hits.tsv")
    assert names_in(tmp_path) == ["hits.tsv", "hits.tsv.run.json"]


# Files of another library

@pytest.fixture(scope="module")
def two_libraries(made, tmp_path_factory):
    """Of equally many molecules, in the same vector space."""
    folder = tmp_path_factory.mktemp("two")
    for name, molecules in [("one", ["CC", "CCN", "CCO"]), ("two", ["CCN", "CCO", "CS"])]:
        (folder / f"{name}.smi").write_text("".join(f"{smiles}\n" for smiles in molecules))
        succeed("index", folder / f"{name}.smi", "--model", made.model["morgan"], "-o", folder / name)
    return folder / "one", folder / "two"


@pytest.mark.parametrize("name", ["vectors.f32", "masses.f64", "keys.u64", "formulas.u64",
                                  "molecules.lines", "index.signs"])
def test_a_file_of_another_library_is_found(made, two_libraries, tmp_path, name):
    one, two = (library / SHARD for library in two_libraries)
    library = copy_of(two_libraries[0], tmp_path)
    if (one / name).read_bytes() == (two / name).read_bytes():
        pytest.fail("the libraries were to differ")
    if (one / name).stat().st_size != (two / name).stat().st_size:
        pytest.skip("not of equal size: the sizes in the manifest find it")
    shutil.copy(two / name, library / SHARD / name)
    modes = [("--open",)] if name == "index.signs" else [(), ("--open",), ("--formula", "C2H6O")]
    for mode in modes:
        result = specbridge("search", QUERIES, "--model", made.model["morgan"], "--library", library, *mode, "-o", "-")
        assert result.code == 4 and result.out.count("\n") <= 1  # no hit
        assert one_line_of(result) == (f"{library / SHARD / name}: is a file of another library-shard, its checksums "
                                       "are not those that the manifest states; make or copy it again")


def test_a_manifest_without_its_own_checksum_is_refused(made, search, tmp_path):
    library = copy_of(made.library["morgan"], tmp_path)
    text = (library / "manifest.json").read_text()
    (library / "manifest.json").unlink()
    (library / "manifest.json").write_text(text.replace("manifest_sha256", "manifest_shA256"))
    result = specbridge(*search[:-1], library, "-o", "-")
    assert (result.code, one_line_of(result)) == (
        4, f"{library / 'manifest.json'}: lacks \"manifest_sha256\"; it was damaged, or written by an older program: "
           "make it again")


# Limits of the machine

def run_limited(command, limit, size, folder):
    """Ends within 60 s, or the test fails."""
    done = subprocess.run([PROGRAM, *map(str, command)], capture_output=True, timeout=60, cwd=folder,
                          preexec_fn=lambda: resource.setrlimit(limit, (size, size)))
    return done.returncode, done.stderr.decode()


@pytest.mark.parametrize("verb", ["index", "search"])
def test_a_limit_on_file_sizes_is_an_output_that_cannot_be_written(made, search, tmp_path, verb):
    command = search if verb == "search" else ("index", DATA / "library.smi.gz", "--encoder",
                                               made.encoder["morgan"])
    code, err = run_limited((*command, "-o", tmp_path / "out"), resource.RLIMIT_FSIZE, 1024, tmp_path)
    assert code == 5 and err.count("\n") == 1 and "cannot be written (File too large)" in err, err
    assert names_in(tmp_path) == []


@pytest.mark.parametrize("megabytes", [450, 500, 600, 800, 1000, 1500])
def test_want_of_memory_ends_with_one_line(search, tmp_path, megabytes):
    code, err = run_limited((*search, "-o", tmp_path / "out", "--threads", 2), resource.RLIMIT_AS,
                            megabytes * 1024 * 1024, tmp_path)
    if "while loading shared libraries" in err or err.startswith("OpenBLAS blas_thread_init"):
        pytest.skip("too little to start the program at all")
    if code == 0:
        return
    assert code == 6, err
    assert err.splitlines()[-1].startswith("specbridge: out of memory"), err
    assert names_in(tmp_path) == []


def test_a_library_that_is_cut_off_during_a_search(made, tmp_path):
    library = copy_of(made.library["morgan"], tmp_path)
    (tmp_path / "out").mkdir()
    command = [PROGRAM, "search", "-", "--model", made.model["morgan"], "--library", library, "-o",
               tmp_path / "out/hits.tsv"]
    run = subprocess.Popen(list(map(str, command)), stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 60
    while not names_in(tmp_path / "out"):  # its output is begun when the library is open
        assert time.monotonic() < deadline
        time.sleep(0.05)
    os.truncate(library / SHARD / "vectors.f32", 100)
    err = run.communicate("".join(read_records(QUERIES)).encode(), timeout=60)[1].decode()
    assert (run.returncode, err.splitlines()[-1]) == (
        4, f"specbridge: {library / SHARD / 'vectors.f32'}: was cut off while it was read; make or copy it again")
    assert names_in(tmp_path / "out") == []


def test_rows_on_standard_output_before_damage_are_counted(made, search, tmp_path):
    records = "".join(read_records(QUERIES)).encode()
    many = records * (20000 // records.count(b"BEGIN IONS") + 1)  # more than are ranked at a time
    (tmp_path / "many.mgf.gz").write_bytes(gzip.compress(many)[:-20])
    result = specbridge("search", tmp_path / "many.mgf.gz", *search[2:], "-o", "-")
    rows = result.out.count("\n") - 1
    assert result.code == 3 and rows > 0
    assert f"standard output is not complete: {rows:,} rows were printed before the run failed" in result.err


def test_a_reader_that_goes_away_is_no_failure_worth_words(search):
    run = subprocess.run(f"'{PROGRAM}' {' '.join(map(repr, map(str, search)))} -k 0 -o - -q | head -n 1", shell=True,
                         capture_output=True, timeout=60)
    assert run.stdout.startswith(b"query_id\t") and run.stderr == b""
