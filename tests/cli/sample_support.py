"""Simulated runs for the tests of `sample`, and what its figures must be, worked out without the program."""

import json
import random
import struct

import numpy

from cli_support import spectrum


class Molecules:
    """Molecules with peaks of their own; a spectrum has most of them, with intensities that vary."""

    def __init__(self, seed):
        self.draw = random.Random(seed)

    @staticmethod
    def peaks_of(name):
        draw = random.Random(f"molecule {name}")
        precursor = round(draw.uniform(200, 600), 4)
        return precursor, sorted(round(draw.uniform(50, precursor - 12), 4) for _ in range(8))

    def record(self, name, title):
        precursor, peaks = self.peaks_of(name)
        kept = [mz for mz in peaks if self.draw.random() < 0.8] or peaks[:1]
        lines = "\n".join(f"{mz} {self.draw.uniform(100, 1000):.1f}" for mz in kept)
        return spectrum(lines, TITLE=title, PEPMASS=precursor, CHARGE="1+")


def write_runs(folder, subjects, replicates=2, spectra=40, own=2, seed=1, classes=("a", "b")):
    """Runs of subjects of the classes in turn, and their labels; `own` spectra of a run are of a molecule that only
    its class has."""
    molecules = Molecules(seed)
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for number in range(subjects * len(classes)):
        label = classes[number % len(classes)]
        mine = molecules.draw.sample(range(20), 15)
        for replicate in range(replicates):
            names = [f"own {label}"] * own + [molecules.draw.choice(mine) for _ in range(spectra - own)]
            records = [molecules.record(name, f"s{i}") for i, name in enumerate(names)]
            run = f"p{number:02}-{replicate}"
            (folder / f"{run}.mgf").write_text("\n".join(records))
            rows.append((run, f"p{number:02}", label))
    return rows


def write_labels(path, rows, header="sample\tsubject\tlabel"):
    path.write_text("\n".join([header, *("\t".join(row) for row in rows)]) + "\n")
    return path


def read_safetensors(path):
    raw = path.read_bytes()
    size = struct.unpack("<Q", raw[:8])[0]
    header = json.loads(raw[8:8 + size])
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            values = numpy.frombuffer(raw[8 + size + begin:8 + size + end], "<f4")
            tensors[name] = values.reshape(entry["shape"]).astype(float)
    return tensors


def logistic_regression(values, outcomes, ridge):
    """Weights and constant by Newton's method on the weights themselves; the program works on the samples instead."""
    with_one = numpy.hstack([values, numpy.ones((len(values), 1))])
    penalty = numpy.full(with_one.shape[1], ridge * values.shape[1])
    penalty[-1] = 0
    weights = numpy.zeros(with_one.shape[1])
    for _ in range(200):
        chance = 1 / (1 + numpy.exp(-with_one @ weights))
        slope = with_one.T @ (outcomes - chance) - penalty * weights
        curvature = (with_one * (chance * (1 - chance))[:, None]).T @ with_one + numpy.diag(penalty)
        step = numpy.linalg.solve(curvature, slope)
        step *= min(1, 1 / numpy.abs(with_one @ step).max())  # far steps are shortened
        weights = weights + step
        if numpy.abs(step).max() < 1e-13:
            break
    return weights[:-1], weights[-1]


def standardised(learned, asked):
    mean, deviation = learned.mean(axis=0), learned.std(axis=0)
    same = deviation <= 1e-9 * numpy.abs(learned).max(axis=0)
    scale = numpy.where(same, 1, deviation)
    return numpy.where(same, 0, (learned - mean) / scale), numpy.where(same, 0, (asked - mean) / scale)


def chances(learned, labels, asked, ridge, classes):
    """Of the classes, by what was learned."""
    known, others = standardised(learned, asked)
    decisions = []
    for one in classes[1:] if len(classes) == 2 else classes:
        weights, constant = logistic_regression(known, numpy.array([label == one for label in labels]), ridge)
        decisions.append(1 / (1 + numpy.exp(-(others @ weights + constant))))
    if len(classes) == 2:
        return numpy.stack([1 - decisions[0], decisions[0]], axis=1)
    together = numpy.stack(decisions, axis=1)
    return together / together.sum(axis=1, keepdims=True)
