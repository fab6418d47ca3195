#!/usr/bin/env python3
"""Writes a molecule encoder directory (TorchScript) from a language model of SMILES or from a seed."""

import argparse
import sys
from pathlib import Path
from typing import Dict, List

sys.path.insert(0, str(Path(__file__).resolve().parent))

from specbridge_export.cli import (add_source_and_output, fill_from_preset, new_parser, positive,  # noqa: E402
                                   refuse_with, run)
from specbridge_export.errors import artifact_error, input_error, usage_error  # noqa: E402

PROGRAM = "export_chemberta.py"

DESCRIPTION = """\
Turns a language model of SMILES, RoBERTa (the ChemBERTa family), BERT or ALBERT, into the molecule
encoder that specbridge loads: a directory with model.pt (TorchScript, runs on CPU and GPU),
tokenizer.json (how SMILES become tokens) and manifest.json (limits, checksums, example molecules
with their vectors).

Give it a model directory as the Hugging Face hub keeps them (--checkpoint DIR), or ask for an
untrained model (--random-init) and choose a tokenizer for it."""

EPILOG = """\
examples:
  export_chemberta.py --checkpoint ChemBERTa_augmented_pubchem_13m/ -o chemberta/
  export_chemberta.py --checkpoint rxnfp/models/transformers/bert_pretrained/ --pooling mean -o rxnfp/
  export_chemberta.py --random-init --preset small --seed 7 -o small-molecules/
  export_chemberta.py --random-init --tokenizer bpe --smiles library.smi.gz --vocab-size 767 -o bpe/

tokenizers of --random-init:
  atoms-bpe   single characters, the way published ChemBERTa tokenizers behave; needs no file
  bpe         frequent groups of characters, learnt from --smiles
  wordlevel   one token per atom, bond or ring number, collected from --smiles"""

PRESETS: Dict[str, Dict[str, object]] = {
    "full": dict(hidden=768, layers=6, heads=12, ffn=3072, positions=514),
    "small": dict(hidden=256, layers=4, heads=8, ffn=512, positions=514),
    "tiny": dict(hidden=32, layers=2, heads=4, ffn=64, positions=514),
}
SIZE_OPTIONS = list(PRESETS["full"])
TOKENIZER_OPTIONS = ["tokenizer", "tokenizer_file", "smiles", "vocab_size"]
DEFAULT_BPE_SIZE = 767


def make_parser() -> argparse.ArgumentParser:
    parser = new_parser(PROGRAM, DESCRIPTION, EPILOG)
    add_source_and_output(
        parser, "directory with config.json, model.safetensors or pytorch_model.bin, and tokenizer.json, or "
                "vocab.json with merges.txt, or vocab.txt; code inside it is never run")
    parser.add_argument("--pooling", choices=["cls", "mean"], default="cls",
                        help="which token is the vector: the first, or the mean of all (default: cls)")
    sizes = parser.add_argument_group("sizes (--random-init; a checkpoint knows them)")
    sizes.add_argument("--preset", choices=list(PRESETS), default=None,
                       help="full: the published sizes, 44 M weights; small: 2.5 M; tiny: 53 k, for tests "
                            "(default: full)")
    sizes.add_argument("--hidden", type=positive, metavar="N", help="width of the vectors (full: 768)")
    sizes.add_argument("--layers", type=positive, metavar="N", help="transformer layers (full: 6)")
    sizes.add_argument("--heads", type=positive, metavar="N", help="attention heads (full: 12)")
    sizes.add_argument("--ffn", type=positive, metavar="N", help="feed-forward width (full: 3072)")
    sizes.add_argument("--positions", type=positive, metavar="N",
                       help="position rows: longest molecule in tokens, plus 2 (full: 514)")
    words = parser.add_argument_group("tokenizer (--random-init; a checkpoint has its own)")
    words.add_argument("--tokenizer", choices=["atoms-bpe", "bpe", "wordlevel"], default=None,
                       help="kind of tokenizer to make, see below (default: atoms-bpe)")
    words.add_argument("--tokenizer-file", metavar="FILE", help="take this tokenizer.json instead")
    words.add_argument("--smiles", metavar="FILE",
                       help="molecules that bpe and wordlevel learn from: id<TAB>SMILES or SMILES id, gz or not")
    words.add_argument("--vocab-size", type=positive, default=None, metavar="N",
                       help=f"tokens of bpe (default: {DEFAULT_BPE_SIZE}) or at most of wordlevel (default: all)")
    return parser


def check_options(options: argparse.Namespace) -> None:
    if options.checkpoint is not None:
        refuse_with(options, ["preset", *SIZE_OPTIONS], "sizes come from the checkpoint; leave this out")
        refuse_with(options, TOKENIZER_OPTIONS, "the checkpoint has its tokenizer; leave this out")
        refuse_with(options, ["seed"], "a checkpoint needs no seed; leave this out")
        if not Path(options.checkpoint).is_dir():
            raise artifact_error(f"{options.checkpoint}: no such directory; expected a model directory with "
                                 "config.json")
        return
    fill_from_preset(options, PRESETS[options.preset or "full"])
    options.seed = options.seed or 0
    if options.hidden % options.heads != 0:
        raise usage_error(f"--heads: found {options.heads}, expected a divisor of the width {options.hidden}")
    if options.positions < 16:
        raise usage_error(f"--positions: found {options.positions}, expected at least 16")
    check_tokenizer_options(options)


def check_tokenizer_options(options: argparse.Namespace) -> None:
    if options.tokenizer_file is not None:
        refuse_with(options, ["tokenizer", "smiles", "vocab_size"], "has no use with --tokenizer-file; leave it out")
        if not Path(options.tokenizer_file).is_file():
            raise artifact_error(f"{options.tokenizer_file}: no such file; expected a tokenizer.json")
        return
    options.tokenizer = options.tokenizer or "atoms-bpe"
    if options.tokenizer == "atoms-bpe":
        refuse_with(options, ["smiles", "vocab_size"], "has no use with atoms-bpe; leave it out")
    elif options.smiles is None:
        raise usage_error(f"--tokenizer {options.tokenizer}: needs --smiles FILE to learn from")
    elif not Path(options.smiles).is_file():
        raise input_error(f"{options.smiles}: no such file; expected molecules for the tokenizer")


def new_tokenizer(options: argparse.Namespace):
    from specbridge_export import tokenizers
    from specbridge_export.smiles import read_smiles
    if options.tokenizer_file is not None:
        return tokenizers.read_tokenizer_file(Path(options.tokenizer_file))
    if options.tokenizer == "atoms-bpe":
        return tokenizers.atoms_bpe()
    smiles = read_smiles(Path(options.smiles))
    if options.tokenizer == "bpe":
        return tokenizers.trained_bpe(smiles, options.vocab_size or DEFAULT_BPE_SIZE)
    return tokenizers.trained_word_level(smiles, options.vocab_size)


def pad_id_of(tokenizer) -> int:
    """The id of <pad> or [PAD]; a tokenizer without one gets the usual place, 1."""
    from specbridge_export.tokenizers import PAD_ID
    found = [tokenizer.token_to_id(token) for token in ("<pad>", "[PAD]")]
    return next((number for number in found if number is not None), PAD_ID)


def build(options: argparse.Namespace):
    """The encoder with its weights, its sizes, its tokenizer, its token limit and its source."""
    from specbridge_export import bert_weights, tokenizers
    from specbridge_export.bert import BertEncoder, BertShape
    from specbridge_export.bert_directory import check_fit, max_tokens_of
    from specbridge_export.manifest import sha256_of_file

    if options.checkpoint is not None:
        directory = Path(options.checkpoint)
        shape, weights, path, remarks = bert_weights.from_directory(directory)
        for remark in remarks:
            print(f"note: {remark}", file=sys.stderr)
        tokenizer, where = tokenizers.read_tokenizer(directory), str(directory)
        max_tokens = min(max_tokens_of(shape), tokenizers.length_limit(directory))
        source = {"kind": "checkpoint", "file": path.name, "sha256": sha256_of_file(path)}
    else:
        tokenizer, where = new_tokenizer(options), options.tokenizer_file or options.smiles or "atoms-bpe"
        shape = BertShape(vocabulary=tokenizers.largest_id(tokenizer) + 1, pad_id=pad_id_of(tokenizer),
                             **{name: getattr(options, name) for name in SIZE_OPTIONS})
        max_tokens, source = max_tokens_of(shape), {"kind": "random-init", "seed": options.seed}
    check_fit(tokenizer, shape, where)
    model = BertEncoder(shape, options.pooling)
    if options.checkpoint is not None:
        model.load_state_dict(weights)
    else:
        bert_weights.initialise(model, options.seed)
    return model, shape, tokenizer, max_tokens, source


def main(arguments: List[str]) -> None:
    options = make_parser().parse_args(arguments)
    check_options(options)
    from specbridge_export.manifest import check_output, publishing
    check_output(Path(options.out), options.force)

    from specbridge_export.bert_directory import summary, write_encoder
    model, shape, tokenizer, max_tokens, source = build(options)
    with publishing(Path(options.out), options.force) as directory:
        manifest = write_encoder(directory, PROGRAM, model.eval(), shape, tokenizer, max_tokens, source)
    print(summary(manifest))
    print(f"written: {options.out}")


if __name__ == "__main__":
    sys.exit(run(main, sys.argv[1:]))
