"""What matchms, ms-entropy and corems make of pairs of spectra; compare_similarity.py calls it by their Python.

    similarity_oracles.py scores SPECTRA.json PAIRS.tsv OUT.json
    similarity_oracles.py speed SPECTRA.json PAIRS.tsv OUT.json

SPECTRA.json is a list of {"precursor_mz", "mz", "intensities"}, base peak 1; PAIRS.tsv has the columns query_index and
reference_index. `scores` writes {oracle: [[score, matched peaks or null], ...]}; `speed` writes {"seconds_per_pair"}.
"""

import importlib.metadata
import importlib.util
import json
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import numpy
from matchms import Spectrum
from matchms.similarity import (CosineGreedy, CosineHungarian, CosineLinear, ModifiedCosineGreedy,
                                ModifiedCosineHungarian, NeutralLossesCosine)
from ms_entropy import (FlashEntropySearch, calculate_entropy_similarity, calculate_unweighted_entropy_similarity,
                        clean_spectrum)
from ms_entropy.entropy_search import flash_entropy_search_core as flash
from ms_entropy.spectra import entropy as plain_entropy
from ms_entropy.spectra import tools as entropy_tools

TOLERANCE = 0.02
UNEVEN = 0.02005  # no two m/z of four decimals are exactly that far apart
UNIT_MASS = 0.3


def read_spectra(path):
    return [SimpleNamespace(precursor_mz=item["precursor_mz"], mz=numpy.array(item["mz"], dtype=float),
                            intensities=numpy.array(item["intensities"], dtype=float))
            for item in json.loads(Path(path).read_text())]


def read_pairs(path):
    return [tuple(map(int, line.split("\t")[:2])) for line in Path(path).read_text().splitlines()[1:]]


def as_matchms(spectrum):
    return Spectrum(mz=spectrum.mz, intensities=spectrum.intensities,
                    metadata={"precursor_mz": spectrum.precursor_mz}, metadata_harmonization=False)


def as_peaks(spectrum):
    return numpy.column_stack([spectrum.mz, spectrum.intensities])


# ---- matchms ------------------------------------------------------------------------------------------------------

def cosine_family():
    weighted = {"mz_power": 2.0, "intensity_power": 0.5}
    return {"cosine": CosineGreedy(TOLERANCE), "cosine_hungarian": CosineHungarian(TOLERANCE),
            "cosine_linear": CosineLinear(TOLERANCE), "modified_cosine": ModifiedCosineGreedy(TOLERANCE),
            "modified_cosine_hungarian": ModifiedCosineHungarian(TOLERANCE),
            "neutral_losses": NeutralLossesCosine(TOLERANCE), "weighted_cosine": CosineGreedy(TOLERANCE, **weighted)}


def matchms_scores(function, spectra, pairs):
    ready = [as_matchms(spectrum) for spectrum in spectra]
    results = (function.pair(ready[reference], ready[query]) for query, reference in pairs)
    return [[float(result["score"]), int(result["matches"])] for result in results]


def shared_peaks(query, reference):
    """The query without the peaks that the reference lacks, by the comparison that matchms makes."""
    near = ((query.mz[:, None] >= reference.mz[None, :] - TOLERANCE)
            & (query.mz[:, None] <= reference.mz[None, :] + TOLERANCE)).any(axis=1)
    return SimpleNamespace(precursor_mz=query.precursor_mz, mz=query.mz[near], intensities=query.intensities[near])


def reverse_scores(spectra, pairs):
    function, scores = CosineGreedy(TOLERANCE), []
    for query, reference in pairs:
        shared = shared_peaks(spectra[query], spectra[reference])
        result = function.pair(as_matchms(spectra[reference]), as_matchms(shared)) if len(shared.mz) else None
        scores.append([float(result["score"]), int(result["matches"])] if result is not None else [0.0, 0])
    return scores


# ---- ms-entropy ---------------------------------------------------------------------------------------------------

class DoublePrecision:
    """numpy as a module of ms-entropy sees it: float64 where it asks for float32, and sorting that keeps the order of
    equals, which it leaves to chance in spectra of more than 16 peaks."""
    float32 = numpy.float64

    def argsort(self, values, kind="stable"):
        return numpy.argsort(values, kind=kind)

    def __getattr__(self, name):
        return getattr(numpy, name)


def in_double_precision(function):
    """A function of ms-entropy's own Python code, whose arithmetic is that of its C code but for the digits."""
    def call(*arguments, **options):
        modules = (plain_entropy, entropy_tools)
        for module in modules:
            module.np = DoublePrecision()
        try:
            return function(*arguments, **options)
        finally:
            for module in modules:
                module.np = numpy
    return call


def entropy_scores(function, spectra, pairs):
    peaks = [as_peaks(spectrum) for spectrum in spectra]
    return [[float(function(peaks[query], peaks[reference], ms2_tolerance_in_da=TOLERANCE)), None]
            for query, reference in pairs]


def entropy_family():
    return {"entropy": calculate_entropy_similarity,
            "entropy_unweighted": calculate_unweighted_entropy_similarity,
            "entropy in double precision": in_double_precision(plain_entropy.calculate_entropy_similarity),
            "entropy_unweighted in double precision":
                in_double_precision(plain_entropy.calculate_unweighted_entropy_similarity)}


def flash_peaks(spectra, clean, tolerance):
    """Cleaned as ms-entropy cleans those of pairs."""
    return [clean(as_peaks(spectrum), min_mz=-1, max_mz=-1, noise_threshold=0.01,
                  min_ms2_difference_in_da=2 * tolerance, max_peak_num=-1, normalize_intensity=True)
            for spectrum in spectra]


def hybrid_scores(spectra, pairs, clean=clean_spectrum, tolerance=TOLERANCE):
    """ms-entropy has this score in searches alone: all references are its library."""
    peaks = flash_peaks(spectra, clean, tolerance)
    library = [{"precursor_mz": spectra[i].precursor_mz, "peaks": peaks[i], "number": i}
               for i in {reference for _, reference in pairs} if len(peaks[i])]
    search = FlashEntropySearch(max_ms2_tolerance_in_da=tolerance)
    rows = {spectrum["number"]: row for row, spectrum in enumerate(search.build_index(
        library, max_indexed_mz=10_000, clean_spectra=False))}
    asked = {}
    for query, reference in pairs:
        asked.setdefault(query, []).append(reference)
    found = {}
    for query, references in asked.items():
        scores = search.hybrid_search(precursor_mz=spectra[query].precursor_mz, peaks=peaks[query],
                                      ms2_tolerance_in_da=tolerance)
        found.update({(query, reference): float(scores[rows[reference]]) for reference in references})
    return [[found[pair], None] for pair in pairs]


def hybrid_scores_in_double_precision(spectra, pairs, tolerance=TOLERANCE):
    """The same code with float64 where it asks for float32."""
    used = (flash, plain_entropy, entropy_tools)
    weigh = flash.apply_weight_to_intensity
    for module in used:
        module.np = DoublePrecision()
    flash.apply_weight_to_intensity = plain_entropy.apply_weight_to_intensity
    try:
        return hybrid_scores(spectra, pairs, entropy_tools.clean_spectrum, tolerance)
    finally:
        flash.apply_weight_to_intensity = weigh
        for module in used:
            module.np = numpy


# ---- corems -------------------------------------------------------------------------------------------------------

def corems_similarity():
    """The class that holds the Stein-Scott score, without the rest of the package."""
    path = importlib.metadata.distribution("corems").locate_file("corems/molecular_id/calc/SpectralSimilarity.py")
    spec = importlib.util.spec_from_file_location("spectral_similarity", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.SpectralSimilarity


def stein_scott_scores(spectra, pairs):
    """(b = 3, b = 1.3): corems takes m/z as equal only where they are, so the spectra are of unit mass."""
    similarity, steep, nist = corems_similarity(), [], []
    for query, reference in pairs:
        asked, other = spectra[query], spectra[reference]
        scores = similarity(dict(zip(asked.mz, asked.intensities)),
                            {"mz": list(other.mz), "abundance": list(other.intensities)}).stein_scott()
        steep.append([float(scores[0]), None])
        nist.append([float(scores[1]), None])
    return steep, nist


def unit_mass(spectrum):
    """Peaks of whole m/z, those of one summed, base peak 1."""
    whole, place = numpy.unique(numpy.floor(spectrum.mz + 0.5), return_inverse=True)
    sums = numpy.bincount(place, weights=spectrum.intensities)
    return SimpleNamespace(precursor_mz=spectrum.precursor_mz, mz=whole, intensities=sums / sums.max())


# ---- tasks --------------------------------------------------------------------------------------------------------

def scores(spectra, pairs):
    found = {name: matchms_scores(function, spectra, pairs) for name, function in cosine_family().items()}
    found["reverse"] = reverse_scores(spectra, pairs)
    found.update({name: entropy_scores(function, spectra, pairs) for name, function in entropy_family().items()})
    found["entropy_hybrid"] = hybrid_scores(spectra, pairs)
    found["entropy_hybrid in double precision"] = hybrid_scores_in_double_precision(spectra, pairs)
    found["entropy_hybrid in double precision, 0.02005 Da"] = hybrid_scores_in_double_precision(spectra, pairs, UNEVEN)
    whole = [unit_mass(spectrum) for spectrum in spectra]
    found["stein_scott"], found["stein_scott nist"] = stein_scott_scores(whole, pairs)
    return found


def speed(spectra, pairs):
    """CosineGreedy once numba has compiled it; the spectra are made beforehand."""
    ready, function = [as_matchms(spectrum) for spectrum in spectra], CosineGreedy(TOLERANCE)
    for query, reference in pairs[:200]:
        function.pair(ready[reference], ready[query])
    start = time.process_time()
    for query, reference in pairs:
        function.pair(ready[reference], ready[query])
    return {"seconds_per_pair": (time.process_time() - start) / len(pairs)}


def main(task, spectra, pairs, out):
    result = {"scores": scores, "speed": speed}[task](read_spectra(spectra), read_pairs(pairs))
    Path(out).write_text(json.dumps(result))


if __name__ == "__main__":
    main(*sys.argv[1:5])
