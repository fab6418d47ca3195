"""Several processes train one model: as torchrun and srun start them, with Gloo on the loopback address."""

import json
import math
import os
import signal
import socket
import subprocess
import sys
import time

import pytest
import torch
from safetensors.torch import load_file

from cli_support import DATA, PROGRAM, SECONDS_AT_MOST, Result, changed, contents, names_in, specbridge, succeed

VARIABLES = ("RANK", "LOCAL_RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT", "SLURM_PROCID", "SLURM_LOCALID",
             "SLURM_NTASKS", "TORCHELASTIC_USE_AGENT_STORE", "TORCHELASTIC_RESTART_COUNT")
BARE = {name: value for name, value in os.environ.items() if name not in VARIABLES}
FIXED = ("--threads", 1, "--seed", 1, "--precision", "float32")
# Of 120 spectra one is left for the last batch of an epoch, so that all processes but one have nothing to do.
SETTINGS = ("batch=17", "max_steps=12", "epochs=2", "clip_norm=0.5", "intensity_jitter=0.1",
            "drop_peak_probability=0.1")
CLOSE = 1e-5  # of the norm of all weights
CLOSE_EACH = 1e-3  # of that of one tensor: AdamW enlarges the rounding of gradients that are nearly 0
LONG = ("--set", "max_steps=1000000", "--set", "epochs=1000000", "--checkpoint-steps", 5)


def words_of(settings):
    return [word for setting in settings for word in ("--set", setting)]


@pytest.fixture(scope="module")
def commands(made):
    """Of each kind of training, all but the output."""
    bridge = ("train", "--spectra", made.train, "--spectrum-encoder", made.spectrum_encoder, "--molecule-encoder",
              made.encoder["morgan"], "--config", made.config, *FIXED, *words_of(SETTINGS))
    library = ("--decoys", DATA / "library.smi.gz")
    similarity = ("train", "--objective", "similarity", "--spectra", made.train, "--validation", made.spectra,
                  "--spectrum-encoder", made.spectrum_encoder, *FIXED, *words_of(SETTINGS), *words_of((
                      "head_hidden=32", "head_out=32", "vector_dim=32", "warmup_steps=2", "learning_rate=0.003",
                      "validations=2", "supcon_weight=1", "triplet_weight=0.5", "tanimoto_weight=0.5")))
    return {"mse": (*bridge, *words_of(["orthogonality_weight=0.1"])),
            "softmax": (*bridge, *words_of(["contrastive_weight=1", "distance_weight=0"])),
            "infonce": (*bridge, *words_of(["infonce_weight=1", "distance_weight=0"])),
            "infonce-dual": (*bridge, "--objective", "infonce-dual", *words_of(["infonce_dual_copies=2"])),
            "decoys": (*bridge, *library, "--evidence", "cosine", *words_of(["decoy_weight=1", "decoys=4"])),
            "similarity": similarity,
            "ensemble": (*bridge, *library, "--validation", made.spectra, "--validation-candidates", made.pools,
                         *words_of(["members=2", "target=whitened", "mapper_start=procrustes", "validations=3",
                                    "patience=2"])),
            "long": (*bridge, "--peer-timeout", 3, *LONG),
            "longer": (*bridge, *words_of(["max_steps=60", "epochs=60"]), "--checkpoint-steps", 4)}


@pytest.fixture(scope="module")
def built_for_several(made):
    versions = json.loads(succeed("--version", "--json").out)
    if not versions["gloo"]:
        pytest.skip("built without Gloo (Debian: libgloo-dev)")


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture
def port():
    return free_port()


def torchrun_names(rank, count, port):
    return {"RANK": rank, "LOCAL_RANK": rank, "WORLD_SIZE": count, "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port}


def srun_names(rank, count, port):
    return {"SLURM_PROCID": rank, "SLURM_LOCALID": rank, "SLURM_NTASKS": count, "MASTER_ADDR": "127.0.0.1",
            "MASTER_PORT": port}


def start(arguments, folder, variables):
    return subprocess.Popen([PROGRAM, *map(str, arguments), "-o", "model"], cwd=folder, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, env={**BARE, **{name: str(of) for name, of in variables.items()}})


def result_of(process):
    out, err = process.communicate(timeout=SECONDS_AT_MOST)
    return Result(process.returncode, out.decode(), err.decode())


def begin(commands, folder, port, count=2, names=torchrun_names):
    """Starts the processes; commands: of all, or a list of each one's."""
    each = commands if isinstance(commands, list) else [commands] * count
    return [start(each[rank], folder, names(rank, count, port)) for rank in range(count)]


def train_together(*arguments, **options):
    """Starts the processes and waits for their ends, which must be good."""
    results = [result_of(process) for process in begin(*arguments, **options)]
    assert [result.code for result in results] == [0] * len(results), [result.err for result in results]
    return results


def states_of(folder):
    journal = folder / "model.building/journal"
    return journal.read_bytes().count(b'"checkpoint"') if journal.exists() else 0


def begin_long(commands, folder, port):
    """Two processes of a training without end, in the middle of it."""
    processes = begin(commands["long"], folder, port)
    deadline = time.monotonic() + SECONDS_AT_MOST
    while states_of(folder) < 3:
        assert time.monotonic() < deadline and all(process.poll() is None for process in processes)
        time.sleep(0.01)
    return processes


def assert_alike(one, other):
    """Tensors of two trainings by name, relative to their norms."""
    assert one.keys() == other.keys()
    norms = {name: float(torch.linalg.vector_norm(tensor)) for name, tensor in one.items()}
    away = {name: float(torch.linalg.vector_norm(one[name] - other[name])) for name in one}
    assert math.hypot(*away.values()) < CLOSE * math.hypot(*norms.values())
    assert [name for name in one if away[name] > CLOSE_EACH * norms[name]] == []


def assert_close(one, other):
    """Figures of two trainings; of validations they are the same unless two molecules change places."""
    lines = [[json.loads(line) for line in (model / "metrics.jsonl").read_text().splitlines()]
             for model in (one, other)]
    for mine, other_one in zip(*lines, strict=True):
        assert mine == pytest.approx(other_one, rel=1e-5, abs=1e-7) if "loss" in mine else mine == other_one


@pytest.mark.parametrize("kind, count", [("mse", 2), ("softmax", 2), ("infonce", 3), ("infonce-dual", 3),
                                         ("decoys", 2), ("similarity", 3),
                                         ("ensemble", 2)])
def test_several_processes_train_the_model_of_one(built_for_several, commands, tmp_path, port, kind, count):
    (tmp_path / "one").mkdir()
    (tmp_path / "several").mkdir()
    alone = specbridge(*commands[kind], "-o", "model", cwd=tmp_path / "one")
    assert alone.code == 0, alone.err
    leading, *others = train_together(commands[kind], tmp_path / "several", port, count)
    assert leading.err == alone.err
    assert {(result.out, result.err) for result in others} == {("", "")}
    one, several = tmp_path / "one/model", tmp_path / "several/model"
    assert names_in(tmp_path / "several") == ["model"]
    assert contents(one).keys() == contents(several).keys()
    for name, content in contents(one).items():
        if name.endswith("trained.safetensors"):
            assert_alike(load_file(one / name), load_file(several / name))
        elif name.endswith(".json") or name.endswith("metrics.jsonl"):
            continue
        else:
            assert content == (several / name).read_bytes(), name
    assert_close(one, several)


def test_the_same_bytes_come_out_however_the_processes_are_started(built_for_several, commands, tmp_path, port):
    models = []
    for names in (torchrun_names, srun_names):
        folder = tmp_path / names.__name__
        folder.mkdir()
        train_together(commands["infonce"], folder, port, names=names)
        models.append(contents(folder / "model"))
    folder = tmp_path / "torchrun"
    folder.mkdir()
    run = subprocess.run([sys.executable, "-m", "torch.distributed.run", "--no-python", "--nproc-per-node", "2",
                          "--master-addr", "127.0.0.1", "--master-port", str(port), PROGRAM,
                          *map(str, commands["infonce"]), "-o", "model"], cwd=folder, env=BARE, capture_output=True,
                         text=True, timeout=SECONDS_AT_MOST)
    assert run.returncode == 0, run.stderr
    assert models[0] == models[1] == contents(folder / "model")


def test_one_process_of_one_trains_as_ever(commands, tmp_path, port):
    for name, variables in [("plain", {}), ("of one", torchrun_names(0, 1, port))]:
        (tmp_path / name).mkdir()
        assert result_of(start(commands["mse"], tmp_path / name, variables)).code == 0
    assert contents(tmp_path / "plain/model") == contents(tmp_path / "of one/model")


def test_rank_0_alone_reads_and_writes(built_for_several, made, commands, tmp_path, port):
    """The other one finds neither spectra nor molecules, and its folder stays empty."""
    for name in ("leading", "other"):
        (tmp_path / name).mkdir()
    elsewhere = [tmp_path / "none" if word in (made.train, made.encoder["morgan"]) else word
                 for word in commands["mse"]]
    processes = [start(words, tmp_path / name, torchrun_names(rank, 2, port)) for rank, (name, words) in enumerate(
        [("leading", commands["mse"]), ("other", elsewhere)])]
    results = [result_of(process) for process in processes]
    assert [result.code for result in results] == [0, 0], results
    assert (results[1].out, results[1].err) == ("", "")
    assert (names_in(tmp_path / "leading"), names_in(tmp_path / "other")) == (["model"], [])


@pytest.fixture(scope="module")
def straight(commands, tmp_path_factory):
    """What a training comes to that nobody disturbs."""
    folder = tmp_path_factory.mktemp("straight")
    train_together(commands["longer"], folder, free_port())
    return contents(folder / "model")


@pytest.mark.parametrize("rank, number", [(0, signal.SIGKILL), (1, signal.SIGKILL), (1, signal.SIGSTOP)])
def test_a_process_that_is_gone_ends_the_other(built_for_several, commands, tmp_path, port, rank, number):
    processes = begin_long(commands, tmp_path, port)
    processes[rank].send_signal(number)
    said = result_of(processes[1 - rank])
    processes[rank].kill()
    processes[rank].communicate()
    assert said.code == 6
    assert said.err.startswith(f"specbridge: rank {1 - rank} of 2: rank {rank} (at 127.0.0.1:{port}) is gone")
    assert "; see what it said last, and start all again" in said.err and len(said.err.splitlines()) == 1
    assert names_in(tmp_path) == ["model.building"]
    assert states_of(tmp_path) >= 3


@pytest.mark.parametrize("ranks", [(0, 1), (1,)])
def test_an_interrupt_ends_all_and_resume_comes_to_the_same_bytes(built_for_several, commands, straight, tmp_path, port,
                                                                  ranks):
    """Whichever processes are interrupted."""
    processes = begin(commands["longer"], tmp_path, port)
    while states_of(tmp_path) < 3 and processes[0].poll() is None:
        time.sleep(0.001)
    for rank in ranks:
        processes[rank].send_signal(signal.SIGINT)
    results = [result_of(process) for process in processes]
    if results[0].code == 0:
        pytest.skip("the training was faster than the interrupt")
    assert [result.code for result in results] == [130, 130], results
    assert names_in(tmp_path) == ["model.building"]
    other = specbridge(*commands["longer"], "--resume", "-o", "model", cwd=tmp_path)
    assert (other.code, "was begun with another processes" in other.err) == (5, True)
    train_together((*commands["longer"], "--resume"), tmp_path, port)
    assert contents(tmp_path / "model") == straight


@pytest.mark.parametrize("change, message", [
    ({"RANK": ""}, "RANK: is not set, though WORLD_SIZE is 2; expected RANK, LOCAL_RANK, WORLD_SIZE, MASTER_ADDR and "
                   "MASTER_PORT of each process, as torchrun sets them; for one process unset WORLD_SIZE"),
    ({"MASTER_PORT": "http"}, 'MASTER_PORT: found "http", expected a number from 1 to 65535')])
def test_variables_without_sense_are_refused(commands, tmp_path, port, change, message):
    result = result_of(start(commands["mse"], tmp_path, {**torchrun_names(0, 2, port), **change}))
    assert (result.code, result.err) == (2, f"specbridge: {message}\n")
    assert names_in(tmp_path) == []


def test_an_error_of_one_process_ends_all(built_for_several, made, commands, tmp_path, port):
    missing = tuple(tmp_path / "none.mgf" if word == made.train else word for word in commands["mse"])
    leading, other = [result_of(process) for process in begin(missing, tmp_path, port)]
    problem = f"{tmp_path / 'none.mgf'}: cannot be read (No such file or directory)"
    assert (leading.code, leading.err) == (3, f"specbridge: {problem}\n")
    assert (other.code, other.err) == (6, f"specbridge: rank 1 of 2: rank 0 ended: {problem}\n")
    assert names_in(tmp_path) == []


def test_all_must_be_asked_for_the_same(built_for_several, commands, tmp_path, port):
    processes = begin([commands["mse"], (*commands["mse"], "--set", "learning_rate=0.1")], tmp_path, port)
    leading, other = [result_of(process) for process in processes]
    problem = ("rank 1 of 2: was given other settings, encoders, --precision or --seed than rank 0, or is another "
               "version; expected the same command for all")
    assert (other.code, other.err) == (2, f"specbridge: {problem}\n")
    assert (leading.code, leading.err) == (6, f"specbridge: rank 0 of 2: rank 1 ended: {problem}\n")
    assert names_in(tmp_path) == []


def weights_of(decoder):
    """All but the biases of keys, which no softmax sees: their gradients are rounding, which AdamW enlarges."""
    weights = dict(torch.jit.load(str(decoder / "model.pt")).named_parameters())
    return {name: weight.detach()[len(weight) // 2:] if name.endswith("key_value.bias") else weight.detach()
            for name, weight in weights.items()}


@pytest.mark.parametrize("count", [2, 3])
def test_several_processes_train_the_decoder_of_one(built_for_several, made, generating, tmp_path, port, count):
    """Both stages; of a batch of 17 texts each has its share, and none of the last one of an epoch."""
    command = (*generating.train, "--validation", made.spectra, *FIXED, *words_of(("dropout=0", "batch=17",
                                                                                  "max_steps=10")))
    (tmp_path / "one").mkdir()
    (tmp_path / "several").mkdir()
    alone = specbridge(*command, "-o", "model", cwd=tmp_path / "one")
    assert alone.code == 0, alone.err
    leading, *others = train_together(command, tmp_path / "several", port, count)
    assert leading.err == alone.err
    assert {(result.out, result.err) for result in others} == {("", "")}
    one, several = tmp_path / "one/model", tmp_path / "several/model"
    assert contents(one).keys() == contents(several).keys()
    mine, theirs = weights_of(one / "decoder"), weights_of(several / "decoder")
    assert_alike(mine, theirs)
    lines = [[json.loads(line) for line in (model / "decoder/metrics.jsonl").read_text().splitlines()]
             for model in (one, several)]
    assert [line.get("stage") for line in lines[0]] == [line.get("stage") for line in lines[1]]
    for a, b in zip(*lines, strict=True):
        if "validation" in a:
            assert a["validation"]["loss"] == pytest.approx(b["validation"]["loss"], rel=1e-4)
        else:
            assert a == pytest.approx(b, rel=1e-4, abs=1e-6)


def test_decoders_that_begin_differently_are_not_trained_together(built_for_several, generating, tmp_path, port):
    commands = [(*generating.train, *FIXED), (*changed(generating.train, "--decoder", generating.model / "decoder"),
                                              *FIXED)]
    leading, other = [result_of(process) for process in begin(commands, tmp_path, port)]
    assert other.code == 2 and "was given other settings, encoders" in other.err
    assert leading.code == 6 and names_in(tmp_path) == []
