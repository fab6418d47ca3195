"""The ions of a molecule with their intensities, before anything is measured."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Iterator

from .charges import DEPROTON, SODIUM, Adduct, Sites, affinity
from .common import H
from .fragmentation import Fragment
from .molecules import Molecule

MIN_MZ = 40.0


@dataclass(frozen=True)
class Loss:
    """A neutral loss that a piece can undergo: its mass, how readily, and from which atoms."""

    mass: float
    hydrogens: int
    rate: float
    places: list[frozenset[int]]


def hydrogen_states(ends: tuple[float, ...], adduct: Adduct) -> Iterator[tuple[int, float]]:
    """(hydrogens lost against the capped piece, share): none or two per end, one for radicals."""
    shares = [e if adduct.sign > 0 else 0.5 * e for e in ends]
    for lost in itertools.product((False, True), repeat=len(shares)):
        share = math.prod(s if gone else 1 - s for s, gone in zip(shares, lost))
        yield 2 * sum(lost), share
    if shares:
        yield 1, 0.06


def possible_losses(atoms: frozenset[int], hydrogens: int, sites: Sites, sign: int) -> list[Loss]:
    """What a piece with so many free hydrogens can lose; each neutral at its best rate."""
    possible: dict[str, Loss] = {}
    for name, mass, lost_h, places, pos, neg in sites.losses:
        rate = pos if sign > 0 else neg
        inside = [p for p in places if p <= atoms]
        if inside and hydrogens >= lost_h and (name not in possible or rate > possible[name].rate):
            possible[name] = Loss(mass, lost_h, rate, inside)
    return list(possible.values())


@dataclass
class IonTable:
    """m/z (to 1e-5) -> intensity, of one molecule as one ion form at one energy."""

    sites: Sites
    adduct: Adduct
    heat: float
    intensities: dict[float, float] = field(default_factory=lambda: defaultdict(float))

    @property
    def carrier_h(self) -> int:
        """Hydrogens that the charge itself takes from a piece."""
        return 1 if self.adduct is DEPROTON else 0

    def add(self, mass: float, intensity: float) -> None:
        self.intensities[round(self.adduct.mz(mass), 5)] += intensity

    def add_losses(self, atoms: frozenset[int], mass: float, hydrogens: int, intensity: float) -> None:
        """A piece without one or two neutrals."""
        free = hydrogens - self.carrier_h
        possible = possible_losses(atoms, free, self.sites, self.adduct.sign)
        for one in possible:
            self.add(mass - one.mass, intensity * one.rate * min(self.heat, 1.5))
        for one, two in itertools.combinations(possible, 2):
            # Two losses need two places: CO2 and H2O cannot both come from one acid group.
            if (free >= one.hydrogens + two.hydrogens
                    and any(a.isdisjoint(b) for a in one.places for b in two.places)):
                self.add(mass - one.mass - two.mass, intensity * one.rate * two.rate * self.heat * 0.5)

    def add_fragment(self, fragment: Fragment, size: float) -> None:
        """A piece that is `size` of the whole, in all its hydrogen states."""
        depth = len(fragment.ends)
        scale = fragment.weight * affinity(fragment.atoms, self.sites, self.adduct) * self.heat ** (depth - 1)
        scale *= math.exp(-abs(size - (0.75 - 0.3 * min(self.heat, 2.0) * 0.5)))
        for lost, share in hydrogen_states(fragment.ends, self.adduct):
            if fragment.hydrogens - lost - self.carrier_h < 0 or share < 0.03:
                continue
            mass = fragment.capped_mass - lost * H
            self.add(mass, scale * share)
            if share > 0.3 and scale > 0.15:
                self.add_losses(fragment.atoms, mass, fragment.hydrogens - lost, 0.4 * scale * share)


def ions(molecule: Molecule, fragments: list[Fragment], sites: Sites, adduct: Adduct,
         energy: int) -> dict[float, float]:
    """m/z -> intensity before noise: the precursor, the pieces and their neutral losses."""
    table = IonTable(sites, adduct, energy / 20.0)
    everything = frozenset(range(molecule.mol.GetNumAtoms()))
    total_h = sum(a.GetTotalNumHs() for a in molecule.mol.GetAtoms())
    table.add(molecule.mass, 2.2 * math.exp(-energy / 10.0) * (4.0 if adduct is SODIUM else 1.0))
    table.add_losses(everything, molecule.mass, total_h, 0.5 * affinity(everything, sites, adduct))
    for fragment in fragments:
        table.add_fragment(fragment, len(fragment.atoms) / len(everything))
    return {mz: value for mz, value in table.intensities.items() if mz >= MIN_MZ and value > 0}
