"""specbridge eval: figures that an independent recomputation finds, too."""

import json
from fractions import Fraction

import pytest

from cli_support import (by_query, field, names_in, read_json, read_records, read_table, specbridge, spectrum, succeed,
                         write_json, write_records)

RANKS_HEADER = ["query_id", "query_index", "inchikey14", "pool_size", "rank", "ties", "score", "best_score",
                "best_smiles", "status", "tanimoto", "mces", "mces_lower", "mces_upper"]


CONTROLS = ["zeroed", "flat", "precursor", "mean"]


@pytest.fixture(scope="module")
def evaluate(made):
    """Evaluates a model on the sample; returns the result of the run."""
    return lambda kind, out, *options: succeed("eval", "--model", made.model[kind], "--spectra", made.spectra,
                                               "--candidates", made.pools, "-o", out, *options)


@pytest.fixture(scope="module")
def search(made):
    """Searches the sample in its pools."""
    return lambda kind, out, *options: succeed("search", made.spectra, "--model", made.model[kind], "--candidates",
                                               made.pools, "-o", out, *options)


@pytest.fixture(scope="module")
def evaluated(made, evaluate, search, tmp_path_factory):
    """By kind of encoder a folder: the report of --model, the table of all candidates, the report of --hits."""
    folders = {}
    for kind in made.model:
        folders[kind] = folder = tmp_path_factory.mktemp(kind)
        evaluate(kind, folder / "by-model", "--control", ",".join(["none", *CONTROLS]))
        search(kind, folder / "hits.tsv", "-k", 0)
        succeed("eval", "--hits", folder / "hits.tsv", "--truth", made.spectra, "-o", folder / "by-hits")
    return folders


@pytest.fixture
def by_hand(made, evaluated, kind):
    """(rank, pool size) of every query; rank: 1 + other structures scoring at least as high as the truth."""
    queries, ranks = by_query(read_table(evaluated[kind] / "hits.tsv")), []
    for index, record in enumerate(read_records(made.spectra)):
        truth = field(record, "INCHIKEY")[:14]
        scores = {row["inchikey14"]: float(row["score"]) for row in queries[index]}
        others = [score for key, score in scores.items() if key != truth]
        ranks.append((1 + sum(score >= scores[truth] for score in others), len(scores)))
    return ranks


@pytest.fixture
def report(evaluated, kind):
    return read_json(evaluated[kind] / "by-model/report.json")


def test_a_report_is_ranks_and_figures(evaluated, kind, report):
    assert names_in(evaluated[kind] / "by-model") == ["ranks.tsv", "report.html", "report.json"]
    assert {"schema_version", "queries", "evaluated", "missed", "recall", "mrr", "random", "pools",
            "inputs"} <= set(report)
    assert (report["schema_version"], report["queries"], report["evaluated"], report["missed"]) == (1, 60, 60, {})
    assert [entry["role"] for entry in report["inputs"]] == ["spectra", "candidates", "model"]
    assert list(read_table(evaluated[kind] / "by-model/ranks.tsv")[0]) == RANKS_HEADER


def test_eval_of_a_table_equals_eval_of_the_model(evaluated, kind, report):
    of_hits = read_json(evaluated[kind] / "by-hits/report.json")
    for key in ("queries", "evaluated", "missed", "recall", "mrr", "random", "pools", "notes", "median_rank",
                "tanimoto_at_1", "macro", "intervals", "ties", "rules", "analyses"):
        assert report[key] == of_hits[key], key
    tables = [(evaluated[kind] / name / "ranks.tsv").read_text() for name in ("by-model", "by-hits")]
    assert tables[0] == tables[1]


def test_ranks_are_those_counted_by_hand(evaluated, kind, by_hand):
    rows = read_table(evaluated[kind] / "by-model/ranks.tsv")
    assert [(int(row["rank"]), int(row["pool_size"])) for row in rows] == by_hand


def test_recall_and_mrr_are_those_counted_by_hand(report, by_hand):
    ranks = [rank for rank, _ in by_hand]
    for cutoff in (1, 5, 20):
        expected = sum(rank <= cutoff for rank in ranks) / len(ranks)
        assert report["recall"][str(cutoff)] == pytest.approx(expected, abs=1e-12)
    assert report["mrr"] == pytest.approx(float(sum(Fraction(1, rank) for rank in ranks) / len(ranks)), abs=1e-12)


def test_the_random_baseline_is_the_expectation_over_the_same_pools(report, by_hand):
    sizes = [size for _, size in by_hand]
    for cutoff in (1, 5, 20):
        expected = sum(Fraction(min(cutoff, size), size) for size in sizes) / len(sizes)
        assert report["random"]["recall"][str(cutoff)] == pytest.approx(float(expected), abs=1e-12)
    harmonic = sum(sum(1 / rank for rank in range(1, size + 1)) / size for size in sizes) / len(sizes)
    assert report["random"]["mrr"] == pytest.approx(harmonic, abs=1e-12)
    assert report["pools"]["max"] == max(sizes)
    assert report["pools"]["mean"] == pytest.approx(sum(sizes) / len(sizes))


@pytest.mark.parametrize("control", CONTROLS)
def test_a_control_stands_beside_the_figures_and_is_what_it_is_alone(evaluate, report, kind, control, tmp_path):
    evaluate(kind, tmp_path / "report", "--control", control)
    alone = read_json(tmp_path / "report/report.json")
    beside = report["controls"][control]
    assert sorted(report["controls"]) == sorted(CONTROLS)
    assert (alone["recall"], alone["mrr"]) == (beside["recall"], beside["mrr"])
    assert alone["notes"] == ["truth in the pool: 60 of 60 queries",
                              f'control run: the model was shown "{control}" instead of the spectra']


def test_the_mean_control_ranks_a_pool_alike_for_all_its_spectra(evaluate, tmp_path):
    evaluate("morgan", tmp_path / "report", "--control", "mean")
    ranks = {}
    for row in read_table(tmp_path / "report/ranks.tsv"):
        ranks.setdefault(row["inchikey14"], set()).add((row["rank"], row["score"]))
    assert {len(found) for found in ranks.values()} == {1}


def test_the_table_on_stdout_shows_model_random_and_controls(evaluate, tmp_path):
    result = evaluate("morgan", tmp_path / "report", "--control", "none,zeroed,mean")
    first, second = (block.splitlines() for block in result.out.split("\n\n")[:2])
    assert first[0].split() == ["model", "95", "%", "found", "molecules", "random", "zeroed"]
    assert second[0].split() == ["mean"]
    assert [line.split()[0] for line in first[1:6]] == ["Recall@1", "Recall@5", "Recall@20", "MRR", "Tanimoto@1"]
    assert result.err == f"report in {tmp_path / 'report/report.html'}\n"


def test_the_report_is_to_be_had_on_stdout_as_json(evaluate, tmp_path):
    result = evaluate("morgan", tmp_path / "report", "--json")
    assert json.loads(result.out) == read_json(tmp_path / "report/report.json")


def test_a_short_list_leaves_recall_beyond_its_end_unknown(made, search, by_hand, kind, tmp_path):
    search(kind, tmp_path / "hits.tsv", "-k", 10)
    succeed("eval", "--hits", tmp_path / "hits.tsv", "--truth", made.spectra, "-o", tmp_path / "report")
    report = read_json(tmp_path / "report/report.json")
    ranks = [rank for rank, _ in by_hand]
    assert report["recall"]["20"] is None
    assert report["recall"]["5"] == pytest.approx(sum(rank <= 5 for rank in ranks) / 60)
    assert report["missed"] == {"beyond_k": sum(rank > 10 for rank in ranks)}
    assert report["notes"][0].startswith("Recall@20 cannot be known: ")


def test_cutoffs_can_be_chosen(evaluate, tmp_path):
    evaluate("morgan", tmp_path / "report", "--cutoffs", "2,3")
    report = read_json(tmp_path / "report/report.json")
    assert sorted(report["recall"]) == sorted(report["random"]["recall"]) == ["2", "3"]


def test_every_query_counts_and_has_a_status(made, tmp_path):
    good = dict(PRECURSOR_MZ=195.0877, ADDUCT="[M+H]+", SMILES="CCO")
    records = [spectrum(**good), spectrum(**{**good, "SMILES": None}), spectrum(**{**good, "SMILES": "x!"}),
               spectrum(**{**good, "SMILES": "CCCC"}), spectrum(**{**good, "PRECURSOR_MZ": None}),
               spectrum(**{**good, "SMILES": "CCN"}), spectrum(**{**good, "SMILES": "CCCl"}),
               spectrum(**good, MS_LEVEL=1), spectrum(**{**good, "peaks": ""})]
    spectra = write_records(tmp_path / "some.mgf", records)
    pools = write_json(tmp_path / "pools.json", {"CCO": ["OCC", "CCS"], "CCN": ["CCP"], "CCCl": []})
    expected = {"no_structure": 1, "bad_structure": 1, "no_pool": 1, "no_precursor": 1, "truth_not_in_pool": 1,
                "empty_pool": 1, "no_peaks": 1}
    succeed("eval", "--model", made.model["morgan"], "--spectra", spectra, "--candidates", pools, "-o",
            tmp_path / "by-model")
    succeed("search", spectra, "--model", made.model["morgan"], "--candidates", pools, "-k", 0, "-o",
            tmp_path / "hits.tsv")
    succeed("eval", "--hits", tmp_path / "hits.tsv", "--truth", spectra, "-o", tmp_path / "by-hits")
    for name in ("by-model", "by-hits"):
        report = read_json(tmp_path / name / "report.json")
        assert (report["queries"], report["evaluated"], report["missed"]) == (8, 1, expected)
        rank = int(read_table(tmp_path / name / "ranks.tsv")[0]["rank"])
        assert report["mrr"] == pytest.approx(1 / rank / 8)
    assert (tmp_path / "by-model/ranks.tsv").read_text() == (tmp_path / "by-hits/ranks.tsv").read_text()


def test_ties_and_absences_count_against_the_model(tmp_path):
    spectra = write_records(tmp_path / "truth.mgf", [
        spectrum(SPECTRUM_ID=name, PRECURSOR_MZ=195.0877, ADDUCT="[M+H]+", SMILES="CCO") for name in "abc"])
    (tmp_path / "hits.tsv").write_text("query_id\tsmiles\tscore\n"
                                       "a\tCCC\t0.5\na\tOCC\t0.5\na\tCCN\t0.5\na\tCCS\t0.1\n"
                                       "b\tCCC\t0.5\nb\tCCN\t0.4\n")
    succeed("eval", "--hits", tmp_path / "hits.tsv", "--truth", spectra, "-o", tmp_path / "report")
    rows = read_table(tmp_path / "report/ranks.tsv")
    assert [(row["rank"], row["ties"], row["pool_size"], row["status"]) for row in rows] == [
        ("3", "2", "4", "ok"), ("", "", "2", "beyond_k"), ("", "", "0", "not_in_hits")]
    assert read_json(tmp_path / "report/report.json")["mrr"] == pytest.approx(1 / 9)


def test_tables_of_other_programs_are_read_by_rank_and_whole_inchikeys(tmp_path):
    spectra = write_records(tmp_path / "truth.mgf", [
        spectrum(SPECTRUM_ID=name, PRECURSOR_MZ=195.0877, ADDUCT="[M+H]+", SMILES="CCO") for name in "ab"])
    (tmp_path / "hits.tsv").write_text("rank\tinchikey14\tquery_index\n"
                                       "1\tOTMSDBZUPAUEDD-UHFFFAOYSA-N\t1\n2\tLFQSCWFLJHTTHZ-UHFFFAOYSA-N\t1\n"
                                       "1\tLFQSCWFLJHTTHZ\t0\n")
    succeed("eval", "--hits", tmp_path / "hits.tsv", "--truth", spectra, "-o", tmp_path / "report")
    assert [row["rank"] for row in read_table(tmp_path / "report/ranks.tsv")] == ["1", "2"]


def test_tanimoto_at_1_is_that_of_rdkit(evaluated, kind, report):
    from rdkit import Chem, DataStructs
    from rdkit.Chem import rdFingerprintGenerator
    generator = rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=4096)
    queries, similarities = by_query(read_table(evaluated[kind] / "hits.tsv")), []
    spelling = {row["inchikey14"]: row["smiles"] for rows in queries.values() for row in rows}

    def bits(smiles):
        return generator.GetFingerprint(Chem.MolFromSmiles(smiles))

    for index, row in enumerate(read_table(evaluated[kind] / "by-model/ranks.tsv")):
        best = max(float(hit["score"]) for hit in queries[index])
        similarities.append(min(DataStructs.TanimotoSimilarity(bits(spelling[row["inchikey14"]]), bits(hit["smiles"]))
                                for hit in queries[index] if float(hit["score"]) == best))
    assert report["tanimoto_at_1"]["queries"] == 60
    assert report["tanimoto_at_1"]["mean"] == pytest.approx(sum(similarities) / 60, abs=1e-12)


def test_hardness_and_training_distance_are_measured_when_asked(made, evaluate, report, tmp_path):
    evaluate("morgan", tmp_path / "report", "--hardness", "--training", made.spectra)
    found = read_json(tmp_path / "report/report.json")["analyses"]
    assert found["hardness"]["queries"] <= 60 and 0 < found["hardness"]["mean"] < 1
    assert found["nearest_training"]["mean"] == 1
    assert sum(found["hardness"]["histogram"]["counts"]) == found["hardness"]["queries"]
    assert "hardness" not in report["analyses"]


def test_scores_of_truths_and_decoys_are_counted(report, by_hand):
    separation = report["analyses"]["separation"]
    assert sum(separation["truths"]["counts"]) == 60
    assert sum(separation["decoys"]["counts"]) == sum(size - 1 for _, size in by_hand)


def test_the_page_is_one_file_that_needs_no_other(evaluated, kind):
    page = (evaluated[kind] / "by-model/report.html").read_text()
    assert page.startswith("<!DOCTYPE html>")
    assert "src=" not in page.split("<script>")[0] and "<link" not in page
    assert "@@" not in page.split('<script type="application/json"')[0]
    embedded = page.split('id="report">')[1].split("</script>")[0]
    assert json.loads(embedded) == read_json(evaluated[kind] / "by-model/report.json")
    examples = json.loads(page.split('id="examples">')[1].split("</script>")[0])
    assert 0 < len(examples["worst"]) <= 10
    assert all(query["truth_svg"].startswith("<svg") and query["peaks"] for query in examples["worst"])
    assert "Chart.js v" in page


@pytest.mark.parametrize("threshold", ["15", "exact"])
def test_mces_at_1_is_that_of_the_mces_command(made, evaluate, tmp_path, threshold):
    evaluate("morgan", tmp_path / "report", "--mces", threshold)
    answers = read_table(tmp_path / "report/ranks.tsv")
    truths = [field(record, "SMILES") for record in read_records(made.spectra)]
    (tmp_path / "pairs.tsv").write_text(
        "".join(f"{truths[int(row['query_index'])]}\t{row['best_smiles']}\n" for row in answers))
    succeed("mces", tmp_path / "pairs.tsv", "--threshold", threshold, "-o", tmp_path / "distances.tsv")
    distances = [row["distance"] for row in read_table(tmp_path / "distances.tsv")]
    assert [row["mces"] for row in answers] == distances
    found = read_json(tmp_path / "report/report.json")["mces_at_1"]
    assert found["mean"] == pytest.approx(sum(map(float, distances)) / len(distances))
    misses = [float(row["mces"]) for row in answers if row["rank"] != "1"]
    assert (found["misses"], found["mean_on_misses"]) == (len(misses), pytest.approx(sum(misses) / len(misses)))
    assert (found["mode"], found["threshold"]) == (("exact", None) if threshold == "exact" else ("myopic", 15))


def test_mces_at_1_can_be_left_out(evaluate, tmp_path):
    evaluate("morgan", tmp_path / "report", "--mces", "none")
    assert read_json(tmp_path / "report/report.json")["mces_at_1"] is None
    assert {row["mces"] for row in read_table(tmp_path / "report/ranks.tsv")} == {""}


def test_a_threshold_that_is_none_is_refused(made, tmp_path):
    result = specbridge("eval", "--hits", "hits.tsv", "--truth", made.spectra, "--mces", "near", "-o",
                        tmp_path / "report")
    assert (result.code, result.err) == (2, 'specbridge: --mces: found "near", expected a number or exact\n')
