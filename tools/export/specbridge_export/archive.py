"""From a module to a TorchScript archive whose bytes depend on the module only."""

import io
import warnings
import zipfile
from pathlib import Path
from typing import Dict

import numpy as np
import torch
from torch import nn


def script(module: nn.Module) -> torch.jit.ScriptModule:
    """torch.jit.script, without the note that TorchScript is being retired."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*deprecated.*")
        return torch.jit.script(module)


def save(scripted: torch.jit.ScriptModule, path: Path) -> None:
    """Saves the archive without its debug records: they name the source files of this machine, so
    the same weights would give other bytes elsewhere."""
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*deprecated.*")
        torch.jit.save(scripted, buffer)
    with zipfile.ZipFile(buffer) as full, zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as lean:
        for record in full.infolist():
            if not record.filename.endswith(".debug_pkl"):
                lean.writestr(zipfile.ZipInfo(record.filename), full.read(record))


def load(path: Path) -> torch.jit.ScriptModule:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*deprecated.*")
        return torch.jit.load(str(path), map_location="cpu")


def arrays_of(module: nn.Module) -> Dict[str, np.ndarray]:
    """All parameters and buffers by name."""
    return {name: tensor.detach().cpu().numpy() for name, tensor in module.state_dict().items()}


def parameter_count(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())
