"""Spectra changed on purpose: with the peaks of others, diluted, reduced to peaks that isomers share, permuted."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy

from mgf_records import Peaks, Record


def swapped(records: Sequence[Record]) -> list[Record]:
    """Each with the peaks of the record nearest in precursor m/z that is of another molecule and of one charge; its own
    precursor stays, so that it is compared with the same references."""
    order = sorted(range(len(records)), key=lambda i: (records[i].charge, records[i].precursor_mz))
    taken = list(records)
    for place, i in enumerate(order):
        near = [j for j in order[max(0, place - 50):place + 51]
                if records[j].molecule != records[i].molecule and records[j].charge == records[i].charge]
        if near:
            nearest = min(near, key=lambda j: (abs(records[j].precursor_mz - records[i].precursor_mz), j))
            taken[i] = records[i].with_peaks(records[nearest].peaks)
    return taken


# ---- dilution -----------------------------------------------------------------------------------------------------

@dataclass(frozen=True)
class Detector:
    """How a spectrum of few ions is seen."""
    ions: float = 4_000  # of a spectrum that is not diluted
    floor: int = 3  # ions below which a peak is not reported
    noise_peaks: float = 20  # expected number of m/z at which something else is counted
    noise_ions: float = 1.5  # expected ions of one


def diluted(record: Record, factor: float, draw: numpy.random.Generator, detector: Detector = Detector()) -> Record:
    """The ions that a share of the sample gives: Poisson counts of each peak, noise that stays as it is, a floor. The
    counts may all be below the floor; the largest is reported then."""
    intensities = numpy.array([intensity for _, intensity in record.peaks])
    counts = draw.poisson(intensities / intensities.sum() * detector.ions * factor)
    found = [(mz, float(count)) for (mz, _), count in zip(record.peaks, counts) if count >= detector.floor]
    highest = max(60.0, record.precursor_mz)
    for _ in range(draw.poisson(detector.noise_peaks)):
        mz, count = draw.uniform(50, highest), draw.poisson(detector.noise_ions)
        if count >= detector.floor:
            found.append((round(float(mz), 4), float(count)))
    if not found:
        place = int(counts.argmax())
        found = [(record.peaks[place][0], 1.0)]
    return record.with_peaks(sorted(found, key=lambda peak: peak[0]))


# ---- isomers ------------------------------------------------------------------------------------------------------

MZ_WIDTH = 0.01
FLOOR = 0.001  # intensity of a peak that a spectrum lacks, of its base peak


def isomer_groups(records: Iterable[Record]) -> list[list[Record]]:
    """Records of one formula and adduct, of several molecules with two records each at least."""
    groups: dict[tuple[str, str], dict[str, list[Record]]] = defaultdict(lambda: defaultdict(list))
    for record in records:
        groups[record.fields.get("FORMULA", ""), record.fields.get("ADDUCT", "")][record.molecule].append(record)
    found = []
    for (formula, _), molecules in sorted(groups.items()):
        several = [members for members in molecules.values() if len(members) > 1]
        if formula and len(several) > 1:
            found.append([record for members in several for record in members])
    return found


def thinned(group: Sequence[Record], molecules: int, spectra: int, draw: random.Random) -> list[Record]:
    """At most so many molecules, and so many spectra of each."""
    names = sorted({record.molecule for record in group})
    kept = []
    for name in sorted(draw.sample(names, min(molecules, len(names)))):
        own = [record for record in group if record.molecule == name]
        kept += draw.sample(own, min(spectra, len(own)))
    return kept


def near(peaks: Peaks, mz: float) -> float:
    """The intensity at an m/z, 0 without a peak."""
    return max((intensity for other, intensity in peaks if abs(other - mz) <= MZ_WIDTH), default=0.0)


def shared_mz(group: Sequence[Record]) -> list[float]:
    """The m/z, in wide enough steps, at which every molecule of a group has a peak in one of its spectra."""
    molecules: dict[str, list[Record]] = defaultdict(list)
    for record in group:
        molecules[record.molecule].append(record)
    candidates: list[float] = []
    for mz in sorted(mz for record in group for mz, _ in record.peaks):
        if not candidates or mz - candidates[-1] > 5 * MZ_WIDTH:
            candidates.append(mz)
    return [mz for mz in candidates
            if all(any(near(record.peaks, mz) > 0 for record in own) for own in molecules.values())]


def on_shared_mz(group: Sequence[Record], least: int) -> list[Record]:
    """The records with peaks at the shared m/z alone and at all of them, so that only intensities differ; those of
    fewer than `least` own peaks there are left out, and nothing is left of a group that shares fewer."""
    shared = shared_mz(group)
    found = []
    for record in group if len(shared) >= least else []:
        intensities = [near(record.peaks, mz) for mz in shared]
        if sum(intensity > 0 for intensity in intensities) >= least:
            base = max(intensities)
            found.append(record.with_peaks([(mz, max(intensity / base, FLOOR))
                                            for mz, intensity in zip(shared, intensities)]))
    counts: dict[str, int] = defaultdict(int)
    for record in found:
        counts[record.molecule] += 1
    found = [record for record in found if counts[record.molecule] > 1]
    return found if len({record.molecule for record in found}) > 1 else []


def permuted(record: Record, draw: random.Random) -> Record:
    """The same m/z and the same intensities, dealt out by chance."""
    intensities = [intensity for _, intensity in record.peaks]
    draw.shuffle(intensities)
    return record.with_peaks([(mz, intensity) for (mz, _), intensity in zip(record.peaks, intensities)])
