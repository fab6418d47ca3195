"""The encoder directory: its manifest, fingerprint, and how it is published."""

import hashlib
import json
import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import Dict, Iterator, List, Optional

import numpy as np

from . import FORMAT_VERSION, VERSION
from .errors import output_error

MANIFEST = "manifest.json"


def sha256_of_bytes(data) -> str:
    return hashlib.sha256(data).hexdigest()


def sha256_of_file(path: Path) -> str:
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def canonical_json(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def pretty_json(value: object, indent: int = 0) -> str:
    """JSON with sorted keys; lists of plain values stay on one line, so vectors remain readable."""
    inner = " " * (indent + 2)
    if isinstance(value, dict) and value:
        rows = [f"{inner}{json.dumps(key)}: {pretty_json(value[key], indent + 2)}" for key in sorted(value)]
        return "{\n" + ",\n".join(rows) + "\n" + " " * indent + "}"
    if isinstance(value, list) and any(isinstance(item, (list, dict)) for item in value):
        rows = [inner + pretty_json(item, indent + 2) for item in value]
        return "[\n" + ",\n".join(rows) + "\n" + " " * indent + "]"
    return json.dumps(value)


def float32_list(vector) -> List[float]:
    """The shortest decimals that give the float32 values back, also when read as doubles first."""
    result = []
    for value in np.asarray(vector, dtype=np.float32).tolist():
        short = float(str(np.float32(value)))
        result.append(short if np.float32(short) == np.float32(value) else value)
    return result


def fingerprint(tensors: Dict[str, np.ndarray], settings: Dict[str, object],
                tokenizer_sha256: Optional[str] = None) -> str:
    """One name for "gives the same vectors": SHA-256 over all weights, the settings that shape the
    result, and the tokenizer. The bytes hashed are the canonical JSON of
    {"tensors": [[name, dtype, shape, sha256], ...] sorted by name, "settings": ..., "tokenizer": ...}."""
    rows = [[name, str(array.dtype), list(array.shape), sha256_of_bytes(np.ascontiguousarray(array).data)]
            for name, array in sorted(tensors.items())]
    content = {"tensors": rows, "settings": settings}
    if tokenizer_sha256 is not None:
        content["tokenizer"] = tokenizer_sha256
    return sha256_of_bytes(canonical_json(content).encode())


def common_manifest(program: str, torch_version: str) -> Dict[str, object]:
    return {"format_version": FORMAT_VERSION,
            "made_by": {"program": program, "version": VERSION, "torch": torch_version},
            "precisions": ["float32", "bfloat16"]}


def write_manifest(directory: Path, manifest: Dict[str, object]) -> None:
    """Adds size and checksum of every file in the directory, then writes the manifest with a checksum of its own: the
    SHA-256 of its text with zeros in that place."""
    files = {path.name: {"size": path.stat().st_size, "sha256": sha256_of_file(path)}
             for path in sorted(directory.iterdir()) if path.name != MANIFEST}
    nothing = "0" * 64
    text = pretty_json({**manifest, "files": files, "manifest_sha256": nothing}) + "\n"
    (directory / MANIFEST).write_text(text.replace(nothing, sha256_of_bytes(text.encode()), 1), encoding="ascii")


def why_kept(out: Path) -> str:
    """Why a directory is no encoder that may be replaced; empty: it is one, or holds nothing."""
    if not out.is_dir() or out.is_symlink():
        return "is no directory"
    names = sorted(path.name for path in out.iterdir())
    if not names:
        return ""
    if MANIFEST not in names:
        return f"has no {MANIFEST}, so it is no encoder directory"
    try:
        manifest = json.loads((out / MANIFEST).read_text(encoding="utf-8"))
        kind, listed = manifest["artifact"], set(manifest["files"])
    except (OSError, ValueError, KeyError, TypeError):
        return f"has a {MANIFEST} that is not of an encoder"
    if kind not in ("spectrum-encoder", "molecule-encoder", "decoder", "molecule-writer"):
        return f"is a {kind}, no encoder directory"
    foreign = [name for name in names if name != MANIFEST and (name not in listed or not (out / name).is_file())]
    return f"holds {foreign[0]}, which is no part of the encoder" if foreign else ""


def check_output(out: Path, force: bool) -> None:
    """Refuses, before any work, an output that could not be written in the end. Only an encoder that holds nothing else
    is replaced."""
    if os.path.lexists(out):
        if not force:
            raise output_error(f"{out}: exists already; choose another directory or use --force")
        if why := why_kept(out):
            raise output_error(f"{out}: {why}, and --force leaves it alone; remove it yourself or choose another "
                               "directory")
    parent = next((p for p in out.absolute().parents if p.exists()), Path("/"))
    if not parent.is_dir():
        raise output_error(f"{out}: {parent} is not a directory; choose another place")
    if not os.access(parent, os.W_OK | os.X_OK):
        raise output_error(f"{out}: no permission to write in {parent}; choose another place")


@contextmanager
def publishing(out: Path, force: bool) -> Iterator[Path]:
    """Yields a directory to fill beside `out`; renames it to `out` on success, removes it on failure."""
    partial = out.with_name(f"{out.name}.partial-{os.getpid()}")
    try:
        partial.parent.mkdir(parents=True, exist_ok=True)
        partial.mkdir()
        yield partial
        make_durable(partial)
        put_in_place(partial, out, force)
    except OSError as error:
        raise output_error(f"{out}: {error.strerror or error}; nothing was written") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def put_in_place(partial: Path, out: Path, force: bool) -> None:
    check_output(out, force)
    if not os.path.lexists(out):
        os.rename(partial, out)
        return
    old = out.with_name(f"{out.name}.old-{os.getpid()}")
    os.rename(out, old)
    try:
        os.rename(partial, out)
    except OSError:
        os.rename(old, out)
        raise
    shutil.rmtree(old)


def make_durable(directory: Path) -> None:
    for path in [*directory.iterdir(), directory]:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
