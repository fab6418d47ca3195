"""Reads mzTab-M 2.0 and checks the rules of its specification (2.0.0-M, March 2019)."""

import re
from types import SimpleNamespace
from urllib.parse import urlparse

SECTIONS = {"SMH": "SML", "SFH": "SMF", "SEH": "SME"}
COLUMNS = {
    "SML": ["SML_ID", "SMF_ID_REFS", "database_identifier", "chemical_formula", "smiles", "inchi", "chemical_name",
            "uri", "theoretical_neutral_mass", "adduct_ions", "reliability", "best_id_confidence_measure",
            "best_id_confidence_value", "abundance_assay[]", "abundance_study_variable[]",
            "abundance_variation_study_variable[]"],
    "SMF": ["SMF_ID", "SME_ID_REFS", "SME_ID_REF_ambiguity_code", "adduct_ion", "isotopomer", "exp_mass_to_charge",
            "charge", "retention_time_in_seconds", "retention_time_in_seconds_start", "retention_time_in_seconds_end",
            "abundance_assay[]"],
    "SME": ["SME_ID", "evidence_input_id", "database_identifier", "chemical_formula", "smiles", "inchi",
            "chemical_name", "uri", "derivatized_form", "adduct_ion", "exp_mass_to_charge", "charge",
            "theoretical_mass_to_charge", "spectra_ref", "identification_method", "ms_level", "id_confidence_measure[]",
            "rank"]}
NEVER_NULL = {"SML": ["SML_ID"], "SMF": ["SMF_ID", "exp_mass_to_charge", "charge"],
              "SME": ["SME_ID", "evidence_input_id", "exp_mass_to_charge", "charge", "theoretical_mass_to_charge",
                      "spectra_ref", "identification_method", "ms_level", "rank"]}
INTEGERS = {"SML_ID", "SMF_ID", "SME_ID", "charge", "rank", "SME_ID_REF_ambiguity_code"}
DECIMALS = {"exp_mass_to_charge", "theoretical_mass_to_charge", "retention_time_in_seconds",
            "best_id_confidence_value"}
LISTS = ["database_identifier", "chemical_formula", "smiles", "inchi", "chemical_name", "uri",
         "theoretical_neutral_mass"]  # of a small molecule: as many members in each
# Fields of the metadata in the order of the specification, numbers left out; those that must be there.
METADATA = ["mzTab-version", "mzTab-ID", "title", "description", "software[]", "software[]-setting[]",
            "quantification_method", "ms_run[]-location", "ms_run[]-format", "ms_run[]-id_format",
            "ms_run[]-scan_polarity[]", "assay[]", "assay[]-ms_run_ref", "study_variable[]",
            "study_variable[]-assay_refs", "study_variable[]-description", "cv[]-label", "cv[]-full_name",
            "cv[]-version", "cv[]-uri", "database[]", "database[]-prefix", "database[]-version", "database[]-uri",
            "small_molecule-quantification_unit", "small_molecule_feature-quantification_unit",
            "small_molecule-identification_reliability", "id_confidence_measure[]"]
OPTIONAL = {"title", "description", "software[]-setting[]", "ms_run[]-format", "ms_run[]-id_format",
            "small_molecule-identification_reliability"}
ADDUCT = re.compile(r"\[\d*M([+-][\w\d]+)*\]\d*[+-]")
DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)|NaN")
PARAM = re.compile(r'\[([A-Za-z]*), (([A-Z]+:\d+)?), ("[^"]*"|[^,"\[\]|]+), ("[^"]*"|[^,"\[\]|]*)\]')
REFERENCE = re.compile(r"ms_run\[(\d+)\]:(.+)")


def without_numbers(name):
    return re.sub(r"\[\d+\]", "[]", name)


def read_mztab(path):
    """The parts of a file that keeps the rules: `metadata` by field, and lists of rows by section."""
    text = path.read_bytes().decode()
    assert text.endswith("\n") and "\r" not in text
    lines = text.split("\n")[:-1]
    found = SimpleNamespace(metadata={}, comments=[], SML=None, SMF=None, SME=None)
    order, names, section = [], [], None
    for line in lines:
        if not line:
            continue
        kind, *cells = line.split("\t")
        if kind == "COM":
            found.comments.append(cells)
            continue
        assert "" not in cells, line
        if kind == "MTD":
            assert not order, "metadata stand first"
            name, value = cells
            assert name not in found.metadata, name
            found.metadata[name] = value
        elif kind in SECTIONS:
            section, names = SECTIONS[kind], cells
            assert lines[lines.index(line) - 1] == "", "a blank line stands before a section"
            order.append(section)
            check_columns(section, names, found.metadata)
            setattr(found, section, [])
        else:
            assert kind == section and len(cells) == len(names), line
            getattr(found, section).append(dict(zip(names, cells)))
    assert order == ["SML", "SMF", "SME"]
    check_metadata(found.metadata)
    for section in COLUMNS:
        for row in getattr(found, section):
            check_row(section, row, found.metadata)
    check_references(found)
    return found


def check_columns(section, names, metadata):
    runs = sum(1 for name in metadata if re.fullmatch(r"assay\[\d+\]", name))
    measures = sum(1 for name in metadata if name.startswith("id_confidence_measure["))
    expected = []
    for name in COLUMNS[section]:
        count = {"abundance_assay[]": runs, "id_confidence_measure[]": measures}.get(name, 1)
        expected += [name.replace("[]", f"[{i + 1}]") for i in range(count)] if "[]" in name else [name]
    assert names[:len(expected)] == expected
    further = names[len(expected):]
    assert all(re.fullmatch(r"opt_(global|assay\[\d+\]|ms_run\[\d+\])_[A-Za-z0-9_\-\[\]:]+", name) for name in further)
    assert len(set(names)) == len(names)


def check_metadata(metadata):
    plain = [without_numbers(name) for name in metadata]
    assert set(plain) <= set(METADATA)
    assert set(METADATA) - OPTIONAL <= set(plain)
    assert re.fullmatch(r"\d\.\d\.\d-M", metadata["mzTab-version"])
    for group in ("mzTab", "software", "quantification", "ms_run", "assay", "study_variable", "cv", "database",
                  "small_molecule", "id_confidence"):
        places = [i for i, name in enumerate(plain) if name.startswith(group)]
        assert places == list(range(places[0], places[-1] + 1)), f"fields of {group} stand together"
    ranks = [METADATA.index(name) for name in dict.fromkeys(plain)]
    assert ranks == sorted(ranks), "fields stand in the order of the specification"
    for name, value in metadata.items():
        if name.endswith(("-location", "-uri")):
            assert value == "null" or urlparse(value).scheme in ("file", "https"), value
            assert not re.search(r'[\s"<>\\^`{|}]', value), value
        if re.search(r"(polarity\[\d+\]|-(id_)?format|_unit|_method|_reliability|^database\[\d+\]|^software\[\d+\]|"
                     r"measure\[\d+\])$", name):
            check_param(value, metadata)
    runs = [name for name in plain if name == "ms_run[]-location"]
    assert metadata["study_variable[1]"] == "undefined"
    assert metadata["study_variable[1]-assay_refs"].split("|") == [f"assay[{i + 1}]" for i in range(len(runs))]


def check_param(value, metadata):
    match = PARAM.fullmatch(value)
    assert match, value
    assert bool(match[1]) == bool(match[2]), value
    labels = {cell for name, cell in metadata.items() if re.fullmatch(r"cv\[\d+\]-label", name)}
    assert not match[1] or (match[1] in labels and match[2].startswith(match[1] + ":")), value


def check_row(section, row, metadata):
    for name in NEVER_NULL[section]:
        assert row[name] != "null", (name, row)
    for name, value in row.items():
        if value == "null":
            continue
        if name in INTEGERS:
            assert re.fullmatch(r"\d+", value), (name, value)
        if name in DECIMALS or name.startswith("id_confidence_measure["):
            assert DECIMAL.fullmatch(value), (name, value)
        if name in ("adduct_ion", "adduct_ions"):
            assert ADDUCT.fullmatch(value), value
        if name in ("best_id_confidence_measure", "identification_method", "ms_level"):
            check_param(value, metadata)
    if section == "SML":
        assert len({row[name].count("|") for name in LISTS if row[name] != "null"}) <= 1, row
        assert all(DECIMAL.fullmatch(mass) for mass in row["theoretical_neutral_mass"].split("|") if mass != "null")
        assert row["reliability"] in ("1", "2a", "2b", "3", "4", "5")
    prefix = metadata["database[1]-prefix"] + ":"
    if section != "SMF" and row["database_identifier"] != "null":
        assert all(one.startswith(prefix) for one in row["database_identifier"].split("|")), row
    if section == "SME":
        assert row["database_identifier"] != "null"
        for reference in row["spectra_ref"].split("|"):
            match = REFERENCE.fullmatch(reference)
            assert match and f"ms_run[{match[1]}]-location" in metadata, reference


def check_references(found):
    features = {row["SMF_ID"]: row for row in found.SMF}
    evidence = {row["SME_ID"]: row for row in found.SME}
    assert (len(features), len(evidence)) == (len(found.SMF), len(found.SME))
    assert len({row["SML_ID"] for row in found.SML}) == len(found.SML)
    assert sorted(feature for row in found.SML for feature in row["SMF_ID_REFS"].split("|")) == sorted(features)
    used = []
    for row in found.SMF:
        references = [] if row["SME_ID_REFS"] == "null" else row["SME_ID_REFS"].split("|")
        assert row["SME_ID_REF_ambiguity_code"] == ("1" if len(references) > 1 else "null")
        assert len({evidence[one]["evidence_input_id"] for one in references}) <= 1
        used += references
    assert sorted(used) == sorted(evidence)
