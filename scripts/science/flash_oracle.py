"""ms-entropy's FlashEntropySearch over a library of spectra of ours, for compare_library.py.

    flash_oracle.py LIBRARY QUERIES.mgf TOLERANCE_DA OUT.json

It reads the cleaned peaks from the files of the library, so that both sides search the same.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np
from mgf_records import record_of, texts_of
from ms_entropy import FlashEntropySearch, clean_spectrum

MOST_QUERIES = 200  # a search takes long


def payload(path: Path, kind: str) -> np.ndarray:
    """What a block file holds: see docs/formats.md."""
    data = path.read_bytes()
    return np.frombuffer(data, kind, int.from_bytes(data[-56:-48], "little") // np.dtype(kind).itemsize, 64)


def library_of(folder: Path) -> list[dict]:
    ends, precursors = payload(folder / "peak_ends.u64", "<u8"), payload(folder / "precursors.f64", "<f8")
    peaks = np.column_stack([payload(folder / "peak_mz.u32", "<u4") / 1e6,
                             payload(folder / "peak_intensity.f32", "<f4")]).astype(np.float32)
    modes = payload(folder / "polarities.i8", "<i1")
    spectra = []
    for i, precursor in enumerate(precursors):
        own = peaks[ends[i]:ends[i + 1]].copy()
        own[:, 1] /= own[:, 1].sum()
        spectra.append({"precursor_mz": float(precursor), "mode": int(modes[i]), "peaks": own})
    return spectra


def main() -> int:
    folder, queries, tolerance, out = Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3]), Path(sys.argv[4])
    search = FlashEntropySearch()
    in_order = search.build_index(library_of(folder), max_indexed_mz=4300, precursor_ions_removal_da=1.6,
                                  noise_threshold=0.01, min_ms2_difference_in_da=0.05, max_peak_num=0,
                                  clean_spectra=False)
    modes = np.array([spectrum["mode"] for spectrum in in_order])
    best, taken = [], 0.0
    asked = [record_of(lines) for lines in texts_of(queries)][:MOST_QUERIES]
    for query in asked:
        peaks = clean_spectrum(np.array(query.peaks, np.float32), max_mz=query.precursor_mz - 1.6,
                               noise_threshold=0.01, min_ms2_difference_in_da=0.05, max_peak_num=0)
        start = time.perf_counter()
        scores = (search.open_search(peaks=peaks, ms2_tolerance_in_da=tolerance) if len(peaks)
                  else np.zeros(len(modes)))
        taken += time.perf_counter() - start
        mode = -1 if query.charge.endswith("-") else 1
        best.append(float(scores[modes != -mode].max(initial=0)))
    out.write_text(json.dumps({"seconds": taken, "queries": len(asked), "best": best}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
