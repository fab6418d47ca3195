"""A decoder that writes SMILES from a spectrum and its nearest candidates, as a module that is scripted and trained.

What it reads is a memory: a slot for the spectrum's vector in the space of molecules, and one for each peak. These look
at the candidates' vectors by cross-attention (spectrum as query, candidates as keys and values), and the text is
written from what results, token by token (pre-norm transformer). Source of the arrangement: Zhang et al., "GLMR", AAAI
2026; spectrum and molecule encoders are no part of it and stay as they are.
"""

import math
from dataclasses import dataclass
from typing import List, Tuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .layers import Embedding, LayerNorm, Linear, dense, drop, merge_heads, split_heads

@dataclass(frozen=True)
class DecoderShape:
    vocabulary: int
    molecule_dim: int
    d_model: int = 512
    layers: int = 6
    heads: int = 8
    ffn: int = 2048
    positions: int = 256   # of tokens, with the start
    frequencies: int = 64  # of the sines that an m/z is given as
    shortest_wavelength: float = 0.02
    longest_wavelength: float = 1000.0


def bias_of(there: Tensor, like: Tensor) -> Tensor:
    """What is added to the scores of keys: nothing, or a number so low that a key does not count; finite, so that
    nothing becomes NaN where no key counts."""
    return torch.zeros_like(there, dtype=like.dtype).masked_fill(~there, -1.0e9)


def attended(q: Tensor, k: Tensor, v: Tensor, bias: Tensor, dropout: float) -> Tensor:
    """[N, heads, t, dh] of queries over keys and values [N, heads, s, dh]; bias [N, 1, 1 or t, s] or [t, s]. Keys and
    values of one [1, heads, s, dh] are common to all: then the places of all queries are as those of one."""
    texts, places = q.size(0), q.size(2)
    common = k.size(0) == 1 and texts > 1 and bias.size(-2) == 1
    if common:
        q = q.transpose(0, 1).reshape(1, q.size(1), texts * places, q.size(3))
    scores = torch.matmul(q, k.transpose(2, 3)) * q.size(3) ** -0.5 + bias
    seen = merge_heads(torch.matmul(drop(torch.softmax(scores, dim=-1), dropout), v))
    return seen.view(texts, places, seen.size(2)) if common else seen


class Attention(nn.Module):
    """Queries of one sequence over another, or over itself."""

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.query = Linear(width, width)
        self.key_value = Linear(width, 2 * width)
        self.out = Linear(width, width)

    def queries(self, x: Tensor, bf16: bool) -> Tensor:
        return split_heads(dense(x, self.query.weight, self.query.bias, bf16), self.heads)

    def keys_values(self, x: Tensor, bf16: bool) -> Tuple[Tensor, Tensor]:
        k, v = dense(x, self.key_value.weight, self.key_value.bias, bf16).chunk(2, dim=-1)
        return split_heads(k, self.heads), split_heads(v, self.heads)

    def forward(self, q: Tensor, k: Tensor, v: Tensor, bias: Tensor, bf16: bool, dropout: float) -> Tensor:
        return dense(attended(q, k, v, bias, dropout), self.out.weight, self.out.bias, bf16)


class FeedForward(nn.Module):
    def __init__(self, width: int, hidden: int):
        super().__init__()
        self.norm = LayerNorm(width)
        self.inner = Linear(width, hidden)
        self.outer = Linear(hidden, width)

    def forward(self, x: Tensor, bf16: bool, dropout: float) -> Tensor:
        hidden = F.gelu(dense(self.norm(x), self.inner.weight, self.inner.bias, bf16))
        return x + drop(dense(drop(hidden, dropout), self.outer.weight, self.outer.bias, bf16), dropout)


class Memory(nn.Module):
    """Spectra and candidates to slots [B, 1 + P, d]."""

    def __init__(self, shape: DecoderShape):
        super().__init__()
        d = shape.d_model
        steps = torch.linspace(math.log(shape.shortest_wavelength), math.log(shape.longest_wavelength),
                               shape.frequencies)
        self.register_buffer("frequencies", (2.0 * math.pi / torch.exp(steps)).to(torch.float32))
        self.peak_in = Linear(2 * shape.frequencies + 1, d)
        self.peak_out = Linear(d, d)
        self.vector = Linear(shape.molecule_dim, d)
        self.candidate = Linear(shape.molecule_dim, d)
        self.candidate_norm = LayerNorm(d)
        self.slot_norm = LayerNorm(d)
        self.look = Attention(d, shape.heads)
        self.feed_forward = FeedForward(d, shape.ffn)

    def forward(self, vectors: Tensor, peaks: Tensor, candidates: Tensor, bf16: bool, dropout: float) -> Tensor:
        scale = math.sqrt(vectors.size(1))  # of unit vectors: numbers of about 1
        slots = torch.cat([dense(vectors * scale, self.vector.weight, self.vector.bias, bf16)[:, None],
                           self.of_peaks(peaks, bf16)], dim=1)
        rows = self.candidate_norm(dense(candidates * scale, self.candidate.weight, self.candidate.bias, bf16))
        there = candidates.abs().sum(dim=2) > 0.0
        bias = bias_of(there, slots)[:, None, None, :]
        k, v = self.look.keys_values(rows, bf16)
        seen = self.look(self.look.queries(self.slot_norm(slots), bf16), k, v, bias, bf16, dropout)
        any_there = there.any(dim=1).to(slots.dtype)[:, None, None]
        return self.feed_forward(slots + any_there * drop(seen, dropout), bf16, dropout)

    def of_peaks(self, peaks: Tensor, bf16: bool) -> Tensor:
        """m/z as sines and cosines, and the root of the intensity."""
        angles = peaks[:, :, 0:1] * self.frequencies
        intensity = torch.sqrt(torch.clamp(peaks[:, :, 1:2], min=0.0))
        features = torch.cat([torch.cos(angles), torch.sin(angles), intensity], dim=-1)
        hidden = F.gelu(dense(features, self.peak_in.weight, self.peak_in.bias, bf16))
        return dense(hidden, self.peak_out.weight, self.peak_out.bias, bf16)


class Block(nn.Module):
    """A layer of the text: what stands before, what the memory says, and a feed-forward."""

    def __init__(self, shape: DecoderShape):
        super().__init__()
        self.self_norm = LayerNorm(shape.d_model)
        self.before = Attention(shape.d_model, shape.heads)
        self.memory_norm = LayerNorm(shape.d_model)
        self.memory = Attention(shape.d_model, shape.heads)
        self.feed_forward = FeedForward(shape.d_model, shape.ffn)

    def forward(self, x: Tensor, before_k: Tensor, before_v: Tensor, before_bias: Tensor, memory_k: Tensor,
                memory_v: Tensor, memory_bias: Tensor, has_memory: Tensor, bf16: bool, dropout: float) -> Tensor:
        """Keys and values of what stands before hold those of x itself, which keys_values() made."""
        own = self.before(self.before.queries(self.self_norm(x), bf16), before_k, before_v, before_bias, bf16, dropout)
        x = x + drop(own, dropout)
        queries = self.memory.queries(self.memory_norm(x), bf16)
        told = self.memory(queries, memory_k, memory_v, memory_bias, bf16, dropout)
        return self.feed_forward(x + has_memory * drop(told, dropout), bf16, dropout)

    def keys_values(self, x: Tensor, bf16: bool) -> Tuple[Tensor, Tensor]:
        return self.before.keys_values(self.self_norm(x), bf16)


class Decoder(nn.Module):
    """Writes token by token. A slot of the memory, a peak or a candidate that is all zeros is padding.

    memory() is computed once for a spectrum; logits() gives the scores of all places of whole texts, for training and
    for the likelihood of a text; begin() and step() grow texts by a token and keep keys and values in a state: tensors
    with the texts first, so that texts are chosen by choosing rows of each.
    """

    def __init__(self, shape: DecoderShape, dropout: float = 0.0):
        super().__init__()
        self.dropout = float(dropout)
        self.bf16_linears = False
        self.positions_most = shape.positions
        self.tokens = Embedding(shape.vocabulary, shape.d_model)
        self.positions = Embedding(shape.positions, shape.d_model)
        self.reading = Memory(shape)
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.memory_norm = LayerNorm(shape.d_model)
        self.final_norm = LayerNorm(shape.d_model)

    def forward(self, tokens: Tensor, vectors: Tensor, peaks: Tensor, candidates: Tensor) -> Tensor:
        return self.logits(tokens, self.memory(vectors, peaks, candidates))

    @torch.jit.export
    def memory(self, vectors: Tensor, peaks: Tensor, candidates: Tensor) -> Tensor:
        """Vectors of spectra [B, m], peaks [B, P, 2], vectors of candidates [B, K, m], to slots [B, 1 + P, d]; those of
        padding are zero, and all are where the vector is zero: nothing is known then."""
        dropout = self.dropout if self.training else 0.0
        slots = self.memory_norm(self.reading(vectors, peaks, candidates, self.bf16_linears, dropout))
        known = vectors.abs().sum(dim=1, keepdim=True) > 0.0
        there = torch.cat([known, (peaks[:, :, 0] > 0.0) & known], dim=1)
        return slots * there.to(slots.dtype)[:, :, None]

    @torch.jit.export
    def logits(self, tokens: Tensor, memory: Tensor) -> Tensor:
        """Texts [B, T], the start first, to the scores of what follows each place [B, T, vocabulary]."""
        bf16, dropout = self.bf16_linears, self.dropout if self.training else 0.0
        length = tokens.size(1)
        x = drop(self.embed(tokens, 0), dropout)
        order = bias_of(torch.ones(length, length, dtype=torch.bool, device=tokens.device).tril(), x)
        bias, has_memory = self.memory_bias(memory)
        for block in self.blocks:
            k, v = block.keys_values(x, bf16)
            memory_k, memory_v = block.memory.keys_values(memory, bf16)
            x = block(x, k, v, order, memory_k, memory_v, bias, has_memory, bf16, dropout)
        return self.scores(x)

    @torch.jit.export
    def begin(self, memory: Tensor) -> List[Tensor]:
        """The state of empty texts: bias [B, 1, 1, S] and presence [B, 1, 1] of the memory, and of each block keys and
        values of the memory and of the text. What is of the memory is given back by every step as it was; of one
        spectrum it may stay [1, ...] while there are several texts."""
        bias, has_memory = self.memory_bias(memory)
        state = [bias, has_memory]
        for block in self.blocks:
            k, v = block.memory.keys_values(memory, self.bf16_linears)
            state += [k, v, k[:, :, :0], v[:, :, :0]]
        return state

    @torch.jit.export
    def step(self, tokens: Tensor, state: List[Tensor]) -> Tuple[Tensor, List[Tensor]]:
        """The texts' next tokens [B] to logarithms of probabilities of what follows [B, vocabulary], and the state."""
        bf16 = self.bf16_linears
        x = self.embed(tokens[:, None], state[4].size(2))
        nothing = torch.zeros(1, 1, dtype=x.dtype, device=x.device)
        grown = state[:2]
        for i, block in enumerate(self.blocks):
            memory_k, memory_v = state[2 + 4 * i], state[3 + 4 * i]
            k, v = block.keys_values(x, bf16)
            k, v = torch.cat([state[4 + 4 * i], k], dim=2), torch.cat([state[5 + 4 * i], v], dim=2)
            x = block(x, k, v, nothing, memory_k, memory_v, state[0], state[1], bf16, 0.0)
            grown += [memory_k, memory_v, k, v]
        return torch.log_softmax(self.scores(x)[:, 0], dim=-1), grown

    def embed(self, tokens: Tensor, first: int) -> Tensor:
        if first + tokens.size(1) > self.positions_most:
            raise ValueError("a text has more tokens than the decoder has positions")
        return self.tokens(tokens) + self.positions.weight[first:first + tokens.size(1)]

    def memory_bias(self, memory: Tensor) -> Tuple[Tensor, Tensor]:
        there = memory.abs().sum(dim=2) > 0.0
        return bias_of(there, memory)[:, None, None, :], there.any(dim=1).to(memory.dtype)[:, None, None]

    def scores(self, x: Tensor) -> Tensor:
        return F.linear(self.final_norm(x), self.tokens.weight)
