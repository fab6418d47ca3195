"""Spectra and encoders that the tests of the DreaMS exporter share."""

import torch

from specbridge_export import archive, dreams_weights
from specbridge_export.checkpoint import Checkpoint
from specbridge_export.dreams import DreamsEncoder

LAYERS = 3
ROWS = 12
PADDINGS = [ROWS, 0]
POOLINGS = ["precursor", "mean"]
TINY = ["--random-init", "--preset", "tiny", "--seed", "7"]


def spectra(lengths=(2, 5, 9, ROWS), seed=5, dtype=torch.float64):
    """[rows, 2] each, precursor first."""
    generator = torch.Generator().manual_seed(seed)
    result = []
    for rows in lengths:
        mz = 50.0 + 400.0 * torch.rand(rows, generator=generator)
        intensity = torch.rand(rows, generator=generator)
        intensity[0] = 1.1
        result.append(torch.stack([mz, intensity], 1).to(dtype))
    return result


def batch(items, rows=None):
    rows = rows or max(len(item) for item in items)
    padded = items[0].new_zeros(len(items), rows, 2)
    for i, item in enumerate(items):
        padded[i, :len(item)] = item
    return padded


def encoder_like(reference, padding_rows=ROWS, pooling="precursor", dropout=0.0):
    """A DreamsEncoder with the weights of the reference, not scripted."""
    checkpoint = Checkpoint("reference", {k: v.detach() for k, v in reference.state_dict().items()})
    shape, weights = dreams_weights.from_checkpoint(checkpoint, heads=4)
    model = DreamsEncoder(shape, padding_rows, pooling, dropout)
    dreams_weights.load_weights(model, weights)
    return model.eval()


def scripted_like(reference, **options):
    return archive.script(encoder_like(reference, **options))
