"""specbridge train --resume: killed at any instant and continued, a training ends with the same bytes."""

import itertools
import json
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest

from cli_support import (DATA, PROGRAM, SECONDS_AT_MOST, changed, contents, flip_byte, names_in, read_json, specbridge,
                         succeed)

STEPS = 40
LONGER = ("--set", f"max_steps={STEPS}", "--set", "epochs=50")
FIXED = ("--threads", 1, "--seed", 1, "--precision", "float32", "--checkpoint-steps", 1)


@pytest.fixture(scope="module")
def options(made, generating, reading):
    """Of each kind of training, all but the output."""
    bridge = ("train", "--spectra", made.train, "--spectrum-encoder", made.spectrum_encoder, "--molecule-encoder",
              made.encoder["morgan"], "--config", made.config, *LONGER, *FIXED)
    validated = ("--validation", made.spectra, "--validation-candidates", made.pools)
    similarity = ("train", "--objective", "similarity", "--spectra", made.train, "--validation", made.spectra,
                  "--spectrum-encoder", made.spectrum_encoder, *LONGER, *FIXED,
                  *(word for setting in ("head_hidden=32", "head_out=32", "vector_dim=32", "batch=16", "warmup_steps=2",
                                         "learning_rate=0.003", "validations=4") for word in ("--set", setting)))
    generate = (*generating.train, "--validation", made.spectra, *FIXED, "--set", "language_steps=20", "--set",
                "max_steps=20", "--set", "respelled=0.5", "--set", "validations=4")
    masked = ("train", "--objective", "masked-tokens", "--spectra", reading.spectra, "--validation", reading.held,
              "--spectrum-encoder", reading.encoder, *LONGER, *FIXED,
              *(word for setting in ("batch=16", "warmup_steps=2", "learning_rate=0.003", "validations=4",
                                     "intensity_jitter=0.1") for word in ("--set", setting)))
    return {"generate": generate,
            "masked tokens": masked,
            "bridge": (*bridge, *validated, "--set", "validations=7"),
            "what is drawn": (*bridge, "--set", "dropout=0.1", "--set", "drop_peak_probability=0.2", "--set",
                              "intensity_jitter=0.1", "--set", "molecule_weight_power=0.5"),
            "two threads": (*changed(changed(bridge, "--threads", 2), "--precision", "bfloat16"), "--set",
                            "trainable_blocks=1"),
            "two members": (*bridge, *validated, "--set", "members=2", "--set", "max_steps=20"),
            "fragments": (*bridge, "--decoys", DATA / "library.smi.gz"),
            "patience": (*bridge, *validated, "--set", "validations=20", "--set", "patience=2"),
            "similarity": similarity,
            "shuffled labels": (*similarity, "--shuffle-labels")}


@pytest.fixture(scope="module")
def straight(options, tmp_path_factory):
    """The model of a training that nobody disturbed, by kind. Its manifest states the command, so that all outputs are
    called `model`."""
    models = {}

    def model(kind):
        if kind not in models:
            folder = tmp_path_factory.mktemp("straight")
            succeed(*options[kind], "-o", "model", cwd=folder)
            models[kind] = contents(folder / "model")
        return models[kind]

    return model


def journal_of(folder):
    """The steps that are written down, but for the task and a line that is not whole."""
    file = folder / "model.building/journal"
    lines = file.read_text().split("\n")[1:-1] if file.exists() else []
    return [json.loads(line.split(" ", 1)[1]) for line in lines]


def states_of(folder):
    return [step for step in journal_of(folder) if "checkpoint" in step]


def run_until(arguments, folder, condition, number=signal.SIGKILL):
    """Starts a run and ends it once the condition holds; its exit code and what it said."""
    run = subprocess.Popen([PROGRAM, *map(str, arguments), "-o", "model"], cwd=folder, stdout=subprocess.DEVNULL,
                           stderr=subprocess.PIPE)
    deadline = time.monotonic() + SECONDS_AT_MOST
    while run.poll() is None and not condition():
        assert time.monotonic() < deadline, "nothing happened"
        time.sleep(0.001)
    run.send_signal(number)
    err = run.communicate()[1].decode()
    return run.returncode, err


def kill_at_steps(arguments, folder, steps):
    """Kills a run at each of these steps, counted over members; how often it was killed."""
    kills = 0
    for step in steps:
        code, err = run_until((*arguments, "--resume"), folder, lambda: len(states_of(folder)) >= step)
        if code == 0:
            break
        assert code == -signal.SIGKILL, err
        kills += 1
    return kills


def test_a_training_that_is_killed_at_twenty_steps_ends_with_the_same_bytes(options, straight, tmp_path):
    steps = sorted(random.Random(18).sample(range(1, STEPS), 20))
    assert kill_at_steps(options["bridge"], tmp_path, steps) >= 5  # a busy machine may miss some of them
    if not (tmp_path / "model").exists():
        succeed(*options["bridge"], "--resume", "-o", "model", cwd=tmp_path)
    assert contents(tmp_path / "model") == straight("bridge")
    assert names_in(tmp_path) == ["model"]


def test_the_training_of_a_decoder_that_is_killed_in_both_stages_ends_with_the_same_bytes(options, straight, tmp_path):
    assert kill_at_steps(options["generate"], tmp_path, [3, 9, 18, 23, 31]) >= 1
    if not (tmp_path / "model").exists():
        succeed(*options["generate"], "--resume", "-o", "model", cwd=tmp_path)
    assert contents(tmp_path / "model") == straight("generate")
    assert names_in(tmp_path) == ["model"]


@pytest.mark.thorough
@pytest.mark.parametrize("kind", ["what is drawn", "two threads", "two members", "fragments", "patience", "similarity",
                                  "shuffled labels", "masked tokens"])
def test_a_training_of_any_kind_ends_with_the_same_bytes(options, straight, tmp_path, kind):
    assert kill_at_steps(options[kind], tmp_path, [3, 9, 16, 25]) >= 1
    if not (tmp_path / "model").exists():
        succeed(*options[kind], "--resume", "-o", "model", cwd=tmp_path)
    assert contents(tmp_path / "model") == straight(kind)
    assert names_in(tmp_path) == ["model"]


@pytest.mark.thorough
@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("kind", ["bridge", "two members", "fragments"])
def test_a_training_that_is_killed_at_random_instants_ends_with_the_same_bytes(options, straight, tmp_path, kind,
                                                                               seed):
    """Wherever it is: reading, writing a state, making the model; until a run comes through."""
    chance = random.Random(seed)
    for attempt in itertools.count(1):
        end = time.monotonic() + chance.uniform(0, 0.2) * 1.25 ** attempt
        code, err = run_until((*options[kind], "--resume"), tmp_path, lambda: time.monotonic() > end)
        if code == 0 or (tmp_path / "model").exists():
            break
        assert code == -signal.SIGKILL, err
    assert contents(tmp_path / "model") == straight(kind)


@pytest.fixture
def interrupted(options, tmp_path):
    """A training that was interrupted after at least ten steps, in tmp_path."""
    code, err = run_until(options["bridge"], tmp_path, lambda: len(states_of(tmp_path)) >= 10, signal.SIGINT)
    if code == 0 or states_of(tmp_path)[-1]["checkpoint"] == STEPS:
        pytest.skip("the training was faster than the interrupt")
    assert code == 130
    return err


def test_an_interrupt_keeps_the_work_and_says_how_to_go_on(options, straight, interrupted, tmp_path):
    assert interrupted.splitlines()[-1] == (
        "specbridge: interrupted; what is done is kept in model.building: go on with the same command and --resume "
        "(with --finish as well it makes a model of the steps that are done)")
    assert names_in(tmp_path) == ["model.building"]
    succeed(*options["bridge"], "--resume", "-o", "model", cwd=tmp_path)
    assert contents(tmp_path / "model") == straight("bridge")


def test_an_interrupt_keeps_what_no_state_was_written_of(made, train_with, tmp_path):
    arguments = train_with("--set", "max_steps=1000000", "--set", "epochs=1000000", "--validation", made.spectra,
                           "--set", "validations=100000", "-v")
    run = subprocess.Popen([PROGRAM, *map(str, arguments), "-o", "model"], cwd=tmp_path, stderr=subprocess.PIPE)
    while not run.stderr.readline().startswith(b"step "):  # a validation within the training is done
        assert run.poll() is None
    run.send_signal(signal.SIGINT)
    run.communicate(timeout=SECONDS_AT_MOST)
    assert run.returncode == 130
    [state] = states_of(tmp_path)
    assert state["checkpoint"] >= 10
    assert names_in(tmp_path / "model.building/work") == [f"member-1-step-{state['checkpoint']}.checkpoint"]


def test_the_last_two_states_are_kept(interrupted, tmp_path):
    last, newest = [step["checkpoint"] for step in states_of(tmp_path)][-2:]
    assert names_in(tmp_path / "model.building/work") == sorted(
        f"member-1-step-{step}.checkpoint" for step in (last, newest))


def test_the_figures_so_far_can_be_looked_at(interrupted, tmp_path):
    lines = [json.loads(line) for line in (tmp_path / "model.building/output/metrics.jsonl").read_text().splitlines()]
    newest = states_of(tmp_path)[-1]["checkpoint"]
    assert [line["step"] for line in lines if "loss" in line] == list(range(1, newest + 1))


def test_an_interrupted_training_can_be_made_a_model(made, options, interrupted, tmp_path):
    newest = states_of(tmp_path)[-1]["checkpoint"]
    said = json.loads(succeed(*options["bridge"], "--resume", "--finish", "-o", "model", "--json", cwd=tmp_path).out)
    assert (said["steps"], said["interrupted"]) == (newest, True)
    assert read_json(tmp_path / "model/manifest.json")["training"]["steps"] == newest
    assert names_in(tmp_path) == ["model"]
    assert "all hold" in succeed("info", tmp_path / "model").out
    succeed("search", DATA / "query.mgf", "--model", tmp_path / "model", "--library", made.library["morgan"], "-o",
            tmp_path / "hits.tsv")


def test_an_ensemble_that_ends_early_has_the_members_that_were_begun(options, tmp_path):
    code, _ = run_until(options["two members"], tmp_path,
                        lambda: any(step["member"] == 2 for step in states_of(tmp_path)), signal.SIGINT)
    if code == 0 or states_of(tmp_path)[-1]["checkpoint"] == 20:
        pytest.skip("the training was faster than the interrupt")
    succeed(*options["two members"], "--resume", "--finish", "-o", "model", cwd=tmp_path)
    manifest = read_json(tmp_path / "model/manifest.json")
    assert manifest["members"] == 2
    assert manifest["training"]["interrupted"] is False
    assert [member["interrupted"] for member in manifest["training"]["further_members"]] == [True]


def test_work_that_is_left_is_neither_lost_nor_mixed_with_another(options, straight, interrupted, made, tmp_path):
    command = options["bridge"]
    result = specbridge(*command, "-o", "model", cwd=tmp_path)
    assert (result.code, result.err) == (
        5, "specbridge: model.building: an interrupted run has left its work there; go on with --resume, or begin anew "
           "with --force\n")
    others = [((*command, "--set", "learning_rate=0.001", "--set", "batch=8"), "batch, learning_rate"),
              ((*command, "--set", "members=2"), "members"),
              ((*command, "--decoys", DATA / "library.smi.gz"), "--decoys"),
              (changed(command, "--seed", 2), "--seed"), (changed(command, "--threads", 2), "--threads"),
              (changed(command, "--precision", "bfloat16"), "--precision"),
              (changed(command, "--spectra", made.spectra), "--spectra"),
              (changed(command, "--molecule-encoder", made.encoder["roberta"]), "molecule encoder")]
    for other, what in others:
        result = specbridge(*other, "--resume", "-o", "model", cwd=tmp_path)
        assert (result.code, result.err) == (
            5, f"specbridge: model.building: was begun with another {what}; go on with the same, or begin anew with "
               "--force\n")
    succeed(*command, "--force", "-o", "model", cwd=tmp_path)
    assert {**contents(tmp_path / "model"), "manifest.json": b""} == {**straight("bridge"), "manifest.json": b""}
    assert names_in(tmp_path) == ["model"]


def test_a_damaged_state_gives_way_to_the_one_before(options, straight, interrupted, tmp_path):
    last, newest = [step["checkpoint"] for step in states_of(tmp_path)][-2:]
    damaged = Path("model.building") / "work" / f"member-1-step-{newest}.checkpoint"
    flip_byte(tmp_path / damaged, 5000)
    result = succeed(*options["bridge"], "--resume", "-o", "model", "-v", cwd=tmp_path)
    assert (f"warning: {damaged}: block 1 of 1 is damaged (checksum does not hold); make or "
            "copy it again; going on from what was kept before it") in result.err
    assert f"going on after {last} of {STEPS} steps" in result.err
    assert contents(tmp_path / "model").keys() == straight("bridge").keys()
    assert {**contents(tmp_path / "model"), "manifest.json": b""} == {**straight("bridge"), "manifest.json": b""}


def test_without_a_whole_state_the_training_begins_anew(options, straight, interrupted, tmp_path):
    for state in (tmp_path / "model.building/work").iterdir():
        state.unlink()
    result = succeed(*options["bridge"], "--resume", "-o", "model", cwd=tmp_path)
    assert result.err.count("going on from what was kept before it") == 2
    assert contents(tmp_path / "model") == straight("bridge")


def test_a_member_whose_files_were_changed_is_trained_again(options, straight, tmp_path):
    code, _ = run_until(options["two members"], tmp_path,
                        lambda: any(step["member"] == 2 for step in states_of(tmp_path)), signal.SIGINT)
    if code == 0:
        pytest.skip("the training was faster than the interrupt")
    flip_byte(tmp_path / "model.building/output/trained.safetensors", -1)
    result = succeed(*options["two members"], "--resume", "-o", "model", cwd=tmp_path)
    assert "warning: model.building: files were changed or are gone; member 1 is trained again\n" in result.err
    assert contents(tmp_path / "model") == straight("two members")


def test_what_is_asked_of_nothing(options, straight, tmp_path):
    result = specbridge(*options["bridge"], "--resume", "--finish", "-o", "model", cwd=tmp_path)
    assert (result.code, result.err) == (
        5, "specbridge: model.building: has no step of a training that a model could be made of\n")
    assert names_in(tmp_path) == []
    assert specbridge(*options["bridge"], "--finish", "-o", "model", cwd=tmp_path).code == 2
    succeed(*options["bridge"], "--resume", "-o", "model", cwd=tmp_path)  # it begins
    assert contents(tmp_path / "model") == straight("bridge")


def test_when_a_state_is_kept_changes_no_byte(options, straight, tmp_path):
    seldom = changed(options["bridge"], "--checkpoint-steps", 0)
    for name, minutes in [("rarely", 10), ("always", 0.000001), ("never", 0)]:
        succeed(*seldom, "--checkpoint-minutes", minutes, "-o", tmp_path / name)
        assert {**contents(tmp_path / name), "manifest.json": b""} == {**straight("bridge"), "manifest.json": b""}


def test_a_full_disk_leaves_work_that_resumes(options, straight, tmp_path):
    """A limit on the size of files stands for the full disk: three buffers of 30,256 numbers fit, four do not, as there
    are from the first validation on."""
    limited = subprocess.run(["bash", "-c", "ulimit -f 420; exec \"$@\"", "bash", PROGRAM,
                              *map(str, options["bridge"]), "-o", "model"], cwd=tmp_path, capture_output=True,
                             text=True)
    assert limited.returncode == 5
    assert limited.stderr.endswith("; what is done is kept in model.building: go on with the same command and "
                                   "--resume\n")
    assert [step["checkpoint"] for step in states_of(tmp_path)] == [1, 2, 3, 4, 5, 6]
    succeed(*options["bridge"], "--resume", "-o", "model", cwd=tmp_path)
    assert contents(tmp_path / "model") == straight("bridge")


def test_patience_ends_a_training_that_gets_no_better(made, train_with, tmp_path):
    arguments = train_with("--validation", made.spectra, "--validation-candidates", made.pools, "--set",
                           "validations=20", "--set", "patience=3", "--set", "max_steps=200", "--set", "epochs=100")
    said = json.loads(succeed(*arguments, "-o", tmp_path / "model", "--json").out)
    assert said["interrupted"] is False
    lines = [json.loads(line) for line in (tmp_path / "model/metrics.jsonl").read_text().splitlines()]
    figures = [(line["step"], line["validation"]["recall_at_5"], line["validation"]["mrr"]) for line in lines
               if "validation" in line]
    best = max(range(len(figures)), key=lambda i: (figures[i][1:], -i))
    assert said["best_step"] == figures[best][0]
    assert said["steps"] == figures[-1][0] == 10 * len(figures)
    assert len(figures) == min(best + 4, 20)
    assert read_json(tmp_path / "model/manifest.json")["training"].get("stopped_early", False) is (said["steps"] < 200)
