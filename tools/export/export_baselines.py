#!/usr/bin/env python3
"""Writes a spectrum encoder directory (TorchScript) of one of the kinds that MassSpecGym compares with, untrained."""

import argparse
import sys
from pathlib import Path
from typing import List

sys.path.insert(0, str(Path(__file__).resolve().parent))

from specbridge_export.cli import (add_output, natural, new_parser, positive, positive_number,  # noqa: E402
                                   refuse_with, run)
from specbridge_export.errors import usage_error  # noqa: E402

PROGRAM = "export_baselines.py"
KINDS = ("deepsets", "deepsets-fourier", "binned-ffn")

DESCRIPTION = """\
Writes the spectrum encoders that published benchmarks compare with, with random weights: a
directory with model.pt (TorchScript) and manifest.json that specbridge train trains like any
other, all of it with --set trainable_blocks=all.

  deepsets          a network of each peak (m/z and intensity as numbers), the sum, a network of it
  deepsets-fourier  the same, m/z as sines and cosines
  binned-ffn        a feed-forward network on intensities in bins of m/z; sees no precursor

Sizes are those of MassSpecGym (arXiv:2410.23326); padding does not count here, there it does."""

EPILOG = """\
examples:
  export_baselines.py --kind deepsets -o deepsets/
  export_baselines.py --kind deepsets-fourier --frequencies 256 --shortest-wavelength 0.02 -o fourier/
  export_baselines.py --kind binned-ffn --bin-width 0.1 --seed 2 -o binned/"""

ONLY_OF = {"frequencies": "deepsets-fourier", "shortest_wavelength": "deepsets-fourier",
           "bin_width": "binned-ffn", "max_mz": "binned-ffn"}
MOST_BINS = 1_000_000


def make_parser() -> argparse.ArgumentParser:
    parser = new_parser(PROGRAM, DESCRIPTION, EPILOG)
    parser.add_argument("--kind", choices=KINDS, required=True, help="which network")
    parser.add_argument("--seed", type=natural, default=0, metavar="N",
                        help="the same seed gives the same bytes (default: 0)")
    parser.add_argument("--peaks", type=positive, metavar="N",
                        help="at most this many peaks of a spectrum are used, besides the precursor (default: 60; "
                             "binned-ffn: 1000)")
    parser.add_argument("--width", type=positive, default=512, metavar="N",
                        help="of the layers and of the vector (default: 512)")
    parser.add_argument("--depth", type=positive, default=2, metavar="N", help="layers of each network (default: 2)")
    parser.add_argument("--frequencies", metavar="all|K",
                        help="of deepsets-fourier: all 5,997 of m/z, or K spread over wavelengths (default: all)")
    parser.add_argument("--shortest-wavelength", type=positive_number, metavar="DA",
                        help="of the K frequencies (default: 0.001)")
    parser.add_argument("--bin-width", type=positive_number, metavar="DA", help="of binned-ffn (default: 1)")
    parser.add_argument("--max-mz", type=positive_number, metavar="DA",
                        help="of binned-ffn: peaks from there on are left out (default: 1005)")
    add_output(parser)
    return parser


def frequency_count(text: str) -> int:
    from specbridge_export.dreams_weights import ALL_FREQUENCIES
    if text == "all":
        return ALL_FREQUENCIES
    if not text.isdigit():
        raise usage_error(f"--frequencies: found {text!r}, expected all or a number")
    return int(text)


def shape_of(options: argparse.Namespace):
    """The sizes that were asked for. What another kind has is refused, not ignored."""
    from specbridge_export.baselines import BaselineShape
    from specbridge_export.dreams_weights import SHORTEST_USEFUL_DA, frequencies
    for name, kind in ONLY_OF.items():
        if kind != options.kind:
            refuse_with(options, [name], f"is of {kind}; leave this out")
    shape = BaselineShape(options.kind, options.width, options.depth, frequency_count(options.frequencies or "all"),
                          options.bin_width or 1.0, options.max_mz or 1005.0)
    if options.width < 2:
        raise usage_error("--width: found 1, expected at least 2")
    if not 1 <= shape.bins <= MOST_BINS:
        raise usage_error(f"--bin-width: makes {shape.bins:,} bins up to {shape.max_mz:g} Da, expected at most "
                          f"{MOST_BINS:,}")
    if options.kind == "deepsets-fourier":
        frequencies(shape.frequencies, options.shortest_wavelength or SHORTEST_USEFUL_DA)
    return shape


def main(arguments: List[str]) -> None:
    options = make_parser().parse_args(arguments)
    from specbridge_export.manifest import check_output, publishing
    check_output(Path(options.out), options.force)

    from specbridge_export.baselines import BaselineEncoder
    from specbridge_export.baselines_directory import initialise, summary, write_encoder
    from specbridge_export.dreams_weights import SHORTEST_USEFUL_DA
    shape = shape_of(options)
    model = BaselineEncoder(shape)
    initialise(model, shape, options.seed, options.shortest_wavelength or SHORTEST_USEFUL_DA)
    peaks = options.peaks or (1000 if options.kind == "binned-ffn" else 60)
    with publishing(Path(options.out), options.force) as directory:
        manifest = write_encoder(directory, PROGRAM, model.eval(), shape, peaks,
                                 {"kind": "random-init", "seed": options.seed})
    print(summary(manifest))
    print(f"written: {options.out}")


if __name__ == "__main__":
    sys.exit(run(main, sys.argv[1:]))
