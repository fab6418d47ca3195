"""search --rerank generate and --denovo: molecules that a model writes as evidence, and as answers where a library has
none."""

import gzip
import json
import math
import random

import pytest
from rdkit import Chem

from cli_support import (DATA, by_query, changed, field, names_in, read_json, read_records, read_table, specbridge,
                         succeed, write_json, write_records)

RERANK = ("--rerank", "generate", "--beams", 3)


@pytest.fixture(scope="module")
def by_heart(made, generating, tmp_path_factory):
    """A model whose decoder knows two molecules by heart, their spectra and SMILES."""
    folder = tmp_path_factory.mktemp("by-heart")
    records = read_records(made.train)
    names = sorted({field(record, "SMILES") for record in records})[:2]
    spectra = write_records(folder / "two.mgf", [record for record in records if field(record, "SMILES") in names])
    succeed(*changed(generating.train, "--spectra", spectra), "--set", "language_epochs=0", "--set", "epochs=500",
            "--set", "max_steps=500", "--set", "dropout=0", "--threads", 1, "-o", folder / "model", "-q")
    return {"model": folder / "model", "spectra": spectra, "smiles": names}


@pytest.fixture
def reranked(generating, made, tmp_path):
    """Searches the library with the decoder; returns rows by query."""
    def search(*more, name="hits", model=None, spectra=None):
        succeed("search", spectra or made.spectra, "--model", model or generating.model, "--library",
                generating.library, "-k", 0, *more, "-o", tmp_path / f"{name}.tsv", "-q")
        return by_query(read_table(tmp_path / f"{name}.tsv"))
    return search


def test_candidates_are_ranked_by_what_the_decoder_writes(by_heart, reranked):
    ranked = 0
    for rows in reranked(*RERANK, model=by_heart["model"]).values():
        if rows[0]["status"] != "ok":
            continue
        assert {"evidence.cosine", "evidence.generated", "evidence.likelihood"} <= rows[0].keys()
        assert all(float(row["evidence.likelihood"]) < 0 for row in rows)
        known = [row["evidence.generated"] for row in rows]
        if not any(known):  # it wrote no molecule: nothing tells the candidates apart
            assert {row["score"] for row in rows} == {"0"}
            continue
        ranked += 1
        scores = [row["score"] for row in rows]
        assert scores == known and scores == sorted(scores, key=float, reverse=True)
    assert ranked > 0


def test_without_rerank_nothing_of_a_decoder_is_shown(reranked):
    rows = next(iter(reranked().values()))
    assert not {"evidence.generated", "evidence.likelihood", "in_library"} & rows[0].keys()


def test_molecules_that_are_known_by_heart_are_written_and_rank_first(by_heart, reranked):
    for by in ("embedding", "tanimoto"):
        found = reranked(*RERANK, "--rerank-by", by, name=by, model=by_heart["model"], spectra=by_heart["spectra"])
        truths = [field(record, "SMILES") for record in read_records(by_heart["spectra"])]
        for query, rows in found.items():
            assert rows[0]["smiles"] == truths[query]
            assert float(rows[0]["evidence.generated"]) > 0.95
            likelihoods = {row["smiles"]: float(row["evidence.likelihood"]) for row in rows}
            assert max(likelihoods, key=likelihoods.get) == truths[query]
            assert likelihoods[truths[query]] > -0.05


def test_the_ranking_can_be_by_the_likelihood(reranked):
    for rows in reranked(*RERANK, "--rank-by", "likelihood").values():
        if rows[0]["status"] == "ok":
            assert all(row["score"] == row["evidence.likelihood"] for row in rows)


def test_evidence_does_not_depend_on_threads_and_company(reranked, made, tmp_path):
    some = write_records(tmp_path / "some.mgf", read_records(made.spectra)[5:9])
    alone = reranked(*RERANK, "--threads", 1, name="alone", spectra=some)
    together = reranked(*RERANK, "--threads", 2, name="together")
    for place, rows in alone.items():
        for a, b in zip(rows, together[place + 5], strict=True):
            assert (a["smiles"], a["score"], a["evidence.likelihood"]) == (b["smiles"], b["score"],
                                                                           b["evidence.likelihood"])


def test_the_order_and_the_spelling_of_candidates_change_nothing(generating, made, tmp_path):
    chance = random.Random(3)
    pools = json.loads(made.pools.read_text())
    shuffled = {truth: chance.sample(pool, len(pool)) for truth, pool in pools.items()}
    tables = []
    for name, some in [("plain", pools), ("shuffled", shuffled)]:
        succeed("search", made.spectra, "--model", generating.model, "--candidates", write_json(tmp_path / name, some),
                *RERANK, "-o", tmp_path / f"{name}.tsv", "-q")
        tables.append((tmp_path / f"{name}.tsv").read_bytes())
    assert tables[0] == tables[1]


def test_invalid_texts_are_counted(generating, made, tmp_path):
    succeed("search", made.spectra, "--model", generating.model, "--library", generating.library, *RERANK, "-o",
            tmp_path / "hits.tsv", "-q")
    record = read_json(tmp_path / "hits.tsv.run.json")
    assert record["decoder"] == {"beams": 3, "denovo": 0, "rerank_by": "embedding"}
    answered = sum(rows[0]["status"] == "ok" for rows in by_query(read_table(tmp_path / "hits.tsv")).values())
    assert record["written"]["texts"] == 3 * answered
    assert 0 < record["written"]["invalid"] <= record["written"]["texts"]  # it has hardly learned anything
    assert record["written"]["answered"] == 0


def test_a_weighed_decoder_is_asked_without_being_named(generating, made, tmp_path, reranked):
    said = json.loads(succeed("calibrate", "--model", generating.model, "--spectra", made.spectra, "--candidates",
                              made.pools, *RERANK, "-o", tmp_path / "calibrated", "--json").out)
    assert {"cosine", "generated", "likelihood"} <= said["weights"].keys()
    rows = next(rows for rows in reranked(model=tmp_path / "calibrated").values() if rows[0]["status"] == "ok")
    weights = read_json(tmp_path / "calibrated/manifest.json")["calibration"]["weights"]
    known = [row for row in rows if row["evidence.likelihood"] and row["evidence.generated"]]
    for row in known[:5]:
        fused = sum(weights[kind] * float(row[f"evidence.{kind}"]) for kind in ("cosine", "generated", "likelihood"))
        assert math.isclose(fused, float(row["score"]), abs_tol=1e-4)


def test_evaluations_rank_by_the_decoder_and_its_controls(generating, made, tmp_path):
    succeed("eval", "--model", generating.model, "--spectra", made.spectra, "--candidates", made.pools, *RERANK,
            "--rank-by", "likelihood", "--control", "none,zeroed,swapped", "-o", tmp_path / "report", "--mces", "none",
            "-q")
    report = read_json(tmp_path / "report/report.json")
    assert report["evaluated"] > 0
    assert {"zeroed", "swapped"} <= report["controls"].keys()


# ---- molecules that no library has


@pytest.fixture(scope="module")
def small_library(by_heart, tmp_path_factory):
    """A library that lacks what the decoder knows."""
    folder = tmp_path_factory.mktemp("small")
    (folder / "few.smi").write_text("CCO\tethanol\nc1ccccc1\tbenzene\n")
    succeed("index", folder / "few.smi", "--model", by_heart["model"], "-o", folder / "library", "-q")
    return folder / "library"


@pytest.fixture
def denovo(by_heart, small_library, tmp_path):
    def search(*more, name="hits.tsv"):
        result = succeed("search", by_heart["spectra"], "--model", by_heart["model"], "--library", small_library,
                         "--denovo", 3, *more, "-o", tmp_path / name)
        return tmp_path / name, result
    return search


def test_molecules_learned_by_heart_come_back_exactly_where_the_library_is_empty(by_heart, denovo):
    table, result = denovo()
    truths = [field(record, "SMILES") for record in read_records(by_heart["spectra"])]
    for query, rows in by_query(read_table(table)).items():
        assert (rows[0]["smiles"], rows[0]["status"]) == (truths[query], "ok")
        assert abs(float(rows[0]["mass_error_ppm"])) <= 10
    assert f"{len(truths)} answered by molecules that the library does not have" in result.err


def test_what_is_written_is_never_shown_as_looked_up(denovo):
    table, _ = denovo()
    for row in read_table(table):
        assert (row["in_library"], row["library_id"]) == ("false", "")
        assert row["message"].startswith("not from the library, which has no such molecule: written by the model's")


def test_what_is_looked_up_says_so(by_heart, made, generating, tmp_path):
    succeed("search", by_heart["spectra"], "--model", by_heart["model"], "--library", generating.library, "--denovo", 3,
            "-o", tmp_path / "hits.tsv", "-q")
    assert {row["in_library"] for row in read_table(tmp_path / "hits.tsv")} == {"true"}


def test_written_answers_keep_to_the_mass_window_or_the_formula(by_heart, denovo, small_library, tmp_path):
    narrow = by_query(read_table(denovo("--tolerance", "0.00001ppm", name="narrow.tsv")[0]))
    for rows in narrow.values():
        assert rows[0]["status"] in ("ok", "empty_window")
        assert all(abs(float(row["mass_error_ppm"])) <= 1e-4 for row in rows if row["rank"])
    formula = by_query(read_table(denovo("--formula=C3H8O", name="formula.tsv")[0]))
    for rows in formula.values():
        assert all(row["formula"] == "C3H8O" for row in rows if row["rank"])
        assert rows[0]["status"] in ("ok", "no_formula_match")


def test_json_says_it_too(denovo):
    table, _ = denovo(name="hits.jsonl")
    lines = [json.loads(line) for line in table.read_text().splitlines()]
    assert lines and all("in_library" in json.dumps(line) for line in lines)


def test_tables_without_a_place_for_it_refuse_it(by_heart, small_library, tmp_path):
    for more in (("--format", "mztab-m"), ("--mzmine", tmp_path / "mzmine.csv")):
        result = specbridge("search", by_heart["spectra"], "--model", by_heart["model"], "--library", small_library,
                            "--denovo", 3, *more, "-o", tmp_path / "hits.out")
        assert result.code == 2 and "--denovo writes molecules that no library has" in result.err
    assert names_in(tmp_path) == []


@pytest.mark.parametrize("more, message", [
    (("--beams", 3), "--beams and --rerank-by are about molecules that a model writes; ask for them with --rerank "
                     "generate"),
    (("--rank-by", "generated"), "--rank-by generated: expected --rerank generate with it"),
    (("--open", "--denovo", 3), "search: --denovo writes molecules where a mass window or a formula has none in the "
                                "library; leave it out with --candidates and --open"),
])
def test_what_does_not_go_together_is_refused(generating, made, refused, more, message):
    refused(2, message, "search", made.spectra, "--model", generating.model, "--library", generating.library, *more)


def test_a_model_without_a_decoder_cannot_write(made, refused, library):
    model = made.model["morgan"]
    refused(2, f"--rerank generate: {model} has no decoder; train one with specbridge train --objective generate",
            "search", made.spectra, "--model", model, "--library", library, *RERANK)


# ---- how much of it needs no spectrum


@pytest.fixture(scope="module")
def audited(by_heart, made, tmp_path_factory):
    """What an audit says of the decoder that knows two molecules by heart, by what it ranks by."""
    folder = tmp_path_factory.mktemp("audited")
    pools = json.loads(made.pools.read_text())
    decoys = sorted({smiles for pool in pools.values() for smiles in pool})
    own = {truth: [truth, *random.Random(truth).sample([s for s in decoys if s != truth], 12)]
           for truth in by_heart["smiles"]}
    candidates = write_json(folder / "pools.json", own)
    reports = {}
    for by in ("generated", "likelihood"):
        out = succeed("audit", "--model", by_heart["model"], "--spectra", by_heart["spectra"], "--candidates",
                      candidates, *RERANK, "--rank-by", by, "--resamples", 1000, "-o", folder / by).out
        reports[by] = read_json(folder / by / "audit.json"), out
    return reports


@pytest.mark.parametrize("by", ["generated", "likelihood"])
def test_an_audit_of_a_decoder_changes_no_rank_by_spelling_or_order(audited, by):
    report, _ = audited[by]
    assert report["ranked_by"] == by
    for check in ("respelled", "shuffled"):
        assert (report[check]["compared"], report[check]["changed"]) == (report["queries"], 0)


@pytest.mark.parametrize("by", ["generated", "likelihood"])
def test_an_audit_says_what_the_decoder_is_told_in_each_run(audited, by):
    report, text = audited[by]
    told = {run["name"]: run.get("decoder_is_told") for run in report["runs"]}
    assert told["spectrum"] == "peaks, vector and the nearest candidates"
    assert told["truth not told"] == "peaks, vector and the nearest candidates that are not the truth"
    assert told["spectra swapped"].startswith("peaks and vector of another molecule")
    assert told["molecules only"] is None
    assert "what the decoder is told:" in text and "truth not told" in text


def test_what_hangs_on_being_told_the_truth_is_said(audited):
    report, text = audited["generated"]
    runs = {run["name"]: run["recall"]["1"] for run in report["runs"]}
    assert runs["spectrum"] == 1
    assert report["share_of_telling"] == pytest.approx(1 - runs["truth not told"])
    assert report["telling_sentence"].startswith("Of the Recall@1 of 100.0 %, ")
    assert report["telling_sentence"] in " ".join(text.split())


def test_a_decoder_that_is_told_no_candidates_cannot_copy(made, generating, tmp_path):
    succeed(*changed(generating.train, "--spectra", made.train), "--set", "candidates=0", "--set", "language_epochs=0",
            "--set", "max_steps=3", "--threads", 1, "-o", tmp_path / "model", "-q")
    succeed("eval", "--model", tmp_path / "model", "--spectra", made.spectra, "--candidates", made.pools, *RERANK,
            "--rank-by", "likelihood", "--control", "none,untold", "-o", tmp_path / "report", "--mces", "none", "-q")
    report = read_json(tmp_path / "report/report.json")
    assert report["controls"]["untold"]["recall"] == report["recall"]
    assert report["controls"]["untold"]["mrr"] == report["mrr"]


def test_without_a_decoder_an_audit_says_nothing_of_telling(made, tmp_path):
    succeed("audit", "--model", made.model["morgan"], "--spectra", made.spectra, "--candidates", made.pools,
            "--resamples", 1000, "-o", tmp_path / "audit", "-q")
    report = read_json(tmp_path / "audit/audit.json")
    assert report["ranked_by"] == "cosine"
    assert not {"share_of_telling", "telling_sentence"} & report.keys()
    assert "truth not told" not in [run["name"] for run in report["runs"]]
    assert not any("decoder_is_told" in run for run in report["runs"])


@pytest.mark.parametrize("command, more, message", [
    ("audit", (*RERANK, "--rank-by", "cosine"),
     "audit: --rerank generate asks the decoder, and --rank-by cosine does not count what it says; expected --rank-by "
     "generated or likelihood, or fused of a model that specbridge calibrate --rerank generate has weighed"),
    ("eval", ("--control", "none,untold"),
     "eval: --control untold keeps the truth from what a decoder is told, and ranking by cosine counts no decoder; "
     "expected --rerank generate with --rank-by generated or likelihood, or a model whose evidence was weighed with "
     "its decoder"),
])
def test_a_decoder_that_counts_for_nothing_is_not_audited(generating, made, refused, command, more, message):
    refused(2, message, command, "--model", generating.model, "--spectra", made.spectra, "--candidates", made.pools,
            *more)


# ---- answers that are improbable


@pytest.fixture(scope="module")
def weighed(by_heart, made, tmp_path_factory):
    """The model that knows two molecules by heart, its evidence weighed, and a library that lacks them."""
    folder = tmp_path_factory.mktemp("weighed")
    succeed("calibrate", "--model", by_heart["model"], "--spectra", made.spectra, "--candidates", made.pools, *RERANK,
            "-o", folder / "model", "-q")
    lines = gzip.decompress((DATA / "library.smi.gz").read_bytes()).decode().splitlines()
    others = [line for line in lines if Chem.CanonSmiles(line.split("\t")[1]) not in
              {Chem.CanonSmiles(smiles) for smiles in by_heart["smiles"]}]
    (folder / "others.smi").write_text("\n".join(others) + "\n")
    succeed("index", folder / "others.smi", "--model", folder / "model", "-o", folder / "library", "-q")
    return folder


@pytest.fixture
def improbable(weighed, by_heart, tmp_path):
    def search(*more, name="hits.tsv"):
        succeed("search", by_heart["spectra"], "--model", weighed / "model", "--library", weighed / "library",
                "--tolerance", "2000ppm", "-k", 0, *more, "-o", tmp_path / name, "-q")
        return by_query(read_table(tmp_path / name))
    return search


def test_what_is_written_joins_answers_that_are_not_probable_enough(improbable, by_heart):
    truths = [field(record, "SMILES") for record in read_records(by_heart["spectra"])]
    plain = improbable("--denovo", 3, name="plain.tsv")
    joined = improbable("--denovo", 3, "--denovo-below", 1, name="joined.tsv")
    for query, rows in joined.items():
        written = [row for row in rows if row["in_library"] == "false"]
        looked_up = [row for row in rows if row["in_library"] == "true"]
        assert truths[query] in [row["smiles"] for row in written]
        assert all(row["library_id"] == "" for row in written) and all(row["library_id"] for row in looked_up)
        assert [row["score"] for row in rows] == sorted((row["score"] for row in rows), key=float, reverse=True)
        assert {row["inchikey14"] for row in written}.isdisjoint(row["inchikey14"] for row in looked_up)
        assert {row["smiles"] for row in looked_up} == {row["smiles"] for row in plain[query]}
        assert "less than --denovo-below 1: the model's decoder has written further ones" in rows[0]["message"]
        if rows[0]["in_library"] == "false":
            assert rows[0]["probability"] == ""  # nobody has measured it
        # The decoder is told of what was looked up alone, so that evidence stays what it was.
        before = {row["smiles"]: row for row in plain[query]}
        for row in looked_up:
            for kind in ("cosine", "generated", "likelihood"):
                assert row[f"evidence.{kind}"] == before[row["smiles"]][f"evidence.{kind}"]


def test_answers_that_are_probable_enough_stay_as_they_are(improbable, tmp_path):
    improbable("--denovo", 3, name="plain.tsv")
    improbable("--denovo", 3, "--denovo-below", 0, name="below.tsv")
    assert (tmp_path / "plain.tsv").read_bytes() == (tmp_path / "below.tsv").read_bytes()


def test_the_record_says_what_was_asked(improbable, tmp_path):
    improbable("--denovo", 3, "--denovo-below", 0.25)
    assert read_json(tmp_path / "hits.tsv.run.json")["decoder"]["denovo_below"] == 0.25


def test_without_probabilities_nothing_is_improbable(generating, made, refused):
    refused(2, f"search: --denovo-below needs the probability of first answers; {generating.model} gives none when "
            "ranking by cosine; weigh its evidence with specbridge calibrate and rank by the fused score", "search",
            made.spectra, "--model", generating.model, "--library", generating.library, "--denovo", 2,
            "--denovo-below", 0.5)


def test_a_limit_without_molecules_to_write_is_refused(generating, made, refused):
    refused(2, "--denovo-below: expected --denovo N with it, the molecules to write", "search", made.spectra, "--model",
            generating.model, "--library", generating.library, "--denovo-below", 0.5)
