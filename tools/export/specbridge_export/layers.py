"""Pieces that both encoders are built from. All of it can be scripted.

torch's own layers would do, but they carry sets of constants that are written in an order that
changes from run to run, and the same seed has to give the same archive.
"""

from typing import Optional

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class Projection(nn.Module):
    """The weight [outputs, inputs] of a linear layer without bias; applied by dense()."""

    def __init__(self, inputs: int, outputs: int):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(outputs, inputs))


class Linear(nn.Module):
    """The weight [outputs, inputs] and bias of a linear layer; applied by dense()."""

    def __init__(self, inputs: int, outputs: int):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(outputs, inputs))
        self.bias = nn.Parameter(torch.zeros(outputs))


class LayerNorm(nn.Module):
    """Layer normalisation over the last dimension."""

    def __init__(self, width: int, eps: float = 1e-5):
        super().__init__()
        self.eps = float(eps)
        self.weight = nn.Parameter(torch.ones(width))
        self.bias = nn.Parameter(torch.zeros(width))

    def forward(self, x: Tensor) -> Tensor:
        return F.layer_norm(x, [x.size(-1)], self.weight, self.bias, self.eps)


class Embedding(nn.Module):
    """A table [rows, width]; ids in, rows out."""

    def __init__(self, rows: int, width: int):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(rows, width))

    def forward(self, ids: Tensor) -> Tensor:
        return F.embedding(ids, self.weight)


def dense(x: Tensor, weight: Tensor, bias: Optional[Tensor], bf16: bool) -> Tensor:
    """A linear layer; with `bf16` the product runs in bfloat16 and the result comes back in x's type.

    A weight that is stored in bfloat16 already is used without a cast.
    """
    if bf16:
        y = F.linear(x.to(torch.bfloat16), weight.to(torch.bfloat16)).to(x.dtype)
        return y if bias is None else y + bias
    return F.linear(x, weight, bias)


def drop(x: Tensor, rate: float) -> Tensor:
    """Dropout that is on whenever the rate is not 0: the caller decides about training mode."""
    if rate > 0.0:
        return F.dropout(x, rate, True)
    return x


def split_heads(x: Tensor, heads: int) -> Tensor:
    """[batch, rows, d] to [batch, heads, rows, d / heads]."""
    return x.view(x.size(0), x.size(1), heads, x.size(2) // heads).transpose(1, 2)


def merge_heads(x: Tensor) -> Tensor:
    """[batch, heads, rows, d / heads] to [batch, rows, d]."""
    return x.transpose(1, 2).reshape(x.size(0), x.size(2), x.size(1) * x.size(3))
