"""The query file and its answers."""

from __future__ import annotations

from .charges import DEPROTON, PROTON, SODIUM
from .common import rng_for
from .records import query_record
from .spectra import Spectrum

N_QUERY = 20


def pick_queries(spectra: list[tuple[str, Spectrum]], seed: int) -> list[tuple[str, Spectrum]]:
    """One spectrum per molecule, every ion form among them, at energies that show fragments."""
    order = sorted((s for s in spectra if s[1].energy > 10 and len(s[1].peaks) >= 8),
                   key=lambda s: rng_for(seed, "query", s[0]).random())
    quota = {SODIUM.name: 2, DEPROTON.name: 5, PROTON.name: N_QUERY - 7 + 2}
    chosen: list[tuple[str, Spectrum]] = []
    used: set[str] = set()
    for identifier, spectrum in order:
        if quota[spectrum.adduct.name] and spectrum.molecule.block not in used:
            quota[spectrum.adduct.name] -= 1
            used.add(spectrum.molecule.block)
            chosen.append((identifier, spectrum))
    return chosen


def query_files(spectra: list[tuple[str, Spectrum]], seed: int) -> tuple[str, str]:
    """query.mgf and its answers; the last two records lack what a search needs."""
    chosen = pick_queries(spectra, seed)
    problems = [s for s in chosen if s[1].adduct is PROTON][-2:]
    good = [s for s in chosen if s not in problems]
    mgf = ""
    truth = "query\tspectrum\tname\tsmiles\n"
    for number, (identifier, s) in enumerate(good, 1):
        mgf += query_record(s, f"QUERY{number:03d}")
        truth += f"QUERY{number:03d}\t{identifier}\t{s.molecule.name}\t{s.molecule.smiles}\n"
    mgf += query_record(problems[0][1], f"QUERY{len(good) + 1:03d}", drop="PRECURSOR_MZ")
    mgf += query_record(problems[1][1], f"QUERY{len(good) + 2:03d}", adduct="[M+Zz]+")
    return mgf, truth
