"""Command-line parts that the exporters share."""

import argparse
import sys
from typing import Callable, Dict, List

from . import VERSION
from .errors import USAGE, ExportError, usage_error

EXIT_CODES = """exit codes: 0 done; 2 command line; 3 SMILES file missing or unreadable;
  4 checkpoint or tokenizer missing, damaged or not fitting; 5 output"""


class OneLineParser(argparse.ArgumentParser):
    """A parser whose errors are one line and leave through the same door as all others."""

    def error(self, message: str) -> None:
        raise ExportError(USAGE, f"{self.prog}: {message} (see --help)")


def new_parser(program: str, description: str, epilog: str) -> OneLineParser:
    parser = OneLineParser(
        prog=program, description=description, epilog=f"{epilog}\n\n{EXIT_CODES}",
        formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"{program} {VERSION}")
    return parser


def add_source_and_output(parser: argparse.ArgumentParser, checkpoint_help: str) -> None:
    source = parser.add_argument_group("where the weights come from (exactly one)")
    which = source.add_mutually_exclusive_group(required=True)
    which.add_argument("--checkpoint", metavar="PATH", help=checkpoint_help)
    which.add_argument("--random-init", action="store_true",
                       help="untrained weights drawn from --seed, for training from scratch and for tests")
    source.add_argument("--seed", type=natural, default=None, metavar="N",
                        help="seed of --random-init; the same seed gives the same bytes (default: 0)")
    add_output(parser)


def add_output(parser: argparse.ArgumentParser) -> None:
    output = parser.add_argument_group("output")
    output.add_argument("-o", "--out", required=True, metavar="DIR",
                        help="encoder directory to write; appears only when it is complete")
    output.add_argument("--force", action="store_true",
                        help="replace DIR when it is an encoder directory already")


def natural(text: str) -> int:
    """An integer from 0 up, as an argparse type."""
    value = int(text)
    if value < 0:
        raise argparse.ArgumentTypeError(f"{text} is negative")
    return value


def positive(text: str) -> int:
    """An integer from 1 up, as an argparse type."""
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a positive number")
    return value


def positive_number(text: str) -> float:
    """A number above 0, as an argparse type."""
    value = float(text)
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not above 0")
    return value


natural.__name__ = positive.__name__ = "whole number"
positive_number.__name__ = "number"


def fill_from_preset(options: argparse.Namespace, preset: Dict[str, object]) -> None:
    """Gives every size option that was not named on the command line its value in the preset."""
    for name, value in preset.items():
        if getattr(options, name) is None:
            setattr(options, name, value)


def refuse_with(options: argparse.Namespace, names: List[str], reason: str) -> None:
    """Refuses options that would be ignored."""
    for name in names:
        if getattr(options, name) is not None:
            raise usage_error(f"--{name.replace('_', '-')}: {reason}")


def run(main: Callable[[List[str]], None], arguments: List[str]) -> int:
    """Runs an exporter; a user's error becomes one line on stderr and its exit code."""
    try:
        main(arguments)
    except ExportError as error:
        print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
        return error.code
    except KeyboardInterrupt:
        print("error: interrupted, nothing was written", file=sys.stderr)
        return 130
    return 0
