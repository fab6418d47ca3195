"""The fragment score: train --decoys fits it, search and eval rank by it."""

import json
import shutil
from types import SimpleNamespace

import pytest

from cli_support import DATA, by_query, read_json, read_records, read_table, specbridge, succeed, write_records


@pytest.fixture(scope="module")
def fitted(made, tmp_path_factory):
    """A model with a fragment score, and its library."""
    folder = tmp_path_factory.mktemp("fitted")
    fitted = SimpleNamespace(model=folder / "model", library=folder / "library", folder=folder)
    fitted.train = ("train", "--spectra", made.train, "--spectrum-encoder", made.spectrum_encoder,
                    "--molecule-encoder", made.encoder["morgan"], "--config", made.config, "--decoys",
                    DATA / "demo_library.smi.gz")
    fitted.said = json.loads(succeed(*fitted.train, "--threads", 1, "-o", fitted.model, "--json").out)
    succeed("index", DATA / "demo_library.smi.gz", "--model", fitted.model, "-o", fitted.library)
    return fitted


def search(fitted, tmp_path, *more, spectra=DATA / "demo_query.mgf"):
    out = tmp_path / f"hits-{len(list(tmp_path.iterdir()))}.tsv"
    succeed("search", spectra, "--model", fitted.model, "--library", fitted.library, "-o", out, *more)
    return out


def answered(path):
    return [row for row in read_table(path) if row["status"] == "ok"]


def test_the_manifest_says_what_it_was_fitted_to(fitted):
    said = fitted.said["fragments"]
    assert read_json(fitted.model / "manifest.json")["fragments"] == said
    assert said["molecules"] == 43 and said["spectra"] <= 4 * 43
    assert 0 < said["listed_decoys"] and 0 < said["made_decoys"]
    assert said["listed_decoys"] + said["made_decoys"] <= 16 * 43
    assert 0 < said["mrr_before"] <= said["mrr"] <= 1


def test_training_gives_the_same_score_again_on_any_number_of_threads(fitted):
    again = fitted.folder / "again"
    succeed(*fitted.train, "--threads", 2, "-o", again)
    assert (again / "fragments.safetensors").read_bytes() == (fitted.model / "fragments.safetensors").read_bytes()


def test_another_seed_gives_another_score(fitted):
    other = fitted.folder / "other"
    succeed(*fitted.train, "--seed", 2, "-o", other)
    assert (other / "fragments.safetensors").read_bytes() != (fitted.model / "fragments.safetensors").read_bytes()


def test_hits_show_both_kinds_of_evidence_and_are_ranked_by_the_cosine(fitted, tmp_path):
    hits = search(fitted, tmp_path)
    rows = answered(hits)
    assert rows and all(row["score"] == row["evidence.cosine"] for row in rows)
    assert all(row["evidence.fragments"] for row in rows)
    record = read_json(f"{hits}.run.json")
    assert record["ranked_by"] == "cosine" and record["rescore"] == 1000


def test_hits_are_ranked_by_fragments_when_asked(fitted, tmp_path):
    hits = search(fitted, tmp_path, "--rank-by", "fragments", "-k", 0)
    assert read_json(f"{hits}.run.json")["ranked_by"] == "fragments"
    for rows in by_query(answered(hits)).values():
        scores = [float(row["score"]) for row in rows]
        assert scores == sorted(scores, reverse=True)
        assert [row["evidence.fragments"] for row in rows] == [row["score"] for row in rows]
    cosine = by_query(answered(search(fitted, tmp_path, "-k", 0)))
    fragments = by_query(answered(hits))
    assert any([r["smiles"] for r in cosine[q]] != [r["smiles"] for r in fragments[q]] for q in cosine)


def test_hits_do_not_depend_on_threads_or_batch(fitted, tmp_path):
    options = ("--rank-by", "fragments")
    one = search(fitted, tmp_path, *options, "--threads", 1).read_bytes()
    assert search(fitted, tmp_path, *options, "--threads", 2, "--batch", 1).read_bytes() == one


def test_only_the_best_by_cosine_are_looked_at(fitted, tmp_path):
    few = by_query(answered(search(fitted, tmp_path, "-k", 0, "--rescore", 2, "--tolerance", "0.5Da")))
    assert any(len(rows) > 2 for rows in few.values())
    for rows in few.values():
        looked_at = [row["evidence.fragments"] != "" for row in rows]
        assert looked_at == [True] * min(2, len(rows)) + [False] * (len(rows) - 2)


def test_ions_that_cannot_be_taken_apart_have_no_fragment_evidence(fitted, tmp_path):
    record = next(r for r in read_records(DATA / "demo_query.mgf") if "ADDUCT=[M+H]+" in r)
    spectra = write_records(tmp_path / "dimer.mgf", [record.replace("ADDUCT=[M+H]+", "ADDUCT=[2M+H]+")])
    rows = answered(search(fitted, tmp_path, "--open", spectra=spectra))
    assert rows and all(row["evidence.fragments"] == "" and row["evidence.cosine"] != "" for row in rows)


def test_a_model_without_the_score_cannot_rank_by_it(made, tmp_path):
    result = specbridge("search", DATA / "demo_query.mgf", "--model", made.model["morgan"], "--library",
                        made.library["morgan"], "--rank-by", "fragments", "-o", tmp_path / "hits.tsv")
    assert result.code == 2
    assert result.err == (f"specbridge: --rank-by fragments: {made.model['morgan']} has no fragment score; "
                          "train it with --decoys LIST\n")


def test_an_unknown_ranking_is_refused(fitted, tmp_path):
    result = specbridge("search", DATA / "demo_query.mgf", "--model", fitted.model, "--library", fitted.library,
                        "--rank-by", "luck", "-o", tmp_path / "hits.tsv")
    assert result.code == 2
    assert "--rank-by" in result.err and "luck" in result.err


def test_a_damaged_score_is_found(fitted, tmp_path):
    model = shutil.copytree(fitted.model, tmp_path / "model")
    damaged = bytearray((model / "fragments.safetensors").read_bytes())
    damaged[len(damaged) // 2] ^= 1
    (model / "fragments.safetensors").write_bytes(damaged)
    result = specbridge("search", DATA / "demo_query.mgf", "--model", model, "--library", fitted.library, "-o",
                        tmp_path / "hits.tsv")
    assert result.code == 4 and "fragments.safetensors" in result.err


def test_an_evaluation_ranks_by_fragments_and_shows_swapped_spectra(fitted, made, tmp_path):
    def mrr(*options):
        out = tmp_path / f"report-{len(list(tmp_path.iterdir()))}"
        succeed("eval", "--model", fitted.model, "--spectra", made.spectra, "--candidates", made.pools, "--mces",
                "none", "-o", out, *options)
        report = read_json(out / "report.json")
        return report["mrr"], {name: control["mrr"] for name, control in report["controls"].items()}

    fragments, controls = mrr("--rank-by", "fragments", "--control", "none,swapped,zeroed")
    assert fragments > mrr()[0]
    assert fragments > controls["swapped"] and fragments > controls["zeroed"]


@pytest.fixture(scope="module")
def calibrated(fitted, made):
    """The same model, its evidence weighed on spectra that training did not see."""
    out = fitted.folder / "calibrated"
    said = json.loads(succeed("calibrate", "--model", fitted.model, "--spectra", made.spectra, "--candidates",
                              made.pools, "-o", out, "--json").out)
    return SimpleNamespace(model=out, library=fitted.library, said=said)


def test_a_calibrated_model_says_what_its_weights_are_fitted_to(fitted, calibrated):
    assert set(calibrated.said["weights"]) == {"cosine", "fragments"}
    assert 0 < calibrated.said["molecules"] <= calibrated.said["spectra"]
    assert set(calibrated.said["mrr"]) == {"cosine", "fragments", "fused"}
    manifest, before = read_json(calibrated.model / "manifest.json"), read_json(fitted.model / "manifest.json")
    assert manifest["calibration"]["weights"] == calibrated.said["weights"]
    assert manifest["fingerprint"] != before["fingerprint"]
    assert manifest["files"] == before["files"]


def test_a_calibrated_model_ranks_by_the_weighted_sum(calibrated, tmp_path):
    hits = search(calibrated, tmp_path, "-k", 0)
    assert read_json(f"{hits}.run.json")["ranked_by"] == "fused"
    weights = calibrated.said["weights"]
    rows = answered(hits)
    assert rows
    for row in rows:
        fused = sum(weights[kind] * float(row[f"evidence.{kind}"]) for kind in weights)
        assert float(row["score"]) == pytest.approx(fused, abs=1e-4)
    alone = answered(search(calibrated, tmp_path, "--rank-by", "cosine", "-k", 0))
    assert all(row["score"] == row["evidence.cosine"] for row in alone)


def test_the_same_weights_come_out_of_any_batch_and_threads(fitted, made, calibrated):
    out = fitted.folder / "calibrated-again"
    succeed("calibrate", "--model", fitted.model, "--spectra", made.spectra, "--candidates", made.pools, "-o", out,
            "--threads", 2)
    assert read_json(out / "manifest.json")["calibration"]["weights"] == calibrated.said["weights"]


def test_candidates_may_come_from_the_mass_window_of_a_library(fitted, made, tmp_path):
    said = json.loads(succeed("calibrate", "--model", fitted.model, "--spectra", made.spectra, "--library",
                              fitted.library, "-o", tmp_path / "model", "--json").out)
    assert said["spectra"] > 0


def test_spectra_of_training_molecules_are_refused(fitted, made, tmp_path):
    result = specbridge("calibrate", "--model", fitted.model, "--spectra", made.train, "--library", fitted.library,
                        "-o", tmp_path / "model")
    assert result.code == 3
    assert "the model was trained on this molecule" in result.err
    assert not (tmp_path / "model").exists()


def test_one_kind_of_evidence_cannot_be_weighed(made, tmp_path):
    result = specbridge("calibrate", "--model", made.model["morgan"], "--spectra", made.spectra, "--candidates",
                        made.pools, "-o", tmp_path / "model")
    assert result.code == 2
    assert "has the cosine as its only evidence" in result.err and "--decoys LIST" in result.err


def test_an_evaluation_says_what_it_ranked_by(fitted, calibrated, made, tmp_path):
    def notes(model, name, *options):
        succeed("eval", "--model", model, "--spectra", made.spectra, "--candidates", made.pools, "--mces", "none", "-o",
                tmp_path / name, *options)
        return " ".join(read_json(tmp_path / name / "report.json")["notes"])

    assert "ranked by" not in notes(fitted.model, "cosine")
    assert "ranked by fragments" in notes(fitted.model, "fragments", "--rank-by", "fragments")
    fused = notes(calibrated.model, "fused")
    assert "ranked by" in fused and "x cosine" in fused and "x fragments" in fused


def test_info_tells_of_fragments_and_weights(calibrated):
    out = succeed("info", calibrated.model).out
    assert "fragment score" in out and "weighed evidence" in out


def test_fused_ranking_needs_a_calibrated_model(fitted, tmp_path):
    result = specbridge("search", DATA / "demo_query.mgf", "--model", fitted.model, "--library", fitted.library,
                        "--rank-by", "fused", "-o", tmp_path / "hits.tsv")
    assert result.code == 2 and "specbridge calibrate" in result.err
