"""What scripts/science/replicate_search.py measures, and how it changes spectra on purpose."""

import math
import random
import subprocess
import sys
from pathlib import Path

import numpy
import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts/science"))
from mgf_records import Record, read_mgf, write_mgf  # noqa: E402
from replicate_measures import (Answers, auc, auc_of_hits, balanced_accuracy, best_threshold, gain,  # noqa: E402
                                interval, spurious_rate)
from replicate_answers import Pairs, answers_of, of_other_energies, share_of_true, top_structures  # noqa: E402
from replicate_search import group_pairs  # noqa: E402
from replicate_variants import (Detector, diluted, isomer_groups, on_shared_mz, permuted, shared_mz,  # noqa: E402
                                swapped, thinned)

NONE = -math.inf


def record(name, molecule, peaks=((100.0, 1.0),), precursor=300.0, **fields):
    return Record({"SPECTRUM_ID": name, "INCHIKEY": f"{molecule}-X-N", "PRECURSOR_MZ": repr(precursor), "CHARGE": "1+",
                   "SMILES": molecule, **fields}, list(peaks))


def answers(*pairs):
    return Answers(numpy.array([true for true, _ in pairs], dtype=float),
                   numpy.array([false for _, false in pairs], dtype=float))


# ---- measures -----------------------------------------------------------------------------------------------------

def test_ties_and_queries_without_an_answer_are_wrong():
    found = answers((0.9, 0.8), (0.8, 0.8), (0.7, 0.8), (NONE, NONE), (0.1, NONE), (NONE, 0.1))
    assert found.right.tolist() == [True, False, False, False, True, False]


def test_auc_counts_equal_scores_half():
    assert auc([2, 3], [1]) == 1 and auc([1], [2, 3]) == 0 and auc([1], [1]) == 0.5
    assert auc([1, 2], [1, 2]) == 0.5
    assert math.isnan(auc([], [1]))
    drawn = numpy.random.default_rng(1)
    positive, negative = drawn.integers(0, 9, 40), drawn.integers(0, 9, 30)
    assert math.isclose(auc(positive, negative),
                        numpy.mean([(a > b) + 0.5 * (a == b) for a in positive for b in negative]))


def test_auc_of_hits_takes_wrong_answers_of_all_queries():
    assert auc_of_hits(answers((0.9, 0.5), (0.4, 0.6), (NONE, 0.1))) == 1
    assert auc_of_hits(answers((0.9, 0.5), (0.4, 0.95), (NONE, NONE))) == 0.5


def test_intervals_draw_whole_groups():
    values, groups = numpy.array([1, 1, 1, 0]), ["a", "a", "a", "b"]
    mean, low, high = interval(values, groups, 2000, 1)
    assert (mean, low, high) == (0.75, 0, 1)
    assert interval(values, groups, 2000, 1) == interval(values, groups, 2000, 1)
    narrow = interval(numpy.tile([1, 0], 500), [str(i) for i in range(1000)], 500, 1)
    assert 0.45 < narrow[1] < 0.5 < narrow[2] < 0.55


def test_a_gain_is_of_the_same_queries():
    """Where both are right half the time, the gain may be nothing in every query, or much in each."""
    groups = [str(i) for i in range(100)]
    ours, theirs = numpy.tile([1, 0], 50), numpy.tile([0, 1], 50)
    assert gain(ours, ours, groups, 200, 1) == (0, 0, 0)
    mean, low, high = gain(ours, theirs, groups, 2000, 1)
    assert mean == 0 and -0.25 < low < -0.15 and 0.15 < high < 0.25
    assert gain(ours, numpy.zeros(100), groups, 2000, 1)[0] == 0.5


def test_balanced_accuracy_gives_each_molecule_one_voice():
    assert balanced_accuracy([True, True, True, False], ["a", "a", "a", "b"]) == 0.5


def test_the_best_threshold_takes_all_of_one_score():
    best = best_threshold(answers((0.9, 0), (0.8, 0), (0, 0.8), (0.7, 0), (0, 0.2)))
    assert (best.at, best.hits, best.true_hits, best.queries) == (0.7, 4, 3, 5)
    assert (best.precision, best.recall) == (0.75, 0.6) and math.isclose(best.f1, 6 / 9)
    nothing = best_threshold(answers((NONE, NONE), (NONE, 0.5)))
    assert (nothing.hits, nothing.true_hits, nothing.f1) == (0, 0, 0) and math.isnan(nothing.precision)


def test_spurious_answers_are_those_without_the_molecule():
    assert spurious_rate(answers((0.9, 0.5), (0.9, 0.6), (NONE, NONE)), 0.6) == 1 / 3


# ---- answers ------------------------------------------------------------------------------------------------------

QUERIES = [record("q1", "A"), record("q2", "B")]
REFERENCES = [record("q1", "A"), record("r2", "A"), record("r3", "C"), record("r4", "B")]
FOUND = Pairs(numpy.array([0, 0, 0, 1, 1]), numpy.array([0, 1, 2, 2, 3]), numpy.zeros(5),
              numpy.array([1.0, 0.5, 0.5, 0.2, 0.0]))


def test_a_record_is_never_its_own_answer_and_no_matched_peak_is_none():
    found = answers_of("cosine", FOUND, QUERIES, REFERENCES)
    assert found.true.tolist() == [0.5, NONE] and found.false.tolist() == [0.5, 0.2]
    assert answers_of("vector m", FOUND, QUERIES, REFERENCES).true.tolist() == [0.5, 0.0]


def test_chance_is_the_share_of_right_candidates():
    assert share_of_true(FOUND, QUERIES, REFERENCES).tolist() == [0.5, 0.5]


def test_other_energies_are_those_that_are_known_to_differ():
    def at(name, molecule, energy):
        return record(name, molecule, COLLISION_ENERGY=energy)
    asked = [at("q1", "A", "20(NCE)"), at("q2", "A", "")]
    known = [at("r1", "A", "20 eV"), at("r2", "A", "35"), at("r3", "A", "Ramp 20-35 V"), at("r4", "A", "unknown"),
             at("r5", "B", "20"), record("r6", "A")]
    pairs = Pairs(numpy.repeat([0, 1], 6), numpy.tile(range(6), 2), numpy.zeros(12), numpy.ones(12))
    counts = of_other_energies(pairs, asked, known)
    assert counts.tolist() == [False, True, True, False, True, False] + [False, False, False, False, True, False]
    assert share_of_true(pairs, asked, known, counts).tolist() == [2 / 3, 0]
    assert answers_of("vector m", pairs, asked, known, counts=counts).true.tolist() == [1.0, NONE]


def test_of_equal_first_answers_the_wrong_one_is_taken():
    assert top_structures(FOUND, QUERIES, REFERENCES, [0, 1]) == [("A", "C"), ("B", "C")]


def test_isomers_are_compared_with_as_many_records_of_each_molecule():
    group = [record(f"{name}{i}", name) for name, count in (("A", 2), ("B", 5)) for i in range(count)]
    pairs = group_pairs([group, group], random.Random(1))
    for query in range(14):
        others = [reference for asked, reference in pairs if asked == query]
        names = [group[reference % 7].molecule for reference in others]
        assert query not in others and all(reference // 7 == query // 7 for reference in others)
        assert names.count("A") == names.count("B") == (1 if query % 7 < 2 else 2)


def test_a_recount_agrees(tmp_path):
    write_mgf(tmp_path / "q.mgf", QUERIES)
    write_mgf(tmp_path / "r.mgf", REFERENCES)
    rows = [f"{query}\t{reference}\t{score}" for query, reference, score in zip(FOUND.query, FOUND.reference,
                                                                              [1.0, 0.6, 0.5, 0.2, 0.0])]
    (tmp_path / "p.tsv").write_text("\n".join(["query_index\treference_index\tscore", *rows]) + "\n")
    said = subprocess.run([sys.executable, ROOT / "scripts/science/recount_hits.py", tmp_path / "p.tsv",
                           tmp_path / "q.mgf", tmp_path / "r.mgf", "score", "0.2"], capture_output=True, text=True)
    assert said.stdout.split() == ["1", "2"]


# ---- variants -----------------------------------------------------------------------------------------------------

def test_records_read_back(tmp_path):
    records = [record("a", "A", [(100.1, 0.1), (200.25, 1.0)]), record("b", "B")]
    write_mgf(tmp_path / "s.mgf", records)
    assert read_mgf(tmp_path / "s.mgf") == records


def test_swapped_records_have_the_peaks_of_the_nearest_other_molecule():
    records = [record("a", "A", [(1.0, 1)], 300), record("a2", "A", [(2.0, 1)], 300.1),
               record("b", "B", [(3.0, 1)], 305), record("c", "C", [(4.0, 1)], 300, CHARGE="1-")]
    taken = swapped(records)
    assert [one.peaks[0][0] for one in taken] == [3.0, 3.0, 2.0, 4.0]
    assert [one.fields for one in taken] == [one.fields for one in records]


def test_dilution_loses_weak_peaks_first_and_keeps_the_scale():
    peaks = [(100.0 + i, 1.0 if i == 0 else 0.02) for i in range(20)]
    quiet = Detector(noise_peaks=0)
    counts = [numpy.mean([len(diluted(record("a", "A", peaks), factor, numpy.random.default_rng(seed), quiet).peaks)
                          for seed in range(20)]) for factor in (1, 1 / 80, 1 / 160)]
    assert counts[0] == 20 and counts[0] > counts[1] > counts[2] >= 1
    seen = diluted(record("a", "A", peaks), 1, numpy.random.default_rng(1), quiet)
    assert abs(sum(count for _, count in seen.peaks) - quiet.ions) < 4 * math.sqrt(quiet.ions)
    assert all(count >= quiet.floor for _, count in seen.peaks)


def test_noise_stays_as_the_sample_thins():
    alone = record("a", "A", [(100.0, 1.0)])
    for factor in (1, 1 / 160):
        seen = [diluted(alone, factor, numpy.random.default_rng(seed)) for seed in range(200)]
        noise = numpy.mean([sum(mz != 100.0 for mz, _ in one.peaks) for one in seen])
        # Poisson(1.5) is at least 3 in 19.1 % of 20 places.
        assert 3.2 < noise < 4.5


def test_groups_are_of_one_formula_and_adduct_with_several_molecules():
    def of(name, molecule, formula="C", adduct="[M+H]+"):
        return record(name, molecule, FORMULA=formula, ADDUCT=adduct)
    records = [of("1", "A"), of("2", "A"), of("3", "B"), of("4", "B"), of("5", "C"), of("6", "A", adduct="[M-H]-"),
               of("7", "D", "N"), of("8", "D", "N")]
    groups = isomer_groups(records)
    assert [[one.name for one in group] for group in groups] == [["1", "2", "3", "4"]]
    assert len(thinned(groups[0], 2, 1, random.Random(1))) == 2


@pytest.fixture
def isomers():
    return [record("1", "A", [(100.0, 1), (120.0, 2), (140.0, 3), (190.0, 9)]),
            record("2", "A", [(100.0, 2), (120.0, 1), (140.0, 3)]),
            record("3", "B", [(100.001, 3), (120.0, 2), (150.0, 1)]),
            record("4", "B", [(100.0, 3), (120.002, 2), (140.003, 1)])]


def test_shared_peaks_are_those_that_every_molecule_shows(isomers):
    assert shared_mz(isomers) == [100.0, 120.0, 140.0]


def test_on_shared_peaks_only_intensities_differ(isomers):
    found = on_shared_mz(isomers, 2)
    assert all([mz for mz, _ in one.peaks] == [100.0, 120.0, 140.0] for one in found)
    assert found[2].peaks == [(100.0, 1.0), (120.0, 2 / 3), (140.0, 0.001)]
    assert on_shared_mz(isomers, 3) == [] and on_shared_mz(isomers, 4) == []


def test_permuting_deals_out_the_same_intensities():
    peaks = [(float(i), float(i)) for i in range(1, 30)]
    dealt = permuted(record("a", "A", peaks), random.Random(1))
    assert [mz for mz, _ in dealt.peaks] == [mz for mz, _ in peaks]
    assert sorted(intensity for _, intensity in dealt.peaks) == [intensity for _, intensity in peaks]
    assert dealt.peaks != peaks
