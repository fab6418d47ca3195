"""Random edits that make another molecule of the same atoms."""

from __future__ import annotations

import random
from typing import Callable

from rdkit import Chem


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


def edited(prepared: Chem.RWMol, rng: random.Random) -> Chem.Mol | None:
    """One to three random edits of a plain() molecule; None when the result is no sane single molecule."""
    work: Chem.Mol | None = None
    for _ in range(rng.choice((1, 1, 2, 2, 3))):
        copy = Chem.RWMol(prepared) if work is None else plain(work)
        try:
            if not rng.choice(EDITS)(copy, rng):
                return None
            Chem.SanitizeMol(copy)
        except (ValueError, RuntimeError):
            return None
        work = copy.GetMol()
    return work
