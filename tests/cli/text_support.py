"""Spectra of electron ionisation whose texts are a small language, and an encoder that reads them."""

import random
import subprocess
import sys
from types import SimpleNamespace

from cli_support import ROOT, succeed

FAMILIES = [[39, 51, 65, 91, 92], [43, 57, 71, 85, 99], [50, 66, 77, 105, 122], [55, 67, 109, 194, 82]]


def msp(name, peaks):
    lines = [f"Name: {name}", "Instrument_type: EI-B", f"Num Peaks: {len(peaks)}"]
    return "\n".join([*lines, *(f"{mz} {height:.0f}" for mz, height in sorted(peaks.items()))]) + "\n\n"


def spectra(seed, count):
    """Spectra of four families, whose members have the same peaks in the same order of intensity; no structures."""
    generator = random.Random(seed)
    for number in range(count):
        family = FAMILIES[number % len(FAMILIES)]
        peaks = {mz: 1000 / (place + 1) * generator.uniform(0.95, 1.05) for place, mz in enumerate(family)}
        yield msp(f"s{number}", peaks)


def reading_encoder(folder):
    """Such spectra, and an untrained encoder whose tokens are learnt from their texts: paths."""
    reading = SimpleNamespace(folder=folder, spectra=folder / "train.msp", held=folder / "held.msp",
                              encoder=folder / "encoder")
    reading.spectra.write_text("".join(spectra(1, 64)))
    reading.held.write_text("".join(spectra(2, 16)))
    succeed("render", reading.spectra, "-o", folder / "texts.tsv")
    subprocess.run([sys.executable, ROOT / "tools/export/export_text_encoder.py", "--random-init", "--preset", "tiny",
                    "--texts", folder / "texts.tsv", "--seed", "3", "-o", reading.encoder], check=True,
                   capture_output=True)
    return reading
