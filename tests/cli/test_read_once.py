"""The network of an encoder is read once when it is loaded: the bytes that are hashed are those that run."""

import ctypes
import os
import struct

import pytest

from cli_support import DATA, succeed

IN_OPEN, IN_CLOSE_NOWRITE = 0x20, 0x10  # closings stand between openings, which would be told as one
EVENT = struct.Struct("iIII")


def openings_of(files, *command):
    """{name: how often it was opened} by a run of the program, as inotify tells it."""
    libc = ctypes.CDLL(None, use_errno=True)
    events = libc.inotify_init()
    os.set_blocking(events, False)
    names = {libc.inotify_add_watch(events, os.fsencode(path), IN_OPEN | IN_CLOSE_NOWRITE): name
             for name, path in files.items()}
    succeed(*command)
    raw, counts = os.read(events, 1 << 16), dict.fromkeys(files, 0)
    while raw:
        watch, mask, _, length = EVENT.unpack_from(raw)
        counts[names[watch]] += bool(mask & IN_OPEN)
        raw = raw[EVENT.size + length:]
    os.close(events)
    return counts


@pytest.mark.parametrize("mode", ["library", "pools"])
def test_a_search_reads_each_network_once(made, tmp_path, mode):
    model = made.model["roberta"]
    networks = {name: model / name / "model.pt" for name in ("spectrum-encoder", "molecule-encoder")}
    candidates = {"library": ("--library", made.library["roberta"]), "pools": ("--candidates", made.pools)}[mode]
    assert openings_of(networks, "search", made.spectra, "--model", model, *candidates, "-o",
                       tmp_path / "hits.tsv") == {"spectrum-encoder": 1, "molecule-encoder": 1}


def test_indexing_reads_the_network_once(made, tmp_path):
    network = {"molecule-encoder": made.encoder["roberta"] / "model.pt"}
    assert openings_of(network, "index", DATA / "molecules.tsv", "--encoder", made.encoder["roberta"], "-o",
                       tmp_path / "library") == {"molecule-encoder": 1}
