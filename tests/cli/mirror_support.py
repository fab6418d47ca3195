"""Small libraries of spectra, and queries that are like one of theirs."""

from cli_support import spectrum, succeed, write_records

ACETIC_ACID, PROPIONIC_ACID, ANILINE = "CC(=O)O", "CCC(=O)O", "Nc1ccccc1"


def known(name, smiles, precursor, peaks):
    """A record of the library, in positive mode."""
    return spectrum(peaks, SPECTRUM_ID=name, SMILES=smiles, PEPMASS=precursor, ADDUCT="[M+H]+", IONMODE="positive")


LIBRARY = [known("acetic", ACETIC_ACID, 61.0284, "31.0178 20\n43.0178 100\n45.0335 50"),
           known("propionic", PROPIONIC_ACID, 75.0441, "29.0386 60\n57.0335 100\n59.0491 30")]
QUERY = spectrum("27.0229 10\n43.0178 80\n45.0336 40", SPECTRUM_ID="q", PEPMASS=61.0284, ADDUCT="[M+H]+")
EI_LIBRARY = (f"Name: aniline\nInstrument_type: EI-B\nSMILES: {ANILINE}\nNum Peaks: 3\n39 120\n66 330\n93 999\n\n"
              "Name: toluene\nInstrument_type: EI-B\nSMILES: Cc1ccccc1\nNum Peaks: 3\n39 120\n65 130\n91 999\n\n")
EI_QUERY = "Name: q\nInstrument_type: EI-B\nNum Peaks: 4\n38.97 12\n66.04 33\n93.06 99.9\n120.1 5\n\n"


class Mirrored:
    """A library of spectra and a query in a folder."""

    def __init__(self, folder, library=None, query=None):
        self.folder, self.library, self.hits = folder, folder / "spectra", folder / "hits.tsv"
        if library is None or isinstance(library, list):
            records = write_records(folder / "known.mgf", library or LIBRARY)
            self.query = write_records(folder / "query.mgf", [query or QUERY])
        else:
            records, self.query = folder / "known.msp", folder / "query.msp"
            records.write_text(library)
            self.query.write_text(query)
        succeed("index", "--spectra", records, "-o", self.library)

    def search(self, *more):
        return succeed("search", self.query, "--spectral-library", self.library, "-o", self.hits, "--force", *more).err

    def page(self, *more, name="page.html"):
        result = succeed("page", self.hits, self.query, "-o", self.folder / name, *more)
        return self.folder / name, result.err
