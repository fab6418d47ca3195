"""The figures of eval against an independent NumPy implementation: random tables with ties, duplicates, absent truths
and pools of one."""

from dataclasses import dataclass

import numpy as np
import pytest

from cli_support import read_json, spectrum, succeed, write_records

pytestmark = pytest.mark.thorough

CUTOFFS = (1, 3, 20)
QUERIES = 250
# 40 structures, each in two spellings.
STRUCTURES = [(end + "C" * length, "C" * length + end) for end in ("O", "N", "S", "F") for length in range(2, 12)]


@dataclass
class Query:
    truth: int
    structures: np.ndarray  # one number per row of the table; equal numbers are one structure
    scores: np.ndarray

    def best_scores(self):
        """Structures with the score of their best row."""
        found = np.unique(self.structures)
        return found, np.array([self.scores[self.structures == one].max() for one in found])


def draw_queries(seed):
    random = np.random.default_rng(seed)
    queries = []
    for _ in range(QUERIES):
        truth, size = random.integers(len(STRUCTURES)), 1 if random.random() < 0.15 else random.integers(1, 70)
        structures = random.integers(len(STRUCTURES), size=size)
        if random.random() < 0.8:
            structures[random.integers(size)] = truth
        queries.append(Query(truth, structures, random.integers(9, size=size) / 8))
    return queries


@pytest.fixture(scope="module", params=[1, 2])
def table(request, tmp_path_factory):
    """(queries, hits table, truth): the same tables as numbers and as files."""
    folder, queries = tmp_path_factory.mktemp("random"), draw_queries(request.param)
    rows = ["query_index\tsmiles\tscore\tcandidates"]
    for index, query in enumerate(queries):
        size = len(set(query.structures))
        rows += [f"{index}\t{STRUCTURES[one][row % 2]}\t{score}\t{size}"
                 for row, (one, score) in enumerate(zip(query.structures, query.scores))]
    (folder / "hits.tsv").write_text("\n".join(rows) + "\n")
    truth = write_records(folder / "truth.mgf", [
        spectrum(PRECURSOR_MZ=100, ADDUCT="[M+H]+", SMILES=STRUCTURES[query.truth][1]) for query in queries])
    return queries, folder / "hits.tsv", truth


def evaluate(table, out, *options):
    _, hits, truth = table
    succeed("eval", "--hits", hits, "--truth", truth, "--cutoffs", "20,1,3", "--resamples", 200, "-o", out, *options)
    return read_json(out / "report.json")


def standing(query):
    """(structures above the truth, structures tied with it), or nothing for an absent truth."""
    found, scores = query.best_scores()
    if query.truth not in found:
        return None
    mine = scores[found == query.truth][0]
    return int((scores > mine).sum()), int((scores == mine).sum()) - 1


def places(query, ties):
    """The ranks that a truth may have, all equally likely; none for an absent truth."""
    where = standing(query)
    if where is None:
        return np.array([])
    above, tied = where
    return {"worst": np.array([above + tied + 1]), "best": np.array([above + 1]),
            "expected": above + 1 + np.arange(tied + 1)}[ties]


def figures(queries, ties):
    """One row per query: a hit for every cutoff, then the reciprocal rank."""
    rows = []
    for query in queries:
        ranks = places(query, ties)
        rows.append([*((ranks <= k).mean() if len(ranks) else 0 for k in CUTOFFS),
                     (1 / ranks).mean() if len(ranks) else 0])
    return np.array(rows)


def reported(metrics):
    return [*(metrics["recall"][str(k)] for k in CUTOFFS), metrics["mrr"]]


@pytest.mark.parametrize("ties", ["worst", "expected", "best"])
def test_recall_and_mrr_agree_with_numpy(table, ties, tmp_path):
    report = evaluate(table, tmp_path / "report", "--ties", ties)
    values = figures(table[0], ties)
    assert reported(report) == pytest.approx(list(values.mean(axis=0)), abs=1e-12)
    truths = np.array([query.truth for query in table[0]])
    by_molecule = [values[truths == truth].mean(axis=0) for truth in np.unique(truths)]
    assert report["macro"]["molecules"] == len(by_molecule)
    assert reported(report["macro"]) == pytest.approx(list(np.mean(by_molecule, axis=0)), abs=1e-12)


@pytest.mark.parametrize("ties", ["worst", "expected", "best"])
def test_the_median_rank_agrees_with_numpy(table, ties, tmp_path):
    ranks = [np.mean(ranks) if len(ranks) else np.inf for ranks in (places(query, ties) for query in table[0])]
    assert evaluate(table, tmp_path / "report", "--ties", ties)["median_rank"] == np.median(ranks)


def test_the_random_baseline_agrees_with_numpy(table, tmp_path):
    random = evaluate(table, tmp_path / "report")["random"]
    rows = []
    for query in table[0]:
        ranks = np.arange(1, len(set(query.structures)) + 1)
        present = query.truth in query.structures
        rows.append([*((ranks <= k).mean() * present for k in CUTOFFS), (1 / ranks).mean() * present])
    assert reported(random) == pytest.approx(list(np.mean(rows, axis=0)), abs=1e-12)


def test_the_massspecgym_protocol_agrees_with_its_formula(table, tmp_path):
    """torchmetrics' retrieval_hit_rate on rows as they stand, the truth first among equals: MassSpecGym's pools."""
    report = evaluate(table, tmp_path / "report", "--protocol", "massspecgym")
    hits = []
    for query in table[0]:
        target = query.structures == query.truth
        first = np.argsort(~target, kind="stable")  # the truth is item 0 of its pool
        order = first[np.argsort(-query.scores[first], kind="stable")]
        hits.append([target[order][:k].any() for k in CUTOFFS])
    assert reported(report)[:3] == pytest.approx(list(np.mean(hits, axis=0)), abs=1e-12)
    assert report["rules"] == {"identity": "inchikey14", "ties": "best", "duplicates": "kept",
                               "protocol": "massspecgym"}
    assert report["intervals"]["resampled"] == "spectra"
    assert any(note.startswith("protocol massspecgym: ties go to the truth") for note in report["notes"])


def test_a_constant_scorer_gets_what_its_tie_rule_gives(tmp_path):
    truth = write_records(tmp_path / "truth.mgf", [spectrum(PRECURSOR_MZ=100, ADDUCT="[M+H]+", SMILES="CCO")])
    (tmp_path / "hits.tsv").write_text("query_index\tsmiles\tscore\n" + "".join(
        f"0\t{smiles}\t0.5\n" for smiles in ("CCO", "CCN", "CCS", "CCF")))
    recalls = {}
    for ties in ("worst", "expected", "best"):
        succeed("eval", "--hits", tmp_path / "hits.tsv", "--truth", truth, "--ties", ties, "-o", tmp_path / ties)
        recalls[ties] = read_json(tmp_path / ties / "report.json")["recall"]["1"]
    assert recalls == {"worst": 0, "expected": 0.25, "best": 1}


def test_two_tables_are_compared_query_by_query(table, tmp_path):
    queries, hits, truth = table
    lines = hits.read_text().splitlines()
    worse = [line.rsplit("\t", 2) for line in lines[1:]]
    constant_lines = ["\t".join([row[0], "0", row[2]]) for row in worse]
    (tmp_path / "other.tsv").write_text("\n".join([lines[0], *constant_lines]) + "\n")
    report = evaluate(table, tmp_path / "report", "--against", tmp_path / "other.tsv")
    ours, constant = figures(queries, "worst"), []
    for query in queries:
        size, present = len(set(query.structures)), query.truth in query.structures
        constant.append([*(float(present and size <= k) for k in CUTOFFS), present / size])
    difference = report["against"]["difference"]
    assert reported(report["against"]) == pytest.approx(list(np.mean(constant, axis=0)), abs=1e-12)
    assert reported(difference) == pytest.approx(list((ours - np.array(constant)).mean(axis=0)), abs=1e-12)
    low, high = difference["intervals"]["mrr"]["95"]
    assert low < difference["mrr"] < high
    assert 0 < difference["p_value"]["mrr"] <= 1


def test_intervals_hold_the_figure_and_depend_on_the_seed_only(table, tmp_path):
    reports = [evaluate(table, tmp_path / name, *options) for name, options in {
        "a": ("--threads", 1), "b": ("--threads", 2), "c": ("--seed", 2)}.items()]
    assert reports[0] == reports[1]
    assert reports[0]["intervals"]["recall"] != reports[2]["intervals"]["recall"]
    for k in CUTOFFS:
        wide, narrow = (reports[0]["intervals"]["recall"][str(k)][level] for level in ("99.9", "95"))
        assert wide[0] <= narrow[0] <= reports[0]["recall"][str(k)] <= narrow[1] <= wide[1]


def test_the_pool_size_sweep_agrees_with_drawn_pools(table, tmp_path):
    """Pools of 5 drawn at random: the closed form is their mean within five standard errors."""
    report = evaluate(table, tmp_path / "report", "--pool-sizes", 5)
    random, draws = np.random.default_rng(3), 300
    recalls = np.zeros(draws)
    for query in table[0]:
        where = standing(query)
        if where is None:
            continue
        decoys = np.zeros(len(set(query.structures)) - 1, dtype=bool)
        decoys[:sum(where)] = True
        for draw in range(draws):
            recalls[draw] += random.permutation(decoys)[:4].sum() == 0
    recalls /= len(table[0])
    point, = report["analyses"]["pool_size_sweep"]
    assert point["recall"]["1"] == pytest.approx(recalls.mean(), abs=5 * recalls.std() / draws ** 0.5 + 1e-9)
