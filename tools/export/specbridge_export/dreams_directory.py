"""Writes the directory of a spectrum encoder."""

from dataclasses import asdict
from pathlib import Path
from typing import Dict, List

import numpy as np
import torch

from . import archive, manifest
from .dreams import PRECURSOR_INTENSITY, DreamsEncoder, DreamsShape

GOLDEN_PEAK_COUNTS = (3, 12, 29, 60)
GOLDEN_SEED = 20240229


def block_names(model: DreamsEncoder) -> List[List[str]]:
    """Parameter names of each block, in the order of named_parameters()."""
    names = [name for name, _ in model.named_parameters()]
    return [[name for name in names if name.startswith(f"blocks.{i}.")] for i in range(model.layers)]


def other_trainable_names(model: DreamsEncoder) -> List[str]:
    """What trains only when everything does: the embedding MLPs and the final norm."""
    return [name for name, parameter in model.named_parameters()
            if parameter.requires_grad and not name.startswith("blocks.")]


def bf16_weight_names(model: DreamsEncoder) -> List[str]:
    """Weights that are used in bfloat16 only when bf16_linears is on: they may be stored so."""
    return [name for name, parameter in model.named_parameters()
            if parameter.dim() == 2 and name.startswith(("blocks.", "embedding.fourier."))]


def parameter_counts(model: DreamsEncoder) -> Dict[str, int]:
    last_two = {name for names in block_names(model)[-2:] for name in names}
    return {"total": archive.parameter_count(model),
            "trainable_last_two_blocks": sum(p.numel() for n, p in model.named_parameters() if n in last_two)}


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


def settings_of(model: DreamsEncoder, shape: DreamsShape, max_peaks: int) -> Dict[str, object]:
    """Everything besides the weights that decides what vector a spectrum gets."""
    rows = model.padding_rows
    return {"architecture": "dreams",
            "input": {"peaks": max_peaks, "precursor_intensity": PRECURSOR_INTENSITY, "intensity": "base-peak"},
            "padding": {"rule": "fixed", "rows": rows} if rows > 0 else {"rule": "none"},
            "pooling": "precursor" if model.precursor_pooling else "mean",
            "hyperparameters": asdict(shape)}


def write_encoder(directory: Path, program: str, model: DreamsEncoder, shape: DreamsShape, max_peaks: int,
                  source: Dict[str, object]) -> Dict[str, object]:
    """Fills the directory; returns the manifest."""
    archive.save(archive.script(model), directory / "model.pt")
    settings = settings_of(model, shape, max_peaks)
    content = {**manifest.common_manifest(program, torch.__version__), **settings}
    content |= {"artifact": "spectrum-encoder",
                "dim": shape.d_model,
                "fingerprint": manifest.fingerprint(archive.arrays_of(model), settings),
                "parameters": parameter_counts(model),
                "source": source,
                "blocks": block_names(model),
                "rest": other_trainable_names(model),
                "bf16_weights": bf16_weight_names(model),
                "golden": golden(archive.load(directory / "model.pt"), max_peaks)}
    manifest.write_manifest(directory, content)
    return content


def summary(content: Dict[str, object]) -> str:
    counts = content["parameters"]
    return (f"spectrum encoder: {counts['total']:,} parameters, {counts['trainable_last_two_blocks']:,} in the "
            f"last two blocks, vectors of {content['dim']}")
