"""specbridge explain: which fragment each peak is, in tables and drawings."""

import json
import os
import random
import shutil
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from types import SimpleNamespace

import pytest

from cli_support import (DATA, ROOT, by_query, contents, field, flip_byte, names_in, read_json, read_records,
                         read_table, specbridge, spectrum, succeed, write_records)

COLUMNS = ("query_id query_index rank smiles adduct mz intensity status formula fragment_smiles bonds_cut bonds "
           "hydrogens radical error_ppm contribution message").split()


@pytest.fixture(scope="module")
def explained(fitted, tmp_path_factory):
    """The demo queries searched and explained."""
    folder = tmp_path_factory.mktemp("explained")
    explained = SimpleNamespace(folder=folder, model=fitted.model, spectra=DATA / "query.mgf",
                                hits=folder / "hits.tsv", out=folder / "explained")
    succeed("search", explained.spectra, "--model", fitted.model, "--library", fitted.library, "-o", explained.hits)
    explained.said = succeed("explain", explained.hits, explained.spectra, "--model", fitted.model, "-o",
                             explained.out).err
    return explained


def explain(model, hits, spectra, out, *more):
    succeed("explain", hits, spectra, "--model", model, "-o", out, *more)
    return read_json(out / "explained.json")


def write_hits(path, *rows):
    """A table as search writes it, as far as explain reads it. Rows: (query_id, query_index, smiles, adduct)."""
    header = "query_id\tquery_index\trank\tscore\tsmiles\tadduct\n"
    path.write_text(header + "".join(f"{name}\t{index}\t1\t1\t{smiles}\t{adduct}\n"
                                     for name, index, smiles, adduct in rows))
    return path


def contribution(rows):
    return sum(float(row["contribution"]) for row in rows if row["contribution"])


def test_contributions_add_up_to_the_evidence_of_the_table(explained):
    rows = read_table(explained.out / "peaks.tsv")
    assert list(rows[0]) == COLUMNS
    answers = {(row["query_index"], row["rank"]): row for row in read_table(explained.hits)
               if row["status"] == "ok" and int(row["rank"]) <= 3}
    assert len(answers) > 5
    told = {(row["query_index"], row["rank"]) for row in rows if row["status"] != "no_answer"}
    assert told == set(answers)
    for key, hit in answers.items():
        own = [row for row in rows if (row["query_index"], row["rank"]) == key]
        assert contribution(own) == pytest.approx(float(hit["evidence.fragments"]), abs=1e-5)
        assert {row["smiles"] for row in own} == {hit["smiles"]}


def test_the_summary_of_an_answer_is_that_of_its_peaks(explained):
    report = read_json(explained.out / "explained.json")
    rows = read_table(explained.out / "peaks.tsv")
    answers = [answer for answer in report["answers"] if answer["state"] == "explained"]
    assert report["score"] == "fragments" and report["explained"] == len(answers) > 5
    assert report["explained"] + report["without_answer"] == len(report["answers"])
    hits = {(int(row["query_index"]), row["rank"]): row for row in read_table(explained.hits)}
    for answer in answers:
        peaks = answer["spectrum"]
        read = [peak for peak in peaks if peak["status"] in ("explained", "unexplained")]
        own = [peak for peak in read if peak["status"] == "explained"]
        assert (answer["peaks"], answer["explained_peaks"]) == (len(read), len(own))
        share = sum(peak["intensity"] for peak in own) / sum(peak["intensity"] for peak in read)
        assert answer["explained_intensity"] == pytest.approx(share, abs=1e-6)
        hit = hits[answer["query_index"], str(answer["rank"])]
        assert answer["score"] == pytest.approx(float(hit["evidence.fragments"]), abs=1e-6)
        assert [peak["mz"] for peak in peaks] == sorted(peak["mz"] for peak in peaks)
        assert all(len(peak["bonds"]) == peak["bonds_cut"] for peak in own)
    assert sum(len(answer["spectrum"]) for answer in answers) == sum(row["mz"] != "" for row in rows)


def test_every_peak_of_the_spectrum_is_told(fitted, tmp_path):
    peaks = "43.0178 100\n50.0000 0.1\n61.0284 50\n55.5555 40\n88.9000 20\n120.0000 10"
    spectra = write_records(tmp_path / "query.mgf", [spectrum(peaks, SPECTRUM_ID="one", PEPMASS=89.0597)])
    hits = write_hits(tmp_path / "hits.tsv", ("one", 0, "CCOC(C)=O", "[M+H]+"))
    explain(fitted.model, hits, spectra, tmp_path / "out")
    rows = read_table(tmp_path / "out/peaks.tsv")
    assert [(row["mz"], row["status"], row["formula"]) for row in rows] == [
        ("43.0178", "explained", "C2H3O+"), ("50", "weak", ""), ("55.5555", "unexplained", ""),
        ("61.0284", "explained", "C2H5O2+"), ("88.9", "at_precursor", ""), ("120", "at_precursor", "")]
    assert [row["fragment_smiles"] for row in rows if row["formula"]] == ["CC=O", "CC(=O)O"]
    assert [row["bonds"] for row in rows if row["formula"]] == ["O2-C3", "C1-O2"]
    assert [row["hydrogens"] for row in rows if row["formula"]] == ["0", "2"]
    assert all(abs(float(row["error_ppm"])) < 5 for row in rows if row["formula"])


def test_a_metal_is_part_of_the_formula(fitted, tmp_path):
    spectra = write_records(tmp_path / "query.mgf",
                            [spectrum("83.0104 100", SPECTRUM_ID="one", PEPMASS=111.0417)])
    hits = write_hits(tmp_path / "hits.tsv", ("one", 0, "CCOC(C)=O", "[M+Na]+"))
    explain(fitted.model, hits, spectra, tmp_path / "out")
    assert read_table(tmp_path / "out/peaks.tsv")[0]["formula"] == "C2H4NaO2+"


def test_labels_are_whole_and_names_are_safe(fitted, tmp_path):
    """Names that would break XML, and a spectrum that nothing explains."""
    spectra = write_records(tmp_path / "query.mgf", [
        spectrum("43.0178 100\n61.0284 80", SPECTRUM_ID="a<b>&'c'", PEPMASS=89.0597),
        spectrum("50.5 100", SPECTRUM_ID="nothing", PEPMASS=89.0597)])
    hits = write_hits(tmp_path / "hits.tsv", ("a<b>&'c'", 0, "CCOC(C)=O", "[M+H]+"),
                      ("nothing", 1, "CCOC(C)=O", "[M+H]+"))
    explain(fitted.model, hits, spectra, tmp_path / "out")
    words = words_of(tmp_path / "out/q0_r1.svg")
    assert "a<b>&'c', answer 1" in words and "C2H3O+" in words and "61.0284" in words
    assert "no peak speaks for this structure" in words_of(tmp_path / "out/q1_r1.svg")


def words_of(drawing):
    root = ElementTree.parse(drawing).getroot()
    return ["".join(text.itertext()) for text in root.iter("{http://www.w3.org/2000/svg}text")]


def test_each_answer_has_a_drawing_with_its_labels(explained):
    report = read_json(explained.out / "explained.json")
    answers = [answer for answer in report["answers"] if answer["state"] == "explained"]
    drawings = {answer["drawing"] for answer in answers}
    assert {name for name in names_in(explained.out) if name.endswith(".svg")} == drawings
    assert report["drawings"] == len(drawings) and report["drawings_left_out"] == 0
    for answer in answers:
        assert answer["drawing"] == f"q{answer['query_index']}_r{answer['rank']}.svg"
        words = words_of(explained.out / answer["drawing"])
        best = max((peak for peak in answer["spectrum"] if "formula" in peak), default=None,
                   key=lambda peak: peak["contribution"])
        if best:
            assert best["formula"] in words and f"{best['mz']:.4f}" in words


def test_no_more_drawings_than_asked_for(explained, tmp_path):
    result = succeed("explain", explained.hits, explained.spectra, "--model", explained.model, "-o", tmp_path / "out",
                     "--drawings", 2)
    report = read_json(tmp_path / "out/explained.json")
    assert report["drawings"] == 2 and report["drawings_left_out"] == report["explained"] - 2
    assert sum(name.endswith(".svg") for name in names_in(tmp_path / "out")) == 2
    assert f"2 drawings ({report['drawings_left_out']} more with --drawings)" in result.err
    assert sum(answer.get("drawing", "") is None for answer in report["answers"]) == report["drawings_left_out"]


def test_threads_change_nothing(explained, tmp_path):
    told = []
    for threads in (1, 2):
        out = tmp_path / str(threads)
        explain(explained.model, explained.hits, explained.spectra, out, "--top", 1, "--threads", threads)
        report = read_json(out / "explained.json")
        del report["command_line"]
        told.append({**contents(out), "explained.json": report})
    assert told[0] == told[1]


def test_only_what_is_asked_for_is_explained(explained, tmp_path):
    hits = by_query(read_table(explained.hits))
    name = hits[2][0]["query_id"]
    report = explain(explained.model, explained.hits, explained.spectra, tmp_path / "out", "--query", name, "--top", 1)
    assert [(answer["query_id"], answer["rank"]) for answer in report["answers"]] == [(name, 1)]
    assert report["queries"] == 1


def test_an_unknown_query_is_refused(explained, refused):
    refused(3, f"{explained.hits}: no query is called \"nobody\"; expected --query with a name that its column "
               "query_id holds", "explain", explained.hits, explained.spectra, "--model", explained.model, "--query",
            "nobody")


@pytest.mark.parametrize("adduct, why", [
    ("[M+2H]2+", "[M+2H]2+: ions of several charges are not taken apart"),
    ("[2M+H]+", "[2M+H]+: ions of several molecules are not taken apart"),
    ("[M+?]+", 'the adduct "[M+?]+" cannot be read'), ("", "the table states no adduct")])
def test_ions_that_cannot_be_taken_apart_say_so(fitted, tmp_path, adduct, why):
    spectra = write_records(tmp_path / "query.mgf", [spectrum("43.0178 100", SPECTRUM_ID="one", PEPMASS=89.0597)])
    hits = write_hits(tmp_path / "hits.tsv", ("one", 0, "CCOC(C)=O", adduct))
    result = succeed("explain", hits, spectra, "--model", fitted.model, "-o", tmp_path / "out")
    assert "1 answer could not be taken apart" in result.err
    (row,) = read_table(tmp_path / "out/peaks.tsv")
    assert (row["status"], row["message"], row["mz"]) == ("not_taken_apart", why, "")
    (answer,) = read_json(tmp_path / "out/explained.json")["answers"]
    assert (answer["state"], answer["message"]) == ("not_taken_apart", why)
    assert "spectrum" not in answer and names_in(tmp_path / "out") == ["explained.json", "peaks.tsv"]


def test_molecules_with_too_many_atoms_say_so(fitted, tmp_path):
    spectra = write_records(tmp_path / "query.mgf", [spectrum("43.0178 100", SPECTRUM_ID="one", PEPMASS=1821)])
    hits = write_hits(tmp_path / "hits.tsv", ("one", 0, "C" * 129 + "O", "[M+H]+"))
    explain(fitted.model, hits, spectra, tmp_path / "out")
    (row,) = read_table(tmp_path / "out/peaks.tsv")
    assert (row["status"], row["message"]) == ("not_taken_apart", "the molecule has more than 128 heavy atoms")


def test_a_query_without_an_answer_is_told(fitted, tmp_path):
    records = read_records(DATA / "query.mgf")[:1] + [spectrum(SPECTRUM_ID="heavy", PEPMASS=1999.5, CHARGE="1+")]
    spectra = write_records(tmp_path / "query.mgf", records)
    hits = tmp_path / "hits.tsv"
    succeed("search", spectra, "--model", fitted.model, "--library", fitted.library, "-o", hits)
    report = explain(fitted.model, hits, spectra, tmp_path / "out")
    assert report["without_answer"] == 1
    row = read_table(tmp_path / "out/peaks.tsv")[-1]
    assert (row["query_id"], row["rank"], row["status"]) == ("heavy", "", "no_answer")
    assert row["message"].startswith("empty_window")


def test_hits_of_other_spectra_are_refused(explained, refused, tmp_path):
    records = [record.replace("SPECTRUM_ID=", "SPECTRUM_ID=other-") for record in read_records(explained.spectra)]
    spectra = write_records(tmp_path / "query.mgf", records)
    first = read_table(explained.hits)[0]["query_id"]
    refused(3, f'{explained.hits}:2: query_index 0 is "{first}" in the hits and "other-{first}" in the input, which '
               f'has no "{first}"; give the spectra that were searched, in their order, or leave out the column '
               "query_id if the numbers are right", "explain", explained.hits, spectra, "--model", explained.model)


def test_a_table_of_another_program_is_refused(explained, refused, tmp_path):
    (tmp_path / "hits.csv").write_text("query_id,smiles,score\nx,CCO,1\n")
    refused(3, f"{tmp_path / 'hits.csv'}: has no column rank; expected a table that specbridge search wrote", "explain",
            tmp_path / "hits.csv", explained.spectra, "--model", explained.model)


def test_spectra_do_not_come_through_a_pipe(explained, refused):
    refused(2, "explain: the spectra are read twice and cannot come through a pipe; name their file", "explain",
            explained.hits, "-", "--model", explained.model)


def test_a_model_without_the_score_explains_by_the_fixed_one(made, explained, tmp_path):
    result = succeed("explain", explained.hits, explained.spectra, "--model", made.model["morgan"], "-o",
                     tmp_path / "out", "--drawings", 0)
    assert "has no fragment score; contributions are those to the fixed score" in result.err
    report = read_json(tmp_path / "out/explained.json")
    assert report["score"] == "fixed"
    for answer in report["answers"]:
        own = [peak["contribution"] for peak in answer.get("spectrum", []) if "contribution" in peak]
        assert all(value >= 0 for value in own)
        assert answer.get("score", 0) == pytest.approx(sum(own), abs=1e-5)


def test_a_table_of_another_model_is_warned_of(made, explained, tmp_path):
    assert "was searched with" not in explained.said
    result = succeed("explain", explained.hits, explained.spectra, "--model", made.model["morgan"], "-o",
                     tmp_path / "out", "--drawings", 0)
    assert f"{explained.hits}: was searched with the model" in result.err


def test_without_a_model_it_is_the_one_that_was_searched_with(explained, tmp_path):
    result = succeed("explain", explained.hits, explained.spectra, "-o", tmp_path / "out", "--drawings", 0)
    assert f"model: {explained.model}, which the table was searched with (--model names another)" in result.err
    assert "warning" not in result.err
    assert (tmp_path / "out/peaks.tsv").read_bytes() == (explained.out / "peaks.tsv").read_bytes()


@pytest.mark.parametrize("place", ["gone", "another"])
def test_a_model_that_is_not_there_any_more_is_not_taken(made, explained, tmp_path, place):
    """Where it was is nothing, or another model: then the one that ships explains, and that is said."""
    hits = shutil.copy(explained.hits, tmp_path / "hits.tsv")
    record = read_json(f"{explained.hits}.run.json")
    assert record["model"]["path"] == str(explained.model)
    record["model"]["path"] = str(tmp_path / "gone" if place == "gone" else made.model["morgan"])
    (tmp_path / "hits.tsv.run.json").write_text(json.dumps(record))
    result = succeed("explain", hits, explained.spectra, "-o", tmp_path / "out", "--drawings", 0)
    assert "massbank-model, which comes with the program (--model names another)" in result.err
    assert f"{hits}: was searched with the model {record['model']['fingerprint'][:12]}, " in result.err


def test_a_damaged_score_is_refused(explained, tmp_path):
    model = shutil.copytree(explained.model, tmp_path / "model")
    flip_byte(model / "fragments.safetensors", 1000)
    result = specbridge("explain", explained.hits, explained.spectra, "--model", model, "-o", tmp_path / "out")
    assert result.code == 4 and "fragments.safetensors" in result.err
    assert not (tmp_path / "out").exists()


def test_only_explanations_are_replaced(explained, tmp_path):
    command = ("explain", explained.hits, explained.spectra, "--model", explained.model, "-o", tmp_path / "out",
               "--drawings")
    succeed(*command, 3)
    assert specbridge(*command, 1).code == 5
    succeed(*command, 1, "--force")
    assert sum(name.endswith(".svg") for name in names_in(tmp_path / "out")) == 1
    (tmp_path / "out/notes.txt").write_text("mine")
    result = specbridge(*command, 1, "--force")
    assert result.code == 5 and "notes.txt" in result.err


def test_the_summary_can_be_had_as_json(explained, tmp_path):
    said = json.loads(succeed("explain", explained.hits, explained.spectra, "--model", explained.model, "-o",
                              tmp_path / "out", "--json", "--drawings", 0).out)
    report = read_json(tmp_path / "out/explained.json")
    assert said == {key: report[key] for key in said}
    assert set(said) == {"queries", "explained", "not_taken_apart", "without_answer", "drawings", "drawings_left_out",
                         "score"}


SPECTRA = 100  # of the real data
TAKEN = 3      # peaks that are taken away


@pytest.fixture(scope="module")
def real(made, tmp_path_factory):
    """Measured spectra of molecules that a fragment score was not fitted to, and such a score."""
    data = Path(os.environ.get("SPECBRIDGE_DATA", ROOT / "../shared/data"))
    if not (data / "massbank_val.mgf.gz").is_file():
        pytest.skip(f"{data}: holds no measured spectra; name their folder in SPECBRIDGE_DATA")
    folder = tmp_path_factory.mktemp("real")
    train = write_records(folder / "train.mgf", read_records(data / "massbank_train.mgf.gz")[::120])
    real = SimpleNamespace(folder=folder, model=folder / "model")
    succeed("train", "--spectra", train, "--spectrum-encoder", made.spectrum_encoder, "--molecule-encoder",
            made.encoder["morgan"], "--config", made.config, "--decoys", DATA / "library.smi.gz", "-o", real.model)
    by_molecule = {}
    for record in read_records(data / "massbank_val.mgf.gz"):
        if field(record, "ADDUCT") in ("[M+H]+", "[M-H]-") and len(record.splitlines()) > 25:
            by_molecule.setdefault(field(record, "INCHIKEY")[:14], record)
    real.records = list(by_molecule.values())
    return real


def without(record, masses):
    """A record without the peaks of these m/z."""
    lines = [line for line in record.splitlines()
             if not (line[:1].isdigit() and float(line.split()[0]) in masses)]
    return "\n".join(lines) + "\n"


def test_the_peaks_that_contribute_most_are_those_that_the_score_hangs_on(real, tmp_path):
    """Paired over measured spectra: three peaks are taken away, those that contribute most or any others."""
    def scores(records, name):
        spectra = write_records(tmp_path / f"{name}.mgf", records)
        hits = write_hits(tmp_path / f"{name}.tsv", *(
            (field(record, "SPECTRUM_ID"), i, field(record, "SMILES"), field(record, "ADDUCT"))
            for i, record in enumerate(records)))
        return explain(real.model, hits, spectra, tmp_path / name, "--drawings", 0)["answers"]

    draw = random.Random(1)
    kept, best, others, before = [], [], [], []
    for record, answer in zip(real.records, scores(real.records, "whole")):
        read = [peak for peak in answer.get("spectrum", []) if peak["status"] in ("explained", "unexplained")]
        ranked = sorted(read, key=lambda peak: -peak.get("contribution", 0))
        speaking = sum(peak.get("contribution", 0) > 0 for peak in read)
        if speaking < TAKEN or len(read) < 2 * TAKEN or len(kept) == SPECTRA:
            continue
        kept.append(record)
        before.append(answer["score"])
        best.append(without(record, {peak["mz"] for peak in ranked[:TAKEN]}))
        others.append(without(record, {peak["mz"] for peak in draw.sample(ranked[TAKEN:], TAKEN)}))
    assert len(kept) == SPECTRA
    lost_best = [a - b["score"] for a, b in zip(before, scores(best, "best"))]
    lost_others = [a - b["score"] for a, b in zip(before, scores(others, "others"))]
    more = sum(a > b for a, b in zip(lost_best, lost_others))
    print(f"{more} of {SPECTRA} lose more; mean loss {sum(lost_best) / SPECTRA:.3f}, others "
          f"{sum(lost_others) / SPECTRA:.3f}")
    assert more >= 0.9 * SPECTRA
    assert sum(lost_best) > 2 * sum(lost_others)


def test_a_search_explains_its_answers_when_asked(explained, fitted, tmp_path):
    said = succeed("search", explained.spectra, "--model", fitted.model, "--library", fitted.library, "-o",
                   tmp_path / "hits.tsv", "--explain", tmp_path / "explained").err
    assert f"hits in {tmp_path / 'hits.tsv'}" in said and f"{tmp_path / 'explained'}: " in said
    assert names_in(tmp_path / "explained") == names_in(explained.out)
    assert (tmp_path / "explained/peaks.tsv").read_bytes() == (explained.out / "peaks.tsv").read_bytes()


def test_a_search_into_standard_output_explains_nothing(explained, fitted, tmp_path):
    result = specbridge("search", explained.spectra, "--model", fitted.model, "--library", fitted.library, "-o", "-",
                        "--explain", tmp_path / "explained")
    assert result.code == 2 and result.out == ""
    assert "--explain reads the table of hits; name a file with --out" in result.err


def test_a_search_that_could_not_explain_does_not_begin(explained, fitted, tmp_path):
    (tmp_path / "explained").mkdir()
    (tmp_path / "explained/notes.txt").write_text("mine")
    result = specbridge("search", explained.spectra, "--model", fitted.model, "--library", fitted.library, "-o",
                        tmp_path / "hits.tsv", "--explain", tmp_path / "explained")
    assert result.code != 0 and not (tmp_path / "hits.tsv").exists()


def test_answers_that_were_left_out_are_told_of(calibrated, tmp_path):
    hits = tmp_path / "hits.tsv"
    succeed("search", DATA / "query.mgf", "--model", calibrated.model, "--library", calibrated.library, "-o", hits,
            "--min-probability", 1)
    answers = explain(calibrated.model, hits, DATA / "query.mgf", tmp_path / "explained")["answers"]
    told = [answer for answer in answers if "answers left out" in answer.get("message", "")]
    assert told and all(answer["state"] == "no_answer" for answer in told)
