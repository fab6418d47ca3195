"""Fails when the rooms of src/ are not what their table says: an include of a room that is not linked, a link upwards,
a third-party library outside its room, a folder with too many units, a source that is not listed.

usage: check_rooms.py SOURCE_DIR
"""

import re
import sys
from pathlib import Path

from rooms import cpp_files, includes, read_rooms

MAX_UNITS = 16  # a unit is a source with its header

# Third-party headers and the only rooms that may see them.
THIRD_PARTY = {
    r"^(GraphMol|RDGeneral|DataStructs|rdkit|Geometry)/": {"chem"},
    r"^inchi_api\.h": {"chem"},
    r"^faiss/": {"index"},
    r"^(torch|ATen|c10|caffe2)/": {"nn", "encode", "bridge", "decode", "train"},
    r"^gloo/": {"train"},
    r"^(expat\.h|sqlite3\.h|libmsnumpress/)": {"ms"},
    r"^CLI/": {"tools"},
    r"^spdlog/": {"tools"},
    r"^httplib\.h": {"serve"},
    r"^(libpq-fe|libpq-events|postgres_ext)\.h": {"library"},
    r"^(zlib|xxhash)\.h|^openssl/": {"store"},
}


# What a room must not come to need, directly or through others, and why.
APART = {
    ("eval", "nn"): "an evaluation of any program's hits needs no network",
    ("eval", "index"): "an evaluation of any program's hits needs no FAISS",
    ("search", "eval"): "a search knows nothing of right answers",
}


def room_of(path: Path, root: Path, owners: dict[str, str]) -> str:
    parts = path.relative_to(root).parts
    if parts[0] == "include":
        return owners.get(parts[-1], "include")
    return parts[1] if parts[0] == "src" else parts[0]


def target_of(name: str, rooms: dict, owners: dict[str, str]) -> str | None:
    if name.startswith("specbridge/"):
        return owners.get(name.removeprefix("specbridge/"))
    first = name.split("/")[0]
    return first if first in rooms else None


def include_complaints(path: Path, root: Path, rooms: dict, owners: dict[str, str]) -> list[str]:
    room = room_of(path, root, owners)
    found = []
    for number, name in includes(path):
        place, target = f"{path.relative_to(root)}:{number}", target_of(name, rooms, owners)
        if room in rooms and target and target != room and target not in rooms[room].links:
            found.append(f"{place}: room {room} includes {name} of room {target}, which it does not link")
        for pattern, allowed in THIRD_PARTY.items():
            if re.match(pattern, name) and room not in allowed:
                found.append(f"{place}: {name} may be seen in {', '.join(sorted(allowed))} only")
        if "include" in path.relative_to(root).parts[:1] and "/" in name and not name.startswith("specbridge/"):
            found.append(f"{place}: an installed header shows {name}")
        if name.startswith("specbridge/") and target is None:
            found.append(f"{place}: {name} is in the API of no room")
    return found


def table_complaints(root: Path, rooms: dict) -> list[str]:
    found, before = [], []
    for name, room in rooms.items():
        for link in room.links:
            if link not in before:
                found.append(f"src/{name}: links {link}, which does not stand before it in src/CMakeLists.txt")
        before.append(name)
        there = {p.relative_to(root / "src" / name).as_posix() for p in cpp_files(root / "src" / name)
                 if p.suffix == ".cpp"}
        for source in sorted(there ^ set(room.sources)):
            found.append(f"src/{name}/{source}: is {'not listed' if source in there else 'listed, but not there'}")
    found += [f"src/{p.name}: is no room of src/CMakeLists.txt"
              for p in sorted((root / "src").iterdir()) if p.is_dir() and p.name not in rooms]
    return found


def needs_of(name: str, rooms: dict) -> set[str]:
    """The rooms that a room links, directly or through others."""
    needs: set[str] = set()
    for link in rooms[name].links:
        needs |= {link} | needs_of(link, rooms)
    return needs


def apart_complaints(rooms: dict) -> list[str]:
    return [f"src/{name}: comes to need {other}; {why}" for (name, other), why in APART.items()
            if name in rooms and other in needs_of(name, rooms)]


def size_complaints(root: Path) -> list[str]:
    found = []
    for folder in sorted({p.parent for p in cpp_files(root / "src")}):
        units = {p.stem for p in folder.iterdir() if p.suffix in {".h", ".cpp"}}
        if len(units) > MAX_UNITS:
            found.append(f"{folder.relative_to(root)}: {len(units)} units, at most {MAX_UNITS}")
    return found


def main(root: Path) -> int:
    rooms = read_rooms(root)
    owners = {header: room.name for room in rooms.values() for header in room.api}
    files = [p for part in ("include", "src", "tools") for p in cpp_files(root / part)]
    found = table_complaints(root, rooms) + size_complaints(root)
    if not found:
        found = apart_complaints(rooms)
    for path in files:
        found += include_complaints(path, root, rooms, owners)
    print("\n".join(found) if found else f"{len(files)} files in {len(rooms)} rooms, every include allowed")
    return 1 if found or not files else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
