"""RoBERTa (the ChemBERTa family), BERT and ALBERT as one module that can be scripted, pooling included.

They differ in three places: which number the first position has, whether the embeddings are as wide as the layers, and
whether each layer has weights of its own.
"""

from dataclasses import dataclass
from typing import Optional

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .layers import Embedding, LayerNorm, Linear, dense, merge_heads, split_heads


@dataclass(frozen=True)
class BertShape:
    """Sizes of the network, and what tells its kinds apart. The defaults are those of RoBERTa."""

    vocabulary: int
    pad_id: int
    hidden: int = 768
    layers: int = 6
    heads: int = 12
    ffn: int = 3072
    positions: int = 514
    token_types: int = 1
    layer_norm_eps: float = 1e-5
    architecture: str = "roberta"
    embedding: int = 0  # width of the embeddings, which are then mapped to `hidden`; 0: they are as wide, nothing is
    repeats: int = 1  # how often the layers are gone through: ALBERT does so with one
    gelu: str = "none"  # what torch calls "approximate": none or tanh

    @property
    def first_position(self) -> int:
        """RoBERTa counts its tokens from behind the id of padding, the others from 0."""
        return self.pad_id + 1 if self.architecture == "roberta" else 0

    @property
    def embedding_width(self) -> int:
        return self.embedding or self.hidden


class BertLayer(nn.Module):
    """Post-norm attention and feed-forward."""

    def __init__(self, shape: BertShape):
        super().__init__()
        self.heads = shape.heads
        self.gelu = shape.gelu
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
        hidden = F.gelu(dense(x, self.ff_in.weight, self.ff_in.bias, bf16), approximate=self.gelu)
        return self.ff_norm(x + dense(hidden, self.ff_out.weight, self.ff_out.bias, bf16))

    def attend(self, x: Tensor, key_bias: Tensor, queries: int, bf16: bool) -> Tensor:
        d = x.size(2)
        q = split_heads(dense(x[:, :queries], self.qkv.weight[:d], self.qkv.bias[:d], bf16), self.heads)
        k, v = dense(x, self.qkv.weight[d:], self.qkv.bias[d:], bf16).chunk(2, dim=-1)
        k, v = split_heads(k, self.heads), split_heads(v, self.heads)
        scores = torch.matmul(q, k.transpose(2, 3)) * (d // self.heads) ** -0.5 + key_bias[:, None, None, :]
        mixed = merge_heads(torch.matmul(torch.softmax(scores, dim=-1), v))
        return dense(mixed, self.attention_out.weight, self.attention_out.bias, bf16)


class BertEncoder(nn.Module):
    """Token ids and attention mask [B, L] to vectors [B, d]: row 0 (cls) or the mean over the mask."""

    def __init__(self, shape: BertShape, pooling: str):
        super().__init__()
        self.pad_id = shape.pad_id
        self.skips_padding = shape.architecture == "roberta"
        self.repeats = shape.repeats
        self.cls_pooling = pooling == "cls"
        self.bf16_linears = False
        width = shape.embedding_width
        self.tokens = Embedding(shape.vocabulary, width)
        self.positions = Embedding(shape.positions, width)
        self.token_types = Embedding(shape.token_types, width)
        self.embedding_norm = LayerNorm(width, eps=shape.layer_norm_eps)
        self.widening: Optional[Linear] = Linear(width, shape.hidden) if shape.embedding else None
        self.layers = nn.ModuleList(BertLayer(shape) for _ in range(shape.layers))
        self.pooler = Linear(shape.hidden, shape.hidden)  # part of the published model, not of the vector

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        x = self.embed(input_ids)
        key_bias = torch.zeros_like(attention_mask, dtype=x.dtype).masked_fill(attention_mask == 0, -1.0e9)
        for repeat in range(self.repeats):
            for i, layer in enumerate(self.layers):
                last = repeat == self.repeats - 1 and i == len(self.layers) - 1
                queries = 1 if self.cls_pooling and last else x.size(1)
                x = layer(x, key_bias, queries, self.bf16_linears)
        if self.cls_pooling:
            return x[:, 0]
        weight = attention_mask.to(x.dtype)
        total = torch.clamp(weight.sum(dim=1, keepdim=True), min=1.0)
        return (x * (weight / total)[:, :, None]).sum(dim=1)

    def embed(self, input_ids: Tensor) -> Tensor:
        rows = self.tokens(input_ids) + self.token_types.weight[0] + self.positions(self.numbered(input_ids))
        x = self.embedding_norm(rows)
        if self.widening is not None:
            return dense(x, self.widening.weight, self.widening.bias, self.bf16_linears)
        return x

    def numbered(self, input_ids: Tensor) -> Tensor:
        """The number of each position. RoBERTa counts the tokens that are not padding, from pad_id + 1; padding stays
        at pad_id. Elsewhere places count from 0; those beyond the table are padding."""
        if self.skips_padding:
            counted = (input_ids != self.pad_id).to(torch.int64)
            return torch.cumsum(counted, dim=1) * counted + self.pad_id
        places = torch.arange(input_ids.size(1), device=input_ids.device)
        return torch.clamp(places, max=self.positions.weight.size(0) - 1)[None, :]
