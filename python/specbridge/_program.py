"""Starts the program: finds LibTorch in the installed torch, without importing it, and hands over."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

PROGRAM = Path(__file__).resolve().parent / "program/bin/specbridge.bin"
NO_LIBTORCH = 4  # the exit code of what the program needs beside its inputs


class SpecbridgeError(RuntimeError):
    """The program failed: its own line, and its exit code in `code`."""

    def __init__(self, code: int, said: str) -> None:
        lines = said.strip().splitlines() or [f"specbridge ended with code {code}"]
        super().__init__(lines[-1].removeprefix("specbridge: "))
        self.code = code


def torch_libraries() -> str:
    """The folder that holds libtorch_cpu.so: SPECBRIDGE_LIBTORCH, else that of the installed torch."""
    folder = os.environ.get("SPECBRIDGE_LIBTORCH", "")
    if not folder:
        found = importlib.util.find_spec("torch")
        places = list(found.submodule_search_locations or []) if found else []
        if not places:
            raise SpecbridgeError(NO_LIBTORCH, "LibTorch 2.11 not found; install torch==2.11.* beside specbridge, or set "
                                               "SPECBRIDGE_LIBTORCH to the torch/lib folder of another environment")
        folder = os.path.join(places[0], "lib")
    if not os.path.exists(os.path.join(folder, "libtorch_cpu.so")):
        raise SpecbridgeError(NO_LIBTORCH, f"{folder} has no libtorch_cpu.so; set SPECBRIDGE_LIBTORCH to the torch/lib "
                                           "folder of LibTorch 2.11")
    return folder


def program_call(words: list[str]) -> tuple[list[str], dict[str, str]]:
    """The command that runs the program with these words, and the environment that it runs in."""
    others = os.environ.get("LD_LIBRARY_PATH", "")
    path = torch_libraries() + (f":{others}" if others else "")
    return [str(PROGRAM), *words], {**os.environ, "LD_LIBRARY_PATH": path}


def main() -> None:
    """The console script: becomes the program, so that signals, pipes and exit codes are its own."""
    try:
        command, environment = program_call(sys.argv[1:])
    except SpecbridgeError as error:
        sys.stderr.write(f"specbridge: {error}\n")
        raise SystemExit(error.code) from None
    os.execve(command[0], ["specbridge", *command[1:]], environment)
