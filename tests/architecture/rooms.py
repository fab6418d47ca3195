"""The rooms of src/ as their CMakeLists.txt state them: one table, read by every check."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

KEYWORDS = ("API", "SOURCES", "LINK", "PRIVATE", "PUBLIC")
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]')


@dataclass
class Room:
    """One folder of src/."""

    name: str
    api: list[str]  # headers of include/specbridge/ whose code is here
    sources: list[str]
    links: list[str]  # rooms that it may include


def room_in(text: str) -> Room:
    """The room that a CMakeLists.txt declares."""
    call = re.search(r"specbridge_room\((.*?)\)\s*$", text, re.DOTALL | re.MULTILINE)
    words = call.group(1).split()
    lists: dict[str, list[str]] = {keyword: [] for keyword in KEYWORDS}
    current = None
    for word in words[1:]:
        if word in KEYWORDS:
            current = word
        else:
            lists[current].append(word)
    return Room(words[0], lists["API"], lists["SOURCES"], lists["LINK"])


def read_rooms(root: Path) -> dict[str, Room]:
    """All rooms, lowest first."""
    order = re.search(r"foreach\(room\s+(.*?)\)", (root / "src/CMakeLists.txt").read_text(), re.DOTALL)
    return {name: room_in((root / "src" / name / "CMakeLists.txt").read_text())
            for name in order.group(1).split()}


def cpp_files(folder: Path) -> list[Path]:
    return [p for p in sorted(folder.rglob("*")) if p.suffix in {".h", ".cpp"}]


def includes(path: Path):
    """(line number, what is included) of a file."""
    for number, line in enumerate(path.read_text().splitlines(), 1):
        match = INCLUDE.match(line)
        if match:
            yield number, match.group(1)
