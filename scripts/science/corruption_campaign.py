#!/usr/bin/env python3
"""Damage every file of an encoder, a model and a library, and look whether the program sees it.

Every file is changed in one bit at random places, cut off and made longer at random lengths, taken away, and replaced
by the file of the same name of another artifact, by another file of its own artifact, and by random bytes of equal
size. After every damage a command that depends on the file must end with exit code 4, write nothing, and name the file
on standard error (or the manifest, where that says otherwise than the file). Prints a table of what was done; ends 1
when a damage passed unseen.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from kill_campaign import DATA, ROOT, SECONDS_AT_MOST, SMALL_TRAINING

BAD_ARTIFACT = 4


def run(program: Path, arguments, folder: Path) -> subprocess.CompletedProcess:
    return subprocess.run([program, *map(str, arguments)], cwd=folder, capture_output=True, text=True, errors="replace",
                          timeout=SECONDS_AT_MOST, check=False)


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
    subprocess.run([sys.executable, ROOT / "tools/export" / script, "--random-init", "--preset", "tiny", "--seed",
                    str(seed), "-o", out], check=True, stdout=subprocess.DEVNULL)


def prepare(program: Path, folder: Path) -> list[Artifact]:
    """Two of each kind that differ in content, not in shape, so that files have equal sizes."""
    sets = [word for setting in SMALL_TRAINING for word in ("--set", setting)]
    molecules = (DATA / "molecules.tsv").read_text().splitlines(keepends=True)
    (folder / "molecules-1.tsv").write_text("".join(molecules[:300]))
    (folder / "molecules-2.tsv").write_text("".join(molecules[300:600]))
    train = ("train", "--spectra", DATA / "demo_train.mgf.gz", *sets)
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
    search = ("search", str(DATA / "demo_query.mgf"), "--model", "{model}", "--library", "{library}", "--open")
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


def judge(program: Path, artifact: Artifact, damage: Damage, scratch: Path) -> str:
    """Empty, or what is wrong with how the program took it."""
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        place = Path(folder, "artifact")
        shutil.copytree(artifact.folder, place, copy_function=os.link)
        target = place / damage.file
        target.unlink()
        if damage.content is not None:
            target.write_bytes(damage.content)
        done = run(program, artifact.command_for(damage.file, place, Path(folder, "out")), Path(folder))
        what = f"{artifact.name}: {damage.file}: {damage.kind}"
        if done.returncode != BAD_ARTIFACT:
            return f"{what}: exit code {done.returncode}: {done.stderr.strip()[:200]}"
        if sorted(path.name for path in Path(folder).iterdir()) != ["artifact"]:
            return f"{what}: something was written"
        # A manifest that says otherwise than its files may be the one that is wrong.
        named = str(target) in done.stderr or (damage.file.endswith("manifest.json") and str(place) in done.stderr)
        return "" if named else f"{what}: not named: {done.stderr.strip()[:200]}"


def table(rows: list[tuple[str, str, Counter]]) -> str:
    kinds = sorted({kind for *_, counts in rows for kind in counts})
    lines = ["| artifact | file | " + " | ".join(kinds) + " |", "|---|---|" + "---|" * len(kinds)]
    for name, file, counts in rows:
        lines.append(f"| {name} | {file} | " + " | ".join(str(counts[kind]) for kind in kinds) + " |")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", type=Path, default=ROOT / "build/release/bin/specbridge")
    parser.add_argument("--offsets", type=int, default=500, metavar="N", help="flips of each file (default: 500)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), metavar="N", help="runs at a time")
    parser.add_argument("--only", metavar="ARTIFACT", help="only this one, e.g. library")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    program, dice = options.program.resolve(), random.Random(options.seed)
    problems, rows = [], []
    with tempfile.TemporaryDirectory(prefix="corruption-") as folder, ThreadPoolExecutor(options.jobs) as pool:
        for artifact in prepare(program, Path(folder)):
            if options.only not in (None, artifact.name):
                continue
            for file in artifact.files():
                done = list(damages(artifact, file, options.offsets, dice))
                found = pool.map(lambda damage, of=artifact: judge(program, of, damage, Path(folder)), done)
                problems += filter(None, found)
                rows.append((artifact.name, file, Counter(damage.kind for damage in done)))
                print(f"{artifact.name}: {file}: {len(done)} damages, {len(problems)} unseen so far", file=sys.stderr)
    print(table(rows))
    print(f"\n{sum(sum(counts.values()) for *_, counts in rows)} damages, {len(problems)} not as they should be")
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
