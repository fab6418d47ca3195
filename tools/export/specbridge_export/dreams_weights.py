"""Weights for the spectrum encoder: drawn from a seed, or taken from a published checkpoint."""

import math
from typing import Dict, List, Tuple

import numpy as np
import torch
from torch import Tensor, nn

from .checkpoint import Checkpoint, check_finite, check_keys
from .dreams import DreamsEncoder, DreamsShape
from .errors import artifact_error, usage_error

# Wavelengths in Da: k/10000 for k = 2, 4 ... 9998, then 2 ... 999. The frequency is 1 / wavelength.
FINE_WAVELENGTHS = [1e-4 * k for k in range(2, 10000, 2)]
COARSE_WAVELENGTHS = [float(k) for k in range(2, 1000)]
ALL_FREQUENCIES = len(FINE_WAVELENGTHS) + len(COARSE_WAVELENGTHS)
SHORTEST_USEFUL_DA = 1e-3  # below the precision of a measured m/z, where only trained weights know the noise

HEADS_OF_PRETRAINING = ("ff_out.", "ro_out.")


def frequencies(count: int, shortest: float = SHORTEST_USEFUL_DA) -> Tensor:
    """The published 5,997 frequencies, or `count` of them, evenly spread over log wavelength:
    two thirds between `shortest` and 1 Da (mass defects), one third between 2 and 999 Da."""
    if count == ALL_FREQUENCIES:
        wavelengths = FINE_WAVELENGTHS + COARSE_WAVELENGTHS
    else:
        fine = [w for w in FINE_WAVELENGTHS if w > shortest * 0.999]
        coarse_count = min(count // 3, len(COARSE_WAVELENGTHS))
        if count < 2 or count - coarse_count > len(fine):
            raise usage_error(f"--frequencies: found {count}, expected all ({ALL_FREQUENCIES}) or a number from "
                              f"2 to {len(fine) + len(COARSE_WAVELENGTHS)}")
        wavelengths = spread(fine, count - coarse_count) + spread(COARSE_WAVELENGTHS, coarse_count)
    return torch.tensor([[1.0 / w for w in wavelengths]], dtype=torch.float64).to(torch.float32)


def spread(values: List[float], count: int) -> List[float]:
    """`count` of the ascending values, as evenly over their logarithm as the values allow."""
    if count == 0:
        return []
    ascending, points = np.asarray(values), count
    middles = (ascending[1:] + ascending[:-1]) / 2
    while True:
        grid = np.geomspace(ascending[0], ascending[-1], points)
        chosen = np.unique(np.searchsorted(middles, grid))  # the nearest values
        if len(chosen) >= count:
            break
        points += max(points // 4, 1)
    picks = np.linspace(0, len(chosen) - 1, count).round().astype(int)
    return ascending[chosen[picks]].tolist()


def initialise(model: DreamsEncoder, seed: int, shortest: float = SHORTEST_USEFUL_DA) -> None:
    """Draws weights from which the network trains well: every branch starts at unit scale or below,
    residual branches shrink with depth, and the feature sums S start with a spread of about 1, so
    that no attention begins at a single peak."""
    generator = torch.Generator().manual_seed(seed)
    embedding = model.embedding
    with torch.no_grad():
        embedding.frequencies.copy_(frequencies(embedding.frequencies.numel(), shortest))
        for layer in [*embedding.fourier, embedding.peak]:
            nn.init.kaiming_uniform_(layer.weight, nonlinearity="relu", generator=generator)
            nn.init.zeros_(layer.bias)
        last = embedding.fourier[-1]
        # Outputs that sum to zero before the ReLU, and a bias that keeps most of them above it.
        last.weight.sub_(last.weight.mean(dim=0, keepdim=True)).mul_(0.3)
        last.bias.fill_(0.4)
        for block in model.blocks:
            d, shrink = block.attention.size(1), 1.0 / math.sqrt(2 * model.layers)
            for part in block.attention.view(4, d, d):
                nn.init.xavier_uniform_(part, generator=generator)
            block.attention[3 * d:].mul_(shrink)
            nn.init.kaiming_uniform_(block.ff_in.weight, nonlinearity="relu", generator=generator)
            nn.init.xavier_uniform_(block.ff_out.weight, gain=shrink, generator=generator)


def key_table(shape: DreamsShape, fourier_keys: List[str]) -> Dict[str, Tuple[str, Tuple[int, ...]]]:
    """Published name -> (name here, shape), the alias of the frequencies apart."""
    d, blocks = shape.d_model, range(shape.layers)
    widths = [2 * shape.frequencies] + [shape.fourier_width] * (shape.fourier_depth - 1) + [shape.d_fourier]
    table = {"fourier_enc.b": ("embedding.frequencies", (1, shape.frequencies)),
             "ff_peak.ff.0.weight": ("embedding.peak.weight", (shape.d_peak, 2)),
             "ff_peak.ff.0.bias": ("embedding.peak.bias", (shape.d_peak,))}
    for i, key in enumerate(fourier_keys):
        table[f"{key}.weight"] = (f"embedding.fourier.{i}.weight", (widths[i + 1], widths[i]))
        table[f"{key}.bias"] = (f"embedding.fourier.{i}.bias", (widths[i + 1],))
    for i in blocks:
        table[f"transformer_encoder.atts.{i}.weights"] = (f"blocks.{i}.attention", (4 * d, d))
        feed_forward = f"transformer_encoder.ffs.{i}"
        table[f"{feed_forward}.in_proj.weight"] = (f"blocks.{i}.ff_in.weight", (shape.ffn, d))
        table[f"{feed_forward}.out_proj.weight"] = (f"blocks.{i}.ff_out.weight", (d, shape.ffn))
    norms = [f"blocks.{i}.{part}" for i in blocks for part in ("attention_norm", "ff_norm")] + ["final_norm"]
    for i, norm in enumerate(norms):
        for part in ("weight", "bias"):
            table[f"transformer_encoder.scales.{i}.{part}"] = (f"{norm}.{part}", (d,))
    return table


def numbered(state: Dict[str, Tensor], before: str, after: str) -> List[int]:
    """The numbers i for which before + i + after is a key."""
    middles = [key[len(before):len(key) - len(after)] for key in state
               if key.startswith(before) and key.endswith(after)]
    return sorted(int(middle) for middle in middles if middle.isdigit())


def shape_of(state: Dict[str, Tensor], heads: int, where: str) -> Tuple[DreamsShape, List[str]]:
    """Sizes from the shapes of the tensors (the number of heads leaves no trace in them), and the
    names of the layers of the Fourier MLP."""
    fourier = [f"ff_fourier.ff.{i}" for i in numbered(state, "ff_fourier.ff.", ".weight")]
    needed = ["fourier_enc.b", "ff_peak.ff.0.weight", "transformer_encoder.atts.0.weights",
              "transformer_encoder.ffs.0.in_proj.weight"] + [f"{key}.weight" for key in fourier]
    missing = [key for key in needed if key not in state or state[key].dim() != 2]
    if missing or not fourier:
        raise artifact_error(f"{where}: no usable {', '.join(missing) or 'ff_fourier.ff.*.weight'}; expected the "
                             "backbone of a DreaMS checkpoint (ssl_model.ckpt or embedding_model.ckpt)")
    d_model = state["transformer_encoder.atts.0.weights"].shape[1]
    shape = DreamsShape(
        d_model=d_model, layers=len(numbered(state, "transformer_encoder.atts.", ".weights")), heads=heads,
        ffn=state["transformer_encoder.ffs.0.in_proj.weight"].shape[0],
        d_peak=state["ff_peak.ff.0.weight"].shape[0], fourier_width=state[f"{fourier[0]}.weight"].shape[0],
        fourier_depth=len(fourier), frequencies=state["fourier_enc.b"].shape[1])
    if d_model % heads != 0:
        raise usage_error(f"--heads: found {heads}, expected a divisor of the checkpoint's width {d_model}")
    if shape.d_fourier < 1:
        raise artifact_error(f"{where}: ff_peak is {shape.d_peak} wide, expected less than the width {d_model}")
    return shape, fourier


def from_checkpoint(checkpoint: Checkpoint, heads: int) -> Tuple[DreamsShape, Dict[str, Tensor]]:
    """Sizes, and the 65 published tensors under the names of DreamsEncoder."""
    state = checkpoint.below("transformer_encoder.atts.0.weights")
    state = {key: value for key, value in state.items() if not key.startswith(HEADS_OF_PRETRAINING)}
    alias = state.pop("fourier_enc.Fourier frequencies", None)
    if alias is not None and not torch.equal(state.setdefault("fourier_enc.b", alias), alias):
        raise artifact_error(f"{checkpoint.where}: fourier_enc.b and its alias differ, expected equal frequencies")
    shape, fourier = shape_of(state, heads, checkpoint.where)
    table = key_table(shape, fourier)
    check_keys(state, {key: expected for key, (_, expected) in table.items()}, checkpoint.where)
    weights = {name: state[key].to(torch.float32) for key, (name, _) in table.items()}
    check_finite(weights, checkpoint.where)
    return shape, weights


def load_weights(model: DreamsEncoder, weights: Dict[str, Tensor]) -> None:
    """Copies every parameter; the scale of the rows is a constant of the module, not a weight."""
    model.load_state_dict({**weights, "embedding.scale": model.embedding.scale})
