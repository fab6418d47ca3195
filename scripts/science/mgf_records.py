"""Records of MGF files: their fields and peaks, read and written without loss."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

Peaks = list[tuple[float, float]]  # m/z and intensity


@dataclass(frozen=True)
class Record:
    fields: dict[str, str]
    peaks: Peaks

    @property
    def name(self) -> str:
        return self.fields.get("SPECTRUM_ID", "")

    @property
    def molecule(self) -> str:
        """The first block of the InChIKey: the structure without stereochemistry."""
        return self.fields.get("INCHIKEY", "").split("-")[0]

    @property
    def precursor_mz(self) -> float:
        text = self.fields.get("PRECURSOR_MZ") or self.fields.get("PEPMASS", "0")
        return float(text.split()[0])

    @property
    def charge(self) -> str:
        return self.fields.get("CHARGE", "")

    @property
    def energies(self) -> tuple[float, ...]:
        """The numbers that its collision energy is stated with, ascending; none where it is not stated."""
        return tuple(sorted(map(float, re.findall(r"[0-9]+(?:\.[0-9]+)?", self.fields.get("COLLISION_ENERGY", "")))))

    def with_peaks(self, peaks: Peaks, **fields: str) -> Record:
        return replace(self, peaks=peaks, fields=self.fields | fields)


def texts_of(path: Path) -> Iterator[list[str]]:
    """The lines of each record."""
    lines: list[str] = []
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as file:
        for line in map(str.strip, file):
            if line == "BEGIN IONS":
                lines = []
            elif line == "END IONS":
                yield lines
            else:
                lines.append(line)


def record_of(lines: Iterable[str]) -> Record:
    """Peaks by ascending m/z; those without intensity are left out."""
    fields, peaks = {}, []
    for line in lines:
        if "=" in line:
            key, value = line.split("=", 1)
            fields[key] = value
        elif line:
            mz, intensity = map(float, line.split()[:2])
            if mz > 0 and intensity > 0:
                peaks.append((mz, intensity))
    return Record(fields, sorted(peaks, key=lambda peak: peak[0]))


def read_mgf(path: Path) -> list[Record]:
    """The records that have peaks and a precursor."""
    records = map(record_of, texts_of(path))
    return [record for record in records if record.peaks and record.precursor_mz > 0]


def write_mgf(path: Path, records: Iterable[Record]) -> None:
    """Numbers as the shortest decimals that read back to the same double."""
    with path.open("w") as file:
        for record in records:
            fields = "".join(f"{key}={value}\n" for key, value in record.fields.items())
            peaks = "".join(f"{mz!r} {intensity!r}\n" for mz, intensity in record.peaks)
            file.write(f"BEGIN IONS\n{fields}{peaks}END IONS\n\n")
