"""Fails when a C++ file is not as clang-format would write it; exit code 77 when it is not there.

usage: check_format.py SOURCE_DIR
"""

import shutil
import subprocess
import sys
from pathlib import Path

VERSION = "14"  # other versions break lines in other places
SKIPPED = 77


def clang_format() -> str | None:
    for name in (f"clang-format-{VERSION}", "clang-format"):
        program = shutil.which(name)
        if program is None:
            continue
        told = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
        if f"version {VERSION}." in told.stdout:
            return program
    return None


def main(root: Path) -> int:
    program = clang_format()
    if program is None:
        print(f"skipped: clang-format {VERSION} is not installed")
        return SKIPPED
    files = [str(p) for part in ("include", "src", "tools", "tests")
             for p in sorted((root / part).rglob("*")) if p.suffix in {".h", ".cpp"}]
    done = subprocess.run([program, "--dry-run", "-Werror", *files], cwd=root, check=False)
    if done.returncode == 0:
        print(f"{len(files)} files, all formatted")
    return 1 if done.returncode != 0 or not files else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
