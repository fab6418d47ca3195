"""Weights for the molecule encoder: drawn from a seed, or taken from a Hugging Face directory."""

import json
import math
from pathlib import Path
from typing import Dict, List, Tuple

import torch
from torch import Tensor, nn

from .bert import BertEncoder, BertShape
from .checkpoint import Checkpoint, check_finite, check_keys, read_plain_checkpoint
from .errors import artifact_error
from .layers import Linear

CONFIG_KEYS = {"vocabulary": "vocab_size", "pad_id": "pad_token_id", "hidden": "hidden_size",
               "layers": "num_hidden_layers", "heads": "num_attention_heads", "ffn": "intermediate_size",
               "positions": "max_position_embeddings", "token_types": "type_vocab_size"}
# ALBERT goes through one group of layers again and again; transformers has these values where a file names none.
ALBERT_KEYS = CONFIG_KEYS | {"layers": "inner_group_num", "repeats": "num_hidden_layers", "embedding": "embedding_size"}
CONFIG_DEFAULTS = {"roberta": {}, "bert": {"pad_token_id": 0},
                   "albert": {"pad_token_id": 0, "inner_group_num": 1, "num_hidden_groups": 1,
                              "hidden_act": "gelu_new"}}
ARCHITECTURES = tuple(CONFIG_DEFAULTS)
GELU = {"gelu": "none", "gelu_new": "tanh"}
BERT_LAYERS = ("encoder.layer", {
    "qkv.query": "attention.self.query", "qkv.key": "attention.self.key", "qkv.value": "attention.self.value",
    "attention_out": "attention.output.dense", "attention_norm": "attention.output.LayerNorm",
    "ff_in": "intermediate.dense", "ff_out": "output.dense", "ff_norm": "output.LayerNorm"})
ALBERT_LAYERS = ("encoder.albert_layer_groups.0.albert_layers", {
    "qkv.query": "attention.query", "qkv.key": "attention.key", "qkv.value": "attention.value",
    "attention_out": "attention.dense", "attention_norm": "attention.LayerNorm",
    "ff_in": "ffn", "ff_out": "ffn_output", "ff_norm": "full_layer_layer_norm"})
IGNORED_PREFIXES = ("lm_head.", "cls.", "predictions.", "sop_classifier.", "classifier.", "norm_mean", "norm_std",
                    "regression.")
IGNORED_KEYS = ("embeddings.position_ids", "embeddings.token_type_ids")  # counters, no weights
ATTENTION_GAIN = 1.25
LANDMARK = "embeddings.word_embeddings.weight"


def initialise(model: BertEncoder, seed: int) -> None:
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


def key_table(shape: BertShape) -> Dict[str, Tuple[str, Tuple[int, ...]]]:
    """Hugging Face name -> (name here, shape). Query, key and value stand for parts of one tensor."""
    d, width, table = shape.hidden, shape.embedding_width, {}

    def add(theirs: str, ours: str, *weight_shape: int, bias: bool = True) -> None:
        table[f"{theirs}.weight"] = (f"{ours}.weight", weight_shape)
        if bias:
            table[f"{theirs}.bias"] = (f"{ours}.bias", (weight_shape[0],))

    add("embeddings.word_embeddings", "tokens", shape.vocabulary, width, bias=False)
    add("embeddings.position_embeddings", "positions", shape.positions, width, bias=False)
    add("embeddings.token_type_embeddings", "token_types", shape.token_types, width, bias=False)
    add("embeddings.LayerNorm", "embedding_norm", width)
    if shape.embedding:
        add("encoder.embedding_hidden_mapping_in", "widening", d, width)
    shapes = {"ff_in": (shape.ffn, d), "ff_out": (d, shape.ffn), "attention_norm": (d,), "ff_norm": (d,)}
    folder, names = ALBERT_LAYERS if shape.architecture == "albert" else BERT_LAYERS
    for i in range(shape.layers):
        for ours, theirs in names.items():
            add(f"{folder}.{i}.{theirs}", f"layers.{i}.{ours}", *shapes.get(ours, (d, d)))
    add(pooler_name(shape), "pooler", d, d)
    return table


def pooler_name(shape: BertShape) -> str:
    return "pooler" if shape.architecture == "albert" else "pooler.dense"


def from_hugging_face(state: Dict[str, Tensor], shape: BertShape, where: str) -> Dict[str, Tensor]:
    """Checks a state dict under Hugging Face names and returns it under those of BertEncoder."""
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


def read_config(path: Path, architecture: str) -> BertShape:
    """Sizes from config.json, and a refusal of what this encoder does not do."""
    config = CONFIG_DEFAULTS[architecture] | read_json(path)
    expected = {"position_embedding_type": "absolute", "num_hidden_groups": 1, "is_decoder": False}
    for key, value in expected.items():
        if config.get(key, value) != value:
            raise artifact_error(f"{path}: {key} is {config[key]!r}, expected {value!r}")
    activation = config.get("hidden_act", "gelu")
    if activation not in GELU:
        raise artifact_error(f"{path}: hidden_act is {activation!r}, expected {' or '.join(map(repr, GELU))}")
    keys = ALBERT_KEYS if architecture == "albert" else CONFIG_KEYS
    missing = [key for key in keys.values() if not isinstance(config.get(key), int)]
    if missing:
        raise artifact_error(f"{path}: no number for {', '.join(missing)}; expected the config.json of a model of the "
                             f"kind {architecture}")
    shape = BertShape(**{name: config[key] for name, key in keys.items()}, architecture=architecture,
                      gelu=GELU[activation], layer_norm_eps=float(config.get("layer_norm_eps", 1e-12)))
    if min(shape.hidden, shape.layers, shape.repeats, shape.heads, shape.ffn) < 1 or shape.hidden % shape.heads != 0:
        raise artifact_error(f"{path}: {shape.heads} heads do not divide a width of {shape.hidden}")
    return shape


def architecture_of(path: Path, checkpoint: Checkpoint) -> str:
    """What config.json calls it, else what the names of the tensors begin with. Where both speak they have to agree:
    another kind has the same tensors, and other vectors."""
    stated = read_json(path).get("model_type")
    named = next((kind for kind in ARCHITECTURES if f"{kind}.{LANDMARK}" in checkpoint.tensors), None)
    known = ", ".join(ARCHITECTURES)
    if stated is None and named is None:
        raise artifact_error(f"{path}: has no model_type, and the names of the tensors do not tell; add it, one of "
                             f"{known}")
    if stated is not None and stated not in ARCHITECTURES:
        raise artifact_error(f"{path}: model_type is {stated!r}, expected one of {known}")
    if stated and named and stated != named:
        raise artifact_error(f"{path}: model_type is {stated!r}, but the tensors of {checkpoint.where} are those of a "
                             f"{named}; correct one of the two")
    return stated or named


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
        return pickled, read_plain_checkpoint(pickled)
    raise artifact_error(f"{directory}: has neither model.safetensors nor pytorch_model.bin")


def from_directory(directory: Path) -> Tuple[BertShape, Dict[str, Tensor], Path, List[str]]:
    """Sizes, weights, the file they came from, and remarks for the user."""
    config = directory / "config.json"
    read_json(config)
    path, checkpoint = read_weights(directory)
    shape = read_config(config, architecture_of(config, checkpoint))
    state = {key: tensor for key, tensor in checkpoint.below(LANDMARK).items()
             if not key.startswith(IGNORED_PREFIXES) and key not in IGNORED_KEYS}
    remarks = []
    if not any(key.startswith("pooler.") for key in state):
        state[f"{pooler_name(shape)}.weight"] = torch.zeros(shape.hidden, shape.hidden)
        state[f"{pooler_name(shape)}.bias"] = torch.zeros(shape.hidden)
        remarks.append(f"{path}: has no pooler; it is set to zero (no vector depends on it)")
    return shape, from_hugging_face(state, shape, str(path)), path, remarks
