"""scripts/cluster: the parts of a library as a job array, and their merge, under a Slurm that the tests start; and the
same scripts without Slurm."""

import json
import os
import signal
import subprocess
import sys

import pytest

from cli_support import DATA, PROGRAM, ROOT, SECONDS_AT_MOST, contents, names_in, succeed
from slurm_support import free_ports, start_slurm, wait_until

CLUSTER = ROOT / "scripts/cluster"
LIST = DATA / "library.smi.gz"
OPTIONS = ("--rows", "f16", "--shard-rows", "400")  # five folders a part
PARTS = 3

# The program, but for the second of three parts when it is made for the first time: that one is stopped when two of its
# folders are done. The file `held` then has its process id. SIGTERM lets it go on to where it hears that signal.
HOLDING = """#!{python}
import os, pathlib, signal, subprocess, sys, time
held, arguments = pathlib.Path("{held}"), sys.argv[1:]
if "2/3" not in arguments or held.exists():
    os.execv("{program}", ["{program}", *arguments])
journal = pathlib.Path(arguments[arguments.index("-o") + 1] + ".building/journal")
child = subprocess.Popen(["{program}", *arguments])
while not (journal.exists() and b'"shard":"0002"' in journal.read_bytes()):
    if child.poll() is not None:
        sys.exit("the part ended before it was held")
    time.sleep(0.001)
child.send_signal(signal.SIGSTOP)
def go_on(number, frame):
    child.send_signal(number)
    child.send_signal(signal.SIGCONT)
signal.signal(signal.SIGTERM, go_on)
held.with_suffix(".partial").write_text(str(child.pid))
held.with_suffix(".partial").rename(held)
code = child.wait()
sys.exit(code if code >= 0 else 128 - code)
"""


@pytest.fixture(scope="module")
def slurm():
    slurm = start_slurm()
    yield slurm
    slurm.stop()


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """The library of one run, as its files."""
    folder = tmp_path_factory.mktemp("alone")
    succeed("index", LIST, *OPTIONS, "-o", folder / "library")
    return contents(folder / "library")


def submit(slurm, folder, program=PROGRAM):
    """The numbers of both jobs."""
    said = slurm.succeed(CLUSTER / "submit.sh", PARTS, folder, LIST, *OPTIONS, SPECBRIDGE_PROGRAM=str(program),
                         SPECBRIDGE_SBATCH="--cpus-per-task=2 --time=1:00:00")
    [index, merge] = [line.split() for line in said.splitlines()]
    assert (index[0], merge[0]) == ("index", "merge")
    return index[1], merge[1]


def logs(folder):
    return {path.name: path.read_text() for path in sorted(folder.glob("*.log"))}


@pytest.fixture
def held(slurm, tmp_path):
    """A submission whose second part stands still, with two of its folders done: (folder, program, index job, merge
    job, process id, what identifies the vectors of the first folder)."""
    program = tmp_path / "holding"
    program.write_text(HOLDING.format(python=sys.executable, held=tmp_path / "held", program=PROGRAM))
    program.chmod(0o755)
    folder = tmp_path / "pubchem"
    index, merge = submit(slurm, folder, program)
    wait_until(lambda: (tmp_path / "held").exists() or slurm.states(index)[0][2] == "FAILED")
    assert (tmp_path / "held").exists(), logs(folder)
    process = int((tmp_path / "held").read_text())
    first = os.stat(folder / "parts/2.building/output/shards/0001/vectors.f16").st_ino
    return folder, program, index, merge, process, first


def assert_went_on(folder, first, alone):
    assert os.stat(folder / "parts/2/shards/0001/vectors.f16").st_ino == first  # was not made again
    assert names_in(folder / "parts") == ["1", "2", "3"]
    assert contents(folder / "library") == alone


@pytest.mark.thorough
def test_an_array_and_its_merge_give_the_library_of_one_run(slurm, alone, tmp_path):
    folder = tmp_path / "pub chem"
    states = slurm.wait(*submit(slurm, folder))
    assert states == [{1: "COMPLETED", 2: "COMPLETED", 3: "COMPLETED"}, {0: "COMPLETED"}], logs(folder)
    assert contents(folder / "library") == alone


@pytest.mark.thorough
def test_a_killed_part_goes_on_when_the_same_is_submitted_again(slurm, alone, held):
    folder, program, index, merge, process, first = held
    os.kill(process, signal.SIGKILL)
    states = slurm.wait(index, merge)
    assert states == [{1: "COMPLETED", 2: "FAILED", 3: "COMPLETED"}, {0: "CANCELLED"}], logs(folder)
    assert not (folder / "library").exists()
    states = slurm.wait(*submit(slurm, folder, program))
    assert states == [{1: "COMPLETED", 2: "COMPLETED", 3: "COMPLETED"}, {0: "COMPLETED"}], logs(folder)
    assert f"index.sbatch: {folder}/parts/1 is there already\n" in logs(folder)["index-1.log"]
    assert_went_on(folder, first, alone)


@pytest.mark.thorough
def test_a_part_whose_time_is_nearly_over_puts_itself_in_the_queue_and_goes_on(slurm, alone, held):
    folder, _, index, merge, _, first = held
    slurm.succeed("scancel", "--signal=USR1", "--batch", f"{index}_2")  # as --signal=B:USR1@300 does
    states = slurm.wait(index, merge)
    assert states == [{1: "COMPLETED", 2: "COMPLETED", 3: "COMPLETED"}, {0: "COMPLETED"}], logs(folder)
    assert slurm.tasks(index)[2]["Restarts"] == "1"
    assert ("index.sbatch: the time is nearly over; part 2 of 3 goes on in another turn\n"
            in logs(folder)["index-2.log"])
    assert_went_on(folder, first, alone)


@pytest.mark.thorough
def test_a_part_that_the_cluster_takes_off_its_machine_goes_on(slurm, alone, held):
    folder, _, index, merge, _, first = held
    slurm.succeed("scontrol", "requeue", f"{index}_2")  # what preemption and the failure of a machine do
    states = slurm.wait(index, merge)
    assert states == [{1: "COMPLETED", 2: "COMPLETED", 3: "COMPLETED"}, {0: "COMPLETED"}], logs(folder)
    assert slurm.tasks(index)[2]["Restarts"] == "1"
    assert_went_on(folder, first, alone)


def run_script(name, *arguments, cwd=None, **variables):
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("SLURM_", "SBATCH_"))}
    return subprocess.run(["bash", CLUSTER / name, *map(str, arguments)], capture_output=True, text=True, cwd=cwd,
                          env={**clean, "SPECBRIDGE_PROGRAM": str(PROGRAM), **variables})


def make_part(folder, number, *options, count=PARTS, **variables):
    return run_script("index.sbatch", folder, LIST, *(options or OPTIONS), SLURM_ARRAY_TASK_ID=str(number),
                      SLURM_ARRAY_TASK_COUNT=str(count), **variables)


@pytest.fixture(scope="module")
def two_of_three(tmp_path_factory):
    """A folder that lacks its second part. The tests leave it as it is."""
    folder = tmp_path_factory.mktemp("cluster") / "pubchem"
    for number in (1, 3):
        done = make_part(folder, number)
        assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.thorough
def test_a_merge_under_slurm_without_all_parts_fails(slurm, two_of_three, tmp_path):
    job = slurm.succeed("sbatch", "--parsable", f"--output={tmp_path}/merge.log", CLUSTER / "merge.sbatch",
                        two_of_three, SPECBRIDGE_PROGRAM=str(PROGRAM)).strip()
    assert slurm.wait(job) == [{0: "FAILED"}]
    assert slurm.tasks(job)[0]["ExitCode"] == "4:0"
    assert (tmp_path / "merge.log").read_text() == missing_text(two_of_three)


def missing_text(folder):
    return (f"merge.sbatch: {folder}: 2 of 3 parts are there, missing: 2; submit these again "
            "(sbatch --array=2 index.sbatch, with the same arguments), then this\n")


def test_a_merge_names_the_parts_that_are_missing(two_of_three):
    done = run_script("merge.sbatch", two_of_three)
    assert (done.returncode, done.stdout, done.stderr) == (4, "", missing_text(two_of_three))
    assert names_in(two_of_three) == ["parts", "run.txt"]


def test_what_is_there_is_not_made_again(two_of_three):
    before = os.stat(two_of_three / "parts/1/manifest.json").st_ino
    done = make_part(two_of_three, 1)
    assert (done.returncode, done.stderr) == (0, f"index.sbatch: {two_of_three}/parts/1 is there already\n")
    assert os.stat(two_of_three / "parts/1/manifest.json").st_ino == before


def test_parts_of_two_runs_do_not_meet_in_one_folder(two_of_three):
    done = make_part(two_of_three, 2, "--rows", "i8", "--shard-rows", "400")
    assert (done.returncode, done.stderr) == (2, (
        f"index.sbatch: {two_of_three}: was begun with other lists, options or another program, as run.txt there says "
        "(there argument f16;here argument i8); give the same, or name another folder\n"))
    assert names_in(two_of_three / "parts") == ["1", "3"]


def test_the_first_array_sets_how_many_parts_there_are(two_of_three, tmp_path):
    variables = {"SLURM_ARRAY_TASK_MIN": "2", "SLURM_ARRAY_TASK_MAX": "4"}
    done = make_part(two_of_three, 2, count=3, **variables)
    assert (done.returncode, done.stderr) == (2, (
        f"index.sbatch: {two_of_three}: was begun in 3 parts, the array goes up to 4; submit at most --array=1-3, or "
        "name another folder\n"))
    done = make_part(tmp_path / "new", 2, count=3, **variables)
    assert (done.returncode, done.stderr) == (2, (
        f"index.sbatch: {tmp_path}/new: is not begun, and the array has 3 tasks from 2 to 4; the first time, submit "
        "all parts: --array=1-PARTS\n"))
    assert names_in(tmp_path) == []


def test_a_script_outside_of_an_array_says_how_it_is_submitted(tmp_path):
    done = run_script("index.sbatch", tmp_path / "new", LIST)
    assert (done.returncode, done.stderr) == (2, (
        "index.sbatch: is no task of an array; submit it with sbatch --array=1-PARTS index.sbatch FOLDER LIST...\n"))
    assert names_in(tmp_path) == []


def test_a_part_that_gets_nowhere_in_its_time_is_not_queued_for_ever(tmp_path):
    program = tmp_path / "program"  # does nothing until it is told to stop
    program.write_text(f"#!/bin/bash\n[ $1 = index ] || exit 0\ntrap 'exit 130' TERM\ntouch {tmp_path}/started\n"
                       "while :; do sleep 0.05; done\n")
    program.chmod(0o755)
    job = subprocess.Popen(["bash", CLUSTER / "index.sbatch", tmp_path / "new", LIST], text=True,
                           stderr=subprocess.PIPE, env={
                               **os.environ, "SPECBRIDGE_PROGRAM": str(program), "SLURM_ARRAY_TASK_ID": "1",
                               "SLURM_ARRAY_TASK_COUNT": "1"})
    wait_until((tmp_path / "started").exists)
    job.send_signal(signal.SIGUSR1)
    _, said = job.communicate(timeout=SECONDS_AT_MOST)
    assert (job.returncode, said) == (130, (
        f"index.sbatch: {tmp_path}/new/parts/1: nothing was finished in the time of this job; ask for more (--time), "
        "or for a smaller --shard-rows in another folder\n"))


def test_a_missing_part_can_be_made_alone_and_the_merge_has_the_bytes_of_one_run(two_of_three, alone, tmp_path):
    folder = tmp_path / "copy"
    subprocess.run(["cp", "-r", two_of_three, folder], check=True)
    done = make_part(folder, 2, count=1, SLURM_ARRAY_TASK_MIN="2", SLURM_ARRAY_TASK_MAX="2")  # --array=2
    assert done.returncode == 0, done.stderr
    done = run_script("merge.sbatch", folder)
    assert done.returncode == 0, done.stderr
    assert contents(folder / "library") == alone
    done = run_script("merge.sbatch", folder)
    assert (done.returncode, done.stderr) == (0, f"merge.sbatch: {folder}/library is there already\n")


@pytest.mark.thorough
def test_a_training_by_several_tasks_gives_the_model_of_several_processes(slurm, made, tmp_path):
    if not json.loads(succeed("--version", "--json").out)["gloo"]:
        pytest.skip("built without Gloo (Debian: libgloo-dev)")
    options = ("--spectra", made.train, "--spectrum-encoder", made.spectrum_encoder, "--molecule-encoder",
               made.encoder["morgan"], "--config", made.config, "--precision", "float32", "--seed", 1)
    job = slurm.succeed("sbatch", "--parsable", "--ntasks=2", "--cpus-per-task=1", "--time=1:00:00",
                        f"--output={tmp_path}/train.log", CLUSTER / "train.sbatch", *options, "-o", tmp_path / "slurm",
                        SPECBRIDGE_PROGRAM=str(PROGRAM), MASTER_ADDR="127.0.0.1").strip()
    assert slurm.wait(job) == [{0: "COMPLETED"}], logs(tmp_path)
    places = {"WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(free_ports(1)[0])}
    other = subprocess.Popen([PROGRAM, "train", *map(str, options), "--threads", "1", "-o", tmp_path / "direct"],
                             env={**os.environ, **places, "RANK": "1", "LOCAL_RANK": "1"})
    succeed("train", *options, "--threads", 1, "-o", tmp_path / "direct", **places, RANK="0", LOCAL_RANK="0")
    assert other.wait(timeout=SECONDS_AT_MOST) == 0
    models = [{**contents(tmp_path / name), "manifest.json": b""} for name in ("slurm", "direct")]
    assert models[0] == models[1]
