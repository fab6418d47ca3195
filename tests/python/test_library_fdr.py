"""scripts/science/library_fdr.py: true shares of wrong answers beside q-values."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts/science"))
import library_fdr  # noqa: E402
from library_fdr import Answer  # noqa: E402


def test_an_answer_is_right_where_the_spectrum_behind_it_is_of_the_compound(tmp_path):
    (tmp_path / "hits.tsv").write_text("query_id\trank\tq_value\tlibrary_spectrum\n"
                                       "q1\t1\t0.0100\ta\nq1\t2\t\tb\nq2\t1\t0.2000\tb\nq3\t\t\t\n")
    answers = library_fdr.answers_of(tmp_path / "hits.tsv", {"q1": "A", "q2": "A", "q3": "C"}, {"a": "A", "b": "B"})
    assert answers == [Answer("A", 0.01, False), Answer("A", 0.2, True)]


def test_the_share_is_of_those_that_a_limit_accepts():
    answers = [Answer("A", 0.01, False), Answer("B", 0.05, True), Answer("C", 0.05, False), Answer("D", 0.06, True)]
    found = library_fdr.accepted_at(answers, 0.05)
    assert (found["accepted"], found["wrong"]) == (3, 1 / 3)
    assert found["interval"][0] <= 1 / 3 <= found["interval"][1]
    assert library_fdr.accepted_at(answers, 0.001) == {"q": 0.001, "accepted": 0, "wrong": None, "interval": None}


def test_answers_of_one_molecule_stand_and_fall_together():
    # One molecule with wrong answers, one with right ones: a draw of two has none, half or all wrong.
    answers = [Answer("A", 0, True)] * 50 + [Answer("B", 0, False)] * 50
    assert library_fdr.accepted_at(answers, 0.05)["interval"] == [0, 1]


def test_methods_are_compared_where_both_accept_answers():
    early = [Answer("A", 0.01, True), Answer("B", 0.05, False)]
    late = [Answer("A", 0.05, True), Answer("B", 0.05, False)]
    compared = library_fdr.mean_misses({"early": early, "late": late})
    # At 0.05, 0.1 and 0.2 both accept both answers, of which half are wrong; at 0.01 only one method accepts one.
    assert compared["early"] == compared["late"] == sum(0.5 - limit for limit in (0.05, 0.1, 0.2)) / 3
