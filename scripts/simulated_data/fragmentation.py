"""The pieces that a molecule falls into when one or two bonds break."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Iterator

from rdkit import Chem

from .common import MASS, H


@dataclass(frozen=True)
class Fragment:
    """A connected piece: its atoms, the neutral mass with every cut end capped by H, the share of
    cut ends that rather lose H, and how readily it forms."""

    atoms: frozenset[int]
    capped_mass: float
    hydrogens: int
    ends: tuple[float, ...]
    weight: float


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
