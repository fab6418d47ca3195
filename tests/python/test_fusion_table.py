"""What scripts/science/fusion_table.py makes of the reports of library_fusion.sh."""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts/science"))
from fusion_table import QUERIES, RANKINGS, certainty_lines, gain_lines  # noqa: E402


def write_ranks(folder, ranks):
    folder.mkdir()
    rows = [f"{place}\tM{place}\t{rank}" for place, rank in enumerate(ranks)]
    (folder / "ranks.tsv").write_text("\n".join(["query_index\tinchikey14\trank", *rows]) + "\n")


def test_gains_are_of_the_same_queries_and_what_is_not_found_counts(tmp_path):
    for ranking in RANKINGS:
        for queries in QUERIES:
            write_ranks(tmp_path / f"{ranking}-{queries}", ["1", "2", "4", ""])
    (tmp_path / "library-covered/ranks.tsv").write_text(
        "query_index\tinchikey14\trank\n2\tM2\t\n0\tM0\t1\n1\tM1\t1\n3\tM3\t\n")
    cells = {tuple(line.split(" | ")[:2]): line.split(" | ")[2:] for line in gain_lines([tmp_path])[2:]}
    assert len(cells) == len(QUERIES) * (len(RANKINGS) - 1)
    top1, mrr = cells.pop(("| covered (4)", "library"))
    assert top1.startswith("-0.250 [") and mrr.startswith("-0.062 [")  # (0 - 1/2 + 1/4 + 0) / 4
    assert set(map(tuple, cells.values())) == {("+0.000 [+0.000, +0.000]", "+0.000 [+0.000, +0.000] |")}


def test_gains_of_several_runs_are_of_all_their_spectra(tmp_path):
    for run, ranks in (("one", ["1", "1"]), ("two", ["1", "1", "1", "2"])):
        (tmp_path / run).mkdir()
        for ranking in RANKINGS:
            for queries in QUERIES:
                found = ranks if ranking == "fused" else ["2"] * len(ranks)
                write_ranks(tmp_path / run / f"{ranking}-{queries}", found)
    lines = gain_lines([tmp_path / "one", tmp_path / "two"])[2:]
    assert lines and all("(6)" in line and "| +0.833 [" in line for line in lines)


def certainty(error, answers, wrong):
    bins = [{"answers": answers, "stated": 0.5, "right": 0.5 + error}]
    return {"some_absent": {"absent": 0.5, "answers": answers, "expected_error": abs(error), "aurc": 0.4,
                            "aurc_by_margin": 0.6, "reliability": bins,
                            "accepted": {"max_q": 0.05, "answers": answers, "wrong": wrong, "wrong_share_95": [0, 1]}},
            "auroc_absent": 0.7, "auroc_absent_by_margin": 0.6}


def test_certainty_of_several_runs_is_of_all_their_answers(tmp_path):
    for run, told in (("one", certainty(0.2, 20, 1)), ("two", certainty(-0.2, 20, 1))):
        for ranking in ("without", "fused"):
            for queries in QUERIES:
                (tmp_path / run / f"{ranking}-{queries}").mkdir(parents=True)
                (tmp_path / run / f"{ranking}-{queries}/report.json").write_text(
                    json.dumps({"certainty": told} if ranking == "fused" else {}))
    assert certainty_lines([tmp_path / "one", tmp_path / "two"]) == [
        f"  {queries}, fused, 50% of truths absent: expected error 0.000; AURC 0.400 (margin 0.600); AUROC of absent "
        "0.700 (margin 0.600); q <= 0.05: 2 of 40 wrong [0.006, 0.169]" for queries in QUERIES]
