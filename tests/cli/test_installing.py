"""The program away from its build folder: installed, and as a bundle that is carried to another machine."""

import importlib.util
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from cli_support import PROGRAM, ROOT, SECONDS_AT_MOST, read_records, succeed, write_records

pytestmark = pytest.mark.thorough

BUILD = ROOT / "build/release"
OF_THE_SYSTEM = {"libc", "libm", "libdl", "librt", "libpthread", "libutil", "libresolv", "libstdc++", "libgcc_s"}
TORCH = Path(importlib.util.find_spec("torch").submodule_search_locations[0]) / "lib"


@pytest.fixture(scope="module", autouse=True)
def release_build():
    if PROGRAM.parents[1] != BUILD.resolve():
        pytest.skip(f"{PROGRAM} is not the release build of this checkout")


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    folder = tmp_path_factory.mktemp("carried")
    subprocess.run([ROOT / "scripts/bundle.sh", "-o", folder / "made"], check=True, capture_output=True)
    shutil.move(folder / "made", folder / "elsewhere")
    return folder / "elsewhere"


def run_bare(program, *arguments, cwd, **environment):
    """Runs a program in an environment that holds nothing but what is given."""
    return subprocess.run([program, *map(str, arguments)], env=environment, cwd=cwd, capture_output=True,
                          timeout=SECONDS_AT_MOST)


@pytest.fixture
def not_alone():
    """The number of a user that is not this one."""
    if os.geteuid() != 0:
        pytest.skip("only root may start a program as another user")
    return pwd.getpwnam("nobody").pw_uid


def give_to(user, folder):
    for path in [Path(folder), *Path(folder).rglob("*")]:
        os.chown(path, user, user)


def search(made, hits):
    return ("search", made.spectra, "--model", made.model["roberta"], "--library", made.library["roberta"], "-o", hits)


@pytest.fixture(scope="module")
def installed():
    """The program installed, then moved to another folder that every user may enter."""
    with tempfile.TemporaryDirectory(prefix="specbridge-") as folder:
        os.chmod(folder, 0o755)
        subprocess.run(["cmake", "--install", BUILD, "--prefix", f"{folder}/made"], check=True, capture_output=True)
        shutil.move(f"{folder}/made", f"{folder}/prefix")
        yield Path(folder, "prefix")


def test_an_installed_program_gives_the_same_hits_to_another_user_without_an_environment(installed, made, not_alone):
    succeed(*search(made, made.folder / "expected.tsv"), "--force")
    with tempfile.TemporaryDirectory() as folder:
        for artifact in (made.model["roberta"], made.library["roberta"]):
            shutil.copytree(artifact, Path(folder, artifact.name))
        shutil.copy(made.spectra, folder)
        give_to(not_alone, folder)

        result = subprocess.run(["setpriv", f"--reuid={not_alone}", f"--regid={not_alone}", "--clear-groups",
                                 installed / "bin/specbridge", "search", made.spectra.name, "--model",
                                 made.model["roberta"].name, "--library", made.library["roberta"].name, "-o",
                                 "hits.tsv"], env={}, cwd=folder, capture_output=True, timeout=SECONDS_AT_MOST)

        assert result.returncode == 0, result.stderr.decode()
        assert Path(folder, "hits.tsv").read_bytes() == (made.folder / "expected.tsv").read_bytes()


def test_an_installed_program_needs_nothing_of_the_builder(installed):
    for file in [installed / "bin/specbridge", *installed.glob("lib/libspecbridge.so.*.*")]:
        listed = subprocess.run(["ldd", file], check=True, capture_output=True, text=True, env={}).stdout
        found = {line.split()[0]: line.split()[2] for line in listed.splitlines() if " => " in line}
        outside = {name.split(".so")[0] for name, path in found.items() if not path.startswith(str(installed))}
        assert outside <= OF_THE_SYSTEM, listed
        paths = subprocess.run(["readelf", "-d", file], check=True, capture_output=True, text=True).stdout
        stated = re.search(r"RPATH.*\[(.*)\]", paths)[1].split(":")
        assert all(path.startswith("$ORIGIN") for path in stated), paths


def test_what_belongs_to_a_program_is_installed_with_it(installed):
    for name in ("share/specbridge/configs/demo.json", "share/specbridge/export/export_dreams.py",
                 "share/specbridge/export/specbridge_export/manifest.py", "share/specbridge/export/requirements.txt",
                 "share/specbridge/massbank-model/manifest.json", "share/specbridge/massbank-model.md",
                 "share/specbridge/massbank-model.LICENSE", "share/doc/specbridge/LICENSE",
                 "share/doc/specbridge/third-party/torch"):
        assert (installed / name).is_file(), name
    assert list(installed.rglob("__pycache__")) == []


def test_the_manual_page_and_completions_are_installed_as_the_program_prints_them(installed):
    for what, file in (("man", "man/man1/specbridge.1"), ("bash", "bash-completion/completions/specbridge"),
                       ("zsh", "zsh/site-functions/_specbridge"),
                       ("fish", "fish/vendor_completions.d/specbridge.fish")):
        assert (installed / "share" / file).read_text() == succeed("generate", what).out


def test_a_program_outside_the_tree_ranks_spectra_with_the_installed_library(installed, made, tmp_path):
    build = tmp_path / "build"
    for command in (["cmake", "-S", ROOT / "tests/consumer", "-B", build, f"-DCMAKE_PREFIX_PATH={installed}"],
                    ["cmake", "--build", build]):
        subprocess.run(command, check=True, capture_output=True)
    succeed(*search(made, tmp_path / "hits.tsv"), "-k", 1)

    result = run_bare(build / "consumer", made.model["roberta"], made.library["roberta"], made.spectra, cwd=tmp_path)

    assert result.returncode == 0, result.stderr.decode()
    header, *rows = (line.split("\t") for line in (tmp_path / "hits.tsv").read_text().splitlines())
    columns = [header.index(name) for name in ("query_id", "status", "smiles", "message")]
    expected = [[row[columns[0]], row[columns[1]], row[columns[2]] or row[columns[3]]] for row in rows]
    assert [line.split("\t") for line in result.stdout.decode().splitlines()] == expected


@pytest.mark.parametrize("kind", ["installed", "bundle"])
def test_the_model_that_ships_comes_along(kind, request, tmp_path):
    prefix = request.getfixturevalue(kind)
    queries = write_records(tmp_path / "query.mgf", read_records(ROOT / "data/query.mgf")[:3])
    result = run_bare(prefix / "bin/specbridge", "search", queries, "--candidates",
                      ROOT / "data/query_candidates.json.gz", "-o", tmp_path / "hits.tsv", cwd=tmp_path,
                      SPECBRIDGE_LIBTORCH=str(TORCH))
    assert result.returncode == 0, result.stderr.decode()
    assert f"model: {prefix}/share/specbridge/massbank-model, which comes with the program" in result.stderr.decode()
    licence = (prefix / "share/specbridge/massbank-model.LICENSE").read_text()
    assert licence.startswith("Data of specbridge that derive from MassBank")


def test_moved_bundle_gives_the_same_hits_with_an_empty_environment(bundle, made, tmp_path):
    succeed(*search(made, tmp_path / "expected.tsv"))

    result = run_bare(bundle / "bin/specbridge", *search(made, tmp_path / "hits.tsv"), cwd=tmp_path,
                      SPECBRIDGE_LIBTORCH=str(TORCH))

    assert result.returncode == 0, result.stderr.decode()
    assert (tmp_path / "hits.tsv").read_bytes() == (tmp_path / "expected.tsv").read_bytes()


def test_bundle_takes_no_library_from_the_build_machine(bundle, tmp_path):
    listed = subprocess.run(["ldd", bundle / "bin/specbridge.bin"], check=True, capture_output=True, text=True,
                            env={"LD_LIBRARY_PATH": str(TORCH)}).stdout
    found = {line.split()[0]: line.split()[2] for line in listed.splitlines() if " => " in line}

    of_the_system = {name for name, path in found.items()
                     if not path.startswith((str(bundle.resolve()), str(TORCH), os.path.realpath(TORCH)))}

    assert "not" not in found.values(), listed
    assert {name.split(".so")[0] for name in of_the_system} <= OF_THE_SYSTEM


def test_bundle_says_what_to_set_when_the_named_folder_has_no_libtorch(bundle, tmp_path):
    result = run_bare(bundle / "bin/specbridge", "--version", cwd=tmp_path, SPECBRIDGE_LIBTORCH=str(tmp_path))

    assert (result.returncode, result.stderr.decode()) == (
        4, f"specbridge: {tmp_path} has no libtorch_cpu.so; set SPECBRIDGE_LIBTORCH to the torch/lib folder of "
           "LibTorch 2.11\n")


@pytest.mark.parametrize("environment", [{}, {"LD_LIBRARY_PATH": "/usr/lib:/opt/other"}])
def test_bundle_says_what_to_set_when_there_is_no_libtorch(bundle, tmp_path, environment):
    tools = tmp_path / "tools"  # what the start script needs, and no python3
    tools.mkdir()
    for name in ("dirname", "readlink", "basename"):
        (tools / name).symlink_to(shutil.which(name))

    result = run_bare(bundle / "bin/specbridge", "--version", cwd=tmp_path, PATH=str(tools), **environment)

    assert (result.returncode, result.stderr.decode()) == (
        4, "specbridge: LibTorch 2.11 not found; set SPECBRIDGE_LIBTORCH to the torch/lib folder of a Python "
           "environment\n")


def test_bundle_finds_libtorch_among_the_library_folders(bundle, tmp_path):
    result = run_bare(bundle / "bin/specbridge", "--version", cwd=tmp_path,
                      LD_LIBRARY_PATH=f"{tmp_path}:{TORCH}:/usr/lib")

    assert (result.returncode, result.stderr) == (0, b"")
