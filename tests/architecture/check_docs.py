"""Fails when the documents are not what the checkout is: the table or the picture of the rooms in docs/architecture.md
differs from their CMakeLists.txt, README.md is too long, a relative link points to nothing.

usage: check_docs.py SOURCE_DIR [--write]

--write first puts the links of the table and the picture right, in place.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from urllib.parse import unquote

from rooms import Room, read_rooms

ARCHITECTURE = "docs/architecture.md"
MAX_README_LINES = 180
TABLE_HEAD = ["room", "does", "links", "third parties"]
BEGIN, END = "<!-- rooms: begin -->", "<!-- rooms: end -->"
EDGE = re.compile(r"^    (\w+) --> (\w+)$")
LINK = re.compile(r"\]\(\s*<?([^)\s>]+)")
FENCE = re.compile(r"^\s*(```|~~~)")


def links_cell(room: Room) -> str:
    return " ".join(room.links) or "-"


def reduced_edges(rooms: dict[str, Room]) -> list[tuple[str, str]]:
    """The links that do not follow from others, in the order in which the CMakeLists.txt state them."""
    below: dict[str, set[str]] = {}
    for name, room in rooms.items():
        below[name] = set(room.links).union(*(below.get(link, set()) for link in room.links))
    return [(name, link) for name, room in rooms.items() for link in room.links
            if not any(link in below.get(other, set()) for other in room.links)]


def picture_of(rooms: dict[str, Room]) -> list[str]:
    return ["```mermaid", "graph TB", *(f"    {a} --> {b}" for a, b in reduced_edges(rooms)), "```"]


def cells_of(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def table_rows(lines: list[str]) -> dict[int, list[str]]:
    """The rows of the table of rooms by line, from 0; none without the table."""
    heads = [n for n, line in enumerate(lines) if cells_of(line) == TABLE_HEAD]
    rows: dict[int, list[str]] = {}
    for n in range(heads[0] + 2 if heads else len(lines), len(lines)):
        if not lines[n].startswith("|"):
            break
        rows[n] = cells_of(lines[n])
    return rows


def picture_place(lines: list[str]) -> slice | None:
    """Where the picture stands, without the two lines around it."""
    if BEGIN not in lines or END not in lines[lines.index(BEGIN):]:
        return None
    begin = lines.index(BEGIN)
    return slice(begin + 1, lines.index(END, begin))


def table_complaints(lines: list[str], rooms: dict[str, Room]) -> list[str]:
    rows = table_rows(lines)
    names = [cells[0].strip("`") for cells in rows.values()]
    found = [f"{ARCHITECTURE}: the table lacks {name}" for name in rooms if name not in names]
    for (n, cells), name in zip(rows.items(), names):
        place = f"{ARCHITECTURE}:{n + 1}"
        if name not in rooms:
            found.append(f"{place}: {name} is no room of src/CMakeLists.txt")
        elif len(cells) != len(TABLE_HEAD) or cells[0] != f"`{name}`":
            found.append(f"{place}: expected | `{name}` | does | links | third parties |")
        elif cells[2] != links_cell(rooms[name]):
            found.append(f"{place}: {name} links \"{cells[2]}\", its CMakeLists.txt says \"{links_cell(rooms[name])}\"")
    if not found and names != list(rooms):
        found.append(f"{ARCHITECTURE}: the rooms of the table are not in the order of src/CMakeLists.txt")
    return found


def picture_complaints(lines: list[str], rooms: dict[str, Room]) -> list[str]:
    place = picture_place(lines)
    if place is None:
        return [f"{ARCHITECTURE}: the picture lacks its lines {BEGIN} and {END}"]
    shown = [match.groups() for match in map(EDGE.match, lines[place]) if match]
    wanted = reduced_edges(rooms)
    found = [f"{ARCHITECTURE}: the picture lacks {a} --> {b}" for a, b in wanted if (a, b) not in shown]
    found += [f"{ARCHITECTURE}: the picture has {a} --> {b}, which is no link or follows from others"
              for a, b in shown if (a, b) not in wanted]
    if not found and lines[place] != picture_of(rooms):
        found.append(f"{ARCHITECTURE}: the picture is not as --write makes it")
    return found


def read_lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.is_file() else []


def documents(root: Path) -> list[Path]:
    return [root / "README.md", root / "CONTRIBUTING.md", *sorted((root / "docs").rglob("*.md"))]


def links_of(lines: list[str]):
    """(line number, target) of every link but those in code."""
    in_code = False
    for number, line in enumerate(lines, 1):
        if FENCE.match(line):
            in_code = not in_code
        elif not in_code:
            for target in LINK.findall(re.sub(r"`[^`]*`", "", line)):
                yield number, target


def is_there(target: str, document: Path, root: Path) -> bool:
    """Whether the target is elsewhere in the net, in the document itself, or a file of the checkout."""
    if re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:", target) or target.startswith("#"):
        return True
    path = (document.parent / unquote(target.split("#")[0])).resolve()
    return path.exists() and path.is_relative_to(root)


def link_complaints(root: Path) -> list[str]:
    return [f"{document.relative_to(root)}:{number}: links {target}, which is not in the checkout"
            for document in documents(root)
            for number, target in links_of(read_lines(document)) if not is_there(target, document, root)]


def readme_complaints(root: Path) -> list[str]:
    length = len(read_lines(root / "README.md"))
    return [f"README.md: {length} lines, at most {MAX_README_LINES}"] if length > MAX_README_LINES else []


def write(root: Path) -> None:
    """Puts the links of the table and the picture right."""
    root, path = root.resolve(), root.resolve() / ARCHITECTURE
    rooms, lines = read_rooms(root), read_lines(path)
    for n, cells in table_rows(lines).items():
        name = cells[0].strip("`")
        if name in rooms and len(cells) == len(TABLE_HEAD):
            lines[n] = f"| {' | '.join([*cells[:2], links_cell(rooms[name]), cells[3]])} |"
    place = picture_place(lines)
    if place is not None:
        lines[place] = picture_of(rooms)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main(root: Path) -> int:
    root = root.resolve()
    rooms, lines = read_rooms(root), read_lines(root / ARCHITECTURE)
    found = table_complaints(lines, rooms) + picture_complaints(lines, rooms)
    found += readme_complaints(root) + link_complaints(root)
    print("\n".join(found) if found else f"{len(documents(root))} documents agree with {len(rooms)} rooms")
    return 1 if found else 0


if __name__ == "__main__":
    if sys.argv[2:] == ["--write"]:
        write(Path(sys.argv[1]))
    sys.exit(main(Path(sys.argv[1])))
