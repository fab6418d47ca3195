"""Ion forms, and where a molecule holds a charge and what it can lose."""

from __future__ import annotations

from dataclasses import dataclass

from rdkit import Chem

from .common import MASS, H, pattern

ELECTRON = 0.00054857990907


@dataclass(frozen=True)
class Adduct:
    """An ion form: what is added to the neutral molecule, and the sign of the charge."""

    name: str
    shift: float
    sign: int

    def mz(self, neutral: float) -> float:
        return neutral + self.shift


PROTON = Adduct("[M+H]+", H - ELECTRON, 1)
SODIUM = Adduct("[M+Na]+", MASS["Na"] - ELECTRON, 1)
DEPROTON = Adduct("[M-H]-", -(H - ELECTRON), -1)

ACID = pattern("[CX3](=O)[OX2H1]")
STRONG_ACID = pattern("[$([S,P](=O)[OX2H1])]")
PHENOL = pattern("[OX2H1]c")
ACIDIC_NH = pattern("[NX3;H1,H2]S(=O)=O")
BASIC_N = pattern("[NX3;!$(N-[C,S,P]=[O,S]);!$(N-a);!$(N=*);!$(N-*=[N+])]")
AMINE_LIKE = pattern("[#7;!$([N+]);!$(N#C)]")

# What is lost as a neutral, where it comes from (one match inside the piece makes it possible),
# and how readily at 20 eV in positive and in negative mode.
LOSSES: tuple[tuple[str, float, int, Chem.Mol, float, float], ...] = tuple(
    (name, mass, hydrogens, pattern(smarts), pos, neg)
    for name, mass, hydrogens, smarts, pos, neg in (
        ("H2O", 2 * H + MASS["O"], 2, "[OX2H1][CX4]", 0.60, 0.20),
        ("H2O", 2 * H + MASS["O"], 2, "[OX2H1]C=O", 0.50, 0.15),
        ("H2O", 2 * H + MASS["O"], 2, "[#6]=O", 0.12, 0.04),
        ("NH3", 3 * H + MASS["N"], 3, "[NX3H2][CX4]", 0.60, 0.10),
        ("NH3", 3 * H + MASS["N"], 3, "[NX3H2]", 0.25, 0.08),
        ("CO", MASS["C"] + MASS["O"], 0, "[#6;R]=O", 0.30, 0.20),
        ("CO", MASS["C"] + MASS["O"], 0, "[OX2H1]c", 0.12, 0.10),
        ("HCOOH", MASS["C"] + 2 * MASS["O"] + 2 * H, 2, "[CX3](=O)[OX2H1]", 0.50, 0.05),
        ("CO2", MASS["C"] + 2 * MASS["O"], 0, "[CX3](=O)[OX2H1]", 0.06, 0.90),
        ("CO2", MASS["C"] + 2 * MASS["O"], 0, "[#6;R](=O)[#8;R]", 0.15, 0.40),
        ("HCl", H + MASS["Cl"], 1, "[Cl][CX4]", 0.50, 0.35),
        ("HCl", H + MASS["Cl"], 1, "[Cl]", 0.12, 0.15),
        ("HF", H + MASS["F"], 1, "[F]", 0.15, 0.25),
        ("HBr", H + MASS["Br"], 1, "[Br]", 0.20, 0.20),
        ("SO2", MASS["S"] + 2 * MASS["O"], 0, "S(=O)=O", 0.15, 0.30),
        ("NO2", MASS["N"] + 2 * MASS["O"], 0, "[N+](=O)[O-]", 0.20, 0.20),
        ("CH3", MASS["C"] + 3 * H, 3, "[CH3]Oc", 0.25, 0.50),
        ("HCN", H + MASS["C"] + MASS["N"], 1, "[n,$(N=C),$(C#N)]", 0.10, 0.06),
        ("C2H2", 2 * MASS["C"] + 2 * H, 2, "[cH][cH]", 0.05, 0.03),
    ))


def matched(mol: Chem.Mol, query: Chem.Mol) -> list[frozenset[int]]:
    return [frozenset(m) for m in mol.GetSubstructMatches(query)]


@dataclass(frozen=True)
class Sites:
    """Where a molecule holds a charge and what it can lose, looked up once per molecule."""

    basic: frozenset[int]
    nitrogen: frozenset[int]
    oxygen: frozenset[int]
    acidic: frozenset[int]
    aromatic: frozenset[int]
    losses: tuple[tuple[str, float, int, list[frozenset[int]], float, float], ...]


def sites_of(mol: Chem.Mol) -> Sites:
    def union(*queries: Chem.Mol) -> frozenset[int]:
        return frozenset(i for q in queries for m in matched(mol, q) for i in m)

    return Sites(
        basic=union(BASIC_N), nitrogen=union(AMINE_LIKE),
        oxygen=frozenset(a.GetIdx() for a in mol.GetAtoms() if a.GetSymbol() in ("O", "S", "P")),
        acidic=union(ACID, STRONG_ACID, PHENOL, ACIDIC_NH),
        aromatic=frozenset(a.GetIdx() for a in mol.GetAtoms() if a.GetIsAromatic()),
        losses=tuple((name, mass, h, matched(mol, q), pos, neg)
                     for name, mass, h, q, pos, neg in LOSSES))


def affinity(atoms: frozenset[int], sites: Sites, adduct: Adduct) -> float:
    """How well a piece holds the charge."""
    if adduct.sign < 0:
        if atoms & sites.acidic:
            return 1.0
        return 0.25 if atoms & sites.oxygen else 0.04
    if adduct is SODIUM:
        return 0.10 * min(len(atoms & sites.oxygen), 4) + 0.02
    if atoms & sites.basic:
        return 1.0
    if atoms & sites.nitrogen:
        return 0.6
    if atoms & sites.aromatic:
        return 0.45
    return 0.35 if atoms & sites.oxygen else 0.10
