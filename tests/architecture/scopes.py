"""What a C++ file declares and defines at the level of namespaces and classes, read without a compiler.

Enough for this repository: no macros that open braces, no conditional compilation that changes them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from functions import blanked

PREPROCESSOR = re.compile(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", re.MULTILINE)
OPERATOR = re.compile(r"\boperator\s*(\(\)|[^\w\s(]+|\s\w[^(]*)")
CLASS = re.compile(r"\b(?:class|struct)\s+(?:\[\[.*?\]\]\s*)?([\w:]+)(?:\s+final)?\s*(?::[^:].*)?$", re.DOTALL)
NAME = re.compile(r"((?:~?\w+\s*::\s*)*~?\w+)\s*$")
NOT_FUNCTIONS = {"__attribute__", "alignas", "decltype", "noexcept", "requires"}  # what is in their brackets is skipped


@dataclass
class Names:
    """Functions as `f` or `Class::f`; the namespace is left out."""

    declared: set[str] = field(default_factory=set)
    defined: set[str] = field(default_factory=set)


def without_templates(text: str) -> str:
    """`std::map<int, f(int)> g()` as `std::map g()`."""
    before = ""
    while text != before:
        before, text = text, re.sub(r"<[^<>]*>", "", text)
    return text


def function_in(statement: str) -> str | None:
    """The name that a statement declares or begins to define: `f`, `Class::f`, or nothing."""
    operator = OPERATOR.search(statement)
    # Its signs would be taken for those of templates and values.
    text = without_templates(OPERATOR.sub("operator_", statement))
    text = re.sub(r"\[\[.*?\]\]", "", text, flags=re.DOTALL)
    text = re.sub(r"^\s*(?:(?:public|private|protected)\s*:\s*)+", "", text)
    if re.match(r"\s*(using|typedef|friend|enum|static_assert)\b", text):
        return None
    start = 0
    while (opening := text.find("(", start)) >= 0:
        if "=" in text[:opening] or text[opening + 1:].lstrip().startswith("*"):
            return None  # a variable and its value, or a pointer to a function
        name = NAME.search(text[start:opening])
        if name and name.group(1) not in NOT_FUNCTIONS:
            found = re.sub(r"\s", "", name.group(1))
            return found.replace("operator_", operator.group(0)) if operator else found
        start = closing_of(text, opening) + 1
    return None


def closing_of(text: str, opening: int) -> int:
    """Where the bracket at `opening` is closed."""
    kind = text[opening]
    depth, change = 0, {kind: 1, {"{": "}", "(": ")"}[kind]: -1}
    for index in range(opening, len(text)):
        depth += change.get(text[index], 0)
        if depth == 0:
            return index
    return len(text)


def end_of_function(text: str, opening: int) -> int:
    """Behind the body; braces before it are those of members: `A::A() : a_{1}, b_{2} {`."""
    end = closing_of(text, opening) + 1
    while (rest := re.compile(r"\s*(,[^{]*)?\{").match(text, end)) is not None:
        end = closing_of(text, rest.end() - 1) + 1
    return end


def read(text: str, scope: tuple[str, ...] = ()) -> Names:
    """The functions of a file, those of anonymous namespaces left out."""
    return scan(PREPROCESSOR.sub("", blanked(text)), scope)


def scan(text: str, scope: tuple[str, ...]) -> Names:
    names, start, end = Names(), 0, 0
    while (stop := re.compile(r"[;{(]").search(text, end)) is not None:
        statement, end = text[start:stop.start()].strip(), stop.end()
        if stop.group() == "(":  # braces in there are values of arguments
            end = closing_of(text, stop.start()) + 1
            continue
        if stop.group() == ";":
            add_statement(names, statement, scope)
        else:
            end = add_block(names, text, statement, stop.start(), scope)
        start = end
    return names


def add_statement(names: Names, statement: str, scope: tuple[str, ...]) -> None:
    name = function_in(statement)
    if name is None or re.search(r"=\s*(0|delete)\s*$", statement):
        return
    kept = names.defined if re.search(r"=\s*default\s*$", statement) else names.declared
    kept.add("::".join((*scope, name)))


def add_block(names: Names, text: str, statement: str, opening: int, scope: tuple[str, ...]) -> int:
    """Reads what a brace opens and returns where to go on."""
    closing = closing_of(text, opening)
    inside = text[opening + 1:closing]
    if re.search(r"\bnamespace$|\bextern\s*$", statement):
        return closing + 1  # anonymous, or of C
    function, name = function_in(statement), CLASS.search(without_templates(statement))
    if re.search(r"\bnamespace\s+[\w:]+$", statement):
        inner = scan(inside, scope)
    elif function is not None:
        names.defined.add("::".join((*scope, function)))
        return end_of_function(text, opening)
    elif name is not None:
        inner = scan(inside, (*scope, name.group(1)))
    else:
        return closing + 1  # an enumeration, or values
    names.declared |= inner.declared
    names.defined |= inner.defined
    return closing + 1
