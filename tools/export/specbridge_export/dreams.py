"""The DreaMS spectrum encoder as a module that can be scripted, split and trained.

Three rewrites keep the mathematics of the published network and save most of its work:
- its pair bias sum_k(f_ik - f_jk) differs from -S_j, S_j = sum_k f_jk, by a number that is the same for
  all keys of a query, so the softmax gives the same weights;
- its padding rows are equal in every layer (a padded query attends to all rows alike), so one row that
  counts p times stands for p of them;
- with precursor pooling only row 0 leaves the last block, so only row 0 needs Q, O and the feed-forward.
"""

import math
from dataclasses import dataclass
from typing import List, Tuple

import torch
from torch import Tensor, nn

from .layers import LayerNorm, Linear, Projection, dense, drop, merge_heads, split_heads

MZ_SCALE = 1000.0


@dataclass(frozen=True)
class DreamsShape:
    """Sizes of the network. The defaults are those of the published model."""

    d_model: int = 1024
    layers: int = 7
    heads: int = 8
    ffn: int = 4096
    d_peak: int = 44
    fourier_width: int = 512
    fourier_depth: int = 5
    frequencies: int = 5997
    attention_bias: str = "mz"  # of keys; "mz": published; "intensity": by its square root; "none"

    @property
    def d_fourier(self) -> int:
        return self.d_model - self.d_peak


class PeakEmbedding(nn.Module):
    """Rows (m/z, intensity) to tokens: [ReLU linear of the scaled row | MLP of Fourier features of m/z]."""

    def __init__(self, shape: DreamsShape):
        super().__init__()
        widths = [2 * shape.frequencies] + [shape.fourier_width] * (shape.fourier_depth - 1) + [shape.d_fourier]
        self.frequencies = nn.Parameter(torch.zeros(1, shape.frequencies), requires_grad=False)
        self.fourier = nn.ModuleList(Linear(a, b) for a, b in zip(widths, widths[1:]))
        self.peak = Linear(2, shape.d_peak)
        self.register_buffer("scale", torch.tensor([MZ_SCALE, 1.0]))

    def forward(self, peaks: Tensor, bf16: bool, dropout: float) -> Tuple[Tensor, Tensor]:
        """Returns the tokens [B, N, d] and the feature sums S [B, N]."""
        # Angles reach 1e7 rad, where float32 is coarse: the trained weights know this very order of products.
        angles = (2.0 * math.pi * peaks[:, :, 0:1]) * self.frequencies
        features = torch.cat([torch.cos(angles), torch.sin(angles)], dim=-1)
        for i, layer in enumerate(self.fourier):
            if i > 0:
                features = drop(features, dropout)
            features = torch.relu(dense(features, layer.weight, layer.bias, bf16))
        peak = torch.relu(dense(peaks / self.scale, self.peak.weight, self.peak.bias, False))
        return torch.cat([peak, features], dim=-1), features.sum(dim=-1)


class Block(nn.Module):
    """Pre-norm attention and feed-forward, without biases in the linear layers."""

    def __init__(self, shape: DreamsShape):
        super().__init__()
        self.heads = shape.heads
        self.attention_norm = LayerNorm(shape.d_model)
        self.attention = nn.Parameter(torch.zeros(4 * shape.d_model, shape.d_model))  # rows Q, K, V, O
        self.ff_norm = LayerNorm(shape.d_model)
        self.ff_in = Projection(shape.d_model, shape.ffn)
        self.ff_out = Projection(shape.ffn, shape.d_model)

    def forward(self, x: Tensor, key_bias: Tensor, padding_bias: Tensor, padding: Tensor, queries: int,
                bf16: bool, dropout: float) -> Tensor:
        """[B, M, d] to the first `queries` rows, [B, queries, d]."""
        attended = self.attend(self.attention_norm(x), key_bias, padding_bias, padding, queries, bf16, dropout)
        x = x[:, :queries] + drop(attended, dropout)
        hidden = torch.relu(dense(self.ff_norm(x), self.ff_in.weight, None, bf16))
        return x + drop(dense(drop(hidden, dropout), self.ff_out.weight, None, bf16), dropout)

    def attend(self, x: Tensor, key_bias: Tensor, padding_bias: Tensor, padding: Tensor, queries: int,
               bf16: bool, dropout: float) -> Tensor:
        d = x.size(2)
        q = split_heads(dense(x[:, :queries], self.attention[:d], None, bf16), self.heads)
        k, v = dense(x, self.attention[d:3 * d], None, bf16).chunk(2, dim=-1)
        k, v = split_heads(k, self.heads), split_heads(v, self.heads)
        scores = torch.matmul(q, k.transpose(2, 3)) * (d // self.heads) ** -0.5 + key_bias[:, None, None, :]
        scores = torch.where(padding[:, None, :queries, None], padding_bias[:, None, None, :], scores)
        weights = drop(torch.softmax(scores, dim=-1), dropout)
        return dense(merge_heads(torch.matmul(weights, v)), self.attention[3 * d:], None, bf16)


class DreamsEncoder(nn.Module):
    """Spectra [B, N, 2] to vectors [B, d]. Row 0 is the precursor, rows with m/z 0 are padding.

    The result depends on the real rows only, not on N. `padding_rows` R > 0: as if every spectrum were
    padded with zero rows to R rows, to which real rows attend (spectra with more rows are not padded);
    R = 0: padding rows are never attended to. `dropout` acts in training mode; whoever trains sets it.

    Between blocks the state is four tensors, batch first: rows x [B, M, d], feature sums [B, M],
    multiplicity [B, M] (how many rows of the padded spectrum a row stands for; 0: masked out) and
    whether a row is padding [B, M]. Appending zero rows to all four changes nothing.
    """

    def __init__(self, shape: DreamsShape, padding_rows: int, pooling: str, dropout: float = 0.0):
        super().__init__()
        self.layers = shape.layers
        self.attention_bias = shape.attention_bias
        self.padding_rows = padding_rows
        self.precursor_pooling = pooling == "precursor"
        self.dropout = float(dropout)
        self.bf16_linears = False
        self.embedding = PeakEmbedding(shape)
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.final_norm = LayerNorm(shape.d_model)

    def forward(self, peaks: Tensor) -> Tensor:
        return self.suffix([peaks], self.layers + 1)

    @torch.jit.export
    def prefix(self, peaks: Tensor, n: int) -> List[Tensor]:
        """What comes before the last n blocks, always without dropout. n = layers + 1: nothing does."""
        self.check_split(n)
        if n > self.layers:
            return [peaks]
        state = self.run_blocks(self.embed(peaks, 0.0), 0, self.layers - n, 0.0)
        return [self.finish(state)] if n == 0 else state

    @torch.jit.export
    def suffix(self, state: List[Tensor], n: int) -> Tensor:
        """The last n blocks, the final norm and the pooling; n = layers + 1: the embedding too."""
        self.check_split(n)
        if n == 0:
            return state[0]
        dropout = self.dropout if self.training else 0.0
        if n > self.layers:
            state = self.embed(state[0], dropout)
        elif dropout > 0.0:
            state = self.expand_padding(state)
        return self.finish(self.run_blocks(state, max(self.layers - n, 0), self.layers, dropout))

    def check_split(self, n: int) -> None:
        if n < 0 or n > self.layers + 1:
            raise ValueError("n counts the last blocks and is between 0 and the number of blocks + 1")

    def embed(self, peaks: Tensor, dropout: float) -> List[Tensor]:
        """The state before block 0. Dropout needs the padding rows one by one, each with its own mask."""
        real = peaks[:, :, 0] != 0.0
        multiplicity = real.to(peaks.dtype)
        if self.padding_rows > 0:
            missing = torch.clamp(self.padding_rows - multiplicity.sum(dim=1, keepdim=True), min=0.0)
            if dropout > 0.0:
                appended = (torch.arange(int(missing.max().item()), device=peaks.device) < missing).to(peaks.dtype)
            else:
                appended = missing
            multiplicity = torch.cat([multiplicity, appended], dim=1)
            peaks = torch.cat([peaks, peaks.new_zeros(peaks.size(0), appended.size(1), 2)], dim=1)
        x, sums = self.embedding(peaks, self.bf16_linears, dropout)
        return [drop(x, dropout), self.key_penalty(sums, peaks), multiplicity, peaks[:, :, 0] == 0.0]

    def key_penalty(self, feature_sums: Tensor, peaks: Tensor) -> Tensor:
        """What is subtracted from the scores of a key [B, N]: the published S_j, or a choice of ours."""
        if self.attention_bias == "mz":
            return feature_sums
        if self.attention_bias == "intensity":  # attention starts at its root: none where it is 0
            return -0.5 * torch.log(torch.clamp(peaks[:, :, 1], min=1.0e-8))
        return torch.zeros_like(feature_sums)

    def expand_padding(self, state: List[Tensor]) -> List[Tensor]:
        """Replaces the padding row that counts p times by p rows."""
        x, sums, multiplicity, padding = state[0], state[1], state[2], state[3]
        count, index = torch.where(padding, multiplicity, torch.zeros_like(multiplicity)).max(dim=1, keepdim=True)
        added = int(count.max().item())
        copies = (torch.arange(added, device=x.device) < count).to(multiplicity.dtype)
        row = x.gather(1, index[:, :, None].expand(-1, -1, x.size(2)))
        return [torch.cat([x, row.expand(-1, added, -1)], dim=1),
                torch.cat([sums, sums.gather(1, index).expand(-1, added)], dim=1),
                torch.cat([multiplicity.masked_fill(padding, 0.0), copies], dim=1),
                torch.cat([padding, torch.ones_like(copies, dtype=torch.bool)], dim=1)]

    def run_blocks(self, state: List[Tensor], first: int, end: int, dropout: float) -> List[Tensor]:
        x, sums, multiplicity, padding = state[0], state[1], state[2], state[3]
        # A masked score is large and finite, so a spectrum without any row gives numbers, not NaN.
        log_count = torch.log(torch.clamp(multiplicity, min=1.0)).masked_fill(multiplicity == 0.0, -1.0e9)
        key_bias = (log_count - sums).masked_fill(multiplicity == 0.0, -1.0e9)
        for i, block in enumerate(self.blocks):
            if i >= first and i < end:
                queries = 1 if self.precursor_pooling and i == self.layers - 1 else x.size(1)
                x = block(x, key_bias, log_count, padding, queries, self.bf16_linears, dropout)
        return [x, sums, multiplicity, padding]

    def finish(self, state: List[Tensor]) -> Tensor:
        if self.precursor_pooling:
            return self.final_norm(state[0][:, 0])
        weight = state[2].masked_fill(state[3], 0.0)
        total = torch.clamp(weight.sum(dim=1, keepdim=True), min=1.0)
        return (self.final_norm(state[0]) * (weight / total)[:, :, None]).sum(dim=1)
