"""Identifies small molecules from tandem mass spectra: the program specbridge, called from Python.

    hits = specbridge.search("query.mgf", library="library", k=5)    # columns as NumPy arrays
    vectors, ids = specbridge.embed("query.mgf")                     # [rows, dim] float32, and whose they are

The console script imports this module, so NumPy is imported only where a table is read.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Union

from specbridge._program import PROGRAM, SpecbridgeError, program_call

if TYPE_CHECKING:
    import numpy

    from specbridge._tables import Table

    PathLike = Union[str, os.PathLike[str]]

__all__ = ["DATA", "SpecbridgeError", "embed", "read_hits", "read_ids", "run", "search"]

DATA: Path = PROGRAM.parent.parent / "share/specbridge/data"
"""Folder with query.mgf, molecules.smi.gz and their licence: something to try."""


def run(*words: object) -> str:
    """Runs the program with these words and returns what it prints on standard output.

    Its warnings become warnings of Python. Raises SpecbridgeError with the program's last line when it fails.
    """
    command, environment = program_call([str(word) for word in words])
    done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          encoding="utf-8", errors="replace")
    if done.returncode != 0:
        raise SpecbridgeError(done.returncode, done.stderr)
    for line in done.stderr.splitlines():
        if line.startswith("warning: "):
            warnings.warn(line.removeprefix("warning: "), stacklevel=2)
    return done.stdout


def search(spectra: PathLike | Iterable[PathLike], library: PathLike | None = None, **options: object) -> Table:
    """Ranks molecules for spectra; returns the table of hits as read_hits() does.

    `library` is a folder that `index` made; without one, `candidates=FILE` names candidate pools. Options are those of
    `specbridge search`: k=5, rank_by="cosine", formula="C10H10O3", open=True.
    """
    if library is not None:
        options["library"] = library
    with tempfile.TemporaryDirectory(prefix="specbridge-") as folder:
        hits = Path(folder, "hits.tsv")
        run("search", *_paths(spectra), *_words(options), "-o", hits)
        return read_hits(hits)


def embed(inputs: PathLike | Iterable[PathLike], **options: object) -> tuple[numpy.ndarray, Table]:
    """Vectors [rows, dim] of spectra or of molecules, of unit length, and the table of the records as read_ids() does.

    Options are those of `specbridge embed`: model="model", molecules=True.
    """
    import numpy

    with tempfile.TemporaryDirectory(prefix="specbridge-") as folder:
        vectors = Path(folder, "vectors.npy")
        run("embed", *_paths(inputs), *_words(options), "-o", vectors)
        return numpy.load(vectors), read_ids(Path(folder, "vectors.ids.tsv"))


def read_hits(path: PathLike) -> Table:
    """A table of hits (hits.tsv) by column: texts as arrays of str, numbers as float64, NaN where a cell is empty.

    query_index is int64. Rows without a hit have a status other than "ok", and NaN as rank.
    """
    from specbridge._tables import read_table

    return read_table(path)


def read_ids(path: PathLike) -> Table:
    """The table beside vectors (vectors.ids.tsv) by column; row is int64, -1 where a record has no vector."""
    from specbridge._tables import read_table

    return read_table(path)


def _paths(paths: PathLike | Iterable[PathLike]) -> list[str]:
    if isinstance(paths, (str, os.PathLike)):
        return [os.fspath(paths)]
    return [os.fspath(path) for path in paths]


def _words(options: dict[str, object]) -> list[str]:
    """Options as the command line wants them: rank_by="cosine" is --rank-by=cosine."""
    words = []
    for name, value in options.items():
        option = f"-{name}" if len(name) == 1 else "--" + name.replace("_", "-")
        if value is None or value is False:
            continue
        for one in value if isinstance(value, (list, tuple)) else [value]:
            if one is True:
                words.append(option)
            else:
                words += [option, str(one)] if len(name) == 1 else [f"{option}={one}"]
    return words


def __getattr__(name: str) -> str:
    if name == "__version__":
        from importlib.metadata import version

        return version("specbridge")
    raise AttributeError(f"module 'specbridge' has no attribute {name!r}")
