"""Writes the directory of a spectrum encoder of any kind."""

from pathlib import Path
from typing import Dict, List

import numpy as np
import torch
from torch import nn

from . import archive, manifest

PRECURSOR_INTENSITY = 1.1
GOLDEN_PEAK_COUNTS = (3, 12, 29, 60)
GOLDEN_SEED = 20240229


def golden_spectra(max_peaks: int) -> List[np.ndarray]:
    """Spectra of four lengths with made-up but plausible peaks: row 0 is the precursor."""
    generator = np.random.default_rng(GOLDEN_SEED)
    spectra = []
    for count in (min(count, max_peaks) for count in GOLDEN_PEAK_COUNTS):
        precursor_mz = generator.uniform(150.0, 700.0)
        mz = np.sort(generator.uniform(50.0, precursor_mz, count))
        intensity = generator.uniform(0.01, 1.0, count) ** 2
        peaks = np.stack([mz, intensity / intensity.max()], axis=1)
        spectra.append(np.vstack([[precursor_mz, PRECURSOR_INTENSITY], peaks]).round(4).astype(np.float32))
    return spectra


def golden(model: torch.jit.ScriptModule, max_peaks: int) -> Dict[str, object]:
    """Inputs and float32 CPU outputs, each spectrum encoded alone."""
    spectra = golden_spectra(max_peaks)
    with torch.no_grad():
        vectors = [model(torch.from_numpy(spectrum)[None])[0].numpy() for spectrum in spectra]
    return {"peaks": [[manifest.float32_list(row) for row in spectrum] for spectrum in spectra],
            "vectors": [manifest.float32_list(vector) for vector in vectors]}


def input_settings(max_peaks: int) -> Dict[str, object]:
    return {"peaks": max_peaks, "precursor_intensity": PRECURSOR_INTENSITY, "intensity": "base-peak"}


def block_names(model: nn.Module, count: int) -> List[List[str]]:
    """Parameter names of each block, in the order of named_parameters()."""
    names = [name for name, _ in model.named_parameters()]
    return [[name for name in names if name.startswith(f"blocks.{i}.")] for i in range(count)]


def write_directory(directory: Path, program: str, model: nn.Module, settings: Dict[str, object],
                    fields: Dict[str, object]) -> Dict[str, object]:
    """Fills the directory; returns the manifest.

    `settings` are all that decides, besides the weights, what vector a spectrum gets; `fields` what else the manifest
    says.
    """
    archive.save(archive.script(model), directory / "model.pt")
    content = {**manifest.common_manifest(program, torch.__version__), **settings, **fields}
    content |= {"artifact": "spectrum-encoder",
                "fingerprint": manifest.fingerprint(archive.arrays_of(model), settings),
                "golden": golden(archive.load(directory / "model.pt"), settings["input"]["peaks"])}
    manifest.write_manifest(directory, content)
    return content
