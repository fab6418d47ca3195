"""Weights of the published comparisons, drawn from a seed, and the directory of such a spectrum encoder."""

from dataclasses import asdict
from pathlib import Path
from typing import Dict

import torch
from torch import nn

from . import archive
from .baselines import BaselineEncoder, BaselineShape
from .dreams_weights import frequencies
from .layers import Linear
from .spectrum_directory import block_names, input_settings, write_directory

USED = {"deepsets": ("width", "depth"), "deepsets-fourier": ("width", "depth", "frequencies"),
        "binned-ffn": ("width", "depth", "bin_width", "max_mz")}
USUAL_ROWS = 20.0  # of a spectrum: its sum starts at about unit scale


def initialise(model: BaselineEncoder, shape: BaselineShape, seed: int, shortest: float) -> None:
    """Weights for ReLU at unit scale, no biases; the sum over rows is scaled down where it is read first."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for module in model.modules():
            if isinstance(module, Linear):
                nn.init.kaiming_uniform_(module.weight, nonlinearity="relu", generator=generator)
                nn.init.zeros_(module.bias)
        if shape.kind != "binned-ffn":
            model.blocks[1].layers[0].linear.weight.div_(USUAL_ROWS)
        if shape.kind == "deepsets-fourier":
            model.blocks[0].rows.frequencies.copy_(frequencies(shape.frequencies, shortest))


def settings_of(shape: BaselineShape, max_peaks: int) -> Dict[str, object]:
    """Everything besides the weights that decides what vector a spectrum gets."""
    return {"architecture": shape.kind,
            "input": input_settings(max_peaks),
            "padding": {"rule": "none"},
            "pooling": "bins" if shape.kind == "binned-ffn" else "sum",
            "hyperparameters": {name: value for name, value in asdict(shape).items() if name in USED[shape.kind]}}


def write_encoder(directory: Path, program: str, model: BaselineEncoder, shape: BaselineShape, max_peaks: int,
                  source: Dict[str, object]) -> Dict[str, object]:
    """Fills the directory; returns the manifest."""
    names = block_names(model, len(model.blocks))
    trained = dict(model.named_parameters())
    blocks = [[name for name in block if trained[name].requires_grad] for block in names]
    in_float32 = ("rows.intensity.weight",) if shape.kind == "deepsets-fourier" else ("rows.first.linear.weight",)
    bf16 = [name for block in blocks for name in block if trained[name].dim() == 2 and not name.endswith(in_float32)]
    return write_directory(directory, program, model, settings_of(shape, max_peaks),
                           {"dim": shape.width,
                            "parameters": {"total": archive.parameter_count(model)},
                            "source": source,
                            "blocks": blocks,
                            "rest": [],
                            "bf16_weights": bf16})


def summary(content: Dict[str, object]) -> str:
    return (f"spectrum encoder {content['architecture']}: {content['parameters']['total']:,} parameters, vectors of "
            f"{content['dim']}")
