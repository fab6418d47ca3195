"""What `calibrate` makes: weights of evidence, probabilities of first answers; what search and eval do with them."""

import json
import shutil
from types import SimpleNamespace

import pytest

from cli_support import (DATA, answered, by_query, edit_manifest, read_json, read_table, search_fitted, specbridge,
                         succeed)


def test_a_calibrated_model_says_what_its_weights_are_fitted_to(fitted, calibrated):
    assert set(calibrated.said["weights"]) == {"cosine", "fragments"}
    assert 0 < calibrated.said["molecules"] <= calibrated.said["spectra"]
    assert set(calibrated.said["mrr"]) == {"cosine", "fragments", "fused"}
    manifest, before = read_json(calibrated.model / "manifest.json"), read_json(fitted.model / "manifest.json")
    assert manifest["calibration"]["weights"] == calibrated.said["weights"]
    assert manifest["fingerprint"] != before["fingerprint"]
    assert manifest["files"] == before["files"]


def test_a_calibrated_model_ranks_by_the_weighted_sum(calibrated, tmp_path):
    hits = search_fitted(calibrated, tmp_path, "-k", 0)
    assert read_json(f"{hits}.run.json")["ranked_by"] == "fused"
    weights = calibrated.said["weights"]
    rows = answered(hits)
    assert rows
    for row in rows:
        fused = sum(weights[kind] * float(row[f"evidence.{kind}"]) for kind in weights)
        assert float(row["score"]) == pytest.approx(fused, abs=1e-4)
    alone = answered(search_fitted(calibrated, tmp_path, "--rank-by", "cosine", "-k", 0))
    assert all(row["score"] == row["evidence.cosine"] for row in alone)


def test_the_same_weights_come_out_of_any_batch_and_threads(fitted, made, calibrated):
    out = fitted.folder / "calibrated-again"
    succeed("calibrate", "--model", fitted.model, "--spectra", made.spectra, "--candidates", made.pools, "-o", out,
            "--threads", 2)
    assert read_json(out / "manifest.json")["calibration"]["weights"] == calibrated.said["weights"]


def test_candidates_may_come_from_the_mass_window_of_a_library(fitted, made, tmp_path):
    said = json.loads(succeed("calibrate", "--model", fitted.model, "--spectra", made.spectra, "--library",
                              fitted.library, "-o", tmp_path / "model", "--json").out)
    assert said["spectra"] > 0


def test_spectra_of_training_molecules_are_refused(fitted, made, tmp_path):
    result = specbridge("calibrate", "--model", fitted.model, "--spectra", made.train, "--library", fitted.library,
                        "-o", tmp_path / "model")
    assert result.code == 3
    assert "the model was trained on this molecule" in result.err
    assert not (tmp_path / "model").exists()


def test_one_kind_of_evidence_cannot_be_weighed(made, tmp_path):
    result = specbridge("calibrate", "--model", made.model["morgan"], "--spectra", made.spectra, "--candidates",
                        made.pools, "-o", tmp_path / "model")
    assert result.code == 2
    assert "has the cosine as its only evidence" in result.err and "--decoys LIST" in result.err


def test_an_evaluation_says_what_it_ranked_by(fitted, calibrated, made, tmp_path):
    def notes(model, name, *options):
        succeed("eval", "--model", model, "--spectra", made.spectra, "--candidates", made.pools, "--mces", "none", "-o",
                tmp_path / name, *options)
        return " ".join(read_json(tmp_path / name / "report.json")["notes"])

    assert "ranked by" not in notes(fitted.model, "cosine")
    assert "ranked by fragments" in notes(fitted.model, "fragments", "--rank-by", "fragments")
    fused = notes(calibrated.model, "fused")
    assert "ranked by" in fused and "x cosine" in fused and "x fragments" in fused


def test_info_tells_of_fragments_and_weights(calibrated):
    out = succeed("info", calibrated.model).out
    assert "fragment score" in out and "weighed evidence" in out


def test_fused_ranking_needs_a_calibrated_model(fitted, tmp_path):
    result = specbridge("search", DATA / "query.mgf", "--model", fitted.model, "--library", fitted.library,
                        "--rank-by", "fused", "-o", tmp_path / "hits.tsv")
    assert result.code == 2 and "specbridge calibrate" in result.err


def test_the_probability_says_what_it_is_worked_out_from(calibrated):
    probability = calibrated.said["probability"]
    assert probability["absent"] == 0.5
    assert set(probability["weights"]) == {"log_odds", "prominence", "prominence_squared", "alone", "log_candidates",
                                           "log_peaks", "explained_intensity", "evidence.cosine",
                                           "evidence.fragments", "fragments_per_peak", "constant"}
    assert set(probability["present"]["weights"]) == set(probability["weights"])
    assert probability["present"]["weights"]["log_candidates"] == probability["present"]["weights"]["alone"] == 0
    assert 0 <= probability["present"]["expected_error"] <= 1 and "made_isomers" not in probability
    assert 0 <= probability["expected_error"] <= 1
    assert 0 <= probability["auroc_absent"] <= 1 and 0 <= probability["auroc_absent_by_margin"] <= 1
    assert read_json(calibrated.model / "manifest.json")["calibration"]["probability"] == probability


def test_the_more_truths_are_absent_the_less_probable_is_an_answer(fitted, made, calibrated, tmp_path):
    succeed("calibrate", "--model", fitted.model, "--spectra", made.spectra, "--candidates", made.pools, "--absent",
            0.9, "-o", tmp_path / "model")

    def probabilities(model):
        out = tmp_path / f"{model.parent.name}-hits.tsv"
        succeed("search", DATA / "query.mgf", "--model", model, "--library", fitted.library, "-o", out)
        return [float(row["probability"]) for row in answered(out) if row["rank"] == "1"]

    few, many = probabilities(calibrated.model), probabilities(tmp_path / "model")
    assert sum(many) < sum(few)


def test_a_share_of_absent_truths_is_below_one(fitted, made, tmp_path):
    result = specbridge("calibrate", "--model", fitted.model, "--spectra", made.spectra, "--candidates", made.pools,
                        "--absent", 1, "-o", tmp_path / "model")
    assert result.code == 2
    assert result.err == "specbridge: --absent: found 1, expected a share of at least 0 and below 1\n"


def test_hits_have_their_columns_in_the_order_that_others_rely_on(calibrated, tmp_path):
    with open(search_fitted(calibrated, tmp_path)) as table:
        columns = table.readline().rstrip("\n").split("\t")
    assert columns[14:] == ["message", "margin", "probability", "q_value", "explained_peaks", "explained_intensity",
                            "evidence.cosine", "evidence.fragments", "retention_time", "peaks_used", "name",
                            "inchikey", "probability_present"]


def test_first_answers_alone_have_a_probability_and_a_q_value(calibrated, tmp_path):
    rows = answered(search_fitted(calibrated, tmp_path, "-k", 3, spectra=DATA / "val.mgf.gz"))
    for row in rows:
        first = row["rank"] == "1"
        assert (row["probability"] != "") == first and (row["q_value"] != "") == first
    firsts = sorted((float(row["probability"]), float(row["q_value"])) for row in rows if row["rank"] == "1")
    assert len(firsts) > 50 and len(set(firsts)) > 10
    assert all(0 < p < 1 and 0 < q <= 1 for p, q in firsts)
    assert [q for _, q in firsts] == sorted((q for _, q in firsts), reverse=True)


def test_every_row_says_how_probable_it_is_that_the_right_one_is_a_candidate(calibrated, tmp_path):
    rows = answered(search_fitted(calibrated, tmp_path, "-k", 3, spectra=DATA / "val.mgf.gz"))
    of_query = {}
    for row in rows:
        of_query.setdefault(row["query_id"], set()).add(row["probability_present"])
        if row["probability"]:
            assert 0 < float(row["probability"]) <= float(row["probability_present"]) < 1
    assert all(len(stated) == 1 for stated in of_query.values()) and len(set().union(*of_query.values())) > 10


def test_nothing_is_learned_of_presence_where_no_truth_is_absent(fitted, made, tmp_path):
    said = json.loads(succeed("calibrate", "--model", fitted.model, "--spectra", made.spectra, "--candidates",
                              made.pools, "--absent", 0, "-o", tmp_path / "model", "--json").out)
    assert "present" not in said["probability"]
    hits = tmp_path / "hits.tsv"
    succeed("search", DATA / "query.mgf", "--model", tmp_path / "model", "--library", fitted.library, "-o", hits)
    assert "probability_present" not in answered(hits)[0]


@pytest.fixture(scope="module")
def above_isomers(fitted, made, tmp_path_factory):
    out = tmp_path_factory.mktemp("above-isomers") / "model"
    said = json.loads(succeed("calibrate", "--model", fitted.model, "--spectra", made.spectra, "--candidates",
                              made.pools, "--made-isomers", 8, "-o", out, "--json").out)
    return SimpleNamespace(model=out, library=fitted.library, said=said)


def test_a_probability_may_be_of_how_answers_stand_above_made_isomers(above_isomers, calibrated, tmp_path):
    probability = above_isomers.said["probability"]
    assert probability["made_isomers"] == 8
    assert {"above_isomers", "isomers_as_good"} <= set(probability["weights"])
    by_isomers, without = ({(row["query_id"], row["rank"]): row for row in answered(search_fitted(model, tmp_path))}
                           for model in (above_isomers, calibrated))
    assert by_isomers.keys() == without.keys()
    assert all(row["score"] == without[key]["score"] for key, row in by_isomers.items())
    assert any(row["probability"] != without[key]["probability"] for key, row in by_isomers.items())


def test_made_isomers_are_the_same_on_any_number_of_threads_and_in_any_batch(above_isomers, fitted, made, tmp_path):
    succeed("calibrate", "--model", fitted.model, "--spectra", made.spectra, "--candidates", made.pools,
            "--made-isomers", 8, "--threads", 1, "-o", tmp_path / "model")
    again = read_json(tmp_path / "model" / "manifest.json")["calibration"]["probability"]
    assert again["weights"] == above_isomers.said["probability"]["weights"]
    one, two = (search_fitted(above_isomers, tmp_path, "--threads", threads, "--batch", batch,
                              spectra=DATA / "val.mgf.gz").read_bytes() for threads, batch in ((1, 5), (2, 64)))
    assert one == two


def test_made_isomers_of_a_model_without_a_fragment_score_are_refused(above_isomers, tmp_path):
    shutil.copytree(above_isomers.model, tmp_path / "model")
    edit_manifest(tmp_path / "model", lambda manifest: manifest.pop("fragments"))
    result = specbridge("search", DATA / "query.mgf", "--model", tmp_path / "model", "--library",
                        above_isomers.library, "-o", tmp_path / "hits.tsv")
    assert result.code != 0 and '"made_isomers" is 8, expected none' in result.err


@pytest.mark.parametrize("count", [1, 4, 1001])
def test_so_few_or_so_many_made_isomers_are_refused(count, fitted, made, tmp_path):
    result = specbridge("calibrate", "--model", fitted.model, "--spectra", made.spectra, "--candidates", made.pools,
                        "--made-isomers", count, "-o", tmp_path / "model")
    assert result.code == 2
    assert result.err == f"specbridge: --made-isomers: found {count}, expected 0 (none) or 5 to 1000\n"


def test_queries_with_other_numbers_of_candidates_have_no_probability(calibrated, tmp_path):
    fewest, most = calibrated.said["probability"]["candidates"]
    assert 1 <= fewest < most
    rows = [row for row in answered(search_fitted(calibrated, tmp_path, "--tolerance", "100Da", "-k", 1))]
    beyond = [row for row in rows if int(row["candidates"]) > most]
    assert beyond and all(row["probability"] == "" and row["q_value"] == "" for row in beyond)
    assert all(f"candidates, the model was calibrated with {fewest} to {most}" in row["message"] for row in beyond)


def test_answers_without_a_probability_are_not_certain_enough(calibrated, tmp_path):
    most = calibrated.said["probability"]["candidates"][1]
    rows = read_table(search_fitted(calibrated, tmp_path, "--tolerance", "100Da", "-k", 1, "--max-q", 1))
    beyond = [row for row in rows if row["candidates"] and int(row["candidates"]) > most]
    assert beyond and all(row["rank"] == "" and row["status"] == "ok" for row in beyond)
    assert all("answers left out for want of a probability" in row["message"] for row in beyond)


def test_explained_peaks_are_those_that_fragments_explain(calibrated, tmp_path):
    rows = answered(search_fitted(calibrated, tmp_path))
    assert all(int(row["explained_peaks"]) >= 0 and 0 <= float(row["explained_intensity"]) <= 1 for row in rows)
    assert all((row["explained_peaks"] == "0") == (float(row["explained_intensity"]) == 0) for row in rows)
    assert any(float(row["explained_intensity"]) > 0 for row in rows)


def test_certainty_does_not_depend_on_threads_or_batch(calibrated, tmp_path):
    one = search_fitted(calibrated, tmp_path, "--threads", 1).read_bytes()
    assert search_fitted(calibrated, tmp_path, "--threads", 2, "--batch", 1).read_bytes() == one


def test_standard_output_gets_the_same_rows(calibrated, tmp_path):
    of_file = search_fitted(calibrated, tmp_path).read_text()
    printed = succeed("search", DATA / "query.mgf", "--model", calibrated.model, "--library",
                      calibrated.library, "-o", "-").out
    assert printed == of_file


def first_rows(path):
    return {query: rows[0] for query, rows in by_query(read_table(path)).items()}


def test_answers_that_are_improbable_are_left_out(calibrated, tmp_path):
    whole = first_rows(search_fitted(calibrated, tmp_path))
    least = sorted(float(row["probability"]) for row in whole.values() if row["probability"])[len(whole) // 2]
    hits = search_fitted(calibrated, tmp_path, "--min-probability", least)
    limited = first_rows(hits)
    assert limited.keys() == whole.keys()
    left_out = 0
    for query, row in limited.items():
        before = whole[query]
        if before["probability"] and float(before["probability"]) < least:
            left_out += 1
            assert row["status"] == "ok" and row["rank"] == "" and row["score"] == "" and row["smiles"] == ""
            assert row["candidates"] == before["candidates"]
            assert (f"answers left out: the first is right with a probability of {before['probability']}, less than "
                    f"--min-probability {least}") in row["message"]
        else:
            assert row == before  # q-values are of all queries
    assert 0 < left_out < len(whole)
    record = read_json(f"{hits}.run.json")
    assert record["left_out"] == left_out and record["min_probability"] == least


def test_answers_with_a_large_q_value_are_left_out(calibrated, tmp_path):
    spectra = DATA / "val.mgf.gz"
    whole = first_rows(search_fitted(calibrated, tmp_path, spectra=spectra))
    values = sorted({float(row["q_value"]) for row in whole.values() if row["q_value"]})
    most = values[0]
    assert most < values[-1]
    limited = first_rows(search_fitted(calibrated, tmp_path, "--max-q", most, spectra=spectra))
    for query, row in limited.items():
        before = whole[query]
        if before["q_value"] and float(before["q_value"]) > most:
            assert row["rank"] == ""
            assert f"the q-value of the first is {before['q_value']}, more than --max-q" in row["message"]
        else:
            assert row == before


def test_an_answer_that_was_left_out_counts_as_a_miss(calibrated, tmp_path):
    hits = search_fitted(calibrated, tmp_path, "--min-probability", 1, spectra=DATA / "val.mgf.gz")
    succeed("eval", "--hits", hits, "--truth", DATA / "val.mgf.gz", "--mces", "none", "-o", tmp_path / "report")
    report = read_json(tmp_path / "report" / "report.json")
    assert report["evaluated"] == 0 and report["missed"]["left_out"] > 0
    assert report["recall"]["1"] == 0


def test_limits_need_a_model_that_states_probabilities(fitted, calibrated, tmp_path):
    for model, options in ((fitted.model, ("--min-probability", 0.5)),
                           (calibrated.model, ("--max-q", 0.1, "--rank-by", "cosine"))):
        result = specbridge("search", DATA / "query.mgf", "--model", model, "--library", fitted.library, "-o",
                            tmp_path / "hits.tsv", *options)
        assert result.code == 2
        assert "--min-probability and --max-q need the probability of first answers" in result.err
        assert "specbridge calibrate" in result.err
        assert not (tmp_path / "hits.tsv").exists()


def test_an_evaluation_tells_how_far_probabilities_can_be_trusted(calibrated, made, tmp_path):
    out = succeed("eval", "--model", calibrated.model, "--spectra", made.spectra, "--candidates", made.pools, "--mces",
                  "none", "-o", tmp_path / "report").out
    assert "truths absent" in out and "AUROC" in out
    report = read_json(tmp_path / "report" / "report.json")
    certainty = report["certainty"]
    assert certainty["all_present"]["absent"] == 0 and certainty["some_absent"]["absent"] == 0.5
    assert certainty["all_present"]["right"] == pytest.approx(report["recall"]["1"], abs=0.05)
    assert certainty["some_absent"]["right"] == pytest.approx(certainty["all_present"]["right"] / 2, abs=0.05)
    for figures in (certainty["all_present"], certainty["some_absent"]):
        bins = figures["reliability"]
        assert sum(one["answers"] for one in bins) == pytest.approx(figures["answers"])
        error = sum(one["answers"] * abs(one["stated"] - one["right"]) for one in bins) / figures["answers"]
        assert figures["expected_error"] == pytest.approx(error)
        assert 0 <= figures["aurc"] <= 1


def test_a_ranking_by_cosine_has_no_probabilities(calibrated, made, tmp_path):
    succeed("eval", "--model", calibrated.model, "--spectra", made.spectra, "--candidates", made.pools, "--mces",
            "none", "--rank-by", "cosine", "-o", tmp_path / "report")
    assert "certainty" not in read_json(tmp_path / "report" / "report.json")
