"""Where the scripts of this folder find what they need, and how it is made when it is not there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ROOT / "build/release/bin"


def cache() -> Path:
    """The folder of scripts/env.sh for downloads and builds."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(os.environ.get("SPECBRIDGE_CACHE") or home / "specbridge")


def build(*programs: str) -> None:
    """Builds those of the release's programs that are missing."""
    if subprocess.run([ROOT / "scripts/build.sh", *programs], check=False).returncode != 0:
        sys.exit(f"{', '.join(programs)} could not be built; scripts/build.sh says why")


def program_at(path: Path) -> Path:
    """The program that a user named, or the release's, built first when it is missing."""
    if path.parent == PROGRAMS:
        build(path.name)
    if not os.access(path, os.X_OK) or path.is_dir():
        sys.exit(f"{path}: is no program; build one with scripts/build.sh")
    return path.resolve()


def environment_python(variable: str, *setup: str) -> Path:
    """The Python of an environment that scripts/env.sh names, made first when it is missing."""
    told = subprocess.run(["bash", "-c", f'source "$0" && printf %s "${variable}"', ROOT / "scripts/env.sh"],
                          capture_output=True, text=True, check=True)
    path = Path(told.stdout)
    path = path if path.name == "python" else path / "bin/python"
    if not path.exists() and subprocess.run([ROOT / "scripts/setup.sh", *setup], check=False).returncode != 0:
        sys.exit("the Python environment could not be made; scripts/setup.sh says why")
    return path


def project_python() -> Path:
    """The Python of the project's environment, which holds PyTorch."""
    return environment_python("SPECBRIDGE_PYTHON")


def oracles_python() -> Path:
    """The Python of the environment of matchms, ms-entropy and corems."""
    return environment_python("SPECBRIDGE_ORACLES_VENV", "--oracles")
