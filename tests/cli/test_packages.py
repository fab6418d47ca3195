"""What scripts/package.sh makes, used by another user in an empty directory, without compiler and without network.

The wheel depends on torch, of which a copy takes gigabytes: the user's fresh environment sees the one of the project
through a .pth file that names a folder of hard links to it (the user may not enter the folder of who built). pip finds
torch and NumPy there too and has nothing to fetch.
"""

import importlib.util
import json
import os
import pwd
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from cli_support import PROGRAM, ROOT, SECONDS_AT_MOST, contents, read_table, succeed

pytestmark = pytest.mark.thorough

BUILD = ROOT / "build/release"
PYTHON = "/usr/bin/python3"  # of the system: one of the builder's home is not for others
TOOLS = ("sh", "dirname", "readlink", "basename", "python3")  # all that a PATH offers beside the package
SITE = Path(importlib.util.find_spec("torch").submodule_search_locations[0]).parent
MANUAL = {"man": "man/man1/specbridge.1", "bash": "bash-completion/completions/specbridge",
          "zsh": "zsh/site-functions/_specbridge", "fish": "fish/vendor_completions.d/specbridge.fish"}


@pytest.fixture(scope="module")
def place():
    """A folder that every user may enter."""
    if PROGRAM.parents[1] != BUILD.resolve():
        pytest.skip(f"{PROGRAM} is not the release build of this checkout")
    with tempfile.TemporaryDirectory(prefix="specbridge-") as folder:
        os.chmod(folder, 0o755)
        yield Path(folder)


@pytest.fixture(scope="module")
def packages(place):
    subprocess.run([ROOT / "scripts/package.sh", "-o", place / "dist"], check=True, capture_output=True)
    [wheel], [archive] = place.glob("dist/*.whl"), place.glob("dist/*.tar.gz")
    assert {wheel, archive} == set(place.glob("dist/*"))
    return SimpleNamespace(wheel=wheel, archive=archive)


@pytest.fixture(scope="module")
def torch_site(place):
    """The packages of the project's environment, where every user can read them."""
    if os.stat(place).st_dev != os.stat(SITE).st_dev:
        pytest.skip(f"{SITE} and {place} are on two disks: the packages cannot be linked")
    return Path(shutil.copytree(SITE, place / "site", copy_function=os.link))


class User:
    """Somebody without rights, whose PATH has no compiler, in a world without network."""

    def __init__(self, place):
        self.number = pwd.getpwnam("nobody").pw_uid
        self.home = Path(tempfile.mkdtemp(dir=place, prefix="home-"))
        self.tools = self.home / "tools"
        self.tools.mkdir()
        for name in TOOLS:
            (self.tools / name).symlink_to(PYTHON if name == "python3" else shutil.which(name))
        os.chown(self.home, self.number, self.number)
        alone = [shutil.which("unshare"), "-n"]
        self.alone = alone if subprocess.run([*alone, "true"], capture_output=True).returncode == 0 else []

    def run(self, *command, path=(), **environment):
        given = {"PATH": ":".join([*map(str, path), str(self.tools)]), "HOME": str(self.home), **environment}
        return subprocess.run([*self.alone, shutil.which("setpriv"), f"--reuid={self.number}", f"--regid={self.number}",
                               "--clear-groups", *map(str, command)], env=given, cwd=self.home, capture_output=True,
                              timeout=5 * SECONDS_AT_MOST)

    def succeed(self, *command, **options):
        done = self.run(*command, **options)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()


@pytest.fixture(scope="module")
def user(place):
    if os.geteuid() != 0:
        pytest.skip("only root may start a program as another user")
    if not Path(PYTHON).is_file():
        pytest.skip(f"{PYTHON} is missing: other users have no Python")
    user = User(place)
    if not user.alone:
        print("no network namespace can be made here: the network is not cut off", file=sys.stderr)
    assert user.run("python3", "-c", "import shutil; print([shutil.which(name) for name in ('cc', 'c++', 'gcc')])"
                    ).stdout == b"[None, None, None]\n"
    return user


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    """What the release build writes for what the packages bring along."""
    folder = tmp_path_factory.mktemp("expected")
    succeed("index", ROOT / "data/molecules.smi.gz", "-o", folder / "library")
    succeed("search", ROOT / "data/query.mgf", "--library", folder / "library", "-o", folder / "hits.tsv")
    succeed("embed", ROOT / "data/query.mgf", "-o", folder / "query.npy")
    return folder


@pytest.fixture(scope="module")
def wheel(packages, torch_site, user):
    """An environment of the user with the wheel."""
    user.succeed("python3", "-m", "venv", "env")
    environment = user.home / "env"
    [site] = environment.glob("lib/python3.*/site-packages")
    (site / "project.pth").write_text(f"{torch_site}\n")
    user.succeed(environment / "bin/pip", "install", "--no-index", "--quiet", packages.wheel)
    return SimpleNamespace(bin=environment / "bin", share=environment / "share", data=next(site.glob(
        "specbridge/program/share/specbridge/data")), options={"path": [environment / "bin"]})


@pytest.fixture(scope="module")
def bundle(packages, torch_site, user):
    """The unpacked archive."""
    with tarfile.open(packages.archive) as archive:
        archive.extractall(user.home, filter="data")
    [folder] = user.home.glob("specbridge-*-linux-x86_64")
    return SimpleNamespace(bin=folder / "bin", share=folder / "share", data=folder / "share/specbridge/data",
                           options={"path": [folder / "bin"], "SPECBRIDGE_LIBTORCH": str(torch_site / "torch/lib")})


@pytest.fixture(params=["wheel", "bundle"])
def package(request):
    return request.getfixturevalue(request.param)


def test_another_user_gets_the_answers_of_the_build(package, expected, user):
    folder = Path(tempfile.mkdtemp(dir=user.home))
    os.chown(folder, user.number, user.number)
    program = package.bin / "specbridge"
    user.succeed(program, "index", package.data / "molecules.smi.gz", "-o", folder / "library", **package.options)
    user.succeed(program, "search", package.data / "query.mgf", "--library", folder / "library", "-o",
                 folder / "hits.tsv", **package.options)
    user.succeed(program, "embed", package.data / "query.mgf", "-o", folder / "query.npy", **package.options)
    assert contents(folder / "library") == contents(expected / "library")
    for name in ("hits.tsv", "query.npy", "query.ids.tsv"):
        assert (folder / name).read_bytes() == (expected / name).read_bytes(), name


def test_manual_completions_and_licences_come_along(package):
    for what, file in MANUAL.items():
        assert (package.share / file).read_text() == succeed("generate", what).out
    assert (package.data / "LICENSE").read_text().startswith("Data of specbridge that derive from MassBank")
    notices = package.data.parents[1] / "doc/specbridge"
    assert (notices / "LICENSE").is_file() and (notices / "third-party/librdkit1").is_file()
    assert not (notices / "third-party/libc6").exists()


def test_the_manual_is_found_by_who_can_call_the_program(wheel, user):
    if shutil.which("man") is None:
        pytest.skip("man is not installed")
    shown = subprocess.run(["man", "-w", "specbridge"], capture_output=True, text=True,
                           env={"PATH": f"{wheel.bin}:/usr/bin:/bin"})
    assert shown.stdout.strip() == str(wheel.share / "man/man1/specbridge.1"), shown.stderr


def test_the_wheel_names_what_it_needs_and_nothing_of_the_builder(packages):
    version = succeed("--version").out.split()[1]
    assert packages.wheel.name == f"specbridge-{version}-py3-none-manylinux_2_36_x86_64.whl"
    assert packages.archive.name == f"specbridge-{version}-linux-x86_64.tar.gz"
    with zipfile.ZipFile(packages.wheel) as wheel:
        names = wheel.namelist()
        [metadata] = [name for name in names if name.endswith(".dist-info/METADATA")]
        stated = wheel.read(metadata).decode().splitlines()
        assert "Requires-Dist: torch==2.11.*" in stated and f"Version: {version}" in stated
        assert not [name for name in names if "libtorch" in name or "libc10" in name or "__pycache__" in name]
        for name in names:
            if wheel.read(name)[:4] != b"\x7fELF":  # whose assertions of LibTorch and FAISS name their sources
                assert str(ROOT).encode() not in wheel.read(name) and str(SITE).encode() not in wheel.read(name), name


def test_the_program_of_the_wheel_takes_no_library_from_the_build_machine(wheel, torch_site):
    [program] = wheel.data.parents[2].glob("bin/specbridge.bin")
    listed = subprocess.run(["ldd", program], check=True, capture_output=True, text=True,
                            env={"LD_LIBRARY_PATH": str(torch_site / "torch/lib")}).stdout
    found = {line.split()[0]: line.split()[2] for line in listed.splitlines() if " => " in line}
    inside = (str(program.parents[1]), str(torch_site))
    outside = {name.split(".so")[0] for name, path in found.items() if not path.startswith(inside)}
    assert "not" not in found.values(), listed
    assert outside <= {"libc", "libm", "libdl", "librt", "libpthread", "libutil", "libresolv", "libstdc++",
                       "libgcc_s"}, listed


def test_the_console_script_is_the_program(wheel, user):
    refused = user.run(wheel.bin / "specbridge", "search", "none.mgf", "--library", "none", "-o", "hits.tsv",
                       **wheel.options)
    assert (refused.returncode, refused.stderr) == (
        3, b"specbridge: none.mgf: cannot be read (No such file or directory)\n")
    assert user.succeed(wheel.bin / "python", "-m", "specbridge", "--version") == succeed("--version").out
    imported = user.succeed(wheel.bin / "python", "-c", "import sys, specbridge._program as p; p.torch_libraries(); "
                            "print([name for name in ('torch', 'numpy') if name in sys.modules])")
    assert imported == "[]\n"


def test_the_console_script_says_what_to_install_without_torch(wheel, user):
    [pth] = wheel.bin.parent.glob("lib/python3.*/site-packages/project.pth")
    pth.rename(pth.with_suffix(".off"))
    try:
        refused = user.run(wheel.bin / "specbridge", "--version")
    finally:
        pth.with_suffix(".off").rename(pth)
    assert (refused.returncode, refused.stderr) == (
        4, b"specbridge: LibTorch 2.11 not found; install torch==2.11.* beside specbridge, or set SPECBRIDGE_LIBTORCH "
           b"to the torch/lib folder of another environment\n")


MODULE = """
import json, sys, warnings
import numpy, specbridge

warnings.simplefilter("error")
specbridge.run("index", specbridge.DATA / "molecules.smi.gz", "-o", "module-library")
hits = specbridge.search(specbridge.DATA / "query.mgf", library="module-library", k=2, rank_by="cosine")
vectors, ids = specbridge.embed([specbridge.DATA / "query.mgf"])
molecules, rows = specbridge.embed(specbridge.DATA / "molecules.smi.gz", molecules=True)
again = specbridge.read_hits(sys.argv[1])
of_molecule = dict(zip(rows["smiles"], molecules[rows["row"]]))
cosines = [float(vectors[ids["row"][query]] @ of_molecule[smiles])
           for query, smiles in zip(hits["query_index"], hits["smiles"])]
try:
    specbridge.search("none.mgf", library="module-library")
except specbridge.SpecbridgeError as error:
    failure = [error.code, str(error)]
print(json.dumps({"version": specbridge.__version__, "rank": hits["rank"].tolist(), "failure": failure,
                  "apart": float(numpy.abs(cosines - hits["score"]).max()), "columns": list(again),
                  "types": [str(again[name].dtype) for name in ("query_index", "rank", "score", "smiles")],
                  "first": [str(again["query_id"][0]), float(again["score"][0])], "shape": vectors.shape}))
"""


def test_the_module_searches_embeds_and_reads_hits(wheel, expected, user):
    shutil.copy(expected / "hits.tsv", user.home / "expected.tsv")
    said = json.loads(user.succeed(wheel.bin / "python", "-c", MODULE, "expected.tsv"))
    rows = read_table(expected / "hits.tsv")
    assert said["version"] == succeed("--version").out.split()[1]
    assert set(said["rank"]) == {1.0, 2.0}
    assert said["apart"] < 1e-6
    assert said["failure"] == [3, "none.mgf: cannot be read (No such file or directory)"]
    assert said["columns"] == list(rows[0]) and said["types"] == ["int64", "float64", "float64", "object"]
    assert said["first"] == [rows[0]["query_id"], pytest.approx(float(rows[0]["score"]))]
    assert said["shape"] == [200, 768]
