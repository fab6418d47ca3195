"""scripts/science/benchmark_table.py: the table of the reports that the benchmark leaves."""

import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts/science"))
import benchmark_table  # noqa: E402


def row(first, mrr=0.5):
    return {"recall": {"1": first, "5": first, "20": first}, "mrr": mrr}


def report(folder, name, first, queries=10, controls=("zeroed", "swapped", "prior"), **more):
    made = folder / f"report-{name}"
    made.mkdir()
    (made / "report.json").write_text(json.dumps({
        "queries": queries, "pools": {"mean": 3.0}, "random": row(0.1), "macro": {**row(0.7), "molecules": queries},
        "controls": {control: row(0.01) for control in controls}, **row(first), **more}))


@pytest.fixture
def folder(tmp_path):
    for seed, first in ((1, 0.2), (2, 0.4)):
        (tmp_path / f"model-{seed}").mkdir()
        for pools in ("256", "formula", "mass"):
            report(tmp_path, f"model-{seed}-{pools}", first)
    return tmp_path


def lines_of(folder, capsys):
    benchmark_table.main(folder)
    return [line.split() for line in capsys.readouterr().out.splitlines()]


def test_models_are_summed_up_over_their_seeds(folder, capsys):
    assert ["cosine", *["0.300", "(0.200-0.400)"] * 3, "0.500", "(0.500-0.500)"] in lines_of(folder, capsys)


def test_controls_stand_below_what_they_are_of(folder, capsys):
    lines = lines_of(folder, capsys)
    place = next(i for i, line in enumerate(lines) if line[:1] == ["cosine"])
    assert [line[:2] for line in lines[place + 1:place + 5]] == [
        ["over", "molecules"], ["zeroed", "0.010"], ["swapped", "0.010"], ["prior", "0.010"]]


def test_a_control_that_one_report_lacks_is_left_out(folder, capsys):
    report(folder, "fused-a-256", 0.1)
    report(folder, "fused-b-256", 0.5, controls=("zeroed",))
    lines = lines_of(folder, capsys)
    place = next(i for i, line in enumerate(lines) if line[:1] == ["fused,"])
    assert lines[place + 2][0] == "zeroed" and lines[place + 3:place + 4] in ([], [[]])


def test_halves_count_by_their_spectra(folder, capsys):
    report(folder, "fused-a-256", 0.1, queries=30)
    report(folder, "fused-b-256", 0.5, queries=10)
    assert ["fused,", "halves", "apart", "0.200", "0.200", "0.200", "0.500"] in lines_of(folder, capsys)


def test_a_half_alone_is_no_figure(folder, capsys):
    report(folder, "fused-a-256", 0.1)
    assert not any(line[:1] == ["fused,"] for line in lines_of(folder, capsys))


def test_certainty_is_told_of_each_half(folder, capsys):
    figures = {"absent": 0.5, "expected_error": 0.031, "aurc": 0.4, "aurc_by_margin": 0.6,
               "accepted": {"max_q": 0.05, "answers": 40, "wrong": 2, "wrong_share_95": [0.006, 0.169]}}
    certainty = {"some_absent": figures, "auroc_absent": 0.81, "auroc_absent_by_margin": 0.55}
    report(folder, "fused-a-256", 0.1, certainty=certainty)
    report(folder, "fused-b-256", 0.5)
    lines = [" ".join(line) for line in lines_of(folder, capsys)]
    assert ("half a, 50% of truths absent: expected error 0.031; AURC 0.400 (margin 0.600); AUROC of absent 0.810 "
            "(margin 0.550); q <= 0.05: 2 of 40 wrong [0.006, 0.169]") in lines
    assert not any(line.startswith("half b") for line in lines)


def half(auroc, answers, bins, wrong, accepted):
    return {"some_absent": {"absent": 0.5, "answers": answers, "expected_error": 0.1, "aurc": 0.4,
                            "aurc_by_margin": 0.6,
                            "reliability": [dict(zip(("answers", "stated", "right"), one)) for one in bins],
                            "accepted": {"max_q": 0.05, "answers": accepted, "wrong": wrong, "wrong_share_95": [0, 1]}},
            "auroc_absent": auroc, "auroc_absent_by_margin": 0.55}


def test_answers_of_both_halves_are_judged_together(folder, capsys):
    # Half a promises .2 too little, half b .2 too much: together half of the answers are off by nothing.
    report(folder, "fused-a-256", 0.1, certainty=half(0.8, 30, [(20, 0.5, 0.7), (10, 0.9, 0.9)], 1, 20))
    report(folder, "fused-b-256", 0.5, certainty=half(0.7, 10, [(10, 0.5, 0.3), (0, 0, 0)], 0, 12))
    lines = [" ".join(line) for line in lines_of(folder, capsys)]
    # Bins: 30 answers of .5, of which (14 + 3) / 30 are right; 10 of .9. Areas count as many answers: .775.
    assert ("both halves, 50% of truths absent: expected error 0.050; AURC 0.400 (margin 0.600); AUROC of absent 0.775 "
            "(margin 0.550); q <= 0.05: 1 of 32 wrong [0.001, 0.162]") in lines


# Expected: scipy.stats.binomtest(wrong, answers).proportion_ci("exact").
@pytest.mark.parametrize("wrong, answers, low, high", [(0, 0, 0, 1), (0, 10, 0, 0.30850), (2, 40, 0.00611, 0.16920),
                                                       (3, 3, 0.29240, 1)])
def test_intervals_are_exact(wrong, answers, low, high):
    assert benchmark_table.interval_95(wrong, answers) == pytest.approx([low, high], abs=1e-5)
