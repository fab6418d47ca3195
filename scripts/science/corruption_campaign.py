#!/usr/bin/env python3
"""Damage every file of an encoder, a model and a library, and look whether the program sees it.

Every file is changed in one bit at random places, cut off and made longer at random lengths, taken away, and replaced
by the file of the same name of another artifact, by another file of its own artifact, and by random bytes of equal
size. After every damage a command that depends on the file must end with exit code 4, write nothing, and name the file
on standard error (or the manifest, where that says otherwise than the file). Undamaged, the same command must end
well. Prints a table of what was done; ends 1 when a damage passed unseen.

To start the program takes longer than to find a damage, so it is loaded once and forked for every damage
(forkserver.c): what runs is its own main() with the arguments of a user. Every --plain-th damage is tried by an
ordinary start, too, and must end alike.
"""

from __future__ import annotations

import argparse
import gzip
import os
import random
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from kill_campaign import DATA, SECONDS_AT_MOST, SMALL_TRAINING
from workplace import PROGRAMS, ROOT, program_at, project_python

BAD_ARTIFACT = 4


def run(program: Path, arguments, folder: Path) -> subprocess.CompletedProcess:
    return subprocess.run([program, *map(str, arguments)], cwd=folder, capture_output=True, text=True, errors="replace",
                          timeout=SECONDS_AT_MOST, check=False)


class Server:
    """The program, loaded once and forked for every run; forkserver.c says how it is spoken to."""

    def __init__(self, program: Path, shim: Path):
        requests, self.requests = os.pipe()
        self.answers, answers = os.pipe()
        environment = os.environ | {"LD_PRELOAD": str(shim), "FORK_REQUESTS": str(requests),
                                    "FORK_ANSWERS": str(answers)}
        self.process = subprocess.Popen([program], env=environment, pass_fds=(requests, answers),
                                        start_new_session=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        os.close(requests)
        os.close(answers)

    def run(self, arguments, folder: Path, errors: Path) -> subprocess.CompletedProcess:
        words = b"".join(os.fsencode(str(word)) + b"\0" for word in (folder, errors, *arguments))
        guard = threading.Timer(SECONDS_AT_MOST, os.killpg, (self.process.pid, signal.SIGKILL))
        guard.start()
        os.write(self.requests, struct.pack("=I", len(words)) + words)
        answer = os.read(self.answers, 4)
        guard.cancel()
        if len(answer) != 4:
            raise SystemExit(f"{' '.join(map(str, arguments))}: did not end, or the server did")
        code = os.waitstatus_to_exitcode(struct.unpack("=i", answer)[0])
        return subprocess.CompletedProcess(arguments, code, "", errors.read_text(errors="replace"))

    def close(self):
        os.close(self.requests)
        self.process.wait(SECONDS_AT_MOST)


class Program:
    """The program, by an ordinary start or by a server of the calling thread."""

    def __init__(self, path: Path, shim: Path):
        self.path, self.shim, self.servers, self.local = path, shim, [], threading.local()

    def served(self, arguments, folder: Path, errors: Path) -> subprocess.CompletedProcess:
        if not hasattr(self.local, "server"):
            self.local.server = Server(self.path, self.shim)
            self.servers.append(self.local.server)
        return self.local.server.run(arguments, folder, errors)

    def started(self, arguments, folder: Path) -> subprocess.CompletedProcess:
        return run(self.path, arguments, folder)

    def close(self):
        for server in self.servers:
            server.close()


def succeed(program: Path, arguments, folder: Path) -> None:
    done = run(program, arguments, folder)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, arguments))}: ended {done.returncode}: {done.stderr.strip()}")


@dataclass(frozen=True)
class Artifact:
    """A folder to be damaged, another one of its kind, and the command that depends on it."""

    name: str
    folder: Path
    other: Path
    command: tuple[str, ...]  # {} stands for the folder

    def command_for(self, file: str, place: Path, out: Path) -> list[str]:
        """What depends on the file; no answer does on the list of rejected molecules, which `info` checks."""
        if file == "rejects.tsv":
            return ["info", str(place)]
        return [word.replace("{}", str(place)) for word in self.command] + ["-o", str(out)]

    def files(self) -> list[str]:
        return sorted(str(path.relative_to(self.folder)) for path in self.folder.rglob("*") if path.is_file())


def export(script: str, out: Path, seed: int) -> None:
    subprocess.run([project_python(), ROOT / "tools/export" / script, "--random-init", "--preset", "tiny", "--seed",
                    str(seed), "-o", out], check=True, stdout=subprocess.DEVNULL)


def prepare(program: Path, folder: Path) -> list[Artifact]:
    """Two of each kind that differ in content, not in shape, so that files have equal sizes."""
    sets = [word for setting in SMALL_TRAINING for word in ("--set", setting)]
    records = gzip.open(DATA / "train.mgf.gz", "rt").read().split("END IONS\n")
    (folder / "train.mgf").write_text("".join(f"{record}END IONS\n" for record in records[:40]))
    molecules = (DATA / "molecules.tsv").read_text().splitlines(keepends=True)
    (folder / "molecules-1.tsv").write_text("".join(molecules[:300]))
    (folder / "molecules-2.tsv").write_text("".join(molecules[300:600]))
    train = ("train", "--spectra", folder / "train.mgf", *sets)
    for i in (1, 2):
        export("export_dreams.py", folder / f"spectrum-{i}", i)
        export("export_chemberta.py", folder / f"roberta-{i}", i)
        succeed(program, ["make-encoder", "morgan", "--dim", 64, "--molecules", f"molecules-{i}.tsv", "-o",
                          f"morgan-{i}"], folder)
        succeed(program, [*train, "--spectrum-encoder", f"spectrum-{i}", "--molecule-encoder", f"roberta-{i}", "--seed",
                          i, "-o", f"model-{i}"], folder)
    for i in (1, 2):
        succeed(program, ["index", "molecules-1.tsv", "--model", f"model-{i}", "-o", f"library-{i}"], folder)
    at = (lambda name: folder / name)
    search = ("search", str(DATA / "query.mgf"), "--model", "{model}", "--library", "{library}", "--open")
    on = (lambda **parts: tuple(word.format(**{"model": at("model-1"), "library": at("library-1")} | parts)
                                for word in search))
    with_encoders = (lambda spectrum, molecule: (*map(str, train), "--spectrum-encoder", str(spectrum),
                                                 "--molecule-encoder", str(molecule)))
    return [Artifact("spectrum encoder", at("spectrum-1"), at("spectrum-2"), with_encoders("{}", at("morgan-1"))),
            Artifact("ChemBERTa encoder", at("roberta-1"), at("roberta-2"), ("index", str(at("molecules-1.tsv")),
                                                                             "--encoder", "{}")),
            Artifact("Morgan encoder", at("morgan-1"), at("morgan-2"), ("index", str(at("molecules-1.tsv")),
                                                                        "--encoder", "{}")),
            Artifact("model", at("model-1"), at("model-2"), on(model="{}")),
            Artifact("library", at("library-1"), at("library-2"), on(library="{}"))]


@dataclass(frozen=True)
class Damage:
    kind: str
    file: str
    content: bytes | None  # nothing: the file is gone


def damages(artifact: Artifact, file: str, count: int, dice: random.Random):
    """What is done to one file: flips at `count` places, a tenth as many cuts and extensions, and replacements."""
    whole = (artifact.folder / file).read_bytes()
    for place in sorted(dice.sample(range(len(whole)), min(count, len(whole)))):
        flipped = whole[:place] + bytes([whole[place] ^ (1 << dice.randrange(8))]) + whole[place + 1:]
        yield Damage("flip", file, flipped)
    for length in dice.sample(range(len(whole)), min(max(count // 10, 1), len(whole))):
        yield Damage("cut off", file, whole[:length])
    for _ in range(max(count // 10, 1)):
        yield Damage("made longer", file, whole + dice.randbytes(dice.randint(1, 4096)))
    yield Damage("taken away", file, None)
    yield Damage("random bytes of its size", file, dice.randbytes(len(whole)))
    for name, folder in (("another artifact's file", artifact.other), ("another file of its own", artifact.folder)):
        others = [file] if folder == artifact.other else [name for name in artifact.files() if name != file]
        for other in others:
            content = (folder / other).read_bytes() if (folder / other).is_file() else whole
            if content != whole:
                equal = ", of equal size" if len(content) == len(whole) else ""
                yield Damage(name + equal, file, content)


@dataclass(frozen=True)
class Task:
    artifact: Artifact
    damage: Damage
    plain: bool  # tried by an ordinary start as well


def verdict(artifact: Artifact, damage: Damage, folder: Path, done: subprocess.CompletedProcess) -> str:
    """Empty, or what is wrong with how the program took it."""
    target = folder / "artifact" / damage.file
    if done.returncode != BAD_ARTIFACT:
        return f"exit code {done.returncode}: {done.stderr.strip()[:200]}"
    if sorted(path.name for path in folder.iterdir()) != ["artifact"]:
        return "something was written"
    # A manifest that says otherwise than its files may be the one that is wrong.
    of_manifest = damage.file.endswith("manifest.json") and str(folder / "artifact") in done.stderr
    return "" if str(target) in done.stderr or of_manifest else f"not named: {done.stderr.strip()[:200]}"


def judge(program: Program, task: Task, scratch: Path) -> str:
    artifact, damage = task.artifact, task.damage
    with tempfile.TemporaryDirectory(dir=scratch) as name:
        folder = Path(name, "place")
        place = folder / "artifact"
        shutil.copytree(artifact.folder, place, copy_function=os.link)
        target = place / damage.file
        target.unlink()
        if damage.content is not None:
            target.write_bytes(damage.content)
        command = artifact.command_for(damage.file, place, folder / "out")
        done = program.served(command, folder, Path(name, "errors"))
        problem = verdict(artifact, damage, folder, done)
        if not problem and task.plain:
            plain = program.started(command, folder)
            problem = verdict(artifact, damage, folder, plain)
            if not problem and plain.stderr != done.stderr:
                problem = f"an ordinary start says otherwise: {plain.stderr.strip()[:200]}"
        return f"{artifact.name}: {damage.file}: {damage.kind}: {problem}" if problem else ""


def check_undamaged(program: Program, artifact: Artifact, scratch: Path) -> None:
    """Without damage the commands end well: what ends them otherwise is the damage."""
    for file in ("", "rejects.tsv"):
        with tempfile.TemporaryDirectory(dir=scratch) as name:
            command = artifact.command_for(file, artifact.folder, Path(name, "out"))
            done = program.served(command, Path(name), Path(name, "errors"))
            if done.returncode != 0:
                raise SystemExit(f"{artifact.name}, undamaged: ended {done.returncode}: {done.stderr.strip()}")


def table(rows: list[tuple[str, str, Counter]]) -> str:
    kinds = sorted({kind for *_, counts in rows for kind in counts})
    lines = ["| artifact | file | " + " | ".join(kinds) + " |", "|---|---|" + "---|" * len(kinds)]
    for name, file, counts in rows:
        lines.append(f"| {name} | {file} | " + " | ".join(str(counts[kind]) for kind in kinds) + " |")
    return "\n".join(lines)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", type=Path, default=PROGRAMS / "specbridge")
    parser.add_argument("--offsets", type=int, default=500, metavar="N", help="flips of each file (default: 500)")
    parser.add_argument("--plain", type=int, default=20, metavar="N", help="every N-th damage by an ordinary start")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), metavar="N", help="runs at a time")
    parser.add_argument("--only", metavar="ARTIFACT", help="only this one, e.g. library")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def campaign(options: argparse.Namespace, program: Program, folder: Path, pool: ThreadPoolExecutor):
    """Rows of the table, what was found, and how many ordinary starts there were."""
    dice, problems, rows, plain = random.Random(options.seed), [], [], 0
    for artifact in prepare(program.path, folder):
        if options.only not in (None, artifact.name):
            continue
        check_undamaged(program, artifact, folder)
        for file in artifact.files():
            tasks = [Task(artifact, damage, i % options.plain == 0)
                     for i, damage in enumerate(damages(artifact, file, options.offsets, dice))]
            problems += filter(None, pool.map(lambda task: judge(program, task, folder), tasks))
            plain += sum(task.plain for task in tasks)
            rows.append((artifact.name, file, Counter(task.damage.kind for task in tasks)))
            print(f"{artifact.name}: {file}: {len(tasks)} damages, {len(problems)} unseen so far", file=sys.stderr)
    return rows, problems, plain


def main() -> int:
    options = parse_arguments()
    path = program_at(options.program)
    with tempfile.TemporaryDirectory(prefix="corruption-") as name, ThreadPoolExecutor(options.jobs) as pool:
        folder = Path(name)
        shim = folder / "forkserver.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", shim, Path(__file__).with_name("forkserver.c"), "-ldl"],
                       check=True)
        program = Program(path, shim)
        rows, problems, plain = campaign(options, program, folder, pool)
        program.close()
    print(table(rows))
    damaged = sum(sum(counts.values()) for *_, counts in rows)
    print(f"\n{damaged} damages of {len(rows)} files, {plain} of them by an ordinary start as well; "
          f"{len(problems)} not as they should be")
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
