"""What every part needs: masses, patterns, generators and the one error."""

from __future__ import annotations

import hashlib
import random

from rdkit import Chem

TABLE = Chem.GetPeriodicTable()
MASS = {s: TABLE.GetMostCommonIsotopeMass(s)
        for s in ("H", "C", "N", "O", "F", "Na", "P", "S", "Cl", "Br", "I")}
H = MASS["H"]


class SimulationError(Exception):
    """What the user can put right; shown as one line."""


def rng_for(seed: int, *parts: object) -> random.Random:
    """A generator that depends only on what it is for, so that adding a molecule changes no other."""
    text = "|".join(str(p) for p in (seed, *parts))
    return random.Random(int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big"))


def pattern(smarts: str) -> Chem.Mol:
    return Chem.MolFromSmarts(smarts)
