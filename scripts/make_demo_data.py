#!/usr/bin/env python3
"""Make the demo data set in data/ from data/molecules.tsv.

The spectra are simulated by breaking bonds, so that every part of the toolkit can be tried, and
tested, without a download.  They follow the bookkeeping of real spectra (exact masses, adducts,
mass errors, noise), not the chemistry.  The same seed and the same RDKit give the same content.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import itertools
import json
import math
import random
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable, Iterable, Iterator

import rdkit
from rdkit import Chem, RDLogger
from rdkit.Chem.Descriptors import ExactMolWt
from rdkit.Chem.rdMolDescriptors import CalcMolFormula, CalcNumAromaticRings

ROOT = Path(__file__).resolve().parent.parent
ELECTRON = 0.00054857990907
TABLE = Chem.GetPeriodicTable()
MASS = {s: TABLE.GetMostCommonIsotopeMass(s)
        for s in ("H", "C", "N", "O", "F", "Na", "P", "S", "Cl", "Br", "I")}
H = MASS["H"]
ENERGIES = (10, 20, 40)
MAX_PEAKS = 40
MIN_MZ = 40.0
MIN_INTENSITY = 0.004
VAL_SHARE = 0.2
N_QUERY = 20
TRAIN_DECOYS = (6, 9)       # per training molecule, all of them in the library
VAL_DECOYS = 49             # per validation molecule, in the candidate lists
VAL_LIBRARY_DECOYS = 9      # of these in the library


class DemoError(Exception):
    """What the user can put right; shown as one line."""


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


@dataclass
class Molecule:
    name: str
    smiles: str
    mol: Chem.Mol
    formula: str
    mass: float
    inchikey: str
    fold: str = ""
    decoys: list[str] = field(default_factory=list)

    @property
    def block(self) -> str:
        """The constitution: what a spectrum can at best tell, and what isomers must differ in."""
        return self.inchikey[:14]


@dataclass(frozen=True)
class Fragment:
    """A connected piece: its atoms, the neutral mass with every cut end capped by H, the share of
    cut ends that rather lose H, and how readily it forms."""

    atoms: frozenset[int]
    capped_mass: float
    hydrogens: int
    ends: tuple[float, ...]
    weight: float


@dataclass(frozen=True)
class Spectrum:
    molecule: Molecule
    adduct: Adduct
    energy: int
    peaks: list[tuple[float, float]]


def rng_for(seed: int, *parts: object) -> random.Random:
    """A generator that depends only on what it is for, so that adding a molecule changes no other."""
    text = "|".join(str(p) for p in (seed, *parts))
    return random.Random(int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big"))


# ---------------------------------------------------------------- molecules

def parse_molecule(name: str, smiles: str) -> Molecule:
    mol = Chem.MolFromSmiles(smiles)
    if mol is None:
        raise DemoError(f"{name}: RDKit cannot read {smiles!r}")
    mass = ExactMolWt(mol)
    if len(Chem.GetMolFrags(mol)) != 1 or Chem.GetFormalCharge(mol) != 0:
        raise DemoError(f"{name}: not a single neutral molecule: {smiles}")
    if not 100 <= mass <= 700:
        raise DemoError(f"{name}: {mass:.2f} Da is outside 100..700 Da")
    unknown = {a.GetSymbol() for a in mol.GetAtoms()} - set(MASS)
    if unknown:
        raise DemoError(f"{name}: unexpected element {sorted(unknown)[0]}")
    return Molecule(name, Chem.MolToSmiles(mol), mol, CalcMolFormula(mol), mass,
                    Chem.MolToInchiKey(mol))


def read_molecules(path: Path) -> list[Molecule]:
    """Read name<TAB>SMILES; two names for one constitution are an error."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as err:
        raise DemoError(f"cannot read {path}: {err.strerror}") from err
    molecules: list[Molecule] = []
    seen: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        parts = line.split("\t")
        if len(parts) != 2:
            raise DemoError(f"{path}:{number}: expected name<TAB>SMILES")
        molecule = parse_molecule(*parts)
        if molecule.block in seen:
            raise DemoError(f"{path}:{number}: {molecule.name} is {seen[molecule.block]} again")
        seen[molecule.block] = molecule.name
        molecules.append(molecule)
    return molecules


def assign_folds(molecules: list[Molecule], seed: int) -> None:
    """Whole formulas go to one side: otherwise the precursor mass alone gives validation away."""
    counts = Counter(m.formula for m in molecules)
    order = sorted(counts, key=lambda f: rng_for(seed, "fold", f).random())
    held: set[str] = set()
    for formula in order:
        if sum(counts[f] for f in held) >= VAL_SHARE * len(molecules):
            break
        held.add(formula)
    for m in molecules:
        m.fold = "val" if m.formula in held else "train"


# ---------------------------------------------------------------- fragmentation

def pattern(smarts: str) -> Chem.Mol:
    return Chem.MolFromSmarts(smarts)


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


def bond_weight(bond: Chem.Bond) -> float:
    """How readily a bond breaks: bonds to heteroatoms first, then beside them or a ring."""
    a, b = bond.GetBeginAtom(), bond.GetEndAtom()
    hetero = [x for x in (a, b) if x.GetSymbol() != "C"]
    acyl = any(n.GetBondType() == Chem.BondType.DOUBLE and n.GetOtherAtom(x).GetSymbol() in "OS"
               for x in (a, b) for n in x.GetBonds())
    aromatic = sum(x.GetIsAromatic() for x in (a, b))
    if {a.GetSymbol(), b.GetSymbol()} & {"F"}:
        return 0.03
    if hetero:
        weight = 0.7
        if acyl:
            weight = 1.0
        elif aromatic:
            weight = 0.25
        return weight
    if aromatic == 2:
        return 0.02
    if acyl:
        return 0.45
    near = any(n.GetIdx() not in (a.GetIdx(), b.GetIdx())
               and (n.GetSymbol() in ("N", "O", "S") or n.GetIsAromatic())
               for x in (a, b) for n in x.GetNeighbors())
    if aromatic:
        return 0.15
    return 0.40 if near else 0.10


def end_loss(atom: Chem.Atom) -> float:
    """Share of pieces in which this cut end gives up H (an acylium or a carbocation) to the other."""
    if atom.GetSymbol() != "C":
        return 0.12
    if any(b.GetBondType() == Chem.BondType.DOUBLE and b.GetOtherAtom(atom).GetSymbol() == "O"
           for b in atom.GetBonds()):
        return 0.92
    return 0.45 if atom.GetIsAromatic() else 0.75


def components(neighbours: list[list[int]], cut: set[frozenset[int]]) -> list[frozenset[int]]:
    """The connected pieces left when the bonds in `cut` are gone."""
    seen: set[int] = set()
    pieces: list[frozenset[int]] = []
    for start in range(len(neighbours)):
        if start in seen:
            continue
        piece, stack = {start}, [start]
        while stack:
            here = stack.pop()
            for there in neighbours[here]:
                if there not in piece and frozenset((here, there)) not in cut:
                    piece.add(there)
                    stack.append(there)
        seen |= piece
        pieces.append(frozenset(piece))
    return pieces


def cuts(mol: Chem.Mol) -> Iterator[tuple[tuple[Chem.Bond, ...], float]]:
    """One or two chain bonds, or two bonds of one ring, with how readily they break."""
    single = Chem.BondType.SINGLE
    chain = [b for b in mol.GetBonds() if b.GetBondType() == single and not b.IsInRing()
             and b.GetBeginAtom().GetDegree() + b.GetEndAtom().GetDegree() > 2
             and not {b.GetBeginAtom().GetFormalCharge(), b.GetEndAtom().GetFormalCharge()} > {0}]
    weights = {b.GetIdx(): bond_weight(b) for b in mol.GetBonds()}
    for b in chain:
        yield (b,), weights[b.GetIdx()]
    for b, c in itertools.combinations(chain, 2):
        yield (b, c), 0.6 * weights[b.GetIdx()] * weights[c.GetIdx()]
    done: set[tuple[int, int]] = set()
    for ring in mol.GetRingInfo().BondRings():
        open_bonds = [mol.GetBondWithIdx(i) for i in ring
                      if mol.GetBondWithIdx(i).GetBondType() == single]
        for b, c in itertools.combinations(open_bonds, 2):
            key = (b.GetIdx(), c.GetIdx())
            if key not in done:
                done.add(key)
                yield (b, c), 0.35 * weights[key[0]] * weights[key[1]]


def fragments_of(mol: Chem.Mol) -> list[Fragment]:
    """All pieces of at least two heavy atoms; a piece reached by two ways keeps the easier one."""
    neighbours = [[n.GetIdx() for n in a.GetNeighbors()] for a in mol.GetAtoms()]
    hydrogens = [a.GetTotalNumHs() for a in mol.GetAtoms()]
    masses = [MASS[a.GetSymbol()] + h * H for a, h in zip(mol.GetAtoms(), hydrogens)]
    best: dict[tuple[frozenset[int], int], Fragment] = {}
    for bonds, weight in cuts(mol):
        gone = {frozenset((b.GetBeginAtomIdx(), b.GetEndAtomIdx())) for b in bonds}
        for piece in components(neighbours, gone):
            if len(piece) < 2 or len(piece) == len(neighbours):
                continue
            ends = [i for pair in sorted(tuple(sorted(p)) for p in gone) for i in pair if i in piece]
            if len(ends) < len(bonds) and len(bonds) > 1:
                continue  # the second cut is elsewhere: the single cut has this piece already
            key = (piece, len(ends))
            if key in best and best[key].weight >= weight:
                continue
            best[key] = Fragment(piece, sum(masses[i] for i in sorted(piece)) + len(ends) * H,
                                 sum(hydrogens[i] for i in piece) + len(ends),
                                 tuple(end_loss(mol.GetAtomWithIdx(i)) for i in ends), weight)
    return sorted(best.values(), key=lambda f: (-f.weight, f.capped_mass, sorted(f.atoms)))


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


@dataclass(frozen=True)
class Loss:
    """A neutral loss that a piece can undergo: its mass, how readily, and from which atoms."""

    mass: float
    hydrogens: int
    rate: float
    places: list[frozenset[int]]


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


def hydrogen_states(ends: tuple[float, ...], adduct: Adduct) -> Iterator[tuple[int, float]]:
    """(hydrogens lost against the capped piece, share): none or two per end, one for radicals."""
    shares = [e if adduct.sign > 0 else 0.5 * e for e in ends]
    for lost in itertools.product((False, True), repeat=len(shares)):
        share = math.prod(s if gone else 1 - s for s, gone in zip(shares, lost))
        yield 2 * sum(lost), share
    if shares:
        yield 1, 0.06


def ions(molecule: Molecule, fragments: list[Fragment], sites: Sites, adduct: Adduct,
         energy: int) -> dict[float, float]:
    """m/z (to 1e-5) -> intensity before noise: the precursor, the pieces and their neutral losses."""
    heat = energy / 20.0
    table: dict[float, float] = defaultdict(float)
    everything = frozenset(range(molecule.mol.GetNumAtoms()))
    total_h = sum(a.GetTotalNumHs() for a in molecule.mol.GetAtoms())
    carrier_h = 1 if adduct is DEPROTON else 0

    def lose(atoms: frozenset[int], mass: float, hydrogens: int, intensity: float) -> None:
        possible: dict[str, Loss] = {}
        for name, lost, lost_h, places, pos, neg in sites.losses:
            rate = pos if adduct.sign > 0 else neg
            inside = [p for p in places if p <= atoms]
            if inside and hydrogens - carrier_h >= lost_h and (
                    name not in possible or rate > possible[name].rate):
                possible[name] = Loss(lost, lost_h, rate, inside)
        for one in possible.values():
            table[round(adduct.mz(mass - one.mass), 5)] += intensity * one.rate * min(heat, 1.5)
        for one, two in itertools.combinations(possible.values(), 2):
            # Two losses need two places: CO2 and H2O cannot both come from one acid group.
            if (hydrogens - carrier_h >= one.hydrogens + two.hydrogens
                    and any(a.isdisjoint(b) for a in one.places for b in two.places)):
                table[round(adduct.mz(mass - one.mass - two.mass), 5)] += (
                    intensity * one.rate * two.rate * heat * 0.5)

    survivor = 2.2 * math.exp(-energy / 10.0) * (4.0 if adduct is SODIUM else 1.0)
    table[round(adduct.mz(molecule.mass), 5)] += survivor
    lose(everything, molecule.mass, total_h, 0.5 * affinity(everything, sites, adduct))
    for fragment in fragments:
        depth = len(fragment.ends)
        size = len(fragment.atoms) / len(everything)
        scale = fragment.weight * affinity(fragment.atoms, sites, adduct) * heat ** (depth - 1)
        scale *= math.exp(-abs(size - (0.75 - 0.3 * min(heat, 2.0) * 0.5)))
        for lost, share in hydrogen_states(fragment.ends, adduct):
            if fragment.hydrogens - lost - carrier_h < 0 or share < 0.03:
                continue
            mass = fragment.capped_mass - lost * H
            table[round(adduct.mz(mass), 5)] += scale * share
            if share > 0.3 and scale > 0.15:
                lose(fragment.atoms, mass, fragment.hydrogens - lost, 0.4 * scale * share)
    return {mz: value for mz, value in table.items() if mz >= MIN_MZ and value > 0}


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


# ---------------------------------------------------------------- isomer decoys

# A decoy may have these only as often as its parent: they would give it away at a glance.
ODD = tuple(pattern(s) for s in (
    "[O,S,N;!$([N+])]-[F,Cl,Br,I]", "[OX2]-[OX2]", "[SX2]-[OX2]", "[SX2]-[NX3]", "[PX3]",
    "*=C=*", "[C,N;R]#*", "[NX3;!$(N-*=*);!a]-[NX3;!$(N-*=*);!a]", "[NX3]-[OX2]", "[OX2][CX4][OX2]",
    "[NX3;!$(N-*=*)][CX4][OX2,NX3;!$(N-*=*)]", "[CX3]=[CX3]-[OX2H1,NX3H2]", "[r3]", "[r4]",
    "[SX2]-[SX2]", "[SX4,SX3]-[OX2]", "[N]=[N]", "[S,P;!a]=[C,N]", "[F,Cl,Br,I][CX4][O,N,S]",
    "[NX2]=[CX3H2]", "[PX4]-[#7,#16]", "[B,Si]", "[nX3;!$(n:[c,n]);!$(n1cccc1)]"))


def plain(mol: Chem.Mol) -> Chem.RWMol:
    """An editable copy with alternating bonds and no fixed H, so that sanitising settles both."""
    copy = Chem.RWMol(mol)
    for bond in copy.GetBonds():
        if bond.GetIsAromatic():
            bond.SetBoolProp("aromatic", True)
    Chem.Kekulize(copy, clearAromaticFlags=True)
    for atom in copy.GetAtoms():
        if atom.GetFormalCharge() == 0:
            atom.SetNoImplicit(False)
            atom.SetNumExplicitHs(0)
    return copy


def chain_bonds(mol: Chem.Mol) -> list[Chem.Bond]:
    return [b for b in mol.GetBonds()
            if b.GetBondType() == Chem.BondType.SINGLE and not b.IsInRing()]


def move_substituent(mol: Chem.RWMol, rng: random.Random) -> bool:
    """Cut a group off and put it in the place of another hydrogen."""
    bonds = chain_bonds(mol)
    if not bonds:
        return False
    bond = rng.choice(bonds)
    stay, leave = bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()
    if rng.random() < 0.5:
        stay, leave = leave, stay
    mol.RemoveBond(stay, leave)
    home = next(piece for piece in Chem.GetMolFrags(mol) if stay in piece)
    places = [i for i in home if i != stay and mol.GetAtomWithIdx(i).GetTotalNumHs() > 0]
    if not places:
        return False
    mol.AddBond(rng.choice(places), leave, Chem.BondType.SINGLE)
    return True


def swap_groups(mol: Chem.RWMol, rng: random.Random) -> bool:
    """Exchange what hangs on two chain bonds."""
    bonds = chain_bonds(mol)
    if len(bonds) < 2:
        return False
    first, second = rng.sample(bonds, 2)
    a, b = first.GetBeginAtomIdx(), first.GetEndAtomIdx()
    c, d = second.GetBeginAtomIdx(), second.GetEndAtomIdx()
    if rng.random() < 0.5:
        c, d = d, c
    if len({a, b, c, d}) < 4 or mol.GetBondBetweenAtoms(a, d) or mol.GetBondBetweenAtoms(c, b):
        return False
    mol.RemoveBond(a, b)
    mol.RemoveBond(c, d)
    mol.AddBond(a, d, Chem.BondType.SINGLE)
    mol.AddBond(c, b, Chem.BondType.SINGLE)
    return True


def swap_atoms(mol: Chem.RWMol, rng: random.Random) -> bool:
    """Let a heteroatom and another atom change places."""
    hetero = [a.GetIdx() for a in mol.GetAtoms()
              if a.GetSymbol() != "C" and a.GetFormalCharge() == 0]
    if not hetero:
        return False
    first = mol.GetAtomWithIdx(rng.choice(hetero))
    others = [a.GetIdx() for a in mol.GetAtoms() if a.GetSymbol() != first.GetSymbol()
              and a.GetFormalCharge() == 0 and abs(a.GetDegree() - first.GetDegree()) <= 1]
    if not others:
        return False
    second = mol.GetAtomWithIdx(rng.choice(others))
    one, two = first.GetAtomicNum(), second.GetAtomicNum()
    first.SetAtomicNum(two)
    second.SetAtomicNum(one)
    return True


def shift_link(mol: Chem.RWMol, rng: random.Random) -> bool:
    """Take a two-bonded atom (CH2, O, NH, S) out of its chain or ring and put it in another bond."""
    single = Chem.BondType.SINGLE

    def free(bond: Chem.Bond) -> bool:
        return bond.GetBondType() == single and not bond.HasProp("aromatic")

    links = [a.GetIdx() for a in mol.GetAtoms()
             if a.GetDegree() == 2 and all(free(b) for b in a.GetBonds())]
    if not links:
        return False
    link = rng.choice(links)
    left, right = (n.GetIdx() for n in mol.GetAtomWithIdx(link).GetNeighbors())
    targets = [(b.GetBeginAtomIdx(), b.GetEndAtomIdx()) for b in mol.GetBonds()
               if free(b) and link not in (b.GetBeginAtomIdx(), b.GetEndAtomIdx())]
    if not targets or mol.GetBondBetweenAtoms(left, right):
        return False
    start, end = rng.choice(targets)
    mol.RemoveBond(left, link)
    mol.RemoveBond(link, right)
    mol.AddBond(left, right, single)
    mol.RemoveBond(start, end)
    mol.AddBond(start, link, single)
    mol.AddBond(link, end, single)
    return True


EDITS: tuple[Callable[[Chem.RWMol, random.Random], bool], ...] = (
    move_substituent, move_substituent, swap_groups, swap_atoms, shift_link)


def odd_counts(mol: Chem.Mol) -> list[int]:
    return [len(mol.GetSubstructMatches(q)) for q in ODD]


def edited(mol: Chem.Mol, rng: random.Random) -> Chem.Mol | None:
    """One to three random edits; None when the result is no sane single molecule."""
    work: Chem.Mol = mol
    for _ in range(rng.choice((1, 1, 2, 2, 3))):
        copy = plain(work)
        try:
            if not rng.choice(EDITS)(copy, rng):
                return None
            Chem.SanitizeMol(copy)
        except (ValueError, RuntimeError):
            return None
        work = copy.GetMol()
    return work


def isomers(molecule: Molecule, wanted: int, seed: int) -> list[str]:
    """Up to `wanted` isomers of different constitution; small molecules have fewer to offer."""
    rng = rng_for(seed, "decoys", molecule.block)
    limits = odd_counts(molecule.mol)
    rings = CalcNumAromaticRings(molecule.mol)
    seen_smiles, seen_blocks = {molecule.smiles}, {molecule.block}
    found: list[str] = []
    for _ in range(30 * wanted + 300):
        if len(found) == wanted:
            break
        mol = edited(molecule.mol, rng)
        if mol is None or len(Chem.GetMolFrags(mol)) != 1:
            continue
        smiles = Chem.MolToSmiles(mol)
        if smiles in seen_smiles:
            continue
        seen_smiles.add(smiles)
        # A second reading settles [nH] and aromaticity the way every later reader will see them.
        mol = Chem.MolFromSmiles(smiles)
        if mol is None or CalcMolFormula(mol) != molecule.formula:
            continue
        if CalcNumAromaticRings(mol) != rings:
            continue
        if any(n > limit for n, limit in zip(odd_counts(mol), limits)):
            continue
        smiles = Chem.MolToSmiles(mol)
        block = Chem.MolToInchiKey(mol)[:14]
        if block and block not in seen_blocks:
            seen_blocks.add(block)
            found.append(smiles)
    return found


# ---------------------------------------------------------------- files

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
    """demo_query.mgf and its answers; the last two records lack what a search needs."""
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


def library_text(molecules: list[Molecule], seed: int) -> str:
    """Truths and decoys in one shuffled list, each constitution once; ids say nothing."""
    rows: dict[str, str] = {m.block: m.smiles for m in molecules}
    for m in molecules:
        for smiles in m.decoys[:VAL_LIBRARY_DECOYS]:
            rows.setdefault(Chem.MolToInchiKey(Chem.MolFromSmiles(smiles))[:14], smiles)
    shuffled = list(rows.values())
    rng_for(seed, "library").shuffle(shuffled)
    return "".join(f"LIB{i:05d}\t{s}\n" for i, s in enumerate(shuffled, 1))


def candidates_text(molecules: list[Molecule], seed: int) -> str:
    """Per validation molecule: itself and its isomers, the real ones of the set among them."""
    same: dict[str, list[Molecule]] = defaultdict(list)
    for m in molecules:
        same[m.formula].append(m)
    table: dict[str, list[str]] = {}
    for m in molecules:
        if m.fold != "val":
            continue
        names = {other.block: other.smiles for other in [m, *same[m.formula]]}
        for smiles in m.decoys:
            names.setdefault(Chem.MolToInchiKey(Chem.MolFromSmiles(smiles))[:14], smiles)
        listed = list(names.values())[:VAL_DECOYS + 1]
        rng_for(seed, "candidates", m.block).shuffle(listed)
        table[m.smiles] = listed
    return json.dumps(table, indent=0, sort_keys=True) + "\n"


def compressed(data: bytes) -> bytes:
    """gzip without name and time, so that the same content gives the same file."""
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=buffer, compresslevel=9, mtime=0) as out:
        out.write(data)
    return buffer.getvalue()


def make(molecules: list[Molecule], seed: int) -> tuple[dict[str, str], dict[str, int]]:
    """The content of every file by name, and counts for the manifest."""
    assign_folds(molecules, seed)
    spectra: list[tuple[str, Spectrum]] = []
    for m in molecules:
        low, high = TRAIN_DECOYS
        wanted = VAL_DECOYS if m.fold == "val" else rng_for(seed, "count", m.block).randint(low, high)
        m.decoys = isomers(m, wanted, seed)
        for spectrum in spectra_of(m, seed):
            spectra.append((f"DEMO{len(spectra) + 1:06d}", spectrum))
    folds = {fold: [s for s in spectra if s[1].molecule.fold == fold] for fold in ("train", "val")}
    query, truth = query_files(folds["val"], seed)
    files = {f"demo_{fold}.mgf.gz": "".join(library_record(s, i) for i, s in members)
             for fold, members in folds.items()}
    files |= {"demo_query.mgf": query, "demo_query_truth.tsv": truth,
              "demo_library.smi.gz": library_text(molecules, seed),
              "demo_val_candidates.json.gz": candidates_text(molecules, seed)}
    counts = {"molecules": len(molecules)}
    for fold in folds:
        counts[f"{fold}_molecules"] = sum(m.fold == fold for m in molecules)
        counts[f"{fold}_spectra"] = len(folds[fold])
    counts["queries"] = query.count("BEGIN IONS")
    counts["library_rows"] = files["demo_library.smi.gz"].count("\n")
    counts["val_candidates"] = sum(map(len, json.loads(
        files["demo_val_candidates.json.gz"]).values()))
    return files, counts


def manifest_text(files: dict[str, str], counts: dict[str, int], seed: int) -> str:
    """What the files were made with: other RDKit versions may write other SMILES."""
    return json.dumps({
        "rdkit": rdkit.__version__, "seed": seed, "counts": counts,
        "sha256_uncompressed": {name: hashlib.sha256(text.encode()).hexdigest()
                                for name, text in sorted(files.items())}}, indent=2) + "\n"


def write_all(files: dict[str, str], out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        data = text.encode()
        (out / name).write_bytes(compressed(data) if name.endswith(".gz") else data)


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Make the demo data set.")
    parser.add_argument("-o", "--out", type=Path, default=ROOT / "data", help="folder to write to")
    parser.add_argument("--molecules", type=Path, default=ROOT / "data" / "molecules.tsv",
                        help="name<TAB>SMILES")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args(argv)
    RDLogger.DisableLog("rdApp.*")
    try:
        files, counts = make(read_molecules(args.molecules), args.seed)
        files["manifest.json"] = manifest_text(files, counts, args.seed)
        write_all(files, args.out)
    except (DemoError, OSError) as err:
        print(f"error: {err}", file=sys.stderr)
        return 1
    print(" ".join(f"{k}={v}" for k, v in counts.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
