"""DreaMS written down as published, without any rewrite: the yardstick for the exported module.

Spectra are padded with zero rows to the full length, the pair bias is an n x n x d_fourier tensor, the
padding mask acts on queries, and the precursor is picked from a fully computed last block.
"""

import math

import torch
from torch import nn


class ReferenceAttention(nn.Module):
    def __init__(self, d, heads):
        super().__init__()
        self.heads = heads
        self.weights = nn.Parameter(torch.empty(4 * d, d))

    def forward(self, x, pair_bias, query_mask, key_mask):
        batch, rows, d = x.shape
        wq, wk, wv, wo = self.weights.split(d, dim=0)
        q, k, v = (torch.einsum("bnd,ed->bne", x, w).reshape(batch, rows, self.heads, -1) for w in (wq, wk, wv))
        scores = torch.einsum("bihe,bjhe->bhij", q, k) / math.sqrt(d / self.heads) + pair_bias[:, None]
        if query_mask is not None:
            scores = scores.masked_fill(query_mask[:, None, :, None], -1e9)
        if key_mask is not None:
            scores = scores.masked_fill(key_mask[:, None, None, :], -1e9)
        mixed = torch.einsum("bhij,bjhe->bihe", scores.softmax(-1), v).reshape(batch, rows, d)
        return mixed @ wo.T


class ReferenceFeedForward(nn.Module):
    def __init__(self, d, ffn):
        super().__init__()
        self.in_proj = nn.Linear(d, ffn, bias=False)
        self.out_proj = nn.Linear(ffn, d, bias=False)

    def forward(self, x):
        return self.out_proj(torch.relu(self.in_proj(x)))


class ReferenceEncoder(nn.Module):
    """Parameter names are the published ones."""

    def __init__(self, d, layers, heads, ffn, d_peak, fourier_width, fourier_depth, frequencies):
        super().__init__()
        widths = [2 * frequencies] + [fourier_width] * (fourier_depth - 1) + [d - d_peak]
        steps = []
        for a, b in zip(widths, widths[1:]):
            steps += [nn.Linear(a, b), nn.ReLU(), nn.Identity()]
        self.fourier_enc = nn.Module()
        self.fourier_enc.b = nn.Parameter(torch.empty(1, frequencies), requires_grad=False)
        self.ff_fourier, self.ff_peak = nn.Module(), nn.Module()
        self.ff_fourier.ff = nn.Sequential(*steps)
        self.ff_peak.ff = nn.Sequential(nn.Linear(2, d_peak), nn.ReLU())
        self.transformer_encoder = nn.Module()
        self.transformer_encoder.atts = nn.ModuleList(ReferenceAttention(d, heads) for _ in range(layers))
        self.transformer_encoder.ffs = nn.ModuleList(ReferenceFeedForward(d, ffn) for _ in range(layers))
        self.transformer_encoder.scales = nn.ModuleList(nn.LayerNorm(d) for _ in range(2 * layers + 1))

    def forward(self, spectra, padded_rows, pooling):
        """`spectra`: list of [rows, 2]; padded to `padded_rows`, or to the longest and masked when None."""
        rows = max(padded_rows or 0, *(len(s) for s in spectra))
        peaks = spectra[0].new_zeros(len(spectra), rows, 2)
        for i, spectrum in enumerate(spectra):
            peaks[i, :len(spectrum)] = spectrum
        padding = peaks[:, :, 0] == 0
        x = self.encode(peaks, padding, padded_rows is not None)
        if pooling == "precursor":
            return x[:, 0]
        return torch.stack([row[~mask].mean(0) for row, mask in zip(x, padding)])

    def encode(self, peaks, padding, mask_queries):
        angles = 2 * math.pi * peaks[..., :1] * self.fourier_enc.b
        features = self.ff_fourier.ff(torch.cat([angles.cos(), angles.sin()], -1))
        scale = torch.tensor([1000.0, 1.0], dtype=peaks.dtype)
        x = torch.cat([self.ff_peak.ff(peaks / scale), features], -1)
        pair_bias = (features[:, :, None, :] - features[:, None, :, :]).sum(-1)
        masks = (padding, None) if mask_queries else (None, padding)
        parts, scales = self.transformer_encoder, self.transformer_encoder.scales
        for i, (attention, feed_forward) in enumerate(zip(parts.atts, parts.ffs)):
            x = x + attention(scales[2 * i](x), pair_bias, *masks)
            x = x + feed_forward(scales[2 * i + 1](x))
        return scales[-1](x)


def random_reference(seed=0, d=24, layers=3, heads=4, ffn=40, d_peak=7, fourier_width=12, fourier_depth=3,
                     frequencies=30):
    """A small network whose weights are all away from their special values (no zero bias, no unit norm)."""
    generator = torch.Generator().manual_seed(seed)
    model = ReferenceEncoder(d, layers, heads, ffn, d_peak, fourier_width, fourier_depth, frequencies)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            if name == "fourier_enc.b":
                parameter.copy_(noise.abs() * 0.3)
            elif "scales" in name and name.endswith("weight"):
                parameter.copy_(1.0 + 0.2 * noise)
            elif parameter.dim() == 1:
                parameter.copy_(0.2 * noise)
            else:
                parameter.copy_(noise / math.sqrt(parameter.shape[1]))
    return model


def save_checkpoint(model, path, prefix="", wrap=True, extra=None):
    """The layout of the published files: aliased frequencies, heads, hyper-parameters of unknown classes."""
    state = {prefix + name: tensor for name, tensor in model.state_dict().items()}
    state[prefix + "fourier_enc.Fourier frequencies"] = state[prefix + "fourier_enc.b"]
    state |= extra or {}
    torch.save({"state_dict": state, "epoch": 3, **(wrap if isinstance(wrap, dict) else {})} if wrap else state, path)
