"""Writes the directory of a molecule encoder."""

from dataclasses import asdict, fields
from pathlib import Path
from typing import Dict

import torch
from tokenizers import Tokenizer

from . import STANDARD_FORM, archive, manifest
from .bert import BertEncoder, BertShape
from .errors import artifact_error
from .tokenizers import largest_id, write_tokenizer

MAX_TOKENS = 512
LENGTH_MULTIPLE = 16
BEYOND_ROBERTA = ("embedding", "repeats", "gelu")
# Chlorine and a charge, stereo, aromatic nitrogen with a two-digit ring number, several rings.
GOLDEN_SMILES = ["CCO", "C[C@H](N)C(=O)[O-]", "Clc1ccc2c(c1)[nH]c1ccccc12",
                 "CC(C)Cc1ccc(cc1)[C@@H](C)C(=O)OCC%10CCN(CC%10)S(=O)(=O)c1ccc(Br)cc1"]


def max_tokens_of(shape: BertShape) -> int:
    """Where positions start behind the pad id, fewer tokens fit than there are position rows."""
    return min(MAX_TOKENS, shape.positions - shape.first_position)


def check_fit(tokenizer: Tokenizer, shape: BertShape, where: str) -> None:
    if largest_id(tokenizer) >= shape.vocabulary:
        raise artifact_error(f"{where}: the tokenizer has ids up to {largest_id(tokenizer)}, the model has "
                             f"{shape.vocabulary} embeddings; they do not belong together")
    if not 0 <= shape.pad_id < shape.vocabulary:
        raise artifact_error(f"{where}: pad_token_id is {shape.pad_id}, expected less than {shape.vocabulary}")
    if max_tokens_of(shape) < 3:
        raise artifact_error(f"{where}: {shape.positions} positions leave no room for a molecule")
    ids = tokenizer.encode("C").ids
    if len(ids) != 3:
        raise artifact_error(f"{where}: the tokenizer makes {len(ids)} tokens of methane (C), expected 3: one "
                             "before, one for the atom, one behind")


def golden(model: torch.jit.ScriptModule, tokenizer: Tokenizer) -> Dict[str, object]:
    """Molecules, their ids by the tokenizer that was written, float32 CPU vectors, each encoded alone."""
    all_ids = [tokenizer.encode(smiles).ids for smiles in GOLDEN_SMILES]
    with torch.no_grad():
        vectors = [model(torch.tensor([ids]), torch.ones(1, len(ids), dtype=torch.int64))[0].numpy()
                   for ids in all_ids]
    return {"smiles": GOLDEN_SMILES, "input_ids": all_ids,
            "vectors": [manifest.float32_list(vector) for vector in vectors]}


def hyperparameters(shape: BertShape) -> Dict[str, object]:
    """Those that RoBERTa has, always; of what tells the kinds apart, what is not as in RoBERTa. So a RoBERTa keeps the
    fingerprint that it had before there were others."""
    defaults = {field.name: field.default for field in fields(BertShape)}
    return {name: value for name, value in asdict(shape).items()
            if name != "architecture" and (name not in BEYOND_ROBERTA or value != defaults[name])}


def settings_of(model: BertEncoder, shape: BertShape, max_tokens: int) -> Dict[str, object]:
    """Everything besides weights and tokenizer that decides what vector a molecule gets."""
    return {"architecture": shape.architecture,
            "input": {"max_tokens": max_tokens, "pad_id": shape.pad_id, "length_multiple": LENGTH_MULTIPLE},
            "pooling": "cls" if model.cls_pooling else "mean",
            "hyperparameters": hyperparameters(shape)}


def write_encoder(directory: Path, program: str, model: BertEncoder, shape: BertShape,
                  tokenizer: Tokenizer, max_tokens: int, source: Dict[str, object]) -> Dict[str, object]:
    """Fills the directory; returns the manifest."""
    archive.save(archive.script(model), directory / "model.pt")
    write_tokenizer(tokenizer, directory / "tokenizer.json", max_tokens)
    settings = settings_of(model, shape, max_tokens)
    tokenizer_sha256 = manifest.sha256_of_file(directory / "tokenizer.json")
    content = {**manifest.common_manifest(program, torch.__version__), **settings}
    content |= {"artifact": "molecule-encoder",
                "standard_form": STANDARD_FORM,
                "dim": shape.hidden,
                "fingerprint": manifest.fingerprint(archive.arrays_of(model), settings, tokenizer_sha256),
                "parameters": {"total": archive.parameter_count(model)},
                "source": source,
                "bf16_weights": [name for name, parameter in model.named_parameters()
                                 if parameter.dim() == 2 and name.startswith(("layers.", "widening."))],
                "golden": golden(archive.load(directory / "model.pt"),
                                 Tokenizer.from_file(str(directory / "tokenizer.json")))}
    manifest.write_manifest(directory, content)
    return content


def summary(content: Dict[str, object]) -> str:
    return f"molecule encoder: {content['parameters']['total']:,} parameters, vectors of {content['dim']}"
