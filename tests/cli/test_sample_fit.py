"""sample fit and predict: figures, chances and lists of spectra, worked out again without the program."""

import json
import os
import signal
import subprocess
from itertools import product
from types import SimpleNamespace

import numpy
import pytest

from cli_support import (PROGRAM, SECONDS_AT_MOST, catches_interrupts, contents, copy_of, edit_manifest, flip_byte,
                         names_in, read_json, read_table, specbridge, succeed, wait_until)
from sample_support import chances, logistic_regression, read_safetensors, standardised, write_labels, write_runs

QUICK = ("--permute", 0, "--resamples", 0, "--drivers", 0)


def make_cohort(folder, classes=("a", "b"), **sizes):
    """Runs, their words, and their labels."""
    rows = write_runs(folder / "runs", classes=classes, **sizes)
    succeed("sample", "embed", folder / "runs", "--pool", "words", "-o", folder / "words.npy")
    return SimpleNamespace(folder=folder, runs=folder / "runs", samples=folder / "words.npy",
                           labels=write_labels(folder / "y.tsv", rows), rows=rows)


@pytest.fixture(scope="module")
def cohort(tmp_path_factory):
    """Two classes that differ in a twentieth of their spectra."""
    return make_cohort(tmp_path_factory.mktemp("cohort"), subjects=10)


@pytest.fixture(scope="module")
def three(tmp_path_factory):
    return make_cohort(tmp_path_factory.mktemp("three"), classes=("x", "y", "z"), subjects=5, spectra=20)


@pytest.fixture(scope="module")
def fitted(cohort):
    """The cohort learned with everything that a report can have."""
    out = cohort.folder / "cohort"
    said = json.loads(succeed("sample", "fit", cohort.samples, "--labels", cohort.labels, "--groups", "subject", "-o",
                              out, "--permute", 39, "--json").out)
    return SimpleNamespace(folder=out, said=said)


@pytest.fixture
def fit(tmp_path):
    def call(cohort, *arguments, out="cohort"):
        succeed("sample", "fit", cohort.samples, "--labels", cohort.labels, "--groups", "subject", *QUICK, *arguments,
                "-o", tmp_path / out)
        return tmp_path / out
    return call


def rows_of(cohort):
    return numpy.load(cohort.samples).astype(float)


def labels_of(cohort):
    return [label for _, _, label in cohort.rows]


def chances_in(table):
    return numpy.array([[float(value) for name, value in row.items() if name.startswith("chance.")] for row in table])


def test_cohorts_that_differ_are_told_apart(fitted):
    auc, permuted = fitted.said["figures"]["auc"], fitted.said["permuted"]
    assert auc["interval_95"][0] > 0.5 and auc["value"] > 0.8
    assert permuted["p_value"] == 1 / 40 and permuted["auc_95"][0] < 0.5 < permuted["auc_95"][1]


def test_labels_that_are_dealt_anew_are_at_chance(cohort, tmp_path):
    subjects = sorted({subject for _, subject, _ in cohort.rows})
    dealt = {subject: "ab"[number // 2 % 2] for number, subject in enumerate(subjects)}  # half of each class
    labels = write_labels(tmp_path / "y.tsv", [(run, subject, dealt[subject]) for run, subject, _ in cohort.rows])
    said = json.loads(succeed("sample", "fit", cohort.samples, "--labels", labels, "--groups", "subject", "-o",
                              tmp_path / "cohort", "--permute", 19, "--drivers", 0, "--json").out)
    low, high = said["figures"]["auc"]["interval_95"]
    assert low < 0.5 < high and said["permuted"]["p_value"] > 0.05


def test_samples_of_a_subject_never_straddle_a_fold(fitted):
    places = {(row["subject"], row["fold"]) for row in read_table(fitted.folder / "predictions.tsv")}
    assert len(places) == 20 and {fold for _, fold in places} == set("01234")


@pytest.mark.parametrize("which", ["cohort", "three"])
def test_held_out_chances_are_those_of_logistic_regressions(request, fit, which):
    data = request.getfixturevalue(which)
    folder = fit(data)
    table, report = read_table(folder / "predictions.tsv"), read_json(folder / "report.json")
    rows, labels = rows_of(data), labels_of(data)
    folds = numpy.array([int(row["fold"]) for row in table])
    classes = [one["name"] for one in report["classes"]]
    for fold, ridge in enumerate(report["ridge"]["by_fold"]):
        here = folds == fold
        expected = chances(rows[~here], [label for label, out in zip(labels, here) if not out], rows[here], ridge,
                           classes)
        numpy.testing.assert_allclose(chances_in(table)[here], expected, atol=1e-6)


@pytest.mark.parametrize("ridge", [0.001, 1, 100])
def test_weights_are_those_of_newtons_method(cohort, fit, ridge):
    tensors = read_safetensors(fit(cohort, "--ridge", ridge) / "weights.safetensors")
    known, _ = standardised(rows_of(cohort), rows_of(cohort))
    weights, constant = logistic_regression(known, numpy.array([label == "b" for label in labels_of(cohort)]), ridge)
    numpy.testing.assert_allclose(tensors["weights"][0], weights, atol=1e-5)
    numpy.testing.assert_allclose(tensors["constants"][0], constant, atol=1e-5)


@pytest.mark.parametrize("which", ["cohort", "three"])
def test_figures_are_those_of_the_calls(request, fit, which):
    folder = fit(request.getfixturevalue(which))
    table, report = read_table(folder / "predictions.tsv"), read_json(folder / "report.json")
    classes = [one["name"] for one in report["classes"]]
    found = chances_in(table)
    assert [row["call"] for row in table] == [classes[call] for call in found.argmax(axis=1)]
    aucs, scores = [], []
    for number, name in enumerate(classes):
        pairs = [(found[i][number] > found[k][number]) + 0.5 * (found[i][number] == found[k][number])
                 for (i, a), (k, b) in product(enumerate(table), repeat=2)
                 if a["label"] == name != b["label"] and a["fold"] == b["fold"]]
        aucs.append(sum(pairs) / len(pairs))
        right = sum(row["label"] == row["call"] == name for row in table)
        scores.append(2 * right / (sum(row["label"] == name for row in table)
                                   + sum(row["call"] == name for row in table)))
    figures = report["figures"]
    assert figures["auc"]["value"] == pytest.approx(numpy.mean(aucs))
    assert figures["macro_f1"]["value"] == pytest.approx(numpy.mean(scores))
    assert figures["accuracy"]["value"] == pytest.approx(numpy.mean([row["label"] == row["call"] for row in table]))
    assert report["confusion"] == [[sum(row["label"] == a and row["call"] == b for row in table) for b in classes]
                                   for a in classes]


def test_the_baseline_is_the_class_of_most(cohort, tmp_path):
    rows = [(run, subject, "a" if label == "a" or subject < "p07" else "b") for run, subject, label in cohort.rows]
    labels = write_labels(tmp_path / "y.tsv", rows)
    succeed("sample", "fit", cohort.samples, "--labels", labels, "--groups", "subject", *QUICK, "-o", tmp_path / "c")
    share = sum(label == "a" for *_, label in rows) / len(rows)
    majority = read_json(tmp_path / "c/report.json")["majority"]
    assert majority["class"] == "a" and majority["accuracy"] == pytest.approx(share)
    assert majority["macro_f1"] == pytest.approx(share / (1 + share))


def test_equal_bytes_whatever_the_threads(cohort, tmp_path):
    for name, threads in (("one", 1), ("three", 3)):
        (tmp_path / name).mkdir()
        succeed("sample", "fit", cohort.samples, "--labels", cohort.labels, "--groups", "subject", "--permute", 6,
                "--resamples", 50, "--threads", threads, "-o", "cohort", cwd=tmp_path / name)
    one, three = (contents(tmp_path / name) for name in ("one", "three"))
    assert one.keys() == three.keys()
    assert {name for name in one if one[name] != three[name]} <= {"cohort/manifest.json"}  # it states the command


def test_another_seed_makes_other_folds(cohort, fit):
    folds = [[row["fold"] for row in read_table(fit(cohort, "--seed", seed, out=f"c{seed}") / "predictions.tsv")]
             for seed in (1, 2)]
    assert folds[0] != folds[1]


def test_the_table_says_what_came_out(cohort, tmp_path):
    result = succeed("sample", "fit", cohort.samples, "--labels", cohort.labels, *QUICK, "-o", tmp_path / "c")
    assert result.out.startswith("40 samples of 40 subjects, pooled by words; 5 folds by subject\n  a: 20 samples of "
                                 "20 subjects\n")
    assert "true \\ called" in result.out and "0.500 if all are called a" in result.out
    assert "note: every sample counts as a subject of its own" in result.out
    assert all(len(line) <= 80 for line in result.out.splitlines())


def test_an_empty_label_leaves_a_sample_out(cohort, tmp_path):
    rows = [(run, subject, "" if run == "p00-0" else label) for run, subject, label in cohort.rows]
    labels = write_labels(tmp_path / "y.tsv", rows)
    succeed("sample", "fit", cohort.samples, "--labels", labels, "--groups", "subject", *QUICK, "-o", tmp_path / "c")
    assert "p00-0" not in [row["sample"] for row in read_table(tmp_path / "c/predictions.tsv")]
    assert read_json(tmp_path / "c/report.json")["samples"] == 39


# Which spectra drive a call

def test_drivers_of_words_are_spectra_of_the_class(cohort, fitted):
    table = read_table(fitted.folder / "drivers.tsv")
    assert {row["sample"] for row in table} == {run for run, *_ in cohort.rows}
    assert max(int(row["rank"]) for row in table) <= 10
    special = {}  # m/z of the molecule that only one class has: the first two records of every run
    for run, _, label in cohort.rows:
        text = (cohort.runs / f"{run}.mgf").read_text()
        special[label] = next(line[8:] for line in text.splitlines() if line.startswith("PEPMASS="))
    called = {run: label for run, _, label in cohort.rows}
    first = [row for row in table if row["rank"] == "1" and row["call"] == called[row["sample"]]]
    hits = sum(float(row["precursor_mz"]) == float(special[row["call"]]) for row in first)
    assert hits > 0.9 * len(first) and len(first) > 30


@pytest.mark.parametrize("pool", ["mean", "mean-deviation", "weighted", "codebook"])
def test_parts_of_all_spectra_sum_to_the_decision(made, cohort, tmp_path, pool):
    samples = tmp_path / "s.npy"
    succeed("sample", "embed", cohort.runs, "--pool", pool, "--codes", 8, "--model", made.model["morgan"], "-o",
            samples)
    base = ("sample", "fit", samples, "--labels", cohort.labels, "--groups", "subject", "--permute", 0, "--resamples",
            0, "--ridge", 1, "--drivers", 1000, "--model", made.model["morgan"])
    succeed(*base, "-o", tmp_path / "c")
    tensors = read_safetensors(tmp_path / "c/weights.safetensors")
    scale = numpy.where(tensors["deviations"] > 0, tensors["deviations"], 1)
    decisions = ((numpy.load(samples) - tensors["means"]) / scale) @ tensors["weights"][0]
    table = read_table(tmp_path / "c/drivers.tsv")
    for number, (run, *_) in enumerate(cohort.rows):
        rows = [row for row in table if row["sample"] == run]
        parts = [float(row["part"]) for row in rows]
        sign = 1 if rows[0]["call"] == "b" else -1
        assert parts == sorted(parts, reverse=True) and min(parts) > 0
        # Only parts towards the call are listed, so they sum to what they outweigh, and more.
        assert sum(parts) >= sign * decisions[number] - 1e-4


def test_runs_that_moved_are_found_where_they_are_named(cohort, tmp_path):
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    for run in cohort.runs.iterdir():
        (moved / run.name).write_text(run.read_text())
    out = [tmp_path / "a", tmp_path / "b"]
    base = ("sample", "fit", cohort.samples, "--labels", cohort.labels, "--permute", 0, "--resamples", 0)
    succeed(*base, "-o", out[0])
    succeed(*base, "--spectra", moved, "-o", out[1])
    assert (out[0] / "drivers.tsv").read_bytes() == (out[1] / "drivers.tsv").read_bytes()


def test_without_the_runs_there_is_a_cohort_and_a_reason(tmp_path):
    data = make_cohort(tmp_path / "gone", subjects=5, spectra=10)
    for run in data.runs.iterdir():
        run.unlink()
    result = succeed("sample", "fit", data.samples, "--labels", data.labels, "--permute", 0, "--resamples", 0, "-o",
                     tmp_path / "c")
    reason = f"{data.runs / 'p00-0.mgf'} is not there any more; --spectra names the runs"
    assert f"no list of spectra that drive calls: {reason}" in result.err
    assert names_in(tmp_path / "c") == ["manifest.json", "predictions.tsv", "report.json", "weights.safetensors"]
    result = specbridge("sample", "fit", data.samples, "--labels", data.labels, "--spectra", data.runs, "-o",
                        tmp_path / "d")
    assert result.code == 3 and not (tmp_path / "d").exists()


def test_runs_that_are_not_as_they_were_give_no_list(tmp_path):
    data = make_cohort(tmp_path / "changed", subjects=5, spectra=10)
    run = data.runs / "p00-1.mgf"
    run.write_text(run.read_text() + run.read_text())
    base = ("sample", "fit", data.samples, "--labels", data.labels, "--permute", 0, "--resamples", 0)
    assert f"{run} is not as it was when the samples were made" in succeed(*base, "-o", tmp_path / "c").err
    result = specbridge(*base, "--spectra", data.runs, "-o", tmp_path / "d")
    assert (result.code, result.err) == (2, f"specbridge: --spectra: {run} is not as it was when the samples were "
                                            "made; embed them again\n")


# What is refused

@pytest.fixture
def refuse(cohort, tmp_path):
    folder = tmp_path / "outputs"
    folder.mkdir()

    def check(code, message, labels, *arguments):
        result = specbridge("sample", "fit", cohort.samples, "--labels", labels, *arguments, "-o", folder / "cohort")
        assert (result.code, result.out, result.err) == (code, "", f"specbridge: {message}\n")
        assert names_in(folder) == []

    return check


def test_labels_that_cannot_be_followed_are_refused(cohort, refuse, tmp_path):
    def labelled(change):
        return write_labels(tmp_path / "y.tsv", [row for row in map(change, cohort.rows) if row])

    path = tmp_path / "y.tsv"
    refuse(3, f"{path}: all samples are labelled \"a\"; expected two classes or more",
           labelled(lambda row: (*row[:2], "a")))
    refuse(3, f"{path}: has no line for 1 sample: p03-1; give each one, with an empty label to leave it out",
           labelled(lambda row: row if row[0] != "p03-1" else None))
    refuse(3, f"{path}:3: subject \"p00\" is labelled \"b\" here and \"a\" before; a subject has one label, whatever "
              "the number of its samples", labelled(lambda row: row if row[0] != "p00-1" else (*row[:2], "b")),
           "--groups", "subject")
    refuse(3, f"{path}: class \"rare\" has 1 subject, 5 folds need 5 of each; choose fewer --folds (3 are the fewest "
              "for so few), or leave the class out",
           labelled(lambda row: row if row[1] != "p00" else (*row[:2], "rare")), "--groups", "subject")
    refuse(3, f"{path}:1: has no column \"patient\"; found sample, subject, label; name another one, or rename it",
           labelled(lambda row: row), "--groups", "patient")
    write_labels(path, [*cohort.rows, cohort.rows[0]])
    refuse(3, f"{path}:42: sample \"p00-0\" stands in line 2 already; a sample has one line", path)


def test_a_ridge_of_nothing_is_refused(cohort, refuse):
    refuse(2, "--ridge 0: expected numbers above 0", cohort.labels, "--ridge", 0)


def test_an_array_of_another_table_is_refused(cohort, tmp_path):
    for name in names_in(cohort.folder):
        if name.startswith("words"):
            (tmp_path / name).write_bytes((cohort.folder / name).read_bytes())
    with open(tmp_path / "words.ids.tsv", "a") as table:
        table.write("\n")
    result = specbridge("sample", "fit", tmp_path / "words.npy", "--labels", cohort.labels, "-o", tmp_path / "c")
    assert (result.code, result.err) == (
        4, f"specbridge: {tmp_path / 'words.ids.tsv'}: is not the file that {tmp_path / 'words.run.json'} was written "
           "with; make the samples again with sample embed\n")


def test_an_array_of_embed_is_refused(made, cohort, tmp_path):
    succeed("embed", made.spectra, "--model", made.model["morgan"], "-o", tmp_path / "v.npy")
    result = specbridge("sample", "fit", tmp_path / "v.npy", "--labels", cohort.labels, "-o", tmp_path / "c")
    assert result.code == 4 and "sample embed writes it beside the array" in result.err


def test_a_cohort_that_exists_is_replaced_with_force_only(cohort, fit, tmp_path):
    fit(cohort)
    again = ("sample", "fit", cohort.samples, "--labels", cohort.labels, *QUICK, "-o", tmp_path / "cohort")
    assert specbridge(*again).code == 5
    succeed(*again, "--force")


def test_an_interrupted_fit_leaves_nothing(cohort, tmp_path):
    command = [PROGRAM, "sample", "fit", cohort.samples, "--labels", cohort.labels, "--permute", "1000000", "-o",
               tmp_path / "cohort"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    wait_until(lambda: catches_interrupts(process.pid))
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=SECONDS_AT_MOST)
    assert process.returncode == 130 and err.endswith(b"specbridge: interrupted; nothing was published\n")
    assert names_in(tmp_path) == []


# predict

def test_samples_are_called_with_the_chances_of_the_weights(cohort, fit, tmp_path):
    folder = fit(cohort, "--ridge", 1)
    succeed("sample", "predict", cohort.samples, "--cohort", folder, "-o", tmp_path / "calls.tsv")
    table = read_table(tmp_path / "calls.tsv")
    expected = chances(rows_of(cohort), labels_of(cohort), rows_of(cohort), 1, ["a", "b"])
    numpy.testing.assert_allclose(chances_in(table), expected, atol=1e-5)
    assert [row["call"] for row in table] == ["ab"[call] for call in expected.argmax(axis=1)]
    assert [float(row["chance"]) for row in table] == [max(pair) for pair in chances_in(table)]


def test_new_runs_are_called_by_the_words_of_the_cohort(cohort, fit, tmp_path):
    folder, book = fit(cohort), cohort.folder / "words.codebook.json"
    rows = write_runs(tmp_path / "new", subjects=4, seed=2, replicates=1)
    (tmp_path / "new/empty.mgf").write_text("BEGIN IONS\nPEPMASS=300\nMSLEVEL=1\n100 5\nEND IONS\n")
    succeed("sample", "embed", tmp_path / "new", "--pool", "words", "--codebook", book, "-o", tmp_path / "new.npy")
    result = succeed("sample", "predict", tmp_path / "new.npy", "--cohort", folder, "-o", "-")
    lines = [line.split("\t") for line in result.out.splitlines()]
    assert lines[0] == ["sample", "call", "chance", "chance.a", "chance.b", "status", "message", "file"]
    assert lines[1][:5] == ["empty", "", "", "", ""] and lines[1][5] == "no_ms2"
    assert [line[1] for line in lines[2:]] == [label for *_, label in rows]


def test_samples_of_another_rule_are_refused(cohort, fit, tmp_path):
    folder = fit(cohort)
    for pool, why in (("precursors", "--pool words and precursors"), ("words", "codebooks ")):
        succeed("sample", "embed", cohort.runs, "--pool", pool, "--min-samples", 30, "-o", tmp_path / f"{pool}.npy")
        result = specbridge("sample", "predict", tmp_path / f"{pool}.npy", "--cohort", folder, "-o", tmp_path / "c.tsv")
        assert result.code == 2 and why in result.err and "embed the samples as those of the cohort" in result.err
        assert not (tmp_path / "c.tsv").exists()


def test_a_damaged_cohort_calls_nothing(fitted, cohort, tmp_path):
    damaged = copy_of(fitted.folder, tmp_path)
    flip_byte(damaged / "weights.safetensors", -1)
    result = specbridge("sample", "predict", cohort.samples, "--cohort", damaged, "-o", tmp_path / "c.tsv")
    assert result.code == 4 and "weights.safetensors" in result.err
    other = copy_of(fitted.folder, tmp_path / "x")
    edit_manifest(other, lambda manifest: manifest.update(classes=["a"]))
    assert specbridge("sample", "predict", cohort.samples, "--cohort", other, "-o", tmp_path / "c.tsv").code == 4
    assert not os.path.exists(tmp_path / "c.tsv")


def test_info_says_what_a_cohort_is(fitted):
    text = succeed("info", fitted.folder).out
    assert "cohort" in text and "words" in text and "all hold" in text
