"""SMILES files, and how a SMILES string falls into atoms, bonds and ring numbers."""

import gzip
import re
import zlib
from pathlib import Path
from typing import Iterator, List

from .errors import input_error

ATOM_REGEX = (r"(\[[^\]]+]|Br?|Cl?|N|O|S|P|F|I|b|c|n|o|s|p|\(|\)|\.|=|#|-|\+|\\|\/|:|~|@|\?|>|\*|\$"
              r"|\%[0-9]{2}|[0-9])")
# How vocabularies of one token a line cut a SMILES (rxnfp, rxnmapper and others, published with them): what it does not
# find is dropped.
VOCABULARY_REGEX = (r"(\%\([0-9]{3}\)|\[[^\]]+]|Br?|Cl?|N|O|S|P|F|I|b|c|n|o|s|p|\||\(|\)|\.|=|#|-|\+|\\|\/|:|~|@|\?"
                    r"|>>?|\*|\$|\%[0-9]{2}|[0-9])")
_ATOMS = re.compile(ATOM_REGEX)
_LINES_TO_JUDGE = 200


def looks_like_smiles(text: str) -> bool:
    """Whether the text is made of SMILES tokens and has an atom: an id such as 12345 has none."""
    return _ATOMS.sub("", text) == "" and any(letter.isalpha() or letter == "*" for letter in text)


def smiles_column(lines: List[List[str]], where: str) -> int:
    """0 for "SMILES id", 1 for "id SMILES": the column that looks like SMILES more often."""
    counts = [sum(len(fields) > column and looks_like_smiles(fields[column]) for fields in lines)
              for column in (0, 1)]
    if max(counts) == 0:
        raise input_error(f"{where}: no SMILES in the first {len(lines)} lines; expected id<TAB>SMILES, or SMILES "
                          "with an id behind it")
    return 0 if counts[0] >= counts[1] else 1


def read_lines(path: Path) -> Iterator[str]:
    with open(path, "rb") as stream:
        packed = stream.read(2) == b"\x1f\x8b"
    with (gzip.open(path, "rt") if packed else open(path, encoding="utf-8")) as stream:
        yield from stream


def read_smiles(path: Path) -> List[str]:
    """All SMILES of a file, gz or not."""
    try:
        rows = [fields for fields in (line.split() for line in read_lines(path)) if fields]
    except (OSError, EOFError, UnicodeDecodeError, zlib.error) as error:
        raise input_error(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from error
    column = smiles_column(rows[:_LINES_TO_JUDGE], str(path))
    return [fields[column] for fields in rows if len(fields) > column]


def atoms(smiles: str) -> List[str]:
    """The tokens of one SMILES string; what is no SMILES token is left out."""
    return _ATOMS.findall(smiles)


_WORDS = re.compile(r"\[[^\]]*]|Br|Cl|%[0-9]{2}|.", re.DOTALL)


def words(smiles: str) -> List[str]:
    """A SMILES as a decoder writes it: atoms in brackets, Br, Cl, ring numbers of two digits, else single characters.
    In     a row they are the text."""
    return _WORDS.findall(smiles)
