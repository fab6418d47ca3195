"""A RoBERTa encoder (the ChemBERTa family) as a module that can be scripted, pooling included."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .layers import Embedding, LayerNorm, Linear, dense, merge_heads, split_heads


@dataclass(frozen=True)
class RobertaShape:
    """Sizes of the network, and the id that its position numbers skip."""

    vocabulary: int
    pad_id: int
    hidden: int = 768
    layers: int = 6
    heads: int = 12
    ffn: int = 3072
    positions: int = 514
    token_types: int = 1
    layer_norm_eps: float = 1e-5


class RobertaLayer(nn.Module):
    """Post-norm attention and feed-forward."""

    def __init__(self, shape: RobertaShape):
        super().__init__()
        self.heads = shape.heads
        self.qkv = Linear(shape.hidden, 3 * shape.hidden)
        self.attention_out = Linear(shape.hidden, shape.hidden)
        self.attention_norm = LayerNorm(shape.hidden, eps=shape.layer_norm_eps)
        self.ff_in = Linear(shape.hidden, shape.ffn)
        self.ff_out = Linear(shape.ffn, shape.hidden)
        self.ff_norm = LayerNorm(shape.hidden, eps=shape.layer_norm_eps)

    def forward(self, x: Tensor, key_bias: Tensor, queries: int, bf16: bool) -> Tensor:
        """[B, L, d] to the first `queries` rows, [B, queries, d]."""
        attended = self.attend(x, key_bias, queries, bf16)
        x = self.attention_norm(x[:, :queries] + attended)
        hidden = F.gelu(dense(x, self.ff_in.weight, self.ff_in.bias, bf16))
        return self.ff_norm(x + dense(hidden, self.ff_out.weight, self.ff_out.bias, bf16))

    def attend(self, x: Tensor, key_bias: Tensor, queries: int, bf16: bool) -> Tensor:
        d = x.size(2)
        q = split_heads(dense(x[:, :queries], self.qkv.weight[:d], self.qkv.bias[:d], bf16), self.heads)
        k, v = dense(x, self.qkv.weight[d:], self.qkv.bias[d:], bf16).chunk(2, dim=-1)
        k, v = split_heads(k, self.heads), split_heads(v, self.heads)
        scores = torch.matmul(q, k.transpose(2, 3)) * (d // self.heads) ** -0.5 + key_bias[:, None, None, :]
        mixed = merge_heads(torch.matmul(torch.softmax(scores, dim=-1), v))
        return dense(mixed, self.attention_out.weight, self.attention_out.bias, bf16)


class RobertaEncoder(nn.Module):
    """Token ids and attention mask [B, L] to vectors [B, d]: row 0 (cls) or the mean over the mask."""

    def __init__(self, shape: RobertaShape, pooling: str):
        super().__init__()
        self.pad_id = shape.pad_id
        self.cls_pooling = pooling == "cls"
        self.bf16_linears = False
        self.tokens = Embedding(shape.vocabulary, shape.hidden)
        self.positions = Embedding(shape.positions, shape.hidden)
        self.token_types = Embedding(shape.token_types, shape.hidden)
        self.embedding_norm = LayerNorm(shape.hidden, eps=shape.layer_norm_eps)
        self.layers = nn.ModuleList(RobertaLayer(shape) for _ in range(shape.layers))
        self.pooler = Linear(shape.hidden, shape.hidden)  # part of the published model, not of the vector

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        x = self.embed(input_ids)
        key_bias = torch.zeros_like(attention_mask, dtype=x.dtype).masked_fill(attention_mask == 0, -1.0e9)
        for i, layer in enumerate(self.layers):
            queries = 1 if self.cls_pooling and i == len(self.layers) - 1 else x.size(1)
            x = layer(x, key_bias, queries, self.bf16_linears)
        if self.cls_pooling:
            return x[:, 0]
        weight = attention_mask.to(x.dtype)
        total = torch.clamp(weight.sum(dim=1, keepdim=True), min=1.0)
        return (x * (weight / total)[:, :, None]).sum(dim=1)

    def embed(self, input_ids: Tensor) -> Tensor:
        """Positions count the tokens that are not padding, from pad_id + 1; padding stays at pad_id."""
        counted = (input_ids != self.pad_id).to(torch.int64)
        positions = torch.cumsum(counted, dim=1) * counted + self.pad_id
        return self.embedding_norm(self.tokens(input_ids) + self.token_types.weight[0] + self.positions(positions))
