"""What pyteomics and matchms make of files of spectra.

scripts/science/compare_readers.py calls it in their environment.

    foreign_readers.py measure READER FILE      # one line of JSON: how fast, how much memory
    foreign_readers.py dump READER FILE...      # one line of JSON for each file: its spectra and the error that ends it
    foreign_readers.py write FILE.mgf FOLDER    # the same spectra in other formats, written by matchms and psims
"""

import json
import sys
import time
import warnings
from pathlib import Path

# Where each property is found, best first: keys in upper case without blanks, hyphens and underscores.
KEYS = {"id": ("SPECTRUMID", "DB#", "FEATUREID", "SCANS", "TITLE", "IDENTIFIER"),
        "adduct": ("ADDUCT", "ION", "PRECURSORTYPE", "IONTYPE"), "smiles": ("SMILES",), "inchikey": ("INCHIKEY",),
        "formula": ("FORMULA",), "ion_mode": ("IONMODE", "POLARITY", "IONIZATIONMODE"),
        "instrument": ("INSTRUMENTTYPE", "INSTRUMENT", "SOURCEINSTRUMENT"), "collision_energy": ("COLLISIONENERGY",)}
NAMES_LAST = ("NAME", "COMPOUNDNAME")  # in MSP, where no other name is given
LEVEL = ("MSLEVEL", "SPECTRUMTYPE", "MSTYPE")


class Unsupported(Exception):
    """The package has no reader for the format."""


def normalised(params):
    return {"".join(c for c in str(key).upper() if c not in " _-"): value for key, value in params.items()}


def first(params, keys):
    return next((params[key] for key in keys if params.get(key) is not None), None)


def record(params, mz, intensity, *, precursor, charge, names=()):
    """A spectrum as the probe of specbridge prints it; texts are handed on as they are."""
    params = normalised(params)
    fields = {name: first(params, (*keys, *names) if name == "id" else keys) for name, keys in KEYS.items()}
    level = str(first(params, LEVEL) or 2).upper().removeprefix("MS")
    return {**{name: None if value is None else str(value) for name, value in fields.items()},
            "ms_level": int(float(level or 1)), "precursor_mz": None if precursor is None else float(precursor),
            "charge": None if charge is None else int(charge),
            "peaks": [[float(x), float(y)] for x, y in zip(mz, intensity)]}


def below(item, *names):
    """item[a][0][b][0]..., None where there is none."""
    for name in names:
        item = item[0] if isinstance(item, list) and item else item
        item = item.get(name) if isinstance(item, dict) else None
    return item[0] if isinstance(item, list) and item else item


def pyteomics_mzml(path):
    from pyteomics import mzml
    with mzml.MzML(path, use_index=False) as reader:
        for item in reader:
            precursor = below(item, "precursorList", "precursor") or {}
            ion = below(precursor, "selectedIonList", "selectedIon") or {}
            window = below(precursor, "isolationWindow") or {}
            mode = next((mode for mode in ("positive", "negative") if f"{mode} scan" in item), None)
            params = {"TITLE": item.get("id"), "collision energy": below(precursor, "activation", "collision energy"),
                      "ionmode": mode, **{key: value for key, value in item.items() if isinstance(value, (str, int))}}
            yield record(params, item.get("m/z array", ()), item.get("intensity array", ()),
                         precursor=ion.get("selected ion m/z", window.get("isolation window target m/z")),
                         charge=below(ion, "charge state") or below(ion, "possible charge state"))


def pyteomics_mgf(path):
    from pyteomics import mgf
    with mgf.read(path, use_index=False, convert_arrays=1) as reader:
        for item in reader:
            params = normalised(item["params"])
            precursor = first(params, ("PRECURSORMZ",)) or (params.get("PEPMASS") or (None,))[0]
            charge = params.get("CHARGE")
            yield record(params, item["m/z array"], item["intensity array"], precursor=precursor,
                         charge=charge[0] if charge else None)


def pyteomics_spectra(path):
    read = {".mgf": pyteomics_mgf, ".mzML": pyteomics_mzml}.get(Path(path).suffix)
    if read is None:
        raise Unsupported(f"pyteomics has no reader for {Path(path).suffix}")
    yield from read(path)


def matchms_spectra(path):
    from matchms import importing, set_matchms_logger_level
    set_matchms_logger_level("ERROR")
    load = {".mgf": importing.load_from_mgf, ".msp": importing.load_from_msp, ".mzML": importing.load_from_mzml,
            ".json": importing.load_from_json}[Path(path).suffix]
    for item in load(path):
        if item is not None:
            yield record(item.metadata, item.peaks.mz, item.peaks.intensities, precursor=item.get("precursor_mz"),
                         charge=item.get("charge"), names=NAMES_LAST if path.endswith(".msp") else ())


READERS = {"pyteomics": pyteomics_spectra, "matchms": matchms_spectra}


def spectra_or_error(reader, path):
    """What a reader makes of a file: its spectra as far as they come, and the error that ends them."""
    spectra = []
    try:
        spectra.extend(READERS[reader](path))
    except Unsupported:
        return None
    except Exception as error:  # whatever it is, it is what a user would meet
        text = str(error).replace(f"{path}", "the file").replace("\n", " ")
        return spectra, f"{type(error).__name__}: {text}"
    return spectra, ""


def dump(reader, *paths):
    for path in paths:
        print(json.dumps(spectra_or_error(reader, path)), flush=True)


def peak_memory_kib():
    """Of this program alone; getrusage would count what its parent held, too."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0])


def measure(reader, path):
    """Reads the file as the documentation of the package does, and keeps nothing."""
    for _ in zip(range(3), READERS[reader](path)):
        pass  # imports are not measured
    start = time.process_time()
    if reader == "pyteomics":
        from pyteomics import mgf
        with mgf.read(path, use_index=False) as spectra:
            count = sum(1 for _ in spectra)
    else:
        from matchms.importing import load_from_mgf
        count = sum(1 for _ in load_from_mgf(path))
    print(json.dumps({"spectra": count, "cpu_seconds": time.process_time() - start,
                      "peak_memory_kib": peak_memory_kib()}))


def write(source, folder):
    """MSP and JSON by matchms, indexed mzML by psims, of the spectra that matchms reads from an MGF file."""
    from matchms import exporting
    from matchms.importing import load_from_mgf
    spectra, stem = list(load_from_mgf(source)), Path(folder) / Path(source).stem
    exporting.save_as_msp(spectra, f"{stem}.msp", mode="w")
    exporting.save_as_json(spectra, f"{stem}.json")
    write_mzml(spectra, f"{stem}.mzML")


def write_mzml(spectra, path):
    import numpy
    from psims.mzml import MzMLWriter
    from psims.xml import UserParam
    with open(path, "wb") as file, MzMLWriter(file) as writer:
        writer.controlled_vocabularies()
        with writer.run(id="run"), writer.spectrum_list(count=len(spectra)):
            for number, item in enumerate(spectra):
                texts = [UserParam(name=name, value=item.get(name)) for name in
                         ("spectrum_id", "adduct", "smiles", "inchikey", "formula", "instrument_type")
                         if item.get(name)]
                energy = item.get("collision_energy")
                activation = [{"collision energy": float(energy)}] if energy and is_number(energy) else []
                writer.write_spectrum(
                    item.peaks.mz, item.peaks.intensities, id=f"scan={number + 1}", encoding=numpy.float64,
                    polarity=-1 if item.get("adduct", "").endswith("-") else 1,
                    params=["MSn Spectrum", {"ms level": 2}, *texts],
                    precursor_information={"mz": item.get("precursor_mz"), "charge": item.get("charge"),
                                           "activation": activation})


def is_number(text):
    try:
        float(text)
    except (TypeError, ValueError):
        return False
    return True


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    {"measure": measure, "dump": dump, "write": write}[sys.argv[1]](*sys.argv[2:])
