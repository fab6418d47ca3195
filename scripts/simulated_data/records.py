"""Spectra as records of an MGF file."""

from __future__ import annotations

from typing import Iterable

from .charges import Adduct
from .spectra import Spectrum


def mgf_record(keys: Iterable[tuple[str, str]], peaks: Iterable[tuple[float, float]]) -> str:
    head = "".join(f"{k}={v}\n" for k, v in keys)
    body = "".join(f"{mz:.4f} {value:g}\n" for mz, value in peaks)
    return f"BEGIN IONS\n{head}{body}END IONS\n\n"


def charge_text(adduct: Adduct) -> str:
    return "1+" if adduct.sign > 0 else "1-"


def library_record(spectrum: Spectrum, identifier: str) -> str:
    m, adduct = spectrum.molecule, spectrum.adduct
    return mgf_record((
        ("TITLE", f"{m.name} {adduct.name} {spectrum.energy} eV"), ("SPECTRUM_ID", identifier),
        ("PRECURSOR_MZ", f"{adduct.mz(m.mass):.5f}"), ("CHARGE", charge_text(adduct)),
        ("ADDUCT", adduct.name), ("MS_LEVEL", "2"), ("SMILES", m.smiles),
        ("INCHIKEY", m.inchikey), ("FORMULA", m.formula),
        ("COLLISION_ENERGY", str(spectrum.energy)), ("FOLD", m.fold)), spectrum.peaks)


def query_record(spectrum: Spectrum, identifier: str, drop: str = "", adduct: str = "") -> str:
    """What a laboratory has before it knows the answer; `drop` and `adduct` make problem records."""
    keys = (("TITLE", identifier), ("SPECTRUM_ID", identifier),
            ("PRECURSOR_MZ", f"{spectrum.adduct.mz(spectrum.molecule.mass):.5f}"),
            ("CHARGE", charge_text(spectrum.adduct)), ("ADDUCT", adduct or spectrum.adduct.name),
            ("MS_LEVEL", "2"), ("COLLISION_ENERGY", str(spectrum.energy)))
    return mgf_record((k for k in keys if k[0] != drop), spectrum.peaks)
