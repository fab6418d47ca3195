"""The spectra of a molecule, as a measurement would give them."""

from __future__ import annotations

import math
from dataclasses import dataclass

from .charges import DEPROTON, PROTON, SODIUM, STRONG_ACID, Adduct, Sites, sites_of
from .common import rng_for
from .fragmentation import Fragment, fragments_of
from .ions import MIN_MZ, ions
from .molecules import Molecule

ENERGIES = (10, 20, 40)
MAX_PEAKS = 40
MIN_INTENSITY = 0.004


@dataclass(frozen=True)
class Spectrum:
    molecule: Molecule
    adduct: Adduct
    energy: int
    peaks: list[tuple[float, float]]


def simulate(molecule: Molecule, fragments: list[Fragment], sites: Sites, adduct: Adduct,
             energy: int, seed: int) -> Spectrum:
    """Add what a measurement adds: uneven response, mass error, noise peaks, a detection limit."""
    precursor = adduct.mz(molecule.mass)
    rough: list[tuple[float, float]] = []
    for mz, value in sorted(ions(molecule, fragments, sites, adduct, energy).items()):
        taste = rng_for(seed, "response", molecule.block, adduct.name, f"{mz:.4f}").gauss(0, 0.7)
        rough.append((mz, value * math.exp(taste)))
    rng = rng_for(seed, "spectrum", molecule.block, adduct.name, energy)
    top = max(value for _, value in rough)
    kept = sorted(((mz, v / top) for mz, v in rough if v / top >= MIN_INTENSITY),
                  key=lambda p: (-p[1], p[0]))
    n_noise = rng.randint(1, 4)
    kept = kept[:MAX_PEAKS - n_noise]
    offset = rng.gauss(0, 1.0)
    peaks = [(mz * (1 + 1e-6 * (offset + max(-4.0, min(4.0, rng.gauss(0, 1.5))))),
              v * math.exp(rng.gauss(0, 0.15))) for mz, v in kept]
    peaks += [(rng.uniform(MIN_MZ + 5, precursor - 2), rng.uniform(0.003, 0.02))
              for _ in range(n_noise)]
    top = max(v for _, v in peaks)
    scaled = sorted((round(mz, 4), round(999 * v / top, 1)) for mz, v in peaks)
    return Spectrum(molecule, adduct, energy, [p for p in scaled if p[1] > 0])


def adducts_of(molecule: Molecule, sites: Sites, seed: int) -> list[tuple[Adduct, tuple[int, ...]]]:
    """Ion forms and energies: protonated unless nothing takes a proton, acids also deprotonated,
    a few oxygen-rich molecules as sodium adducts."""
    rng = rng_for(seed, "adducts", molecule.block)
    fluorines = sum(a.GetSymbol() == "F" for a in molecule.mol.GetAtoms())
    strong = molecule.mol.HasSubstructMatch(STRONG_ACID)
    only_negative = bool(sites.acidic) and not sites.nitrogen and (fluorines > 5 or strong)
    chosen: list[tuple[Adduct, tuple[int, ...]]] = []
    if not only_negative:
        dropped = rng.choice((None, 10, 20, 40))
        chosen.append((PROTON, tuple(e for e in ENERGIES if e != dropped)))
    if only_negative or (sites.acidic and rng.random() < 0.5):
        dropped = rng.choice((10, 20, 40))
        chosen.append((DEPROTON, tuple(e for e in ENERGIES if e != dropped)))
    if not only_negative and len(sites.oxygen) >= 4 and rng.random() < 0.25:
        chosen.append((SODIUM, (20, 40)))
    return chosen


def spectra_of(molecule: Molecule, seed: int) -> list[Spectrum]:
    fragments, sites = fragments_of(molecule.mol), sites_of(molecule.mol)
    return [simulate(molecule, fragments, sites, adduct, energy, seed)
            for adduct, energies in adducts_of(molecule, sites, seed) for energy in energies]
