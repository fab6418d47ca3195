"""Writes the directory of a spectrum encoder that reads text."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Dict, List, Tuple

import torch
from tokenizers import Tokenizer

from . import archive, manifest
from .errors import artifact_error
from .llama import LlamaEncoder, LlamaShape
from .renderings import Rendering, rendered, specials_of
from .spectrum_directory import PRECURSOR_INTENSITY, block_names
from .tokenizers import largest_id

# One peak, few, more than are named, and more than most texts tell of.
GOLDEN = [[(84.0, 1.0)], [(43.0, 0.5), (58.0, 1.0), (113.0, 0.25)],
          [(39.0, 0.125), (51.0, 0.25), (66.0, 0.375), (77.0, 0.5), (94.0, 1.0), (95.0, 0.0625)],
          [(float(40 + 7 * i), ((11 * i) % 64 + 1) / 64.0) for i in range(40)]]


def write_tokenizer(tokenizer: Tokenizer, path: Path) -> None:
    """Whole texts: what is too long becomes a text of fewer peaks."""
    tokenizer.no_truncation()
    tokenizer.no_padding()
    path.write_text(json.dumps(json.loads(tokenizer.to_str()), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def tokenized(tokenizer: Tokenizer, peaks, settings: Dict[str, object], specials: Tuple[int, int]):
    """Text, ids, and the first and last place of the mean, as the program works them out."""
    rules = settings["input"]
    most = min(rules["peaks"], len(peaks))
    ids = tokenizer.encode(rendered(peaks, rules["before"], most)).ids
    while len(ids) > rules["max_tokens"] and most > 1:
        most -= 1
        ids = tokenizer.encode(rendered(peaks, rules["before"], most)).ids
    if len(ids) > rules["max_tokens"]:
        raise artifact_error(f"{rules['max_tokens']} tokens leave no room for a spectrum; expected at least {len(ids)}")
    first, last = specials[0], len(ids) - specials[1]
    if not rules["before_in_mean"]:
        own = len(tokenizer.encode(rendered(peaks, "", most), add_special_tokens=False).ids)
        first = max(first, last - own)
    return rendered(peaks, rules["before"], rules["peaks"]), ids, first, last


def golden(model: torch.jit.ScriptModule, tokenizer: Tokenizer, settings: Dict[str, object],
           where: str) -> Dict[str, object]:
    """Spectra, their texts and ids, float32 CPU vectors, each encoded alone."""
    specials = specials_of(tokenizer, where)
    texts, all_ids, vectors = [], [], []
    with torch.no_grad():
        for peaks in GOLDEN:
            text, ids, first, last = tokenized(tokenizer, peaks, settings, specials)
            row = torch.tensor([ids])
            states = model(row, torch.ones_like(row))[0]
            texts.append(text)
            all_ids.append(ids)
            vectors.append(manifest.float32_list(states[first:last].mean(dim=0).numpy()))
    return {"peaks": [[[0.0, PRECURSOR_INTENSITY], *([mz, intensity] for mz, intensity in peaks)] for peaks in GOLDEN],
            "texts": texts, "input_ids": all_ids, "vectors": vectors}


def settings_of(shape: LlamaShape, rules: Rendering, before_in_mean: bool, max_tokens: int,
                pad_id: int) -> Dict[str, object]:
    """Everything besides weights and tokenizer that decides what vector a spectrum gets."""
    sizes = {**asdict(shape), "rope_scaling": dict(shape.rope_scaling) if shape.rope_scaling else None}
    return {"architecture": "llama-bidirectional",
            "input": {"kind": "text", **asdict(rules), "before_in_mean": before_in_mean, "max_tokens": max_tokens,
                      "pad_id": pad_id},
            "padding": {"side": "left"},
            "pooling": "mean",
            "hyperparameters": sizes}


def check_fit(tokenizer: Tokenizer, shape: LlamaShape, pad_id: int, where: str) -> None:
    highest = max(largest_id(tokenizer), pad_id)
    if highest >= shape.vocabulary:
        raise artifact_error(f"{where}: the tokenizer has ids up to {highest}, the model has {shape.vocabulary} "
                             "embeddings; they do not belong together")


def write_encoder(directory: Path, program: str, model: LlamaEncoder, shape: LlamaShape, tokenizer: Tokenizer,
                  settings: Dict[str, object], source: Dict[str, object]) -> Dict[str, object]:
    """Fills the directory; returns the manifest."""
    archive.save(archive.script(model), directory / "model.pt")
    write_tokenizer(tokenizer, directory / "tokenizer.json")
    tokenizer_sha256 = manifest.sha256_of_file(directory / "tokenizer.json")
    blocks: List[List[str]] = block_names(model, shape.layers)
    in_blocks = {name for block in blocks for name in block}
    content = {**manifest.common_manifest(program, torch.__version__), **settings}
    content |= {"artifact": "spectrum-encoder",
                "dim": shape.hidden,
                "fingerprint": manifest.fingerprint(archive.arrays_of(model), settings, tokenizer_sha256),
                "parameters": {"total": archive.parameter_count(model)},
                "source": source,
                "blocks": blocks,
                "rest": [name for name, _ in model.named_parameters() if name not in in_blocks],
                "bf16_weights": [name for name, parameter in model.named_parameters()
                                 if parameter.dim() == 2 and name in in_blocks],
                "golden": golden(archive.load(directory / "model.pt"),
                                 Tokenizer.from_file(str(directory / "tokenizer.json")), settings, str(directory))}
    manifest.write_manifest(directory, content)
    return content


def summary(content: Dict[str, object]) -> str:
    return (f"text encoder of spectra: {content['parameters']['total']:,} parameters, "
            f"{content['hyperparameters']['vocabulary']:,} tokens, vectors of {content['dim']}")
