"""The spectrum encoders that MassSpecGym compares with, as modules that can be scripted, split and trained.

Sources: MassSpecGym (Bushuiev et al. 2024, arXiv:2410.23326) and its package `massspecgym`: DeepSets on peaks,
DeepSets with Fourier features of m/z, and a feed-forward network on a spectrum in bins of 1 Da up to 1,005 Da; two
layers of 512 for each network. The last layer, which there gives a fingerprint, is here the head and the mapper of the
model. What differs from them, and why:
- rows of padding and peaks without intensity do not count: there they are summed with the peaks;
- m/z is divided by 1,000 where a network reads it as a number, in place of the normalisation over a batch: a vector
  must not depend on the company of its spectrum.
"""

import math
from dataclasses import dataclass
from typing import List

import torch
from torch import Tensor, nn

from .layers import Linear, dense, drop

MZ_SCALE = 1000.0
MZ_SHARE = 0.8  # of the width, where m/z has Fourier features; the rest is for the intensity
KINDS = ("deepsets", "deepsets-fourier", "binned-ffn")


@dataclass(frozen=True)
class BaselineShape:
    """Sizes of a network. The defaults are the published ones; what a kind does not use has no effect."""

    kind: str
    width: int = 512
    depth: int = 2  # layers of each network
    frequencies: int = 5997  # of deepsets-fourier
    bin_width: float = 1.0  # of binned-ffn, Da
    max_mz: float = 1005.0

    @property
    def bins(self) -> int:
        return math.ceil(self.max_mz / self.bin_width - 1e-9)

    @property
    def mz_width(self) -> int:
        return int(MZ_SHARE * self.width)


class Layer(nn.Module):
    """A linear layer, and behind it ReLU and dropout unless it is the last of the encoder."""

    def __init__(self, inputs: int, outputs: int, last: bool = False):
        super().__init__()
        self.last = last
        self.linear = Linear(inputs, outputs)

    def forward(self, x: Tensor, bf16: bool, dropout: float) -> Tensor:
        y = dense(x, self.linear.weight, self.linear.bias, bf16)
        return y if self.last else drop(torch.relu(y), dropout)


class Layers(nn.Module):
    """Several of them; `last`: so is the last one."""

    def __init__(self, widths: List[int], last: bool = False):
        super().__init__()
        count = len(widths) - 1
        self.layers = nn.ModuleList(Layer(widths[i], widths[i + 1], last and i == count - 1) for i in range(count))

    def forward(self, x: Tensor, bf16: bool, dropout: float) -> Tensor:
        for layer in self.layers:
            x = layer(x, bf16, dropout)
        return x


class NumberRows(nn.Module):
    """Rows (m/z, intensity) as they are: m/z in thousands, in float32, since bfloat16 could not tell masses apart."""

    def __init__(self, shape: BaselineShape):
        super().__init__()
        self.scale = MZ_SCALE
        self.first = Layer(2, shape.width)

    def forward(self, peaks: Tensor, bf16: bool, dropout: float) -> Tensor:
        rows = torch.cat([peaks[:, :, 0:1] / self.scale, peaks[:, :, 1:2]], dim=-1)
        return self.first(rows, False, dropout)


class FourierRows(nn.Module):
    """Four fifths of the width from sines and cosines of m/z, the rest from the intensity; then a layer over both."""

    def __init__(self, shape: BaselineShape):
        super().__init__()
        self.frequencies = nn.Parameter(torch.zeros(1, shape.frequencies), requires_grad=False)
        self.mz = Linear(2 * shape.frequencies, shape.mz_width)
        self.intensity = Linear(1, shape.width - shape.mz_width)
        self.first = Layer(shape.width, shape.width)

    def forward(self, peaks: Tensor, bf16: bool, dropout: float) -> Tensor:
        angles = (2.0 * math.pi * peaks[:, :, 0:1]) * self.frequencies
        features = torch.cat([torch.cos(angles), torch.sin(angles)], dim=-1)
        rows = torch.cat([dense(features, self.mz.weight, self.mz.bias, bf16),
                          dense(peaks[:, :, 1:2], self.intensity.weight, self.intensity.bias, False)], dim=-1)
        return self.first(rows, bf16, dropout)


class SumOfRows(nn.Module):
    """[B, N, 2] to [B, d]: a network of each row, summed over the rows that are peaks: no padding, some intensity."""

    def __init__(self, shape: BaselineShape):
        super().__init__()
        self.rows = FourierRows(shape) if shape.kind == "deepsets-fourier" else NumberRows(shape)
        self.more = Layers([shape.width] * shape.depth)

    def forward(self, peaks: Tensor, bf16: bool, dropout: float) -> Tensor:
        rows = self.more(self.rows(peaks, bf16, dropout), bf16, dropout)
        real = torch.logical_and(peaks[:, :, 0:1] != 0.0, peaks[:, :, 1:2] > 0.0)
        return (rows * real.to(rows.dtype)).sum(dim=1)


class BinnedLayer(nn.Module):
    """[B, N, 2] to [B, d]: the intensities of peaks summed by bin of m/z, and a layer over the bins. Row 0, the
    precursor, and peaks beyond the last bin are left out."""

    def __init__(self, shape: BaselineShape):
        super().__init__()
        self.bins = shape.bins
        self.bin_width = float(shape.bin_width)
        self.max_mz = float(shape.max_mz)
        self.first = Layer(shape.bins, shape.width, shape.depth == 1)

    def forward(self, peaks: Tensor, bf16: bool, dropout: float) -> Tensor:
        return self.first(self.binned(peaks[:, 1:]), bf16, dropout)

    def binned(self, peaks: Tensor) -> Tensor:
        mz = peaks[:, :, 0]
        kept = torch.logical_and(mz > 0.0, mz < self.max_mz)
        place = torch.clamp(torch.floor(mz / self.bin_width), min=0.0, max=float(self.bins - 1)).to(torch.int64)
        weight = torch.where(kept, peaks[:, :, 1], torch.zeros_like(mz))
        bins = torch.zeros(peaks.size(0), self.bins, dtype=peaks.dtype, device=peaks.device)
        return bins.scatter_add(1, place, weight)


def blocks_of(shape: BaselineShape) -> List[nn.Module]:
    """What is done one after the other; each may train from some place on to the end."""
    if shape.kind == "binned-ffn":
        return [BinnedLayer(shape), *(Layer(shape.width, shape.width, i == shape.depth - 1)
                                      for i in range(1, shape.depth))]
    return [SumOfRows(shape), Layers([shape.width] * (shape.depth + 1), last=True)]


class BaselineEncoder(nn.Module):
    """Spectra [B, N, 2] to vectors [B, width]. Row 0 is the precursor, rows with m/z 0 are padding.

    Blocks are DeepSets' network of a row, with the sum, and its network of the sum; or the layers of the feed-forward
    network. In front of the first the state is the input, between two of them [B, width].
    """

    def __init__(self, shape: BaselineShape, dropout: float = 0.0):
        super().__init__()
        self.dropout = float(dropout)
        self.bf16_linears = False
        self.blocks = nn.ModuleList(blocks_of(shape))

    def forward(self, peaks: Tensor) -> Tensor:
        return self.run_blocks(peaks, 0, len(self.blocks), 0.0)

    @torch.jit.export
    def prefix(self, peaks: Tensor, n: int) -> List[Tensor]:
        """What comes before the last n blocks, always without dropout."""
        self.check_split(n)
        return [self.run_blocks(peaks, 0, len(self.blocks) - n, 0.0)]

    @torch.jit.export
    def suffix(self, state: List[Tensor], n: int) -> Tensor:
        """The last n blocks; n = blocks + 1: the same as all of them, since nothing else has weights."""
        self.check_split(n)
        dropout = self.dropout if self.training else 0.0
        return self.run_blocks(state[0], len(self.blocks) - n, len(self.blocks), dropout)

    def check_split(self, n: int) -> None:
        if n < 0 or n > len(self.blocks) + 1:
            raise ValueError("n counts the last blocks and is between 0 and the number of blocks + 1")

    def run_blocks(self, x: Tensor, first: int, end: int, dropout: float) -> Tensor:
        for i, block in enumerate(self.blocks):
            if i >= first and i < end:
                x = block(x, self.bf16_linears, dropout)
        return x
