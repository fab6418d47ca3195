"""Which ion a record shows: what it states, what is assumed, and what the table, run.json and check say of it."""

import json

import pytest

from cli_support import by_query, read_json, read_table, spectrum, succeed, write_records
from mzml_support import Scan, write_mzml

PROTON, ELECTRON = 1.007276467, 0.000548579909
ACETATE, METHYL = 59.013851, 15.022926  # m/z of CH3COO-, mass of the anion CH3-
CAFFEINE = 194.080376


@pytest.fixture
def search(made, tmp_path):
    """Searches; returns the rows by query, and the record of the run."""
    def run(spectra, *options, library=True):
        given = ("--library", made.library["morgan"]) if library else ()
        succeed("search", spectra, "--model", made.model["morgan"], *given, "-o", tmp_path / "hits.tsv", "--force",
                "-k", 0, *options)
        return by_query(read_table(tmp_path / "hits.tsv")), read_json(tmp_path / "hits.tsv.run.json")

    return run


def findings(path, *options):
    file, = json.loads(succeed("check", path, "--json", *options).out)["files"]
    return {finding["reason"]: finding for finding in file["findings"]}


def molecules(rows):
    return {row["smiles"] for row in rows if row["rank"]}


def mgf(tmp_path, *records):
    return write_records(tmp_path / "q.mgf", [spectrum(**record) for record in records])


def massbank(tmp_path, mz, adduct):
    path = tmp_path / "q.txt"
    path.write_text("\n".join(["ACCESSION: A1", "AC$MASS_SPECTROMETRY: MS_TYPE MS2",
                               f"MS$FOCUSED_ION: PRECURSOR_M/Z {mz}", f"MS$FOCUSED_ION: PRECURSOR_TYPE {adduct}",
                               "PK$NUM_PEAK: 1", "PK$PEAK: m/z int. rel.int.", "  60.5 10 999", "//", ""]))
    return path


def msp(tmp_path, mz, adduct):
    path = tmp_path / "q.msp"
    path.write_text(f"Name: a\nPrecursorMZ: {mz}\nPrecursor_type: {adduct}\nNum Peaks: 1\n60.5 10\n")
    return path


def mgf_chain(tmp_path, mz, adduct):
    return mgf(tmp_path, dict(PEPMASS=mz, ADDUCT=adduct, peaks="60.5 10"))


def chain(mass):
    return f"{mass + ACETATE:.4f}/{mass - METHYL:.4f}", "[M+CH3COO]-/[M-CH3]-"


@pytest.mark.parametrize("write", [mgf_chain, massbank, msp])
def test_a_chain_of_precursors_goes_with_its_adducts_one_by_one(search, tmp_path, write):
    rows, run = search(write(tmp_path, *chain(CAFFEINE)))
    alone, _ = search(mgf(tmp_path, dict(PEPMASS=f"{CAFFEINE + PROTON:.4f}", ADDUCT="[M+H]+")))
    assert molecules(rows[0]) == molecules(alone[0]) != set()
    assert {(row["adduct"], row["precursor_mz"]) for row in rows[0]} == {("[M-CH3]-", f"{CAFFEINE - METHYL:.4f}")}
    assert all(abs(float(row["mass_error_ppm"])) < 10.1 for row in rows[0])
    assert run["oddities"] == {"precursor_chain": 1}


@pytest.mark.parametrize("mz, adducts", [
    # The last of three; one that cannot be read; fewer adducts than m/z.
    (f"{CAFFEINE + PROTON:.4f}/{CAFFEINE + PROTON - 18.010565:.4f}/{CAFFEINE + PROTON - 35.037114:.4f}",
     "[M+H]+/[M+H-H2O]+/[M+H-H2O-NH3]+"),
    (f"{CAFFEINE - PROTON:.4f}/100.1234", "[M-H]-/[M-Ser]-"),
    (f"{CAFFEINE + ACETATE:.4f}/{CAFFEINE - METHYL:.4f}/60.5", "[M+CH3COO]-/[M-CH3]-"),
])
def test_other_chains_lead_to_the_same_molecule(search, tmp_path, mz, adducts):
    rows, _ = search(mgf_chain(tmp_path, mz, adducts))
    alone, _ = search(mgf(tmp_path, dict(PEPMASS=f"{CAFFEINE + PROTON:.4f}", ADDUCT="[M+H]+")))
    assert molecules(rows[0]) == molecules(alone[0]) != set()


def test_several_adducts_at_one_precursor_are_each_tried(search, tmp_path):
    rows, run = search(mgf(tmp_path, dict(PEPMASS=195.0877, ADDUCT="[M+Na]+/[M+H]+")))
    parts = [search(mgf(tmp_path, dict(PEPMASS=195.0877, ADDUCT=adduct)))[0] for adduct in ("[M+H]+", "[M+Na]+")]
    assert molecules(rows[0]) == molecules(parts[0][0]) | molecules(parts[1][0])
    assert {row["adduct"] for row in rows[0]} == {row["adduct"] for part in parts for row in part[0] if row["rank"]}
    assert {row["message"] for row in rows[0]} == {
        "the record leaves open which ion it shows; candidates of [M+Na]+, [M+H]+"}
    assert run["oddities"] == {"several_adducts": 1}


def test_a_chain_has_no_mass_conflict_with_its_structure(tmp_path):
    mz, adducts = chain(CAFFEINE)
    found = findings(mgf(tmp_path, dict(PEPMASS=mz, ADDUCT=adducts, SMILES="CN1C=NC2=C1C(=O)N(C)C(=O)N2C")))
    assert set(found) == {"precursor_chain"}


ASSUMED = "adduct assumed from the ion mode"


@pytest.mark.parametrize("fields, adduct", [
    (dict(CHARGE="1+"), "[M+H]+"), (dict(CHARGE="1-"), "[M-H]-"), (dict(CHARGE="1", IONMODE="negative"), "[M-H]-"),
    (dict(CHARGE="1+", ADDUCT="[M+?]+"), "[M+H]+"), (dict(CHARGE="1-", ADDUCT="[M]?"), "[M-H]-"),
    (dict(CHARGE="1+", ADDUCT="unknown"), "[M+H]+"), (dict(CHARGE="1+", ADDUCT="N/A"), "[M+H]+"),
    (dict(CHARGE="1+", ADDUCT="-"), "[M+H]+"), (dict(ADDUCT="[M+?]-"), "[M-H]-"),
])
def test_an_adduct_that_is_assumed_is_said_to_be(search, tmp_path, fields, adduct):
    mz = CAFFEINE + (PROTON if adduct == "[M+H]+" else -PROTON)
    path = mgf(tmp_path, dict(SPECTRUM_ID="A", PEPMASS=f"{mz:.4f}", **fields))
    rows, run = search(path)
    assert {(row["adduct"], row["status"], row["message"].split("; ")[0]) for row in rows[0]} == {
        (adduct, "ok", ASSUMED)}
    assert run["assumed_adducts"] == {adduct: 1}
    found = findings(path)["assumed_adduct"]
    assert (found["count"], found["skipped"], found["examples"]) == (1, False, [f"{path}:1: A: {adduct}"])


def test_an_adduct_is_assumed_in_every_format_and_way_of_choosing(search, made, tmp_path):
    scan = Scan(ion=195.0877, adduct="", charge=1, polarity="positive")
    rows, run = search(write_mzml(tmp_path / "q.mzML", [scan]))
    assert rows[0][0]["message"].startswith(ASSUMED)
    record = dict(PEPMASS=195.0877, CHARGE="1+", SMILES="CCO")
    pools = tmp_path / "pools.json"
    pools.write_text(json.dumps({"CCO": ["CCO", "CCN"]}))
    for options in (("--open",), ("--formula=C8H10N4O2",), ("--candidates", pools)):
        rows, run = search(mgf(tmp_path, record), *options, library=options[0] != "--candidates")
        assert rows[0][0]["message"].startswith(ASSUMED), options
        assert run["assumed_adducts"] == {"[M+H]+": 1}


def test_an_empty_window_says_that_the_adduct_was_assumed(search, tmp_path):
    rows, _ = search(mgf(tmp_path, dict(PEPMASS=3000.5001, CHARGE="1+")))
    assert rows[0][0]["status"] == "empty_window"
    assert rows[0][0]["message"].endswith("; " + ASSUMED)


def test_adducts_of_a_list_count_as_assumed(search, tmp_path):
    _, run = search(mgf(tmp_path, dict(PEPMASS=195.0877), dict(PEPMASS=195.0877, ADDUCT="[M+H]+")), "--adducts",
                    "[M+H]+,[M+Na]+")
    assert run["assumed_adducts"] == {"[M+H]+, [M+Na]+": 1}


def test_a_stated_adduct_is_assumed_by_nobody(search, tmp_path):
    path = mgf(tmp_path, dict(PEPMASS=195.0877, CHARGE="1+", ADDUCT="[M+H]+"))
    rows, run = search(path)
    assert ASSUMED not in rows[0][0]["message"]
    assert (run["assumed_adducts"], findings(path)) == ({}, {})


@pytest.mark.parametrize("ion, window", [
    (CAFFEINE + PROTON - 2.01565, (CAFFEINE + PROTON, 0.5, 0.5)),
    (CAFFEINE + PROTON, (CAFFEINE + PROTON + 2.00671, 0.5, 0.5)),  # an isotope was isolated
    (CAFFEINE + PROTON + 22.5, (CAFFEINE + PROTON, 0.2, 0.6)),
])
def test_a_selected_ion_outside_its_window_is_told_and_both_are_tried(search, tmp_path, ion, window):
    ion, window = round(ion, 5), (round(window[0], 5), *window[1:])
    path = write_mzml(tmp_path / "q.mzML", [Scan(ion=ion, window=window)])
    rows, run = search(path)
    alone, _ = search(mgf(tmp_path, dict(PEPMASS=f"{CAFFEINE + PROTON:.5f}", ADDUCT="[M+H]+")))
    assert molecules(alone[0]) <= molecules(rows[0])
    assert {float(row["precursor_mz"]) for row in rows[0]} <= {ion, window[0]}
    assert all(f"the selected ion {ion:.4f} lies outside its isolation window" in row["message"] for row in rows[0])
    assert run["oddities"] == {"outside_isolation": 1}
    found = findings(path)["outside_isolation"]
    assert (found["count"], found["skipped"]) == (1, False)
    assert f"selected ion {ion:.4f}, window {window[0] - window[1]:.4f} to" in found["examples"][0]


def test_a_selected_ion_in_its_window_is_not_talked_about(search, tmp_path):
    path = write_mzml(tmp_path / "q.mzML", [Scan(ion=195.0877, window=(195.3, 0.5, 0.5))])
    rows, run = search(path)
    assert (run["oddities"], findings(path)) == ({}, {})
    assert "window" not in rows[0][0]["message"]


@pytest.mark.parametrize("ion, window, bounds", [
    (None, (195.0877, 12.5, 12.5), "182.5877 to 207.5877"), (195.0877, (195.0877, 12.5, 12.5), "182.5877 to 207.5877"),
    (195.0877, (625, 575, 575), "50.0000 to 1200.0000"), (195.0877, (190.0877, 0.5, 9.5), "189.5877 to 199.5877"),
])
def test_a_wide_window_is_said_to_leave_the_precursor_open(search, tmp_path, ion, window, bounds):
    path = write_mzml(tmp_path / "q.mzML", [Scan(ion=ion, window=window)])
    rows, run = search(path)
    assert all(f"isolated in a wide window ({bounds}): the precursor is not known" in row["message"]
               for row in rows[0])
    assert run["oddities"] == {"wide_isolation": 1}
    found = findings(path)["wide_isolation"]
    assert f"window {bounds}: the precursor is not known that well" in found["examples"][0]


@pytest.mark.parametrize("mz, reason, rounding", [
    ("195", "nominal_precursor", "0.5"), ("195.0 1234", "nominal_precursor", "0.5"),
    ("195.1", "nominal_precursor", "0.05"), ("195.09", "rounded_precursor", "0.005")])
def test_a_precursor_that_was_rounded_cannot_hold_10_ppm(tmp_path, mz, reason, rounding):
    path = mgf(tmp_path, dict(SPECTRUM_ID="A", PEPMASS=mz, ADDUCT="[M+H]+"))
    found = findings(path)
    shown = mz.split()[0].removesuffix(".0")
    assert set(found) == {reason}
    assert found[reason]["examples"] == [
        f"{path}:1: A: precursor {shown} is known to {rounding} Da only, 10ppm cannot hold"]
    assert findings(path, "--tolerance", f"{rounding}Da") == {}


def test_two_decimals_among_more_are_chance(tmp_path):
    path = mgf(tmp_path, dict(PEPMASS="195.09", ADDUCT="[M+H]+"), dict(PEPMASS="181.0720", ADDUCT="[M+H]+"),
               dict(PEPMASS="200", ADDUCT="[M+H]+"))
    assert "nominal_precursor" in findings(path)
    assert "rounded_precursor" not in findings(path)


def test_a_long_name_of_a_finding_stands_apart_from_its_number(tmp_path):
    path = mgf(tmp_path, dict(PEPMASS=195, ADDUCT="[M+H]+"))
    assert "\n  nominal_precursor 1\n" in succeed("check", path).out
