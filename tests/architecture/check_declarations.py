"""Fails when a function that a header declares is defined where nobody would look: not in the source of the header's
name, and the header does not say where ("Defined in room/other.cpp."); or when it is defined nowhere, and the header
does not say that the build writes its source ("Defined by the build").

usage: check_declarations.py SOURCE_DIR
"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path

from functions import OPAQUE
from rooms import cpp_files, read_rooms
from scopes import read


def comments_in(text: str) -> str:
    return "\n".join(m.group(0) for m in OPAQUE.finditer(text) if m.group(0).startswith("/"))


def definitions(root: Path) -> dict[str, list[Path]]:
    """By function the sources that define it, as paths below src/."""
    found: dict[str, list[Path]] = defaultdict(list)
    for path in cpp_files(root / "src"):
        if path.suffix == ".cpp":
            for name in read(path.read_text()).defined:
                found[name].append(path.relative_to(root / "src"))
    return found


def sources_of(name: str, room: str, defined: dict[str, list[Path]]) -> list[Path]:
    """Functions of one name may be in many rooms: the room's own are meant before those of others."""
    there = defined.get(name, [])
    return [p for p in there if p.parts[0] == room] or there


def complaints(header: Path, room: str, defined: dict[str, list[Path]], root: Path) -> list[str]:
    text = header.read_text()
    names, comments = read(text), comments_in(text)
    elsewhere: dict[str, list[str]] = defaultdict(list)
    for name in sorted(names.declared - names.defined):
        there = sources_of(name, room, defined)
        if any(p.parts[0] == room and p.stem == header.stem for p in there):
            continue
        if not there and "Defined by the build" not in comments:
            elsewhere["nowhere"].append(name)
        if there and not any(p.as_posix() in comments for p in there):
            elsewhere["in " + " and ".join(p.as_posix() for p in there)].append(name)
    return [f"{header.relative_to(root)}: {', '.join(names)} defined {where}, not in {header.stem}.cpp of {room}"
            for where, names in elsewhere.items()]


def main(root: Path) -> int:
    rooms = read_rooms(root)
    headers = [(root / "include/specbridge" / name, room.name) for room in rooms.values() for name in room.api]
    headers += [(p, p.relative_to(root / "src").parts[0]) for p in cpp_files(root / "src") if p.suffix == ".h"]
    defined = definitions(root)
    found = [text for header, room in headers for text in complaints(header, room, defined, root)]
    print("\n".join(found) if found else f"{len(headers)} headers, every function in the source of its name")
    return 1 if found or not headers else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
