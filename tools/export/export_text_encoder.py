#!/usr/bin/env python3
"""Writes a spectrum encoder directory (TorchScript) that reads spectra of electron ionisation as text."""

import argparse
import sys
from pathlib import Path
from typing import Dict, List

sys.path.insert(0, str(Path(__file__).resolve().parent))

from specbridge_export.cli import (add_source_and_output, fill_from_preset, new_parser, positive,  # noqa: E402
                                   refuse_with, run)
from specbridge_export.errors import artifact_error, input_error, usage_error  # noqa: E402

PROGRAM = "export_text_encoder.py"

DESCRIPTION = """\
Makes a spectrum encoder that reads spectra of electron ionisation (GC-MS) as text, as LLM4MS does:
a directory with model.pt (TorchScript), tokenizer.json and manifest.json. specbridge writes each
spectrum as specbridge render does, cuts it into tokens and takes the mean of the network's states
as the vector. The network is a Llama made bidirectional: every token sees all others.

Give it a Llama directory as the Hugging Face hub keeps them (--checkpoint DIR), with LoRA adapters
that LLM2Vec or LLM4MS trained (--adapter DIR, in the order of training), or ask for a small
untrained one (--random-init) whose tokens are learnt from the texts of a library (--texts FILE)."""

EPILOG = """\
examples:
  specbridge render ei_library.msp.gz --preset llm4ms -o texts.tsv
  export_text_encoder.py --random-init --texts texts.tsv --seed 7 -o text-encoder/
  export_text_encoder.py --checkpoint Llama-3.1-8B-Instruct/ --adapter mntp/ --adapter supervised/ -o llm4ms/
  export_text_encoder.py --checkpoint Llama-3.1-8B-Instruct/ --skip-before -o plain/

Weights are kept as float32: 8 billion need 32 GB on disk, and twice that in memory while they are
written. An adapter is merged: what it adds becomes part of the weights."""

PRESETS: Dict[str, Dict[str, object]] = {
    "small": dict(hidden=128, layers=3, heads=4, kv_heads=4, ffn=384),
    "tiny": dict(hidden=32, layers=2, heads=4, kv_heads=2, ffn=64),
}
SIZE_OPTIONS = list(PRESETS["small"])
DEFAULT_VOCABULARY = 1500


def make_parser() -> argparse.ArgumentParser:
    parser = new_parser(PROGRAM, DESCRIPTION, EPILOG)
    add_source_and_output(parser, "directory with config.json, tokenizer.json and model.safetensors (one file, or "
                                  "several with an index); code inside it is never run")
    parser.add_argument("--adapter", action="append", metavar="DIR",
                        help="LoRA adapter to merge: directory with adapter_config.json and adapter_model.safetensors; "
                             "may be given several times")
    text = parser.add_argument_group("how spectra become text (as specbridge render writes them)")
    text.add_argument("--before", metavar="TEXT", help="what stands before the peaks (default: that of llm4ms)")
    text.add_argument("--skip-before", action="store_true",
                      help="leave what stands before the peaks out of the mean; it is seen all the same (default: "
                           "it is in the mean, as in the program of LLM4MS)")
    text.add_argument("--peaks", type=positive, default=30, metavar="N", help="most intense peaks (default: 30)")
    text.add_argument("--least", type=float, default=0.005, metavar="SHARE",
                      help="weaker peaks are left out, as a share of the base peak (default: 0.005)")
    text.add_argument("--unit-mass", choices=["truncate", "round"], default="truncate",
                      help="how m/z become whole numbers (default: truncate)")
    text.add_argument("--max-tokens", type=positive, default=512, metavar="N",
                      help="a longer text becomes one of fewer peaks (default: 512)")
    sizes = parser.add_argument_group("sizes (--random-init; a checkpoint knows them)")
    sizes.add_argument("--preset", choices=list(PRESETS), default=None,
                       help="small: 0.8 M weights, trains in minutes on two CPU cores; tiny: for tests (default: "
                            "small)")
    sizes.add_argument("--hidden", type=positive, metavar="N", help="width of the vectors (small: 128)")
    sizes.add_argument("--layers", type=positive, metavar="N", help="transformer layers (small: 3)")
    sizes.add_argument("--heads", type=positive, metavar="N", help="attention heads (small: 4)")
    sizes.add_argument("--kv-heads", type=positive, metavar="N", help="heads of keys and values (small: 4)")
    sizes.add_argument("--ffn", type=positive, metavar="N", help="feed-forward width (small: 384)")
    words = parser.add_argument_group("tokenizer (--random-init; a checkpoint has its own)")
    words.add_argument("--texts", metavar="FILE", help="table of specbridge render that the tokens are learnt from")
    words.add_argument("--vocab-size", type=positive, default=None, metavar="N",
                       help=f"at most so many tokens (default: {DEFAULT_VOCABULARY})")
    return parser


def check_options(options: argparse.Namespace) -> None:
    if not 0 <= options.least < 1:
        raise usage_error(f"--least: found {options.least:g}, expected a share from 0 to below 1")
    if options.checkpoint is not None:
        refuse_with(options, ["preset", *SIZE_OPTIONS], "sizes come from the checkpoint; leave this out")
        refuse_with(options, ["texts", "vocab_size"], "the checkpoint has its tokenizer; leave this out")
        refuse_with(options, ["seed"], "a checkpoint needs no seed; leave this out")
        for directory in [options.checkpoint, *(options.adapter or [])]:
            if not Path(directory).is_dir():
                raise artifact_error(f"{directory}: no such directory; expected a model of Hugging Face")
        return
    refuse_with(options, ["adapter"], "is merged into a checkpoint; leave it out")
    fill_from_preset(options, PRESETS[options.preset or "small"])
    options.seed = options.seed or 0
    if options.hidden % (2 * options.heads) != 0 or options.heads % options.kv_heads != 0:
        raise usage_error(f"--heads: {options.heads} heads and {options.kv_heads} of keys and values do not go with a "
                          f"width of {options.hidden}; expected twice the heads to divide it, and the heads to be a "
                          "multiple of the others")
    if options.texts is None:
        raise usage_error("--random-init: needs --texts FILE to learn tokens from; specbridge render writes it")
    if not Path(options.texts).is_file():
        raise input_error(f"{options.texts}: no such file; expected the table of specbridge render")


def pad_id_of(directory: Path, tokenizer) -> int:
    """What the directory names, else the end of a text: padding is never looked at."""
    from specbridge_export.bert_weights import read_json
    from specbridge_export.tokenizers import tokenizer_settings
    config, settings = read_json(directory / "config.json"), tokenizer_settings(directory)
    for name in ("pad_token", "eos_token"):
        token = settings.get(name)
        token = token.get("content") if isinstance(token, dict) else token
        number = tokenizer.token_to_id(token) if isinstance(token, str) else config.get(f"{name}_id")
        if isinstance(number, int) and number >= 0:
            return number
    return 0


def from_checkpoint(options: argparse.Namespace):
    """Network, sizes, tokenizer, padding and source."""
    from specbridge_export import llama_weights, tokenizers
    from specbridge_export.llama import LlamaEncoder
    from specbridge_export.manifest import sha256_of_file
    directory, adapters = Path(options.checkpoint), [Path(path) for path in options.adapter or []]
    shape, weights = llama_weights.from_directory(directory, adapters)
    tokenizer = tokenizers.read_tokenizer_file(directory / "tokenizer.json")
    model = LlamaEncoder(shape)
    model.load_state_dict(weights | {"frequencies": model.frequencies})
    source = {"kind": "checkpoint", "directory": directory.name,
              "config_sha256": sha256_of_file(directory / "config.json"),
              "adapters": [{"directory": path.name, "sha256": sha256_of_file(path / "adapter_model.safetensors")}
                           for path in adapters]}
    return model, shape, tokenizer, pad_id_of(directory, tokenizer), source


def from_seed(options: argparse.Namespace):
    from specbridge_export import llama_weights, renderings
    from specbridge_export.llama import LlamaEncoder, LlamaShape
    from specbridge_export.tokenizers import largest_id
    tokenizer = renderings.trained_tokenizer(renderings.read_texts(Path(options.texts)),
                                             options.vocab_size or DEFAULT_VOCABULARY)
    shape = LlamaShape(vocabulary=largest_id(tokenizer) + 1, head_dim=options.hidden // options.heads,
                       **{name: getattr(options, name) for name in SIZE_OPTIONS})
    model = LlamaEncoder(shape)
    llama_weights.initialise(model, options.seed)
    return model, shape, tokenizer, tokenizer.token_to_id(renderings.END), {"kind": "random-init", "seed": options.seed}


def main(arguments: List[str]) -> None:
    options = make_parser().parse_args(arguments)
    check_options(options)
    from specbridge_export.manifest import check_output, publishing
    check_output(Path(options.out), options.force)

    from specbridge_export.renderings import LLM4MS_BEFORE, Rendering
    from specbridge_export.text_directory import check_fit, settings_of, summary, write_encoder
    model, shape, tokenizer, pad_id, source = (from_checkpoint if options.checkpoint else from_seed)(options)
    check_fit(tokenizer, shape, pad_id, options.checkpoint or options.texts)
    rules = Rendering(LLM4MS_BEFORE if options.before is None else options.before, options.least, options.peaks,
                      options.unit_mass)
    settings = settings_of(shape, rules, not options.skip_before, options.max_tokens, pad_id)
    with publishing(Path(options.out), options.force) as directory:
        manifest = write_encoder(directory, PROGRAM, model.eval(), shape, tokenizer, settings, source)
    print(summary(manifest))
    print(f"written: {options.out}")


if __name__ == "__main__":
    sys.exit(run(main, sys.argv[1:]))
