#!/usr/bin/env python3
"""Kill the program at every bad moment, and look at what is left.

Every verb that writes is run over an older output with --force, and to a free name, and is struck by SIGKILL, SIGTERM
or SIGINT: at random instants, and before and after every call that makes an output durable or visible (faults.c, loaded
before the program). After every strike: the old or the new output stands whole under its name; the same command then
ends well, leaves the same bytes as an undisturbed run, and nothing else beside them. Prints a table of what was done;
ends 1 when anything else was found.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from workplace import PROGRAMS, ROOT, program_at, project_python

DATA = ROOT / "tests/fixtures/simulated"
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
SECONDS_AT_MOST = 120
QUERIES = 24
SMALL_TRAINING = ("max_steps=6", "epochs=1", "batch=8", "head_hidden=16", "head_out=16", "mapper_blocks=1",
                  "mapper_hidden=16", "trainable_blocks=0", "validations=1")


class Found(Exception):
    """What must not be."""


@dataclass(frozen=True)
class Verb:
    """Two commands that write an output of one kind but of different content."""

    name: str
    new: tuple[str, ...]
    old: tuple[str, ...]
    extra: tuple[str, ...] = ()  # files that come with the output
    out: str = "out"  # name of the output
    without: str = ""  # a column that differs from run to run


def small_pairs(folder: Path) -> None:
    (folder / "pairs.tsv").write_text("CCO\tCCN\nCCCC\tCCC=O\n" * 200)
    (folder / "old-pairs.tsv").write_text("CCO\tCCN\n")


def small_pools(folder: Path) -> None:
    """Some of the demo's spectra and the pools of their structures, so that a run takes a second."""
    records = gzip.open(DATA / "val.mgf.gz", "rt").read().split("END IONS\n")[:QUERIES]
    pools = json.loads(gzip.open(DATA / "val_candidates.json.gz").read())
    (folder / "val.mgf").write_text("".join(f"{record}END IONS\n" for record in records))
    truths = {line.removeprefix("SMILES=") for record in records for line in record.splitlines()}
    (folder / "pools.json").write_text(json.dumps({truth: pools[truth] for truth in pools if truth in truths}))


@dataclass
class Campaign:
    """The program, and inputs that are made once."""

    program: Path
    inputs: Path
    dice: random.Random
    shim: Path
    counts: dict[str, int] = field(default_factory=dict)

    def run(self, arguments, folder, expected=0, **environment):
        done = subprocess.run([self.program, *arguments], cwd=folder, capture_output=True, text=True,
                              env=os.environ | environment, timeout=SECONDS_AT_MOST, check=False)
        if done.returncode != expected:
            raise Found(f"{' '.join(map(str, arguments))}: ended {done.returncode}: {done.stderr.strip()}")
        return done

    def prepare(self):
        small_pairs(self.inputs)
        small_pools(self.inputs)
        subprocess.run([project_python(), ROOT / "tools/export/export_dreams.py", "--random-init", "--preset", "small",
                        "--seed", "1", "-o", self.inputs / "spectrum-encoder"], check=True, stdout=subprocess.DEVNULL)
        self.run(["make-encoder", "morgan", "--dim", "64", "--molecules", DATA / "molecules.tsv", "-o", "encoder"],
                 self.inputs)
        self.run([*self.training("1"), "-o", "model"], self.inputs)
        self.run(["index", DATA / "molecules.tsv", "--model", "model", "-o", "library"], self.inputs)

    def training(self, seed):
        sets = [word for setting in SMALL_TRAINING for word in ("--set", setting)]
        return ("train", "--spectra", str(DATA / "train.mgf.gz"), "--spectrum-encoder",
                str(self.inputs / "spectrum-encoder"), "--molecule-encoder", str(self.inputs / "encoder"),
                "--seed", seed, *sets)

    def verbs(self) -> list[Verb]:
        at, data = (lambda name: str(self.inputs / name)), (lambda name: str(DATA / name))
        searched = ("search", data("query.mgf"), "--model", at("model"), "--library", at("library"))
        pools = ("--model", at("model"), "--spectra", at("val.mgf"), "--candidates", at("pools.json"))
        return [
            Verb("index", ("index", data("molecules.tsv"), "--model", at("model")),
                 ("index", data("molecules.tsv"), "--model", at("model"), "--faiss", "SQ8")),
            Verb("train", self.training("1"), self.training("2")),
            Verb("train-resumed", (*self.training("1"), "--checkpoint-steps", "1", "--resume"), self.training("2")),
            Verb("search", (*searched, "-k", "3"), (*searched, "-k", "1"), extra=("out.run.json",)),
            Verb("embed", ("embed", data("query.mgf"), "--model", at("model")),
                 ("embed", at("val.mgf"), "--model", at("model")), extra=("out.ids.tsv",), out="out.npy"),
            Verb("eval", ("eval", *pools, "--resamples", "100"), ("eval", *pools, "--resamples", "0")),
            Verb("split", ("split", data("val.mgf.gz"), "--seed", "1"), ("split", data("val.mgf.gz"), "--seed", "2")),
            Verb("pools", ("pools", data("val.mgf.gz"), "--library", at("library"), "--seed", "1", "--max", "2"),
                 ("pools", data("val.mgf.gz"), "--library", at("library"), "--seed", "2", "--max", "2"),
                 extra=("out.json.run.json",), out="out.json"),
            Verb("audit", ("audit", *pools, "--resamples", "2000"), ("audit", *pools, "--resamples", "1000")),
            Verb("make-encoder", ("make-encoder", "morgan", "--dim", "64", "--molecules", data("molecules.tsv")),
                 ("make-encoder", "morgan", "--dim", "32", "--molecules", data("molecules.tsv"))),
            Verb("mces", ("mces", at("pairs.tsv")), ("mces", at("old-pairs.tsv")), without="milliseconds")]


def without_column(table: bytes, name: str) -> bytes:
    rows = [line.split(b"\t") for line in table.split(b"\n")]
    at = rows[0].index(name.encode()) if name.encode() in rows[0] else len(rows[0])
    return b"\n".join(b"\t".join(cell for i, cell in enumerate(row) if i != at) for row in rows)


def contents(folder: Path, without: str = "") -> dict[str, bytes]:
    """Every file under a folder by its name; of tables, all columns but one."""
    files = {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
    return {name: without_column(data, without) for name, data in files.items()} if without else files


def of_output(files: dict[str, bytes], out: str) -> dict[str, bytes]:
    return {name: data for name, data in files.items() if name == out or name.startswith(f"{out}/")}


class Trial:
    """A verb in a folder of its own, before its output an old one or nothing."""

    def __init__(self, campaign: Campaign, verb: Verb, folder: Path):
        self.campaign, self.verb, self.place = campaign, verb, folder / "place"
        self.command = [*verb.new, "-o", verb.out, "--force"]
        self.old, _ = self.undisturbed([*verb.old, "-o", verb.out, "--force"])
        self.new, self.seconds = self.undisturbed(self.command)
        if self.undisturbed(self.command)[0] != self.new or self.old == self.new:
            raise Found(f"{verb.name}: two runs differ, or the old output is like the new one")

    def contents(self) -> dict[str, bytes]:
        return contents(self.place, self.verb.without)

    def undisturbed(self, command):
        self.reset({})
        start = time.monotonic()
        self.campaign.run(command, self.place)
        return self.contents(), time.monotonic() - start

    def reset(self, files):
        shutil.rmtree(self.place, ignore_errors=True)
        self.place.mkdir(parents=True)
        for name, data in files.items():
            (self.place / name).parent.mkdir(parents=True, exist_ok=True)
            (self.place / name).write_bytes(data)

    def calls(self) -> int:
        """How many calls there are to strike at."""
        self.reset(self.old)
        count = self.place.parent / "count"
        self.campaign.run(self.command, self.place, LD_PRELOAD=str(self.campaign.shim), FAULT_COUNT=str(count))
        return int(count.read_text())

    def start(self, **environment):
        return subprocess.Popen([self.campaign.program, *self.command], cwd=self.place, env=os.environ | environment,
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def strike_at_random(self, before, number):
        self.reset(before)
        run = self.start()
        time.sleep(self.campaign.dice.uniform(0, 1.05 * self.seconds))
        run.send_signal(number)
        run.wait(SECONDS_AT_MOST)

    def strike_at_call(self, before, number, call, after, exchange):
        self.reset(before)
        run = self.start(LD_PRELOAD=str(self.campaign.shim), FAULT_AT=str(call), FAULT_AFTER=str(after),
                         FAULT_SIGNAL=str(int(number)), FAULT_NO_EXCHANGE=str(int(not exchange)))
        run.wait(SECONDS_AT_MOST)

    def judge(self, before, exchange, what):
        found = of_output(self.contents(), self.verb.out)
        whole = found in (of_output(before, self.verb.out), of_output(self.new, self.verb.out))
        # Without exchange the old folder is out of its place for an instant; the next run brings it back.
        if not whole and not exchange and not found:
            whole = any(path.name.endswith(".old") for path in self.place.iterdir())
        if not whole:
            raise Found(f"{what}: neither the old nor the new output is there: {sorted(self.contents())}")
        self.campaign.run(self.command, self.place)
        if self.contents() != self.new:
            raise Found(f"{what}: the next run left {sorted(self.contents())}, expected {sorted(self.new)}")


def strikes_of(trial: Trial, wanted: int, dice: random.Random):
    """Strikes at every call, each before and after it, then at random instants until there are `wanted`."""
    done = 0
    for call in range(1, trial.calls() + 1):
        for after in (0, 1):
            yield dict(call=call, after=after, number=signal.SIGKILL, exchange=dice.random() < 0.8)
            done += 1
    for i in range(max(wanted - done, wanted // 2)):
        yield dict(call=0, after=0, number=SIGNALS[i % len(SIGNALS)], exchange=True)


def strike(trial: Trial, wanted: int) -> tuple[int, int, list[str]]:
    """Strikes at calls and at random instants, and what was found that must not be."""
    at_calls = at_random = 0
    problems = []
    for one in strikes_of(trial, wanted, trial.campaign.dice):
        before = trial.old if (at_calls + at_random) % 3 else {}
        what = f"{trial.verb.name} {signal.Signals(one['number']).name} call {one['call']} after {one['after']}"
        try:
            if one["call"]:
                at_calls += 1
                trial.strike_at_call(before, one["number"], one["call"], one["after"], one["exchange"])
            else:
                at_random += 1
                trial.strike_at_random(before, one["number"])
            trial.judge(before, one["exchange"], what)
        except (Found, subprocess.TimeoutExpired) as problem:
            problems.append(str(problem))
    return at_calls, at_random, problems


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--program", type=Path, default=PROGRAMS / "specbridge")
    parser.add_argument("--strikes", type=int, default=50, help="at least so many a verb (default: 50)")
    parser.add_argument("--verbs", default="", help="only these, separated by commas")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    found = 0
    with tempfile.TemporaryDirectory(prefix="kill-campaign-") as name:
        folder = Path(name)
        (folder / "inputs").mkdir()
        shim = folder / "faults.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", shim, Path(__file__).with_name("faults.c"), "-ldl"],
                       check=True)
        campaign = Campaign(program_at(options.program), folder / "inputs", random.Random(options.seed), shim)
        campaign.prepare()
        print("verb\tat calls\tat random\tfound", flush=True)
        for verb in campaign.verbs():
            if options.verbs and verb.name not in options.verbs.split(","):
                continue
            try:
                at_calls, at_random, problems = strike(Trial(campaign, verb, folder / verb.name), options.strikes)
            except Found as problem:  # before any strike
                at_calls, at_random, problems = 0, 0, [str(problem)]
            print(f"{verb.name}\t{at_calls}\t{at_random}\t{len(problems)}", flush=True)
            for problem in problems:
                print(f"  {problem}")
            found += len(problems)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
