"""index --spectra, and search --spectral-library: spectra of known compounds as answers and as evidence."""

import json
import re

import pytest

from cli_support import DATA, field, names_in, read_json, read_records, read_table, specbridge, succeed, write_records


@pytest.fixture(scope="module")
def spectra(made, tmp_path_factory):
    """Libraries of the training spectra: without a model, and with vectors of one."""
    folder = tmp_path_factory.mktemp("spectra")
    said = json.loads(succeed("index", "--spectra", made.train, "-o", folder / "plain", "--json").out)
    succeed("index", "--spectra", made.train, "--model", made.model["morgan"], "-o", folder / "vectors")
    return {"plain": folder / "plain", "vectors": folder / "vectors", "said": said}


@pytest.fixture
def search(spectra, tmp_path):
    def run(queries, *options, library="plain"):
        out = tmp_path / f"hits{len(names_in(tmp_path))}.tsv"
        succeed("search", queries, "--spectral-library", spectra[library], "-o", out, *options)
        return read_table(out), read_json(f"{out}.run.json")
    return run


def record(**fields):
    """A record that can be taken into a library, changed as is said; None leaves a field out."""
    stated = {"TITLE": "ethanol", "SPECTRUM_ID": "x", "PEPMASS": "47.0491", "ADDUCT": "[M+H]+", "SMILES": "CCO",
              "LICENSE": "CC0", **fields}
    peaks = stated.pop("PEAKS", "29.0386 10\n19.0178 5\n")
    lines = [f"{key}={value}" for key, value in stated.items() if value is not None]
    return "\n".join(["BEGIN IONS", *lines, peaks + "END IONS\n\n"])


def test_counts_add_up(spectra, made):
    said = spectra["said"]
    assert said["read"] == len(read_records(made.train)) == said["spectra"] + said["duplicates"] + said["rejected"]
    assert sum(said["licences"].values()) == said["spectra"] + said["duplicates"]


def test_what_is_no_record_of_a_known_compound_is_listed_with_a_reason(tmp_path):
    (tmp_path / "lib.mgf").write_text(
        record() + record(SPECTRUM_ID="again") + record(SMILES=None, SPECTRUM_ID="bare") +
        record(SMILES="C(", SPECTRUM_ID="bad") + record(PEPMASS=None, SPECTRUM_ID="nowhere") +
        record(PEAKS="46.9 5\n", SPECTRUM_ID="only precursor"))
    said = json.loads(succeed("index", "--spectra", tmp_path / "lib.mgf", "-o", tmp_path / "lib", "--json").out)
    assert said["reasons"] == {"bad_structure": 1, "no_peaks": 1, "no_precursor": 1, "no_structure": 1}
    assert (said["spectra"], said["molecules"], said["duplicates"]) == (1, 1, 1)
    assert said["licences"] == {"CC0": 2}
    rejects = read_table(tmp_path / "lib" / "rejects.tsv")
    assert [(row["id"], row["reason"]) for row in rejects] == [
        ("bare", "no_structure"), ("bad", "bad_structure"), ("nowhere", "no_precursor"), ("only precursor", "no_peaks")]


def test_a_file_without_a_known_compound_is_refused(tmp_path):
    (tmp_path / "lib.mgf").write_text(record(SMILES=None))
    result = specbridge("index", "--spectra", tmp_path / "lib.mgf", "-o", tmp_path / "lib")
    assert result.code == 3
    assert result.err == (f"specbridge: {tmp_path}/lib.mgf: none of 1 spectrum can be taken into a library (1 "
                          "no_structure); expected records with peaks, a structure, and a precursor m/z or "
                          "electron ionisation\n")
    assert names_in(tmp_path) == ["lib.mgf"]


def test_a_library_has_the_same_bytes_on_any_threads(made, spectra, tmp_path):
    succeed("index", "--spectra", made.train, "-o", tmp_path / "lib", "--threads", 2)
    for name in names_in(tmp_path / "lib"):
        if name != "manifest.json":  # which states the command line
            assert (tmp_path / "lib" / name).read_bytes() == (spectra["plain"] / name).read_bytes(), name


def test_info_tells_what_is_in_it_and_finds_damage(spectra, tmp_path):
    text = succeed("info", spectra["plain"]).out
    assert "spectral-library" in text and "all hold" in text


def test_a_spectrum_of_the_library_finds_itself(search, made):
    rows, record_of_run = search(made.train, "-k", 1)
    answered = [row for row in rows if row["status"] == "ok"]
    right = {field(record, "SPECTRUM_ID"): field(record, "INCHIKEY") for record in read_records(made.train)}
    assert len(answered) > 100
    assert all(float(row["score"]) > 0.999999 for row in answered)
    assert record_of_run["ranked_by"] == "library"
    assert record_of_run["spectral_library"]["rule"]["score"] == "entropy"
    assert "model" not in record_of_run
    assert right


def test_left_out_it_finds_others_of_its_compound(search, made):
    rows, _ = search(made.train, "--leave-own-out", "-k", 1)
    answered = [row for row in rows if row["status"] == "ok"]
    assert answered and all(row["library_spectrum"] != row["query_id"] for row in answered)
    molecule = {field(record, "SPECTRUM_ID"): field(record, "SMILES") for record in read_records(made.train)}
    same = [molecule[row["library_spectrum"]] == molecule[row["query_id"]] for row in answered]
    assert sum(same) > len(same) / 2


def test_answers_name_the_spectrum_behind_them(search, made):
    rows, _ = search(made.train, "-k", 1)
    row = next(row for row in rows if row["status"] == "ok")
    record_of_row = next(record for record in read_records(made.train)
                         if field(record, "SPECTRUM_ID") == row["library_spectrum"])
    assert row["library_energy"] == field(record_of_row, "COLLISION_ENERGY")
    assert int(row["library_peaks"]) > 0


def test_why_there_is_no_answer(search, tmp_path):
    (tmp_path / "q.mgf").write_text(
        record(PEPMASS="999.5", SPECTRUM_ID="far") + record(PEAKS="", SPECTRUM_ID="empty"))
    rows, _ = search(tmp_path / "q.mgf")
    assert [(row["query_id"], row["status"]) for row in rows] == [("far", "empty_window"), ("empty", "no_peaks")]
    assert rows[0]["message"] == "the library has no spectrum of precursor m/z 999.5000 in positive mode"


def test_ion_modes_are_never_mixed(search, made, tmp_path):
    records = [record.replace("ADDUCT=[M+H]+", "ADDUCT=[M-H]-").replace("CHARGE=1+", "CHARGE=1-")
               for record in read_records(made.train) if field(record, "ADDUCT") == "[M+H]+"]
    rows, _ = search(write_records(tmp_path / "negative.mgf", records))
    assert {row["status"] for row in rows} == {"empty_window"}
    assert all("in negative mode" in row["message"] for row in rows)


def test_an_open_search_without_a_match_says_how_many_were_compared(search, spectra, made):
    rows, _ = search(made.spectra, "--open", "--min-score", 1, "--min-matched", 50)
    messages = {row["message"] for row in rows if row["status"] == "no_library_match"}
    said = [re.fullmatch(r"none of (\d+) library spectra in (positive|negative) mode is similar enough", message)
            for message in messages]
    assert sum(int(found.group(1)) for found in said) == spectra["said"]["spectra"]


def test_a_high_bar_leaves_no_match(search, made):
    rows, record_of_run = search(made.train, "--leave-own-out", "--min-score", 1, "--min-matched", 50)
    assert {row["status"] for row in rows} <= {"no_library_match", "empty_window", "no_peaks", "bad_record"}
    assert record_of_run["spectral_library"]["rule"]["min_matched"] == 50


@pytest.mark.parametrize("score", ["cosine", "cosine_hungarian", "modified_cosine", "weighted_cosine", "reverse"])
def test_every_score_finds_a_spectrum_itself(search, made, score):
    rows, record_of_run = search(made.train, "--score", score, "-k", 1)
    assert all(float(row["score"]) > 0.999999 for row in rows if row["status"] == "ok")
    assert record_of_run["spectral_library"]["rule"]["score"] == score


def test_vectors_find_a_spectrum_itself(search, made):
    rows, _ = search(made.train, "--score", "vector", "--model", made.model["morgan"], "-k", 1, library="vectors")
    scores = [float(row["score"]) for row in rows if row["status"] == "ok"]
    assert scores and min(scores) > 0.99999


def test_vectors_need_the_model_that_made_them(spectra, made, tmp_path):
    result = specbridge("search", made.train, "--spectral-library", spectra["vectors"], "--score", "vector", "--model",
                        made.model["roberta"], "-o", tmp_path / "hits.tsv")
    assert result.code == 4 and "search with the --model that the library was built with" in result.err
    result = specbridge("search", made.train, "--spectral-library", spectra["plain"], "--score", "vector", "--model",
                        made.model["morgan"], "-o", tmp_path / "hits.tsv")
    assert result.code == 2 and "has no vectors of spectra" in result.err


@pytest.mark.parametrize(("kind", "number"), [("f16", 2), ("i8", 1)])
def test_vectors_kept_in_less_room_give_nearly_the_same_scores(spectra, search, made, tmp_path, kind, number):
    smaller = tmp_path / kind
    succeed("index", "--spectra", made.train, "--model", made.model["morgan"], "--rows", kind, "-o", smaller)
    manifest = read_json(smaller / "manifest.json")
    assert (manifest["row_type"], f"spectrum_vectors.{kind}" in names_in(smaller)) == (kind, True)
    assert ("spectrum_scales.f32" in names_in(smaller)) == (kind == "i8")
    room = (smaller / f"spectrum_vectors.{kind}").stat().st_size
    assert 1 <= room / (manifest["spectra"] * manifest["spectrum_dim"] * number) < 1.2
    spectra[kind] = smaller
    rows, exact = (search(made.train, "--score", "vector", "--model", made.model["morgan"], "-k", 1, library=name)[0]
                   for name in (kind, "vectors"))
    scores = [[float(row["score"]) for row in found if row["status"] == "ok"] for found in (rows, exact)]
    assert scores[0] == pytest.approx(scores[1], abs=1e-3 if kind == "f16" else 2e-2)
    assert scores[0] != scores[1]


def test_how_vectors_are_kept_is_asked_of_a_model_alone(made, refused):
    refused(2, "index: --rows i8 is about vectors, which spectra have with --model alone; name a model, or leave it "
            "out", "index", "--spectra", made.train, "--rows", "i8")


def test_beside_a_library_its_molecules_are_candidates_too(search, made):
    rows, record_of_run = search(made.train, "--library", made.library["morgan"], "--model", made.model["morgan"],
                                 "-k", 0, library="vectors")
    assert record_of_run["ranked_by"] == "cosine"
    found = {row["query_id"] for row in rows if row["library_spectrum"]}
    alone, _ = search(made.train, "-k", 1)
    assert found == {row["query_id"] for row in alone if row["status"] == "ok"}
    for row in rows:
        if row["status"] == "ok":
            assert bool(row["evidence.library"]) == bool(row["library_spectrum"])
            assert row["evidence.cosine"] != ""


def test_without_vectors_added_molecules_have_no_cosine(search, made, tmp_path):
    (tmp_path / "few.smi").write_text("a\tCCO\n")
    succeed("index", tmp_path / "few.smi", "--model", made.model["morgan"], "-o", tmp_path / "few")
    rows, _ = search(made.train, "--library", tmp_path / "few", "--model", made.model["morgan"], "-k", 0)
    missing = [row for row in rows if row["status"] == "ok" and row["evidence.cosine"] == ""]
    assert missing and all(row["library_spectrum"] for row in missing)


def test_ranked_by_library_spectra_the_rest_follows(search, made):
    rows, _ = search(made.train, "--library", made.library["morgan"], "--model", made.model["morgan"], "-k", 0,
                     "--rank-by", "library", library="vectors")
    for row in rows:
        if row["rank"] == "1" and float(row["candidates"]) > 1 and row["evidence.library"]:
            assert row["score"] == row["evidence.library"]


def test_q_values_come_from_second_answers(search, made):
    rows, _ = search(made.train, "--leave-own-out", "-k", 2)
    first = {row["query_id"]: float(row["score"]) for row in rows if row["rank"] == "1"}
    second = [float(row["score"]) for row in rows if row["rank"] == "2"]
    assert "probability" not in rows[0] and second
    for row in rows:
        if row["rank"] == "1":
            # Of all queries whose first answer scores at least as high, or any lower bar: the smallest share.
            shares = [(sum(score >= bar for score in second) + 1) / sum(score >= bar for score in first.values())
                      for bar in first.values() if bar <= float(row["score"])]
            assert float(row["q_value"]) == pytest.approx(min(1, *shares), abs=1e-4)
        else:
            assert row["q_value"] == ""


def test_answers_above_a_q_value_are_left_out(search, made):
    rows, _ = search(made.train, "--leave-own-out", "-k", 1, "--max-q", 0.05)
    kept = [row for row in rows if row["rank"] == "1"]
    assert kept and all(float(row["q_value"]) <= 0.05 for row in kept)


def test_open_finds_spectra_of_other_precursors_and_says_what_differs(search, made, tmp_path):
    moved = [record.replace(f"PRECURSOR_MZ={field(record, 'PRECURSOR_MZ')}",
                            f"PRECURSOR_MZ={float(field(record, 'PRECURSOR_MZ')) + 14.01565:.6f}")
             for record in read_records(made.train)[:20]]
    rows, record_of_run = search(write_records(tmp_path / "moved.mgf", moved), "--open", "-k", 1)
    assert record_of_run["spectral_library"]["precursors"] == "any"
    right = [row for row in rows if row["library_spectrum"] == row["query_id"]]
    assert len(right) > len(rows) / 2
    assert all(row["library_change"] == "+CH2" and abs(float(row["library_difference"]) - 14.01565) < 1e-3
               for row in right)
    closed, _ = search(tmp_path / "moved.mgf", "-k", 1)
    assert all(row["library_spectrum"] != row["query_id"] for row in closed)


def with_everything_moved(record, by):
    """The same losses from a heavier precursor."""
    def moved(match):
        return f"{match[1]}{float(match[2]) + by:.6f}"
    return re.sub(r"(?m)^(PRECURSOR_MZ=|)([0-9.]+)(?=[ \n])", moved, record)


def test_hybrid_entropy_finds_equal_losses_from_another_precursor(search, made, tmp_path):
    queries = write_records(tmp_path / "moved.mgf", [with_everything_moved(record, 100.0524)
                                                     for record in read_records(made.train)[:20]])
    found = {}
    for score in ("entropy", "entropy_hybrid"):
        rows, record_of_run = search(queries, "--open", "--score", score, "-k", 1)
        assert record_of_run["spectral_library"]["rule"]["score"] == score
        found[score] = [float(row["score"]) for row in rows if row["library_spectrum"] == row["query_id"]]
    hybrid = sorted(found["entropy_hybrid"])
    assert len(hybrid) == 20 and hybrid[10] > 1 - 1e-5
    assert hybrid[0] > 0.9, "peaks that are moved onto others match these"
    assert len(found["entropy"]) < 5


def test_analogues_are_evidence_where_they_are_asked_for(search, made):
    rows, _ = search(made.spectra, "--library", made.library["morgan"], "--model", made.model["morgan"], "--analogues",
                     "-k", 3)
    values = [float(row["evidence.analogues"]) for row in rows if row["status"] == "ok"]
    assert values and all(0 <= value <= 3 for value in values) and max(values) > 0
    plain, _ = search(made.spectra, "--library", made.library["morgan"], "--model", made.model["morgan"], "-k", 3)
    assert "evidence.analogues" not in plain[0]


def test_results_do_not_depend_on_threads(spectra, made, tmp_path):
    outputs = []
    for threads in (1, 2):
        out = tmp_path / f"{threads}.tsv"
        succeed("search", made.spectra, "--spectral-library", spectra["vectors"], "--library", made.library["morgan"],
                "--model", made.model["morgan"], "--analogues", "--threads", threads, "-o", out)
        outputs.append(out.read_bytes())
    assert outputs[0] == outputs[1]


@pytest.mark.parametrize("options, complaint", [
    (("--score", "luck"), "\"luck\" is not a score of two spectra; expected one of cosine, "),
    (("--rank-by", "cosine"), "--rank-by cosine: the molecules of the library of spectra have no vectors"),
    (("--formula",), "search: --formula chooses molecules of a library; name one with --library"),
    (("--min-probability", "0.5"), "search: --min-probability: a similarity of spectra is no probability; use"),
    (("--peak-tolerance", "50Da"), "50Da: peaks cannot be matched within that; expected at most 10 Da")])
def test_what_cannot_be_searched_is_refused(spectra, made, tmp_path, options, complaint):
    result = specbridge("search", made.spectra, "--spectral-library", spectra["plain"], "-o", tmp_path / "hits.tsv",
                        *options)
    assert result.code == 2 and result.err.startswith(f"specbridge: {complaint}")
    assert names_in(tmp_path) == []


def test_options_of_library_spectra_need_one(made, tmp_path):
    result = specbridge("search", made.spectra, "--library", made.library["morgan"], "--min-matched", 3, "-o",
                        tmp_path / "hits.tsv")
    assert result.code == 2 and "name their library with --spectral-library" in result.err


def test_a_molecule_library_is_no_library_of_spectra(made, tmp_path):
    result = specbridge("search", made.spectra, "--spectral-library", made.library["morgan"], "-o",
                        tmp_path / "hits.tsv")
    assert (result.code, result.err) == (
        4, f"specbridge: {made.library['morgan']}: is a library, expected a spectral-library\n")


def test_molecules_and_spectra_are_indexed_in_runs_of_their_own(made, tmp_path):
    result = specbridge("index", DATA / "library.smi.gz", "--spectra", made.train, "-o", tmp_path / "lib")
    assert result.code == 2 and "in a run of its own" in result.err
    assert specbridge("index", "-o", tmp_path / "lib").code == 2


def test_calibrate_weighs_having_a_library_spectrum_and_how_alike_it_is(made, fitted, tmp_path):
    records = read_records(made.spectra)
    write_records(tmp_path / "lib.mgf", records[::2] + read_records(made.train))
    succeed("index", "--spectra", tmp_path / "lib.mgf", "-o", tmp_path / "lib")
    said = json.loads(succeed("calibrate", "--model", fitted.model, "--spectra", made.spectra, "--candidates",
                              made.pools, "--spectral-library", tmp_path / "lib", "--analogues", "-o",
                              tmp_path / "model", "--json").out)
    others = {"analogues", "cosine", "fragments"}
    assert set(said["weights"]) == others | {"library", "library_found"} | {f"{kind}_with_library" for kind in others}
    assert set(said["mrr"]) == others | {"library", "library_found", "fused"}
    succeed("eval", "--model", tmp_path / "model", "--spectra", made.spectra, "--candidates", made.pools,
            "--spectral-library", tmp_path / "lib", "--control", "none,zeroed", "--mces", "none", "-o",
            tmp_path / "report")
    report = read_json(tmp_path / "report" / "report.json")
    assert report["recall"]["1"] > report["controls"]["zeroed"]["recall"]["1"]
    succeed("search", made.spectra, "--model", tmp_path / "model", "--library", fitted.library, "--spectral-library",
            tmp_path / "lib", "-o", tmp_path / "hits.tsv")
    row = read_table(tmp_path / "hits.tsv")[0]
    assert {"evidence.library", "evidence.analogues"} <= set(row)
    assert read_json(tmp_path / "hits.tsv.run.json")["ranked_by"] == "fused"
