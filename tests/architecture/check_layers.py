"""Fails when a file includes upwards or shows a third-party library outside its layer.

usage: check_layers.py SOURCE_DIR
"""

import re
import sys
from pathlib import Path

# What each layer may include of the others (docs: CONTRIBUTING.md, "Layers").
ALLOWED = {
    "base": set(),
    "store": {"base"},
    "ms": {"store", "base"},
    "chem": {"store", "base"},
    "nn": {"store", "base"},
    "index": {"store", "base"},
    "eval": {"chem", "store", "base"},
    "encode": {"ms", "chem", "nn", "store", "base"},
    "align": {"encode", "ms", "nn", "store", "base"},
    "library": {"index", "chem", "store", "base"},
}
ALLOWED["pipeline"] = set(ALLOWED)

# Third-party headers and the only layers that may see them.
THIRD_PARTY = {
    r"^(GraphMol|RDGeneral|DataStructs|rdkit|Geometry)/": {"chem"},
    r"^inchi_api\.h": {"chem"},
    r"^faiss/": {"index"},
    r"^(torch|ATen|c10|caffe2)/": {"nn", "encode", "align"},
    r"^(expat\.h|libmsnumpress/)": {"ms"},
    r"^CLI/": {"tools"},
    r"^spdlog/": {"tools"},
    r"^(zlib|xxhash)\.h|^openssl/": {"store"},
}
PUBLIC_FORBIDDEN = r"^(nlohmann|fmt|spdlog|CLI|torch|ATen|c10|faiss|GraphMol|zlib|openssl|expat|libmsnumpress)\b"

INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]')


def layer_of(path: Path, root: Path) -> str | None:
    parts = path.relative_to(root).parts
    if parts[0] == "src":
        return parts[1]
    if parts[:2] == ("include", "specbridge"):
        return parts[2]
    return parts[0]


def included_layer(name: str) -> str | None:
    public = re.match(r"specbridge/(\w+)/", name)
    internal = re.match(r"(\w+)/", name)
    found = public or internal
    return found.group(1) if found and found.group(1) in ALLOWED else None


def complaints(path: Path, root: Path) -> list[str]:
    layer = layer_of(path, root)
    found = []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        name, place = match.group(1), f"{path.relative_to(root)}:{number}"
        target = included_layer(name)
        if layer in ALLOWED and target and target != layer and target not in ALLOWED[layer]:
            found.append(f"{place}: layer {layer} includes {name} of layer {target}")
        if layer == "tools" and target and not name.startswith("specbridge/"):
            found.append(f"{place}: the program includes the internal header {name}")
        for pattern, layers in THIRD_PARTY.items():
            if re.match(pattern, name) and layer not in layers:
                found.append(f"{place}: {name} may be seen in {', '.join(sorted(layers))} only")
        if path.parts[len(root.parts)] == "include" and re.match(PUBLIC_FORBIDDEN, name):
            found.append(f"{place}: a public header shows {name}")
    return found


def main(root: Path) -> int:
    files = [p for part in ("include", "src", "tools") for p in sorted((root / part).rglob("*"))
             if p.suffix in {".h", ".cpp"}]
    unknown = {layer_of(p, root) for p in files} - set(ALLOWED) - {"tools"}
    found = [f"unknown layer {name}" for name in sorted(unknown)]
    for path in files:
        found += complaints(path, root)
    print("\n".join(found) if found else f"{len(files)} files, every include allowed")
    return 1 if found or not files else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
