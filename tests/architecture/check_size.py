"""Fails when a file, a line or a function is longer than a reader can be asked to hold in mind.

usage: check_size.py SOURCE_DIR
"""

from __future__ import annotations

import sys
from pathlib import Path

from functions import functions_of

MAX_LINES = 400
MAX_FUNCTION_LINES = 60
CPP_COLUMNS = 100
SCRIPT_COLUMNS = 120

CPP = ("include", "src", "tools", "tests")
SCRIPTS = ("scripts", "tools", "tests", ".ci")
DATA = {"corpus", "fixtures"}  # folders of inputs, whatever they look like


def is_script(path: Path) -> bool:
    """Python and shell, by the name or, where the name tells nothing, by the first line."""
    if path.suffix:
        return path.suffix in {".py", ".sh"}
    with path.open("rb") as file:
        first = file.readline(100)
    return first.startswith(b"#!") and (b"python" in first or b"sh" in first)


def files_under(root: Path, folders: tuple[str, ...]) -> list[Path]:
    return [p for folder in folders for p in sorted((root / folder).rglob("*"))
            if p.is_file() and not DATA & set(p.relative_to(root).parts)]


def complaints(path: Path, name: Path, columns: int) -> list[str]:
    text = path.read_text()
    lines = text.splitlines()
    found = [f"{name}:{number}: {len(line)} columns, at most {columns}"
             for number, line in enumerate(lines, 1) if len(line) > columns]
    if len(lines) > MAX_LINES:
        found.append(f"{name}: {len(lines)} lines, at most {MAX_LINES}")
    found += [f"{name}:{f.first}: {f.name} has {f.length} lines, at most {MAX_FUNCTION_LINES}"
              for f in functions_of(path, text) if f.length > MAX_FUNCTION_LINES]
    return found


def main(root: Path) -> int:
    files = [(p, CPP_COLUMNS) for p in files_under(root, CPP) if p.suffix in {".h", ".cpp"}]
    files += [(p, SCRIPT_COLUMNS) for p in files_under(root, SCRIPTS) if is_script(p)]
    found = [text for path, columns in files for text in complaints(path, path.relative_to(root), columns)]
    print("\n".join(found) if found else f"{len(files)} files, none too long")
    return 1 if found or not files else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
