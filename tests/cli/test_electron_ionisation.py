"""Spectra of electron ionisation: libraries of them, searches without a precursor, retention index and mass."""

import json
import os
from pathlib import Path

import pytest

from cli_support import ROOT, names_in, read_json, read_table, specbridge, succeed

CAFFEINE = "Cn1cnc2c1c(=O)n(C)c(=O)n2C"
ANILINE, TOLUENE, PHENOL = "Nc1ccccc1", "Cc1ccccc1", "Oc1ccccc1"


def msp(name, peaks, smiles=None, **fields):
    stated = {"Name": name, "Instrument_type": "GC-EI-TOF", "SMILES": smiles, **fields}
    lines = [f"{key}: {value}" for key, value in stated.items() if value is not None]
    return "\n".join([*lines, f"Num Peaks: {len(peaks)}", *(f"{mz} {height}" for mz, height in peaks)]) + "\n\n"


ANILINE_PEAKS = [(39, 120), (66, 330), (93, 999)]
TOLUENE_PEAKS = [(39, 110), (65, 120), (91, 999), (92, 640)]
PHENOL_PEAKS = [(39, 120), (66, 320), (94, 999)]
LIBRARY = (msp("aniline", ANILINE_PEAKS, ANILINE, RI=980) + msp("toluene", TOLUENE_PEAKS, TOLUENE, RI=760) +
           msp("phenol", PHENOL_PEAKS, PHENOL) +
           msp("caffeine", [(55, 200), (109, 560), (194, 999)], CAFFEINE, RI=1840))


@pytest.fixture
def made(tmp_path):
    """Makes a library of some text, and searches it."""
    class Made:
        folder = tmp_path

        def index(self, text=LIBRARY, *options, name="lib"):
            (tmp_path / f"{name}.msp").write_text(text)
            return json.loads(succeed("index", "--spectra", tmp_path / f"{name}.msp", "-o", tmp_path / name, "--json",
                                      *options).out)

        def search(self, text, *options, library="lib"):
            (tmp_path / "query.msp").write_text(text)
            out = tmp_path / f"hits{len(names_in(tmp_path))}.tsv"
            succeed("search", tmp_path / "query.msp", "--spectral-library", tmp_path / library, "-o", out, *options)
            return read_table(out), read_json(f"{out}.run.json")
    return Made()


def test_records_of_electron_ionisation_make_a_library_of_weighted_cosines_at_whole_masses(made):
    said = made.index()
    assert (said["spectra"], said["electron_spectra"], said["preset"]) == (4, 4, "ei")
    rule = read_json(made.folder / "lib" / "manifest.json")["rule"]
    assert (rule["score"], rule["cleaning"]["unit_mass"]) == ("weighted_cosine", "round")
    assert (rule["mz_power"], rule["intensity_power"]) == (1.3, 0.53)


def test_a_query_without_precursor_finds_its_molecule_and_says_how_well(made):
    made.index()
    rows, run = made.search(msp("q", [(38.96, 120), (65.9, 330), (93.2, 999)], RI=990))
    best = rows[0]
    assert (best["status"], best["smiles"], best["library_spectrum"]) == ("ok", ANILINE, "aniline")
    assert (best["match_factor"], best["reverse_match_factor"], best["library_peaks"]) == ("999", "999", "3")
    assert (best["retention_index"], best["retention_index_difference"]) == ("990.0", "10.0")
    assert best["precursor_mz"] == best["adduct"] == best["mass_error_ppm"] == best["library_difference"] == ""
    assert rows[1]["smiles"] in (PHENOL, TOLUENE)
    assert run["spectral_library"]["rule"]["preset"] == "ei"


def test_peaks_that_the_library_lacks_cost_the_match_factor_but_not_the_reverse_one(made):
    made.index()
    mixed = made.search(msp("q", ANILINE_PEAKS + [(150, 999)]))[0][0]
    assert mixed["smiles"] == ANILINE
    assert int(mixed["match_factor"]) < 700
    assert mixed["reverse_match_factor"] == "999"


def test_the_match_factor_is_the_weighted_cosine(made):
    made.index()
    row = next(row for row in made.search(msp("q", ANILINE_PEAKS))[0] if row["smiles"] == PHENOL)
    def weights(peaks):
        return {mz: mz ** 1.3 * height ** 0.53 for mz, height in peaks}
    asked, known = weights(ANILINE_PEAKS), weights(PHENOL_PEAKS)
    def norm(of):
        return sum(weight ** 2 for weight in of.values()) ** 0.5
    cosine = sum(asked[mz] * known[mz] for mz in asked.keys() & known.keys()) / norm(asked) / norm(known)
    assert float(row["score"]) == pytest.approx(cosine, abs=1e-6)
    assert int(row["match_factor"]) == round(999 * cosine)


def test_spectra_of_electron_ionisation_and_of_a_precursor_are_never_compared(made):
    tandem = msp("tandem", ANILINE_PEAKS, PHENOL, Instrument_type="LC-ESI-QTOF", PrecursorMZ=95.0491,
                 Precursor_type="[M+H]+")
    made.index(LIBRARY + tandem)
    electron, _ = made.search(msp("q", ANILINE_PEAKS), "--min-score", "0.99")
    assert [row["library_spectrum"] for row in electron] == ["aniline"]
    for options in ([], ["--open"]):
        asked, _ = made.search(msp("q", ANILINE_PEAKS, Instrument_type="LC-ESI-QTOF", PrecursorMZ=95.0491,
                                   Precursor_type="[M+H]+"), *options)
        assert [row["library_spectrum"] for row in asked] == ["tandem"]
        assert asked[0]["match_factor"] == ""


def test_where_the_library_has_none_of_its_kind_a_query_says_so(made):
    made.index(msp("tandem", ANILINE_PEAKS, PHENOL, Instrument_type="LC-ESI-QTOF", PrecursorMZ=95.0491))
    rows, run = made.search(msp("q", ANILINE_PEAKS, Ion_mode="P") + msp("none", [(41, 0)]))
    assert [(row["status"], row["message"]) for row in rows] == [
        ("empty_window", "the library has no spectrum of electron ionisation in positive mode"),
        ("no_peaks", "the record has no peak of positive m/z and intensity")]
    assert "match_factor" not in rows[0]


def test_a_query_that_is_like_none_says_so(made):
    made.index()
    rows, _ = made.search(msp("q", [(300, 5)]))
    assert (rows[0]["status"], rows[0]["message"]) == (
        "no_library_match", "none of 4 library spectra of electron ionisation is similar enough")


def test_a_score_that_needs_a_precursor_has_none(made):
    made.index()
    rows, _ = made.search(msp("q", ANILINE_PEAKS), "--score", "modified_cosine")
    assert rows[0]["status"] == "no_precursor"
    assert rows[0]["message"].startswith("the score modified_cosine needs a precursor m/z")


def test_a_model_has_no_answer_to_a_spectrum_of_electron_ionisation(made, tmp_path):
    (tmp_path / "query.msp").write_text(msp("q", ANILINE_PEAKS))
    (tmp_path / "molecules.smi").write_text("Nc1ccccc1 aniline\n")
    succeed("index", tmp_path / "molecules.smi", "-o", tmp_path / "molecules")
    succeed("search", tmp_path / "query.msp", "--library", tmp_path / "molecules", "-o", tmp_path / "hits.tsv")
    row, = read_table(tmp_path / "hits.tsv")
    assert row["status"] == "no_precursor"
    assert row["message"].startswith("a spectrum of electron ionisation")


def test_a_retention_index_too_far_away_leaves_a_spectrum_out_where_both_state_one(made):
    made.index()
    asked = msp("q", ANILINE_PEAKS, RI=1000)
    def found(*options):
        return {row["library_spectrum"] for row in made.search(asked, *options)[0]}
    assert found("--retention-index", "20") == {"aniline", "phenol"}  # phenol states none
    assert found("--retention-index", "19") == {"phenol"}
    assert "aniline" in found()
    rows, run = made.search(msp("q", ANILINE_PEAKS), "--retention-index", "1")
    assert "aniline" in {row["library_spectrum"] for row in rows}  # the query states none
    assert run["spectral_library"]["gas"] == {"retention_index": 1}


def test_a_penalty_takes_so_much_for_every_width_beyond_the_first(made):
    made.index()
    asked = msp("q", ANILINE_PEAKS, RI=1010)  # 30 from aniline
    row = made.search(asked, "--retention-index", "20", "--retention-penalty", "0.2")[0][0]
    assert row["library_spectrum"] == "aniline"
    assert float(row["score"]) == pytest.approx(1 - 0.2 * 10 / 20, abs=1e-6)
    assert row["match_factor"] == "899"


def test_a_mass_leaves_molecules_out_where_the_query_states_one(made):
    made.index()
    def found(query, *options):
        return {row["smiles"] for row in made.search(query, *options)[0]}
    stated = msp("q", ANILINE_PEAKS, MW=93)
    assert found(stated, "--mass", "0.5Da") == {ANILINE}
    assert found(stated, "--mass", "1.5Da") >= {ANILINE, PHENOL}
    assert found(msp("q", PHENOL_PEAKS), "--mass", "0.5Da") >= {ANILINE, PHENOL}  # states none
    assert found(msp("q", PHENOL_PEAKS), "--mass", "0.5Da", "--guess-mass") == {PHENOL}


def test_options_that_say_nothing_alone_are_refused(made):
    made.index()
    (made.folder / "q.msp").write_text(msp("q", ANILINE_PEAKS))
    for options, message in [(["--guess-mass"], "search: --guess-mass: expected --mass with it"),
                             (["--retention-penalty", "0.1"],
                              "search: --retention-penalty: expected --retention-index with it"),
                             (["--unit-mass", "truncate"],
                              f"--unit-mass truncate: the masses of {made.folder}/lib are whole by round; build it "
                              "again")]:
        result = specbridge("search", made.folder / "q.msp", "--spectral-library", made.folder / "lib", "-o",
                            made.folder / "x.tsv", *options)
        assert (result.code, result.err) == (2, f"specbridge: {message}\n")


@pytest.mark.parametrize("unit_mass,found", [("round", 93), ("truncate", 92), ("none", 92.98)])
def test_masses_become_whole_by_the_rule_that_is_asked_for(made, unit_mass, found):
    made.index(msp("a", [(92.98, 10)], ANILINE), "--unit-mass", unit_mass)
    for mz, score in [(found, True), (found + 1, False)]:
        rows, _ = made.search(msp("q", [(mz, 10)]))
        assert (rows[0]["status"] == "ok") == score


def test_a_library_of_decimals_is_searched_at_whole_masses_where_that_is_asked_for(made):
    made.index(LIBRARY, "--unit-mass", "none")
    asked = msp("q", [(39.3, 120), (66.3, 330), (93.3, 999)])
    assert made.search(asked)[0][0]["status"] == "no_library_match"
    row = made.search(asked, "--unit-mass", "round")[0][0]
    assert (row["library_spectrum"], row["match_factor"]) == ("aniline", "999")


def test_presets_and_powers_are_those_that_are_asked_for(made):
    made.index(LIBRARY, "--preset", "nist", name="nist")
    nist, run = made.search(msp("q", ANILINE_PEAKS), library="nist")
    assert run["spectral_library"]["rule"]["score"] == "stein_scott"
    assert run["spectral_library"]["rule"]["mz_power"] == 1.3
    assert float(nist[0]["score"]) == pytest.approx(1 - 1 / 6, abs=1e-6)  # what a spectrum of 3 peaks has with itself
    _, steep = made.search(msp("q", ANILINE_PEAKS), "--mz-power", "3", "--intensity-power", "0.6", library="nist")
    assert (steep["spectral_library"]["rule"]["mz_power"], steep["spectral_library"]["rule"]["intensity_power"]) == (
        3, 0.6)
    made.index(LIBRARY, "--mz-power", "2", name="square")
    assert read_json(made.folder / "square" / "manifest.json")["rule"]["mz_power"] == 2


def test_a_query_that_is_in_the_library_can_be_left_out(made):
    made.index(LIBRARY + msp("aniline again", [(39, 130), (66, 300), (93, 999)], ANILINE))
    rows, _ = made.search(msp("aniline", ANILINE_PEAKS), "--leave-own-out")
    assert rows[0]["library_spectrum"] == "aniline again"


def test_records_state_their_reasons_when_they_are_no_reference(made):
    said = made.index(LIBRARY + msp("bare", ANILINE_PEAKS) + msp("empty", [(50, 0)], ANILINE) +
                      msp("lost", ANILINE_PEAKS, ANILINE, Instrument_type="LC-ESI-QTOF"))
    assert said["reasons"] == {"no_peaks": 1, "no_precursor": 1, "no_structure": 1}
    assert said["electron_spectra"] == 4


def test_decoys_of_electron_ionisation_are_searched_like_their_targets(made):
    made.index()
    succeed("index", "--decoys", made.folder / "lib", "-o", made.folder / "decoys")
    rows, _ = made.search(msp("q", ANILINE_PEAKS), "--decoy-library", made.folder / "decoys")
    assert rows[0]["smiles"] == ANILINE
    assert 0 <= float(rows[0]["decoy_similarity"] or 0) <= 1


def test_check_counts_them_as_searchable_by_library_spectra(made):
    (made.folder / "q.msp").write_text(msp("q", ANILINE_PEAKS) + msp("none", [(50, 0)]))
    said = json.loads(succeed("check", made.folder / "q.msp", "--json").out)["files"][0]
    assert (said["usable"], said["electron_ionisation"]) == (1, 1)
    assert {finding["reason"] for finding in said["findings"]} == {"electron_ionisation", "no_peaks"}


def test_pairs_of_different_kinds_are_not_compared(made):
    (made.folder / "a.msp").write_text(msp("e", ANILINE_PEAKS) + msp("t", ANILINE_PEAKS,
                                                                    Instrument_type="LC-ESI-QTOF", PrecursorMZ=94.1))
    (made.folder / "pairs.txt").write_text("query_index\treference_index\n0\t1\n0\t0\n")
    succeed("similarity", made.folder / "a.msp", made.folder / "a.msp", "--preset", "ei", "--pairs",
            made.folder / "pairs.txt", "-o", made.folder / "pairs.tsv")
    mixed, same = read_table(made.folder / "pairs.tsv")
    assert (mixed["score"], mixed["message"]) == ("", "one of the two is of electron ionisation")
    assert float(same["score"]) == pytest.approx(1, abs=1e-8)
    succeed("similarity", made.folder / "a.msp", "--open", "--score", "cosine", "-o", made.folder / "open.tsv")
    assert read_table(made.folder / "open.tsv") == []


def test_on_massbank_heavy_peaks_must_weigh_more(tmp_path):
    data = Path(os.environ.get("SPECBRIDGE_DATA", ROOT / "../shared/data"))
    if not (data / "massbank_ei_queries.msp.gz").is_file():
        pytest.skip(f"{data}: holds no measured spectra; name their folder in SPECBRIDGE_DATA")
    said = json.loads(succeed("index", "--spectra", data / "massbank_ei_library.msp.gz", "-o", tmp_path / "lib",
                              "--json").out)
    assert said["electron_spectra"] == said["read"] == 1168
    def first_right(*options):
        out = tmp_path / f"hits{len(names_in(tmp_path))}.tsv"
        succeed("search", data / "massbank_ei_queries.msp.gz", "--spectral-library", tmp_path / "lib", "-o", out,
                "-k", 1, *options)
        report = tmp_path / f"report{len(names_in(tmp_path))}"
        succeed("eval", "--hits", out, "--truth", data / "massbank_ei_queries.msp.gz", "-o", report)
        return read_json(report / "report.json")["recall"]["1"]
    assert first_right() > first_right("--score", "cosine")
