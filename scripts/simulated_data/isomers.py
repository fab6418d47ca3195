"""Decoys: isomers of a molecule that do not give themselves away."""

from __future__ import annotations

from rdkit import Chem
from rdkit.Chem.rdMolDescriptors import CalcMolFormula, CalcNumAromaticRings

from .common import pattern, rng_for
from .edits import edited, plain
from .molecules import Molecule

# A decoy may have these only as often as its parent: they would give it away at a glance.
ODD = tuple(pattern(s) for s in (
    "[O,S,N;!$([N+])]-[F,Cl,Br,I]", "[OX2]-[OX2]", "[SX2]-[OX2]", "[SX2]-[NX3]", "[PX3]",
    "*=C=*", "[C,N;R]#*", "[NX3;!$(N-*=*);!a]-[NX3;!$(N-*=*);!a]", "[NX3]-[OX2]", "[OX2][CX4][OX2]",
    "[NX3;!$(N-*=*)][CX4][OX2,NX3;!$(N-*=*)]", "[CX3]=[CX3]-[OX2H1,NX3H2]", "[r3]", "[r4]",
    "[SX2]-[SX2]", "[SX4,SX3]-[OX2]", "[N]=[N]", "[S,P;!a]=[C,N]", "[F,Cl,Br,I][CX4][O,N,S]",
    "[NX2]=[CX3H2]", "[PX4]-[#7,#16]", "[B,Si]", "[nX3;!$(n:[c,n]);!$(n1cccc1)]"))


def odd_counts(mol: Chem.Mol) -> list[int]:
    return [len(mol.GetSubstructMatches(q)) for q in ODD]


def isomers(molecule: Molecule, wanted: int, seed: int) -> list[str]:
    """Up to `wanted` isomers of different constitution; small molecules have fewer to offer."""
    rng = rng_for(seed, "decoys", molecule.block)
    limits = odd_counts(molecule.mol)
    rings = CalcNumAromaticRings(molecule.mol)
    seen_smiles, seen_blocks = {molecule.smiles}, {molecule.block}
    found: list[str] = []
    prepared = plain(molecule.mol)
    for _ in range(30 * wanted + 300):
        if len(found) == wanted:
            break
        mol = edited(prepared, rng)
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
