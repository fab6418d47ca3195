"""Weights for the text encoder: drawn from a seed, or taken from a Hugging Face directory and its LoRA adapters."""

import math
from pathlib import Path
from typing import Dict, List, Tuple

import torch
from torch import Tensor, nn

from .bert_weights import read_json, read_weights
from .checkpoint import Checkpoint, check_finite, check_keys, first_few
from .errors import artifact_error
from .layers import Projection
from .llama import LlamaEncoder, LlamaShape

LANDMARK = "embed_tokens.weight"
INDEX = "model.safetensors.index.json"
IGNORED = ("lm_head.", "score.")
SIZE_KEYS = {"vocabulary": "vocab_size", "hidden": "hidden_size", "layers": "num_hidden_layers",
             "heads": "num_attention_heads", "ffn": "intermediate_size"}
FIXED = {"model_type": "llama", "hidden_act": "silu", "attention_bias": False, "mlp_bias": False}
SCALING_KEYS = ("factor", "low_freq_factor", "high_freq_factor", "original_max_position_embeddings")
LAYER_NAMES = {"attention_norm": "input_layernorm", "query": "self_attn.q_proj", "key": "self_attn.k_proj",
               "value": "self_attn.v_proj", "attention_out": "self_attn.o_proj", "ff_norm": "post_attention_layernorm",
               "gate": "mlp.gate_proj", "up": "mlp.up_proj", "down": "mlp.down_proj"}
# What an adapter may say beside ranks and targets without changing what it adds to a weight.
ADAPTER_FIXED = {"peft_type": "LORA", "use_dora": False, "bias": "none", "fan_in_fan_out": False,
                 "modules_to_save": None, "rank_pattern": {}, "alpha_pattern": {}, "layer_replication": None}


def initialise(model: LlamaEncoder, seed: int) -> None:
    """Unit scale for tokens and layers; what a layer adds is scaled down by their number."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        nn.init.normal_(model.tokens.weight, std=1.0, generator=generator)
        for module in model.modules():
            if isinstance(module, Projection):
                nn.init.normal_(module.weight, std=1.0 / math.sqrt(module.weight.size(1)), generator=generator)
        for block in model.blocks:
            for module in (block.attention_out, block.down):
                module.weight.div_(math.sqrt(2.0 * len(model.blocks)))


def read_shape(path: Path) -> LlamaShape:
    """Sizes from config.json, and a refusal of what this encoder does not do."""
    config = read_json(path)
    for key, expected in FIXED.items():
        if config.get(key, expected) != expected:
            raise artifact_error(f"{path}: {key} is {config[key]!r}, expected {expected!r}")
    missing = [key for key in SIZE_KEYS.values() if not isinstance(config.get(key), int) or config[key] < 1]
    if missing:
        raise artifact_error(f"{path}: no number for {', '.join(missing)}; expected the config.json of a Llama")
    sizes = {name: config[key] for name, key in SIZE_KEYS.items()}
    heads = sizes["heads"]
    kv_heads = config.get("num_key_value_heads") or heads
    head_dim = config.get("head_dim") or sizes["hidden"] // heads
    if heads % kv_heads != 0 or head_dim % 2 != 0:
        raise artifact_error(f"{path}: {heads} heads of {head_dim} do not go with {kv_heads} of keys and values")
    return LlamaShape(**sizes, kv_heads=kv_heads, head_dim=head_dim, rms_eps=float(config.get("rms_norm_eps", 1e-6)),
                      rope_theta=float(config.get("rope_theta", 10000.0)), rope_scaling=scaling_of(config, path))


def scaling_of(config: Dict[str, object], path: Path):
    scaling = config.get("rope_scaling")
    if scaling is None:
        return None
    kind = scaling.get("rope_type", scaling.get("type")) if isinstance(scaling, dict) else scaling
    if kind == "default":
        return None
    if kind != "llama3" or any(not isinstance(scaling.get(key), (int, float)) for key in SCALING_KEYS):
        raise artifact_error(f"{path}: rope_scaling is {kind!r}, expected none, or llama3 with "
                             f"{', '.join(SCALING_KEYS)}")
    return tuple((key, float(scaling[key])) for key in SCALING_KEYS)


def read_all_weights(directory: Path) -> Checkpoint:
    """One file, or the several that an index lists."""
    if not (directory / INDEX).is_file():
        return read_weights(directory)[1]
    from safetensors import SafetensorError
    from safetensors.torch import load_file
    listed = read_json(directory / INDEX).get("weight_map")
    if not isinstance(listed, dict) or not listed:
        raise artifact_error(f"{directory / INDEX}: lists no weights")
    tensors: Dict[str, Tensor] = {}
    for name in sorted(set(listed.values())):
        try:
            tensors |= load_file(directory / Path(str(name)).name)
        except (SafetensorError, OSError, ValueError) as error:
            raise artifact_error(f"{directory / str(name)}: not a readable safetensors file ({error}); is the download "
                                 "complete?") from error
    return Checkpoint(str(directory / INDEX), tensors)


def key_table(shape: LlamaShape) -> Dict[str, Tuple[str, Tuple[int, ...]]]:
    """Hugging Face name -> (name here, shape)."""
    d, q, kv, ffn = shape.hidden, shape.heads * shape.head_dim, shape.kv_heads * shape.head_dim, shape.ffn
    shapes = {"attention_norm": (d,), "query": (q, d), "key": (kv, d), "value": (kv, d), "attention_out": (d, q),
              "ff_norm": (d,), "gate": (ffn, d), "up": (ffn, d), "down": (d, ffn)}
    table = {LANDMARK: ("tokens.weight", (shape.vocabulary, d)), "norm.weight": ("final_norm.weight", (d,))}
    for i in range(shape.layers):
        for ours, theirs in LAYER_NAMES.items():
            table[f"layers.{i}.{theirs}.weight"] = (f"blocks.{i}.{ours}.weight", shapes[ours])
    return table


def from_directory(directory: Path, adapters: List[Path]) -> Tuple[LlamaShape, Dict[str, Tensor]]:
    """Sizes and weights under the names of LlamaEncoder; adapters are merged in their order."""
    shape = read_shape(directory / "config.json")
    checkpoint = read_all_weights(directory)
    state = {key: tensor.to(torch.float32) for key, tensor in checkpoint.below(LANDMARK).items()
             if not key.startswith(IGNORED) and not key.endswith("rotary_emb.inv_freq")}
    table = key_table(shape)
    check_keys(state, {key: expected for key, (_, expected) in table.items()}, checkpoint.where)
    for adapter in adapters:
        merge_adapter(state, adapter)
    check_finite(state, checkpoint.where)
    return shape, {ours: state[theirs] for theirs, (ours, _) in table.items()}


def read_adapter(directory: Path) -> Tuple[float, Dict[str, Tensor]]:
    """The factor of what a LoRA adapter adds, and its tensors."""
    path = directory / "adapter_config.json"
    config = read_json(path)
    for key, expected in ADAPTER_FIXED.items():
        found = config.get(key, expected)
        if found != expected and not (not found and not expected):
            raise artifact_error(f"{path}: {key} is {found!r}, expected {expected!r}; merge it with peft first")
    rank, alpha = config.get("r"), config.get("lora_alpha")
    if not isinstance(rank, int) or rank < 1 or not isinstance(alpha, (int, float)):
        raise artifact_error(f"{path}: no numbers r and lora_alpha; expected the adapter_config.json of a LoRA")
    file = directory / "adapter_model.safetensors"
    if not file.is_file():
        raise artifact_error(f"{directory}: has no adapter_model.safetensors")
    from safetensors import SafetensorError
    from safetensors.torch import load_file
    try:
        tensors = load_file(file)
    except (SafetensorError, OSError, ValueError) as error:
        raise artifact_error(f"{file}: not a readable safetensors file ({error}); is the download complete?") from error
    return alpha / (math.sqrt(rank) if config.get("use_rslora") else rank), tensors


def merge_adapter(state: Dict[str, Tensor], directory: Path) -> None:
    """Adds factor * B A to each weight that the adapter names."""
    factor, tensors = read_adapter(directory)
    parts: Dict[str, Dict[str, Tensor]] = {}
    unknown = []
    for key, tensor in tensors.items():
        name, side = key.replace(".default.", "."), ""
        for candidate in ("A", "B"):
            if name.endswith(f".lora_{candidate}.weight"):
                side = candidate
        weight = name[name.rfind("layers."):].replace(f".lora_{side}.weight", ".weight")
        if not side or "layers." not in name or weight not in state:
            unknown.append(key)
        else:
            parts.setdefault(weight, {})[side] = tensor.to(torch.float32)
    if unknown or not parts:
        raise artifact_error(f"{directory}: {first_few(unknown) or 'nothing'} changes no weight of the model; expected "
                             "lora_A and lora_B of its layers")
    for weight, sides in parts.items():
        both = len(sides) == 2 and sides["A"].dim() == 2 and sides["B"].dim() == 2
        if not both or sides["B"].size(1) != sides["A"].size(0) or \
                (sides["B"].size(0), sides["A"].size(1)) != tuple(state[weight].shape):
            raise artifact_error(f"{directory}: lora_A and lora_B of {weight} do not fit each other and the weight of "
                                 f"{list(state[weight].shape)}")
        state[weight] = state[weight] + factor * (sides["B"] @ sides["A"])
