"""search --merge feature: spectra of one feature are answered together, by the mean of their scores."""

import re

import pytest

from cli_support import (DATA, by_query, field, read_json, read_records, read_table, search_fitted, specbridge, succeed,
                         write_records)

KINDS = ("evidence.cosine", "evidence.fragments")


def with_feature(record, feature, name=None):
    record = re.sub(r"^SPECTRUM_ID=.*$", lambda line: f"SPECTRUM_ID={name}" if name else line[0], record,
                    flags=re.MULTILINE)
    return record.replace("BEGIN IONS\n", f"BEGIN IONS\nFEATURE_ID={feature}\n")


@pytest.fixture(scope="module")
def of_one_molecule():
    """Three spectra of one molecule and ion at different energies, and one of another."""
    groups = {}
    for record in read_records(DATA / "val.mgf.gz"):
        groups.setdefault((field(record, "SMILES"), field(record, "ADDUCT")), []).append(record)
    several = [group for group in groups.values() if len(group) >= 3]
    return several[0][:3], several[1][0]


@pytest.fixture
def merged(of_one_molecule, calibrated, tmp_path):
    """The rows of a merged search and of a plain one over the same records: A A B A."""
    (a, b, c), other = of_one_molecule
    spectra = write_records(tmp_path / "query.mgf", [with_feature(a, 5), with_feature(b, 5), with_feature(other, 6),
                                                     with_feature(c, 5)])
    plain = read_table(search_fitted(calibrated, tmp_path, "-k", 0, spectra=spectra))
    table = search_fitted(calibrated, tmp_path, "-k", 0, "--merge", "feature", spectra=spectra)
    return by_query(read_table(table)), by_query(plain), table, spectra


def test_the_last_spectrum_of_a_feature_has_its_answer_and_the_others_say_so(merged):
    rows, _, table, _ = merged
    assert [(len(rows[i]), rows[i][0]["status"]) for i in (0, 1)] == [(1, "merged"), (1, "merged")]
    assert rows[0][0]["message"] == "of one feature with others; answered with query_index 3"
    assert {row["spectra"] for i in (0, 1, 3) for row in rows[i]} == {"0;1;3"}
    assert {row["spectra"] for row in rows[2]} == {""}
    record = read_json(f"{table}.run.json")
    assert (record["queries"], record["answered"], record["merged"], record["unanswered"]) == (4, 2, 2, {})
    assert record["merge"] == "feature"


def test_evidence_of_a_feature_is_the_mean_over_its_spectra(merged):
    rows, plain, _, _ = merged
    for kind in KINDS:
        alone = [{row["smiles"]: float(row[kind]) for row in plain[i] if row[kind]} for i in (0, 1, 3)]
        for row in rows[3]:
            known = [scores[row["smiles"]] for scores in alone if row["smiles"] in scores]
            assert float(row[kind]) == pytest.approx(sum(known) / len(known), abs=2e-6), row["smiles"]


def test_answers_of_a_feature_are_ordered_by_the_weighed_mean(merged, calibrated):
    rows, _, _, _ = merged
    weights = calibrated.said["weights"]
    worst = {kind: min(float(row[f"evidence.{kind}"]) for row in rows[3]) for kind in weights}
    for row in rows[3]:
        fused = sum(weights[kind] * float(row[f"evidence.{kind}"] or worst[kind]) for kind in weights)
        assert float(row["score"]) == pytest.approx(fused, abs=1e-4)
    scores = [float(row["score"]) for row in rows[3]]
    assert scores == sorted(scores, reverse=True)


def test_a_spectrum_that_is_alone_gets_the_rows_of_a_plain_search(merged):
    rows, plain, _, _ = merged
    columns = [name for name in plain[2][0] if name != "q_value"]  # it depends on all answers of the run
    assert [[row[name] for name in columns] for row in rows[2]] == [[row[name] for name in columns] for row in plain[2]]


def test_two_copies_of_a_spectrum_score_as_one(of_one_molecule, calibrated, tmp_path):
    (a, _, _), _ = of_one_molecule
    spectra = write_records(tmp_path / "query.mgf", [with_feature(a, 1, "first"), with_feature(a, 1, "second")])
    both = by_query(read_table(search_fitted(calibrated, tmp_path, "--merge", "feature", spectra=spectra)))
    one = by_query(read_table(search_fitted(calibrated, tmp_path, spectra=spectra)))
    assert [(row["smiles"], row["score"]) for row in both[1]] == [(row["smiles"], row["score"]) for row in one[1]]


def test_threads_and_batches_do_not_change_a_byte(merged, calibrated, tmp_path):
    _, _, table, spectra = merged
    for options in (("--threads", 1), ("--threads", 2, "--batch", 1)):
        again = search_fitted(calibrated, tmp_path, "-k", 0, "--merge", "feature", *options, spectra=spectra)
        assert again.read_bytes() == table.read_bytes()


def test_near_retention_times_make_a_feature_without_a_name_for_it(of_one_molecule, calibrated, tmp_path):
    (a, b, c), _ = of_one_molecule
    timed = [record.replace("BEGIN IONS\n", f"BEGIN IONS\nRTINSECONDS={seconds}\n")
             for record, seconds in ((a, 60), (b, 64), (c, 80))]
    mz = field(a, "PRECURSOR_MZ")
    timed = [re.sub(r"^PRECURSOR_MZ=.*$", f"PRECURSOR_MZ={mz}", record, flags=re.MULTILINE) for record in timed]
    spectra = write_records(tmp_path / "query.mgf", timed)
    rows = by_query(read_table(search_fitted(calibrated, tmp_path, "--merge", "feature", spectra=spectra)))
    assert [rows[i][0]["spectra"] for i in range(3)] == ["0;1", "0;1", ""]


def test_eval_gives_every_spectrum_the_rank_of_its_feature(merged, tmp_path):
    rows, _, table, spectra = merged
    succeed("eval", "--hits", table, "--truth", spectra, "--mces", "none", "-o", tmp_path / "report")
    ranks = read_table(tmp_path / "report/ranks.tsv")
    assert [row["status"] for row in ranks] == ["ok"] * 4
    assert ranks[0]["rank"] == ranks[1]["rank"] == ranks[3]["rank"]
    right = [row["rank"] for row in rows[3] if row["inchikey14"] == ranks[3]["inchikey14"]]
    assert right == [ranks[3]["rank"]]


def test_eval_finds_merged_spectra_by_name_where_the_truth_has_another_order(merged, tmp_path):
    rows, _, table, spectra = merged
    truth = write_records(tmp_path / "truth.mgf", [*reversed(read_records(spectra))])
    succeed("eval", "--hits", table, "--truth", spectra, "--mces", "none", "-o", tmp_path / "in-order")
    succeed("eval", "--hits", table, "--truth", truth, "--mces", "none", "-o", tmp_path / "reversed")
    ranks = [{row["query_id"]: row["rank"] for row in read_table(tmp_path / name / "ranks.tsv")}
             for name in ("in-order", "reversed")]
    assert ranks[0] == ranks[1] and len(ranks[0]) == 4


def test_eval_counts_a_merged_spectrum_without_its_answer_as_a_miss(merged, tmp_path):
    _, _, table, spectra = merged
    lines = table.read_text().splitlines(keepends=True)
    index = lines[0].split("\t").index("query_index")
    cut = tmp_path / "cut.tsv"
    cut.write_text("".join(line for line in lines if line.split("\t")[index] != "3"))
    succeed("eval", "--hits", cut, "--truth", spectra, "--mces", "none", "-o", tmp_path / "report")
    assert read_json(tmp_path / "report/report.json")["missed"] == {"merged": 2, "not_in_hits": 1}


@pytest.mark.parametrize("arguments, message", [
    (("--merge", "compound"), "--merge: compound not in {feature}; see specbridge search --help"),
    (("--merge", "feature"), "search: --merge reads the spectra twice, so they cannot come through a pipe (standard "
                             "input); name their file")])
def test_what_cannot_be_merged_is_said_before_any_work(calibrated, tmp_path, arguments, message):
    result = specbridge("search", "-", "--model", calibrated.model, "--library", calibrated.library, "-o",
                        tmp_path / "hits.tsv", *arguments)
    assert (result.code, result.err) == (2, f"specbridge: {message}\n")
