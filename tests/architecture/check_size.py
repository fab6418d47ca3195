"""Fails when a source file has more lines than a reader can be asked to hold in mind.

usage: check_size.py SOURCE_DIR
"""

import sys
from pathlib import Path

MAX_LINES = 400
MAX_COLUMNS = 100


def complaints(path: Path, name: Path) -> list[str]:
    lines = path.read_text().splitlines()
    found = [f"{name}:{number}: {len(line)} columns, at most {MAX_COLUMNS}"
             for number, line in enumerate(lines, 1) if len(line) > MAX_COLUMNS]
    if len(lines) > MAX_LINES:
        found.append(f"{name}: {len(lines)} lines, at most {MAX_LINES}")
    return found


def main(root: Path) -> int:
    files = [p for part in ("include", "src", "tools") for p in sorted((root / part).rglob("*"))
             if p.suffix in {".h", ".cpp"}]
    found = [text for path in files for text in complaints(path, path.relative_to(root))]
    print("\n".join(found) if found else f"{len(files)} files, none too long")
    return 1 if found or not files else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
