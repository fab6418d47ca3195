"""Writes the same spectra in every format the program reads, as their own programs would."""

import base64
import json
import struct
import zlib
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from cli_support import field


@dataclass
class Record:
    """What all formats can hold. Numbers are texts, so that every file has the same digits."""
    id: str
    mz: str
    adduct: str
    smiles: str
    formula: str
    peaks: list  # (m/z, intensity) as texts


def records_of(texts):
    """Records from texts of MGF."""
    return [Record(field(text, "SPECTRUM_ID") or f"query{i}", field(text, "PRECURSOR_MZ") or field(text, "PEPMASS"),
                   field(text, "ADDUCT"), field(text, "SMILES"), field(text, "FORMULA"),
                   [tuple(line.split()[:2]) for line in text.splitlines() if line[:1].isdigit()])
            for i, text in enumerate(texts)]


def mgf(records):
    return "\n".join("\n".join(["BEGIN IONS", f"SPECTRUM_ID={r.id}", f"PEPMASS={r.mz}", f"ADDUCT={r.adduct}",
                                f"SMILES={r.smiles}", f"FORMULA={r.formula}", *(" ".join(p) for p in r.peaks),
                                "END IONS", ""]) for r in records)


def msp(records):
    return "\n".join("\n".join([f"Name: {r.smiles}", f"DB#: {r.id}", f"PrecursorMZ: {r.mz}",
                                f"Precursor_type: {r.adduct}", "Spectrum_type: MS2", f"SMILES: {r.smiles}",
                                f"Formula: {r.formula}", f"Num Peaks: {len(r.peaks)}",
                                *("\t".join(p) for p in r.peaks), ""]) for r in records)


def massbank(records):
    return "".join("\n".join([f"ACCESSION: {r.id}", f"CH$FORMULA: {r.formula}", f"CH$SMILES: {r.smiles}",
                              "AC$MASS_SPECTROMETRY: MS_TYPE MS2", f"MS$FOCUSED_ION: PRECURSOR_M/Z {r.mz}",
                              f"MS$FOCUSED_ION: PRECURSOR_TYPE {r.adduct}", f"PK$NUM_PEAK: {len(r.peaks)}",
                              "PK$PEAK: m/z int. rel.int.", *(f"  {mz} {height} 999" for mz, height in r.peaks),
                              "//", ""]) for r in records)


def array(kind, values):
    packed = base64.b64encode(zlib.compress(struct.pack(f"<{len(values)}d", *map(float, values)))).decode()
    terms = "".join(f'<cvParam cvRef="MS" accession="MS:{term}" name="x"/>' for term in (kind, "1000523", "1000574"))
    return f'<binaryDataArray encodedLength="{len(packed)}">{terms}<binary>{packed}</binary></binaryDataArray>'


def mzml(records):
    lines = ['<?xml version="1.0" encoding="utf-8"?>', '<mzML xmlns="http://psi.hupo.org/ms/mzml"><run id="r">',
             f'<spectrumList count="{len(records)}">']
    for i, r in enumerate(records):
        lines += [f'<spectrum index="{i}" id="scan={i}" defaultArrayLength="{len(r.peaks)}">',
                  '<cvParam cvRef="MS" accession="MS:1000511" name="ms level" value="2"/>']
        lines += [f'<userParam name="{name}" value={quoteattr(value)}/>' for name, value in
                  [("spectrum_id", r.id), ("adduct", r.adduct), ("smiles", r.smiles), ("formula", r.formula)]]
        lines += ["<precursorList><precursor><selectedIonList><selectedIon>",
                  f'<cvParam cvRef="MS" accession="MS:1000744" name="selected ion m/z" value="{r.mz}"/>',
                  "</selectedIon></selectedIonList></precursor></precursorList>", "<binaryDataArrayList>",
                  array("1000514", [p[0] for p in r.peaks]), array("1000515", [p[1] for p in r.peaks]),
                  "</binaryDataArrayList></spectrum>"]
    return "\n".join(lines + ["</spectrumList></run></mzML>", ""])


def gnps_json(records):
    return json.dumps([{"spectrum_id": r.id, "Precursor_MZ": r.mz, "Adduct": r.adduct, "Smiles": r.smiles,
                        "Formula": r.formula, "ms_level": "2",
                        "peaks_json": "[" + ",".join(f"[{mz},{height}]" for mz, height in r.peaks) + "]"}
                       for r in records])


def tsv(records):
    rows = [(r.id, *(",".join(column) for column in zip(*r.peaks)), r.smiles, r.formula, r.mz, r.adduct)
            for r in records]
    names = ("identifier", "mzs", "intensities", "smiles", "formula", "precursor_mz", "adduct")
    return "".join("\t".join(row) + "\n" for row in [names, *rows])


WRITERS = {"mgf": mgf, "msp": msp, "massbank": massbank, "mzml": mzml, "gnps-json": gnps_json, "tsv": tsv}
