"""The molecules of the set, and which of them are for training and which for validation."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from rdkit import Chem
from rdkit.Chem.Descriptors import ExactMolWt
from rdkit.Chem.rdMolDescriptors import CalcMolFormula

from .common import MASS, SimulationError, rng_for

VAL_SHARE = 0.2


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


def parse_molecule(name: str, smiles: str) -> Molecule:
    mol = Chem.MolFromSmiles(smiles)
    if mol is None:
        raise SimulationError(f"{name}: RDKit cannot read {smiles!r}")
    mass = ExactMolWt(mol)
    if len(Chem.GetMolFrags(mol)) != 1 or Chem.GetFormalCharge(mol) != 0:
        raise SimulationError(f"{name}: not a single neutral molecule: {smiles}")
    if not 100 <= mass <= 700:
        raise SimulationError(f"{name}: {mass:.2f} Da is outside 100..700 Da")
    unknown = {a.GetSymbol() for a in mol.GetAtoms()} - set(MASS)
    if unknown:
        raise SimulationError(f"{name}: unexpected element {sorted(unknown)[0]}")
    return Molecule(name, Chem.MolToSmiles(mol), mol, CalcMolFormula(mol), mass,
                    Chem.MolToInchiKey(mol))


def read_molecules(path: Path) -> list[Molecule]:
    """Read name<TAB>SMILES; two names for one constitution are an error."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as err:
        raise SimulationError(f"cannot read {path}: {err.strerror}") from err
    molecules: list[Molecule] = []
    seen: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        parts = line.split("\t")
        if len(parts) != 2:
            raise SimulationError(f"{path}:{number}: expected name<TAB>SMILES")
        molecule = parse_molecule(*parts)
        if molecule.block in seen:
            raise SimulationError(f"{path}:{number}: {molecule.name} is {seen[molecule.block]} again")
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
