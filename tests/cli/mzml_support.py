"""Writes mzML with what the other formats cannot say: isolation windows, profiles, compressions."""

import base64
import struct
import zlib
from dataclasses import dataclass, field


@dataclass
class Scan:
    """A spectrum of mzML. Numbers of the window: target, lower and upper offset."""
    id: str = "scan=1"
    ion: float | None = None
    window: tuple | None = None
    adduct: str = "[M+H]+"
    charge: int | None = None
    polarity: str = ""  # "positive", "negative"
    form: str = ""  # "profile", "centroid"
    minutes: float | None = None
    compression: tuple = ("MS:1000574", "zlib compression")
    peaks: list = field(default_factory=lambda: [(100.0, 10.0), (150.0, 999.0)])


def term(accession, name, value="", unit=""):
    unit = f' unitAccession="{unit}"' if unit else ""
    return f'<cvParam cvRef="MS" accession="{accession}" name="{name}" value="{value}"{unit}/>'


def array(kind, values, compression):
    packed = base64.b64encode(zlib.compress(struct.pack(f"<{len(values)}d", *values))).decode()
    terms = term(kind, "x") + term("MS:1000523", "64-bit float") + term(*compression)
    return f'<binaryDataArray encodedLength="{len(packed)}">{terms}<binary>{packed}</binary></binaryDataArray>'


def spectrum_of(scan):
    lines = [f'<spectrum id="{scan.id}" defaultArrayLength="{len(scan.peaks)}">', term("MS:1000511", "ms level", 2)]
    if scan.adduct:
        lines.append(f'<userParam name="adduct" value="{scan.adduct}"/>')
    if scan.polarity:
        lines.append(term({"positive": "MS:1000130", "negative": "MS:1000129"}[scan.polarity], f"{scan.polarity} scan"))
    if scan.form:
        lines.append(term({"profile": "MS:1000128", "centroid": "MS:1000127"}[scan.form], f"{scan.form} spectrum"))
    if scan.minutes is not None:
        start = term("MS:1000016", "scan start time", scan.minutes, "UO:0000031")
        lines.append(f"<scanList><scan>{start}</scan></scanList>")
    lines.append("<precursorList><precursor>")
    if scan.window:
        names = [("MS:1000827", "target m/z"), ("MS:1000828", "lower offset"), ("MS:1000829", "upper offset")]
        terms = "".join(term(accession, f"isolation window {name}", value)
                        for (accession, name), value in zip(names, scan.window))
        lines.append(f"<isolationWindow>{terms}</isolationWindow>")
    ion = "" if scan.ion is None else term("MS:1000744", "selected ion m/z", scan.ion)
    if scan.charge is not None:
        ion += term("MS:1000041", "charge state", scan.charge)
    lines += [f"<selectedIonList><selectedIon>{ion}</selectedIon></selectedIonList></precursor></precursorList>",
              "<binaryDataArrayList>", array("MS:1000514", [p[0] for p in scan.peaks], scan.compression),
              array("MS:1000515", [p[1] for p in scan.peaks], scan.compression), "</binaryDataArrayList></spectrum>"]
    return "\n".join(lines)


def write_mzml(path, scans):
    path.write_text('<mzML xmlns="http://psi.hupo.org/ms/mzml"><run id="r"><spectrumList>\n'
                    + "\n".join(spectrum_of(scan) for scan in scans) + "\n</spectrumList></run></mzML>\n")
    return path
