#!/usr/bin/env python3
"""Judge the sources of src/ and tools/ with clang-tidy 14 by the rules in .clang-tidy.

The build folder must be configured (cmake --preset tidy). What was found is kept in the folder tidy of
SPECBRIDGE_CACHE (default: ~/.cache/specbridge), for all checkouts: a source is judged again only when the rules, its
compile command or a file of this repository that it includes has changed. Sources that the build joins are judged
together, so that the headers of LibTorch and RDKit are read once for several of them.
Ends 1 when there are findings, 2 when clang-tidy or the compile commands are missing.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
JUDGED = ("src", "tools")
INCLUDE = re.compile(rb'^[ \t]*#[ \t]*include[ \t]*["<]([^">]+)[">]', re.MULTILINE)
FINDING = re.compile(r"^(?=[^\s:]+:\d+:\d+: (?:error|warning): )", re.MULTILINE)


class TidyError(Exception):
    """What the user can put right; shown as one line."""


@dataclass(frozen=True)
class Source:
    """A file with the arguments that clang is to compile it with, in the folder they are relative to. The file is a
    source, or one that CMake made and that includes several."""

    path: Path
    arguments: tuple[str, ...]
    folder: Path
    joined: tuple[Path, ...]  # the sources in it


@dataclass(frozen=True)
class Tidy:
    """clang-tidy as it is called, and all that decides what it says about any source."""

    program: str
    version: str
    rules: Path


def clang_tidy(rules: Path) -> Tidy:
    for name in ("clang-tidy-14", "clang-tidy"):
        program = shutil.which(name)
        if program is None:
            continue
        version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
        if "version 14." in version:
            return Tidy(program, version, rules)
    raise TidyError("clang-tidy 14 is not installed; scripts/setup.sh installs it")


def clang_arguments(command: list[str]) -> tuple[str, ...]:
    """A compile command of GCC without the program, its output, and what clang does not know or need: warnings, and
    precompiled headers, which are GCC's and include nothing that a source does not include itself."""
    kept: list[str] = []
    words = iter(command[next(i for i, word in enumerate(command) if word.startswith("-")):])
    for word in words:
        if word in ("-o", "-c"):  # with the file behind it
            next(words)
        elif word == "-include":
            header = next(words)
            kept += [] if "cmake_pch" in header else [word, header]
        elif not word.startswith("-W") and word != "-fpch-preprocess":
            kept.append(word)
    return tuple(kept)


def sources_in(file: Path, build: Path, root: Path) -> tuple[Path, ...]:
    """The sources of the judged folders that a compiled file consists of: itself, or those that it joins."""
    if build in file.parents:
        parts = [Path(os.fsdecode(name)) for name in INCLUDE.findall(file.read_bytes())]
    else:
        parts = [file]
    return tuple(part for part in parts if any(root / name in part.parents for name in JUDGED))


def read_sources(build: Path, root: Path) -> list[Source]:
    """What the build compiles of the judged folders."""
    path = build / "compile_commands.json"
    try:
        entries = json.loads(path.read_text())
    except OSError as error:
        raise TidyError(f"{path}: {error.strerror}; configure the build first: cmake --preset tidy") from error
    sources: dict[Path, Source] = {}  # a file may be compiled twice; one that is gone may still be listed
    for entry in entries:
        file = Path(entry["file"]).resolve()
        joined = sources_in(file, build.resolve(), root) if file.is_file() else ()
        if joined:
            arguments = clang_arguments(shlex.split(entry["command"]))
            sources.setdefault(file, Source(file, arguments, Path(entry["directory"]), joined))
    return list(sources.values())


def included_files(source: Path, root: Path) -> list[Path]:
    """The source and the files of this repository that it includes, directly or not."""
    seen, waiting = {source}, [source]
    while waiting:
        here = waiting.pop()
        for name in INCLUDE.findall(here.read_bytes()):
            for folder in (here.parent, root / "src", root / "include"):
                there = (folder / os.fsdecode(name)).resolve()
                if there.is_file() and root in there.parents and there not in seen:
                    seen.add(there)
                    waiting.append(there)
    return sorted(seen)


def without(root: Path, text: str) -> str:
    """A text that is the same in every checkout."""
    return text.replace(f"{root}/", "")


def key_of(source: Source, tidy: Tidy, root: Path) -> str:
    """Changes with all that can change what is found in a source."""
    text = hashlib.sha256()
    for part in (tidy.version.encode(), tidy.rules.read_bytes(), without(root, json.dumps(source.arguments)).encode()):
        text.update(hashlib.sha256(part).digest())
    for path in included_files(source.path, root):
        text.update(hashlib.sha256(str(path.relative_to(root)).encode()).digest())
        text.update(hashlib.sha256(path.read_bytes().replace(f"{root}/".encode(), b"")).digest())
    return text.hexdigest()


def judge(source: Source, tidy: Tidy, root: Path) -> list[str]:
    """The findings in a source and its headers, files named from the root on."""
    done = subprocess.run([tidy.program, "--quiet", f"--config-file={tidy.rules}", str(source.path), "--",
                           *source.arguments], cwd=source.folder, capture_output=True, text=True, check=False)
    findings = [without(root, text.rstrip()) for text in FINDING.split(done.stdout) if FINDING.match(text)]
    if done.returncode != 0 and not findings:
        raise TidyError(f"{source.path}: clang-tidy failed: {done.stdout}{done.stderr}".rstrip())
    return findings


def findings_of(source: Source, tidy: Tidy, cache: Path, root: Path) -> tuple[list[str], bool]:
    """The findings, and whether they were known. A failure is one that is not kept."""
    stored, key = cache / f"{source.path.relative_to(root)}.json", key_of(source, tidy, root)
    try:
        known = json.loads(stored.read_text())
        if known["key"] == key:
            return known["findings"], True
    except (OSError, ValueError, KeyError):
        pass  # nothing is known yet, or a run was cut off while it wrote
    try:
        findings = judge(source, tidy, root)
    except TidyError as error:
        return [str(error)], False
    stored.parent.mkdir(parents=True, exist_ok=True)
    stored.write_text(json.dumps({"key": key, "findings": findings}))  # half of it written: judged again
    return findings, False


def judge_all(sources: list[Source], tidy: Tidy, cache: Path, jobs: int, root: Path) -> int:
    """Prints every finding once, as soon as it is known; returns how many there are."""
    printed: set[str] = set()
    judged = 0
    with ThreadPoolExecutor(jobs) as pool:
        judgements = pool.map(lambda source: findings_of(source, tidy, cache, root), sources)
        for source, (findings, known) in zip(sources, judgements, strict=True):
            judged += 0 if known else len(source.joined)
            for text in findings:
                first = text.split("\n")[0]
                if first not in printed:  # those of a header come with every source that includes it
                    printed.add(first)
                    print(text, flush=True)
    total = sum(len(source.joined) for source in sources)
    print(f"{total} sources, {judged} of them judged now, {len(printed)} findings")
    return len(printed)


def default_cache() -> Path:
    user = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(os.environ.get("SPECBRIDGE_CACHE") or user / "specbridge") / "tidy"


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", type=Path, default=root / "build/tidy", metavar="DIR",
                        help="configured build folder (default: build/tidy)")
    parser.add_argument("--cache", type=Path, default=default_cache(), metavar="DIR", help="where findings are kept")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), metavar="N", help="how many at a time")
    parser.add_argument("files", nargs="*", type=Path, help="only these sources (default: all)")
    options = parser.parse_args(arguments)
    try:
        tidy, sources = clang_tidy(root / ".clang-tidy"), read_sources(options.build, root)
        wanted = {path.resolve() for path in options.files}
        sources = [source for source in sources if not wanted or wanted.intersection(source.joined)]
        if not sources:
            raise TidyError("no such source is compiled")
        return 1 if judge_all(sources, tidy, options.cache, options.jobs, root) else 0
    except TidyError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
