"""Trains, evaluates and compares models that differ in one thing each; ablations.sh calls it.

    scripts/science/ablations.sh [--data DIR] [--out DIR] [--rows NAME,...] [--base FILE] [--pools NAME,...]
                                 [--spectrum-encoder DIR] [--molecule-encoder NAME=DIR ...] [--targets NAME]
                                 [--set KEY=VALUE ...] [--seed N] [--jobs N] [--threads N]
                                 [--precision bfloat16] [--list]

Each row is trained on the training folds and evaluated with all controls; its validations choose the step that is kept,
on the same spectra, for all rows alike. Rows that come to the same training are trained once. What is done stays in
--out: the same command goes on where it ended, and prints the tables of all rows that are there.

The base is configs/small.json: a row then takes over what its table varies. With --base configs/specbridge.json and the
encoders of the paper, rows are those of the paper, each a file of configs/:
    ablations.sh --base configs/specbridge.json --spectrum-encoder dreams --molecule-encoder chemberta=chemberta \\
      --targets chemberta --rows objectives,mapper,blocks,start,pretraining

Rows of the table "pretraining" need --spectrum-encoder, those of "targets" on rxnfp need --molecule-encoder rxnfp=DIR;
without, they are left out, which is said. All other encoders are made. Data of figures goes to figures/: validations
over steps, Recall@1 and MRR by the size of pools, cosines of truths and others, figures by the nearest other candidate.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import hashlib
import json
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path

from ablation_rows import CONFIGS, TABLES, Row, Table, chosen, read_config, settings_of
from ablation_tables import Measured, print_tables, write_figures
from workplace import PROGRAMS, ROOT, program_at

CONTROLS = "none,zeroed,flat,precursor,swapped,isomer,mean,nearest"
EXPORT = ROOT / "tools/export"
TRAINING, VALIDATION, MOLECULES = "massbank_train.mgf.gz", "massbank_val.mgf.gz", "library.smi.gz"
RANDOM, PRETRAINED = "random", "pretrained"


class Failed(Exception):
    """A program ended with an error, which its log tells."""


@dataclass
class Workplace:
    """Where things are, and what was given."""
    options: argparse.Namespace
    program: Path
    given: dict[str, Path]  # encoders by name
    making: dict[str, threading.Lock] = field(default_factory=dict)
    guard: threading.Lock = field(default_factory=threading.Lock)

    @property
    def out(self) -> Path:
        return self.options.out

    def run(self, log: Path, *command) -> None:
        """@raises Failed"""
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a") as lines:
            code = subprocess.run([str(word) for word in command], stdout=lines, stderr=lines, check=False).returncode
        if code != 0:
            told = log.read_text().strip().split("\n")[-1]
            raise Failed(f"{command[0]} {command[1]} ended with {code}: {told} (more in {log})")

    def encoder(self, name: str) -> Path:
        """An encoder that was given, or that is made at its first use."""
        if name in self.given:
            return self.given[name]
        with self.guard:
            lock = self.making.setdefault(name, threading.Lock())
        folder = self.out / "encoders" / name
        with lock:
            if not folder.is_dir():
                self.run(self.out / "encoders" / f"{name}.log", *self.recipe(name), "-o", folder)
        return folder

    def recipe(self, name: str) -> list:
        seed, size = ["--seed", self.options.seed], ["--preset", self.options.preset]
        if name == RANDOM:
            return [sys.executable, EXPORT / "export_dreams.py", "--random-init", *size, *seed]
        if name == "roberta":
            return [sys.executable, EXPORT / "export_chemberta.py", "--random-init", *size, *seed]
        if name.startswith("morgan-"):
            return [self.program, "make-encoder", "morgan", "--molecules", self.options.data / MOLECULES, "--exclude",
                    self.options.data / VALIDATION, "--dim", name.removeprefix("morgan-")]
        # All wavelengths down to 0.0002 Da learn single spectra by heart, and cost most of the time.
        waves = ["--frequencies", 256, "--shortest-wavelength", 0.02] if name == "deepsets-fourier" else []
        return [sys.executable, EXPORT / "export_baselines.py", "--kind", name, *waves, *seed]

    def missing(self, row: Row) -> str | None:
        """The option that a row cannot do without; None where nothing is missing."""
        if row.spectrum_encoder == PRETRAINED and PRETRAINED not in self.given:
            return "--spectrum-encoder"
        if row.molecule_encoder == "rxnfp" and "rxnfp" not in self.given:
            return "--molecule-encoder rxnfp=DIR"
        return None


@dataclass(frozen=True)
class Run:
    """A training with its evaluations: equal runs have one folder."""
    settings: dict
    spectrum_encoder: str
    molecule_encoder: str
    seed: int

    def text(self) -> str:
        return json.dumps(self.__dict__, indent=2) + "\n"

    def folder(self, work: Workplace) -> Path:
        return work.out / "runs" / hashlib.sha256(self.text().encode()).hexdigest()[:8]


def train(work: Workplace, run: Run, folder: Path) -> None:
    options = work.options
    config = folder / "settings.json"
    config.write_text(json.dumps({"description": "scripts/science/ablations.sh", **run.settings}, indent=2) + "\n")
    command = [work.program, "train", "--spectra", options.data / TRAINING, "--config", config, "--seed", run.seed,
               "--spectrum-encoder", work.encoder(run.spectrum_encoder), "--molecule-encoder",
               work.encoder(run.molecule_encoder), "--threads", options.threads, "--resume", "-o", folder / "model"]
    # Encoding every candidate by a network would cost more than the training: such a model keeps its last step.
    if run.molecule_encoder.startswith("morgan-"):
        command += ["--validation", options.data / VALIDATION, "--validation-candidates",
                    pools_file(work, options.pools[0])]
    if run.settings.get("decoy_weight", 0) > 0:
        command += ["--decoys", options.data / MOLECULES, "--evidence", "cosine"]
    work.run(folder / "train.log", *command)


def pools_file(work: Workplace, name: str) -> Path:
    return work.options.data / f"massbank_val_candidates_{name}.json.gz"


def evaluate(work: Workplace, folder: Path, pools: str) -> None:
    options = work.options
    work.run(folder / "eval.log", work.program, "eval", "--model", folder / "model", "--rank-by", "cosine",
             "--spectra", options.data / VALIDATION, "--candidates", pools_file(work, pools), "--control", CONTROLS,
             "--mces", "none", "--hardness", "--threads", options.threads, "--precision", options.precision, "-q", "-o",
             folder / f"report-{pools}")


def carry_out(work: Workplace, run: Run) -> None:
    """Trains and evaluates what of a run is not there yet. @raises Failed"""
    folder = run.folder(work)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "run.json").write_text(run.text())
    if not (folder / "model").is_dir():
        train(work, run, folder)
    for pools in work.options.pools:
        if not (folder / f"report-{pools}" / "report.json").is_file():
            evaluate(work, folder, pools)


def planned(work: Workplace, rows: list[tuple[Table, Row]]) -> list[tuple[Table, Row, Run]]:
    """The runs of rows; rows that lack something are left out, aloud."""
    base = read_config(work.options.base)
    told = subprocess.run([work.program, "train", "--help-settings", "--json"], check=True, capture_output=True)
    defaults = {setting["key"]: setting["default"] for setting in json.loads(told.stdout)}
    plan = []
    for table, row in rows:
        if missing := work.missing(row):
            print(f"{table.name}/{row.name}: left out, it needs {missing}", file=sys.stderr)
            continue
        settings = settings_of(table, row, base, defaults, work.options.settings)
        plan.append((table, row, Run(settings, row.spectrum_encoder or work.options.usual,
                                     row.molecule_encoder or work.options.targets, work.options.seed)))
    return plan


def work_off(work: Workplace, plan: list[tuple[Table, Row, Run]]) -> int:
    """Carries out all runs, --jobs at a time. @return how many failed"""
    names: dict[Path, list[str]] = {}
    runs: dict[Path, Run] = {}
    for table, row, run in plan:
        names.setdefault(run.folder(work), []).append(f"{table.name}/{row.name}")
        runs[run.folder(work)] = run
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(work.options.jobs) as threads:
        tasks = {threads.submit(carry_out, work, run): folder for folder, run in runs.items()}
        for task in concurrent.futures.as_completed(tasks):
            folder = tasks[task]
            what = f"{', '.join(names[folder])} ({folder.name})"
            error = task.exception()
            if error is not None and not isinstance(error, Failed):
                raise error
            failed += error is not None
            print(f"{what}: {error or 'done'}", file=sys.stderr, flush=True)
    return failed


def read_options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=ROOT / "../shared/data",
                        help=f"folder with {TRAINING}, {VALIDATION}, its pools and {MOLECULES}")
    parser.add_argument("--out", type=Path, default=ROOT / "build/ablations", help="where everything goes and stays")
    parser.add_argument("--rows", type=lambda text: text.split(","), default=[], metavar="NAME,...",
                        help="tables, or rows as table/row, with * (default: all)")
    parser.add_argument("--base", type=Path, default=CONFIGS / "small.json", help="configuration that rows change")
    parser.add_argument("--pools", type=lambda text: text.split(","), default=["256"], metavar="NAME,...",
                        help="candidate pools, the first for validations (default: 256)")
    parser.add_argument("--spectrum-encoder", type=Path, metavar="DIR",
                        help="pretrained: what all rows start from that do not say otherwise (default: random weights)")
    parser.add_argument("--molecule-encoder", action="append", default=[], metavar="NAME=DIR",
                        help="an encoder of molecules that is there, for --targets and the table targets")
    parser.add_argument("--targets", default="morgan-768", metavar="NAME",
                        help="molecule encoder of the rows that do not say otherwise (default: morgan-768)")
    parser.add_argument("--preset", choices=("full", "small", "tiny"), default="small",
                        help="size of networks with random weights (default: small)")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="setting of all rows")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1, help="rows at a time (default: 1)")
    parser.add_argument("--threads", type=int, default=1, help="of each (default: 1)")
    parser.add_argument("--precision", choices=("float32", "bfloat16"), default="float32",
                        help="of the networks in evaluations: bfloat16 where molecules are encoded by a large one "
                             "(default: float32)")
    parser.add_argument("--program", type=Path, default=PROGRAMS / "specbridge", help=argparse.SUPPRESS)
    parser.add_argument("--list", action="store_true", help="name the rows and end")
    options = parser.parse_args(arguments)
    try:
        options.settings = dict(setting(text) for text in options.set)
        options.given = dict(named_folder(text) for text in options.molecule_encoder)
        options.chosen = chosen(options.rows)
    except ValueError as error:
        parser.error(str(error))
    if options.spectrum_encoder:
        options.given[PRETRAINED] = options.spectrum_encoder.resolve()
    options.usual = PRETRAINED if options.spectrum_encoder else RANDOM
    return options


def setting(text: str) -> tuple[str, object]:
    key, equals, value = text.partition("=")
    if not equals:
        raise ValueError(f"--set: found '{text}', expected KEY=VALUE")
    try:
        return key, json.loads(value)
    except json.JSONDecodeError:
        return key, value


def named_folder(text: str) -> tuple[str, Path]:
    name, equals, folder = text.partition("=")
    if not equals or not Path(folder).is_dir():
        raise ValueError(f"--molecule-encoder: found '{text}', expected NAME=DIR, an encoder that is there")
    return name, Path(folder).resolve()


def main(arguments: list[str] | None = None) -> int:
    options = read_options(arguments)
    if options.list:
        for table in TABLES:
            print(f"{table.title}:\n" + "\n".join(f"  {table.name}/{row.name}" for row in table.rows))
        return 0
    options.data, options.out = options.data.resolve(), options.out.resolve()
    work = Workplace(options, program_at(options.program), options.given)
    needed = [options.data / name for name in (TRAINING, VALIDATION, MOLECULES)]
    for path in [*needed, *(pools_file(work, pools) for pools in options.pools)]:
        if not path.is_file():
            sys.exit(f"{path}: missing; name the folder of the MassBank data with --data")
    plan = planned(work, options.chosen)
    failed = work_off(work, plan)
    measured = [Measured(table, row, run.folder(work)) for table, row, run in plan]
    print_tables(measured, options.pools)
    write_figures(measured, options.pools[0], options.out / "figures")
    if failed:
        print(f"{failed} trainings failed; the lines above say why", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
