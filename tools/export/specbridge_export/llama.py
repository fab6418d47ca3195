"""Llama made bidirectional (LLM2Vec) as a module that can be scripted, split and trained: every token sees all others.

Ids and mask [B, T] to states [B, T, d]. Places are numbered from the left, padding included; attention sees differences
of places alone, so that padding on either side changes nothing but rounding.
"""

import math
from dataclasses import dataclass
from typing import Dict, List, Optional, Tuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .layers import Embedding, Projection, dense, drop, merge_heads, split_heads


@dataclass(frozen=True)
class LlamaShape:
    """Sizes of the network."""

    vocabulary: int
    hidden: int
    layers: int
    heads: int
    kv_heads: int
    head_dim: int
    ffn: int
    rms_eps: float = 1e-5
    rope_theta: float = 10000.0
    rope_scaling: Optional[Tuple[Tuple[str, float], ...]] = None  # of Llama 3.1: its numbers by name


def rope_frequencies(shape: LlamaShape) -> Tensor:
    """Radians a place [head_dim / 2]. Llama 3.1 slows waves down that are longer than its first context was, by
    `factor`, and those a little shorter by something between."""
    steps = torch.arange(0, shape.head_dim, 2, dtype=torch.int64).to(torch.float32) / shape.head_dim
    frequencies = 1.0 / (shape.rope_theta ** steps)
    if shape.rope_scaling is None:
        return frequencies
    scaling: Dict[str, float] = dict(shape.rope_scaling)
    factor, low, high = scaling["factor"], scaling["low_freq_factor"], scaling["high_freq_factor"]
    turns = scaling["original_max_position_embeddings"] * frequencies / (2.0 * math.pi)
    smooth = ((turns - low) / (high - low)).clamp(0.0, 1.0)
    return (1.0 - smooth) * frequencies / factor + smooth * frequencies


class RmsNorm(nn.Module):
    def __init__(self, width: int, eps: float):
        super().__init__()
        self.eps = float(eps)
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x: Tensor) -> Tensor:
        return x * torch.rsqrt(x.square().mean(dim=-1, keepdim=True) + self.eps) * self.weight


def turned(x: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
    """Rotary places: the first half of a head's numbers turned against the second."""
    first, second = x.chunk(2, dim=-1)
    return x * cosines + torch.cat([-second, first], dim=-1) * sines


class LlamaLayer(nn.Module):
    """Pre-norm attention and gated feed-forward, without biases."""

    def __init__(self, shape: LlamaShape):
        super().__init__()
        self.heads = shape.heads
        self.kv_heads = shape.kv_heads
        self.scale = shape.head_dim ** -0.5
        self.attention_norm = RmsNorm(shape.hidden, shape.rms_eps)
        self.query = Projection(shape.hidden, shape.heads * shape.head_dim)
        self.key = Projection(shape.hidden, shape.kv_heads * shape.head_dim)
        self.value = Projection(shape.hidden, shape.kv_heads * shape.head_dim)
        self.attention_out = Projection(shape.heads * shape.head_dim, shape.hidden)
        self.ff_norm = RmsNorm(shape.hidden, shape.rms_eps)
        self.gate = Projection(shape.hidden, shape.ffn)
        self.up = Projection(shape.hidden, shape.ffn)
        self.down = Projection(shape.ffn, shape.hidden)

    def forward(self, x: Tensor, mask: Tensor, cosines: Tensor, sines: Tensor, bf16: bool, dropout: float) -> Tensor:
        x = x + drop(self.attend(self.attention_norm(x), mask, cosines, sines, bf16), dropout)
        y = self.ff_norm(x)
        hidden = F.silu(dense(y, self.gate.weight, None, bf16)) * dense(y, self.up.weight, None, bf16)
        return x + drop(dense(hidden, self.down.weight, None, bf16), dropout)

    def attend(self, x: Tensor, mask: Tensor, cosines: Tensor, sines: Tensor, bf16: bool) -> Tensor:
        q = turned(split_heads(dense(x, self.query.weight, None, bf16), self.heads), cosines, sines)
        k = turned(split_heads(dense(x, self.key.weight, None, bf16), self.kv_heads), cosines, sines)
        v = split_heads(dense(x, self.value.weight, None, bf16), self.kv_heads)
        k = k.repeat_interleave(self.heads // self.kv_heads, dim=1)
        v = v.repeat_interleave(self.heads // self.kv_heads, dim=1)
        scores = torch.matmul(q, k.transpose(2, 3)) * self.scale
        # Large and finite, so that a row without any token gives numbers, not NaN.
        scores = scores.masked_fill((mask == 0)[:, None, None, :], -1.0e9)
        return dense(merge_heads(torch.matmul(torch.softmax(scores, dim=-1), v)), self.attention_out.weight, None, bf16)


class LlamaEncoder(nn.Module):
    """Between blocks the state is two tensors, batch first: tokens x [B, T, d] and the mask [B, T] (0: padding).
    Appending zero rows to both changes nothing."""

    def __init__(self, shape: LlamaShape, dropout: float = 0.0):
        super().__init__()
        self.layers = shape.layers
        self.dropout = float(dropout)
        self.bf16_linears = False
        self.tokens = Embedding(shape.vocabulary, shape.hidden)
        self.register_buffer("frequencies", rope_frequencies(shape))
        self.blocks = nn.ModuleList(LlamaLayer(shape) for _ in range(shape.layers))
        self.final_norm = RmsNorm(shape.hidden, shape.rms_eps)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        return self.final_norm(self.run_blocks(self.tokens(ids), mask, 0, self.layers, 0.0))

    @torch.jit.export
    def prefix(self, ids: Tensor, mask: Tensor, n: int) -> List[Tensor]:
        """What comes before the last n blocks, always without dropout. n = layers + 1: nothing does."""
        self.check_split(n)
        if n > self.layers:
            return [ids, mask]
        return [self.run_blocks(self.tokens(ids), mask, 0, self.layers - n, 0.0), mask]

    @torch.jit.export
    def suffix(self, state: List[Tensor], n: int) -> Tensor:
        """The last n blocks and the final norm; n = layers + 1: the embedding too. [B, T, d]"""
        self.check_split(n)
        dropout = self.dropout if self.training else 0.0
        x = drop(self.tokens(state[0]), dropout) if n > self.layers else state[0]
        return self.final_norm(self.run_blocks(x, state[1], max(self.layers - n, 0), self.layers, dropout))

    def check_split(self, n: int) -> None:
        if n < 0 or n > self.layers + 1:
            raise ValueError("n counts the last blocks and is between 0 and the number of blocks + 1")

    def run_blocks(self, x: Tensor, mask: Tensor, first: int, end: int, dropout: float) -> Tensor:
        places = torch.arange(x.size(1), device=x.device).to(x.dtype)
        angles = places[:, None] * self.frequencies[None, :]
        angles = torch.cat([angles, angles], dim=-1)
        cosines, sines = torch.cos(angles), torch.sin(angles)
        for i, block in enumerate(self.blocks):
            if i >= first and i < end:
                x = block(x, mask, cosines, sines, self.bf16_linears, dropout)
        return x
