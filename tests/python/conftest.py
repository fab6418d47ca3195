"""Shared by the exporter tests: import path, one thread, and a way to call the scripts."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

SCRIPTS = Path(__file__).resolve().parents[2] / "tools/export"
sys.path.insert(0, str(SCRIPTS))
sys.path.insert(0, str(Path(__file__).resolve().parent))
torch.set_num_threads(1)


@pytest.fixture
def run_script(capsys):
    """Calls a script's main in this process; returns exit code, stdout and stderr."""
    import export_baselines
    import export_chemberta
    import export_dreams
    import export_text_encoder
    from specbridge_export.cli import run

    mains = {"export_dreams": export_dreams.main, "export_chemberta": export_chemberta.main,
             "export_baselines": export_baselines.main, "export_text_encoder": export_text_encoder.main}

    def call(script, *arguments):
        code = run(mains[script], [str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


@pytest.fixture
def run_process():
    """Runs a script as a user does, in a process of its own."""
    def call(script, *arguments, cwd=None, hash_seed="random"):
        command = [sys.executable, str(SCRIPTS / f"{script}.py"), *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, cwd=cwd, timeout=120,
                              env={**os.environ, "PYTHONHASHSEED": hash_seed})

    return call


@pytest.fixture
def read_manifest():
    return lambda directory: json.loads((Path(directory) / "manifest.json").read_text())
