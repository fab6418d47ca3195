#!/usr/bin/env python3
"""Writes a directory (TorchScript) with a network that writes SMILES: an untrained one that is told of a spectrum and
candidates, or ANNalog, which is told a molecule."""

import argparse
import sys
from pathlib import Path
from typing import Dict, List

sys.path.insert(0, str(Path(__file__).resolve().parent))

from specbridge_export.cli import (add_output, fill_from_preset, natural, new_parser, positive,
                                   refuse_with, run)  # noqa: E402
from specbridge_export.errors import artifact_error, input_error, usage_error  # noqa: E402

PROGRAM = "export_decoder.py"

DESCRIPTION = """\
Writes a decoder with random weights: a network that writes molecules as SMILES, word by word, from
what it is told of a spectrum: its peaks, its vector in the space of molecules, and the vectors of
the nearest candidates. A directory with model.pt (TorchScript), vocabulary.json and manifest.json.

Its words are those of --smiles: take a list that holds what may be generated.

With --annalog it writes the network of the package ANNalog 1.0.6 (MIT) instead, which is trained: it
reads a molecule and writes molecules like it, as medicinal chemistry varies them. It knows no
spectra. The package is read, never run."""

EPILOG = """\
examples:
  export_decoder.py --smiles molecules.smi.gz --molecule-dim 768 --preset small -o decoder/
  export_decoder.py --smiles molecules.smi.gz --molecule-dim 768 --layers 4 --seed 7 -o decoder/
  pip download annalog==1.0.6 --no-deps
  export_decoder.py --annalog annalog-1.0.6-py3-none-any.whl -o annalog/"""

PRESETS: Dict[str, Dict[str, object]] = {
    "full": dict(d_model=512, layers=6, heads=8, ffn=2048, positions=256),
    "small": dict(d_model=192, layers=3, heads=6, ffn=768, positions=160),
    "tiny": dict(d_model=32, layers=2, heads=4, ffn=64, positions=96),
}


def make_parser() -> argparse.ArgumentParser:
    parser = new_parser(PROGRAM, DESCRIPTION, EPILOG)
    parser.add_argument("--smiles", metavar="FILE",
                        help="molecules whose words the decoder knows: id<TAB>SMILES or SMILES id, gz or not")
    parser.add_argument("--molecule-dim", type=positive, metavar="N",
                        help="numbers of a molecule's vector: that of the model whose answers it joins")
    parser.add_argument("--annalog", metavar="PATH",
                        help="instead: the wheel of ANNalog 1.0.6, or the folder that it was unpacked in")
    parser.add_argument("--seed", type=natural, default=None, metavar="N",
                        help="the same seed gives the same bytes (default: 0)")
    sizes = parser.add_argument_group("sizes")
    sizes.add_argument("--preset", choices=list(PRESETS),
                       help="full: as ChemFormer's base; small: trains on two cores; tiny: for tests (default: full)")
    sizes.add_argument("--d-model", type=positive, metavar="N", help="width (full: 512)")
    sizes.add_argument("--layers", type=positive, metavar="N", help="layers (full: 6)")
    sizes.add_argument("--heads", type=positive, metavar="N", help="attention heads (full: 8)")
    sizes.add_argument("--ffn", type=positive, metavar="N", help="feed-forward width (full: 2048)")
    sizes.add_argument("--positions", type=positive, metavar="N", help="words of a text, and its start (full: 256)")
    add_output(parser)
    return parser


def export_annalog(options: argparse.Namespace) -> None:
    refuse_with(options, ["smiles", "molecule_dim", "seed", "preset", *PRESETS["full"]],
                "is for an untrained decoder; leave it out with --annalog")
    if not Path(options.annalog).exists():
        raise artifact_error(f"{options.annalog}: no such file; expected the wheel of ANNalog 1.0.6 (pip download "
                             "annalog==1.0.6 --no-deps), or the folder that it was unpacked in")
    from specbridge_export.manifest import check_output, publishing
    check_output(Path(options.out), options.force)
    from specbridge_export.annalog_directory import summary, write_annalog
    with publishing(Path(options.out), options.force) as directory:
        manifest = write_annalog(directory, PROGRAM, Path(options.annalog))
    print(summary(manifest))


def export_untrained(options: argparse.Namespace) -> None:
    for name in ("smiles", "molecule_dim"):
        if getattr(options, name) is None:
            raise usage_error(f"expected --{name.replace('_', '-')} (or --annalog)")
    options.seed = options.seed or 0
    fill_from_preset(options, PRESETS[options.preset or "full"])
    if options.d_model % options.heads != 0:
        raise usage_error(f"--heads: found {options.heads}, expected a divisor of the width {options.d_model}")
    if options.positions < 16:
        raise usage_error(f"--positions: found {options.positions}, expected at least 16")
    if not Path(options.smiles).is_file():
        raise input_error(f"{options.smiles}: no such file; expected molecules to take words from")
    from specbridge_export.manifest import check_output, publishing
    check_output(Path(options.out), options.force)

    from specbridge_export.decoder import Decoder, DecoderShape
    from specbridge_export.decoder_directory import initialise, summary, vocabulary_of, write_decoder
    from specbridge_export.smiles import read_smiles
    vocabulary = vocabulary_of(read_smiles(Path(options.smiles)), options.smiles)
    shape = DecoderShape(len(vocabulary), options.molecule_dim,
                         **{name: getattr(options, name) for name in PRESETS["full"]})
    model = Decoder(shape)
    initialise(model, options.seed)
    with publishing(Path(options.out), options.force) as directory:
        manifest = write_decoder(directory, PROGRAM, model.eval(), shape, vocabulary,
                                 {"kind": "random-init", "seed": options.seed})
    print(summary(manifest))


def main(arguments: List[str]) -> None:
    options = make_parser().parse_args(arguments)
    if options.annalog is not None:
        export_annalog(options)
    else:
        export_untrained(options)
    print(f"written: {options.out}")


if __name__ == "__main__":
    sys.exit(run(main, sys.argv[1:]))
