"""Writes the directory of a DreaMS spectrum encoder."""

from dataclasses import asdict
from pathlib import Path
from typing import Dict, List

from . import archive
from .dreams import DreamsEncoder, DreamsShape
from .spectrum_directory import block_names, input_settings, write_directory


def other_trainable_names(model: DreamsEncoder) -> List[str]:
    """What trains only when everything does: the embedding MLPs and the final norm."""
    return [name for name, parameter in model.named_parameters()
            if parameter.requires_grad and not name.startswith("blocks.")]


def bf16_weight_names(model: DreamsEncoder) -> List[str]:
    """Weights that are used in bfloat16 only when bf16_linears is on: they may be stored so."""
    return [name for name, parameter in model.named_parameters()
            if parameter.dim() == 2 and name.startswith(("blocks.", "embedding.fourier."))]


def parameter_counts(model: DreamsEncoder) -> Dict[str, int]:
    last_two = {name for names in block_names(model, model.layers)[-2:] for name in names}
    return {"total": archive.parameter_count(model),
            "trainable_last_two_blocks": sum(p.numel() for n, p in model.named_parameters() if n in last_two)}


def settings_of(model: DreamsEncoder, shape: DreamsShape, max_peaks: int) -> Dict[str, object]:
    """Everything besides the weights that decides what vector a spectrum gets."""
    rows = model.padding_rows
    return {"architecture": "dreams",
            "input": input_settings(max_peaks),
            "padding": {"rule": "fixed", "rows": rows} if rows > 0 else {"rule": "none"},
            "pooling": "precursor" if model.precursor_pooling else "mean",
            "hyperparameters": asdict(shape)}


def write_encoder(directory: Path, program: str, model: DreamsEncoder, shape: DreamsShape, max_peaks: int,
                  source: Dict[str, object]) -> Dict[str, object]:
    """Fills the directory; returns the manifest."""
    return write_directory(directory, program, model, settings_of(model, shape, max_peaks),
                           {"dim": shape.d_model,
                            "parameters": parameter_counts(model),
                            "source": source,
                            "blocks": block_names(model, model.layers),
                            "rest": other_trainable_names(model),
                            "bf16_weights": bf16_weight_names(model)})


def summary(content: Dict[str, object]) -> str:
    counts = content["parameters"]
    return (f"spectrum encoder: {counts['total']:,} parameters, {counts['trainable_last_two_blocks']:,} in the "
            f"last two blocks, vectors of {content['dim']}")
