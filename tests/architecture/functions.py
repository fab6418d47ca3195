"""The functions of a file with their first and last lines. C++ is read as clang-format leaves it: a definition begins
at the line whose indentation is that of its closing brace."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

# What must not be read as code: strings (raw ones may hold lines at column 0), characters, comments.
OPAQUE = re.compile(r"""
    //[^\n]* | /\*.*?\*/
  | R"(?P<end>[^(\s]*)\(.*?\)(?P=end)"
  | "(?:\\.|[^"\\\n])*"
  | (?<!\w)(?:u8|[uUL])?'(?:\\.|[^'\\\n])+'  # but not 10'000
    """, re.DOTALL | re.VERBOSE)
# A brace that begins no function: a block, or the rest of one (`} else if (x) {`).
BLOCK = re.compile(r"\}|(if|for|while|switch|do|else|try|catch|namespace|class|struct|enum|union)\b")
# A test with its names, `f(`, `Class::f(` or `operator==(`.
NAME = re.compile(r"(TEST\w*\(\w+, \w+\))|((?:\w+(?:<[^()]*>)?::)*(?:operator\s*(?:\(\)|[^\s(]+)|~?\w+))\s*\(")


@dataclass(frozen=True)
class Function:
    """A definition: lines count from 1, the last one holds the closing brace."""

    name: str
    first: int
    last: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1


def blanked(text: str) -> str:
    """The code alone: same lines and columns, strings and comments as spaces."""
    return OPAQUE.sub(lambda m: re.sub(r"[^\n]", " ", m.group(0)), text)


def indentation(line: str) -> int:
    return len(line) - len(line.lstrip())


def opening_of(lines: list[str], closing: int) -> int | None:
    """The index of the line that begins what the brace in line `closing` ends."""
    depth = indentation(lines[closing])
    for index in range(closing - 1, -1, -1):
        line = lines[index]
        if line.strip() and indentation(line) <= depth and not line.startswith("#"):
            return index
    return None


def head_of(lines: list[str], first: int, closing: int) -> str:
    """A definition up to its opening brace, as one line."""
    head = ""
    for line in lines[first:closing]:
        head += line.strip() + " "
        if line.rstrip().endswith("{"):
            break
    return head


def cpp_functions(text: str) -> list[Function]:
    """Free and member functions of more than one line, but not the blocks and lambdas inside them."""
    lines = blanked(text).split("\n")
    found: list[Function] = []
    for closing, line in enumerate(lines):
        first = opening_of(lines, closing) if line.strip() == "}" else None
        if first is None or BLOCK.match(lines[first].strip()):
            continue
        name = NAME.search(head_of(lines, first, closing))
        if name:
            found.append(Function(name.group(1) or name.group(2), first + 1, closing + 1))
    return found


def python_functions(text: str) -> list[Function]:
    return [Function(node.name, node.lineno, node.end_lineno) for node in ast.walk(ast.parse(text))
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]


def functions_of(path: Path, text: str) -> list[Function]:
    if path.suffix in {".h", ".cpp"}:
        return cpp_functions(text)
    return python_functions(text) if path.suffix == ".py" else []
