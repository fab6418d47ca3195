"""What scripts/science/fusion_table.py makes of the reports of library_fusion.sh."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts/science"))
from fusion_table import QUERIES, RANKINGS, gain_lines  # noqa: E402


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
