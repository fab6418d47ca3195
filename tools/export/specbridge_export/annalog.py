"""ANNalog as a module that is scripted: it reads a SMILES and writes those of like molecules, token by token.

An encoder and a decoder of post-norm layers (Vaswani et al. 2017, as in the tutorial that the package names as its
source), with learned positions. Written for the names of its checkpoint, so that weights are taken over as they are.
"""

import math
from dataclasses import dataclass
from typing import List, Tuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .layers import Embedding, LayerNorm, Linear, merge_heads, split_heads


@dataclass(frozen=True)
class AnnalogShape:
    vocabulary: int = 59
    width: int = 256
    encoder_layers: int = 3
    decoder_layers: int = 3
    heads: int = 8
    ffn: int = 512
    positions: int = 102  # of tokens, with start and end of what is read, and the start of what is written


class Attention(nn.Module):
    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.fc_q = Linear(width, width)
        self.fc_k = Linear(width, width)
        self.fc_v = Linear(width, width)
        self.fc_o = Linear(width, width)

    def keys_values(self, x: Tensor) -> Tuple[Tensor, Tensor]:
        return (split_heads(F.linear(x, self.fc_k.weight, self.fc_k.bias), self.heads),
                split_heads(F.linear(x, self.fc_v.weight, self.fc_v.bias), self.heads))

    def forward(self, x: Tensor, k: Tensor, v: Tensor, bias: Tensor) -> Tensor:
        """Of places [N, t, d] over keys and values [N, heads, s, dh]; bias [t, s] or [1, 1]."""
        q = split_heads(F.linear(x, self.fc_q.weight, self.fc_q.bias), self.heads)
        scores = torch.matmul(q, k.transpose(2, 3)) * q.size(3) ** -0.5 + bias
        return F.linear(merge_heads(torch.matmul(torch.softmax(scores, dim=-1), v)), self.fc_o.weight, self.fc_o.bias)


class FeedForward(nn.Module):
    def __init__(self, width: int, hidden: int):
        super().__init__()
        self.fc_1 = Linear(width, hidden)
        self.fc_2 = Linear(hidden, width)

    def forward(self, x: Tensor) -> Tensor:
        return F.linear(F.relu(F.linear(x, self.fc_1.weight, self.fc_1.bias)), self.fc_2.weight, self.fc_2.bias)


class EncoderLayer(nn.Module):
    def __init__(self, shape: AnnalogShape):
        super().__init__()
        self.self_attn_layer_norm = LayerNorm(shape.width)
        self.ff_layer_norm = LayerNorm(shape.width)
        self.self_attention = Attention(shape.width, shape.heads)
        self.positionwise_feedforward = FeedForward(shape.width, shape.ffn)

    def forward(self, x: Tensor) -> Tensor:
        k, v = self.self_attention.keys_values(x)
        nothing = torch.zeros(1, 1, dtype=x.dtype, device=x.device)
        x = self.self_attn_layer_norm(x + self.self_attention(x, k, v, nothing))
        return self.ff_layer_norm(x + self.positionwise_feedforward(x))


class DecoderLayer(nn.Module):
    def __init__(self, shape: AnnalogShape):
        super().__init__()
        self.self_attn_layer_norm = LayerNorm(shape.width)
        self.enc_attn_layer_norm = LayerNorm(shape.width)
        self.ff_layer_norm = LayerNorm(shape.width)
        self.self_attention = Attention(shape.width, shape.heads)
        self.encoder_attention = Attention(shape.width, shape.heads)
        self.positionwise_feedforward = FeedForward(shape.width, shape.ffn)

    def forward(self, x: Tensor, before_k: Tensor, before_v: Tensor, order: Tensor, memory_k: Tensor,
                memory_v: Tensor) -> Tensor:
        """Keys and values of what stands before hold those of x itself."""
        nothing = torch.zeros(1, 1, dtype=x.dtype, device=x.device)
        x = self.self_attn_layer_norm(x + self.self_attention(x, before_k, before_v, order))
        x = self.enc_attn_layer_norm(x + self.encoder_attention(x, memory_k, memory_v, nothing))
        return self.ff_layer_norm(x + self.positionwise_feedforward(x))


class Embedded(nn.Module):
    """Tokens and their places."""

    def __init__(self, shape: AnnalogShape):
        super().__init__()
        self.most = shape.positions
        self.scale = math.sqrt(shape.width)
        self.tok_embedding = Embedding(shape.vocabulary, shape.width)
        self.pos_embedding = Embedding(shape.positions, shape.width)

    def embed(self, tokens: Tensor, first: int) -> Tensor:
        last = first + tokens.size(1)
        if last > self.most:
            raise ValueError("a text has more tokens than the decoder has positions")
        return self.tok_embedding(tokens) * self.scale + self.pos_embedding.weight[first:last]


class Encoder(Embedded):
    def __init__(self, shape: AnnalogShape):
        super().__init__(shape)
        self.layers = nn.ModuleList(EncoderLayer(shape) for _ in range(shape.encoder_layers))

    def forward(self, tokens: Tensor) -> Tensor:
        x = self.embed(tokens, 0)
        for layer in self.layers:
            x = layer(x)
        return x


class Decoder(Embedded):
    def __init__(self, shape: AnnalogShape):
        super().__init__(shape)
        self.layers = nn.ModuleList(DecoderLayer(shape) for _ in range(shape.decoder_layers))
        self.fc_out = Linear(shape.width, shape.vocabulary)

    def forward(self, tokens: Tensor, memory: Tensor) -> Tensor:
        """Scores of what follows each place of whole texts [N, T, vocabulary]."""
        x = self.embed(tokens, 0)
        length = tokens.size(1)
        later = torch.ones(length, length, dtype=torch.bool, device=x.device).triu(1)
        order = torch.zeros(length, length, dtype=x.dtype, device=x.device).masked_fill(later, -1.0e10)
        for layer in self.layers:
            k, v = layer.self_attention.keys_values(x)
            memory_k, memory_v = layer.encoder_attention.keys_values(memory)
            x = layer(x, k, v, order, memory_k, memory_v)
        return self.scores(x)

    def scores(self, x: Tensor) -> Tensor:
        return F.linear(x, self.fc_out.weight, self.fc_out.bias)


class Annalog(nn.Module):
    """Writes molecules like one that it reads. memory_of() reads it; the rest is as with the decoders of spectra: see
    decoder.py."""

    def __init__(self, shape: AnnalogShape):
        super().__init__()
        self.encoder = Encoder(shape)
        self.decoder = Decoder(shape)

    def forward(self, tokens: Tensor, text: Tensor) -> Tensor:
        return self.logits(tokens, self.memory_of(text))

    @torch.jit.export
    def memory_of(self, text: Tensor) -> Tensor:
        """A molecule's tokens with start and end [B, L], all of one length, to what is read of it [B, L, d]."""
        return self.encoder(text)

    @torch.jit.export
    def logits(self, tokens: Tensor, memory: Tensor) -> Tensor:
        """Texts [B, T], the start first, to the scores of what follows each place [B, T, vocabulary]."""
        return self.decoder(tokens, memory)

    @torch.jit.export
    def begin(self, memory: Tensor) -> List[Tensor]:
        """The state of empty texts: of each layer keys and values of the memory and of the text."""
        state: List[Tensor] = []
        for layer in self.decoder.layers:
            k, v = layer.encoder_attention.keys_values(memory)
            state += [k, v, k[:, :, :0], v[:, :, :0]]
        return state

    @torch.jit.export
    def step(self, tokens: Tensor, state: List[Tensor]) -> Tuple[Tensor, List[Tensor]]:
        """The texts' next tokens [B] to logarithms of probabilities of what follows [B, vocabulary], and the state."""
        x = self.decoder.embed(tokens[:, None], state[2].size(2))
        nothing = torch.zeros(1, 1, dtype=x.dtype, device=x.device)
        grown: List[Tensor] = []
        for i, layer in enumerate(self.decoder.layers):
            k, v = layer.self_attention.keys_values(x)
            k, v = torch.cat([state[2 + 4 * i], k], dim=2), torch.cat([state[3 + 4 * i], v], dim=2)
            x = layer(x, k, v, nothing, state[4 * i], state[1 + 4 * i])
            grown += [state[4 * i], state[1 + 4 * i], k, v]
        return torch.log_softmax(self.decoder.scores(x)[:, 0], dim=-1), grown
