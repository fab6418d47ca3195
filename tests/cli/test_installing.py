"""The program away from its build folder: installed, and as a bundle that is carried to another machine."""

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from cli_support import PROGRAM, ROOT, SECONDS_AT_MOST, succeed

BUILD = ROOT / "build/release"
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


def search(made, hits):
    return ("search", made.spectra, "--model", made.model["roberta"], "--library", made.library["roberta"], "-o", hits)


def test_installed_program_finds_its_libraries_without_an_environment(tmp_path):
    subprocess.run(["cmake", "--install", BUILD, "--prefix", tmp_path / "prefix"], check=True, capture_output=True)

    result = run_bare(tmp_path / "prefix/bin/specbridge", "--version", cwd=tmp_path)

    assert (result.returncode, result.stderr) == (0, b"")


def test_the_manual_page_and_completions_are_installed_as_the_program_prints_them(tmp_path):
    subprocess.run(["cmake", "--install", BUILD, "--prefix", tmp_path / "prefix", "--component", "program"], check=True,
                   capture_output=True)

    share = tmp_path / "prefix/share"
    for what, file in (("man", "man/man1/specbridge.1"), ("bash", "bash-completion/completions/specbridge"),
                       ("zsh", "zsh/site-functions/_specbridge"),
                       ("fish", "fish/vendor_completions.d/specbridge.fish")):
        assert (share / file).read_text() == succeed("generate", what).out


def test_a_program_outside_the_tree_ranks_spectra_with_the_installed_library(made, tmp_path):
    prefix, build = tmp_path / "prefix", tmp_path / "build"
    for command in (["cmake", "--install", BUILD, "--prefix", prefix],
                    ["cmake", "-S", ROOT / "tests/consumer", "-B", build, f"-DCMAKE_PREFIX_PATH={prefix}"],
                    ["cmake", "--build", build]):
        subprocess.run(command, check=True, capture_output=True)
    succeed(*search(made, tmp_path / "hits.tsv"), "-k", 1)

    result = run_bare(build / "consumer", made.model["roberta"], made.library["roberta"], made.spectra, cwd=tmp_path)

    assert result.returncode == 0, result.stderr.decode()
    header, *rows = (line.split("\t") for line in (tmp_path / "hits.tsv").read_text().splitlines())
    columns = [header.index(name) for name in ("query_id", "status", "smiles", "message")]
    expected = [[row[columns[0]], row[columns[1]], row[columns[2]] or row[columns[3]]] for row in rows]
    assert [line.split("\t") for line in result.stdout.decode().splitlines()] == expected


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
    glibc = {"libc", "libm", "libdl", "librt", "libpthread", "libutil"}
    assert {name.split(".so")[0] for name in of_the_system} <= glibc | {"libstdc++", "libgcc_s"}


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
