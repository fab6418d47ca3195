"""`specbridge check` says what files hold, what a search would leave out, and how to mend it."""

import gzip
import json

import pytest

from cli_support import DATA, specbridge, spectrum, succeed, write_records

CAFFEINE = dict(PRECURSOR_MZ=195.0877, ADDUCT="[M+H]+", SMILES="CN1C=NC2=C1C(=O)N(C)C(=O)N2C")


def checked(*arguments):
    return json.loads(succeed("check", *arguments, "--json").out)


def finding(report, reason):
    found, = [finding for finding in report["files"][0]["findings"] if finding["reason"] == reason]
    return found


def test_a_good_file_has_its_facts_and_no_findings(tmp_path):
    path = write_records(tmp_path / "good.mgf", [spectrum(SPECTRUM_ID="A", **CAFFEINE),
                                                 spectrum(SPECTRUM_ID="B", PRECURSOR_MZ=193.0731, ADDUCT="[M-H]-"),
                                                 spectrum(SPECTRUM_ID="C", MS_LEVEL=1)])
    file, = checked(path)["files"]
    assert file == {"path": str(path), "format": "mgf", "spectra": 3, "usable": 2, "electron_ionisation": 0,
                    "with_structure": 1,
                    "levels": {"1": 1, "2": 2}, "polarities": {"positive": 1, "negative": 1},
                    "adducts": {"[M+H]+": 1, "[M-H]-": 1},
                    "peaks": {"all": 4, "fewest": 2, "most": 2},
                    "precursor_mz": {"lowest": 193.0731, "highest": 195.0877}, "findings": []}


@pytest.mark.parametrize("reason, example, fields", [
    ("no_precursor", "A: the record states no precursor m/z", dict(PRECURSOR_MZ=None)),
    ("no_peaks", "A: the record has no peaks", dict(peaks="")),
    ("not_ms2", "A: the record is of MS level 3; expected level 2", dict(MS_LEVEL=3)),
    ("unknown_adduct", 'A: adduct "[M+Zz]+"', dict(ADDUCT="[M+Zz]+")),
    ("unknown_adduct", "A: neither adduct nor charge", dict(ADDUCT=None)),
])
def test_what_a_search_leaves_out_is_found_with_its_place(tmp_path, reason, example, fields):
    path = write_records(tmp_path / "a.mgf", [spectrum(SPECTRUM_ID="Z", **CAFFEINE),
                                              spectrum(**{"SPECTRUM_ID": "A", **CAFFEINE, **fields})])
    report = checked(path)
    found = finding(report, reason)
    assert (found["count"], found["skipped"], found["examples"]) == (1, True, [f"{path}:10: {example}"])
    assert found["remedy"] != ""
    assert report["usable"] == 1


@pytest.mark.parametrize("reason, example, fields", [
    ("mass_conflict", "A: precursor 200.0000, but [M+H]+ of C8H10N4O2 is 195.0877 (+4.9123)", dict(PRECURSOR_MZ=200)),
    ("bad_structure", 'A: "x!" is not a SMILES', dict(SMILES="x!")),
    ("charge_conflict", "A: [M+H]+, but charge -1 negative", dict(CHARGE="1-", IONMODE="negative")),
    ("charge_conflict", "A: charge +1, but negative", dict(ADDUCT=None, CHARGE="1+", IONMODE="negative")),
    ("duplicate_id", "Z: the name occurs before, {first}:1", dict(SPECTRUM_ID="Z")),
    ("decimal_comma", "A", dict(PRECURSOR_MZ="195,0877")),
    ("several_charges", "A", dict(CHARGE="1+ and 2+")),
    ("not_finite", "A", dict(peaks="50.5 1\n60.5 nan")),
    ("adduct_in_name", "A", dict(ADDUCT=None, NAME="Caffeine M+H")),
    ("unreadable_charge", "A", dict(CHARGE="unknown")),
    ("unreadable_level", "A", dict(MS_LEVEL="two")),
    ("ambiguous_precursor", "A", dict(PRECURSOR_MZ="866.59/195.0877")),
    ("several_adducts", "A", dict(ADDUCT="[M+H]+,[M+Na]+")),
])
def test_contradictions_and_oddities_are_found_with_their_place(tmp_path, reason, example, fields):
    path = write_records(tmp_path / "a.mgf", [spectrum(SPECTRUM_ID="Z", **CAFFEINE),
                                              spectrum(**{"SPECTRUM_ID": "A", **CAFFEINE, **fields})])
    report = checked(path)
    found = finding(report, reason)
    example = example.replace("{first}", str(path))
    assert (found["count"], found["skipped"], found["examples"]) == (1, False, [f"{path}:10: {example}"])
    assert report["usable"] == 2


def test_a_name_that_occurs_in_another_file_too_is_found(tmp_path):
    first = write_records(tmp_path / "a.mgf", [spectrum(SPECTRUM_ID="A", **CAFFEINE)])
    second = write_records(tmp_path / "b.mgf", [spectrum(SPECTRUM_ID="A", **CAFFEINE)])
    report = json.loads(succeed("check", first, second, "--json").out)
    assert [file["findings"] == [] for file in report["files"]] == [True, False]
    assert report["files"][1]["findings"][0]["examples"] == [f"{second}:1: A: the name occurs before, {first}:1"]


def test_a_damaged_file_in_a_folder_does_not_hide_the_others(tmp_path):
    (tmp_path / "runs").mkdir()
    write_records(tmp_path / "runs/a.mgf", [spectrum(**CAFFEINE)])
    (tmp_path / "runs/b.mgf.gz").write_bytes(gzip.compress(b"BEGIN IONS\n" * 9)[:-9])
    report = json.loads(succeed("check", tmp_path / "runs", "--json").out)
    assert [(file["usable"], "error" in file and bool(file["error"])) for file in report["files"]] == [
        (1, False), (0, True)]


def test_a_charge_without_sign_is_no_conflict_with_a_negative_adduct(tmp_path):
    path = write_records(tmp_path / "a.mgf", [spectrum(PRECURSOR_MZ=193.0731, ADDUCT="[M-H]-", CHARGE="1")])
    file, = checked(path)["files"]
    assert (file["findings"], file["polarities"]) == ([], {"negative": 1})


@pytest.mark.parametrize("name, example", [("A", "4: A: PRECURSOR_MZ"), (None, "3: PRECURSOR_MZ")])
def test_the_place_of_a_bad_record_is_told_once(tmp_path, name, example):
    path = write_records(tmp_path / "a.mgf", [spectrum(SPECTRUM_ID=name, ADDUCT="[M+H]+", PRECURSOR_MZ="x"),
                                              spectrum(SPECTRUM_ID="Z", **CAFFEINE)])
    assert finding(checked(path), "bad_record")["examples"] == [
        f'{path}:{example} is not a number: "x" (expected PRECURSOR_MZ=<m/z>)']


def test_a_tolerance_decides_what_contradicts(tmp_path):
    path = write_records(tmp_path / "a.mgf", [spectrum(**{**CAFFEINE, "PRECURSOR_MZ": 195.1})])
    assert [f["reason"] for f in checked(path)["files"][0]["findings"]] == ["mass_conflict", "nominal_precursor"]
    assert checked(path, "--tolerance", "0.5Da")["files"][0]["findings"] == []


def test_three_examples_are_enough(tmp_path):
    path = write_records(tmp_path / "a.mgf", [spectrum(**CAFFEINE)] + [spectrum()] * 9)
    found = finding(checked(path), "no_precursor")
    assert (found["count"], len(found["examples"])) == (9, 3)


def test_a_file_that_breaks_off_is_reported_as_far_as_it_goes(tmp_path):
    (tmp_path / "cut.mgf.gz").write_bytes((DATA / "val.mgf.gz").read_bytes()[:30000])
    good = write_records(tmp_path / "good.mgf", [spectrum(**CAFFEINE)])
    first, second = checked(tmp_path / "cut.mgf.gz", good)["files"]
    assert first["spectra"] > 10
    assert first["error"].endswith("the gzip stream ends too early; the file is truncated, fetch it again")
    assert second["usable"] == 1


def test_exit_code_3_when_nothing_is_usable(tmp_path):
    path = write_records(tmp_path / "a.mgf", [spectrum(), spectrum(peaks="")])
    result = specbridge("check", path)
    assert result.code == 3
    assert result.err == "specbridge: none of 2 spectra in 1 file can be searched; the report says why\n"
    assert "no_precursor" in result.out


def test_a_file_of_ms1_scans_is_told_so(tmp_path):
    path = write_records(tmp_path / "a.mgf", [spectrum(SPECTRUM_ID=name, MS_LEVEL=1, **CAFFEINE) for name in "ABC"])
    result = specbridge("check", path)
    assert result.code == 3
    assert result.err == "specbridge: none of 3 spectra in 1 file can be searched; the report says why\n"
    assert result.out == f"""{path}: mgf
  spectra         3 (MS1 3)
  only_ms1        3
    {path}:1: A: the record is of MS level 1, like all
    -> MS1 scans are passed over; export fragment spectra, or correct the level that is stated
"""


def test_exit_code_3_for_a_file_that_is_missing(tmp_path):
    result = specbridge("check", tmp_path / "none.mgf")
    assert result.code == 3
    assert result.err == f"specbridge: {tmp_path / 'none.mgf'}: cannot be read (No such file or directory)\n"


def test_the_report_for_people(tmp_path):
    path = write_records(tmp_path / "a.mgf", [spectrum(SPECTRUM_ID="A", **CAFFEINE), spectrum(SPECTRUM_ID="B")])
    assert succeed("check", path).out == f"""{path}: mgf
  spectra         2 (MS2 2)
  searchable      1 by mass window
  with structure  1
  polarity        positive 1, unknown 1
  adducts         (none) 1, [M+H]+ 1
  precursor m/z   195.0877 to 195.0877
  peaks           2 to 2 a spectrum, 2 in all
  no_precursor    1 left without hits
    {path}:10: B: the record states no precursor m/z
    -> add the precursor m/z: PRECURSOR_MZ or PEPMASS in MGF, PrecursorMZ in MSP
"""


def test_the_simulated_data_need_no_mending():
    report = checked(DATA / "val.mgf.gz")
    assert report["files"][0]["findings"] == []
