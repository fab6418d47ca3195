#!/usr/bin/env python3
"""Writes a spectrum encoder directory (TorchScript) from DreaMS weights or from a seed."""

import argparse
import sys
from pathlib import Path
from typing import Dict, List, Tuple

sys.path.insert(0, str(Path(__file__).resolve().parent))

from specbridge_export.cli import (add_source_and_output, fill_from_preset, natural, new_parser, positive,  # noqa: E402
                                   refuse_with, run)
from specbridge_export.errors import artifact_error, usage_error  # noqa: E402

PROGRAM = "export_dreams.py"

DESCRIPTION = """\
Turns a DreaMS network into the spectrum encoder that specbridge loads: a directory with
model.pt (TorchScript, runs on CPU and GPU) and manifest.json (what to feed it, how rows are
padded, which weights belong to which block, checksums, example inputs with their vectors).

Give it the published weights (--checkpoint ssl_model.ckpt) or ask for untrained ones
(--random-init), for instance a small network that trains from scratch on two CPU cores."""

EPILOG = """\
examples:
  export_dreams.py --checkpoint ssl_model.ckpt -o dreams/
  export_dreams.py --checkpoint embedding_model.ckpt --peaks 100 -o dreams-embedding/
  export_dreams.py --random-init --preset small --seed 7 -o small-encoder/

The published model pads every spectrum with empty rows to one fixed length and its real peaks see
those rows, so the length is part of the model: 61 (60 peaks and the precursor) for ssl_model.ckpt,
101 for embedding_model.ckpt. Choose --padding none only for networks you train yourself."""

PRESETS: Dict[str, Dict[str, object]] = {
    "full": dict(d_model=1024, layers=7, heads=8, ffn=4096, d_peak=44, fourier_width=512, fourier_depth=5,
                 frequencies="all", attention_bias="mz"),
    "small": dict(d_model=256, layers=4, heads=8, ffn=512, d_peak=128, fourier_width=256, fourier_depth=2,
                  frequencies="256", attention_bias="intensity"),
    "tiny": dict(d_model=32, layers=2, heads=4, ffn=64, d_peak=8, fourier_width=32, fourier_depth=2,
                 frequencies="64", attention_bias="mz"),
}
SIZE_OPTIONS = [name for name in PRESETS["full"] if name != "heads"]


def make_parser() -> argparse.ArgumentParser:
    parser = new_parser(PROGRAM, DESCRIPTION, EPILOG)
    add_source_and_output(
        parser, "ssl_model.ckpt, embedding_model.ckpt, or a file with a plain state dict; sizes are read from "
                "its tensors, code inside it is never run")
    inputs = parser.add_argument_group("what the encoder is fed")
    inputs.add_argument("--peaks", type=positive, default=60, metavar="N",
                        help="at most this many peaks of a spectrum are used, besides the precursor (default: 60)")
    inputs.add_argument("--padding", default=None, metavar="R|none",
                        help="as if every spectrum were padded to R rows, precursor included; none: padding is "
                             "masked out (default: peaks + 1; none for the small preset)")
    inputs.add_argument("--pooling", choices=["precursor", "mean"], default="precursor",
                        help="which row is the vector: the precursor's, or the mean of all (default: precursor)")
    sizes = parser.add_argument_group("sizes (--random-init; a checkpoint knows all but --heads)")
    sizes.add_argument("--preset", choices=list(PRESETS), default=None,
                       help="full: the published sizes, 96 M weights; small: 2.4 M, trains in minutes on two "
                            "CPU cores; tiny: 22 k, for tests (default: full)")
    sizes.add_argument("--d-model", type=positive, metavar="N", help="width (full: 1024)")
    sizes.add_argument("--layers", type=positive, metavar="N", help="transformer blocks (full: 7)")
    sizes.add_argument("--heads", type=positive, metavar="N", help="attention heads (full, and checkpoints: 8)")
    sizes.add_argument("--ffn", type=positive, metavar="N", help="feed-forward width (full: 4096)")
    sizes.add_argument("--d-peak", type=positive, metavar="N",
                       help="part of the width that sees m/z and intensity directly (full: 44)")
    sizes.add_argument("--fourier-width", type=positive, metavar="N", help="width of the m/z network (full: 512)")
    sizes.add_argument("--fourier-depth", type=positive, metavar="N", help="its linear layers (full: 5)")
    sizes.add_argument("--frequencies", metavar="all|K",
                       help="Fourier frequencies of m/z: all 5,997, or K spread over wavelengths from 0.001 to "
                            "999 Da (full: all)")
    sizes.add_argument("--shortest-wavelength", type=float, metavar="DA",
                       help="of the K frequencies; below some hundredths of a dalton a network trained from scratch "
                            "learns single spectra by heart (default: 0.001; small: 0.02)")
    sizes.add_argument("--attention-bias", choices=["mz", "intensity", "none"],
                       help="what attention favours before it learns: mz is the published bias by m/z; intensity "
                            "trains better from scratch (full: mz, small: intensity)")
    return parser


def padding_rows(options: argparse.Namespace) -> int:
    """Rows that every spectrum is padded to; 0: padding is masked out."""
    text = options.padding
    if text is None:
        return 0 if options.preset == "small" else options.peaks + 1
    if text == "none":
        return 0
    if not text.isdigit() or int(text) < 1:
        raise usage_error(f"--padding: found {text!r}, expected a number of rows or none")
    return int(text)


def check_options(options: argparse.Namespace) -> None:
    if options.checkpoint is not None:
        refuse_with(options, ["preset", *SIZE_OPTIONS], "sizes come from the checkpoint; leave this out")
        refuse_with(options, ["seed"], "a checkpoint needs no seed; leave this out")
        options.heads = options.heads or 8
        if not Path(options.checkpoint).is_file():
            raise artifact_error(f"{options.checkpoint}: no such file; expected a DreaMS checkpoint")
    else:
        fill_from_preset(options, PRESETS[options.preset or "full"])
        options.seed = options.seed or 0
        check_sizes(options)
    options.padding_rows = padding_rows(options)


def check_sizes(options: argparse.Namespace) -> None:
    if options.d_model % options.heads != 0:
        raise usage_error(f"--heads: found {options.heads}, expected a divisor of the width {options.d_model}")
    if options.d_peak >= options.d_model:
        raise usage_error(f"--d-peak: found {options.d_peak}, expected less than the width {options.d_model}")
    if options.frequencies != "all" and not options.frequencies.isdigit():
        raise usage_error(f"--frequencies: found {options.frequencies!r}, expected all or a number")


def build(options: argparse.Namespace) -> Tuple[object, object, Dict[str, object]]:
    """The encoder with its weights, its sizes, and where the weights come from."""
    from specbridge_export import dreams_weights
    from specbridge_export.checkpoint import read_checkpoint
    from specbridge_export.dreams import DreamsEncoder, DreamsShape
    from specbridge_export.manifest import sha256_of_file

    if options.checkpoint is not None:
        path = Path(options.checkpoint)
        shape, weights = dreams_weights.from_checkpoint(read_checkpoint(path), options.heads)
        model = DreamsEncoder(shape, options.padding_rows, options.pooling)
        dreams_weights.load_weights(model, weights)
        return model, shape, {"kind": "checkpoint", "file": path.name, "sha256": sha256_of_file(path)}
    sizes = {name: getattr(options, name) for name in PRESETS["full"]}
    count = options.frequencies
    sizes["frequencies"] = dreams_weights.ALL_FREQUENCIES if count == "all" else int(count)
    shortest = options.shortest_wavelength or (0.02 if options.preset == "small" else 0.001)
    dreams_weights.frequencies(sizes["frequencies"], shortest)
    shape = DreamsShape(**sizes)
    model = DreamsEncoder(shape, options.padding_rows, options.pooling)
    dreams_weights.initialise(model, options.seed, shortest)
    return model, shape, {"kind": "random-init", "seed": options.seed}


def main(arguments: List[str]) -> None:
    options = make_parser().parse_args(arguments)
    check_options(options)
    from specbridge_export.manifest import check_output, publishing
    check_output(Path(options.out), options.force)

    from specbridge_export.dreams_directory import summary, write_encoder
    model, shape, source = build(options)
    with publishing(Path(options.out), options.force) as directory:
        manifest = write_encoder(directory, PROGRAM, model.eval(), shape, options.peaks, source)
    print(summary(manifest))
    print(f"written: {options.out}")


if __name__ == "__main__":
    sys.exit(run(main, sys.argv[1:]))
