"""What scripts/science/generation_table.py makes of hits tables with every candidate."""

import math
import random
import sys
from pathlib import Path

import numpy
import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts/science"))
import generation_table  # noqa: E402
from generation_table import Pool, rank_of, read_pools, weights_of  # noqa: E402

KINDS = ("cosine", "fragments", "generated", "likelihood")


def write_hits(path, queries):
    """queries: per query, rows of (block, values of KINDS)."""
    head = ["query_index", "inchikey14", *(f"evidence.{kind}" for kind in KINDS)]
    lines = ["\t".join([str(query), block, *map(str, values)])
             for query, rows in enumerate(queries) for block, values in rows]
    path.write_text("\n".join(["\t".join(head), *lines]) + "\n")


def write_report(folder, molecules):
    folder.mkdir()
    rows = [f"{query}\t{molecule}\t1" for query, molecule in enumerate(molecules)]
    (folder / "report.json").write_text('{"controls": {"prior": {"recall": {"1": 0.25, "20": 1}, "mrr": 0.6}}}')
    (folder / "ranks.tsv").write_text("\n".join(["query_index\tinchikey14\trank", *rows]) + "\n")


def test_ties_count_against_us():
    pool = Pool("T", 1, {"cosine": numpy.array([0.5, 0.5, 0.1])})
    assert rank_of(pool, ["cosine"], numpy.ones(1)) == 2


def test_a_missing_value_is_the_worst_of_its_pool(tmp_path):
    write_hits(tmp_path / "hits.tsv", [[("T", [1, "", "", -3]), ("A", [0, 2, "", -5])]])
    pool = read_pools(tmp_path / "hits.tsv", {"0": "T"})["0"]
    assert pool.evidence["fragments"].tolist() == [2, 2]  # none is worse than the only one known
    assert pool.evidence["generated"].tolist() == [0, 0]
    assert pool.evidence["likelihood"].tolist() == [-3, -5]


def test_a_query_whose_molecule_is_no_candidate_is_left_out(tmp_path):
    rows = [("T", [1, 1, 1, 1]), ("A", [0, 0, 0, 0])]
    write_hits(tmp_path / "hits.tsv", [rows, rows])
    assert list(read_pools(tmp_path / "hits.tsv", {"0": "T", "1": "B"})) == ["0"]


def test_weights_are_those_of_the_likelihood_of_the_truths():
    draw = random.Random(3)
    pools = []
    for number in range(200):
        values = numpy.array([[draw.gauss(0, 1), draw.gauss(0, 2)] for _ in range(5)])
        odds = numpy.exp(values @ [1.5, -0.5])
        truth = draw.choices(range(5), odds)[0]
        pools.append(Pool(f"M{number}", truth, {"a": values[:, 0], "b": values[:, 1]}))
    weights = weights_of(pools, ("a", "b"))

    def likelihood(a, b):
        total = 0.0
        for pool in pools:
            scores = a * pool.evidence["a"] + b * pool.evidence["b"]
            total += scores[pool.truth] - math.log(numpy.exp(scores).sum())
        return total

    best = likelihood(*weights)
    assert all(likelihood(weights[0] + a, weights[1] + b) < best
               for a, b in ((0.05, 0), (-0.05, 0), (0, 0.05), (0, -0.05)))
    assert weights[0] == pytest.approx(1.5, abs=0.5) and weights[1] == pytest.approx(-0.5, abs=0.3)


def test_the_table_shows_rankings_controls_and_gains(tmp_path, capsys):
    # The likelihood knows the molecule, the cosine never does, and of swapped spectra nothing does.
    own = [[(f"T{query}", [0, 1, 0.5, -1]), (f"A{query}", [1, 0, 0.5, -2])] for query in range(4)]
    swapped = [[(f"T{query}", [0, 0, 0.5, -2]), (f"A{query}", [1, 1, 0.5, -1])] for query in range(4)]
    write_hits(tmp_path / "own.tsv", own)
    write_hits(tmp_path / "swapped.tsv", swapped)
    write_report(tmp_path / "report", [f"T{query}" for query in range(4)])
    assert generation_table.main([str(tmp_path / "own.tsv"), "--report", str(tmp_path / "report"), "--control",
                                  f"swapped={tmp_path / 'swapped.tsv'}"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "| ranked by | Recall@1 | Recall@20 | MRR | swapped: Recall@1 |"
    assert "| cosine | 0.000 [0.000, 0.000] | 1.000 | 0.500 [0.500, 0.500] | 0.000 |" in lines
    assert "| likelihood | 1.000 [1.000, 1.000] | 1.000 | 1.000 [1.000, 1.000] | 0.000 |" in lines
    assert "| generated | 0.000 [0.000, 0.000] | 1.000 | 0.500 [0.500, 0.500] | 0.000 |" in lines  # a tie of all
    assert "| likelihood | cosine | +1.000 [+1.000, +1.000] | +0.500 [+0.500, +0.500] |" in lines
    assert lines[2:4] == ["| random order | 0.500 | | | |", "| nearness to the training | 0.250 | 1.000 | 0.600 | |"]


def test_bad_input_is_told(tmp_path, capsys):
    write_report(tmp_path / "report", ["T"])
    write_hits(tmp_path / "hits.tsv", [[("A", [1, 1, 1, 1])]])
    assert generation_table.main([str(tmp_path / "hits.tsv"), "--report", str(tmp_path / "report")]) == 2
    assert "no query has its molecule among its candidates" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        generation_table.main([str(tmp_path / "hits.tsv"), "--report", str(tmp_path), "--control", "swapped"])
    assert "expected NAME=FILE" in capsys.readouterr().err
