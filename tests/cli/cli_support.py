"""Calls the program as a user does and reads what it writes."""

import gzip
import hashlib
import json
import os
import shutil
import signal
import subprocess
import time
import zlib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "tests/fixtures/simulated"
PROGRAM = Path(os.environ.get("SPECBRIDGE_PROGRAM", ROOT / "build/release/bin/specbridge")).resolve()
SECONDS_AT_MOST = 120  # only ends a hung program; no test depends on time

# What a tiny network needs to be trained in well under a second.
TINY_CONFIG = {"head_hidden": 32, "head_out": 32, "mapper_blocks": 1, "mapper_hidden": 32, "trainable_blocks": "all",
               "learning_rate": 0.003, "warmup_steps": 2, "batch": 16, "epochs": 4, "max_steps": 20, "validations": 2}


@dataclass
class Result:
    code: int
    out: str
    err: str


def specbridge(*arguments, stdin=None, cwd=None, **environment):
    """Runs the program to its end. `stdin` are bytes."""
    done = subprocess.run([PROGRAM, *map(str, arguments)], input=b"" if stdin is None else stdin,
                          capture_output=True, cwd=cwd, timeout=SECONDS_AT_MOST, env={**os.environ, **environment})
    return Result(done.returncode, done.stdout.decode(), done.stderr.decode())


def wait_until(holds):
    deadline = time.monotonic() + SECONDS_AT_MOST
    while not holds():
        assert time.monotonic() < deadline, "nothing happened"
        time.sleep(0.01)


def catches_interrupts(pid):
    """Whether a process has a handler for SIGINT, as the kernel says."""
    with open(f"/proc/{pid}/status") as status:
        caught = next(line.split()[1] for line in status if line.startswith("SigCgt"))
    return int(caught, 16) >> (signal.SIGINT - 1) & 1 == 1


def succeed(*arguments, **options):
    """Runs the program, which must end well; returns the result."""
    result = specbridge(*arguments, **options)
    assert result.code == 0, result.err
    return result


def changed(command, option, value):
    """A command with another value of an option that it has."""
    at = command.index(option) + 1
    return (*command[:at], value, *command[at + 1:])


def without(command, option):
    """A command without an option that it has, and its value."""
    at = command.index(option)
    return command[:at] + command[at + 2:]


def read_table(path):
    """Rows of a tab-separated table with a header, as dictionaries."""
    lines = Path(path).read_text().splitlines()
    names = lines[0].split("\t")
    rows = [line.split("\t") for line in lines[1:]]
    assert all(len(row) == len(names) for row in rows)
    return [dict(zip(names, row)) for row in rows]


def by_query(rows):
    """Rows of a hits table by query_index, in their order."""
    queries = {}
    for row in rows:
        queries.setdefault(int(row["query_index"]), []).append(row)
    return queries


def read_json(path):
    return json.loads(Path(path).read_text())


def write_json(path, value):
    Path(path).write_text(json.dumps(value))
    return path


def read_bytes(path):
    """The content of a file, decompressed."""
    raw = Path(path).read_bytes()
    return gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw


def read_records(path):
    """Records of an MGF file as texts from BEGIN IONS to END IONS."""
    text = read_bytes(path).decode()
    return ["BEGIN IONS" + part.split("END IONS")[0] + "END IONS\n" for part in text.split("BEGIN IONS")[1:]]


def field(record, key):
    for line in record.splitlines():
        if line.startswith(key + "="):
            return line[len(key) + 1:]
    return ""


def write_records(path, records):
    Path(path).write_text("\n".join(records))
    return path


def spectrum(peaks="100.0 10\n150.0 999", **fields):
    """The text of an MGF record; fields without value are left out."""
    lines = [f"{key}={value}" for key, value in fields.items() if value is not None]
    return "\n".join(["BEGIN IONS", *lines, *peaks.splitlines(), "END IONS"]) + "\n"


def contents(folder):
    """Every file below a folder with its bytes."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(Path(folder).rglob("*"))
            if path.is_file()}


def names_in(folder):
    return sorted(path.name for path in Path(folder).iterdir())


SHARD = "shards/0001"  # the first folder of rows in a library


def payload(path):
    """What a block file holds: between a header of 64 bytes and a table with a footer of 64 bytes."""
    raw = Path(path).read_bytes()
    size = int.from_bytes(raw[-56:-48], "little")
    return raw[64:64 + size]


def molecule_lines(shard):
    """The lines of a shard's molecules: zlib streams one behind the other, then a table that ends with their size."""
    packed = payload(Path(shard) / "molecules.lines")
    streams, text = packed[:int.from_bytes(packed[-8:], "little")], b""
    while streams:
        one = zlib.decompressobj()
        text += one.decompress(streams)
        streams = one.unused_data
    return text.decode().splitlines()


def flip_byte(path, offset):
    """Changes one bit; a file that shares its bytes with another one (a hard link) is parted from it first."""
    raw = bytearray(Path(path).read_bytes())
    raw[offset % len(raw)] ^= 1
    replace(path, bytes(raw))


def cut_in_half(path):
    raw = Path(path).read_bytes()
    replace(path, raw[:len(raw) // 2])


def replace(path, raw):
    Path(path).unlink()
    Path(path).write_bytes(raw)


def edit_manifest(folder, change):
    """Lets `change` work on the manifest of an artifact and states the checksum of the result."""
    manifest = read_json(folder / "manifest.json")
    change(manifest)
    (folder / "manifest.json").unlink()
    manifest["manifest_sha256"] = nothing = "0" * 64
    text = json.dumps(manifest)
    (folder / "manifest.json").write_text(text.replace(nothing, hashlib.sha256(text.encode()).hexdigest()))


def list_file(folder, name):
    """Makes the manifest of an artifact state a file as it is now."""
    raw = (folder / name).read_bytes()
    stated = {"size": len(raw), "sha256": hashlib.sha256(raw).hexdigest()}
    edit_manifest(folder, lambda manifest: manifest["files"][name].update(stated))


def copy_of(artifact, folder):
    """An own copy of an artifact, to be damaged."""
    return Path(shutil.copytree(artifact, Path(folder) / Path(artifact).name))


def search_fitted(fitted, tmp_path, *more, spectra=DATA / "query.mgf"):
    """The table of a search with a model and a library of a fixture."""
    out = tmp_path / f"hits-{len(list(tmp_path.iterdir()))}.tsv"
    succeed("search", spectra, "--model", fitted.model, "--library", fitted.library, "-o", out, *more)
    return out


def answered(path):
    """The rows with answers."""
    return [row for row in read_table(path) if row["status"] == "ok"]
