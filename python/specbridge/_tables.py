"""Tables of the program as NumPy arrays by column."""

from __future__ import annotations

import os
from typing import Union

import numpy

Table = dict[str, numpy.ndarray]

WHOLE = {"query_index": None, "index": None, "row": -1}
"""Columns of whole numbers, with what stands for an empty cell (None: there is none)."""
NUMBERS = {"rank", "score", "exact_mass", "mass_error_ppm", "precursor_mz", "candidates", "margin", "probability",
           "q_value", "decoy_similarity", "explained_peaks", "explained_intensity", "library_peaks",
           "library_difference", "match_factor", "reverse_match_factor", "retention_index",
           "retention_index_difference", "retention_time", "peaks_used", "probability_present"}


def column(name: str, cells: list[str]) -> numpy.ndarray:
    if name in WHOLE:
        return numpy.array([int(cell) if cell else WHOLE[name] for cell in cells], dtype=numpy.int64)
    if name in NUMBERS or name.startswith("evidence."):
        return numpy.array([float(cell) if cell else numpy.nan for cell in cells], dtype=numpy.float64)
    return numpy.array(cells, dtype=object)


def read_table(path: Union[str, "os.PathLike[str]"]) -> Table:
    """Raises ValueError for what is no table of the program: cells separated by tabs below a header."""
    with open(path, encoding="utf-8", newline="\n") as file:
        lines = [line.rstrip("\n").split("\t") for line in file]
    if not lines or len(lines[0]) < 2:
        raise ValueError(f"{path}: expected a table separated by tabs, with a header")
    names, rows = lines[0], lines[1:]
    for number, row in enumerate(rows, 2):
        if len(row) != len(names):
            raise ValueError(f"{path}:{number}: found {len(row)} cells, expected {len(names)}")
    return {name: column(name, [row[place] for row in rows]) for place, name in enumerate(names)}
