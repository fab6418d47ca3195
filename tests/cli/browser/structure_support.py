"""What a drawn structure must look like, as RDKit in Python has it."""

import re
from collections import Counter

from rdkit import Chem, RDLogger

RDLogger.DisableLog("rdApp.*")

LINES = {Chem.BondType.SINGLE: 1, Chem.BondType.DOUBLE: 2, Chem.BondType.TRIPLE: 3}


def read(smiles):
    """A molecule whose aromatic rings have single and double bonds."""
    mol = Chem.MolFromSmiles(smiles)
    Chem.Kekulize(mol)
    return mol


def lines_of(smiles):
    """How many lines all bonds are drawn with. Which bonds of a ring are double is free, how many is not."""
    return sum(LINES.get(bond.GetBondType(), 1) for bond in read(smiles).GetBonds())


def label_of(atom, alone):
    """The text of an atom's label: symbol, hydrogens, charge, unpaired electrons, isotope; "" for a plain carbon."""
    charge, isotope, radicals = atom.GetFormalCharge(), atom.GetIsotope(), atom.GetNumRadicalElectrons()
    if atom.GetSymbol() == "C" and not (charge or isotope or radicals or alone):
        return ""
    hydrogens = atom.GetTotalNumHs()
    size = str(abs(charge)) if abs(charge) > 1 else ""
    sign = "+" if charge > 0 else "−" if charge < 0 else ""
    return ((str(isotope) if isotope else "") + atom.GetSymbol() + ("H" if hydrogens else "") +
            (str(hydrogens) if hydrogens > 1 else "") + (size + sign if charge else "") + "•" * radicals)


def labels_of(smiles):
    """The labels of a molecule with how often each is there."""
    mol = Chem.MolFromSmiles(smiles)
    labels = (label_of(atom, mol.GetNumAtoms() == 1) for atom in mol.GetAtoms())
    return Counter(label for label in labels if label)


def pieces_without(smiles, cut):
    """The atoms of the pieces of a molecule without some bonds, written as explain does: "C1-O2 C3:C4"."""
    mol = Chem.RWMol(Chem.MolFromSmiles(smiles))
    for bond in cut.split():
        (_, a), (_, b) = re.findall(r"([A-Za-z]+)(\d+)", bond)
        mol.RemoveBond(int(a), int(b))
    return [frozenset(piece) for piece in Chem.GetMolFrags(mol, sanitizeFrags=False)]


def heavy_atoms_of(smiles, places=None):
    """How many atoms of each element a SMILES has, or those of its places; fragments need not be whole molecules."""
    atoms = Chem.MolFromSmiles(smiles, sanitize=False).GetAtoms()
    return Counter(atom.GetSymbol().capitalize() for atom in atoms if places is None or atom.GetIdx() in places)
