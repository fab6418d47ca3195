"""Weights for the molecule encoder: drawn from a seed, or taken from a Hugging Face directory."""

import json
import math
from pathlib import Path
from typing import Dict, List, Tuple

import torch
from torch import Tensor, nn

from .checkpoint import Checkpoint, check_finite, check_keys, read_checkpoint
from .errors import artifact_error
from .layers import Linear
from .roberta import RobertaEncoder, RobertaShape

CONFIG_KEYS = {"vocabulary": "vocab_size", "pad_id": "pad_token_id", "hidden": "hidden_size",
               "layers": "num_hidden_layers", "heads": "num_attention_heads", "ffn": "intermediate_size",
               "positions": "max_position_embeddings", "token_types": "type_vocab_size"}
IGNORED_PREFIXES = ("lm_head.", "classifier.", "norm_mean", "norm_std", "regression.")
IGNORED_KEYS = ("embeddings.position_ids", "embeddings.token_type_ids")  # counters, no weights
ATTENTION_GAIN = 1.25
LANDMARK = "embeddings.word_embeddings.weight"


def initialise(model: RobertaEncoder, seed: int) -> None:
    """Draws weights at unit scale: an untrained encoder still has to tell molecules apart, and with
    the usual 0.02 every molecule would get nearly the same vector. Queries and keys get a little more,
    which spreads the vectors; much more and similar molecules no longer have similar vectors."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for table in (model.tokens, model.positions, model.token_types):
            nn.init.normal_(table.weight, std=1.0, generator=generator)
        model.positions.weight.mul_(0.5)
        model.token_types.weight.zero_()
        model.tokens.weight[model.pad_id].zero_()
        for module in model.modules():
            if isinstance(module, Linear):
                nn.init.normal_(module.weight, std=1.0 / math.sqrt(module.weight.size(1)), generator=generator)
                nn.init.zeros_(module.bias)
        for layer in model.layers:
            layer.qkv.weight[:2 * layer.qkv.weight.size(1)].mul_(ATTENTION_GAIN)


def key_table(shape: RobertaShape) -> Dict[str, Tuple[str, Tuple[int, ...]]]:
    """Hugging Face name -> (name here, shape). Query, key and value stand for parts of one tensor."""
    d, table = shape.hidden, {}

    def add(theirs: str, ours: str, *weight_shape: int, bias: bool = True) -> None:
        table[f"{theirs}.weight"] = (f"{ours}.weight", weight_shape)
        if bias:
            table[f"{theirs}.bias"] = (f"{ours}.bias", (weight_shape[0],))

    add("embeddings.word_embeddings", "tokens", shape.vocabulary, d, bias=False)
    add("embeddings.position_embeddings", "positions", shape.positions, d, bias=False)
    add("embeddings.token_type_embeddings", "token_types", shape.token_types, d, bias=False)
    add("embeddings.LayerNorm", "embedding_norm", d)
    for i in range(shape.layers):
        theirs, ours = f"encoder.layer.{i}", f"layers.{i}"
        for part in ("query", "key", "value"):
            add(f"{theirs}.attention.self.{part}", f"{ours}.qkv.{part}", d, d)
        add(f"{theirs}.attention.output.dense", f"{ours}.attention_out", d, d)
        add(f"{theirs}.attention.output.LayerNorm", f"{ours}.attention_norm", d)
        add(f"{theirs}.intermediate.dense", f"{ours}.ff_in", shape.ffn, d)
        add(f"{theirs}.output.dense", f"{ours}.ff_out", d, shape.ffn)
        add(f"{theirs}.output.LayerNorm", f"{ours}.ff_norm", d)
    add("pooler.dense", "pooler", d, d)
    return table


def from_hugging_face(state: Dict[str, Tensor], shape: RobertaShape, where: str) -> Dict[str, Tensor]:
    """Checks a state dict under Hugging Face names and returns it under those of RobertaEncoder."""
    table = key_table(shape)
    check_keys(state, {key: expected for key, (_, expected) in table.items()}, where)
    check_finite(state, where)
    named = {ours: state[theirs].to(torch.float32) for theirs, (ours, _) in table.items()}
    for i in range(shape.layers):
        for kind in ("weight", "bias"):
            parts = [named.pop(f"layers.{i}.qkv.{part}.{kind}") for part in ("query", "key", "value")]
            named[f"layers.{i}.qkv.{kind}"] = torch.cat(parts)
    return named


def read_json(path: Path) -> Dict[str, object]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise artifact_error(f"{path}: cannot be read: {error.strerror or error}") from error
    except ValueError as error:
        raise artifact_error(f"{path}: not JSON: {error}") from error
    if not isinstance(content, dict):
        raise artifact_error(f"{path}: found a JSON {type(content).__name__}, expected an object")
    return content


def read_config(path: Path) -> RobertaShape:
    """Sizes from config.json, and a refusal of what this encoder does not do."""
    config = read_json(path)
    expected = {"model_type": "roberta", "hidden_act": "gelu", "position_embedding_type": "absolute"}
    for key, value in expected.items():
        if config.get(key, value) != value:
            raise artifact_error(f"{path}: {key} is {config[key]!r}, expected {value!r}")
    missing = [key for key in CONFIG_KEYS.values() if not isinstance(config.get(key), int)]
    if missing:
        raise artifact_error(f"{path}: no number for {', '.join(missing)}; expected the config.json of a RoBERTa")
    shape = RobertaShape(**{name: config[key] for name, key in CONFIG_KEYS.items()},
                         layer_norm_eps=float(config.get("layer_norm_eps", 1e-12)))
    if min(shape.hidden, shape.layers, shape.heads, shape.ffn) < 1 or shape.hidden % shape.heads != 0:
        raise artifact_error(f"{path}: {shape.heads} heads do not divide a width of {shape.hidden}")
    return shape


def read_weights(directory: Path) -> Tuple[Path, Checkpoint]:
    """model.safetensors, else pytorch_model.bin."""
    safe, pickled = directory / "model.safetensors", directory / "pytorch_model.bin"
    if safe.is_file():
        from safetensors import SafetensorError
        from safetensors.torch import load_file
        try:
            return safe, Checkpoint(str(safe), load_file(safe))
        except (SafetensorError, OSError, ValueError) as error:
            raise artifact_error(f"{safe}: not a readable safetensors file ({error}); is the download "
                                 "complete?") from error
    if pickled.is_file():
        return pickled, read_checkpoint(pickled)
    raise artifact_error(f"{directory}: has neither model.safetensors nor pytorch_model.bin")


def from_directory(directory: Path) -> Tuple[RobertaShape, Dict[str, Tensor], Path, List[str]]:
    """Sizes, weights, the file they came from, and remarks for the user."""
    shape = read_config(directory / "config.json")
    path, checkpoint = read_weights(directory)
    state = {key: tensor for key, tensor in checkpoint.below(LANDMARK).items()
             if not key.startswith(IGNORED_PREFIXES) and key not in IGNORED_KEYS}
    remarks = []
    if not any(key.startswith("pooler.") for key in state):
        state["pooler.dense.weight"] = torch.zeros(shape.hidden, shape.hidden)
        state["pooler.dense.bias"] = torch.zeros(shape.hidden)
        remarks.append(f"{path}: has no pooler; it is set to zero (no vector depends on it)")
    return shape, from_hugging_face(state, shape, str(path)), path, remarks
