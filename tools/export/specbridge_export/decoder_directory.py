"""Weights of a decoder drawn from a seed, its words, and its directory."""

import json
import math
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Dict, Iterable, List

import torch
from torch import nn

from . import archive, manifest
from .decoder import Decoder, DecoderShape
from .errors import input_error
from .layers import Linear
from .smiles import words

SPECIAL = ("<pad>", "<start>", "<end>")
GOLDEN_SEED = 20240229


def vocabulary_of(smiles: Iterable[str], where: str) -> List[str]:
    """The words of molecules behind those that are no text, in alphabetical order. All are taken: a word that is
    left out is an element or a charge that could never be written."""
    found = Counter(word for one in smiles for word in words(one))
    if not found:
        raise input_error(f"{where}: holds no SMILES to take words from")
    return [*SPECIAL, *sorted(found)]


def initialise(model: Decoder, seed: int) -> None:
    """Small tables, Xavier's linear layers, and outputs of the residual branches scaled down by their number."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for table in (model.tokens, model.positions):
            nn.init.normal_(table.weight, std=0.02, generator=generator)
        for name, module in model.named_modules():
            if isinstance(module, Linear):
                nn.init.xavier_uniform_(module.weight, generator=generator)
                nn.init.zeros_(module.bias)
                if name.endswith((".out", ".outer")):
                    module.weight.div_(math.sqrt(3.0 * len(model.blocks)))


def golden(model: torch.jit.ScriptModule, shape: DecoderShape) -> Dict[str, object]:
    """Inputs and float32 CPU outputs: what follows a text of a few tokens, of a spectrum and of nothing."""
    generator = torch.Generator().manual_seed(GOLDEN_SEED)
    vectors = torch.nn.functional.normalize(torch.randn(2, shape.molecule_dim, generator=generator), dim=1)
    vectors[1] = 0.0
    peaks = torch.rand(2, 4, 2, generator=generator) * torch.tensor([400.0, 1.0])
    candidates = torch.nn.functional.normalize(torch.randn(2, 3, shape.molecule_dim, generator=generator), dim=2)
    tokens = torch.randint(len(SPECIAL), shape.vocabulary, (2, 5), generator=generator)
    tokens[:, 0] = SPECIAL.index("<start>")
    with torch.no_grad():
        scores = torch.log_softmax(model.logits(tokens, model.memory(vectors, peaks, candidates))[:, -1], dim=1)
    rows = {"vectors": vectors, "peaks": peaks.reshape(2, -1), "candidates": candidates.reshape(2, -1),
            "log_probabilities": scores}
    return {"tokens": tokens.tolist()} | {name: [manifest.float32_list(row.numpy()) for row in tensor]
                                          for name, tensor in rows.items()}


def write_text_network(directory: Path, program: str, model: nn.Module, settings: Dict[str, object],
                       vocabulary: List[str]) -> Dict[str, object]:
    """Writes a network of texts and its words; returns what every manifest of one has, to be written with the rest.

    settings: its architecture and its hyperparameters, "positions" among these."""
    archive.save(archive.script(model), directory / "model.pt")
    (directory / "vocabulary.json").write_text(json.dumps(vocabulary, indent=0) + "\n", encoding="ascii")
    return {**manifest.common_manifest(program, torch.__version__), **settings,
            "positions": settings["hyperparameters"]["positions"],
            "fingerprint": manifest.fingerprint(archive.arrays_of(model), settings | {"vocabulary": vocabulary}),
            "parameters": {"total": archive.parameter_count(model)}}


def write_decoder(directory: Path, program: str, model: Decoder, shape: DecoderShape, vocabulary: List[str],
                  source: Dict[str, object]) -> Dict[str, object]:
    """Fills the directory; returns the manifest."""
    settings = {"architecture": "decoder", "hyperparameters": asdict(shape)}
    content = write_text_network(directory, program, model, settings, vocabulary)
    content |= {"artifact": "decoder",
                "molecule_dim": shape.molecule_dim,
                "trains": [name for name, _ in model.named_parameters()],
                "source": source,
                "golden": golden(archive.load(directory / "model.pt"), shape)}
    manifest.write_manifest(directory, content)
    return content


def summary(content: Dict[str, object]) -> str:
    shape = content["hyperparameters"]
    return (f"decoder: {content['parameters']['total']:,} parameters, {shape['vocabulary']} words, "
            f"texts of up to {content['positions'] - 1} words, vectors of {content['molecule_dim']}")
